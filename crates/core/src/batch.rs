//! What a decision hands to the record: events in order, and the rows beside the chain that must be written with them.

use uuid::Uuid;

use crate::{
    event::Event,
    id::Bytes,
    listen::{log::TileBlob, receipt::Mark},
    serve::{applicant::Group, notice::Notice},
    time::Instant,
};

/// One decision's writes: all of them are kept, or none.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Who acted, as the journal names them.
    pub actor: String,
    /// Events in order.
    pub entries: Vec<Entry>,
    /// Rows that are not part of the chain.
    pub side: Vec<Side>,
    /// Nobody is told of it: what happened long ago is only entered now.
    pub silent: bool,
}

/// One event on its way to the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Business time of the event (the day only, where an exact time could single out a rater).
    pub at: Instant,
    /// What the event is about: a case, an invitation, a box, an office…
    pub subject: Bytes,
    /// The subject's version after this event: 1 for the first. Two writers cannot both make the same version.
    pub version: i64,
    /// What happened.
    pub event: Event,
}

/// A row beside the chain: exempt from replay.
#[derive(Clone, Debug, PartialEq)]
pub enum Side {
    /// A wrapped data key.
    DataKey {
        /// Person, opinion or slip.
        subject: Uuid,
        /// The key, wrapped.
        wrapped: Vec<u8>,
    },
    /// A way to find a person by number without storing the number.
    PersonIndex {
        /// Blind index.
        hash: [u8; 16],
        /// The person.
        person_id: Uuid,
        /// A case of that person.
        case_id: Uuid,
    },
    /// A sealed ballot waiting in its box.
    Ballot {
        /// Random identifier, telling nothing.
        ballot_id: Uuid,
        /// The box.
        box_id: String,
        /// The box's serial number.
        serial: i64,
        /// Ciphertext.
        sealed: Vec<u8>,
    },
    /// Empties a box that was sealed.
    EmptyBox {
        /// The box.
        box_id: String,
        /// The box's serial number.
        serial: i64,
    },
    /// The slips that an office holds back, in place of those it held before.
    Held {
        /// The office, or the district's rest.
        office_id: String,
        /// Person or organisation.
        group: Group,
        /// Ciphertext.
        sealed: Vec<u8>,
    },
    /// Erases what was typed of a batch of ballots on paper.
    EmptyPaper {
        /// The batch.
        batch_id: Uuid,
    },
    /// A tile of the public log, new or wider than before.
    LogTile(TileBlob),
    /// At which place of the log a receipt is.
    LogReceipt {
        /// The receipt.
        receipt: Mark,
        /// The leaf, from 0.
        place: u64,
    },
    /// A kept file that no attachment stands behind: not yet, or no longer.
    LooseBlob {
        /// Its name: the attachment's key.
        blob: Uuid,
        /// Machine time in microseconds from which on; some while later it is cleared away.
        since: i64,
    },
    /// From now on an attachment stands behind the kept file; refused when it was cleared away meanwhile.
    KeepBlob {
        /// Its name: the attachment's key.
        blob: Uuid,
    },
    /// A notice for an applicant or another system, waiting to be sent.
    Notice(Notice),
    /// The notices about a case are another office's to look after.
    NoticesMoved {
        /// The case.
        subject: Uuid,
        /// The office.
        to_office: String,
    },
    /// How far a demo's script has come.
    DemoStep(i64),
}

impl Batch {
    /// A batch with one event.
    pub fn one(actor: &str, at: Instant, subject: &[u8], version: i64, event: Event) -> Self {
        let mut batch = Self { actor: actor.to_owned(), ..Self::default() };
        batch.push(at, subject, version, event);
        batch
    }

    /// Adds an event.
    pub fn push(&mut self, at: Instant, subject: &[u8], version: i64, event: Event) {
        self.entries.push(Entry { at, subject: Bytes(subject.to_vec()), version, event });
    }
}
