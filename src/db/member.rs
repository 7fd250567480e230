//! People.

use diesel::prelude::*;

use super::branch::anywhere;
use super::schema::{identifiers, members};
use super::{AnyConnection, TextFilter, filter_text};

/// A person. Dates are ISO, as far as they are known: `1980`, `1980-05`, `1980-05-17`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = members, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Member {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) comparison_key: String,
    pub(crate) search_key: String,
    pub(crate) sort_key: String,
    pub(crate) birth_date: Option<String>,
    pub(crate) sex: Option<String>,
    pub(crate) admitted_on: Option<String>,
    pub(crate) official_on: Option<String>,
    /// Whether some live record names the person.
    pub(crate) live: bool,
    /// The person that this one was found to be.
    pub(crate) merged_into: Option<i64>,
}

/// A number by which a person is known.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = identifiers)]
pub(crate) struct Identifier {
    pub(crate) id: i64,
    pub(crate) member_id: i64,
    pub(crate) value: String,
}

/// Which people.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemberFilter {
    pub(crate) ids: Option<Vec<i64>>,
    pub(crate) name: Option<TextFilter>,
    pub(crate) search: Option<String>,
    pub(crate) sex: Option<TextFilter>,
}

impl Member {
    /// A page by given name, then family name, as officials sort.
    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &MemberFilter,
        after: Option<(String, i64)>,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(filter);
        if let Some((key, id)) = after {
            let behind = members::sort_key
                .gt(key.clone())
                .or(members::sort_key.eq(key).and(members::id.gt(id)));
            query = query.filter(behind);
        }
        query
            .order((members::sort_key.asc(), members::id.asc()))
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    pub(crate) fn count(conn: &mut AnyConnection, filter: &MemberFilter) -> QueryResult<i64> {
        Self::matching(filter).count().get_result(conn)
    }

    fn matching(
        filter: &MemberFilter,
    ) -> members::BoxedQuery<'static, <AnyConnection as Connection>::Backend> {
        let mut query = members::table.filter(members::live.eq(true)).into_boxed();
        if let Some(ids) = &filter.ids {
            query = query.filter(members::id.eq_any(ids.clone()));
        }
        filter_text!(query, members::name, &filter.name);
        filter_text!(query, members::sex.assume_not_null(), &filter.sex);
        if let Some(search) = &filter.search {
            query = query.filter(members::search_key.like(anywhere(search)));
        }
        query
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = members::table.filter(members::id.eq_any(chunk));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }

    /// All who have, or once had, one of the names.
    pub(crate) fn by_keys(conn: &mut AnyConnection, keys: &[String]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in keys.chunks(10_000) {
            let query = members::table.filter(members::comparison_key.eq_any(chunk));
            found.extend(query.select(Self::as_select()).order(members::id).load::<Self>(conn)?);
        }
        Ok(found)
    }
}

/// How two members may be alike enough to be one.
pub(crate) struct Likeness {
    pub(crate) search_keys: Vec<String>,
    pub(crate) birth_dates: Vec<String>,
    pub(crate) ids: Vec<i64>,
}

impl Member {
    /// Live members who share a folded name or a birth date with others, or have one of the ids.
    pub(crate) fn alike(conn: &mut AnyConnection, likeness: &Likeness) -> QueryResult<Vec<Self>> {
        let mut found: Vec<Self> = Vec::new();
        for chunk in likeness.search_keys.chunks(10_000) {
            let query = members::table.filter(members::search_key.eq_any(chunk));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        for chunk in likeness.birth_dates.chunks(10_000) {
            let query = members::table.filter(members::birth_date.assume_not_null().eq_any(chunk));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        found.extend(Self::by_ids(conn, &likeness.ids)?);
        found.retain(|member| member.live);
        found.sort_by_key(|member| member.id);
        found.dedup_by_key(|member| member.id);
        Ok(found)
    }
}

impl Identifier {
    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = identifiers::table.filter(identifiers::member_id.eq_any(chunk));
            found
                .extend(query.select(Self::as_select()).order(identifiers::id).load::<Self>(conn)?);
        }
        Ok(found)
    }

    pub(crate) fn by_values(conn: &mut AnyConnection, values: &[String]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in values.chunks(10_000) {
            let query = identifiers::table.filter(identifiers::value.eq_any(chunk));
            found
                .extend(query.select(Self::as_select()).order(identifiers::id).load::<Self>(conn)?);
        }
        Ok(found)
    }
}
