//! Cases: how they come in, and every step on them.

use anyhow::Context as _;
use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Entropy},
    event::Event,
    secret::SecretKey,
    serve::{
        applicant::Applicant,
        case::{
            self, Ask, Case, CheckDocuments, Fault, LimitChoice, Mark, OpenCase, Outcome, State,
            Step as CaseStep,
        },
        clock::PauseReason,
        notice::{About, Recipient, Routes, told, write},
        official::Official,
        procedure::{Document, Procedure},
        ticket,
    },
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use super::Player;
use crate::demo::{
    chance::{Chance, seed_of},
    people,
    script::{self, Act, Plot, Step},
    words,
};

/// Notices of the last working day are in the outbox; those of before went their way when there was another system.
const NOTICES_SINCE: (Day, Minute) = (Day(17_346), Minute(13 * 60));
/// Of so many cases one has notices at most, so that the outbox of a large demo is no larger.
const CASES_PER_NOTICES: usize = 15_000;
/// Results that deny what was asked, with a written answer.
const DENIED: f64 = 0.01;
/// Corrections that the applicant's own papers made necessary.
const APPLICANTS_FAULT: f64 = 0.4;
/// Bodies that agree when they answer.
const AGREES: f64 = 0.93;

impl<'a> Player<'a> {
    fn procedure(&self, plot: Plot) -> &'a Procedure {
        &self.directory.procedures[usize::from(plot.procedure)]
    }

    fn applicant(&self, of: u32) -> Applicant {
        let plot = self.plot(of);
        let office = &self.directory.offices[usize::from(plot.office)];
        let chance = Chance::new(self.seed, "applicant", u64::from(of));
        people::applicant(plot.kind, &office.unit_name, &office.id, &chance)
    }

    pub(super) async fn receive(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let plot = self.plot(step.of);
        let actor = match step.act {
            Act::Arrive => Actor::Citizen,
            _ => self.official(plot.office, plot.clerk, step.at)?,
        };
        let ticket = if plot.ticketed { self.ticket_now(plot, &actor).await? } else { None };
        let ctx = self.context(number, step.at, actor);
        let applicant = self.applicant(step.of);
        let at_counter = OpenCase::at_counter(self.case_id(step.of), &self.procedure(plot).code, applicant);
        let command = OpenCase {
            office_id: (step.act == Act::Arrive)
                .then(|| self.directory.offices[usize::from(plot.office)].id.clone()),
            reception: plot.reception,
            ticket,
            ..at_counter
        };
        let (mut batch, mut case) = case::open(command, &ctx)?;
        let wrapped = batch.side.iter().find_map(|side| match side {
            Side::DataKey { wrapped, .. } => Some(wrapped),
            _ => None,
        });
        let key = wrapped.and_then(|wrapped| ctx.secrets.unwrap_data_key(case.person_id, wrapped));
        let key = key.context("a new person has no key")?;
        let more = match step.act {
            Act::Arrive => Batch::default(),
            Act::Resolve => case::resolve(&case, self.check(plot, false), self.outcome(step.of), &ctx)?,
            _ => {
                let check = self.check(plot, step.act == Act::Ask);
                case::step(&case, CaseStep::Check(check), Some(&key), &ctx)?
            }
        };
        batch.entries.extend(more.entries);
        batch.side.extend(more.side);
        self.follow(&mut case, &batch, step.of);
        self.tell(&mut batch, number, step, &case, &key);
        if !case.state.is_closed() {
            self.open.insert(step.of, (case, key));
        }
        Ok(batch)
    }

    /// The ticket of the person who stands at the official's counter.
    async fn ticket_now(&mut self, plot: Plot, actor: &Actor) -> anyhow::Result<Option<(Uuid, Instant)>> {
        self.flush().await?;
        let office_id = &self.directory.offices[usize::from(plot.office)].id;
        let file = self.store.ticket_of_official(office_id, actor.journal_name()).await?;
        let serving = file.filter(|file| file.ticket.state == ticket::State::Serving);
        let ticket = serving.context("nobody stands at the counter")?.ticket;
        Ok(Some((ticket.id, ticket.issued_at)))
    }

    /// Takes in what was decided.
    fn follow(&mut self, case: &mut Case, batch: &Batch, of: u32) {
        for entry in &batch.entries {
            match &entry.event {
                Event::InvitationIssued(invited) if self.plot(of).rated => {
                    self.invited.insert(of, invited.clone());
                }
                Event::InvitationIssued(_) | Event::CaseOpened(_) => {}
                event => case::evolve(case, entry.at, event),
            }
        }
    }

    fn documents(&self, plot: Plot, missing: bool) -> (Vec<Mark>, String) {
        let procedure = self.procedure(plot);
        let mark = |document: &Document| match document.condition {
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
        (documents, reason)
    }

    fn check(&self, plot: Plot, missing: bool) -> CheckDocuments {
        let (documents, reason) = self.documents(plot, missing);
        let limit = match self.procedure(plot).limits.is_empty() {
            true => LimitChoice::Typed(script::TYPED_DAYS),
            false => LimitChoice::Published(usize::from(plot.limit)),
        };
        CheckDocuments { documents, limit, reason }
    }

    fn outcome(&self, of: u32) -> Outcome {
        let denied = Chance::new(self.seed, "outcome", u64::from(of)).happens(DENIED);
        if denied { Outcome::Denied } else { Outcome::Granted }
    }

    pub(super) async fn handle(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let (mut case, key) = self.case(step.of).await?;
        let actor = self.who(&case, step)?;
        let command = self.command(&case, step)?;
        let ctx = self.context(number, step.at, actor);
        let mut batch = case::step(&case, command, Some(&key), &ctx)?;
        self.follow(&mut case, &batch, step.of);
        self.tell(&mut batch, number, step, &case, &key);
        if !case.state.is_closed() {
            self.open.insert(step.of, (case, key));
        }
        Ok(batch)
    }

    /// Who takes this step: the counter, the head, or whoever has the case.
    fn who(&self, case: &Case, step: Step) -> anyhow::Result<Actor> {
        let plot = self.plot(step.of);
        match step.act {
            Act::AskFor | Act::Bring | Act::BringMore | Act::Withdraw | Act::Return | Act::Correct => {
                self.official(plot.office, plot.clerk, step.at)
            }
            Act::SendBack => self.head(&case.at_office, step.at),
            Act::Finish if case.state == State::Submitted => self.head(&case.at_office, step.at),
            _ => self.acting(&case.holder, step.at),
        }
    }

    fn command(&self, case: &Case, step: Step) -> anyhow::Result<CaseStep> {
        let plot = self.plot(step.of);
        let chance = Chance::new(self.seed, "word", (u64::from(step.of) << 8) | step.act as u64);
        let procedure = self.procedure(plot);
        let documents = |missing| self.documents(plot, missing);
        let pays = script::pause_of(procedure) == PauseReason::FinancialDuty;
        let written = || words::reason(step.act, pays, &chance);
        let calendar = &self.directory.calendar;
        Ok(match step.act {
            Act::AskFor => CaseStep::Check(self.check(plot, true)),
            Act::Bring => CaseStep::Check(self.check(plot, false)),
            Act::RequestMore => {
                let (documents, reason) = documents(true);
                CaseStep::RequestSupplement { documents, reason }
            }
            Act::BringMore => CaseStep::ReceiveSupplement { documents: documents(false).0 },
            Act::HandOver => CaseStep::HandOver {
                to: self.colleague(case, plot, step.at)?.id.clone(),
                reason: String::new(),
            },
            Act::SendUp => CaseStep::Send { to_office: script::ABOVE.into() },
            Act::SendHome => CaseStep::Send { to_office: case.desk_office.clone() },
            Act::Pause => CaseStep::Pause { reason: script::pause_of(procedure), words: written() },
            Act::Resume => CaseStep::Resume,
            Act::Consult | Act::ConsultOther => CaseStep::Consult(Ask {
                id: self.consultation(step),
                body: words::body(step.act == Act::ConsultOther, procedure).into(),
                question: written(),
                answer_by: script::answer_by(procedure, step.at, calendar),
                silence_consents: !procedure.sector.silence.is_empty(),
            }),
            Act::Hear | Act::HearOther => {
                let agreed = chance.happens(AGREES);
                let answer = words::reply(agreed).into();
                CaseStep::AnswerConsultation { id: self.consultation(step), agreed, answer }
            }
            Act::Silence | Act::SilenceOther => CaseStep::NoteSilence { id: self.consultation(step) },
            Act::Visit => CaseStep::RecordVisit {
                visited_at: step.at.plus_seconds(-1_800).max(case.opened_at),
                attended: chance.happens(0.8),
                words: written(),
            },
            Act::Extend => {
                let extension = procedure.sector.extension.as_ref().context("no law gives more time here")?;
                CaseStep::Extend { by: extension.most.limit(), reason: extension.case_vi.clone() }
            }
            Act::Apologise => {
                let due = case.due.context("nothing is promised")?;
                let to = calendar.nth_working_after(due.day(), 3 + chance.below(4) as u32)?;
                CaseStep::Apologise { to, reason: written() }
            }
            Act::Submit => CaseStep::Submit { outcome: self.outcome(step.of), note: written() },
            Act::SendBack => CaseStep::SendBack { reason: written() },
            Act::Finish => CaseStep::Finish { outcome: self.outcome(step.of) },
            Act::Return => CaseStep::Return { way: plot.way },
            Act::Refuse => CaseStep::Refuse { reason: written() },
            Act::Withdraw => CaseStep::Withdraw { reason: written() },
            Act::Stop => CaseStep::Stop { reason: written() },
            Act::Lose => CaseStep::Lose { words: written() },
            Act::Correct => {
                let theirs = chance.happens(APPLICANTS_FAULT);
                let fault = if theirs { Fault::Applicant } else { Fault::Office };
                CaseStep::Correct { fault, reason: written() }
            }
            other => anyhow::bail!("{other:?} is no step on a case"),
        })
    }

    /// The key of a case's first or second consultation.
    fn consultation(&self, step: Step) -> Uuid {
        let other = matches!(step.act, Act::ConsultOther | Act::HearOther | Act::SilenceOther);
        self.id(if other { "consultation-2" } else { "consultation-1" }, step.of)
    }

    /// Who gets the case: the one in the script, or the next who is there and does not have it.
    fn colleague(&self, case: &Case, plot: Plot, at: Instant) -> anyhow::Result<&'a Official> {
        let here = self.directory.offices.iter().position(|office| office.id == case.at_office);
        let staff = &self.staff[here.context("the case is at no office")?];
        let from = usize::from(plot.handler);
        let mut in_turn = (0..staff.len()).map(|turn| staff[(from + turn) % staff.len()]);
        let free =
            |official: &&Official| official.id != case.holder && official.absence_on(at.day()).is_none();
        in_turn.find(free).with_context(|| format!("nobody else is at {}", case.at_office))
    }

    /// The notices that applicants are told of, into the outbox.
    fn tell(&self, batch: &mut Batch, number: usize, step: Step, case: &Case, key: &SecretKey) {
        let (day, minute) = NOTICES_SINCE;
        let one_in = (self.script.plots.len() / CASES_PER_NOTICES).max(1) as u32;
        if step.at < Instant::at(day, minute) || !step.of.is_multiple_of(one_in) {
            return;
        }
        let about = About {
            subject: case.id,
            person_id: case.person_id,
            office_id: case.desk_office.clone(),
            procedure: case.procedure.clone(),
            dialogue: String::new(),
            keeper: case.desk_office.clone(),
            slot_at: None,
            recipient: Recipient::from(&self.applicant(step.of)),
        };
        let entropy = Entropy::new(seed_of(self.seed, "notice", number as u64));
        let mut notices = Vec::new();
        for entry in &batch.entries {
            if let Some(told) = told(&entry.event, &batch.entries) {
                notices.extend(write(entry, told, &about, &Routes::default(), key, &entropy));
            }
        }
        batch.side.extend(notices);
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
}
