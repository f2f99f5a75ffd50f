//! Offices: how each is run, who works there, and what is asked of them.

use hailong_core::{
    directory::Directory,
    serve::{
        applicant::ApplicantKind,
        office::{Level, Office},
        official::{Official, Role},
        procedure::Procedure,
    },
    time::Day,
};

use super::super::chance::Chance;

/// How an office is run: 0 is ordinary.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) struct Manner {
    /// Kindness, in points of the five faces.
    pub(in crate::demo) warmth: f64,
    /// Share of its cases that are late.
    pub(super) late: f64,
    /// Share of those whose late cases are told before the day, with an apology.
    pub(super) honest: f64,
    /// Share of the dossiers that lack a document.
    pub(super) missing: f64,
    /// Share of the people who answer.
    pub(super) response: f64,
    /// 0 good, 1 ordinary, 2 bad: the column of tables by office.
    pub(super) column: usize,
}

/// Shares of the procedures among cases: copies and certificates swamp the rest, as everywhere.
const MIX: [(&str, f64); 16] = [
    ("2.000815", 30.0),
    ("2.000884", 7.0),
    ("2.000635", 7.0),
    ("1.001193", 9.0),
    ("1.004873", 6.0),
    ("1.000894", 3.0),
    ("1.000656", 3.0),
    ("2.001035", 4.0),
    ("1.004194", 3.0),
    ("1.004222", 2.0),
    ("2.000986", 2.0),
    ("1.013831", 6.0),
    ("1.012783", 3.0),
    ("1.013978", 2.0),
    ("1.001612", 2.5),
    ("1.013225", 1.5),
];

/// The manner of an office; two are clearly good and two clearly bad, whatever the seed.
pub(in crate::demo) fn manner(seed: u64, office: &Office) -> Manner {
    let chance = Chance::new(seed, &office.id, 0);
    let drawn = chance.bell().clamp(-1.5, 1.5);
    let (quality, column) = match office.id.as_str() {
        "tan-thuan" | "thi-tran-dam-doi" => (2.0, 0),
        "tran-phan" | "nguyen-huan" => (-2.0, 2),
        "huyen-dam-doi" => (-0.8, 1),
        _ => (drawn, 1),
    };
    Manner {
        warmth: 0.35 * quality,
        late: (0.035 - 0.028 * quality).clamp(0.004, 0.2),
        honest: (0.6 + 0.18 * quality).clamp(0.1, 0.95),
        missing: (0.07 - 0.025 * quality).clamp(0.01, 0.2),
        response: 0.18 + 0.2 * chance.unit(),
        column,
    }
}

/// The officials of an office who receive and handle cases.
pub(in crate::demo) fn staff_of<'a>(directory: &'a Directory, office: &'a Office) -> Vec<&'a Official> {
    directory.officials_of(&office.id).filter(|official| official.role == Role::Official).collect()
}

/// How often each version of a procedure is asked for.
pub(super) fn demand(directory: &Directory, day: Day) -> Vec<f64> {
    let procedures = &directory.procedures;
    let held: Vec<&Procedure> = directory.on(day).procedures().collect();
    let rest: f64 = 100.0 - MIX.iter().map(|(_, share)| share).sum::<f64>();
    let weight = |procedure: &Procedure| {
        if !held.iter().any(|version| std::ptr::eq(*version, procedure)) {
            return 0.0;
        }
        let named = MIX.iter().find(|(code, _)| *code == procedure.code);
        named.map_or(rest / held.len().saturating_sub(MIX.len()).max(1) as f64, |(_, share)| *share)
    };
    procedures.iter().map(weight).collect()
}

/// Among the offices that are open, communes share by population; what both levels receive goes to the district office one time in eight.
pub(super) fn receiving(
    directory: &Directory,
    procedure: &Procedure,
    is_open: impl Fn(&Office) -> bool,
    chance: &Chance,
) -> usize {
    let offices = &directory.offices;
    let both = procedure.received_at(Level::District) && procedure.received_at(Level::Commune);
    let open = || offices.iter().filter(|office| is_open(office));
    let people: f64 = open().filter_map(|office| office.population).map(f64::from).sum();
    let weight = |office: &Office| match office.level {
        level if !procedure.received_at(level) || !is_open(office) => 0.0,
        Level::District if both => people / 7.0,
        Level::District | Level::Province => 1.0,
        Level::Commune => f64::from(office.population.unwrap_or(0)),
    };
    let weights: Vec<f64> = offices.iter().map(weight).collect();
    chance.weighted(&weights)
}

/// Who comes with such a matter.
pub(super) fn kind(procedure: &Procedure, office: &Office, chance: &Chance) -> ApplicantKind {
    if procedure.field_vi.contains("hộ kinh doanh") {
        return ApplicantKind::Household;
    }
    let organisations = match procedure.field_vi.as_str() {
        "Hoạt động xây dựng" => 0.25,
        "Chứng thực" | "Đất đai" if office.level == Level::District => 0.2,
        "Chứng thực" => 0.06,
        _ => 0.0,
    };
    if chance.happens(organisations) {
        *chance.pick(&[ApplicantKind::Enterprise, ApplicantKind::Enterprise, ApplicantKind::Organisation])
    } else {
        ApplicantKind::Person
    }
}
