//! Pages of Relay connections: the one place that knows cursors and their limits.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use async_graphql::connection::{CursorType, OpaqueCursor, PageInfo};
use async_graphql::{Context, Object, OutputType, Result, TypeName};
use serde::{Deserialize, Serialize};

use super::Hub;
use super::budget::Budget;
use super::error::bad_argument;
use super::service::Origin;
use crate::db::{AnyConnection, Direction, List, Slice, SortValue, Where};

/// Rows of a page where none are asked for.
const ROWS_DEFAULT: i32 = 50;
/// The most rows of a page.
const ROWS_LIMIT: i32 = 1_000;
/// The most columns of an order.
pub(super) const ORDERS_LIMIT: usize = 8;
/// The version of the form of a cursor.
const VERSION: &str = "2";

/// Where a row stands in an order; bound to the order that made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The version of this form, and the columns of the order.
    #[serde(rename = "o")]
    order: String,
    /// What the row has in them.
    #[serde(rename = "p")]
    place: Vec<SortValue>,
}

/// A page of rows.
pub(super) struct Rows<T> {
    edges: Vec<Edge<T>>,
    has_previous: bool,
    has_next: bool,
    total_count: i64,
}

impl<T> Rows<T> {
    pub(super) fn nodes(&self) -> impl Iterator<Item = &T> + Clone {
        self.edges.iter().map(|edge| &edge.node)
    }
}

impl<T: OutputType> TypeName for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// A page of a list, as Relay has it: `{ totalCount nodes { … } pageInfo { endCursor hasNextPage } }`.
#[Object(name_type)]
impl<T: OutputType> Rows<T> {
    /// The rows of the page.
    #[graphql(name = "nodes")]
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn rows(&self, ctx: &Context<'_>) -> Result<Vec<&T>> {
        Budget::charge(ctx, self.edges.len())?;
        Ok(self.nodes().collect())
    }

    /// The rows of the page, each with its cursor.
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn edges(&self, ctx: &Context<'_>) -> Result<&[Edge<T>]> {
        Budget::charge(ctx, self.edges.len())?;
        Ok(&self.edges)
    }

    /// Where the page stands in the list: `{ endCursor hasNextPage }`.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(Edge::place),
            end_cursor: self.edges.last().map(Edge::place),
        }
    }

    /// How many rows fit in all, whatever the page; counted only when asked for.
    async fn total_count(&self) -> i64 {
        self.total_count
    }
}

/// A row of a page, and where it stands.
pub(super) struct Edge<T> {
    node: T,
    place: Vec<SortValue>,
    order: Arc<str>,
}

impl<T> Edge<T> {
    /// The cursor: written only when it is asked for.
    fn place(&self) -> String {
        let (order, place) = (self.order.to_string(), self.place.clone());
        OpaqueCursor(Position { order, place }).encode_cursor()
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// A row of a page, and its cursor.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// The row.
    async fn node(&self) -> &T {
        &self.node
    }

    /// Its cursor, for `after` and `before`.
    async fn cursor(&self) -> String {
        self.place()
    }
}

/// The arguments of a connection field.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
    pub(super) last: Option<i32>,
    pub(super) before: Option<String>,
}

impl Window {
    /// The first rows behind a cursor.
    pub(super) fn forwards(first: Option<i32>, after: Option<String>) -> Self {
        Self { first, after, ..Self::default() }
    }
}

/// The page that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Page {
    direction: Direction,
    rows: i32,
    after: Option<Vec<SortValue>>,
    before: Option<Vec<SortValue>>,
    counted: bool,
    order: Arc<str>,
}

impl Page {
    /// Checks the arguments of a connection field; `order` names the columns of its order.
    fn of(ctx: &Context<'_>, window: Window, order: &str) -> Result<Self> {
        let order = format!("{VERSION}:{}:{order}", ctx.item.node.name.node);
        let (direction, name, rows) = match (window.first, window.last) {
            (Some(_), Some(_)) => {
                return Err(bad_argument("give `first` or `last`, not both"));
            }
            (first, None) => (Direction::Forwards, "first", first.unwrap_or(ROWS_DEFAULT)),
            (None, Some(last)) => (Direction::Backwards, "last", last),
        };
        // One's own database takes any page.
        let (limit, expected) = match ctx.data::<Hub>()?.origin {
            Origin::Network => (ROWS_LIMIT, format!("0 to {ROWS_LIMIT}")),
            Origin::CommandLine => (i32::MAX - 1, "0 or more".to_owned()),
        };
        if !(0..=limit).contains(&rows) {
            return Err(bad_argument(format!("`{name}` is {rows}; expected {expected}")));
        }
        let place = |cursor: Option<String>, name: &str| {
            cursor.map(|cursor| place_of(&cursor, &order, name)).transpose()
        };
        Ok(Self {
            direction,
            rows,
            after: place(window.after, "after")?,
            before: place(window.before, "before")?,
            counted: ctx.look_ahead().field("totalCount").exists(),
            order: order.into(),
        })
    }

    /// Checks the arguments of a connection whose rows stand in an order of their own.
    pub(super) fn from_arguments(
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let asked = ctx.look_ahead();
        let shows_places =
            asked.field("pageInfo").exists() || asked.field("edges").field("cursor").exists();
        let window = Window::forwards(first, after);
        if window.after.is_none() && !shows_places {
            return Self::of(ctx, window, "");
        }
        // Places are those of one question: all that is asked but for the page.
        let mut asked = String::new();
        for (name, value) in ctx.field().arguments()? {
            if !matches!(name.as_str(), "first" | "after") {
                let _ = write!(asked, "{name}{value}");
            }
        }
        let hash = blake3::hash(asked.as_bytes()).to_hex();
        Self::of(ctx, window, &format!("{}:place", &hash[..12]))
    }

    /// Checks the arguments of a connection whose rows stand in the order of their ids.
    pub(super) fn by_id(ctx: &Context<'_>, window: Window) -> Result<Self> {
        Self::of(ctx, window, "")
    }

    /// The id of the row that the page begins behind, where rows stand in the order of ids.
    pub(super) fn after_id(&self) -> Option<i64> {
        match self.after.as_deref() {
            Some([SortValue::Integer(id)]) => Some(*id),
            _ => None,
        }
    }

    /// One row more than the page shows tells whether there is another page.
    pub(super) fn limit(&self) -> i64 {
        i64::from(self.rows) + 1
    }

    /// The connection of rows in the order of the list, with one more on the side that they were
    /// taken towards.
    fn rows<T: OutputType>(&self, mut rows: Vec<(Vec<SortValue>, T)>, total: i64) -> Rows<T> {
        let shown = usize::try_from(self.rows).unwrap_or(0);
        let has_more = rows.len() > shown;
        let (has_previous, has_next) = match self.direction {
            Direction::Forwards => (self.after.is_some(), has_more),
            Direction::Backwards => (has_more, self.before.is_some()),
        };
        match self.direction {
            Direction::Forwards => rows.truncate(shown),
            Direction::Backwards => drop(rows.drain(..rows.len().saturating_sub(shown))),
        }
        let edge = |(place, node)| Edge { node, place, order: Arc::clone(&self.order) };
        let edges = rows.into_iter().map(edge).collect();
        Rows { edges, has_previous, has_next, total_count: total }
    }

    /// A page of rows in the order of their ids, with one more than it shows if there is one.
    pub(super) fn of_rows<R: List, T: OutputType + From<R>>(
        &self,
        rows: Vec<R>,
        total: i64,
    ) -> Rows<T> {
        self.rows(rows.into_iter().map(|row| (row.place(&[]), T::from(row))).collect(), total)
    }

    /// A page of rows behind the place that was seen last, with one more than it shows if there is one.
    pub(super) fn of_places<T: OutputType>(&self, rows: Vec<T>, total: i64) -> Rows<T> {
        let places = self.after_id().unwrap_or(0).saturating_add(1)..;
        let rows = places.zip(rows).map(|(place, row)| (vec![SortValue::Integer(place)], row));
        self.rows(rows.collect(), total)
    }

    /// A page of rows that are all at hand.
    pub(super) fn of_all<T: OutputType>(
        &self,
        all: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
    ) -> Rows<T> {
        let all = all.into_iter();
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let after = self.after_id().unwrap_or(0);
        let numbered = (1..).zip(all).filter(|(place, _)| *place > after);
        let limit = usize::try_from(self.limit()).unwrap_or(0);
        let rows = numbered.map(|(place, node)| (vec![SortValue::Integer(place)], node));
        self.rows(rows.take(limit).collect(), total)
    }
}

/// Loads a page of a list, and the number of its rows if it was asked for: at most two statements.
pub(super) async fn list<R: List, T: OutputType + From<R>>(
    ctx: &Context<'_>,
    filter: Where<R::Filter>,
    order: Vec<R::Column>,
    window: Window,
) -> Result<Rows<T>> {
    if order.len() > ORDERS_LIMIT {
        let count = order.len();
        return Err(bad_argument(format!("`orderBy` has {count} orders; {ORDERS_LIMIT} at most")));
    }
    let names: Vec<String> = order.iter().map(|column| format!("{column:?}")).collect();
    let page = Page::of(ctx, window, &names.join(","))?;
    let slice = Slice {
        order,
        after: page.after.clone(),
        before: page.before.clone(),
        direction: page.direction,
        limit: page.limit(),
    };
    let counted = page.counted;
    let query = move |conn: &mut AnyConnection| {
        let rows = R::page(conn, &filter, &slice)?;
        let placed: Vec<(Vec<SortValue>, R)> =
            rows.into_iter().map(|row| (row.place(&slice.order), row)).collect();
        Ok((placed, if counted { R::count(conn, &filter)? } else { 0 }))
    };
    let (rows, total) = ctx.data::<Hub>()?.run(query).await?;
    Ok(page.rows(rows.into_iter().map(|(place, row)| (place, T::from(row))).collect(), total))
}

/// Types that wrap a row.
macro_rules! wraps {
    ($($name:ident of $row:ty;)*) => {$(
        impl From<$row> for $name {
            fn from(row: $row) -> Self {
                Self(row)
            }
        }
    )*};
}
pub(super) use wraps;

fn place_of(cursor: &str, order: &str, argument: &str) -> Result<Vec<SortValue>> {
    let wrong = || {
        bad_argument(format!(
            "`{argument}` is no cursor of this list in this order; take one of its `pageInfo`"
        ))
    };
    let OpaqueCursor(position) =
        OpaqueCursor::<Position>::decode_cursor(cursor).map_err(|_cause| wrong())?;
    let columns = if order.ends_with(':') { 1 } else { order.split(',').count() + 1 };
    let is_place = order.ends_with(":place") && position.place.len() == 1;
    if position.order == order && (is_place || position.place.len() == columns) {
        Ok(position.place)
    } else {
        Err(wrong())
    }
}
