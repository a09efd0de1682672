//! Profiles that fail are rebuilt from the ledger, also where nothing is written any more.
//!
//! Proved, in a house whose profiles can be made to fail until they are cleared: 1. a failing checkpoint makes them anew; 2. so
//! does a read that failed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rookery::access::Asker;
use rookery::app::{App, AppError, Backends, Call, FindExperts, IndexPace, Mode, Naming, parse_query};
use rookery::config::Config;
use rookery::domain::{
    Audience, Document, DocumentName, Kind, Moment, Participation, Person, PersonName, Record, ResourceName, Revision, Role,
};
use rookery::index::tantivy::{TantivyIndex, TantivySettings};
use rookery::server::{SystemClock, settings};
use rookery::storage::ledger::{Expect, Identity, Ledger, MemoryLedger, Operation, Write};
use rookery::storage::profiles::{
    MemoryProfiles, PeopleAsk, PeopleMet, ProfileChange, Profiles, ProfilesError, ProfilesStatus, Tally,
};
use tokio::sync::{Notify, watch};

/// Profiles that answer nothing while they are damaged; clearing them heals.
struct Fragile {
    profiles: MemoryProfiles,
    damaged: AtomicBool,
    cleared: Notify,
}

impl Fragile {
    fn whole(&self) -> Result<&MemoryProfiles, ProfilesError> {
        if self.damaged.load(Ordering::SeqCst) {
            return Err(ProfilesError::Corrupt { what: "everything".to_owned() });
        }
        Ok(&self.profiles)
    }
}

#[async_trait]
impl Profiles for Fragile {
    async fn apply(&self, changes: Vec<ProfileChange>, through: Revision) -> Result<(), ProfilesError> {
        self.profiles.apply(changes, through).await
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.profiles.applied()
    }

    async fn people(&self, names: &[PersonName]) -> Result<Vec<Option<Person>>, ProfilesError> {
        self.whole()?.people(names).await
    }

    async fn resolve(&self, alias: &str) -> Result<Vec<PersonName>, ProfilesError> {
        self.whole()?.resolve(alias).await
    }

    async fn find(&self, ask: PeopleAsk) -> Result<Option<PeopleMet>, ProfilesError> {
        self.whole()?.find(ask).await
    }

    async fn tallies(&self, names: &[PersonName]) -> Result<Vec<Tally>, ProfilesError> {
        self.whole()?.tallies(names).await
    }

    async fn clear(&self) -> Result<(), ProfilesError> {
        self.profiles.clear().await?;
        self.damaged.store(false, Ordering::SeqCst);
        self.cleared.notify_one();
        Ok(())
    }

    async fn checkpoint(&self) -> Result<(), ProfilesError> {
        self.whole()?.checkpoint().await
    }

    async fn checksum(&self) -> Result<[u8; 32], ProfilesError> {
        self.whole()?.checksum().await
    }

    async fn status(&self) -> Result<ProfilesStatus, ProfilesError> {
        self.whole()?.status().await
    }
}

/// A house that knows one person by one document, and its profiles.
async fn quiet_house(checkpoint_every: Duration) -> (Arc<App>, Arc<Fragile>) {
    let ada = PersonName::parse("people/ada").unwrap();
    let document = Document {
        title: "Tides".to_owned(),
        body: "How tides turn turbines".to_owned(),
        people: vec![Participation { person: ada.clone(), role: Role::Author }],
        ..Document::new(DocumentName::parse("documents/tides").unwrap(), Kind::Page, Audience::world(), Moment::default())
    };
    let records = [Record::Person(Person::stub(ada, "Ada".to_owned(), Moment::default())), Record::Document(document)];
    let operations = records.map(|record| Operation::Put { record: Box::new(record), expect: Expect::Any });
    let ledger = MemoryLedger::new(Identity { epoch: 7, sealing_key: [9; 32] });
    ledger.write(Write { operations: operations.into(), request: None, at: Moment::default() }).await.unwrap();
    let profiles = MemoryProfiles::new();
    let profiles = Arc::new(Fragile { profiles, damaged: AtomicBool::new(false), cleared: Notify::new() });
    let backends = Backends {
        ledger: Arc::new(ledger),
        profiles: profiles.clone(),
        index: Arc::new(TantivyIndex::open(TantivySettings::default()).unwrap()),
    };
    let pace = IndexPace { checkpoint_every, ..IndexPace::default() };
    let app = App::new(backends, settings(&Config::default()), pace, Arc::new(SystemClock), getrandom::fill);
    app.start().await.unwrap();
    (app, profiles)
}

/// Who knows of tides, once everything that was written is applied.
async fn experts(app: &App) -> Result<Vec<PersonName>, AppError> {
    let call = Call { asker: Asker::service(), min_revision: Some(Revision(2)), ..Call::default() };
    let query = parse_query("tides", Mode::Lenient, &app.settings().limits.query()).unwrap();
    let found = app
        .find_experts(&call, FindExperts { query, naming: Naming { limit: 5, ..Naming::default() }, ..FindExperts::default() })
        .await?;
    Ok(found.experts.into_iter().map(|expert| expert.person.name).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_checkpoint_makes_the_profiles_anew() {
    let (app, profiles) = quiet_house(Duration::from_millis(10)).await;
    profiles.damaged.store(true, Ordering::SeqCst);
    profiles.cleared.notified().await;
    assert_eq!(experts(&app).await.unwrap(), [PersonName::parse("people/ada").unwrap()]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_read_makes_the_profiles_anew() {
    let (app, profiles) = quiet_house(Duration::from_hours(1)).await;
    profiles.damaged.store(true, Ordering::SeqCst);
    assert!(matches!(experts(&app).await, Err(AppError::Internal(_))));
    profiles.cleared.notified().await;
    assert_eq!(experts(&app).await.unwrap(), [PersonName::parse("people/ada").unwrap()]);
    app.stop().await;
}
