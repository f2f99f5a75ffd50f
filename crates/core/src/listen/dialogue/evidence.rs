//! Pressing opinions as evidence beside a wave: how many people of each commune wrote one by themselves, each of them once.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::{
    listen::{contact::Contact, opinion::Opinion},
    serve::code,
};

/// A pressing opinion.
#[derive(Clone, Debug)]
pub struct Pressing {
    /// Key.
    pub opinion_id: Uuid,
    /// The opinion that says the same.
    pub same_as: Option<Uuid>,
    /// The commune where its author lives, as far as that is known.
    pub residence: Option<String>,
    /// What was said, and by whom; nothing when erased.
    pub said: Option<Opinion>,
}

impl Pressing {
    /// What joins it to others of the same person or matter: the opinion it says the same as, a phone, an e-mail, a case.
    fn marks(&self) -> Vec<String> {
        let mut marks = vec![format!("opinion {}", self.same_as.unwrap_or(self.opinion_id))];
        if let Some(said) = &self.said {
            let Contact { email, phone } = Contact::read(&said.contact);
            let known =
                [("mail", email.to_lowercase()), ("phone", phone), ("case", code::tidy(&said.case_code))];
            let known = known.into_iter().filter(|(_, text)| !text.is_empty());
            marks.extend(known.map(|(kind, text)| format!("{kind} {text}")));
        }
        marks
    }
}

/// How many people of each commune wrote: opinions that say the same, or are of one phone, e-mail or case, are one, whatever their
/// order. A person whose opinions name two communes counts in the first of them; where none is known, nowhere.
pub fn people(opinions: &[Pressing]) -> BTreeMap<String, u32> {
    let mut group: Vec<usize> = (0..opinions.len()).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while group[at] != at {
            group[at] = group[group[at]];
            at = group[at];
        }
        at
    }
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, opinion) in opinions.iter().enumerate() {
        for mark in opinion.marks() {
            let other = *first.entry(mark).or_insert(at);
            let (one, other) = (root(&mut group, at), root(&mut group, other));
            group[one.max(other)] = one.min(other);
        }
    }
    let mut lives: BTreeMap<usize, &str> = BTreeMap::new();
    for (at, opinion) in opinions.iter().enumerate() {
        if let Some(residence) = &opinion.residence {
            lives.entry(root(&mut group, at)).or_insert(residence);
        }
    }
    let mut counted = BTreeMap::new();
    for commune in lives.into_values() {
        *counted.entry(commune.to_owned()).or_default() += 1;
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(id: u128, same_as: Option<u128>, residence: &str, contact: &str) -> Pressing {
        Pressing {
            opinion_id: Uuid::from_u128(id),
            same_as: same_as.map(Uuid::from_u128),
            residence: (!residence.is_empty()).then(|| residence.to_owned()),
            said: Some(Opinion { contact: contact.into(), ..Opinion::default() }),
        }
    }

    #[test]
    fn a_person_counts_once_however_much_they_write() {
        let mut all = vec![
            opinion(1, None, "tan-duc", "0912 345 678"),
            opinion(2, None, "tan-duc", "0912345678, bay@example.vn"),
            opinion(3, None, "tan-dan", "bay@example.vn"),
            opinion(4, Some(1), "", ""),
            opinion(5, None, "tan-duc", ""),
            opinion(6, None, "", "0912000111"),
        ];
        let expected = BTreeMap::from([("tan-duc".to_owned(), 2)]);
        assert_eq!(people(&all), expected);
        all.extend((10..30).map(|id| opinion(id, Some(5), "tan-duc", "")));
        assert_eq!(people(&all), expected, "twenty that say the same change nothing");
        let nobody: Vec<_> = all.into_iter().map(|one| Pressing { residence: None, ..one }).collect();
        assert!(people(&nobody).is_empty());
    }
}
