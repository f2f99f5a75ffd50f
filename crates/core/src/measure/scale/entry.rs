//! What the record cannot know and an official enters: shares that the national portal tells, how the one-stop shop is organised,
//! products of an official's work. Each entry says on what evidence; a later one takes its place and the earlier one stays in the
//! journal.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Share,
    hundred_points::{COMMON, Products},
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    directory::Directory,
    event::Event,
    id::{Bytes, new_id},
    kinds::kinds,
    refusal::Refusal,
    serve::{
        official::Official,
        report::{Period, Span},
    },
    text,
    time::Day,
};

/// Longest evidence, in characters.
pub const EVIDENCE_LIMIT: usize = 1_000;
/// Largest count that is taken.
pub const MOST: u64 = 1_000_000_000;
/// Most kinds of products in one entry.
pub const MOST_PRODUCTS: usize = 12;

/// Whose scale it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The whole district.
    District,
    /// An office, by key.
    Office(String),
    /// An official, by key.
    Official(String),
}

impl Subject {
    /// Its stable name, `office/tran-phan`, in tables and addresses.
    pub fn key(&self) -> String {
        match self {
            Self::District => "district".to_owned(),
            Self::Office(id) => format!("office/{id}"),
            Self::Official(id) => format!("official/{id}"),
        }
    }

    /// The one of a kind (`district`, `office`, `official`) with a key, when there is one.
    ///
    /// # Errors
    /// [`Refusal::UnknownOffice`], [`Refusal::UnknownOfficial`], [`Refusal::BadChoice`] for another kind.
    pub fn find(kind: &str, id: &str, directory: &Directory) -> Result<Self, Refusal> {
        match kind {
            "district" => Ok(Self::District),
            "office" => Ok(Self::Office(directory.office(id)?.id.clone())),
            "official" => {
                let known =
                    directory.officials.iter().find(|one| one.id == id).ok_or(Refusal::UnknownOfficial)?;
                Ok(Self::Official(known.id.clone()))
            }
            _ => Err(Refusal::BadChoice("subject")),
        }
    }
}

kinds! {
    /// What can be entered.
    Item {
        /// TT 01/2018, indicator 5: procedures received and returned at the one-stop shop, of those listed.
        ReceivedThere = "received-there",
        /// TT 01/2018, indicator 5: procedures handled there from beginning to end, of those listed.
        HandledThere = "handled-there",
        /// TT 01/2018, indicator 9, and QĐ 766, group 3: procedures offered over the network in full or in part, of those listed.
        OnlineProcedures = "online-procedures",
        /// QĐ 766, 1.1: procedures announced in time.
        Announced = "announced",
        /// QĐ 766, 1.2: procedures updated and published in time.
        Updated = "updated",
        /// QĐ 766, 1.3: procedures with all their contents.
        Complete = "complete",
        /// QĐ 766, 1.4: cases sent to the national portal.
        Synchronised = "synchronised",
        /// QĐ 766, payment over the network, 2 points.
        Payment1 = "payment-1",
        /// QĐ 766, payment over the network, 2 points.
        Payment2 = "payment-2",
        /// QĐ 766, payment over the network, 6 points.
        Payment3 = "payment-3",
        /// QĐ 766, group 4, 6 points.
        Digital1 = "digital-1",
        /// QĐ 766, group 4, 4 points.
        Digital2 = "digital-2",
        /// QĐ 766, group 4, 2 points.
        Digital3 = "digital-3",
        /// QĐ 766, group 4, 2 points.
        Digital4 = "digital-4",
        /// QĐ 766, group 4, 4 points.
        Digital5 = "digital-5",
        /// QĐ 766, group 4, 2 points.
        Digital6 = "digital-6",
        /// QĐ 766, group 4, 2 points.
        Digital7 = "digital-7",
        /// QĐ 766, group 5 by the reading of four: the second, 5 points.
        Feedback = "feedback",
        /// NĐ 335/2025: points for common criteria.
        Common = "common",
        /// NĐ 335/2025: products.
        Products = "products",
    }
}

impl Item {
    /// Whether it is entered of officials; others are of offices and the district.
    pub const fn of_official(self) -> bool {
        matches!(self, Self::Common | Self::Products)
    }

    /// What can be entered of a subject.
    pub fn of(subject: &Subject) -> impl Iterator<Item = Self> {
        let official = matches!(subject, Subject::Official(_));
        Self::ALL.iter().copied().filter(move |item| item.of_official() == official)
    }
}

/// What was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Value {
    /// So many of so many.
    Share {
        /// As they should be.
        part: u64,
        /// All.
        of: u64,
    },
    /// Points.
    Points {
        /// In hundredths.
        hundredths: u64,
    },
    /// Products of an official's work.
    Products {
        /// By kind.
        products: Vec<Products>,
    },
}

impl Value {
    /// The share, if it is one.
    pub const fn share(&self) -> Option<Share> {
        if let Self::Share { part, of } = self { Some(Share { part: *part, of: *of }) } else { None }
    }

    fn check(&self, item: Item) -> Result<(), Refusal> {
        match (self, item) {
            (Self::Points { hundredths }, Item::Common) => {
                if *hundredths <= COMMON * 100 {
                    Ok(())
                } else {
                    Err(Refusal::NotAFigure("points"))
                }
            }
            (Self::Products { products }, Item::Products) => {
                let fits = |one: &Products| {
                    (1..=10_000).contains(&one.n)
                        && (1..=100_000).contains(&one.hundredths)
                        && one.faults <= 100
                        && one.late <= 100
                };
                match products.len() {
                    0 => Err(Refusal::Empty("products")),
                    n if n > MOST_PRODUCTS => Err(Refusal::TooLong("products")),
                    _ if products.iter().all(fits) => Ok(()),
                    _ => Err(Refusal::NotAFigure("products")),
                }
            }
            (Self::Share { part, of }, item) if !item.of_official() => match of {
                0 => Err(Refusal::Empty("of")),
                of if part > of => Err(Refusal::NotAFigure("part")),
                of if *of > MOST => Err(Refusal::NotAFigure("of")),
                _ => Ok(()),
            },
            _ => Err(Refusal::BadChoice("item")),
        }
    }
}

/// A command: this is so, on this evidence.
#[derive(Clone, Debug)]
pub struct Enter {
    /// Whose scale.
    pub subject: Subject,
    /// Of which period: a quarter or a year.
    pub period: Period,
    /// What.
    pub item: Item,
    /// How much.
    pub value: Value,
    /// What it rests on: a report, a decision, a page of the portal.
    pub evidence: String,
    /// The entry that was seen, by its version; 0 for none.
    pub seen: i64,
}

/// A figure of a law's scale was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// Whose scale, by [`Subject::key`].
    pub subject: String,
    /// Of which period, by [`Period::key`].
    pub period: String,
    /// What.
    pub item: Item,
    /// How much.
    pub value: Value,
    /// Under whose key the evidence is sealed.
    pub evidence_id: Uuid,
    /// What it rests on, sealed under a key of its own.
    pub evidence: Bytes,
}

/// Whether an official may look at a scale: the own, the head the office's, the leader all.
pub fn may_see(viewer: &Official, subject: &Subject, directory: &Directory) -> bool {
    if viewer.has_role(&[Role::Leader]) {
        return true;
    }
    match subject {
        Subject::District => false,
        Subject::Office(id) => viewer.role_at(id).is_some(),
        Subject::Official(id) => *id == viewer.id || heads(viewer, id, directory),
    }
}

/// Whether an official may enter figures of a scale: the head for the office and its officials, the leader for all; nobody of
/// themselves.
pub fn may_enter(viewer: &Official, subject: &Subject, directory: &Directory) -> bool {
    let leads = viewer.has_role(&[Role::Leader]);
    match subject {
        Subject::District => leads,
        Subject::Office(id) => leads || viewer.role_at(id) == Some(Role::Head),
        Subject::Official(id) => *id != viewer.id && (leads || heads(viewer, id, directory)),
    }
}

fn heads(viewer: &Official, official: &str, directory: &Directory) -> bool {
    let office = directory.officials.iter().find(|one| one.id == official).map(|one| one.office_id.as_str());
    office.is_some_and(|office| viewer.role_at(office) == Some(Role::Head))
}

/// The period of a name: `2017-Q2` and `2017` are the quarter and the year of the law's reports, which end on the 14th; others are named
/// as reports name them, such as `calendar-quarter-2017-2`. None where there is no such quarter or year.
pub fn period_of(name: &str) -> Option<Period> {
    let of_law = match name.split_once("-Q") {
        Some((year, number)) => Period::parse(&format!("legal-quarter-{year}-{number}")),
        None => Period::parse(&format!("legal-year-{name}")),
    };
    let period = of_law.or_else(|| Period::parse(name))?;
    matches!(period.span(), Span::Quarter | Span::Year).then_some(period)
}

/// Whether a scale is told for a period: quarters, and years (TT 01/2018 đ.15), that have begun.
pub fn is_told(period: Period, today: Day) -> bool {
    matches!(period.span(), Span::Quarter | Span::Year) && period.first_day() <= today
}

/// Decides that a figure is entered.
///
/// # Errors
/// Refuses everybody but those of [`may_enter`], periods that are none or not yet, what is no figure of the item, and no evidence.
pub fn enter(command: Enter, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    if !may_enter(official, &command.subject, ctx.directory) {
        let head = official.has_role(&[Role::Head]);
        return Err(if head { Refusal::NotYourOffice } else { Refusal::NotYourRole });
    }
    if !is_told(command.period, ctx.at.day()) {
        return Err(Refusal::PeriodNotTold);
    }
    if !Item::of(&command.subject).any(|item| item == command.item) {
        return Err(Refusal::BadChoice("item"));
    }
    command.value.check(command.item)?;
    let evidence = text::words("evidence", &command.evidence, EVIDENCE_LIMIT, true)?;
    let evidence_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(evidence_id, &ctx.entropy);
    let entered = Entered {
        subject: command.subject.key(),
        period: command.period.key(),
        item: command.item,
        value: command.value,
        evidence_id,
        evidence: Bytes(key.seal(&ctx.entropy, evidence_id.as_bytes(), evidence.as_bytes())),
    };
    let place = format!("scale/{}/{}/{}", entered.subject, entered.period, entered.item.key());
    let event = Event::ScaleEntered(Box::new(entered));
    let mut batch = Batch::one(ctx.actor.journal_name(), ctx.at, place.as_bytes(), command.seen + 1, event);
    batch.side.push(Side::DataKey { subject: evidence_id, wrapped });
    Ok(batch)
}
