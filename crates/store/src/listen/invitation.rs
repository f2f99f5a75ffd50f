//! The roll in tables.

use hailong_core::{
    listen::{
        invitation::{Invitation, Invited, Used},
        rating::BallotBox,
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
    ISSUE = "INSERT INTO invitation (authority_id, invitation_id, case_id, office_id, grp, procedure, field, issued_day, official) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    USE = "UPDATE invitation SET used_day = ?3, way = ?4 \
           WHERE authority_id = ?1 AND invitation_id = ?2 AND used_day IS NULL";
    /// A box takes no more ballots than are opened together (`BOX_MAXIMUM`), else it could never be sealed.
    FILL_BOX = "INSERT INTO ballot_box (authority_id, box_id, office_id, grp, serial, pending) \
                VALUES (?1, ?2, ?3, ?4, ?5, 1) ON CONFLICT (authority_id, box_id) \
                DO UPDATE SET pending = ballot_box.pending + 1 \
                WHERE ballot_box.serial = excluded.serial AND ballot_box.pending < 10000";
    READ_BY_ID = "SELECT invitation_id, case_id, office_id, grp, procedure, field, issued_day, used_day, official \
                  FROM invitation WHERE authority_id = ?1 AND invitation_id = ?2";
    READ_BY_CASE = "SELECT invitation_id, case_id, office_id, grp, procedure, field, issued_day, used_day, official \
                    FROM invitation WHERE authority_id = ?1 AND case_id = ?2";
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
    ];
    out.push(Statement::one(&FILL_BOX, params));
    let tally = Tally { used: 1, ..Tally::default() };
    add_tally(authority, &used.office_id, used.group, used.day.month(), tally, out);
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
    };
    Ok(Invitation { invited, used: row.opt_int(7)?.is_some() })
}

impl Store {
    /// A line of the roll by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitation(&self, id: Uuid) -> Result<Option<Invitation>, StoreError> {
        self.row(&READ_BY_ID, &[self.authority().into(), id.into()], read).await
    }

    /// The invitation that followed a case.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitation_of_case(&self, case_id: Uuid) -> Result<Option<Invitation>, StoreError> {
        self.row(&READ_BY_CASE, &[self.authority().into(), case_id.into()], read).await
    }
}
