//! Quarters are frozen and looked at as the server does it, and officials are heard about their figures.

use anyhow::Context as _;
use hailong_core::{batch::Batch, context::Actor, measure::evaluation};

use super::Player;
use crate::demo::{
    dialogue::LEADER,
    script::{Act, Step},
    words,
};

impl Player<'_> {
    /// What is done already is not due any more, so a demo that was interrupted here goes on alike.
    pub(super) async fn freeze(&mut self, step: Step) -> anyhow::Result<()> {
        self.flush().await?;
        self.store.freeze_due(&self.program("freeze", step.at)).await?;
        Ok(())
    }

    pub(super) async fn look(&mut self, step: Step) -> anyhow::Result<()> {
        self.flush().await?;
        self.store.guard(&self.program("guard", step.at)).await?;
        Ok(())
    }

    /// A step of an evaluation; nothing where nothing was known of the official in the quarter, so that there is none.
    pub(super) async fn evaluate(&mut self, number: usize, step: Step) -> anyhow::Result<Option<Batch>> {
        self.flush().await?;
        let told = &self.script.evaluations[step.of as usize];
        let all = self.store.evaluations(&told.quarter.quarter_key()).await?;
        let Some(current) = all.into_iter().find(|one| one.official == told.official) else {
            return Ok(None);
        };
        let key =
            self.store.data_key(current.evaluation_id).await?.context("the evaluation's key is gone")?;
        let day = step.at.day();
        let who = match step.act {
            Act::AnswerFigures | Act::AskReview => current.official.as_str(),
            Act::DecideFigures if !current.is_of_head(self.directory, day) => {
                let head = self.directory.head_on(&current.office_id, day);
                &head.with_context(|| format!("{} has no head", current.office_id))?.id
            }
            _ => LEADER,
        };
        let ctx = self.context(number, step.at, Actor::Official(self.directory.acting(who, day)?));
        let (fate, words) = (told.fate, words::of_evaluation(step.act, told.fate));
        let batch = match step.act {
            Act::AnswerFigures => evaluation::answer(&current, fate.stand(), words, &key, &ctx),
            Act::AskReview => evaluation::ask_review(&current, words, &key, &ctx),
            Act::DecideFigures => evaluation::decide(&current, fate.outcome(step.act), words, &key, &ctx),
            _ => evaluation::review(&current, fate.outcome(step.act), words, &key, &ctx),
        };
        Ok(Some(batch?))
    }
}
