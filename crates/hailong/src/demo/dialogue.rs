//! The dialogue of the quarter that the demo ends with, from its wave to its promises. What is there already is not done again.

use anyhow::Context as _;
use hailong_core::{
    context::{Actor, Context},
    directory::Directory,
    listen::dialogue::{
        Topic,
        hold::{Announce, Close, Join, NOTICE_DAYS, Said},
        host::Decide,
        promise::{self, Make, Report},
        wave::{self, Enter, FORMS, Form, Open, Way, write_number},
    },
    time::{Day, Instant},
};
use hailong_store::{Store, listen::dialogue::DialogueFile};

use super::{
    chance::{Chance, seed_of},
    script,
    words::{GRIEVANCES, QUESTIONS_ASKED, SETTLED},
};

/// The quarter of the law whose figures closed on 14/6/2017.
const ID: &str = "2017-2";
pub(super) const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "huyen-dam-doi-2";
/// Days before the demo begins on which things happened.
const OPENED: i32 = -15;
const CHOSEN: i32 = -9;
const HELD: i32 = -1;

/// Who plays, with fresh bytes for each thing that happens.
struct Play<'a> {
    store: &'a Store,
    directory: &'a Directory,
    seed: u64,
}

/// Plays the dialogue.
pub(super) async fn play(store: &Store, seed: u64) -> anyhow::Result<()> {
    let directory = store.directory();
    let play = Play { store, directory: &directory, seed };
    let file = play.opened().await?;
    if file.dialogue.choice.is_none() {
        play.forms(&file).await?;
        let table = store.dialogue_table(&file.dialogue, &directory, day(CHOSEN)).await?;
        let host = hailong_core::listen::dialogue::host::Chosen::by_rule(&table)?.by_rule;
        let ctx = play.ctx(Some(LEADER), at(CHOSEN, 15), 1)?;
        store.choose_host(ID, &Decide { host, reason: String::new() }, &ctx).await?;
    }
    let file = play.again().await?;
    let host = file.dialogue.host().context("the dialogue has no host")?.to_owned();
    if file.dialogue.at.is_none() {
        let (unit, _) = hailong_render::paper::unit_and_place(&directory.office(&host)?.unit_name);
        let place = format!("Hội trường UBND {unit}");
        let announce = Announce { at: at(HELD, 8), place };
        store
            .announce_dialogue(ID, &announce, &play.ctx(Some(LEADER), at(HELD - NOTICE_DAYS, 9), 2)?)
            .await?;
    }
    if play.again().await?.dialogue.promises == 0 {
        play.voices().await?;
        play.minutes(&host).await?;
    }
    Ok(())
}

fn day(from_opening: i32) -> Day {
    script::opening().day().plus(from_opening)
}

fn at(from_opening: i32, hour: u16) -> Instant {
    Instant::at(day(from_opening), hailong_core::time::Minute(hour * 60))
}

impl Play<'_> {
    fn ctx(&self, official: Option<&str>, at: Instant, number: u64) -> anyhow::Result<Context<'_>> {
        let actor = match official {
            Some(id) => Actor::Official(self.directory.official(id)?.clone()),
            None => Actor::Citizen,
        };
        Ok(self.store.context(actor, at, self.directory, seed_of(self.seed, "dialogue", number)))
    }

    async fn opened(&self) -> anyhow::Result<DialogueFile> {
        if let Some(file) = self.store.dialogue(ID).await? {
            return Ok(file);
        }
        let open = Open { dialogue: ID.to_owned(), forms: FORMS, seed: Some(2_017) };
        self.store.open_dialogue(&open, &self.ctx(Some(LEADER), at(OPENED, 8), 0)?).await?;
        self.again().await
    }

    async fn again(&self) -> anyhow::Result<DialogueFile> {
        self.store.dialogue(ID).await?.context("the dialogue is not in the record")
    }

    /// The forms that come back, all handed in before any is waited for. A demo that was stopped here goes on where it was.
    async fn forms(&self, file: &DialogueFile) -> anyhow::Result<()> {
        let counts = self.store.wave_counts(ID).await?;
        let mut pending = Vec::new();
        for (of, share) in file.dialogue.communes.iter().enumerate() {
            if counts.get(&share.commune).is_some_and(|count| count.entered > 0) {
                continue;
            }
            let chance = Chance::new(self.seed, "wave", of as u64);
            let (returns, pressing) = (0.5 + 0.4 * chance.unit(), 0.03 + 0.2 * chance.unit() * chance.unit());
            for number in self.store.form_numbers(ID, &share.commune).await? {
                if !chance.happens(returns) {
                    continue;
                }
                let when =
                    at(OPENED + 1 + chance.below(4) as i32, 8).plus_seconds(chance.below(8 * 3_600) as i64);
                let command = form(number, &share.commune, chance.happens(pressing), &chance);
                let known = Form::given_out(number, &share.commune);
                let ctx = self.ctx(Some(CLERK), when, 1_000_000 + u64::from(number))?;
                pending.push(self.store.submit(wave::enter(
                    &file.dialogue,
                    Some(&known),
                    &command,
                    &ctx,
                )?)?);
                if pending.len() == 256 {
                    for write in pending.drain(..) {
                        write.done().await?;
                    }
                }
            }
        }
        for write in pending {
            write.done().await?;
        }
        Ok(())
    }

    async fn voices(&self) -> anyhow::Result<()> {
        for (n, (topic, words)) in QUESTIONS_ASKED.into_iter().enumerate() {
            let attends = n % 2 == 0;
            let name = if attends { format!("Người Dự Thứ {}", n + 1) } else { String::new() };
            let said = Said { name, words: words.to_owned(), ..Said::default() };
            let ctx = self.ctx(None, at(HELD - 5, 9).plus_seconds(n as i64 * 5_400), 100 + n as u64)?;
            self.store.join_dialogue(ID, Join { attends, topic: Some(topic), said }, &ctx).await?;
        }
        Ok(())
    }

    /// The questions of the day; one is settled on the spot, one was kept since, the others still run.
    async fn minutes(&self, host: &str) -> anyhow::Result<()> {
        for (n, (topic, question)) in QUESTIONS_ASKED.into_iter().enumerate() {
            let settled = topic == Topic::Papers;
            let make = Make {
                topic: Some(topic),
                question: question.to_owned(),
                owner: if topic == Topic::Land { "huyen-dam-doi".to_owned() } else { host.to_owned() },
                deadline: Some(day(if n == 0 { 7 } else { 21 })),
                answer: if settled { SETTLED.to_owned() } else { String::new() },
                done: settled,
                voice_id: None,
            };
            let ctx =
                self.ctx(Some(CLERK), at(HELD, 8).plus_seconds(1_200 * (n as i64 + 1)), 200 + n as u64)?;
            self.store.make_promise(ID, &make, &ctx).await?;
        }
        let minutes = "Phó Chủ tịch UBND huyện chủ trì, lãnh đạo các phòng và xã cùng trả lời. Việc chưa trả lời được đều có nơi \
                       chịu trách nhiệm và thời hạn.";
        let close = Close { attended: Some(127), minutes: minutes.to_owned() };
        self.store.close_dialogue(ID, &close, &self.ctx(Some(CLERK), at(HELD, 11), 300)?).await?;
        let first = self.store.promises_of(ID).await?.into_iter().find(|file| file.promise.owner == host);
        if let Some(file) = first.filter(|file| file.promise.done_at.is_none()) {
            let said = promise::Said {
                answer: "Từ hôm nay bộ phận mở cửa đúng 7 giờ, có người trực buổi trưa thứ Sáu.".to_owned(),
                evidence: "Lịch trực niêm yết tại bộ phận".to_owned(),
            };
            let report = Report { said, done: true };
            self.store
                .report_promise(file.promise.id, &report, &self.ctx(Some(LEADER), at(HELD, 16), 301)?)
                .await?;
        }
        Ok(())
    }
}

fn form(number: u32, commune: &str, pressing: bool, chance: &Chance) -> Enter {
    let (topic, words) = *chance.pick(&GRIEVANCES);
    Enter {
        number: write_number(number),
        commune: commune.to_owned(),
        way: Some(if chance.happens(0.85) { Way::Paper } else { Way::Phone }),
        pressing: Some(pressing),
        topic: pressing.then_some(topic),
        words: if pressing && chance.happens(0.7) { words.to_owned() } else { String::new() },
    }
}
