//! Workbooks that are encrypted with the password that Excel tries by itself, as a book whose structure
//! alone is protected is: Excel opens them without asking, and so does the reader.

use std::borrow::Cow;

use super::sniff::{COMPOUND, has_stream, password};
use crate::diagnostic::Diagnostic;

const PASSWORD: &str = "VelvetSweatshop";

/// The bytes of a workbook that anyone may open.
///
/// # Errors
/// A workbook that only its password opens.
pub(super) fn unlocked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Box<Diagnostic>> {
    if !bytes.starts_with(&COMPOUND) || !has_stream(bytes, "EncryptedPackage") {
        return Ok(Cow::Borrowed(bytes));
    }
    office_crypto::decrypt_from_bytes(bytes.to_vec(), PASSWORD)
        .ok()
        // Another password gives other bytes and no error.
        .filter(|package| package.starts_with(b"PK"))
        .map(Cow::Owned)
        .ok_or_else(|| password().into())
}
