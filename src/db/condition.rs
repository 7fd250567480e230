//! Conditions on rows: what is compared with what, and how conditions are put together.
//!
//! Every condition holds or does not: a comparison with a value that is not there does not hold, so
//! that `not` gives exactly the rows that are left.

use diesel::expression::{BoxableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{Bool, Integer, Text};

use super::AnyConnection;

/// What both back ends are to diesel.
pub(crate) type Backend = <AnyConnection as Connection>::Backend;

/// A condition on the rows of a table.
pub(crate) type Condition<T> = Box<dyn BoxableExpression<T, Backend, SqlType = Bool>>;

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text without a part of it.
    fn replace(text: Text, part: Text, by: Text) -> Text;
    /// The first characters of a text.
    fn substr(text: Text, from: Integer, length: Integer) -> Text;
}

/// The condition that a column has one of the values of a query. As `eq_any`, but for conditions
/// inside the query that are made for both back ends at once.
#[derive(Debug, Clone, Copy, diesel::query_builder::QueryId)]
pub(super) struct Among<C, Q> {
    column: C,
    query: Q,
}

/// Whether a column has one of the values of a query.
pub(super) fn among<C, Q>(column: C, query: Q) -> Among<C, Q> {
    Among { column, query }
}

impl<C: Expression, Q> Expression for Among<C, Q> {
    type SqlType = Bool;
}

impl<T, C: AppearsOnTable<T>, Q> AppearsOnTable<T> for Among<C, Q> {}

impl<T, C: SelectableExpression<T>, Q> SelectableExpression<T> for Among<C, Q> {}

impl<C, Q> ValidGrouping<()> for Among<C, Q> {
    type IsAggregate = is_aggregate::No;
}

impl<DB: diesel::backend::Backend, C: QueryFragment<DB>, Q: QueryFragment<DB>> QueryFragment<DB>
    for Among<C, Q>
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(")");
        Ok(())
    }
}

/// A condition on a table that takes part in a join; columns are named with their table.
pub(super) struct Joined<T>(Condition<T>);

/// The condition, for a join that the table takes part in.
pub(super) fn joined<T>(condition: Condition<T>) -> Joined<T> {
    Joined(condition)
}

impl<T> Expression for Joined<T> {
    type SqlType = Bool;
}

impl<T, J> AppearsOnTable<J> for Joined<T> {}

impl<T, J> SelectableExpression<J> for Joined<T> {}

impl<T, G> ValidGrouping<G> for Joined<T> {
    type IsAggregate = is_aggregate::No;
}

impl<T> diesel::query_builder::QueryId for Joined<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> QueryFragment<Backend> for Joined<T> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

/// A condition, whatever it is made of.
pub(super) fn boxed<T, E>(condition: E) -> Condition<T>
where
    E: BoxableExpression<T, Backend, SqlType = Bool> + 'static,
{
    Box::new(condition)
}

/// A filter on the rows of one table; all of its conditions must hold.
pub(crate) trait Filter {
    /// The table.
    type Table;

    fn conditions(&self) -> Vec<Condition<Self::Table>>;

    /// What holds of every row that is shown, whatever is asked for.
    fn shown() -> Option<Condition<Self::Table>> {
        None
    }
}

/// Filters, put together.
#[derive(Debug, Clone)]
pub(crate) enum Where<F> {
    Is(F),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl<F: Default> Default for Where<F> {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// Whether all tests hold where nothing is stated.
pub(super) fn hold_of_nothing<V>(tests: &[Test<V>]) -> bool {
    tests.iter().all(Test::holds_of_nothing)
}

impl<F> Where<F> {
    /// Whether a row that is not there would fit, from whether it fits the filters.
    pub(super) fn holds_of_nothing(&self, fits: &dyn Fn(&F) -> bool) -> bool {
        match self {
            Self::Is(filter) => fits(filter),
            Self::All(parts) => parts.iter().all(|part| part.holds_of_nothing(fits)),
            Self::Any(parts) => parts.iter().any(|part| part.holds_of_nothing(fits)),
            Self::Not(part) => !part.holds_of_nothing(fits),
        }
    }
}

impl<F: Filter> Where<F> {
    /// What must hold of a row to be shown.
    pub(crate) fn rows(&self) -> Condition<F::Table>
    where
        F::Table: 'static,
    {
        all(F::shown().into_iter().chain([self.condition()]).collect())
    }

    fn condition(&self) -> Condition<F::Table>
    where
        F::Table: 'static,
    {
        match self {
            Self::Is(filter) => all(filter.conditions()),
            Self::All(parts) => all(parts.iter().map(Self::condition).collect()),
            Self::Any(parts) => any(parts.iter().map(Self::condition).collect()),
            Self::Not(part) => Box::new(diesel::dsl::not(part.condition())),
        }
    }
}

/// All of the conditions; halved, not chained, for SQLite limits the depth of an expression.
pub(crate) fn all<T: 'static>(mut conditions: Vec<Condition<T>>) -> Condition<T> {
    match conditions.len() {
        0 => Box::new(true.into_sql::<Bool>()),
        1 => conditions.remove(0),
        length => {
            let right = conditions.split_off(length / 2);
            Box::new(all(conditions).and(all(right)))
        }
    }
}

/// One of the conditions at least.
pub(crate) fn any<T: 'static>(mut conditions: Vec<Condition<T>>) -> Condition<T> {
    match conditions.len() {
        0 => Box::new(false.into_sql::<Bool>()),
        1 => conditions.remove(0),
        length => {
            let right = conditions.split_off(length / 2);
            Box::new(any(conditions).or(any(right)))
        }
    }
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test<V> {
    Eq(V),
    In(Vec<V>),
    Lt(V),
    Lte(V),
    Gt(V),
    Gte(V),
    Contains(V),
    StartsWith(V),
    IsNull,
    /// One of the tests holds at least.
    Either(Vec<Self>),
    /// The test does not hold.
    Not(Box<Self>),
}

impl<V> Test<V> {
    /// Whether a value fulfils the test.
    pub(crate) fn holds(&self, value: &V) -> bool
    where
        V: PartialOrd,
    {
        match self {
            Self::Eq(other) => value == other,
            Self::In(others) => others.contains(value),
            Self::Lt(other) => value < other,
            Self::Lte(other) => value <= other,
            Self::Gt(other) => value > other,
            Self::Gte(other) => value >= other,
            Self::Contains(_) | Self::StartsWith(_) | Self::IsNull => false,
            Self::Either(tests) => tests.iter().any(|test| test.holds(value)),
            Self::Not(test) => !test.holds(value),
        }
    }

    /// Whether the test holds where nothing is stated.
    fn holds_of_nothing(&self) -> bool {
        match self {
            Self::IsNull => true,
            Self::Either(tests) => tests.iter().any(Self::holds_of_nothing),
            Self::Not(test) => !test.holds_of_nothing(),
            _ => false,
        }
    }

    /// The condition of a test, from those of its parts.
    pub(super) fn condition<T: 'static>(
        &self,
        part: &dyn Fn(&Self) -> Condition<T>,
    ) -> Condition<T> {
        match self {
            Self::Either(tests) => any(tests.iter().map(|test| test.condition(part)).collect()),
            Self::Not(test) => Box::new(diesel::dsl::not(test.condition(part))),
            simple => part(simple),
        }
    }
}

/// A condition that never holds: of a column that has a value in every row, or no text in any.
pub(super) fn never<T: 'static>() -> Condition<T> {
    Box::new(false.into_sql::<Bool>())
}

/// The length of a text in characters, as SQL counts it.
pub(super) fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

/// The conditions of tests on a column: a `value` or a `text`, which may be `nullable`.
macro_rules! tested {
    (nullable $kind:tt $column:expr, $tests:expr) => {
        $tests.iter().map(|test| {
            test.condition(&|part| match part {
                Test::IsNull => Box::new($column.is_null()),
                part => Box::new(
                    $column
                        .is_not_null()
                        .and($crate::db::condition::tested!(@$kind $column.assume_not_null(), part)),
                ),
            })
        })
    };
    ($kind:tt $column:expr, $tests:expr) => {
        $tests.iter().map(|test| {
            test.condition(&|part| $crate::db::condition::tested!(@$kind $column, part))
        })
    };
    (@value $column:expr, $part:expr) => {
        match $part {
            Test::Eq(value) => $crate::db::condition::boxed($column.eq(value.clone())),
            Test::In(values) => Box::new($column.eq_any(values.clone())),
            Test::Lt(value) => Box::new($column.lt(value.clone())),
            Test::Lte(value) => Box::new($column.le(value.clone())),
            Test::Gt(value) => Box::new($column.gt(value.clone())),
            Test::Gte(value) => Box::new($column.ge(value.clone())),
            _ => $crate::db::condition::never(),
        }
    };
    (@text $column:expr, $part:expr) => {
        match $part {
            Test::Contains(value) => {
                let (text, part) = $crate::db::condition::folded!($column, value);
                // Marks alone are in no text.
                if part.is_empty() {
                    $crate::db::condition::never()
                } else {
                    $crate::db::condition::boxed($crate::db::folded::strpos(text, part).gt(0))
                }
            }
            Test::StartsWith(value) => {
                let (text, start) = $crate::db::condition::folded!($column, value);
                let length = $crate::db::condition::length(&start);
                Box::new($crate::db::condition::substr(text, 1, length).eq(start))
            }
            part => $crate::db::condition::tested!(@value $column, part),
        }
    };
}
pub(super) use tested;

/// A column and what is looked for in it, both without regard to letter case and marks.
macro_rules! folded {
    ($column:expr, $value:expr) => {
        ($crate::db::folded::evalhub_folded($column), evalhub_import::folded($value))
    };
}
pub(super) use folded;

/// All tests of a value must hold.
pub(crate) type Tests<V> = Vec<Test<V>>;
