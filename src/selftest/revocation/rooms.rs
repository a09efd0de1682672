//! What stands in the house: crowds of ordinary documents, and rooms whose documents come and go from sight.
//!
//! A room is a thread of a root and its replies, in a community of its own. Whatever is in it bears its mark, and its texts alone
//! hold its word.

use super::board::{Board, Loser, Part, Secret};
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant;
use crate::selftest::cast::audience;
use crate::selftest::generate::BEGIN;

/// Ordinary documents.
const CROWD: usize = 240;
/// Ordinary people.
const PEOPLE: usize = 40;
/// The community in which the reader always is.
pub(super) const CLUB: &str = "communities/club";
/// Somebody else, for whom rooms stay open.
pub(super) const OTHER: &str = "people/other";
/// Between the moments at which the documents of two rooms are written, in seconds.
const APART: i64 = 10_000;

/// To whom a room is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// To everybody.
    World,
    /// To the members of its community.
    Members,
    /// To those who take care of its community.
    Caretakers,
}

/// A room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) number: usize,
    pub(super) shape: Shape,
}

impl Room {
    pub(super) fn of(number: usize) -> Self {
        let shape = match number % 8 {
            1 | 3 | 6 => Shape::World,
            5 => Shape::Caretakers,
            _ => Shape::Members,
        };
        Self { number, shape }
    }

    pub(super) fn secret(self, part: Part) -> Secret {
        Secret { room: self.number, part }
    }

    /// Tells the board what can never be seen of this room.
    pub(super) fn register(self, board: &Board) {
        board.close(self.secret(Part::Community), Loser::Anonymous);
        if self.shape != Shape::World {
            board.close(self.secret(Part::Documents), Loser::Anonymous);
            board.close(self.secret(Part::Profile), Loser::Anonymous);
        }
    }

    /// A word that stands in the room's documents only.
    pub(super) fn word(self) -> String {
        let letters = format!("{:04}", self.number).bytes().map(|digit| char::from(b'b' + digit - b'0')).collect::<String>();
        format!("wq{letters}")
    }

    /// A hashtag of the room's documents only.
    pub(super) fn hashtag(self) -> String {
        format!("topic{}", self.word())
    }

    pub(super) fn community(self) -> String {
        format!("communities/room{:04}", self.number)
    }

    /// A community whose members may not see the room.
    pub(super) fn shut_out(self) -> String {
        format!("communities/out{:04}", self.number)
    }

    /// The author without a profile.
    pub(super) fn stub(self) -> String {
        format!("people/{}", self.secret(Part::Documents).mark())
    }

    /// The author with a profile.
    pub(super) fn author(self) -> String {
        format!("people/{}", self.secret(Part::Profile).mark())
    }

    /// The names of the root and of its replies; half of the rooms stand before the crowd in lists, half after it.
    pub(super) fn names(self) -> Vec<String> {
        let place = if self.number % 4 < 2 { "a" } else { "z" };
        let mark = self.secret(Part::Documents).mark();
        (0..2 + self.number % 2).map(|at| format!("documents/{place}{:04}.{mark}.{at}", self.number)).collect()
    }

    pub(super) fn root(self) -> String {
        self.names().swap_remove(0)
    }

    /// Where a document was imported from.
    pub(super) fn source(self, at: usize) -> pb::Source {
        pb::Source { system: "forum".to_owned(), id: format!("{}/{at}", self.number) }
    }

    /// When the root was written, in seconds since 1970; the others follow within a minute.
    pub(super) fn written(self) -> i64 {
        BEGIN - i64::try_from(self.number).unwrap_or_default() * APART
    }

    /// Who may see it while nothing is taken away.
    pub(super) fn audience(self) -> pb::Audience {
        let (grant, allowed) = match self.shape {
            Shape::World => (Grant::World, Vec::new()),
            Shape::Members => (Grant::Restricted, vec![self.community(), OTHER.to_owned()]),
            Shape::Caretakers => (Grant::Restricted, vec![format!("{}/caretakers", self.community()), OTHER.to_owned()]),
        };
        audience(grant, allowed, vec![self.shut_out()])
    }

    /// The documents, the root first.
    pub(super) fn documents(self) -> Vec<pb::Document> {
        let names = self.names();
        let root = names.first().cloned().unwrap_or_default();
        let document = |(at, name): (usize, &String)| self.document(at, name, &root);
        names.iter().enumerate().map(document).collect()
    }

    fn document(self, at: usize, name: &str, root: &str) -> pb::Document {
        let mark = self.secret(Part::Documents).mark();
        let by = |person: String, role: pb::Role| pb::Participation { person, role: role.into() };
        let reply = at > 0;
        let kind = if reply { pb::DocumentKind::Reply } else { pb::DocumentKind::Topic };
        let moment = prost_types::Timestamp { seconds: self.written() + i64::try_from(at).unwrap_or_default(), nanos: 0 };
        pb::Document {
            name: name.to_owned(),
            kind: kind.into(),
            title: format!("Tide tables {mark}"),
            body: format!("What the {} {mark} says of the tide at the quay, part {at}.", self.word()),
            people: vec![
                by(self.stub(), pb::Role::Author),
                by(self.author(), pb::Role::Contributor),
                by(common(self.number), pb::Role::Reviewer),
            ],
            community: self.community(),
            audience: Some(if reply { audience(Grant::World, Vec::new(), Vec::new()) } else { self.audience() }),
            accepted: at == 1,
            thread: reply.then(|| pb::ThreadPlace { root: root.to_owned(), parent: root.to_owned() }),
            hashtags: vec![self.hashtag(), mark],
            source: Some(self.source(at)),
            create_time: Some(moment),
            update_time: Some(moment),
            ..Default::default()
        }
    }

    /// The community as it is while nothing is taken away.
    pub(super) fn community_record(self) -> pb::Community {
        let mark = self.secret(Part::Community).mark();
        let reader = Loser::Reader.asker().person.to_owned();
        let mut members = vec![format!("people/{mark}"), OTHER.to_owned()];
        let mut caretakers = vec![OTHER.to_owned()];
        if self.shape == Shape::Caretakers {
            caretakers.push(reader);
        } else {
            members.push(reader);
        }
        pb::Community {
            name: self.community(),
            display_name: format!("Quay {mark}"),
            description: format!("Where {mark} is talked about."),
            members,
            caretakers,
            audience: Some(audience(Grant::Restricted, vec![self.community()], Vec::new())),
            ..Default::default()
        }
    }

    /// The community of those who may not see the room, without the reader.
    pub(super) fn shut_out_record(self) -> pb::Community {
        pb::Community {
            name: self.shut_out(),
            members: vec!["people/nobody".to_owned()],
            audience: Some(audience(Grant::Restricted, Vec::new(), Vec::new())),
            ..Default::default()
        }
    }
}

/// Somebody ordinary.
pub(super) fn common(at: usize) -> String {
    format!("people/m{:03}", at % PEOPLE)
}

/// The people who have profiles, those of rooms included.
pub(super) fn people(rooms: usize) -> Vec<pb::Person> {
    let named = |name: String| pb::Person { display_name: format!("Harbour {name}"), name, ..Default::default() };
    (0..PEOPLE).map(common).chain((0..rooms).map(|number| Room::of(number).author())).map(named).collect()
}

/// The communities that stay as they are.
pub(super) fn communities() -> Vec<pb::Community> {
    let open = |name: String| pb::Community {
        name,
        members: vec![Loser::Reader.asker().person.to_owned()],
        audience: Some(audience(Grant::World, Vec::new(), Vec::new())),
        ..Default::default()
    };
    (0..20).map(|at| open(format!("communities/k{at:02}"))).chain([open(CLUB.to_owned())]).collect()
}

/// The documents that stay as they are.
pub(super) fn crowd() -> Vec<pb::Document> {
    (0..CROWD)
        .map(|at| {
            let grant = if at % 3 == 0 { Grant::Organization } else { Grant::World };
            // Between those of the rooms, so that these stand on many pages of what is sorted by time, and never at their time.
            let seconds = BEGIN - i64::try_from(at).unwrap_or_default() * (APART / 8) - APART / 16;
            let moment = prost_types::Timestamp { seconds, nanos: 0 };
            pb::Document {
                name: format!("documents/m{at:03}"),
                kind: pb::DocumentKind::Page.into(),
                title: format!("Harbour notes {at}"),
                body: format!("{} tide and current, {}", "The ".repeat(at % 7), "lines of the log ".repeat(at % 11)),
                people: vec![pb::Participation { person: common(at), role: pb::Role::Author.into() }],
                community: format!("communities/k{:02}", at % 20),
                audience: Some(audience(grant, Vec::new(), Vec::new())),
                create_time: Some(moment),
                update_time: Some(moment),
                ..Default::default()
            }
        })
        .collect()
}
