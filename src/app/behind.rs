//! The people behind what was found: who, in how many hits, and as what.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{App, AppError};
use crate::access::Sight;
use crate::domain::{Person, PersonName, Role};
use crate::index::Hit;

/// Somebody behind hits.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonBehind {
    /// Who.
    pub person: Person,
    /// In how many hits they have any role but mentioned.
    pub hits: usize,
    /// The same by role.
    pub roles: BTreeMap<Role, usize>,
}

impl App {
    /// The first `wanted` people behind hits that the asker sees: the most hits first, then by name.
    pub(super) async fn people_behind(&self, sight: &Sight, hits: &[&Hit], wanted: usize) -> Result<Vec<PersonBehind>, AppError> {
        let mut first = count(hits);
        first.truncate(wanted);
        if first.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<PersonName> = first.iter().map(|(name, ..)| name.clone()).collect();
        let mut cards = self.cards(&names, sight).await?;
        let shown = first
            .into_iter()
            .filter_map(|(name, hits, roles)| cards.remove(&name).map(|person| PersonBehind { person, hits, roles }));
        Ok(shown.collect())
    }
}

/// Somebody with the number of their hits, and with the same by role.
type Counted = (PersonName, usize, BTreeMap<Role, usize>);

/// Everybody behind hits, in order.
fn count(hits: &[&Hit]) -> Vec<Counted> {
    let mut counts: BTreeMap<&PersonName, (usize, BTreeMap<Role, usize>)> = BTreeMap::new();
    for hit in hits {
        let mut participations: Vec<_> = hit.people.iter().filter(|somebody| somebody.role != Role::Mentioned).collect();
        participations.sort_unstable();
        participations.dedup();
        for of_person in participations.chunk_by(|one, two| one.person == two.person) {
            let Some(somebody) = of_person.first() else { continue };
            let (hits, roles) = counts.entry(&somebody.person).or_default();
            *hits += 1;
            for participation in of_person {
                *roles.entry(participation.role).or_default() += 1;
            }
        }
    }
    let mut people: Vec<Counted> = counts.into_iter().map(|(name, (hits, roles))| (name.clone(), hits, roles)).collect();
    // Stable: equal numbers stay by name.
    people.sort_by_key(|(_, hits, _)| Reverse(*hits));
    people
}

#[cfg(test)]
mod tests {
    //! Each hit counts once for a person, and once for each of their roles; mentions count for nobody.
    use super::*;
    use crate::domain::{DocumentName, Kind, Language, Moment, Participation, ResourceName};

    fn hit(people: &[(&str, Role)]) -> Hit {
        let document = DocumentName::from_id("d").unwrap();
        let of = |(id, role): &(&str, Role)| Participation { person: PersonName::from_id(id).unwrap(), role: *role };
        Hit {
            thread_root: document.clone(),
            document,
            score: 0.0,
            shares: Vec::new(),
            factors: Vec::new(),
            kind: Kind::Post,
            people: people.iter().map(of).collect(),
            community: None,
            language: Language::ENGLISH,
            created: Moment::default(),
            updated: Moment::default(),
            reactions: 0,
            sketch: None,
        }
    }

    #[test]
    fn each_hit_counts_once_for_a_person_and_once_for_each_role() {
        let hits = [
            hit(&[("bo", Role::Author), ("bo", Role::Reviewer), ("ada", Role::Mentioned)]),
            hit(&[("cy", Role::Asker), ("bo", Role::Author), ("bo", Role::Author)]),
            hit(&[("ada", Role::Answerer)]),
        ];
        let of = |id: &str, hits: usize, roles: &[(Role, usize)]| {
            (PersonName::from_id(id).unwrap(), hits, roles.iter().copied().collect::<BTreeMap<_, _>>())
        };
        let expected = [
            of("bo", 2, &[(Role::Author, 2), (Role::Reviewer, 1)]),
            of("ada", 1, &[(Role::Answerer, 1)]),
            of("cy", 1, &[(Role::Asker, 1)]),
        ];
        assert_eq!(count(&hits.iter().collect::<Vec<_>>()), expected);
    }
}
