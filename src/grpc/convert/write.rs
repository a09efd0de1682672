//! What every write's request shares: etags, and the caller's own id of the write.
//!
//! Proved below: 1. the id of a request is a UUID or absent; 2. asker, method and id tell requests apart; 3. another content
//! is another fingerprint.

use prost::Message;

use super::Faults;
use crate::access::Asker;
use crate::app::{Presence, RequestKey};

/// Groups of hexadecimal digits in a UUID.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];

/// More than any etag of ours has; part of what the API promises, so no setting.
const ETAG_BYTES: usize = 64;

/// The etag that a resource must have; nothing where the request gives none.
pub(super) fn etag(field: &str, given: &str, faults: &mut Faults) -> Option<String> {
    check_etag(field, given, faults);
    (!given.is_empty()).then(|| given.to_owned())
}

/// Refuses what is too long for an etag, whether or not anybody looks at it.
pub(super) fn check_etag(field: &str, given: &str, faults: &mut Faults) {
    if given.len() > ETAG_BYTES {
        faults.add(field, format!("has {} bytes; no etag has more than {ETAG_BYTES}", given.len()));
    }
}

/// Whether the resource must be there.
pub(super) fn presence(allow_missing: bool) -> Presence {
    if allow_missing { Presence::Optional } else { Presence::Required }
}

/// The key of a repeatable write; nothing where the request has no id.
pub(super) fn request_key(
    asker: &Asker,
    method: &str,
    request_id: &str,
    request: &impl Message,
    faults: &mut Faults,
) -> Option<RequestKey> {
    if request_id.is_empty() {
        return None;
    }
    if !is_uuid(request_id) {
        faults.add("request_id", "must be a UUID, such as 0190163d-8694-739b-aea5-966c26f8ad91");
        return None;
    }
    let asker = asker.name().map(ToString::to_string).unwrap_or_default();
    let mut id = blake3::Hasher::new();
    for part in [asker.as_bytes(), method.as_bytes(), request_id.to_ascii_lowercase().as_bytes()] {
        // No part holds a zero byte, so no two sets of parts are the same bytes.
        id.update(part).update(&[0]);
    }
    let fingerprint = blake3::hash(&request.encode_to_vec());
    Some(RequestKey { id: id.finalize().into(), fingerprint: fingerprint.into() })
}

/// An id for what a repeatable write makes, the same for each repetition.
pub(super) fn digest_id(key: &RequestKey) -> String {
    blake3::hash(&key.id).to_hex()[..32].to_owned()
}

fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let groups_fit = UUID.iter().all(|length| {
        groups.next().is_some_and(|group| group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    groups_fit && groups.next().is_none()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::app::AppError;
    use crate::domain::{PersonName, ResourceName};
    use crate::grpc::pb;

    const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

    fn key(asker: &str, method: &str, request: &pb::DeleteDocumentRequest) -> RequestKey {
        let asker = Asker::person(PersonName::from_id(asker).unwrap(), BTreeSet::new(), BTreeSet::new());
        let mut faults = Faults::default();
        let key = request_key(&asker, method, &request.request_id, request, &mut faults);
        faults.finish(key).unwrap()
    }

    #[test]
    fn an_id_is_a_uuid_or_absent() {
        let request = pb::DeleteDocumentRequest::default();
        let read = |id: &str| {
            let mut faults = Faults::default();
            let key = request_key(&Asker::service(), "m", id, &request, &mut faults);
            (key.is_some(), faults.finish(Some(())))
        };
        assert!(matches!(read(""), (false, Ok(()))));
        assert!(matches!(read(ID), (true, Ok(()))));
        assert!(matches!(read(&ID.to_uppercase()), (true, Ok(()))));
        for bad in ["1", "0190163d8694739baea5966c26f8ad91", &format!("{ID}-"), &format!("{ID}0"), &ID.replace('9', "g"), "----"]
        {
            let (made, Err(AppError::Invalid(faults))) = read(bad) else { panic!("{bad} is taken") };
            assert!(!made);
            assert_eq!(faults[0].field, "request_id", "{bad}");
        }
    }

    #[test]
    fn asker_method_and_id_tell_requests_apart() {
        let request = pb::DeleteDocumentRequest { request_id: ID.to_owned(), ..Default::default() };
        let other = pb::DeleteDocumentRequest { request_id: ID.replace('0', "1"), ..Default::default() };
        let loud = pb::DeleteDocumentRequest { request_id: ID.to_uppercase(), ..Default::default() };
        let one = key("ada", "DeleteDocument", &request);
        assert_eq!(one, key("ada", "DeleteDocument", &request));
        assert_eq!(one.id, key("ada", "DeleteDocument", &loud).id, "UUIDs compare without regard to case");
        for apart in
            [key("bo", "DeleteDocument", &request), key("ada", "DeletePerson", &request), key("ada", "DeleteDocument", &other)]
        {
            assert_ne!(one.id, apart.id);
        }
    }

    #[test]
    fn another_content_is_another_fingerprint() {
        let request =
            |name: &str| pb::DeleteDocumentRequest { request_id: ID.to_owned(), name: name.to_owned(), ..Default::default() };
        let (one, two) = (key("ada", "m", &request("documents/a")), key("ada", "m", &request("documents/b")));
        assert_eq!(one.id, two.id);
        assert_ne!(one.fingerprint, two.fingerprint);
    }
}
