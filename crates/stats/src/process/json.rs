//! A large JSON document, value by value: here it is only cut into pieces, each of which serde_json reads and checks.

use std::io::{BufRead as _, Read};

use serde::{Deserialize, de::IgnoredAny};

use super::{Limits, Trouble, Why, meter::Meter, shortened};

/// A document that is cut into pieces.
pub(super) struct Pieces<R> {
    meter: Meter<R>,
    text: Vec<u8>,
}

impl<R: Read> Pieces<R> {
    pub(super) fn new(input: R, limits: &Limits) -> Result<Self, Trouble> {
        let mut meter = Meter::new(input, limits);
        meter.skip_mark().map_err(|error| meter.failed(&error))?;
        Ok(Self { meter, text: Vec::new() })
    }

    /// The line where reading stands.
    pub(super) fn line(&self) -> u64 {
        self.meter.line()
    }

    /// Reads an object: its values are read by `take`, by the name that stands before.
    pub(super) fn object(
        &mut self,
        mut take: impl FnMut(&str, &mut Self) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        self.between(b'{', b'}', |pieces| {
            let name: String = pieces.value()?.read()?;
            pieces.must(b':')?;
            take(&name, pieces)
        })
    }

    /// Reads a list: each element is given to `take`.
    pub(super) fn list(
        &mut self,
        mut take: impl FnMut(&Piece<R>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        self.between(b'[', b']', |pieces| take(&pieces.value()?))
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self) -> Result<(), Trouble> {
        self.value()?.read().map(|IgnoredAny| ())
    }

    /// The document must end here.
    pub(super) fn end(mut self) -> Result<(), Trouble> {
        match self.peek()? {
            None => Ok(()),
            Some(_) => Err(self.broken("something stands behind its end")),
        }
    }

    fn between(
        &mut self,
        open: u8,
        close: u8,
        mut one: impl FnMut(&mut Self) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        self.must(open)?;
        if self.is(close)? {
            return Ok(());
        }
        loop {
            one(self)?;
            if self.is(close)? {
                return Ok(());
            }
            self.must(b',')?;
        }
    }

    fn must(&mut self, byte: u8) -> Result<(), Trouble> {
        if self.is(byte)? { Ok(()) } else { Err(self.broken(&format!("{} is missing", char::from(byte)))) }
    }

    /// Takes this byte, if it comes next.
    fn is(&mut self, byte: u8) -> Result<bool, Trouble> {
        let comes = self.peek()? == Some(byte);
        self.meter.consume(usize::from(comes));
        Ok(comes)
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Result<Option<u8>, Trouble> {
        self.meter.begin();
        loop {
            let available = self.meter.more()?;
            let white =
                available.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            let (next, more) = (available.get(white).copied(), !available.is_empty());
            self.meter.consume(white);
            if next.is_some() || !more {
                return Ok(next);
            }
        }
    }

    /// The next value.
    fn value(&mut self) -> Result<Piece<'_, R>, Trouble> {
        if self.peek()?.is_none() {
            return Err(self.broken("it ends too early"));
        }
        self.meter.begin();
        self.text.clear();
        let mut scan = Scan::default();
        loop {
            let available = self.meter.more()?;
            if available.is_empty() {
                break;
            }
            let end = scan.end(available);
            let taken = end.unwrap_or(available.len());
            self.text.extend_from_slice(&available[..taken]);
            self.meter.consume(taken);
            if end.is_some() {
                break;
            }
        }
        Ok(Piece { text: &self.text, meter: &self.meter })
    }

    fn broken(&self, what: &str) -> Trouble {
        Why::Broken(what.to_owned()).at(self.line())
    }
}

/// One value of the document.
pub(super) struct Piece<'a, R> {
    text: &'a [u8],
    meter: &'a Meter<R>,
}

impl<'a, R: Read> Piece<'a, R> {
    /// The line where it begins.
    pub(super) fn line(&self) -> u64 {
        self.meter.begun()
    }

    /// The value, if it is what it should be.
    pub(super) fn read<T: Deserialize<'a>>(&self) -> Result<T, Trouble> {
        serde_json::from_slice(self.text).map_err(|error| {
            let below = (error.line() as u64).saturating_sub(1);
            Why::Broken(shortened_error(&error)).at(self.line() + below)
        })
    }
}

/// What serde_json says, without its own account of the line.
fn shortened_error(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    if text.len() > 100 { shortened(text) } else { text.to_owned() }
}

/// Looks for the end of a value, piece by piece.
#[derive(Default)]
struct Scan {
    begun: bool,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// Where the value ends, if it does in these bytes.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                at += usize::from(std::mem::take(&mut self.escaped));
                at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)? + 1;
                if bytes[at - 1] == b'\\' {
                    self.escaped = true;
                    continue;
                }
                self.in_string = false;
                if self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match bytes[at] {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                // A number or a word ends before what follows it.
                b',' | b':' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r' if self.depth == 0 && self.begun => {
                    return Some(at);
                }
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        None
    }
}
