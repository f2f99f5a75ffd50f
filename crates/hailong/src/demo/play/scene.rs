//! What happens beside cases: advice, notice boards, appointments, and the number machines.

use anyhow::Context as _;
use hailong_core::{
    batch::Batch,
    context::Actor,
    serve::{
        appointment::{self, Book, Booker},
        case::{self, Guide, Reception},
        posting::{self, Confirm},
        queue::{self, Arrangement, Counter},
        ticket::{self, Queue, TakeTicket},
    },
};

use super::Player;
use crate::demo::{
    chance::Chance,
    people,
    script::{self, Act, Scene, Step},
    words,
};

impl Player<'_> {
    fn office_id(&self, scene: Scene) -> &str {
        &self.directory.offices[usize::from(scene.office)].id
    }

    pub(super) fn guide(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let scene = self.scene(step.of);
        let procedure = &self.directory.procedures[usize::from(scene.procedure)];
        let chance = Chance::new(self.seed, "advice", u64::from(step.of));
        let reception = match chance.weighted(&[0.85, 0.05, 0.1]) {
            1 => Reception::Post,
            2 => Reception::Online,
            _ => Reception::Counter,
        };
        let command = Guide {
            guidance_id: self.id("guidance-id", step.of),
            procedure: procedure.code.clone(),
            reception,
            words: words::advice(procedure, &chance),
        };
        let ctx = self.context(number, step.at, self.official(scene.office, scene.clerk, step.at)?);
        Ok(case::guide(command, &ctx)?)
    }

    pub(super) fn post(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let scene = self.scene(step.of);
        let office = &self.directory.offices[usize::from(scene.office)];
        let all = posting::to_post(self.directory, office, step.at.day());
        let procedures =
            all.map(|version| version.code.clone()).skip(script::not_posted(&office.id)).collect();
        let ctx = self.context(number, step.at, self.official(scene.office, scene.clerk, step.at)?);
        let command = Confirm { office_id: office.id.clone(), procedures, photo: None };
        Ok(posting::confirm(command, &Default::default(), &ctx)?)
    }

    /// As many counters as officials.
    fn arrangement(&self, scene: Scene) -> Arrangement {
        let counters = 1..=self.staff[usize::from(scene.office)].len();
        let counter = |n| Counter { name: format!("Quầy {n}"), groups: Vec::new() };
        Arrangement { counters: counters.map(counter).collect(), ..Arrangement::usual(self.office_id(scene)) }
    }

    pub(super) fn arrange(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        let scene = self.scene(step.of);
        let ctx = self.context(number, step.at, self.head(self.office_id(scene), step.at)?);
        Ok(queue::arrange(self.arrangement(scene), 0, &ctx)?)
    }

    pub(super) async fn appointment(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        self.flush().await?;
        let scene = self.scene(step.of);
        let office_id = self.office_id(scene).to_owned();
        let (arrangement, _) = self.store.arrangement(&office_id).await?;
        let ctx = self.context(number, step.at, Actor::Citizen);
        let slot = if step.act == Act::Rebook { scene.moved } else { scene.slot };
        let day = self.store.appointments_of_day(&office_id, slot.day()).await?;
        let taken: Vec<u16> = day
            .iter()
            .filter(|file| file.appointment.slot_at == slot)
            .map(|file| file.appointment.place)
            .collect();
        if step.act == Act::Book {
            let chance = Chance::new(self.seed, "booker", u64::from(step.of));
            let booker = Booker { name: people::name(&chance), phone: people::phone(&chance) };
            // Most come to hand something in; some only ask.
            let group = if scene.nth % 3 == 2 { "C" } else { "A" };
            let command = Book { group: group.into(), slot_at: slot, booker };
            self.made.insert((Act::Book, step.of), number);
            return Ok(appointment::book(command, &arrangement, &taken, &ctx)?.0);
        }
        let file = self.store.appointment(self.made_by(Act::Book, step.of)?).await?;
        let current = file.context("the record does not have this appointment")?.appointment;
        Ok(match step.act {
            Act::Rebook => appointment::rebook(&current, slot, &arrangement, &taken, &ctx)?,
            Act::Cancel => appointment::cancel(&current, &ctx)?,
            _ => {
                let waiting = self.store.queue_now(&office_id, step.at).await?.now.waiting;
                let today = waiting.last().map_or(0, |last| last.number);
                appointment::check_in(&current, &arrangement, waiting.len(), today, &ctx)?.0
            }
        })
    }

    pub(super) async fn ticket(&mut self, number: usize, step: Step) -> anyhow::Result<Batch> {
        self.flush().await?;
        let scene = self.scene(step.of);
        let office_id = self.office_id(scene).to_owned();
        if step.act == Act::Draw {
            let now = self.store.queue_now(&office_id, step.at).await?.now;
            let today = now.waiting.last().map_or(0, |last| last.number);
            let chance = Chance::new(self.seed, "ticket", u64::from(step.of));
            let group = ["A", "B", "C"][chance.weighted(&[0.6, 0.25, 0.15])];
            let take =
                TakeTicket { office_id, group: group.into(), priority: scene.nth == 1, appointment: None };
            let ctx = self.context(number, step.at, Actor::Citizen);
            return Ok(ticket::issue(take, &now.arrangement, now.waiting.len(), today, &ctx)?.0);
        }
        let actor = self.official(scene.office, scene.clerk, step.at)?;
        let mine = self.store.ticket_of_official(&office_id, actor.journal_name()).await?;
        let ctx = self.context(number, step.at, actor);
        if step.act == Act::Call {
            let now = self.store.queue_now(&office_id, step.at).await?.now;
            let queue = Queue {
                arrangement: &now.arrangement,
                waiting: &now.waiting,
                mine: mine.as_ref().map(|file| &file.ticket),
                first_was_last: now.first_was_last,
            };
            let counter = format!("Quầy {}", scene.clerk + 1);
            return Ok(ticket::call_next(&counter, queue, &ctx)?.0);
        }
        let mine = mine.context("nobody was called")?.ticket;
        let what = match step.act {
            Act::Recall => ticket::Step::Recall,
            Act::Attend => ticket::Step::Attend,
            Act::Miss => ticket::Step::Missed,
            _ => ticket::Step::Done,
        };
        Ok(ticket::step(&mine, what, &self.arrangement(scene), &ctx)?)
    }
}
