//! The commune that hosts a dialogue: chosen by the rule of [`super::choose`], decided by the leader, who departs from the rule, or
//! from an earlier decision, only with a written reason. The table is kept as it was when the wave closed.

use serde::{Deserialize, Serialize};

use super::{
    Dialogue, WORDS_LIMIT,
    choose::{By, Choice, Commune, DRAWS, SEED, Standing, choose},
    leads, words,
};
use crate::{batch::Batch, context::Context, event::Event, id::Bytes, refusal::Refusal, secret::SecretKey};

/// A commune of the published table, in whole numbers: what was published stays as it was, whatever machine reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Key of its office.
    pub commune: String,
    /// Cases of the quarter by residence.
    pub cases: u32,
    /// Forms that came back.
    pub forms: u32,
    /// Of these, with a pressing grievance.
    pub pressing: u32,
    /// People who wrote a pressing opinion by themselves.
    #[serde(default, skip_serializing_if = "is_none")]
    pub opinions: u32,
    /// Quarters since the last dialogue there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visited: Option<u32>,
    /// Estimated people with a pressing grievance, in tenths; likewise the ends of the 90 % interval and the excess.
    pub estimate: i64,
    /// See `estimate`.
    pub low: i64,
    /// See `estimate`.
    pub high: i64,
    /// See `estimate`.
    pub excess: i64,
    /// Probability of being the largest, in ten-thousandths.
    pub probability: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_none(count: &u32) -> bool {
    *count == 0
}

/// The choice, as it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The commune decided on.
    pub host: String,
    /// The commune by the rule.
    pub by_rule: String,
    /// What decided in the rule.
    pub by: By,
    /// The table, the largest estimate first.
    pub lines: Vec<Line>,
    /// Seed of the draws behind intervals and probabilities.
    pub seed: u64,
    /// How many draws.
    pub draws: u32,
}

/// See [`Event::DialogueHostChosen`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostChosen {
    /// The dialogue.
    pub dialogue: String,
    /// The choice.
    pub chosen: Chosen,
    /// Why it departs from the rule or from an earlier decision, sealed under the dialogue's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bytes>,
}

/// A decision on the host.
#[derive(Clone, Debug, Default)]
pub struct Decide {
    /// The commune.
    pub host: String,
    /// Why; needed when it is not the rule's, or not what was decided before.
    pub reason: String,
}

impl From<&Standing> for Line {
    fn from(row: &Standing) -> Self {
        let tenths = |people: f64| (people * 10.0).round() as i64;
        let Commune { commune, cases, forms, pressing, opinions, visited } = row.of.clone();
        Self {
            commune,
            cases,
            forms,
            pressing,
            opinions,
            visited,
            estimate: tenths(row.estimate),
            low: tenths(row.low),
            high: tenths(row.high),
            excess: tenths(row.excess),
            probability: (row.probability * 10_000.0).round() as i64,
        }
    }
}

impl Line {
    fn standing(&self) -> Standing {
        let people = |tenths: i64| tenths as f64 / 10.0;
        Standing {
            of: Commune {
                commune: self.commune.clone(),
                cases: self.cases,
                forms: self.forms,
                pressing: self.pressing,
                opinions: self.opinions,
                visited: self.visited,
            },
            estimate: people(self.estimate),
            low: people(self.low),
            high: people(self.high),
            excess: people(self.excess),
            probability: self.probability as f64 / 10_000.0,
        }
    }
}

impl Chosen {
    /// The rule's choice on a table, kept as it is published.
    ///
    /// # Errors
    /// Those of [`choose`].
    pub fn by_rule(communes: &[Commune]) -> Result<Self, Refusal> {
        let choice = choose(communes, SEED, DRAWS)?;
        let winner = choice.winner().of.commune.clone();
        Ok(Self {
            host: winner.clone(),
            by_rule: winner,
            by: choice.by,
            lines: choice.rows.iter().map(Line::from).collect(),
            seed: choice.seed,
            draws: choice.draws,
        })
    }

    /// The rule's choice in the form of [`choose`], with communes called by `name`.
    pub fn rule(&self, name: impl Fn(&str) -> String) -> Choice {
        let place = |found: Option<usize>| found.unwrap_or(0);
        let most = self.lines.iter().map(|line| line.pressing).max();
        let (forms, pressing) = self.totals();
        let mut rows: Vec<Standing> = self.lines.iter().map(Line::standing).collect();
        rows.iter_mut().for_each(|row| row.of.commune = name(&row.of.commune));
        Choice {
            rows,
            chosen: place(self.lines.iter().position(|line| line.commune == self.by_rule)),
            raw: place(self.lines.iter().position(|line| Some(line.pressing) == most)),
            by: self.by,
            district_rate: f64::from(pressing) / f64::from(forms.max(1)),
            shape: None,
            seed: self.seed,
            draws: self.draws,
        }
    }

    /// Forms that came back, and those with a pressing grievance.
    pub fn totals(&self) -> (u32, u32) {
        let sum = |of: fn(&Line) -> u32| self.lines.iter().map(of).sum();
        (sum(|line| line.forms), sum(|line| line.pressing))
    }

    /// Whether the decision departs from the rule.
    pub fn departs(&self) -> bool {
        self.host != self.by_rule
    }
}

/// Decides on the host. `communes` is the table as it stands now; once decided, the wave takes no more forms and the table stays.
/// A later decision takes the notice back.
///
/// # Errors
/// Refuses everybody but the leader, a wave without any form, communes that are not in the table, a missing reason, the same
/// decision again, and a dialogue that takes place already.
pub fn decide(
    dialogue: &Dialogue,
    communes: &[Commune],
    command: &Decide,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    leads(ctx)?;
    if dialogue.closed_at.is_some() || dialogue.has_begun() {
        return Err(Refusal::WrongStep);
    }
    let mut chosen = match &dialogue.choice {
        Some(before) if before.host == command.host => return Err(Refusal::AlreadyDone),
        Some(before) => before.clone(),
        None if communes.iter().all(|commune| commune.forms == 0) => return Err(Refusal::NoForms),
        None => Chosen::by_rule(communes)?,
    };
    if !chosen.lines.iter().any(|line| line.commune == command.host) {
        return Err(Refusal::BadChoice("host"));
    }
    chosen.host.clone_from(&command.host);
    let needed = chosen.departs() || dialogue.choice.is_some();
    let reason = words("reason", &command.reason, WORDS_LIMIT, false)?;
    if needed && reason.is_empty() {
        return Err(Refusal::ReasonNeeded);
    }
    let seal = |reason: String| Bytes(key.seal(&ctx.entropy, dialogue.key_id.as_bytes(), reason.as_bytes()));
    let event = Event::DialogueHostChosen(HostChosen {
        dialogue: dialogue.id.clone(),
        chosen,
        reason: Some(reason).filter(|reason| !reason.is_empty()).map(seal),
    });
    Ok(dialogue.next(event, ctx))
}
