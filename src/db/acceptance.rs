//! Discrepancies that are as they are, as people accepted them.

use diesel::prelude::*;

use super::AnyConnection;
use super::schema::acceptances;

/// What a person accepted. 0 stands for "no round", "no branch", "no member".
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = acceptances, treat_none_as_default_value = false)]
pub(crate) struct Acceptance {
    pub(crate) id: i64,
    /// The discrepancy: what it is about, and its values.
    pub(crate) discrepancy_id: i64,
    pub(crate) kind: String,
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) member_id: i64,
    pub(crate) found: String,
    pub(crate) expected: String,
    pub(crate) note: String,
    pub(crate) author: Option<String>,
    pub(crate) created_at: String,
    pub(crate) withdrawn_at: Option<String>,
}

impl Acceptance {
    /// In the order in which they were entered.
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        acceptances::table.order(acceptances::id).select(Self::as_select()).load(conn)
    }

    /// Those that were not withdrawn.
    pub(crate) fn standing(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        acceptances::table
            .filter(acceptances::withdrawn_at.is_null())
            .order(acceptances::id)
            .select(Self::as_select())
            .load(conn)
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        acceptances::table.filter(acceptances::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }
}
