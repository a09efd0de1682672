//! A service that remembers pages, a mistake on purpose, to show that the race finds it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::selftest::cast::Asker;
use crate::selftest::house::Service;
use crate::selftest::wire::Answer;

/// How often an answer is given again before it is made anew.
const REPEATS: u32 = 3;

type Key = (&'static str, &'static str, Vec<u8>);

/// Answers the same questions of the same asker from memory for a while.
pub(super) struct KeepsAnswers {
    pub(super) service: Arc<dyn Service>,
    pub(super) kept: Mutex<HashMap<Key, (u32, Answer)>>,
}

impl KeepsAnswers {
    fn recall(&self, key: &Key) -> Option<Answer> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, answer) = kept.get_mut(key)?;
        *left = left.checked_sub(1)?;
        Some(answer.clone())
    }
}

#[async_trait]
impl Service for KeepsAnswers {
    async fn call(&self, asker: &Asker, path: &'static str, messages: Vec<Vec<u8>>) -> Answer {
        let asks_for_page = path.ends_with("/FindDocuments");
        let key = (asker.person, path, messages.concat());
        if asks_for_page && let Some(answer) = self.recall(&key) {
            return answer;
        }
        let answer = self.service.call(asker, path, messages).await;
        if asks_for_page {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (REPEATS, answer.clone()));
        }
        answer
    }
}
