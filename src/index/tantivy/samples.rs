//! People, documents and questions for the property tests, each from small numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::{Asker, Memberships, Sight};
use crate::domain::{
    Audience, Community, CommunityName, Document, DocumentName, Given, GroupId, Hashtag, Kind, Language, MarkupFormat, Moment,
    Participation, PersonName, Principal, ResourceName, Role, ThreadPlace,
};
use crate::index::{Ask, AskThreads, AskTopics, CountHits, Order, Patience, ThreadState};
use crate::query::{Filter, TimeRange, Word};
use crate::text;

mod conditions;

pub(super) const VOCABULARY: [&str; 8] = ["tide", "tides", "dock", "crane", "ship", "ships", "sail", "mast"];

pub(super) fn person(id: &str) -> PersonName {
    PersonName::from_id(id).unwrap()
}

pub(super) fn group(id: &str) -> Principal {
    Principal::Group(GroupId::parse(id).unwrap())
}

pub(super) fn community() -> CommunityName {
    CommunityName::from_id("tides").unwrap()
}

pub(super) fn audience(number: usize) -> Audience {
    let ada = || Principal::Person(person("ada"));
    match number % 9 {
        1 => Audience::organization(),
        2 => Audience::restricted([ada()]),
        3 => Audience::restricted([group("board"), Principal::Community(community())]),
        4 => Audience::organization().denying([group("board")]),
        5 => Audience::world().denying([Principal::Person(person("bo"))]),
        6 => Audience::restricted([]),
        7 => Audience::restricted([ada(), group("crew")]).denying([Principal::Community(community())]),
        _ => Audience::world(),
    }
}

/// The document behind further gates, mostly none: what caretakers limited it to, and up to two of its thread's root.
pub(super) fn behind(mut document: Document, number: usize) -> Document {
    let bo = || Principal::Person(person("bo"));
    document.moderation = match number % 7 {
        1 => Some(Audience::restricted([Principal::Person(person("ada")), group("board")])),
        2 => Some(Audience::restricted([])),
        3 => Some(Audience::organization().denying([bo()])),
        _ => None,
    };
    document.inherited = match number % 5 {
        1 => vec![Audience::restricted([group("crew"), Principal::Community(community())])],
        2 => vec![Audience::restricted([bo(), Principal::Person(person("ada"))]), Audience::restricted([group("crew")])],
        3 => vec![Audience::world().denying([Principal::Person(person("ada"))])],
        _ => Vec::new(),
    };
    document
}

/// The document in a thread, mostly: one of few, so that threads have many messages. What opens one is no reply.
pub(super) fn in_a_thread(mut document: Document, number: usize) -> Document {
    let root = DocumentName::from_id(&format!("d{}", number % 5)).unwrap();
    let opens = (0..5).any(|id| document.name.id() == format!("d{id}"));
    if opens || number.is_multiple_of(4) {
        return document;
    }
    document.kind = Kind::Reply;
    document.accepted = number.is_multiple_of(7);
    document.thread = Some(ThreadPlace { root: root.clone(), parent: root });
    document
}

/// Audiences that neither ada nor an anonymous asker is in.
pub(super) fn hidden_audience(number: usize) -> Audience {
    match number % 4 {
        0 => Audience::restricted([Principal::Person(person("zed"))]),
        1 => Audience::restricted([]),
        2 => Audience::restricted([group("board")]).denying([Principal::Person(person("ada"))]),
        _ => Audience::restricted([group("secret"), Principal::Person(person("bo"))]),
    }
}

pub(super) fn sights() -> Vec<Sight> {
    let memberships = Memberships::default();
    memberships.put(&Community {
        members: BTreeSet::from([person("cy")]),
        caretakers: BTreeSet::from([person("dee")]),
        ..Community::new(community(), Audience::world(), Moment::default())
    });
    let asker = |id: &str, groups: &[&str]| {
        let groups = groups.iter().map(|id| GroupId::parse(id).unwrap()).collect();
        Sight::of(&Asker::person(person(id), groups, BTreeSet::new()), &memberships)
    };
    vec![
        Sight::of(&Asker::anonymous(), &memberships),
        asker("ada", &["crew"]),
        asker("bo", &["board", "crew"]),
        asker("cy", &[]),
        asker("dee", &["nobody-has-this"]),
    ]
}

/// A hundred days, in seconds.
const AGED: usize = 100 * 86_400;

/// What a document is made of in these tests.
#[derive(Clone, Debug)]
pub(super) struct Seed {
    pub(super) id: usize,
    pub(super) words: Vec<usize>,
    pub(super) shape: usize,
}

pub(super) fn document(seed: &Seed, audience: Audience) -> Document {
    let name = DocumentName::from_id(&format!("d{}", seed.id)).unwrap();
    let words: Vec<&str> = seed.words.iter().map(|word| VOCABULARY[word % VOCABULARY.len()]).collect();
    let (title, body) = words.split_at(words.len().min(seed.shape % 3));
    let role = Role::ALL[seed.shape % Role::ALL.len()];
    let tag = Hashtag::parse(VOCABULARY[seed.shape % VOCABULARY.len()]).unwrap();
    let moment = |seconds: usize| Moment::from_unix_seconds(i64::try_from(seconds).unwrap()).unwrap();
    Document {
        title: title.join(" "),
        body: if seed.shape.is_multiple_of(4) { mixed(body) } else { body.join(" ") },
        format: MarkupFormat::Plain,
        people: vec![Participation { person: person(if seed.shape.is_multiple_of(2) { "ada" } else { "bo" }), role }],
        community: (seed.shape.is_multiple_of(4)).then(community),
        hashtags: vec![tag.clone()],
        language: Language::parse(if seed.shape.is_multiple_of(5) { "de" } else { "en" }).unwrap(),
        given: Given { hashtags: if seed.shape.is_multiple_of(3) { vec![tag] } else { Vec::new() }, ..Given::default() },
        updated: moment(seed.shape + AGED * (seed.shape / 5 % 3)),
        review: conditions::review(seed.shape),
        url: if seed.shape.is_multiple_of(3) { format!("https://tides.example/{}", seed.shape % 4) } else { String::new() },
        reactions: (0..seed.shape % 3).map(|kind| (VOCABULARY[kind].to_owned(), 1 + u32::from(kind == 1))).collect(),
        reacted: (0..seed.id % 3).map(|kind| (VOCABULARY[kind].to_owned(), BTreeSet::from([person("ada")]))).collect(),
        ..Document::new(name, Kind::ALL[seed.shape % Kind::ALL.len()], audience, moment(seed.shape % 6))
    }
}

/// A text in two languages, whose words are of each in turn.
fn mixed(words: &[&str]) -> String {
    let (english, german) = words.split_at(words.len() / 2);
    format!(
        "It is the tide that moves the ships: {}\n\nDas Wasser und der Mond sind die Ursache: {}",
        english.join(" "),
        german.join(" ")
    )
}

/// Questions for discussions in all their variety, from a number.
pub(super) fn ask_threads(number: usize, sight: &Sight) -> AskThreads {
    let mut messages = ask(number, sight);
    messages.order = [Order::Relevance, Order::Newest, Order::Relevance, Order::Reactions, Order::Updated][number % 5];
    AskThreads {
        messages,
        state: [ThreadState::Any, ThreadState::Any, ThreadState::Solved, ThreadState::Unsolved][number / 3 % 4],
        detailed: [1_000, 2, 0][number % 3],
        matches: number % 4,
        window: 1 + number % 5,
    }
}

/// Questions for the people behind topics, from a number; some take bo for an account of ada's.
pub(super) fn ask_topics(number: usize, sight: &Sight) -> AskTopics {
    let topics = VOCABULARY.iter().skip(number % 4).step_by(1 + number % 3).chain(["absent"].iter().take(number % 2));
    let linked = number.is_multiple_of(3);
    AskTopics {
        topics: topics.map(|label| Hashtag::parse(label).unwrap()).collect(),
        sight: sight.clone(),
        owner: Arc::new(move |name| if linked && name.id() == "bo" { person("ada") } else { name.clone() }),
        patience: Patience::default(),
    }
}

/// Questions in all their variety, from a number.
pub(super) fn ask(number: usize, sight: &Sight) -> Ask {
    let word = |at: usize| {
        let exact = VOCABULARY[at % VOCABULARY.len()].to_owned();
        let stems = ["de", "en", "it"].map(|code| text::stem(&exact, Language::parse(code).unwrap()).unwrap());
        Word {
            stems: if at.is_multiple_of(3) { Vec::new() } else { stems.into() },
            exact,
            minor: at.is_multiple_of(5),
            also: conditions::synonyms(at),
            ..Word::default()
        }
    };
    let mut words: Vec<Word> = (0..number % 5).map(|nth| word(number / 5 + nth * 3)).collect();
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.exact.clone()));
    if number.is_multiple_of(11) {
        words.push(Word { exact: "absent".to_owned(), ..Word::default() });
    }
    if number.is_multiple_of(9) {
        let exact = ["shipz", "tidse", "carne"][number / 9 % 3].to_owned();
        words.push(Word { exact, literal: number.is_multiple_of(4), ..Word::default() });
    }
    if number.is_multiple_of(6) {
        words.push(Word { exact: ["sh", "ti", "tides", "mast"][number / 6 % 4].to_owned(), prefix: true, ..Word::default() });
    }
    let mut filter = Filter::default();
    let named = |id: &str| DocumentName::from_id(id).unwrap();
    match number % 13 {
        1 => filter.kinds = vec![Kind::Post, Kind::Reply],
        2 => filter.people = vec![person("ada")],
        3 => filter.communities = vec![community()],
        4 => filter.hashtags = vec![Hashtag::parse("dock").unwrap(), Hashtag::parse("mast").unwrap()],
        5 => filter.languages = vec![Language::ENGLISH],
        6 => {
            filter.created = TimeRange { from: Moment::from_unix_seconds(2), until: Moment::from_unix_seconds(5) };
            filter.kinds = vec![Kind::Topic, Kind::Page, Kind::Post];
        }
        7 => filter.without_people = vec![person("ada"), person("nobody")],
        8 => {
            filter.people = vec![person("bo")];
            filter.without_people = vec![person("ada")];
        }
        9 => filter.without_documents = (0..5).map(|id| named(&format!("d{id}"))).collect(),
        10 => {
            filter.documents = ["d1", "d2", "d7", "absent"].map(named).into();
            filter.without_documents = vec![named("d2")];
        }
        _ => {}
    }
    Ask {
        query: conditions::query(words, number),
        filter,
        sight: sight.clone(),
        order: [
            Order::Newest,
            Order::Relevance,
            Order::Relevance,
            Order::Updated,
            Order::Relevance,
            Order::Reactions,
            Order::Relevance,
        ][number % 7],
        after: None,
        basis: None,
        limit: [10, 1, 3, 1_000][number % 4],
        count: if number.is_multiple_of(2) { CountHits::UpTo(5) } else { CountHits::No },
        relax_below: [None, Some(0), Some(1), Some(3), Some(50)][number / 2 % 5],
        misspelt: number % 3,
        expansions: [128, 1, 2][number / 3 % 3],
        by_standing: !number.is_multiple_of(4),
        now: Moment::from_unix_seconds([20, 700 * 86_400][number / 2 % 2]).unwrap(),
        patience: Patience::default(),
    }
}
