//! Pages of Relay connections: the one place that knows cursors and their limits.

use async_graphql::connection::{Connection, CursorType, Edge, EmptyFields, OpaqueCursor};
use async_graphql::{Context, OutputType, Result, SimpleObject};
use serde::{Deserialize, Serialize};

use super::Hub;
use super::error::bad_argument;
use crate::db::{AnyConnection, PageOfIds, QueryResult};

/// Rows of a page where none are asked for.
const ROWS_DEFAULT: i32 = 50;
/// The most rows of a page.
const ROWS_LIMIT: i32 = 1_000;

/// Where a row stands in an order; bound to the order that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The order, and the version of this form.
    #[serde(rename = "o")]
    order: String,
    #[serde(rename = "k", default, skip_serializing_if = "String::is_empty")]
    key: String,
    #[serde(rename = "i")]
    id: i64,
}

/// The number of all rows that fit, whatever the page.
#[derive(Debug, SimpleObject)]
pub(super) struct Total {
    /// How many rows fit in all; counted only when asked for.
    total_count: i64,
}

/// A connection: a page of rows.
pub(super) type Rows<T> = Connection<OpaqueCursor<Position>, T, Total, EmptyFields>;

/// The page that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Page {
    first: i32,
    after: Option<Position>,
    counted: bool,
}

impl Page {
    /// Checks the arguments of a connection field.
    pub(super) fn from_arguments(
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        order: &str,
    ) -> Result<Self> {
        let first = first.unwrap_or(ROWS_DEFAULT);
        if !(0..=ROWS_LIMIT).contains(&first) {
            return Err(bad_argument(format!("`first` is {first}; expected 0 to {ROWS_LIMIT}")));
        }
        let after = after.map(|cursor| position(&cursor, order)).transpose()?;
        let counted = ctx.look_ahead().field("totalCount").exists();
        Ok(Self { first, after, counted })
    }

    /// One row more than the page shows tells whether there is another page.
    fn limit(&self) -> i64 {
        i64::from(self.first) + 1
    }

    /// The page of a query that is ordered by id.
    pub(super) fn ids(&self) -> PageOfIds {
        PageOfIds { after: self.after.as_ref().map(|position| position.id), limit: self.limit() }
    }

    /// The last row of the page before, by name, and the limit.
    pub(super) fn names(&self) -> (Option<(String, i64)>, i64) {
        (self.after.as_ref().map(|position| (position.key.clone(), position.id)), self.limit())
    }

    fn rows<T: OutputType>(&self, mut rows: Vec<(Position, T)>, total_count: i64) -> Rows<T> {
        let shown = usize::try_from(self.first).unwrap_or(0);
        let has_next = rows.len() > shown;
        rows.truncate(shown);
        let total = Total { total_count };
        let mut connection =
            Connection::with_additional_fields(self.after.is_some(), has_next, total);
        connection.edges.extend(
            rows.into_iter().map(|(position, node)| Edge::new(OpaqueCursor(position), node)),
        );
        connection
    }

    /// Loads a page of rows that are ordered by id, and their number if it was asked for.
    pub(super) async fn load<R, T>(
        self,
        ctx: &Context<'_>,
        rows: impl FnOnce(&mut AnyConnection, PageOfIds) -> QueryResult<Vec<R>> + Send + 'static,
        count: impl FnOnce(&mut AnyConnection) -> QueryResult<i64> + Send + 'static,
    ) -> Result<Rows<T>>
    where
        R: Send + 'static,
        T: OutputType + From<R> + HasPosition,
    {
        let (page, counted) = (self.ids(), self.counted);
        let query = move |conn: &mut AnyConnection| {
            let rows = rows(conn, page)?;
            Ok((rows, if counted { count(conn)? } else { 0 }))
        };
        let (rows, total) = ctx.data::<Hub>()?.run(query).await?;
        let rows = rows.into_iter().map(T::from).map(|node| (node.position(), node)).collect();
        Ok(self.rows(rows, total))
    }

    /// As `load`, for rows that are ordered by name.
    pub(super) async fn load_by_name<R, T>(
        self,
        ctx: &Context<'_>,
        rows: impl FnOnce(&mut AnyConnection, Option<(String, i64)>, i64) -> QueryResult<Vec<R>>
        + Send
        + 'static,
        count: impl FnOnce(&mut AnyConnection) -> QueryResult<i64> + Send + 'static,
    ) -> Result<Rows<T>>
    where
        R: Send + 'static,
        T: OutputType + From<R> + HasPosition,
    {
        let ((after, limit), counted) = (self.names(), self.counted);
        let query = move |conn: &mut AnyConnection| {
            let rows = rows(conn, after, limit)?;
            Ok((rows, if counted { count(conn)? } else { 0 }))
        };
        let (rows, total) = ctx.data::<Hub>()?.run(query).await?;
        let rows = rows.into_iter().map(T::from).map(|node| (node.position(), node)).collect();
        Ok(self.rows(rows, total))
    }

    /// A page of rows that are all at hand.
    pub(super) fn of_all<T: OutputType>(&self, all: Vec<T>) -> Rows<T> {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let after = self.after.as_ref().map_or(0, |position| position.id);
        let numbered = (1..).zip(all).filter(|(place, _)| *place > after);
        let limit = usize::try_from(self.limit()).unwrap_or(0);
        let rows =
            numbered.map(|(place, node)| (Position::of_id(place), node)).take(limit).collect();
        self.rows(rows, total)
    }
}

/// A node that knows where it stands in the order of its connection.
pub(super) trait HasPosition {
    fn position(&self) -> Position;
}

/// Types that wrap a row and stand in lists in the order of its id.
macro_rules! rows_by_id {
    ($($name:ident of $row:ty;)*) => {$(
        impl From<$row> for $name {
            fn from(row: $row) -> Self {
                Self(row)
            }
        }

        impl $crate::graphql::page::HasPosition for $name {
            fn position(&self) -> $crate::graphql::page::Position {
                $crate::graphql::page::Position::of_id(self.0.id)
            }
        }
    )*};
}
pub(super) use rows_by_id;

impl Position {
    pub(super) fn of_id(id: i64) -> Self {
        Self { order: BY_ID.to_owned(), key: String::new(), id }
    }

    pub(super) fn of_name(key: &str, id: i64) -> Self {
        Self { order: BY_NAME.to_owned(), key: key.to_owned(), id }
    }
}

/// The order of lists: as the rows came in.
pub(super) const BY_ID: &str = "1:id";
/// The order of names.
pub(super) const BY_NAME: &str = "1:name";

fn position(cursor: &str, order: &str) -> Result<Position> {
    let wrong =
        || bad_argument("`after` is no cursor of this list; take `endCursor` of the page before");
    let OpaqueCursor(position) =
        OpaqueCursor::<Position>::decode_cursor(cursor).map_err(|_cause| wrong())?;
    if position.order == order { Ok(position) } else { Err(wrong()) }
}
