//! Live records that contradict one another with equal right.

use diesel::prelude::*;

use super::AnyConnection;
use super::schema::conflicts;

/// Two records that state different values for one field. 0 stands for "no round", "no member",
/// "no branch", -1 for "no stage".
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = conflicts)]
pub(crate) struct Conflict {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) member_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) stage: i32,
    pub(crate) field: String,
    /// The record whose value stands.
    pub(crate) record_id: i64,
    pub(crate) other_record_id: i64,
    pub(crate) value: String,
    pub(crate) other_value: String,
}

/// What a conflict is about: round, member, branch, stage, field, and the record that lost.
pub(crate) type ConflictKey = (i64, i64, i64, i32, String, i64);

impl Conflict {
    pub(crate) fn key(&self) -> ConflictKey {
        (
            self.campaign_id,
            self.member_id,
            self.branch_id,
            self.stage,
            self.field.clone(),
            self.other_record_id,
        )
    }

    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = conflicts::table.filter(conflicts::member_id.eq_any(chunk));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }

    /// The conflicts about branches themselves.
    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = conflicts::table
                .filter(conflicts::branch_id.eq_any(chunk))
                .filter(conflicts::member_id.eq(0));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }

    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        conflicts::table.order(conflicts::id).select(Self::as_select()).load(conn)
    }
}
