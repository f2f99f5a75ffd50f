//! Notices on their way out: the worker that empties the outbox, the ways it has, and the pages about it.

mod gateway;
mod http;
mod mailbox;
mod page;
mod settings;
mod smtp;
mod webhook;
mod words;
mod worker;

use axum::http::HeaderMap;
use hailong_core::serve::notice::{Channel, Outcome, QuietHours, Routes};

pub use self::settings::{
    GatewaySettings, InboundSettings, Security, Settings, SmtpSettings, WebhookSettings,
};
pub use self::worker::send_due;
use self::{gateway::Gateway, http::Http, smtp::Smtp, webhook::Webhook, words::Ready};
pub(crate) use self::{
    mailbox::{Mailbox, Shown},
    page::{admin, again, called, failed, of_case, test},
    worker::spawn_sending,
};

/// The secrets of gateways that hand messages on.
fn inbound(settings: &[InboundSettings]) -> Result<Vec<Vec<u8>>, String> {
    settings.iter().map(|one| webhook::long_enough(&one.name, &one.secret)).collect()
}

/// The ways out.
pub struct Post {
    quiet: QuietHours,
    contact: Option<String>,
    smtp: Option<Smtp>,
    gateways: Vec<Gateway>,
    webhooks: Vec<Webhook>,
    http: Option<Http>,
    demo: Option<Mailbox>,
    inbound: Vec<Vec<u8>>,
}

impl Post {
    /// The ways that the operator configured.
    ///
    /// # Errors
    /// Says in words what cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let smtp = settings.smtp.as_ref().map(|smtp| Smtp::new(smtp, &settings.roots)).transpose()?;
        let gateways = settings.gateways.iter().map(Gateway::new).collect::<Result<Vec<_>, _>>()?;
        let webhooks = settings.webhooks.iter().map(Webhook::new).collect::<Result<Vec<_>, _>>()?;
        let speaks_http = !gateways.is_empty() || !webhooks.is_empty();
        Ok(Self {
            quiet: settings.quiet,
            contact: settings.contact.clone(),
            smtp,
            gateways,
            webhooks,
            http: speaks_http.then(|| Http::new(&settings.roots)).transpose()?,
            demo: None,
            inbound: inbound(&settings.inbound)?,
        })
    }

    /// No way at all: notices are kept, and pages say that none is sent.
    pub fn none() -> Self {
        Self {
            quiet: QuietHours::default(),
            contact: None,
            smtp: None,
            gateways: Vec::new(),
            webhooks: Vec::new(),
            http: None,
            demo: None,
            inbound: Vec::new(),
        }
    }

    /// A demo: nothing leaves the program, everything can be read on the administrator's page.
    pub fn demo() -> Self {
        Self { demo: Some(Mailbox::default()), ..Self::none() }
    }

    /// What the record must know of it.
    pub fn routes(&self) -> Routes {
        let webhooks = self.webhooks.iter().map(|webhook| webhook.name.clone()).collect();
        Routes { quiet: self.quiet, webhooks }
    }

    /// Whether there is a way of this kind.
    pub fn has(&self, channel: Channel) -> bool {
        match channel {
            _ if self.demo.is_some() => channel.is_personal(),
            Channel::Email => self.smtp.is_some(),
            Channel::Phone => !self.gateways.is_empty(),
            Channel::Webhook => !self.webhooks.is_empty(),
        }
    }

    /// Whether one of the gateways that hand messages on has signed this, not more than five minutes from now.
    pub(crate) fn is_signed(&self, headers: &HeaderMap, body: &[u8], micros: i64) -> bool {
        self.inbound
            .iter()
            .any(|secret| webhook::is_signed(secret, headers, body, micros.div_euclid(1_000_000)))
    }

    /// When people are left in peace.
    pub(crate) fn quiet(&self) -> QuietHours {
        self.quiet
    }

    /// The demo's mailbox.
    pub(crate) fn mailbox(&self) -> Option<&Mailbox> {
        self.demo.as_ref()
    }

    /// The names of gateways and other systems, for the administrator's page.
    pub(crate) fn names(&self, channel: Channel) -> Vec<String> {
        match channel {
            Channel::Email => Vec::new(),
            Channel::Phone => self.gateways.iter().map(|gateway| gateway.name.clone()).collect(),
            Channel::Webhook => self.webhooks.iter().map(|webhook| webhook.name.clone()).collect(),
        }
    }

    /// Sends one notice. `micros` is machine time: what stands in letters and signatures.
    pub(crate) async fn send(&self, ready: Ready, micros: i64) -> Outcome {
        if let Some(mailbox) = &self.demo {
            return mailbox.take(ready);
        }
        match ready.channel {
            Channel::Email => match &self.smtp {
                Some(smtp) => {
                    let to = (ready.name.as_str(), ready.to.as_str());
                    smtp.send(&ready.number, to, &ready.message, micros).await
                }
                None => Outcome::NoChannel,
            },
            Channel::Phone => self.to_phone(&ready).await,
            Channel::Webhook => {
                let webhook = self.webhooks.iter().find(|webhook| webhook.name == ready.target);
                match (webhook, &self.http) {
                    (Some(webhook), Some(http)) => {
                        let body = ready.payload.to_string().into_bytes();
                        webhook.send(http, &ready.number, micros.div_euclid(1_000_000), body).await
                    }
                    _ => Outcome::NoChannel,
                }
            }
        }
    }

    /// The first gateway that takes it. Only a plain refusal (no Zalo account, say) leads to the next: a gateway that does
    /// not answer may have sent it all the same.
    async fn to_phone(&self, ready: &Ready) -> Outcome {
        let Some(http) = &self.http else { return Outcome::NoChannel };
        let words = ready.words();
        let mut last = Outcome::NoChannel;
        for gateway in &self.gateways {
            last = gateway.send(http, &ready.number, &words).await;
            if !matches!(last, Outcome::Never(_)) {
                return last;
            }
        }
        last
    }
}
