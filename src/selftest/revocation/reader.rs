//! Those who ask without a pause, and judge what they are told.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use prost::Message;
use tonic::Code;

use super::board::{Board, Glance, Loser, Part, Secret};
use super::questions::{Asking, By, Pages, QUESTIONS, Question};
use super::record::{Record, Shown};
use super::rooms::Room;
use crate::selftest::cast::WRITER;
use crate::selftest::house::Service;
use crate::selftest::random::Random;
use crate::selftest::wire::{self, Answer};

/// How often out of a hundred a page is asked for by a token that led to the room while it could be seen.
const BY_OLD_TOKEN: usize = 60;
/// How often out of a hundred an answer must show the last write to the room.
const FRESH: usize = 10;

/// Somebody who asks about the room that a lane works on.
pub(super) struct Reader {
    pub(super) service: Arc<dyn Service>,
    pub(super) board: Arc<Board>,
    pub(super) record: Arc<Record>,
    pub(super) lane: usize,
    pub(super) random: Random,
    pub(super) walks: Walks,
}

/// Walks through pages. A place is a question, by whom, and about which room where each has its own.
#[derive(Default)]
pub(super) struct Walks {
    /// The token of the next page.
    next: HashMap<(usize, Loser, Option<usize>), String>,
    /// The token that led to a room while it could be seen.
    led_to: HashMap<(usize, Loser, usize), String>,
}

/// The field in which every page names the next one.
#[derive(Clone, PartialEq, Message)]
struct Page {
    #[prost(string, tag = "2")]
    next_page_token: String,
}

impl Reader {
    /// Asks until everything is over.
    pub(super) async fn run(mut self) {
        let mut order: Vec<usize> = Vec::new();
        while !self.board.is_over() {
            let Some(at) = order.pop() else {
                order = (0..QUESTIONS.len()).collect();
                self.random.shuffle(&mut order);
                continue;
            };
            if let Some(question) = QUESTIONS.get(at) {
                self.ask(at, question).await;
            }
        }
    }

    async fn ask(&mut self, at: usize, question: &'static Question) {
        let room = Room::of(self.board.focus(self.lane));
        let secret = room.secret(question.part);
        let loser = self.loser(question, secret);
        let asking = self.asking(at, question, room, loser);
        let message = (question.ask)(&asking);
        let asker = if question.by == By::Moderator { WRITER } else { loser.asker() };
        let before = self.board.glance();
        let answer = self.service.call(&asker, question.path, vec![message.clone()]).await;
        let after = self.board.glance();
        if !matches!(Code::from(answer.code), Code::Ok | Code::NotFound) {
            let request = wire::request_text(question.path, &message);
            self.record.fail(format!("{} {request}: {} {}", question.path, answer.code, answer.text));
            return self.board.end();
        }
        let shown = shown(question, secret, &answer);
        if let Some(leaked) = shown.iter().find(|secret| before.hidden_until(&after, **secret, loser)) {
            self.record.leak(Shown {
                way: self.board.news(leaked.room).way,
                question: question.name,
                asker: loser.asker().label(),
                mark: leaked.mark(),
                request: format!("{} {}", question.path, wire::request_text(question.path, &message)),
                answer: answer.messages.first().map(|message| wire::response_text(question.path, message)).unwrap_or_default(),
            });
            return self.board.end();
        }
        let judged = before.hidden_until(&after, secret, loser) && before.ever_open(secret, loser);
        self.record.called(at, judged, shown.contains(&secret));
        if question.pages != Pages::No {
            self.follow(at, &asking, question.pages, &answer, &before, &shown);
        }
        self.board.count(room.number, judged);
    }

    /// Who asks: mostly somebody who may see the room at times.
    fn loser(&mut self, question: &Question, secret: Secret) -> Loser {
        match (question.part, question.by) {
            (Part::Profile, _) => return Loser::Anonymous,
            (_, By::Reader) => return Loser::Reader,
            _ => {}
        }
        let anonymous = if self.board.glance().ever_open(secret, Loser::Anonymous) { 50 } else { 5 };
        if self.random.percent(anonymous) { Loser::Anonymous } else { Loser::Reader }
    }

    fn asking(&mut self, at: usize, question: &Question, room: Room, loser: Loser) -> Asking {
        let page_token = match self.walks.led_to.get(&(at, loser, room.number)) {
            Some(token) if self.random.percent(BY_OLD_TOKEN) => token.clone(),
            _ => self.walks.next.get(&walk(at, loser, room, question.pages)).cloned().unwrap_or_default(),
        };
        let min_revision = if self.random.percent(FRESH) { self.board.news(room.number).revision } else { String::new() };
        Asking { room, loser, page_token, min_revision }
    }

    /// Goes on to the next page, and keeps the token that led to rooms which could be seen.
    fn follow(&mut self, at: usize, asking: &Asking, pages: Pages, answer: &Answer, before: &Glance, shown: &BTreeSet<Secret>) {
        let loser = asking.loser;
        let page = answer.messages.first().and_then(|message| Page::decode(message.as_slice()).ok()).unwrap_or_default();
        self.walks.next.insert(walk(at, loser, asking.room, pages), page.next_page_token);
        if !asking.page_token.is_empty() {
            let same_pages = |secret: &&Secret| pages == Pages::OfAll || secret.room == asking.room.number;
            for secret in shown.iter().filter(same_pages).filter(|secret| before.open(**secret, loser)) {
                self.walks.led_to.insert((at, loser, secret.room), asking.page_token.clone());
            }
        }
    }
}

fn walk(at: usize, loser: Loser, room: Room, pages: Pages) -> (usize, Loser, Option<usize>) {
    (at, loser, (pages != Pages::OfAll).then_some(room.number))
}

/// What an answer shows.
fn shown(question: &Question, about: Secret, answer: &Answer) -> BTreeSet<Secret> {
    let mut shown = BTreeSet::new();
    if question.by != By::Moderator && !question.echoes {
        shown.extend(answer.messages.iter().flat_map(|message| Secret::marked_in(message)));
    }
    if answer.code == 0 && (question.betrays)(answer) {
        shown.insert(about);
    }
    shown
}
