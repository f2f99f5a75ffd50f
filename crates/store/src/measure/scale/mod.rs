//! What the law's own scales are computed from: ended cases, opinions, answers, notice boards, and what officials entered.

mod fact;

use std::collections::BTreeMap;

use hailong_core::{
    batch::Entry,
    context::Context,
    directory::Directory,
    measure::scale::{
        self, Enter, Entered, Item, METHOD, Scales, Share, Subject, Value,
        hundred_points::{self, Quota},
        nine_indicators::{self, Unit},
        service_index::{self, Inputs, Reading},
        sipas::{self, Sipas},
    },
    refusal::Refusal,
    serve::{
        case::Reception,
        office::Level,
        posting::{self, Standing},
        report::{self, Period},
    },
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use self::fact::Facts;
#[cfg(test)]
pub(crate) use self::fact::QUERIES as FACT_QUERIES;
use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value as Cell},
};

crate::query::queries! {
    KEEP = "INSERT INTO scale_entry (authority_id, subject, period, item, version, value, evidence_id, evidence, entered_at, entered_by) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (authority_id, subject, period, item) DO UPDATE SET \
            version = excluded.version, value = excluded.value, evidence_id = excluded.evidence_id, evidence = excluded.evidence, \
            entered_at = excluded.entered_at, entered_by = excluded.entered_by";
    OF_SUBJECT = "SELECT item, version, value, evidence_id, evidence, entered_at, entered_by FROM scale_entry \
                  WHERE authority_id = ?1 AND subject = ?2 AND period = ?3 ORDER BY item LIMIT 100";
}

/// Most waves of surveys that are looked at for the one of a period.
const MOST_WAVES: i64 = 200;

/// What was entered last of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFile {
    /// What.
    pub item: Item,
    /// How often it was entered.
    pub version: i64,
    /// How much.
    pub value: Value,
    /// The evidence; none once erased.
    pub evidence: Option<String>,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
}

pub(crate) fn project(
    authority: i64,
    entry: &Entry,
    entered: &Entered,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let params = vec![
        authority.into(),
        entered.subject.as_str().into(),
        entered.period.as_str().into(),
        entered.item.key().into(),
        entry.version.into(),
        serde_json::to_string(&entered.value).unwrap_or_default().into(),
        entered.evidence_id.into(),
        entered.evidence.0.as_slice().into(),
        entry.at.0.into(),
        actor.into(),
    ];
    out.push(Statement::new(&KEEP, params));
}

type Sealed = (EntryFile, Uuid, Vec<u8>);

fn read(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let corrupt = || StoreError::Corrupt("a figure of a scale is not readable".to_owned());
    let file = EntryFile {
        item: Item::from_key(&row.text(0)?).ok_or_else(corrupt)?,
        version: row.int(1)?,
        value: serde_json::from_str(&row.text(2)?).map_err(|_| corrupt())?,
        evidence: None,
        at: Instant(row.int(5)?),
        by: row.text(6)?,
    };
    Ok((file, row.uuid(3)?, row.bytes(4)?))
}

/// Figures that were entered, by item.
type Figures = BTreeMap<Item, Value>;

fn share(figures: &Figures, item: Item) -> Option<Share> {
    figures.get(&item).and_then(Value::share)
}

impl Store {
    /// Enters a figure that the record cannot know.
    ///
    /// # Errors
    /// Refusals of [`scale::enter`], and [`StoreError::Stale`] when somebody else entered it meanwhile.
    pub async fn enter_scale(&self, command: Enter, ctx: &Context<'_>) -> Result<(), StoreError> {
        self.commit(scale::enter(command, ctx)?).await.map(|_| ())
    }

    /// What was entered of a subject for a period, by item, with its evidence.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn scale_entries(
        &self,
        subject: &Subject,
        period: Period,
    ) -> Result<Vec<EntryFile>, StoreError> {
        let mut files = Vec::new();
        for (mut file, id, sealed) in self.entries_of(&subject.key(), period).await? {
            file.evidence = self.open_words(id, id, &sealed).await?;
            files.push(file);
        }
        Ok(files)
    }

    async fn entries_of(&self, subject: &str, period: Period) -> Result<Vec<Sealed>, StoreError> {
        let params = [self.authority().into(), subject.into(), Cell::from(period.key())];
        self.rows(&OF_SUBJECT, &params, read).await
    }

    async fn figures_of(&self, subject: &str, period: Period) -> Result<Figures, StoreError> {
        let entries = self.entries_of(subject, period).await?;
        Ok(entries.into_iter().map(|(file, ..)| (file.item, file.value)).collect())
    }

    /// The law's scales of a subject for a period, as far as it has come.
    ///
    /// # Errors
    /// [`Refusal::PeriodNotTold`] for a period that no scale is told for; when the database cannot answer.
    pub async fn scales(
        &self,
        subject: &Subject,
        period: Period,
        now: Instant,
    ) -> Result<Scales, StoreError> {
        let day = now.day();
        let told = scale::is_told(period, day);
        let closing = report::closing(period, day).filter(|_| told).ok_or(Refusal::PeriodNotTold)?;
        let directory = self.directory();
        let facts = self.scale_facts(subject, (period.first_day(), closing.0), &directory).await?;
        let figures = self.figures_of(&subject.key(), period).await?;
        let (nine_indicators, service_index) = match subject {
            Subject::Official(_) => (nine_indicators::official(&facts.tally, facts.answered), Vec::new()),
            Subject::Office(_) | Subject::District => {
                let unit = self.unit(subject, period, closing, &facts, &figures).await?;
                let entered =
                    figures.iter().filter_map(|(item, value)| Some((*item, value.share()?))).collect();
                let inputs = Inputs {
                    cases: facts.index,
                    waiting: facts.waiting,
                    opinions: facts.opinions,
                    dissatisfied: facts.dissatisfied,
                    answered: facts.answered,
                    online_cases: unit.online_cases,
                    entered: &entered,
                };
                let index = Reading::ALL.map(|reading| service_index::index(&inputs, reading));
                let mut nine = nine_indicators::office(&facts.tally, &unit, facts.answered);
                if facts.without_case > 0 {
                    nine.statements.push(scale::Statement::ComplaintsWithoutCase { n: facts.without_case });
                }
                (nine, index.to_vec())
            }
        };
        let hundred_points = matches!(subject, Subject::Official(_))
            .then(|| hundred_points(&figures, (facts.tally.cases, facts.tally.late)));
        let quota = match subject {
            Subject::Office(id) => Some(self.quota(id, period, closing.0, &directory).await?),
            _ => None,
        };
        Ok(Scales {
            subject: subject.key(),
            period: period.key(),
            from: period.first_day(),
            to: closing.0,
            closed: closing.1,
            method: METHOD,
            nine_indicators,
            service_index,
            sipas: self.sipas(subject, (period.first_day(), closing.0)).await?,
            hundred_points,
            quota,
        })
    }

    /// What the nine indicators look at of an office.
    async fn unit(
        &self,
        subject: &Subject,
        period: Period,
        closing: (Day, bool),
        facts: &Facts,
        figures: &Figures,
    ) -> Result<Unit, StoreError> {
        let directory = self.directory();
        let (level, offices) = match subject {
            Subject::Office(id) => (directory.office(id)?.level, Some(vec![id.clone()])),
            _ => (Level::District, None),
        };
        let line = self.report(period, closing, offices.as_deref()).await?.total;
        let online = line.received_by(Reception::Online);
        Ok(Unit {
            level,
            received_there: share(figures, Item::ReceivedThere),
            handled_there: share(figures, Item::HandledThere),
            board: self.boards_on(offices.as_deref(), closing.0, &directory).await?,
            // What is published here is open to everybody, in the version in force.
            electronic: true,
            opinions: facts.opinions,
            online_procedures: share(figures, Item::OnlineProcedures),
            online_cases: Share { part: online, of: line.received() },
            online_late: facts.online_late,
        })
    }

    /// How many of the procedures to be posted on a day were, over some offices or all.
    async fn boards_on(
        &self,
        offices: Option<&[String]>,
        day: Day,
        directory: &Directory,
    ) -> Result<Option<Share>, StoreError> {
        let end = Instant::at(day.plus(1), Minute(0));
        let mut sum = Share::default();
        let then: Vec<_> = directory.on(day).offices().map(|office| office.into_owned()).collect();
        for office in then.iter().filter(|office| offices.is_none_or(|some| some.contains(&office.id))) {
            let last = self.postings(&office.id).await?;
            for version in posting::to_post(directory, office, day) {
                let known = last.get(&version.code);
                let standing = match known.filter(|known| known.at >= end) {
                    None => posting::standing(version, known),
                    // It was confirmed again since: what counted then is in the journal.
                    Some(_) => self.standing_then(&office.id, version, end).await?,
                };
                sum.of += 1;
                sum.part += u64::from(standing == Standing::Posted);
            }
        }
        Ok((!then.is_empty()).then_some(sum))
    }

    async fn standing_then(
        &self,
        office_id: &str,
        version: &hailong_core::serve::procedure::Procedure,
        end: Instant,
    ) -> Result<Standing, StoreError> {
        let subject = format!("posting/{office_id}/{}", version.code);
        let mut standing = Standing::Missing;
        for line in self.history(subject.as_bytes()).await?.into_iter().filter(|line| line.at < end) {
            if let hailong_core::event::Event::PostingConfirmed(confirmed) = line.event()? {
                let same = confirmed.valid_from == version.valid_from;
                standing = if same { Standing::Posted } else { Standing::Outdated };
            }
        }
        Ok(standing)
    }

    /// The quota over those who served at an office on a day.
    async fn quota(
        &self,
        office_id: &str,
        period: Period,
        day: Day,
        directory: &Directory,
    ) -> Result<Quota, StoreError> {
        let mut classes = Vec::new();
        let there = |id: &str| directory.acting(id, day).is_ok_and(|acting| acting.office_id == office_id);
        for official in directory.officials.iter().filter(|one| one.role.serves() && there(&one.id)) {
            let figures = self.figures_of(&Subject::Official(official.id.clone()).key(), period).await?;
            classes.push(hundred_points(&figures, (0, 0)).class);
        }
        Ok(hundred_points::quota(classes))
    }

    /// The last survey that was counted on one of some days.
    async fn sipas(&self, subject: &Subject, (from, to): (Day, Day)) -> Result<Option<Sipas>, StoreError> {
        let office = match subject {
            Subject::District => None,
            Subject::Office(id) => Some(id.clone()),
            Subject::Official(_) => return Ok(None),
        };
        let waves = self.surveys(None, MOST_WAVES).await?;
        let of_period = |day: Option<Day>| day.is_some_and(|day| from <= day && day <= to);
        let Some(file) =
            waves.into_iter().find(|file| of_period(file.survey.closed_on) && !file.cells.is_empty())
        else {
            return Ok(None);
        };
        let (key, version) = &file.survey.questionnaire;
        let Some(kept) = self.questionnaire(key, Some(*version)).await? else { return Ok(None) };
        let Some(results) = self.survey_results(&file, &kept.saved.questionnaire).await? else {
            return Ok(None);
        };
        let wave = (file.survey.wave, file.name, file.survey.closed_on.unwrap_or(to));
        Ok(sipas::of_wave(wave, &kept.saved.questionnaire, &results, office.as_deref()))
    }
}

fn hundred_points(figures: &Figures, cases: (u64, u64)) -> scale::Scale {
    let common = figures.get(&Item::Common).and_then(|value| match value {
        Value::Points { hundredths } => Some(*hundredths),
        _ => None,
    });
    let products = figures.get(&Item::Products).and_then(|value| match value {
        Value::Products { products } => Some(products.as_slice()),
        _ => None,
    });
    hundred_points::official(common, products, cases)
}
