//! What a file is, by its bytes and never by its name. Few kinds are taken: those that scanners and phones make and every
//! browser shows. A file that a second program could take for something else is refused.

use serde::{Deserialize, Serialize};

use super::Fault;

/// Most pixels of a picture: the largest phone cameras make 200 million. Beyond, a small file may fill a reader's memory.
pub const MOST_PIXELS: u64 = 250_000_000;

/// A kind of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A scan of several pages.
    Pdf,
    /// A photo.
    Jpeg,
    /// A picture of a screen.
    Png,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
        }
    }

    /// The kind with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The media type it is sent with.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The end of its name, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// Whether a browser shows it as a picture.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }

    /// The kind of these bytes.
    ///
    /// # Errors
    /// Refuses other kinds, files that are cut off or malformed, pictures of too many pixels, and files with a second face.
    pub fn of(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.is_empty() {
            return Err(Fault::Empty);
        }
        let kind = if bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2.") {
            pdf(bytes).ok_or(Fault::Broken)?
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            picture(Self::Jpeg, jpeg(bytes))?
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            picture(Self::Png, png(bytes))?
        } else if is_heic(bytes) {
            return Err(Fault::Heic);
        } else {
            return Err(Fault::Kind);
        };
        if has_second_face(kind, bytes) { Err(Fault::SecondFace) } else { Ok(kind) }
    }
}

fn picture(kind: Kind, pixels: Option<u64>) -> Result<Kind, Fault> {
    match pixels {
        None | Some(0) => Err(Fault::Broken),
        Some(pixels) if pixels > MOST_PIXELS => Err(Fault::TooManyPixels),
        Some(_) => Ok(kind),
    }
}

/// The end must be there, where readers look for it.
fn pdf(bytes: &[u8]) -> Option<Kind> {
    contains(&bytes[bytes.len().saturating_sub(1_024)..], b"%%EOF").then_some(Kind::Pdf)
}

/// Walks the segments to the end of the picture; its pixels. What cameras append behind it (a second picture, a few
/// seconds of film) is left alone.
fn jpeg(bytes: &[u8]) -> Option<u64> {
    let mut at = 2;
    let mut pixels = None;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte != 0xff).filter(|&fill| fill > 0)?;
        let marker = bytes[at];
        at += 1;
        match marker {
            0xd9 => return pixels,
            0x01 | 0xd0..=0xd7 => continue,
            0x00 | 0xd8 => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let segment = bytes.get(at + 2..at + length)?;
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let [_, h1, h2, w1, w2, ..] = *segment else { return None };
            let side = |high, low| u64::from(u16::from_be_bytes([high, low]));
            pixels = Some(side(h1, h2) * side(w1, w2));
        }
        at += length;
        if marker == 0xda {
            pixels?;
            at += end_of_scan(bytes.get(at..)?)?;
        }
    }
}

/// Where the coded data of a scan ends: at a marker that is neither a stuffed byte nor a restart.
fn end_of_scan(data: &[u8]) -> Option<usize> {
    data.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff))
}

/// Walks the chunks; the file must end with the last one. Its pixels.
fn png(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let mut at = 8;
    let (mut pixels, mut data) = (None, false);
    loop {
        let length = number(at)? as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let end = at.checked_add(length)?.checked_add(12)?;
        bytes.get(at..end)?;
        match name {
            b"IHDR" if at == 8 && length == 13 => {
                pixels = Some(u64::from(number(16)?) * u64::from(number(20)?));
            }
            _ if at == 8 => return None,
            b"IDAT" => data = true,
            b"IEND" => return pixels.filter(|_| data && end == bytes.len()),
            _ => {}
        }
        at = end;
    }
}

/// Photos of iPhones as they keep them; browsers of other makers do not show them.
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim"];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

/// Whether another program could take the same bytes for an archive, a document or a page.
fn has_second_face(kind: Kind, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1_024)];
    // Readers of PDF accept a beginning within the first kilobyte; of HTML, browsers look at the beginning only, but a
    // picture has no business with markup anywhere.
    let page = match kind {
        Kind::Pdf => has_markup(head),
        _ => contains(head, b"%PDF-") || has_markup(bytes),
    };
    page || ends_as_zip(bytes) || contains(bytes, b"Rar!\x1a\x07") || contains(bytes, b"7z\xbc\xaf\x27\x1c")
}

fn has_markup(bytes: &[u8]) -> bool {
    const TAGS: [&[u8]; 7] = [b"<html", b"<script", b"<svg", b"<?php", b"<!doctype", b"<iframe", b"<body"];
    let begins =
        |rest: &[u8], tag: &[u8]| rest.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    let at_tag = |(at, &byte): (usize, &u8)| byte == b'<' && TAGS.iter().any(|tag| begins(&bytes[at..], tag));
    bytes.iter().enumerate().any(at_tag)
}

/// Readers of ZIP (and so of JAR, DOCX, APK) begin at the end: a record of 22 bytes and a comment of up to 65,535.
fn ends_as_zip(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(22 + 65_535)..];
    // One disk, with as many entries on it as there are in all; else these are chance bytes of a picture.
    let whole = |end: &[u8]| end.starts_with(b"PK\x05\x06\0\0\0\0") && end[8..10] == end[10..12];
    tail.windows(22).any(whole)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
