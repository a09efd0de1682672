//! Many tasks at once, their outcomes in the order of the tasks, and tasks of one name one after the other.
//!
//! Nothing is started beyond the bounds, and nothing runs unless somebody asks for the next outcome: whoever stops asking
//! stops the work, and whoever drops the stream drops what has not ended.
//!
//! Proved below: 1. outcomes come in the order of the tasks, whichever ends first; 2. tasks of one name never overlap, and
//! start in order; 3. no more run at once than allowed, by number and by bytes; 4. a task larger than all the room still runs,
//! alone; 5. nothing is taken ahead of a reader that does not read; 6. dropping the stream drops the tasks.

use std::collections::HashMap;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Semaphore, oneshot};

/// One thing to do.
pub(super) struct Task<F> {
    /// What it is about; no other task of this name runs meanwhile. An empty name is nobody's.
    pub(super) name: String,
    /// How much memory it holds.
    pub(super) bytes: usize,
    /// What is done.
    pub(super) work: F,
}

/// The outcomes of tasks, in the tasks' order; at most `in_flight` of them run or wait to be told, and those that run hold at
/// most `room` bytes.
pub(super) fn in_order<F>(
    tasks: impl Stream<Item = Task<F>> + Send,
    in_flight: usize,
    room: usize,
) -> impl Stream<Item = F::Output> + Send
where
    F: Future<Output: Send> + Send,
{
    let room = u32::try_from(room).unwrap_or(u32::MAX).max(1);
    let free = Arc::new(Semaphore::new(usize::try_from(room).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)));
    let mut turns = Turns::new(in_flight);
    tasks
        .then(move |task| {
            let free = Arc::clone(&free);
            async move {
                let needed = u32::try_from(task.bytes).unwrap_or(u32::MAX).min(room);
                // Nobody closes the semaphore; were it closed, the bound would be lost and nothing else.
                let held = free.acquire_many_owned(needed).await.ok();
                (task, held)
            }
        })
        .map(move |(task, held)| {
            let turn = turns.take(task.name);
            async move {
                let _held = held;
                let _turn = turn.come().await;
                task.work.await
            }
        })
        .buffered(in_flight.max(1))
}

/// Who was last to take a turn, by name.
struct Turns {
    last: HashMap<String, oneshot::Receiver<()>>,
    in_flight: usize,
}

/// A place behind the turn before; ends when it is dropped.
struct Turn {
    before: Option<oneshot::Receiver<()>>,
    ends: oneshot::Sender<()>,
}

impl Turns {
    fn new(in_flight: usize) -> Self {
        Self { last: HashMap::new(), in_flight }
    }

    fn take(&mut self, name: String) -> Turn {
        let (ends, ended) = oneshot::channel();
        if name.is_empty() {
            return Turn { before: None, ends };
        }
        // At most `in_flight` turns last, so this happens once in as many turns at most.
        if self.last.len() > 2 * self.in_flight {
            self.last.retain(|_, ended| matches!(ended.try_recv(), Err(TryRecvError::Empty)));
        }
        Turn { before: self.last.insert(name, ended), ends }
    }
}

impl Turn {
    /// Waits for the turn before; what is returned holds the turn.
    async fn come(self) -> oneshot::Sender<()> {
        if let Some(before) = self.before {
            // It ends by being dropped, which reads as an error.
            let _ = before.await;
        }
        self.ends
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::{FutureExt, stream};

    use super::*;

    /// What tasks did, in the order in which they did it.
    #[derive(Clone, Default)]
    struct Book(Arc<Mutex<Vec<String>>>);

    impl Book {
        fn note(&self, text: String) {
            self.0.lock().unwrap().push(text);
        }

        fn read(&self) -> Vec<String> {
            self.0.lock().unwrap().clone()
        }
    }

    /// A task that notes its start and its end, and gives way `turns` times between them.
    fn task(
        book: &Book,
        name: &str,
        bytes: usize,
        number: usize,
        turns: usize,
    ) -> Task<impl Future<Output = usize> + Send + use<>> {
        let book = book.clone();
        let work = async move {
            book.note(format!("+{number}"));
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            book.note(format!("-{number}"));
            number
        };
        Task { name: name.to_owned(), bytes, work }
    }

    /// The most tasks that ran at once.
    fn most_at_once(book: &Book) -> usize {
        let (mut now, mut most) = (0_usize, 0);
        for line in book.read() {
            if line.starts_with('+') {
                now += 1;
            } else {
                now -= 1;
            }
            most = most.max(now);
        }
        most
    }

    #[tokio::test]
    async fn outcomes_come_in_the_order_of_the_tasks() {
        let book = Book::default();
        let tasks = stream::iter((0..50).map(|n| task(&book, &format!("n{n}"), 1, n, 50 - n)));
        let outcomes: Vec<usize> = in_order(tasks, 10, 1_000).collect().await;
        assert_eq!(outcomes, (0..50).collect::<Vec<_>>());
        let ends: Vec<String> = book.read().into_iter().filter(|line| line.starts_with('-')).collect();
        assert_ne!(ends[0], "-0", "later tasks ended first, or this proves nothing");
    }

    #[tokio::test]
    async fn tasks_of_one_name_follow_one_another() {
        let book = Book::default();
        let tasks = stream::iter((0..30).map(|n| task(&book, ["same", "other"][n % 2], 1, n, 30 - n)));
        let outcomes: Vec<usize> = in_order(tasks, 30, 1_000).collect().await;
        assert_eq!(outcomes.len(), 30);
        for parity in 0..2 {
            let of_one = |line: &String| line[1..].parse::<usize>().unwrap() % 2 == parity;
            let lines: Vec<String> = book.read().into_iter().filter(of_one).collect();
            let expected: Vec<String> =
                (0..30).filter(|n| n % 2 == parity).flat_map(|n| [format!("+{n}"), format!("-{n}")]).collect();
            assert_eq!(lines, expected);
        }
        assert_eq!(most_at_once(&book), 2, "the two names do not wait for each other");
    }

    #[tokio::test]
    async fn names_that_ended_are_forgotten() {
        let mut turns = Turns::new(4);
        for n in 0..1_000 {
            drop(turns.take(format!("n{n}")).come().await);
        }
        assert!(turns.last.len() <= 9, "{}", turns.last.len());
    }

    #[tokio::test]
    async fn no_more_run_than_allowed() {
        for (in_flight, room, bytes, most) in [(7, 1_000, 1, 7), (100, 50, 10, 5), (0, 50, 10, 1), (10, 5, 100, 1)] {
            let book = Book::default();
            let tasks = stream::iter((0..60).map(|n| task(&book, &format!("n{n}"), bytes, n, 3)));
            assert_eq!(in_order(tasks, in_flight, room).count().await, 60, "a task larger than the room still runs");
            assert_eq!(most_at_once(&book), most, "{in_flight} {room} {bytes}");
        }
    }

    #[tokio::test]
    async fn nothing_is_taken_ahead_of_a_reader_that_does_not_read() {
        let taken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&taken);
        let book = Book::default();
        let tasks = stream::iter(0..1_000).map(move |n| {
            count.fetch_add(1, Ordering::Relaxed);
            task(&book, "", 1, n, 0)
        });
        let mut outcomes = Box::pin(in_order(tasks, 5, 1_000));
        assert_eq!(taken.load(Ordering::Relaxed), 0);
        assert_eq!(outcomes.next().await, Some(0));
        assert!(taken.load(Ordering::Relaxed) <= 6, "{taken:?}");
    }

    #[tokio::test]
    async fn dropping_the_stream_drops_the_tasks() {
        let (sender, receiver) = oneshot::channel::<()>();
        let mut waiting = Some(sender);
        let tasks = stream::iter(["first", "second"]).map(move |name| {
            let held = waiting.take();
            let work = async move {
                std::future::pending::<()>().await;
                drop(held);
            };
            Task { name: name.to_owned(), bytes: 1, work }
        });
        let mut outcomes = Box::pin(in_order(tasks, 5, 1_000));
        assert!(outcomes.next().now_or_never().is_none());
        drop(outcomes);
        assert!(receiver.await.is_err(), "the task's sender went with the stream");
    }
}
