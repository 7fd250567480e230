//! Every organisation that a record stands under has a record of its own.

use std::collections::HashSet;
use std::sync::Arc;

use crate::campaign::Campaign;
use crate::grid::Place;
use crate::record::{Organization, Record, Stated, Statement};
use crate::text::organization_key;

/// Every organisation that a record stands under has a record of its own: the first place that
/// names it states where it stands.
pub(super) fn place_organizations(records: &mut Vec<Record>) {
    type Key = (Arc<Campaign>, Vec<String>);
    type Path = Arc<[Arc<str>]>;
    let key_of = |record: &Record, length: usize| -> Key {
        let path = record.place[..length].iter().map(|name| organization_key(name)).collect();
        (Arc::clone(&record.campaign), path)
    };
    let mut stated: HashSet<Key> = HashSet::new();
    for record in records.iter().filter(|record| matches!(record.statement, Statement::Branch(_))) {
        stated.insert(key_of(record, record.place.len()));
    }
    let mut placed: Vec<Record> = Vec::new();
    let mut last: Option<(Arc<Campaign>, Path)> = None;
    for record in records.iter() {
        let seen = last.as_ref().is_some_and(|(campaign, place)| {
            *campaign == record.campaign
                && (Arc::ptr_eq(place, &record.place) || *place == record.place)
        });
        if seen {
            continue;
        }
        last = Some((Arc::clone(&record.campaign), Arc::clone(&record.place)));
        for length in 1..=record.place.len() {
            if stated.insert(key_of(record, length)) {
                placed.push(placement(record, length));
            }
        }
    }
    records.extend(placed);
}

/// The organisation as a record stands under it, at the first cell of that record.
fn placement(record: &Record, length: usize) -> Record {
    let name = record.place[length - 1].to_string();
    let first = record.statement.places().into_iter().min();
    let at = first.unwrap_or_else(|| Place::new(record.row - 1, 0));
    let organization = Organization {
        name: Stated { value: name, at, raw: None },
        code: None,
        kind: None,
        ratings: Vec::new(),
        exemplary: None,
    };
    Record {
        place: record.place[..length].into(),
        statement: Statement::Branch(organization),
        ..record.clone()
    }
}
