//! Reads a spreadsheet back, as far as tests ask: the words and numbers of its cells. It knows only the form that we write.

use std::io::Read as _;

/// A part of the file. Sizes are not asked for: what is packed says itself where it ends.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut from = 0;
    while let Some(found) = bytes[from..].windows(4).position(|four| four == b"PK\x03\x04") {
        let at = from + found;
        let length =
            |offset: usize| usize::from(u16::from_le_bytes([bytes[at + offset], bytes[at + offset + 1]]));
        let data = at + 30 + length(26) + length(28);
        if &bytes[at + 30..at + 30 + length(26)] == name.as_bytes() {
            let mut text = String::new();
            flate2::read::DeflateDecoder::new(&bytes[data..]).read_to_string(&mut text).unwrap();
            return text;
        }
        from = at + 4;
    }
    panic!("no {name}");
}

/// The cells of a sheet, counted from 1, row by row; rows and cells that were not written are left out.
pub(crate) fn rows(bytes: &[u8], sheet: usize) -> Vec<Vec<String>> {
    let text = part(bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
    let inner = |cell: &str, tag: &str| {
        let (_, rest) = cell.split_once(&format!("<{tag}"))?;
        let (_, rest) = rest.split_once('>')?;
        Some(rest.split_once(&format!("</{tag}>"))?.0.to_owned())
    };
    let cells = |row: &str| {
        let cells = row.split("<c ").skip(1).filter(|cell| !cell.split('>').next().unwrap().ends_with('/'));
        cells.map(|cell| inner(cell, "t").or_else(|| inner(cell, "v")).unwrap_or_default()).collect()
    };
    text.split("<row ").skip(1).map(|row| cells(row.split("</row>").next().unwrap())).collect()
}
