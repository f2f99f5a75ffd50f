//! What an opinion may be: the words that triage, refusals and answers choose from.

use crate::kinds::kinds;

kinds! {
    /// What an opinion is about (NĐ 20/2008/NĐ-CP đ.5).
    Class {
        /// A conduct: delay, trouble made, rules not followed.
        Conduct = "conduct",
        /// A rule that is inconsistent, unlawful or unreasonable.
        Rule = "rule",
        /// An idea: a way to do it better.
        Idea = "idea",
    }
}

kinds! {
    /// How it came (NĐ 20/2008/NĐ-CP đ.6 knows writing, telephone and the network).
    Source {
        /// Written on the page.
        Page = "page",
        /// Written at the screen of an office.
        Kiosk = "kiosk",
        /// Told on the telephone, typed by an official.
        Phone = "phone",
        /// By letter, typed by an official.
        Letter = "letter",
    }
}

kinds! {
    /// What was found when a conduct was looked into.
    Finding {
        /// It was as its author says.
        Upheld = "upheld",
        /// Some of it was.
        Partly = "partly",
        /// It was not.
        Unfounded = "unfounded",
    }
}

kinds! {
    /// What it is about, in the words of those who wait.
    Topic {
        /// How people are spoken to.
        Attitude = "attitude",
        /// Waiting, and results that come late.
        Waiting = "waiting",
        /// Papers asked for, and the way they go.
        Papers = "papers",
        /// Fees, and money beside them.
        Money = "money",
        /// Guidance, notices and information.
        Guidance = "guidance",
        /// A result that is wrong.
        Result = "result",
        /// Chairs, roofs, parking, opening hours.
        Place = "place",
        /// Services over the network.
        Online = "online",
        /// Something else.
        Other = "other",
    }
}

kinds! {
    /// How pressing it is.
    Urgency {
        /// As others.
        Ordinary = "ordinary",
        /// Bức xúc: somebody suffers from it now, or many do.
        Pressing = "pressing",
    }
}

kinds! {
    /// Why an opinion is not taken up.
    Reason {
        /// It is a complaint: the law on complaints gives it another door and other clocks.
        Complaint = "complaint",
        /// It is a denunciation: so does the law on denunciations.
        Denunciation = "denunciation",
        /// Another body decides on it; the words say which.
        Elsewhere = "elsewhere",
        /// What is meant cannot be understood, also after asking.
        Unclear = "unclear",
    }
}

kinds! {
    /// Where an opinion stands.
    State {
        /// Received, not sorted yet.
        Received = "received",
        /// Sorted: it is being looked into.
        Triaged = "triaged",
        /// Its author was asked and has not replied.
        Asked = "asked",
        /// Answered.
        Answered = "answered",
        /// Not taken up.
        Refused = "refused",
    }
}

kinds! {
    /// What the author says of the answer.
    Helped {
        /// It helped.
        Yes = "yes",
        /// In part.
        Partly = "partly",
        /// It did not.
        No = "no",
    }
}

kinds! {
    /// The step that an office owes next, each with a clock of its own.
    Owed {
        /// To be sorted, or refused.
        Sorting = "sorting",
        /// To be answered.
        Answer = "answer",
        /// To be published with its answer.
        Publishing = "publishing",
    }
}

impl Source {
    /// Whether an official types it for somebody else.
    pub const fn by_official(self) -> bool {
        matches!(self, Self::Phone | Self::Letter)
    }
}

impl Reason {
    /// Whether another law has a door for it, which the refusal names by itself.
    pub const fn has_door(self) -> bool {
        matches!(self, Self::Complaint | Self::Denunciation)
    }
}

impl State {
    /// Whether the office still has to say something to its author.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Triaged | Self::Asked)
    }
}
