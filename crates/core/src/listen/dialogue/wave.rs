//! The survey wave of a dialogue: forms with drawn numbers, given out over the communes by their cases, each of which counts once.

use std::collections::BTreeSet;

use hailong_stats::{random::Random, sample::apportion};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Dialogue, Topic, WORDS_LIMIT, communes, leads, quarter, subject, words};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    event::Event,
    id::{Bytes, new_id},
    refusal::Refusal,
    time::Day,
};

/// Forms of a wave, unless somebody says otherwise: what the district gives out for one dialogue.
pub const FORMS: u32 = 1_000;
/// Most forms of a wave.
pub const MOST_FORMS: u32 = 5_000;
/// Every commune gets so many, or nobody would hear of the grievances where few cases are.
pub const LEAST_FORMS: u32 = 10;
/// Numbers of forms have seven drawn digits and one that checks them.
const BODIES: std::ops::Range<u32> = 1_000_000..10_000_000;

/// The forms of one commune, as they were drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allotted {
    /// Key of its office.
    pub commune: String,
    /// Cases of the quarter so far whose applicants live there.
    pub cases: u32,
    /// Numbers of its forms.
    pub numbers: Vec<u32>,
}

/// How many forms a commune got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Key of its office.
    pub commune: String,
    /// Cases of the quarter when the wave began.
    pub cases: u32,
    /// Forms given out.
    pub forms: u32,
}

/// See [`Event::DialogueOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its quarter: `2017-2`.
    pub dialogue: String,
    /// Under whose key its reasons, place and minutes are sealed.
    pub key_id: Uuid,
    /// First day of the cases it asks about.
    pub cases_from: Day,
    /// The last one.
    pub cases_to: Day,
    /// Seed of the draw: who has it draws the same numbers.
    pub seed: u32,
    /// The forms of every commune.
    pub communes: Vec<Allotted>,
}

/// How a form came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On paper.
    Paper,
    /// Asked by phone.
    Phone,
    /// Filled in by the person, with the number of the form.
    Online,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Paper, Self::Phone, Self::Online];

    /// Stable name in tables, forms and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Phone => "phone",
            Self::Online => "online",
        }
    }

    /// The way with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }
}

/// See [`Event::DialogueFormEntered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormEntered {
    /// The dialogue.
    pub dialogue: String,
    /// Number of the form.
    pub number: u32,
    /// The commune it was given out in.
    pub commune: String,
    /// Key of its words.
    pub form_id: Uuid,
    /// How it came in.
    pub way: Way,
    /// Whether it tells of a pressing grievance.
    pub pressing: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// Its words, sealed under the form's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Bytes>,
}

/// A wave to begin.
#[derive(Clone, Debug)]
pub struct Open {
    /// The quarter: `2017-2`.
    pub dialogue: String,
    /// How many forms.
    pub forms: u32,
    /// Seed of the draw; without one it is drawn too, and kept.
    pub seed: Option<u32>,
}

/// A form that was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its number.
    pub number: u32,
    /// The commune.
    pub commune: String,
    /// Whether it came back already.
    pub entered: bool,
    /// How it came in.
    pub way: Option<Way>,
    /// Who typed it last.
    pub entered_by: Option<String>,
    /// Number of events about it.
    pub version: i64,
}

impl Form {
    /// A form that was given out and has not come back.
    pub fn given_out(number: u32, commune: &str) -> Self {
        Self { number, commune: commune.to_owned(), entered: false, way: None, entered_by: None, version: 0 }
    }
}

/// The subject of a form in the journal.
pub(super) fn form_subject(dialogue: &str, number: u32) -> Vec<u8> {
    format!("dialogue/{dialogue}/form/{number}").into_bytes()
}

/// A form that comes back.
#[derive(Clone, Debug)]
pub struct Enter {
    /// Its number, as typed.
    pub number: String,
    /// The commune printed on it; whoever fills in the own form online need not say it.
    pub commune: String,
    /// How it came in; nothing when that was not said.
    pub way: Option<Way>,
    /// Whether it tells of a pressing grievance; nothing when that was not said.
    pub pressing: Option<bool>,
    /// What it is about.
    pub topic: Option<Topic>,
    /// In whose words.
    pub words: String,
}

/// The digit that checks a number (ISO/IEC 7064, MOD 11,10): finds every wrong digit and nearly every two exchanged ones.
fn check_digit(body: u32) -> u32 {
    let last = body.to_string().bytes().fold(10, |product, digit| {
        let sum = (product + u32::from(digit - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - last) % 10
}

/// The number of a form as typed, with spaces or without; none when it cannot be one.
pub fn read_number(typed: &str) -> Option<u32> {
    let digits: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '-' && *c != '.').take(9).collect();
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u32 = digits.parse().ok()?;
    (BODIES.contains(&(number / 10)) && check_digit(number / 10) == number % 10).then_some(number)
}

/// The number of a form as it is printed: two groups of four digits.
pub fn write_number(number: u32) -> String {
    format!("{:04} {:04}", number / 10_000, number % 10_000)
}

/// How many forms each commune gets: the least for each while that is possible, the rest by cases, whole by the largest remainders.
fn shares(forms: u32, cases: &[(String, u32)]) -> Vec<u32> {
    let n = cases.len() as u32;
    let least = if forms / 2 >= LEAST_FORMS * n { LEAST_FORMS } else { 0 };
    let sizes: Vec<u32> = cases.iter().map(|(_, cases)| *cases).collect();
    apportion(forms - least * n, &sizes).into_iter().map(|part| least + part).collect()
}

/// Draws the numbers of the forms, all different: the same seed, cases and count give the same numbers.
pub fn draw(forms: u32, cases: &[(String, u32)], seed: u32) -> Vec<Allotted> {
    let mut random = Random::new(u64::from(seed));
    let mut taken = BTreeSet::new();
    let mut number = || loop {
        let body = BODIES.start + (random.unit() * f64::from(BODIES.end - BODIES.start)) as u32;
        if taken.insert(body) {
            return body * 10 + check_digit(body);
        }
    };
    let communes = cases.iter().zip(shares(forms, cases));
    let allotted = communes.map(|((commune, cases), share)| {
        let mut numbers: Vec<u32> = (0..share).map(|_| number()).collect();
        numbers.sort_unstable();
        Allotted { commune: commune.clone(), cases: *cases, numbers }
    });
    allotted.collect()
}

/// Decides that a dialogue begins with its wave. `cases` are those of the quarter so far, by commune of residence; `known`
/// says whether the quarter has its dialogue already.
///
/// # Errors
/// Refuses everybody but the leader, a second dialogue of a quarter, quarters that have not begun, too few or too many forms, and
/// quarters without a case.
pub fn open(
    command: &Open,
    known: bool,
    cases: &[(String, u32)],
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    leads(ctx)?;
    let today = ctx.at.day();
    let period = quarter(&command.dialogue).filter(|period| period.first_day() <= today);
    let period = period.ok_or(Refusal::BadChoice("dialogue"))?;
    if known {
        return Err(Refusal::AlreadyExists);
    }
    if !(cases.len() as u32..=MOST_FORMS).contains(&command.forms) {
        return Err(Refusal::BadChoice("forms"));
    }
    if cases.iter().all(|(_, cases)| *cases == 0) {
        return Err(Refusal::Empty("cases"));
    }
    let seed = command.seed.unwrap_or_else(|| u32::from_le_bytes(ctx.entropy.bytes()));
    let key_id = new_id(ctx.at, &ctx.entropy);
    let (_, wrapped) = ctx.secrets.new_data_key(key_id, &ctx.entropy);
    let opened = Opened {
        dialogue: command.dialogue.clone(),
        key_id,
        cases_from: period.first_day(),
        cases_to: period.last_day().min(today),
        seed,
        communes: draw(command.forms, cases, seed),
    };
    let event = Event::DialogueOpened(opened);
    let mut batch = Batch::one(ctx.actor.journal_name(), ctx.at, &subject(&command.dialogue), 1, event);
    batch.side.push(Side::DataKey { subject: key_id, wrapped });
    Ok(batch)
}

/// The communes of a day with their cases, of which some may have none.
pub fn with_cases(
    directory: &crate::directory::Directory,
    day: Day,
    cases: impl Fn(&str) -> u32,
) -> Vec<(String, u32)> {
    communes(directory, day).into_iter().map(|commune| (commune.clone(), cases(&commune))).collect()
}

/// Decides that a form comes back. `form` is what is known of its number.
///
/// # Errors
/// Refuses numbers that were not given out, or in another commune ([`Refusal::FormUnknown`]), a form that came back before, a
/// wave whose table is closed, and officials of the very office that the commune's people are asked about.
pub fn enter(
    dialogue: &Dialogue,
    form: Option<&Form>,
    command: &Enter,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let form = form.ok_or(Refusal::FormUnknown)?;
    let way = may_enter(form, command, ctx)?;
    if dialogue.choice.is_some() {
        return Err(Refusal::WaveClosed);
    }
    if form.entered {
        return Err(Refusal::FormEntered);
    }
    let pressing = command.pressing.ok_or(Refusal::BadChoice("pressing"))?;
    if pressing && command.topic.is_none() {
        return Err(Refusal::Empty("topic"));
    }
    let said = words("words", &command.words, WORDS_LIMIT, false)?;
    let form_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(form_id, &ctx.entropy);
    let sealed = |said: String| Bytes(key.seal(&ctx.entropy, form_id.as_bytes(), said.as_bytes()));
    let entered = FormEntered {
        dialogue: dialogue.id.clone(),
        number: form.number,
        commune: form.commune.clone(),
        form_id,
        way,
        pressing,
        topic: command.topic,
        words: Some(said).filter(|said| !said.is_empty()).map(sealed),
    };
    let subject = form_subject(&dialogue.id, form.number);
    let has_words = entered.words.is_some();
    let event = Event::DialogueFormEntered(entered);
    let mut batch = Batch::one(ctx.actor.journal_name(), ctx.at, &subject, form.version + 1, event);
    batch.side.extend(has_words.then_some(Side::DataKey { subject: form_id, wrapped }));
    Ok(batch)
}

/// Whoever holds a form may fill it in online; what comes on paper or by phone is entered by officials, but never by those
/// whose own office it is about.
fn may_enter(form: &Form, command: &Enter, ctx: &Context<'_>) -> Result<Way, Refusal> {
    match &ctx.actor {
        Actor::Citizen if command.way == Some(Way::Online) => return Ok(Way::Online),
        Actor::Official(official) if official.has_role(&[Role::Official, Role::Head, Role::Leader]) => {
            if official.role_at(&form.commune).is_some() {
                return Err(Refusal::FormOwnCommune);
            }
        }
        Actor::Former(_) => return Err(Refusal::PostEnded),
        _ => return Err(Refusal::NotYourRole),
    }
    let way = command.way.filter(|way| *way != Way::Online).ok_or(Refusal::BadChoice("way"))?;
    if command.commune == form.commune { Ok(way) } else { Err(Refusal::FormUnknown) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wrong_digit_is_found() {
        let number = 1_234_567 * 10 + check_digit(1_234_567);
        let typed = write_number(number);
        assert_eq!(read_number(&typed), Some(number), "{typed}");
        assert_eq!(read_number(&format!(" {} ", typed.replace(' ', "-"))), Some(number));
        for at in 0..8 {
            for digit in '0'..='9' {
                let mut other: Vec<char> = number.to_string().chars().collect();
                other[at] = digit;
                let other: String = other.into_iter().collect();
                let same = other == number.to_string();
                assert_eq!(read_number(&other).is_some(), same, "{other}");
            }
        }
        for wrong in ["", "1234567", "123456789", "abcdefgh", "00000000", "đ2345678"] {
            assert_eq!(read_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn forms_follow_cases_and_no_commune_is_left_out() {
        let cases = [("a".to_owned(), 900), ("b".to_owned(), 100), ("c".to_owned(), 0)];
        assert_eq!(shares(1_000, &cases), [883, 107, 10]);
        assert_eq!(shares(10, &cases), [9, 1, 0]);
    }

    proptest! {
        #[test]
        fn the_draw_is_whole_repeatable_and_without_doubles(
            cases in prop::collection::vec(0_u32..2_000, 1..20),
            forms in 20_u32..2_000,
            seed in any::<u32>(),
        ) {
            let cases: Vec<_> = cases.into_iter().enumerate().map(|(at, n)| (format!("c{at:02}"), n)).collect();
            prop_assume!(cases.iter().any(|(_, n)| *n > 0));
            let drawn = draw(forms, &cases, seed);
            prop_assert_eq!(&drawn, &draw(forms, &cases, seed));
            let numbers: BTreeSet<u32> = drawn.iter().flat_map(|one| one.numbers.clone()).collect();
            prop_assert_eq!(numbers.len(), forms as usize);
            for number in numbers {
                prop_assert_eq!(read_number(&write_number(number)), Some(number));
            }
            for (more, less) in drawn.iter().zip(&drawn[1..]) {
                if more.cases > less.cases {
                    prop_assert!(more.numbers.len() + 1 > less.numbers.len());
                }
            }
        }
    }
}
