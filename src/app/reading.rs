//! What is found in a document's text: topic labels, mentions, language. Pure; callers run it off the async threads.

use super::Settings;
use crate::domain::{Document, Hashtag, MarkupFormat, Participation, PersonName, Role};
use crate::text;

/// The handles that a text mentions, in order; at most so many as a document may have people.
pub(super) fn handles(title: &str, body: &str, format: MarkupFormat, settings: &Settings) -> Vec<String> {
    let mut handles = text::mentions(&readable(title, body, format));
    handles.truncate(settings.limits.people_per_document);
    handles
}

/// Adds to what was given the topic labels, mentions and language of the text.
pub(super) fn find_in_text(document: &mut Document, mentioned: &[PersonName], settings: &Settings) {
    let readable = readable(&document.title, &document.body, document.format);
    let mut hashtags: Vec<Hashtag> = document.given.hashtags.clone();
    let room = settings.limits.hashtags_per_document.saturating_sub(hashtags.len());
    hashtags.extend(text::hashtags(&readable).into_iter().take(room));
    hashtags.sort_unstable();
    hashtags.dedup();
    document.hashtags = hashtags;
    let room = settings.limits.people_per_document.saturating_sub(document.given.people.len());
    let found = mentioned.iter().take(room).map(|person| Participation { person: person.clone(), role: Role::Mentioned });
    let mut people: Vec<Participation> = document.given.people.iter().cloned().chain(found).collect();
    people.sort_unstable();
    people.dedup();
    document.people = people;
    document.language = document.given.language.unwrap_or_else(|| text::detect_language(&readable, settings.default_language));
}

/// Title and body as a reader sees them.
fn readable(title: &str, body: &str, format: MarkupFormat) -> String {
    let mut readable = title.to_owned();
    readable.push('\n');
    readable.push_str(&text::plain_text(body, format));
    readable
}
