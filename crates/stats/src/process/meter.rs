//! A reader that counts lines and stops before an item, or the whole, grows beyond its limit.

use std::io::{self, BufRead, Read};

use super::{Limits, Trouble, Why};

const CHUNK: usize = 1 << 17;

/// A buffered reader with a measure on it.
pub(super) struct Meter<R> {
    input: R,
    buffer: Box<[u8]>,
    from: usize,
    to: usize,
    /// Line breaks before the buffer.
    breaks: u64,
    /// Where in the buffer the last item began, while it is there; else the line breaks before it.
    mark: Result<usize, u64>,
    /// Bytes since the last item began.
    item: u64,
    total: u64,
    most_item: u64,
    most_total: u64,
    over: Option<Why>,
}

impl<R: Read> Meter<R> {
    pub(super) fn new(input: R, limits: &Limits) -> Self {
        Self {
            input,
            buffer: vec![0; CHUNK].into(),
            from: 0,
            to: 0,
            breaks: 0,
            mark: Ok(0),
            item: 0,
            total: 0,
            most_item: limits.item,
            most_total: limits.bytes,
            over: None,
        }
    }

    /// A new item begins.
    pub(super) fn begin(&mut self) {
        self.item = 0;
        self.mark = Ok(self.from);
    }

    /// The line where the last item began.
    pub(super) fn begun(&self) -> u64 {
        self.mark.map_or_else(|breaks| breaks, |at| self.breaks_before(at)) + 1
    }

    fn breaks_before(&self, at: usize) -> u64 {
        self.breaks + memchr::memchr_iter(b'\n', &self.buffer[..at]).count() as u64
    }

    /// The line where reading stands.
    pub(super) fn line(&self) -> u64 {
        self.breaks_before(self.from) + 1
    }

    /// What a failure to read means here.
    pub(super) fn failed(&mut self, error: &io::Error) -> Trouble {
        let why = self.over.take().unwrap_or_else(|| Why::Unreadable(error.to_string()));
        why.at(self.line())
    }

    /// What can be read at once; nothing at the end.
    pub(super) fn more(&mut self) -> Result<&[u8], Trouble> {
        let error = self.fill_buf().err();
        match error {
            Some(error) => Err(self.failed(&error)),
            None => Ok(&self.buffer[self.from..self.to]),
        }
    }

    /// Takes a byte order mark of UTF-8 away.
    pub(super) fn skip_mark(&mut self) -> io::Result<()> {
        if self.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            self.consume(3);
        }
        Ok(())
    }
}

impl<R: Read> BufRead for Meter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to {
            let (what, most) = if self.item > self.most_item {
                ("bytes of one item", self.most_item)
            } else if self.total > self.most_total {
                ("bytes", self.most_total)
            } else {
                if let Ok(at) = self.mark {
                    self.mark = Err(self.breaks_before(at));
                }
                self.breaks = self.breaks_before(self.to);
                (self.from, self.to) = (0, 0);
                // A reader of few bytes at a time would have every item end at a border.
                while self.to < CHUNK {
                    match self.input.read(&mut self.buffer[self.to..]) {
                        Ok(0) => break,
                        Ok(read) => self.to += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                return Ok(&self.buffer[..self.to]);
            };
            self.over = Some(Why::TooMany { what, are: "are", most });
            return Err(io::Error::other("over the limit"));
        }
        Ok(&self.buffer[self.from..self.to])
    }

    fn consume(&mut self, bytes: usize) {
        let to = (self.from + bytes).min(self.to);
        self.item += (to - self.from) as u64;
        self.total += (to - self.from) as u64;
        self.from = to;
    }
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let bytes = available.len().min(into.len());
        into[..bytes].copy_from_slice(&available[..bytes]);
        self.consume(bytes);
        Ok(bytes)
    }
}
