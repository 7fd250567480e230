//! The first rows of each of many groups, in one statement.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use super::AnyConnection;

/// A query whose columns `row_place` and `row_id` number the rows of each group from 1 on, cut down
/// to some rows of each.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct Windowed<Q> {
    pub(super) query: Q,
    /// The place of the last row that is left out at the beginning.
    pub(super) after: i64,
    pub(super) limit: i64,
}

impl<Q: Query> Query for Windowed<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<AnyConnection> for Windowed<Q> {}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Windowed<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (after, last) = (self.after, self.after.saturating_add(self.limit));
        pass.push_sql("SELECT * FROM (");
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(&format!(
            ") AS windowed WHERE row_place > {after} AND row_place <= {last} ORDER BY row_place, row_id"
        ));
        Ok(())
    }
}
