//! The figures of the quarter, per office and group of applicants, from the rollups: what every board shows.

use std::collections::BTreeMap;

use hailong_core::{
    listen::sealing::REST,
    measure::{
        change::Pair,
        figure::Figure,
        release::{Line, Release, Share, Value},
    },
    serve::{applicant::Group, promise::Question},
    time::{Instant, Month},
};
use hailong_render::{
    Lang,
    component::{Period, Snapshot},
};
use hailong_store::{
    Store, StoreError,
    measure::figure::{SCORES, Tally},
};

/// Everything counted of one office and group, or of several together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// Cases, invitations, ballots of the quarter.
    pub(crate) tally: Tally,
    /// Cases whose promise runs now.
    pub(crate) open: u64,
    /// Those of them that are past it.
    pub(crate) late: u64,
    /// Ballots that wait in boxes not yet sealed.
    pub(crate) waiting: u64,
    /// How often each score was given, by question and score.
    answers: BTreeMap<String, [u64; SCORES]>,
}

/// What is compared with the quarter before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// The office.
    pub(crate) office: String,
    /// Answers of a group; nothing: cases in time.
    pub(crate) what: Option<(Group, Share)>,
}

/// The counts of one office.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfficeCounts {
    /// Persons and organisations together.
    pub(crate) all: Counts,
    /// Citizens.
    pub(crate) persons: Counts,
    /// Household businesses, enterprises, other organisations.
    pub(crate) organisations: Counts,
}

/// The counts of every office in the quarter of business time.
#[derive(Clone, Debug)]
pub(crate) struct Quarter {
    /// First and last month.
    pub(crate) months: (Month, Month),
    /// Up to when.
    pub(crate) as_of: Instant,
    /// The whole district.
    pub(crate) district: OfficeCounts,
    offices: BTreeMap<String, OfficeCounts>,
    nothing: OfficeCounts,
}

impl Counts {
    /// A share of answers, with interval and response rate.
    pub(crate) fn share(&self, of: impl Into<Share>) -> Figure {
        let (positive, n) = self.told(of.into());
        Figure::share(positive, n, Some(self.invited(n)))
    }

    /// The answers that a share counts, and all of them.
    fn told(&self, share: Share) -> (u64, u64) {
        let more_than_one = |fact: &str| {
            let counts = [1, 2, 3, 4].map(|choice| self.count(fact, choice));
            (counts[1..].iter().sum(), counts.iter().sum())
        };
        match share {
            Share::Satisfied(question) => {
                let scores = self.scores(question);
                (scores[3] + scores[4], scores.iter().sum())
            }
            Share::MoreTrips => more_than_one("trips"),
            Share::MoreContacts => more_than_one("contacts"),
            Share::ExtraPapers => {
                let [no, yes] = [0, 1].map(|choice| self.count("extra_papers", choice));
                (yes, no + yes)
            }
        }
    }

    /// What is counted of the quarter besides answers, by stable name.
    fn numbers(&self) -> [(&'static str, u64); 10] {
        let tally = &self.tally;
        let (on_time, finished) = self.on_time();
        [
            ("opened", unsigned(tally.opened)),
            ("accepted", unsigned(tally.accepted)),
            ("supplements", unsigned(tally.supplements)),
            ("finished", finished),
            ("finished_late", finished - on_time),
            ("returned", unsigned(tally.returned)),
            ("refused", unsigned(tally.refused)),
            ("invited", unsigned(tally.invited)),
            ("sealed", unsigned(tally.sealed)),
            ("denied", unsigned(tally.denied)),
        ]
    }

    /// What is counted at this moment, by stable name.
    fn numbers_now(&self) -> [(&'static str, u64); 3] {
        [("open_now", self.open), ("late_now", self.late), ("waiting_now", self.waiting)]
    }

    /// Invitations, but never fewer than answers: ballots may answer invitations of the quarter before.
    fn invited(&self, n: u64) -> u64 {
        unsigned(self.tally.invited).max(n)
    }

    /// Number of answers 1, 2, 3, 4 and 5 to a question.
    pub(crate) fn scores(&self, question: Question) -> [u64; 5] {
        [1, 2, 3, 4, 5].map(|score| self.count(question.key(), score))
    }

    /// How often an answer was given, for the facts too: `trips` (1 to 4), `extra_money` (0 no, 1 yes, 2 not said).
    pub(crate) fn count(&self, question: &str, score: usize) -> u64 {
        self.answers.get(question).and_then(|counts| counts.get(score)).copied().unwrap_or(0)
    }

    fn add(&mut self, other: &Self) {
        self.tally.add(&other.tally);
        self.open += other.open;
        self.late += other.late;
        self.waiting += other.waiting;
        for (question, counts) in &other.answers {
            let answers = self.answers.entry(question.clone()).or_default();
            answers.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        }
    }

    /// Finished on time, and finished in all.
    pub(crate) fn on_time(&self) -> (u64, u64) {
        (unsigned(self.tally.on_time), unsigned(self.tally.on_time + self.tally.late))
    }
}

impl OfficeCounts {
    /// The counts of one group.
    pub(crate) fn of(&self, group: Group) -> &Counts {
        match group {
            Group::Person => &self.persons,
            Group::Organisation => &self.organisations,
        }
    }

    /// Lets a count enter the group and the whole.
    fn each(&mut self, group: Group, mut count: impl FnMut(&mut Counts)) {
        count(&mut self.all);
        match group {
            Group::Person => count(&mut self.persons),
            Group::Organisation => count(&mut self.organisations),
        }
    }
}

impl Quarter {
    /// Reads the quarter that holds this moment.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub(crate) async fn read(store: &Store, now: Instant) -> Result<Self, StoreError> {
        let [from, _, to] = now.day().month().quarter();
        Self::read_months(store, (from, to), now).await
    }

    /// Reads the quarter that an address names, such as `2017-Q2`; that of this moment when it names none.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub(crate) async fn named(store: &Store, key: &str, now: Instant) -> Result<Self, StoreError> {
        match Self::months_of_key(key) {
            Some(months) => Self::read_months(store, months, now).await,
            None => Self::read(store, now).await,
        }
    }

    /// Reads other months, both ends included; running cases and waiting ballots are those of now.
    ///
    /// # Errors
    /// When the database cannot answer.
    async fn read_months(store: &Store, months: (Month, Month), now: Instant) -> Result<Self, StoreError> {
        let mut quarter = Self {
            months,
            as_of: now,
            district: OfficeCounts::default(),
            offices: BTreeMap::new(),
            nothing: OfficeCounts::default(),
        };
        for line in store.tallies(months.0, months.1).await? {
            quarter.each(&line.office_id, line.group, |counts| counts.tally.add(&line.tally));
        }
        for line in store.answers(months.0, months.1).await? {
            quarter.each(&line.office_id, line.group, |counts| {
                let answers = counts.answers.entry(line.question.clone()).or_default();
                for (sum, n) in answers.iter_mut().zip(line.counts) {
                    *sum += unsigned(n);
                }
            });
        }
        for line in store.running(now).await? {
            quarter.each(&line.office_id, line.group, |counts| {
                counts.open += unsigned(line.open);
                counts.late += unsigned(line.late);
            });
        }
        for (office_id, group, n) in store.waiting_ballots().await? {
            quarter.each(&office_id, group, |counts| counts.waiting += unsigned(n));
        }
        Ok(quarter)
    }

    /// The period in addresses, such as `2017-Q2`.
    pub(crate) fn key(&self) -> String {
        self.months.0.quarter_key()
    }

    /// Whether the moment of reading lies in it.
    fn is_running(&self) -> bool {
        (self.months.0..=self.months.1).contains(&self.as_of.day().month())
    }

    /// The quarter before, in addresses.
    pub(crate) fn before(&self) -> String {
        Month(self.months.0.0 - 3).quarter_key()
    }

    /// The months of a period in an address.
    fn months_of_key(key: &str) -> Option<(Month, Month)> {
        let first = Month::of_quarter_key(key)?;
        Some((first, Month(first.0 + 2)))
    }

    /// What several offices did together: the figures of an office today and of those it followed. Shares of it are
    /// taken by [`Self::share_of`], so that a sum never tells what one of them hides.
    pub(crate) fn together(&self, offices: &[String]) -> OfficeCounts {
        let mut sum = OfficeCounts::default();
        for office in offices {
            let counts = self.office(office);
            sum.all.add(&counts.all);
            sum.persons.add(&counts.persons);
            sum.organisations.add(&counts.organisations);
        }
        sum
    }

    /// The share of one group over several offices together; see [`Self::district_share`].
    pub(crate) fn share_of(&self, offices: &[String], group: Group, share: impl Into<Share>) -> Figure {
        let share = share.into();
        let each = || offices.iter().map(|office| self.office(office).of(group));
        let invited = each().map(|counts| unsigned(counts.tally.invited)).sum();
        Figure::of_offices(each().map(|counts| counts.told(share)), (0, 0), Some(invited))
    }

    /// The share of one group over the whole district. What offices hide must not follow from what others show: the
    /// hidden ones count as one part. Ballots of small boxes that were sealed together count here only.
    pub(crate) fn district_share(&self, group: Group, share: impl Into<Share>) -> Figure {
        let share = share.into();
        let each = self.each_office().map(|(_, office)| office.of(group).told(share));
        let rest = self.office(REST).of(group).told(share);
        Figure::of_offices(each, rest, Some(unsigned(self.district.of(group).tally.invited)))
    }

    /// Every office of which anything is counted.
    fn each_office(&self) -> impl Iterator<Item = (&String, &OfficeCounts)> {
        self.offices.iter().filter(|(id, _)| id.as_str() != REST)
    }

    /// The public figures as data, the district first.
    pub(crate) fn release(&self) -> Release {
        let period = self.key();
        let line = |office: Option<&String>, group, measure, value| Line {
            period: period.clone(),
            office: office.cloned(),
            group,
            measure,
            value,
        };
        let mut lines = Vec::new();
        let all = self.each_office().map(|(id, counts)| (Some(id), counts));
        for (office, counts) in std::iter::once((None, &self.district)).chain(all) {
            for (group, share) in Group::ALL.iter().flat_map(|group| Share::ALL.map(|share| (*group, share)))
            {
                let figure = match office {
                    None => self.district_share(group, share),
                    Some(_) => counts.of(group).share(share),
                };
                lines.push(line(office, Some(group), share.key(), figure.into()));
            }
            let (on_time, finished) = counts.all.on_time();
            lines.push(line(office, None, "on_time", Figure::share(on_time, finished, None).into()));
            // What is so now belongs to the quarter of now: the figures of one that is over no longer move.
            let now = counts.all.numbers_now().into_iter().filter(|_| self.is_running());
            let numbers = counts.all.numbers().into_iter().chain(now);
            lines.extend(numbers.map(|(name, value)| line(office, None, name, Value::Count { value })));
        }
        Release::new(period, self.as_of, lines)
    }

    /// What can be compared with the quarter before: of every office and group the answers to each question, and cases in time.
    pub(crate) fn pairs(&self, before: &Self) -> Vec<Pair<Compared>> {
        let mut pairs = Vec::new();
        for (office, now) in self.each_office() {
            let then = before.office(office);
            let of = |what| Compared { office: office.clone(), what };
            pairs.push(Pair { of: of(None), before: then.all.on_time(), now: now.all.on_time() });
            for (group, share) in Group::ALL.iter().flat_map(|group| Share::ALL.map(|share| (*group, share)))
            {
                let counts = [then, now].map(|counts| counts.of(group).told(share));
                pairs.push(Pair { of: of(Some((group, share))), before: counts[0], now: counts[1] });
            }
        }
        pairs
    }

    /// The counts of an office; all zero when nothing happened there.
    pub(crate) fn office(&self, office_id: &str) -> &OfficeCounts {
        self.offices.get(office_id).unwrap_or(&self.nothing)
    }

    /// The period in words, for figures.
    pub(crate) fn period(&self, lang: Lang) -> Period {
        Period { name: name_of(lang, self.months.0), as_of: self.as_of, snapshot: None }
    }

    /// The same with the snapshot, for pages that show what it holds.
    pub(crate) fn period_of(&self, release: &Release, lang: Lang) -> Period {
        let snapshot = Snapshot { id: release.snapshot.clone(), quarter: release.period.clone() };
        Period { snapshot: Some(snapshot), ..self.period(lang) }
    }

    fn each(&mut self, office_id: &str, group: Group, mut count: impl FnMut(&mut Counts)) {
        self.district.each(group, &mut count);
        self.offices.entry(office_id.to_owned()).or_default().each(group, count);
    }
}

/// The quarter that begins with a month, in words.
pub(crate) fn name_of(lang: Lang, first: Month) -> String {
    let number = ["I", "II", "III", "IV"][usize::from((first.number() - 1) / 3)];
    let year = first.year().to_string();
    lang.t_args("period-quarter", &[("quarter", number.into()), ("year", year.into())])
}

/// A count as pages hold it.
pub(crate) fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn unsigned(n: i64) -> u64 {
    n.try_into().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_district_does_not_tell_what_an_office_hides() {
        let of = |fives: &[u64]| {
            let mut quarter = Quarter {
                months: (Month(24_207), Month(24_209)),
                as_of: Instant(0),
                district: OfficeCounts::default(),
                offices: BTreeMap::new(),
                nothing: OfficeCounts::default(),
            };
            for (at, &n) in fives.iter().enumerate() {
                quarter.each(&at.to_string(), Group::Person, |counts| {
                    counts.answers.entry("overall".to_owned()).or_default()[5] += n;
                });
            }
            quarter.district_share(Group::Person, Question::Overall)
        };
        assert_eq!(of(&[171, 5]), Figure::TooFew { n: 5 });
        assert_eq!(of(&[171, 15, 5]), Figure::share(191, 191, Some(191)));
        assert_eq!(of(&[171, 20]), Figure::share(191, 191, Some(191)));
        assert_eq!(of(&[10, 9]), Figure::TooFew { n: 19 });
    }

    #[test]
    fn ballots_of_small_boxes_count_in_the_district_only() {
        let mut quarter = Quarter {
            months: (Month(24_207), Month(24_209)),
            as_of: Instant(0),
            district: OfficeCounts::default(),
            offices: BTreeMap::new(),
            nothing: OfficeCounts::default(),
        };
        for (office, score, n) in [("a", 5, 30), (REST, 1, 4)] {
            quarter.each(office, Group::Person, |counts| {
                counts.answers.entry("overall".to_owned()).or_default()[score] += n;
            });
        }
        let district = quarter.district_share(Group::Person, Question::Overall);
        assert_eq!(district, Figure::share(30, 34, Some(34)), "unhappy ones are not left out");
        assert_eq!(
            quarter.share_of(&["a".into()], Group::Person, Question::Overall),
            Figure::share(30, 30, Some(30))
        );
    }

    #[test]
    fn offices_together_are_summed_and_tell_nothing_that_one_hides() {
        let mut quarter = Quarter {
            months: (Month(24_207), Month(24_209)),
            as_of: Instant(0),
            district: OfficeCounts::default(),
            offices: BTreeMap::new(),
            nothing: OfficeCounts::default(),
        };
        for (office, n) in [("a", 100), ("b", 7), ("c", 30)] {
            quarter.each(office, Group::Person, |counts| {
                counts.answers.entry("overall".to_owned()).or_default()[5] += n;
                counts.tally.on_time += 3;
                counts.waiting += 1;
            });
        }
        let share = |offices: &[&str]| {
            let offices: Vec<_> = offices.iter().map(|office| (*office).to_owned()).collect();
            quarter.share_of(&offices, Group::Person, Question::Overall)
        };
        assert_eq!(share(&["a", "c"]), Figure::share(130, 130, Some(130)));
        assert_eq!(share(&["a", "b"]), Figure::TooFew { n: 7 }, "less a it would tell b");
        let together = quarter.together(&["a".into(), "b".into(), "none".into()]);
        assert_eq!((together.all.on_time(), together.all.waiting), ((6, 6), 2));
        assert_eq!(together.persons.scores(Question::Overall), [0, 0, 0, 0, 107]);
    }

    #[test]
    fn an_office_is_compared_with_itself_group_by_group() {
        let of = |month: i32, fives: u64, twos: u64, late: i64| {
            let mut quarter = Quarter {
                months: (Month(month), Month(month + 2)),
                as_of: Instant(0),
                district: OfficeCounts::default(),
                offices: BTreeMap::new(),
                nothing: OfficeCounts::default(),
            };
            quarter.each("a", Group::Person, |counts| {
                let scores = counts.answers.entry("overall".to_owned()).or_default();
                (scores[5], scores[2]) = (fives, twos);
                (counts.tally.on_time, counts.tally.late) = (40, late);
            });
            quarter.each(REST, Group::Person, |counts| {
                counts.answers.entry("overall".to_owned()).or_default()[1] += 100;
            });
            quarter
        };
        let pairs = of(24_210, 30, 60, 2).pairs(&of(24_207, 70, 10, 1));
        let overall = (Group::Person, Share::Satisfied(Question::Overall));
        let pair = |what| pairs.iter().find(|pair| pair.of.what == what).unwrap();
        assert_eq!((pair(Some(overall)).before, pair(Some(overall)).now), ((70, 80), (30, 90)));
        assert_eq!((pair(None).before, pair(None).now), ((40, 41), (40, 42)));
        assert!(pairs.iter().all(|pair| pair.of.office == "a"), "ballots of small boxes are no office's");
        let (changes, compared) = hailong_core::measure::change::beyond_chance(pairs);
        assert_eq!((changes.len(), compared), (1, 2));
        assert_eq!(changes[0].of.what, Some(overall));
    }

    #[test]
    fn a_period_in_an_address_comes_back() {
        for key in ["2017-Q1", "2017-Q4", "2026-Q2"] {
            let months = Quarter::months_of_key(key).unwrap();
            let nothing = OfficeCounts::default();
            let (district, offices) = (nothing.clone(), BTreeMap::new());
            assert_eq!(Quarter { months, as_of: Instant(0), district, offices, nothing }.key(), key);
        }
        for key in
            ["", "2017", "2017-Q0", "2017-Q5", "-Q1", "99999999999-Q1", "2147483647-Q1", "2017-Q2147483647"]
        {
            assert_eq!(Quarter::months_of_key(key), None, "{key}");
        }
    }
}
