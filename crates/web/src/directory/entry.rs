//! The forms of the directory: which fields each change has, and what they become.

use hailong_core::{
    batch::Batch,
    context::{Context, Role},
    directory::Directory,
    import::office::hours,
    refusal::Refusal,
    serve::{
        office::{self, Change, Kind, Level, Office, Validity},
        official::{self, Absence, Left, Official, Post},
    },
    time::Day,
};
use hailong_render::{
    Lang,
    component::Choice,
    work::directory::{Control, Field},
};

use super::office_choices;
use crate::{form::Fields, visitor::role_key};

/// Most characters of a pasted file.
pub(super) const PASTED: usize = 20_000;

/// A change of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    OpenOffice,
    ChangeOffice,
    CloseOffice,
    Appoint,
    TakePost,
    LeavePost,
    Absence,
    Account,
    Import,
}

/// Stable names in addresses, the keys of title and explanation, and the list each change belongs to.
const TABLE: [(What, &str, &str, &str, &str); 9] = [
    (What::OpenOffice, "open-office", "directory-open-office", "directory-open-office-about", OFFICES),
    (
        What::ChangeOffice,
        "change-office",
        "directory-change-office",
        "directory-change-office-about",
        OFFICES,
    ),
    (What::CloseOffice, "close-office", "directory-close-office", "directory-close-office-about", OFFICES),
    (What::Appoint, "appoint", "directory-appoint", "directory-appoint-about", OFFICIALS),
    (What::TakePost, "take-post", "directory-take-post", "directory-take-post-about", OFFICIALS),
    (What::LeavePost, "leave-post", "directory-leave-post", "directory-leave-post-about", OFFICIALS),
    (What::Absence, "absence", "directory-absence", "directory-absence-about", OFFICIALS),
    (What::Account, "account", "directory-account", "directory-account-about", OFFICIALS),
    (What::Import, "import", "directory-import", "directory-import-about", OFFICES),
];
const OFFICES: &str = "/admin/offices";
const OFFICIALS: &str = "/admin/officials";

/// Every field that a form may have, with its label and its hint.
const FIELDS: [(&str, &str, &str); 22] = [
    ("id", "directory-field-id", "directory-hint-id"),
    ("unit_key", "directory-field-unit_key", "directory-hint-unit_key"),
    ("gso_code", "directory-field-gso_code", ""),
    ("unit_name", "directory-field-unit_name", ""),
    ("name_vi", "directory-field-name_vi", ""),
    ("level", "directory-field-level", ""),
    ("office_kind", "directory-field-office_kind", ""),
    ("case_prefix", "directory-field-case_prefix", ""),
    ("hours", "directory-field-hours", "directory-hint-hours"),
    ("from", "directory-field-from", ""),
    ("to", "directory-field-to", ""),
    ("until", "directory-field-to", "directory-hint-to"),
    ("why", "directory-field-why", "directory-hint-why"),
    ("name", "directory-field-name", ""),
    ("title_vi", "directory-field-title_vi", ""),
    ("role", "directory-field-role", ""),
    ("reserve", "directory-field-reserve", ""),
    ("deputy", "directory-field-deputy", ""),
    ("login", "directory-field-login", "directory-hint-login"),
    ("kind", "directory-field-kind", ""),
    ("text", "directory-field-text", "directory-hint-text"),
    ("office", "directory-field-office", ""),
];

impl What {
    pub(super) fn from_key(key: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == key).map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str, &'static str, &'static str) {
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[0])
    }

    pub(super) fn key(self) -> &'static str {
        self.row().1
    }

    pub(super) fn title(self) -> &'static str {
        self.row().2
    }

    pub(super) fn about(self) -> &'static str {
        self.row().3
    }

    pub(super) fn back(self) -> &'static str {
        self.row().4
    }

    /// The names of its fields, in their order.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::OpenOffice => &[
                "id",
                "unit_key",
                "gso_code",
                "unit_name",
                "name_vi",
                "level",
                "office_kind",
                "case_prefix",
                "hours",
                "from",
            ],
            Self::ChangeOffice => {
                &["office", "from", "unit_name", "gso_code", "name_vi", "case_prefix", "hours"]
            }
            Self::CloseOffice => &["office", "to", "why"],
            Self::Appoint => &["id", "name", "office", "role", "title_vi", "reserve", "from", "until"],
            Self::TakePost => &["official", "office", "role", "title_vi", "reserve", "from", "until"],
            Self::LeavePost => &["official", "office", "role", "to", "why"],
            Self::Absence => &["official", "from", "to", "deputy"],
            Self::Account => &["official", "login"],
            Self::Import => &["kind", "text"],
        }
    }
}

/// The fields of a form with what was typed.
pub(super) fn fields(
    what: What,
    typed: &Fields,
    directory: &Directory,
    today: Day,
    lang: Lang,
) -> Vec<Field> {
    let field = |name: &&'static str| {
        let value = typed.get(name).to_owned();
        let (label, hint) = match FIELDS.iter().find(|(known, _, _)| known == name) {
            Some((_, label, hint)) => (*label, *hint),
            None => ("directory-field-official", ""),
        };
        let hint = if hint.is_empty() { String::new() } else { lang.t(hint) };
        Field {
            name,
            label: lang.t(label),
            hint,
            value,
            control: control(name, typed, directory, today, lang),
        }
    };
    what.names().iter().map(field).collect()
}

fn control(name: &str, typed: &Fields, directory: &Directory, today: Day, lang: Lang) -> Control {
    let of = |pairs: &[(&str, &str)]| {
        Control::Select(pairs.iter().map(|(value, key)| Choice::new(*value, lang.t(key))).collect())
    };
    match name {
        "from" | "to" | "until" => Control::Input("date"),
        "office" => Control::Select(office_choices(directory, Some(today))),
        "role" => Control::Select(
            Role::ALL.into_iter().map(|role| Choice::new(role.key(), lang.t(role_key(role)))).collect(),
        ),
        "level" => of(&[
            ("province", "directory-level-province"),
            ("district", "directory-level-district"),
            ("commune", "directory-level-commune"),
        ]),
        "office_kind" => of(&[
            ("one_stop", "directory-kind-one-stop"),
            ("centre", "directory-kind-centre"),
            ("agency", "directory-kind-agency"),
        ]),
        "reserve" => of(&[("no", "directory-no"), ("yes", "directory-yes")]),
        "kind" => of(&[
            ("units", "directory-kind-units"),
            ("offices", "directory-kind-offices"),
            ("officials", "directory-kind-officials"),
        ]),
        "deputy" => Control::Select(deputies(typed.get("official"), directory, today)),
        "text" => Control::Area(PASTED),
        _ => Control::Input("text"),
    }
}

/// Who may stand in: the colleagues of the offices of the absent.
fn deputies(official: &str, directory: &Directory, today: Day) -> Vec<Choice> {
    let Ok(away) = directory.official(official) else { return Vec::new() };
    let mut choices: Vec<Choice> = Vec::new();
    for post in away.posts_on(today) {
        for (other, post) in directory.on(today).posts_at(&post.office_id) {
            if other.id != away.id && choices.iter().all(|choice| choice.value != other.id) {
                choices.push(Choice::new(&other.id, format!("{}, {}", other.name, post.title_vi)));
            }
        }
    }
    choices
}

/// What a field says, in words, for the review.
pub(super) fn in_words(field: &Field, lang: Lang) -> String {
    match &field.control {
        Control::Select(choices) => {
            let chosen = choices.iter().find(|choice| choice.value == field.value);
            chosen.map_or_else(|| field.value.clone(), |choice| choice.text.clone())
        }
        Control::Input("date") => Day::parse(&field.value)
            .map_or_else(|| "–".to_owned(), |day| hailong_render::format::date(lang, day)),
        _ if field.value.is_empty() => "–".to_owned(),
        _ => field.value.clone(),
    }
}

fn day(typed: &Fields, name: &'static str) -> Result<Day, Refusal> {
    match typed.trimmed(name) {
        "" => Err(Refusal::Empty(name)),
        text => Day::parse(text).ok_or(Refusal::BadChoice(name)),
    }
}

fn optional_day(typed: &Fields, name: &'static str) -> Result<Option<Day>, Refusal> {
    if typed.trimmed(name).is_empty() { Ok(None) } else { day(typed, name).map(Some) }
}

fn given(typed: &Fields, name: &str) -> Option<String> {
    Some(typed.trimmed(name)).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Decides a change of offices, posts or absences. `open_cases` is what the office named in it still has.
pub(super) fn decide(
    what: What,
    typed: &Fields,
    open_cases: u64,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let text = |name: &str| typed.trimmed(name).to_owned();
    let hours = || hours(typed.trimmed("hours")).map_err(|_| Refusal::BadChoice("hours"));
    match what {
        What::OpenOffice => office::open(new_office(typed, hours()?, ctx.directory)?, ctx),
        What::ChangeOffice => {
            let change = Change {
                office_id: text("office"),
                from: day(typed, "from")?,
                name_vi: given(typed, "name_vi"),
                unit_name: given(typed, "unit_name"),
                gso_code: given(typed, "gso_code"),
                case_prefix: given(typed, "case_prefix"),
                hours: hours()?,
            };
            office::change(change, ctx)
        }
        What::CloseOffice => {
            let closed =
                office::Closed { office_id: text("office"), last_day: day(typed, "to")?, why: text("why") };
            office::close(closed, open_cases, ctx)
        }
        What::Appoint => {
            let post = post(typed)?;
            let official = Official {
                id: text("id"),
                office_id: post.office_id,
                name: text("name"),
                title_vi: post.title_vi,
                role: post.role,
                validity: post.validity,
                reserve: post.reserve,
                posts: Vec::new(),
                absences: Vec::new(),
                stands_for: Vec::new(),
                version: 0,
            };
            official::appoint(official, ctx)
        }
        What::TakePost => official::take_post(typed.trimmed("official"), post(typed)?, ctx),
        What::LeavePost => {
            let left = Left {
                official: text("official"),
                office_id: text("office"),
                role: role(typed)?,
                last_day: day(typed, "to")?,
                why: text("why"),
            };
            official::leave_post(left, ctx)
        }
        What::Absence => {
            let absence = Absence {
                official: text("official"),
                from: day(typed, "from")?,
                to: day(typed, "to")?,
                deputy: text("deputy"),
            };
            official::note_absence(absence, ctx)
        }
        What::Account | What::Import => Err(Refusal::WrongStep),
    }
}

fn role(typed: &Fields) -> Result<Role, Refusal> {
    Role::from_key(typed.trimmed("role")).ok_or(Refusal::BadChoice("role"))
}

fn post(typed: &Fields) -> Result<Post, Refusal> {
    Ok(Post {
        office_id: typed.trimmed("office").to_owned(),
        role: role(typed)?,
        title_vi: typed.trimmed("title_vi").to_owned(),
        validity: Validity::new(Some(day(typed, "from")?), optional_day(typed, "until")?),
        reserve: typed.trimmed("reserve") == "yes",
    })
}

/// A new office; what is left empty of the unit's facts comes from the unit.
fn new_office(
    typed: &Fields,
    hours: Option<hailong_core::serve::calendar::Hours>,
    directory: &Directory,
) -> Result<Office, Refusal> {
    let unit_key = typed.trimmed("unit_key");
    let unit = directory.unit(unit_key);
    let or = |name: &str, known: Option<&String>| {
        given(typed, name).or_else(|| known.cloned()).unwrap_or_default()
    };
    let gso_code = or("gso_code", unit.map(|unit| &unit.code));
    Ok(Office {
        id: typed.trimmed("id").to_owned(),
        unit_key: unit_key.to_owned(),
        case_prefix: given(typed, "case_prefix").unwrap_or_else(|| gso_code.clone()),
        gso_code,
        name_vi: typed.trimmed("name_vi").to_owned(),
        unit_name: or("unit_name", unit.map(|unit| &unit.name_vi)),
        level: Level::from_key(typed.trimmed("level")).ok_or(Refusal::BadChoice("level"))?,
        population: unit.and_then(|unit| unit.population),
        upgrade_2017: false,
        tile: None,
        kind: Kind::from_key(typed.trimmed("office_kind")).ok_or(Refusal::BadChoice("office_kind"))?,
        parent: None,
        hours,
        opened_on: Some(day(typed, "from")?),
        closed_on: None,
        changes: Vec::new(),
        version: 0,
    })
}
