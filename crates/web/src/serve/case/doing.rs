//! The forms of the steps that can be taken now, and what their fields ask of `core`.

use hailong_core::{
    context::Context,
    directory::Directory,
    id::new_id,
    refusal::Refusal,
    serve::{
        case::{
            Action, Ask, CheckDocuments, Fault, LimitChoice, Mark, Outcome, ReturnWay, Step, offered,
            offices_to_send,
        },
        clock::PauseReason,
        procedure::{Limit, Procedure, Unit},
    },
    time::{Day, Instant},
};
use hailong_render::{
    Lang,
    component::{Choice, Errors},
    format,
    work::doing::{Doing, Field, Kind},
};
use hailong_store::serve::case::{CaseFile, ConsultationFile};
use uuid::Uuid;

use super::{limits, name_of};
use crate::form::Fields;

/// What the forms are made from.
pub(super) struct Desk<'a> {
    pub(super) lang: Lang,
    pub(super) file: &'a CaseFile,
    pub(super) procedure: &'a Procedure,
    pub(super) directory: &'a Directory,
    pub(super) consultations: &'a [ConsultationFile],
}

/// A form that came back.
#[derive(Default)]
pub(super) struct CameBack {
    pub(super) action: Option<Action>,
    pub(super) fields: Fields,
    pub(super) errors: Errors,
}

impl Desk<'_> {
    /// The forms of every step that this official can take now.
    pub(super) fn doings(&self, ctx: &Context<'_>, back: &CameBack) -> Vec<Doing> {
        let offered = offered(&self.file.case, ctx);
        offered
            .into_iter()
            .map(|action| {
                let open = back.action == Some(action);
                let mut fields = self.fields(action, ctx);
                for field in fields.iter_mut().filter(|field| open && !matches!(field.kind, Kind::Hidden)) {
                    field.error = back.errors.of(&format!("{}-{}", action.path(), field.name)).to_owned();
                    field.value = match &field.kind {
                        Kind::Boxes(choices) => {
                            let ticked =
                                choices.iter().filter(|choice| back.fields.get(&choice.value) == "yes");
                            ticked.map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(" ")
                        }
                        _ => back.fields.get(field.name).chars().take(2_000).collect(),
                    };
                }
                Doing { action, fields, open }
            })
            .collect()
    }

    fn fields(&self, action: Action, ctx: &Context<'_>) -> Vec<Field> {
        let t = |key| self.lang.t(key);
        let reason = || {
            Field::new("reason", t("doing-field-reason"), Kind::Words(true))
                .hint(t("doing-field-reason-hint"))
        };
        let today = ctx.at.day();
        match action {
            Action::Accept => self.accept(),
            Action::Ask | Action::RequestSupplement => {
                vec![Field::new("missing", t("doing-field-missing"), Kind::Boxes(self.documents())), reason()]
            }
            Action::ReceiveSupplement => vec![self.missing()],
            Action::Finish => {
                let proposed = self.file.submitted.map(outcome_value).unwrap_or_default();
                vec![self.outcome().value(proposed)]
            }
            Action::Submit => {
                vec![self.outcome(), Field::new("note", t("doing-field-appraisal"), Kind::Words(true))]
            }
            Action::Return => {
                let ways = [
                    ("counter", "doing-way-counter"),
                    ("post", "doing-way-post"),
                    ("online", "doing-way-online"),
                ];
                vec![self.radios("way", "doing-field-way", &ways).value("counter")]
            }
            Action::HandOver => vec![
                Field::new("to", t("doing-field-to"), Kind::Select(self.colleagues(ctx))),
                Field::new("reason", t("doing-field-hand-over-reason"), Kind::Words(false)),
            ],
            Action::Send => {
                vec![Field::new("to_office", t("doing-field-to-office"), Kind::Select(self.offices(ctx)))]
            }
            Action::Consult => vec![
                Field::new("consultation", String::new(), Kind::Hidden)
                    .value(new_id(ctx.at, &ctx.entropy).to_string()),
                Field::new("body", t("doing-field-body"), Kind::Line("text")),
                Field::new("question", t("doing-field-question"), Kind::Words(true)),
                Field::new("answer_by", t("doing-field-answer-by"), Kind::Line("date"))
                    .value(self.day_after(today, 2)),
            ]
            .into_iter()
            .chain((!self.procedure.sector.silence.is_empty()).then(|| {
                let consents = Choice::new("consents", t("doing-field-silence-consents"));
                Field::new("silence", t("doing-field-silence"), Kind::Boxes(vec![consents]))
            }))
            .collect(),
            Action::Answer => vec![
                self.which(|_| true),
                self.radios(
                    "reply",
                    "doing-field-reply",
                    &[("agreed", "doing-reply-agreed"), ("disagreed", "doing-reply-disagreed")],
                ),
                Field::new("answer", t("doing-field-answer"), Kind::Words(true)),
            ],
            Action::Silence => vec![self.which(|open| open.answer_by < ctx.at)],
            Action::Visit => vec![
                Field::new("visited", t("doing-field-visited"), Kind::Line("date")).value(today.to_string()),
                Field::new("visited_time", t("doing-field-visited-time"), Kind::Line("time")),
                Field::new(
                    "attendance",
                    t("doing-field-attended"),
                    Kind::Boxes(vec![Choice::new("attended", t("doing-field-attended-yes"))]),
                ),
                Field::new("words", t("doing-field-visit"), Kind::Words(true)),
            ],
            Action::Pause => {
                let reasons = [
                    ("financial_duty", "doing-pause-financial-duty"),
                    ("posting", "doing-pause-posting"),
                    ("expert_opinion", "doing-pause-expert-opinion"),
                    ("violation", "doing-pause-violation"),
                ];
                vec![self.radios("pause", "doing-field-pause", &reasons), reason()]
            }
            Action::Resume => Vec::new(),
            Action::Extend => vec![
                Field::new("by", t("doing-field-extend"), Kind::Line("number")),
                self.radios(
                    "unit",
                    "doing-field-extend-unit",
                    &[("working_days", "work-unit-working-days"), ("days", "work-unit-days")],
                ),
                reason(),
            ],
            Action::Apologise => {
                vec![Field::new("to_day", t("doing-field-to-day"), Kind::Line("date")), reason()]
            }
            Action::Refuse | Action::Withdraw | Action::Stop | Action::SendBack => vec![reason()],
            Action::Lose => vec![Field::new("reason", t("doing-field-note"), Kind::Words(true))],
            Action::Correct => {
                let faults = [("office", "doing-fault-office"), ("applicant", "doing-fault-applicant")];
                vec![self.radios("fault", "doing-field-fault", &faults), reason()]
            }
        }
    }

    fn accept(&self) -> Vec<Field> {
        let limits = limits(self.lang, self.procedure);
        let limit = match limits.as_slice() {
            [] => Field::new("days", self.lang.t("work-field-days"), Kind::Line("number"))
                .hint(self.lang.t("work-limit-hint")),
            [only] => Field::new("limit", String::new(), Kind::Hidden).value(only.value.clone()),
            _ => Field::new("limit", self.lang.t("work-field-limit"), Kind::Radios(limits)),
        };
        vec![self.missing(), limit]
    }

    /// What is missing, to be read before it is confirmed.
    fn missing(&self) -> Field {
        let marks = super::page::marks(self.procedure, self.file);
        let missing = self.procedure.documents.iter().zip(marks).filter(|(_, mark)| *mark == Mark::Missing);
        let names = missing.map(|(document, _)| document.name.clone()).collect();
        Field::new("came", String::new(), Kind::List(names))
    }

    fn documents(&self) -> Vec<Choice> {
        let all = self.procedure.documents.iter().enumerate();
        all.map(|(at, document)| Choice::new(format!("missing-{at}"), document.name.clone())).collect()
    }

    fn outcome(&self) -> Field {
        let outcomes = [("granted", "work-outcome-granted"), ("denied", "work-outcome-denied")];
        self.radios("outcome", "work-outcome", &outcomes)
    }

    fn radios(&self, name: &'static str, label: &str, choices: &[(&str, &str)]) -> Field {
        let choices = choices.iter().map(|(value, key)| Choice::new(*value, self.lang.t(key))).collect();
        Field::new(name, self.lang.t(label), Kind::Radios(choices))
    }

    fn which(&self, fits: impl Fn(&ConsultationFile) -> bool) -> Field {
        let open = self.consultations.iter().filter(|one| one.reply.is_none()).filter(|one| fits(one));
        let choices: Vec<_> = open
            .map(|one| {
                let by = format::date_time(self.lang, one.answer_by);
                let args = [("body", one.body.as_str().into()), ("by", by.into())];
                Choice::new(one.id.to_string(), self.lang.t_args("doing-consultation", &args))
            })
            .collect();
        let first = choices.first().map(|choice| choice.value.clone()).unwrap_or_default();
        Field::new("which", self.lang.t("doing-field-which"), Kind::Radios(choices)).value(first)
    }

    fn colleagues(&self, ctx: &Context<'_>) -> Vec<Choice> {
        let case = &self.file.case;
        let there = self.directory.on(ctx.at.day()).officials_of(&case.at_office);
        let others = there.filter(|other| other.role.serves() && other.id != case.holder);
        others.map(|other| Choice::new(&other.id, name_of(self.directory, &other.id))).collect()
    }

    fn offices(&self, ctx: &Context<'_>) -> Vec<Choice> {
        let case = &self.file.case;
        let choice = |key: String| {
            let name = self.directory.unit_name(&key);
            let home = key == case.desk_office;
            let name = if home {
                self.lang.t_args("doing-send-back-home", &[("office", name.into())])
            } else {
                name
            };
            Choice::new(key, name)
        };
        offices_to_send(case, ctx).into_iter().map(choice).collect()
    }

    fn day_after(&self, today: Day, working_days: u32) -> String {
        let day = self.directory.calendar.nth_working_after(today, working_days);
        day.map(|day| day.to_string()).unwrap_or_default()
    }
}

/// What a form asks for.
///
/// # Errors
/// Names the field that was not filled in as the form asks.
pub(super) fn step(
    action: Action,
    fields: &Fields,
    marks: Vec<Mark>,
    desk: &Desk<'_>,
) -> Result<Step, Refusal> {
    let reason = || fields.get("reason").to_owned();
    let id = |name: &'static str| Uuid::parse_str(fields.trimmed(name)).map_err(|_| Refusal::BadChoice(name));
    let whole =
        || marks.iter().map(|mark| if *mark == Mark::Missing { Mark::Present } else { *mark }).collect();
    Ok(match action {
        Action::Accept => Step::Check(CheckDocuments {
            documents: whole(),
            limit: super::step::limit_of(fields.trimmed("limit"), fields.trimmed("days"), desk.procedure)?,
            reason: String::new(),
        }),
        Action::Ask => Step::Check(CheckDocuments {
            documents: missing(fields, desk.procedure)?,
            limit: LimitChoice::Published(0),
            reason: reason(),
        }),
        Action::RequestSupplement => {
            Step::RequestSupplement { documents: missing(fields, desk.procedure)?, reason: reason() }
        }
        Action::ReceiveSupplement => Step::ReceiveSupplement { documents: whole() },
        Action::Finish => Step::Finish { outcome: outcome(fields)? },
        Action::Submit => Step::Submit { outcome: outcome(fields)?, note: fields.get("note").to_owned() },
        Action::SendBack => Step::SendBack { reason: reason() },
        Action::Return => {
            let way = if fields.get("way").is_empty() { "counter" } else { fields.get("way") };
            Step::Return { way: ReturnWay::from_key(way).ok_or(Refusal::BadChoice("way"))? }
        }
        Action::HandOver => Step::HandOver { to: fields.get("to").to_owned(), reason: reason() },
        Action::Send => Step::Send { to_office: fields.get("to_office").to_owned() },
        Action::Consult => Step::Consult(Ask {
            id: id("consultation")?,
            body: fields.get("body").to_owned(),
            question: fields.get("question").to_owned(),
            answer_by: desk.file.case.calendar(&desk.directory.calendar).closing(day(fields, "answer_by")?),
            silence_consents: fields.get("consents") == "yes",
        }),
        Action::Answer => Step::AnswerConsultation {
            id: id("which")?,
            agreed: match fields.get("reply") {
                "agreed" => true,
                "disagreed" => false,
                _ => return Err(Refusal::BadChoice("reply")),
            },
            answer: fields.get("answer").to_owned(),
        },
        Action::Silence => Step::NoteSilence { id: id("which")? },
        Action::Visit => Step::RecordVisit {
            visited_at: visited_at(fields)?,
            attended: fields.get("attended") == "yes",
            words: fields.get("words").to_owned(),
        },
        Action::Pause => Step::Pause { reason: pause(fields.get("pause"))?, words: reason() },
        Action::Resume => Step::Resume,
        Action::Extend => Step::Extend { by: extension(fields)?, reason: reason() },
        Action::Apologise => Step::Apologise { to: day(fields, "to_day")?, reason: reason() },
        Action::Refuse => Step::Refuse { reason: reason() },
        Action::Withdraw => Step::Withdraw { reason: reason() },
        Action::Stop => Step::Stop { reason: reason() },
        Action::Lose => Step::Lose { words: reason() },
        Action::Correct => Step::Correct {
            fault: Fault::from_key(fields.get("fault")).ok_or(Refusal::BadChoice("fault"))?,
            reason: reason(),
        },
    })
}

/// The field of a form at which a refusal is shown; empty for the form as a whole.
pub(super) fn field_of(action: Action, why: &Refusal) -> &'static str {
    match (action, why) {
        (Action::Ask | Action::RequestSupplement, Refusal::NothingMissing | Refusal::MissingDocument) => {
            "missing"
        }
        (Action::Consult, Refusal::ReasonNeeded | Refusal::TooLong("reason")) => "question",
        (Action::Answer, Refusal::ReasonNeeded | Refusal::TooLong("reason")) => "answer",
        (Action::Visit, Refusal::BadChoice("visited_at")) => "visited",
        (Action::Visit, Refusal::ReasonNeeded | Refusal::TooLong("reason")) => "words",
        (Action::Submit, Refusal::ReasonNeeded | Refusal::TooLong("reason")) => "note",
        (_, why) => super::field(why),
    }
}

/// One mark per document: missing where ticked, not needed where it is conditional, else there.
fn missing(fields: &Fields, procedure: &Procedure) -> Result<Vec<Mark>, Refusal> {
    let mark = |(at, document): (usize, &hailong_core::serve::procedure::Document)| {
        let usual = if document.condition.is_some() { Mark::NotNeeded } else { Mark::Present };
        if fields.get(&format!("missing-{at}")) == "yes" { Mark::Missing } else { usual }
    };
    let marks: Vec<_> = procedure.documents.iter().enumerate().map(mark).collect();
    if marks.contains(&Mark::Missing) { Ok(marks) } else { Err(Refusal::NothingMissing) }
}

fn outcome(fields: &Fields) -> Result<Outcome, Refusal> {
    match fields.get("outcome") {
        "granted" => Ok(Outcome::Granted),
        "denied" => Ok(Outcome::Denied),
        _ => Err(Refusal::BadChoice("outcome")),
    }
}

fn outcome_value(outcome: Outcome) -> &'static str {
    if outcome == Outcome::Granted { "granted" } else { "denied" }
}

fn day(fields: &Fields, name: &'static str) -> Result<Day, Refusal> {
    Day::parse(fields.trimmed(name)).ok_or(Refusal::BadChoice(name))
}

fn visited_at(fields: &Fields) -> Result<Instant, Refusal> {
    let text = format!("{}T{}", fields.trimmed("visited"), fields.trimmed("visited_time"));
    Instant::parse_local(&text).ok_or(Refusal::BadChoice("visited_at"))
}

fn pause(key: &str) -> Result<PauseReason, Refusal> {
    match key {
        "financial_duty" => Ok(PauseReason::FinancialDuty),
        "posting" => Ok(PauseReason::Posting),
        "expert_opinion" => Ok(PauseReason::ExpertOpinion),
        "violation" => Ok(PauseReason::Violation),
        _ => Err(Refusal::BadChoice("pause")),
    }
}

fn extension(fields: &Fields) -> Result<Limit, Refusal> {
    let value = fields.trimmed("by").parse().map_err(|_| Refusal::BadChoice("by"))?;
    match fields.get("unit") {
        "working_days" => Ok(Limit::new(value, Unit::WorkingDays)),
        "days" => Ok(Limit::new(value, Unit::Days)),
        _ => Err(Refusal::BadChoice("unit")),
    }
}
