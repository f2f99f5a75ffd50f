//! Who asks: language, session, and what a page's frame needs to know.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, Uri, request::Parts},
};
use data_encoding::BASE64URL_NOPAD;
use hailong_core::{
    context::{Actor, Context, Role},
    directory::Directory,
    serve::official::Official,
    time::Instant,
};
use hailong_render::{Lang, Section, Shell, Who};
use hailong_store::{StoreError, keys::fresh_bytes};
use sha2::{Digest, Sha256};

use crate::{App, cookie, error::Failure};

/// The visitor of one request. Every handler may ask for it.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// Language of the pages.
    pub(crate) lang: Lang,
    /// The official who is signed in.
    pub(crate) official: Option<Official>,
    /// Business time of this request.
    pub(crate) now: Instant,
    /// The client's address (for IPv6 its network), for limits only.
    pub(crate) client: String,
    /// What forms are bound to: the session or the anonymous cookie.
    pub(crate) holder: String,
    /// Whether the line to this visitor is encrypted: then no cookie may ever go over one that is not.
    pub(crate) https: bool,
    /// A new value for the anonymous cookie, when there was none.
    pub(crate) new_form_cookie: Option<String>,
    office_name: String,
    token: String,
    path: String,
    demo: bool,
}

impl Visitor {
    /// Reads the visitor from a request.
    pub(crate) async fn read(
        app: &App,
        headers: &HeaderMap,
        uri: &Uri,
        extensions: &Extensions,
    ) -> Result<Self, StoreError> {
        let mut visitor = Self::anonymous(app, headers, uri, extensions);
        let Some(session) = cookie::read(headers, cookie::SESSION) else { return Ok(visitor) };
        let found = app.store.session(&session_hash(session), app.clock.machine()).await?;
        if let Some((official, _)) = found {
            visitor.bind(app, format!("session/{session}"));
            let directory = app.store.directory();
            let today = visitor.now.day();
            // Whoever has no post today is nobody here, with whatever session.
            let Ok(acting) = directory.acting(&official.id, today) else { return Ok(visitor) };
            let office = directory.on(today).office(&acting.office_id);
            visitor.office_name = office.map(|office| office.unit_name.clone()).unwrap_or_default();
            visitor.official = Some(acting);
        }
        Ok(visitor)
    }

    /// The visitor without asking for a session.
    pub(crate) fn anonymous(app: &App, headers: &HeaderMap, uri: &Uri, extensions: &Extensions) -> Self {
        let kept = cookie::read(headers, cookie::FORM).map(str::to_owned);
        let fresh = || fresh_bytes().ok().map(|bytes| BASE64URL_NOPAD.encode(&bytes[..16]));
        let new_form_cookie = if kept.is_some() { None } else { fresh() };
        let form = kept.as_ref().or(new_form_cookie.as_ref());
        let holder = form.map(|form| format!("form/{form}"));
        let mut visitor = Self {
            lang: cookie::read(headers, cookie::LANGUAGE).and_then(Lang::from_tag).unwrap_or_default(),
            official: None,
            now: app.clock.business(),
            client: client(app, headers, extensions),
            holder: String::new(),
            https: app.is_https() || app.behind_proxy && forwarded_https(headers),
            new_form_cookie,
            office_name: String::new(),
            token: String::new(),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            demo: app.demo,
        };
        // Without randomness there is no holder, and no form of this visitor can be read.
        if let Some(holder) = holder {
            visitor.bind(app, holder);
        }
        visitor
    }

    fn bind(&mut self, app: &App, holder: String) {
        self.token = app.store.vault().secrets().form_token(&holder);
        self.holder = holder;
    }

    /// The frame of a page.
    pub(crate) fn shell(&self, title_key: &str, section: Section) -> Shell {
        self.shell_titled(self.lang.t(title_key), section)
    }

    /// The frame of a page whose title is a name.
    pub(crate) fn shell_titled(&self, title: impl Into<String>, section: Section) -> Shell {
        let who = self.official.as_ref().map(|official| Who {
            name: official.name.clone(),
            office_name: self.office_name.clone(),
            role_key: role_key(official.role),
            serves: official.has_role(&[Role::Official, Role::Head]),
            listens: official.has_role(&[Role::Head, Role::Leader]),
            reports: official.has_role(&[Role::Official, Role::Head, Role::Leader]),
            leads: official.has_role(&[Role::Leader]),
        });
        Shell {
            lang: self.lang,
            title: title.into(),
            who,
            token: self.token.clone(),
            path: self.path.clone(),
            demo_now: self.demo.then_some(self.now),
            script: true,
            section,
        }
    }

    /// The same visitor at another path, so that the language switch on a refused form leads back to the form.
    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Who acts, as decisions see it.
    pub(crate) fn actor(&self) -> Actor {
        self.official.clone().map_or(Actor::Citizen, Actor::Official)
    }

    /// The signed-in official.
    ///
    /// # Errors
    /// A refusal, when nobody is signed in.
    pub(crate) fn signed_in(&self) -> Result<&Official, Failure> {
        self.official.as_ref().ok_or(Failure::from(hailong_core::refusal::Refusal::NotYourRole))
    }

    /// What a decision is given.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub(crate) fn context<'a>(&self, app: &'a App, directory: &'a Directory) -> Result<Context<'a>, Failure> {
        Ok(app.store.context(self.actor(), self.now, directory, fresh_bytes()?))
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Arc<Self>>().map(|visitor| Self::clone(visitor)).ok_or(Failure::internal())
    }
}

/// The stored form of a session's token.
pub(crate) fn session_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The key of a role's name.
pub(crate) fn role_key(role: Role) -> &'static str {
    match role {
        Role::Official => "role-official",
        Role::Head => "role-head",
        Role::Leader => "role-leader",
        Role::Admin => "role-admin",
    }
}

/// Whether our proxy was asked over an encrypted line. What it says itself stands last.
fn forwarded_https(headers: &HeaderMap) -> bool {
    let last =
        headers.get_all("x-forwarded-proto").into_iter().next_back().and_then(|line| line.to_str().ok());
    last.and_then(|line| line.rsplit(',').next())
        .is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
}

/// The client's address. A household has one IPv6 network and any number of addresses in it.
fn client(app: &App, headers: &HeaderMap, extensions: &Extensions) -> String {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").into_iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    };
    let direct = || extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = if app.behind_proxy { forwarded().or_else(direct) } else { direct() };
    match address.map(|address| address.to_canonical()) {
        Some(std::net::IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(address) => address.to_string(),
        None => "unknown".to_owned(),
    }
}
