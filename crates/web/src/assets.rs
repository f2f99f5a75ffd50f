//! The style sheet, the script and the mark. With `?v=` and the version they may be kept for ever.

use std::sync::OnceLock;

use axum::{
    extract::{Path, Query},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use data_encoding::HEXLOWER;
use hailong_render::assets::{CSS, ICON_SVG, KIOSK, SCRIPT};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::Failure;

/// `?v=`.
#[derive(Deserialize)]
pub(crate) struct Version {
    #[serde(default)]
    v: String,
}

/// `GET /static/{file}`.
pub(crate) async fn show(
    Path(file): Path<String>,
    Query(asked): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (kind, text) = match file.as_str() {
        "hailong.css" => ("text/css; charset=utf-8", CSS),
        "hailong.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => ("image/svg+xml", ICON_SVG),
        name => {
            let script = KIOSK.iter().find(|(known, _)| *known == name);
            ("text/javascript; charset=utf-8", script.ok_or(Failure::not_found())?.1)
        }
    };
    let keep = if asked.v == version() { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let tag = HeaderValue::from_str(&format!("\"{}\"", version())).map_err(|_| Failure::internal())?;
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag);
    let about = [(header::CACHE_CONTROL, HeaderValue::from_static(keep)), (header::ETAG, tag)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(header::CONTENT_TYPE, kind)], text).into_response())
}

/// The version of all of them: changes when one of them does.
pub(crate) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let hash = Sha256::new().chain_update(CSS).chain_update(SCRIPT).chain_update(ICON_SVG);
        let hash = KIOSK.iter().fold(hash, |hash, (_, script)| hash.chain_update(script)).finalize();
        HEXLOWER.encode(&hash[..8])
    })
}
