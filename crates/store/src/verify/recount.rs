//! Counts the base tables anew, in Rust and not in SQL, and compares with the tallies that moved with every event.

use std::collections::{BTreeMap, BTreeSet};

use hailong_core::{
    listen::{rating::BallotBox, sealing::REST},
    serve::{applicant::ApplicantKind, report::Counts},
    time::{Day, Instant},
};

use super::{
    Trouble,
    compare::{Table, in_words},
};
use crate::value::Value;

/// Columns of `office_tally` that can be counted per month.
const MONTHLY: [&str; 10] =
    ["opened", "accepted", "on_time", "late", "returned", "refused", "invited", "used", "sealed", "denied"];

/// The columns of an answer's scores.
const SCORES: [&str; 6] = ["n0", "n1", "n2", "n3", "n4", "n5"];

/// The piles that a sealed box shows as a whole: of the first as many slips as there were ballots, of words no more.
const PILES: [&str; 2] = ["overall", "words"];
/// The piles whose slips may wait: of a group of applicants as many are shown, wait and were lost as there were ballots.
const HELD_PILES: [&str; 3] = ["attitude", "speed", "procedure"];

/// What the columns of `case_day` say together over all days.
const IN_PROGRESS: &str = "received less ended";
const WAITING: &str = "waiting";
const RUNNING: &str = "missed less caught";

/// A tally, its key in words, and the column.
type Place = (&'static str, String, &'static str);

/// What was counted and what the tallies say.
#[derive(Default)]
pub(super) struct Recount {
    counted: BTreeMap<Place, i64>,
    said: BTreeMap<Place, i64>,
    /// Month of each sealed box, and how many slips of each of [`PILES`] it still owes.
    boxes: BTreeMap<(String, i64), (i64, [i64; PILES.len()])>,
}

/// One row, by name of column.
struct Cells<'a> {
    table: &'a Table,
    row: &'a [Value],
}

impl Cells<'_> {
    fn get(&self, column: &str) -> Option<&Value> {
        self.table.columns.iter().position(|name| name == column).map(|at| &self.row[at])
    }

    fn int(&self, column: &str) -> Option<i64> {
        if let Some(Value::Int(number)) = self.get(column) { Some(*number) } else { None }
    }

    fn text(&self, column: &str) -> &str {
        if let Some(Value::Text(text)) = self.get(column) { text } else { "" }
    }

    fn month_of_instant(&self, column: &str) -> Option<i64> {
        self.int(column).map(|at| i64::from(Instant(at).day().month().0))
    }

    fn month_of_day(&self, column: &str) -> Option<i64> {
        self.int(column).map(|day| i64::from(Day(day as i32).month().0))
    }
}

/// All slips of a group of applicants, shown, waiting and lost: there must be as many as ballots.
fn held_key(group: &str) -> String {
    format!("grp \"{group}\", all offices, shown, waiting and lost")
}

fn office_month(office: &str, group: &str, month: i64) -> String {
    format!("office_id \"{office}\", grp \"{group}\", month {}", in_words("month", &Value::Int(month)))
}

impl Recount {
    /// Takes a row of any table that was just found to be what the journal says.
    pub(super) fn see(&mut self, table: &Table, row: &[Value]) {
        let cells = Cells { table, row };
        match table.name.as_str() {
            "case_file" => self.case(&cells),
            "invitation" => self.invitation(&cells),
            "ballot_box" => {
                self.say("ballot_box", format!("box_id \"{}\"", cells.text("box_id")), "pending", &cells)
            }
            "sealed_box" => self.sealed(&cells),
            "slip" => self.slip(&cells),
            "held" => {
                let group = cells.text("grp");
                for (pile, lost) in
                    HELD_PILES.into_iter().zip(["lost_attitude", "lost_speed", "lost_procedure"])
                {
                    let n = cells.int(pile).unwrap_or_default() + cells.int(lost).unwrap_or_default();
                    self.count("slip", held_key(group), pile, n);
                }
            }
            "office_tally" => self.office_tally(&cells),
            "answer_tally" => {
                let key = answer_key(cells.text("office_id"), cells.text("grp"), cells.int("month"));
                let key = key + &format!(", question \"{}\"", cells.text("question"));
                for column in SCORES {
                    self.say("answer_tally", key.clone(), column, &cells);
                }
            }
            "due_tally" => {
                let key = due_key(cells.text("office_id"), cells.text("grp"), cells.get("due_at"));
                self.say("due_tally", key, "n", &cells);
            }
            "case_day" => self.case_day(&cells),
            _ => {}
        }
    }

    fn count(&mut self, table: &'static str, key: String, column: &'static str, n: i64) {
        *self.counted.entry((table, key, column)).or_default() += n;
    }

    fn say(&mut self, table: &'static str, key: String, column: &'static str, cells: &Cells<'_>) {
        *self.said.entry((table, key, column)).or_default() += cells.int(column).unwrap_or_default();
    }

    fn monthly(&mut self, office: &str, group: &str, month: Option<i64>, column: &'static str, n: i64) {
        if let Some(month) = month {
            self.count("office_tally", office_month(office, group, month), column, n);
        }
    }

    fn case(&mut self, cells: &Cells<'_>) {
        let kind = ApplicantKind::from_key(cells.text("applicant_kind"));
        let group = kind.map_or("", |kind| kind.group().key());
        let office = cells.text("office_id");
        self.monthly(office, group, cells.month_of_instant("opened_at"), "opened", 1);
        self.monthly(office, group, cells.month_of_instant("accepted_at"), "accepted", 1);
        let ended = if cells.int("on_time") == Some(1) { "on_time" } else { "late" };
        self.monthly(office, group, cells.month_of_instant("finished_at"), ended, 1);
        let state = cells.text("state");
        let closed = cells.month_of_instant("closed_at");
        match state {
            "returned" => self.monthly(office, group, closed, "returned", 1),
            "refused" => self.monthly(office, group, closed, "refused", 1),
            "accepted" | "in_progress" | "submitted" => {
                self.count("due_tally", due_key(office, group, cells.get("due_at")), "n", 1);
            }
            _ => {}
        }
        if cells.int("accepted_at").is_some()
            && cells.int("finished_at").is_none()
            && cells.int("is_open") == Some(1)
        {
            let waits = matches!(state, "supplement_requested" | "paused");
            let key = || report_key(office, cells.text("procedure"));
            self.count("case_day", key(), IN_PROGRESS, 1);
            self.count("case_day", key(), if waits { WAITING } else { RUNNING }, 1);
        }
        // A case keeps how many supplements were asked, not when: only their sum over all months can be counted.
        let key = format!("office_id \"{office}\", grp \"{group}\", all months");
        self.count("office_tally", key, "supplements", cells.int("supplements").unwrap_or_default());
    }

    fn invitation(&mut self, cells: &Cells<'_>) {
        let (office, group) = (cells.text("office_id"), cells.text("grp"));
        self.monthly(office, group, cells.month_of_day("issued_day"), "invited", 1);
        self.monthly(office, group, cells.month_of_day("denied_day"), "denied", 1);
        if let Some(month) = cells.month_of_day("used_day") {
            self.monthly(office, group, Some(month), "used", 1);
            self.count("ballot_box", format!("box_id \"box/{office}/{group}\""), "pending", 1);
        }
    }

    fn sealed(&mut self, cells: &Cells<'_>) {
        let box_id = cells.text("box_id");
        let size = cells.int("size").unwrap_or_default();
        let month = cells.month_of_day("day").unwrap_or_default();
        let (office, group) = box_parts(box_id);
        // A rest is as large as all the boxes that were joined in it; its slips are their ballots.
        let of_rest =
            |serial| format!("box_id \"box/{REST}/{group}\", serial {serial}, all that were joined");
        if office == REST {
            let key = of_rest(cells.int("serial").unwrap_or_default());
            self.say("sealed_box", key, "size", cells);
        } else {
            self.count("ballot_box", format!("box_id \"{box_id}\""), "pending", -size);
        }
        if let Some(rest) = cells.int("rest") {
            return self.count("sealed_box", of_rest(rest), "size", size);
        }
        self.monthly(office, group, Some(month), "sealed", size);
        for pile in HELD_PILES {
            *self.said.entry(("slip", held_key(group), pile)).or_default() += size;
        }
        self.boxes.insert(
            (box_id.to_owned(), cells.int("serial").unwrap_or_default()),
            (month, [size; PILES.len()]),
        );
    }

    fn slip(&mut self, cells: &Cells<'_>) {
        let place = (cells.text("box_id").to_owned(), cells.int("serial").unwrap_or_default());
        let Some((month, owed)) = self.boxes.get_mut(&place) else { return };
        if let Some(pile) = PILES.iter().position(|pile| *pile == cells.text("pile")) {
            owed[pile] -= 1;
        }
        let month = *month;
        let (office, group) = box_parts(&place.0);
        if let Some(pile) = HELD_PILES.into_iter().find(|pile| *pile == cells.text("pile")) {
            self.count("slip", held_key(group), pile, 1);
        }
        let asked = |question| match cells.text(question) {
            "no" => Some(0),
            "yes" => Some(1),
            "not_said" => Some(2),
            _ => None,
        };
        let numbers = ["overall", "welcome", "guidance", "speed", "lawful", "trips", "contacts", "days"];
        let answers = numbers.map(|question| (question, cells.int(question), 1)).into_iter();
        let asked = ["extra_money", "extra_papers"].map(|question| (question, asked(question), 0));
        for (question, score, lowest) in answers.chain(asked) {
            if let Some(score) = score {
                let key = answer_key(office, group, Some(month)) + &format!(", question \"{question}\"");
                let offered = usize::try_from(score).ok().filter(|score| *score >= lowest);
                let column = offered.and_then(|score| SCORES.get(score));
                self.count("answer_tally", key, column.copied().unwrap_or("another score"), 1);
            }
        }
    }

    fn office_tally(&mut self, cells: &Cells<'_>) {
        let (office, group) = (cells.text("office_id"), cells.text("grp"));
        let key = office_month(office, group, cells.int("month").unwrap_or_default());
        for column in MONTHLY {
            self.say("office_tally", key.clone(), column, cells);
        }
        let all = format!("office_id \"{office}\", grp \"{group}\", all months");
        self.say("office_tally", all, "supplements", cells);
    }

    /// In the end every case whose time runs misses its day, unless it is done by then.
    fn case_day(&mut self, cells: &Cells<'_>) {
        let row = Counts::COLUMNS.map(|column| cells.int(column).unwrap_or_default());
        let counts = Counts::from_row(row);
        let sums = [
            (IN_PROGRESS, counts.received_in_all() + counts.taken_over - counts.ended()),
            (WAITING, counts.waiting),
            (RUNNING, counts.missed - counts.caught),
        ];
        for (column, n) in sums {
            let key = report_key(cells.text("office_id"), cells.text("procedure"));
            *self.said.entry(("case_day", key, column)).or_default() += n;
        }
    }

    /// The first count that does not agree.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        for ((box_id, serial), (_, owed)) in &self.boxes {
            let wrong = |(pile, owed): &(&str, i64)| if *pile == "words" { *owed < 0 } else { *owed != 0 };
            if let Some((pile, owed)) = PILES.into_iter().zip(*owed).find(wrong) {
                let key = format!("box_id \"{box_id}\", serial {serial}");
                let owed = format!("{owed} more than it has slips");
                return Some(row("sealed_box", key, "size", format!("its number of {pile} slips"), owed));
            }
        }
        let places: BTreeSet<&Place> = self.counted.keys().chain(self.said.keys()).collect();
        let of = |map: &BTreeMap<Place, i64>, place: &Place| map.get(place).copied().unwrap_or_default();
        places.into_iter().find_map(|place| {
            let (counted, said) = (of(&self.counted, place), of(&self.said, place));
            let (table, key, column) = place;
            (counted != said).then(|| row(table, key.clone(), column, counted.to_string(), said.to_string()))
        })
    }
}

fn row(table: &str, key: String, column: &str, expected: String, found: String) -> Trouble {
    Trouble::Row {
        table: table.to_owned(),
        key,
        column: Some(column.to_owned()),
        witness: "a recount",
        expected,
        found,
    }
}

/// Office and group of `box/<office>/<group>`, see [`BallotBox::id`].
fn box_parts(box_id: &str) -> (&str, &str) {
    let parts = box_id.strip_prefix("box/").and_then(|rest| rest.rsplit_once('/')).unwrap_or_default();
    debug_assert!(
        hailong_core::serve::applicant::Group::from_key(parts.1)
            .is_none_or(|group| BallotBox::id(parts.0, group) == box_id)
    );
    parts
}

fn answer_key(office: &str, group: &str, month: Option<i64>) -> String {
    office_month(office, group, month.unwrap_or_default())
}

fn report_key(office: &str, procedure: &str) -> String {
    format!("office_id \"{office}\", procedure \"{procedure}\", all days")
}

fn due_key(office: &str, group: &str, due: Option<&Value>) -> String {
    let due = due.map_or_else(|| "nothing".into(), |due| in_words("due_at", due));
    format!("office_id \"{office}\", grp \"{group}\", due_at {due}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::sqlite,
        verify::{compare, replay::Replay},
    };

    fn recounted(replay: &Replay) -> Option<String> {
        let mut recount = Recount::default();
        for table in compare::tables(&replay.scratch).unwrap() {
            let sql = format!("SELECT {} FROM {}", table.columns.join(", "), table.name);
            let rows = sqlite::query(&replay.scratch, &sql, &[], |row| row.all()).unwrap();
            rows.iter().for_each(|row| recount.see(&table, row));
        }
        recount.trouble().map(|trouble| trouble.to_string())
    }

    /// Whoever rewrites the whole chain may stuff answers into a box: no pile may be larger than the others, and slips that wait are
    /// neither more nor fewer than those that are not shown yet.
    #[test]
    fn every_pile_has_as_many_slips_as_there_were_ballots() {
        let replay = Replay::begin(970).unwrap();
        let insert = |text: &str| replay.scratch.execute_batch(text).unwrap();
        insert("INSERT INTO sealed_box VALUES (970, 'box/tran-phan/person', 1, 17300, 5, NULL)");
        let slip = |pile: &str, place: i64| {
            insert(&format!(
                "INSERT INTO slip (authority_id, box_id, serial, pile, place) \
                 VALUES (970, 'box/tran-phan/person', 1, '{pile}', {place})"
            ));
        };
        let trouble =
            |table: &str| recounted(&replay).filter(|said| said.starts_with(&format!("table {table}")));
        let told = "INSERT INTO office_tally VALUES (970, 'tran-phan', 'person', 24208, 0,0,0,0,0,0,0, 0, 0, 5, 0);
                    INSERT INTO ballot_box VALUES (970, 'box/tran-phan/person', 'tran-phan', 'person', 2, -5, 17300);";
        insert(told);
        assert!(trouble("sealed_box").is_some(), "the pile with overall satisfaction is missing");
        (0..5).for_each(|place| slip("overall", place));
        assert_eq!(trouble("sealed_box"), None, "words need not be said");
        for pile in HELD_PILES {
            assert!(trouble("slip").is_some(), "the pile {pile} is missing");
            (0..3).for_each(|place| slip(pile, place));
        }
        insert(
            "INSERT INTO held VALUES (970, 'box/tran-phan/person', 'tran-phan', 'person', 1, 17300, 0, 2, 1, 2, 0, 1, 0, x'')",
        );
        assert_eq!(recounted(&replay), None, "two of each wait, or were lost");
        slip("speed", 5);
        assert!(trouble("slip").is_some_and(|said| said.contains("speed")));
        insert("UPDATE held SET speed = 0");
        assert_eq!(recounted(&replay), None);
        slip("overall", 5);
        assert!(trouble("sealed_box").is_some_and(|said| said.contains("overall")));
    }

    /// Tallies that a projection forgot to move would be forgotten in the replay as well: only this finds them.
    #[test]
    fn a_tally_that_was_never_moved_is_found() {
        let replay = Replay::begin(970).unwrap();
        let insert = |text: &str| replay.scratch.execute_batch(text).unwrap();
        insert(
            "INSERT INTO invitation VALUES (970, x'01', x'02', 'tran-phan', 'person', 'p', 'f', 17300, 17301, 'link', NULL, 0, NULL);
             INSERT INTO ballot_box VALUES (970, 'box/tran-phan/person', 'tran-phan', 'person', 1, 1, 17300);
             INSERT INTO office_tally VALUES (970, 'tran-phan', 'person', 24208, 0,0,0,0,0,0,0, 1, 1, 0, 0);",
        );
        let recounted = || recounted(&replay);
        assert_eq!(recounted(), None);
        insert("UPDATE ballot_box SET pending = 0");
        let pending = "table ballot_box, row box_id \"box/tran-phan/person\", column pending: a recount says 1, \
                       the table says 0";
        assert_eq!(recounted().as_deref(), Some(pending));
        insert("UPDATE ballot_box SET pending = 1; DELETE FROM office_tally");
        let invited = "table office_tally, row office_id \"tran-phan\", grp \"person\", month 2017-05, column invited: \
                       a recount says 1, the table says 0";
        assert_eq!(recounted().as_deref(), Some(invited));
    }
}
