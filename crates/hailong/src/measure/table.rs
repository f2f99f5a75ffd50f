//! Tables of comma-separated values, read a line at a time: only the columns that are asked for are kept, each value once.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::{Context as _, anyhow, bail, ensure};

/// Largest file that is read.
const MOST_BYTES: u64 = 4 << 30;
/// Most lines of data.
const MOST_ROWS: usize = 20_000_000;
/// Longest line, in bytes.
const LONGEST: usize = 1 << 20;

/// The columns of a file that were asked for.
pub(super) struct Table {
    /// The file's name, for messages.
    file: String,
    /// The columns by name.
    columns: Vec<Column>,
    /// The line that each row begins at, from 1.
    lines: Vec<u32>,
}

/// A column: each value that occurs, and which one each row has.
#[derive(Clone)]
pub(super) struct Column {
    /// The head.
    pub(super) name: String,
    /// The values, without spaces around them; in order of appearance.
    pub(super) values: Vec<String>,
    /// The value of each row.
    pub(super) codes: Vec<u32>,
}

impl Table {
    /// Reads these columns of a file. A name with `:` is made of several columns: its values are those that occur together.
    ///
    /// # Errors
    /// Names the file, and the line or the column that is wrong.
    pub(super) fn read(path: &Path, names: &[&str]) -> anyhow::Result<Self> {
        let file = path.display().to_string();
        let input = File::open(path).with_context(|| format!("{file} cannot be read"))?;
        let bytes = input.metadata().with_context(|| format!("{file} cannot be read"))?.len();
        ensure!(bytes <= MOST_BYTES, "too-large: {file} has {bytes} bytes, more than {MOST_BYTES}");
        Self::of(file, BufReader::with_capacity(1 << 16, input), names)
    }

    fn of(file: String, input: impl BufRead, names: &[&str]) -> anyhow::Result<Self> {
        let mut wanted: Vec<&str> = names.iter().flat_map(|name| name.split(':')).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut records = Records::new(input);
        let Some(head) = records.head().with_context(|| file.clone())? else {
            bail!("empty-file: {file} has no line");
        };
        let mut places = Vec::with_capacity(wanted.len());
        for name in &wanted {
            let found: Vec<usize> = (0..head.len()).filter(|at| head[*at] == *name).collect();
            match found[..] {
                [at] => places.push(at),
                [] => {
                    bail!("no-such-column: {file} has no column \"{name}\"; it has {}", head.join(", "))
                }
                _ => bail!("column-twice: {file} has several columns \"{name}\""),
            }
        }
        let mut builders: Vec<Builder> = wanted.iter().map(|name| Builder::new(name)).collect();
        let mut lines = Vec::new();
        while let Some(line) = records.next(head.len()).with_context(|| file.clone())? {
            ensure!(lines.len() < MOST_ROWS, "too-many-rows: {file} has more than {MOST_ROWS} rows");
            lines.push(line);
            builders.iter_mut().zip(&places).for_each(|(builder, at)| builder.add(records.field(*at)));
        }
        ensure!(!lines.is_empty(), "empty-file: {file} has no line below its head");
        let columns = builders.into_iter().map(|builder| builder.column).collect();
        Ok(Self { file, columns, lines })
    }

    /// A column, or several that are joined by `:`.
    ///
    /// # Errors
    /// When the column was not asked for, or a row has nothing there.
    pub(super) fn column(&self, name: &str) -> anyhow::Result<Column> {
        let mut parts = name.split(':').map(|part| {
            let column = self.columns.iter().find(|column| column.name == part);
            let column = column.with_context(|| format!("no-such-column: \"{part}\""))?;
            self.map(column, "no-value", "nothing", |value| (!value.is_empty()).then_some(()))?;
            Ok::<_, anyhow::Error>(column.clone())
        });
        let first = parts.next().with_context(|| "no-such-column: a name is empty")??;
        parts.try_fold(first, |joined, part| Ok(joined.beside(&part?)))
    }

    /// Which rows have a value in all of these columns: not empty, nor `NA`.
    pub(super) fn complete(&self, names: &[&str]) -> Vec<bool> {
        let mut complete = vec![true; self.lines.len()];
        for name in names.iter().flat_map(|name| name.split(':')) {
            if let Some(column) = self.columns.iter().find(|column| column.name == name) {
                let there: Vec<bool> = column.values.iter().map(|value| !is_missing(value)).collect();
                let rows = complete.iter_mut().zip(&column.codes);
                rows.for_each(|(complete, code)| *complete &= there[*code as usize]);
            }
        }
        complete
    }

    /// Keeps some rows.
    pub(super) fn keep(&mut self, rows: &[bool]) {
        let mut kept = rows.iter();
        self.lines.retain(|_| kept.next() == Some(&true));
        for column in &mut self.columns {
            let mut kept = rows.iter();
            column.codes.retain(|_| kept.next() == Some(&true));
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The numbers of a column.
    ///
    /// # Errors
    /// Names the line of the first that is none.
    pub(super) fn numbers(&self, column: &Column) -> anyhow::Result<Vec<f64>> {
        self.map(column, "no-number", "no number", number)
    }

    /// What the values of a column mean, for each row.
    ///
    /// # Errors
    /// Names the line of the first that means nothing.
    pub(super) fn map<T: Copy>(
        &self,
        column: &Column,
        code: &str,
        what: &str,
        of: impl Fn(&str) -> Option<T>,
    ) -> anyhow::Result<Vec<T>> {
        let values: Vec<Option<T>> = column.values.iter().map(|value| of(value)).collect();
        let meant = |(row, at): (usize, &u32)| {
            values[*at as usize].ok_or_else(|| {
                let (file, line, name) = (&self.file, self.line(row), &column.name);
                anyhow!(
                    "{code}: {file}, line {line}: {name} is \"{}\", which is {what}",
                    column.values[*at as usize]
                )
            })
        };
        column.codes.iter().enumerate().map(meant).collect()
    }

    /// The line of a row.
    pub(super) fn line(&self, row: usize) -> u32 {
        self.lines.get(row).copied().unwrap_or_default()
    }
}

/// A finite number.
fn number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

fn is_missing(value: &str) -> bool {
    matches!(value, "" | "NA")
}

impl Column {
    /// Whether every value is a number.
    pub(super) fn is_numeric(&self) -> bool {
        self.values.iter().all(|value| number(value).is_some())
    }

    /// The values in order (numbers by size, other words letter by letter), and the rows accordingly.
    #[must_use]
    pub(super) fn sorted(self) -> Self {
        let mut used = vec![false; self.values.len()];
        self.codes.iter().for_each(|code| used[*code as usize] = true);
        let mut order: Vec<usize> = (0..self.values.len()).filter(|at| used[*at]).collect();
        let numeric = order.iter().all(|at| number(&self.values[*at]).is_some());
        order.sort_by(|a, b| {
            let (a, b) = (&self.values[*a], &self.values[*b]);
            match (numeric, number(a), number(b)) {
                (true, Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
                _ => a.cmp(b),
            }
        });
        let mut places = vec![0; self.values.len()];
        order.iter().zip(0..).for_each(|(at, place)| places[*at] = place);
        Self {
            name: self.name,
            values: order.iter().map(|at| self.values[*at].clone()).collect(),
            codes: self.codes.iter().map(|code| places[*code as usize]).collect(),
        }
    }

    /// The pairs of values that occur together.
    fn beside(&self, other: &Self) -> Self {
        let mut known = HashMap::new();
        let mut joined =
            Self { name: format!("{}:{}", self.name, other.name), values: Vec::new(), codes: Vec::new() };
        for pair in self.codes.iter().zip(&other.codes) {
            let code = *known.entry(pair).or_insert_with(|| {
                joined
                    .values
                    .push(format!("{}:{}", self.values[*pair.0 as usize], other.values[*pair.1 as usize]));
                (joined.values.len() - 1) as u32
            });
            joined.codes.push(code);
        }
        joined
    }
}

/// A column while it is read.
struct Builder {
    column: Column,
    known: HashMap<String, u32>,
}

impl Builder {
    fn new(name: &str) -> Self {
        let column = Column { name: name.to_owned(), values: Vec::new(), codes: Vec::new() };
        Self { column, known: HashMap::new() }
    }

    fn add(&mut self, value: &str) {
        let value = value.trim();
        let code = self.known.get(value).copied().unwrap_or_else(|| {
            let code = self.column.values.len() as u32;
            self.column.values.push(value.to_owned());
            self.known.insert(value.to_owned(), code);
            code
        });
        self.column.codes.push(code);
    }
}

/// The records of a text, one after the other.
struct Records<R> {
    input: R,
    line: u32,
    divider: u8,
    text: String,
    raw: Vec<u8>,
    /// The fields of the current record: their ends in `text`.
    ends: Vec<usize>,
}

impl<R: BufRead> Records<R> {
    fn new(input: R) -> Self {
        Self { input, line: 0, divider: b',', text: String::new(), raw: Vec::new(), ends: Vec::new() }
    }

    /// The names of the columns. What divides them is the one of comma, semicolon and tab that the head has most of.
    fn head(&mut self) -> anyhow::Result<Option<Vec<String>>> {
        if !self.fill()? {
            return Ok(None);
        }
        if self.raw.starts_with(b"\xef\xbb\xbf") {
            self.raw.drain(..3);
        }
        let many = |divider: &u8| self.raw.iter().filter(|byte| *byte == divider).count();
        self.divider = [b'\t', b';', b','].into_iter().max_by_key(many).unwrap_or(b',');
        self.split()?;
        Ok(Some((0..self.ends.len()).map(|at| self.field(at).trim().to_owned()).collect()))
    }

    /// Goes to the next record that is not blank and gives its first line.
    fn next(&mut self, columns: usize) -> anyhow::Result<Option<u32>> {
        loop {
            let line = self.line + 1;
            if !self.fill()? {
                return Ok(None);
            }
            if self.raw.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.split()?;
            let found = self.ends.len();
            ensure!(found == columns, "wrong-fields: line {line} has {found} fields, its head {columns}");
            return Ok(Some(line));
        }
    }

    fn field(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }

    /// Reads a record as it is: a line, or several when a quote goes over their ends.
    fn fill(&mut self) -> anyhow::Result<bool> {
        self.raw.clear();
        let first = self.line + 1;
        loop {
            let before = self.raw.len();
            let room = (LONGEST + 1).saturating_sub(before) as u64;
            self.input.by_ref().take(room).read_until(b'\n', &mut self.raw)?;
            ensure!(self.raw.len() <= LONGEST, "too-long: line {first} is longer than {LONGEST} bytes");
            let is_open = self.raw.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
            if self.raw.len() == before {
                ensure!(!is_open, "open-quote: line {first}: a quote is never closed");
                return Ok(false);
            }
            self.line += 1;
            if !is_open {
                return Ok(true);
            }
        }
    }

    /// Divides the record into fields.
    fn split(&mut self) -> anyhow::Result<()> {
        while self.raw.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            self.raw.pop();
        }
        let raw = std::str::from_utf8(&self.raw)
            .map_err(|_| anyhow!("no-text: line {} is no UTF-8 text", self.line))?;
        self.text.clear();
        self.ends.clear();
        let (mut quoted, mut after_quote) = (false, false);
        for letter in raw.chars() {
            if letter == '"' {
                // A doubled quote within quotes is one.
                if after_quote && !quoted {
                    self.text.push('"');
                }
                after_quote = quoted;
                quoted = !quoted;
            } else {
                after_quote = false;
                if letter as u32 == u32::from(self.divider) && !quoted {
                    self.ends.push(self.text.len());
                } else {
                    self.text.push(letter);
                }
            }
        }
        self.ends.push(self.text.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, names: &[&str]) -> anyhow::Result<Table> {
        Table::of("f.csv".to_owned(), text.as_bytes(), names)
    }

    fn cells(text: &str, name: &str) -> Vec<String> {
        let column = read(text, &[name]).unwrap().column(name).unwrap();
        column.codes.iter().map(|code| column.values[*code as usize].clone()).collect()
    }

    #[test]
    fn fields_are_read_as_they_were_meant() {
        assert_eq!(cells("\u{feff}a,b\r\n1, x \r\n\r\n2,\"y, \"\"z\"\"\"\r\n", "b"), ["x", "y, \"z\""]);
        assert_eq!(cells("a;b\n1;2,5\n", "b"), ["2,5"]);
        assert_eq!(cells("a\tb\n1\t2\n", "b"), ["2"]);
        assert_eq!(cells("a,b\n\"two\nlines\",1\n\"\",2", "b"), ["1", "2"]);
        assert_eq!(cells("batch,cask\nA,1\nA,2\nB,1\nA,1\n", "batch:cask"), ["A:1", "A:2", "B:1", "A:1"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |text: &str, names: &[&str]| {
            let outcome = read(text, names).and_then(|table| {
                names.iter().try_for_each(|name| table.numbers(&table.column(name)?).map(drop))
            });
            format!("{:#}", outcome.unwrap_err())
        };
        assert_eq!(told("", &["a"]), "empty-file: f.csv has no line");
        assert_eq!(told("a,b\n", &["a"]), "empty-file: f.csv has no line below its head");
        assert_eq!(told("a,b\n1,2\n", &["c"]), "no-such-column: f.csv has no column \"c\"; it has a, b");
        assert_eq!(told("a,a\n1,2\n", &["a"]), "column-twice: f.csv has several columns \"a\"");
        assert_eq!(told("a,b\n1,2\n\n3\n", &["a"]), "f.csv: wrong-fields: line 4 has 1 fields, its head 2");
        assert_eq!(
            told("a\n1\n\"x\ny\"\n", &["a"]),
            "no-number: f.csv, line 3: a is \"x\ny\", which is no number"
        );
        assert_eq!(told("a,b\n1,2\n,3\n", &["a"]), "no-value: f.csv, line 3: a is \"\", which is nothing");
        assert_eq!(told("a\ninf\n", &["a"]), "no-number: f.csv, line 2: a is \"inf\", which is no number");
        assert_eq!(told("a\n1\n\"2\n", &["a"]), "f.csv: open-quote: line 3: a quote is never closed");
    }

    #[test]
    fn values_are_in_order_and_unused_ones_gone() {
        let mut table = read("g,h\n10,b\n9,a\nNA,c\n9,a\n", &["g", "h"]).unwrap();
        let complete = table.complete(&["g", "h"]);
        assert_eq!(complete, [true, true, false, true]);
        assert_eq!(table.column("g").unwrap().sorted().values, ["10", "9", "NA"]);
        table.keep(&complete);
        let column = table.column("g").unwrap().sorted();
        assert_eq!((column.values, column.codes), (vec!["9".to_owned(), "10".to_owned()], vec![1, 0, 0]));
        assert_eq!((table.rows(), table.line(2)), (3, 5));
    }
}
