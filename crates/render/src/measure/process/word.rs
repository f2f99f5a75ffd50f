//! What a view says, in words.

use hailong_core::measure::figure::Figure;
use hailong_core::measure::process::{Activity, Difference, Hand, Part, View, Way};

use super::{ProcedureLine, Process, Processes, activity};
use crate::format::{decimal, number, percent};
use crate::lang::Lang;

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn count(lang: Lang, n: u64) -> String {
    number(lang, whole(n))
}

/// Working time as people say it: days, below one day hours, below one hour minutes.
fn time(lang: Lang, days: f64, hours_a_day: f64) -> String {
    let hours = days * hours_a_day;
    let (key, number) = match (days.abs(), hours.abs()) {
        (1.0.., _) => ("processes-in-days", decimal(lang, days, 1)),
        (_, 1.0..) => ("processes-in-hours", decimal(lang, hours, 1)),
        _ => ("processes-in-minutes", decimal(lang, hours * 60.0, 0)),
    };
    lang.t_args(key, &[("n", number.into())])
}

/// A share of late cases with its interval, or how few there are.
fn share(lang: Lang, late: &Figure) -> String {
    match *late {
        Figure::Shown { share, low, high, .. } => {
            let part = |of| percent(lang, of).into();
            lang.t_args(
                "processes-late-share",
                &[("share", part(share)), ("low", part(low)), ("high", part(high))],
            )
        }
        Figure::TooFew { n } => lang.t_args("processes-late-few", &[("n", whole(n).into())]),
    }
}

/// So many of so many, as a share where that says something.
fn of(lang: Lang, part: u64, all: u64) -> String {
    match all {
        0 => "–".to_owned(),
        _ => format!("{} ({})", count(lang, part), percent(lang, part as f64 / all as f64)),
    }
}

impl Processes {
    pub(super) fn late_of(&self, line: &ProcedureLine) -> String {
        share(self.shell.lang, &Figure::share(line.line.late, line.line.judged, None))
    }

    pub(super) fn days_of(&self, line: &ProcedureLine) -> String {
        let (lang, of) = (self.shell.lang, line.line.days);
        let said = |days| time(lang, days, self.hours_a_day);
        let (median, p90) = (said(of.median), said(of.p90));
        lang.t_args("processes-days-of", &[("median", median.into()), ("p90", p90.into())])
    }

    pub(super) fn heaviest_of(&self, line: &ProcedureLine) -> String {
        let lang = self.shell.lang;
        let Some((from, to, share)) = line.heaviest else { return "–".to_owned() };
        lang.t_args(
            "processes-heaviest-of",
            &[
                ("from", activity(lang, from).into()),
                ("to", activity(lang, to).into()),
                ("share", percent(lang, share).into()),
            ],
        )
    }

    pub(super) fn few_text(&self) -> String {
        let lang = self.shell.lang;
        lang.t_args(
            "processes-few",
            &[
                ("procedures", count(lang, self.few.0).into()),
                ("cases", count(lang, self.few.1).into()),
                ("least", whole(self.least()).into()),
            ],
        )
    }
}

impl Process {
    /// The whole in one sentence.
    pub(super) fn state(&self) -> String {
        let lang = self.shell.lang;
        let View { ended, days: of, .. } = &self.view;
        lang.t_args(
            "processes-state",
            &[
                ("cases", count(lang, *ended).into()),
                ("median", self.days(&of.median).into()),
                ("p90", self.days(&of.p90).into()),
                ("late", share(lang, &self.late()).into()),
            ],
        )
    }

    /// Where most of the time goes, in one sentence; nothing where it goes nowhere.
    pub(super) fn heaviest(&self) -> Option<String> {
        let lang = self.shell.lang;
        let most = self.waits().into_iter().next().filter(|arc| arc.share > 0.0)?;
        Some(lang.t_args(
            "processes-heaviest",
            &[
                ("from", activity(lang, most.from).into()),
                ("to", activity(lang, most.to).into()),
                ("share", percent(lang, most.share).into()),
                ("median", self.days(&most.wait.median).into()),
            ],
        ))
    }

    /// Of how many cases the ways were not looked at, or are not known.
    pub(super) fn limits(&self) -> Vec<String> {
        let lang = self.shell.lang;
        let View { ended, cases, unknown, .. } = self.view;
        let mut all = Vec::new();
        if cases < ended {
            let args = [("cases", count(lang, cases).into()), ("ended", count(lang, ended).into())];
            all.push(lang.t_args("processes-sampled", &args));
        }
        if unknown > 0 {
            all.push(lang.t_args("processes-unknown", &[("n", count(lang, unknown).into())]));
        }
        all
    }

    pub(super) fn left_out_text(&self) -> String {
        let lang = self.shell.lang;
        let (arcs, times) = self.left_out();
        if arcs == 0 {
            return lang.t("processes-left-out-none");
        }
        lang.t_args(
            "processes-left-out",
            &[("arcs", count(lang, arcs).into()), ("times", count(lang, times).into())],
        )
    }

    pub(super) fn step(&self, step: &Activity) -> String {
        activity(self.shell.lang, *step)
    }

    pub(super) fn days(&self, of: &f64) -> String {
        time(self.shell.lang, *of, self.view.hours_a_day)
    }

    pub(super) fn of_cases(&self, part: &u64) -> String {
        of(self.shell.lang, *part, self.known())
    }

    /// A way as a line of steps.
    pub(super) fn way(&self, way: &Way) -> String {
        let steps: Vec<String> = way.activities.iter().map(|step| activity(self.shell.lang, *step)).collect();
        steps.join(" → ")
    }

    pub(super) fn late_part(&self, late: &u64, judged: &u64) -> String {
        of(self.shell.lang, *late, *judged)
    }

    /// What came again, in words.
    pub(super) fn rework(&self) -> Vec<String> {
        let (lang, of_all) = (self.shell.lang, &self.view.rework);
        let line = |key: &str, cases: u64, times: u64| {
            lang.t_args(
                key,
                &[("cases", of(lang, cases, self.known()).into()), ("times", count(lang, times).into())],
            )
        };
        let mut all = vec![
            line("processes-supplements", of_all.supplemented, of_all.supplements),
            line("processes-sent-back", of_all.sent_back, of_all.times_sent_back),
            line("processes-repeated", of_all.repeated, of_all.repeated),
        ];
        for step in self.view.activities.iter().filter(|step| step.again > 0) {
            all.push(lang.t_args(
                "processes-again",
                &[
                    ("step", activity(lang, step.activity).into()),
                    ("cases", of(lang, step.again, self.known()).into()),
                ],
            ));
        }
        all
    }

    pub(super) fn hand(&self, hand: &Hand) -> String {
        let lang = self.shell.lang;
        let name = |key: &String| self.names.get(key).cloned().unwrap_or_else(|| key.clone());
        match hand {
            Hand::Official { office, role, official } => {
                let who = official.as_ref().map_or_else(|| lang.t(&format!("role-{}", role.key())), name);
                lang.t_args("processes-hand", &[("who", who.into()), ("office", name(office).into())])
            }
            Hand::Citizen => lang.t("processes-hand-citizen"),
            Hand::System => lang.t("processes-hand-system"),
            Hand::Unknown => lang.t("processes-hand-unknown"),
        }
    }

    /// What late cases did differently, in sentences; nothing when nothing can be told apart.
    pub(super) fn apart(&self) -> Vec<String> {
        /// So many sentences of each kind; the table has the rest.
        const MOST: usize = 5;
        let Some(all) = &self.view.differences else { return Vec::new() };
        let longer = all.longer().into_iter().take(MOST).map(|one| self.longer(one));
        let apart = all.apart().into_iter().take(MOST).map(|one| self.more_often(one));
        longer.chain(apart).collect()
    }

    fn longer(&self, one: &Difference) -> String {
        let lang = self.shell.lang;
        let (late, on_time) = one.days.unwrap_or_default();
        lang.t_args(
            "processes-longer",
            &[
                ("part", self.part(&one.part).into()),
                ("late", self.days(&late).into()),
                ("intime", self.days(&on_time).into()),
                ("extra", self.days(&one.extra_days).into()),
            ],
        )
    }

    fn more_often(&self, one: &Difference) -> String {
        let lang = self.shell.lang;
        let more = one.late_share > one.on_time_share;
        let key = if more { "processes-more-often" } else { "processes-less-often" };
        lang.t_args(
            key,
            &[
                ("part", self.part(&one.part).into()),
                ("late", percent(lang, one.late_share).into()),
                ("intime", percent(lang, one.on_time_share).into()),
            ],
        )
    }

    pub(super) fn part(&self, part: &Part) -> String {
        let lang = self.shell.lang;
        match *part {
            Part::Activity { activity: step } => activity(lang, step),
            Part::Arc { from, to } => format!("{} → {}", activity(lang, from), activity(lang, to)),
        }
    }

    pub(super) fn shares(&self, one: &Difference) -> String {
        let lang = self.shell.lang;
        format!("{} / {}", percent(lang, one.late_share), percent(lang, one.on_time_share))
    }

    pub(super) fn share_interval(&self, one: &Difference) -> String {
        let lang = self.shell.lang;
        let (low, high) = one.share_interval;
        format!("{} – {}", decimal(lang, low * 100.0, 1), decimal(lang, high * 100.0, 1))
    }

    pub(super) fn waits_of(&self, one: &Difference) -> String {
        one.days.map_or_else(
            || "–".to_owned(),
            |(late, on_time)| format!("{} / {}", self.days(&late), self.days(&on_time)),
        )
    }

    pub(super) fn tells(&self, one: &Difference) -> String {
        let lang = self.shell.lang;
        let said: Vec<String> =
            [(one.tells_share(), "processes-tells-share"), (one.tells_wait(), "processes-tells-wait")]
                .into_iter()
                .filter(|(tells, _)| *tells)
                .map(|(_, key)| lang.t(key))
                .collect();
        if said.is_empty() { lang.t("processes-tells-nothing") } else { said.join(", ") }
    }
}
