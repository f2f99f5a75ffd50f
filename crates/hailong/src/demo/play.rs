//! Plays a script: every step is a command, decided by the same rules as a person's click, written through the same
//! door. One generator hands batches in, in order, without waiting for each.

mod case;
mod evaluation;
mod listen;
mod scene;

use std::collections::{HashMap, VecDeque};

use anyhow::{Context as _, anyhow};
use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Context, Entropy},
    directory::Directory,
    listen::{invitation::Invited, rating::BallotBox},
    secret::SecretKey,
    serve::{applicant::Group, case::Case, official::Official},
    time::Instant,
};
use hailong_store::{Pending, Store};
use uuid::Uuid;

use super::{
    chance::seed_of,
    script::{self, Act, Manner, Plot, Scene, Script, Step},
};

/// Most writes handed in and not yet answered.
const AHEAD: usize = 1_024;

pub(super) struct Player<'a> {
    store: &'a Store,
    directory: &'a Directory,
    script: &'a Script,
    seed: u64,
    manners: Vec<Manner>,
    staff: Vec<Vec<&'a Official>>,
    /// Cases that are not over, as the generator knows them; read from the record after a restart.
    open: HashMap<u32, (Case, SecretKey)>,
    invited: HashMap<u32, Invited>,
    boxes: HashMap<(String, Group), BallotBox>,
    /// The steps that made something that a later step names: opinions and appointments.
    made: HashMap<(Act, u32), usize>,
    pending: VecDeque<(usize, Pending)>,
}

impl<'a> Player<'a> {
    pub(super) fn new(store: &'a Store, directory: &'a Directory, script: &'a Script, seed: u64) -> Self {
        let offices = &directory.offices;
        Self {
            store,
            directory,
            script,
            seed,
            manners: offices.iter().map(|office| script::manner(seed, office)).collect(),
            staff: offices.iter().map(|office| script::staff_of(directory, office)).collect(),
            open: HashMap::new(),
            invited: HashMap::new(),
            boxes: HashMap::new(),
            made: HashMap::new(),
            pending: VecDeque::new(),
        }
    }

    /// Plays the step with this number, and remembers in the same transaction that it was played. Whatever is refused
    /// stops the demo: the script asks for nothing that the rules do not allow.
    pub(super) async fn play(&mut self, number: usize, step: Step) -> anyhow::Result<()> {
        let batch = match step.act {
            Act::Seal => return self.seal(step.at).await,
            Act::Freeze => return self.freeze(step).await,
            Act::Look => return self.look(step).await,
            Act::AnswerFigures | Act::DecideFigures | Act::AskReview | Act::Review => {
                self.evaluate(number, step).await
            }
            _ => self.decide(number, step).await.map(Some),
        };
        let Some(mut batch) = batch.with_context(|| format!("step {number}: {step:?}"))? else {
            return Ok(());
        };
        batch.side.push(Side::DemoStep(number as i64 + 1));
        self.wait(AHEAD).await?;
        self.pending.push_back((number, self.store.submit(batch)?));
        Ok(())
    }

    /// Waits until everything handed in is durable.
    pub(super) async fn flush(&mut self) -> anyhow::Result<()> {
        self.wait(0).await
    }

    /// Waits until at most so many writes are unanswered.
    async fn wait(&mut self, most: usize) -> anyhow::Result<()> {
        while self.pending.len() > most
            && let Some((number, oldest)) = self.pending.pop_front()
        {
            let step = self.script.steps[number];
            oldest.done().await.with_context(|| format!("step {number} was not kept: {step:?}"))?;
        }
        Ok(())
    }

    async fn decide(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        match step.act {
            Act::Receive | Act::Ask | Act::Arrive | Act::Resolve => self.receive(number, step).await,
            Act::Say => self.say(number, step),
            Act::Answer => self.answer(number, step).await,
            Act::Rate => self.rate(number, step).await,
            Act::Guide => self.guide(number, step),
            Act::Post => self.post(number, step),
            Act::Arrange => self.arrange(number, step),
            Act::Book | Act::Rebook | Act::Cancel | Act::CheckIn => self.appointment(number, step).await,
            Act::Draw | Act::Call | Act::Recall | Act::Attend | Act::Serve | Act::Miss => {
                self.ticket(number, step).await
            }
            _ => self.handle(number, step).await,
        }
    }

    fn context(&self, number: usize, at: Instant, actor: Actor) -> Context<'a> {
        let entropy = seed_of(self.seed, "step", number as u64);
        self.store.context(actor, at, self.directory, entropy)
    }

    fn plot(&self, of: u32) -> Plot {
        self.script.plots[of as usize]
    }

    fn scene(&self, of: u32) -> Scene {
        self.script.scenes[of as usize]
    }

    /// Somebody of an office, or who acts for them that day.
    fn official(&self, office: u16, position: u8, at: Instant) -> anyhow::Result<Actor> {
        let office = usize::from(office);
        let found = self.staff[office].get(usize::from(position));
        let found =
            found.ok_or_else(|| anyhow!("{} has too few officials", self.directory.offices[office].id))?;
        self.acting(&found.id, at)
    }

    /// An official, or who acts for them that day.
    fn acting(&self, id: &str, at: Instant) -> anyhow::Result<Actor> {
        let official = self.directory.official(id)?;
        let deputy = official.absence_on(at.day()).map(|absence| self.directory.official(&absence.deputy));
        Ok(Actor::Official(deputy.transpose()?.unwrap_or(official).clone()))
    }

    fn head(&self, office_id: &str, at: Instant) -> anyhow::Result<Actor> {
        let head = self.directory.head_on(office_id, at.day());
        Ok(Actor::Official(head.with_context(|| format!("{office_id} has no head"))?.clone()))
    }

    /// A key that belongs to a case and a name.
    fn id(&self, name: &str, of: u32) -> Uuid {
        let entropy = Entropy::new(seed_of(self.seed, name, u64::from(of)));
        hailong_core::id::new_blind_id(&entropy)
    }

    fn case_id(&self, of: u32) -> Uuid {
        case_id(self.seed, of)
    }

    /// The key of an opinion or an appointment, as the step that made it made it.
    fn made_by(&self, act: Act, of: u32) -> anyhow::Result<Uuid> {
        let number = match self.made.get(&(act, of)) {
            Some(number) => *number,
            // After a restart.
            None => {
                let found = self.script.steps.iter().position(|step| step.act == act && step.of == of);
                found.with_context(|| format!("{act:?} {of} comes after what needs it"))?
            }
        };
        let entropy = Entropy::new(seed_of(self.seed, "step", number as u64));
        Ok(hailong_core::id::new_id(self.script.steps[number].at, &entropy))
    }
}

/// The key of a case of the script.
pub(super) fn case_id(seed: u64, of: u32) -> Uuid {
    hailong_core::id::new_blind_id(&Entropy::new(seed_of(seed, "case-id", u64::from(of))))
}
