//! From a group down to the rows that it counts.

use std::collections::{BTreeSet, HashMap};

use super::Subject;
use super::cell::Measure;
use super::frame::{Frame, Group};
use super::key::{Dimension, Dimensions, Key};
use super::listed::{Keys, columns_of, of_branches};
use super::tree::Tree;
use crate::db::{AnyConnection, QueryResult, RollColumn, RollPage, RollRow, RollScope, RowId};

/// What rows of a group are shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rows {
    MemberEvaluations,
    Enrolments,
    BranchEvaluations,
}

/// Rows of a group by their ids, in the order of these, and how many there are in all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drilled {
    pub(crate) ids: Vec<i64>,
    pub(crate) total: i64,
}

/// The rows of several groups, by what each is grouped by and its key: one statement for groups of
/// the same dimensions.
pub(crate) fn drill(
    conn: &mut AnyConnection,
    frame: &Frame,
    groups: &[Group],
    rows: Rows,
    (after, limit): (Option<i64>, i64),
) -> QueryResult<HashMap<(Dimensions, Key), Drilled>> {
    let is_of_branches = frame.question().subject == Subject::Branches;
    if is_of_branches != (rows == Rows::BranchEvaluations) {
        return Ok(HashMap::new());
    }
    let mut kinds: Vec<Dimensions> = Vec::new();
    for group in groups {
        if !kinds.contains(&group.dimensions) {
            kinds.push(group.dimensions);
        }
    }
    let mut all = HashMap::new();
    for dimensions in kinds {
        let shown: Vec<&Group> =
            groups.iter().filter(|group| group.dimensions == dimensions).collect();
        let found = if rows == Rows::BranchEvaluations {
            branches_of(conn, frame, dimensions)?
        } else {
            people_of(conn, frame, dimensions, &shown, rows, (after, limit))?
        };
        let mut drilled: HashMap<Key, Drilled> = HashMap::new();
        for (key, id, total) in found {
            let entry = drilled.entry(key).or_default();
            entry.ids.extend(id);
            entry.total += total;
        }
        for (key, mut of_group) in drilled {
            // An enrolment is found once for each stage.
            of_group.ids.sort_unstable();
            of_group.ids.dedup();
            of_group.ids.retain(|id| after.is_none_or(|after| *id > after));
            of_group.ids.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            all.insert((dimensions, key), of_group);
        }
    }
    Ok(all)
}

/// Key, id and the rows that the key gains by it.
type Found = Vec<(Key, Option<i64>, i64)>;

fn people_of(
    conn: &mut AnyConnection,
    frame: &Frame,
    dimensions: Dimensions,
    shown: &[&Group],
    rows: Rows,
    (after, limit): (Option<i64>, i64),
) -> QueryResult<Found> {
    let question = frame.question();
    let mut rounds = frame.names().rounds();
    if dimensions.has(Dimension::Campaign) {
        let asked: BTreeSet<i64> = shown.iter().filter_map(|group| group.key.campaign).collect();
        rounds.retain(|round| asked.contains(&round.id));
    }
    let by_branch = dimensions.has(Dimension::Branch);
    let branches: BTreeSet<i64> = shown.iter().filter_map(|group| group.key.branch).collect();
    let page = RollPage {
        branches: by_branch.then(|| branches.into_iter().collect()),
        after,
        limit,
        id: if rows == Rows::Enrolments { RowId::Enrolment } else { RowId::Evaluation },
    };
    let mut columns = columns_of(dimensions);
    columns.push(RollColumn::Stage);
    let scope = RollScope { ratings: frame.asked_levels(), ..question.scope(&rounds) };
    let found = if rows == Rows::Enrolments && question.wanted() == Measure::Reason {
        RollRow::of_roll(conn, &scope, &columns, &page)?
    } else {
        RollRow::of_rated(conn, &scope, &columns, &page)?
    };
    let mut keys = Keys::of(question, &rounds, &frame.names().levels);
    let mut all = Found::with_capacity(found.len());
    for RollRow { key: row, place } in found {
        if !question.is_asked_for(row.stage) {
            continue;
        }
        let key = Key { branch: row.branch_id, ..keys.key(&row) }.within(dimensions);
        // All rows with the same values say how many they are: it counts once.
        all.push((key, Some(place.id), if place.number == 1 { place.total } else { 0 }));
    }
    Ok(all)
}

fn branches_of(
    conn: &mut AnyConnection,
    frame: &Frame,
    dimensions: Dimensions,
) -> QueryResult<Found> {
    let question = frame.question();
    let rounds = frame.names().rounds();
    let tree = Tree::load_with_closure(conn, question, &rounds)?;
    let levels = &frame.names().levels;
    let fitting = frame.asked_levels().map(|ids| ids.into_iter().collect());
    let by_branch = dimensions.has(Dimension::Branch);
    let mut all = Found::new();
    for (key, parent, row) in of_branches(conn, question, &rounds, levels, fitting.as_ref())? {
        if !by_branch {
            all.push((key.within(dimensions), Some(row.id), 1));
            continue;
        }
        for group in parent.into_iter().flat_map(|id| tree.counts_for(row.campaign_id, id)) {
            let key = Key { branch: Some(group), ..key.clone() };
            all.push((key.within(dimensions), Some(row.id), 1));
        }
    }
    Ok(all)
}
