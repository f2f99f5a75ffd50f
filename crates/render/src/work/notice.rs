//! Pages about notices: what was told of a case, what did not arrive, and how they go out. No address stands on any.

use askama::Template;
use hailong_core::serve::notice::{Channel, Kind, Problem, State};
use hailong_core::time::{Instant, Minute};

use crate::component::{Errors, Pager, Tone};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// Key of the words for what a notice says.
pub fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Arrived => "notice-name-arrived",
        Kind::Received => "notice-name-received",
        Kind::SupplementNeeded => "notice-name-supplement-needed",
        Kind::SupplementComplete => "notice-name-supplement-complete",
        Kind::DutyDue => "notice-name-duty-due",
        Kind::Reappointed => "notice-name-reappointed",
        Kind::Extended => "notice-name-extended",
        Kind::Apology => "notice-name-apology",
        Kind::DueMoved => "notice-name-due-moved",
        Kind::OfficeChanged => "notice-name-office-changed",
        Kind::Ready => "notice-name-ready",
        Kind::Corrected => "notice-name-corrected",
        Kind::Lost => "notice-name-lost",
        Kind::Refused => "notice-name-refused",
        Kind::Withdrawn => "notice-name-withdrawn",
        Kind::Stopped => "notice-name-stopped",
        Kind::Booked => "notice-name-booked",
        Kind::BookingMoved => "notice-name-booking-moved",
        Kind::BookingCancelled => "notice-name-booking-cancelled",
        Kind::Reminder => "notice-name-reminder",
        Kind::RateInvited => "notice-name-rate-invited",
        Kind::RateReminder => "notice-name-rate-reminder",
        Kind::Rated => "notice-name-rated",
        Kind::OpinionReceived => "notice-name-opinion-received",
        Kind::OpinionAsked => "notice-name-opinion-asked",
        Kind::OpinionAnswered => "notice-name-opinion-answered",
        Kind::OpinionRefused => "notice-name-opinion-refused",
        Kind::OpinionPublished => "notice-name-opinion-published",
        Kind::DialogueJoined => "notice-name-dialogue-joined",
        Kind::DialogueMoved => "notice-name-dialogue-moved",
        Kind::DialogueTakenBack => "notice-name-dialogue-taken-back",
        Kind::DialogueReminder => "notice-name-dialogue-reminder",
        Kind::DialogueAnswered => "notice-name-dialogue-answered",
    }
}

/// Key of the words for a way.
pub fn channel_key(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "notice-channel-email",
        Channel::Phone => "notice-channel-phone",
        Channel::Webhook => "notice-channel-webhook",
    }
}

/// Key of the words for why a notice did not go.
pub fn problem_key(problem: Problem) -> &'static str {
    match problem {
        Problem::Unreachable => "notice-problem-unreachable",
        Problem::Busy => "notice-problem-busy",
        Problem::NotLetIn => "notice-problem-not-let-in",
        Problem::Rejected => "notice-problem-rejected",
        Problem::NoChannel => "notice-problem-no-channel",
    }
}

/// What pages say of the ways that are set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// E-mail goes.
    pub email: bool,
    /// Messages to phones go.
    pub phone: bool,
    /// A demo, where everything stays inside.
    pub demo: bool,
}

impl Ways {
    /// The sentence that is due, if any: none may believe that something is sent which is not.
    pub fn warning(self) -> Option<&'static str> {
        match self {
            Self { demo: true, .. } => Some("notice-demo"),
            Self { email: false, phone: false, .. } => Some("notice-none-set-up"),
            Self { email: false, .. } => Some("notice-no-email"),
            Self { phone: false, .. } => Some("notice-no-phone"),
            _ => None,
        }
    }
}

/// One notice.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Its number, for addresses.
    pub id: String,
    /// What it says.
    pub kind: Kind,
    /// How it goes.
    pub channel: Channel,
    /// Name of the other system; empty for people.
    pub target: String,
    /// Where it stands.
    pub state: State,
    /// When the event happened.
    pub made_at: Instant,
    /// When it is due.
    pub send_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Attempts that failed.
    pub tries: u8,
    /// Name of the gateway that took it.
    pub via: String,
    /// Who told the applicant instead.
    pub by: String,
    /// Why the last attempt failed, and the other side's code.
    pub trouble: Option<(Problem, Option<u16>)>,
}

impl NoticeRow {
    /// Key of the words for what it says.
    pub fn kind_key(&self) -> &'static str {
        kind_key(self.kind)
    }

    /// Key of the words for its way.
    pub fn channel_key(&self) -> &'static str {
        channel_key(self.channel)
    }

    /// Word and shape of where it stands.
    pub fn badge(&self, shell: &Shell) -> (Tone, String) {
        let (tone, word) = match self.state {
            State::Waiting if self.tries > 0 => (Tone::Attention, shell.t("notice-state-again")),
            State::Waiting => (Tone::Info, shell.t("notice-state-waiting")),
            State::Sent => (Tone::Good, shell.t("notice-state-sent")),
            State::Failed => (Tone::Wrong, shell.t("notice-state-failed")),
            State::Unsent => (Tone::Attention, shell.t("notice-state-unsent")),
            State::Outdated => (Tone::Plain, shell.t("notice-state-outdated")),
            State::Erased => (Tone::Plain, shell.t("notice-state-erased")),
            State::Called => (Tone::Good, shell.t("notice-state-called")),
        };
        let text = match (self.state, self.ended_at) {
            (State::Waiting, _) => {
                shell.t2("notice-line-next", "word", word, "at", shell.date_time(self.send_at))
            }
            (_, Some(at)) => shell.t2("notice-line-when", "word", word, "at", shell.date_time(at)),
            _ => word,
        };
        (tone, text)
    }

    /// What else is known, in words; empty when nothing is.
    pub fn about(&self, shell: &Shell) -> String {
        let mut parts = Vec::new();
        if let Some((problem, code)) = self.trouble {
            let words = shell.t(problem_key(problem));
            parts.push(code.map_or_else(|| words.clone(), |code| format!("{words} ({code})")));
        }
        if self.tries > 0 {
            parts.push(shell.t1("notice-line-tries", "n", self.tries));
        }
        if !self.via.is_empty() {
            parts.push(shell.t1("notice-line-via", "name", self.via.as_str()));
        }
        if !self.by.is_empty() {
            parts.push(shell.t1("notice-line-by", "name", self.by.as_str()));
        }
        parts.join("; ")
    }

    fn sample(state: State) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let failed = matches!(state, State::Failed);
        Self {
            id: format!("0198f0a0-0000-7000-8000-0000000000{:02}", state as u8),
            kind: Kind::Received,
            channel: if failed { Channel::Phone } else { Channel::Email },
            target: String::new(),
            state,
            made_at: at("2017-06-26T09:05"),
            send_at: at("2017-06-26T09:06"),
            ended_at: (state != State::Waiting).then(|| at("2017-06-26T09:06")),
            tries: if failed { 6 } else { 0 },
            via: if state == State::Sent { "zalo".to_owned() } else { String::new() },
            by: if state == State::Called { "Nguyễn Thị Sáng".to_owned() } else { String::new() },
            trouble: failed.then_some((Problem::Rejected, Some(550))),
        }
    }
}

/// `GET /cases/{id}/notices`: what was told of a case.
#[derive(Template)]
#[template(path = "work/case-notices.html")]
pub struct CaseNotices {
    /// Frame.
    pub shell: Shell,
    /// Address of the case.
    pub id: String,
    /// Its code; empty before acceptance.
    pub code: String,
    /// The procedure.
    pub procedure: String,
    /// What is set up.
    pub ways: Ways,
    /// The newest first.
    pub rows: Vec<NoticeRow>,
}

/// A notice that somebody must make good.
#[derive(Clone, Debug)]
pub struct FailedRow {
    /// The notice.
    pub notice: NoticeRow,
    /// Address of the case; empty for an appointment.
    pub href: String,
    /// The case code, or other words for it.
    pub case: String,
}

/// `GET /work/notices`: what did not reach the applicants of an office.
#[derive(Template)]
#[template(path = "work/failed-notices.html")]
pub struct FailedNotices {
    /// Frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// What is set up.
    pub ways: Ways,
    /// The newest first.
    pub rows: Vec<FailedRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// One way on the administrator's page.
#[derive(Clone, Debug)]
pub struct WayRow {
    /// The way.
    pub channel: Channel,
    /// Whether it is set up.
    pub set_up: bool,
    /// Names of gateways or systems.
    pub names: String,
    /// How many wait, in words.
    pub waiting: String,
    /// How many were given up.
    pub failed: String,
    /// How many found no way.
    pub unsent: String,
    /// When the last one went.
    pub last: Option<Instant>,
}

/// A letter in a demo's mailbox.
#[derive(Clone, Debug)]
pub struct MailboxRow {
    /// How it would have gone.
    pub channel: Channel,
    /// To whom.
    pub to: String,
    /// Subject; empty for a phone.
    pub subject: String,
    /// Words.
    pub text: String,
}

/// `GET /admin/notices`: how notices go out.
#[derive(Template)]
#[template(path = "work/admin-notices.html")]
pub struct AdminNotices {
    /// Frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// What is wrong with the form.
    pub errors: Errors,
    /// What is set up.
    pub ways: Ways,
    /// Each way.
    pub rows: Vec<WayRow>,
    /// Quiet hours; none when there are none.
    pub quiet: Option<(Minute, Minute)>,
    /// What was typed as the address of the test.
    pub to: String,
    /// The demo's mailbox; none outside of a demo.
    pub mailbox: Option<Vec<MailboxRow>>,
}

impl WayRow {
    /// Key of the words for the way.
    pub fn channel_key(&self) -> &'static str {
        channel_key(self.channel)
    }
}

impl MailboxRow {
    /// Key of the words for the way.
    pub fn channel_key(&self) -> &'static str {
        channel_key(self.channel)
    }
}

impl AdminNotices {
    fn quiet_hours(&self) -> String {
        let clock = |minute: Minute| format!("{}:{:02}", minute.0 / 60, minute.0 % 60);
        match self.quiet {
            Some((from, to)) => self.shell.t2("notice-admin-quiet", "from", clock(from), "to", clock(to)),
            None => self.shell.t("notice-admin-no-quiet"),
        }
    }

    fn set_up(&self, row: &WayRow) -> String {
        match (row.set_up, row.names.is_empty()) {
            (false, _) => self.shell.t("notice-admin-no"),
            (true, true) => self.shell.t("notice-admin-yes"),
            (true, false) => self.shell.t1("notice-admin-yes-names", "names", row.names.as_str()),
        }
    }
}

impl Page for CaseNotices {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "notice-case-title", Section::Work),
            id: "0198f0a0-0000-7000-8000-000000000001".to_owned(),
            code: "000.21.70.H12-170626-0007".to_owned(),
            procedure: "Đăng ký khai sinh".to_owned(),
            ways: Ways { email: true, phone: false, demo: false },
            rows: State::ALL.into_iter().map(NoticeRow::sample).collect(),
        }
    }
}

impl Page for FailedNotices {
    fn sample(lang: Lang) -> Self {
        let row = |state, href: &str| FailedRow {
            notice: NoticeRow::sample(state),
            href: href.to_owned(),
            case: "000.21.70.H12-170626-0007".to_owned(),
        };
        let case = "/cases/0198f0a0-0000-7000-8000-000000000001";
        Self {
            shell: Shell::sample_signed_in(lang, "notice-failed-title", Section::Work),
            done: lang.t("notice-done-called"),
            ways: Ways { email: false, phone: false, demo: false },
            rows: vec![row(State::Failed, case), row(State::Unsent, "")],
            pager: Pager { first: None, next: Some("/work/notices?after=abc".to_owned()) },
        }
    }
}

impl Page for AdminNotices {
    fn sample(lang: Lang) -> Self {
        let row = |channel, names: &str, last: Option<&str>| WayRow {
            channel,
            set_up: channel != Channel::Webhook,
            names: names.to_owned(),
            waiting: "12".to_owned(),
            failed: "1".to_owned(),
            unsent: "0".to_owned(),
            last: last.and_then(Instant::parse_local),
        };
        let letter = MailboxRow {
            channel: Channel::Email,
            to: "an@thu.example.vn".to_owned(),
            subject: "Hồ sơ 000.21.70.H12-170626-0007 đã được tiếp nhận".to_owned(),
            text: "Kính gửi ông/bà Nguyễn Văn An,\n\n…".to_owned(),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "notice-admin-title", Section::None),
            done: String::new(),
            errors: Errors::one("to", lang.t("notice-admin-test-wrong")),
            ways: Ways { email: true, phone: true, demo: true },
            rows: vec![
                row(Channel::Email, "", Some("2017-06-26T09:06")),
                row(Channel::Phone, "zalo, sms", None),
                row(Channel::Webhook, "", None),
            ],
            quiet: Some((Minute(21 * 60), Minute(7 * 60))),
            to: "an@".to_owned(),
            mailbox: Some(vec![
                letter.clone(),
                MailboxRow { channel: Channel::Phone, subject: String::new(), ..letter },
            ]),
        }
    }
}
