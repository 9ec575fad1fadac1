package reproduce

import (
	"learningforlife/shared/aggregate"
	"learningforlife/shared/campaign"
	"learningforlife/shared/score"
)

// Primitive is a row of a release before anything was rounded. Values are on the scale 0 to 1.
type Primitive struct {
	Release   int     `json:"release"`
	Objective int     `json:"objective"`
	Level     string  `json:"level"`
	Code      string  `json:"code"`
	Group     string  `json:"group"`
	Framed    bool    `json:"framed"` // weighted by the frame
	Size      int     `json:"size"`   // people of the frame
	Before    *Wave   `json:"before"`
	After     *Wave   `json:"after"`
	Change    *Change `json:"change"`
	Learners  *Opened `json:"learners"`
}

// Wave is the figure of a wave.
type Wave struct {
	Respondents      int      `json:"respondents"`
	Value            float64  `json:"value"`
	Variance         float64  `json:"variance"`
	Kish             float64  `json:"kish"`
	OffTop           int      `json:"offTop"`
	OffBottom        int      `json:"offBottom"`
	Representativity *float64 `json:"representativity"`
	Partial          bool     `json:"partial"`
}

// Change is a change between the waves.
type Change struct {
	Value           float64  `json:"value"`
	Pairs           int      `json:"pairs"`
	Correlation     float64  `json:"correlation"`
	Variance        float64  `json:"variance"`
	ClusterVariance float64  `json:"clusterVariance"`
	Clusters        int      `json:"clusters"`
	Selection       *bool    `json:"selection"`
	Coverage        *float64 `json:"coverage"`
}

// Opened is the same among those alone to whom a question was open.
type Opened struct {
	Before *Wave   `json:"before"`
	After  *Wave   `json:"after"`
	Change *Change `json:"change"`
}

func primitives(c *campaign.Campaign, computed aggregate.Computed) []Primitive {
	list := make([]Primitive, len(computed.Scores))
	for i, s := range computed.Scores {
		node := computed.Nodes[s.Row.Node]
		list[i] = Primitive{
			Release: computed.Release.Head.Seq, Objective: s.Row.Objective, Level: string(node.Level), Code: node.Code,
			Group: c.Groups[s.Row.Group].ID, Framed: s.Framed, Size: s.Size,
			Before: wave(s.Waves[score.Before]), After: wave(s.Waves[score.After]), Change: change(s.Change),
		}
		if o := s.Opened; o != nil {
			list[i].Learners = &Opened{Before: wave(o.Waves[score.Before]), After: wave(o.Waves[score.After]), Change: change(o.Change)}
		}
	}
	return list
}

func wave(l *score.Level) *Wave {
	if l == nil {
		return nil
	}
	return &Wave{Respondents: l.Respondents, Value: l.Value.Float, Variance: l.Variance, Kish: l.Kish,
		OffTop: l.OffTop, OffBottom: l.OffBottom, Representativity: l.Representativity, Partial: l.Partial}
}

func change(c *score.Change) *Change {
	if c == nil {
		return nil
	}
	return &Change{Value: c.Difference.Float, Pairs: c.Pairs, Correlation: c.Correlation, Variance: c.Variance,
		ClusterVariance: c.ClusterVariance, Clusters: c.Clusters, Selection: c.Selection, Coverage: c.Coverage}
}
