//! From a call's metadata to who asks and for how long, and the frame in which every call without a stream is answered.
//!
//! Proved in `tests` below: 1. metadata name the asker in development only; 2. what cannot be read is refused, never taken for
//! anonymous; 3. a deadline is brought, capped or the default; 4. a call that takes too long is answered in time; 5. work whose call
//! ended is told to stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use prost::Message;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};

use super::limits::{self, Naming};
use super::places::AtWork;
use super::rates::{Class, Rates};
use super::request_id::RequestId;
use super::seal::Seal;
use super::status::{Refusal, status};
use super::{GrpcOptions, convert::Faults};
use crate::access::{Asker, Scope};
use crate::app::{App, AppError, Call, Limits, Patience};
use crate::domain::{GroupId, PersonName, ResourceName};

const AS: &str = "rookery-as";
const GROUPS: &str = "rookery-groups";
const SCOPES: &str = "rookery-scopes";
const TIMEOUT: &str = "grpc-timeout";
/// A caller's transport has a clock of its own for the deadline that the call brings, and gives up without a reason; by this much
/// the call is answered before that.
const AHEAD: Duration = Duration::from_millis(2);

/// What every adapter stands on.
#[derive(Clone)]
pub(crate) struct Door {
    /// The use cases.
    pub(crate) app: Arc<App>,
    /// Opens and closes tokens.
    pub(crate) seal: Arc<Seal>,
    /// How the services are served.
    pub(crate) options: Arc<GrpcOptions>,
    /// How often every asker has called of late.
    pub(super) rates: Arc<Rates>,
}

impl Door {
    /// The limits of requests and resources.
    pub(crate) fn limits(&self) -> &Limits {
        &self.app.settings().limits
    }

    /// Answers a call that is no stream: reads who asks and until when, holds the message to its limit, and stops at the deadline.
    /// `handle` gets the call without its `min_revision`, which stands in the message.
    ///
    /// # Errors
    /// The status of what went wrong.
    pub(crate) async fn answer<M, A, F>(
        &self,
        request: Request<M>,
        handle: impl FnOnce(Call, M) -> F,
    ) -> Result<Response<A>, Status>
    where
        M: Message,
        A: Message,
        F: Future<Output = Result<A, Refusal>>,
    {
        let id = RequestId::of_call(&request);
        let answered = self.answer_in_time(request, handle).await;
        let answered = answered.and_then(|answer| limits::fitting(answer, self.options.max_response_bytes));
        answered.map(Response::new).map_err(|refusal| status(&refusal, &id))
    }

    async fn answer_in_time<M, A, F>(&self, request: Request<M>, handle: impl FnOnce(Call, M) -> F) -> Result<A, Refusal>
    where
        M: Message,
        F: Future<Output = Result<A, Refusal>>,
    {
        let deadline = Instant::now() + self.options.timeout(request.metadata());
        let asker = self.asker(&request)?;
        let _at_work = at_work(&request)?;
        let message = request.into_inner();
        limits::check_size(&message, self.options.max_request_bytes, "server.limits.max_request_bytes")?;
        in_time(asker, deadline, |call| handle(call, message)).await
    }

    /// Reads who opens a stream. Its deadline is the one that it brings, or none; `min_revision` is no matter of streams.
    ///
    /// # Errors
    /// [`Refusal::BadCredentials`], a fault where the asker has too many groups, or [`Refusal::TooOften`].
    pub(crate) fn stream_call<M>(&self, request: &Request<M>) -> Result<Call, Refusal> {
        let asker = self.asker(request)?;
        let until = brought_timeout(request.metadata()).and_then(|timeout| Instant::now().checked_add(ahead_of(timeout)));
        Ok(Call { asker, min_revision: None, patience: Patience::until(until) })
    }

    /// Who calls, if not too often.
    fn asker<M>(&self, request: &Request<M>) -> Result<Asker, Refusal> {
        let asker = match self.options.naming {
            Naming::Nobody => Asker::anonymous(),
            Naming::Metadata => named_asker(request.metadata(), self.limits().asker_groups)?,
        };
        let class = request.extensions().get().copied().unwrap_or(Class::Write);
        self.rates.admit(class, &asker)?;
        Ok(asker)
    }
}

/// Lets a call work whose message is there.
///
/// # Errors
/// [`AppError::Overloaded`] where as many calls are at work as may be.
pub(super) fn at_work<M>(request: &Request<M>) -> Result<AtWork, AppError> {
    AtWork::on(request.extensions().get()).ok_or(AppError::Overloaded)
}

/// Answers until a deadline. Work that goes on elsewhere is told to stop when this future ends, be it answered, too late or
/// dropped with its connection.
async fn in_time<A, F>(asker: Asker, deadline: Instant, handle: impl FnOnce(Call) -> F) -> Result<A, Refusal>
where
    F: Future<Output = Result<A, Refusal>>,
{
    let patience = Patience::until(Some(deadline));
    let _ended = patience.end_on_drop();
    let call = Call { asker, min_revision: None, patience };
    match tokio::time::timeout_at(deadline.into(), handle(call)).await {
        Ok(answered) => answered,
        Err(_) => Err(AppError::DeadlineExceeded.into()),
    }
}

impl GrpcOptions {
    /// How long a call that is no stream may take.
    fn timeout(&self, metadata: &MetadataMap) -> Duration {
        brought_timeout(metadata).map_or(self.unary_timeout, |brought| ahead_of(brought).min(self.max_deadline))
    }
}

/// A little less than the caller waits.
fn ahead_of(timeout: Duration) -> Duration {
    timeout.saturating_sub(AHEAD.min(timeout / 2))
}

/// The asker whom metadata name; nobody where they name none. Whoever is named holds every scope, or those that are listed.
fn named_asker(metadata: &MetadataMap, most_groups: usize) -> Result<Asker, Refusal> {
    let named = only_value(metadata, AS)?;
    let listed = only_value(metadata, GROUPS)?;
    let scopes = only_value(metadata, SCOPES)?;
    let Some(named) = named else {
        return match [(GROUPS, listed), (SCOPES, scopes)].into_iter().find(|(_, value)| value.is_some()) {
            Some((key, _)) => Err(bad(key, format!("says nothing without {AS}"))),
            None => Ok(Asker::anonymous()),
        };
    };
    let person = PersonName::parse(named).map_err(|error| bad(AS, format!("names nobody: {error}")))?;
    let listed: Vec<&str> = entries(listed.unwrap_or_default()).collect();
    if listed.len() > most_groups {
        let mut faults = Faults::default();
        faults.add(GROUPS, format!("has {} entries; limits.asker_groups allows {most_groups}", listed.len()));
        return Ok(faults.finish(None)?);
    }
    let groups = listed.into_iter().map(GroupId::parse).collect::<Result<_, _>>();
    let groups = groups.map_err(|error| bad(GROUPS, format!("names no group: {error}")))?;
    let scopes =
        scopes.map_or_else(|| Ok([Scope::Write, Scope::Administer].into()), |scopes| entries(scopes).map(scope).collect());
    Ok(Asker::person(person, groups, scopes?))
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

fn scope(name: &str) -> Result<Scope, Refusal> {
    match name {
        "write" => Ok(Scope::Write),
        "administer" => Ok(Scope::Administer),
        _ => Err(bad(SCOPES, "lists something else than write and administer".to_owned())),
    }
}

/// The value of a key; nothing where it is absent. Two values are refused: they might be two opinions of who asks.
fn only_value<'a>(metadata: &'a MetadataMap, key: &'static str) -> Result<Option<&'a str>, Refusal> {
    let mut values = metadata.get_all(key).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| bad(key, "is no plain text".to_owned())),
        (Some(_), Some(_)) => Err(bad(key, "stands there more than once".to_owned())),
    }
}

fn bad(key: &'static str, why: String) -> Refusal {
    Refusal::BadCredentials { key, why }
}

/// The deadline that a call brings, as gRPC writes it: at most eight digits and a unit. One that is written otherwise is none.
fn brought_timeout(metadata: &MetadataMap) -> Option<Duration> {
    let text = metadata.get(TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3_600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(pairs: &[(&'static str, &str)]) -> MetadataMap {
        let mut metadata = MetadataMap::new();
        for (key, value) in pairs {
            metadata.append(*key, value.parse().unwrap());
        }
        metadata
    }

    #[test]
    fn metadata_name_the_asker() {
        let asker = named_asker(&metadata(&[(AS, "people/ada"), (GROUPS, "board, crew,,")]), 2).unwrap();
        assert_eq!(asker.name().unwrap().to_string(), "people/ada");
        assert_eq!(asker.groups().iter().map(GroupId::as_str).collect::<Vec<_>>(), ["board", "crew"]);
        assert!(asker.holds(Scope::Write) && asker.holds(Scope::Administer));
        assert_eq!(named_asker(&metadata(&[]), 2).unwrap(), Asker::anonymous());
    }

    #[test]
    fn scopes_are_all_or_those_that_are_listed() {
        let held = |scopes: &str| {
            let asker = named_asker(&metadata(&[(AS, "people/ada"), (SCOPES, scopes)]), 2).unwrap();
            (asker.holds(Scope::Write), asker.holds(Scope::Administer))
        };
        assert_eq!(held(""), (false, false));
        assert_eq!(held(" write,"), (true, false));
        assert_eq!(held("administer, write"), (true, true));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let cases: [(&[(&'static str, &str)], &str); 10] = [
            (&[(AS, "ada")], AS),
            (&[(AS, "")], AS),
            (&[(AS, "people/a b")], AS),
            (&[(AS, "people/ada"), (AS, "people/bo")], AS),
            (&[(AS, "people/ada"), (GROUPS, "a b")], GROUPS),
            (&[(AS, "people/ada"), (GROUPS, "a"), (GROUPS, "b")], GROUPS),
            (&[(GROUPS, "board")], GROUPS),
            (&[(SCOPES, "write")], SCOPES),
            (&[(AS, "people/ada"), (SCOPES, "root")], SCOPES),
            (&[(AS, "people/ada"), (SCOPES, ""), (SCOPES, "write")], SCOPES),
        ];
        for (pairs, wrong) in cases {
            let refused = named_asker(&metadata(pairs), 9);
            assert!(matches!(refused, Err(Refusal::BadCredentials { key, .. }) if key == wrong), "{pairs:?}: {refused:?}");
        }
        let refused = named_asker(&metadata(&[(AS, "people/ada"), (GROUPS, "a,b,c")]), 2);
        let Err(Refusal::App(AppError::Invalid(faults))) = refused else { panic!("three groups of two: {refused:?}") };
        assert!(faults[0].field == GROUPS && faults[0].description.contains("limits.asker_groups"), "{faults:?}");
    }

    #[tokio::test]
    async fn a_late_answer_is_none_and_its_work_is_told_to_stop() {
        let mut seen = None;
        let answered: Result<(), Refusal> = in_time(Asker::anonymous(), Instant::now(), |call| {
            seen = Some(call.patience);
            std::future::pending()
        })
        .await;
        assert!(matches!(answered, Err(Refusal::App(AppError::DeadlineExceeded))), "{answered:?}");
        assert!(seen.unwrap().is_over());
    }

    #[test]
    fn a_dropped_call_tells_its_work_to_stop() {
        let mut seen = None;
        let mut calling = Box::pin(in_time::<(), _>(Asker::anonymous(), Instant::now() + Duration::from_hours(1), |call| {
            seen = Some(call.patience);
            std::future::pending()
        }));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { assert!(futures::poll!(&mut calling).is_pending()) });
        drop(calling);
        let patience = seen.unwrap();
        assert!(patience.is_over(), "long before its deadline");
    }

    #[test]
    fn a_deadline_is_brought_capped_or_the_default() {
        let options = GrpcOptions::default();
        let of = |value: &str| options.timeout(&metadata(&[(TIMEOUT, value)]));
        let default = options.unary_timeout;
        assert_eq!(options.timeout(&metadata(&[])), default);
        assert_eq!(of("5S"), Duration::from_millis(4_998));
        assert_eq!(of("1m"), Duration::from_micros(500));
        assert_eq!(of("0m"), Duration::ZERO);
        for long in ["99999999H", "2M", "99999S"] {
            assert_eq!(of(long), options.max_deadline, "{long}");
        }
        for unreadable in ["", "S", "5", "123456789S", "-1S", "+5S", "5s", "1.5S"] {
            assert_eq!(of(unreadable), default, "{unreadable:?}");
        }
    }
}
