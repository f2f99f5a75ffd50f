//! Preparing and holding dialogues: the wave, the choice, the notice, the agenda, the minutes, the promises of an office.

use askama::Template;
use hailong_core::{
    listen::dialogue::{Stage, wave::FORMS},
    time::{Day, Instant},
};

use crate::{
    component::{Choice, Errors, Pager},
    lang::Lang,
    listen::dialogue::{
        ChoiceTable, PromiseLine, TopicCount, name,
        page::{DialogueRow, pressing, sample_row, stage_key},
        topics,
    },
    page::Page,
    shell::{Section, Shell},
};

/// `GET /work/dialogues`; a leader begins one with `POST`. Fields: `dialogue`, `forms`, `seed`.
#[derive(Template)]
#[template(path = "work/dialogues.html")]
pub struct Desks {
    /// The frame.
    pub shell: Shell,
    /// The dialogues, the newest first.
    pub rows: Vec<DialogueRow>,
    /// The quarters that have no dialogue yet; empty for who may not begin one.
    pub quarters: Vec<Choice>,
    /// The quarter chosen.
    pub dialogue: String,
    /// The number of forms typed.
    pub forms: String,
    /// The seed typed.
    pub seed: String,
    /// What is wrong.
    pub errors: Errors,
}

/// A commune of the wave.
#[derive(Clone, Debug)]
pub struct WaveRow {
    /// Its key, for addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Cases of the quarter when the wave began, forms given out, forms that came back, forms with a grievance.
    pub counts: [u32; 4],
}

/// `GET /work/dialogues/{dialogue}`; forms: `POST …/host` (`host`, `reason`), `POST …/notice` (`day`, `time`, `place`).
#[derive(Template)]
#[template(path = "work/dialogue.html")]
pub struct Desk {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// How far it has come.
    pub stage: Stage,
    /// First and last day of the cases asked about.
    pub cases: (Day, Day),
    /// Seed of the draw of the forms.
    pub seed: u32,
    /// The wave.
    pub wave: Vec<WaveRow>,
    /// Forms whose entry was corrected or struck.
    pub corrected: u32,
    /// The choice: as decided, or as the rule would choose now; none before the first form.
    pub choice: Option<ChoiceTable>,
    /// The communes a leader may decide on; empty for others, and when it is too late.
    pub hosts: Vec<Choice>,
    /// The commune chosen in the form.
    pub host: String,
    /// The reason typed.
    pub reason: String,
    /// Whether this visitor prepares the dialogue.
    pub organises: bool,
    /// When and where it takes place.
    pub notice: Option<(Instant, String)>,
    /// Day, time and place typed; none when no notice can be given.
    pub announce: Option<[String; 3]>,
    /// The first day that keeps the time of the notice.
    pub first_day: Day,
    /// How many registered, and how many of them come.
    pub voices: (usize, u64),
    /// What is wrong.
    pub errors: Errors,
}

impl Desk {
    fn stage_key(&self) -> &'static str {
        stage_key(self.stage)
    }

    fn totals(&self) -> [u32; 4] {
        std::array::from_fn(|at| self.wave.iter().map(|row| row.counts[at]).sum())
    }
}

/// `GET /work/dialogues/{dialogue}/forms`, and `POST`. Fields: `number`, `commune`, `way`, `pressing`, `topic`, `words`.
#[derive(Template)]
#[template(path = "work/dialogue-forms.html")]
pub struct FormEntry {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// What was just entered, in words; empty when nothing.
    pub done: String,
    /// The number typed.
    pub number: String,
    /// The commune chosen.
    pub commune: String,
    /// The communes.
    pub communes: Vec<Choice>,
    /// The way chosen.
    pub way: String,
    /// The ways.
    pub ways: Vec<Choice>,
    /// `yes`, `no` or nothing.
    pub pressing: String,
    /// The answers to that.
    pub answers: Vec<Choice>,
    /// The topic chosen.
    pub topic: String,
    /// The topics.
    pub topics: Vec<Choice>,
    /// The words typed.
    pub words: String,
    /// What is wrong.
    pub errors: Errors,
}

/// The ways in which officials enter forms.
pub fn ways(lang: Lang) -> Vec<Choice> {
    vec![
        Choice::new("paper", lang.t("dialogue-way-paper")),
        Choice::new("phone", lang.t("dialogue-way-phone")),
    ]
}

/// Something that was said beforehand: on a form, or as a question.
#[derive(Clone, Debug)]
pub struct SaidRow {
    /// The number of the form, or when it was asked.
    pub about: String,
    /// The words; empty when there are none, or when they were erased.
    pub words: String,
    /// Name and contact, as far as they were given.
    pub who: String,
    /// Whether the person comes.
    pub attends: bool,
    /// Where a question is taken into the minutes; empty before they are written.
    pub href: String,
}

/// `GET /work/dialogues/{dialogue}/agenda?topic=&list=&after=`.
#[derive(Template)]
#[template(path = "work/dialogue-agenda.html")]
pub struct Agenda {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// The topics, what most people spoke of first.
    pub agenda: Vec<TopicCount>,
    /// How many registered, and how many of them come.
    pub voices: (usize, u64),
    /// Opinions sent to the host's office that wait for an answer.
    pub opinions: u64,
    /// What is listed below, in words.
    pub title: String,
    /// It.
    pub rows: Vec<SaidRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// `GET /work/dialogues/{dialogue}/minutes`, and `POST` with `what` = `review`, `promise` (`topic`, `question`, `voice`, `owner`, `deadline`,
/// `answer`, `settled`) or `close` (`attended`, `minutes`).
#[derive(Template)]
#[template(path = "work/dialogue-minutes.html")]
pub struct Minutes {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// The promises of earlier dialogues.
    pub earlier: Vec<PromiseLine>,
    /// When they were opened.
    pub reviewed: Option<Instant>,
    /// The questions so far.
    pub promises: Vec<PromiseLine>,
    /// Whether more can be written.
    pub open: bool,
    /// The topics.
    pub topics: Vec<Choice>,
    /// The offices that may own a question.
    pub owners: Vec<Choice>,
    /// What was typed.
    pub typed: TypedMinutes,
    /// What is wrong.
    pub errors: Errors,
}

/// What was typed into the minutes.
#[derive(Clone, Debug, Default)]
pub struct TypedMinutes {
    /// The topic chosen.
    pub topic: String,
    /// The question.
    pub question: String,
    /// Who asked it beforehand, as a key; empty when nobody did.
    pub voice: String,
    /// The office chosen.
    pub owner: String,
    /// The deadline.
    pub deadline: String,
    /// The answer on the spot.
    pub answer: String,
    /// Whether that settled it.
    pub settled: bool,
    /// How many people came.
    pub attended: String,
    /// What else the minutes say.
    pub minutes: String,
}

impl Minutes {
    /// Whether questions can be written down now: the earlier promises come first.
    fn may_write(&self) -> bool {
        self.open && (self.earlier.is_empty() || self.reviewed.is_some())
    }
}

/// `GET /work/promises`: what an office owns; a leader sees what is not kept of all offices.
#[derive(Template)]
#[template(path = "work/promises.html")]
pub struct Promises {
    /// The frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// Whose they are.
    pub whose: String,
    /// The promises.
    pub rows: Vec<PromiseLine>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// `GET /work/promises/{promise}`, and `POST`. Fields: `answer`, `evidence`, `kept`.
#[derive(Template)]
#[template(path = "work/promise.html")]
pub struct PromiseReport {
    /// The frame.
    pub shell: Shell,
    /// Key, for the address.
    pub id: String,
    /// The promise.
    pub line: PromiseLine,
    /// Whether it can be reported on.
    pub open: bool,
    /// The answer typed.
    pub answer: String,
    /// The evidence typed.
    pub evidence: String,
    /// Whether it is said to be kept.
    pub kept: bool,
    /// What is wrong.
    pub errors: Errors,
}

fn shell(lang: Lang) -> Shell {
    Shell::sample_signed_in(lang, "dialogue-desk-title", Section::Dialogues)
}

fn communes() -> Vec<Choice> {
    vec![Choice::new("tan-thuan", "Xã Tân Thuận"), Choice::new("tran-phan", "Xã Trần Phán")]
}

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap_or(Instant(0))
}

impl Page for Desks {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            rows: vec![sample_row(lang)],
            quarters: vec![Choice::new("2017-3", name(lang, "2017-3"))],
            dialogue: String::new(),
            forms: FORMS.to_string(),
            seed: String::new(),
            errors: Errors::one("dialogue", crate::component::refusal(lang, "bad-choice")),
        }
    }
}

impl Page for Desk {
    fn sample(lang: Lang) -> Self {
        let row = |id: &str, name: &str, counts| WaveRow { id: id.to_owned(), name: name.to_owned(), counts };
        Self {
            shell: shell(lang),
            id: "2017-2".to_owned(),
            done: lang.t("dialogue-done-host"),
            stage: Stage::Chosen,
            cases: (Day(17_240), Day(17_331)),
            seed: 2_017,
            wave: vec![
                row("tan-thuan", "Xã Tân Thuận", [1_200, 90, 60, 15]),
                row("tran-phan", "Xã Trần Phán", [500, 250, 250, 22]),
            ],
            corrected: 2,
            choice: Some(ChoiceTable::sample(lang)),
            hosts: communes(),
            host: "tan-thuan".to_owned(),
            reason: String::new(),
            organises: true,
            notice: Some((at("2017-07-05T08:00"), "Hội trường UBND xã Tân Thuận".to_owned())),
            announce: Some(["2017-07-05".to_owned(), "08:00".to_owned(), String::new()]),
            first_day: Day(17_345),
            voices: (3, 2),
            errors: Errors::one("day", crate::component::refusal(lang, "notice-too-late")),
        }
    }
}

impl Page for FormEntry {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            id: "2017-2".to_owned(),
            done: lang.t_args("dialogue-done-form", &[("number", "1234 5675".into())]),
            number: String::new(),
            commune: String::new(),
            communes: communes(),
            way: "paper".to_owned(),
            ways: ways(lang),
            pressing: "no".to_owned(),
            answers: pressing(lang),
            topic: String::new(),
            topics: topics(lang),
            words: String::new(),
            errors: Errors::one("number", crate::component::refusal(lang, "form-entered")),
        }
    }
}

impl Page for Agenda {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            id: "2017-2".to_owned(),
            agenda: TopicCount::agenda(lang, &[3, 0, 5], &[0, 1]),
            voices: (3, 2),
            opinions: 4,
            title: lang.t("dialogue-agenda-grievances"),
            rows: vec![SaidRow {
                about: "1234 5675".to_owned(),
                words: "Chờ hai tháng chưa có sổ.".to_owned(),
                who: "Phạm Văn Mẫu".to_owned(),
                attends: true,
                href: "/work/dialogues/2017-2/minutes?voice=1".to_owned(),
            }],
            pager: Pager { first: None, next: Some("/work/dialogues/2017-2/agenda?after=1".to_owned()) },
        }
    }
}

impl Page for Minutes {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            id: "2017-2".to_owned(),
            done: String::new(),
            earlier: PromiseLine::samples(lang),
            reviewed: Some(at("2017-07-05T08:10")),
            promises: PromiseLine::samples(lang),
            open: true,
            topics: topics(lang),
            owners: communes(),
            typed: TypedMinutes { settled: true, voice: "1".to_owned(), ..TypedMinutes::default() },
            errors: Errors::one("question", crate::component::refusal(lang, "empty")),
        }
    }
}

impl Page for Promises {
    fn sample(lang: Lang) -> Self {
        let mut rows = PromiseLine::samples(lang);
        rows.iter_mut().for_each(|row| row.href = "/work/promises/1".to_owned());
        Self {
            shell: shell(lang),
            done: lang.t("pledge-done"),
            whose: "Xã Tân Thuận".to_owned(),
            rows,
            pager: Pager::default(),
        }
    }
}

impl Page for PromiseReport {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            id: "1".to_owned(),
            line: PromiseLine::samples(lang).remove(1),
            open: true,
            answer: String::new(),
            evidence: String::new(),
            kept: true,
            errors: Errors::one("evidence", crate::component::refusal(lang, "empty")),
        }
    }
}
