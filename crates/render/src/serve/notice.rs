//! Notices in words: an e-mail as plain text and as HTML, and a message for a phone.

use askama::Template;
use hailong_core::{
    serve::{applicant::Language, notice::Kind},
    text::plain,
    time::Instant,
};

use crate::{
    format,
    lang::{Arg, Lang},
    listen::dialogue::name,
};

/// Longest message that goes as one SMS in the letters of every telephone.
pub const SMS_LIMIT: usize = 160;

/// What a notice tells, and to whom.
#[derive(Clone, Debug)]
pub struct Telling {
    /// In which language.
    pub lang: Lang,
    /// What it says.
    pub kind: Kind,
    /// Full name.
    pub name: String,
    /// Whether the name is a person's.
    pub to_person: bool,
    /// The case code, once there is one; the code of an opinion, as it is easiest to copy.
    pub code: Option<String>,
    /// The dialogue's quarter; empty otherwise.
    pub dialogue: String,
    /// Where the dialogue takes place; empty otherwise.
    pub place: String,
    /// The procedure's short name; empty for an appointment.
    pub procedure: String,
    /// Full name of the office.
    pub office: String,
    /// Name of its unit, for short messages.
    pub unit: String,
    /// When it happened.
    pub at: Instant,
    /// The date that holds now.
    pub due: Option<Instant>,
    /// The date that held before.
    pub before: Option<Instant>,
    /// The decision on days off that moved the date; empty otherwise.
    pub decision: String,
    /// Names of the documents that are missing.
    pub missing: Vec<String>,
    /// The applicant's own link to the case.
    pub link: Option<String>,
    /// A telephone number to ask at.
    pub contact: Option<String>,
}

/// A notice, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Subject of the e-mail.
    pub subject: String,
    /// The e-mail as plain text.
    pub text: String,
    /// The e-mail as HTML.
    pub html: String,
    /// The message for a phone that shows every letter.
    pub short: String,
    /// The message in the letters of every telephone, at most [`SMS_LIMIT`] of them.
    pub sms: String,
}

impl Message {
    /// A test, about no case.
    pub fn test(lang: Lang, authority: &str) -> Self {
        let say = |key: &str| lang.t_args(key, &[("authority", authority.into())]);
        let (subject, text) = (say(TEST[0]), say(TEST[1]));
        let mut sms = plain(&say(TEST[2]));
        sms.truncate(SMS_LIMIT);
        let html = Paragraph { lang, text: &text }.render().unwrap_or_default();
        Self { subject, html, short: say(TEST[2]), sms, text }
    }
}

const TEST: [&str; 3] = ["notice-test-subject", "notice-test-text", "notice-test-short"];

#[derive(Template)]
#[template(
    source = "<!DOCTYPE html>\n<html lang=\"{{ lang.tag() }}\"><body><p>{{ text }}</p></body></html>\n",
    ext = "html"
)]
struct Paragraph<'a> {
    lang: Lang,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "message/notice.html")]
struct Letter<'a> {
    lang: Lang,
    subject: &'a str,
    greeting: String,
    body: String,
    missing: &'a [String],
    facts: Vec<(String, String)>,
    link: Option<&'a str>,
    link_key: &'static str,
    contact: String,
    office: &'a str,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Vi => Self::Vi,
            Language::En => Self::En,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Vi => Self::Vi,
            Lang::En => Self::En,
        }
    }
}

/// The texts of a kind: subject, body, short message.
fn keys(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::Arrived => ["notice-arrived-subject", "notice-arrived-text", "notice-arrived-short"],
        Kind::Received => ["notice-received-subject", "notice-received-text", "notice-received-short"],
        Kind::SupplementNeeded => [
            "notice-supplement-needed-subject",
            "notice-supplement-needed-text",
            "notice-supplement-needed-short",
        ],
        Kind::SupplementComplete => [
            "notice-supplement-complete-subject",
            "notice-supplement-complete-text",
            "notice-supplement-complete-short",
        ],
        Kind::DutyDue => ["notice-duty-due-subject", "notice-duty-due-text", "notice-duty-due-short"],
        Kind::Reappointed => {
            ["notice-reappointed-subject", "notice-reappointed-text", "notice-reappointed-short"]
        }
        Kind::Extended => ["notice-extended-subject", "notice-extended-text", "notice-extended-short"],
        Kind::Apology => ["notice-apology-subject", "notice-apology-text", "notice-apology-short"],
        Kind::DueMoved => ["notice-due-moved-subject", "notice-due-moved-text", "notice-due-moved-short"],
        Kind::OfficeChanged => {
            ["notice-office-changed-subject", "notice-office-changed-text", "notice-office-changed-short"]
        }
        Kind::Ready => ["notice-ready-subject", "notice-ready-text", "notice-ready-short"],
        Kind::Corrected => ["notice-corrected-subject", "notice-corrected-text", "notice-corrected-short"],
        Kind::Lost => ["notice-lost-subject", "notice-lost-text", "notice-lost-short"],
        Kind::Refused => ["notice-refused-subject", "notice-refused-text", "notice-refused-short"],
        Kind::Withdrawn => ["notice-withdrawn-subject", "notice-withdrawn-text", "notice-withdrawn-short"],
        Kind::Stopped => ["notice-stopped-subject", "notice-stopped-text", "notice-stopped-short"],
        Kind::Booked => ["notice-booked-subject", "notice-booked-text", "notice-booked-short"],
        Kind::BookingMoved => {
            ["notice-booking-moved-subject", "notice-booking-moved-text", "notice-booking-moved-short"]
        }
        Kind::BookingCancelled => [
            "notice-booking-cancelled-subject",
            "notice-booking-cancelled-text",
            "notice-booking-cancelled-short",
        ],
        Kind::Reminder => ["notice-reminder-subject", "notice-reminder-text", "notice-reminder-short"],
        Kind::RateInvited => {
            ["notice-rate-invited-subject", "notice-rate-invited-text", "notice-rate-invited-short"]
        }
        Kind::RateReminder => {
            ["notice-rate-reminder-subject", "notice-rate-reminder-text", "notice-rate-reminder-short"]
        }
        Kind::Rated => ["notice-rated-subject", "notice-rated-text", "notice-rated-short"],
        _ => heard_keys(kind),
    }
}

/// The texts of what is told about opinions and dialogues.
fn heard_keys(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::OpinionReceived => [
            "notice-opinion-received-subject",
            "notice-opinion-received-text",
            "notice-opinion-received-short",
        ],
        Kind::OpinionAsked => {
            ["notice-opinion-asked-subject", "notice-opinion-asked-text", "notice-opinion-asked-short"]
        }
        // Outwardly an answer like any other: where it belongs stands on the page only.
        Kind::OpinionRefused => [
            "notice-opinion-answered-subject",
            "notice-opinion-refused-text",
            "notice-opinion-answered-short",
        ],
        Kind::OpinionPublished => [
            "notice-opinion-published-subject",
            "notice-opinion-published-text",
            "notice-opinion-published-short",
        ],
        Kind::DialogueJoined => {
            ["notice-dialogue-joined-subject", "notice-dialogue-joined-text", "notice-dialogue-joined-short"]
        }
        Kind::DialogueMoved => {
            ["notice-dialogue-moved-subject", "notice-dialogue-moved-text", "notice-dialogue-moved-short"]
        }
        Kind::DialogueTakenBack => [
            "notice-dialogue-taken-back-subject",
            "notice-dialogue-taken-back-text",
            "notice-dialogue-taken-back-short",
        ],
        Kind::DialogueReminder => [
            "notice-dialogue-reminder-subject",
            "notice-dialogue-reminder-text",
            "notice-dialogue-reminder-short",
        ],
        Kind::DialogueAnswered => [
            "notice-dialogue-answered-subject",
            "notice-dialogue-answered-text",
            "notice-dialogue-answered-short",
        ],
        _ => [
            "notice-opinion-answered-subject",
            "notice-opinion-answered-text",
            "notice-opinion-answered-short",
        ],
    }
}

impl Telling {
    /// Everything with sample data.
    pub fn sample(lang: Lang, kind: Kind) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let (opinion, dialogue) = (kind.is_of_opinion(), kind.is_of_dialogue());
        let of_case = !kind.is_of_appointment() && !opinion && !dialogue;
        Self {
            lang,
            kind,
            // Who has left an opinion is not called by name.
            name: if opinion { String::new() } else { "Nguyễn Văn An".to_owned() },
            to_person: true,
            code: match (of_case, opinion) {
                (true, _) => Some("000.21.70.H12-170626-0007".to_owned()),
                (_, true) => Some("K7M2-9QXD-4HTR".to_owned()),
                _ => None,
            },
            dialogue: if dialogue { "2017-2".to_owned() } else { String::new() },
            place: if dialogue { "Hội trường xã Tân Thuận".to_owned() } else { String::new() },
            procedure: if of_case { "Đăng ký khai sinh".to_owned() } else { String::new() },
            office: "Bộ phận Tiếp nhận và Trả kết quả xã Trần Phán".to_owned(),
            unit: "Trần Phán".to_owned(),
            at: at("2017-06-26T09:05"),
            due: Some(at("2017-06-30T17:00")),
            before: matches!(kind, Kind::Apology | Kind::DueMoved).then(|| at("2017-06-28T17:00")),
            decision: "Công văn 12/VPCP-KGVX ngày 22/6/2017".to_owned(),
            missing: match kind {
                Kind::SupplementNeeded => vec!["Giấy chứng sinh (bản chính)".to_owned()],
                _ => Vec::new(),
            },
            link: match (of_case, opinion, dialogue) {
                (true, ..) => Some("https://motcua.example/track/wW0bXo2nYd4E9gkq1rTzJA".to_owned()),
                (_, true, _) => Some("https://motcua.example/opinions/K7M29QXD4HTR".to_owned()),
                (.., true) => Some("https://motcua.example/dialogues/2017-2".to_owned()),
                _ => None,
            },
            contact: Some("0290 3850 123".to_owned()),
        }
    }

    /// The notice in words.
    pub fn write(&self) -> Message {
        let [subject, body, short] = keys(self.kind);
        let subject = format::sentence_case(&self.say(subject, false));
        let letter = self.letter(&subject, self.body(body));
        let short = sentence(self.lang, &self.unit, &self.say(short, true));
        Message {
            text: letter.in_plain_text(),
            // The template is part of the program and every kind is rendered in a test.
            html: letter.render().unwrap_or_default(),
            sms: self.as_sms(&short),
            short: with_link(&short, self.link.as_deref()),
            subject,
        }
    }

    /// A result is announced as early, on time, or late with an apology.
    fn body(&self, key: &str) -> String {
        let text = self.say(key, false);
        let promised = self.before.filter(|_| self.kind == Kind::Ready);
        match promised.map(|promised| self.at.day().cmp(&promised.day())) {
            Some(std::cmp::Ordering::Less) => {
                self.lang.t_args("notice-ready-early", &[("text", text.into())])
            }
            Some(std::cmp::Ordering::Greater) => {
                self.lang.t_args("notice-ready-late", &[("text", text.into())])
            }
            _ => text,
        }
    }

    fn letter<'a>(&'a self, subject: &'a str, body: String) -> Letter<'a> {
        let lang = self.lang;
        let called = [("name", self.name.as_str().into())];
        let greeting = match self.to_person {
            true if self.name.is_empty() => lang.t("notice-greeting-nameless"),
            true => lang.t_args("notice-greeting-person", &called),
            false => lang.t_args("notice-greeting-organisation", &called),
        };
        let office = ("office", self.office.as_str().into());
        let contact = match &self.contact {
            Some(contact) => lang.t_args("notice-contact", &[("contact", contact.as_str().into()), office]),
            None => lang.t_args("notice-contact-office", &[office]),
        };
        Letter {
            lang,
            subject,
            greeting,
            body,
            missing: &self.missing,
            facts: self.facts(),
            link: self.link.as_deref(),
            link_key: match self.kind {
                Kind::RateInvited | Kind::RateReminder => "notice-link-rate",
                Kind::Rated => "notice-link-denial",
                kind if kind.is_of_opinion() => "notice-link-opinion",
                kind if kind.is_of_dialogue() => "notice-link-dialogue",
                _ => "notice-link",
            },
            contact,
            office: &self.office,
        }
    }

    fn facts(&self) -> Vec<(String, String)> {
        let (lang, mut facts) = (self.lang, Vec::new());
        if self.kind.is_of_opinion() {
            let code = self.code.clone().unwrap_or_default();
            return vec![(lang.t("notice-fact-opinion"), code)];
        }
        if self.kind.is_of_dialogue() {
            return self.facts_of_dialogue();
        }
        if let Some(code) = &self.code {
            facts.push((lang.t("notice-fact-code"), code.clone()));
        }
        if !self.procedure.is_empty() {
            facts.push((lang.t("notice-fact-procedure"), self.procedure.clone()));
        }
        facts.push((lang.t("notice-fact-office"), self.office.clone()));
        if let Some(due) = self.due {
            let slot = self.kind.is_of_appointment();
            let key = if slot { lang.t("notice-fact-slot") } else { lang.t("notice-fact-due") };
            facts.push((key, format::date_time(lang, due)));
        }
        if let Some(before) = self.before {
            facts.push((lang.t("notice-fact-before"), format::date_time(lang, before)));
        }
        facts
    }

    fn facts_of_dialogue(&self) -> Vec<(String, String)> {
        let lang = self.lang;
        let mut facts = vec![(lang.t("notice-fact-dialogue"), name(lang, &self.dialogue))];
        if let Some(due) = self.due {
            facts.push((lang.t("notice-fact-when"), format::date_time(lang, due)));
            facts.push((lang.t("notice-fact-where"), self.place.clone()));
        }
        facts
    }

    fn say(&self, key: &str, short: bool) -> String {
        let lang = self.lang;
        let case = match &self.code {
            _ if self.kind.is_of_dialogue() => name(lang, &self.dialogue),
            Some(code) if self.kind.is_of_opinion() => {
                lang.t_args("notice-opinion", &[("code", code.as_str().into())])
            }
            Some(code) => lang.t_args("notice-case", &[("code", code.as_str().into())]),
            None => lang.t("notice-case-unnamed"),
        };
        let when = |at: Instant| match short {
            true => short_time(at),
            false => format::date_time(lang, at),
        };
        let args: [(&str, Arg<'_>); 7] = [
            ("case", case.into()),
            ("office", self.office.as_str().into()),
            ("at", when(self.at).into()),
            ("due", self.due.map(when).unwrap_or_default().into()),
            ("before", self.before.map(when).unwrap_or_default().into()),
            ("decision", self.decision.as_str().into()),
            ("place", self.place.as_str().into()),
        ];
        lang.t_args(key, &args)
    }

    /// One SMS: with the link when there is room for it. A text that is still too long is cut.
    fn as_sms(&self, short: &str) -> String {
        let whole = plain(&with_link(short, self.link.as_deref()));
        if whole.len() <= SMS_LIMIT {
            return whole;
        }
        let mut text = plain(short);
        text.truncate(SMS_LIMIT);
        text
    }
}

fn with_link(short: &str, link: Option<&str>) -> String {
    link.map_or_else(|| short.to_owned(), |link| format!("{short} {link}"))
}

fn sentence(lang: Lang, unit: &str, text: &str) -> String {
    lang.t_args("notice-sms", &[("unit", unit.into()), ("text", text.into())])
}

/// 17:00 30/6/2017: the same in both languages.
fn short_time(at: Instant) -> String {
    format!("{} {}", format::clock(at), format::date(Lang::Vi, at.day()))
}

impl Letter<'_> {
    fn in_plain_text(&self) -> String {
        let lang = self.lang;
        let mut text = format!("{}\n\n{}\n\n", self.greeting, self.body);
        if !self.missing.is_empty() {
            text += &format!("{}:\n", lang.t("notice-missing"));
            for document in self.missing {
                text += &format!("- {document}\n");
            }
            text.push('\n');
        }
        for (what, value) in &self.facts {
            text += &format!("{what}: {value}\n");
        }
        if let Some(link) = self.link {
            text += &format!("\n{}:\n{link}\n", lang.t(self.link_key));
        }
        let (closing, footer) = (lang.t("notice-closing"), lang.t("notice-footer"));
        text + &format!("\n{}\n\n{closing}\n{}\n\n-- \n{footer}\n", self.contact, self.office)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(lang: Lang, kind: Kind) -> Telling {
        let mut telling = Telling::sample(lang, kind);
        telling.unit = "Quách Phẩm Bắc".to_owned();
        telling.code = telling.code.map(|code| match kind.is_of_opinion() {
            true => code,
            false => "000.34.70.H12-171231-0931".to_owned(),
        });
        telling.due = Instant::parse_local("2017-12-29T16:30");
        telling.before = telling.before.and(Instant::parse_local("2017-12-27T16:30"));
        telling
    }

    #[test]
    fn every_notice_is_written_in_both_languages() {
        for lang in Lang::ALL {
            for kind in Kind::ALL {
                for (code, link) in [(true, true), (false, false)] {
                    let mut telling = Telling::sample(lang, kind);
                    telling.code = telling.code.filter(|_| code);
                    telling.link = telling.link.filter(|_| link);
                    telling.due = telling.due.filter(|_| kind != Kind::Ready);
                    let message = telling.write();
                    let all = [&message.subject, &message.text, &message.html, &message.short, &message.sms];
                    for text in all {
                        assert!(!text.trim().is_empty(), "{kind:?} {lang:?}");
                        for mark in ["⟦", "{$", "{ $", "  "] {
                            assert!(!text.contains(mark), "{kind:?} {lang:?} shows {mark:?}: {text}");
                        }
                    }
                    assert!(message.text.contains(&telling.name) && message.text.contains(&telling.office));
                    assert!(message.html.contains(&format!("<html lang=\"{}\">", lang.tag())));
                    let named = !telling.name.is_empty() && message.subject.contains(&telling.name);
                    assert!(!named, "a subject is seen by many eyes");
                    assert!(!message.sms.contains("Nguyen Van An"), "a message lights up on the table");
                }
            }
        }
    }

    #[test]
    fn a_message_fits_into_one_sms_of_plain_letters() {
        for lang in Lang::ALL {
            for kind in Kind::ALL {
                let telling = longest(lang, kind);
                let message = telling.write();
                assert!(message.sms.len() <= SMS_LIMIT, "{kind:?} {lang:?}: {}", message.sms);
                assert!(message.sms.is_ascii() && !message.sms.contains('?'), "{kind:?}: {}", message.sms);
                // Without the link nothing is cut.
                let bare = Telling { link: None, ..telling }.write();
                assert!(bare.sms.ends_with('.'), "{kind:?} {lang:?}: {} is cut", bare.sms);
                assert_eq!(plain(&bare.short), bare.sms);
            }
        }
    }

    #[test]
    fn the_usual_messages_have_room_for_the_link() {
        for kind in [Kind::Received, Kind::Ready, Kind::Apology] {
            let message = longest(Lang::Vi, kind).write();
            assert!(message.sms.contains("/track/"), "{kind:?}: {}", message.sms);
        }
    }

    #[test]
    fn a_message_about_an_opinion_tells_a_code_and_nothing_else() {
        for lang in Lang::ALL {
            for kind in Kind::ALL.into_iter().filter(|kind| kind.is_of_opinion()) {
                let telling = Telling { name: "Nguyễn Văn An".into(), ..Telling::sample(lang, kind) };
                let message = Telling { name: String::new(), ..telling.clone() }.write();
                assert!(message.subject.contains("K7M2-9QXD-4HTR"), "{kind:?}: {}", message.subject);
                assert!(message.sms.contains("K7M2-9QXD-4HTR"), "{kind:?}: {}", message.sms);
                for text in [&message.text, &message.html] {
                    assert!(!text.contains(&telling.name) && !text.contains("2017"), "{text}");
                    assert!(text.contains("/opinions/K7M29QXD4HTR"), "{text}");
                }
            }
        }
        let said = |kind| Telling::sample(Lang::Vi, kind).write();
        let (answered, refused) = (said(Kind::OpinionAnswered), said(Kind::OpinionRefused));
        assert_eq!((answered.subject, answered.sms), (refused.subject, refused.sms));
    }

    #[test]
    fn a_result_is_early_on_time_or_late() {
        let table = [("2017-06-28T17:00", "sớm hơn ngày hẹn"), ("2017-06-20T17:00", "xin lỗi")];
        for (promised, words) in table {
            let before = Instant::parse_local(promised);
            let telling = Telling { before, due: None, ..Telling::sample(Lang::Vi, Kind::Ready) };
            assert!(telling.write().text.contains(words), "{promised}");
        }
        let same_day = Instant::parse_local("2017-06-26T17:00");
        let telling = Telling { before: same_day, due: None, ..Telling::sample(Lang::Vi, Kind::Ready) };
        let text = telling.write().text;
        assert!(!text.contains("sớm hơn ngày hẹn") && !text.contains("xin lỗi"), "{text}");
    }

    #[test]
    fn what_people_typed_is_not_markup() {
        let telling = Telling { name: "<b>An & Co</b>".into(), ..Telling::sample(Lang::Vi, Kind::Received) };
        let message = telling.write();
        assert!(!message.html.contains("<b>") && message.text.contains("<b>An & Co</b>"));
    }
}
