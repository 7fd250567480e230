//! Organisations by their comparison key and their parent, else by their code and their parent.

use std::collections::{BTreeMap, HashMap};

use diesel::QueryResult;
use evalhub_import::{Record, Statement, organization_key, search_key};

use super::super::resolve::{follow, kind_of};
use crate::db::{AnyConnection, Branch, Ids, Placement, Source, branch_sort_key, merged_branches};

/// An organisation as the rules found it, and what it is a part of since it was merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Found {
    pub(in super::super) ruled: i64,
    pub(in super::super) id: i64,
}

/// Organisations that are known, and those that the import adds.
pub(in super::super) struct Organizations {
    by_key: HashMap<String, Vec<i64>>,
    by_code: HashMap<String, Vec<i64>>,
    /// Those that live records name; others are found only under the very parent of before.
    live: HashMap<i64, bool>,
    parents: HashMap<i64, Vec<i64>>,
    merged: HashMap<i64, i64>,
    codes: HashMap<Vec<String>, String>,
    paths: HashMap<Vec<String>, Vec<Found>>,
    pub(in super::super) added: BTreeMap<i64, Branch>,
}

impl Organizations {
    /// Loads the organisations that have one of the names or codes of some records.
    pub(in super::super) fn load(
        conn: &mut AnyConnection,
        records: &[Record],
    ) -> QueryResult<Self> {
        let mut keys: Vec<String> = Vec::new();
        let mut codes: HashMap<Vec<String>, String> = HashMap::new();
        let mut last: Option<&Record> = None;
        for record in records {
            if last.is_none_or(|last| last.place != record.place) {
                keys.extend(record.place.iter().map(|name| organization_key(name)));
            }
            last = Some(record);
            if let Statement::Branch(organization) = &record.statement
                && let Some(code) = &organization.code
            {
                codes.insert(path_of(record), code.value.clone());
            }
        }
        keys.sort();
        keys.dedup();
        let mut known = Branch::by_keys(conn, &keys)?;
        let mut wanted: Vec<String> = codes.values().cloned().collect();
        wanted.sort();
        wanted.dedup();
        for branch in Branch::by_codes(conn, &wanted)? {
            if known.iter().all(|other| other.id != branch.id) {
                known.push(branch);
            }
        }
        let merged: HashMap<i64, i64> = merged_branches(conn)?.into_iter().collect();
        let mut organizations = Self {
            by_key: HashMap::new(),
            by_code: HashMap::new(),
            live: HashMap::new(),
            parents: HashMap::new(),
            merged,
            codes,
            paths: HashMap::new(),
            added: BTreeMap::new(),
        };
        organizations.place(conn, &known)?;
        for branch in known {
            organizations.live.insert(branch.id, branch.live);
            if let Some(code) = branch.code.filter(|_| branch.live) {
                organizations.by_code.entry(code).or_default().push(branch.id);
            }
            let keys = [Some(branch.comparison_key), branch.alias_key];
            for key in keys.into_iter().flatten() {
                organizations.by_key.entry(key).or_default().push(branch.id);
            }
        }
        Ok(organizations)
    }

    /// Where they stand, or stood when a record named them last.
    fn place(&mut self, conn: &mut AnyConnection, known: &[Branch]) -> QueryResult<()> {
        let ids: Vec<i64> = known.iter().map(|branch| branch.id).collect();
        for placement in Placement::of_branches(conn, &ids)? {
            self.parents.entry(placement.branch_id).or_default().extend(placement.parent_id);
        }
        let gone: Vec<i64> =
            known.iter().filter(|branch| !branch.live).map(|branch| branch.id).collect();
        for (id, parent) in Source::ruled_parents(conn, &gone)? {
            self.parents.entry(id).or_default().push(follow(&self.merged, parent));
        }
        Ok(())
    }

    /// The organisations of a record's place, from the topmost one down; unknown ones are added.
    pub(in super::super) fn of(&mut self, record: &Record, ids: &mut Ids) -> Vec<Found> {
        let path = path_of(record);
        if let Some(found) = self.paths.get(&path) {
            return found.clone();
        }
        let mut found: Vec<Found> = Vec::with_capacity(path.len());
        for (place, name) in record.place.iter().enumerate() {
            let code = self.codes.get(&path[..=place]).cloned();
            let parent = found.last().map(|parent| parent.id);
            let key = &path[place];
            let ruled = self
                .find(key, parent)
                .or_else(|| self.find_code(code.as_deref()?, parent))
                .unwrap_or_else(|| self.add(name, key, ids));
            let id = follow(&self.merged, ruled);
            if let Some(parent) = parent.filter(|parent| *parent != id) {
                let parents = self.parents.entry(ruled).or_default();
                if !parents.contains(&parent) {
                    parents.push(parent);
                }
            }
            found.push(Found { ruled, id });
        }
        self.paths.insert(path, found.clone());
        found
    }

    /// The same name under the same parent, or somewhere under it, or where no parent is known;
    /// one that no live record names only under the same parent.
    fn find(&self, key: &str, parent: Option<i64>) -> Option<i64> {
        let all = self.by_key.get(key)?;
        let is_live = |id: &i64| self.live.get(id).copied().unwrap_or(true);
        let (live, gone): (Vec<i64>, Vec<i64>) = all.iter().copied().partition(is_live);
        self.find_among(&live, parent).or_else(|| {
            let same = |id: &i64| match (self.parents.get(id), parent) {
                (Some(parents), Some(parent)) => parents.contains(&parent),
                (parents, None) => parents.is_none_or(Vec::is_empty),
                (None, Some(_)) => false,
            };
            gone.into_iter().find(same)
        })
    }

    fn find_among(&self, candidates: &[i64], parent: Option<i64>) -> Option<i64> {
        let only = |found: Vec<i64>| if found.len() == 1 { Some(found[0]) } else { None };
        let topmost = |id: &&i64| self.parents.get(id).is_none_or(Vec::is_empty);
        let Some(parent) = parent else {
            return candidates.iter().find(topmost).copied().or_else(|| only(candidates.to_vec()));
        };
        let child = candidates
            .iter()
            .find(|id| self.parents.get(id).is_some_and(|of| of.contains(&parent)));
        let below = || {
            only(candidates.iter().copied().filter(|id| self.is_under(*id, parent, 0)).collect())
        };
        let unplaced = || {
            only(candidates.iter().filter(topmost).copied().filter(|id| *id != parent).collect())
        };
        child.copied().or_else(below).or_else(unplaced)
    }

    /// The only one with the code under the same parent, whatever its name is now.
    fn find_code(&self, code: &str, parent: Option<i64>) -> Option<i64> {
        let under = |id: &&i64| match parent {
            Some(parent) => self.parents.get(id).is_some_and(|of| of.contains(&parent)),
            None => self.parents.get(id).is_none_or(Vec::is_empty),
        };
        let found: Vec<i64> = self.by_code.get(code)?.iter().filter(under).copied().collect();
        if let [only] = found.as_slice() { Some(*only) } else { None }
    }

    fn is_under(&self, id: i64, ancestor: i64, depth: usize) -> bool {
        let parents = self.parents.get(&id).map(Vec::as_slice).unwrap_or_default();
        depth < 12
            && parents
                .iter()
                .any(|parent| *parent == ancestor || self.is_under(*parent, ancestor, depth + 1))
    }

    fn add(&mut self, name: &str, key: &str, ids: &mut Ids) -> i64 {
        let id = ids.give();
        self.by_key.entry(key.to_owned()).or_default().push(id);
        self.added.insert(
            id,
            Branch {
                id,
                name: name.to_owned(),
                kind: kind_of(key).name().to_owned(),
                code: None,
                comparison_key: key.to_owned(),
                search_key: search_key(name),
                sort_key: branch_sort_key(name),
                live: true,
                merged_into: None,
                alias_key: None,
            },
        );
        id
    }
}

/// The comparison keys of a record's place.
fn path_of(record: &Record) -> Vec<String> {
    record.place.iter().map(|name| organization_key(name)).collect()
}
