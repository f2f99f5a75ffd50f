//! Records of the national portal as they were gathered in July 2026, each with what is known of the regime of 2017:
//! they become records of our own form, one for each of the two.

use serde_json::{Map, Value, json};

use super::{
    record::{FIELDS, doubt},
    string,
};
use crate::{serve::procedure::is_code, text::fold};

/// The first day of the state of 2026: districts were abolished, decisions moved to communes and the province.
const SINCE: &str = "2025-07-01";
/// The last day of the regime of 2017 where the record does not say another.
const UNTIL: &str = "2025-06-30";

/// Whether a record is of this form.
pub(super) fn is(map: &Map<String, Value>) -> bool {
    ["regime_2017", "level_2026", "time_limits"].iter().any(|key| map.contains_key(*key))
}

/// The versions of a record, in our own form, the older first.
pub(super) fn versions(
    map: Map<String, Value>,
    repairs: &mut Vec<String>,
) -> Result<Vec<Map<String, Value>>, String> {
    let mut versions = Vec::new();
    if let Some(Value::Object(regime)) = map.get("regime_2017") {
        versions.push(of_2017(&map, regime, repairs)?);
    }
    versions.push(of_2026(&map, repairs)?);
    Ok(versions)
}

/// What both versions share.
fn common(map: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut own = Map::new();
    // Fields of our own form that a record carries already are kept.
    for (key, value) in map.iter().filter(|(key, _)| FIELDS.contains(&key.as_str())) {
        own.insert(key.clone(), value.clone());
    }
    for key in ["channels", "confidence", "fees", "limits"] {
        own.remove(key);
    }
    own.insert("channels".to_owned(), channels(map.get("channels"))?);
    own.insert("documents".to_owned(), documents(map)?);
    let note = certain(&string(map, "notes"));
    own.insert("note".to_owned(), if note.is_empty() { Value::Null } else { json!(note) });
    own.insert("decision".to_owned(), map.get("publication_decision").cloned().unwrap_or_default());
    let forms = map.get("documents").and_then(Value::as_array).into_iter().flatten();
    let forms = forms.map(|document| document.get("name").and_then(Value::as_str).unwrap_or_default());
    let is_form = |name: &&str| {
        ["Tờ khai", "Đơn ", "Giấy đề nghị", "Phiếu ", "Bản khai"].iter().any(|start| name.starts_with(start))
    };
    own.insert("forms_vi".to_owned(), forms.filter(is_form).collect());
    Ok(own)
}

fn of_2026(map: &Map<String, Value>, repairs: &mut Vec<String>) -> Result<Map<String, Value>, String> {
    let mut own = common(map)?;
    own.entry("valid_from").or_insert(json!(SINCE));
    let decided = levels(&string(map, "level_2026"));
    let place = fold(&string(map, "receiving_point_2026"));
    let at = |level: &str, words: &str| {
        (place.contains(words) || (place.is_empty() && decided.contains(&level.to_owned())))
            .then(|| level.to_owned())
    };
    let received: Vec<String> =
        at("commune", "cap xa").into_iter().chain(at("province", "cap tinh")).collect();
    if decided.iter().any(|level| !received.contains(level)) || decided.len() < received.len() {
        own.insert("decided_at".to_owned(), json!(decided));
    }
    own.insert("levels".to_owned(), json!(received));
    own.insert("agency".to_owned(), json!(string(map, "agency_2026")));
    own.insert("legal_basis".to_owned(), map.get("legal_basis_2026").cloned().unwrap_or_default());
    let limits = map.get("time_limits").and_then(Value::as_array).cloned().unwrap_or_default();
    set_limits(&mut own, &limits, repairs)?;
    let doubtful = set_fee(&mut own, map.get("fee"), repairs);
    own.insert("confidence".to_owned(), confidence(map));
    doubt(&mut own, &["steps", "forms"], "low");
    doubt(&mut own, &["dossier_sets", "channels", "applicants", "result", "agency"], "medium");
    if doubtful {
        doubt(&mut own, &["fee"], "low");
    }
    codes(&mut own, &string(map, "notes"), true);
    let note = map.get("regime_2017").and_then(|regime| regime.get("note")).and_then(Value::as_str);
    codes(&mut own, note.unwrap_or_default(), false);
    Ok(own)
}

fn of_2017(
    map: &Map<String, Value>,
    regime: &Map<String, Value>,
    repairs: &mut Vec<String>,
) -> Result<Map<String, Value>, String> {
    let mut own = common(map)?;
    own.remove("valid_from");
    let until = string(regime, "valid_to");
    own.insert("valid_to".to_owned(), json!(if until.is_empty() { UNTIL } else { &until }));
    own.remove("decision");
    own.insert("note".to_owned(), regime.get("note").cloned().unwrap_or_default());
    let agency = string(regime, "agency");
    let all = levels(&string(regime, "level"));
    // "xã → huyện": handed in at the first, decided at the last.
    if agency.contains('→') && all.len() > 1 {
        own.insert("levels".to_owned(), json!(&all[..1]));
        own.insert("decided_at".to_owned(), json!(&all[all.len() - 1..]));
    } else {
        own.insert("levels".to_owned(), json!(all));
    }
    own.insert("agency".to_owned(), json!(agency));
    own.insert("legal_basis".to_owned(), regime.get("legal_basis").cloned().unwrap_or_default());
    let limits = regime.get("time_limits").and_then(Value::as_array).cloned().unwrap_or_default();
    set_limits(&mut own, &limits, repairs)?;
    let words = string(regime, "fee");
    let free = ["khong", "mien"].contains(&fold(&words).as_str());
    let amount = if free { json!(0) } else { Value::Null };
    set_fee(&mut own, Some(&json!({ "amount_vnd": amount, "text": words })), repairs);
    let known = map.get("confidence").and_then(|confidence| confidence.get("regime_2017"));
    let known = known.and_then(Value::as_str).unwrap_or("low").to_owned();
    let parts = ["limits", "fee", "agency", "legal_basis"];
    let sure: Map<String, Value> = parts.iter().map(|part| ((*part).to_owned(), json!(known))).collect();
    own.insert("confidence".to_owned(), Value::Object(sure));
    doubt(&mut own, &["documents", "applicants", "result", "dossier_sets"], "medium");
    doubt(&mut own, &["channels", "steps", "forms"], "low");
    Ok(own)
}

fn levels(text: &str) -> Vec<String> {
    let level = |part: &str| match part.trim() {
        "xa" => Some("commune".to_owned()),
        "huyen" => Some("district".to_owned()),
        "tinh" => Some("province".to_owned()),
        _ => None,
    };
    text.split('|').filter_map(level).collect()
}

fn channel(name: &str) -> Result<&'static str, String> {
    match name {
        "truc_tiep" | "direct" => Ok("direct"),
        "truc_tuyen" | "online" => Ok("online"),
        "buu_chinh" | "post" => Ok("post"),
        other => Err(format!("the channel \"{other}\" is not known")),
    }
}

fn channels(value: Option<&Value>) -> Result<Value, String> {
    let names = value.and_then(Value::as_array).into_iter().flatten();
    let keys: Result<Vec<&str>, String> =
        names.map(|name| channel(name.as_str().unwrap_or_default())).collect();
    Ok(json!(keys?))
}

fn documents(map: &Map<String, Value>) -> Result<Value, String> {
    let list = map.get("documents").and_then(Value::as_array).into_iter().flatten();
    let document = |value: &Value| {
        let Value::Object(document) = value else { return Err("a document is no object".to_owned()) };
        let count = |key: &str| document.get(key).and_then(Value::as_u64).unwrap_or(0);
        let mode = string(document, "mode");
        if !["nop", "xuat_trinh"].contains(&mode.as_str()) {
            return Err(format!("the mode \"{mode}\" of a document is not known"));
        }
        Ok(json!({
            "name": string(document, "name"), "submit": mode == "nop", "originals": count("original"),
            "copies": count("copy"), "condition": document.get("condition"),
        }))
    };
    Ok(Value::Array(list.map(document).collect::<Result<_, _>>()?))
}

/// Limits in our units. Cases that stand in the slots of channels become cases, "plus so many" the whole, and what is
/// done at fixed times of the year no limit.
fn set_limits(own: &mut Map<String, Value>, list: &[Value], repairs: &mut Vec<String>) -> Result<(), String> {
    let in_slots = list.len() > 1
        && list.iter().all(|limit| {
            let slots = limit.get("channels").and_then(Value::as_array).map_or(0, Vec::len);
            slots == 1 && limit.get("case").is_some_and(Value::is_string)
        });
    if in_slots {
        repairs.push("limits of cases stood in the slots of channels: taken as cases".to_owned());
    }
    let base = list.iter().find(|limit| limit.get("case").is_none_or(Value::is_null));
    let mut limits = Vec::new();
    for value in list {
        let Value::Object(limit) = value else { return Err("a limit is no object".to_owned()) };
        let (mut case, mut note) = (certain(&string(limit, "case")), certain(&string(limit, "note")));
        let unit = match string(limit, "unit").as_str() {
            "ngay_lam_viec" => "working_days",
            "ngay" => "days",
            "gio" => "hours",
            "thang" => "months",
            "trong_ngay" => "same_day",
            "theo_ky" => {
                let words = if note.is_empty() { "theo kỳ".to_owned() } else { note };
                own.insert("periodic_vi".to_owned(), json!(words));
                continue;
            }
            "" => "",
            other => return Err(format!("a limit has the unknown unit \"{other}\"")),
        };
        let mut number = limit.get("value").cloned().unwrap_or_default();
        let plus = case.starts_with("cộng thêm") || case.starts_with('+');
        let sum = || Some((base?.get("value")?.as_i64()?, number.as_i64()?));
        if let (true, Some((first, more))) = (plus, sum()) {
            case = case.trim_start_matches("cộng thêm").trim_start_matches(['+', ':', ' ']).to_owned();
            let added = format!("{first} cộng thêm {more}");
            note = if note.is_empty() { added } else { format!("{added}; {note}") };
            number = json!(first + more);
            repairs.push(format!(
                "a limit \"plus {more}\" became the whole limit of its case ({})",
                first + more
            ));
        }
        let mut entry = Map::new();
        entry.insert("value".to_owned(), number);
        entry.insert("unit".to_owned(), json!(unit));
        entry.insert("case".to_owned(), if case.is_empty() { Value::Null } else { json!(case) });
        entry.insert("note".to_owned(), if note.is_empty() { Value::Null } else { json!(note) });
        let all = own.get("channels").cloned().unwrap_or_default();
        let slots = channels(limit.get("channels"))?;
        if !in_slots && slots != all && slots.as_array().is_some_and(|slots| !slots.is_empty()) {
            entry.insert("channels".to_owned(), slots);
        }
        limits.push(Value::Object(entry));
    }
    own.insert("limits".to_owned(), Value::Array(limits));
    Ok(())
}

/// A text without the marks by which the records say how sure they are: `confidence` says it.
fn certain(text: &str) -> String {
    let mut text = text.to_owned();
    for mark in [
        "(KNOWN high)",
        "(KNOWN medium)",
        "(KNOWN low)",
        "KNOWN high:",
        "KNOWN high",
        "KNOWN medium",
        "KNOWN low",
        "KNOWN",
    ] {
        text = text.replace(mark, "");
    }
    text.trim_matches([' ', ':', ';', ',', '–', '.']).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fee in words, and as an amount or a formula where the words are plain; whether number and words contradict.
fn set_fee(own: &mut Map<String, Value>, fee: Option<&Value>, repairs: &mut Vec<String>) -> bool {
    let Some(Value::Object(fee)) = fee else { return false };
    let words = certain(&string(fee, "text"));
    let amount = fee.get("amount_vnd").and_then(Value::as_u64);
    let folded = fold(&words);
    let by_province = folded.contains("hdnd");
    let mut doubtful = false;
    let per = |piece: &str| folded.contains(&format!("/{piece}"));
    let fees =
        match (fee.get("formula").and_then(Value::as_str).and_then(stepped), fee.get("by_channel"), amount) {
            (Some(formula), ..) => vec![formula],
            (None, Some(Value::Object(by)), _) => {
                let known = by.iter().filter_map(|(name, vnd)| Some((channel(name).ok()?, vnd)));
                known
                    .map(|(channel, vnd)| json!({ "kind": "fixed", "vnd": vnd, "channels": [channel] }))
                    .collect()
            }
            (None, _, Some(0)) if by_province => {
                repairs.push(
                    "the fee is 0 by its number but set by the province by its words: to be checked"
                        .to_owned(),
                );
                doubtful = true;
                vec![json!({ "kind": "words" })]
            }
            (None, _, Some(0)) => vec![json!({ "kind": "free" })],
            (None, _, Some(vnd)) if per("ban") => {
                vec![json!({ "kind": "per_unit", "vnd": vnd, "unit_vi": "bản" })]
            }
            (None, _, Some(vnd)) => vec![json!({ "kind": "fixed", "vnd": vnd })],
            (None, _, None) if by_province => vec![json!({ "kind": "set_by_province" })],
            (None, _, None) => Vec::new(),
        };
    own.insert("fee_text".to_owned(), json!(words));
    own.insert("fees".to_owned(), Value::Array(fees));
    doubtful
}

/// A formula such as `min(2000*min(p,2)+1000*max(p-2,0),200000)`.
fn stepped(formula: &str) -> Option<Value> {
    let bare: String = formula.chars().filter(|letter| !letter.is_whitespace()).collect();
    let rest = bare.strip_prefix("min(")?;
    let (vnd, rest) = rest.split_once("*min(p,")?;
    let (first, rest) = rest.split_once(")+")?;
    let (then, rest) = rest.split_once("*max(p-")?;
    let (again, rest) = rest.split_once(",0),")?;
    let (most, _) = rest.split_once(')')?;
    let number = |text: &str| text.parse::<u32>().ok();
    (number(first)? == number(again)?).then_some(())?;
    Some(json!({
        "kind": "stepped", "first": number(first)?, "vnd": number(vnd)?, "then_vnd": number(then)?,
        "most_vnd": number(most)?, "unit_vi": "trang", "piece_vi": "bản",
    }))
}

/// Codes that a remark names: "mã mới" is the one of now, any other one of before.
fn codes(own: &mut Map<String, Value>, note: &str, also_new: bool) {
    let folded = fold(note);
    for word in folded.split(|letter: char| !letter.is_ascii_digit() && letter != '.') {
        let word = word.trim_matches('.');
        if !is_code(word) || string(own, "code") == word {
            continue;
        }
        let before = folded.find(word).map_or("", |at| &folded[..at]);
        let key = if before.ends_with("ma moi ") { "replaced_by" } else { "replaces" };
        if key == "replaces" && also_new {
            continue;
        }
        let list = own.entry(key).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!(word));
        }
    }
}

/// Confidence by the names of our parts.
fn confidence(map: &Map<String, Value>) -> Value {
    let names = [
        ("code", "code"),
        ("time_limit", "limits"),
        ("fee", "fee"),
        ("documents", "documents"),
        ("legal_basis", "legal_basis"),
    ];
    let known = |name: &str| map.get("confidence").and_then(|confidence| confidence.get(name)).cloned();
    let pairs = names.iter().filter_map(|(theirs, ours)| Some(((*ours).to_owned(), known(theirs)?)));
    Value::Object(pairs.collect())
}
