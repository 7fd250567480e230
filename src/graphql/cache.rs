//! Answers that hold until the data change: each is kept with the generation that it is of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The most bytes of answers that are kept.
const BYTES_LIMIT: usize = 64_000_000;
/// The bytes that an answer takes beside its text.
const ENTRY_BYTES: usize = 200;

/// Answers by the hash of their request.
#[derive(Default)]
pub(super) struct Answers(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    generation: i64,
    bytes: usize,
    by_request: HashMap<blake3::Hash, Arc<str>>,
}

impl Answers {
    /// The answer to a request, if one of this generation is kept.
    pub(super) fn of(&self, request: &blake3::Hash, generation: i64) -> Option<Arc<str>> {
        let kept = self.0.lock().ok()?;
        let known = kept.by_request.get(request);
        known.filter(|_| kept.generation == generation).cloned()
    }

    /// Keeps an answer; those of earlier generations are dropped.
    pub(super) fn keep(&self, request: blake3::Hash, generation: i64, json: &str) {
        let Ok(mut kept) = self.0.lock() else { return };
        if kept.generation > generation || json.len() > BYTES_LIMIT / 8 {
            return;
        }
        let bytes = json.len() + ENTRY_BYTES;
        if kept.generation < generation || kept.bytes + bytes > BYTES_LIMIT {
            *kept = Kept { generation, ..Kept::default() };
        }
        kept.bytes += bytes;
        if let Some(replaced) = kept.by_request.insert(request, json.into()) {
            kept.bytes -= replaced.len() + ENTRY_BYTES;
        }
    }
}
