//! How notices go out, as the operator said it. Reading files and the environment is the command's business.

use hailong_core::serve::notice::QuietHours;

/// Everything about notices.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// When people are left in peace.
    pub quiet: QuietHours,
    /// A telephone number that letters name for questions.
    pub contact: Option<String>,
    /// Where e-mail goes.
    pub smtp: Option<SmtpSettings>,
    /// Gateways for phones, in the order in which they are tried.
    pub gateways: Vec<GatewaySettings>,
    /// Other systems that are told.
    pub webhooks: Vec<WebhookSettings>,
    /// Gateways that hand on what people answer.
    pub inbound: Vec<InboundSettings>,
    /// Certificates to trust, in PEM: those of the system, and the operator's own.
    pub roots: Vec<u8>,
}

/// A mail server.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Name of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is protected.
    pub security: Security,
    /// Name and password.
    pub login: Option<(String, String)>,
    /// `Một cửa <motcua@example.vn>`.
    pub from: String,
    /// Where answers go, when they are read.
    pub reply_to: Option<String>,
}

/// How the line to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, usually port 465.
    Tls,
    /// TLS after a word in the clear, usually port 587; without it nothing is sent.
    StartTls,
    /// None: only to a server on the same machine.
    None,
}

/// A gateway for SMS or Zalo.
#[derive(Clone)]
pub struct GatewaySettings {
    /// What the delivery log calls it.
    pub name: String,
    /// Where it takes requests.
    pub url: String,
    /// Sent as `Authorization: Bearer …`.
    pub token: Option<String>,
    /// The request in JSON; words in braces are filled in.
    pub body: serde_json::Value,
    /// The member of the answer that must have this value, for gateways that refuse with status 200.
    pub success: Option<(String, String)>,
}

/// Another system that is told.
#[derive(Clone)]
pub struct WebhookSettings {
    /// Its name.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// The shared secret that signs.
    pub secret: Vec<u8>,
}

/// A gateway that hands on what people answer.
#[derive(Clone)]
pub struct InboundSettings {
    /// Its name.
    pub name: String,
    /// The shared secret that signs.
    pub secret: Vec<u8>,
}

macro_rules! without_secrets {
    ($($kind:ident: $field:ident),*) => {$(
        impl std::fmt::Debug for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($kind)).field(stringify!($field), &self.$field).finish_non_exhaustive()
            }
        }
    )*};
}
without_secrets!(SmtpSettings: host, GatewaySettings: name, WebhookSettings: name, InboundSettings: name);

/// Whether an address is on this machine: only there nothing is encrypted.
pub(super) fn is_here(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
