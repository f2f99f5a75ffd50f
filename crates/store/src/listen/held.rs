//! Slips that wait for others in tables: how many the journal says, and the slips themselves as one ciphertext beside the chain.

use hailong_core::{
    context::Context,
    listen::{
        held::{self, Held, HeldBack, Holding, Piles},
        rating::BallotBox,
        sealing::{self, REST, Sealed},
    },
    serve::applicant::Group,
    time::Day,
};

use crate::{
    Store, StoreError,
    measure::figure::group_of,
    query::Statement,
    value::{Row, Value},
};

crate::query::queries! {
    READ_HELD = "SELECT office_id, grp, version, day, closings, attitude, speed, procedure, \
                 lost_attitude + lost_speed + lost_procedure FROM held WHERE authority_id = ?1 ORDER BY box_id LIMIT 5000";
    READ_ONE = "SELECT office_id, grp, version, day, closings, attitude, speed, procedure, \
                lost_attitude + lost_speed + lost_procedure FROM held WHERE authority_id = ?1 AND box_id = ?2";
    READ_SLIPS = "SELECT sealed FROM held_slips WHERE authority_id = ?1 AND box_id = ?2";
    KEEP_HELD = "INSERT INTO held (authority_id, box_id, office_id, grp, version, day, closings, attitude, speed, procedure, \
                 lost_attitude, lost_speed, lost_procedure, hash) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
                 ON CONFLICT (authority_id, box_id) DO UPDATE SET version = excluded.version, day = excluded.day, \
                 closings = CASE WHEN excluded.closings > 0 THEN excluded.closings ELSE held.closings END, \
                 attitude = excluded.attitude, speed = excluded.speed, procedure = excluded.procedure, \
                 lost_attitude = held.lost_attitude + excluded.lost_attitude, lost_speed = held.lost_speed + excluded.lost_speed, \
                 lost_procedure = held.lost_procedure + excluded.lost_procedure, hash = excluded.hash \
                 WHERE held.version = excluded.version - 1";
    KEEP_SLIPS = "INSERT INTO held_slips (authority_id, box_id, sealed) VALUES (?1, ?2, ?3) \
                  ON CONFLICT (authority_id, box_id) DO UPDATE SET sealed = excluded.sealed";
}

/// What waits at an office, of one group of applicants, as the journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAt {
    /// The office, or [`REST`].
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// Counts how often it was encrypted anew.
    pub version: i64,
    /// The day of the last ballot whose slips wait.
    pub last: Day,
    /// How often a quarter's end was drawn under it.
    pub closings: i64,
    /// How many slips wait.
    pub waiting: Piles,
    /// How many slips were lost with their key, of all piles.
    pub lost: i64,
}

fn read(row: &Row<'_>) -> Result<HeldAt, StoreError> {
    let count = |at| Ok::<_, StoreError>(u32::try_from(row.int(at)?).unwrap_or_default());
    Ok(HeldAt {
        office_id: row.text(0)?,
        group: group_of(&row.text(1)?)?,
        version: row.int(2)?,
        last: Day(row.int(3)? as i32),
        closings: row.int(4)?,
        waiting: Piles { attitude: count(5)?, speed: count(6)?, procedure: count(7)? },
        lost: row.int(8)?,
    })
}

/// What a sealed box says of the slips that wait after it.
pub(crate) fn project(authority: i64, sealed: &Sealed, out: &mut Vec<Statement>) {
    let mut keep = |office_id: &str, held: &HeldBack, closings: i64| {
        let mut params: Vec<Value> = vec![authority.into(), BallotBox::id(office_id, sealed.group).into()];
        params.extend([
            office_id.into(),
            sealed.group.key().into(),
            held.version.into(),
            sealed.day.0.into(),
        ]);
        params.push(closings.into());
        for piles in [held.waiting, held.lost] {
            params.extend([piles.attitude.into(), piles.speed.into(), piles.procedure.into()]);
        }
        params.push(held.hash.0.as_slice().into());
        out.push(Statement::one(&KEEP_HELD, params));
    };
    if let Some(held) = &sealed.held_rest {
        keep(REST, held, 0);
    }
    if let Some(held) = &sealed.held {
        keep(&sealed.office_id, held, (-sealed.serial).max(0));
    }
}

pub(crate) fn keep_slips(authority: i64, office_id: &str, group: Group, sealed: &[u8]) -> Statement {
    Statement::new(&KEEP_SLIPS, vec![authority.into(), BallotBox::id(office_id, group).into(), sealed.into()])
}

impl Store {
    /// What waits at every office, by name of the box.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn held(&self) -> Result<Vec<HeldAt>, StoreError> {
        self.rows(&READ_HELD, &[self.authority().into()], read).await
    }

    pub(crate) async fn held_at(&self, office_id: &str, group: Group) -> Result<HeldAt, StoreError> {
        let params = [self.authority().into(), BallotBox::id(office_id, group).into()];
        let found = self.row(&READ_ONE, &params, read).await?;
        Ok(found.unwrap_or_else(|| HeldAt {
            office_id: office_id.to_owned(),
            group,
            version: 0,
            last: Day(0),
            closings: 0,
            waiting: Piles::default(),
            lost: 0,
        }))
    }

    /// The slips that wait, opened, with the key under which those left will wait on. Slips that cannot be opened, because a backup
    /// was restored without its keys or somebody changed them, are lost: the journal will say how many.
    pub(super) async fn holding(&self, at: &HeldAt) -> Result<Holding, StoreError> {
        let key = self.vault().named_key(&held::key_name(&at.office_id, at.group, at.version + 1))?;
        let mut holding = Holding { held: Held::default(), version: at.version, lost: Piles::default(), key };
        if at.version > 0 {
            let params = [self.authority().into(), BallotBox::id(&at.office_id, at.group).into()];
            let sealed = self.row(&READ_SLIPS, &params, |row| row.bytes(0)).await?.unwrap_or_default();
            let key = self.vault().named_key(&held::key_name(&at.office_id, at.group, at.version))?;
            match Held::open(&at.office_id, at.group, at.version, &key, &sealed) {
                Some(held) => holding.held = held,
                None => {
                    tracing::error!(office = at.office_id, "slips that waited cannot be opened and are lost");
                    holding.lost = at.waiting;
                }
            }
        }
        Ok(holding)
    }

    /// Destroys the key of slips that were encrypted anew since.
    pub(super) fn destroy_held_key(&self, at: &HeldAt) -> Result<(), StoreError> {
        self.vault().destroy_named(&held::key_name(&at.office_id, at.group, at.version))
    }

    /// Shows what an office holds back, its quarter being over; what is too little goes to the district's rest. Of the rest itself
    /// what is enough.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when a box was sealed at this moment: try again later.
    pub async fn close_held(&self, at: &HeldAt, ctx: &Context<'_>) -> Result<(), StoreError> {
        let of = BallotBox { office_id: at.office_id.clone(), group: at.group, serial: 0 };
        let rest = match at.office_id.as_str() {
            REST => None,
            _ => Some(self.held_at(REST, at.group).await?),
        };
        let holding_rest = match &rest {
            Some(rest) => Some(self.holding(rest).await?),
            None => None,
        };
        let holding = self.holding(at).await?;
        self.commit(sealing::close(&of, at.closings + 1, at.last, holding, holding_rest, ctx)).await?;
        rest.iter().chain([at]).try_for_each(|at| self.destroy_held_key(at))
    }

    /// What waits although its quarter is over.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn due_held(&self, today: Day) -> Result<Vec<HeldAt>, StoreError> {
        let mut held = self.held().await?;
        held.retain(|at| held::is_due(&at.office_id, at.waiting, at.last, today));
        Ok(held)
    }
}
