//! Officials: who works where, as what, from when to when; and who stands for whom during an absence.

use serde::{Deserialize, Serialize};

pub use crate::context::Role;
use crate::{
    batch::Batch,
    context::Context,
    directory::Directory,
    event::Event,
    refusal::Refusal,
    serve::{
        office::{Level, Validity, is_key, text},
        regime::Regime,
    },
    time::Day,
};

/// Joins two names in the journal: who acted, and for whom (thay mặt).
const FOR: char = '+';

/// An official. Names of officials are public: they stand on the badge and on the wall.
///
/// `office_id`, `role` and `title_vi` are those of the first post in the record, and those of the post of the day in
/// what [`Directory::acting`] gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// Stable key, e.g. `tran-phan-1`.
    pub id: String,
    /// The office they work at.
    pub office_id: String,
    /// Full name.
    pub name: String,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// What they may do.
    pub role: Role,
    /// From when to when they hold the first post.
    #[serde(flatten)]
    pub validity: Validity,
    /// Whether that post is held in reserve.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reserve: bool,
    /// Every post, the first included, in the order of the record.
    #[serde(skip)]
    pub posts: Vec<Post>,
    /// Absences, in the order of the record.
    #[serde(skip)]
    pub absences: Vec<Absence>,
    /// Those who are absent today and for whom this official may act; see [`Directory::acting`].
    #[serde(skip)]
    pub stands_for: Vec<StandIn>,
    /// Number of events about it so far.
    #[serde(skip)]
    pub version: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A post: an office, a role, and from when to when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The office.
    pub office_id: String,
    /// What the holder may do there.
    pub role: Role,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// From when to when.
    #[serde(flatten)]
    pub validity: Validity,
    /// Held in reserve, so that reception never stops (NĐ 61/2018 đ.11).
    #[serde(default, skip_serializing_if = "is_false")]
    pub reserve: bool,
}

/// An absence with a deputy. The same first day noted again replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Who is away.
    pub official: String,
    /// First day away.
    pub from: Day,
    /// Last day away.
    pub to: Day,
    /// Who acts meanwhile.
    pub deputy: String,
}

/// Somebody who is absent, with the posts in which another acts for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// The absent official.
    pub official: String,
    /// Their posts of the day.
    pub posts: Vec<Post>,
}

/// See [`Event::PostTaken`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The official.
    pub official: String,
    /// The post.
    pub post: Post,
}

/// See [`Event::PostLeft`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The official.
    pub official: String,
    /// The office of the post.
    pub office_id: String,
    /// Its role.
    pub role: Role,
    /// Last day in it.
    pub last_day: Day,
    /// Why, in the words of the decision. No personal data.
    pub why: String,
}

impl Role {
    /// Whether it serves people at a counter.
    pub const fn serves(self) -> bool {
        matches!(self, Self::Official | Self::Head)
    }
}

impl Official {
    /// The posts; that of the appointment when no other was noted.
    pub fn all_posts(&self) -> Vec<Post> {
        if self.posts.is_empty() { vec![self.first_post()] } else { self.posts.clone() }
    }

    /// The post of the appointment.
    pub fn first_post(&self) -> Post {
        Post {
            office_id: self.office_id.clone(),
            role: self.role,
            title_vi: self.title_vi.clone(),
            validity: self.validity,
            reserve: self.reserve,
        }
    }

    /// The posts of a day: those that are no reserve first.
    pub fn posts_on(&self, day: Day) -> Vec<Post> {
        let mut posts = self.all_posts();
        posts.retain(|post| post.validity.holds(day));
        posts.sort_by_key(|post| post.reserve);
        posts
    }

    /// The absence of a day.
    pub fn absence_on(&self, day: Day) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.from <= day && day <= absence.to)
    }

    /// Whether one of the posts, or of those stood in for, has one of these roles.
    pub fn has_role(&self, roles: &[Role]) -> bool {
        let others = self.stands_for.iter().flat_map(|other| &other.posts);
        roles.contains(&self.role) || self.posts.iter().chain(others).any(|post| roles.contains(&post.role))
    }

    /// The role in which this official serves at an office, the highest of their own and of those stood in for.
    pub fn role_at(&self, office_id: &str) -> Option<Role> {
        let own = self.all_posts();
        let others = self.stands_for.iter().flat_map(|other| &other.posts);
        let there = own.iter().chain(others).filter(|post| post.office_id == office_id && post.role.serves());
        there.map(|post| post.role).max()
    }

    /// Whether this is the official of that key, or acts for them today.
    pub fn acts_for(&self, official: &str) -> bool {
        self.id == official || self.stands_for.iter().any(|other| other.official == official)
    }

    /// The name for the journal of an act on something that `holder` has: `b+a` when b acts for a.
    pub fn journal_name_for(&self, holder: &str) -> String {
        if self.id != holder && self.acts_for(holder) {
            format!("{}{FOR}{holder}", self.id)
        } else {
            self.id.clone()
        }
    }
}

/// Who acted, and for whom, of a name in the journal.
pub fn actors(journal_name: &str) -> (&str, Option<&str>) {
    match journal_name.split_once(FOR) {
        Some((who, absent)) => (who, Some(absent)),
        None => (journal_name, None),
    }
}

/// Decides that somebody becomes an official.
///
/// # Errors
/// Refuses everybody but an administrator, keys that are taken, and posts that cannot be.
pub fn appoint(official: Official, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    check(&official, ctx.directory)?;
    let subject = format!("official/{}", official.id);
    let event = Event::OfficialAppointed(official);
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), 1, event))
}

/// Checks the facts of a new official.
///
/// # Errors
/// Names the first field that cannot be right.
pub fn check(official: &Official, directory: &Directory) -> Result<(), Refusal> {
    if !is_key(&official.id) {
        return Err(Refusal::BadKey);
    }
    if directory.official(&official.id).is_ok() {
        return Err(Refusal::AlreadyExists);
    }
    text("name", &official.name)?;
    check_post(&official.id, &[], &official.first_post(), directory)
}

/// Decides that an official takes another post.
///
/// # Errors
/// Refuses everybody but an administrator, a second head of an office at one time, and two posts of one person at
/// one time unless one of them is held in reserve.
pub fn take_post(official: &str, post: Post, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let known = ctx.directory.official(official)?;
    check_post(official, &known.all_posts(), &post, ctx.directory)?;
    let subject = format!("official/{official}");
    let event = Event::PostTaken(Taken { official: official.to_owned(), post });
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), known.version + 1, event))
}

/// Decides that an official leaves a post.
///
/// # Errors
/// Refuses everybody but an administrator, posts that are not held then, and that the last administrator goes.
pub fn leave_post(left: Left, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let known = ctx.directory.official(&left.official)?;
    text("why", &left.why)?;
    let held = |post: &Post| {
        post.office_id == left.office_id && post.role == left.role && post.validity.holds(left.last_day)
    };
    if !known.all_posts().iter().any(held) {
        return Err(Refusal::PostEnded);
    }
    if left.role == Role::Admin && !another_admin(&left.official, left.last_day.plus(1), ctx.directory) {
        return Err(Refusal::LastAdmin);
    }
    let subject = format!("official/{}", left.official);
    let version = known.version + 1;
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), version, Event::PostLeft(left)))
}

/// Decides that an absence is noted, with who acts meanwhile. By the head of the office or an administrator.
///
/// # Errors
/// Refuses others, an absence that ends before it begins, one that overlaps another, and a deputy who has no post
/// then, is away too, or is the same person.
pub fn note_absence(absence: Absence, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let away = ctx.directory.official(&absence.official)?;
    let is_head = || match &ctx.actor {
        crate::context::Actor::Official(head) => {
            away.posts_on(absence.from).iter().any(|post| head.role_at(&post.office_id) == Some(Role::Head))
        }
        _ => false,
    };
    if !is_head() {
        ctx.actor.administers()?;
    }
    if absence.to < absence.from {
        return Err(Refusal::BadPeriod);
    }
    let deputy = ctx.directory.official(&absence.deputy).map_err(|_| Refusal::BadChoice("deputy"))?;
    let works = |day| !deputy.posts_on(day).is_empty();
    let away_too = |other: &Absence| other.from <= absence.to && absence.from <= other.to;
    let is_same = deputy.id == away.id;
    if is_same || !works(absence.from) || !works(absence.to) || deputy.absences.iter().any(away_too) {
        return Err(Refusal::BadChoice("deputy"));
    }
    if away.absences.iter().any(|other| other.from != absence.from && away_too(other)) {
        return Err(Refusal::Overlap);
    }
    let subject = format!("official/{}", away.id);
    let version = away.version + 1;
    Ok(Batch::one(
        ctx.actor.journal_name(),
        ctx.at,
        subject.as_bytes(),
        version,
        Event::AbsenceNoted(absence),
    ))
}

/// Ends every post of an office that reaches beyond a day, as part of closing it.
pub(crate) fn end_posts_of(office_id: &str, last_day: Day, why: &str, ctx: &Context<'_>, batch: &mut Batch) {
    for official in &ctx.directory.officials {
        let mut version = official.version;
        for post in official.all_posts() {
            let reaches = post.validity.overlaps(&Validity::new(Some(last_day.plus(1)), None));
            if post.office_id != office_id || !reaches {
                continue;
            }
            version += 1;
            let left = Left {
                official: official.id.clone(),
                office_id: office_id.to_owned(),
                role: post.role,
                last_day,
                why: why.to_owned(),
            };
            let subject = format!("official/{}", official.id);
            batch.push(ctx.at, subject.as_bytes(), version, Event::PostLeft(left));
        }
    }
}

fn check_post(official: &str, others: &[Post], post: &Post, directory: &Directory) -> Result<(), Refusal> {
    text("title_vi", &post.title_vi)?;
    let office = directory.office(&post.office_id)?;
    if post.validity.is_empty() {
        return Err(Refusal::BadPeriod);
    }
    let first = post.validity.from.or(office.opened_on);
    if first.is_some_and(|first| !office.is_open(first)) {
        return Err(Refusal::OfficeNotOpen);
    }
    let twice = |other: &Post| {
        other.validity.overlaps(&post.validity)
            && (!other.reserve && !post.reserve
                || other.office_id == post.office_id && other.role == post.role)
    };
    if others.iter().any(twice) {
        return Err(Refusal::Overlap);
    }
    let heads = directory.officials.iter().filter(|other| other.id != official).flat_map(Official::all_posts);
    let second_head = |other: Post| {
        other.role == Role::Head
            && other.office_id == post.office_id
            && other.validity.overlaps(&post.validity)
    };
    if post.role == Role::Head && heads.into_iter().any(second_head) {
        return Err(Refusal::Overlap);
    }
    Ok(())
}

fn another_admin(official: &str, day: Day, directory: &Directory) -> bool {
    let others = directory.officials.iter().filter(|other| other.id != official);
    others.flat_map(|other| other.posts_on(day)).any(|post| post.role == Role::Admin)
}

/// Something about the staff of an office that a rule wants otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Nobody answers for it.
    NoHead {
        /// The office.
        office_id: String,
    },
    /// Nobody is in reserve, so that reception stops when somebody is away (NĐ 61/2018 đ.11).
    NoReserve {
        /// The office.
        office_id: String,
    },
    /// Nobody who is at work receives.
    NobodyReceives {
        /// The office.
        office_id: String,
    },
    /// The term of somebody who receives at the district or above is not 6 to 24 months (NĐ 61/2018 đ.11).
    Term {
        /// The office.
        office_id: String,
        /// The official.
        official: String,
        /// Months served, or laid down.
        months: u32,
    },
}

/// What rules want otherwise about the staff of every office on a day. The rules on reserves and terms are of
/// NĐ 61/2018 and do not warn before it.
pub fn warnings(directory: &Directory, day: Day) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let dated = Regime::on(day) != Regime::R2015;
    let then = directory.on(day);
    for office in then.offices().filter(|office| office.receives()) {
        let office_id = || office.id.clone();
        if directory.head_on(&office.id, day).is_none() {
            warnings.push(Warning::NoHead { office_id: office_id() });
        }
        let serving: Vec<_> = then.posts_at(&office.id).filter(|(_, post)| post.role.serves()).collect();
        let at_work = |official: &Official| official.absence_on(day).is_none();
        if !serving.iter().any(|(official, post)| post.role == Role::Official && at_work(official)) {
            warnings.push(Warning::NobodyReceives { office_id: office_id() });
        }
        if dated && !serving.iter().any(|(_, post)| post.reserve) {
            warnings.push(Warning::NoReserve { office_id: office_id() });
        }
        if !dated || office.level == Level::Commune {
            continue;
        }
        for (official, post) in serving.iter().filter(|(_, post)| post.role == Role::Official) {
            if let Some(months) = odd_term(post, day) {
                let official = official.id.clone();
                warnings.push(Warning::Term { office_id: office_id(), official, months });
            }
        }
    }
    warnings
}

/// The months of a term that is not 6 to 24 months long: laid down, or already longer than that.
fn odd_term(post: &Post, day: Day) -> Option<u32> {
    let from = post.validity.from?;
    let months = |last: Day| {
        let after = last.plus(1);
        let whole = after.month().0 - from.month().0 - i32::from(after.civil().day() < from.civil().day());
        u32::try_from(whole).unwrap_or(0)
    };
    match post.validity.to {
        Some(to) => Some(months(to)).filter(|months| !(6..=24).contains(months)),
        None => Some(months(day)).filter(|months| *months >= 24),
    }
}
