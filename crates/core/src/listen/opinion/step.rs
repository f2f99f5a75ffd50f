//! The steps of an opinion: each a decision on where it stands, by whoever answers for it or holds its code.

use super::{
    Answered, Asked, Class, ConsentChanged, Current, DaysMoved, Explained, Finding, Helped, Judged,
    MOST_DUPLICATES, Opinion, Published, Reason, Refused, Replied, Shown, Sorted, State, Topic, Triaged,
    Urgency, checked_words,
    clock::{self, PUBLISH_WORKING_DAYS, REPLY_WORKING_DAYS},
    heads, mask,
};
use crate::{
    batch::Batch,
    context::{Actor, Context, Role},
    event::Event,
    id::Bytes,
    refusal::Refusal,
    secret::SecretKey,
    serve::succession::heirs,
    time::Day,
};

/// How an opinion is sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// What it is about, by the law.
    pub class: Class,
    /// What it is about, in the words of those who wait.
    pub topic: Topic,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The office that deals with it; that of the other opinion when one says the same.
    pub office_id: String,
}

/// Who acts for the office, as the journal names them: its head, whoever stands for the head, or the leader.
fn actor(current: &Current, ctx: &Context<'_>) -> Result<String, Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    let leads = official.has_role(&[Role::Leader]);
    let day = ctx.at.day();
    let headed = heirs(ctx.directory, &current.office_id, day).into_iter().find(|heir| heads(official, heir));
    if !leads && headed.is_none() {
        let heads = official.has_role(&[Role::Head]);
        return Err(if heads { Refusal::NotYourOffice } else { Refusal::NotYourRole });
    }
    // A deputy of the head signs for them.
    let head = headed.and_then(|office| ctx.directory.head_on(&office, day));
    let own = official.posts_on(day).iter().any(|post| post.role != Role::Official);
    Ok(match head {
        Some(head) if !leads && !own => official.journal_name_for(&head.id),
        _ => official.id.clone(),
    })
}

fn one(actor: &str, current: &Current, event: Event, ctx: &Context<'_>) -> Batch {
    Batch::one(actor, ctx.at, current.opinion_id.as_bytes(), current.version + 1, event)
}

fn seal(current: &Current, key: &SecretKey, words: &str, ctx: &Context<'_>) -> Bytes {
    Bytes(key.seal(&ctx.entropy, current.opinion_id.as_bytes(), words.as_bytes()))
}

/// The opinion that says the same as one that is sorted.
#[derive(Clone, Copy, Debug)]
pub struct Same<'a> {
    /// It.
    pub other: &'a Current,
    /// How many are answered with it so far.
    pub with_other: usize,
    /// How many are answered with the one that is sorted.
    pub with_current: usize,
}

/// Decides how an opinion is sorted, also once more while it is not answered.
///
/// # Errors
/// Refuses others than who answers for it, what is answered or refused, unknown offices, what is sorted like that already, and another
/// opinion that is itself answered with a third, has too many answered with it, is of somebody else's office or no longer open.
pub fn triage(
    current: &Current,
    sort: Sort,
    same: Option<Same<'_>>,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let actor = actor(current, ctx)?;
    if !current.state.is_open() {
        return Err(Refusal::AlreadyDone);
    }
    let mut office_id = ctx.directory.on(ctx.at.day()).office(&sort.office_id)?.id.clone();
    let mut duplicate_of = None;
    if let Some(Same { other, with_other, with_current }) = same {
        let fits = other.opinion_id != current.opinion_id
            && other.duplicate_of().is_none()
            && other.state.is_open()
            && with_current == 0
            && with_other < MOST_DUPLICATES;
        if !fits || self::actor(other, ctx).is_err() {
            return Err(Refusal::BadChoice("duplicate"));
        }
        duplicate_of = Some(other.opinion_id);
        office_id.clone_from(&other.office_id);
    }
    let Sort { class, topic, urgency, .. } = sort;
    let sorted = Sorted { class, topic, urgency, duplicate_of };
    if current.sorted == Some(sorted) && current.office_id == office_id {
        return Err(Refusal::AlreadyDone);
    }
    let late = current.state == State::Received && current.triage_by.is_some_and(|by| ctx.at.day() > by);
    let from_office = current.office_id.clone();
    let event = Triaged { from_office, office_id, class, topic, urgency, duplicate_of, late };
    Ok(one(&actor, current, Event::OpinionTriaged(event), ctx))
}

/// Decides that an opinion is not taken up, and those that say the same, with the reason and where to go.
///
/// # Errors
/// Refuses others than who answers for it, what is answered or refused, and a reason without words where the law names no
/// door by itself.
pub fn refuse(
    current: &Current,
    reason: Reason,
    words: &str,
    key: &SecretKey,
    same: &[(Current, SecretKey)],
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let actor = actor(current, ctx)?;
    if !current.state.is_open() {
        return Err(Refusal::AlreadyDone);
    }
    let words = match words.trim() {
        "" if reason.has_door() => String::new(),
        words => checked_words("refusal", words)?,
    };
    let refused = |current: &Current, key| {
        // Once its author was asked, what is unclear shows only after the reply or the silence.
        let by = if current.question.is_some() { Some(current.due) } else { current.triage_by };
        Event::OpinionRefused(Refused {
            office_id: current.office_id.clone(),
            reason,
            words: seal(current, key, &words, ctx),
            late: by.is_some_and(|by| ctx.at.day() > by),
        })
    };
    let mut batch = one(&actor, current, refused(current, key), ctx);
    for (other, key) in same.iter().filter(|(other, _)| other.state.is_open()) {
        batch.push(ctx.at, other.opinion_id.as_bytes(), other.version + 1, refused(other, key));
    }
    Ok(batch)
}

/// Decides that its author is asked for more. The time of the answer stands still until the reply, no longer than
/// [`REPLY_WORKING_DAYS`].
///
/// # Errors
/// Refuses others than who answers for it, a second question, one after its last day, one before it is sorted, and empty or
/// overlong words.
pub fn ask(current: &Current, question: &str, key: &SecretKey, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let actor = actor(current, ctx)?;
    if current.question.is_some() || !current.state.is_open() {
        return Err(Refusal::AlreadyDone);
    }
    if current.state == State::Received {
        return Err(Refusal::SortFirst);
    }
    if current.ask_by.is_none_or(|by| ctx.at.day() > by) {
        return Err(Refusal::TimeOver);
    }
    let question = checked_words("question", question)?;
    let (left, reply_by) = (clock::left(current.due, ctx)?, clock::last_day(REPLY_WORKING_DAYS, ctx)?);
    let event = Asked {
        office_id: current.office_id.clone(),
        question: seal(current, key, &question, ctx),
        reply_by,
        left,
        due: clock::after(reply_by, left, ctx.directory)?,
    };
    Ok(one(&actor, current, Event::OpinionAsked(event), ctx))
}

/// Decides that its author replies, by the code.
///
/// # Errors
/// Refuses what was not asked, or replied to already, and empty or overlong words.
pub fn reply(current: &Current, reply: &str, key: &SecretKey, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let question = current.question.filter(|_| current.state == State::Asked).ok_or(Refusal::AlreadyDone)?;
    let reply = checked_words("reply", reply)?;
    // A late reply is read all the same; the time has been running again since.
    let due = match ctx.at.day() {
        today if today > question.reply_by => current.due,
        today => clock::after(today, question.left, ctx.directory)?.min(current.due),
    };
    let office_id = current.office_id.clone();
    let event = Replied { office_id, reply: seal(current, key, &reply, ctx), due };
    Ok(one(ctx.actor.journal_name(), current, Event::OpinionReplied(event), ctx))
}

/// Decides that an opinion is answered, with those that say the same (each under its own key): by the head of the office that
/// deals with it (or of one that followed it), or by the district's leader.
///
/// # Errors
/// Refuses others, what is not sorted, is answered with another or was answered already, empty or overlong words, and a conduct of which
/// it is not said what was found.
pub fn answer(
    current: &Current,
    words: &str,
    finding: Option<Finding>,
    key: &SecretKey,
    same: &[(Current, SecretKey)],
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let actor = actor(current, ctx)?;
    if !current.state.is_open() {
        return Err(Refusal::AlreadyDone);
    }
    if current.state == State::Received {
        return Err(Refusal::SortFirst);
    }
    if current.duplicate_of().is_some() {
        return Err(Refusal::AnsweredWithAnother);
    }
    let words = checked_words("answer", words)?;
    let found = |current: &Current| match current.sorted {
        Some(Sorted { class: Class::Conduct, .. }) => finding.ok_or(Refusal::BadChoice("finding")).map(Some),
        _ => Ok(None),
    };
    let publish_by = current.consent.then(|| clock::last_day(PUBLISH_WORKING_DAYS, ctx)).transpose()?;
    let answered = |current: &Current, key, publish_by| {
        Ok::<_, Refusal>(Event::OpinionAnswered(Answered {
            office_id: current.office_id.clone(),
            answer: seal(current, key, &words, ctx),
            finding: found(current)?,
            publish_by,
            late: ctx.at.day() > current.due,
        }))
    };
    let mut batch = one(&actor, current, answered(current, key, publish_by)?, ctx);
    for (other, key) in same.iter().filter(|(other, _)| other.state.is_open()) {
        // The one they are answered with is published for all.
        let event = answered(other, key, None)?;
        batch.push(ctx.at, other.opinion_id.as_bytes(), other.version + 1, event);
    }
    Ok(batch)
}

/// Decides that the head of the office explains why the next step is late, and by which day it is done now; the same is said to
/// those that say the same and are late too. The law's day stays what it was.
///
/// # Errors
/// Refuses everybody but the head (or whoever stands for the head): whoever is above asks for an explanation and cannot give it.
/// Refuses what is not late, an explanation whose promise still holds, empty or overlong words, and a day that has passed or is
/// beyond [`clock::latest_promise`].
pub fn explain(
    current: &Current,
    words: &str,
    promised: Option<Day>,
    key: &SecretKey,
    same: &[(Current, SecretKey)],
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    let today = ctx.at.day();
    let headed =
        heirs(ctx.directory, &current.office_id, today).into_iter().find(|heir| heads(official, heir));
    let Some(headed) = headed else {
        let heads = official.has_role(&[Role::Head]);
        return Err(if heads { Refusal::NotYourOffice } else { Refusal::NotYourRole });
    };
    let head = ctx.directory.head_on(&headed, today).map_or(&official.id, |head| &head.id);
    let (owed, due) = current.overdue(today).ok_or(Refusal::NotLate)?;
    if !current.is_unexplained(today) {
        return Err(Refusal::AlreadyDone);
    }
    let words = checked_words("explanation", words)?;
    let latest = clock::latest_promise(current, owed, ctx)?;
    let promised =
        promised.filter(|day| (today..=latest).contains(day)).ok_or(Refusal::PromiseBeyond("promised"))?;
    let explained = |current: &Current, key, due| {
        Event::OpinionExplained(Explained {
            office_id: current.office_id.clone(),
            head: head.clone(),
            owed,
            due,
            words: seal(current, key, &words, ctx),
            promised,
        })
    };
    let mut batch = one(&actor(current, ctx)?, current, explained(current, key, due), ctx);
    for (other, key) in same.iter().filter(|(other, _)| other.is_unexplained(today)) {
        if let Some((also, due)) = other.overdue(today)
            && also == owed
        {
            batch.push(ctx.at, other.opinion_id.as_bytes(), other.version + 1, explained(other, key, due));
        }
    }
    Ok(batch)
}

/// Decides that the days of an opinion follow the last decision on days off: later, never earlier. Nothing when they stand there: the
/// same may be asked again and again.
///
/// # Errors
/// Refuses everybody but an administrator and the program itself; [`Refusal::CalendarBeyond`].
pub fn move_days(current: &Current, ctx: &Context<'_>) -> Result<Option<Batch>, Refusal> {
    ctx.actor.administers()?;
    let Some(last) = ctx.directory.decisions.last() else { return Ok(None) };
    let (told, days) = (current.days(), clock::days_now(current, ctx.directory)?);
    let moved = current.clone().caught_up(ctx.directory);
    let (Some(next), true) = (moved.next_day(), days != told) else { return Ok(None) };
    let event = DaysMoved {
        office_id: current.office_id.clone(),
        decision: last.decision.clone(),
        before: (days.due != told.due).then_some(told.due),
        triage_by: days.triage_by,
        ask_by: days.ask_by,
        due: days.due,
        reply_by: days.reply_by,
        publish_by: days.publish_by,
        next,
    };
    Ok(Some(one(ctx.actor.journal_name(), current, Event::OpinionDaysMoved(event), ctx)))
}

/// Decides that its author consents to publishing, or no longer does: what was published is taken back then.
///
/// # Errors
/// Refuses what was refused, and what changes nothing.
pub fn change_consent(current: &Current, consent: bool, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    if current.state == State::Refused {
        return Err(Refusal::WrongStep);
    }
    if current.consent == consent {
        return Err(Refusal::AlreadyDone);
    }
    let owed = consent && current.state == State::Answered && current.duplicate_of().is_none();
    let publish_by = owed.then(|| clock::last_day(PUBLISH_WORKING_DAYS, ctx)).transpose()?;
    let event = ConsentChanged { office_id: current.office_id.clone(), consent, publish_by };
    Ok(one(ctx.actor.journal_name(), current, Event::OpinionConsentChanged(event), ctx))
}

/// Decides that an opinion and its answer are published as an official masked them, also once more to mend what was published.
///
/// # Errors
/// Refuses others than who answers for it, what is not answered or has no consent, empty or overlong words, and words that
/// still show a number, an address, a case code or the author's name.
pub fn publish(
    current: &Current,
    shown: Shown,
    author: &Opinion,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let actor = actor(current, ctx)?;
    if current.state != State::Answered || current.duplicate_of().is_some() {
        return Err(Refusal::WrongStep);
    }
    if !current.consent {
        return Err(Refusal::NoConsent);
    }
    let shown = Shown {
        words: checked_words("words", &shown.words)?,
        answer: checked_words("answer", &shown.answer)?,
    };
    for (field, text) in [("words", &shown.words), ("answer", &shown.answer)] {
        if mask::shows(text, author) {
            return Err(Refusal::Unmasked(field));
        }
    }
    let sealed = serde_json::to_string(&shown).unwrap_or_default();
    let event = Published {
        office_id: current.office_id.clone(),
        shown: seal(current, key, &sealed, ctx),
        late: !current.published && current.publish_by.is_some_and(|by| ctx.at.day() > by),
    };
    Ok(one(&actor, current, Event::OpinionPublished(event), ctx))
}

/// Decides what its author says of the answer, once.
///
/// # Errors
/// Refuses what is not answered, and a second time.
pub fn judge(current: &Current, helped: Helped, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    if current.state != State::Answered {
        return Err(Refusal::WrongStep);
    }
    if current.helped.is_some() {
        return Err(Refusal::AlreadyDone);
    }
    let event = Judged { office_id: current.office_id.clone(), helped };
    Ok(one(ctx.actor.journal_name(), current, Event::OpinionJudged(event), ctx))
}
