//! Who may see what at this moment, as far as the writers have it acknowledged, and what an answer shows.
//!
//! For every secret and everybody who may lose it stands a counter: odd from the acknowledgement of a revocation until the grant
//! after it begins, even otherwise. A call before and after which the counter is the same odd number lay within one revocation.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::ways::Way;
use crate::selftest::cast::Asker;

/// What is never given.
const NEVER: u64 = u64::MAX;

/// Who loses rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Loser {
    /// A person, in a directory group and in communities.
    Reader,
    /// Nobody in particular.
    Anonymous,
}

impl Loser {
    pub(super) const ALL: [Self; 2] = [Self::Reader, Self::Anonymous];

    pub(super) fn asker(self) -> Asker {
        match self {
            Self::Reader => Asker { person: "people/reader", groups: "crew" },
            Self::Anonymous => Asker::default(),
        }
    }
}

/// What of a room is a secret of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// Its documents, with their author who has no profile.
    Documents,
    /// The profile of their other author, whom anonymous askers see through them only.
    Profile,
    /// Its community, with its members.
    Community,
}

impl Part {
    pub(super) const ALL: [Self; 3] = [Self::Documents, Self::Profile, Self::Community];

    fn letter(self) -> u8 {
        match self {
            Self::Documents => b'd',
            Self::Profile => b'p',
            Self::Community => b'c',
        }
    }
}

/// Something that must not show while it is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Secret {
    pub(super) room: usize,
    pub(super) part: Part,
}

/// Every mark begins with this, and nothing else does.
const MARK: &[u8] = b"qx";

impl Secret {
    /// What stands in everything that belongs to the secret, and nowhere else.
    pub(super) fn mark(self) -> String {
        format!("qx{:04}{}", self.room, char::from(self.part.letter()))
    }

    /// The secrets whose marks stand in bytes.
    pub(super) fn marked_in(bytes: &[u8]) -> BTreeSet<Self> {
        let mut found = BTreeSet::new();
        for mark in bytes.windows(7).filter(|window| window.starts_with(MARK)) {
            let room = mark.get(2..6).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
            let part = Part::ALL.into_iter().find(|part| mark.last() == Some(&part.letter()));
            if let (Some(room), Some(part)) = (room, part) {
                found.insert(Self { room, part });
            }
        }
        found
    }

    fn place(self, loser: Loser) -> usize {
        (self.room * Part::ALL.len() + self.part as usize) * Loser::ALL.len() + loser as usize
    }
}

/// Where everybody looks.
pub(super) struct Board {
    taken: Vec<AtomicU64>,
    rooms: Vec<Room>,
    /// The room of each lane that is being worked on.
    focus: Vec<AtomicUsize>,
    over: AtomicBool,
    /// Rung with every call about a room.
    called: Notify,
}

/// What is known of a room.
#[derive(Default)]
struct Room {
    /// Calls about it.
    aimed: AtomicU64,
    /// Calls about it that lay within a revocation.
    judged: AtomicU64,
    news: Mutex<News>,
}

/// The last that happened to a room.
#[derive(Clone, Default)]
pub(super) struct News {
    /// The token of the last write.
    pub(super) revision: String,
    /// How rights were taken away last.
    pub(super) way: Option<Way>,
}

/// The counters of everything at one moment.
pub(super) struct Glance(Vec<u64>);

impl Glance {
    /// Whether somebody could not see a secret from one moment to another.
    pub(super) fn hidden_until(&self, later: &Self, secret: Secret, loser: Loser) -> bool {
        let before = self.0.get(secret.place(loser)).copied();
        before.is_some_and(|before| before % 2 == 1) && later.0.get(secret.place(loser)).copied() == before
    }

    /// Whether a secret was not taken from somebody at this moment.
    pub(super) fn open(&self, secret: Secret, loser: Loser) -> bool {
        self.0.get(secret.place(loser)).is_some_and(|count| count % 2 == 0)
    }

    /// Whether somebody could see a secret at some time.
    pub(super) fn ever_open(&self, secret: Secret, loser: Loser) -> bool {
        self.0.get(secret.place(loser)).is_some_and(|count| *count != NEVER)
    }
}

impl Board {
    /// Nothing is taken away yet.
    pub(super) fn new(rooms: usize, lanes: usize) -> Self {
        let cells = rooms * Part::ALL.len() * Loser::ALL.len();
        Self {
            taken: (0..cells).map(|_| AtomicU64::new(0)).collect(),
            rooms: (0..rooms).map(|_| Room::default()).collect(),
            focus: (0..lanes).map(|_| AtomicUsize::new(0)).collect(),
            over: AtomicBool::new(false),
            called: Notify::new(),
        }
    }

    /// Somebody never sees a secret.
    pub(super) fn close(&self, secret: Secret, loser: Loser) {
        self.set(secret, loser, |_| NEVER);
    }

    /// A revocation is acknowledged.
    pub(super) fn take(&self, secret: Secret, loser: Loser) {
        self.set(secret, loser, |count| if count.is_multiple_of(2) { count + 1 } else { count });
    }

    /// A grant begins.
    pub(super) fn give(&self, secret: Secret, loser: Loser) {
        self.set(secret, loser, |count| if count.is_multiple_of(2) || count == NEVER { count } else { count + 1 });
    }

    fn set(&self, secret: Secret, loser: Loser, change: impl Fn(u64) -> u64) {
        if let Some(cell) = self.taken.get(secret.place(loser)) {
            // Only one writer works on a room at a time.
            cell.store(change(cell.load(Ordering::SeqCst)), Ordering::SeqCst);
        }
    }

    pub(super) fn glance(&self) -> Glance {
        Glance(self.taken.iter().map(|cell| cell.load(Ordering::SeqCst)).collect())
    }

    /// Works on a room from now on.
    pub(super) fn turn_to(&self, lane: usize, room: usize) {
        if let Some(focus) = self.focus.get(lane) {
            focus.store(room, Ordering::SeqCst);
        }
    }

    /// The room that a lane works on.
    pub(super) fn focus(&self, lane: usize) -> usize {
        self.focus.get(lane).map_or(0, |focus| focus.load(Ordering::SeqCst))
    }

    pub(super) fn news(&self, room: usize) -> News {
        self.rooms.get(room).map(|room| room.news.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
    }

    pub(super) fn tell(&self, room: usize, tell: impl FnOnce(&mut News)) {
        if let Some(room) = self.rooms.get(room) {
            tell(&mut room.news.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// A call about a room has ended.
    pub(super) fn count(&self, room: usize, judged: bool) {
        if let Some(room) = self.rooms.get(room) {
            room.aimed.fetch_add(1, Ordering::SeqCst);
            room.judged.fetch_add(u64::from(judged), Ordering::SeqCst);
        }
        self.called.notify_waiters();
    }

    /// Waits for so many more calls about a room.
    pub(super) async fn wait_aimed(&self, room: usize, more: usize) {
        self.wait(room, more, |room| &room.aimed).await;
    }

    /// Waits for so many more calls that lie within a room's revocation.
    pub(super) async fn wait_judged(&self, room: usize, more: usize) {
        self.wait(room, more, |room| &room.judged).await;
    }

    async fn wait(&self, room: usize, more: usize, counter: impl Fn(&Room) -> &AtomicU64) {
        let Some(room) = self.rooms.get(room) else { return };
        let wanted = counter(room).load(Ordering::SeqCst) + more as u64;
        loop {
            let called = self.called.notified();
            tokio::pin!(called);
            called.as_mut().enable();
            if counter(room).load(Ordering::SeqCst) >= wanted || self.is_over() {
                return;
            }
            called.await;
        }
    }

    /// Everybody stops.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.called.notify_waiters();
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}
