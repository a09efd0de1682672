//! How what a search finds spreads, told with its first page: how many of the hits are of each kind, of each person, and so on,
//! for those who narrow a search down by choosing among them. Proved in `tests/it/facets.rs`.

use std::collections::HashMap;
use std::sync::Arc;

use super::{App, AppError, communities};
use crate::access::Sight;
use crate::domain::{Community, CommunityName, Moment, Person, PersonName, Record, RecordKey, ResourceName};
use crate::index::{Ask, AskFacets, Facet, FacetCounts};
use crate::query::{Filter, TimeRange};

/// A facet of which the hits are to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FacetWanted {
    /// Which.
    pub facet: Facet,
    /// Most values, at least 1; chosen ones come beside these.
    pub limit: usize,
}

/// How the hits spread over one facet.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetFound {
    /// Which.
    pub facet: Facet,
    /// The most hits first, then by value; chosen ones without a hit last.
    pub values: Vec<FacetValue>,
    /// Whether there are more values with a hit.
    pub more: bool,
}

/// How many hits have one value.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetValue {
    /// The name of a person or community, otherwise text.
    pub value: String,
    /// How many hits have it, each once.
    pub count: u64,
    /// Who it is.
    pub person: Option<Person>,
    /// What the community is called, where the asker sees it; empty otherwise.
    pub community: String,
    /// Whether the filter chose it.
    pub selected: bool,
}

impl App {
    /// How what `search` finds spreads, in the order wanted. `filter` is the request's own, under the names that stand there;
    /// without a search nothing was found.
    pub(super) async fn facets(
        &self,
        sight: &Sight,
        wanted: &[FacetWanted],
        filter: &Filter,
        search: Option<Ask>,
    ) -> Result<Vec<FacetFound>, AppError> {
        let chosen: HashMap<Facet, Vec<Chosen>> =
            wanted.iter().map(|wanted| (wanted.facet, self.chosen(wanted.facet, filter))).collect();
        let mut counts: HashMap<Facet, FacetCounts> = match search {
            Some(search) => {
                // What was chosen may stand anywhere among the values, so all of them are counted there.
                let has_chosen = |facet: Facet| chosen.get(&facet).is_some_and(|values| !values.is_empty());
                let most = |wanted: &FacetWanted| if has_chosen(wanted.facet) { usize::MAX } else { wanted.limit };
                let facets = wanted.iter().map(|wanted| (wanted.facet, most(wanted))).collect();
                self.counted(search, facets).await?.into_iter().map(|counts| (counts.facet, counts)).collect()
            }
            None => HashMap::new(),
        };
        let listed = wanted.iter().map(|wanted| {
            let FacetWanted { facet, limit } = *wanted;
            let counts = counts.remove(&facet).unwrap_or(FacetCounts { facet, values: Vec::new(), more: false });
            listed(counts, limit, chosen.get(&facet).map_or(&[], Vec::as_slice), filter.created)
        });
        let mut found: Vec<FacetFound> = listed.collect();
        for facet in &mut found {
            match facet.facet {
                Facet::Person => self.with_cards(&mut facet.values, sight).await?,
                Facet::Community => self.with_display_names(&mut facet.values, sight).await?,
                Facet::Kind | Facet::Hashtag | Facet::Language | Facet::Year => {}
            }
        }
        Ok(found)
    }

    async fn counted(&self, search: Ask, facets: Vec<(Facet, usize)>) -> Result<Vec<FacetCounts>, AppError> {
        if facets.is_empty() {
            return Ok(Vec::new());
        }
        let memberships = Arc::clone(&self.memberships);
        let owner = Arc::new(move |name: &PersonName| memberships.aliases().person_of(name));
        Ok(self.backends.index.facets(AskFacets { search, facets, owner }).await?.facets)
    }

    /// The values of a facet that a filter chose. Times choose no single years.
    fn chosen(&self, facet: Facet, filter: &Filter) -> Vec<Chosen> {
        match facet {
            Facet::Kind => filter.kinds.iter().map(|kind| Chosen::plain(kind.as_str())).collect(),
            Facet::Person => {
                let named =
                    |name: &PersonName| Chosen { counted: self.person_of(name).id().to_owned(), given: name.id().to_owned() };
                filter.people.iter().map(named).collect()
            }
            Facet::Community => filter.communities.iter().map(|name| Chosen::plain(name.id())).collect(),
            Facet::Hashtag => filter.hashtags.iter().map(|tag| Chosen::plain(tag.as_str())).collect(),
            Facet::Language => filter.languages.iter().map(|language| Chosen::plain(language.as_str())).collect(),
            Facet::Year => Vec::new(),
        }
    }

    /// Puts people in the place of their IDs. Whom nobody found is nothing that an anonymous asker learns of.
    async fn with_cards(&self, values: &mut [FacetValue], sight: &Sight) -> Result<(), AppError> {
        let told = |value: &FacetValue| value.count > 0 || sight.signed_in();
        let name = |value: &FacetValue| PersonName::from_id(&value.value).ok();
        let names: Vec<PersonName> = values.iter().filter(|value| told(value)).filter_map(name).collect();
        let mut cards = self.cards(&names, sight).await?;
        for value in values {
            let Some(name) = name(value) else { continue };
            value.person = cards.remove(&name);
            value.value = name.to_string();
        }
        Ok(())
    }

    /// Puts communities in the place of their IDs. Documents name the one that holds them, and no more is told of it where the
    /// asker may not see it.
    async fn with_display_names(&self, values: &mut [FacetValue], sight: &Sight) -> Result<(), AppError> {
        let names: Vec<Option<CommunityName>> = values.iter().map(|value| CommunityName::from_id(&value.value).ok()).collect();
        let keys: Vec<RecordKey> = names.iter().flatten().cloned().map(RecordKey::Community).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        let seen = |record: Record| record.into_community().filter(|community| communities::sees(community, sight));
        let seen: HashMap<CommunityName, String> = records
            .into_iter()
            .filter_map(|stored| seen(stored?.record))
            .map(|Community { name, display_name, .. }| (name, display_name))
            .collect();
        for (value, name) in values.iter_mut().zip(names) {
            let Some(name) = name else { continue };
            value.community = seen.get(&name).cloned().unwrap_or_default();
            value.value = name.to_string();
        }
        Ok(())
    }
}

/// A value that a filter chose.
struct Chosen {
    /// As it is counted.
    counted: String,
    /// As it stands in the filter.
    given: String,
}

impl Chosen {
    fn plain(value: &str) -> Self {
        Self { counted: value.to_owned(), given: value.to_owned() }
    }
}

/// The first values, and after them those that were chosen.
fn listed(counts: FacetCounts, limit: usize, chosen: &[Chosen], created: TimeRange) -> FacetFound {
    let facet = counts.facet;
    let new = |value: String, count, selected| FacetValue { value, count, person: None, community: String::new(), selected };
    let mut values: Vec<FacetValue> = Vec::new();
    let mut more = counts.more;
    for (value, count) in counts.values {
        let is_chosen = chosen.iter().any(|chosen| chosen.counted == value) || facet == Facet::Year && is_within(&value, created);
        if values.len() < limit || is_chosen && facet != Facet::Year {
            values.push(new(value, count, is_chosen));
        } else {
            more = true;
        }
    }
    for Chosen { counted, given } in chosen {
        // Under the name that was given: whose it is, an empty count does not tell.
        let is_listed = |value: &FacetValue| value.value == *counted || value.value == *given;
        if !values.iter().any(is_listed) {
            values.push(new(given.clone(), 0, true));
        }
    }
    FacetFound { facet, values, more }
}

/// Whether all of a year lies within a time of which both ends are said.
fn is_within(year: &str, time: TimeRange) -> bool {
    let begin = |year: i16| Moment::of_date(year, 1, 1);
    let Some((first, last)) = year.parse::<i16>().ok().and_then(|year| begin(year).zip(begin(year.checked_add(1)?))) else {
        return false;
    };
    time.from.is_some_and(|from| from <= first) && time.until.is_some_and(|until| last <= until)
}

#[cfg(test)]
mod tests {
    //! Proved: 1. chosen values come beside the limit and last where nobody has them, each once; 2. what is left out is told; 3.
    //! a year is chosen where all of it is.
    use super::*;

    fn count(facet: Facet, values: &[(&str, u64)]) -> FacetCounts {
        FacetCounts { facet, values: values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(), more: false }
    }

    fn told(found: &FacetFound) -> Vec<(&str, u64, bool)> {
        found.values.iter().map(|value| (value.value.as_str(), value.count, value.selected)).collect()
    }

    #[test]
    fn chosen_values_come_beside_the_limit() {
        let counts = || count(Facet::Person, &[("ada", 5), ("bo", 3), ("cy", 3), ("di", 1)]);
        let chosen = [
            Chosen { counted: "di".to_owned(), given: "dora".to_owned() },
            Chosen::plain("di"),
            Chosen { counted: "eve".to_owned(), given: "evelyn".to_owned() },
            Chosen::plain("ada"),
        ];
        let found = listed(counts(), 2, &chosen, TimeRange::default());
        assert_eq!(told(&found), [("ada", 5, true), ("bo", 3, false), ("di", 1, true), ("evelyn", 0, true)]);
        assert!(found.more);
        let found = listed(counts(), 4, &[], TimeRange::default());
        assert_eq!((found.values.len(), found.more), (4, false));
    }

    #[test]
    fn a_year_is_chosen_where_all_of_it_is() {
        let moment = |text: &str| Moment::parse(text);
        let years = || count(Facet::Year, &[("2023", 9), ("2024", 5), ("2025", 3)]);
        let time = TimeRange { from: moment("2023-06-01T00:00:00Z"), until: moment("2025-01-01T00:00:00Z") };
        let found = listed(years(), 2, &[], time);
        assert_eq!((told(&found), found.more), (vec![("2023", 9, false), ("2024", 5, true)], true));
        let open = TimeRange { until: None, ..time };
        assert!(listed(years(), 3, &[], open).values.iter().all(|value| !value.selected));
    }
}
