//! Lists of opinions: what an office owes by its days, everything by its age, what is published, what was sorted.

use hailong_core::{
    listen::opinion::{Class, Helped, Opinion, Shown, Sort, State, Topic, Urgency},
    time::{Day, Instant},
};
use uuid::Uuid;

use super::{OpinionFile, Sealed, kind, read, select_opinion};
use crate::{
    Store, StoreError,
    value::{Row, Value},
};

/// What a list leaves out: other states, classes, topics and urgencies than those asked for.
macro_rules! filter {
    ($state:literal, $class:literal, $topic:literal, $urgency:literal) => {
        concat!(
            " AND (CAST(",
            $state,
            " AS TEXT) IS NULL OR state = ",
            $state,
            ")",
            " AND (CAST(",
            $class,
            " AS TEXT) IS NULL OR class = ",
            $class,
            ")",
            " AND (CAST(",
            $topic,
            " AS TEXT) IS NULL OR topic = ",
            $topic,
            ")",
            " AND (CAST(",
            $urgency,
            " AS TEXT) IS NULL OR urgency = ",
            $urgency,
            ")"
        )
    };
}

/// Of which an office owes the next step, by its day: after a place and up to another, so that a filter never goes through all.
macro_rules! open {
    ($whose:literal) => {
        select_opinion!(concat!(
            $whose,
            "AND next_day IS NOT NULL AND next_day >= ?2 AND (next_day > ?2 OR opinion_id > ?3) \
             AND next_day <= ?5 AND (next_day < ?5 OR opinion_id <= ?6)",
            filter!("?7", "?8", "?9", "?10"),
            " ORDER BY next_day, opinion_id LIMIT ?4"
        ))
    };
}

macro_rules! open_place {
    ($whose:literal) => {
        concat!(
            "SELECT next_day, opinion_id FROM opinion WHERE authority_id = ?1 ",
            $whose,
            "AND next_day IS NOT NULL AND next_day >= ?2 AND (next_day > ?2 OR opinion_id > ?3) \
             ORDER BY next_day, opinion_id LIMIT 1 OFFSET ?4"
        )
    };
}

/// All of them, the newest first: below a key and down to another.
macro_rules! all {
    ($whose:literal) => {
        select_opinion!(concat!(
            $whose,
            "AND opinion_id < ?2 AND opinion_id >= ?3",
            filter!("?5", "?6", "?7", "?8"),
            " ORDER BY opinion_id DESC LIMIT ?4"
        ))
    };
}

macro_rules! all_place {
    ($whose:literal) => {
        concat!(
            "SELECT CAST(0 AS BIGINT), opinion_id FROM opinion WHERE authority_id = ?1 ",
            $whose,
            "AND opinion_id < ?2 ORDER BY opinion_id DESC LIMIT 1 OFFSET ?3"
        )
    };
}

/// Counts what is open, of at most a thousand.
macro_rules! count {
    ($whose:literal) => {
        concat!(
            "SELECT state, urgency, CAST(CASE WHEN next_day < ?2 THEN 1 ELSE 0 END AS BIGINT), \
             CAST(CASE WHEN explain_day < ?2 THEN 1 ELSE 0 END AS BIGINT), COUNT(*) \
             FROM (SELECT state, urgency, next_day, explain_day FROM opinion WHERE authority_id = ?1 ",
            $whose,
            "AND next_day IS NOT NULL ORDER BY next_day, opinion_id LIMIT 1000) AS open \
             GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
    };
}

/// Of which the head of an office owes an explanation, the longest waiting first.
macro_rules! unexplained {
    ($whose:literal) => {
        select_opinion!(concat!(
            $whose,
            "AND explain_day IS NOT NULL AND explain_day < ?2 ORDER BY explain_day, opinion_id LIMIT ?3"
        ))
    };
}

crate::query::queries! {
    OPEN = open!("");
    OPEN_OF = open!("AND office_id = ?11 ");
    OPEN_PLACE = open_place!("");
    OPEN_PLACE_OF = open_place!("AND office_id = ?5 ");
    ALL = all!("");
    ALL_OF = all!("AND office_id = ?9 ");
    ALL_PLACE = all_place!("");
    ALL_PLACE_OF = all_place!("AND office_id = ?4 ");
    COUNT = count!("");
    COUNT_OF = count!("AND office_id = ?3 ");
    UNEXPLAINED = unexplained!("");
    UNEXPLAINED_OF = unexplained!("AND office_id = ?4 ");
    PUBLISHED = "SELECT opinion_id, office_id, published_at, topic, helped, shown FROM opinion WHERE authority_id = ?1 \
                 AND published_at IS NOT NULL AND published_at <= ?2 AND (published_at < ?2 OR opinion_id < ?3) \
                 ORDER BY published_at DESC, opinion_id DESC LIMIT ?4";
    SORTED = "SELECT opinion_id, triaged_at, opinion, class, topic, urgency, office_id FROM opinion WHERE authority_id = ?1 \
              AND triaged_at IS NOT NULL AND triaged_at >= ?2 AND (triaged_at > ?2 OR opinion_id > ?3) \
              ORDER BY triaged_at, opinion_id LIMIT ?4";
    SORTED_PLACE = "SELECT triaged_at, opinion_id FROM opinion WHERE authority_id = ?1 AND triaged_at IS NOT NULL \
                    ORDER BY triaged_at DESC, opinion_id DESC LIMIT 1 OFFSET ?2";
}

/// Most opinions looked at for one page of a filtered list, of each office.
const MOST_LOOKED_AT: i64 = 1_000;

/// Which opinions, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Those of which an office owes the next step, by its day.
    Open,
    /// Of them those whose day was before this one.
    Overdue(Day),
    /// All, the newest first.
    All,
}

/// What is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Other states.
    pub state: Option<State>,
    /// Other classes.
    pub class: Option<Class>,
    /// Other topics.
    pub topic: Option<Topic>,
    /// Other urgencies.
    pub urgency: Option<Urgency>,
}

/// A place in a list: the day of the next step (0 where the list has no days), and the key.
pub type Place = (i64, Uuid);

/// A page of a list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The opinions.
    pub files: Vec<OpinionFile>,
    /// Where it goes on.
    pub next: Option<Place>,
}

/// How many are open; no more than a thousand of each office are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCount {
    /// To be sorted.
    pub received: u64,
    /// To be answered.
    pub triaged: u64,
    /// Waiting for their authors.
    pub asked: u64,
    /// To be published.
    pub to_publish: u64,
    /// Of all these, how many are past their day.
    pub overdue: u64,
    /// Of those past their day, how many wait for an explanation of the head of their office.
    pub unexplained: u64,
    /// Of those to be answered, how many are pressing.
    pub pressing: u64,
}

/// What everybody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// Key.
    pub opinion_id: Uuid,
    /// The office that answered.
    pub office_id: String,
    /// When it was published.
    pub at: Instant,
    /// What it is about.
    pub topic: Option<Topic>,
    /// What its author said of the answer.
    pub helped: Option<Helped>,
    /// Question and answer.
    pub shown: Shown,
}

/// One opinion as it was sorted, with its place among those sorted.
pub type Lesson = ((Instant, Uuid), String, Sort);

impl Store {
    /// A page of opinions of some offices (or of all) after a place.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn opinion_page(
        &self,
        offices: Option<&[String]>,
        view: View,
        filter: Filter,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let each: Vec<Option<&str>> =
            offices.map_or_else(|| vec![None], |all| all.iter().map(|one| Some(one.as_str())).collect());
        let place = |file: &Sealed| match view {
            View::All => (0, file.current.opinion_id),
            _ => (file.current.next_day().map_or(0, |day| i64::from(day.0)), file.current.opinion_id),
        };
        let before = |a: &Place, b: &Place| if view == View::All { b.cmp(a) } else { a.cmp(b) };
        let (mut found, mut upto) = (Vec::new(), None::<Place>);
        for office in each {
            let (rows, end) = self.opinion_stretch(office, view, filter, after, limit as i64 + 1).await?;
            found.extend(rows);
            // Beyond where the first of them stopped looking, the list is not known yet.
            upto = [upto, end].into_iter().flatten().min_by(&before);
        }
        found.sort_by(|a, b| before(&place(a), &place(b)));
        if let Some(end) = upto {
            found.retain(|file| before(&place(file), &end).is_le());
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next = if more { found.last().map(place) } else { upto };
        let mut files = Vec::with_capacity(found.len());
        for sealed in found {
            files.push(self.open_opinion(sealed).await?);
        }
        Ok(Page { files, next })
    }

    /// The rows of one office (or of all) after a place, and where looking stopped, when there may be more behind it.
    async fn opinion_stretch(
        &self,
        office: Option<&str>,
        view: View,
        filter: Filter,
        after: Option<Place>,
        limit: i64,
    ) -> Result<(Vec<Sealed>, Option<Place>), StoreError> {
        let authority = || Value::from(self.authority());
        let filters = || -> [Value; 4] {
            [
                filter.state.map(State::key).into(),
                filter.class.map(Class::key).into(),
                filter.topic.map(Topic::key).into(),
                filter.urgency.map(Urgency::key).into(),
            ]
        };
        let (day, id) = after.unwrap_or(match view {
            View::All => (0, Uuid::max()),
            _ => (i64::MIN, Uuid::nil()),
        });
        let look = MOST_LOOKED_AT - 1;
        let mut place = match view {
            View::All => vec![authority(), id.into(), look.into()],
            _ => vec![authority(), day.into(), id.into(), look.into()],
        };
        place.extend(office.map(Value::from));
        let query = match (view, office) {
            (View::All, None) => &ALL_PLACE,
            (View::All, Some(_)) => &ALL_PLACE_OF,
            (_, None) => &OPEN_PLACE,
            (_, Some(_)) => &OPEN_PLACE_OF,
        };
        let mut end = self.row(query, &place, |row| Ok((row.int(0)?, row.uuid(1)?))).await?;
        let mut until = end.unwrap_or((i64::MAX, Uuid::max()));
        if let View::Overdue(today) = view {
            let last = (i64::from(today.0) - 1, Uuid::max());
            if last <= until {
                (until, end) = (last, None);
            }
        }
        let mut params = match view {
            View::All => {
                vec![authority(), id.into(), end.map_or(Uuid::nil(), |(_, id)| id).into(), limit.into()]
            }
            _ => vec![authority(), day.into(), id.into(), limit.into(), until.0.into(), until.1.into()],
        };
        params.extend(filters());
        params.extend(office.map(Value::from));
        let query = match (view, office) {
            (View::All, None) => &ALL,
            (View::All, Some(_)) => &ALL_OF,
            (_, None) => &OPEN,
            (_, Some(_)) => &OPEN_OF,
        };
        Ok((self.rows(query, &params, read).await?, end))
    }

    /// How many opinions of some offices (or of all) are open on a day.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_open_opinions(
        &self,
        offices: Option<&[String]>,
        today: Day,
    ) -> Result<OpenCount, StoreError> {
        let read = |row: &Row<'_>| {
            let late = [row.int(2)? == 1, row.int(3)? == 1];
            Ok((row.text(0)?, row.opt_text(1)?, late, row.int(4)?.unsigned_abs()))
        };
        let first = [self.authority().into(), Value::from(today.0)];
        let mut lines = Vec::new();
        match offices {
            None => lines = self.rows(&COUNT, &first, read).await?,
            Some(offices) => {
                for office in offices {
                    let params = [first[0].clone(), first[1].clone(), office.as_str().into()];
                    lines.extend(self.rows(&COUNT_OF, &params, read).await?);
                }
            }
        }
        let mut count = OpenCount::default();
        for (state, urgency, [over, unexplained], n) in lines {
            let state = kind(&state, State::from_key)?;
            match state {
                State::Received => count.received += n,
                State::Triaged => count.triaged += n,
                State::Asked => count.asked += n,
                State::Answered | State::Refused => count.to_publish += n,
            }
            count.overdue += if over { n } else { 0 };
            count.unexplained += if over && unexplained { n } else { 0 };
            let pressing = state.is_open() && urgency.as_deref() == Some(Urgency::Pressing.key());
            count.pressing += if pressing { n } else { 0 };
        }
        Ok(count)
    }

    /// The opinions of some offices (or of all) of which a head owes an explanation on a day, the longest waiting first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn unexplained_opinions(
        &self,
        offices: Option<&[String]>,
        today: Day,
        limit: usize,
    ) -> Result<Vec<OpinionFile>, StoreError> {
        let first = [self.authority().into(), Value::from(today.0), (limit as i64).into()];
        let mut found = Vec::new();
        match offices {
            None => found = self.rows(&UNEXPLAINED, &first, read).await?,
            Some(offices) => {
                for office in offices {
                    let params = [&first[..], &[office.as_str().into()]].concat();
                    found.extend(self.rows(&UNEXPLAINED_OF, &params, read).await?);
                }
                found.sort_by_key(|one| (one.current.explain_day, one.current.opinion_id));
            }
        }
        let mut files = Vec::with_capacity(limit.min(found.len()));
        for sealed in found.into_iter().take(limit) {
            files.push(self.open_opinion(sealed).await?);
        }
        Ok(files)
    }

    /// What everybody may read, the newest first, before a place.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn published_opinions(
        &self,
        before: Option<(Instant, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Public>, StoreError> {
        let (at, id) = before.unwrap_or((Instant(i64::MAX), Uuid::max()));
        let read = |row: &Row<'_>| {
            Ok((
                row.uuid(0)?,
                row.text(1)?,
                Instant(row.int(2)?),
                (row.opt_text(3)?, row.opt_text(4)?),
                row.bytes(5)?,
            ))
        };
        let params = [self.authority().into(), at.0.into(), id.into(), limit.into()];
        let mut found = Vec::new();
        for (opinion_id, office_id, at, (topic, helped), sealed) in
            self.rows(&PUBLISHED, &params, read).await?
        {
            // What was erased is no longer read by anybody.
            let Some(key) = self.data_key(opinion_id).await? else { continue };
            let opened = key.open(opinion_id.as_bytes(), &sealed);
            let Some(shown) = opened.and_then(|text| serde_json::from_slice(&text).ok()) else { continue };
            let topic = topic.as_deref().and_then(Topic::from_key);
            let helped = helped.as_deref().and_then(Helped::from_key);
            found.push(Public { opinion_id, office_id, at, topic, helped, shown });
        }
        Ok(found)
    }

    /// The place before the newest so many opinions that were sorted; none when there are no more.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn lessons_begin(&self, most: i64) -> Result<Option<(Instant, Uuid)>, StoreError> {
        let read = |row: &Row<'_>| Ok((Instant(row.int(0)?), row.uuid(1)?));
        self.row(&SORTED_PLACE, &[self.authority().into(), most.into()], read).await
    }

    /// Opinions as they were sorted, in the order in which that was done, after a place. Those that were erased are left out;
    /// the second value is the place of the last one looked at.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn lessons(
        &self,
        after: Option<(Instant, Uuid)>,
        limit: i64,
    ) -> Result<(Vec<Lesson>, Option<(Instant, Uuid)>), StoreError> {
        let (at, id) = after.unwrap_or((Instant(i64::MIN), Uuid::nil()));
        let read = |row: &Row<'_>| {
            let sort = Sort {
                class: kind(&row.text(3)?, Class::from_key)?,
                topic: kind(&row.text(4)?, Topic::from_key)?,
                urgency: kind(&row.text(5)?, Urgency::from_key)?,
                office_id: row.text(6)?,
            };
            Ok(((Instant(row.int(1)?), row.uuid(0)?), row.bytes(2)?, sort))
        };
        let params = [self.authority().into(), at.0.into(), id.into(), limit.into()];
        let rows = self.rows(&SORTED, &params, read).await?;
        let last = rows.last().map(|(place, ..)| *place);
        let mut lessons = Vec::with_capacity(rows.len());
        for (place, sealed, sort) in rows {
            let Some(key) = self.data_key(place.1).await? else { continue };
            let opened = key.open(place.1.as_bytes(), &sealed);
            let opinion: Option<Opinion> = opened.and_then(|text| serde_json::from_slice(&text).ok());
            lessons.extend(opinion.map(|opinion| (place, opinion.words, sort)));
        }
        Ok((lessons, last))
    }
}
