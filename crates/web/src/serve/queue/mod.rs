//! The queue: the number machine, the board, where a number is, the official's panel, the head's settings.

pub(crate) mod board;
pub(crate) mod kiosk;
pub(crate) mod panel;
pub(crate) mod settings;

use data_encoding::BASE64URL_NOPAD;
use hailong_core::serve::queue::{Arrangement, ServiceGroup};
use hailong_render::Lang;
use uuid::Uuid;

/// The key of a ticket as it stands in addresses that people follow: as short as a key can be.
pub(crate) fn token(id: Uuid) -> String {
    BASE64URL_NOPAD.encode(id.as_bytes())
}

/// The key behind such an address.
pub(crate) fn read_token(token: &str) -> Option<Uuid> {
    Uuid::from_slice(&BASE64URL_NOPAD.decode(token.as_bytes()).ok()?).ok()
}

/// The name of a service.
pub(crate) fn name_of(group: &ServiceGroup, lang: Lang) -> String {
    match lang {
        Lang::Vi => group.name_vi.clone(),
        Lang::En => group.name_en.clone(),
    }
}

/// The name of the service with a letter; the letter itself when it is no longer offered.
pub(crate) fn service(arrangement: &Arrangement, prefix: &str, lang: Lang) -> String {
    arrangement.group(prefix).map_or_else(|_| prefix.to_owned(), |group| name_of(group, lang))
}
