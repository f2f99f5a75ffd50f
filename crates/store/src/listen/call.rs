//! Calls by an office that is not rated: whom to call, and what came of it.

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    listen::{
        call::{self, CallLine, CallList, DRAWN_DAYS, Drawn, LIST_DAYS, MOST_AT_ONCE, Missed, Said},
        rating::Ballot,
    },
    refusal::Refusal,
    time::Day,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

/// How many invitations a draw looks at for a closed case with a phone.
const MOST_LOOKS: usize = 400;

crate::query::queries! {
    KEEP_LIST = "INSERT INTO call_list (authority_id, list_id, office_id, by_office, day, seed, audit, version) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)";
    KEEP_LINE = "INSERT INTO call_line (authority_id, invitation_id, list_id, place, day, tries, declined) \
                 VALUES (?1, ?2, ?3, ?4, ?5, 0, 0) ON CONFLICT (authority_id, invitation_id) DO UPDATE SET \
                 list_id = excluded.list_id, place = excluded.place, day = excluded.day";
    MISS = "UPDATE call_line SET tries = tries + 1, declined = ?3 WHERE authority_id = ?1 AND invitation_id = ?2";
    SAY = "UPDATE call_line SET said = ?3, said_day = ?4 WHERE authority_id = ?1 AND invitation_id = ?2 AND said IS NULL";
    SET_VERSION = "UPDATE call_list SET version = ?3 WHERE authority_id = ?1 AND list_id = ?2";
    READ_LIST = "SELECT list_id, office_id, by_office, day, seed, version, audit FROM call_list WHERE authority_id = ?1 AND list_id = ?2";
    LISTS = "SELECT list_id, office_id, by_office, day, seed, version, audit FROM call_list \
             WHERE authority_id = ?1 AND by_office = ?2 AND day >= ?3 ORDER BY day DESC, list_id DESC LIMIT 100";
    LINES = "SELECT place, call_line.invitation_id, tries, declined, used_day, said FROM call_line JOIN invitation \
             ON invitation.authority_id = call_line.authority_id AND invitation.invitation_id = call_line.invitation_id \
             WHERE call_line.authority_id = ?1 AND list_id = ?2 ORDER BY place LIMIT 20";
    /// Those who were tried twice (`MOST_TRIES`) or want no call are asked no more; who is on a list that holds is its caller's.
    CANDIDATES = "SELECT invitation.invitation_id FROM invitation LEFT JOIN call_line \
                  ON call_line.authority_id = invitation.authority_id AND call_line.invitation_id = invitation.invitation_id \
                  WHERE invitation.authority_id = ?1 AND invitation.office_id = ?2 AND issued_day >= ?3 AND used_day IS NULL \
                  AND (call_line.invitation_id IS NULL OR call_line.tries < 2 AND call_line.declined = 0 AND call_line.day < ?4) \
                  ORDER BY issued_day, invitation.invitation_id LIMIT 50000";
    /// Who was asked once is not asked again; what was answered on the telephone was heard by the caller.
    AUDITED = "SELECT invitation.invitation_id FROM invitation LEFT JOIN call_line \
               ON call_line.authority_id = invitation.authority_id AND call_line.invitation_id = invitation.invitation_id \
               WHERE invitation.authority_id = ?1 AND invitation.office_id = ?2 AND used_day >= ?3 AND used_day IS NOT NULL \
               AND way <> 'call' AND (call_line.invitation_id IS NULL OR call_line.tries < 2 AND call_line.declined = 0 \
               AND call_line.said IS NULL AND call_line.day < ?4) ORDER BY used_day, invitation.invitation_id LIMIT 50000";
}

/// What a caller sees of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callee {
    /// Name.
    pub name: String,
    /// Phone.
    pub phone: String,
    /// The procedure.
    pub procedure: String,
    /// The day of the invitation.
    pub day: Day,
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    match event {
        Event::CallsDrawn(Drawn { list_id, office_id, by_office, day, seed, invitations, audit }) => {
            let params = vec![
                authority.into(),
                (*list_id).into(),
                office_id.as_str().into(),
                by_office.as_str().into(),
                day.0.into(),
                seed.0.as_slice().into(),
                (*audit).into(),
            ];
            out.push(Statement::new(&KEEP_LIST, params));
            for (place, invitation) in (1_i64..).zip(invitations) {
                let params = vec![
                    authority.into(),
                    (*invitation).into(),
                    (*list_id).into(),
                    place.into(),
                    day.0.into(),
                ];
                out.push(Statement::new(&KEEP_LINE, params));
            }
        }
        Event::CallMissed(Missed { list_id, invitation_id, declined, .. }) => {
            let params = vec![authority.into(), (*invitation_id).into(), (*declined).into()];
            out.push(Statement::one(&MISS, params));
            let params = vec![authority.into(), (*list_id).into(), entry.version.into()];
            out.push(Statement::one(&SET_VERSION, params));
        }
        Event::CallSaid(Said { list_id, invitation_id, rated, day }) => {
            let params = vec![authority.into(), (*invitation_id).into(), (*rated).into(), day.0.into()];
            out.push(Statement::one(&SAY, params));
            let params = vec![authority.into(), (*list_id).into(), entry.version.into()];
            out.push(Statement::one(&SET_VERSION, params));
        }
        _ => {}
    }
}

fn read_list(row: &Row<'_>) -> Result<CallList, StoreError> {
    Ok(CallList {
        list_id: row.uuid(0)?,
        office_id: row.text(1)?,
        by_office: row.text(2)?,
        day: Day(row.int(3)? as i32),
        seed: row.bytes(4)?,
        version: row.int(5)?,
        audit: row.int(6)? == 1,
    })
}

fn read_line(row: &Row<'_>, audit: bool) -> Result<CallLine, StoreError> {
    Ok(CallLine {
        place: row.int(0)? as u32,
        invitation_id: row.uuid(1)?,
        tries: row.int(2)? as u32,
        declined: row.int(3)? == 1,
        answered: row.opt_int(if audit { 5 } else { 4 })?.is_some(),
    })
}

impl Store {
    /// The lists that an office has drawn and that still hold, the newest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn call_lists(&self, by_office: &str, today: Day) -> Result<Vec<CallList>, StoreError> {
        let from = today.plus(-LIST_DAYS);
        let params = [self.authority().into(), by_office.into(), from.0.into()];
        self.rows(&LISTS, &params, read_list).await
    }

    /// A list by its key, with its lines.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn call_list(&self, list_id: Uuid) -> Result<Option<(CallList, Vec<CallLine>)>, StoreError> {
        let params = [self.authority().into(), list_id.into()];
        let Some(list) = self.row(&READ_LIST, &params, read_list).await? else { return Ok(None) };
        let lines = self.rows(&LINES, &params, |row| read_line(row, list.audit)).await?;
        Ok(Some((list, lines)))
    }

    /// Draws whom to call about an office: people who have not rated, or for an `audit` people who have.
    ///
    /// # Errors
    /// Refusals of [`call::draw`].
    pub async fn draw_calls(
        &self,
        office_id: &str,
        audit: bool,
        ctx: &Context<'_>,
    ) -> Result<Uuid, StoreError> {
        let today = ctx.at.day();
        let by_office = call::calls_for(office_id, ctx)?;
        let mut open = false;
        for list in self.call_lists(by_office, today).await? {
            if (list.office_id.as_str(), list.audit) == (office_id, audit)
                && let Some((_, lines)) = self.call_list(list.list_id).await?
            {
                open |= lines.iter().any(CallLine::open);
            }
        }
        let params = [
            self.authority().into(),
            office_id.into(),
            today.plus(-DRAWN_DAYS).0.into(),
            Value::from(today.plus(-LIST_DAYS).0),
        ];
        let query = if audit { &AUDITED } else { &CANDIDATES };
        let mut found = self.rows(query, &params, |row| row.uuid(0)).await?;
        let seed = call::seed(&ctx.entropy);
        call::order(&seed, &mut found);
        let mut drawn = Vec::new();
        for invitation_id in found.into_iter().take(MOST_LOOKS) {
            if drawn.len() == MOST_AT_ONCE || open {
                break;
            }
            if self.callee_of(invitation_id).await?.is_some() {
                drawn.push(invitation_id);
            }
        }
        let (batch, id) = call::draw(office_id, &seed, drawn, (open, audit), ctx)?;
        self.commit(batch).await.map(|_| id)
    }

    /// The applicant of an invitation whose case is closed, when there is a phone.
    async fn callee_of(&self, invitation_id: Uuid) -> Result<Option<Callee>, StoreError> {
        let Some(invitation) = self.invitation(invitation_id).await? else { return Ok(None) };
        let Some(file) = self.case(invitation.invited.case_id).await? else { return Ok(None) };
        if file.closed_at.is_none() {
            return Ok(None);
        }
        let Some(applicant) = self.applicant(&file).await? else { return Ok(None) };
        let callee = Callee {
            name: applicant.name,
            phone: applicant.phone,
            procedure: invitation.invited.procedure,
            day: invitation.invited.day,
        };
        Ok((!callee.phone.is_empty()).then_some(callee))
    }

    async fn call_line(&self, list_id: Uuid, place: u32) -> Result<(CallList, CallLine), StoreError> {
        let (list, lines) = self.call_list(list_id).await?.ok_or(Refusal::CallOver)?;
        let line = lines.into_iter().find(|line| line.place == place).ok_or(Refusal::CallOver)?;
        Ok((list, line))
    }

    /// Whom to call at a place of a list, while there is something to ask.
    ///
    /// # Errors
    /// Refusals of [`call::may_call`]; persons who were erased.
    pub async fn callee(
        &self,
        list_id: Uuid,
        place: u32,
        ctx: &Context<'_>,
    ) -> Result<(CallList, Callee), StoreError> {
        let (list, line) = self.call_line(list_id, place).await?;
        call::may_call(&list, &line, ctx)?;
        let callee = self.callee_of(line.invitation_id).await?.ok_or(Refusal::CallOver)?;
        Ok((list, callee))
    }

    /// Notes that a call had no answer, or that none is wished.
    ///
    /// # Errors
    /// Refusals of [`call::miss`].
    pub async fn miss_call(
        &self,
        list_id: Uuid,
        place: u32,
        declined: bool,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (list, line) = self.call_line(list_id, place).await?;
        self.commit(call::miss(&list, &line, declined, ctx)?).await.map(|_| ())
    }

    /// Notes whether somebody who was called had given the rating on the roll.
    ///
    /// # Errors
    /// Refusals of [`call::say`].
    pub async fn say_call(
        &self,
        list_id: Uuid,
        place: u32,
        rated: bool,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (list, line) = self.call_line(list_id, place).await?;
        self.commit(call::say(&list, &line, rated, ctx)?).await.map(|_| ())
    }

    /// Takes the answers given on the telephone.
    ///
    /// # Errors
    /// Refusals of [`call::answer`]; a box that was sealed in between is tried again.
    pub async fn answer_call(
        &self,
        list_id: Uuid,
        place: u32,
        ballot: Ballot,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        for _ in 0..5 {
            let (list, line) = self.call_line(list_id, place).await?;
            let mut invitation =
                self.invitation(line.invitation_id).await?.ok_or(Refusal::InvitationUnknown)?;
            let invited = &invitation.invited;
            let Some(waiting) = self.box_for(&invited.office_id, invited.group, ctx).await? else { continue };
            invitation.longest = self.longest(invited, &ctx.directory.calendar).await?;
            let key = self.vault().box_key(&waiting.ballot_box)?;
            let batch =
                call::answer((&list, &line), &invitation, ballot.clone(), &waiting.ballot_box, &key, ctx)?;
            match self.commit(batch).await {
                Err(StoreError::Stale) => {}
                done => return done.map(|_| ()),
            }
        }
        Err(Refusal::BoxClosed.into())
    }
}
