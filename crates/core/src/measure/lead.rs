//! What is red at an office, and on whom it lands: the one who heads the office, or what followed it, on that day.

use crate::{
    directory::Directory,
    kinds::kinds,
    listen::opinion::answerable,
    measure::evaluation::{Evaluation, Status},
    time::Day,
};

kinds! {
    /// What can be red.
    Red {
        /// Cases that run past their promise.
        CasesLate = "cases-late",
        /// Opinions with a step past its day.
        OpinionsLate = "opinions-late",
        /// Of these, those that the head has not explained in time.
        OpinionsUnexplained = "opinions-unexplained",
        /// Promises of dialogues past their day.
        PromisesLate = "promises-late",
        /// Alarms without a verdict.
        AlarmsOpen = "alarms-open",
        /// Evaluations that wait for the head's decision past its day.
        EvaluationsLate = "evaluations-late",
    }
}

/// What is red at one office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfOffice {
    /// The office.
    pub office: String,
    /// Who answers for it, by key; nobody where the post is empty.
    pub head: Option<String>,
    /// What is red, and how many.
    pub red: Vec<(Red, u64)>,
}

/// What lands on whom: offices with the most kinds of red first, then those with the most of it. What is not red is left out.
pub fn land(directory: &Directory, today: Day, found: &[(Red, Vec<(String, u64)>)]) -> Vec<OfOffice> {
    let of = |office: &str| {
        let kinds = found.iter().map(|(red, offices)| {
            let counts = offices.iter().filter(|(id, _)| id == office).map(|(_, n)| *n);
            (*red, counts.sum::<u64>())
        });
        let red: Vec<(Red, u64)> = kinds.filter(|(_, n)| *n > 0).collect();
        let head = answerable(directory, office, today).map(|head| head.id.clone());
        (!red.is_empty()).then(|| OfOffice { office: office.to_owned(), head, red })
    };
    let mut all: Vec<OfOffice> = directory.offices.iter().filter_map(|office| of(&office.id)).collect();
    let weight = |one: &OfOffice| (one.red.len(), one.red.iter().map(|(_, n)| *n).sum::<u64>());
    all.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.office.cmp(&b.office)));
    all
}

/// Whether an evaluation waits for the decision of the office's head past its day. That of a head waits for the leader.
pub fn decision_late(evaluation: &Evaluation, directory: &Directory, today: Day) -> bool {
    evaluation.status == Status::Answered
        && evaluation.due().is_some_and(|due| due < today)
        && !evaluation.is_of_head(directory, today)
}
