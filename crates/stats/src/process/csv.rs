//! Logs as comma-separated values (RFC 4180; also `;`, tab and `|`), one event a line, with a head line.

use std::{
    borrow::Cow,
    io::{BufRead as _, Read, Write},
};

use super::{
    Columns, Limits, Trouble, Why, instant,
    log::{Event, Log},
    meter::Meter,
    shortened,
};

/// The usual names of each column; those that this writer and PM4Py use come first.
const CASE: &[&str] = &["case:concept:name", "case_id", "case id", "caseid", "case"];
const ACTIVITY: &[&str] = &["concept:name", "activity", "activity_name"];
const TIME: &[&str] = &["time:timestamp", "timestamp", "time"];
const RESOURCE: &[&str] = &["org:resource", "resource", "user"];

/// Reads a log. Empty fields are missing; lines with fewer fields than the head line lack the last ones.
///
/// # Errors
/// Says what is wrong in which line.
pub fn read(input: impl Read, columns: &Columns, limits: &Limits) -> Result<Log, Trouble> {
    let mut lines = Lines { meter: Meter::new(input, limits), text: Vec::new() };
    lines.meter.skip_mark().map_err(|error| lines.meter.failed(&error))?;
    let mut fields = Vec::new();
    let mut separator = b',';
    let head = loop {
        if !lines.next()? {
            return Err(Why::NoLog("it is empty".into()).at(1));
        }
        separator = separator_of(&lines.text).unwrap_or(separator);
        let head = lines.fields(separator, &mut fields)?;
        if !head.trim().is_empty() {
            break Head::find(head, &fields, columns).map_err(|why| why.at(lines.meter.begun()))?;
        }
    };
    let mut log = Log::default();
    while lines.next()? {
        let text = lines.fields(separator, &mut fields)?;
        if text.is_empty() {
            continue;
        }
        take(&mut log, text, &fields, &head, limits).map_err(|why| why.at(lines.meter.begun()))?;
    }
    Ok(log)
}

fn take(log: &mut Log, text: &str, fields: &[Field], head: &Head, limits: &Limits) -> Result<(), Why> {
    if fields.len() > head.columns {
        return Err(Why::Fields { fields: fields.len(), columns: head.columns });
    }
    let field = |at: usize| fields.get(at).map(|field| field.of(text)).filter(|text| !text.is_empty());
    let (case, activity, time) = (field(head.case), field(head.activity), field(head.time));
    let (Some(case), Some(activity), Some(time)) = (case, activity, time) else {
        log.incomplete += 1;
        return Ok(());
    };
    let instant = instant::parse(&time).ok_or_else(|| Why::no_time(&time))?;
    let resource = head.resource.and_then(field);
    log.push(&case, &activity, instant, resource.as_deref(), limits)
}

/// Where a field lies in its line, and whether it is quoted.
#[derive(Clone, Copy)]
struct Field {
    from: usize,
    to: usize,
    quoted: bool,
}

impl Field {
    fn of<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let text = line.get(self.from..self.to).unwrap_or_default();
        match text.strip_prefix('"') {
            Some(inner) if self.quoted => {
                // What stands behind the closing quote belongs to the field, as with PM4Py.
                let mut out = String::with_capacity(inner.len());
                let (mut open, mut chars) = (true, inner.chars().peekable());
                while let Some(c) = chars.next() {
                    if c != '"' || !open {
                        out.push(c);
                    } else if chars.next_if_eq(&'"').is_some() {
                        out.push('"');
                    } else {
                        open = false;
                    }
                }
                out.into()
            }
            _ => text.into(),
        }
    }
}

/// Lines, joined where a quoted field goes over several.
struct Lines<R> {
    meter: Meter<R>,
    text: Vec<u8>,
}

impl<R: Read> Lines<R> {
    /// Goes to the next line; false at the end.
    fn next(&mut self) -> Result<bool, Trouble> {
        self.text.clear();
        self.meter.begin();
        self.more()
    }

    fn more(&mut self) -> Result<bool, Trouble> {
        let read = self.meter.read_until(b'\n', &mut self.text);
        Ok(read.map_err(|error| self.meter.failed(&error))? > 0)
    }

    /// The line without its end, with its fields.
    fn fields(&mut self, separator: u8, fields: &mut Vec<Field>) -> Result<&str, Trouble> {
        fields.clear();
        if memchr::memchr(b'"', &self.text).is_some() {
            let mut open = split(&self.text, separator, fields, None);
            while open.is_some() {
                if !self.more()? {
                    return Err(Why::Broken("a quoted field has no end".into()).at(self.meter.begun()));
                }
                open = split(&self.text, separator, fields, open);
            }
        } else {
            let end = end_of(&self.text);
            let mut from = 0;
            for to in memchr::memchr_iter(separator, &self.text[..end]).chain([end]) {
                fields.push(Field { from, to, quoted: false });
                from = to + 1;
            }
        }
        std::str::from_utf8(&self.text[..end_of(&self.text)]).map_err(|_| Why::NotText.at(self.meter.begun()))
    }
}

fn end_of(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// A quoted field that is not closed yet: where it begins, and from where on its end is looked for.
type Open = (usize, usize);

/// Finds the fields of a line that has quotes, from the open one on; gives it again if its end is still to come.
fn split(line: &[u8], separator: u8, fields: &mut Vec<Field>, open: Option<Open>) -> Option<Open> {
    let end = end_of(line);
    let (mut from, mut look) = open.unwrap_or((0, 1));
    loop {
        let quoted = line.get(from) == Some(&b'"');
        let mut to = from;
        if quoted {
            loop {
                match memchr::memchr(b'"', &line[look..]) {
                    None => return Some((from, line.len())),
                    Some(at) if line.get(look + at + 1) == Some(&b'"') => look += at + 2,
                    Some(at) => break to = look + at + 1,
                }
            }
        }
        to = memchr::memchr(separator, &line[to.min(end)..end]).map_or(end, |at| to + at);
        fields.push(Field { from, to, quoted });
        if to >= end {
            return None;
        }
        (from, look) = (to + 1, to + 2);
    }
}

/// The separator that the head line has most of.
fn separator_of(head: &[u8]) -> Option<u8> {
    let count = |byte: u8| memchr::memchr_iter(byte, head).count();
    [b'|', b'\t', b';', b','].into_iter().filter(|&byte| count(byte) > 0).max_by_key(|&byte| count(byte))
}

struct Head {
    columns: usize,
    case: usize,
    activity: usize,
    time: usize,
    resource: Option<usize>,
}

impl Head {
    fn find(line: &str, fields: &[Field], wanted: &Columns) -> Result<Self, Why> {
        let names: Vec<_> = fields.iter().map(|field| field.of(line).trim().to_owned()).collect();
        let look = |wanted: &Option<String>, usual: &[&str]| match wanted {
            Some(name) => names.iter().position(|there| there == name.trim()),
            None => {
                usual.iter().find_map(|name| names.iter().position(|there| there.eq_ignore_ascii_case(name)))
            }
        };
        let need = |what, wanted: &Option<String>, usual: &[&str]| {
            look(wanted, usual).ok_or_else(|| Why::NoColumn {
                what,
                looked_for: wanted.clone().unwrap_or_else(|| usual.join(", ")),
                there: shortened_list(names.iter().map(String::as_str)),
            })
        };
        let resource = look(&wanted.resource, RESOURCE);
        if wanted.resource.is_some() && resource.is_none() {
            need("resource", &wanted.resource, RESOURCE)?;
        }
        Ok(Self {
            columns: fields.len(),
            case: need("case", &wanted.case, CASE)?,
            activity: need("activity", &wanted.activity, ACTIVITY)?,
            time: need("time", &wanted.time, TIME)?,
            resource,
        })
    }
}

/// The first names of a list, for a sentence.
pub(super) fn shortened_list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.map(shortened);
    let mut first: Vec<_> = names.by_ref().take(12).collect();
    if names.next().is_some() {
        first.push("…".into());
    }
    first.join(", ")
}

/// Writes events line by line.
pub struct Writer<W> {
    out: W,
    offset: i32,
}

impl<W: Write> Writer<W> {
    /// Writes the head line. `further` are names of columns beside case, activity, time and resource; times are written in
    /// the civil time of an offset of so many minutes.
    ///
    /// # Errors
    /// If writing fails.
    pub fn new(mut out: W, offset: i32, further: &[&str]) -> std::io::Result<Self> {
        write!(out, "case:concept:name,concept:name,time:timestamp,org:resource")?;
        for name in further {
            write!(out, ",{}", quoted(name))?;
        }
        writeln!(out)?;
        Ok(Self { out, offset })
    }

    /// Writes one event, with the values of further columns.
    ///
    /// # Errors
    /// If writing fails.
    pub fn event(
        &mut self,
        case: &str,
        activity: &str,
        time: i64,
        resource: Option<&str>,
        further: &[&str],
    ) -> std::io::Result<()> {
        let time = instant::format(time, self.offset);
        let (case, activity, resource) =
            (quoted(case), quoted(activity), quoted(resource.unwrap_or_default()));
        write!(self.out, "{case},{activity},{time},{resource}")?;
        for value in further {
            write!(self.out, ",{}", quoted(value))?;
        }
        writeln!(self.out)
    }

    /// Ends the log.
    ///
    /// # Errors
    /// If writing fails.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A field as it is written: in quotes where it needs them.
fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains(['"', ',', ';', '\t', '|', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

/// Writes a whole log in the order of its events.
///
/// # Errors
/// If writing fails.
pub fn write<W: Write>(log: &Log, out: W) -> std::io::Result<W> {
    let mut writer = Writer::new(out, 0, &[])?;
    for Event { time, case, activity, resource } in &log.events {
        let resource = resource.map(|resource| log.resources.name(resource));
        writer.event(log.cases.name(*case), log.activities.name(*activity), *time, resource, &[])?;
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Log, Trouble> {
        read(text.as_bytes(), &Columns::default(), &Limits::default())
    }

    fn rows(log: &Log) -> Vec<(&str, &str, i64, Option<&str>)> {
        let row = |event: &Event| {
            let resource = event.resource.map(|resource| log.resources.name(resource));
            (log.cases.name(event.case), log.activities.name(event.activity), event.time / 1000, resource)
        };
        log.events.iter().map(row).collect()
    }

    #[test]
    fn a_log_is_read_as_people_write_it() {
        let expected = [("NA", "nộp, \"gấp\"\nhồ sơ", 1500, Some("Lan")), ("0012", "trả", 2000, None)];
        for text in [
            "case,activity,timestamp,resource\nNA,\"nộp, \"\"gấp\"\"\nhồ sơ\",1970-01-01T00:00:01.5Z,Lan\n\n0012,trả,1970-01-01T00:00:02Z,\n",
            "\u{feff}Activity;Case ID;time;x;User\r\n\"nộp, \"\"gấp\"\"\nhồ sơ\";NA;1970-01-01 00:00:01.5;;\"Lan\"\r\ntrả;0012;1970-01-01T07:00:02+07:00",
        ] {
            let log = of(text).expect(text);
            assert_eq!(rows(&log), expected, "{text}");
        }
    }

    #[test]
    fn an_event_that_lacks_something_is_left_aside_and_counted() {
        let log = of("case,activity,time\n,a,2017-01-01\nc,,2017-01-01\nc,a,\nc,a\nc,a,2017-01-01\n")
            .expect("a log");
        assert_eq!((log.events.len(), log.incomplete), (1, 4));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let long = format!("case,activity,time\nc,{},2017-01-01", "a".repeat(5000));
        let endless = format!("case,activity,time\nc,\"{}", "a\n".repeat(3 << 20));
        for (text, line, code) in [
            ("", 1, "log-none"),
            ("\n\n", 1, "log-none"),
            ("case,time\n", 1, "log-column"),
            ("case,activity,time\nc,a,2017-13-01\n", 2, "log-time"),
            ("case,activity,time\n\nc,a,2017-01-01,more\n", 3, "log-fields"),
            ("case,activity,time\nc,\"a\nb,2017-01-01", 2, "log-broken"),
            (long.as_str(), 2, "log-name-too-long"),
            (endless.as_str(), 2_162_679, "log-too-many"),
        ] {
            let trouble = of(text).expect_err(code);
            assert_eq!((trouble.line, trouble.why.code()), (line, code), "{trouble}");
        }
        let trouble =
            read(&b"case,activity,time\nc,\xff,2017-01-01"[..], &Columns::default(), &Limits::default());
        assert_eq!(trouble.expect_err("no text").to_string(), "line 2: this is no UTF-8 text [log-not-text]");
        let wanted = Columns { resource: Some("who".into()), ..Columns::default() };
        let trouble =
            read(&b"case,activity,time\n"[..], &wanted, &Limits::default()).expect_err("no such column");
        assert_eq!(
            trouble.to_string(),
            "line 1: no column for the resource is called who; there are: case, activity, time [log-column]"
        );
    }

    #[test]
    fn limits_hold() {
        let text = "case,activity,time\na,x,2017-01-01\nb,y,2017-01-01\n";
        for (limits, what) in [
            (Limits { events: 1, ..Limits::default() }, "line 3: names are more than 1 [log-too-many]"),
            (
                Limits { names: 1, ..Limits::default() },
                "line 3: bytes of names are more than 1 [log-too-many]",
            ),
        ] {
            let trouble = read(text.as_bytes(), &Columns::default(), &limits).expect_err(what);
            assert_eq!(trouble.to_string(), what);
        }
    }
}
