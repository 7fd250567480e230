//! Rounds.

use diesel::prelude::*;

use super::AnyConnection;
use super::condition::{Condition, Filter, Test, Tests, Where, tested};
use super::list::list;
use super::schema::{campaigns, placements};

/// A round of evaluations.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = campaigns, treat_none_as_default_value = false)]
pub(crate) struct Campaign {
    pub(crate) id: i64,
    pub(crate) code: String,
    pub(crate) year: i32,
    pub(crate) quarter: Option<i32>,
}

/// Which rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct CampaignFilter {
    pub(crate) code: Tests<String>,
    pub(crate) year: Tests<i32>,
    pub(crate) quarter: Tests<i32>,
}

impl CampaignFilter {
    /// The round of a code.
    pub(crate) fn of_code(code: String) -> Where<Self> {
        Where::Is(Self { code: vec![Test::Eq(code)], ..Self::default() })
    }

    /// What a filter asks for, if that can be said simply.
    pub(super) fn named(filter: &Where<Self>) -> Named<'_> {
        match filter {
            Where::All(parts) if parts.is_empty() => Named::All,
            Where::Is(Self { code, year, quarter }) if year.is_empty() && quarter.is_empty() => {
                match code.as_slice() {
                    [] => Named::All,
                    [Test::Eq(code)] => Named::One(code),
                    _ => Named::Others,
                }
            }
            _ => Named::Others,
        }
    }
}

/// The rounds that a filter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<'a> {
    All,
    /// That of a code.
    One(&'a str),
    /// Those that fulfil its conditions.
    Others,
}

impl Filter for CampaignFilter {
    type Table = campaigns::table;

    fn conditions(&self) -> Vec<Condition<campaigns::table>> {
        tested!(text campaigns::code, self.code)
            .chain(tested!(value campaigns::year, self.year))
            .chain(tested!(nullable value campaigns::quarter, self.quarter))
            .collect()
    }

    /// Rounds in which something stands.
    fn shown() -> Option<Condition<campaigns::table>> {
        let placed = placements::table.filter(placements::campaign_id.eq(campaigns::id));
        Some(Box::new(diesel::dsl::exists(placed)))
    }
}

list! {
    Campaign of campaigns where CampaignFilter by
    /// The columns that rounds can be ordered by.
    CampaignColumn {
        IdAsc IdDesc = always id: i64,
        CodeAsc CodeDesc = always code: String,
        YearAsc YearDesc = always year: i32,
    }
}

impl Campaign {
    /// Whether both are of one kind, such as quarters: the letters of their codes tell.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let [left, right] = [self, other].map(|round| round.code.chars());
        left.filter(|it| it.is_alphabetic()).eq(right.filter(|it| it.is_alphabetic()))
    }

    /// All rounds, with those that no live record is about.
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        campaigns::table.select(Self::as_select()).load(conn)
    }

    /// The rounds that fit and in which something stands, oldest first. There are few: at most a
    /// handful a year.
    pub(crate) fn matching(
        conn: &mut AnyConnection,
        filter: &Where<CampaignFilter>,
    ) -> QueryResult<Vec<Self>> {
        campaigns::table
            .filter(filter.rows())
            .select(Self::as_select())
            .order((campaigns::year.asc(), campaigns::code.asc()))
            .load(conn)
    }
}

/// The condition that the round of a row fits, for a table with a `campaign_id`.
macro_rules! in_rounds {
    ($table:ident, $filter:expr) => {
        $filter.iter().map(|filter| {
            let rounds = $crate::db::schema::campaigns::table.filter(filter.rows());
            let ids = rounds.select($crate::db::schema::campaigns::id).into_boxed();
            $crate::db::condition::boxed($crate::db::condition::among($table::campaign_id, ids))
        })
    };
}
pub(super) use in_rounds;
