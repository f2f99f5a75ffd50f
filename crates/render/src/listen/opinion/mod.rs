//! Opinions: leaving one, following what became of it, and reading what was published.

pub mod words;

use askama::Template;
use hailong_core::{
    listen::opinion::{Helped, Owed, Reason, State, WORDS_LIMIT},
    time::{Day, Instant},
};

use self::words::{classes, door_key, helped_key, helps, late_key, owed_key, state_key, state_tone};
use crate::component::{Badge, Choice, Errors, Pager, refusal};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// What is typed into the form of an opinion, by anybody on the page or by an official for somebody else.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The words.
    pub words: String,
    /// The office.
    pub office: String,
    /// What it is about, by the law; may be empty.
    pub class: String,
    /// The commune where the author lives; may be empty.
    pub residence: String,
    /// The code of a case; may be empty.
    pub case_code: String,
    /// The name; may be empty.
    pub name: String,
    /// The contact; may be empty.
    pub contact: String,
    /// Whether name and contact are kept from the office.
    pub confidential: bool,
    /// Whether the author may be written to although name and contact are kept from the office.
    pub may_write: bool,
    /// Whether it may be published.
    pub consent: bool,
    /// How it came, where that is not chosen.
    pub source: String,
    /// Random text of this form, so that a second click finds the first.
    pub once: String,
}

/// `GET /opinions/new`, and `POST` when it was refused. Fields: `words`, `office`, `class`, `residence`, `case_code`, `name`, `contact`,
/// `confidential`, `may_write`, `consent`, `source`, `once`.
#[derive(Debug, Template)]
#[template(path = "listen/opinion-form.html")]
pub struct OpinionForm {
    /// The frame.
    pub shell: Shell,
    /// What was typed.
    pub typed: Typed,
    /// The offices.
    pub offices: Vec<Choice>,
    /// The communes where an author may live.
    pub communes: Vec<Choice>,
    /// What is wrong.
    pub errors: Errors,
}

impl OpinionForm {
    /// The most characters of an opinion.
    pub const LIMIT: usize = WORDS_LIMIT;

    fn classes(&self) -> Vec<Choice> {
        classes(self.shell.lang)
    }
}

impl Page for OpinionForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "opinion-title", Section::Opinions),
            typed: Typed { office: "c32161-old".to_owned(), ..Typed::default() },
            offices: vec![Choice::new("d970", "Huyện Đầm Dơi"), Choice::new("c32161-old", "Xã Trần Phán")],
            communes: vec![Choice::new("c32161-old", "Xã Trần Phán")],
            errors: Errors::one("words", refusal(lang, "empty")),
        }
    }
}

/// `GET /opinions?code=`: entering the code of an opinion.
#[derive(Debug, Template)]
#[template(path = "listen/opinion-lookup.html")]
pub struct OpinionLookup {
    /// The frame.
    pub shell: Shell,
    /// The code typed.
    pub code: String,
    /// What is wrong with `code`.
    pub errors: Errors,
}

impl Page for OpinionLookup {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "opinion-follow-title", Section::Opinions),
            code: String::new(),
            errors: Errors::none(),
        }
    }
}

/// Something that was said at a moment.
#[derive(Clone, Debug)]
pub struct Words {
    /// The words.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// What the head of an office explained of a step that was late.
#[derive(Clone, Debug)]
pub struct ExplainedLine {
    /// Who headed the office.
    pub head: String,
    /// When it was said.
    pub at: Instant,
    /// The step.
    pub owed: Owed,
    /// The day by which it was owed.
    pub due: Day,
    /// Why; empty when erased.
    pub words: String,
    /// The day promised.
    pub promised: Day,
}

impl ExplainedLine {
    /// Key of the step.
    pub fn owed_key(&self) -> &'static str {
        owed_key(self.owed)
    }

    pub(crate) fn sample() -> Self {
        Self {
            head: "Lê Văn Hòa".to_owned(),
            at: Instant::parse_local("2017-07-12T08:00").unwrap_or(Instant(0)),
            owed: Owed::Answer,
            due: Day(17_358),
            words: "Cán bộ địa chính phải đo lại thửa đất; đã đo xong hôm qua.".to_owned(),
            promised: Day(17_363),
        }
    }
}

/// A step that is late, and who answers for it.
#[derive(Clone, Debug)]
pub struct Late {
    /// The step.
    pub owed: Owed,
    /// The day by which it was owed.
    pub due: Day,
    /// Who heads the office; empty when nobody does.
    pub head: String,
    /// Whether no explanation holds.
    pub unexplained: bool,
}

impl Late {
    /// Key of what should have been.
    pub fn key(&self) -> &'static str {
        late_key(self.owed)
    }
}

/// `GET /opinions/{code}`, with forms sent to `/reply` (`reply`), `/consent` (`consent`) and `/helped` (`helped`) below it.
#[derive(Debug, Template)]
#[template(path = "listen/opinion.html")]
pub struct OpinionPage {
    /// The frame.
    pub shell: Shell,
    /// The code to follow it by, as it is easiest to copy.
    pub code: String,
    /// The code as it stands in addresses.
    pub path_code: String,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// The words.
    pub words: String,
    /// Addresses of its photos.
    pub photos: Vec<String>,
    /// Whether a photo may be added now.
    pub may_add: bool,
    /// The office that deals with it.
    pub office: String,
    /// When it was received.
    pub received: Instant,
    /// The day by which an answer is promised.
    pub due: Option<Day>,
    /// What became of it.
    pub state: State,
    /// The day that was promised before a decision on days off moved it, and that decision.
    pub moved: Option<(Day, String)>,
    /// What is late.
    pub late: Option<Late>,
    /// What was explained of that, the newest first.
    pub explained: Vec<ExplainedLine>,
    /// What the office asked.
    pub question: Option<Words>,
    /// The day by which a reply is asked for.
    pub reply_by: Option<Day>,
    /// What the author replied.
    pub reply: Option<Words>,
    /// A reply that was refused.
    pub typed: String,
    /// The answer, or why it was not taken up.
    pub answer: Option<Words>,
    /// Why it was not taken up.
    pub reason: Option<Reason>,
    /// Whether it may be published.
    pub consent: bool,
    /// When it was published.
    pub published: Option<Instant>,
    /// What was said of the answer.
    pub helped: Option<Helped>,
    /// Whether it was sent a moment ago: then the code is pointed out.
    pub just_sent: bool,
}

impl OpinionPage {
    /// The most characters of a reply.
    pub const LIMIT: usize = WORDS_LIMIT;

    fn helps(&self) -> Vec<Choice> {
        helps(self.shell.lang)
    }

    fn badge(&self) -> Badge {
        Badge { tone: state_tone(self.state), text: self.shell.t(state_key(self.state)) }
    }

    /// Where to go instead, when it was not taken up.
    fn door(&self) -> String {
        self.reason.map(|reason| self.shell.t(door_key(reason))).unwrap_or_default()
    }

    /// What was said of the answer; empty when nothing was.
    fn helped_text(&self) -> String {
        self.helped.map(|helped| self.shell.t(helped_key(helped))).unwrap_or_default()
    }

    fn is_asked(&self) -> bool {
        self.state == State::Asked
    }
}

impl Page for OpinionPage {
    fn sample(lang: Lang) -> Self {
        let at = |text: &str| Instant::parse_local(text).unwrap_or(Instant(0));
        Self {
            shell: Shell::sample(lang, "opinion-page-title", Section::Opinions),
            code: "K7M2-9QXD-4HTR".to_owned(),
            path_code: "K7M29QXD4HTR".to_owned(),
            photos: vec!["/opinions/K7M29QXD4HTR/photos/1".to_owned()],
            may_add: true,
            done: String::new(),
            errors: Errors::none(),
            words: "Ghế ngồi chờ còn ít, người già phải đứng.".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            received: at("2017-06-20T10:15"),
            due: Day::new(2017, 7, 11),
            state: State::Answered,
            moved: Day::new(2017, 7, 10).map(|day| (day, "Công văn 12/VPCP-KGVX".to_owned())),
            late: Some(Late {
                owed: Owed::Answer,
                due: Day(17_358),
                head: "Lê Văn Hòa".to_owned(),
                unexplained: true,
            }),
            explained: vec![ExplainedLine::sample()],
            question: Some(Words {
                text: "Ông/bà đến ngày nào?".to_owned(), at: at("2017-06-21T10:15")
            }),
            reply_by: Day::new(2017, 7, 5),
            reply: Some(Words { text: "Sáng thứ Hai.".to_owned(), at: at("2017-06-22T10:15") }),
            typed: String::new(),
            answer: Some(Words {
                text: "Bộ phận đã thêm hai hàng ghế.".to_owned(),
                at: at("2017-06-27T14:00"),
            }),
            reason: None,
            consent: true,
            published: Some(at("2017-06-28T08:00")),
            helped: None,
            just_sent: true,
        }
    }
}

/// One opinion that was published.
#[derive(Clone, Debug)]
pub struct PublicOpinion {
    /// What was said.
    pub words: String,
    /// The answer.
    pub answer: String,
    /// The office that answered.
    pub office: String,
    /// Key of the topic.
    pub topic_key: &'static str,
    /// When it was published.
    pub at: Instant,
    /// Key of what its author said of the answer.
    pub helped_key: Option<&'static str>,
}

/// `GET /opinions/published?before=`.
#[derive(Debug, Template)]
#[template(path = "listen/opinions-published.html")]
pub struct PublishedOpinions {
    /// The frame.
    pub shell: Shell,
    /// The opinions, the newest first.
    pub rows: Vec<PublicOpinion>,
    /// Where the list goes on.
    pub pager: Pager,
}

impl Page for PublishedOpinions {
    fn sample(lang: Lang) -> Self {
        let row = PublicOpinion {
            words: "Ghế ngồi chờ còn ít, người già phải đứng. Gọi tôi số […].".to_owned(),
            answer: "Bộ phận đã thêm hai hàng ghế.".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            topic_key: "opinion-topic-place",
            at: Instant::parse_local("2017-06-28T08:00").unwrap_or(Instant(0)),
            helped_key: Some("opinion-helped-yes"),
        };
        Self {
            shell: Shell::sample(lang, "opinions-published-title", Section::Opinions),
            rows: vec![row],
            pager: Pager::default(),
        }
    }
}
