//! Plays a script: every step is a command, decided by the same rules as a person's click, written through the same
//! door. One generator hands batches in, in order, without waiting for each.

use std::collections::{HashMap, VecDeque};

use anyhow::{Context as _, anyhow, ensure};
use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Context, Entropy},
    directory::Directory,
    event::Event,
    listen::{
        invitation::{Invitation, Invited},
        opinion::{self, Opinion, Waiting},
        rating::{self, Ballot, BallotBox, ExtraMoney},
    },
    secret::SecretKey,
    serve::{
        applicant::Group,
        case::{self, Case, CheckDocuments, LimitChoice, Mark, OpenCase, Outcome, Step as CaseStep},
        official::{Official, Role},
    },
    time::Instant,
};
use hailong_store::{Pending, Store, StoreError};
use uuid::Uuid;

use super::{
    chance::{Chance, seed_of},
    people,
    script::{self, Act, Manner, Plot, Script, Step},
};

/// Most writes handed in and not yet answered.
const AHEAD: usize = 1_024;

pub(super) struct Player<'a> {
    store: &'a Store,
    directory: &'a Directory,
    script: &'a Script,
    seed: u64,
    manners: Vec<Manner>,
    /// Cases that are not over, as the generator knows them; read from the record after a restart.
    open: HashMap<u32, (Case, SecretKey)>,
    invited: HashMap<u32, Invited>,
    boxes: HashMap<(String, Group), BallotBox>,
    pending: VecDeque<(usize, Pending)>,
}

impl<'a> Player<'a> {
    pub(super) fn new(store: &'a Store, directory: &'a Directory, script: &'a Script, seed: u64) -> Self {
        let manners = directory.offices.iter().map(|office| script::manner(seed, office)).collect();
        Self {
            store,
            directory,
            script,
            seed,
            manners,
            open: HashMap::new(),
            invited: HashMap::new(),
            boxes: HashMap::new(),
            pending: VecDeque::new(),
        }
    }

    /// Plays the step with this number, and remembers in the same transaction that it was played.
    pub(super) async fn play(&mut self, number: usize, step: Step) -> anyhow::Result<()> {
        if step.act == Act::Seal {
            return self.seal(step.at).await;
        }
        let batch = self.decide(number, step).await.with_context(|| format!("step {number}: {step:?}"))?;
        let Some(mut batch) = batch else { return Ok(()) };
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

    async fn decide(&mut self, number: usize, step: Step) -> anyhow::Result<Option<Batch>> {
        match step.act {
            Act::Receive | Act::Ask => self.receive(number, step).map(Some),
            Act::Say => self.say(number, step).map(Some),
            Act::Answer => self.answer(number, step).await,
            Act::Rate => self.rate(number, step).await,
            Act::Seal => Ok(None),
            Act::Bring | Act::HandOver | Act::Finish | Act::Return | Act::Refuse => {
                self.handle(number, step).await.map(Some)
            }
        }
    }

    fn context(&self, number: usize, at: Instant, actor: Actor) -> Context<'a> {
        let entropy = seed_of(self.seed, "step", number as u64);
        self.store.context(actor, at, self.directory, entropy)
    }

    fn plot(&self, of: u32) -> Plot {
        self.script.plots[of as usize]
    }

    fn official(&self, plot: Plot, position: u8) -> anyhow::Result<&'a Official> {
        let office = &self.directory.offices[usize::from(plot.office)];
        let staff = script::staff_of(self.directory, office);
        staff
            .get(usize::from(position))
            .copied()
            .ok_or_else(|| anyhow!("{} has too few officials", office.id))
    }

    fn case_id(&self, of: u32) -> Uuid {
        let entropy = Entropy::new(seed_of(self.seed, "case-id", u64::from(of)));
        hailong_core::id::new_blind_id(&entropy)
    }

    fn receive(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let plot = self.plot(step.of);
        let office = &self.directory.offices[usize::from(plot.office)];
        let procedure = &self.directory.procedures[usize::from(plot.procedure)];
        let ctx = self.context(number, step.at, Actor::Official(self.official(plot, plot.clerk)?.clone()));
        let chance = Chance::new(self.seed, "applicant", u64::from(step.of));
        let applicant = people::applicant(plot.kind, &office.unit_name, &office.id, &chance);
        let case_id = self.case_id(step.of);
        let command = OpenCase::at_counter(case_id, &procedure.code, applicant);
        let (mut batch, mut case) = case::open(command, &ctx)?;
        let wrapped = batch.side.iter().find_map(|side| match side {
            Side::DataKey { wrapped, .. } => Some(wrapped),
            _ => None,
        });
        let key = wrapped.and_then(|wrapped| ctx.secrets.unwrap_data_key(case.person_id, wrapped));
        let key = key.context("a new person has no key")?;
        let check = self.check(plot, step.act == Act::Ask);
        let checked = case::step(&case, CaseStep::Check(check), Some(&key), &ctx)?;
        for entry in &checked.entries {
            case::evolve(&mut case, entry.at, &entry.event);
        }
        batch.entries.extend(checked.entries);
        self.open.insert(step.of, (case, key));
        Ok(batch)
    }

    fn check(&self, plot: Plot, missing: bool) -> CheckDocuments {
        let procedure = &self.directory.procedures[usize::from(plot.procedure)];
        let mark = |document: &hailong_core::serve::procedure::Document| match document.condition {
            Some(_) => Mark::NotNeeded,
            None => Mark::Present,
        };
        let mut documents: Vec<Mark> = procedure.documents.iter().map(mark).collect();
        let mut reason = String::new();
        if missing && let Some(last) = documents.last_mut() {
            *last = Mark::Missing;
            let name = procedure.documents.last().map_or("", |document| document.name.as_str());
            reason = format!("Hồ sơ còn thiếu: {name}.");
        }
        let limit = match procedure.limits.is_empty() {
            true => LimitChoice::Typed(10),
            false => LimitChoice::Published(usize::from(plot.limit)),
        };
        CheckDocuments { documents, limit, reason }
    }

    async fn handle(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let plot = self.plot(step.of);
        let (mut case, key) = self.case(step.of).await?;
        let holder =
            if case.holder == self.official(plot, plot.clerk)?.id { plot.clerk } else { plot.handler };
        let (command, position) = match step.act {
            Act::Bring => (CaseStep::Check(self.check(plot, false)), plot.clerk),
            Act::HandOver => {
                let to = self.official(plot, plot.handler)?.id.clone();
                (CaseStep::HandOver { to, reason: String::new() }, plot.clerk)
            }
            Act::Finish => {
                let denied = Chance::new(self.seed, "outcome", u64::from(step.of)).happens(0.01);
                (
                    CaseStep::Finish { outcome: if denied { Outcome::Denied } else { Outcome::Granted } },
                    holder,
                )
            }
            Act::Return => (CaseStep::Return { way: case::ReturnWay::Counter }, plot.clerk),
            _ => (
                CaseStep::Refuse {
                    reason: "Hồ sơ không đủ điều kiện giải quyết theo quy định.".into()
                },
                holder,
            ),
        };
        let ctx = self.context(number, step.at, Actor::Official(self.official(plot, position)?.clone()));
        let batch = case::step(&case, command, Some(&key), &ctx)?;
        for entry in &batch.entries {
            if let Event::InvitationIssued(invited) = &entry.event {
                self.invited.insert(step.of, invited.clone());
            } else {
                case::evolve(&mut case, entry.at, &entry.event);
            }
        }
        if matches!(step.act, Act::Return | Act::Refuse) {
            self.open.remove(&step.of);
        } else {
            self.open.insert(step.of, (case, key));
        }
        Ok(batch)
    }

    /// The case as the generator knows it, or as the record has it after a restart.
    async fn case(&mut self, of: u32) -> anyhow::Result<(Case, SecretKey)> {
        if let Some(known) = self.open.remove(&of) {
            return Ok(known);
        }
        self.flush().await?;
        let file = self.store.case(self.case_id(of)).await?.context("the record does not have this case")?;
        let key = self.store.data_key(file.case.person_id).await?.context("the person's key is gone")?;
        Ok((file.case, key))
    }

    async fn rate(&mut self, number: usize, step: Step) -> anyhow::Result<Option<Batch>> {
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
        let invitation = Invitation { invited, used: false };
        let batch = rating::cast(&invitation, self.ballot(step.of), &ballot_box, &key, &ctx)?;
        Ok(Some(batch))
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
            trips: answered(1 + plot.supplements + chance.below(5) as u8 / 4 + u8::from(chance.happens(0.2))),
            extra_money: answered(0).map(|_| match (money, chance.happens(0.03)) {
                (true, _) => ExtraMoney::Yes,
                (_, true) => ExtraMoney::NotSaid,
                _ => ExtraMoney::No,
            }),
            words: if chance.happens(0.12) { people::words(overall, &chance) } else { String::new() },
        }
    }

    fn say(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let office = &self.directory.offices[usize::from(self.script.opinions[step.of as usize])];
        let (words, name, contact) = people::opinion(&Chance::new(self.seed, "words", u64::from(step.of)));
        let ctx = self.context(number, step.at, Actor::Citizen);
        let (batch, _) = opinion::receive(&office.id, Opinion { words, name, contact }, &ctx)?;
        Ok(batch)
    }

    async fn answer(&mut self, number: usize, step: Step) -> anyhow::Result<Option<Batch>> {
        let office = &self.directory.offices[usize::from(self.script.opinions[step.of as usize])];
        let head = self.directory.officials_of(&office.id).find(|official| official.role == Role::Head);
        let head = head.with_context(|| format!("{} has no head", office.id))?;
        self.flush().await?;
        let id = self.opinion_id(step.of)?;
        let key = self.store.data_key(id).await?.context("the opinion's key is gone")?;
        let waiting = Waiting { opinion_id: id, office_id: office.id.clone(), answered: false };
        let ctx = self.context(number, step.at, Actor::Official(head.clone()));
        let words = people::answer(&Chance::new(self.seed, "answer", u64::from(step.of)));
        Ok(Some(opinion::answer(&waiting, words, &key, &ctx)?))
    }

    /// The key of an opinion, as the step that received it made it.
    fn opinion_id(&self, of: u32) -> anyhow::Result<Uuid> {
        let said = self.script.steps.iter().position(|step| step.act == Act::Say && step.of == of);
        let number = said.context("an opinion is answered before it is said")?;
        let entropy = Entropy::new(seed_of(self.seed, "step", number as u64));
        Ok(hailong_core::id::new_id(self.script.steps[number].at, &entropy))
    }

    /// Seals the boxes that are full enough, each with randomness of its own, so that a demo that was interrupted
    /// here goes on alike.
    async fn seal(&mut self, at: Instant) -> anyhow::Result<()> {
        self.flush().await?;
        for ballot_box in self.store.ready_boxes().await? {
            let entropy = seed_of(self.seed, &ballot_box.key_name(), 0);
            let ctx = self.store.context(Actor::System, at, self.directory, entropy);
            match self.store.seal_box(&ballot_box, &ctx).await {
                Ok(()) => {}
                Err(StoreError::Stale) => ensure!(false, "somebody else writes into this demo"),
                Err(error) => return Err(error.into()),
            }
        }
        self.boxes.clear();
        Ok(())
    }
}
