//! Audiences: who may read.
//!
//! A list that would have no meaning is refused, because somebody would rely on it.

use super::{Faults, bounds};
use crate::app::Limits;
use crate::domain::{Audience, Grant, Principal, Principals};
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant as Granted;

/// An audience, or nothing and faults.
pub(super) fn read(field: &str, message: &pb::Audience, limits: &Limits, faults: &mut Faults) -> Option<Audience> {
    let listed = message.allowed.len() + message.denied.len();
    if !faults.check_entries(field, listed, bounds::principals(limits)) {
        return None;
    }
    let allowed = principals(&format!("{field}.allowed"), &message.allowed, faults);
    let denies = principals(&format!("{field}.denied"), &message.denied, faults);
    let grant = match Granted::try_from(message.grant) {
        Ok(Granted::World) => Grant::World,
        Ok(Granted::Organization) => Grant::Organization,
        Ok(Granted::Restricted) => Grant::Restricted(allowed),
        Ok(Granted::Unspecified) => {
            faults.add(format_args!("{field}.grant"), "is required: nothing is public by default");
            return None;
        }
        Err(_) => {
            faults.add(format_args!("{field}.grant"), format!("{} is not a known grant", message.grant));
            return None;
        }
    };
    if !message.allowed.is_empty() && !matches!(grant, Grant::Restricted(_)) {
        faults.add(format_args!("{field}.allowed"), "is for GRANT_RESTRICTED only; others open to more than the list");
    }
    Some(Audience { grant, denies })
}

fn principals(field: &str, names: &[String], faults: &mut Faults) -> Principals {
    let mut read = Principals::new();
    for (at, name) in names.iter().enumerate() {
        match Principal::parse(name) {
            Ok(principal) => {
                read.insert(principal);
            }
            Err(error) => faults.add(format_args!("{field}[{at}]"), error.to_string()),
        }
    }
    read
}

/// An audience as it is shown.
pub(super) fn write(audience: &Audience) -> pb::Audience {
    let (grant, allowed) = match &audience.grant {
        Grant::World => (Granted::World, Vec::new()),
        Grant::Organization => (Granted::Organization, Vec::new()),
        Grant::Restricted(to) => (Granted::Restricted, to.iter().map(ToString::to_string).collect()),
    };
    pb::Audience { grant: grant.into(), allowed, denied: audience.denies.iter().map(ToString::to_string).collect() }
}
