//! Where a demo's notices go: into memory, to be read on the administrator's page. Nobody real is written to.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use hailong_core::serve::notice::{Channel, Outcome};

use super::words::Ready;

/// Most letters that are kept.
const MOST: usize = 50;

/// The newest letters, the newest first.
#[derive(Default)]
pub(crate) struct Mailbox(Mutex<VecDeque<Shown>>);

/// A letter that would have been sent.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// How it would have gone.
    pub(crate) channel: Channel,
    /// To whom.
    pub(crate) to: String,
    /// Its subject; empty for a phone.
    pub(crate) subject: String,
    /// Its words.
    pub(crate) text: String,
}

impl Mailbox {
    pub(super) fn take(&self, ready: Ready) -> Outcome {
        let (subject, text) = match ready.channel {
            Channel::Email => (ready.message.subject, ready.message.text),
            Channel::Phone => (String::new(), ready.message.sms),
            Channel::Webhook => return Outcome::NoChannel,
        };
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.push_front(Shown { channel: ready.channel, to: ready.to, subject, text });
        letters.truncate(MOST);
        Outcome::Sent { via: "demo".to_owned() }
    }

    /// What lies in it.
    pub(crate) fn letters(&self) -> Vec<Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
