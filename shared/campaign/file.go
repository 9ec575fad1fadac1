package campaign

import "learningforlife/shared/day"

// file is campaign.json as written: references by id.
type file struct {
	ID     string  `json:"id"`
	Number int     `json:"number"`
	Name   string  `json:"name"`
	Opens  day.Day `json:"opens"`
	Closes day.Day `json:"closes"`

	Objectives []fileObjective `json:"objectives"`
	Waves      []fileWave      `json:"waves"`
	Audiences  []fileNamed     `json:"audiences"`
	BandGroups []fileNamed     `json:"bandGroups"`
	Groups     []fileGroup     `json:"groups"`
	Scales     []fileScale     `json:"scales"`
	Questions  []fileQuestion  `json:"questions"`
	Tables     []fileTable     `json:"tables"`
	Pledges    []filePledge    `json:"pledges"`
	Target     struct {
		Most      float64 `json:"most"`
		Shortfall [2]int  `json:"shareOfShortfall"`
	} `json:"target"`
	Claims    [][]fileClaim `json:"claims"`
	Weighting struct {
		Illustrative bool `json:"illustrative"`
		Groups       []struct {
			Group string `json:"group"`
			Share [2]int `json:"share"`
		} `json:"groups"`
	} `json:"weighting"`
	Sequence struct {
		R float64 `json:"r"`
	} `json:"sequence"`
	Disclosure struct {
		Minimum int `json:"minimum"`
	} `json:"disclosure"`
}

type fileObjective struct {
	Number   int           `json:"number"`
	Title    string        `json:"title"`
	Aim      string        `json:"aim"`
	Measures []fileMeasure `json:"measures"`
	Priority *filePriority `json:"priority"`
}

type filePriority struct {
	Whole  string `json:"whole"`
	Group  string `json:"group"`
	Others string `json:"others"`
	Gap    [2]int `json:"gap"`
}

type fileClaim struct {
	Objective int    `json:"objective"`
	Group     string `json:"group"`
}

type fileMeasure struct {
	Groups []string   `json:"groups"`
	Items  []fileItem `json:"items"`
}

type fileItem struct {
	Question   string   `json:"question"`
	Favourable []string `json:"favourable"`
}

type fileWave struct {
	ID      string  `json:"id"`
	Number  int     `json:"number"`
	Name    string  `json:"name"`
	Opens   day.Day `json:"opens"`
	Closes  day.Day `json:"closes"`
	Follows string  `json:"follows"`
	Moved   bool    `json:"moved"`
}

type fileNamed struct {
	ID     string `json:"id"`
	Number int    `json:"number"`
	Name   string `json:"name"`
}

type fileGroup struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Audiences  []string `json:"audiences"`
	BandGroups []string `json:"bandGroups"`
	Levels     []Level  `json:"levels"`
}

type fileScale struct {
	ID      string `json:"id"`
	Answers []struct {
		ID     string `json:"id"`
		Number int    `json:"number"`
		Text   string `json:"text"`
		Joins  string `json:"joins"`
	} `json:"answers"`
}

type fileQuestion struct {
	ID        string   `json:"id"`
	Number    int      `json:"number"`
	Objective int      `json:"objective"`
	Audiences []string `json:"audiences"`
	Waves     []string `json:"waves"`
	Scale     string   `json:"scale"`
	AskedIf   *struct {
		Question string `json:"question"`
		Answer   string `json:"answer"`
	} `json:"askedIf"`
	Text string `json:"text"`
}

type fileTable struct {
	ID        string   `json:"id"`
	Questions []string `json:"questions"`
}

type filePledge struct {
	ID          string   `json:"id"`
	Audience    string   `json:"audience"`
	Objective   int      `json:"objective"`
	SuggestedTo []string `json:"suggestedTo"`
	Text        string   `json:"text"`
}
