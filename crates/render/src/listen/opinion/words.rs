//! The words for what an opinion may be, as keys of texts.

use hailong_core::listen::opinion::{Class, Finding, Helped, Owed, Reason, Source, State, Topic, Urgency};

use crate::component::{Choice, Tone};
use crate::lang::Lang;

/// What it is about, by the law.
pub fn class_key(class: Class) -> &'static str {
    match class {
        Class::Conduct => "opinion-class-conduct",
        Class::Rule => "opinion-class-rule",
        Class::Idea => "opinion-class-idea",
    }
}

/// What it is about, in the words of those who wait.
pub fn topic_key(topic: Topic) -> &'static str {
    match topic {
        Topic::Attitude => "opinion-topic-attitude",
        Topic::Waiting => "opinion-topic-waiting",
        Topic::Papers => "opinion-topic-papers",
        Topic::Money => "opinion-topic-money",
        Topic::Guidance => "opinion-topic-guidance",
        Topic::Result => "opinion-topic-result",
        Topic::Place => "opinion-topic-place",
        Topic::Online => "opinion-topic-online",
        Topic::Other => "opinion-topic-other",
    }
}

/// How pressing it is.
pub fn urgency_key(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Ordinary => "opinion-urgency-ordinary",
        Urgency::Pressing => "opinion-urgency-pressing",
    }
}

/// How it came.
pub fn source_key(source: Source) -> &'static str {
    match source {
        Source::Page => "opinion-source-page",
        Source::Kiosk => "opinion-source-kiosk",
        Source::Phone => "opinion-source-phone",
        Source::Letter => "opinion-source-letter",
    }
}

/// Name of what was found.
pub fn finding_key(finding: Finding) -> &'static str {
    match finding {
        Finding::Upheld => "finding-upheld",
        Finding::Partly => "finding-partly",
        Finding::Unfounded => "finding-unfounded",
    }
}

/// Why it is not taken up, in short.
pub fn reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::Complaint => "opinion-reason-complaint",
        Reason::Denunciation => "opinion-reason-denunciation",
        Reason::Elsewhere => "opinion-reason-elsewhere",
        Reason::Unclear => "opinion-reason-unclear",
    }
}

/// Why it is not taken up and where to go, as its author reads it.
pub fn door_key(reason: Reason) -> &'static str {
    match reason {
        Reason::Complaint => "opinion-door-complaint",
        Reason::Denunciation => "opinion-door-denunciation",
        Reason::Elsewhere => "opinion-door-elsewhere",
        Reason::Unclear => "opinion-door-unclear",
    }
}

/// Where it stands.
pub fn state_key(state: State) -> &'static str {
    match state {
        State::Received => "opinion-state-received",
        State::Triaged => "opinion-state-triaged",
        State::Asked => "opinion-state-asked",
        State::Answered => "opinion-state-answered",
        State::Refused => "opinion-state-refused",
    }
}

/// The step that is late, in words that say what should have been.
pub fn late_key(owed: Owed) -> &'static str {
    match owed {
        Owed::Sorting => "opinion-late-sorting",
        Owed::Answer => "opinion-late-answer",
        Owed::Publishing => "opinion-late-publishing",
    }
}

/// The step in a word.
pub fn owed_key(owed: Owed) -> &'static str {
    match owed {
        Owed::Sorting => "opinion-owed-sorting",
        Owed::Answer => "opinion-owed-answer",
        Owed::Publishing => "opinion-owed-publishing",
    }
}

/// Colour and shape of where it stands.
pub fn state_tone(state: State) -> Tone {
    match state {
        State::Received | State::Triaged => Tone::Info,
        State::Asked => Tone::Attention,
        State::Answered => Tone::Good,
        State::Refused => Tone::Plain,
    }
}

/// What its author says of the answer.
pub fn helped_key(helped: Helped) -> &'static str {
    match helped {
        Helped::Yes => "opinion-helped-yes",
        Helped::Partly => "opinion-helped-partly",
        Helped::No => "opinion-helped-no",
    }
}

/// The classes as choices.
pub fn classes(lang: Lang) -> Vec<Choice> {
    Class::ALL.iter().map(|one| Choice::new(one.key(), lang.t(class_key(*one)))).collect()
}

/// The topics as choices.
pub fn topics(lang: Lang) -> Vec<Choice> {
    Topic::ALL.iter().map(|one| Choice::new(one.key(), lang.t(topic_key(*one)))).collect()
}

/// The urgencies as choices.
pub fn urgencies(lang: Lang) -> Vec<Choice> {
    Urgency::ALL.iter().map(|one| Choice::new(one.key(), lang.t(urgency_key(*one)))).collect()
}

/// The reasons as choices.
pub fn reasons(lang: Lang) -> Vec<Choice> {
    Reason::ALL.iter().map(|one| Choice::new(one.key(), lang.t(reason_key(*one)))).collect()
}

/// What may be said of an answer, as choices.
pub fn helps(lang: Lang) -> Vec<Choice> {
    Helped::ALL.iter().map(|one| Choice::new(one.key(), lang.t(helped_key(*one)))).collect()
}
