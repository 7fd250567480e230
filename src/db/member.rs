//! People.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::AnyConnection;
use super::branch::found;
use super::condition::{Condition, Filter, Test, Tests, boxed, tested};
use super::list::list;
use super::schema::{identifiers, members};

/// A person. Dates are ISO, as far as they are known: `1980`, `1980-05`, `1980-05-17`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = members, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Member {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) comparison_key: String,
    pub(crate) search_key: String,
    pub(crate) sort_key: Vec<u8>,
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
    pub(crate) name: Tests<String>,
    pub(crate) search: Option<String>,
    pub(crate) sex: Tests<String>,
    pub(crate) birth_date: Tests<String>,
    pub(crate) admitted_on: Tests<String>,
    pub(crate) official_on: Tests<String>,
    pub(crate) identifiers: Option<Vec<String>>,
}

impl Filter for MemberFilter {
    type Table = members::table;

    fn conditions(&self) -> Vec<Condition<members::table>> {
        let ids = self.ids.iter().map(|ids| boxed(members::id.eq_any(ids.clone())));
        let numbers = self.identifiers.iter().map(|values| {
            let known = identifiers::table.filter(identifiers::value.eq_any(values.clone()));
            boxed(members::id.eq_any(known.select(identifiers::member_id)))
        });
        ids.chain(numbers)
            .chain(tested!(text members::name, self.name))
            .chain(found!(members::search_key, self.search))
            .chain(tested!(nullable text members::sex, self.sex))
            .chain(tested!(nullable text members::birth_date, self.birth_date))
            .chain(tested!(nullable text members::admitted_on, self.admitted_on))
            .chain(tested!(nullable text members::official_on, self.official_on))
            .collect()
    }

    fn shown() -> Option<Condition<members::table>> {
        Some(Box::new(members::live.eq(true)))
    }
}

list! {
    Member of members where MemberFilter by
    /// The columns that people can be ordered by; the name is the given name, then the family name.
    MemberColumn {
        IdAsc IdDesc = always id: i64,
        NameAsc NameDesc = always sort_key: Vec<u8>,
        BirthDateAsc BirthDateDesc = maybe birth_date: String,
        AdmittedOnAsc AdmittedOnDesc = maybe admitted_on: String,
        OfficialOnAsc OfficialOnDesc = maybe official_on: String,
    }
}

/// The condition that the member of a row fits, for a table with a `member_id`.
macro_rules! of_members {
    (nullable $table:ident, $filter:expr) => {
        $filter.iter().map(|filter| {
            let people = $crate::db::schema::members::table.filter(filter.rows());
            let ids = people.select($crate::db::schema::members::id).into_boxed();
            let named = $table::member_id.is_not_null();
            let known = $table::member_id.assume_not_null();
            $crate::db::condition::boxed(named.and($crate::db::condition::among(known, ids)))
        })
    };
    ($table:ident, $filter:expr) => {
        $filter.iter().map(|filter| {
            let people = $crate::db::schema::members::table.filter(filter.rows());
            let ids = people.select($crate::db::schema::members::id).into_boxed();
            $crate::db::condition::boxed($crate::db::condition::among($table::member_id, ids))
        })
    };
}
pub(super) use of_members;

impl Member {
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
    /// Live members among some and those who share a folded name or a birth date with them, or have one of the
    /// ids, in the order of their ids.
    pub(crate) fn alike(
        conn: &mut AnyConnection,
        own: Vec<Self>,
        likeness: &Likeness,
    ) -> QueryResult<Vec<Self>> {
        let mut found: BTreeMap<i64, Self> = by_id(own).collect();
        for chunk in likeness.search_keys.chunks(10_000) {
            let query = members::table.filter(members::search_key.eq_any(chunk));
            found.extend(by_id(query.select(Self::as_select()).load::<Self>(conn)?));
        }
        for chunk in likeness.birth_dates.chunks(10_000) {
            let query = members::table.filter(members::birth_date.assume_not_null().eq_any(chunk));
            found.extend(by_id(query.select(Self::as_select()).load::<Self>(conn)?));
        }
        let ids = likeness.ids.iter().copied().filter(|id| !found.contains_key(id));
        let ids: Vec<i64> = ids.collect();
        found.extend(by_id(Self::by_ids(conn, &ids)?));
        Ok(found.into_values().filter(|member| member.live).collect())
    }
}

fn by_id(members: Vec<Member>) -> impl Iterator<Item = (i64, Member)> {
    members.into_iter().map(|member| (member.id, member))
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
