//! Event logs: what is written in any format is read again, from each the same tables come, and hostile files are refused.

use std::io::Write as _;

use hailong_stats::process::{
    Columns, Limits, Trouble, csv,
    instant::SECOND,
    log::Log,
    ocel, plain,
    tables::{Tables, tables},
    xes,
};
use proptest::prelude::*;

type Reader = fn(&[u8], &Columns, &Limits) -> Result<Log, Trouble>;
type Writer = fn(&Log, Vec<u8>) -> std::io::Result<Vec<u8>>;

const FORMATS: [(&str, Reader, Writer); 3] = [
    ("csv", |bytes, columns, limits| csv::read(bytes, columns, limits), csv::write),
    ("xes", |bytes, columns, limits| xes::read(bytes, columns, limits), xes::write),
    ("ocel", |bytes, columns, limits| ocel::read(bytes, columns, limits), ocel::write),
];

/// What a log says, whatever the numbers of its names.
fn said(log: &Log) -> Vec<(&str, &str, i64, Option<&str>)> {
    let event = |event: &hailong_stats::process::log::Event| {
        let resource = event.resource.map(|resource| log.resources.name(resource));
        (log.cases.name(event.case), log.activities.name(event.activity), event.time, resource)
    };
    let mut said: Vec<_> = log.events.iter().map(event).collect();
    // Stable, so that events of equal time must come in the order in which they were written.
    said.sort_by_key(|(case, _, time, _)| (*case, *time));
    said
}

/// Names as they may come, but for what XML cannot hold.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abc]",
        "[ -~]{1,8}",
        "[\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}\n\t\"',;&<>|]{1,8}",
        Just("NA".to_owned())
    ]
}

fn log() -> impl Strategy<Value = Log> {
    let time = prop_oneof![
        (0..5_i64).prop_map(|at| at * SECOND),
        -62_000_000_000_000_000..253_000_000_000_000_000_i64
    ];
    let event = (name(), name(), time, prop::option::of(name()));
    prop::collection::vec(event, 0..40).prop_map(|events| {
        let mut log = Log::default();
        for (case, activity, time, resource) in events {
            log.push(&case, &activity, time, resource.as_deref(), &Limits::default()).expect("within limits");
        }
        log.arrange();
        log
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_in_every_format(log in log()) {
        for (format, read, write) in FORMATS {
            let bytes = write(&log, Vec::new()).expect(format);
            let text = String::from_utf8_lossy(&bytes);
            let again = read(&bytes, &Columns::default(), &Limits::default());
            let again = again.unwrap_or_else(|trouble| panic!("{format}: {trouble}\n{text}"));
            prop_assert_eq!(said(&again), said(&log), "{}\n{}", format, text);
            prop_assert_eq!(again.incomplete, 0);
        }
    }

    #[test]
    fn cut_or_changed_files_make_nothing_stumble(log in log(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for (format, read, write) in FORMATS {
            let mut bytes = write(&log, Vec::new()).expect(format);
            let at = at.index(bytes.len());
            let cut = read(&bytes[..at], &Columns::default(), &Limits::default());
            prop_assert!(format == "csv" || cut.is_err() || bytes[at..].trim_ascii().is_empty(), "{} cut at {}", format, at);
            bytes[at] = byte;
            _ = read(&bytes, &Columns::default(), &Limits::default());
        }
    }

    #[test]
    fn counts_agree_with_each_other(mut log in log()) {
        let Tables { cases, events, variants, edges, activities, handovers, duration, .. } = tables(&mut log, |a, b| b - a);
        prop_assert_eq!(variants.iter().map(|variant| variant.cases).sum::<u64>(), cases);
        let long: u64 = variants.iter().map(|variant| variant.cases * variant.activities.len() as u64).sum();
        prop_assert_eq!(long, events);
        prop_assert_eq!(edges.iter().map(|edge| edge.time.count).sum::<u64>(), events - cases);
        prop_assert_eq!(activities.iter().map(|activity| activity.starts).sum::<u64>(), cases);
        prop_assert_eq!(activities.iter().map(|activity| activity.stay.count).sum::<u64>(), events - cases);
        prop_assert!(handovers.iter().map(|pair| pair.count).sum::<u64>() <= events - cases);
        // What cases last is what lies between their events.
        let between: f64 = edges.iter().map(|edge| edge.time.mean * edge.time.count as f64).sum();
        prop_assert!((between - duration.mean * duration.count as f64).abs() <= 1e-6 * between.abs() + 1e-3);
    }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).expect("memory");
    gzip.finish().expect("memory")
}

const XES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- nobody -->
<x:log xmlns:x="http://www.xes-standard.org/" xes.version="1.0"><extension name="Concept" prefix="concept" uri="u"/>
<x:global scope="event"><string key="concept:name" value="?"/></x:global>
<string key="concept:name" value="the log's own name"/>
<x:trace>
  <x:event><x:string key='concept:name' value='Nộp &amp; &#x68;ẹn'><string key="org:resource" value="within"/></x:string>
    <x:date value="2017-03-31T08:30:00.250+07:00" key="time:timestamp"/></x:event>
  <x:event><string key="concept:name" value=""/><date key="time:timestamp" value="2017-03-31T01:30:01Z"/>
    <string key="org:resource" value="Lan"/></x:event>
  <x:event><string key="concept:name" value="untimed"/></x:event>
  <x:string key="concept:name" value="NA"/>
</x:trace>
<x:trace><x:event><string key="concept:name" value="a"/><date key="time:timestamp" value="2017-03-31"/></x:event></x:trace>
</x:log>
"#;

#[test]
fn xes_is_read_plain_and_compressed() {
    for bytes in [
        XES.as_bytes().to_vec(),
        gzipped(XES.as_bytes()),
        [gzipped(&XES.as_bytes()[..99]), gzipped(&XES.as_bytes()[99..])].concat(),
    ] {
        let log = xes::read(plain(&bytes[..]).expect("bytes"), &Columns::default(), &Limits::default())
            .expect("a log");
        let start = 1_490_923_800 * SECOND;
        assert_eq!(
            said(&log),
            [("NA", "Nộp & hẹn", start + 250_000, None), ("NA", "", start + SECOND, Some("Lan"))]
        );
        assert_eq!(log.incomplete, 2, "one event without time, one of a case without name");
    }
}

#[test]
fn other_keys_may_be_named() {
    let text = r#"<log><trace><int key="number" value="7"/><event><string key="what" value="a"/><string key="when" value="2017-01-01"/>
        <string key="who" value="b"/></event></trace></log>"#;
    let named = |case: &str| Columns {
        case: Some(case.into()),
        activity: Some("what".into()),
        time: Some("when".into()),
        resource: Some("who".into()),
    };
    for case in ["number", "case:number"] {
        let log = xes::read(text.as_bytes(), &named(case), &Limits::default()).expect("a log");
        assert_eq!(said(&log), [("7", "a", 1_483_228_800 * SECOND, Some("b"))]);
    }
}

const OCEL: &str = r#"{"objectTypes":[{"name":"hồ sơ","attributes":[]},{"name":"người","attributes":[]}],
"events":[
 {"id":"1","type":"nhận","time":"1970-01-01T00:00:01Z","relationships":[{"objectId":"h1","qualifier":"a"},{"objectId":"h2","qualifier":"a"},{"objectId":"h1","qualifier":"b"},{"objectId":"p","qualifier":""}]},
 {"id":"2","type":"trả","time":"1970-01-01T00:00:02Z","attributes":[{"name":"org:resource","value":"Lan"},{"name":"x","value":[1]}],"relationships":[{"objectId":"h2","qualifier":""},{"objectId":"unknown","qualifier":""}]},
 {"id":"3","type":"họp","time":"1970-01-01T00:00:03Z","attributes":[{"name":"org:resource","value":7}],"relationships":[{"objectId":"p","qualifier":""}]}
],"objects":[{"id":"h1","type":"hồ sơ"},{"id":"h2","type":"hồ sơ"},{"id":"p","type":"người"}]}"#;

#[test]
fn objects_of_one_type_are_followed() {
    let follow = |case: Option<&str>| {
        let columns = Columns { case: case.map(str::to_owned), ..Columns::default() };
        ocel::read(OCEL.as_bytes(), &columns, &Limits::default())
    };
    let log = follow(Some("hồ sơ")).expect("a log");
    let (one, two) = (SECOND, 2 * SECOND);
    assert_eq!(
        said(&log),
        [("h1", "nhận", one, None), ("h2", "nhận", one, None), ("h2", "trả", two, Some("Lan"))]
    );
    assert_eq!(log.incomplete, 1);
    let log = follow(Some("người")).expect("a log");
    assert_eq!(said(&log), [("p", "nhận", one, None), ("p", "họp", 3 * SECOND, Some("7"))]);
    let trouble = follow(None).expect_err("two types");
    assert_eq!(
        trouble.to_string(),
        "line 6: no column for the case is called case; there are: hồ sơ, người [log-column]"
    );
}

#[test]
fn hostile_files_are_refused_with_a_sentence_and_a_line() {
    let mut wrong = Vec::new();
    let long = "n".repeat(10 << 20);
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY a \"aaaaaaaa\">\n<!ENTITY b \"&a;&a;&a;&a;\">\n]>\n<log>&b;</log>";
    let deep = format!("<log>\n{}", "<string key=\"a\" value=\"b\">".repeat(100));
    let named = format!("<log><trace>\n<string key=\"concept:name\" value=\"{}\"/>", "n".repeat(5000));
    let huge = format!("<log><trace>\n<string key=\"concept:name\" value=\"{long}\"/></trace></log>");
    for (text, line, code) in [
        ("", 1, "log-none"),
        ("case,activity,time\n", 2, "log-none"),
        ("<html>\n</html>", 1, "log-none"),
        ("<log></log>\n<log></log>", 2, "log-none"),
        ("<log>\n<trace>\n</log>", 3, "log-broken"),
        ("<log>\n<trace>\n", 3, "log-broken"),
        ("<log>\n<trace", 2, "log-broken"),
        ("<log>\n<!-- ", 2, "log-broken"),
        ("<log>\n</log", 2, "log-broken"),
        ("</log>", 1, "log-broken"),
        ("<log><trace>\n<string key=\"concept:name\" value=\"&#0;\"/></trace></log>", 2, "log-broken"),
        ("<log><trace>\n<string key=\"concept:name\" value=\"& b\"/></trace></log>", 2, "log-broken"),
        ("<log>\n<event/></log>", 2, "log-broken"),
        ("<log><trace><event>\n<event/></event></trace></log>", 2, "log-broken"),
        ("<log><trace>\n<string key=\"concept:name\" value=\"&lol;\"/></trace></log>", 2, "log-broken"),
        (
            "<log><trace><event>\n\n<date key=\"time:timestamp\" value=\"31/12/2017\"/></event></trace></log>",
            3,
            "log-time",
        ),
        (bomb, 5, "log-doctype"),
        (&deep, 2, "log-too-many"),
        (&named, 2, "log-name-too-long"),
        (&huge, 2, "log-too-many"),
    ] {
        refused(&mut wrong, xes::read(text.as_bytes(), &Columns::default(), &Limits::default()), line, code);
    }
    let huge = format!("{{\"events\":[\n{{\"type\":\"{long}\",\"time\":\"\"}}],\"objects\":[]}}");
    let nested = format!("{{\"events\":[],\n\"x\":{}", "[".repeat(100_000));
    for (text, line, code) in [
        ("", 1, "log-broken"),
        ("[]", 1, "log-broken"),
        ("{}\n", 1, "log-none"),
        ("{\"events\":[]}", 1, "log-none"),
        ("{\"events\":[],\"objects\":[]}\n}", 2, "log-broken"),
        ("{\"events\":[\n{\"type\":\"a\",\"time\":\"soon\"}],\"objects\":[]}", 2, "log-time"),
        ("{\"events\":[\n{\"type\":\"a\"}],\"objects\":[]}", 2, "log-broken"),
        ("{\"events\":[{\"type\":\"a\",\n\"time\":\"2017-01-01\"", 2, "log-broken"),
        (&huge, 2, "log-too-many"),
        (&nested, 2, "log-broken"),
    ] {
        refused(&mut wrong, ocel::read(text.as_bytes(), &Columns::default(), &Limits::default()), line, code);
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn refused(wrong: &mut Vec<String>, read: Result<Log, Trouble>, line: u64, code: &str) {
    match read {
        Err(trouble) if trouble.line == line && trouble.why.code() == code => {}
        other => wrong.push(format!("{other:?} instead of {code} in line {line}")),
    }
}

#[test]
fn broken_and_exploding_compression_is_refused() {
    let whole = gzipped(XES.as_bytes());
    let cut =
        xes::read(plain(&whole[..whole.len() / 2]).expect("bytes"), &Columns::default(), &Limits::default());
    assert_eq!(cut.expect_err("cut").why.code(), "log-unreadable");
    // A hundred megabytes of spaces in a hundred kilobytes, and as much of empty elements.
    for (filling, code) in [(" ", "log-too-many"), ("<list key=\"a\"/>", "log-too-many")] {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"<log>").expect("memory");
        let many = (100 << 20) / filling.len();
        let block = filling.repeat(1 << 10);
        (0..many >> 10).for_each(|_| gzip.write_all(block.as_bytes()).expect("memory"));
        let bytes = gzip.finish().expect("memory");
        let limits = Limits { bytes: 50 << 20, ..Limits::default() };
        let trouble =
            xes::read(plain(&bytes[..]).expect("bytes"), &Columns::default(), &limits).expect_err(code);
        assert_eq!(trouble.why.code(), code, "{trouble}");
    }
}

#[test]
fn what_xml_cannot_hold_is_not_written() {
    let mut log = Log::default();
    log.push("a\u{1}", "b", 0, None, &Limits::default()).expect("within limits");
    assert!(
        xes::write(&log, Vec::new()).expect_err("a control character").to_string().contains("cannot hold")
    );
    assert!(ocel::write(&log, Vec::new()).is_ok());
}
