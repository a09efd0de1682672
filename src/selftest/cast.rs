//! Who asks, and the names that occur.

use super::random::Random;
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant;

/// Somebody who asks: a person with groups, or nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asker {
    /// `people/ID`; empty for somebody of whom nothing is known.
    pub(super) person: &'static str,
    /// The directory groups, separated by commas.
    pub(super) groups: &'static str,
}

/// Everybody who asks.
pub(super) const CAST: [Asker; 5] = [
    Asker { person: "", groups: "" },
    Asker { person: "people/ada", groups: "crew" },
    Asker { person: "people/bo", groups: "board,crew" },
    Asker { person: "people/cy", groups: "" },
    Asker { person: "people/dee", groups: "board" },
];

/// Who writes the worlds.
pub(super) const WRITER: Asker = Asker { person: "people/writer", groups: "" };

/// Everybody with a profile at some time in both worlds. Only their handles are ever mentioned in shared texts.
pub(super) const PEOPLE: [&str; 6] = ["people/ada", "people/bo", "people/cy", "people/dee", "people/zed", "people/Eve.1"];
/// Names without a profile, which may become accounts of people in both worlds.
pub(super) const ACCOUNTS: [&str; 2] = ["people/stub0", "people/Stub~1"];
/// Directory groups.
pub(super) const GROUPS: [&str; 3] = ["groups/board", "groups/crew", "groups/secret"];
/// Communities of both worlds.
pub(super) const COMMUNITIES: [&str; 3] = ["communities/c0", "communities/c1", "communities/C2"];

impl Asker {
    /// Whether nothing is known of who asks.
    pub(super) fn is_anonymous(&self) -> bool {
        self.person.is_empty()
    }

    /// Whether a principal, other than a community or an account, stands for this asker.
    pub(super) fn is(&self, principal: &str) -> bool {
        let group = principal.strip_prefix("groups/");
        !self.is_anonymous()
            && (principal == self.person || group.is_some_and(|group| self.groups.split(',').any(|own| own == group)))
    }

    /// How a report calls this asker.
    pub(super) fn label(&self) -> String {
        match (self.person, self.groups) {
            ("", _) => "anonymous".to_owned(),
            (person, "") => person.to_owned(),
            (person, groups) => format!("{person} in {groups}"),
        }
    }
}

pub(super) fn audience(grant: Grant, allowed: Vec<String>, denied: Vec<String>) -> pb::Audience {
    pb::Audience { grant: grant.into(), allowed, denied }
}

pub(super) fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Those who take care of communities.
const CARETAKERS: [&str; 2] = ["communities/c0/caretakers", "communities/C2/caretakers"];
/// Communities that never have an asker in them for whom they are hidden.
const CLOSED: [&str; 3] = ["communities/h0", "communities/h1", "communities/h0/caretakers"];

/// Every principal of audiences that both worlds may hold.
fn principals() -> Vec<String> {
    owned(&[&PEOPLE[..], &ACCOUNTS, &GROUPS, &COMMUNITIES, &CARETAKERS, &CLOSED].concat())
}

/// Any audience, most of them open.
pub(super) fn any_audience(random: &mut Random) -> pb::Audience {
    let denied = if random.percent(25) { random.some(&principals(), 1, 2) } else { Vec::new() };
    match random.below(10) {
        0..4 => audience(Grant::World, Vec::new(), denied),
        4..7 => audience(Grant::Organization, Vec::new(), denied),
        _ => audience(Grant::Restricted, random.some(&principals(), 1, 4), denied),
    }
}

/// An audience that an asker is in, most of the time.
pub(super) fn open_audience(asker: &Asker, random: &mut Random) -> pb::Audience {
    match random.below(10) {
        0..4 => audience(Grant::World, Vec::new(), Vec::new()),
        4..6 if !asker.is_anonymous() => audience(Grant::Organization, Vec::new(), Vec::new()),
        6..8 if !asker.is_anonymous() => {
            let allowed = [vec![asker.person.to_owned()], random.some(&principals(), 0, 2)].concat();
            audience(Grant::Restricted, allowed, Vec::new())
        }
        _ => any_audience(random),
    }
}

/// An audience that an asker is not in, as long as the asker is no member of a hidden community.
pub(super) fn closed_audience(asker: &Asker, random: &mut Random) -> pb::Audience {
    let mut strangers = owned(&[&PEOPLE[..], &GROUPS, &CLOSED].concat());
    strangers.retain(|principal| !asker.is(principal));
    let restricted = |allowed, denied| audience(Grant::Restricted, allowed, denied);
    match random.below(7) {
        0 => restricted(Vec::new(), Vec::new()),
        1 | 2 => restricted(random.some(&strangers, 1, 3), Vec::new()),
        3 => restricted(random.some(&strangers, 1, 2), random.some(&principals(), 1, 2)),
        4 if asker.is_anonymous() => audience(Grant::Organization, Vec::new(), random.some(&principals(), 0, 2)),
        4 | 5 if !asker.is_anonymous() => {
            let mut shut = any_audience(random);
            shut.denied.push(asker.person.to_owned());
            shut
        }
        _ if !asker.groups.is_empty() => {
            let mut shut = any_audience(random);
            shut.denied.push(format!("groups/{}", asker.groups.split(',').next().unwrap_or_default()));
            shut
        }
        _ if asker.is_anonymous() => audience(Grant::Organization, Vec::new(), Vec::new()),
        _ => restricted(random.some(&strangers, 2, 3), Vec::new()),
    }
}
