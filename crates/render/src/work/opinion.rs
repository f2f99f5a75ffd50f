//! The board of opinions, one of them with its steps, and typing one in for somebody else.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::{
    listen::{
        opinion::{Finding, Owed, Reason, Shown, State, WORDS_LIMIT},
        suggestion::{Record, Records},
    },
    time::{Day, Instant},
};

use crate::component::{Badge, Choice, Errors, Pager, Tone};
use crate::lang::Lang;
use crate::listen::opinion::{
    ExplainedLine, Late, Typed, Words,
    words::{classes, door_key, finding_key, reason_key, reasons, state_key, state_tone, topics, urgencies},
};
use crate::page::Page;
use crate::shell::{Section, Shell};

/// What the board shows, as it stands in addresses.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// `open` (also nothing), `overdue` or `all`.
    pub view: String,
    /// Only this state.
    pub state: String,
    /// Only this class.
    pub class: String,
    /// Only this topic.
    pub topic: String,
    /// Only this urgency.
    pub urgency: String,
}

/// How many are open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// To be sorted.
    pub received: u64,
    /// To be answered.
    pub triaged: u64,
    /// Waiting for their authors.
    pub asked: u64,
    /// To be published.
    pub to_publish: u64,
    /// Past their day.
    pub overdue: u64,
    /// Pressing.
    pub pressing: u64,
}

/// One opinion of the board.
#[derive(Clone, Debug)]
pub struct OpinionRow {
    /// Identity, for the address.
    pub id: String,
    /// When it came.
    pub at: Instant,
    /// The office that deals with it; empty where only one office's opinions are listed.
    pub office: String,
    /// The first words.
    pub words: String,
    /// Where it stands.
    pub state: State,
    /// Topic and class, in words; empty before it is sorted.
    pub sorted: String,
    /// What is offered as its topic, in words; empty when nothing is probable enough.
    pub offered: String,
    /// Whether it is pressing.
    pub pressing: bool,
    /// How many others say the same.
    pub same: usize,
    /// The day of the next step.
    pub next: Option<Day>,
    /// Working days left until then; negative when it has passed.
    pub days_left: i32,
    /// Who answers for it being late; empty when it is not.
    pub answerable: String,
    /// What that person explained last of what is late.
    pub explained: Option<ExplainedLine>,
    /// Whether it is late and no explanation holds.
    pub unexplained: bool,
}

/// An opinion of which a head owes an explanation.
#[derive(Clone, Debug)]
pub struct UnexplainedRow {
    /// Identity, for the address.
    pub id: String,
    /// The first words.
    pub words: String,
    /// The office that deals with it.
    pub office: String,
    /// What is late, and who answers for it.
    pub late: Late,
}

impl OpinionRow {
    /// Word and shape of where it stands.
    pub fn badge(&self, lang: impl Borrow<Lang>) -> Badge {
        Badge { tone: state_tone(self.state), text: lang.borrow().t(state_key(self.state)) }
    }
}

/// `GET /work/opinions?view=&state=&class=&topic=&urgency=&after=`.
#[derive(Template)]
#[template(path = "work/opinions.html")]
pub struct Inbox {
    /// Frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// Name of the office.
    pub office: String,
    /// What is shown.
    pub chosen: Chosen,
    /// How many are open.
    pub counts: Counts,
    /// Of which a head owes an explanation, the longest waiting first; no more than a few.
    pub unexplained: Vec<UnexplainedRow>,
    /// How many there are.
    pub unexplained_count: u64,
    /// Whether the visitor is the head who owes it, not who waits for it.
    pub explains: bool,
    /// How well suggestions have done.
    pub records: Records,
    /// The opinions.
    pub rows: Vec<OpinionRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

impl Inbox {
    fn views(&self) -> [(&'static str, &'static str); 3] {
        [("open", "work-opinions-open"), ("overdue", "work-opinions-overdue"), ("all", "work-opinion-all")]
    }

    fn shows(&self, view: &str) -> bool {
        self.chosen.view == view || self.chosen.view.is_empty() && view == "open"
    }

    fn states(&self) -> Vec<Choice> {
        State::ALL.iter().map(|one| Choice::new(one.key(), self.shell.t(state_key(*one)))).collect()
    }

    fn classes(&self) -> Vec<Choice> {
        classes(self.shell.lang)
    }

    fn topics(&self) -> Vec<Choice> {
        topics(self.shell.lang)
    }

    fn urgencies(&self) -> Vec<Choice> {
        urgencies(self.shell.lang)
    }

    /// What is predicted, of how many opinions, and the share predicted rightly: of all, of the last hundred, and by habit.
    fn record_rows(&self) -> [(&'static str, u32, [String; 3]); 4] {
        let Records { class, topic, urgency, office } = self.records;
        let share = |right: u32, n: u32| match n {
            0 => "–".to_owned(),
            n => self.shell.percent(f64::from(right) / f64::from(n)),
        };
        let row = |key, record: Record| {
            let (recent, right) = record.recent;
            let habit = share(record.right_by_habit, record.n);
            (key, record.n, [share(record.right, record.n), share(right, recent), habit])
        };
        [
            row("work-opinion-class", class),
            row("work-opinion-topic", topic),
            row("work-opinion-urgency", urgency),
            row("work-opinion-office", office),
        ]
    }
}

/// What is offered for the fields of triage, each in words with its probability; empty when nothing is probable enough.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// The class.
    pub class: String,
    /// The topic.
    pub topic: String,
    /// The urgency.
    pub urgency: String,
    /// The office.
    pub office: String,
}

/// Another opinion beside this one.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Identity, for the address and as a choice.
    pub id: String,
    /// The first words.
    pub words: String,
    /// When it came.
    pub at: Instant,
}

/// Which steps are possible now.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps {
    /// Sorting, first or anew.
    pub triage: bool,
    /// Asking its author.
    pub ask: bool,
    /// Answering.
    pub answer: bool,
    /// Saying what was found, with the answer: of a conduct.
    pub finding: bool,
    /// Refusing.
    pub refuse: bool,
    /// Publishing, first or anew.
    pub publish: bool,
    /// Explaining why the next step is late; the last day that may be promised.
    pub explain: Option<Day>,
}

/// What was typed into the steps.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The step that was refused; empty when none.
    pub step: String,
    /// Class, topic, urgency, office and the other opinion of triage.
    pub class: String,
    /// See `class`.
    pub topic: String,
    /// See `class`.
    pub urgency: String,
    /// See `class`.
    pub office: String,
    /// See `class`.
    pub duplicate: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// What was found of a conduct.
    pub finding: String,
    /// Why it is refused.
    pub reason: String,
    /// The same in words.
    pub refusal: String,
    /// What is published.
    pub shown: Shown,
    /// Why it is late.
    pub explanation: String,
    /// The day promised, as `2017-07-05`.
    pub promised: String,
}

/// `GET /work/opinions/{id}`; its forms are sent to `/triage`, `/ask`, `/answer`, `/refuse`, `/publish` and `/explain` below it.
#[derive(Template)]
#[template(path = "work/opinion.html")]
pub struct OpinionWork {
    /// Frame.
    pub shell: Shell,
    /// Faults.
    pub errors: Errors,
    /// Identity, for the address.
    pub id: String,
    /// When it came.
    pub at: Instant,
    /// The office.
    pub office: String,
    /// Where it stands.
    pub state: State,
    /// The day of the next step.
    pub next: Option<Day>,
    /// Working days left until then; negative when it has passed.
    pub days_left: i32,
    /// Who answers for the office; empty when nobody does.
    pub answerable: String,
    /// What was explained, the newest first.
    pub explained: Vec<ExplainedLine>,
    /// Whether it is late and no explanation holds.
    pub unexplained: bool,
    /// Key of how it came.
    pub source_key: &'static str,
    /// The words of the sender.
    pub words: String,
    /// Addresses of the photos.
    pub photos: Vec<String>,
    /// What the sender said it is about, in words; empty when nothing.
    pub said_class: String,
    /// How it was sorted, in words; empty before.
    pub sorted: String,
    /// Whether name and contact are kept from the reader.
    pub kept: bool,
    /// The sender's name, when given.
    pub name: Option<String>,
    /// The sender's phone or e-mail, when given.
    pub contact: Option<String>,
    /// The case it is about, with the address of its page when the reader may open it.
    pub case: Option<(String, Option<String>)>,
    /// The question to the sender.
    pub question: Option<Words>,
    /// The day by which a reply is asked for.
    pub reply_by: Option<Day>,
    /// The sender's reply.
    pub reply: Option<Words>,
    /// The answer or refusal, and who gave it.
    pub given: Option<(Words, String)>,
    /// Why it was refused.
    pub reason: Option<Reason>,
    /// What was found, of a conduct.
    pub finding: Option<Finding>,
    /// Whether it may be published.
    pub consent: bool,
    /// How it was published.
    pub shown: Option<(Instant, Shown)>,
    /// Key of what the sender says of the answer.
    pub helped_key: Option<&'static str>,
    /// The opinion it is answered with.
    pub duplicate_of: Option<Beside>,
    /// Those that are answered with it.
    pub same: Vec<Beside>,
    /// Those that may say the same.
    pub alike: Vec<Beside>,
    /// What is offered for triage.
    pub offered: Offered,
    /// The offices.
    pub offices: Vec<Choice>,
    /// Which steps are possible now.
    pub steps: Steps,
    /// What was typed.
    pub draft: Draft,
}

impl OpinionWork {
    /// The most characters of words.
    pub const LIMIT: usize = WORDS_LIMIT;

    fn classes(&self) -> Vec<Choice> {
        classes(self.shell.lang)
    }

    fn topics(&self) -> Vec<Choice> {
        topics(self.shell.lang)
    }

    fn urgencies(&self) -> Vec<Choice> {
        urgencies(self.shell.lang)
    }

    fn findings(&self) -> Vec<Choice> {
        let choice = |finding: &Finding| Choice::new(finding.key(), self.shell.t(finding_key(*finding)));
        Finding::ALL.iter().map(choice).collect()
    }

    fn reasons(&self) -> Vec<Choice> {
        reasons(self.shell.lang)
    }

    fn badge(&self) -> Badge {
        Badge { tone: state_tone(self.state), text: self.shell.t(state_key(self.state)) }
    }

    /// Colour of the day of the next step: late, or as it should be.
    fn day_tone(&self) -> Tone {
        if self.is_late() { Tone::Wrong } else { Tone::Plain }
    }

    fn is_late(&self) -> bool {
        self.next.is_some() && self.days_left < 0
    }

    /// Why it was refused, and where the sender was sent.
    fn refused(&self) -> Option<(String, String)> {
        let reason = self.reason?;
        Some((self.shell.t(reason_key(reason)), self.shell.t(door_key(reason))))
    }

    /// Whether the form of a step stands open: the one that comes next, or the one that was refused.
    fn opens(&self, step: &str) -> bool {
        if !self.draft.step.is_empty() {
            return self.draft.step == step;
        }
        if step == "explain" {
            return true;
        }
        match self.state {
            State::Received => step == "triage",
            State::Triaged => step == "answer",
            State::Answered => step == "publish",
            State::Asked | State::Refused => false,
        }
    }
}

/// `GET /work/opinions/new`, and `POST` when it was refused or done. Fields as of the public form, and `source`.
#[derive(Template)]
#[template(path = "work/opinion-entry.html")]
pub struct OpinionEntry {
    /// Frame.
    pub shell: Shell,
    /// Faults.
    pub errors: Errors,
    /// What was typed.
    pub typed: Typed,
    /// The offices.
    pub offices: Vec<Choice>,
    /// The communes where an author may live.
    pub communes: Vec<Choice>,
    /// The code of the one that was just entered, as it is easiest to copy; empty when none was.
    pub code: String,
}

impl OpinionEntry {
    /// The most characters of an opinion.
    pub const LIMIT: usize = WORDS_LIMIT;

    fn classes(&self) -> Vec<Choice> {
        classes(self.shell.lang)
    }

    fn sources(&self) -> [Choice; 2] {
        ["phone", "letter"].map(|source| {
            let key = if source == "phone" { "opinion-source-phone" } else { "opinion-source-letter" };
            Choice::new(source, self.shell.t(key))
        })
    }
}

impl Page for Inbox {
    fn sample(lang: Lang) -> Self {
        let row = |id: &str, state| OpinionRow {
            id: id.to_owned(),
            at: Instant::parse_local("2017-06-22T10:20").unwrap_or(Instant(0)),
            office: "Xã Trần Phán".to_owned(),
            words: "Tôi chờ từ sáng mà chưa có ai gọi…".to_owned(),
            state,
            sorted: if state == State::Received { String::new() } else { lang.t("opinion-topic-waiting") },
            offered: if state == State::Received { lang.t("opinion-topic-waiting") } else { String::new() },
            pressing: true,
            same: 2,
            next: Day::new(2017, 6, 26),
            days_left: -4,
            answerable: "Lê Văn Hòa".to_owned(),
            explained: (state == State::Received).then(ExplainedLine::sample),
            unexplained: state == State::Answered,
        };
        let late =
            Late {
                owed: Owed::Answer, due: Day(17_358), head: "Lê Văn Hòa".to_owned(), unexplained: true
            };
        let record = Record { n: 240, right: 190, right_by_habit: 90, recent: (100, 86) };
        Self {
            shell: Shell::sample_signed_in(lang, "work-opinions-title", Section::WorkOpinions),
            done: lang.t("work-opinion-done-answer"),
            office: "Xã Trần Phán".to_owned(),
            chosen: Chosen::default(),
            counts: Counts { received: 1, triaged: 1, asked: 0, to_publish: 1, overdue: 2, pressing: 1 },
            unexplained: vec![UnexplainedRow {
                id: "3".to_owned(),
                words: "Hồ sơ đất nộp hai tháng chưa ai trả lời".to_owned(),
                office: "Xã Trần Phán".to_owned(),
                late,
            }],
            unexplained_count: 2,
            explains: lang == Lang::Vi,
            records: Records { class: record, topic: record, urgency: record, office: Record::default() },
            rows: vec![row("1", State::Received), row("2", State::Answered)],
            pager: Pager::default(),
        }
    }
}

impl Page for OpinionWork {
    fn sample(lang: Lang) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let beside = |id: &str| Beside {
            id: id.to_owned(),
            words: "Thiếu người hướng dẫn ở phòng chờ".to_owned(),
            at: at("2017-06-21T08:00"),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "work-opinion-title", Section::WorkOpinions),
            errors: Errors::none(),
            id: "1".to_owned(),
            at: at("2017-06-22T10:20"),
            office: "Xã Trần Phán".to_owned(),
            state: State::Triaged,
            next: Day::new(2017, 6, 26),
            days_left: -4,
            answerable: "Lê Văn Hòa".to_owned(),
            explained: vec![ExplainedLine::sample()],
            unexplained: true,
            source_key: "opinion-source-page",
            words: "Tôi chờ từ sáng mà chưa có ai gọi. Đề nghị có người hướng dẫn.".to_owned(),
            photos: vec!["/work/opinions/1/photos/1".to_owned()],
            said_class: lang.t("opinion-class-conduct"),
            sorted: lang.t("opinion-topic-waiting"),
            kept: false,
            name: None,
            contact: Some("0912345678".to_owned()),
            case: Some(("000.21.70.H12-170620-0007".to_owned(), Some("/cases/1".to_owned()))),
            question: Some(Words { text: "Ngày nào?".to_owned(), at: at("2017-06-23T08:00") }),
            reply_by: Day::new(2017, 7, 5),
            reply: None,
            given: None,
            reason: None,
            finding: None,
            consent: true,
            shown: None,
            helped_key: None,
            duplicate_of: None,
            same: vec![beside("2")],
            alike: vec![beside("3")],
            offered: Offered { topic: lang.t("opinion-topic-waiting"), ..Offered::default() },
            offices: vec![Choice::new("tran-phan", "Xã Trần Phán")],
            steps: Steps {
                triage: true,
                ask: true,
                answer: true,
                finding: true,
                refuse: true,
                publish: false,
                explain: Day::new(2017, 7, 19),
            },
            draft: Draft::default(),
        }
    }
}

impl Page for OpinionEntry {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "work-opinion-entry-title", Section::WorkOpinions),
            errors: Errors::none(),
            typed: Typed { source: "phone".to_owned(), ..Typed::default() },
            offices: vec![Choice::new("tran-phan", "Xã Trần Phán")],
            communes: vec![Choice::new("tran-phan", "Xã Trần Phán")],
            code: "K7M2-9QXD-4HTR".to_owned(),
        }
    }
}
