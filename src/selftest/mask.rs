//! Takes out of answers what may differ between two worlds: sealed tokens, and nothing else.
//!
//! A token is found by decoding, and replaced in the bytes that the service itself encoded, so that its encoding is compared too.
//! What stands in a field of a token and does not look like one stays, and so differs.
//!
//! Proved below: 1. tokens are replaced wherever they stand, and the rest stays to the byte; 2. a token of another length, or in
//! another field, stays.

use prost_reflect::{DynamicMessage, Value};

use super::wire::{self, Answer};

/// The fields that hold sealed tokens, with their only length.
const TOKENS: [(&str, usize); 2] = [("revision", 114), ("next_page_token", 1_212)];

/// An answer without its tokens, and its token of the next page.
pub(super) fn masked(path: &str, mut answer: Answer) -> (Answer, Option<String>) {
    let mut next = None;
    if let Some(method) = wire::method(path) {
        for bytes in &mut answer.messages {
            let Some(message) = wire::message(method.output(), bytes) else { continue };
            let mut tokens = Vec::new();
            collect(&message, &mut tokens);
            for token in &tokens {
                blank(bytes, token);
            }
            next = message.get_field_by_name("next_page_token").and_then(|token| token.as_str().map(str::to_owned));
        }
    }
    (answer, next.filter(|token| !token.is_empty()))
}

/// The revision token of an answer.
pub(super) fn revision(path: &str, answer: &Answer) -> Option<String> {
    let message = wire::message(wire::method(path)?.output(), answer.messages.first()?)?;
    let token = message.get_field_by_name("revision")?.as_str()?.to_owned();
    (!token.is_empty()).then_some(token)
}

fn collect(message: &DynamicMessage, tokens: &mut Vec<String>) {
    for (field, value) in message.fields() {
        let length = TOKENS.iter().find(|(name, _)| *name == field.name()).map(|(_, length)| *length);
        match (value, length) {
            (Value::String(token), Some(length)) if is_token(token, length) => tokens.push(token.clone()),
            _ => inside(value, tokens),
        }
    }
}

fn inside(value: &Value, tokens: &mut Vec<String>) {
    match value {
        Value::Message(message) => collect(message, tokens),
        Value::List(values) => values.iter().for_each(|value| inside(value, tokens)),
        Value::Map(values) => values.values().for_each(|value| inside(value, tokens)),
        _ => {}
    }
}

fn is_token(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn blank(bytes: &mut [u8], token: &str) {
    let token = token.as_bytes();
    if let Some(at) = bytes.windows(token.len()).position(|window| window == token)
        && let Some(place) = bytes.get_mut(at..at + token.len())
    {
        place.fill(b'*');
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::grpc::pb;

    const FIND: &str = "/rookery.v1.DiscoveryService/FindDocuments";
    const GET: &str = "/rookery.v1.ContentService/GetDocument";

    fn answer(message: &impl Message) -> Answer {
        Answer { messages: vec![message.encode_to_vec()], ..Answer::default() }
    }

    fn found(revision: &str, next_page_token: &str) -> pb::FindDocumentsResponse {
        let hit = |name: &str| pb::DocumentHit {
            document: Some(pb::Document { name: name.to_owned(), revision: "f".repeat(114), ..Default::default() }),
            ..Default::default()
        };
        pb::FindDocumentsResponse {
            documents: vec![hit("documents/a"), hit("documents/b")],
            revision: revision.to_owned(),
            next_page_token: next_page_token.to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn tokens_are_replaced_and_the_rest_stays() {
        let (one, next) = masked(FIND, answer(&found(&"a".repeat(114), &"b".repeat(1_212))));
        let (two, other) = masked(FIND, answer(&found(&"c".repeat(114), &"d".repeat(1_212))));
        assert_eq!(one, two);
        assert_eq!((next, other), (Some("b".repeat(1_212)), Some("d".repeat(1_212))));
        let mut expected = found(&"*".repeat(114), &"*".repeat(1_212));
        for hit in &mut expected.documents {
            hit.document.as_mut().unwrap().revision = "*".repeat(114);
        }
        assert_eq!(one.messages, [expected.encode_to_vec()]);
    }

    #[test]
    fn what_looks_like_no_token_stays() {
        for revision in ["", "a", &"a".repeat(113), &"a".repeat(1_212), &"A".repeat(114)] {
            let message = found(revision, "");
            let (kept, next) = masked(FIND, answer(&message));
            let kept = pb::FindDocumentsResponse::decode(kept.messages[0].as_slice()).unwrap();
            assert_eq!((kept.revision.as_str(), next), (revision, None));
        }
        let elsewhere = pb::Document { title: "a".repeat(114), ..Default::default() };
        assert_eq!(masked(GET, answer(&elsewhere)).0, answer(&elsewhere));
    }
}
