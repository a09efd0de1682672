//! Facets of a search: what is asked, checked whole, and what is told.
//!
//! Proved below: 1. limits default, clamp and refuse, and everything wrong is named at once; 2. every facet goes out as it came
//! in.

use crate::app::{Facet, FacetFound, FacetValue, FacetWanted, Limits};
use crate::grpc::convert::{Faults, card};
use crate::grpc::pb;

/// Most values of a facet where the request does not say.
const VALUES: usize = 10;
/// How many facets there are.
const FACETS: usize = 6;

/// Which facets are asked for, each once.
pub(super) fn asked(requests: &[pb::FacetRequest], limits: &Limits, faults: &mut Faults) -> Vec<FacetWanted> {
    if requests.len() > FACETS {
        faults.add("facets", format!("has {} entries; there are {FACETS} facets, each at most once", requests.len()));
        return Vec::new();
    }
    let mut wanted: Vec<FacetWanted> = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        let facet = facet(at, request.facet, faults);
        let limit = limit(at, request.limit, limits, faults);
        let Some(facet) = facet else { continue };
        if wanted.iter().any(|wanted| wanted.facet == facet) {
            faults.add(format_args!("facets[{at}].facet"), "is listed already");
        }
        wanted.push(FacetWanted { facet, limit });
    }
    wanted
}

fn facet(at: usize, number: i32, faults: &mut Faults) -> Option<Facet> {
    let refused = match pb::Facet::try_from(number) {
        Ok(pb::Facet::Kind) => return Some(Facet::Kind),
        Ok(pb::Facet::Person) => return Some(Facet::Person),
        Ok(pb::Facet::Community) => return Some(Facet::Community),
        Ok(pb::Facet::Hashtag) => return Some(Facet::Hashtag),
        Ok(pb::Facet::Language) => return Some(Facet::Language),
        Ok(pb::Facet::Year) => return Some(Facet::Year),
        Ok(pb::Facet::Unspecified) => "is required".to_owned(),
        Err(_) => format!("{number} is not a known facet"),
    };
    faults.add(format_args!("facets[{at}].facet"), refused);
    None
}

fn limit(at: usize, wished: i32, limits: &Limits, faults: &mut Faults) -> usize {
    match usize::try_from(wished) {
        Ok(0) => VALUES.min(limits.facet_values),
        Ok(wished) => wished.min(limits.facet_values),
        Err(_) => {
            faults.add(format_args!("facets[{at}].limit"), "must not be negative");
            VALUES
        }
    }
}

/// How the hits spread over a facet.
pub(super) fn told(found: FacetFound) -> pb::FacetResult {
    let facet = match found.facet {
        Facet::Kind => pb::Facet::Kind,
        Facet::Person => pb::Facet::Person,
        Facet::Community => pb::Facet::Community,
        Facet::Hashtag => pb::Facet::Hashtag,
        Facet::Language => pb::Facet::Language,
        Facet::Year => pb::Facet::Year,
    };
    pb::FacetResult { facet: facet.into(), values: found.values.into_iter().map(value).collect(), has_more: found.more }
}

fn value(found: FacetValue) -> pb::FacetValue {
    pb::FacetValue {
        value: found.value,
        // Of documents no index holds more than this type.
        count: i32::try_from(found.count).unwrap_or(i32::MAX),
        person: found.person.map(card),
        community_display_name: found.community,
        selected: found.selected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::discovery::asked::tests::{fields, limits};

    fn read(requests: &[(i32, i32)]) -> Result<Vec<FacetWanted>, crate::app::AppError> {
        let requests: Vec<pb::FacetRequest> =
            requests.iter().map(|(facet, limit)| pb::FacetRequest { facet: *facet, limit: *limit }).collect();
        let mut faults = Faults::default();
        let wanted = asked(&requests, &limits(), &mut faults);
        faults.finish(Some(wanted))
    }

    #[test]
    fn limits_default_clamp_and_refuse() {
        let limits: Vec<usize> = read(&[(1, 0), (2, 7), (3, 1_000)]).unwrap().iter().map(|wanted| wanted.limit).collect();
        assert_eq!(limits, [10, 7, 100]);
        let named = fields(read(&[(1, -1), (0, 0), (77, -1), (1, 1)]));
        assert_eq!(named, ["facets[0].limit", "facets[1].facet", "facets[2].facet", "facets[2].limit", "facets[3].facet"]);
        assert_eq!(fields(read(&[(1, 1); 7])), ["facets"]);
        assert_eq!(read(&[]).unwrap(), []);
    }

    #[test]
    fn every_facet_goes_out_as_it_came_in() {
        for number in 1..=i32::try_from(FACETS).unwrap() {
            let wanted = read(&[(number, 1)]).unwrap();
            let found = told(FacetFound { facet: wanted[0].facet, values: Vec::new(), more: true });
            assert_eq!((found.facet, found.has_more), (number, true));
        }
        assert!(pb::Facet::try_from(i32::try_from(FACETS).unwrap() + 1).is_err(), "there are more facets than are asked for");
    }
}
