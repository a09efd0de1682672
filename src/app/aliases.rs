//! Linking the names under which sources know a person, and the journal of that.
//!
//! Nobody is linked by guess: whoever may write says which alias is whose, and what is somebody else's is refused. Handles and
//! addresses join the lists of the profile; accounts are resolved when somebody asks, so that both directions work at once.

use super::writes::{Acknowledged, Draft, Shown, WriteOptions};
use super::{App, AppError, Call, FieldFault};
use crate::domain::{Alias, AliasLink, LinkChange, Moment, Participation, Person, PersonName, Record, RecordKey};
use crate::storage::ledger::{Expect, Operation};

/// Most handles, addresses or accounts of a person; part of what the API promises, so no setting.
const FEW: usize = 64;

/// A page of the journal of a person's aliases, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinksPage {
    /// The lines.
    pub links: Vec<AliasLink>,
    /// Whether more follow after the last of them.
    pub more: bool,
}

impl App {
    /// Links an alias to a person. Linking what is linked changes nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody has such a profile; [`AppError::Taken`] where the alias is somebody else's;
    /// [`AppError::WrongState`] where it would make a chain; [`AppError::Invalid`] for oneself, and over a limit; and what [`App`]'s
    /// writes share.
    pub async fn link_alias(
        &self,
        call: &Call,
        name: &PersonName,
        alias: &Alias,
        note: &str,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<Person>>, AppError> {
        Self::authorise_write(call)?;
        let most = self.settings.limits.alias_links_per_person;
        let prepare = |present: Option<Record>, now: Moment| async move {
            let person = present.and_then(Record::into_person).ok_or_else(|| AppError::not_found(name))?;
            let beside = self.check_free(call, &person, alias).await?;
            let line = line(call, alias, LinkChange::Linked, note, now);
            let record = Record::Person(linked(person, alias.clone(), line, most)?);
            Ok(Draft { record, beside })
        };
        let done = self.change(RecordKey::Person(name.clone()), options, prepare).await?;
        done.shown(|record| record.into_person().map(Person::profile), name)
    }

    /// Takes an alias from a person; works with the next call of anybody.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody has such a profile; [`AppError::WrongState`] where the alias is not linked to it; and what
    /// [`App`]'s writes share.
    pub async fn unlink_alias(
        &self,
        call: &Call,
        name: &PersonName,
        alias: &Alias,
        note: &str,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<Person>>, AppError> {
        Self::authorise_write(call)?;
        let prepare = |present: Option<Record>, now: Moment| {
            let line = line(call, alias, LinkChange::Unlinked, note, now);
            let person = present.and_then(Record::into_person).ok_or_else(|| AppError::not_found(name));
            let unlinked = person.and_then(|person| unlinked(person, alias, line));
            std::future::ready(unlinked.map(|person| Draft::alone(Record::Person(person))))
        };
        let done = self.change(RecordKey::Person(name.clone()), options, prepare).await?;
        done.shown(|record| record.into_person().map(Person::profile), name)
    }

    /// The journal of a person's aliases, for the person and for whoever may write; the lines after the first `after`.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], [`AppError::Forbidden`]; [`AppError::NotFound`] where nobody has such a profile.
    pub async fn list_alias_links(
        &self,
        call: &Call,
        name: &PersonName,
        after: usize,
        limit: usize,
    ) -> Result<LinksPage, AppError> {
        if !self.is_themselves(call, name) {
            Self::authorise_write(call)?;
        }
        self.freshen(call).await?;
        let person = self.person_record(name).await?.ok_or_else(|| AppError::not_found(name))?;
        let mut waiting = person.links.into_iter().skip(after);
        let links = waiting.by_ref().take(limit).collect();
        Ok(LinksPage { links, more: waiting.next().is_some() })
    }

    /// Whether the asker is the person of a name, under whatever name.
    pub(super) fn is_themselves(&self, call: &Call, name: &PersonName) -> bool {
        call.asker.name().is_some_and(|asker| self.memberships.aliases().same(asker, name))
    }

    /// Whose a name is.
    pub(super) fn person_of(&self, name: &PersonName) -> PersonName {
        self.memberships.aliases().person_of(name)
    }

    /// Gives people in documents their own names, whichever stands there.
    pub(super) fn by_own_name(&self, people: &mut [Participation]) {
        for participation in people {
            participation.person = self.person_of(&participation.person);
        }
    }

    /// Refuses an alias that is somebody else's; what must still hold when it is written.
    async fn check_free(&self, call: &Call, person: &Person, alias: &Alias) -> Result<Vec<Operation>, AppError> {
        match alias {
            Alias::Handle(text) | Alias::Email(text) => {
                let holders = self.holders(call, text).await?;
                let own = |holder: &PersonName| self.memberships.aliases().same(holder, &person.name);
                match holders.into_iter().find(|holder| !own(holder)) {
                    Some(by) => Err(taken(alias, &by)),
                    None => Ok(Vec::new()),
                }
            }
            Alias::Account(account) => self.check_account(person, alias, account).await.map(|required| vec![required]),
        }
    }

    async fn check_account(&self, person: &Person, alias: &Alias, account: &PersonName) -> Result<Operation, AppError> {
        if *account == person.name {
            return Err(AppError::Invalid(vec![FieldFault::new("alias", "must not be the person's own name")]));
        }
        let aliases = self.memberships.aliases();
        if let Some(by) = aliases.claimers_of(account).iter().find(|by| **by != person.name) {
            return Err(taken(alias, by));
        }
        if !aliases.claimers_of(&person.name).is_empty() {
            let why = "is an account of another person, to whom accounts are linked";
            return Err(AppError::WrongState { name: person.name.to_string(), why });
        }
        // Nobody may become a person with accounts and an account at the same time, from two sides.
        let key = RecordKey::Person(account.clone());
        let stored = self.backends.ledger.get(&key).await?;
        let expect = stored.as_ref().map_or(Expect::Absent, |stored| Expect::Revision(stored.revision));
        if stored.and_then(|stored| stored.record.into_person()).is_some_and(|person| !person.accounts.is_empty()) {
            return Err(AppError::WrongState { name: account.to_string(), why: "has accounts of its own" });
        }
        Ok(Operation::Require { key, expect })
    }
}

fn taken(alias: &Alias, by: &PersonName) -> AppError {
    AppError::Taken { alias: alias.to_string(), by: by.to_string() }
}

fn line(call: &Call, alias: &Alias, change: LinkChange, note: &str, at: Moment) -> AliasLink {
    AliasLink { alias: alias.to_string(), change, by: call.asker.name().cloned(), at, note: note.to_owned() }
}

fn linked(mut person: Person, alias: Alias, line: AliasLink, most: usize) -> Result<Person, AppError> {
    let open = person.linked();
    if open.iter().any(|known| known.is(&alias)) {
        return Ok(person);
    }
    // Each link keeps room for the line that takes it back.
    if person.links.len() + open.len() + 2 > most {
        let told = format!("has {} links, open and taken back; limits.alias_links_per_person allows {most}", person.links.len());
        return Err(AppError::Invalid(vec![FieldFault::new("person", told)]));
    }
    person.updated = line.at;
    person.links.push(line);
    person.put_alias(alias);
    if person.handles.len().max(person.emails.len()).max(person.accounts.len()) > FEW {
        let told = format!("is one too many of its sort; at most {FEW} are allowed");
        return Err(AppError::Invalid(vec![FieldFault::new("alias", told)]));
    }
    Ok(person)
}

fn unlinked(mut person: Person, alias: &Alias, line: AliasLink) -> Result<Person, AppError> {
    if !person.linked().iter().any(|known| known.is(alias)) {
        return Err(AppError::WrongState { name: person.name.to_string(), why: "does not have this alias linked" });
    }
    person.updated = line.at;
    person.links.push(line);
    person.remove_alias(alias);
    Ok(person)
}
