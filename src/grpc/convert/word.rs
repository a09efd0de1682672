//! Enums of the API and their words in the domain.
//!
//! A number that this version does not know is a fault that names it, never the default. Proved below: every word goes out
//! and comes back the same, and no other number is taken.

use std::fmt::Display;

use super::Faults;
use crate::domain::{Kind, MarkupFormat, MembershipPolicy, PersonKind, PersonState, Role};
use crate::grpc::pb;

const REQUIRED: &str = "is required";

/// What a document is.
pub(crate) fn read_kind(field: impl Display, number: i32, faults: &mut Faults) -> Option<Kind> {
    match pb::DocumentKind::try_from(number) {
        Ok(pb::DocumentKind::Post) => Some(Kind::Post),
        Ok(pb::DocumentKind::Article) => Some(Kind::Article),
        Ok(pb::DocumentKind::Page) => Some(Kind::Page),
        Ok(pb::DocumentKind::Topic) => Some(Kind::Topic),
        Ok(pb::DocumentKind::Reply) => Some(Kind::Reply),
        Ok(pb::DocumentKind::Unspecified) => missing(field, faults),
        Err(_) => unknown(field, number, "kind of document", faults),
    }
}

/// What a document is, as it is shown.
pub(crate) fn kind(kind: Kind) -> pb::DocumentKind {
    match kind {
        Kind::Post => pb::DocumentKind::Post,
        Kind::Article => pb::DocumentKind::Article,
        Kind::Page => pb::DocumentKind::Page,
        Kind::Topic => pb::DocumentKind::Topic,
        Kind::Reply => pb::DocumentKind::Reply,
    }
}

/// How somebody relates to a document.
pub(crate) fn read_role(field: impl Display, number: i32, faults: &mut Faults) -> Option<Role> {
    match pb::Role::try_from(number) {
        Ok(pb::Role::Author) => Some(Role::Author),
        Ok(pb::Role::Contributor) => Some(Role::Contributor),
        Ok(pb::Role::Answerer) => Some(Role::Answerer),
        Ok(pb::Role::Asker) => Some(Role::Asker),
        Ok(pb::Role::Mentioned) => Some(Role::Mentioned),
        Ok(pb::Role::Reviewer) => Some(Role::Reviewer),
        Ok(pb::Role::Unspecified) => missing(field, faults),
        Err(_) => unknown(field, number, "role", faults),
    }
}

/// How somebody relates to a document, as it is shown.
pub(crate) fn role(role: Role) -> pb::Role {
    match role {
        Role::Author => pb::Role::Author,
        Role::Contributor => pb::Role::Contributor,
        Role::Answerer => pb::Role::Answerer,
        Role::Asker => pb::Role::Asker,
        Role::Mentioned => pb::Role::Mentioned,
        Role::Reviewer => pb::Role::Reviewer,
    }
}

/// How a body is written; Markdown where it is not said.
pub(super) fn read_format(field: impl Display, number: i32, faults: &mut Faults) -> Option<MarkupFormat> {
    match pb::MarkupFormat::try_from(number) {
        Ok(pb::MarkupFormat::Unspecified) => Some(MarkupFormat::default()),
        Ok(pb::MarkupFormat::Plain) => Some(MarkupFormat::Plain),
        Ok(pb::MarkupFormat::Markdown) => Some(MarkupFormat::Markdown),
        Ok(pb::MarkupFormat::Html) => Some(MarkupFormat::Html),
        Err(_) => unknown(field, number, "format", faults),
    }
}

/// How a body is written, as it is shown.
pub(super) fn format(format: MarkupFormat) -> pb::MarkupFormat {
    match format {
        MarkupFormat::Plain => pb::MarkupFormat::Plain,
        MarkupFormat::Markdown => pb::MarkupFormat::Markdown,
        MarkupFormat::Html => pb::MarkupFormat::Html,
    }
}

/// What stands behind a profile; a human being where it is not said.
pub(super) fn read_person_kind(field: impl Display, number: i32, faults: &mut Faults) -> Option<PersonKind> {
    match pb::PersonKind::try_from(number) {
        Ok(pb::PersonKind::Unspecified) => Some(PersonKind::default()),
        Ok(pb::PersonKind::Human) => Some(PersonKind::Human),
        Ok(pb::PersonKind::Bot) => Some(PersonKind::Bot),
        Ok(pb::PersonKind::Shared) => Some(PersonKind::Shared),
        Err(_) => unknown(field, number, "kind of person", faults),
    }
}

/// What stands behind a profile, as it is shown.
pub(super) fn person_kind(kind: PersonKind) -> pb::PersonKind {
    match kind {
        PersonKind::Human => pb::PersonKind::Human,
        PersonKind::Bot => pb::PersonKind::Bot,
        PersonKind::Shared => pb::PersonKind::Shared,
    }
}

/// Whether somebody is still there; so they are where it is not said.
pub(super) fn read_state(field: impl Display, number: i32, faults: &mut Faults) -> Option<PersonState> {
    match pb::PersonState::try_from(number) {
        Ok(pb::PersonState::Unspecified) => Some(PersonState::default()),
        Ok(pb::PersonState::Active) => Some(PersonState::Active),
        Ok(pb::PersonState::Left) => Some(PersonState::Left),
        Err(_) => unknown(field, number, "state", faults),
    }
}

/// Whether somebody is still there, as it is shown.
pub(super) fn state(state: PersonState) -> pb::PersonState {
    match state {
        PersonState::Active => pb::PersonState::Active,
        PersonState::Left => pb::PersonState::Left,
    }
}

/// How one becomes a member; anybody may where it is not said.
pub(super) fn read_policy(field: impl Display, number: i32, faults: &mut Faults) -> Option<MembershipPolicy> {
    match pb::MembershipPolicy::try_from(number) {
        Ok(pb::MembershipPolicy::Unspecified) => Some(MembershipPolicy::default()),
        Ok(pb::MembershipPolicy::Open) => Some(MembershipPolicy::Open),
        Ok(pb::MembershipPolicy::Closed) => Some(MembershipPolicy::Closed),
        Err(_) => unknown(field, number, "policy", faults),
    }
}

/// How one becomes a member, as it is shown.
pub(super) fn policy(policy: MembershipPolicy) -> pb::MembershipPolicy {
    match policy {
        MembershipPolicy::Open => pb::MembershipPolicy::Open,
        MembershipPolicy::Closed => pb::MembershipPolicy::Closed,
    }
}

/// A number that must say something.
pub(super) fn said(field: impl Display, number: i32, faults: &mut Faults) -> Option<i32> {
    if number == 0 { missing(field, faults) } else { Some(number) }
}

fn missing<T>(field: impl Display, faults: &mut Faults) -> Option<T> {
    faults.add(field, REQUIRED);
    None
}

fn unknown<T>(field: impl Display, number: i32, what: &str, faults: &mut Faults) -> Option<T> {
    faults.add(field, format!("{number} is not a known {what}"));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads every number around the enum's; those that are taken must be exactly `written`, each read back as itself.
    fn check<T: Copy + PartialEq + std::fmt::Debug>(
        words: &[T],
        write: impl Fn(T) -> i32,
        read: impl Fn(i32, &mut Faults) -> Option<T>,
        default: Option<T>,
    ) {
        for &word in words {
            assert_eq!(read(write(word), &mut Faults::default()), Some(word));
        }
        for number in [i32::MIN, -1, 0, 77, i32::MAX] {
            let mut faults = Faults::default();
            let taken = read(number, &mut faults);
            assert_eq!(taken, if number == 0 { default } else { None }, "{number}");
            assert_eq!(taken.is_none(), !faults.is_empty(), "{number}");
        }
    }

    #[test]
    fn every_word_comes_back_and_no_other_number_is_taken() {
        check(&Kind::ALL, |word| kind(word).into(), |number, faults| read_kind("kind", number, faults), None);
        check(&Role::ALL, |word| role(word).into(), |number, faults| read_role("role", number, faults), None);
        let formats = [MarkupFormat::Plain, MarkupFormat::Markdown, MarkupFormat::Html];
        let markdown = Some(MarkupFormat::Markdown);
        check(&formats, |word| format(word).into(), |number, faults| read_format("format", number, faults), markdown);
        let kinds = [PersonKind::Human, PersonKind::Bot, PersonKind::Shared];
        let human = Some(PersonKind::Human);
        check(&kinds, |word| person_kind(word).into(), |number, faults| read_person_kind("kind", number, faults), human);
        let states = [PersonState::Active, PersonState::Left];
        let active = Some(PersonState::Active);
        check(&states, |word| state(word).into(), |number, faults| read_state("state", number, faults), active);
        let policies = [MembershipPolicy::Open, MembershipPolicy::Closed];
        let open = Some(MembershipPolicy::Open);
        check(&policies, |word| policy(word).into(), |number, faults| read_policy("policy", number, faults), open);
    }

    #[test]
    fn an_unknown_number_is_named() {
        let mut faults = Faults::default();
        read_kind("document.kind", 77, &mut faults);
        let Err(crate::app::AppError::Invalid(faults)) = faults.finish(Some(())) else { panic!("77 is taken") };
        assert_eq!(faults[0].description, "77 is not a known kind of document");
    }
}
