//! What is done with cases, in words.

use hailong_core::measure::process::Activity;

use crate::lang::Lang;

/// The name of an activity.
pub fn activity(lang: Lang, activity: Activity) -> String {
    lang.t(match activity {
        Activity::Opened => "process-opened",
        Activity::SupplementRequested => "process-supplement-requested",
        Activity::SupplementReceived => "process-supplement-received",
        Activity::Accepted => "process-accepted",
        Activity::HandedOver => "process-handed-over",
        Activity::Sent => "process-sent",
        Activity::Moved => "process-moved",
        Activity::Paused => "process-paused",
        Activity::Resumed => "process-resumed",
        Activity::Extended => "process-extended",
        Activity::Apologised => "process-apologised",
        Activity::Consulted => "process-consulted",
        Activity::Answered => "process-answered",
        Activity::Visited => "process-visited",
        Activity::Submitted => "process-submitted",
        Activity::SentBack => "process-sent-back",
        Activity::Finished => "process-finished",
        Activity::Returned => "process-returned",
        Activity::Refused => "process-refused",
        Activity::Withdrawn => "process-withdrawn",
        Activity::Stopped => "process-stopped",
        Activity::Lost => "process-lost",
        Activity::Corrected => "process-corrected",
    })
}
