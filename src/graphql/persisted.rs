//! Documents that are known by their hash: those that clients sent before (automatic persisted
//! queries), and those that alone are allowed.

use std::collections::HashMap;
use std::sync::Mutex;

use sha2::{Digest, Sha256};

/// The most bytes of documents that are kept because a client sent them.
const BYTES_LIMIT: usize = 4_000_000;

/// Why a request is not executed: a sentence, and a code for programs.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) code: &'static str,
}

/// The documents that are allowed, by hash; no others are executed.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    by_hash: HashMap<String, String>,
}

impl Allowed {
    /// Allows a document.
    pub(crate) fn add(&mut self, document: &str) {
        // Clients send what they printed; a file ends with a line break.
        for document in [document, document.trim_end()] {
            self.by_hash.insert(hash_of(document), document.to_owned());
        }
    }

    /// Allows the document of a manifest under the hash or name that it has there.
    pub(crate) fn add_as(&mut self, name: &str, document: &str) {
        self.add(document);
        self.by_hash.insert(name.to_lowercase(), document.to_owned());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }
}

/// The documents that are known by their hash.
#[derive(Debug, Default)]
pub(crate) struct Persisted {
    allowed: Option<Allowed>,
    sent: Mutex<Sent>,
}

#[derive(Debug, Default)]
struct Sent {
    by_hash: HashMap<String, String>,
    bytes: usize,
}

impl Persisted {
    /// Nothing but the allowed documents is executed.
    pub(crate) fn only(allowed: Allowed) -> Self {
        Self { allowed: Some(allowed), sent: Mutex::default() }
    }

    /// The document that a request means, by its text, its hash, or both.
    pub(super) fn document(
        &self,
        text: Option<String>,
        hash: Option<&str>,
    ) -> Result<String, Refusal> {
        let hash = hash.map(|hash| hash.trim_start_matches("sha256:").to_lowercase());
        if let Some(allowed) = &self.allowed {
            let wanted = text.as_deref().map(hash_of).or(hash);
            let known = wanted.and_then(|hash| allowed.by_hash.get(&hash).cloned());
            return known.ok_or_else(|| Refusal {
                message: "the query is none of those that are allowed here".to_owned(),
                code: "QUERY_NOT_ALLOWED",
            });
        }
        match (text, hash) {
            (Some(text), None) => Ok(text),
            (Some(text), Some(hash)) => self.keep(text, hash),
            (None, Some(hash)) => {
                let known = self.sent.lock().ok().and_then(|sent| sent.by_hash.get(&hash).cloned());
                known.ok_or_else(|| Refusal {
                    message: "PersistedQueryNotFound".to_owned(),
                    code: "PERSISTED_QUERY_NOT_FOUND",
                })
            }
            (None, None) => Ok(String::new()),
        }
    }

    /// Keeps a document for those who send its hash alone.
    fn keep(&self, text: String, hash: String) -> Result<String, Refusal> {
        if hash_of(&text) != hash {
            return Err(Refusal {
                message: "`sha256Hash` is not the SHA-256 of the query".to_owned(),
                code: "BAD_REQUEST",
            });
        }
        if let Ok(mut sent) = self.sent.lock()
            && !sent.by_hash.contains_key(&hash)
        {
            // Clients send again what is not known any more.
            if sent.bytes + text.len() > BYTES_LIMIT {
                *sent = Sent::default();
            }
            sent.bytes += text.len();
            sent.by_hash.insert(hash, text.clone());
        }
        Ok(text)
    }
}

/// The SHA-256 of a text in hexadecimal digits.
fn hash_of(text: &str) -> String {
    use std::fmt::Write;
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
