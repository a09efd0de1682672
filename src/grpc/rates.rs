//! How often one asker may call: searches, reads and writes each have a rate.
//!
//! An asker may call so many times in a second on average, and twice as many at once after a pause (a leaky bucket: GCRA, ITU-T
//! I.371). A call over the rate is refused at once, costs the asker nothing, and is told when the next one is taken. Everybody who
//! is not named counts as one asker. A stream and a batch count once, when they begin. Nothing here looks at the data, so that a
//! refusal tells an asker of nothing but the own calls.
//!
//! Proved in `tests` below: 1. a burst passes, what is over it is told when to return, and then passes; 2. askers and classes do not
//! count for one another; 3. no rate, no bound; 4. who has not called for a while is forgotten; 5. every method has its class.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::limits::RateLimits;
use super::methods::methods;
use super::status::Refusal;
use crate::access::Asker;
use crate::domain::PersonName;

/// Calls after which those who have not called for a while are forgotten.
const FORGET_EVERY: u32 = 4_096;

/// What a call is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// It searches: every method of the discovery service but those that only list.
    Search,
    /// It reads what has a name, or lists.
    Read,
    /// It changes something, or starts work.
    Write,
}

impl Class {
    /// The class of the method of a path, such as `/rookery.v1.ContentService/GetDocument`; a write where there is no such method.
    pub(super) fn of(path: &str) -> Self {
        CLASSES.get(path).copied().unwrap_or(Self::Write)
    }

    /// By the verb with which a method's name begins (AIP-130 and after).
    fn of_method(service: &str, method: &str) -> Self {
        let reads = ["Get", "BatchGet", "List", "Lookup", "Check"];
        match service {
            _ if reads.iter().any(|verb| method.starts_with(verb)) => Self::Read,
            "DiscoveryService" => Self::Search,
            _ => Self::Write,
        }
    }
}

static CLASSES: LazyLock<BTreeMap<String, Class>> = LazyLock::new(|| {
    let methods = methods().into_iter();
    methods.map(|described| (described.path(), Class::of_method(&described.service, described.method.name()))).collect()
});

/// How often every asker has called of late.
pub(super) struct Rates<C: Clock = MonotonicClock> {
    searches: Option<Rate<C>>,
    reads: Option<Rate<C>>,
    writes: Option<Rate<C>>,
}

/// One rate, with what is left of it to each asker.
struct Rate<C: Clock> {
    /// The key that sets it.
    limit: &'static str,
    per_second: u32,
    clock: C,
    left: RateLimiter<Option<PersonName>, Buckets, C, NoOpMiddleware<C::Instant>>,
    calls: AtomicU32,
}

type Buckets = HashMapStateStore<Option<PersonName>>;

impl Rates {
    /// Nobody has called yet.
    pub(super) fn new(limits: &RateLimits) -> Self {
        Self::by(limits, &MonotonicClock)
    }
}

impl<C: Clock + Clone> Rates<C> {
    fn by(limits: &RateLimits, clock: &C) -> Self {
        let rate = |limit, per_second| NonZeroU32::new(per_second).map(|calls| Rate::new(limit, calls, clock));
        Self {
            searches: rate("server.limits.searches_per_second", limits.searches_per_second),
            reads: rate("server.limits.reads_per_second", limits.reads_per_second),
            writes: rate("server.limits.writes_per_second", limits.writes_per_second),
        }
    }

    /// Lets an asker's call through.
    ///
    /// # Errors
    /// [`Refusal::TooOften`] where it is over the rate of its class.
    pub(super) fn admit(&self, class: Class, asker: &Asker) -> Result<(), Refusal> {
        let rate = match class {
            Class::Search => &self.searches,
            Class::Read => &self.reads,
            Class::Write => &self.writes,
        };
        rate.as_ref().map_or(Ok(()), |rate| rate.admit(asker))
    }
}

impl<C: Clock + Clone> Rate<C> {
    fn new(limit: &'static str, calls: NonZeroU32, clock: &C) -> Self {
        let quota = Quota::per_second(calls).allow_burst(calls.saturating_add(calls.get()));
        let left = RateLimiter::new(quota, Buckets::default(), clock.clone());
        Self { limit, per_second: calls.get(), clock: clock.clone(), left, calls: AtomicU32::new(0) }
    }

    fn admit(&self, asker: &Asker) -> Result<(), Refusal> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.left.retain_recent();
        }
        self.left.check_key(&asker.name().cloned()).map_err(|until| Refusal::TooOften {
            limit: self.limit,
            per_second: self.per_second,
            wait: until.wait_time_from(self.clock.now()),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::domain::ResourceName;

    const LIMITS: RateLimits = RateLimits { searches_per_second: 2, reads_per_second: 1, writes_per_second: 0 };

    fn asker(name: &str) -> Asker {
        Asker::person(PersonName::parse(name).unwrap(), BTreeSet::new(), BTreeSet::new())
    }

    #[test]
    fn a_burst_passes_and_what_is_over_it_is_told_when_to_return() {
        let clock = FakeRelativeClock::default();
        let rates = Rates::by(&LIMITS, &clock);
        let ada = asker("people/ada");
        for _ in 0..3 {
            assert!((0..4).all(|_| rates.admit(Class::Search, &ada).is_ok()), "twice the rate at once");
            let mut refused = (0..9).map(|_| rates.admit(Class::Search, &ada));
            let Some(Err(Refusal::TooOften { limit, per_second, wait })) = refused.next() else { panic!("the fifth of four") };
            assert!(refused.all(|more| more.is_err()));
            assert_eq!((limit, per_second), ("server.limits.searches_per_second", 2));
            assert!(wait > Duration::ZERO && wait <= Duration::from_millis(500), "{wait:?}");
            clock.advance(wait);
            assert!(rates.admit(Class::Search, &ada).is_ok(), "refused calls cost nothing");
            assert!(rates.admit(Class::Search, &ada).is_err());
            clock.advance(Duration::from_secs(2));
        }
    }

    #[test]
    fn askers_and_classes_do_not_count_for_one_another() {
        let rates = Rates::by(&LIMITS, &FakeRelativeClock::default());
        for asker in [asker("people/ada"), asker("people/bo"), Asker::anonymous()] {
            assert!((0..2).all(|_| rates.admit(Class::Read, &asker).is_ok()));
            assert!(rates.admit(Class::Read, &asker).is_err());
            assert!(rates.admit(Class::Search, &asker).is_ok());
            assert!((0..1_000).all(|_| rates.admit(Class::Write, &asker).is_ok()), "no rate, no bound");
        }
    }

    #[test]
    fn who_has_not_called_for_a_while_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let rates = Rates::by(&LIMITS, &clock);
        let known = || rates.reads.as_ref().unwrap().left.len();
        for n in 0..FORGET_EVERY - 1 {
            assert!(rates.admit(Class::Read, &asker(&format!("people/p{n}"))).is_ok());
        }
        assert_eq!(known(), 4_095);
        clock.advance(Duration::from_secs(10));
        assert!(rates.admit(Class::Read, &asker("people/ada")).is_ok());
        assert_eq!(known(), 1);
    }

    #[test]
    fn every_method_has_its_class() {
        let of = |class| {
            let methods = CLASSES.iter().filter(move |(_, of)| **of == class);
            methods.filter_map(|(path, _)| path.rsplit('/').next()).collect::<BTreeSet<_>>()
        };
        assert!(of(Class::Search).iter().all(|method| method.starts_with("Find") || ["Search", "Suggest"].contains(method)));
        let verbs = [
            "Accept", "Add", "Begin", "Commit", "Create", "Delete", "Endorse", "Import", "Link", "Moderate", "React", "Rebuild",
            "Remove", "Review", "Unlink", "Update", "Vacuum", "Withdraw",
        ];
        for method in of(Class::Write) {
            assert!(verbs.iter().any(|verb| method.starts_with(verb)), "{method}: is it a write?");
        }
        assert_eq!(Class::of("/rookery.v1.ContentService/BatchGetDocuments"), Class::Read);
        assert_eq!(Class::of("/rookery.v1.DiscoveryService/FindExperts"), Class::Search);
        assert_eq!(Class::of("/rookery.v1.DiscoveryService/Suggest"), Class::Search);
        assert_eq!(Class::of("/rookery.v1.DiscoveryService/ListOperators"), Class::Read);
        assert_eq!(Class::of("/rookery.v1.ContentService/ImportDocuments"), Class::Write);
        assert_eq!(Class::of("/nothing"), Class::Write);
    }
}
