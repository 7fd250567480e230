//! Bodies named without their head, or with its first letters, where the workbook names them in full:
//! "11A1" under "Chi đoàn", "CB thôn Đông" beside "Chi bộ thôn Đông".

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Understood;
use crate::record::{Path, Record, Statement};
use crate::role::Role;
use crate::text::{comparison_key, organization_key, search_key};
use crate::vocabulary::Vocabulary;

/// The sheet and the place of a table in it, and the head that stands over its bodies.
pub(super) type Heads = HashMap<(Arc<str>, usize), String>;

/// The head that a column of bodies has for its heading, and nothing more.
pub(super) fn of(found: &Understood<'_, '_>, vocabulary: &Vocabulary) -> Option<String> {
    let bodies = |column: &&crate::role::Column| column.role == Role::Organization;
    let column = found.read.columns.iter().find(bodies)?;
    let last = column.heading.rsplit(" / ").next()?;
    vocabulary.is_bare_head(last).then(|| last.to_owned())
}

/// Names bodies in full where the workbook does so elsewhere.
pub(super) fn complete(records: &mut [Record], heads: &Heads, vocabulary: &Vocabulary) {
    let mut known: HashMap<String, Arc<str>> = HashMap::new();
    let mut short: HashMap<String, Arc<str>> = HashMap::new();
    let mut seen: HashSet<&Arc<str>> = HashSet::new();
    for name in records.iter().flat_map(|record| record.place.iter()) {
        if !seen.insert(name) {
            continue;
        }
        known.entry(organization_key(name)).or_insert_with(|| Arc::clone(name));
        if let Some(abbreviated) = abbreviated(name, vocabulary) {
            short.entry(abbreviated).or_insert_with(|| Arc::clone(name));
        }
    }
    if heads.is_empty() && short.is_empty() {
        return;
    }
    // All records of a place under one head share one path.
    let mut completed: HashMap<(Option<&str>, Path), Option<Path>> = HashMap::new();
    for record in records {
        let head = heads.get(&(Arc::clone(&record.sheet), record.table)).map(String::as_str);
        let path = completed.entry((head, Arc::clone(&record.place))).or_insert_with(|| {
            let (name, above) = record.place.split_last()?;
            let of_head = head.map(|head| organization_key(&format!("{head} {name}")));
            let full = of_head.and_then(|key| known.get(&key));
            let full = full.or_else(|| short.get(&comparison_key(name)))?;
            Some(above.iter().chain([full]).cloned().collect())
        });
        let Some(path) = path else { continue };
        if let (Statement::Branch(body), Some(full)) = (&mut record.statement, path.last())
            && record.place.last().is_some_and(|name| body.name.value == **name)
        {
            let raw = std::mem::replace(&mut body.name.value, full.to_string());
            body.name.raw.get_or_insert(raw);
        }
        record.place = Arc::clone(path);
    }
}

/// The key of a name with the first letters of its head: "cb thôn đông" of "Chi bộ thôn Đông".
fn abbreviated(name: &str, vocabulary: &Vocabulary) -> Option<String> {
    let length = vocabulary.words.full_heads.begins(name).filter(|length| *length > 1)?;
    let key = comparison_key(name);
    let words: Vec<&str> = key.split(' ').collect();
    let (head, rest) = words.split_at_checked(length)?;
    let plain = search_key(&head.join(" "));
    let letters: String = plain.split(' ').filter_map(|word| word.chars().next()).collect();
    (!rest.is_empty()).then(|| format!("{letters} {}", rest.join(" ")))
}
