//! Every field of every request, with values that no caller should send.
//!
//! The table is made by the descriptors of the running services: each field that a caller may set, at any depth, by its type and
//! what the protos say of it. A new method needs a good request in `bases`, or this fails; a new field needs nothing.
//!
//! Proved: 1. every method is tried, and its good request is good; 2. what is empty where something is required, too long, too
//! much, malformed, unknown or out of range is `INVALID_ARGUMENT` and names the field; 3. whatever else is hostile has a typed answer,
//! and what is wrong is named; 4. all wrong fields are named at once; 5. nothing is written by a call that fails; 6. what only
//! answers hold is ignored in requests; 7. what is excused has a reason, and needs the excuse.

mod bases;
mod judge;
mod places;
mod values;

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, MethodDescriptor};

use self::bases::Furniture;
use self::judge::{Told, ask, head};
use self::places::{Place, places};
use self::values::{Expected, Hostile, hostile};
use crate::support::raw::{methods, path};
use crate::support::{Client, House};

/// Fields that may hold what others may not, and why.
const EXCUSED: &[(&str, &str, &str)] = &[
    ("sequence", "negative", "the caller's own number, which comes back as it is"),
    ("sequence", "least", "the caller's own number, which comes back as it is"),
    ("audience.allowed", "too many", "the limit is of both lists together, so the refusal names the audience"),
    ("audience.denied", "too many", "the limit is of both lists together, so the refusal names the audience"),
];

/// How many faults an answer lists at most.
const LISTED: usize = 32;

struct Trial<'a> {
    client: &'a Client,
    method: &'a MethodDescriptor,
    excused: BTreeSet<(&'static str, &'static str)>,
    wrong: Vec<String>,
}

impl Trial<'_> {
    /// Sends a request, and holds the answer to what every answer is held to.
    async fn send(&mut self, what: &str, request: &DynamicMessage) -> Told {
        let before = head(self.client).await;
        let told = ask(self.client, self.method, request).await;
        if let Some(complaint) = told.complaint() {
            self.complain(what, &complaint, &told);
        }
        if !told.is_ok() && head(self.client).await != before {
            self.complain(what, "a call that fails writes nothing", &told);
        }
        told
    }

    /// Tries a value in an otherwise good request; true where it was refused by its field.
    async fn try_value(&mut self, base: &DynamicMessage, place: &Place, value: &Hostile) -> bool {
        let mut request = base.clone();
        place.set(&mut request, value.value.clone());
        let what = format!("{place} {}", value.label);
        let told = self.send(&what, &request).await;
        if place.is_output_only() {
            if !told.is_ok() {
                self.complain(&what, "what only answers hold is ignored", &told);
            }
            return false;
        }
        if told.names(place) {
            return true;
        }
        let excuse = EXCUSED.iter().find(|(field, label, _)| place.ends_with(field) && *label == value.label);
        match (value.expected, excuse) {
            (Expected::Refused, Some((field, label, _))) => {
                self.excused.insert((field, label));
            }
            (Expected::Refused, None) => self.complain(&what, "is refused by field", &told),
            (Expected::Typed, _) if told.is_invalid() => self.complain(&what, "a refusal names what is wrong", &told),
            (Expected::Typed, _) => {}
        }
        false
    }

    /// Spoils every field at once, each by a value for which alone it is refused.
    async fn try_all(&mut self, base: &DynamicMessage, spoiled: &[(Place, Hostile)]) {
        let mut request = base.clone();
        for (place, value) in spoiled {
            place.set(&mut request, value.value.clone());
        }
        let told = self.send("everything at once", &request).await;
        let silent: Vec<String> = spoiled
            .iter()
            .filter(|(place, _)| place.is_in(&request) && !told.names(place))
            .map(|(place, _)| place.to_string())
            .collect();
        if !silent.is_empty() && told.listed() < LISTED {
            self.complain(&format!("everything at once, {silent:?}"), "all wrong fields are named at once", &told);
        }
    }

    fn complain(&mut self, what: &str, rule: &str, told: &Told) {
        self.wrong.push(format!("{} {what}: {rule}: {told}", self.method.name()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_every_request_is_checked() {
    // So that a list of people can be too long.
    let house = House::open_with(&[("ROOKERY__LIMITS__COMMUNITY_MEMBERS", "1000")]).await;
    let client = house.client(Some("people/ada"));
    let furniture = Furniture::bring(&client).await;
    let mut wrong = Vec::new();
    let mut excused = BTreeSet::new();
    let mut tried = 0;
    for method in methods() {
        let base = furniture.good_request(&method).unwrap_or_else(|| panic!("{} needs a good request in bases", path(&method)));
        let mut trial = Trial { client: &client, method: &method, excused: BTreeSet::new(), wrong: Vec::new() };
        let told = trial.send("its good request", &base).await;
        if !told.is_ok() {
            trial.complain("its good request", "is good", &told);
        }
        let mut spoiled: Vec<(Place, Hostile)> = Vec::new();
        for place in places(&method.input()) {
            let mut alone = None;
            for value in hostile(&place) {
                if trial.try_value(&base, &place, &value).await && value.goes_with_others {
                    // The last one: names that are malformed rather than those that are not there.
                    alone = Some(value);
                }
                tried += 1;
            }
            spoiled.extend(alone.map(|value| (place, value)));
        }
        trial.try_all(&base, &spoiled).await;
        wrong.append(&mut trial.wrong);
        excused.append(&mut trial.excused);
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    let needed: BTreeSet<(&str, &str)> = EXCUSED.iter().map(|(field, label, _)| (*field, *label)).collect();
    assert_eq!(excused, needed, "an excuse that nothing needs is none");
    assert!(tried > 1_000, "the table is made of the protos: {tried}");
}
