//! Questionnaires and registers as files.
//!
//! A questionnaire is a table of comma-separated values (or JSON, like every file that is taken over), one question a line:
//!
//! | column | what |
//! |---|---|
//! | `key` | small letters, digits, `-`, `_`; unique; empty for a factor |
//! | `type` | `score`, `yes_no`, `one`, `many`, `number`, `words`; `factor` is a heading: the scores right below it are its criteria |
//! | `vi`, `en` | the text; English may be missing |
//! | `options_vi`, `options_en` | the answers of `one` and `many`, divided by `\|` |
//! | `least`, `most` | the limits of `number`; `most` of `many` is how many may be chosen |
//!
//! A register is such a table too, one person a line: `name`, `contact`, `address`, `commune`, `field`, `office`. Commune and
//! office are keys or names of offices; the office that did the work is the commune's when none is named.

use std::collections::BTreeMap;

use super::{
    Fault, Place,
    question::{Kind, Question, Questionnaire, Text},
    wave::{Contact, MOST_FRAME, Unit, Who},
};
use crate::{directory::Directory, import::read_rows, serve::unit::TableRow, text::fold, time::Day};

/// Longest file of a questionnaire, in bytes.
pub const MOST_BYTES: usize = 60_000;
/// Longest name, contact or address of a register, in characters.
const LINE_LIMIT: usize = 160;

/// Why a file was not taken: the line (0: the file as a whole) and what is wrong there.
pub type Wrong = (usize, Fault);

/// Reads a questionnaire with this title.
///
/// # Errors
/// Names the line.
pub fn questionnaire(title: Text, text: &str) -> Result<Questionnaire, Wrong> {
    if text.len() > MOST_BYTES {
        return Err((0, Fault::TooManyQuestions));
    }
    let table = read_rows(text).map_err(|error| (error.line, Fault::Unreadable))?;
    let mut read =
        Questionnaire { title: Text::tidied(&title.vi, &title.en), factors: vec![], questions: vec![] };
    let (mut factor, mut lines) = (None, Vec::new());
    for row in &table.rows {
        let text = Text::tidied(row.get("vi"), row.get("en"));
        if row.get("type") == "factor" {
            factor = Some(read.factors.len() as u32);
            read.factors.push(text);
            continue;
        }
        let kind = kind(row).map_err(|fault| (row.line, fault))?;
        // Anything else than a criterion ends the factor.
        factor = factor.filter(|_| kind == Kind::Score);
        lines.push(row.line);
        read.questions.push(Question { key: row.get("key").to_owned(), text, kind, factor });
    }
    let line = |at: usize| at.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or_default();
    read.check().map_err(|(at, fault)| (line(at), fault))?;
    Ok(read)
}

fn kind(row: &TableRow) -> Result<Kind, Fault> {
    let number = |column: &str| row.get(column).parse::<i64>().map_err(|_| Fault::BadLimits);
    Ok(match row.get("type") {
        "score" => Kind::Score,
        "yes_no" => Kind::YesNo,
        "words" => Kind::Words,
        "one" => Kind::One { options: options(row)? },
        "many" => {
            let options = options(row)?;
            let most = match row.get("most") {
                "" => options.len() as u32,
                text => text.parse().map_err(|_| Fault::BadLimits)?,
            };
            Kind::Many { options, most }
        }
        "number" => Kind::Number { least: number("least")?, most: number("most")? },
        _ => return Err(Fault::BadType),
    })
}

fn options(row: &TableRow) -> Result<Vec<Text>, Fault> {
    let parts = |column: &str| -> Vec<String> {
        row.get(column).split('|').map(str::to_owned).filter(|_| !row.get(column).is_empty()).collect()
    };
    let (vi, en) = (parts("options_vi"), parts("options_en"));
    if !en.is_empty() && en.len() != vi.len() {
        return Err(Fault::BadOptions);
    }
    let en = en.into_iter().chain(std::iter::repeat(String::new()));
    Ok(vi.iter().zip(en).map(|(vi, en)| Text::tidied(vi, &en)).collect())
}

/// A questionnaire as its file, which reads as the same again.
pub fn write(questionnaire: &Questionnaire) -> String {
    let mut lines = vec!["key,type,vi,en,options_vi,options_en,least,most".to_owned()];
    let mut factor = None;
    for question in &questionnaire.questions {
        if let Some(of) = question.factor.filter(|of| factor != Some(*of)) {
            let title = questionnaire.factors.get(of as usize).cloned().unwrap_or_default();
            lines.push(format!(",factor,{},{},,,,", cell(&title.vi), cell(&title.en)));
        }
        factor = question.factor;
        let options = question.kind.options();
        let vi: Vec<_> = options.iter().map(|option| option.vi.as_str()).collect();
        let en: Vec<_> = options.iter().map(|option| option.en.as_str()).collect();
        let en = if en.iter().all(|text| text.is_empty()) { String::new() } else { en.join("|") };
        let (least, most) = match &question.kind {
            Kind::Number { least, most } => (least.to_string(), most.to_string()),
            Kind::Many { most, .. } => (String::new(), most.to_string()),
            _ => (String::new(), String::new()),
        };
        let cells = [
            question.key.as_str(),
            question.kind.key(),
            &cell(&question.text.vi),
            &cell(&question.text.en),
            &cell(&vi.join("|")),
            &cell(&en),
            &least,
            &most,
        ];
        lines.push(cells.join(","));
    }
    lines.join("\n") + "\n"
}

/// A cell of comma-separated values, quoted where it must be.
pub fn cell(text: &str) -> String {
    let quoted = text.contains([',', '"', '\n', '\r']);
    if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Reads a register: everybody in it may be drawn, once. Communes and offices are those of a directory on a day; without one they
/// are what the file says.
///
/// # Errors
/// Names the line; nothing of the register is taken then.
pub fn register(text: &str, known: Option<(&Directory, Day)>) -> Result<Vec<Unit>, Wrong> {
    let table = read_rows(text).map_err(|error| (error.line, Fault::Unreadable))?;
    if table.rows.is_empty() {
        return Err((0, Fault::EmptyRegister));
    }
    if table.rows.len() > MOST_FRAME {
        return Err((0, Fault::RegisterTooLong));
    }
    let offices = known.map(|(directory, day)| Offices::new(directory, day));
    let mut units = BTreeMap::new();
    for row in &table.rows {
        let unit = person(row, offices.as_ref()).map_err(|fault| (row.line, fault))?;
        if units.insert(unit.key(), unit).is_some() {
            return Err((row.line, Fault::SamePerson));
        }
    }
    Ok(units.into_values().collect())
}

fn person(row: &TableRow, offices: Option<&Offices>) -> Result<Unit, Fault> {
    let line = |column: &str| {
        let text = row.get(column).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > LINE_LIMIT { Err(Fault::TextTooLong) } else { Ok(text) }
    };
    let contact = Contact { name: line("name")?, contact: line("contact")?, address: line("address")? };
    if contact.name.is_empty() || contact.contact.is_empty() && contact.address.is_empty() {
        return Err(Fault::NoContact);
    }
    let find = |column: &str| match offices {
        Some(offices) => Ok(offices.find(row.get(column))),
        None => line(column).map(|named| Some(named).filter(|named| !named.is_empty())),
    };
    let commune = find("commune")?.ok_or(Fault::BadCommune)?;
    let office = match row.get("office") {
        "" => commune.clone(),
        _ => find("office")?.ok_or(Fault::BadOffice)?,
    };
    Ok(Unit { place: Place { office, commune, field: line("field")? }, who: Who::Contact(contact) })
}

/// Offices of a day by key and by the name of their unit, in whatever spelling.
struct Offices(BTreeMap<String, String>);

impl Offices {
    fn new(directory: &Directory, day: Day) -> Self {
        let mut known = BTreeMap::new();
        for office in directory.on(day).offices().filter(|office| office.receives()) {
            known.insert(fold(&office.unit_name), office.id.clone());
            known.insert(office.id.clone(), office.id.clone());
        }
        Self(known)
    }

    fn find(&self, named: &str) -> Option<String> {
        self.0.get(named).or_else(|| self.0.get(&fold(named))).cloned()
    }
}
