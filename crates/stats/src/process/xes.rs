//! Logs as XES (IEEE 1849-2016), the format of process mining: traces (cases) of events with attributes.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt::Write as _,
    io::{Read, Write},
};

use memchr::{memchr, memchr3};
use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event as Xml, attributes::Attribute},
    reader::Reader,
};

use super::{
    Columns, Limits, Trouble, Why, instant,
    log::{Event, Log, Names},
    meter::Meter,
    shortened,
};

/// Elements within elements, at most.
const DEEPEST: usize = 64;

/// Reads a log. An attribute that is empty is not missing. Traces of the same name are one case.
///
/// # Errors
/// Says what is wrong, in the line where the broken element ends.
pub fn read(input: impl Read, columns: &Columns, limits: &Limits) -> Result<Log, Trouble> {
    let mut reader = Reader::from_reader(Meter::new(input, limits));
    reader.config_mut().check_end_names = true;
    let mut state = State::new(columns, limits);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        reader.get_mut().begin();
        let taken = match reader.read_event_into(&mut buffer) {
            Ok(Xml::Start(tag)) => state.open(&tag, false),
            Ok(Xml::Empty(tag)) => state.open(&tag, true),
            Ok(Xml::End(_)) => state.close(),
            Ok(Xml::DocType(_)) => Err(Why::Doctype),
            Ok(Xml::Eof) => break,
            Ok(_) => Ok(()),
            Err(error) => {
                let why = match error {
                    quick_xml::Error::Io(error) => return Err(reader.get_mut().failed(&error)),
                    quick_xml::Error::Encoding(_) => Why::NotText,
                    error => Why::Broken(shortened(&error.to_string())),
                };
                return Err(why.at(reader.get_ref().line()));
            }
        };
        taken.map_err(|why| why.at(reader.get_ref().line()))?;
    }
    match (state.path.last(), state.seen) {
        (Some(_), _) => Err(Why::Broken("it ends before its elements do".into()).at(reader.get_ref().line())),
        (None, false) => Err(Why::NoLog("there is no <log> element".into()).at(reader.get_ref().line())),
        (None, true) => Ok(state.log),
    }
}

/// What an open element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Log,
    Trace,
    Event,
    Other,
}

struct State<'a> {
    limits: &'a Limits,
    case_key: &'a str,
    activity_key: &'a str,
    time_key: &'a str,
    resource_key: &'a str,
    path: Vec<Level>,
    seen: bool,
    log: Log,
    /// Of activities and of resources.
    written: [Written; 2],
    /// The open trace: its name may come after its events.
    case: Option<u32>,
    /// Where its events begin in the log.
    from: usize,
    activity: Option<u32>,
    time: Option<i64>,
    resource: Option<u32>,
}

impl<'a> State<'a> {
    fn new(columns: &'a Columns, limits: &'a Limits) -> Self {
        let case = columns.case.as_deref().unwrap_or("concept:name");
        Self {
            limits,
            // PM4Py's tables call the attributes of a trace so.
            case_key: case.strip_prefix("case:").unwrap_or(case),
            activity_key: columns.activity.as_deref().unwrap_or("concept:name"),
            time_key: columns.time.as_deref().unwrap_or("time:timestamp"),
            resource_key: columns.resource.as_deref().unwrap_or("org:resource"),
            path: Vec::new(),
            seen: false,
            log: Log::default(),
            written: Default::default(),
            case: None,
            from: 0,
            activity: None,
            time: None,
            resource: None,
        }
    }

    fn open(&mut self, tag: &BytesStart, empty: bool) -> Result<(), Why> {
        let above = self.path.last().copied();
        let name = tag.local_name();
        let level = match (above, name.as_ref()) {
            (None, "log") if !self.seen => Level::Log,
            (None, _) => return Err(Why::NoLog("its outermost element is not one <log>".into())),
            (Some(Level::Log), "trace") => Level::Trace,
            (Some(Level::Trace), "event") => Level::Event,
            (_, "trace" | "event" | "log") => {
                return Err(Why::Broken(format!("<{}> stands in the wrong place", name.as_ref())));
            }
            (Some(Level::Trace | Level::Event), _) => {
                self.attribute(tag, above == Some(Level::Event))?;
                Level::Other
            }
            _ => Level::Other,
        };
        match level {
            Level::Log => self.seen = true,
            Level::Trace => (self.case, self.from) = (None, self.log.events.len()),
            Level::Event => (self.activity, self.time, self.resource) = (None, None, None),
            Level::Other => {}
        }
        if self.path.len() >= DEEPEST {
            return Err(Why::TooMany { what: "elements within elements", are: "are", most: DEEPEST as u64 });
        }
        self.path.push(level);
        if empty { self.close() } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), Why> {
        match self.path.pop() {
            Some(Level::Event) => match (self.activity, self.time) {
                (Some(activity), Some(time)) => {
                    // The case is told at the end of the trace.
                    self.log
                        .add(Event { time, case: u32::MAX, activity, resource: self.resource }, self.limits)
                }
                _ => {
                    self.log.incomplete += 1;
                    Ok(())
                }
            },
            Some(Level::Trace) => {
                let events = &mut self.log.events;
                if let Some(case) = self.case {
                    events[self.from..].iter_mut().for_each(|event| event.case = case);
                } else {
                    self.log.incomplete += (events.len() - self.from) as u64;
                    events.truncate(self.from);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// An attribute of an event or a trace.
    fn attribute(&mut self, tag: &BytesStart, of_event: bool) -> Result<(), Why> {
        let (mut key, mut value) = (None, None);
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| Why::Broken(shortened(&error.to_string())))?;
            match attribute.key.as_ref() {
                "key" => key = Some(attribute),
                "value" => value = Some(attribute),
                _ => {}
            }
        }
        let (Some(key), Some(value)) = (key, value) else { return Ok(()) };
        let key = text_of(&key)?;
        let Self { log, limits, written, .. } = self;
        if !of_event {
            if key == self.case_key {
                self.case = Some(log.cases.number(&text_of(&value)?, limits)?);
            }
            return Ok(());
        }
        if key == self.activity_key {
            self.activity = Some(number_of(&value, &mut log.activities, &mut written[0], limits)?);
        }
        if key == self.resource_key {
            self.resource = Some(number_of(&value, &mut log.resources, &mut written[1], limits)?);
        }
        if key == self.time_key {
            let value = text_of(&value)?;
            self.time = Some(instant::parse(&value).ok_or_else(|| Why::no_time(&value))?);
        }
        Ok(())
    }
}

/// Names as they are written, with references, and their numbers: each is resolved once only.
type Written = HashMap<Box<str>, u32>;

/// So many are kept.
const MOST_WRITTEN: usize = 4096;

fn number_of(
    value: &Attribute,
    names: &mut Names,
    written: &mut Written,
    limits: &Limits,
) -> Result<u32, Why> {
    if memchr(b'&', value.value.as_bytes()).is_none() {
        return names.number(&text_of(value)?, limits);
    }
    if let Some(&number) = written.get(&*value.value) {
        return Ok(number);
    }
    let number = names.number(&text_of(value)?, limits)?;
    if written.len() < MOST_WRITTEN {
        written.insert((*value.value).into(), number);
    }
    Ok(number)
}

/// The value of an XML attribute, with references and white space as the standard has them.
fn text_of<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>, Why> {
    let bytes = attribute.value.as_bytes();
    if memchr(b'&', bytes).is_none() && memchr3(b'\n', b'\t', b'\r', bytes).is_none() {
        return Ok(attribute.value.clone());
    }
    attribute
        .normalized_value(XmlVersion::Implicit1_0)
        .map_err(|error| Why::Broken(shortened(&error.to_string())))
}

/// Writes a log case by case.
pub struct Writer<W> {
    out: W,
    offset: i32,
    open: bool,
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
</global>
<classifier name="Activity" scope="event" keys="concept:name"/>
"#;

impl<W: Write> Writer<W> {
    /// Begins a log. Times are written in the civil time of an offset of so many minutes.
    ///
    /// # Errors
    /// If writing fails.
    pub fn new(mut out: W, offset: i32) -> std::io::Result<Self> {
        out.write_all(HEAD.as_bytes())?;
        Ok(Self { out, offset, open: false })
    }

    /// Begins a case, with further attributes of it.
    ///
    /// # Errors
    /// If writing fails or a text has a character that XML cannot hold.
    pub fn case(&mut self, name: &str, further: &[(&str, &str)]) -> std::io::Result<()> {
        self.end_case()?;
        self.open = true;
        writeln!(self.out, "<trace>")?;
        self.string("concept:name", name)?;
        further.iter().try_for_each(|(key, value)| self.string(key, value))
    }

    /// Writes an event of the case that was begun, with further attributes.
    ///
    /// # Errors
    /// As [`Self::case`].
    pub fn event(
        &mut self,
        activity: &str,
        time: i64,
        resource: Option<&str>,
        further: &[(&str, &str)],
    ) -> std::io::Result<()> {
        writeln!(self.out, "<event>")?;
        self.string("concept:name", activity)?;
        let time = instant::format(time, self.offset);
        writeln!(self.out, "<date key=\"time:timestamp\" value=\"{time}\"/>")?;
        if let Some(resource) = resource {
            self.string("org:resource", resource)?;
        }
        further.iter().try_for_each(|(key, value)| self.string(key, value))?;
        writeln!(self.out, "</event>")
    }

    fn string(&mut self, key: &str, value: &str) -> std::io::Result<()> {
        writeln!(self.out, "<string key=\"{}\" value=\"{}\"/>", escaped(key)?, escaped(value)?)
    }

    fn end_case(&mut self) -> std::io::Result<()> {
        if std::mem::take(&mut self.open) { writeln!(self.out, "</trace>") } else { Ok(()) }
    }

    /// Ends the log.
    ///
    /// # Errors
    /// If writing fails.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.end_case()?;
        writeln!(self.out, "</log>")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A text as an attribute's value. Letters beyond ASCII become references: PM4Py's fastest reader takes a file in pieces of 4,096
/// bytes and ends with an error when a letter of several bytes lies across the border.
fn escaped(text: &str) -> std::io::Result<Cow<'_, str>> {
    let plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '&' | '<' | '>' | '"');
    if text.chars().all(plain) {
        return Ok(text.into());
    }
    let mut out = String::with_capacity(2 * text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            ' '..='~' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => return Err(std::io::Error::other(Why::NotXml(shortened(text)))),
            // White space as a plain character would be read as a space.
            '\n' | '\t' | '\r' | '\u{7f}'.. => {
                write!(out, "&#{};", u32::from(c)).map_err(std::io::Error::other)?
            }
            _ => return Err(std::io::Error::other(Why::NotXml(shortened(text)))),
        }
    }
    Ok(out.into())
}

/// Writes a whole log that is in order.
///
/// # Errors
/// As [`Writer::case`].
pub fn write<W: Write>(log: &Log, out: W) -> std::io::Result<W> {
    let mut writer = Writer::new(out, 0)?;
    for events in log.by_case() {
        writer.case(log.cases.name(events[0].case), &[])?;
        for Event { time, activity, resource, .. } in events {
            let resource = resource.map(|resource| log.resources.name(resource));
            writer.event(log.activities.name(*activity), *time, resource, &[])?;
        }
    }
    writer.finish()
}
