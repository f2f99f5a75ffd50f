//! People answer questions, leave opinions, and heads answer them; boxes are sealed when their day is over.

use anyhow::{Context as _, bail};
use hailong_core::{
    batch::Batch,
    context::{Actor, Context},
    listen::{
        invitation::{Invitation, Way},
        opinion::{self, Opinion, Said, Sort, Sorted, State},
        rating::{self, Asked, Ballot},
    },
    refusal::Refusal,
    time::Instant,
};
use hailong_store::StoreError;

use super::Player;
use crate::demo::{
    chance::{Chance, seed_of},
    people,
    script::{Act, Step},
};

/// The last answer offered: four times or more.
const MOST_TRIPS: u8 = 4;

impl Player<'_> {
    pub(super) async fn rate(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let invited = match self.invited.remove(&step.of) {
            Some(invited) => invited,
            None => {
                self.flush().await?;
                let invitation = self.store.invitation_of_case(self.case_id(step.of)).await?;
                invitation.context("the record does not have this invitation")?.invited
            }
        };
        let place = (invited.office_id.clone(), invited.group);
        let ballot_box = match self.boxes.get(&place) {
            Some(known) => known.clone(),
            None => {
                let open = self.store.open_box(&invited.office_id, invited.group).await?;
                self.boxes.insert(place, open.clone());
                open
            }
        };
        let ctx = self.context(number, step.at, Actor::Citizen);
        let key = self.store.vault().box_key(&ballot_box)?;
        let invitation = Invitation { invited, used: false, denied: false, longest: None };
        let (batch, _) =
            rating::cast(&invitation, self.ballot(step.of), self.way(step.of), &ballot_box, &key, &ctx)?;
        Ok(batch)
    }

    /// How this person answers: four in ten by the link sent to the phone, the others by what the office handed over.
    fn way(&self, of: u32) -> Way {
        let chance = Chance::new(self.seed, "way", u64::from(of));
        let ways = [(0.4, Way::Link), (0.55, Way::Slip), (0.7, Way::Kiosk), (0.3, Way::Sms)];
        ways.into_iter().find(|(share, _)| chance.happens(*share)).map_or(Way::Paper, |(_, way)| way)
    }

    /// What this person thinks: of the office, of being late, of having to come again.
    fn ballot(&self, of: u32) -> Ballot {
        let plot = self.plot(of);
        let chance = Chance::new(self.seed, "ballot", u64::from(of));
        let manner = self.manners[usize::from(plot.office)];
        // Even where people are kind somebody has a bad day.
        let bad_day = if chance.happens(0.03) { 1.8 } else { 0.0 };
        let mood =
            4.65 + 0.55 * manner.warmth + 0.65 * chance.bell() - 0.5 * f64::from(plot.supplements) - bad_day;
        let score = |shift: f64| (mood + shift + 0.45 * chance.bell()).round().clamp(1.0, 5.0) as u8;
        let answered = |score: u8| (!chance.happens(0.06)).then_some(score);
        let lateness = if plot.late { -1.6 } else { 0.1 };
        let overall = score(0.5 * lateness);
        let money = chance.happens((0.012 - 0.012 * manner.warmth).clamp(0.001, 0.05));
        Ballot {
            overall,
            welcome: answered(score(0.5 * manner.warmth)),
            guidance: answered(score(0.3 * manner.warmth)),
            speed: answered(score(lateness)),
            lawful: answered(score(0.2)),
            trips: answered(
                (1 + plot.supplements + chance.below(5) as u8 / 4 + u8::from(chance.happens(0.2)))
                    .min(MOST_TRIPS),
            ),
            contacts: answered((1 + plot.supplements + u8::from(chance.happens(0.1))).min(MOST_TRIPS)),
            days: answered(if plot.late { 4 } else { 1 + chance.below(3) as u8 }),
            extra_papers: answered(0).map(|_| {
                if chance.happens(0.06 + 0.1 * f64::from(plot.supplements)) { Asked::Yes } else { Asked::No }
            }),
            extra_money: answered(0).map(|_| match (money, chance.happens(0.03)) {
                (true, _) => Asked::Yes,
                (_, true) => Asked::NotSaid,
                _ => Asked::No,
            }),
            words: if chance.happens(0.12) { people::words(overall, &chance) } else { String::new() },
        }
    }

    pub(super) fn say(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let office = &self.directory.offices[usize::from(self.script.opinions[step.of as usize])];
        let (words, name, contact) = people::opinion(&Chance::new(self.seed, "words", u64::from(step.of)));
        let ctx = self.context(number, step.at, Actor::Citizen);
        let opinion = Opinion { words, name, contact, ..Opinion::default() };
        let (batch, _) = opinion::receive(Said::new(&office.id, opinion), &ctx)?;
        self.made.insert((Act::Say, step.of), number);
        Ok(batch)
    }

    pub(super) async fn answer(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let office = &self.directory.offices[usize::from(self.script.opinions[step.of as usize])];
        let head = self.head(&office.id, step.at)?;
        self.flush().await?;
        let id = self.made_by(Act::Say, step.of)?;
        let key = self.store.data_key(id).await?.context("the opinion's key is gone")?;
        let ctx = self.context(number, step.at, head);
        let mut current =
            self.store.opinion(id).await?.context("the record does not have this opinion")?.current;
        // Sorted and answered in one go: the head of a small office does both.
        let (class, topic, urgency) = people::sorted(&Chance::new(self.seed, "words", u64::from(step.of)));
        let sort = Sort { class, topic, urgency, office_id: office.id.clone() };
        let mut batch = opinion::triage(&current, sort, None, &ctx)?;
        current.state = State::Triaged;
        current.version += 1;
        current.sorted = Some(Sorted { class, topic, urgency, duplicate_of: None });
        let finding = people::finding(&Chance::new(self.seed, "finding", u64::from(step.of)));
        let words = people::answer(&Chance::new(self.seed, "answer", u64::from(step.of)));
        self.made.remove(&(Act::Say, step.of));
        batch.entries.extend(opinion::answer(&current, words, Some(finding), &key, &[], &ctx)?.entries);
        Ok(batch)
    }

    /// Seals the boxes whose day is over and publishes them in the log, each box with randomness of its own, so that a demo that was
    /// interrupted here goes on alike.
    pub(super) async fn seal(&mut self, at: Instant) -> anyhow::Result<()> {
        self.flush().await?;
        let due = self.store.due_boxes(at.day()).await?;
        for waiting in &due.whole {
            let ctx = self.program(&waiting.ballot_box.key_name(), at);
            sealed(self.store.seal_box(waiting, &ctx).await)?;
        }
        for (group, small) in due.small {
            let ctx = self.program(&format!("rest/{}/{}", group.key(), at.day()), at);
            sealed(self.store.seal_rest(group, &small, &ctx).await)?;
        }
        for held in self.store.due_held(at.day()).await? {
            let ctx = self.program(&format!("held/{}/{}/{}", held.office_id, held.group.key(), at.day()), at);
            sealed(self.store.close_held(&held, &ctx).await)?;
        }
        self.boxes.clear();
        let ctx = self.program("log", at);
        self.store.publish_log(&ctx).await?;
        Ok(())
    }

    /// The program acts, with randomness of its own for each place.
    pub(super) fn program(&self, place: &str, at: Instant) -> Context<'_> {
        self.store.context(Actor::System, at, self.directory, seed_of(self.seed, place, 0))
    }
}

fn sealed(outcome: Result<(), StoreError>) -> anyhow::Result<()> {
    match outcome {
        Err(StoreError::Stale) => bail!("somebody else writes into this demo"),
        Ok(()) | Err(StoreError::Refused(Refusal::TooFewToSeal)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
