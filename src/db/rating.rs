//! Rating schemes and their levels.

use std::collections::HashMap;

use diesel::prelude::*;
use evalhub_import::{Scheme as KnownScheme, Subject};

use super::condition::{
    Condition, Filter, Test, Tests, Where, among, boxed, hold_of_nothing, tested,
};
use super::schema::{
    branch_evaluations, member_evaluations, rating_aliases, rating_schemes, ratings,
    reported_results, scheme_documents,
};
use super::{AnyConnection, Ids, insert_rows};

/// A scale for one subject.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rating_schemes, treat_none_as_default_value = false)]
pub(crate) struct Scheme {
    pub(crate) id: i64,
    pub(crate) code: String,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) first_year: Option<i32>,
    pub(crate) last_year: Option<i32>,
}

/// A document that set a scheme for some years.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = scheme_documents, treat_none_as_default_value = false)]
pub(crate) struct SchemeDocument {
    pub(crate) id: i64,
    pub(crate) scheme_id: i64,
    pub(crate) name: String,
    pub(crate) first_year: i32,
    pub(crate) last_year: Option<i32>,
}

/// A level of a scheme; rank 1 is the best.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = ratings)]
pub(crate) struct Rating {
    pub(crate) id: i64,
    pub(crate) scheme_id: i64,
    pub(crate) rank: i32,
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) label_en: String,
}

#[derive(Insertable)]
#[diesel(table_name = rating_aliases)]
struct Alias {
    id: i64,
    rating_id: i64,
    #[diesel(column_name = alias)]
    text: String,
}

/// Which levels.
#[derive(Debug, Clone, Default)]
pub(crate) struct RatingFilter {
    pub(crate) code: Tests<String>,
    pub(crate) rank: Tests<i32>,
    pub(crate) scheme: Tests<String>,
}

impl Filter for RatingFilter {
    type Table = ratings::table;

    fn conditions(&self) -> Vec<Condition<ratings::table>> {
        let of_scheme = |condition: Condition<rating_schemes::table>| {
            let schemes = rating_schemes::table.filter(condition).select(rating_schemes::id);
            boxed(among(ratings::scheme_id, schemes.into_boxed()))
        };
        tested!(text ratings::code, self.code)
            .chain(tested!(value ratings::rank, self.rank))
            .chain(tested!(text rating_schemes::code, self.scheme).map(of_scheme))
            .collect()
    }
}

impl RatingFilter {
    /// Whether somebody without a rating fits.
    pub(crate) fn fits_nothing(&self) -> bool {
        hold_of_nothing(&self.code) && hold_of_nothing(&self.rank) && hold_of_nothing(&self.scheme)
    }
}

/// The condition that the rating of a row fits, for a table with a `rating_id`.
macro_rules! of_ratings {
    ($table:ident, $filter:expr) => {
        $filter.iter().map(|filter| {
            let levels = $crate::db::schema::ratings::table.filter(filter.rows());
            let ids = levels.select($crate::db::schema::ratings::id).into_boxed();
            let rated = $table::rating_id.is_not_null();
            let known = $table::rating_id.assume_not_null();
            let fits = rated.and($crate::db::condition::among(known, ids));
            let of_nothing = filter.holds_of_nothing(&$crate::db::RatingFilter::fits_nothing);
            if of_nothing {
                $crate::db::condition::boxed($table::rating_id.is_null().or(fits))
            } else {
                $crate::db::condition::boxed(fits)
            }
        })
    };
}
pub(super) use of_ratings;

impl Scheme {
    /// The schemes that documents set, and those of workbooks' own that some fact is rated by.
    pub(crate) fn in_use(
        conn: &mut AnyConnection,
        subject: Option<&str>,
    ) -> QueryResult<Vec<Self>> {
        let mut used = Vec::new();
        for scheme in Self::all(conn, subject)? {
            if scheme.first_year.is_some() || scheme.is_used(conn)? {
                used.push(scheme);
            }
        }
        Ok(used)
    }

    fn is_used(&self, conn: &mut AnyConnection) -> QueryResult<bool> {
        let levels: Vec<i64> =
            ratings::table.filter(ratings::scheme_id.eq(self.id)).select(ratings::id).load(conn)?;
        let of_member = member_evaluations::table
            .filter(member_evaluations::rating_id.assume_not_null().eq_any(&levels))
            .select(member_evaluations::id)
            .first::<i64>(conn)
            .optional()?;
        let of_branch = branch_evaluations::table
            .filter(branch_evaluations::rating_id.assume_not_null().eq_any(&levels))
            .select(branch_evaluations::id)
            .first::<i64>(conn)
            .optional()?;
        let printed = reported_results::table
            .filter(reported_results::rating_id.assume_not_null().eq_any(&levels))
            .select(reported_results::id)
            .first::<i64>(conn)
            .optional()?;
        Ok(of_member.or(of_branch).or(printed).is_some())
    }

    pub(crate) fn all(conn: &mut AnyConnection, subject: Option<&str>) -> QueryResult<Vec<Self>> {
        let mut query = rating_schemes::table.select(Self::as_select()).into_boxed();
        if let Some(subject) = subject {
            query = query.filter(rating_schemes::subject.eq(subject.to_owned()));
        }
        query.order(rating_schemes::id).load(conn)
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        rating_schemes::table
            .filter(rating_schemes::id.eq_any(ids))
            .select(Self::as_select())
            .load(conn)
    }
}

impl SchemeDocument {
    pub(crate) fn of_schemes(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let query = scheme_documents::table.filter(scheme_documents::scheme_id.eq_any(ids));
        query.select(Self::as_select()).order(scheme_documents::id).load(conn)
    }
}

impl Rating {
    /// The levels that fit.
    pub(crate) fn matching(
        conn: &mut AnyConnection,
        filter: &Where<RatingFilter>,
    ) -> QueryResult<Vec<i64>> {
        ratings::table.filter(filter.rows()).select(ratings::id).load(conn)
    }

    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        ratings::table
            .select(Self::as_select())
            .order((ratings::scheme_id, ratings::rank))
            .load(conn)
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        ratings::table.filter(ratings::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }

    pub(crate) fn of_schemes(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let query = ratings::table.filter(ratings::scheme_id.eq_any(ids));
        query.select(Self::as_select()).order((ratings::scheme_id, ratings::rank)).load(conn)
    }

    /// The ids of the levels by the codes of scheme and level.
    pub(crate) fn ids_by_code(
        conn: &mut AnyConnection,
    ) -> QueryResult<HashMap<(String, String), i64>> {
        let rows: Vec<(String, String, i64)> = ratings::table
            .inner_join(rating_schemes::table)
            .select((rating_schemes::code, ratings::code, ratings::id))
            .load(conn)?;
        Ok(rows.into_iter().map(|(scheme, code, id)| ((scheme, code), id)).collect())
    }
}

/// Whether the database has all of some schemes.
pub(super) fn is_seeded(conn: &mut AnyConnection, schemes: &[KnownScheme]) -> QueryResult<bool> {
    let known: Vec<String> = rating_schemes::table.select(rating_schemes::code).load(conn)?;
    Ok(schemes.iter().all(|scheme| known.contains(&scheme.code)))
}

/// Adds the schemes that the database does not have yet.
pub(super) fn seed(conn: &mut AnyConnection, schemes: &[KnownScheme]) -> QueryResult<()> {
    let mut ids = Ids::begin(conn)?;
    add_schemes(conn, schemes, &mut ids)?;
    ids.finish(conn)
}

/// As `seed`, inside a transaction that gives ids of its own.
pub(crate) fn add_schemes(
    conn: &mut AnyConnection,
    schemes: &[KnownScheme],
    ids: &mut Ids,
) -> QueryResult<()> {
    let known: Vec<String> = rating_schemes::table.select(rating_schemes::code).load(conn)?;
    for scheme in schemes.iter().filter(|scheme| !known.contains(&scheme.code)) {
        let subject = if scheme.subject == Subject::Members { "MEMBERS" } else { "BRANCHES" };
        let row = Scheme {
            id: ids.give(),
            code: scheme.code.clone(),
            subject: subject.to_owned(),
            name: scheme.name.clone(),
            first_year: scheme.from,
            last_year: scheme.to,
        };
        let scheme_id = row.id;
        insert_rows!(conn, rating_schemes::table, [row]);
        let documents: Vec<SchemeDocument> = scheme
            .documents
            .iter()
            .map(|document| SchemeDocument {
                id: ids.give(),
                scheme_id,
                name: document.name.clone(),
                first_year: document.from,
                last_year: document.to,
            })
            .collect();
        insert_rows!(conn, scheme_documents::table, documents);
        let mut aliases: Vec<Alias> = Vec::new();
        let mut levels: Vec<Rating> = Vec::new();
        for level in &scheme.levels {
            let id = ids.give();
            levels.push(Rating {
                id,
                scheme_id,
                rank: i32::from(level.rank),
                code: level.code.clone(),
                label: level.label.clone(),
                label_en: level.label_en.clone(),
            });
            for alias in &level.aliases {
                aliases.push(Alias { id: ids.give(), rating_id: id, text: alias.clone() });
            }
        }
        insert_rows!(conn, ratings::table, levels);
        insert_rows!(conn, rating_aliases::table, aliases);
    }
    Ok(())
}
