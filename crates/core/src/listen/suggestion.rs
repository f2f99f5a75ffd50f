//! What triage is offered: class, topic, urgency and office of an opinion, each with its probability, learned from how the
//! opinions before it were sorted, and judged by every one of them before it is learned from.
//!
//! Nothing is kept but numbers, of bounded size: [`MOST_FEATURES`] features and [`MOST_OFFICES`] offices.

use hailong_stats::classifier::Classifier;

use super::{
    opinion::{Class, Sort, Topic, Urgency},
    triage::{features, teach},
};
use crate::text::fold;

/// Most features that one of the four learns from: with 64 offices, 50 MB.
pub const MOST_FEATURES: usize = 100_000;
/// Most offices that are told apart.
pub const MOST_OFFICES: usize = 64;
/// Opinions to learn from before anything is offered.
pub const FIRST: u32 = 20;
/// Least probability that is offered.
pub const LEAST: f32 = 0.5;
/// The last opinions over which it is judged besides all of them.
const RECENT: usize = 100;

/// What is offered for one opinion; nothing where nothing is probable enough.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// What it is about, by the law.
    pub class: Option<(Class, f32)>,
    /// What it is about, in the words of those who wait.
    pub topic: Option<(Topic, f32)>,
    /// How pressing it is.
    pub urgency: Option<(Urgency, f32)>,
    /// Which office deals with it.
    pub office: Option<(String, f32)>,
}

/// How well one of the four has done: each opinion was predicted before it was learned from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Opinions predicted.
    pub n: u32,
    /// Of them rightly.
    pub right: u32,
    /// How many of them would have been right by always saying what was most frequent until then.
    pub right_by_habit: u32,
    /// Of the last hundred, how many were predicted, and how many rightly.
    pub recent: (u32, u32),
}

/// The records of the four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Of the class.
    pub class: Record,
    /// Of the topic.
    pub topic: Record,
    /// Of the urgency.
    pub urgency: Record,
    /// Of the office.
    pub office: Record,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Suggestions {
    class: Learner,
    topic: Learner,
    urgency: Learner,
    office: Learner,
    offices: Vec<String>,
}

/// A classifier with its record.
#[derive(Clone, Debug)]
struct Learner {
    classifier: Classifier,
    seen: Vec<u32>,
    record: Record,
    recent: std::collections::VecDeque<bool>,
}

impl Learner {
    fn new(classes: usize) -> Self {
        Self {
            classifier: Classifier::bounded(classes, MOST_FEATURES),
            seen: vec![0; classes],
            record: Record::default(),
            recent: std::collections::VecDeque::with_capacity(RECENT),
        }
    }

    fn best(&self, found: &[u32]) -> (usize, f32) {
        let chances = self.classifier.predict(found).into_iter().enumerate();
        chances.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).unwrap_or((0, 0.0))
    }

    fn offer(&self, found: &[u32]) -> Option<(usize, f32)> {
        Some(self.best(found)).filter(|(_, chance)| self.record.n >= FIRST && *chance >= LEAST)
    }

    /// Predicts, notes whether that was right, and learns.
    fn learn(&mut self, text: &str, found: &[u32], class: usize) {
        let right = self.best(found).0 == class;
        let habit = (0..self.seen.len()).max_by_key(|at| (self.seen[*at], std::cmp::Reverse(*at)));
        self.record.n += 1;
        self.record.right += u32::from(right);
        self.record.right_by_habit += u32::from(habit == Some(class));
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(right);
        let recent = self.recent.iter().filter(|right| **right).count();
        self.record.recent = (self.recent.len() as u32, recent as u32);
        self.seen[class] += 1;
        teach(&mut self.classifier, text, class);
    }
}

impl Default for Suggestions {
    fn default() -> Self {
        Self {
            class: Learner::new(Class::ALL.len()),
            topic: Learner::new(Topic::ALL.len()),
            urgency: Learner::new(Urgency::ALL.len()),
            office: Learner::new(MOST_OFFICES),
            offices: Vec::new(),
        }
    }
}

impl Suggestions {
    /// Learns from one opinion that was sorted.
    pub fn learn(&mut self, text: &str, sort: &Sort) {
        let found = features(text);
        let at = |place: Option<usize>| place.unwrap_or(0);
        self.class.learn(text, &found, at(Class::ALL.iter().position(|one| *one == sort.class)));
        self.topic.learn(text, &found, at(Topic::ALL.iter().position(|one| *one == sort.topic)));
        self.urgency.learn(text, &found, at(Urgency::ALL.iter().position(|one| *one == sort.urgency)));
        let known = self.offices.iter().position(|office| *office == sort.office_id);
        let place = known.or_else(|| {
            // Of more offices than it tells apart, those that came first are learned.
            (self.offices.len() < MOST_OFFICES).then(|| {
                self.offices.push(sort.office_id.clone());
                self.offices.len() - 1
            })
        });
        if let Some(place) = place {
            self.office.learn(text, &found, place);
        }
    }

    /// What is offered for a text. `is_open` says whether an office may be chosen today.
    pub fn offer(&self, text: &str, is_open: impl Fn(&str) -> bool) -> Offer {
        let found = features(text);
        let office = self.office.offer(&found).and_then(|(at, chance)| {
            let office = self.offices.get(at).filter(|office| is_open(office))?;
            Some((office.clone(), chance))
        });
        Offer {
            class: self.class.offer(&found).map(|(at, chance)| (Class::ALL[at], chance)),
            topic: self.topic.offer(&found).map(|(at, chance)| (Topic::ALL[at], chance)),
            urgency: self.urgency.offer(&found).map(|(at, chance)| (Urgency::ALL[at], chance)),
            office,
        }
    }

    /// How well it has done so far.
    pub fn records(&self) -> Records {
        Records {
            class: self.class.record,
            topic: self.topic.record,
            urgency: self.urgency.record,
            office: self.office.record,
        }
    }

    /// Bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        [&self.class, &self.topic, &self.urgency, &self.office].map(|one| one.classifier.bytes()).iter().sum()
    }
}

/// How much two texts share, from 0 (nothing) to 1 (everything), whatever their diacritics: for finding those that say the same.
pub fn likeness(a: &str, b: &str) -> f32 {
    let (a, b) = (features(&fold(a)), features(&fold(b)));
    let both = a.iter().filter(|one| b.binary_search(one).is_ok()).count();
    let all = a.len() + b.len() - both;
    if all == 0 { 0.0 } else { both as f32 / all as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(topic: Topic, office: &str) -> Sort {
        let pressing = if topic == Topic::Money { Urgency::Pressing } else { Urgency::Ordinary };
        let class = if topic == Topic::Place { Class::Idea } else { Class::Conduct };
        Sort { class, topic, urgency: pressing, office_id: office.into() }
    }

    const SAID: [(&str, Topic); 3] = [
        ("Cán bộ đòi thêm tiền ngoài lệ phí, không có biên lai, lần {}", Topic::Money),
        ("Phải chờ lâu, hồ sơ trễ hẹn {} ngày", Topic::Waiting),
        ("Phòng chờ thiếu {} cái ghế, nóng, nên có quạt", Topic::Place),
    ];

    #[test]
    fn it_offers_what_it_learned_and_says_how_often_it_was_right() {
        let mut suggestions = Suggestions::default();
        let open = |_: &str| true;
        for round in 0..40 {
            for (text, topic) in SAID {
                if round < 6 {
                    assert_eq!(suggestions.offer(text, open), Offer::default(), "too few to learn from");
                }
                let office = if topic == Topic::Place { "tan-duc" } else { "tran-phan" };
                suggestions.learn(&text.replace("{}", &round.to_string()), &sort(topic, office));
            }
        }
        for (text, topic, office) in [
            ("nhan vien doi them tien ngoai le phi", Topic::Money, "tran-phan"),
            ("chờ lâu quá, ho so tre hen", Topic::Waiting, "tran-phan"),
            ("them ghe va quat cho phong cho di", Topic::Place, "tan-duc"),
        ] {
            let offer = suggestions.offer(text, open);
            assert_eq!(offer.topic.map(|(topic, _)| topic), Some(topic), "{text}");
            assert_eq!(offer.office.map(|(office, _)| office).as_deref(), Some(office), "{text}");
            assert_eq!(suggestions.offer(text, |_| false).office, None, "a closed office is not offered");
        }
        let records = suggestions.records();
        assert_eq!((records.topic.n, records.topic.recent.0), (120, 100));
        assert!(records.topic.right > 100 && records.topic.right_by_habit < 50, "{records:?}");
        assert!(suggestions.bytes() < 200_000_000);
    }

    #[test]
    fn those_that_say_the_same_are_alike() {
        let said = "Ở xã thiếu ghế ngồi chờ, người già phải đứng cả buổi";
        assert!(likeness(said, "o xa thieu ghe ngoi cho, nguoi gia phai dung ca buoi!") > 0.9);
        assert!(likeness(said, "Thiếu ghế chờ, người già phải đứng") > 0.4);
        assert!(likeness(said, "Cán bộ đòi tiền ngoài lệ phí") < 0.15);
        assert!(likeness("", "…") < f32::EPSILON);
    }
}
