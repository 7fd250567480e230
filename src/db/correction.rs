//! Statements by people, which rank above those of workbooks.

use diesel::prelude::*;

use super::AnyConnection;
use super::condition::{Condition, Filter, boxed};
use super::list::list;
use super::schema::corrections;

/// A correction of one field of one fact. 0 stands for "no round", "no member", "no branch", -1 for
/// "no stage"; `figure` is the key of a printed figure, or empty.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = corrections, treat_none_as_default_value = false)]
pub(crate) struct Correction {
    pub(crate) id: i64,
    pub(crate) target: String,
    pub(crate) campaign_id: i64,
    pub(crate) member_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) stage: i32,
    pub(crate) figure: String,
    pub(crate) field: String,
    pub(crate) value: Option<String>,
    pub(crate) former: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) created_at: String,
    pub(crate) withdrawn_at: Option<String>,
}

impl Correction {
    /// Those that stand about some members, earlier ones first.
    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = corrections::table
                .filter(corrections::member_id.eq_any(chunk))
                .filter(corrections::withdrawn_at.is_null());
            found
                .extend(query.order(corrections::id).select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }

    /// Those that stand about some branches themselves, earlier ones first.
    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = corrections::table
                .filter(corrections::branch_id.eq_any(chunk))
                .filter(corrections::member_id.eq(0))
                .filter(corrections::withdrawn_at.is_null());
            found
                .extend(query.order(corrections::id).select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }
}

/// Which corrections.
#[derive(Debug, Clone, Default)]
pub(crate) struct CorrectionFilter {
    pub(crate) withdrawn: Option<bool>,
}

impl Filter for CorrectionFilter {
    type Table = corrections::table;

    fn conditions(&self) -> Vec<Condition<corrections::table>> {
        let withdrawn = self.withdrawn.iter().map(|withdrawn| {
            if *withdrawn {
                boxed(corrections::withdrawn_at.is_not_null())
            } else {
                boxed(corrections::withdrawn_at.is_null())
            }
        });
        withdrawn.collect()
    }
}

list! {
    Correction of corrections where CorrectionFilter by
    /// The columns that corrections can be ordered by.
    CorrectionColumn {
        IdAsc IdDesc = always id: i64,
    }
}
