//! What happens to a case with time to work between its assignment and its result.

use hailong_core::{
    serve::{
        clock::PauseReason,
        office::Level,
        procedure::{Procedure, Unit},
    },
    time::Instant,
};

use super::{Act, case::Telling, day::later, rate, story::answer_by};

/// Matters received in a commune and decided, or checked, at the district.
const DECIDED_ABOVE: [&str; 6] = ["2.000986", "1.001776", "1.001731", "1.010803", "1.010833", "1.004222"];
/// Land matters that hang out for objections: first registration, and papers that were lost.
const HANGS_OUT: [&str; 2] = ["1.013978", "1.012786"];
/// Fields in which somebody goes and looks.
const LOOKED_AT: [&str; 4] = ["Đất đai", "Hoạt động xây dựng", "Bảo trợ xã hội", "Giảm nghèo"];

/// Why the time of such a case stands still.
pub(in crate::demo) fn pause_of(procedure: &Procedure) -> PauseReason {
    if HANGS_OUT.contains(&procedure.code.as_str()) || procedure.field_vi != "Đất đai" {
        PauseReason::Posting
    } else {
        PauseReason::FinancialDuty
    }
}

impl Telling<'_> {
    fn chance(&self, probability: f64) -> bool {
        self.story.chance.happens(probability)
    }

    fn field(&self) -> &str {
        &self.procedure.field_vi
    }

    /// What its matter needs, one after the other, as long as there is time.
    pub(super) fn detours(&mut self) {
        if self.plot.supplements < 2
            && self.story.has_room(2)
            && self.chance(self.manner.missing * rate::MISSED_AT_COUNTER)
        {
            self.more_documents();
        }
        let above = DECIDED_ABOVE.contains(&self.procedure.code.as_str())
            && self.procedure.handled_at(Level::District)
            && self.office.level == Level::Commune;
        if above && self.story.has_room(8) && self.chance(rate::SENT_UP) {
            self.up_and_home();
        }
        self.pause();
        self.consult();
        if LOOKED_AT.contains(&self.field()) && self.story.has_room(3) && self.chance(rate::VISITED) {
            let days = self.story.some(1, 2);
            self.story.tell_later(days, Act::Visit);
        }
        if let Some(extension) = &self.procedure.sector.extension
            && self.story.has_room(1)
            && self.chance(rate::EXTENDED)
        {
            self.story.tell_later(0, Act::Extend);
            self.story.extend(extension.most.limit());
        }
        if self.story.has_room(1) && self.chance(rate::LOST) {
            self.story.tell_later(0, Act::Lose);
        }
    }

    /// A document is found missing; until it is brought the clock stands still.
    fn more_documents(&mut self) {
        self.plot.supplements += 1;
        let days = self.story.some(0, 1);
        self.story.tell_later(days, Act::RequestMore);
        self.story.stand_still(PauseReason::Supplement);
        let days = self.story.some(2, 8);
        self.story.tell_later(days, Act::BringMore);
        self.story.go_on();
    }

    /// To the district, assigned there, and back.
    fn up_and_home(&mut self) {
        self.story.tell_later(1, Act::SendUp);
        self.story.tell_later(0, Act::HandOver);
        let days = self.story.some(1, 4);
        self.story.tell_later(days, Act::SendHome);
        self.story.tell_later(0, Act::HandOver);
    }

    /// Taxes to be paid, or a posting for objections.
    fn pause(&mut self) {
        let reason = pause_of(self.procedure);
        let (often, least, most) = match reason {
            PauseReason::FinancialDuty => (rate::FINANCIAL_DUTY, 2, 10),
            _ if HANGS_OUT.contains(&self.procedure.code.as_str()) => (rate::POSTED, 11, 15),
            _ => return,
        };
        if !self.story.has_room(3) || !self.chance(often) {
            return;
        }
        let days = self.story.some(1, 2);
        self.story.tell_later(days, Act::Pause);
        self.story.stand_still(reason);
        let days = self.story.some(least, most);
        self.story.tell_later(days, Act::Resume);
        self.story.go_on();
    }

    /// Others are asked: two at once for a building, one elsewhere. They answer, or their time runs out.
    fn consult(&mut self) {
        let building = !self.procedure.sector.silence.is_empty();
        let long = super::story::limit_of(self.procedure, self.plot.limit);
        let long = matches!(long.unit, Unit::Days | Unit::WorkingDays) && long.value >= 7;
        let fits = building || long && self.story.has_room(7);
        if !fits {
            return;
        }
        if !self.chance(if building { rate::BUILDING_CONSULTED } else { rate::CONSULTED }) {
            return;
        }
        let asked = self.story.tell_later(0, Act::Consult);
        if building {
            let other = self.story.tell(asked.plus_seconds(600), Act::ConsultOther);
            self.reply(Act::Hear, Act::Silence, asked);
            self.reply(Act::HearOther, Act::SilenceOther, other);
        } else {
            self.reply(Act::Hear, Act::Silence, asked);
        }
    }

    fn reply(&mut self, heard: Act, silent: Act, asked: Instant) {
        let until = answer_by(self.procedure, asked, self.story.scope.calendar);
        // Who has no time left to wait for the last day hears before.
        let waits = until < self.story.due().plus_seconds(-86_400);
        if waits && self.chance(rate::SILENT) {
            let after = later(until.max(self.story.last), 1, self.story.scope.days, &self.story.chance);
            self.story.tell(after.unwrap_or(self.story.scope.end), silent);
        } else {
            let days = self.story.some(1, 3);
            self.story.tell_later(days, heard);
        }
    }

    /// At least a day before the result is due: an apology with a new day.
    pub(super) fn apologise(&mut self) {
        if let Some(at) = self.story.day_before_due() {
            self.story.tell(at, Act::Apologise);
        }
    }

    /// The result, with or without a draft before it. Returns when it was signed.
    pub(super) fn sign(&mut self, finished: Instant) -> Instant {
        let time = finished.0 - self.story.last.0 > 86_400_000_000;
        if time && self.chance(rate::DRAFTED) {
            let at = self.story.between(finished, 0.8);
            let laid = self.story.tell(at, Act::Submit);
            if self.chance(rate::SENT_BACK) && finished.0 - laid.0 > 4 * 3_600_000_000 {
                let at = self.story.between(finished, 0.3);
                self.story.tell(at, Act::SendBack);
                let at = self.story.between(finished, 0.6);
                self.story.tell(at, Act::Submit);
            }
        }
        self.story.tell(finished, Act::Finish)
    }
}
