//! Lists of rows: filtered, ordered, and taken page by page behind the last row that was seen.

use diesel::QueryResult;
use diesel::expression::BoxableExpression;
use diesel::expression::expression_types::NotSelectable;
use serde::{Deserialize, Serialize};

use super::AnyConnection;
use super::condition::{Backend, Condition, Filter, Where, all, any};

/// What a row has in a column that it is ordered by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SortValue {
    None,
    Integer(i64),
    Number(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<i64> for SortValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for SortValue {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for SortValue {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<String> for SortValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for SortValue {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl<V: Into<Self>> From<Option<V>> for SortValue {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

/// Reads a value back; none if it is not of the type of the column.
pub(crate) trait FromSortValue: Sized {
    fn of(value: &SortValue) -> Option<Self>;
}

impl FromSortValue for i64 {
    fn of(value: &SortValue) -> Option<Self> {
        if let SortValue::Integer(number) = value { Some(*number) } else { None }
    }
}

impl FromSortValue for i32 {
    fn of(value: &SortValue) -> Option<Self> {
        i64::of(value).and_then(|number| Self::try_from(number).ok())
    }
}

impl FromSortValue for f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::as_conversions,
        reason = "a fraction without decimals comes back from JSON as a whole number"
    )]
    fn of(value: &SortValue) -> Option<Self> {
        match value {
            SortValue::Number(number) => Some(*number),
            SortValue::Integer(number) => Some(*number as Self),
            _ => None,
        }
    }
}

impl FromSortValue for String {
    fn of(value: &SortValue) -> Option<Self> {
        if let SortValue::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl FromSortValue for Vec<u8> {
    fn of(value: &SortValue) -> Option<Self> {
        if let SortValue::Bytes(bytes) = value { Some(bytes.clone()) } else { None }
    }
}

/// The direction in which a page is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forwards,
    Backwards,
}

/// Which part of a list.
#[derive(Debug, Clone)]
pub(crate) struct Slice<O> {
    /// The columns, each with its direction; the id comes last, so that no two rows are alike.
    pub(crate) order: Vec<O>,
    /// What the row has that the slice begins behind: a value for each column, and the id.
    pub(crate) after: Option<Vec<SortValue>>,
    /// What the row has that the slice ends before.
    pub(crate) before: Option<Vec<SortValue>>,
    pub(crate) direction: Direction,
    pub(crate) limit: i64,
}

impl<O> Slice<O> {
    /// The first rows, by id.
    pub(crate) fn first(limit: i64) -> Self {
        let (order, direction) = (Vec::new(), Direction::Forwards);
        Self { order, after: None, before: None, direction, limit }
    }

    /// Every row, by id.
    pub(crate) fn everything() -> Self {
        Self::first(i64::MAX)
    }
}

/// A clause of `ORDER BY`.
pub(crate) type Sorting<T> = Box<dyn BoxableExpression<T, Backend, SqlType = NotSelectable>>;

/// A column that rows are ordered by; rows without a value stand at the end, in both directions.
pub(crate) trait Column: Copy + 'static {
    /// The rows.
    type Row;
    /// Their table.
    type Table: 'static;

    /// The column that tells rows apart.
    const ID: Self;

    fn value(self, row: &Self::Row) -> SortValue;

    /// The clauses of the order; `backwards` turns all of it round.
    fn sorting(self, backwards: bool) -> Vec<Sorting<Self::Table>>;

    /// Rows that have the same value; none if the value is not of the type of the column.
    fn same(self, value: &SortValue) -> Option<Condition<Self::Table>>;

    /// Rows that stand behind a value in the order, or before it.
    fn beyond(self, value: &SortValue, backwards: bool) -> Option<Condition<Self::Table>>;
}

/// Rows behind a place in an order of several columns, or before it; none for a place that is not
/// one of this order.
pub(crate) fn beyond<C: Column>(
    order: &[C],
    place: &[SortValue],
    backwards: bool,
) -> Option<Condition<C::Table>> {
    let columns: Vec<C> = order.iter().copied().chain([C::ID]).collect();
    if columns.len() != place.len() {
        return None;
    }
    let mut cases = Vec::with_capacity(columns.len());
    for (length, (column, value)) in columns.iter().zip(place).enumerate() {
        let mut case = Vec::with_capacity(length + 1);
        for (column, value) in columns.iter().zip(place).take(length) {
            case.push(column.same(value)?);
        }
        case.push(column.beyond(value, backwards)?);
        cases.push(all(case));
    }
    Some(any(cases))
}

/// The clauses of an order of several columns.
pub(crate) fn sorting<C: Column>(order: &[C], direction: Direction) -> Vec<Sorting<C::Table>> {
    let backwards = direction == Direction::Backwards;
    order.iter().chain([&C::ID]).flat_map(|column| column.sorting(backwards)).collect()
}

/// Rows that are shown as a list.
pub(crate) trait List: Sized + Send + 'static {
    /// Which rows.
    type Filter: Filter + Clone + Default + Send + std::fmt::Debug + 'static;
    /// What they are ordered by.
    type Column: Column<Row = Self> + PartialEq + Send + std::fmt::Debug;

    /// The rows of a slice, in the order of the list whatever the direction.
    fn page(
        conn: &mut AnyConnection,
        filter: &Where<Self::Filter>,
        slice: &Slice<Self::Column>,
    ) -> QueryResult<Vec<Self>>;

    /// How many rows fit.
    fn count(conn: &mut AnyConnection, filter: &Where<Self::Filter>) -> QueryResult<i64>;

    /// What the row has in the columns of an order, and its id.
    fn place(&self, order: &[Self::Column]) -> Vec<SortValue> {
        order.iter().chain([&Self::Column::ID]).map(|column| column.value(self)).collect()
    }
}

/// A list of the rows of a table, and the columns that it can be ordered by.
macro_rules! list {
    ($row:ident of $table:ident where $filter:ident by $(#[$doc:meta])* $columns:ident {
        $($ascending:ident $descending:ident = $kind:ident $column:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $columns {
            $($ascending, $descending,)*
        }

        impl $crate::db::list::Column for $columns {
            type Row = $row;
            type Table = $table::table;

            const ID: Self = Self::IdAsc;

            fn value(self, row: &$row) -> $crate::db::list::SortValue {
                match self {
                    $(Self::$ascending | Self::$descending => row.$column.clone().into(),)*
                }
            }

            fn sorting(self, backwards: bool) -> Vec<$crate::db::list::Sorting<$table::table>> {
                match self {
                    $(
                        Self::$ascending => $crate::db::list::sorted!($kind $table::$column, backwards, backwards),
                        Self::$descending => $crate::db::list::sorted!($kind $table::$column, !backwards, backwards),
                    )*
                }
            }

            fn same(
                self,
                value: &$crate::db::list::SortValue,
            ) -> Option<$crate::db::condition::Condition<$table::table>> {
                match self {
                    $(Self::$ascending | Self::$descending => {
                        $crate::db::list::same!($kind $table::$column, $type, value)
                    })*
                }
            }

            fn beyond(
                self,
                value: &$crate::db::list::SortValue,
                backwards: bool,
            ) -> Option<$crate::db::condition::Condition<$table::table>> {
                match self {
                    $(
                        Self::$ascending => $crate::db::list::past!($kind $table::$column, $type, value, backwards, backwards),
                        Self::$descending => $crate::db::list::past!($kind $table::$column, $type, value, !backwards, backwards),
                    )*
                }
            }
        }

        impl $row {
            pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
                let mut found = Vec::new();
                for chunk in ids.chunks(10_000) {
                    let query = $table::table.filter($table::id.eq_any(chunk));
                    found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
                }
                Ok(found)
            }
        }

        impl $crate::db::list::List for $row {
            type Filter = $filter;
            type Column = $columns;

            fn page(
                conn: &mut AnyConnection,
                filter: &$crate::db::condition::Where<$filter>,
                slice: &$crate::db::list::Slice<$columns>,
            ) -> QueryResult<Vec<Self>> {
                use $crate::db::list::{Direction, beyond, sorting};
                let mut query =
                    $table::table.select(Self::as_select()).limit(slice.limit).into_boxed();
                // Before all conditions: rows that do not fulfil them take time as well.
                if let AnyConnection::Sqlite(_) = conn {
                    query = query.filter($crate::db::deadline::evalhub_in_time($table::id));
                }
                query = query.filter(filter.rows());
                for (place, backwards) in [(&slice.after, false), (&slice.before, true)] {
                    if let Some(place) = place {
                        let condition = beyond(&slice.order, place, backwards);
                        query = query.filter(condition.unwrap_or_else($crate::db::condition::never));
                    }
                }
                for clause in sorting(&slice.order, slice.direction) {
                    query = query.then_order_by(clause);
                }
                let mut rows = query.load(conn)?;
                if slice.direction == Direction::Backwards {
                    rows.reverse();
                }
                Ok(rows)
            }

            fn count(
                conn: &mut AnyConnection,
                filter: &$crate::db::condition::Where<$filter>,
            ) -> QueryResult<i64> {
                let mut query = $table::table.count().into_boxed();
                if let AnyConnection::Sqlite(_) = conn {
                    query = query.filter($crate::db::deadline::evalhub_in_time($table::id));
                }
                query.filter(filter.rows()).get_result(conn)
            }
        }
    };
}
pub(super) use list;

/// A clause of an order, whatever it is made of.
pub(super) fn ordered<T, E>(clause: E) -> Sorting<T>
where
    E: BoxableExpression<T, Backend, SqlType = NotSelectable> + 'static,
{
    Box::new(clause)
}

/// The clauses of the order by one column.
macro_rules! sorted {
    (always $column:expr, $descending:expr, $backwards:expr) => {
        if $descending { vec![$crate::db::list::ordered($column.desc())] } else { vec![$crate::db::list::ordered($column.asc())] }
    };
    (maybe $column:expr, $descending:expr, $backwards:expr) => {{
        let absent: $crate::db::list::Sorting<_> = if $backwards {
            Box::new($column.is_null().desc())
        } else {
            Box::new($column.is_null().asc())
        };
        let mut clauses = vec![absent];
        clauses.extend($crate::db::list::sorted!(always $column, $descending, $backwards));
        clauses
    }};
}
pub(super) use sorted;

/// Rows that have a value in a column.
macro_rules! same {
    (always $column:expr, $type:ty, $value:expr) => {{
        let value = <$type as $crate::db::list::FromSortValue>::of($value)?;
        Some(Box::new($column.eq(value)))
    }};
    (maybe $column:expr, $type:ty, $value:expr) => {
        if *$value == $crate::db::list::SortValue::None {
            Some(Box::new($column.is_null()))
        } else {
            $crate::db::list::same!(always $column.assume_not_null(), $type, $value)
        }
    };
}
pub(super) use same;

/// Rows beyond a value in a column.
macro_rules! past {
    (always $column:expr, $type:ty, $value:expr, $descending:expr, $backwards:expr) => {{
        let value = <$type as $crate::db::list::FromSortValue>::of($value)?;
        if $descending {
            Some(Box::new($column.lt(value)))
        } else {
            Some(Box::new($column.gt(value)))
        }
    }};
    (maybe $column:expr, $type:ty, $value:expr, $descending:expr, $backwards:expr) => {{
        if *$value == $crate::db::list::SortValue::None {
            // Behind those without a value stands nothing, before them all that have one.
            return Some(if $backwards {
                Box::new($column.is_not_null())
            } else {
                $crate::db::condition::never()
            });
        }
        let value = <$type as $crate::db::list::FromSortValue>::of($value)?;
        let known = $column.is_not_null();
        let column = $column.assume_not_null();
        let among: $crate::db::condition::Condition<_> = if $descending {
            Box::new(known.and(column.lt(value)))
        } else {
            Box::new(known.and(column.gt(value)))
        };
        Some(if $backwards { among } else { Box::new($column.is_null().or(among)) })
    }};
}
pub(super) use past;
