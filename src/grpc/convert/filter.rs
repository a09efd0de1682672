//! Filters of documents and of people.

use super::{Faults, bounds, moment, word};
use crate::app::{Filter, Limits, PeopleFilter, TimeRange};
use crate::domain::CommunityName;
use crate::grpc::pb;

/// A filter; entries keep their positions, so that a warning can name them by their path. Nothing restricts where it is absent.
pub(crate) fn filter(message: Option<&pb::DocumentFilter>, limits: &Limits, faults: &mut Faults) -> Filter {
    let Some(message) = message else { return Filter::default() };
    let most = bounds::filter_values(limits);
    let kinds = if faults.check_entries("filter.kinds", message.kinds.len(), most) { message.kinds.as_slice() } else { &[] };
    Filter {
        kinds: entries(kinds, |at, number| word::read_kind(format_args!("filter.kinds[{at}]"), *number, faults)),
        people: faults.names("filter.people", &message.people, most),
        without_people: Vec::new(),
        documents: Vec::new(),
        without_documents: Vec::new(),
        communities: faults.names("filter.communities", &message.communities, most),
        hashtags: faults.hashtags("filter.hashtags", &message.hashtags, most),
        languages: faults.languages("filter.languages", &message.languages, most),
        created: message.create_time.as_ref().map(|range| span("filter.create_time", range, faults)).unwrap_or_default(),
    }
}

/// A filter of people, which stands in a field of this name, and the communities to one of which they must belong.
pub(crate) fn people_filter(
    field: &str,
    message: Option<&pb::PeopleFilter>,
    limits: &Limits,
    faults: &mut Faults,
) -> (PeopleFilter, Vec<CommunityName>) {
    let Some(message) = message else { return Default::default() };
    let most = bounds::filter_values(limits);
    let kinds = if faults.check_entries(format_args!("{field}.kinds"), message.kinds.len(), most) {
        message.kinds.as_slice()
    } else {
        &[]
    };
    let states = if faults.check_entries(format_args!("{field}.states"), message.states.len(), most) {
        message.states.as_slice()
    } else {
        &[]
    };
    let kinds = entries(kinds, |at, number| {
        let field = format!("{field}.kinds[{at}]");
        word::said(&field, *number, faults).and_then(|number| word::read_person_kind(&field, number, faults))
    });
    let states = entries(states, |at, number| {
        let field = format!("{field}.states[{at}]");
        word::said(&field, *number, faults).and_then(|number| word::read_state(&field, number, faults))
    });
    let mut texts = |name: &str, given: &[String]| {
        faults.short_texts(&format!("{field}.{name}"), given.to_vec(), most, bounds::title(limits))
    };
    let units = texts("units", &message.units);
    let locations = texts("locations", &message.locations);
    let skills = texts("skills", &message.skills);
    let communities = faults.names(&format!("{field}.communities"), &message.communities, most);
    let languages = faults.languages(&format!("{field}.languages"), &message.languages, most);
    (PeopleFilter { kinds, states, units, locations, skills, languages, among: None }, communities)
}

fn entries<M, T>(given: &[M], mut read: impl FnMut(usize, &M) -> Option<T>) -> Vec<T> {
    given.iter().enumerate().filter_map(|(at, given)| read(at, given)).collect()
}

fn span(field: &str, range: &pb::TimeRange, faults: &mut Faults) -> TimeRange {
    let mut end = |name: &str, given: Option<&prost_types::Timestamp>| {
        given.and_then(|given| moment::moment(format_args!("{field}.{name}"), given, faults))
    };
    let from = end("start_time", range.start_time.as_ref());
    let until = end("end_time", range.end_time.as_ref());
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        faults.add(format_args!("{field}.end_time"), "must not be before start_time");
    }
    TimeRange { from, until }
}
