//! One world: a fresh house with its services, built by a script.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use prost::Message;
use tempfile::TempDir;
use tonic::Code;
use tonic::service::Routes;

use super::cast::Asker;
use super::generate::BEGIN;
use super::leaks::Leak;
use super::mask;
use super::script::{Script, Step};
use super::wire::{self, Answer};
use crate::app::App;
use crate::config::{ByteSize, Config, Development};
use crate::domain::{Clock, Moment};
use crate::grpc::{self, pb};
use crate::server::{self, StartError};

/// Longer than any world lives: only scripts commit the index.
const NEVER: Duration = Duration::from_hours(10);

/// Where the worlds are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stores {
    /// In memory.
    #[default]
    Memory,
    /// In the embedded stores, in a temporary directory.
    Disk,
}

/// Why a world could not be built.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It would not open.
    #[error(transparent)]
    Start(#[from] StartError),
    /// There is no room for a directory.
    #[error("no temporary directory: {0}")]
    Directory(#[from] std::io::Error),
    /// A step was refused.
    #[error("a step was refused: {step}: {code} {text}")]
    Refused {
        /// What should have happened.
        step: String,
        /// The status code.
        code: i32,
        /// What was said.
        text: String,
    },
}

/// The services as callers meet them.
#[async_trait]
pub(super) trait Service: Send + Sync {
    /// Calls a method with messages, as somebody.
    async fn call(&self, asker: &Asker, path: &'static str, messages: Vec<Vec<u8>>) -> Answer;
}

#[async_trait]
impl Service for Routes {
    async fn call(&self, asker: &Asker, path: &'static str, messages: Vec<Vec<u8>>) -> Answer {
        wire::call(self, asker, path, messages).await
    }
}

/// A clock that is set by hand, forwards and back.
#[derive(Debug, Default)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Moment {
        Moment::from_unix_seconds(self.0.load(Ordering::Relaxed)).unwrap_or_default()
    }
}

/// One world.
pub(super) struct House {
    app: Arc<App>,
    pub(super) service: Arc<dyn Service>,
    clock: Arc<HandClock>,
    /// Goes last, with what lies in it.
    _directory: Option<TempDir>,
}

impl House {
    /// An empty world, with a leak where one is wanted.
    pub(super) async fn empty(stores: Stores, leak: Option<Leak>) -> Result<Self, Broken> {
        Self::tuned(stores, leak, |_| ()).await
    }

    /// The same under other settings.
    pub(super) async fn tuned(stores: Stores, leak: Option<Leak>, tune: impl FnOnce(&mut Config)) -> Result<Self, Broken> {
        let mut config = Config::default();
        config.server.development = Development::On;
        config.server.reflection = true;
        config.server.limits.unary_timeout = Duration::from_mins(1);
        config.server.limits.max_deadline = Duration::from_mins(1);
        config.web.grpc_web = false;
        // What the engine prepares grows with this, and worlds are small.
        config.index.writer_memory_bytes = ByteSize::mib(16);
        config.index.search_threads = 1;
        config.index.indexing_threads = 1;
        config.index.commit_interval_min = NEVER;
        config.index.commit_interval_max = NEVER;
        config.storage.checkpoint_interval = NEVER;
        tune(&mut config);
        let directory = match stores {
            Stores::Memory => None,
            Stores::Disk => Some(tempfile::tempdir()?),
        };
        let mut backends = match &directory {
            None => server::backends_in_memory(&config)?,
            Some(directory) => {
                directory.path().clone_into(&mut config.storage.data_dir);
                server::open_backends(&config).await?
            }
        };
        if let Some(leak) = leak {
            backends.index = leak.index(backends.index).map_err(StartError::Index)?;
        }
        let clock = Arc::new(HandClock(AtomicI64::new(BEGIN)));
        let ledger = Arc::clone(&backends.ledger);
        let told = Arc::clone(&clock) as Arc<dyn Clock>;
        let app = App::new(backends, server::settings(&config), server::pace(&config), told, getrandom::fill);
        app.start().await.map_err(StartError::App)?;
        let health = grpc::Health::new();
        let routes = grpc::services(&app, &server::grpc_options(&config), &health);
        health.serving().await;
        let service: Arc<dyn Service> = match leak {
            Some(leak) => leak.service(Arc::new(routes), ledger),
            None => Arc::new(routes),
        };
        Ok(Self { app, service, clock, _directory: directory })
    }

    /// The world of a script.
    pub(super) async fn built(script: &Script, stores: Stores, leak: Option<Leak>) -> Result<Self, Broken> {
        let house = Self::empty(stores, leak).await?;
        match house.act(script).await {
            Ok(()) => Ok(house),
            Err(broken) => {
                house.close().await;
                Err(broken)
            }
        }
    }

    async fn act(&self, script: &Script) -> Result<(), Broken> {
        let mut newest = String::new();
        for timed in &script.0 {
            self.set_clock(timed.at);
            let (path, message) = match timed.step.call() {
                Some(call) => call,
                None if newest.is_empty() => continue,
                None => settle(newest.clone()),
            };
            let answer = self.service.call(timed.step.actor(), path, vec![message]).await;
            // What one story deleted another can no longer change: nothing happens, as in the model. Whoever has no profile, has left
            // or is a program endorses nobody.
            let refused = matches!(timed.step, Step::Endorse(..)) && answer.code == i32::from(Code::FailedPrecondition);
            if answer.code != 0 && answer.code != i32::from(Code::NotFound) && !refused {
                return Err(Broken::Refused { step: timed.to_string(), code: answer.code, text: answer.text });
            }
            if timed.step != Step::Settle {
                newest = mask::revision(path, &answer).unwrap_or(newest);
            }
        }
        Ok(())
    }

    /// Sets the clock, in seconds since 1970.
    pub(super) fn set_clock(&self, at: i64) {
        self.clock.0.store(at, Ordering::Relaxed);
    }

    /// Ends the world.
    pub(super) async fn close(self) {
        drop(self.service);
        self.app.stop().await;
    }
}

/// A read that waits until both read models have applied a revision.
fn settle(min_revision: String) -> (&'static str, Vec<u8>) {
    let request = pb::ListPeopleRequest { page_size: 1, min_revision, ..Default::default() };
    ("/rookery.v1.PeopleService/ListPeople", request.encode_to_vec())
}
