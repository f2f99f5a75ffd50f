//! How notices go out: a TOML file, described in `docs/notices.md`. Secrets stand in it by name only: a variable of the
//! environment, or a file that nobody else may read.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use data_encoding::BASE64;
use hailong_core::{serve::notice::QuietHours, time::Minute};
use hailong_store::https::system_file;
use hailong_web::notice::{
    GatewaySettings, InboundSettings, Post, Security, Settings, SmtpSettings, WebhookSettings,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    quiet_from: Option<String>,
    quiet_to: Option<String>,
    contact: Option<String>,
    ca_file: Option<PathBuf>,
    smtp: Option<Smtp>,
    #[serde(default)]
    gateway: Vec<Gateway>,
    #[serde(default)]
    webhook: Vec<Webhook>,
    #[serde(default)]
    inbound: Vec<Inbound>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Smtp {
    host: String,
    port: Option<u16>,
    #[serde(default)]
    security: Protection,
    user: Option<String>,
    password_env: Option<String>,
    password_file: Option<PathBuf>,
    from: String,
    reply_to: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Protection {
    #[default]
    StartTls,
    Tls,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gateway {
    name: String,
    url: String,
    token_env: Option<String>,
    token_file: Option<PathBuf>,
    body: String,
    success_field: Option<String>,
    success_value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inbound {
    name: String,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    name: String,
    url: String,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
}

/// The ways that a file describes.
pub(crate) fn read(path: &Path) -> anyhow::Result<Post> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let settings = parse(&text).with_context(|| format!("{} says something else", path.display()))?;
    Post::new(&settings).map_err(|why| anyhow!("{}: {why}", path.display()))
}

fn parse(text: &str) -> anyhow::Result<Settings> {
    let file: File = toml::from_str(text)?;
    let mut roots = system_file().and_then(|file| std::fs::read(file).ok()).unwrap_or_default();
    if let Some(own) = &file.ca_file {
        roots.push(b'\n');
        roots.extend(std::fs::read(own).with_context(|| format!("{} cannot be read", own.display()))?);
    }
    let mut names: Vec<_> = file.webhook.iter().map(|webhook| webhook.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    ensure!(names.len() == file.webhook.len(), "two webhooks have the same name");
    Ok(Settings {
        quiet: quiet(file.quiet_from.as_deref(), file.quiet_to.as_deref())?,
        contact: file.contact.filter(|contact| !contact.trim().is_empty()),
        smtp: file.smtp.map(smtp).transpose()?,
        gateways: file.gateway.into_iter().map(gateway).collect::<Result<_, _>>()?,
        webhooks: file.webhook.into_iter().map(webhook).collect::<Result<_, _>>()?,
        inbound: file.inbound.into_iter().map(inbound).collect::<Result<_, _>>()?,
        roots,
    })
}

fn quiet(from: Option<&str>, to: Option<&str>) -> anyhow::Result<QuietHours> {
    let (Some(from), Some(to)) = (from, to) else {
        ensure!(from.is_none() && to.is_none(), "quiet_from and quiet_to go together");
        return Ok(QuietHours::default());
    };
    Ok(QuietHours::new(minute(from)?, minute(to)?))
}

fn minute(text: &str) -> anyhow::Result<Minute> {
    let parts =
        text.split_once(':').and_then(|(h, m)| Some((h.parse::<u16>().ok()?, m.parse::<u16>().ok()?)));
    match parts {
        Some((hour @ 0..24, minute @ 0..60)) => Ok(Minute(hour * 60 + minute)),
        _ => bail!("\"{text}\" is no time of day: write 21:00"),
    }
}

fn smtp(smtp: Smtp) -> anyhow::Result<SmtpSettings> {
    let (security, usual) = match smtp.security {
        Protection::StartTls => (Security::StartTls, 587),
        Protection::Tls => (Security::Tls, 465),
        Protection::None => (Security::None, 25),
    };
    let password = secret("smtp.password", smtp.password_env, smtp.password_file)?;
    let login = match (smtp.user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => bail!("smtp.user needs password_env or password_file, and the other way round"),
    };
    Ok(SmtpSettings {
        host: smtp.host,
        port: smtp.port.unwrap_or(usual),
        security,
        login,
        from: smtp.from,
        reply_to: smtp.reply_to,
    })
}

fn gateway(gateway: Gateway) -> anyhow::Result<GatewaySettings> {
    let name = gateway.name;
    let body =
        serde_json::from_str(&gateway.body).with_context(|| format!("the body of {name} is not JSON"))?;
    let success = match (gateway.success_field, gateway.success_value) {
        (Some(field), Some(value)) => Some((field, value)),
        (None, None) => None,
        _ => bail!("success_field and success_value of {name} go together"),
    };
    let token = secret(&format!("the token of {name}"), gateway.token_env, gateway.token_file)?;
    Ok(GatewaySettings { name, url: gateway.url, token, body, success })
}

fn webhook(webhook: Webhook) -> anyhow::Result<WebhookSettings> {
    let secret = signing(&webhook.name, webhook.secret_env, webhook.secret_file)?;
    Ok(WebhookSettings { name: webhook.name, url: webhook.url, secret })
}

fn inbound(inbound: Inbound) -> anyhow::Result<InboundSettings> {
    let secret = signing(&inbound.name, inbound.secret_env, inbound.secret_file)?;
    Ok(InboundSettings { name: inbound.name, secret })
}

/// A secret that signs: base64, with or without `whsec_` before it.
fn signing(name: &str, env: Option<String>, file: Option<PathBuf>) -> anyhow::Result<Vec<u8>> {
    let what = format!("the secret of {name}");
    let text = secret(&what, env, file)?;
    let text = text.with_context(|| format!("{what} is not given: secret_env or secret_file"))?;
    let coded = text.strip_prefix("whsec_").unwrap_or(&text);
    BASE64.decode(coded.as_bytes()).with_context(|| format!("{what} is not base64"))
}

/// A secret from the environment or from a file that only its owner may read.
fn secret(what: &str, env: Option<String>, file: Option<PathBuf>) -> anyhow::Result<Option<String>> {
    let text = match (env, file) {
        (Some(name), None) => {
            std::env::var(&name).with_context(|| format!("{what}: the variable {name} is not set"))?
        }
        (None, Some(path)) => {
            let open = std::fs::metadata(&path).with_context(|| format!("{what}: {}", path.display()))?;
            #[cfg(unix)]
            ensure!(
                std::os::unix::fs::PermissionsExt::mode(&open.permissions()) & 0o077 == 0,
                "{what}: others may read {}. Say: chmod 600 {}",
                path.display(),
                path.display()
            );
            std::fs::read_to_string(&path).with_context(|| format!("{what}: {}", path.display()))?
        }
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => bail!("{what} is given twice"),
    };
    let text = text.trim().to_owned();
    ensure!(!text.is_empty(), "{what} is empty");
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn secret_file(folder: &Path, name: &str, text: &str, mode: u32) -> String {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.display().to_string()
    }

    /// The example of the guide is what the program reads.
    #[tokio::test]
    async fn the_example_of_the_guide_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
        let guide = include_str!("../../../docs/notices.md");
        let example = guide.split("```toml").nth(1).unwrap().split("```").next().unwrap();
        let mut text = example.to_owned();
        for name in ["smtp.password", "zalo.token", "sms.token", "portal.secret"] {
            let file = secret_file(folder.path(), name, secret, 0o600);
            text = text.replace(&format!("/etc/hailong/{name}"), &file);
        }
        let settings = parse(&text).unwrap();
        assert_eq!((settings.gateways.len(), settings.webhooks.len()), (2, 1));
        assert_eq!(settings.smtp.as_ref().unwrap().security, Security::StartTls);
        assert_eq!(settings.quiet, QuietHours::default());
        assert_eq!(settings.webhooks[0].secret.len(), 24);
        Post::new(&settings).unwrap_or_else(|why| panic!("{why}"));
    }

    #[test]
    fn what_cannot_be_right_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let open = secret_file(folder.path(), "open", "geheim", 0o644);
        let closed = secret_file(folder.path(), "closed", "geheim", 0o600);
        let smtp = "[smtp]\nhost = \"mail.example.vn\"\nfrom = \"a@example.vn\"\n";
        let table = [
            ("quiet_from = \"21:00\"".to_owned(), "go together"),
            ("quiet_from = \"25:00\"\nquiet_to = \"07:00\"".to_owned(), "no time of day"),
            ("smpt = 1".to_owned(), "unknown field"),
            (format!("{smtp}user = \"a\""), "smtp.user needs"),
            (format!("{smtp}user = \"a\"\npassword_file = \"{open}\""), "chmod 600"),
            (format!("{smtp}user = \"a\"\npassword_env = \"HAILONG_NO_SUCH\""), "is not set"),
            ("[[webhook]]\nname = \"a\"\nurl = \"https://a.example\"".to_owned(), "is not given"),
            (
                format!("[[webhook]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret_file = \"{closed}\""),
                "not base64",
            ),
            ("[[gateway]]\nname = \"a\"\nurl = \"https://a.example\"\nbody = \"{\"".to_owned(), "not JSON"),
        ];
        for (text, words) in table {
            let why = format!("{:#}", parse(&text).unwrap_err());
            assert!(why.contains(words), "{text}: {why}");
        }
    }

    #[tokio::test]
    async fn nothing_leaves_the_machine_in_the_clear() {
        let refused = |text: &str| match Post::new(&parse(text).unwrap()) {
            Ok(_) => panic!("taken: {text}"),
            Err(why) => why,
        };
        let smtp = "[smtp]\nhost = \"mail.example.vn\"\nfrom = \"a@example.vn\"\nsecurity = \"none\"";
        assert!(refused(smtp).contains("without encryption"));
        let gateway = "[[gateway]]\nname = \"a\"\nurl = \"http://sms.example.vn\"\nbody = \"{}\"";
        assert!(refused(gateway).contains("only https"));
        let here = "[[gateway]]\nname = \"a\"\nurl = \"http://127.0.0.1:9/sms\"\nbody = \"{}\"";
        assert!(Post::new(&parse(here).unwrap()).is_ok());
    }
}
