//! The order of names, as bytes that both back ends compare alike.

use std::sync::LazyLock;

use diesel::prelude::*;
use evalhub_import::sortable;
use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::locale;

use super::AnyConnection;
use super::schema::{branches, members, state};

/// What the keys were made by. Keys of another version are made anew when the database is opened, so
/// change it with the version of the collator or with anything in this file that a key follows from.
const VERSION: &str = "icu 2.4, vi, numeric; 1";

/// The key of an organisation: as a dictionary has its name, numbers by their value.
pub(crate) fn branch_sort_key(name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    collate(&sortable(name), &mut key);
    key
}

/// The key of a person: the given name, which stands last, then the family name and the middle names.
pub(crate) fn member_sort_key(name: &str) -> Vec<u8> {
    // Below every byte of a key, so that a short name stands before one that begins with it.
    const END: u8 = 0;
    let name = sortable(name);
    let (others, given) = name.rsplit_once(' ').unwrap_or(("", &name));
    let mut key = Vec::new();
    collate(given, &mut key);
    key.push(END);
    collate(others, &mut key);
    key
}

/// Vietnamese order holds other Latin letters where they belong, so names of any language are sorted by it.
fn collate(text: &str, key: &mut Vec<u8>) {
    static COLLATOR: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
        let mut preferences = CollatorPreferences::from(&locale!("vi"));
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        Collator::try_new(preferences, CollatorOptions::default()).ok()
    });
    if let Some(collator) = &*COLLATOR {
        let Ok(()) = collator.write_sort_key_to(text, key);
    }
}

/// Whether the keys of the database are those that this version makes.
pub(super) fn is_current(conn: &mut AnyConnection) -> QueryResult<bool> {
    Ok(state::table.select(state::sort_keys).get_result::<String>(conn)? == VERSION)
}

/// Makes all keys anew.
pub(super) fn renew(conn: &mut AnyConnection) -> QueryResult<()> {
    macro_rules! renew {
        ($table:ident, $key_of:expr) => {
            let names = $table::table.select(($table::id, $table::name));
            for (id, name) in names.load::<(i64, String)>(conn)? {
                diesel::update($table::table.filter($table::id.eq(id)))
                    .set($table::sort_key.eq($key_of(&name)))
                    .execute(conn)?;
            }
        };
    }
    renew!(branches, branch_sort_key);
    renew!(members, member_sort_key);
    diesel::update(state::table).set(state::sort_keys.eq(VERSION)).execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::{VERSION, branch_sort_key, member_sort_key, members, state};
    use crate::db::{Database, DatabaseError, List, Member, MemberColumn, Slice, Where};

    fn sorted<const N: usize>(key: impl Fn(&str) -> Vec<u8>, mut names: [&str; N]) -> [&str; N] {
        names.reverse();
        names.sort_by_key(|name| key(name));
        names
    }

    #[test]
    fn organizations_stand_as_in_a_dictionary() {
        let names = [
            "Ban Tổ chức",
            "Ban Tuyên giáo",
            "Chi bộ 2",
            "CHI BỘ 10",
            "Chi bộ Hà",
            "Chi bộ Hằng",
            "Chi bộ Hoà An",
            "Chi bộ Hòa Bình",
            "Chi bộ Hoàng",
            "Élan",
            "Emmaus",
            "thôn Đoài",
            "Thôn Đông",
        ];
        assert_eq!(sorted(branch_sort_key, names), names);
    }

    #[test]
    fn people_stand_by_given_name() {
        let names = [
            "Bùi Thị An",
            "Trần Văn An",
            "Đỗ Ánh",
            "Lê Ân",
            "Nguyễn Thị Bình",
            "Vũ Hà",
            "Lê Thị Hòa",
            "Trần Hoà",
            "Bùi Hoà",
            "Bùi Hoàng",
        ];
        let [.., tran, bui, hoang] = names;
        let mut order = names;
        // One name, wherever its tone mark stands.
        order[6..].copy_from_slice(&[bui, names[6], tran, hoang]);
        assert_eq!(sorted(member_sort_key, names), order);
    }

    #[test]
    fn keys_of_another_version_are_made_anew() {
        let vocabulary = evalhub_import::Vocabulary::bundled();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.db").display().to_string();
        let database = Database::open_or_create(&path, &vocabulary).unwrap();
        let people = [(1, "Lê Hoàng", vec![1]), (2, "Trần Hòa", vec![2])];
        database
            .write(|conn| {
                for (id, name, key) in people {
                    diesel::insert_into(members::table)
                        .values((
                            members::id.eq(id),
                            members::name.eq(name),
                            members::comparison_key.eq(""),
                            members::search_key.eq(""),
                            members::sort_key.eq(key),
                            members::live.eq(true),
                        ))
                        .execute(conn)?;
                }
                diesel::update(state::table).set(state::sort_keys.eq("older")).execute(conn)?;
                Ok::<_, DatabaseError>(())
            })
            .unwrap();
        drop(database);
        let database = Database::open(&path, &vocabulary).unwrap();
        let mut connection = database.take().unwrap();
        let slice = Slice { order: vec![MemberColumn::NameAsc], ..Slice::first(10) };
        let rows = Member::page(&mut connection, &Where::default(), &slice).unwrap();
        let names: Vec<&str> = rows.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["Trần Hòa", "Lê Hoàng"]);
        let version: String =
            state::table.select(state::sort_keys).get_result(&mut *connection).unwrap();
        assert_eq!(version, VERSION);
    }
}
