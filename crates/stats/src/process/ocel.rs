//! Logs as OCEL 2.0 JSON: events that concern objects of several types. A log of cases comes of it by following the objects
//! of one type, as PM4Py's `ocel_flattening` does: an event counts once for each such object it concerns.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
};

use serde::Deserialize;

use super::{
    Columns, Limits, Trouble, Why,
    csv::shortened_list,
    instant,
    json::Pieces,
    log::{Event, Log, Names},
};

/// The type of object that is followed unless another is named.
const CASE: &str = "case";
const RESOURCE: &str = "org:resource";

/// Reads a log. `columns.case` names the type of object that is followed; it may be left out if there is one called `case`
/// or only one at all. `columns.resource` names an attribute of events. An attribute that is empty is not missing.
///
/// # Errors
/// Says what is wrong, in the line where the event or the object begins.
pub fn read(input: impl Read, columns: &Columns, limits: &Limits) -> Result<Log, Trouble> {
    let mut state = State {
        limits,
        resource: columns.resource.as_deref().unwrap_or(RESOURCE),
        log: Log::default(),
        relations: Vec::new(),
        objects: Names::default(),
        types: Names::default(),
        type_of: Vec::new(),
    };
    let (mut events, mut objects) = (false, false);
    let mut pieces = Pieces::new(input, limits)?;
    pieces.object(|name, pieces| match name {
        "events" => {
            events = true;
            pieces.list(|piece| state.event(&piece.read()?).map_err(|why| why.at(piece.line())))
        }
        "objects" => {
            objects = true;
            pieces.list(|piece| state.typed(&piece.read()?).map_err(|why| why.at(piece.line())))
        }
        _ => pieces.skip(),
    })?;
    let line = pieces.line();
    pieces.end()?;
    if !events || !objects {
        return Err(Why::NoLog("events and objects are needed".into()).at(line));
    }
    state.finish(columns.case.as_deref()).map_err(|why| why.at(line))
}

struct State<'a> {
    limits: &'a Limits,
    resource: &'a str,
    log: Log,
    /// Event and object; types of objects may come after the events.
    relations: Vec<(u32, u32)>,
    objects: Names,
    types: Names,
    /// The type of each object, once it is known.
    type_of: Vec<Option<u32>>,
}

#[derive(Deserialize)]
struct RawEvent<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow, default)]
    attributes: Option<Vec<RawAttribute<'a>>>,
    #[serde(borrow, default)]
    relationships: Option<Vec<RawRelation<'a>>>,
}

#[derive(Deserialize)]
struct RawAttribute<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    value: serde_json::Value,
}

#[derive(Deserialize)]
struct RawRelation<'a> {
    #[serde(rename = "objectId", borrow)]
    object: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawObject<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    r#type: Cow<'a, str>,
}

impl State<'_> {
    fn event(&mut self, event: &RawEvent) -> Result<(), Why> {
        let time = instant::parse(&event.time).ok_or_else(|| Why::no_time(&event.time))?;
        let activity = self.log.activities.number(&event.r#type, self.limits)?;
        let mut attributes = event.attributes.iter().flatten();
        let resources = &mut self.log.resources;
        let resource = match attributes.find(|one| one.name == self.resource).map(|found| &found.value) {
            None | Some(serde_json::Value::Null) => None,
            Some(serde_json::Value::String(name)) => Some(resources.number(name, self.limits)?),
            Some(other) => Some(resources.number(&other.to_string(), self.limits)?),
        };
        let number = self.log.events.len() as u32;
        self.log.add(Event { time, case: u32::MAX, activity, resource }, self.limits)?;
        let mut own = Vec::new();
        for relation in event.relationships.iter().flatten() {
            own.push((number, self.object(&relation.object)?));
        }
        // One event may concern one object in several ways.
        own.sort_unstable();
        own.dedup();
        self.relations.append(&mut own);
        if self.relations.len() > self.limits.events {
            return Err(Why::TooMany { what: "relationships", are: "are", most: self.limits.events as u64 });
        }
        Ok(())
    }

    fn object(&mut self, id: &str) -> Result<u32, Why> {
        let number = self.objects.number(id, self.limits)?;
        if number as usize == self.type_of.len() {
            self.type_of.push(None);
        }
        Ok(number)
    }

    fn typed(&mut self, object: &RawObject) -> Result<(), Why> {
        let number = self.object(&object.id)?;
        self.type_of[number as usize] = Some(self.types.number(&object.r#type, self.limits)?);
        Ok(())
    }

    /// Follows the objects of one type.
    fn finish(self, wanted: Option<&str>) -> Result<Log, Why> {
        let followed = match wanted {
            Some(name) => self.types.find(name),
            None => self.types.find(CASE).or_else(|| (self.types.len() == 1).then_some(0)),
        };
        let Some(followed) = followed else {
            if self.types.is_empty() && wanted.is_none() {
                return Ok(Log { incomplete: self.log.events.len() as u64, events: Vec::new(), ..self.log });
            }
            let there = shortened_list(self.types.iter());
            return Err(Why::NoColumn { what: "case", looked_for: wanted.unwrap_or(CASE).to_owned(), there });
        };
        let mut log = Log { events: Vec::with_capacity(self.relations.len()), ..self.log };
        // In two steps, so that an event without such an object is known.
        let events = self.log.events;
        let mut last = None;
        for (event, object) in self.relations {
            if self.type_of[object as usize] == Some(followed) {
                log.events.push(Event { case: object, ..events[event as usize] });
                log.incomplete += u64::from(last != Some(event));
                last = Some(event);
            }
        }
        log.incomplete = events.len() as u64 - log.incomplete;
        log.cases = self.objects;
        Ok(log)
    }
}

/// Writes events that each concern one case; the cases' names are kept until the end.
pub struct Writer<W> {
    out: W,
    offset: i32,
    events: u64,
    /// Types of events with the attributes that they had.
    types: BTreeMap<String, BTreeSet<String>>,
    /// Cases with their attributes, as JSON.
    objects: Vec<String>,
    /// The attributes that cases had.
    attributes: BTreeSet<String>,
}

impl<W: Write> Writer<W> {
    /// Begins a log. Times are written in the civil time of an offset of so many minutes.
    ///
    /// # Errors
    /// If writing fails.
    pub fn new(mut out: W, offset: i32) -> std::io::Result<Self> {
        out.write_all(b"{\"events\":[")?;
        let (types, attributes) = Default::default();
        Ok(Self { out, offset, events: 0, types, objects: Vec::new(), attributes })
    }

    /// Begins a case, with further attributes of it. Each case is begun once.
    ///
    /// # Errors
    /// If writing fails.
    pub fn case(&mut self, name: &str, further: &[(&str, &str)]) -> std::io::Result<()> {
        self.attributes.extend(further.iter().map(|(name, _)| (*name).to_owned()));
        let attribute = |(name, value): &(&str, &str)| serde_json::json!({"name": name, "time": "1970-01-01T00:00:00Z", "value": value});
        let attributes: Vec<_> = further.iter().map(attribute).collect();
        let object =
            serde_json::json!({"id": name, "type": CASE, "attributes": attributes, "relationships": []});
        self.objects.push(object.to_string());
        Ok(())
    }

    /// Writes an event of a case, with further attributes.
    ///
    /// # Errors
    /// If writing fails.
    pub fn event(
        &mut self,
        case: &str,
        activity: &str,
        time: i64,
        resource: Option<&str>,
        further: &[(&str, &str)],
    ) -> std::io::Result<()> {
        let all = resource.map(|resource| (RESOURCE, resource)).into_iter().chain(further.iter().copied());
        let all: Vec<_> = all.collect();
        let known = match self.types.get_mut(activity) {
            Some(known) => known,
            None => self.types.entry(activity.to_owned()).or_default(),
        };
        for (name, _) in &all {
            if !known.contains(*name) {
                known.insert((*name).to_owned());
            }
        }
        if self.events > 0 {
            self.out.write_all(b",")?;
        }
        self.events += 1;
        write!(self.out, "\n{{\"id\":\"e{}\",\"type\":", self.events)?;
        self.text(activity)?;
        write!(self.out, ",\"time\":\"{}\",\"attributes\":[", instant::format(time, self.offset))?;
        for (at, (name, value)) in all.iter().enumerate() {
            self.out.write_all(if at == 0 { b"{\"name\":" } else { b",{\"name\":" })?;
            self.text(name)?;
            self.out.write_all(b",\"value\":")?;
            self.text(value)?;
            self.out.write_all(b"}")?;
        }
        self.out.write_all(b"],\"relationships\":[{\"objectId\":")?;
        self.text(case)?;
        write!(self.out, ",\"qualifier\":\"{CASE}\"}}]}}")
    }

    fn text(&mut self, text: &str) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.out, text).map_err(std::io::Error::from)
    }

    /// Ends the log.
    ///
    /// # Errors
    /// If writing fails.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.out.write_all(b"\n],\n\"objects\":[\n")?;
        for (at, object) in self.objects.iter().enumerate() {
            self.out.write_all(if at == 0 { b"" } else { b",\n" })?;
            self.out.write_all(object.as_bytes())?;
        }
        let attributes = |names: &BTreeSet<String>| -> Vec<_> {
            names.iter().map(|name| serde_json::json!({"name": name, "type": "string"})).collect()
        };
        let of = |(name, names)| serde_json::json!({"name": name, "attributes": attributes(names)});
        let events: Vec<_> = self.types.iter().map(of).collect();
        let objects = serde_json::json!([{"name": CASE, "attributes": attributes(&self.attributes)}]);
        let events = serde_json::Value::from(events);
        writeln!(self.out, "\n],\n\"eventTypes\":{events},\n\"objectTypes\":{objects}}}")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes a whole log that is in order.
///
/// # Errors
/// If writing fails.
pub fn write<W: Write>(log: &Log, out: W) -> std::io::Result<W> {
    let mut writer = Writer::new(out, 0)?;
    for events in log.by_case() {
        let case = log.cases.name(events[0].case);
        writer.case(case, &[])?;
        for Event { time, activity, resource, .. } in events {
            let resource = resource.map(|resource| log.resources.name(resource));
            writer.event(case, log.activities.name(*activity), *time, resource, &[])?;
        }
    }
    writer.finish()
}
