//! Finding by name: requests, checked whole, and answers.
//!
//! Proved below: 1. everything wrong is named at once; 2. a page token brings back the place in either order, and holds for nothing
//! else; 3. matches keep their meaning.

use super::around::{page_token, sound, total, warning};
use crate::access::Asker;
use crate::app::{
    AppError, Basis, CommunityFound, DirectoryField, FindPeople, How, Limits, Match, PeopleAfter, PeopleFound, PersonFound,
};
use crate::domain::{PersonName, ResourceName};
use crate::grpc::call::Door;
use crate::grpc::convert::{Faults, card, community, page_size, people_filter, words};
use crate::grpc::pb;
use crate::grpc::seal::{Binding, Position, Seal, Wanted};
use crate::grpc::status::Refusal;

/// Which people are asked for, and what the next page's token will hold for.
pub(super) fn asked(
    message: pb::FindPeopleRequest,
    asker: &Asker,
    door: &Door,
) -> Result<(FindPeople, Wanted, Binding), AppError> {
    read(message, asker, door.limits(), &door.seal)
}

fn read(
    message: pb::FindPeopleRequest,
    asker: &Asker,
    limits: &Limits,
    seal: &Seal,
) -> Result<(FindPeople, Wanted, Binding), AppError> {
    let mut faults = Faults::default();
    let query = words(message.query.clone(), limits, &mut faults);
    let (filter, communities) = people_filter("filter", message.filter.as_ref(), limits, &mut faults);
    let limit = page_size(message.page_size, limits, &mut faults);
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    let (token, count) = (message.page_token.clone(), message.include_total);
    let rest = pb::FindPeopleRequest { page_size: 0, page_token: String::new(), min_revision: String::new(), ..message };
    let binding = Binding::new("FindPeople", asker, &rest);
    let position = seal.page_token(&binding, &token, &mut faults);
    let after = position.and_then(|position| sound(place(position), &mut faults));
    faults.finish(Some((FindPeople { query, filter, communities, limit, after, count }, min_revision, binding)))
}

fn place(position: Position) -> Option<PeopleAfter> {
    match position {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "this order's scores are small whole numbers"
        )]
        Position::Score(score, id, _) => Some(PeopleAfter::Score(score as u32, PersonName::from_id(&id).ok()?)),
        Position::Called(called, id) => Some(PeopleAfter::Called(called, PersonName::from_id(&id).ok()?)),
        Position::Turn(..) | Position::Number(..) | Position::Id(_) => None,
    }
}

/// A page of people.
pub(super) fn told(found: PeopleFound, binding: &Binding, seal: &Seal) -> Result<pb::FindPeopleResponse, Refusal> {
    let next = found.next.map(position);
    Ok(pb::FindPeopleResponse {
        people: found.people.into_iter().map(person_hit).collect(),
        next_page_token: page_token(next.as_ref(), binding, seal)?,
        total: found.total.map(total),
        warnings: found.warnings.into_iter().map(warning).collect(),
        interpreted_query: Some(pb::InterpretedQuery { words: found.words, ..Default::default() }),
        revision: seal.revision(found.revision)?,
    })
}

fn position(after: PeopleAfter) -> Position {
    match after {
        PeopleAfter::Score(score, name) => Position::Score(f64::from(score), name.id().to_owned(), Basis::default()),
        PeopleAfter::Called(called, name) => Position::Called(called, name.id().to_owned()),
    }
}

/// Somebody who was found by name.
pub(super) fn person_hit(found: PersonFound) -> pb::PersonHit {
    pb::PersonHit {
        person: Some(card(found.person)),
        score: f64::from(found.score),
        matches: found.matches.into_iter().map(directory_match).collect(),
    }
}

/// A community that was found.
pub(super) fn community_hit(found: CommunityFound) -> pb::CommunityHit {
    pb::CommunityHit {
        community: Some(community(found.community, String::new())),
        score: f64::from(found.score),
        matches: found.matches.into_iter().map(directory_match).collect(),
    }
}

fn directory_match(met: Match) -> pb::DirectoryMatch {
    let how = match met.how {
        How::Exact => pb::directory_match::How::Exact,
        How::Prefix => pb::directory_match::How::Prefix,
        How::Misspelt => pb::directory_match::How::Misspelt,
    };
    pb::DirectoryMatch { word: met.word, field: field(met.field).to_owned(), met: met.met, how: how.into() }
}

/// The field as `Person` and `Community` call it.
fn field(field: DirectoryField) -> &'static str {
    match field {
        DirectoryField::Name => "display_name",
        DirectoryField::Handle => "handles",
        DirectoryField::Hashtag => "hashtags",
        DirectoryField::Id => "name",
        DirectoryField::Email => "emails",
        DirectoryField::Skill => "skills",
        DirectoryField::Title => "title",
        DirectoryField::Unit => "unit",
        DirectoryField::Location => "location",
        DirectoryField::Description => "description",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PersonKind, PersonState};
    use crate::grpc::discovery::asked::tests::{fields, limits, seal};

    fn ask(query: &str, page_size: i32, page_token: &str) -> Result<(FindPeople, Wanted, Binding), AppError> {
        let (query, page_token) = (query.to_owned(), page_token.to_owned());
        let message = pb::FindPeopleRequest { query, page_size, page_token, ..Default::default() };
        read(message, &Asker::anonymous(), &limits(), &seal())
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let filter = pb::PeopleFilter {
            kinds: vec![2, 0],
            states: vec![77],
            units: owned(&["a", "b", "c"]),
            locations: owned(&[" "]),
            skills: owned(&["fine", "\u{0}"]),
            communities: owned(&["people/ada"]),
            languages: owned(&["en", "english"]),
        };
        let request = pb::FindPeopleRequest {
            filter: Some(filter),
            page_size: -1,
            page_token: "nonsense".to_owned(),
            min_revision: "nonsense".to_owned(),
            ..Default::default()
        };
        let named = fields(read(request, &Asker::anonymous(), &limits(), &seal()).map(|_| ()));
        let expected = [
            "filter.kinds[1]",
            "filter.states[0]",
            "filter.units",
            "filter.locations[0]",
            "filter.skills[1]",
            "filter.communities[0]",
            "filter.languages[1]",
            "page_size",
            "min_revision",
            "page_token",
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn a_filter_is_read_whole() {
        let filter =
            pb::PeopleFilter { kinds: vec![2], states: vec![1, 2], units: vec!["Docks".to_owned()], ..Default::default() };
        let request = pb::FindPeopleRequest { filter: Some(filter), ..Default::default() };
        let (asked, ..) = read(request, &Asker::anonymous(), &limits(), &seal()).unwrap();
        assert_eq!(
            (asked.filter.kinds, asked.filter.states),
            (vec![PersonKind::Bot], vec![PersonState::Active, PersonState::Left])
        );
        assert_eq!((asked.filter.units, asked.limit, asked.after), (vec!["Docks".to_owned()], 20, None));
    }

    #[test]
    fn a_page_token_brings_back_the_place_in_either_order() {
        let (_, _, binding) = ask("ada", 3, "").unwrap();
        let name = PersonName::from_id("ada").unwrap();
        for place in [PeopleAfter::Score(20_000, name.clone()), PeopleAfter::Called("ähre".repeat(10), name)] {
            let token = seal().page(&binding, &position(place.clone())).unwrap();
            assert_eq!(ask("ada", 5, &token).unwrap().0.after, Some(place));
            assert_eq!(fields(ask("bo", 5, &token)), ["page_token"]);
        }
        let list = seal().page(&binding, &Position::Id("ada".to_owned())).unwrap();
        assert_eq!(fields(ask("ada", 5, &list)), ["page_token"]);
    }

    #[test]
    fn matches_keep_their_meaning() {
        let met = |field, how| directory_match(Match { word: "ada".to_owned(), field, met: "adam".to_owned(), how });
        let told = met(DirectoryField::Name, How::Prefix);
        assert_eq!((told.field.as_str(), told.word.as_str(), told.met.as_str()), ("display_name", "ada", "adam"));
        assert_eq!(told.how(), pb::directory_match::How::Prefix);
        assert_eq!(met(DirectoryField::Id, How::Exact).field, "name");
    }
}
