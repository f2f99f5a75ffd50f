//! Signing in and out: passwords, sessions, and the limits that make guessing hopeless.

use std::sync::{Arc, OnceLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::BASE64URL_NOPAD;
use hailong_core::context::Role;
use hailong_render::{
    Section,
    component::{Errors, refusal},
    serve::sign_in::SignIn,
};
use hailong_store::{StoreError, account::Account, keys::fresh_bytes};
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::{
    App, cookie,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    limit::Limiter,
    visitor::{Visitor, session_hash},
};

/// How long a session lasts, in seconds of machine time.
const SESSION_SECONDS: i64 = 12 * 3_600;
/// Tries per sign-in name and per client.
const TRIES: (usize, usize) = (10, 30);
/// The window of those tries, in seconds.
const WINDOW_SECONDS: u32 = 15 * 60;
/// Longest password that is looked at.
const LONGEST_PASSWORD: usize = 200;
/// Most passwords that are hashed at once: each takes 19 MiB and a whole core for a moment.
const POOL: usize = 2;

/// What checks passwords, and how often.
pub(crate) struct Guard {
    pool: Arc<Semaphore>,
    by_login: Limiter,
    by_client: Limiter,
}

impl Default for Guard {
    fn default() -> Self {
        let window = i64::from(WINDOW_SECONDS) * 1_000_000;
        Self {
            pool: Arc::new(Semaphore::new(POOL)),
            by_login: Limiter::new(TRIES.0, window),
            by_client: Limiter::new(TRIES.1, window),
        }
    }
}

/// The stored form of a password (argon2id with a fresh salt). Takes a while: not for async code.
///
/// # Errors
/// When there is no randomness for the salt.
pub fn hash_password(password: &str) -> Result<String, StoreError> {
    let salt = fresh_bytes()?;
    hash_with(password, &salt[..16])
}

fn hash_with(password: &str, salt: &[u8]) -> Result<String, StoreError> {
    let broken = |error: argon2::password_hash::Error| StoreError::Keys(error.to_string());
    let salt = SaltString::encode_b64(salt).map_err(broken)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(broken)?;
    Ok(hash.to_string())
}

/// Whether the password fits. An unknown sign-in name takes the same time as a known one.
fn fits(account: Option<&Account>, password: &str) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| hash_with("nobody", &[0; 16]).unwrap_or_default());
    let stored = account.map_or_else(nobody, |account| &account.password_hash);
    let Ok(stored) = PasswordHash::new(stored) else { return false };
    let same = Argon2::default().verify_password(password.as_bytes(), &stored).is_ok();
    same && account.is_some()
}

/// Begins a session and gives the value of its cookie.
///
/// # Errors
/// When the database cannot answer.
pub(crate) async fn begin(app: &App, login: &str) -> Result<String, StoreError> {
    let token = BASE64URL_NOPAD.encode(&fresh_bytes()?);
    let now = app.clock.machine();
    app.store.begin_session(&session_hash(&token), login, now, now + SESSION_SECONDS * 1_000_000).await?;
    Ok(token)
}

/// Where a page leads back to.
#[derive(Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`.
pub(crate) async fn show(visitor: Visitor, Query(next): Query<Next>) -> Result<Response, Failure> {
    if let Some(official) = &visitor.official {
        return Ok(Redirect::to(local(&next.next).unwrap_or(first_page(official.role))).into_response());
    }
    html(&page(&visitor, "", &next.next, Errors::none()))
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(form): Form<Fields>,
) -> Result<Response, Failure> {
    let (login, password) = (form.trimmed("name").to_lowercase(), form.get("password").to_owned());
    let now = app.clock.machine();
    if !app.guard.by_client.allow(&visitor.client, now) || !app.guard.by_login.allow(&login, now) {
        return Err(Failure::too_many_tries(WINDOW_SECONDS));
    }
    let short_enough = login.len() <= 100 && password.len() <= LONGEST_PASSWORD;
    let account = if short_enough { app.store.account(&login).await? } else { None };
    let Some(account) = check(&app, account, password).await? else {
        let sentence = refusal(visitor.lang, "sign-in-failed");
        let next = form.get("next").to_owned();
        let page = page(&visitor.at("/sign-in"), &login, &next, Errors::one("name", sentence));
        return html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let directory = app.store.directory();
    let official = directory.acting(&account.official_id, visitor.now.day())?;
    app.guard.by_client.forgive(&visitor.client);
    app.guard.by_login.forgive(&login);
    // Whoever was signed in on this device before no longer is.
    if let Some(before) = visitor.holder.strip_prefix("session/") {
        app.store.end_session(&session_hash(before)).await?;
    }
    let token = begin(&app, &login).await?;
    let target = local(form.get("next")).unwrap_or(first_page(official.role));
    let session = cookie::set(cookie::SESSION, &token, Some(SESSION_SECONDS), visitor.https);
    Ok(([(header::SET_COOKIE, session)], Redirect::to(target)).into_response())
}

/// Checks a password on the pool; the account when it fits.
async fn check(app: &App, account: Option<Account>, password: String) -> Result<Option<Account>, Failure> {
    let permit = Arc::clone(&app.guard.pool).acquire_owned().await.map_err(|_| Failure::internal())?;
    let check = move || {
        let _permit = permit;
        fits(account.as_ref(), &password).then_some(account).flatten()
    };
    tokio::task::spawn_blocking(check).await.map_err(|_| Failure::internal())
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    if let Some(session) = visitor.holder.strip_prefix("session/") {
        app.store.end_session(&session_hash(session)).await?;
    }
    let gone = cookie::set(cookie::SESSION, "gone", Some(0), visitor.https);
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/")).into_response())
}

fn page(visitor: &Visitor, name: &str, next: &str, errors: Errors) -> SignIn {
    SignIn {
        shell: visitor.shell("sign-in-title", Section::None),
        name: name.to_owned(),
        next: next.to_owned(),
        errors,
    }
}

/// The first page of a role.
fn first_page(role: Role) -> &'static str {
    match role {
        Role::Official | Role::Head => "/work",
        Role::Leader => "/lead",
        Role::Admin => "/admin",
    }
}

/// A path on this site, when it is one: never another host, never a scheme.
pub(crate) fn local(path: &str) -> Option<&str> {
    let plain = path.len() <= 500 && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && path.starts_with('/') && !path.starts_with("//")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_fit_only_their_account() {
        let account = |password: &str| Account {
            login: "lua".into(),
            official_id: "tran-phan-1".into(),
            password_hash: hash_password(password).unwrap(),
        };
        let lua = account("mật khẩu dài");
        assert!(fits(Some(&lua), "mật khẩu dài"));
        assert!(!fits(Some(&lua), "mat khau dai") && !fits(None, "nobody"));
        assert_ne!(lua.password_hash, account("mật khẩu dài").password_hash);
    }

    #[test]
    fn one_returns_to_local_paths_only() {
        for path in ["/", "/work?whose=me", "/track/abc"] {
            assert_eq!(local(path), Some(path));
        }
        for path in ["", "work", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/đ"]
        {
            assert_eq!(local(path), None, "{path}");
        }
    }
}
