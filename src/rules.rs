//! Rules over the facts: what is printed against what is counted, and quotas.

mod quota;
mod reconcile;

pub(crate) use quota::{QuotaCheck, quota_checks};
pub(crate) use reconcile::{Culprit, Discrepancy, Kind, Place, discrepancies};
