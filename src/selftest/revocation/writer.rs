//! Those who take rights away and give them back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prost::Message;

use super::board::Board;
use super::record::Record;
use super::rooms::Room;
use super::ways::{Way, Write};
use crate::grpc::pb;
use crate::selftest::cast::WRITER;
use crate::selftest::house::Service;
use crate::selftest::mask;
use crate::selftest::random::Random;

/// Rooms of one writer.
pub(super) const ROOMS: usize = 8;
/// How many of them stay taken away while others are worked on.
const KEPT_AWAY: usize = 4;
/// How often out of a hundred a revocation is watched until the index has committed it, and beyond.
const THROUGH_THE_COMMIT: usize = 30;

/// Somebody who works on rooms of their own, one after another.
pub(super) struct Writer {
    pub(super) service: Arc<dyn Service>,
    pub(super) board: Arc<Board>,
    pub(super) record: Arc<Record>,
    /// Rounds that nobody has begun yet.
    pub(super) rounds: Arc<AtomicU64>,
    pub(super) lane: usize,
    pub(super) random: Random,
}

impl Writer {
    /// Works until no round is left.
    pub(super) async fn run(mut self) {
        if let Err(failed) = self.work().await {
            self.record.fail(failed);
            self.board.end();
        }
    }

    async fn work(&mut self) -> Result<(), String> {
        let mut away: VecDeque<(Room, Way)> = VecDeque::new();
        let first = self.lane * ROOMS;
        let rooms = (0..ROOMS).cycle().map(|at| Room::of(first + at));
        for room in rooms {
            let left = self.rounds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if left.is_err() || self.board.is_over() {
                return Ok(());
            }
            let way = self.random.one(&Way::of(room.shape).into_iter().map(Some).collect::<Vec<_>>());
            let Some(way) = way else { return Err("a room without a way".to_owned()) };
            self.round(room, way).await?;
            away.push_back((room, way));
            if away.len() > KEPT_AWAY
                && let Some((room, way)) = away.pop_front()
            {
                self.give_back(room, way).await?;
            }
        }
        Ok(())
    }

    /// Lets readers see the room, takes it away, and lets them look for it.
    async fn round(&mut self, room: Room, way: Way) -> Result<(), String> {
        let number = room.number;
        settle(self.service.as_ref(), &self.board.news(number).revision).await?;
        self.board.turn_to(self.lane, number);
        self.board.wait_aimed(number, self.random.below(12)).await;
        self.board.tell(number, |news| news.way = Some(way));
        let revision = self.write(way.take(room)).await?;
        for (secret, loser) in way.lost(room) {
            self.board.take(secret, loser);
        }
        self.board.tell(number, |news| news.revision = revision.clone().unwrap_or_default());
        self.board.wait_judged(number, self.random.between(2, 10)).await;
        if let Some(revision) = revision
            && self.random.percent(THROUGH_THE_COMMIT)
        {
            settle(self.service.as_ref(), &revision).await?;
            self.board.wait_judged(number, self.random.between(2, 6)).await;
        }
        self.record.round(way);
        Ok(())
    }

    async fn give_back(&self, room: Room, way: Way) -> Result<(), String> {
        for (secret, loser) in way.lost(room) {
            self.board.give(secret, loser);
        }
        let revision = self.write(way.give(room)).await?;
        self.board.tell(room.number, |news| news.revision = revision.unwrap_or_default());
        Ok(())
    }

    async fn write(&self, writes: Vec<Write>) -> Result<Option<String>, String> {
        let mut revision = None;
        for write in writes {
            revision = done(self.service.as_ref(), write).await?;
        }
        Ok(revision)
    }
}

/// Makes a write; its revision token where the answer has one.
pub(super) async fn done(service: &dyn Service, (path, message): Write) -> Result<Option<String>, String> {
    let answer = service.call(&WRITER, path, vec![message]).await;
    let items = answer.messages.iter().filter_map(|message| pb::ImportDocumentsResponse::decode(message.as_slice()).ok());
    let refused = path.ends_with("/ImportDocuments").then(|| items.filter_map(|item| item.part).find_map(fault)).flatten();
    match (answer.code, refused) {
        (0, None) => Ok(mask::revision(path, &answer)),
        (0, Some(refused)) => Err(format!("{path}: {refused}")),
        (code, _) => Err(format!("{path}: {code} {}", answer.text)),
    }
}

fn fault(part: pb::import_documents_response::Part) -> Option<String> {
    match part {
        pb::import_documents_response::Part::Result(result) => result.error.map(|error| error.message),
        pb::import_documents_response::Part::Summary(_) => None,
    }
}

/// Waits until both read models have applied a revision.
pub(super) async fn settle(service: &dyn Service, revision: &str) -> Result<(), String> {
    let request = pb::ListPeopleRequest { page_size: 1, min_revision: revision.to_owned(), ..Default::default() };
    let path = "/rookery.v1.PeopleService/ListPeople";
    let answer = service.call(&WRITER, path, vec![request.encode_to_vec()]).await;
    if answer.code == 0 { Ok(()) } else { Err(format!("{path}: {} {}", answer.code, answer.text)) }
}
