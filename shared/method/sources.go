package method

// Source is where a formula was published.
type Source struct {
	For       string // what is taken from it
	Authors   string
	Published string // "(year), journal volume, pages", as the formula's docstring has it
}

// Sources lists them in the order in which the formulas are explained.
var Sources = []Source{
	{"The interval of a share", "Wilson", "(1927), J. Am. Stat. Assoc. 22, 209–212"},
	{"That interval for people who do not all weigh the same", "Franco, Little, Louis and Slud", "(2019), J. Surv. Stat. Methodol. 7, 334–364"},
	{"The interval of a change, for linked people", "Newcombe", "(1998), Stat. Med. 17, 2635–2650"},
	{"The interval of a change, in general", "Zou and Donner", "(2008), Stat. Med. 27, 1693–1702"},
	{"Several claims together", "Holm", "(1979), Scand. J. Stat. 6, 65–70"},
	{"The interval of a score while a survey is open", "Robbins", "(1970), Ann. Math. Stat. 41, 1397–1409"},
	{"The interval of a change while a survey is open", "Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas", "(2024), Ann. Stat. 52, 2613–2640"},
	{"How alike people answered", "Schouten, Cobben and Bethlehem", "(2009), Surv. Methodol. 35, 101–113"},
}
