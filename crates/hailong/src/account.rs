//! `hailong account`: sign-ins. A real installation starts with none.

use std::io::{IsTerminal, Read};

use anyhow::{Context as _, bail, ensure};
use hailong_store::account::Account;

use crate::setting::Database;

/// Shortest password.
const PASSWORD_MINIMUM: usize = 10;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// Sign-in name: small letters, digits, dots and dashes.
    login: String,
    /// Key of the official, e.g. `tran-phan-1`.
    official: String,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks with the person at the keyboard")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    ensure!(
        (3..=40).contains(&options.login.len()) && options.login.chars().all(fits),
        "a sign-in name has 3 to 40 small letters, digits, dots or dashes"
    );
    let store = options.database.open().await?;
    let directory = store.directory();
    let Ok(official) = directory.official(&options.official) else {
        bail!("there is no official \"{}\" in this record", options.official);
    };
    if std::io::stdin().is_terminal() {
        eprintln!("Password for {} ({}), then Enter and Ctrl-D:", options.login, official.name);
    }
    let mut password = String::new();
    std::io::stdin().take(1_000).read_to_string(&mut password).context("the password is not UTF-8")?;
    let password = password.trim_end_matches(['\r', '\n']);
    ensure!(
        password.chars().count() >= PASSWORD_MINIMUM,
        "a password has at least {PASSWORD_MINIMUM} characters"
    );
    let password_hash = hailong_web::session::hash_password(password)?;
    let official_id = official.id.clone();
    store.keep_account(&Account { login: options.login.clone(), official_id, password_hash }).await?;
    println!("{} can sign in as {}.", options.login, official.name);
    Ok(())
}
