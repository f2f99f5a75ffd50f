//! E-mail, through a mail server.

use std::time::{Duration, UNIX_EPOCH};

use hailong_core::serve::notice::{Outcome, Problem, Trouble};
use hailong_render::serve::notice::Message as Words;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::settings::{Security, SmtpSettings, is_here};

/// Longest wait for any one answer of the server.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(20);

/// A mail server, with connections that are used again.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

/// Says that a program wrote this (RFC 3834), so that no absence notice comes back.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Smtp {
    pub(super) fn new(settings: &SmtpSettings, roots: &[u8]) -> Result<Self, String> {
        let from: Mailbox =
            settings.from.parse().map_err(|error| format!("smtp.from \"{}\": {error}", settings.from))?;
        let reply_to = settings.reply_to.as_deref().map(str::parse).transpose();
        let reply_to = reply_to.map_err(|error| format!("smtp.reply_to: {error}"))?;
        let tls = || {
            let trusted = Certificate::from_pem(roots).map_err(|error| format!("certificates: {error}"))?;
            let builder =
                TlsParameters::builder(settings.host.clone()).certificate_store(CertificateStore::None);
            builder.add_root_certificate(trusted).build().map_err(|error| format!("TLS: {error}"))
        };
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::StartTls => Tls::Required(tls()?),
            Security::None if is_here(&settings.host) => Tls::None,
            Security::None => {
                return Err(format!(
                    "smtp.host {}: without encryption only a server on this machine may be used",
                    settings.host
                ));
            }
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .pool_config(PoolConfig::new().max_size(2).idle_timeout(IDLE));
        if let Some((name, password)) = &settings.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from, reply_to })
    }

    /// Sends a letter. `number` is the same at every attempt: it becomes the Message-ID, by which mail systems know
    /// the second copy. `micros` is the time, since 1970.
    pub(super) async fn send(&self, number: &str, to: (&str, &str), words: &Words, micros: i64) -> Outcome {
        let rejected = |code| Outcome::Never(Trouble { problem: Problem::Rejected, code });
        let Ok(address) = to.1.parse() else { return rejected(None) };
        let name = Some(to.0.to_owned()).filter(|name| !name.is_empty());
        let date = UNIX_EPOCH + Duration::from_micros(micros.unsigned_abs());
        let mut letter = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(words.subject.as_str())
            .date(date)
            .message_id(Some(format!("<{number}@{}>", self.from.email.domain())))
            .header(AutoSubmitted);
        if let Some(reply_to) = &self.reply_to {
            letter = letter.reply_to(reply_to.clone());
        }
        let both = MultiPart::alternative_plain_html(words.text.clone(), words.html.clone());
        let Ok(letter) = letter.multipart(both) else { return rejected(None) };
        match self.transport.send(letter).await {
            Ok(_) => Outcome::Sent { via: String::new() },
            Err(error) => failed(&error),
        }
    }
}

/// What an error means. Its words may hold the address, so only its code is kept.
fn failed(error: &lettre::transport::smtp::Error) -> Outcome {
    let code = error.status().map(u16::from);
    match code {
        // The server wants another login: letters wait until somebody has mended it.
        Some(530 | 534 | 535 | 538) => Outcome::Later(Trouble { problem: Problem::NotLetIn, code }),
        _ if error.is_permanent() => Outcome::Never(Trouble { problem: Problem::Rejected, code }),
        _ if error.is_transient() => Outcome::Later(Trouble { problem: Problem::Busy, code }),
        _ => Outcome::Later(Trouble { problem: Problem::Unreachable, code }),
    }
}
