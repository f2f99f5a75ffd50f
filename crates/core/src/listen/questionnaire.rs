//! The questions of a rating. A version is frozen once it is published: a change is a new version that holds from a later day, and every
//! ballot keeps the version that it answers.

use serde::{Deserialize, Serialize};

use crate::{
    batch::Batch, context::Context, directory::Directory, event::Event, refusal::Refusal, time::Day,
};

/// Longest text of a question, in characters.
pub const TEXT_LIMIT: usize = 200;

/// What a question asks; its answers are kept under this name, whatever its words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Satisfaction with the whole.
    Overall,
    /// A warm welcome.
    Welcome,
    /// Devoted guidance.
    Guidance,
    /// Swift handling.
    Speed,
    /// By the rules.
    Lawful,
    /// Trips made.
    Trips,
    /// Offices contacted.
    Contacts,
    /// Days until the result.
    Days,
    /// Money or gifts beyond the published fee.
    ExtraMoney,
    /// Papers that an office of the State already has.
    ExtraPapers,
    /// Free words.
    Words,
}

/// Who can change what an answer is about: it counts there and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sink {
    /// The office as a whole.
    Office,
    /// The official who acted at the step that is rated.
    Official,
    /// The step that took the time, by the journal.
    Step,
    /// The procedure and whoever makes its rules.
    Procedure,
    /// The head and inspectors. Never a figure of one person before it was looked into.
    Inspection,
}

impl Ask {
    /// Every question, in the order in which they are asked.
    pub const ALL: [Self; 11] = [
        Self::Overall,
        Self::Welcome,
        Self::Guidance,
        Self::Speed,
        Self::Lawful,
        Self::Trips,
        Self::Contacts,
        Self::Days,
        Self::ExtraMoney,
        Self::ExtraPapers,
        Self::Words,
    ];

    /// Stable name in data and forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Overall => "overall",
            Self::Welcome => "welcome",
            Self::Guidance => "guidance",
            Self::Speed => "speed",
            Self::Lawful => "lawful",
            Self::Trips => "trips",
            Self::Contacts => "contacts",
            Self::Days => "days",
            Self::ExtraMoney => "extra_money",
            Self::ExtraPapers => "extra_papers",
            Self::Words => "words",
        }
    }

    /// The question with that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.key() == key)
    }

    /// Where its answers count.
    pub const fn sink(self) -> Sink {
        match self {
            Self::Overall | Self::Words => Sink::Office,
            Self::Welcome | Self::Guidance => Sink::Official,
            Self::Speed | Self::Days => Sink::Step,
            Self::Lawful | Self::Trips | Self::Contacts | Self::ExtraPapers => Sink::Procedure,
            Self::ExtraMoney => Sink::Inspection,
        }
    }

    /// The words of the first version, Vietnamese and English.
    const fn first_words(self) -> (&'static str, &'static str) {
        match self {
            Self::Overall => ("Nhìn chung, ông/bà hài lòng đến mức nào?", "Overall, how satisfied are you?"),
            Self::Welcome => ("Đón tiếp có niềm nở không?", "Were you welcomed warmly?"),
            Self::Guidance => {
                ("Hướng dẫn có tận tình, dễ hiểu không?", "Was the guidance patient and easy to follow?")
            }
            Self::Speed => ("Giải quyết có nhanh chóng không?", "Was it handled quickly?"),
            Self::Lawful => (
                "Giấy tờ, phí và kết quả có đúng quy định không?",
                "Were papers, fees and result by the rules?",
            ),
            Self::Trips => ("Ông/bà phải đi lại mấy lần cho việc này?", "How many trips did this take you?"),
            Self::Contacts => {
                ("Ông/bà phải đến mấy nơi (cơ quan, bộ phận)?", "How many offices did you have to contact?")
            }
            Self::Days => (
                "Từ lúc nộp đến lúc có kết quả mất bao lâu?",
                "How long did it take from handing it in to the result?",
            ),
            Self::ExtraMoney => (
                "Có ai đòi thêm tiền hay quà ngoài mức phí đã công khai không?",
                "Did anyone ask for money or gifts beyond the published fee?",
            ),
            Self::ExtraPapers => (
                "Có bị đòi giấy tờ mà cơ quan nhà nước đã có không?",
                "Were you asked for papers that an office of the State already has?",
            ),
            Self::Words => ("Ông/bà muốn nói thêm điều gì?", "Is there anything else you want to say?"),
        }
    }
}

/// One question in its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it asks.
    pub ask: Ask,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// A version of the questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Counts the versions, from 1.
    pub version: u32,
    /// The first day on which it is asked.
    pub from: Day,
    /// The questions, in the order of [`Ask::ALL`]; those left out are not asked.
    pub lines: Vec<Line>,
}

impl Questionnaire {
    /// The version that comes with the program.
    pub fn first() -> Self {
        let line = |ask: Ask| {
            let (vi, en) = ask.first_words();
            Line { ask, vi: vi.to_owned(), en: en.to_owned() }
        };
        Self { version: 1, from: Day(0), lines: Ask::ALL.into_iter().map(line).collect() }
    }

    /// The words of a question, when it is asked.
    pub fn line(&self, ask: Ask) -> Option<&Line> {
        self.lines.iter().find(|line| line.ask == ask)
    }
}

impl Directory {
    /// The questions of a day: of the versions that hold then the newest.
    pub fn questionnaire_on(&self, day: Day) -> &Questionnaire {
        let holds = |version: &&Questionnaire| version.version == 1 || version.from <= day;
        // The first version always holds.
        self.questionnaires.iter().rev().find(holds).unwrap_or(&self.questionnaires[0])
    }
}

/// Decides that other questions are asked from a day on.
///
/// # Errors
/// Refuses others than an administrator, days that have begun, questions without words, and a version that does not ask for
/// the overall satisfaction or is like the newest.
pub fn publish(from: Day, mut lines: Vec<Line>, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    if from <= ctx.at.day() {
        return Err(Refusal::BadChoice("from"));
    }
    lines.sort_by_key(|line| line.ask);
    for line in &mut lines {
        for text in [&mut line.vi, &mut line.en] {
            *text = text.trim().to_owned();
            if text.is_empty() {
                return Err(Refusal::Empty(line.ask.key()));
            }
            if text.chars().count() > TEXT_LIMIT {
                return Err(Refusal::TooLong(line.ask.key()));
            }
        }
    }
    let twice = lines.windows(2).any(|pair| pair[0].ask == pair[1].ask);
    if twice || lines.first().is_none_or(|line| line.ask != Ask::Overall) {
        return Err(Refusal::BadChoice("overall"));
    }
    let newest = ctx.directory.questionnaires.last();
    if newest.is_some_and(|newest| newest.lines == lines && newest.from <= from) {
        return Err(Refusal::AlreadyDone);
    }
    let version = newest.map_or(1, |newest| newest.version) + 1;
    let event = Event::QuestionnairePublished(Questionnaire { version, from, lines });
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, b"questionnaire", i64::from(version) - 1, event))
}
