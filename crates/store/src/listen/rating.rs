//! Ballots in tables: sealed while they wait, slips once their box was opened.

use std::collections::BTreeMap;

use hailong_core::{
    context::Context,
    listen::{
        invitation::Way,
        rating::{self, BOX_MAXIMUM, BOX_MINIMUM, Ballot, BallotBox, ExtraMoney, Sealed},
        receipt::Opening,
    },
    refusal::Refusal,
    serve::applicant::Group,
    time::Day,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    measure::figure::{ADD_ANSWERS, SCORES, Tally, add_tally, group_of},
    query::Statement,
    value::Value,
};

crate::query::queries! {
    READ_BOX = "SELECT serial, pending FROM ballot_box WHERE authority_id = ?1 AND box_id = ?2";
    READY_BOXES = "SELECT office_id, grp, serial FROM ballot_box WHERE authority_id = ?1 AND pending >= ?2 \
                   ORDER BY box_id LIMIT 5000";
    READ_BALLOTS = "SELECT sealed FROM ballot WHERE authority_id = ?1 AND box_id = ?2 AND serial = ?3 \
                    ORDER BY ballot_id LIMIT ?4";
    NEXT_BOX = "UPDATE ballot_box SET serial = serial + 1, pending = pending - ?4 \
                WHERE authority_id = ?1 AND box_id = ?2 AND serial = ?3 AND pending = ?4";
    KEEP_SEALED = "INSERT INTO sealed_box (authority_id, box_id, serial, day, size) VALUES (?1, ?2, ?3, ?4, ?5)";
    KEEP_SLIP = "INSERT INTO slip (authority_id, box_id, serial, pile, place, overall, welcome, guidance, speed, lawful, \
                 trips, extra_money, procedure, field, slip_id, words, official) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    COUNT_SEALED = "SELECT COUNT(*) FROM sealed_box WHERE authority_id = ?1 AND box_id = ?2 \
                    AND day >= ?3 AND day < ?4";
    READ_WORDS = "SELECT slip.slip_id, slip.words, data_key.wrapped FROM slip JOIN data_key \
                  ON data_key.authority_id = slip.authority_id AND data_key.subject_id = slip.slip_id \
                  WHERE slip.authority_id = ?1 AND slip.box_id = ?2 AND slip.pile = 'words' \
                  ORDER BY slip.serial DESC, slip.place LIMIT ?3";
}

/// The columns of a slip after its place; absent answers are NULL.
#[derive(Default)]
struct Slip<'a> {
    overall: Option<u8>,
    welcome: Option<u8>,
    guidance: Option<u8>,
    speed: Option<u8>,
    lawful: Option<u8>,
    trips: Option<u8>,
    extra_money: Option<ExtraMoney>,
    procedure: Option<&'a str>,
    field: Option<&'a str>,
    words: Option<(Uuid, &'a [u8])>,
    official: Option<&'a str>,
}

pub(crate) fn project(authority: i64, sealed: &Sealed, out: &mut Vec<Statement>) {
    let box_id = BallotBox::id(&sealed.office_id, sealed.group);
    let place = |rest: &[Value]| {
        let mut params: Vec<Value> = vec![authority.into(), box_id.as_str().into(), sealed.serial.into()];
        params.extend_from_slice(rest);
        params
    };
    out.push(Statement::one(&NEXT_BOX, place(&[sealed.size.into()])));
    out.push(Statement::new(&KEEP_SEALED, place(&[sealed.day.0.into(), sealed.size.into()])));
    for (pile, slips) in piles(sealed) {
        for (at, slip) in slips.into_iter().enumerate() {
            let columns = [
                pile.into(),
                Value::Int(at as i64),
                slip.overall.into(),
                slip.welcome.into(),
                slip.guidance.into(),
                slip.speed.into(),
                slip.lawful.into(),
                slip.trips.into(),
                slip.extra_money.map(ExtraMoney::key).into(),
                slip.procedure.into(),
                slip.field.into(),
                slip.words.map(|(id, _)| id).into(),
                slip.words.map(|(_, words)| words).into(),
                slip.official.into(),
            ];
            out.push(Statement::new(&KEEP_SLIP, place(&columns)));
        }
    }
    let month = sealed.day.month();
    for (question, counts) in answers(sealed) {
        let mut params: Vec<Value> = vec![authority.into(), sealed.office_id.as_str().into()];
        params.extend([sealed.group.key().into(), month.0.into(), question.into()]);
        params.extend(counts.map(Value::Int));
        out.push(Statement::new(&ADD_ANSWERS, params));
    }
    let tally = Tally { sealed: i64::from(sealed.size), ..Tally::default() };
    add_tally(authority, &sealed.office_id, sealed.group, month, tally, out);
}

fn piles(sealed: &Sealed) -> [(&'static str, Vec<Slip<'_>>); 5] {
    let overall = |&overall: &u8| Slip { overall: Some(overall), ..Slip::default() };
    let speed = |&speed: &Option<u8>| Slip { speed, ..Slip::default() };
    [
        ("overall", sealed.overall.iter().map(overall).collect()),
        (
            "attitude",
            sealed
                .attitude
                .iter()
                .map(|slip| Slip {
                    welcome: slip.welcome,
                    guidance: slip.guidance,
                    official: slip.official.as_deref(),
                    ..Slip::default()
                })
                .collect(),
        ),
        ("speed", sealed.speed.iter().map(speed).collect()),
        (
            "procedure",
            sealed
                .procedure
                .iter()
                .map(|slip| Slip {
                    lawful: slip.lawful,
                    trips: slip.trips,
                    extra_money: slip.extra_money,
                    procedure: slip.procedure.as_deref(),
                    field: slip.field.as_deref(),
                    ..Slip::default()
                })
                .collect(),
        ),
        (
            "words",
            sealed
                .words
                .iter()
                .map(|slip| Slip { words: Some((slip.slip_id, slip.words.0.as_slice())), ..Slip::default() })
                .collect(),
        ),
    ]
}

fn answers(sealed: &Sealed) -> BTreeMap<&'static str, [i64; SCORES]> {
    let mut counts: BTreeMap<&'static str, [i64; SCORES]> = BTreeMap::new();
    let mut count = |question, score: Option<u8>| {
        if let Some(score) = score
            && let Some(n) = counts.entry(question).or_default().get_mut(usize::from(score))
        {
            *n += 1;
        }
    };
    sealed.overall.iter().for_each(|&score| count("overall", Some(score)));
    sealed.speed.iter().for_each(|&score| count("speed", score));
    for slip in &sealed.attitude {
        count("welcome", slip.welcome);
        count("guidance", slip.guidance);
    }
    for slip in &sealed.procedure {
        count("lawful", slip.lawful);
        count("trips", slip.trips);
        count("extra_money", slip.extra_money.map(ExtraMoney::score));
    }
    counts
}

impl Store {
    /// The box that is open for an office and group.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_box(&self, office_id: &str, group: Group) -> Result<BallotBox, StoreError> {
        let params = [self.authority().into(), BallotBox::id(office_id, group).into()];
        let found = self.row(&READ_BOX, &params, |row| Ok((row.int(0)?, row.int(1)?))).await?;
        let (serial, pending) = found.unwrap_or((1, 0));
        if pending >= BOX_MAXIMUM as i64 {
            return Err(StoreError::Busy);
        }
        Ok(BallotBox { office_id: office_id.to_owned(), group, serial })
    }

    /// The serial number that is open in a box's place, when any ever was.
    pub(crate) async fn open_serial(&self, ballot_box: &BallotBox) -> Result<Option<i64>, StoreError> {
        let box_id = BallotBox::id(&ballot_box.office_id, ballot_box.group);
        self.row(&READ_BOX, &[self.authority().into(), box_id.into()], |row| row.int(0)).await
    }

    /// Uses an invitation: ticks the roll and drops the ballot into the box. The opening is for the rater alone.
    ///
    /// # Errors
    /// Refusals of [`rating::cast`]; a box that was sealed in between is tried again.
    pub async fn cast(
        &self,
        invitation_id: Uuid,
        ballot: Ballot,
        way: Way,
        ctx: &Context<'_>,
    ) -> Result<Opening, StoreError> {
        for _ in 0..5 {
            let invitation = self.invitation(invitation_id).await?.ok_or(Refusal::InvitationUnknown)?;
            let invited = &invitation.invited;
            let ballot_box = self.open_box(&invited.office_id, invited.group).await?;
            let key = self.vault().box_key(&ballot_box)?;
            let (batch, opening) = rating::cast(&invitation, ballot.clone(), way, &ballot_box, &key, ctx)?;
            match self.commit(batch).await {
                Err(StoreError::Stale) => {}
                done => return done.map(|_| opening),
            }
        }
        Err(Refusal::BoxClosed.into())
    }

    /// Seals every box that holds enough ballots; one that cannot be opened keeps none of the others from being
    /// sealed. What was sealed is added to the public log. Returns how many were sealed.
    ///
    /// # Errors
    /// When the database cannot answer, or a waiting ballot cannot be opened.
    pub async fn seal_boxes(&self, ctx: &Context<'_>) -> Result<usize, StoreError> {
        self.destroy_old_keys().await?;
        let (mut sealed, mut trouble) = (0, None);
        for ballot_box in self.ready_boxes().await? {
            match self.seal_box(&ballot_box, ctx).await {
                Ok(()) => sealed += 1,
                // A ballot fell in between reading and writing: the box is sealed the next time.
                Err(StoreError::Stale) => {}
                Err(error) => {
                    tracing::error!(place = ballot_box.key_name(), %error, "a box cannot be sealed");
                    trouble.get_or_insert(error);
                }
            }
        }
        self.publish_log(ctx).await?;
        trouble.map_or(Ok(sealed), Err)
    }

    /// The boxes that hold enough ballots to be sealed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn ready_boxes(&self) -> Result<Vec<BallotBox>, StoreError> {
        let params = [self.authority().into(), Value::Int(BOX_MINIMUM as i64)];
        self.rows(&READY_BOXES, &params, |row| {
            Ok(BallotBox { office_id: row.text(0)?, group: group_of(&row.text(1)?)?, serial: row.int(2)? })
        })
        .await
    }

    /// Seals one box: opens its ballots, shuffles and counts them, destroys its key.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when a ballot fell in at this moment: try again later.
    pub async fn seal_box(&self, ballot_box: &BallotBox, ctx: &Context<'_>) -> Result<(), StoreError> {
        let key = self.vault().box_key(ballot_box)?;
        let box_id = BallotBox::id(&ballot_box.office_id, ballot_box.group);
        let params = [
            self.authority().into(),
            box_id.into(),
            ballot_box.serial.into(),
            Value::Int(BOX_MAXIMUM as i64),
        ];
        let sealed = self.rows(&READ_BALLOTS, &params, |row| row.bytes(0)).await?;
        let open = |sealed: &Vec<u8>| {
            rating::open_ballot(ballot_box, &key, sealed).ok_or_else(|| {
                StoreError::Corrupt(format!(
                    "a ballot of {} cannot be opened with its key",
                    ballot_box.key_name()
                ))
            })
        };
        let ballots = sealed.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        self.commit(rating::seal(ballot_box, &ballots, ctx)?).await?;
        self.vault().destroy(ballot_box)
    }

    /// How many boxes of an office and group were sealed from a day on, and before another.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn sealed_boxes(
        &self,
        office_id: &str,
        group: Group,
        from: Day,
        before: Day,
    ) -> Result<i64, StoreError> {
        let box_id = BallotBox::id(office_id, group);
        let params = [self.authority().into(), box_id.into(), from.0.into(), before.0.into()];
        Ok(self.row(&COUNT_SEALED, &params, |row| row.int(0)).await?.unwrap_or(0))
    }

    /// The newest free words said of an office, opened.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn words_of(
        &self,
        office_id: &str,
        group: Group,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let params = [self.authority().into(), BallotBox::id(office_id, group).into(), limit.into()];
        let rows =
            self.rows(&READ_WORDS, &params, |row| Ok((row.uuid(0)?, row.bytes(1)?, row.bytes(2)?))).await?;
        let open = |(id, words, wrapped): (Uuid, Vec<u8>, Vec<u8>)| {
            let key = self.vault().secrets().unwrap_data_key(id, &wrapped)?;
            String::from_utf8(key.open(id.as_bytes(), &words)?).ok()
        };
        Ok(rows.into_iter().filter_map(open).collect())
    }
}
