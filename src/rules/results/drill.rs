//! From a group down to the rows that it counts.

use std::collections::{BTreeSet, HashMap};

use super::cell::Measure;
use super::frame::{Frame, Group};
use super::key::{Dimension, Dimensions, Key};
use super::listed::{Keys, columns_of, of_branches};
use super::tree::{Forest, branches};
use super::{EVERYTHING, Subject};
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

/// The rows of the groups of an answer, by what each is grouped by and its key.
pub(crate) type DrilledGroups = HashMap<(Dimensions, Key), Drilled>;

/// The rows of groups of some answers that were read together, for each answer: one statement for
/// groups of the same dimensions.
pub(crate) fn drill(
    conn: &mut AnyConnection,
    answers: &[(&Frame, &[Group])],
    rows: Rows,
    (after, limit): (Option<i64>, i64),
) -> QueryResult<Vec<DrilledGroups>> {
    let mut drilled = vec![DrilledGroups::new(); answers.len()];
    let frames: Vec<&Frame> = answers.iter().map(|(frame, _)| *frame).collect();
    let Some(first) = frames.first() else { return Ok(drilled) };
    let is_of_branches = first.question().subject == Subject::Branches;
    if is_of_branches != (rows == Rows::BranchEvaluations) {
        return Ok(drilled);
    }
    let groups = || answers.iter().flat_map(|(_, groups)| *groups);
    let mut kinds: Vec<Dimensions> = Vec::new();
    for group in groups() {
        if !kinds.contains(&group.dimensions) {
            kinds.push(group.dimensions);
        }
    }
    for dimensions in kinds {
        let shown: Vec<&Group> = groups().filter(|it| it.dimensions == dimensions).collect();
        let found = if rows == Rows::BranchEvaluations {
            branches_of(conn, &frames, dimensions)?
        } else {
            people_of(conn, &frames, dimensions, &shown, rows, (after, limit))?
        };
        for (of_answer, found) in drilled.iter_mut().zip(found) {
            for Found { key, id, total } in found {
                let entry = of_answer.entry((dimensions, key)).or_default();
                entry.ids.push(id);
                entry.total += total;
            }
        }
    }
    for of_group in drilled.iter_mut().flat_map(DrilledGroups::values_mut) {
        // An enrolment is found once for each stage.
        of_group.ids.sort_unstable();
        of_group.ids.dedup();
        of_group.ids.retain(|id| after.is_none_or(|after| *id > after));
        of_group.ids.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(drilled)
}

/// A row of a group, and the rows that the group gains by it.
struct Found {
    key: Key,
    id: i64,
    total: i64,
}

/// Puts rows where they belong: to the groups by branch, or to the whole.
struct Places<'a> {
    forest: Forest<'a>,
    dimensions: Dimensions,
    found: Vec<Vec<Found>>,
}

impl<'a> Places<'a> {
    fn of(frames: &[&'a Frame], dimensions: Dimensions) -> Self {
        let forest = Forest::of(frames.iter().map(|frame| frame.tree()));
        let found = forest.empty();
        Self { forest, dimensions, found }
    }

    fn put(&mut self, branch: i64, key: &Key, id: i64, total: i64) {
        let (dimensions, by_branch) = (self.dimensions, self.dimensions.has(Dimension::Branch));
        self.forest.place(&mut self.found, branch, key, |key| {
            let is_meant = key.branch.is_some() == by_branch;
            is_meant.then(|| Found { key: key.within(dimensions), id, total })
        });
    }
}

fn people_of(
    conn: &mut AnyConnection,
    frames: &[&Frame],
    dimensions: Dimensions,
    shown: &[&Group],
    rows: Rows,
    (after, limit): (Option<i64>, i64),
) -> QueryResult<Vec<Vec<Found>>> {
    let mut places = Places::of(frames, dimensions);
    let Some(frame) = frames.first() else { return Ok(places.found) };
    let question = frame.question();
    let mut rounds = frame.rounds().to_vec();
    if dimensions.has(Dimension::Campaign) {
        let asked: BTreeSet<i64> = shown.iter().filter_map(|group| group.key.campaign).collect();
        rounds.retain(|round| asked.contains(&round.id));
    }
    let looked_up: BTreeSet<i64> = if dimensions.has(Dimension::Branch) {
        shown.iter().filter_map(|group| group.key.branch).collect()
    } else {
        frames.iter().filter_map(|frame| frame.tree().branch()).collect()
    };
    let looked_up: Vec<i64> = looked_up.into_iter().collect();
    let branches = (!looked_up.is_empty()).then(|| branches(looked_up, question.own));
    let page = RollPage {
        after,
        limit,
        id: if rows == Rows::Enrolments { RowId::Enrolment } else { RowId::Evaluation },
    };
    let mut columns = columns_of(dimensions);
    columns.push(RollColumn::Stage);
    let scope = RollScope { ratings: frame.asked_levels(), ..question.scope(&rounds, branches) };
    let found = if rows == Rows::Enrolments && question.wanted() == Measure::Reason {
        RollRow::of_roll(conn, &scope, &columns, &page)?
    } else {
        RollRow::of_rated(conn, &scope, &columns, &page)?
    };
    let mut keys = Keys::of(question, &frame.names().dictionary);
    for RollRow { key: row, place } in found {
        if question.is_asked_for(row.stage) {
            // All rows with the same values say how many they are: it counts once.
            let total = if place.number == 1 { place.total } else { 0 };
            places.put(row.branch_id.unwrap_or(EVERYTHING), &keys.key(&row), place.id, total);
        }
    }
    Ok(places.found)
}

fn branches_of(
    conn: &mut AnyConnection,
    frames: &[&Frame],
    dimensions: Dimensions,
) -> QueryResult<Vec<Vec<Found>>> {
    let mut places = Places::of(frames, dimensions);
    let Some(frame) = frames.first() else { return Ok(places.found) };
    let (dictionary, question) = (&frame.names().dictionary, frame.question());
    let fitting = frame.asked_levels().map(|ids| ids.into_iter().collect());
    let (rounds, forest) = (frame.rounds(), &places.forest);
    let rows = of_branches(conn, dictionary, question, rounds, forest, fitting.as_ref())?;
    for (key, branch, row) in rows {
        places.put(branch, &key, row.id, 1);
    }
    Ok(places.found)
}
