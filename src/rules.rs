//! Rules over the facts: results, what is printed against what is counted, and quotas.

mod discrepancy;
mod missing;
mod namesakes;
mod quota;
mod reconcile;
pub(crate) mod results;
mod warned;

pub(crate) use discrepancy::{Culprit, Discrepancy, Kind, Place};
pub(crate) use missing::{Gaps, Missing, gaps};
pub(crate) use namesakes::{Namesakes, namesakes};
pub(crate) use quota::{QuotaCheck, quota_checks};
pub(crate) use reconcile::{discrepancies, discrepancy};
