//! What the forms of a closed wave say, as figures with their names, and as a file.

use std::borrow::Borrow;

use hailong_core::listen::survey::{
    file::cell,
    index::{Counts, Domain, Fact, Index, Results},
    question::{Kind, Questionnaire},
};

use super::{text, way};
use crate::{
    chart::{self, DotRow},
    component::{Figure, figure_line},
    format,
    lang::Lang,
    sheet::{Book, Head, SheetError, Value},
};

/// A criterion and its figure.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its key.
    pub key: String,
    /// What was asked.
    pub name: String,
    /// The share of 4 and 5.
    pub index: Index,
}

/// A factor with its criteria; criteria of no factor stand in one without a name.
#[derive(Clone, Debug)]
pub struct Group {
    /// The factor.
    pub name: String,
    /// The mean of its criteria.
    pub index: Option<Index>,
    /// The criteria.
    pub lines: Vec<Line>,
}

/// What was answered to another question.
#[derive(Clone, Debug)]
pub struct FactLines {
    /// What was asked.
    pub name: String,
    /// Each answer and its figure in words.
    pub lines: Vec<(String, String)>,
}

/// An office, commune or way.
#[derive(Clone, Debug)]
pub struct DomainRow {
    /// Its name.
    pub name: String,
    /// Its forms.
    pub counts: Counts,
    /// The figures in words: the whole, then the factors.
    pub figures: Vec<String>,
    /// The whole, where it is shown.
    pub whole: Option<Figure>,
}

/// Results as they are shown.
#[derive(Clone, Debug)]
pub struct ResultsView {
    /// All forms.
    pub counts: Counts,
    /// The whole.
    pub whole: Option<Index>,
    /// Factors and criteria.
    pub groups: Vec<Group>,
    /// The other questions.
    pub facts: Vec<FactLines>,
    /// Names of the columns of offices, communes and ways.
    pub columns: Vec<String>,
    /// By office.
    pub offices: Vec<DomainRow>,
    /// By commune; empty where they are not told.
    pub communes: Vec<DomainRow>,
    /// By way.
    pub ways: Vec<DomainRow>,
}

impl ResultsView {
    /// Results in words. `unit` names offices; communes are told to those who prepare surveys only: beside the offices they could
    /// tell of a few.
    pub fn new(
        lang: Lang,
        questionnaire: &Questionnaire,
        results: &Results,
        unit: impl Fn(&str) -> String,
        with_communes: bool,
    ) -> Self {
        let factor = |at: usize| text(lang, &questionnaire.factors[at]).to_owned();
        let line = |(at, index): &(usize, Index)| {
            let question = &questionnaire.questions[*at];
            Line { key: question.key.clone(), name: text(lang, &question.text).to_owned(), index: *index }
        };
        let of = |factor: Option<usize>| {
            let own = results
                .criteria
                .iter()
                .filter(|(at, _)| questionnaire.questions[*at].factor.map(|of| of as usize) == factor);
            own.map(line).collect::<Vec<_>>()
        };
        let mut groups: Vec<Group> = results
            .factors
            .iter()
            .enumerate()
            .map(|(at, index)| Group { name: factor(at), index: Some(*index), lines: of(Some(at)) })
            .collect();
        let alone = of(None);
        if !alone.is_empty() {
            groups.push(Group { name: String::new(), index: None, lines: alone });
        }
        let columns = if results.whole.is_none() { 0 } else { 1 + results.factors.len() };
        let columns = (0..columns).map(|at| match at {
            0 => lang.t("survey-whole"),
            at => factor(at - 1),
        });
        let rows = |domains: &[Domain], name: &dyn Fn(&str) -> String| {
            domains.iter().map(|domain| row(lang, domain, name(&domain.key))).collect::<Vec<_>>()
        };
        let way_name = |key: &str| {
            hailong_core::listen::dialogue::wave::Way::from_key(key)
                .map(|one| way(lang, one))
                .unwrap_or_default()
        };
        Self {
            counts: results.counts,
            whole: results.whole,
            groups,
            facts: results
                .facts
                .iter()
                .filter_map(|(at, fact)| facts(lang, questionnaire, *at, fact))
                .collect(),
            columns: columns.collect(),
            offices: rows(&results.offices, &unit),
            communes: if with_communes { rows(&results.communes, &unit) } else { Vec::new() },
            ways: rows(&results.ways, &way_name),
        }
    }

    /// The factors, or the criteria where there are none, as dots with intervals.
    pub fn dots(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        let dot = |name: &str, index: &Index| DotRow {
            name: short(name),
            figure: index.figure,
            href: String::new(),
        };
        let whole = self.whole.iter().map(|index| dot(&lang.t("survey-whole"), index));
        let factors = self.groups.iter().filter_map(|group| Some(dot(&group.name, group.index.as_ref()?)));
        let mut rows: Vec<DotRow> = whole.chain(factors).collect();
        if rows.len() < 2 {
            rows.extend(
                self.groups.iter().flat_map(|group| &group.lines).map(|line| dot(&line.name, &line.index)),
            );
        }
        chart::dots(lang, "survey-dots", &lang.t("survey-dots-title"), &rows)
    }

    /// The offices as dots with intervals.
    pub fn office_dots(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        let rows: Vec<DotRow> = self
            .offices
            .iter()
            .filter_map(|row| {
                Some(DotRow { name: row.name.clone(), figure: row.whole?, href: String::new() })
            })
            .collect();
        chart::dots(lang, "survey-office-dots", &lang.t("survey-offices"), &rows)
    }

    /// The tables by office, commune and way that have rows: the key of their title, of their first column, and the rows.
    pub fn tables(&self) -> Vec<(&'static str, &'static str, &Vec<DomainRow>)> {
        let all = [
            ("survey-offices", "survey-office", &self.offices),
            ("survey-communes", "survey-commune", &self.communes),
            ("survey-ways", "survey-way", &self.ways),
        ];
        all.into_iter().filter(|(.., rows)| !rows.is_empty()).collect()
    }

    /// The figures of a row with the names of their columns.
    pub fn cells<'a>(&'a self, row: &'a DomainRow) -> impl Iterator<Item = (&'a String, &'a String)> {
        self.columns.iter().zip(&row.figures)
    }

    /// Every figure that is shown as a line of comma-separated values.
    pub fn csv(&self, lang: Lang) -> String {
        let mut lines = vec!["what,key,name,share,low,high,n,response_rate,design_effect".to_owned()];
        let mut line = |what: &str, key: &str, name: &str, figure: &Figure, effect: Option<f64>| {
            let figures = match figure {
                Figure::Shown { share, low, high, n, of_invited } => {
                    let rate = of_invited.map(|rate| format!("{rate:.4}")).unwrap_or_default();
                    format!("{share:.4},{low:.4},{high:.4},{n},{rate}")
                }
                Figure::TooFew { n } => format!(",,,{n},"),
            };
            let effect = effect.map(|effect| format!("{effect:.3}")).unwrap_or_default();
            lines.push(format!("{what},{key},{},{figures},{effect}", cell(name)));
        };
        if let Some(index) = &self.whole {
            line("whole", "", &lang.t("survey-whole"), &index.figure, Some(index.design_effect));
        }
        for (at, group) in (1..).zip(&self.groups) {
            if let Some(index) = &group.index {
                line("factor", &format!("{at}"), &group.name, &index.figure, Some(index.design_effect));
            }
            for one in &group.lines {
                line("criterion", &one.key, &one.name, &one.index.figure, Some(one.index.design_effect));
            }
        }
        for (what, _, rows) in self.tables() {
            let what = what.strip_prefix("survey-").unwrap_or(what).trim_end_matches('s');
            for row in rows {
                if let Some(figure) = &row.whole {
                    line(what, "", &row.name, figure, None);
                }
            }
        }
        lines.join("\n") + "\n"
    }

    /// The same as a spreadsheet: criteria, then offices, communes and ways.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn xlsx(&self, lang: Lang, title: &str, subtitle: &[String]) -> Result<Vec<u8>, SheetError> {
        let mut book = Book::new();
        let head = |name: &str, first: &str, columns: Vec<String>| Head {
            name: lang.t(name),
            title: title.to_owned(),
            subtitle: subtitle.to_vec(),
            columns: std::iter::once((lang.t(first), 60.0))
                .chain(columns.into_iter().map(|column| (column, 16.0)))
                .collect(),
            landscape: true,
        };
        let columns =
            ["survey-index", "survey-low", "survey-high", "survey-n", "survey-effect"].map(|key| lang.t(key));
        book.sheet(&head("survey-criteria", "survey-criterion", columns.to_vec()))?;
        let cells = |name: &str, index: &Index| {
            let mut cells = vec![Value::from(name)];
            match index.figure {
                Figure::Shown { share, low, high, n, .. } => {
                    cells.extend([
                        Value::Share(share),
                        Value::Share(low),
                        Value::Share(high),
                        Value::Whole(n as i64),
                    ]);
                    cells.push(Value::Decimal(index.design_effect));
                }
                Figure::TooFew { n } => {
                    cells.extend([Value::Empty, Value::Empty, Value::Empty, Value::Whole(n as i64)])
                }
            }
            cells
        };
        if let Some(index) = &self.whole {
            book.row(cells(&lang.t("survey-whole"), index))?;
        }
        for group in &self.groups {
            if let Some(index) = &group.index {
                book.row(cells(&group.name, index))?;
            }
            for line in &group.lines {
                book.row(cells(&line.name, &line.index))?;
            }
        }
        for (name, first, rows) in self.tables() {
            let counts = ["survey-drawn", "survey-answered", "survey-refused", "survey-unreached"]
                .map(|key| lang.t(key));
            book.sheet(&head(name, first, counts.into_iter().chain(self.columns.iter().cloned()).collect()))?;
            for row in rows {
                let n = row.counts;
                let whole = [n.drawn, n.answered, n.refused, n.unreached].map(|n| Value::Whole(n.into()));
                let figures = row.figures.iter().map(|figure| Value::from(figure.as_str()));
                book.row(std::iter::once(Value::from(row.name.as_str())).chain(whole).chain(figures))?;
            }
        }
        book.finish()
    }
}

fn row(lang: Lang, domain: &Domain, name: String) -> DomainRow {
    let words = |figure: &Option<Figure>| match figure {
        Some(figure) => figure_line(lang, figure),
        None => lang.t("survey-hidden"),
    };
    DomainRow {
        name,
        counts: domain.counts,
        figures: domain.figures.iter().map(words).collect(),
        whole: domain.figures.first().copied().flatten(),
    }
}

/// A long name on a chart: its beginning.
fn short(name: &str) -> String {
    if name.chars().count() <= 26 {
        return name.to_owned();
    }
    let cut: String = name.chars().take(26).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ' ']))
}

fn facts(lang: Lang, questionnaire: &Questionnaire, at: usize, fact: &Fact) -> Option<FactLines> {
    let question = questionnaire.questions.get(at)?;
    let name = text(lang, &question.text).to_owned();
    let lines = match fact {
        Fact::Words => return None,
        Fact::Mean { mean, n } => {
            let decimal = |value| format::decimal(lang, value, 1);
            let shown = mean
                .map(|(mean, low, high)| format!("{} ({}–{})", decimal(mean), decimal(low), decimal(high)));
            let few = || lang.t_args("figure-too-few", &[("n", (*n).into())]);
            vec![(lang.t("survey-mean"), shown.unwrap_or_else(few))]
        }
        Fact::Shares(figures) => {
            let yes = [lang.t("survey-yes")];
            let names: Vec<String> = match &question.kind {
                Kind::YesNo => yes.to_vec(),
                kind => kind.options().iter().map(|option| text(lang, option).to_owned()).collect(),
            };
            names.into_iter().zip(figures).map(|(name, figure)| (name, figure_line(lang, figure))).collect()
        }
    };
    Some(FactLines { name, lines })
}
