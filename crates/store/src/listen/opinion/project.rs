//! What happens to an opinion, as rows.

use hailong_core::{
    batch::Entry,
    event::Event,
    listen::opinion::{Explained, Received},
};

use crate::{query::Statement, value::Value};

/// One step: the columns it sets, of the version before it.
macro_rules! step {
    ($columns:literal) => {
        concat!(
            "UPDATE opinion SET version = ?3, ",
            $columns,
            " WHERE authority_id = ?1 AND opinion_id = ?2 AND version + 1 = ?3"
        )
    };
}

crate::query::queries! {
    RECEIVE = "INSERT INTO opinion (authority_id, opinion_id, office_id, named, opinion, follow_hash, received_at, due_day, \
               version, state, source, confidential, consent, said_class, triage_by, ask_by, next_day, explain_day, late, residence) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, 'received', ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, 0, ?16)";
    TRIAGE = step!("office_id = ?4, class = ?5, topic = ?6, urgency = ?7, duplicate_of = ?8, triaged_at = ?9, \
                    late = late + ?10, state = CASE WHEN state = 'received' THEN 'triaged' ELSE state END, next_day = due_day, \
                    explain_day = CASE WHEN state = 'received' THEN due_day ELSE explain_day END");
    ASK = step!("state = 'asked', question = ?4, asked_at = ?5, reply_by = ?6, ask_left = ?7, due_day = ?8, next_day = ?8, \
                 explain_day = ?8");
    REPLY = step!("state = 'triaged', reply = ?4, replied_at = ?5, due_day = ?6, next_day = ?6, \
                   explain_day = CASE WHEN explain_day > due_day THEN explain_day ELSE CAST(?6 AS BIGINT) END");
    ANSWER = step!("state = 'answered', answered_at = ?4, answered_by = ?5, answer = ?6, publish_by = ?7, next_day = ?7, \
                    explain_day = ?7, late = late + ?8, finding = ?9");
    REFUSE = step!("state = 'refused', answered_at = ?4, answered_by = ?5, answer = ?6, reason = ?7, next_day = NULL, \
                    explain_day = NULL, late = late + ?8");
    CONSENT = step!("consent = ?4, publish_by = ?5, consented_at = CASE WHEN CAST(?4 AS BIGINT) = 1 THEN CAST(?6 AS BIGINT) END, next_day = CASE WHEN state = 'answered' THEN ?5 ELSE next_day END, \
                     explain_day = CASE WHEN state = 'answered' THEN ?5 ELSE explain_day END, \
                     shown = CASE WHEN CAST(?4 AS BIGINT) = 1 THEN shown END, \
                     published_at = CASE WHEN CAST(?4 AS BIGINT) = 1 THEN published_at END");
    PUBLISH = step!("shown = ?4, published_at = COALESCE(published_at, ?5), publish_by = NULL, next_day = NULL, \
                     explain_day = NULL, late = late + ?6");
    JUDGE = step!("helped = ?4");
    EXPLAIN = step!("explain_day = ?4");
    MOVE_DAYS = step!("triage_by = ?4, ask_by = ?5, due_day = ?6, reply_by = ?7, publish_by = ?8, next_day = ?9, \
                       explain_day = CASE WHEN explain_day > CAST(?9 AS BIGINT) THEN explain_day ELSE CAST(?9 AS BIGINT) END, \
                       moved_by = CASE WHEN CAST(?10 AS BIGINT) IS NULL THEN moved_by ELSE CAST(?11 AS TEXT) END, \
                       moved_from = COALESCE(CAST(?10 AS BIGINT), moved_from)");
    KEEP_EXPLANATION = "INSERT INTO opinion_explanation (authority_id, opinion_id, version, owed, due_day, head, said_at, said_by, \
                        words, promised_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let day = |day: Option<hailong_core::time::Day>| Value::from(day.map(|day| day.0));
    let at = Value::from(entry.at.0);
    let (query, rest): (_, Vec<Value>) = match event {
        Event::OpinionReceived(received) => return out.push(receive(authority, entry, received)),
        Event::OpinionTriaged(triaged) => (
            &TRIAGE,
            vec![
                triaged.office_id.as_str().into(),
                triaged.class.key().into(),
                triaged.topic.key().into(),
                triaged.urgency.key().into(),
                triaged.duplicate_of.into(),
                at,
                triaged.late.into(),
            ],
        ),
        Event::OpinionAsked(asked) => {
            let question = asked.question.0.as_slice().into();
            (&ASK, vec![question, at, day(Some(asked.reply_by)), asked.left.into(), day(Some(asked.due))])
        }
        Event::OpinionReplied(replied) => {
            (&REPLY, vec![replied.reply.0.as_slice().into(), at, day(Some(replied.due))])
        }
        Event::OpinionAnswered(answered) => {
            let words = answered.answer.0.as_slice().into();
            let finding = answered.finding.map(|finding| finding.key()).into();
            let late = answered.late.into();
            (&ANSWER, vec![at, actor.into(), words, day(answered.publish_by), late, finding])
        }
        Event::OpinionRefused(refused) => {
            let words = refused.words.0.as_slice().into();
            (&REFUSE, vec![at, actor.into(), words, refused.reason.key().into(), refused.late.into()])
        }
        Event::OpinionConsentChanged(changed) => {
            (&CONSENT, vec![changed.consent.into(), day(changed.publish_by), at])
        }
        Event::OpinionExplained(explained) => {
            out.push(explain(authority, entry, explained, actor));
            (&EXPLAIN, vec![explained.promised.0.into()])
        }
        Event::OpinionDaysMoved(moved) => {
            let days = [moved.triage_by, moved.ask_by, Some(moved.due), moved.reply_by, moved.publish_by];
            let mut rest: Vec<Value> = days.into_iter().map(day).collect();
            rest.extend([day(Some(moved.next)), day(moved.before), moved.decision.as_str().into()]);
            (&MOVE_DAYS, rest)
        }
        Event::OpinionPublished(published) => {
            (&PUBLISH, vec![published.shown.0.as_slice().into(), at, published.late.into()])
        }
        Event::OpinionJudged(judged) => (&JUDGE, vec![judged.helped.key().into()]),
        _ => return,
    };
    let mut params: Vec<Value> =
        vec![authority.into(), entry.subject.0.as_slice().into(), entry.version.into()];
    params.extend(rest);
    out.push(Statement::one(query, params));
}

fn explain(authority: i64, entry: &Entry, explained: &Explained, actor: &str) -> Statement {
    let params = vec![
        authority.into(),
        entry.subject.0.as_slice().into(),
        entry.version.into(),
        explained.owed.key().into(),
        explained.due.0.into(),
        explained.head.as_str().into(),
        entry.at.0.into(),
        actor.into(),
        explained.words.0.as_slice().into(),
        explained.promised.0.into(),
    ];
    Statement::new(&KEEP_EXPLANATION, params)
}

fn receive(authority: i64, entry: &Entry, received: &Received) -> Statement {
    let params = vec![
        authority.into(),
        received.opinion_id.into(),
        received.office_id.as_str().into(),
        received.named.into(),
        received.opinion.0.as_slice().into(),
        received.follow_hash.0.as_slice().into(),
        entry.at.0.into(),
        received.due.0.into(),
        received.source.key().into(),
        received.confidential.into(),
        received.consent.into(),
        received.class.map(|class| class.key()).into(),
        received.triage_by.map(|day| day.0).into(),
        received.ask_by.map(|day| day.0).into(),
        received.triage_by.unwrap_or(received.due).0.into(),
        received.residence.as_deref().into(),
    ];
    Statement::new(&RECEIVE, params)
}
