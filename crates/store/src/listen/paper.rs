//! Ballots on paper: their batches in tables, and what is typed of them while a batch is open.

use hailong_core::{
    context::Context,
    event::Event,
    listen::{
        invitation::Invitation,
        paper::{self, Ended, Entries, MOST_OPEN, MOST_SHEETS, Opened, PaperBatch, Typist},
        rating::Ballot,
    },
    refusal::Refusal,
    secret::SecretKey,
    serve::applicant::Group,
    time::Day,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    measure::figure::group_of,
    query::Statement,
    value::{Row, Value},
};

crate::query::queries! {
    OPEN = "INSERT INTO paper_batch (authority_id, batch_id, office_id, grp, opened_day, is_open, sent, sheets, stubs) \
            VALUES (?1, ?2, ?3, ?4, ?5, 1, 0, 0, 0)";
    END = "UPDATE paper_batch SET is_open = 0, sent = ?3, ended_day = ?4, first = ?5, second = ?6, sheets = ?7, stubs = ?8 \
           WHERE authority_id = ?1 AND batch_id = ?2 AND is_open = 1";
    READ = "SELECT batch_id, office_id, grp, opened_day, is_open FROM paper_batch WHERE authority_id = ?1 AND batch_id = ?2";
    /// Five can be open (`MOST_OPEN`).
    OF_OFFICE = "SELECT batch_id, grp, opened_day, sent, ended_day, first, second, sheets, stubs FROM paper_batch \
                 WHERE authority_id = ?1 AND office_id = ?2 AND is_open = ?3 ORDER BY opened_day DESC, batch_id DESC LIMIT 20";
    LEFT_LYING = "SELECT batch_id FROM paper_batch WHERE authority_id = ?1 AND is_open = 1 AND opened_day < ?2 \
                  ORDER BY opened_day, batch_id LIMIT 100";
    HANDS = "SELECT hand, official, done FROM paper_hand WHERE authority_id = ?1 AND batch_id = ?2 ORDER BY hand LIMIT 2";
    TAKE_HAND = "INSERT INTO paper_hand (authority_id, batch_id, hand, official, done) \
                 SELECT authority_id, batch_id, ?3, ?4, 0 FROM paper_batch \
                 WHERE authority_id = ?1 AND batch_id = ?2 AND is_open = 1 \
                 ON CONFLICT (authority_id, batch_id, hand) DO NOTHING";
    SET_DONE = "UPDATE paper_hand SET done = ?4 WHERE authority_id = ?1 AND batch_id = ?2 AND hand = ?3";
    KEEP_STUB = "INSERT INTO paper_stub (authority_id, batch_id, mark, sealed) \
                 SELECT authority_id, batch_id, ?3, ?4 FROM paper_batch \
                 WHERE authority_id = ?1 AND batch_id = ?2 AND is_open = 1 \
                 ON CONFLICT (authority_id, batch_id, mark) DO NOTHING";
    DROP_STUB = "DELETE FROM paper_stub WHERE authority_id = ?1 AND batch_id = ?2 AND mark = ?3";
    STUBS = "SELECT sealed FROM paper_stub WHERE authority_id = ?1 AND batch_id = ?2 ORDER BY mark LIMIT 200";
    COUNT_STUBS = "SELECT COUNT(*) FROM paper_stub WHERE authority_id = ?1 AND batch_id = ?2";
    KEEP_SHEET = "INSERT INTO paper_sheet (authority_id, batch_id, hand, number, sealed) \
                  SELECT authority_id, batch_id, hand, ?4, ?5 FROM paper_hand \
                  WHERE authority_id = ?1 AND batch_id = ?2 AND hand = ?3 \
                  ON CONFLICT (authority_id, batch_id, hand, number) DO UPDATE SET sealed = excluded.sealed";
    DROP_SHEET = "DELETE FROM paper_sheet WHERE authority_id = ?1 AND batch_id = ?2 AND hand = ?3 AND number = ?4";
    SHEETS = "SELECT number, sealed FROM paper_sheet WHERE authority_id = ?1 AND batch_id = ?2 AND hand = ?3 \
              ORDER BY number LIMIT 200";
    ERASE_HANDS = "DELETE FROM paper_hand WHERE authority_id = ?1 AND batch_id = ?2";
    ERASE_STUBS = "DELETE FROM paper_stub WHERE authority_id = ?1 AND batch_id = ?2";
    ERASE_SHEETS = "DELETE FROM paper_sheet WHERE authority_id = ?1 AND batch_id = ?2";
}

/// A batch in the list of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLine {
    /// The batch.
    pub batch_id: Uuid,
    /// Person or organisation.
    pub group: Group,
    /// The day it was opened.
    pub opened: Day,
    /// The day it ended; none while it is open.
    pub ended: Option<Day>,
    /// Whether its sheets became ballots.
    pub sent: bool,
    /// Who typed it, once it has ended.
    pub hands: [Option<String>; 2],
    /// Sheets that became ballots.
    pub sheets: i64,
    /// Stubs that could be used.
    pub stubs: i64,
}

/// An open batch with what was typed so far.
#[derive(Clone, Debug)]
pub struct PaperFile {
    /// The batch.
    pub batch: PaperBatch,
    /// How many stubs it has.
    pub stubs: usize,
    /// The sheets as the first and the second have typed them.
    pub entries: Entries,
}

pub(crate) fn project(authority: i64, event: &Event, out: &mut Vec<Statement>) {
    match event {
        Event::PaperBatchOpened(Opened { batch_id, office_id, group, day }) => {
            let params = vec![
                authority.into(),
                (*batch_id).into(),
                office_id.as_str().into(),
                group.key().into(),
                day.0.into(),
            ];
            out.push(Statement::new(&OPEN, params));
        }
        Event::PaperBatchEnded(Ended { batch_id, sent, day, first, second, sheets, stubs }) => {
            let params = vec![
                authority.into(),
                (*batch_id).into(),
                (*sent).into(),
                day.0.into(),
                first.as_deref().into(),
                second.as_deref().into(),
                (*sheets).into(),
                (*stubs).into(),
            ];
            out.push(Statement::one(&END, params));
        }
        _ => {}
    }
}

/// Erases what was typed of a batch.
pub(crate) fn erase(authority: i64, batch_id: Uuid, out: &mut Vec<Statement>) {
    let erase = |query| Statement::new(query, vec![authority.into(), batch_id.into()]);
    out.extend([&ERASE_HANDS, &ERASE_STUBS, &ERASE_SHEETS].map(erase));
}

fn read_line(row: &Row<'_>) -> Result<BatchLine, StoreError> {
    Ok(BatchLine {
        batch_id: row.uuid(0)?,
        group: group_of(&row.text(1)?)?,
        opened: Day(row.int(2)? as i32),
        sent: row.int(3)? == 1,
        ended: row.opt_int(4)?.map(|day| Day(day as i32)),
        hands: [row.opt_text(5)?, row.opt_text(6)?],
        sheets: row.int(7)?,
        stubs: row.int(8)?,
    })
}

impl Store {
    /// Opens a batch for the ballots on paper of an office and group.
    ///
    /// # Errors
    /// Refusals of [`paper::open`].
    pub async fn open_paper(
        &self,
        office_id: &str,
        group: Group,
        ctx: &Context<'_>,
    ) -> Result<Uuid, StoreError> {
        let open = self.paper_batches(office_id, true).await?.len();
        let (batch, id) = paper::open(office_id, group, open, ctx)?;
        self.commit(batch).await.map(|_| id)
    }

    /// The batches of an office that are open, or the 20 newest that have ended.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn paper_batches(&self, office_id: &str, open: bool) -> Result<Vec<BatchLine>, StoreError> {
        const { assert!(MOST_OPEN < 20) };
        let params = [self.authority().into(), office_id.into(), open.into()];
        self.rows(&OF_OFFICE, &params, read_line).await
    }

    /// A batch by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn paper_batch(&self, batch_id: Uuid) -> Result<Option<PaperBatch>, StoreError> {
        let params = [self.authority().into(), batch_id.into()];
        let read = |row: &Row<'_>| {
            let opened = Opened {
                batch_id: row.uuid(0)?,
                office_id: row.text(1)?,
                group: group_of(&row.text(2)?)?,
                day: Day(row.int(3)? as i32),
            };
            Ok(PaperBatch { opened, open: row.int(4)? == 1, hands: [None, None] })
        };
        let Some(mut batch) = self.row(&READ, &params, read).await? else { return Ok(None) };
        let hand =
            |row: &Row<'_>| Ok((row.int(0)?, Typist { official: row.text(1)?, done: row.int(2)? == 1 }));
        for (hand, typist) in self.rows(&HANDS, &params, hand).await? {
            if let Some(place) = usize::try_from(hand).ok().and_then(|at| batch.hands.get_mut(at)) {
                *place = Some(typist);
            }
        }
        Ok(Some(batch))
    }

    /// An open batch with what was typed so far.
    ///
    /// # Errors
    /// Refuses a batch that is not there or has ended, and what cannot be opened with its key.
    pub async fn paper_file(&self, batch_id: Uuid) -> Result<PaperFile, StoreError> {
        let batch = self.open_batch(batch_id).await?;
        let params = [self.authority().into(), batch_id.into()];
        let stubs = self.row(&COUNT_STUBS, &params, |row| row.int(0)).await?.unwrap_or(0);
        let entries = [self.sheets(batch_id, 0).await?, self.sheets(batch_id, 1).await?];
        Ok(PaperFile { batch, stubs: usize::try_from(stubs).unwrap_or_default(), entries })
    }

    async fn open_batch(&self, batch_id: Uuid) -> Result<PaperBatch, StoreError> {
        let batch = self.paper_batch(batch_id).await?.filter(|batch| batch.open);
        batch.ok_or(Refusal::BatchOver.into())
    }

    fn paper_key(&self, batch_id: Uuid) -> Result<SecretKey, StoreError> {
        self.vault().named_key(&paper::key_name(batch_id))
    }

    async fn sheets(&self, batch_id: Uuid, hand: usize) -> Result<Vec<Ballot>, StoreError> {
        let key = self.paper_key(batch_id)?;
        let params = [self.authority().into(), batch_id.into(), Value::Int(hand as i64)];
        let rows = self.rows(&SHEETS, &params, |row| Ok((row.int(0)?, row.bytes(1)?))).await?;
        let open = |(number, sealed): (i64, Vec<u8>)| {
            let number = usize::try_from(number).unwrap_or_default();
            paper::open_sheet(&key, batch_id, hand, number, &sealed)
                .ok_or_else(|| StoreError::Corrupt(format!("a sheet of {batch_id} cannot be opened")))
        };
        rows.into_iter().map(open).collect()
    }

    /// Adds a stub, by the code that is printed on it.
    ///
    /// # Errors
    /// Refuses unknown codes, a stub that is in the batch, one too many, and as [`paper::check_stub`].
    pub async fn add_stub(&self, batch_id: Uuid, code: &str, ctx: &Context<'_>) -> Result<(), StoreError> {
        let file = self.paper_file(batch_id).await?;
        file.batch.worked_by(ctx)?;
        let invitation = self.stub_of(code).await?;
        paper::check_stub(&file.batch, &invitation, ctx.at.day())?;
        if file.stubs >= MOST_SHEETS {
            return Err(Refusal::BatchFull.into());
        }
        let key = self.paper_key(batch_id)?;
        let (mark, sealed) = paper::seal_stub(&key, batch_id, invitation.invited.invitation_id, &ctx.entropy);
        let params = vec![self.authority().into(), batch_id.into(), mark.as_slice().into(), sealed.into()];
        match self.committer.side(Statement::one(&KEEP_STUB, params)).await {
            Err(StoreError::Stale) => Err(Refusal::StubTwice.into()),
            done => done,
        }
    }

    /// Takes a stub out again, by its code.
    ///
    /// # Errors
    /// Refuses unknown codes, and a stub that is not in the batch.
    pub async fn take_out_stub(
        &self,
        batch_id: Uuid,
        code: &str,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        self.open_batch(batch_id).await?.worked_by(ctx)?;
        let invitation = self.stub_of(code).await?;
        let key = self.paper_key(batch_id)?;
        let mark = key.mark(invitation.invited.invitation_id.as_bytes());
        let params = vec![self.authority().into(), batch_id.into(), mark.as_slice().into()];
        match self.committer.side(Statement::one(&DROP_STUB, params)).await {
            Err(StoreError::Stale) => Err(Refusal::InvitationUnknown.into()),
            done => done,
        }
    }

    async fn stub_of(&self, code: &str) -> Result<Invitation, StoreError> {
        let id = self.invitation_by_code(code).await?.ok_or(Refusal::InvitationUnknown)?;
        self.invitation(id).await?.ok_or(Refusal::InvitationUnknown.into())
    }

    /// Types a sheet, for the first time or again. Whoever begins is the first; another official is the second.
    ///
    /// # Errors
    /// Refuses a third person, a number that is not the next or one of those typed, and answers that were not offered.
    pub async fn type_sheet(
        &self,
        batch_id: Uuid,
        number: usize,
        ballot: Ballot,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let ballot = ballot.checked()?;
        let hand = self.take_hand(batch_id, ctx).await?;
        let typed = self.sheets(batch_id, hand).await?.len();
        if number == 0 || number > typed + 1 {
            return Err(Refusal::BadChoice("number").into());
        }
        if number > MOST_SHEETS {
            return Err(Refusal::BatchFull.into());
        }
        let key = self.paper_key(batch_id)?;
        let sealed = paper::seal_sheet(&key, batch_id, hand, number, &ballot, &ctx.entropy)?;
        let mut params = self.place(batch_id, hand);
        params.extend([Value::Int(number as i64), sealed.into()]);
        self.committer.side(Statement::one(&KEEP_SHEET, params)).await
    }

    /// Takes the last sheet that an official has typed away.
    ///
    /// # Errors
    /// Refuses who has typed none.
    pub async fn drop_sheet(&self, batch_id: Uuid, ctx: &Context<'_>) -> Result<(), StoreError> {
        let hand = self.take_hand(batch_id, ctx).await?;
        let typed = self.sheets(batch_id, hand).await?.len();
        if typed == 0 {
            return Err(Refusal::TooFewSheets.into());
        }
        let mut params = self.place(batch_id, hand);
        params.push(Value::Int(typed as i64));
        self.committer.side(Statement::one(&DROP_SHEET, params)).await
    }

    /// Notes that an official has typed every sheet, or goes on typing.
    ///
    /// # Errors
    /// Refuses a third person.
    pub async fn sheets_done(&self, batch_id: Uuid, done: bool, ctx: &Context<'_>) -> Result<(), StoreError> {
        let hand = self.take_hand(batch_id, ctx).await?;
        let mut params = self.place(batch_id, hand);
        params.push(done.into());
        self.committer.side(Statement::one(&SET_DONE, params)).await
    }

    fn place(&self, batch_id: Uuid, hand: usize) -> Vec<Value> {
        vec![self.authority().into(), batch_id.into(), Value::Int(hand as i64)]
    }

    /// The entry that is an official's own, taken at the first sheet.
    async fn take_hand(&self, batch_id: Uuid, ctx: &Context<'_>) -> Result<usize, StoreError> {
        // Two may begin at the same moment: then the other is the second.
        for _ in 0..3 {
            let batch = self.open_batch(batch_id).await?;
            let official = batch.worked_by(ctx)?;
            let hand = batch.hand_of(official)?;
            if batch.hands[hand].is_some() {
                return Ok(hand);
            }
            let mut params = self.place(batch_id, hand);
            params.push(official.into());
            match self.committer.side(Statement::one(&TAKE_HAND, params)).await {
                Err(StoreError::Stale) => {}
                done => return done.map(|()| hand),
            }
        }
        Err(Refusal::BatchTaken.into())
    }

    /// Makes the sheets of a batch ballots, and erases what was typed, with its key.
    ///
    /// # Errors
    /// Refusals of [`paper::send`].
    pub async fn send_paper(&self, batch_id: Uuid, ctx: &Context<'_>) -> Result<(), StoreError> {
        let file = self.paper_file(batch_id).await?;
        let (opened, key) = (&file.batch.opened, self.paper_key(batch_id)?);
        let params = [self.authority().into(), batch_id.into()];
        let mut stubs = Vec::new();
        for sealed in self.rows(&STUBS, &params, |row| row.bytes(0)).await? {
            let id = paper::open_stub(&key, batch_id, &sealed)
                .ok_or_else(|| StoreError::Corrupt(format!("a stub of {batch_id} cannot be opened")))?;
            stubs.extend(self.invitation(id).await?);
        }
        for _ in 0..5 {
            let Some(waiting) = self.box_for(&opened.office_id, opened.group, ctx).await? else { continue };
            let box_key = self.vault().box_key(&waiting.ballot_box)?;
            let batch = paper::send(&file.batch, &stubs, &file.entries, &waiting.ballot_box, &box_key, ctx)?;
            match self.commit(batch).await {
                Err(StoreError::Stale) => {
                    self.open_batch(batch_id).await?;
                }
                done => {
                    done?;
                    return self.vault().destroy_named(&paper::key_name(batch_id));
                }
            }
        }
        Err(Refusal::BoxClosed.into())
    }

    /// Gives a batch up: what was typed is erased, with its key.
    ///
    /// # Errors
    /// Refusals of [`paper::give_up`].
    pub async fn give_up_paper(&self, batch_id: Uuid, ctx: &Context<'_>) -> Result<(), StoreError> {
        let batch = self.open_batch(batch_id).await?;
        self.commit(paper::give_up(&batch, ctx)?).await?;
        self.vault().destroy_named(&paper::key_name(batch_id))
    }

    /// Gives up what nobody finished, and destroys keys of batches that have ended although they are still there. Returns how many
    /// were given up.
    ///
    /// # Errors
    /// When the database or the folder of keys cannot answer.
    pub async fn clear_paper(&self, ctx: &Context<'_>) -> Result<usize, StoreError> {
        let before = ctx.at.day().plus(-paper::KEPT_DAYS);
        let left =
            self.rows(&LEFT_LYING, &[self.authority().into(), before.0.into()], |row| row.uuid(0)).await?;
        for batch_id in &left {
            self.give_up_paper(*batch_id, ctx).await?;
        }
        for batch_id in self.vault().kept_papers()? {
            if self.paper_batch(batch_id).await?.is_none_or(|batch| !batch.open) {
                self.vault().destroy_named(&paper::key_name(batch_id))?;
            }
        }
        Ok(left.len())
    }
}
