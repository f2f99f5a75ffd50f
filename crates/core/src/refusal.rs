//! Why something was not done: a stable code, the field it concerns, and a sentence in each language.

use thiserror::Error;

use crate::{
    listen::survey,
    serve::{attachment::Fault, code, decision::RowFault},
    time::Day,
};

/// A typed refusal. `code()` is stable; pages show the sentence kept in the language files under `refusal-<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The case belongs to another office.
    #[error("this case belongs to another office")]
    NotYourOffice,
    /// The post of the official has ended, or not begun.
    #[error("your post at this office has ended, or has not begun")]
    PostEnded,
    /// The office does not work on that day.
    #[error("this office does not work on that day")]
    OfficeNotOpen,
    /// Open cases are moved by a reorganisation before an office closes.
    #[error("this office still has open cases: they are moved by a reorganisation")]
    OfficeHasCases,
    /// Two posts, or two heads, at one time.
    #[error("somebody has this post at that time, or the person has another one")]
    Overlap,
    /// It ends before it begins.
    #[error("the last day is before the first")]
    BadPeriod,
    /// Not a stable key.
    #[error("a key has 2 to 60 small letters, digits and dashes")]
    BadKey,
    /// Somebody must be able to sign in as administrator.
    #[error("the last administrator cannot leave")]
    LastAdmin,
    /// The role may not do this.
    #[error("your role may not do this")]
    NotYourRole,
    /// The case is not at the step this needs.
    #[error("the case is not at this step")]
    WrongStep,
    /// A closed year takes no more numbers.
    #[error("this year's tracking book is closed")]
    BookClosed,
    /// A number belongs to no case.
    #[error("a number of the tracking book is missing")]
    BookGap,
    /// A book is closed after its year.
    #[error("the year has not ended")]
    YearRunning,
    /// Nothing left to do.
    #[error("this was done already")]
    AlreadyDone,
    /// Somebody else acted in between.
    #[error("somebody else changed this in the meantime")]
    Stale,
    /// The thing exists already.
    #[error("this exists already")]
    AlreadyExists,
    /// A conditional document may be left out, an unconditional one not.
    #[error("a document that is always needed cannot be marked as not needed")]
    MissingDocument,
    /// No such procedure, or not received at this office.
    #[error("this office does not receive that procedure")]
    UnknownProcedure,
    /// A version of a procedure would change what cases were received under.
    #[error("another version was in force then, and cases were received under it")]
    VersionInThePast,
    /// No such office.
    #[error("there is no such office")]
    UnknownOffice,
    /// No such official in this office.
    #[error("there is no such official in this office")]
    UnknownOfficial,
    /// No such case.
    #[error("there is no such case")]
    UnknownCase,
    /// The procedure has no published limit: a promise must be typed in.
    #[error("choose the time limit, or type a promise in working days (1 to 365)")]
    NoLimit,
    /// The calendar ends before the due date.
    #[error("the published calendar does not reach this far")]
    CalendarBeyond,
    /// NĐ 63/2010 đ.20.4: nobody travels more than twice to supplement one matter.
    #[error("a supplement may be asked for at most twice")]
    SupplementLimit,
    /// Pauses never overlap, and the time does not run backwards.
    #[error("the time of this case cannot be stopped, run on or lengthened like that now")]
    ClockOrder,
    /// NĐ 61/2018 đ.19.9: a new date is named at most once.
    #[error("a new date was named once already, the law allows no second")]
    ReappointedAlready,
    /// Silence is consent only where the sector's law says so.
    #[error("the law of this procedure does not take silence as consent")]
    SilenceIsNotConsent,
    /// Nothing is marked as missing.
    #[error("mark what is missing before asking for it")]
    NothingMissing,
    /// The case is with this office already.
    #[error("the case is with this office already")]
    SameOffice,
    /// NĐ 61/2018 đ.19.9: a new appointment is after the old one.
    #[error("the new day must be after the day promised before")]
    AppointmentTooEarly,
    /// A new appointment falls on a day off.
    #[error("the new day must be a working day")]
    AppointmentOnDayOff,
    /// The sector's law gives no extension, or a shorter one.
    #[error("the law of this procedure does not give that much more time")]
    ExtensionBeyond,
    /// No such consultation of this case.
    #[error("there is no such consultation")]
    UnknownConsultation,
    /// More consultations at once than anybody can follow.
    #[error("this case has too many open consultations")]
    TooManyConsultations,
    /// NĐ 61/2018 đ.19.5: the consulted body has until its date.
    #[error("the consulted body still has time to answer")]
    StillTimeToAnswer,
    /// A consultation has neither an answer nor passed its date.
    #[error("a consultation is still open")]
    ConsultationOpen,
    /// A text is longer than allowed.
    #[error("{0} is too long")]
    TooLong(&'static str),
    /// A needed text is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A name that cannot be one.
    #[error("this name cannot be read")]
    BadName,
    /// Not 9 or 12 digits (person) or 10 or 13 (tax code).
    #[error("the identity number must have 9 or 12 digits, a tax code 10 or 13")]
    BadIdentityNumber,
    /// Not a Vietnamese phone number.
    #[error("the phone number must have 10 or 11 digits and begin with 0")]
    BadPhone,
    /// Not an e-mail address.
    #[error("this e-mail address cannot be read")]
    BadEmail,
    /// A face outside 1 to 5.
    #[error("choose one of the five faces")]
    BadScore(&'static str),
    /// A choice that is not offered.
    #[error("choose one of the offered answers")]
    BadChoice(&'static str),
    /// The counter is closed.
    #[error("the office is closed at this moment")]
    OfficeClosed,
    /// Too many wait, or too many numbers were given today.
    #[error("too many people wait at this office at this moment")]
    QueueFull,
    /// No such number.
    #[error("there is no such queue number")]
    UnknownTicket,
    /// A number of another day.
    #[error("this queue number is of another day")]
    TicketOld,
    /// Somebody was called and has neither come nor been given up.
    #[error("the number that was called last has not come yet")]
    TicketHeld,
    /// The queue is empty.
    #[error("nobody is waiting")]
    NobodyWaiting,
    /// Called again often enough.
    #[error("a number is called again at most three times")]
    RecallLimit,
    /// Given up after a single call.
    #[error("call the number once more before giving it up")]
    RecallFirst,
    /// Every place of the slot is taken.
    #[error("every place of this slot is taken")]
    SlotFull,
    /// Past, too far ahead, or outside the hours of opening.
    #[error("this slot is not offered")]
    SlotNotOffered,
    /// Moved to where it is.
    #[error("the appointment is in this slot already")]
    SameSlot,
    /// Checked in on another day.
    #[error("the appointment is for another day")]
    NotToday,
    /// No such appointment.
    #[error("there is no such appointment")]
    UnknownAppointment,
    /// Something is wrong with a file.
    #[error("{0}")]
    File(#[from] Fault),
    /// A day of a decision on days off cannot be taken.
    #[error("{0}: {1}")]
    CalendarRow(Day, RowFault),
    /// A line of a questionnaire or a register cannot be taken; 0 is the file as a whole.
    #[error("line {0}: {1}")]
    SurveyRow(usize, survey::Fault),
    /// No such wave of a survey.
    #[error("there is no such survey")]
    UnknownSurvey,
    /// No such questionnaire.
    #[error("there is no such questionnaire")]
    UnknownQuestionnaire,
    /// A code that is no form's.
    #[error("no form has this code")]
    SurveyCodeUnknown,
    /// The wave takes no forms on that day.
    #[error("the survey has not begun, or takes no more forms")]
    SurveyOver,
    /// The program closes a wave some days after its end.
    #[error("the survey still runs")]
    SurveyRunning,
    /// Nobody can be drawn.
    #[error("nobody is in the frame")]
    FrameEmpty,
    /// A year of the calendar would have no holiday left.
    #[error("a year of the calendar would be left without any holiday")]
    YearWithoutHoliday,
    /// A decision that changes no day.
    #[error("the calendar has all of this already")]
    NothingChanges,
    /// The token is not one of ours.
    #[error("this invitation is not valid")]
    InvitationUnknown,
    /// One invitation counts once.
    #[error("this invitation was used already")]
    InvitationUsed,
    /// No rating was recorded that could be denied.
    #[error("this invitation was not used")]
    InvitationUnused,
    /// Past its last day.
    #[error("this invitation has expired")]
    InvitationExpired,
    /// The box was sealed between reading and writing; try again.
    #[error("the ballot box was just sealed, please send again")]
    BoxClosed,
    /// Fewer than three ballots.
    #[error("a box is sealed with at least three ballots")]
    TooFewToSeal,
    /// A reason is required by law.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// The number of a form was never given out, or in another commune.
    #[error("no form with this number was given out in this commune")]
    FormUnknown,
    /// A form counts once.
    #[error("the form with this number was entered already")]
    FormEntered,
    /// Nobody enters what people say of the own office.
    #[error("forms about your own office are entered by others")]
    FormOwnCommune,
    /// Only what came in can be corrected.
    #[error("this form has not come in")]
    FormMissing,
    /// What people fill in themselves nobody corrects for them.
    #[error("this form was filled in online by whoever held it")]
    FormOnline,
    /// The host was chosen: the table stays as it is.
    #[error("the commune was chosen, this wave takes no more forms")]
    WaveClosed,
    /// No form has come back.
    #[error("no form has come back yet")]
    NoForms,
    /// Luật Tổ chức chính quyền địa phương 2015 đ.125: seven days' notice.
    #[error("a dialogue is announced at least 7 days before")]
    NoticeTooLate,
    /// Nobody can register any more, or yet.
    #[error("this dialogue takes no registrations now")]
    DialogueOver,
    /// Enough people, or questions.
    #[error("this dialogue has as many entries as it can hold")]
    DialogueFull,
    /// The earlier promises come first.
    #[error("open the promises of earlier dialogues first")]
    PromisesFirst,
    /// No such dialogue or promise.
    #[error("there is no such dialogue")]
    UnknownDialogue,
    /// The tablet holds no token of a kiosk that is in use.
    #[error("this device is not enrolled as a kiosk")]
    UnknownKiosk,
    /// More tablets than any office has doors.
    #[error("this office has enough kiosks: withdraw one first")]
    TooManyKiosks,
    /// What a kiosk sent cannot be opened.
    #[error("this answer cannot be opened")]
    UnreadableItem,
    /// More batches than two people can type.
    #[error("this office has enough open batches: send or give up one first")]
    TooManyBatches,
    /// Nothing is typed any more.
    #[error("this batch was sent or given up")]
    BatchOver,
    /// Two people type a batch, not three.
    #[error("two other officials type this batch")]
    BatchTaken,
    /// A batch is of one office and group.
    #[error("this stub belongs to another office or group of applicants")]
    StubElsewhere,
    /// Each stub once.
    #[error("this stub is in the batch already")]
    StubTwice,
    /// As many as can be typed and sent together.
    #[error("this batch has as many sheets or stubs as it can hold")]
    BatchFull,
    /// Every sheet is typed by two people.
    #[error("two different officials must type every sheet first")]
    TypedOnce,
    /// Nothing is sent that two people read differently.
    #[error("the two entries still differ")]
    EntriesDiffer,
    /// Fewer would tell whose they are.
    #[error("at least three sheets are sent together")]
    TooFewSheets,
    /// One stub, one ballot.
    #[error("there are more sheets than stubs that can be used")]
    TooFewStubs,
    /// Whoever works at the rated office does not ask how it was.
    #[error("an office is not called about by its own people")]
    OwnOffice,
    /// Who is named by an alarm, or heads its office, does not decide it.
    #[error("whoever is named by an alarm, or heads its office, does not decide it")]
    OwnAlarm,
    /// No alarm has this key, or it is not told.
    #[error("no alarm has this key")]
    UnknownAlarm,
    /// Nobody draws again until the right one comes up.
    #[error("the calls drawn before come first")]
    CallsOpen,
    /// No invitation that can be used and has a phone.
    #[error("there is nobody to call for this office now")]
    NobodyToCall,
    /// Answered, declined, or tried twice.
    #[error("this call is over")]
    CallOver,
    /// No such opinion.
    #[error("there is no such opinion")]
    UnknownOpinion,
    /// An opinion is sorted before anything else is done with it.
    #[error("sort the opinion first")]
    SortFirst,
    /// The author of an opinion is asked in its first days or not at all.
    #[error("the days in which the author may be asked are over")]
    TimeOver,
    /// Only what is late is explained.
    #[error("this opinion is not late")]
    NotLate,
    /// A scale is told for quarters and years that have begun.
    #[error("this period has not begun, or is neither a quarter nor a year")]
    PeriodNotTold,
    /// A share beyond its whole, points beyond the most, products without number or worth.
    #[error("{0} is no such figure")]
    NotAFigure(&'static str),
    /// Beyond what the law gives for the step as a whole, or in the past.
    #[error("{0} is in the past, or later than one more term of the step")]
    PromiseBeyond(&'static str),
    /// A quarter is frozen when its last ballots are counted.
    #[error("the quarter is not over, or its last ballots are still being counted")]
    QuarterNotOver,
    /// A correction has to correct something.
    #[error("the figures are those that were frozen before")]
    ReportUnchanged,
    /// The days for asking the level above have passed.
    #[error("the days for asking the level above to look at it again have passed")]
    ReviewTooLate,
    /// An opinion that says the same as another is answered with it.
    #[error("this opinion is answered with another that says the same")]
    AnsweredWithAnother,
    /// Nothing is published without consent.
    #[error("the author has not consented to publishing")]
    NoConsent,
    /// What is published shows nobody.
    #[error("{0} still shows a number, an address, a case code or the author's name")]
    Unmasked(&'static str),
    /// Not a case code.
    #[error("{0}")]
    BadCaseCode(code::Fault),
    /// Handing over to the holder.
    #[error("the case is with this official already")]
    SameOfficial,
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotYourOffice => "not-your-office",
            Self::NotYourRole => "not-your-role",
            Self::PostEnded => "post-ended",
            Self::OfficeNotOpen => "office-not-open",
            Self::OfficeHasCases => "office-has-cases",
            Self::Overlap => "overlap",
            Self::BadPeriod => "bad-period",
            Self::BadKey => "bad-key",
            Self::LastAdmin => "last-admin",
            Self::WrongStep => "wrong-step",
            Self::AlreadyDone => "already-done",
            Self::Stale => "stale",
            Self::AlreadyExists => "already-exists",
            Self::MissingDocument => "missing-document",
            Self::UnknownProcedure => "unknown-procedure",
            Self::VersionInThePast => "version-in-the-past",
            Self::UnknownOffice => "unknown-office",
            Self::UnknownOfficial => "unknown-official",
            Self::UnknownCase => "unknown-case",
            Self::NoLimit => "no-limit",
            Self::CalendarBeyond => "calendar-beyond",
            Self::SupplementLimit => "supplement-limit",
            Self::ClockOrder => "clock-order",
            Self::ReappointedAlready => "reappointed-already",
            Self::SilenceIsNotConsent => "silence-is-not-consent",
            Self::NothingMissing => "nothing-missing",
            Self::SameOffice => "same-office",
            Self::AppointmentTooEarly => "appointment-too-early",
            Self::AppointmentOnDayOff => "appointment-on-day-off",
            Self::ExtensionBeyond => "extension-beyond",
            Self::UnknownConsultation => "unknown-consultation",
            Self::TooManyConsultations => "too-many-consultations",
            Self::BookClosed => "book-closed",
            Self::BookGap => "book-gap",
            Self::YearRunning => "year-running",
            Self::StillTimeToAnswer => "still-time-to-answer",
            Self::ConsultationOpen => "consultation-open",
            Self::TooLong(_) => "too-long",
            Self::Empty(_) => "empty",
            Self::BadName => "bad-name",
            Self::BadIdentityNumber => "bad-identity-number",
            Self::BadPhone => "bad-phone",
            Self::BadEmail => "bad-email",
            Self::BadScore(_) => "bad-score",
            Self::BadChoice(_) => "bad-choice",
            Self::OfficeClosed => "office-closed",
            Self::QueueFull => "queue-full",
            Self::UnknownTicket => "unknown-ticket",
            Self::TicketOld => "ticket-old",
            Self::TicketHeld => "ticket-held",
            Self::NobodyWaiting => "nobody-waiting",
            Self::RecallLimit => "recall-limit",
            Self::RecallFirst => "recall-first",
            Self::SlotFull => "slot-full",
            Self::SlotNotOffered => "slot-not-offered",
            Self::SameSlot => "same-slot",
            Self::NotToday => "not-today",
            Self::UnknownAppointment => "unknown-appointment",
            Self::File(fault) => fault.code(),
            Self::CalendarRow(_, fault) => fault.code(),
            Self::SurveyRow(_, fault) => fault.code(),
            Self::UnknownSurvey => "unknown-survey",
            Self::UnknownQuestionnaire => "unknown-questionnaire",
            Self::SurveyCodeUnknown => "survey-code-unknown",
            Self::SurveyOver => "survey-over",
            Self::SurveyRunning => "survey-running",
            Self::FrameEmpty => "frame-empty",
            Self::YearWithoutHoliday => "calendar-year",
            Self::NothingChanges => "nothing-changes",
            Self::InvitationUnknown => "invitation-unknown",
            Self::InvitationUsed => "invitation-used",
            Self::InvitationUnused => "invitation-unused",
            Self::InvitationExpired => "invitation-expired",
            Self::BoxClosed => "box-closed",
            Self::TooFewToSeal => "too-few-to-seal",
            Self::ReasonNeeded => "reason-needed",
            Self::UnknownOpinion => "unknown-opinion",
            Self::SortFirst => "sort-first",
            Self::TimeOver => "time-over",
            Self::NotLate => "not-late",
            Self::PeriodNotTold => "period-not-told",
            Self::NotAFigure(_) => "not-a-figure",
            Self::PromiseBeyond(_) => "promise-beyond",
            Self::QuarterNotOver => "quarter-not-over",
            Self::ReportUnchanged => "report-unchanged",
            Self::ReviewTooLate => "review-too-late",
            Self::AnsweredWithAnother => "answered-with-another",
            Self::NoConsent => "no-consent",
            Self::Unmasked(_) => "unmasked",
            Self::BadCaseCode(fault) => fault.code(),
            Self::SameOfficial => "same-official",
            Self::FormUnknown => "form-unknown",
            Self::FormEntered => "form-entered",
            Self::FormOwnCommune => "form-own-commune",
            Self::FormMissing => "form-missing",
            Self::FormOnline => "form-online",
            Self::WaveClosed => "wave-closed",
            Self::NoForms => "no-forms",
            Self::NoticeTooLate => "notice-too-late",
            Self::DialogueOver => "dialogue-over",
            Self::DialogueFull => "dialogue-full",
            Self::PromisesFirst => "promises-first",
            Self::UnknownDialogue => "unknown-dialogue",
            Self::UnknownKiosk => "unknown-kiosk",
            Self::TooManyKiosks => "too-many-kiosks",
            Self::UnreadableItem => "unreadable-item",
            Self::TooManyBatches => "too-many-batches",
            Self::BatchOver => "batch-over",
            Self::BatchTaken => "batch-taken",
            Self::StubElsewhere => "stub-elsewhere",
            Self::StubTwice => "stub-twice",
            Self::BatchFull => "batch-full",
            Self::TypedOnce => "typed-once",
            Self::EntriesDiffer => "entries-differ",
            Self::TooFewSheets => "too-few-sheets",
            Self::TooFewStubs => "too-few-stubs",
            Self::OwnOffice => "own-office",
            Self::OwnAlarm => "own-alarm",
            Self::UnknownAlarm => "unknown-alarm",
            Self::CallsOpen => "calls-open",
            Self::NobodyToCall => "nobody-to-call",
            Self::CallOver => "call-over",
        }
    }

    /// The form field it concerns.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::TooLong(field)
            | Self::Empty(field)
            | Self::BadScore(field)
            | Self::BadChoice(field)
            | Self::PromiseBeyond(field)
            | Self::NotAFigure(field)
            | Self::Unmasked(field) => Some(field),
            Self::BadCaseCode(_) => Some("case_code"),
            Self::TimeOver => Some("question"),
            Self::NoConsent => Some("words"),
            Self::BadKey => Some("id"),
            Self::BadPeriod | Self::Overlap => Some("from"),
            Self::OfficeNotOpen => Some("office"),
            Self::LastAdmin => Some("role"),
            Self::BadName => Some("name"),
            Self::BadIdentityNumber => Some("identity_number"),
            Self::BadPhone => Some("phone"),
            Self::BadEmail => Some("email"),
            Self::NoLimit => Some("limit"),
            Self::MissingDocument | Self::NothingMissing => Some("documents"),
            Self::AppointmentTooEarly | Self::AppointmentOnDayOff => Some("to_day"),
            Self::ExtensionBeyond => Some("by"),
            Self::SilenceIsNotConsent => Some("silence"),
            Self::SameOffice => Some("to_office"),
            Self::ReasonNeeded => Some("reason"),
            Self::File(_) => Some("file"),
            Self::CalendarRow(..) | Self::YearWithoutHoliday | Self::NothingChanges => Some("rows"),
            Self::SlotFull | Self::SlotNotOffered | Self::SameSlot => Some("slot"),
            Self::SameOfficial | Self::UnknownOfficial => Some("to"),
            Self::UnknownOffice | Self::OwnOffice | Self::CallsOpen | Self::NobodyToCall => Some("office"),
            Self::SurveyRow(..) => Some("file"),
            Self::UnknownQuestionnaire => Some("questionnaire"),
            Self::FrameEmpty => Some("frame"),
            Self::SurveyCodeUnknown | Self::StubElsewhere | Self::StubTwice => Some("code"),
            Self::FormUnknown | Self::FormEntered | Self::FormOwnCommune => Some("number"),
            Self::NoticeTooLate => Some("day"),
            _ => None,
        }
    }
}
