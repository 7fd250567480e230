//! Rows that were left out of a workbook and came mended in another one.

use diesel::prelude::*;

use super::AnyConnection;
use super::schema::mended_rows;

/// How many rows of a sheet of another workbook an import brings.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mended_rows)]
pub(crate) struct MendedRows {
    pub(crate) id: i64,
    pub(crate) import_id: i64,
    /// What the content of the other workbook comes to.
    pub(crate) content_hash: String,
    /// The sheet that the rows were left out of.
    pub(crate) sheet: String,
    pub(crate) came: i64,
}

impl MendedRows {
    /// As many as people have mended: few.
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        mended_rows::table.order(mended_rows::id).select(Self::as_select()).load(conn)
    }
}
