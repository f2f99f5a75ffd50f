//! Finding a procedure by the words that people use: with and without diacritics, with slips of the finger.
//!
//! An index is made once for a catalogue. A query is compared as it was typed and, where people say a thing otherwise
//! than the catalogue (synonyms.csv), as the catalogue says it; the better of the two counts. Words that nearly every
//! procedure has weigh little. Slips are only looked for when nothing is found without.

use std::collections::{BTreeMap, HashMap};

use super::Procedure;
use crate::text::fold;

/// What people say, and what the catalogue calls it.
const SYNONYMS: &str = include_str!("synonyms.csv");

/// Words that say little about which procedure is meant: they weigh almost nothing.
const FILLERS: &str = " a ai ban ba bo can cho chua co con cua da dau de di den do duoc em gi giay hoi khi la lam mat may minh \
                       mot muon nao nay ngay nguoi nha nhu o ong phai qua ra sao se tai the theo thi thu toi tren trong tu tuc \
                       va ve voi xin ";

/// A word of the catalogue, folded.
struct Word {
    folded: String,
    /// Procedures that have it, with the fields where.
    places: Vec<(u32, u8)>,
    /// How much it says: rare words more.
    weight: f32,
}

/// What is compared of one version of a procedure; every text has a space at both ends.
struct Target {
    short: String,
    name: String,
    /// Short name and name in lower case with their diacritics.
    exact: String,
    /// Short name without spaces.
    joined: String,
    /// Words of the short name that say something.
    words: u32,
    /// Digits of the code and of the codes it had before.
    codes: Vec<String>,
}

/// A searchable catalogue; places are those in the list it was made of.
pub struct Index {
    words: Vec<Word>,
    targets: Vec<Target>,
    synonyms: BTreeMap<String, Vec<String>>,
    /// The weight of a word that the catalogue does not have.
    unknown: f32,
}

/// Fields of a target, as bits; the better field counts.
const SHORT: u8 = 4;
const NAME: u8 = 2;
const FIELD: u8 = 1;

/// Of what a query says, so much must be found.
const COVERAGE: f32 = 0.6;
/// Where slips are allowed anything is like something: half of a longer query must be typed right.
const COVERAGE_WITH_SLIPS: f32 = 0.8;
/// What people mean by a common saying counts for more than a likeness of words.
const MEANT: f32 = 1.15;
/// Hits much worse than the best are left out.
const NEAR_THE_BEST: f32 = 0.25;

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index of {} procedures and {} words", self.targets.len(), self.words.len())
    }
}

impl Index {
    /// Makes the index of a list of procedures.
    pub fn new(procedures: &[Procedure]) -> Self {
        let mut words: BTreeMap<String, BTreeMap<u32, u8>> = BTreeMap::new();
        let mut targets = Vec::with_capacity(procedures.len());
        for (at, procedure) in procedures.iter().enumerate() {
            let target = Target::new(procedure);
            let field = spaced(&fold(&procedure.field_vi));
            for (text, bit) in [(&target.short, SHORT), (&target.name, NAME), (&field, FIELD)] {
                for word in text.split_whitespace() {
                    *words.entry(word.to_owned()).or_default().entry(at as u32).or_default() |= bit;
                }
            }
            targets.push(target);
        }
        let all = targets.len().max(1) as f32;
        let weight = |many: usize| (1.0 + all / many as f32).ln();
        let words = words.into_iter().map(|(folded, places)| {
            let filler = if is_filler(&folded) { 0.1 } else { 1.0 };
            Word { folded, weight: weight(places.len()) * filler, places: places.into_iter().collect() }
        });
        let mut synonyms: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in SYNONYMS.lines().skip(1) {
            if let Some((said, meant)) = line.split_once(',') {
                synonyms.entry(spaced(&fold(said))).or_default().push(spaced(&fold(meant)));
            }
        }
        Self { words: words.collect(), targets, synonyms, unknown: 0.5 * weight(1) }
    }

    /// The places of the procedures that match, best first. An empty query matches all, in their order.
    pub fn search(&self, query: &str) -> Vec<usize> {
        let typed = spaced(&fold(query));
        if typed.trim().is_empty() {
            return (0..self.targets.len()).collect();
        }
        let exact = spaced(&query.to_lowercase());
        let mut scores = self.codes(&typed);
        for slips in [false, true] {
            for (readings, worth) in [(vec![typed.clone()], 1.0), (self.meant(&typed), MEANT)] {
                for reading in readings {
                    for (at, score) in self.score(&reading, &exact, slips) {
                        let best = scores.entry(at).or_insert(0.0);
                        *best = best.max(score * worth);
                    }
                }
            }
            if !scores.is_empty() {
                break;
            }
        }
        if scores.is_empty() {
            scores = self.joined(&typed);
        }
        let best = scores.values().copied().fold(0.0, f32::max);
        let mut found: Vec<_> =
            scores.into_iter().filter(|(_, score)| *score >= best * NEAR_THE_BEST).collect();
        found.sort_by(|(a, x), (b, y)| {
            let length = |at: &usize| self.targets[*at].short.len();
            y.total_cmp(x).then_with(|| length(a).cmp(&length(b))).then_with(|| a.cmp(b))
        });
        found.into_iter().map(|(at, _)| at).collect()
    }

    /// Procedures by code, whole or in part.
    fn codes(&self, typed: &str) -> HashMap<usize, f32> {
        // A code of a province's system carries its suffix: 1.012753.H19, 2.000815.000.00.00.H55.
        let mut parts = typed.split_whitespace();
        let lead: String = match (parts.next(), parts.next()) {
            (Some(kind), Some(number)) if kind.len() == 1 && number.len() == 6 => kind.to_owned() + number,
            _ => typed.replace(' ', ""),
        };
        if lead.len() < 3 || !lead.bytes().all(|byte| byte.is_ascii_digit()) {
            return HashMap::new();
        }
        let score = |target: &Target| {
            let of = |code: &String| match () {
                () if *code == lead => 10.0,
                () if code.contains(&lead) => 5.0,
                () => 0.0,
            };
            target.codes.iter().map(of).fold(0.0, f32::max)
        };
        let scored = self.targets.iter().enumerate().map(|(at, target)| (at, score(target)));
        scored.filter(|(_, score)| *score > 0.0).collect()
    }

    /// The query as the catalogue would say it: the longest thing said is replaced, once for each meaning.
    fn meant(&self, typed: &str) -> Vec<String> {
        let said = self.synonyms.iter().filter(|(said, _)| typed.contains(said.as_str()));
        let Some((said, meant)) = said.max_by_key(|(said, _)| said.len()) else { return Vec::new() };
        meant.iter().map(|meant| typed.replacen(said.as_str(), meant, 1)).collect()
    }

    /// How well each procedure matches a reading of the query; those that match too little are left out.
    fn score(&self, reading: &str, exact: &str, slips: bool) -> Vec<(usize, f32)> {
        let tokens: Vec<&str> = reading.split_whitespace().collect();
        let mut all = 0.0;
        let mut found = vec![(0.0_f32, 0.0_f32, 0_u32); self.targets.len()];
        let mut best: HashMap<u32, (f32, f32, bool)> = HashMap::new();
        for (number, token) in tokens.iter().enumerate() {
            best.clear();
            let last = number + 1 == tokens.len();
            let mut weight: Option<f32> = None;
            for word in &self.words {
                let Some(quality) = likeness(token, &word.folded, last, slips) else { continue };
                // What a token says is what its closest word says.
                if quality >= 1.0 || weight.is_none() {
                    weight = Some(word.weight);
                }
                for (at, fields) in &word.places {
                    let field = field_worth(*fields) * quality;
                    let entry = best.entry(*at).or_insert((0.0, 0.0, false));
                    if field > entry.0 {
                        *entry = (field, quality, quality >= 0.6 && fields & SHORT != 0);
                    }
                }
            }
            let weight = match (weight, is_filler(token)) {
                (Some(weight), _) => weight,
                (None, true) => 0.1 * self.unknown,
                (None, false) => self.unknown,
            };
            all += weight;
            for (at, (field, quality, in_short)) in &best {
                let sum = &mut found[*at as usize];
                sum.0 += weight * field;
                sum.1 += weight * quality.min(1.0);
                sum.2 += u32::from(*in_short && !is_filler(token));
            }
        }
        let needed = if slips && tokens.len() > 2 { COVERAGE_WITH_SLIPS } else { COVERAGE } * all;
        let matches = found.iter().enumerate().filter(|(_, (_, covered, _))| *covered >= needed);
        matches
            .map(|(at, (sum, _, in_short))| {
                let target = &self.targets[at];
                (at, sum / all + target.bonus(reading, exact, *in_short))
            })
            .collect()
    }

    /// Procedures whose short name holds the query when both are written without spaces.
    fn joined(&self, typed: &str) -> HashMap<usize, f32> {
        let joined = typed.replace(' ', "");
        if joined.len() < 5 {
            return HashMap::new();
        }
        let holds = self.targets.iter().enumerate().filter(|(_, target)| target.joined.contains(&joined));
        holds.map(|(at, _)| (at, 1.0)).collect()
    }
}

impl Target {
    fn new(procedure: &Procedure) -> Self {
        let short = spaced(&fold(&procedure.short_name_vi));
        let codes = [&procedure.code].into_iter().chain(&procedure.replaces);
        Self {
            joined: short.replace(' ', ""),
            words: short.split_whitespace().filter(|word| !is_filler(word)).count() as u32,
            name: spaced(&fold(&procedure.name_vi)),
            exact: spaced(&format!("{} {}", procedure.short_name_vi, procedure.name_vi).to_lowercase()),
            codes: codes.map(|code| code.replace('.', "")).collect(),
            short,
        }
    }

    /// What speaks for it beside the single words: words in a row, diacritics as typed, and little left over.
    fn bonus(&self, reading: &str, exact: &str, in_short: u32) -> f32 {
        let row = reading.trim_end();
        let in_a_row = match () {
            () if self.short.trim_end() == row => 0.5,
            () if self.short.contains(row) => 0.3,
            () if self.name.contains(row) => 0.15,
            () => 0.0,
        };
        let as_typed = if self.exact.contains(exact.trim_end()) { 0.1 } else { 0.0 };
        let little_left = 0.3 * in_short.min(self.words) as f32 / self.words.max(1) as f32;
        in_a_row + as_typed + little_left
    }
}

fn field_worth(fields: u8) -> f32 {
    match () {
        () if fields & SHORT != 0 => 1.0,
        () if fields & NAME != 0 => 0.7,
        () => 0.5,
    }
}

fn is_filler(word: &str) -> bool {
    // The list has a space on both sides of every word.
    FILLERS.match_indices(word).any(|(at, _)| {
        let bytes = FILLERS.as_bytes();
        at > 0 && bytes[at - 1] == b' ' && bytes.get(at + word.len()) == Some(&b' ')
    })
}

/// How alike a typed word and a word of the catalogue are; none when they are not.
fn likeness(typed: &str, word: &str, last: bool, slips: bool) -> Option<f32> {
    if typed == word {
        return Some(1.0);
    }
    // The last word may be half typed.
    if last && typed.len() >= 2 && word.starts_with(typed) {
        return Some(0.85);
    }
    if !slips || typed.len() < 2 {
        return None;
    }
    let allowed = if typed.len() >= 6 { 2 } else { 1 };
    match distance(typed.as_bytes(), word.as_bytes(), allowed)? {
        1 => Some(0.7),
        _ => Some(0.6),
    }
}

/// Letters to insert, drop, change or swap with the next to make one word of the other; none beyond `most`.
fn distance(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    const LONGEST: usize = 24;
    if a.len().abs_diff(b.len()) > most || a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let mut rows = [[0_usize; LONGEST + 1]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        let (now, before, two) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i;
        for j in 1..=b.len() {
            let changed = rows[before][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut cell = changed.min(rows[before][j] + 1).min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cell = cell.min(rows[two][j - 2] + 1);
            }
            rows[now][j] = cell;
        }
    }
    let all = rows[a.len() % 3][b.len()];
    (all <= most).then_some(all)
}

/// A text whose words are parted by single spaces, punctuation taken as space, with a space at both ends.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 2);
    spaced.push(' ');
    for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        spaced.push_str(word);
        spaced.push(' ');
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::procedure::tests::{of_2017, of_2026};

    /// The first hit among the procedures of 2017.
    fn first(query: &str) -> Option<String> {
        let procedures = of_2017();
        Index::new(&procedures).search(query).first().map(|at| procedures[*at].code.clone())
    }

    #[test]
    fn people_find_what_they_mean() {
        let mut wrong = Vec::new();
        for (query, code) in [
            // As the catalogue says it, with and without diacritics.
            ("đăng ký khai sinh", "1.001193"),
            ("khai sinh", "1.001193"),
            ("khái sinh", "1.001193"),
            ("KHAI SINH", "1.001193"),
            ("dang ky khai sinh", "1.001193"),
            ("  Đăng ký   khai sinh ", "1.001193"),
            ("khai-sinh", "1.001193"),
            ("thủ tục đăng ký khai sinh cho con", "1.001193"),
            ("khai tử", "1.000656"),
            ("hon ket", "1.000894"),
            ("tinh trang hon nhan", "1.004873"),
            ("tách thửa", "1.012784"),
            ("hoa giai", "1.012812"),
            ("dang ky tam tru", "1.004194"),
            ("khuyết tật", "1.001699"),
            ("chung thuc chu ky", "2.000884"),
            ("cải chính hộ tịch", "1.004859"),
            // Half typed, and with slips.
            ("khai sin", "1.001193"),
            ("kahi sinh", "1.001193"),
            ("đăng kí khai sinhh", "1.001193"),
            ("ket hom", "1.000894"),
            ("thuong trs", "1.004222"),
            ("khaisinh", "1.001193"),
            ("dangkykethon", "1.000894"),
            ("chung thuc ban sai", "2.000815"),
            ("ho kinh doamh", "1.001612"),
            // As people say it.
            ("giấy khai sinh", "1.001193"),
            ("làm giấy khai sinh cho con", "1.001193"),
            ("lam giay khai sinh", "1.001193"),
            ("mất giấy khai sinh", "2.000635"),
            ("giấy chứng tử", "1.000656"),
            ("cưới", "1.000894"),
            ("lay vo", "1.000894"),
            ("giấy độc thân", "1.004873"),
            ("sửa giấy khai sinh", "1.004859"),
            ("sao y", "2.000815"),
            ("sao y bản chính", "2.000815"),
            ("chứng thực", "2.000815"),
            ("công chứng giấy tờ", "2.000815"),
            ("làm sổ đỏ", "1.013978"),
            ("lam so do", "1.013978"),
            ("đổi sổ đỏ", "1.012783"),
            ("mất sổ đỏ", "1.012786"),
            ("sang tên sổ đỏ", "1.013831"),
            ("ban dat", "1.013831"),
            ("tranh chấp ranh đất", "1.012812"),
            ("xây nhà", "1.013225"),
            ("xin phép xây nhà", "1.013225"),
            ("sửa nhà", "1.013229"),
            ("mở quán", "1.001612"),
            ("mở quán cà phê", "1.001612"),
            ("giấy phép kinh doanh", "1.001612"),
            ("đóng cửa hàng", "1.001266"),
            ("hộ nghèo", "1.011607"),
            ("sổ hộ nghèo", "1.011607"),
            ("tiền người già", "1.001776"),
            ("đám ma", "1.001731"),
            ("hộ khẩu", "1.004222"),
            ("ở trọ", "1.004194"),
            // By code.
            ("1.001193", "1.001193"),
            ("1001193", "1.001193"),
            ("001193", "1.001193"),
            ("1.001193.H12", "1.001193"),
            ("2.000815.000.00.00.H55", "2.000815"),
        ] {
            let found = first(query);
            if found.as_deref() != Some(code) {
                wrong.push((query, code, found));
            }
        }
        assert_eq!(wrong, []);
    }

    #[test]
    fn people_of_2026_find_what_is_new() {
        let procedures = of_2026();
        let index = Index::new(&procedures);
        for (query, code) in [
            ("giấy khai sinh", "1.001193"),
            ("làm sổ đỏ", "1.013978"),
            ("tiền người già", "1.014027"),
            ("nuôi tôm", "1.014801"),
            ("hộ nghèo", "1.011607"),
            ("sao y", "2.000815"),
            ("mở quán", "1.001612"),
            ("1.009994", "1.013225"),
        ] {
            assert_eq!(procedures[index.search(query)[0]].code, code, "{query}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let procedures = of_2017();
        let index = Index::new(&procedures);
        for query in ["phóng tàu vũ trụ", "xyz", "9.999999"] {
            assert_eq!(index.search(query), [0_usize; 0], "{query}");
        }
        for query in ["", "  ", "…"] {
            assert_eq!(index.search(query).len(), procedures.len());
        }
        assert!(Index::new(&[]).search("khai sinh").is_empty());
    }

    #[test]
    fn a_field_finds_its_procedures() {
        let procedures = of_2017();
        let found = Index::new(&procedures).search("đất đai");
        let of_land = procedures.iter().filter(|procedure| procedure.field_vi == "Đất đai").count();
        let hits = found.iter().filter(|at| procedures[**at].field_vi == "Đất đai").count();
        assert_eq!(hits, of_land);
    }

    #[test]
    fn a_code_of_before_leads_to_the_one_of_now() {
        let mut procedures = of_2017();
        procedures[5].replaces = vec!["1.009994".into()];
        assert_eq!(Index::new(&procedures).search("1.009994"), [5]);
    }

    #[test]
    fn slips_are_counted() {
        for (a, b, most, expected) in [
            ("sinh", "sihn", 1, Some(1)),
            ("sinh", "sin", 1, Some(1)),
            ("sinh", "sanh", 1, Some(1)),
            ("sinh", "tran", 1, None),
            ("doanh", "daonh", 2, Some(1)),
            ("", "ab", 2, Some(2)),
            ("sinh", "sinh", 1, Some(0)),
        ] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes(), most), expected, "{a} {b}");
        }
    }

    #[test]
    fn every_synonym_leads_somewhere() {
        let index = Index::new(&[of_2017(), of_2026()].concat());
        for line in SYNONYMS.lines().skip(1) {
            let (said, meant) = line.split_once(',').unwrap();
            assert!(!said.trim().is_empty() && !index.search(meant).is_empty(), "{line}");
        }
    }
}
