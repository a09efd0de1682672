//! A service that tells of what is hidden by how it refuses.

use std::sync::Arc;

use async_trait::async_trait;
use prost::Message;
use tonic::Status;

use crate::domain::{DocumentName, RecordKey, ResourceName};
use crate::grpc::pb;
use crate::selftest::cast::{Asker, WRITER};
use crate::selftest::house::Service;
use crate::selftest::wire::Answer;
use crate::storage::ledger::Ledger;

/// Looks whether a document is there before it looks who asks.
pub(super) struct TellsExistence {
    pub(super) service: Arc<dyn Service>,
    pub(super) ledger: Arc<dyn Ledger>,
}

impl TellsExistence {
    async fn has(&self, message: Option<&Vec<u8>>) -> bool {
        let request = message.and_then(|message| pb::UpdateDocumentRequest::decode(message.as_slice()).ok());
        let name = request.and_then(|request| request.document).and_then(|document| DocumentName::parse(&document.name).ok());
        let Some(name) = name else { return false };
        matches!(self.ledger.get(&RecordKey::Document(name)).await, Ok(Some(_)))
    }
}

#[async_trait]
impl Service for TellsExistence {
    async fn call(&self, asker: &Asker, path: &'static str, messages: Vec<Vec<u8>>) -> Answer {
        let creating = path == "/rookery.v1.ContentService/UpdateDocument" && *asker != WRITER;
        if creating && self.has(messages.first()).await {
            return Answer::refused(&Status::already_exists("the document exists already"));
        }
        self.service.call(asker, path, messages).await
    }
}
