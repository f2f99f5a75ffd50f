//! Pressing opinions of a span of days, as evidence beside a dialogue's wave.

use std::collections::BTreeMap;

use hailong_core::{
    directory::Directory,
    listen::dialogue::evidence::{Pressing, people},
    serve::succession::heirs,
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use crate::{Store, StoreError, value::Row};

crate::query::queries! {
    PRESSING = "SELECT opinion_id, duplicate_of, residence, opinion FROM opinion WHERE authority_id = ?1 AND urgency = 'pressing' \
                AND received_at >= ?2 AND received_at < ?3 AND state <> 'refused' ORDER BY received_at, opinion_id LIMIT 5000";
}

impl Store {
    /// How many people of each commune wrote a pressing opinion from a day to another, each once; those of a commune that exists no more
    /// are its first heir's. The first five thousand opinions are looked at.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn pressing_people(
        &self,
        directory: &Directory,
        today: Day,
        (from, last): (Day, Day),
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let midnight = |day| Instant::at(day, Minute(0)).0;
        let params = [self.authority().into(), midnight(from).into(), midnight(last.plus(1)).into()];
        let read = |row: &Row<'_>| {
            let same_as = row.opt_bytes(1)?.and_then(|bytes| Uuid::from_slice(&bytes).ok());
            Ok((row.uuid(0)?, same_as, row.opt_text(2)?, row.bytes(3)?))
        };
        let mut opinions = Vec::new();
        for (opinion_id, same_as, residence, sealed) in self.rows(&PRESSING, &params, read).await? {
            let key = self.data_key(opinion_id).await?;
            let said = key.and_then(|key| key.open(opinion_id.as_bytes(), &sealed));
            opinions.push(Pressing {
                opinion_id,
                same_as,
                residence: residence.and_then(|key| heirs(directory, &key, today).into_iter().next()),
                said: said.and_then(|said| serde_json::from_slice(&said).ok()),
            });
        }
        Ok(people(&opinions))
    }
}
