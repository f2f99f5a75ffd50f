//! The roll in tables.

use hailong_core::{
    context::Context,
    listen::{
        invitation::{self, Denied, Invitation, Invited, Used},
        rating::BallotBox,
    },
    refusal::Refusal,
    serve::{
        calendar::Calendar,
        case::spent::{Longest, longest},
    },
    time::Day,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    measure::figure::{Tally, add_tally, group_of},
    query::Statement,
    value::Row,
};

crate::query::queries! {
    ISSUE = "INSERT INTO invitation (authority_id, invitation_id, case_id, office_id, grp, procedure, field, issued_day, official, \
             reminded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    USE = "UPDATE invitation SET used_day = ?3, way = ?4 \
           WHERE authority_id = ?1 AND invitation_id = ?2 AND used_day IS NULL";
    DENY = "UPDATE invitation SET denied_day = ?3 \
            WHERE authority_id = ?1 AND invitation_id = ?2 AND used_day IS NOT NULL AND denied_day IS NULL";
    /// A box takes no more ballots than are opened together (`BOX_MAXIMUM`), else it could never be sealed.
    FILL_BOX = "INSERT INTO ballot_box (authority_id, box_id, office_id, grp, serial, pending, day) \
                VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) ON CONFLICT (authority_id, box_id) \
                DO UPDATE SET pending = ballot_box.pending + 1, \
                day = CASE WHEN excluded.day > ballot_box.day THEN excluded.day ELSE ballot_box.day END \
                WHERE ballot_box.serial = excluded.serial AND ballot_box.pending < 10000";
    READ_BY_ID = "SELECT invitation_id, case_id, office_id, grp, procedure, field, issued_day, used_day, official, reminded, denied_day \
                  FROM invitation WHERE authority_id = ?1 AND invitation_id = ?2";
    OF_PHONE_UNUSED = "SELECT invitation.invitation_id FROM person_index JOIN invitation \
                       ON invitation.authority_id = person_index.authority_id AND invitation.case_id = person_index.case_id \
                       WHERE person_index.authority_id = ?1 AND person_index.hash = ?2 AND invitation.issued_day >= ?3 \
                       AND invitation.used_day IS NULL \
                       ORDER BY invitation.issued_day DESC, invitation.invitation_id DESC LIMIT 1";
    OF_PHONE_USED = "SELECT invitation.invitation_id FROM person_index JOIN invitation \
                     ON invitation.authority_id = person_index.authority_id AND invitation.case_id = person_index.case_id \
                     WHERE person_index.authority_id = ?1 AND person_index.hash = ?2 AND invitation.issued_day >= ?3 \
                     AND invitation.used_day IS NOT NULL AND invitation.denied_day IS NULL \
                     ORDER BY invitation.used_day DESC, invitation.invitation_id DESC LIMIT 1";
    READ_BY_CASE = "SELECT invitation_id, case_id, office_id, grp, procedure, field, issued_day, used_day, official, reminded, denied_day \
                    FROM invitation WHERE authority_id = ?1 AND case_id = ?2 ORDER BY invitation_id LIMIT 20";
}

pub(crate) fn project_issued(authority: i64, invited: &Invited, out: &mut Vec<Statement>) {
    let params = vec![
        authority.into(),
        invited.invitation_id.into(),
        invited.case_id.into(),
        invited.office_id.as_str().into(),
        invited.group.key().into(),
        invited.procedure.as_str().into(),
        invited.field.as_str().into(),
        invited.day.0.into(),
        invited.official.as_deref().into(),
        invited.reminded.into(),
    ];
    out.push(Statement::new(&ISSUE, params));
    let tally = Tally { invited: 1, ..Tally::default() };
    add_tally(authority, &invited.office_id, invited.group, invited.day.month(), tally, out);
}

pub(crate) fn project_used(authority: i64, used: &Used, out: &mut Vec<Statement>) {
    let params = vec![authority.into(), used.invitation_id.into(), used.day.0.into(), used.way.key().into()];
    out.push(Statement::one(&USE, params));
    let box_id = BallotBox::id(&used.office_id, used.group);
    let params = vec![
        authority.into(),
        box_id.into(),
        used.office_id.as_str().into(),
        used.group.key().into(),
        used.serial.into(),
        used.day.0.into(),
    ];
    out.push(Statement::one(&FILL_BOX, params));
    let tally = Tally { used: 1, ..Tally::default() };
    add_tally(authority, &used.office_id, used.group, used.day.month(), tally, out);
}

pub(crate) fn project_denied(authority: i64, denied: &Denied, out: &mut Vec<Statement>) {
    let params = vec![authority.into(), denied.invitation_id.into(), denied.day.0.into()];
    out.push(Statement::one(&DENY, params));
    let tally = Tally { denied: 1, ..Tally::default() };
    add_tally(authority, &denied.office_id, denied.group, denied.day.month(), tally, out);
}

fn read(row: &Row<'_>) -> Result<Invitation, StoreError> {
    let invited = Invited {
        invitation_id: row.uuid(0)?,
        case_id: row.uuid(1)?,
        office_id: row.text(2)?,
        group: group_of(&row.text(3)?)?,
        procedure: row.text(4)?,
        field: row.text(5)?,
        day: Day(row.int(6)? as i32),
        official: row.opt_text(8)?,
        reminded: row.int(9)? == 1,
    };
    let (used, denied) = (row.opt_int(7)?.is_some(), row.opt_int(10)?.is_some());
    Ok(Invitation { invited, used, denied, longest: None })
}

impl Store {
    /// A line of the roll by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitation(&self, id: Uuid) -> Result<Option<Invitation>, StoreError> {
        self.row(&READ_BY_ID, &[self.authority().into(), id.into()], read).await
    }

    /// The invitations that followed steps of a case, oldest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitations_of_case(&self, case_id: Uuid) -> Result<Vec<Invitation>, StoreError> {
        self.rows(&READ_BY_CASE, &[self.authority().into(), case_id.into()], read).await
    }

    /// The newest of them.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitation_of_case(&self, case_id: Uuid) -> Result<Option<Invitation>, StoreError> {
        Ok(self.invitations_of_case(case_id).await?.pop())
    }

    /// The newest invitation since a day that went to a telephone: one that can be used, or one that was used and not denied.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitation_of_phone(
        &self,
        phone: &str,
        used: bool,
        since: Day,
    ) -> Result<Option<Uuid>, StoreError> {
        let hash = self.vault().secrets().blind_index("phone", phone);
        let params = [self.authority().into(), hash.as_slice().into(), since.0.into()];
        let query = if used { &OF_PHONE_USED } else { &OF_PHONE_UNUSED };
        self.row(query, &params, |row| row.uuid(0)).await
    }

    /// Notes that a recorded rating was not the one who was invited's.
    ///
    /// # Errors
    /// Refusals of [`invitation::deny`].
    pub async fn deny_rating(&self, id: Uuid, ctx: &Context<'_>) -> Result<(), StoreError> {
        let invitation = self.invitation(id).await?.ok_or(Refusal::InvitationUnknown)?;
        self.commit(invitation::deny(&invitation, ctx)?).await.map(|_| ())
    }

    /// The step of an invitation's case that took the most time until the day of the invitation.
    pub(super) async fn longest(
        &self,
        invited: &Invited,
        calendar: &Calendar,
    ) -> Result<Option<Longest>, StoreError> {
        let lines = self.history(invited.case_id.as_bytes()).await?;
        let known = lines.iter().filter(|line| line.at.day() <= invited.day);
        let events = known.map(|line| Ok((line, line.event()?))).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(longest(events.iter().map(|(line, event)| (line.at, line.actor.as_str(), event)), calendar))
    }
}
