//! Forgetting a demo: every row of an authority, on either engine.

use crate::{
    Store, StoreError,
    query::{Query, Statement},
};

crate::query::queries! {
    JOURNAL = "DELETE FROM journal WHERE authority_id = ?1";
    COUNTER = "DELETE FROM counter WHERE authority_id = ?1";
    DIRECTORY = "DELETE FROM directory WHERE authority_id = ?1";
    CASE_FILE = "DELETE FROM case_file WHERE authority_id = ?1";
    CONSULTATION = "DELETE FROM consultation WHERE authority_id = ?1";
    GUIDANCE = "DELETE FROM guidance WHERE authority_id = ?1";
    INVITATION = "DELETE FROM invitation WHERE authority_id = ?1";
    BALLOT_BOX = "DELETE FROM ballot_box WHERE authority_id = ?1";
    SEALED_BOX = "DELETE FROM sealed_box WHERE authority_id = ?1";
    HELD = "DELETE FROM held WHERE authority_id = ?1";
    HELD_SLIPS = "DELETE FROM held_slips WHERE authority_id = ?1";
    SLIP = "DELETE FROM slip WHERE authority_id = ?1";
    LOOSEN_FILES = "INSERT INTO loose_blob (authority_id, blob_id, since) \
                    SELECT authority_id, attachment_id, 0 FROM attachment WHERE authority_id = ?1 \
                    ON CONFLICT (authority_id, blob_id) DO NOTHING";
    ATTACHMENT = "DELETE FROM attachment WHERE authority_id = ?1";
    CHECKPOINT = "DELETE FROM checkpoint WHERE authority_id = ?1";
    LOG_TILE = "DELETE FROM log_tile WHERE authority_id = ?1";
    LOG_RECEIPT = "DELETE FROM log_receipt WHERE authority_id = ?1";
    KIOSK = "DELETE FROM kiosk WHERE authority_id = ?1";
    KIOSK_ARRIVAL = "DELETE FROM kiosk_arrival WHERE authority_id = ?1";
    PAPER_BATCH = "DELETE FROM paper_batch WHERE authority_id = ?1";
    PAPER_HAND = "DELETE FROM paper_hand WHERE authority_id = ?1";
    PAPER_STUB = "DELETE FROM paper_stub WHERE authority_id = ?1";
    PAPER_SHEET = "DELETE FROM paper_sheet WHERE authority_id = ?1";
    CALL_LIST = "DELETE FROM call_list WHERE authority_id = ?1";
    CALL_LINE = "DELETE FROM call_line WHERE authority_id = ?1";
    OPINION = "DELETE FROM opinion WHERE authority_id = ?1";
    OPINION_EXPLANATION = "DELETE FROM opinion_explanation WHERE authority_id = ?1";
    DIALOGUE = "DELETE FROM dialogue WHERE authority_id = ?1";
    DIALOGUE_FORM = "DELETE FROM dialogue_form WHERE authority_id = ?1";
    DIALOGUE_VOICE = "DELETE FROM dialogue_voice WHERE authority_id = ?1";
    PROMISE = "DELETE FROM promise WHERE authority_id = ?1";
    QUESTIONNAIRE = "DELETE FROM questionnaire WHERE authority_id = ?1";
    SURVEY = "DELETE FROM survey WHERE authority_id = ?1";
    SURVEY_PERSON = "DELETE FROM survey_person WHERE authority_id = ?1";
    SURVEY_FORM = "DELETE FROM survey_form WHERE authority_id = ?1";
    SURVEY_ROW = "DELETE FROM survey_row WHERE authority_id = ?1";
    SURVEY_WORDS = "DELETE FROM survey_words WHERE authority_id = ?1";
    GUARD_LOOK = "DELETE FROM guard_look WHERE authority_id = ?1";
    ALARM = "DELETE FROM alarm WHERE authority_id = ?1";
    ALARM_ANSWER = "DELETE FROM alarm_answer WHERE authority_id = ?1";
    BOOK_LINE = "DELETE FROM book_line WHERE authority_id = ?1";
    POSTING = "DELETE FROM posting WHERE authority_id = ?1";
    QUEUE = "DELETE FROM queue WHERE authority_id = ?1";
    TICKET = "DELETE FROM ticket WHERE authority_id = ?1";
    APPOINTMENT = "DELETE FROM appointment WHERE authority_id = ?1";
    OFFICE_TALLY = "DELETE FROM office_tally WHERE authority_id = ?1";
    ANSWER_TALLY = "DELETE FROM answer_tally WHERE authority_id = ?1";
    DUE_TALLY = "DELETE FROM due_tally WHERE authority_id = ?1";
    CASE_DAY = "DELETE FROM case_day WHERE authority_id = ?1";
    DATA_KEY = "DELETE FROM data_key WHERE authority_id = ?1";
    PERSON_INDEX = "DELETE FROM person_index WHERE authority_id = ?1";
    NOTICE = "DELETE FROM notice WHERE authority_id = ?1";
    BALLOT = "DELETE FROM ballot WHERE authority_id = ?1";
    ACCOUNT = "DELETE FROM account WHERE authority_id = ?1";
    FROZEN_REPORT = "DELETE FROM frozen_report WHERE authority_id = ?1";
    EVALUATION = "DELETE FROM evaluation WHERE authority_id = ?1";
    SESSION = "DELETE FROM session WHERE authority_id = ?1";
    SCALE_ENTRY = "DELETE FROM scale_entry WHERE authority_id = ?1";
    SETTING = "DELETE FROM setting WHERE authority_id = ?1";
}

static ALL: &[&Query] = &[
    &JOURNAL,
    &COUNTER,
    &DIRECTORY,
    &CASE_FILE,
    &CONSULTATION,
    &GUIDANCE,
    &INVITATION,
    &BALLOT_BOX,
    &SEALED_BOX,
    &HELD,
    &HELD_SLIPS,
    &SLIP,
    &FROZEN_REPORT,
    &EVALUATION,
    &CHECKPOINT,
    &LOG_TILE,
    &LOG_RECEIPT,
    // Their files are cleared away later: what is kept outside the database is not part of this transaction.
    &LOOSEN_FILES,
    &ATTACHMENT,
    &KIOSK,
    &KIOSK_ARRIVAL,
    &PAPER_BATCH,
    &PAPER_HAND,
    &PAPER_STUB,
    &PAPER_SHEET,
    &CALL_LIST,
    &CALL_LINE,
    &OPINION,
    &OPINION_EXPLANATION,
    &DIALOGUE,
    &DIALOGUE_FORM,
    &DIALOGUE_VOICE,
    &PROMISE,
    &QUESTIONNAIRE,
    &SURVEY,
    &SURVEY_PERSON,
    &SURVEY_FORM,
    &SURVEY_ROW,
    &SURVEY_WORDS,
    &GUARD_LOOK,
    &ALARM,
    &ALARM_ANSWER,
    &BOOK_LINE,
    &POSTING,
    &QUEUE,
    &TICKET,
    &APPOINTMENT,
    &OFFICE_TALLY,
    &ANSWER_TALLY,
    &DUE_TALLY,
    &CASE_DAY,
    &SCALE_ENTRY,
    &DATA_KEY,
    &PERSON_INDEX,
    &NOTICE,
    &BALLOT,
    &ACCOUNT,
    &SESSION,
    &SETTING,
];

/// The statements that empty every table of an authority but the chain, whose head the committer keeps.
pub(crate) fn statements(authority: i64) -> Vec<Statement> {
    ALL.iter().map(|query| Statement::new(query, vec![authority.into()])).collect()
}

impl Store {
    /// Forgets everything this database holds of the authority: for demos that begin anew.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn forget_all(&self) -> Result<(), StoreError> {
        self.committer.forget().await?;
        self.books.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        self.totals.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        self.reload_directory().await
    }
}
