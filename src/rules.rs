//! Rules over the facts: results, what is printed against what is counted, and quotas.

mod quota;
mod reconcile;
pub(crate) mod results;

pub(crate) use quota::{QuotaCheck, quota_checks};
pub(crate) use reconcile::{Culprit, Discrepancy, Kind, Place, discrepancies};
