//! The tags of an XML 1.0 document without document type, one by one. What stands between tags is passed over;
//! tags must be well formed, but references only where the value is read. A few times as fast as a general reader, because nothing is copied that lies whole
//! in the buffer; `tests/process.rs` holds it against one.

use std::{borrow::Cow, io::Read};

use memchr::{memchr, memchr3};

use super::{Limits, Trouble, Why, meter::Meter, shortened};

/// A document.
pub(super) struct Tags<R> {
    meter: Meter<R>,
    /// A tag that does not lie whole in the buffer.
    text: Vec<u8>,
    /// Names of open elements behind each other, and where each begins.
    names: Vec<u8>,
    open: Vec<usize>,
}

/// A tag.
pub(super) enum Tag<'a> {
    /// An element begins: its name without prefix, its attributes, and whether it ends at once.
    Begin(&'a str, Attributes<'a>, bool),
    /// An element ends.
    End,
}

impl<R: Read> Tags<R> {
    pub(super) fn new(input: R, limits: &Limits) -> Result<Self, Trouble> {
        let mut meter = Meter::new(input, limits);
        meter.skip_mark().map_err(|error| meter.failed(&error))?;
        Ok(Self { meter, text: Vec::new(), names: Vec::new(), open: Vec::new() })
    }

    /// The line where reading stands.
    pub(super) fn line(&self) -> u64 {
        self.meter.line()
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next tag; none at the end of the document.
    pub(super) fn next(&mut self) -> Result<Option<Tag<'_>>, Trouble> {
        loop {
            self.meter.begin();
            if !self.pass_until(b'<')? {
                return Ok(None);
            }
            self.meter.begin();
            match self.meter.more()?.first() {
                Some(b'!') => self.declaration()?,
                Some(b'?') => self.until(b"?>")?,
                Some(_) => break,
                None => return Err(self.broken("it ends within a tag")),
            }
        }
        let whole = self.whole()?;
        let bytes = if let Some(length) = whole { self.meter.passed(length) } else { &self.text };
        let tag = std::str::from_utf8(bytes).map_err(|_| Why::NotText.at(self.meter.line()))?;
        // The `>` is part of it.
        let tag = &tag[..tag.len() - 1];
        let read = if let Some(name) = tag.strip_prefix('/') {
            end(name.trim_ascii_end(), &mut self.names, &mut self.open)
        } else {
            begin(tag, &mut self.names, &mut self.open)
        };
        read.map(Some).map_err(|why| why.at(self.meter.line()))
    }

    /// Passes everything up to this byte and the byte itself; false if it does not come.
    fn pass_until(&mut self, byte: u8) -> Result<bool, Trouble> {
        loop {
            let available = self.meter.more()?;
            let (found, all) = (memchr(byte, available), available.len());
            if all == 0 {
                return Ok(false);
            }
            std::io::BufRead::consume(&mut self.meter, found.map_or(all, |at| at + 1));
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// Goes to the `>` that ends the tag, wherever quotes are. How long it is if it lies in the buffer; else it is in `text`.
    fn whole(&mut self) -> Result<Option<usize>, Trouble> {
        self.text.clear();
        let mut quote = None;
        loop {
            let available = self.meter.more()?;
            if available.is_empty() {
                return Err(self.broken("it ends within a tag"));
            }
            let mut at = 0;
            let end = loop {
                let rest = &available[at..];
                let found = match quote {
                    None => memchr3(b'>', b'"', b'\'', rest),
                    Some(quote) => memchr(quote, rest),
                };
                let Some(found) = found else { break None };
                at += found + 1;
                match (available[at - 1], quote) {
                    (b'>', None) => break Some(at),
                    (_, Some(_)) => quote = None,
                    (mark, None) => quote = Some(mark),
                }
            };
            let length = end.unwrap_or(available.len());
            let alone = end.is_some() && self.text.is_empty();
            if !alone {
                self.text.extend_from_slice(&available[..length]);
            }
            std::io::BufRead::consume(&mut self.meter, length);
            if end.is_some() {
                return Ok(alone.then_some(length));
            }
        }
    }

    /// A comment or a section of characters; nothing else may begin with `<!`.
    fn declaration(&mut self) -> Result<(), Trouble> {
        let mut first = [0; 8];
        for at in 0..8 {
            first[at] = self.byte()?;
            match &first[..=at] {
                b"!--" => return self.until(b"-->"),
                b"![CDATA[" => return self.until(b"]]>"),
                b"!DOCTYPE" => return Err(Why::Doctype.at(self.line())),
                _ => {}
            }
        }
        Err(self.broken("a tag begins with <!"))
    }

    /// Passes everything up to these characters and them too.
    fn until(&mut self, end: &[u8]) -> Result<(), Trouble> {
        let (last, before) = (end[end.len() - 1], &end[..end.len() - 1]);
        let mut tail = Vec::with_capacity(4);
        loop {
            let byte = self.byte()?;
            if byte == last && tail.ends_with(before) {
                return Ok(());
            }
            if tail.len() >= before.len() {
                tail.remove(0);
            }
            tail.push(byte);
        }
    }

    fn byte(&mut self) -> Result<u8, Trouble> {
        let Some(&byte) = self.meter.more()?.first() else {
            return Err(self.broken("it ends within a comment or an instruction"));
        };
        std::io::BufRead::consume(&mut self.meter, 1);
        Ok(byte)
    }

    fn broken(&self, what: &str) -> Trouble {
        Why::Broken(what.to_owned()).at(self.line())
    }
}

fn begin<'a>(tag: &'a str, names: &mut Vec<u8>, open: &mut Vec<usize>) -> Result<Tag<'a>, Why> {
    let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let end = tag.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(tag.len());
    let (name, rest) = tag.split_at(end);
    if !is_name(name) {
        return Err(Why::Broken(format!("\"<{}\" is no tag", shortened(name))));
    }
    if !empty {
        open.push(names.len());
        names.extend_from_slice(name.as_bytes());
    }
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    Ok(Tag::Begin(local, Attributes(rest), empty))
}

fn end<'a>(name: &str, names: &mut Vec<u8>, open: &mut Vec<usize>) -> Result<Tag<'a>, Why> {
    match open.pop() {
        Some(at) if &names[at..] == name.as_bytes() => {
            names.truncate(at);
            Ok(Tag::End)
        }
        Some(at) => {
            let opened = String::from_utf8_lossy(&names[at..]).into_owned();
            Err(Why::Broken(format!("</{}> does not end <{}>", shortened(name), shortened(&opened))))
        }
        None => Err(Why::Broken(format!("</{}> ends nothing", shortened(name)))),
    }
}

fn is_name(name: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') || byte >= 0x80;
    name.bytes().next().is_some_and(|first| fits(first) && !matches!(first, b'-' | b'.' | b'0'..=b'9'))
        && name.bytes().all(fits)
}

/// The attributes of a tag that are still to be read.
pub(super) struct Attributes<'a>(&'a str);

impl Attributes<'_> {
    /// Whether all are as they should be.
    pub(super) fn check(&self) -> Result<(), Why> {
        Attributes(self.0).try_for_each(|attribute| attribute.map(drop))
    }
}

impl<'a> Iterator for Attributes<'a> {
    /// Name and value, as it is written.
    type Item = Result<(&'a str, Written<'a>), Why>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let apart = rest.len() < self.0.len();
        let read = (|| {
            let (name, rest) = rest.split_once('=')?;
            let rest = rest.trim_ascii_start();
            let quote = rest.bytes().next().filter(|first| matches!(first, b'"' | b'\''))?;
            let end = memchr(quote, &rest.as_bytes()[1..])? + 1;
            let (name, value) = (name.trim_ascii_end(), &rest[1..end]);
            self.0 = &rest[end + 1..];
            (apart && is_name(name) && memchr(b'<', value.as_bytes()).is_none())
                .then_some((name, Written(value)))
        })();
        if read.is_none() {
            self.0 = "";
        }
        Some(read.ok_or_else(|| Why::Broken(format!("\"{}\" is no attribute", shortened(rest)))))
    }
}

/// The value of an attribute as it is written.
#[derive(Clone, Copy)]
pub(super) struct Written<'a>(&'a str);

impl<'a> Written<'a> {
    /// The characters between the quotes, if some stand for others.
    pub(super) fn with_references(self) -> Option<&'a str> {
        memchr(b'&', self.0.as_bytes()).map(|_| self.0)
    }

    /// What is meant: references are resolved, white space is a space (XML 1.0, 3.3.3).
    pub(super) fn text(self) -> Result<Cow<'a, str>, Why> {
        let Some(mut at) = special(self.0) else { return Ok(self.0.into()) };
        let (mut out, mut rest) = (String::with_capacity(self.0.len()), self.0);
        loop {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with('&') {
                let reference =
                    rest[1..].split_once(';').and_then(|(name, after)| Some((meant(name)?, after)));
                let (meant, after) = reference
                    .ok_or_else(|| Why::Broken(format!("\"{}\" is no reference", shortened(rest))))?;
                out.push(meant);
                rest = after;
            } else {
                out.push(' ');
                // A line may end with two characters.
                rest = rest.strip_prefix("\r\n").unwrap_or(&rest[1..]);
            }
            match special(rest) {
                Some(next) => at = next,
                None => {
                    out.push_str(rest);
                    return Ok(out.into());
                }
            }
        }
    }
}

fn special(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let white = memchr3(b'\n', b'\t', b'\r', bytes);
    memchr(b'&', &bytes[..white.unwrap_or(bytes.len())]).or(white)
}

fn meant(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix('x') {
                Some(hex) if !hex.starts_with('+') => u32::from_str_radix(hex, 16).ok()?,
                None if !digits.starts_with('+') => digits.parse().ok()?,
                _ => return None,
            };
            char::from_u32(number).filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))?
        }
    })
}
