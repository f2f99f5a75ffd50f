//! Ballots in tables: sealed while they wait, slips once their box was opened.

use std::collections::BTreeMap;

use hailong_core::{
    context::Context,
    listen::{
        held,
        invitation::{Source, Way},
        rating::{self, Asked, BOX_MAXIMUM, Ballot, BallotBox, OpenedBallot},
        receipt::Opening,
        sealing::{self, Due, REST, Sealed},
        slip::StepSlip,
    },
    refusal::Refusal,
    serve::{applicant::Group, case::spent::Phase},
    time::Day,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    measure::figure::{ADD_ANSWERS, SCORES, Tally, add_tally, group_of},
    query::Statement,
    value::{Row, Value},
};

crate::query::queries! {
    READ_BOX = "SELECT office_id, grp, serial, pending, day FROM ballot_box WHERE authority_id = ?1 AND box_id = ?2";
    WAITING_BOXES = "SELECT office_id, grp, serial, pending, day FROM ballot_box WHERE authority_id = ?1 AND pending > 0 \
                     ORDER BY box_id LIMIT 5000";
    LAST_REST = "SELECT COALESCE(MAX(serial), 0) FROM sealed_box WHERE authority_id = ?1 AND box_id = ?2";
    READ_BALLOTS = "SELECT sealed FROM ballot WHERE authority_id = ?1 AND box_id = ?2 AND serial = ?3 \
                    ORDER BY ballot_id LIMIT ?4";
    NEXT_BOX = "UPDATE ballot_box SET serial = serial + 1, pending = pending - ?4 \
                WHERE authority_id = ?1 AND box_id = ?2 AND serial = ?3 AND pending = ?4";
    KEEP_SEALED = "INSERT INTO sealed_box (authority_id, box_id, serial, day, size, rest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    KEEP_SLIP = "INSERT INTO slip (authority_id, box_id, serial, pile, place, overall, welcome, guidance, speed, lawful, \
                 trips, extra_money, procedure, field, slip_id, words, official, source, contacts, days, extra_papers, phase) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
    COUNT_SEALED = "SELECT CAST(COALESCE(SUM(CASE WHEN rest IS NULL AND size > 0 THEN 1 ELSE 0 END), 0) AS BIGINT), \
                    CAST(COALESCE(SUM(CASE WHEN rest IS NULL THEN 0 ELSE size END), 0) AS BIGINT) FROM sealed_box \
                    WHERE authority_id = ?1 AND box_id = ?2 AND day >= ?3 AND day < ?4";
    JOINED = "SELECT ballot_box.office_id, CAST(SUM(sealed_box.size) AS BIGINT) FROM sealed_box JOIN ballot_box \
              ON ballot_box.authority_id = sealed_box.authority_id AND ballot_box.box_id = sealed_box.box_id \
              WHERE sealed_box.authority_id = ?1 AND sealed_box.rest IS NOT NULL \
              GROUP BY ballot_box.office_id ORDER BY ballot_box.office_id LIMIT 5000";
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
    extra_money: Option<Asked>,
    procedure: Option<&'a str>,
    field: Option<&'a str>,
    words: Option<(Uuid, &'a [u8])>,
    official: Option<&'a str>,
    source: Option<Source>,
    contacts: Option<u8>,
    days: Option<u8>,
    extra_papers: Option<Asked>,
    phase: Option<Phase>,
}

/// A box in which ballots wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingBox {
    /// Which.
    pub ballot_box: BallotBox,
    /// How many ballots.
    pub pending: usize,
    /// The day of the last.
    pub last: Day,
}

/// The boxes that are to be sealed.
#[derive(Clone, Debug, Default)]
pub struct DueBoxes {
    /// Each by itself.
    pub whole: Vec<WaitingBox>,
    /// Those of a group of applicants together.
    pub small: BTreeMap<Group, Vec<WaitingBox>>,
}

fn read_box(row: &Row<'_>) -> Result<WaitingBox, StoreError> {
    let ballot_box =
        BallotBox { office_id: row.text(0)?, group: group_of(&row.text(1)?)?, serial: row.int(2)? };
    let pending = usize::try_from(row.int(3)?).unwrap_or_default();
    Ok(WaitingBox { ballot_box, pending, last: Day(row.int(4)? as i32) })
}

pub(crate) fn project(authority: i64, sealed: &Sealed, out: &mut Vec<Statement>) {
    let box_id = BallotBox::id(&sealed.office_id, sealed.group);
    let place = |rest: &[Value]| {
        let mut params: Vec<Value> = vec![authority.into(), box_id.as_str().into(), sealed.serial.into()];
        params.extend_from_slice(rest);
        params
    };
    if sealed.serial > 0 && sealed.joined.is_empty() {
        out.push(Statement::one(&NEXT_BOX, place(&[sealed.size.into()])));
    }
    out.push(Statement::new(&KEEP_SEALED, place(&[sealed.day.0.into(), sealed.size.into(), Value::Null])));
    for joined in &sealed.joined {
        let box_id = BallotBox::id(&joined.office_id, sealed.group);
        let mut params: Vec<Value> = vec![authority.into(), box_id.into(), joined.serial.into()];
        out.push(Statement::one(&NEXT_BOX, [params.clone(), vec![joined.size.into()]].concat()));
        params.extend([sealed.day.0.into(), joined.size.into(), sealed.serial.into()]);
        out.push(Statement::new(&KEEP_SEALED, params));
    }
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
                slip.extra_money.map(Asked::key).into(),
                slip.procedure.into(),
                slip.field.into(),
                slip.words.map(|(id, _)| id).into(),
                slip.words.map(|(_, words)| words).into(),
                slip.official.into(),
                slip.source.map(Source::key).into(),
                slip.contacts.into(),
                slip.days.into(),
                slip.extra_papers.map(Asked::key).into(),
                slip.phase.map(Phase::key).into(),
            ];
            out.push(Statement::new(&KEEP_SLIP, place(&columns)));
        }
    }
    super::held::project(authority, sealed, out);
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

fn piles<'a>(sealed: &'a Sealed) -> [(&'static str, Vec<Slip<'a>>); 5] {
    // What the first versions sealed says neither how it came in nor which step took the time.
    let sources = sealed.sources.iter().copied().chain(std::iter::repeat(None));
    let steps = sealed.steps.iter().map(Some).chain(std::iter::repeat(None));
    let overall = |(&overall, source): (&u8, _)| Slip { overall: Some(overall), source, ..Slip::default() };
    let speed = |(&speed, step): (&Option<u8>, Option<&'a StepSlip>)| Slip {
        speed,
        days: step.and_then(|step| step.days),
        phase: step.and_then(|step| step.phase),
        official: step.and_then(|step| step.official.as_deref()),
        ..Slip::default()
    };
    [
        ("overall", sealed.overall.iter().zip(sources).map(overall).collect()),
        (
            "attitude",
            sealed
                .attitude
                .iter()
                .map(|slip| Slip {
                    welcome: slip.welcome,
                    guidance: slip.guidance,
                    official: slip.official.as_deref(),
                    field: slip.field.as_deref(),
                    source: slip.source,
                    ..Slip::default()
                })
                .collect(),
        ),
        ("speed", sealed.speed.iter().zip(steps).map(speed).collect()),
        (
            "procedure",
            sealed
                .procedure
                .iter()
                .map(|slip| Slip {
                    lawful: slip.lawful,
                    trips: slip.trips,
                    extra_money: slip.extra_money,
                    contacts: slip.contacts,
                    extra_papers: slip.extra_papers,
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
    sealed.steps.iter().for_each(|step| count("days", step.days));
    for slip in &sealed.attitude {
        count("welcome", slip.welcome);
        count("guidance", slip.guidance);
    }
    for slip in &sealed.procedure {
        count("lawful", slip.lawful);
        count("trips", slip.trips);
        count("extra_money", slip.extra_money.map(Asked::score));
        count("contacts", slip.contacts);
        count("extra_papers", slip.extra_papers.map(Asked::score));
    }
    counts
}

impl Store {
    /// The box that is open for an office and group.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_box(&self, office_id: &str, group: Group) -> Result<BallotBox, StoreError> {
        Ok(self.waiting_box(office_id, group).await?.ballot_box)
    }

    async fn waiting_box(&self, office_id: &str, group: Group) -> Result<WaitingBox, StoreError> {
        let params = [self.authority().into(), BallotBox::id(office_id, group).into()];
        let ballot_box = BallotBox { office_id: office_id.to_owned(), group, serial: 1 };
        let found = self.row(&READ_BOX, &params, read_box).await?;
        Ok(found.unwrap_or(WaitingBox { ballot_box, pending: 0, last: Day(0) }))
    }

    /// The serial number that is open in a box's place, when any ever was.
    pub(crate) async fn open_serial(&self, ballot_box: &BallotBox) -> Result<Option<i64>, StoreError> {
        let box_id = BallotBox::id(&ballot_box.office_id, ballot_box.group);
        self.row(&READ_BOX, &[self.authority().into(), box_id.into()], |row| row.int(2)).await
    }

    /// Uses an invitation: ticks the roll and drops the ballot into the box. The opening is for the rater alone. Ballots of earlier
    /// days are sealed before, so that no ballot of a later day lies among them.
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
            let mut invitation = self.invitation(invitation_id).await?.ok_or(Refusal::InvitationUnknown)?;
            let invited = &invitation.invited;
            let Some(waiting) = self.box_for(&invited.office_id, invited.group, ctx).await? else { continue };
            invitation.longest = self.longest(invited, &ctx.directory.calendar).await?;
            let key = self.vault().box_key(&waiting.ballot_box)?;
            let (batch, opening) =
                rating::cast(&invitation, ballot.clone(), way, &waiting.ballot_box, &key, ctx)?;
            match self.commit(batch).await {
                Err(StoreError::Stale) => {}
                done => return done.map(|_| opening),
            }
        }
        Err(Refusal::BoxClosed.into())
    }

    /// The box that takes a ballot now, with what waits in it; ballots of earlier days are sealed before. Nothing when it is to be
    /// looked for again.
    pub(super) async fn box_for(
        &self,
        office_id: &str,
        group: Group,
        ctx: &Context<'_>,
    ) -> Result<Option<WaitingBox>, StoreError> {
        let waiting = self.waiting_box(office_id, group).await?;
        if sealing::due(waiting.pending, waiting.last, ctx.at.day()) == Due::Seal {
            match self.seal_box(&waiting, ctx).await {
                Ok(()) | Err(StoreError::Stale) => return Ok(None),
                // The box is reported by whoever seals; the ballot is taken all the same.
                Err(StoreError::Corrupt(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if waiting.pending >= BOX_MAXIMUM { Err(StoreError::Busy) } else { Ok(Some(waiting)) }
    }

    /// Seals every box whose day is over, and after the quarter's end the small ones together and what waited for others; one that cannot be opened keeps none of
    /// the others from being sealed. What was sealed is added to the public log. Returns how many groups of ballots were sealed.
    ///
    /// # Errors
    /// When the database cannot answer, or a waiting ballot cannot be opened.
    pub async fn seal_boxes(&self, ctx: &Context<'_>) -> Result<usize, StoreError> {
        self.destroy_old_keys().await?;
        let (mut sealed, mut trouble) = (0, None);
        let mut note = |place: &str, outcome: Result<(), StoreError>| match outcome {
            Ok(()) => 1,
            // A ballot fell in between reading and writing, or all of them are still too few: the next time.
            Err(StoreError::Stale | StoreError::Refused(Refusal::TooFewToSeal)) => 0,
            Err(error) => {
                tracing::error!(place, %error, "a box cannot be sealed");
                trouble.get_or_insert(error);
                0
            }
        };
        let due = self.due_boxes(ctx.at.day()).await?;
        for waiting in &due.whole {
            sealed += note(&waiting.ballot_box.key_name(), self.seal_box(waiting, ctx).await);
        }
        for (group, small) in due.small {
            sealed += note(&BallotBox::id(REST, group), self.seal_rest(group, &small, ctx).await);
        }
        // First what offices held back, then the rest to which they added.
        let of_offices = self.due_held(ctx.at.day()).await?.into_iter().filter(|at| at.office_id != REST);
        for at in of_offices {
            note(&BallotBox::id(&at.office_id, at.group), self.close_held(&at, ctx).await);
        }
        let of_rest = self.due_held(ctx.at.day()).await?.into_iter().filter(|at| at.office_id == REST);
        for at in of_rest {
            note(&BallotBox::id(REST, at.group), self.close_held(&at, ctx).await);
        }
        self.publish_log(ctx).await?;
        trouble.map_or(Ok(sealed), Err)
    }

    /// The boxes that are to be sealed on a day.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn due_boxes(&self, today: Day) -> Result<DueBoxes, StoreError> {
        let mut boxes = DueBoxes::default();
        for waiting in self.rows(&WAITING_BOXES, &[self.authority().into()], read_box).await? {
            match sealing::due(waiting.pending, waiting.last, today) {
                Due::Wait => {}
                Due::Seal => boxes.whole.push(waiting),
                Due::Join => boxes.small.entry(waiting.ballot_box.group).or_default().push(waiting),
            }
        }
        Ok(boxes)
    }

    /// Seals one box: opens its ballots, shuffles and counts them, destroys its key.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when a ballot fell in at this moment: try again later.
    pub async fn seal_box(&self, waiting: &WaitingBox, ctx: &Context<'_>) -> Result<(), StoreError> {
        let BallotBox { office_id, group, .. } = &waiting.ballot_box;
        let mut held = self.held_at(office_id, *group).await?;
        if held::is_due(office_id, held.waiting, held.last, waiting.last) {
            self.close_held(&held, ctx).await?;
            held = self.held_at(office_id, *group).await?;
        }
        let holding = self.holding(&held).await?;
        let ballots = self.opened_ballots(&waiting.ballot_box).await?;
        self.commit(sealing::seal(&waiting.ballot_box, waiting.last, &ballots, holding, ctx)?).await?;
        self.vault().destroy(&waiting.ballot_box)?;
        self.destroy_held_key(&held)
    }

    /// Seals the small boxes of a group of applicants together; they count in the district only.
    ///
    /// # Errors
    /// [`Refusal::TooFewToSeal`] when all of them together are too few; [`StoreError::Stale`] as for one.
    pub async fn seal_rest(
        &self,
        group: Group,
        small: &[WaitingBox],
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let params = [self.authority().into(), BallotBox::id(REST, group).into()];
        let last = self.row(&LAST_REST, &params, |row| row.int(0)).await?.unwrap_or(0);
        let rest = BallotBox { office_id: REST.to_owned(), group, serial: last + 1 };
        let mut boxes = Vec::with_capacity(small.len());
        for waiting in small {
            let ballots = self.opened_ballots(&waiting.ballot_box).await?;
            boxes.push((waiting.ballot_box.clone(), ballots));
        }
        let day = small.iter().map(|waiting| waiting.last).max().unwrap_or(ctx.at.day());
        let held = self.held_at(REST, group).await?;
        let holding = self.holding(&held).await?;
        self.commit(sealing::seal_rest(&rest, day, &boxes, holding, ctx)?).await?;
        self.destroy_held_key(&held)?;
        small.iter().try_for_each(|waiting| self.vault().destroy(&waiting.ballot_box))
    }

    async fn opened_ballots(&self, ballot_box: &BallotBox) -> Result<Vec<OpenedBallot>, StoreError> {
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
                let place = ballot_box.key_name();
                StoreError::Corrupt(format!("a ballot of {place} cannot be opened with its key"))
            })
        };
        sealed.iter().map(open).collect()
    }

    /// How many boxes of an office and group were sealed from a day on and before another, and how many ballots of small boxes were
    /// sealed together with others'.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn sealed_boxes(
        &self,
        office_id: &str,
        group: Group,
        from: Day,
        before: Day,
    ) -> Result<(i64, i64), StoreError> {
        let box_id = BallotBox::id(office_id, group);
        let params = [self.authority().into(), box_id.into(), from.0.into(), before.0.into()];
        let found = self.row(&COUNT_SEALED, &params, |row| Ok((row.int(0)?, row.int(1)?))).await?;
        Ok(found.unwrap_or_default())
    }

    /// By office, how many ballots of its small boxes were sealed together with others'.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn joined_ballots(&self) -> Result<Vec<(String, i64)>, StoreError> {
        self.rows(&JOINED, &[self.authority().into()], |row| Ok((row.text(0)?, row.int(1)?))).await
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
