//! What people say of those who know, of what a query names. It is read from the ledger, so what is taken back is gone with the next call,
//! and it counts in no rank. Proved in `tests/it/signals.rs`.

use std::collections::HashMap;

use super::{App, AppError};
use crate::access::Sight;
use crate::domain::{Person, PersonName, RecordKey};
use crate::expertise::{SkillSignal, skill_signals};
use crate::query::Query;

impl App {
    /// The skills of some people that the query names, as far as the asker may see whole profiles; nothing for whom has none.
    pub(super) async fn skills_named(
        &self,
        sight: &Sight,
        query: &Query,
        people: &[PersonName],
    ) -> Result<HashMap<PersonName, Vec<SkillSignal>>, AppError> {
        if !sight.signed_in() || people.is_empty() {
            return Ok(HashMap::new());
        }
        let keys: Vec<RecordKey> = people.iter().cloned().map(RecordKey::Person).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        let profiles: Vec<Person> = records.into_iter().filter_map(|stored| stored?.record.into_person()).collect();
        let named = |skill: &str| query.names(skill, &self.settings.query_languages);
        let endorsed = self.endorsed(sight, &profiles, named).await?;
        let skills = profiles.into_iter().zip(endorsed).map(|(profile, endorsed)| {
            let declared = profile.skills.into_iter().filter(|skill| named(skill));
            let endorsed = endorsed.into_iter().map(|endorsed| (endorsed.skill, endorsed.count));
            (profile.name, skill_signals(declared, endorsed))
        });
        Ok(skills.collect())
    }
}
