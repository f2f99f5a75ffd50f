//! Reads a document back, as far as tests ask: sizes of pages and the text that a reader would copy out of it. It knows
//! only the forms that krilla writes.

use std::collections::HashMap;
use std::io::Read as _;

/// What stands in a document.
pub(crate) struct Read {
    /// Sizes of the pages in whole millimetres.
    pub(crate) pages: Vec<(u32, u32)>,
    /// The text of all pages in the order it is drawn, lines joined by single spaces.
    pub(crate) text: String,
    /// Objects without their streams.
    pub(crate) plain: String,
}

struct Object {
    head: String,
    stream: Vec<u8>,
}

impl Read {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"%PDF-1.7"), "not a PDF");
        let objects = objects(bytes);
        let mut pages = Vec::new();
        let mut drawn = String::new();
        for number in page_numbers(&objects) {
            let head = &objects[&number].head;
            let size: Vec<f64> =
                after(head, "/MediaBox[").split([' ', ']']).take(4).map(|n| n.parse().unwrap()).collect();
            let millimetres = |points: f64| (points * 25.4 / 72.0).round() as u32;
            pages.push((millimetres(size[2]), millimetres(size[3])));
            let fonts = fonts(&objects, &objects[&reference(head, "/Resources")].head);
            read_page(&objects[&reference(head, "/Contents")].stream, &fonts, &mut drawn);
        }
        let text = drawn.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = objects.values().map(|object| object.head.as_str()).collect();
        Self { pages, text, plain }
    }
}

fn objects(bytes: &[u8]) -> HashMap<u32, Object> {
    let find = |from: usize, what: &[u8]| {
        bytes[from..].windows(what.len()).position(|w| w == what).map(|at| from + at)
    };
    let mut objects = HashMap::new();
    let mut at = 0;
    while let Some(begin) = find(at, b" 0 obj\n") {
        let end = find(begin, b"\nendobj").unwrap();
        let number = bytes[..begin].rsplit(|byte| !byte.is_ascii_digit()).next().unwrap();
        let number = std::str::from_utf8(number).unwrap().parse().unwrap();
        let body = &bytes[begin + 7..end];
        let split = body.windows(8).position(|w| w == b"\nstream\n");
        let head = String::from_utf8_lossy(&body[..split.unwrap_or(body.len())]).into_owned();
        let raw = split.map_or(&[][..], |split| &body[split + 8..body.len() - "\nendstream".len()]);
        let mut stream = Vec::new();
        if head.contains("/FlateDecode") {
            flate2::read::ZlibDecoder::new(raw).read_to_end(&mut stream).unwrap();
        }
        objects.insert(number, Object { head, stream });
        at = end;
    }
    objects
}

/// The pages in the order of the document.
fn page_numbers(objects: &HashMap<u32, Object>) -> Vec<u32> {
    let root = objects.values().find(|object| object.head.contains("/Type/Catalog")).unwrap();
    let mut found = Vec::new();
    let mut open = vec![reference(&root.head, "/Pages")];
    while let Some(number) = open.pop() {
        let head = &objects[&number].head;
        if head.contains("/Kids[") {
            let kids = after(head, "/Kids[").split(']').next().unwrap();
            let kids: Vec<u32> = kids.split(" 0 R").filter_map(|kid| kid.trim().parse().ok()).collect();
            open.extend(kids.into_iter().rev());
        } else {
            found.push(number);
        }
    }
    found
}

fn after<'a>(text: &'a str, key: &str) -> &'a str {
    text.split_once(key).unwrap_or_else(|| panic!("no {key} in {text}")).1
}

fn reference(head: &str, key: &str) -> u32 {
    after(head, key).trim_start().split(' ').next().unwrap().parse().unwrap()
}

type Letters = HashMap<u16, String>;

fn fonts(objects: &HashMap<u32, Object>, resources: &str) -> HashMap<String, Letters> {
    let Some((_, names)) = resources.split_once("/Font<<") else { return HashMap::new() };
    let names = names.split(">>").next().unwrap();
    let pairs = names.split('/').skip(1).map(|pair| pair.split_once(' ').unwrap());
    pairs
        .map(|(name, number)| {
            let font = &objects[&number.split(' ').next().unwrap().parse().unwrap()];
            let map = &objects[&reference(&font.head, "/ToUnicode")];
            (name.to_owned(), letters(&String::from_utf8_lossy(&map.stream)))
        })
        .collect()
}

/// The letters of a CMap's `bfchar` lines: "<0001> <1ED3>".
fn letters(map: &str) -> Letters {
    let hex = |text: &str| u16::from_str_radix(text, 16).ok();
    map.lines()
        .filter_map(|line| {
            let (code, units) = line.strip_prefix('<')?.split_once("> <")?;
            let units = units.strip_suffix('>')?;
            let units: Vec<u16> =
                units.as_bytes().chunks(4).filter_map(|u| hex(std::str::from_utf8(u).ok()?)).collect();
            Some((hex(code)?, String::from_utf16_lossy(&units)))
        })
        .collect()
}

fn read_page(content: &[u8], fonts: &HashMap<String, Letters>, out: &mut String) {
    let none = Letters::new();
    let mut font = &none;
    let mut at = 0;
    let mut word = 0;
    while at < content.len() {
        if content[at] == b'(' || (content[at] == b'<' && content[at + 1].is_ascii_hexdigit()) {
            let (codes, end) =
                if content[at] == b'(' { string(content, at + 1) } else { hex(content, at + 1) };
            for pair in codes.chunks(2) {
                out.push_str(font.get(&u16::from_be_bytes([pair[0], pair[1]])).map_or("", String::as_str));
            }
            (at, word) = (end, end);
            continue;
        }
        if content[at..].starts_with(b" Tf") {
            let name = String::from_utf8_lossy(&content[word..at]).into_owned();
            font = &fonts[name.rsplit('/').next().unwrap().split(' ').next().unwrap()];
        }
        if content[at..].starts_with(b"ET") {
            out.push(' ');
        }
        if content[at] == b'\n' {
            word = at;
        }
        at += 1;
    }
}

/// The bytes of a string in hexadecimal digits, and where it ends.
fn hex(content: &[u8], at: usize) -> (Vec<u8>, usize) {
    let end = at + content[at..].iter().position(|byte| *byte == b'>').unwrap();
    let digits = std::str::from_utf8(&content[at..end]).unwrap();
    let bytes = (0..digits.len()).step_by(2).map(|i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap());
    (bytes.collect(), end + 1)
}

/// The bytes of a literal string, and where it ends.
fn string(content: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let mut depth = 0;
    loop {
        match content[at] {
            b')' if depth == 0 => return (bytes, at + 1),
            b'(' | b')' => {
                if content[at] == b'(' {
                    depth += 1
                } else {
                    depth -= 1
                }
                bytes.push(content[at]);
            }
            b'\\' => {
                at += 1;
                let octal =
                    content[at..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                if octal > 0 {
                    let digits = content[at..at + octal].iter();
                    bytes.push(digits.fold(0_u8, |value, digit| value.wrapping_mul(8) + (digit - b'0')));
                    at += octal;
                    continue;
                }
                bytes.push(match content[at] {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    other => other,
                });
            }
            other => bytes.push(other),
        }
        at += 1;
    }
}
