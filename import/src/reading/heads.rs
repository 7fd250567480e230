//! Bodies named without their head: "11A1" under "Chi đoàn", where another sheet names "Chi đoàn 11A1".

use std::collections::HashMap;
use std::sync::Arc;

use super::Understood;
use crate::record::{Record, Statement};
use crate::role::Role;
use crate::text::organization_key;
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
pub(super) fn complete(records: &mut [Record], heads: &Heads) {
    if heads.is_empty() {
        return;
    }
    let mut known: HashMap<String, Arc<str>> = HashMap::new();
    for record in records.iter() {
        for name in record.place.iter() {
            known.entry(organization_key(name)).or_insert_with(|| Arc::clone(name));
        }
    }
    for record in records {
        let Some(head) = heads.get(&(Arc::clone(&record.sheet), record.table)) else { continue };
        let Some(name) = record.place.last() else { continue };
        let Some(full) = known.get(&organization_key(&format!("{head} {name}"))) else { continue };
        if let Statement::Branch(organization) = &mut record.statement
            && *organization.name.value == **name
        {
            let raw = std::mem::replace(&mut organization.name.value, full.to_string());
            organization.name.raw.get_or_insert(raw);
        }
        let above = &record.place[..record.place.len() - 1];
        record.place = above.iter().cloned().chain([Arc::clone(full)]).collect();
    }
}
