//! Cells from the roll itself, and spreads of scores and ages.

use std::collections::HashSet;
use std::sync::Arc;

use super::cell::{Cell, Figure, Measure, Spreads};
use super::key::{Dimension, Dimensions, Key};
use super::tree::Forest;
use super::{EVERYTHING, Question, Subject, shared};
use crate::db::{
    AnyConnection, BranchEvaluation, Campaign, Dictionary, QueryResult, RollBranches, RollColumn,
    RollCount, RollKey, RollMeasures, RollScope, Spread, StageScope, stages_of_scores,
};

/// The number of the branch's own stage: what was decided before it is provisional.
const BRANCH_STAGE: i32 = 5;

impl Question {
    fn columns(&self) -> Vec<RollColumn> {
        let mut columns = columns_of(self.dimensions());
        columns.push(RollColumn::Stage);
        if self.rating.is_some() {
            columns.push(RollColumn::Rating);
        }
        columns
    }

    /// Whether a stage is one of those that are asked for.
    pub(super) fn is_asked_for(&self, stage: Option<i32>) -> bool {
        match (&self.stages, stage) {
            (Some(stages), Some(stage)) => stages.contains(&stage),
            _ => true,
        }
    }

    pub(super) fn scope(
        &self,
        rounds: &[Arc<Campaign>],
        branches: Option<RollBranches>,
    ) -> RollScope {
        RollScope {
            campaigns: rounds.iter().map(|round| round.id).collect(),
            branches,
            member: self.member.clone(),
            enrolment: self.enrolment.clone().unwrap_or_default(),
            stage: self.stage_scope(),
            ratings: None,
        }
    }
}

/// The columns that some dimensions are made of.
pub(super) fn columns_of(dimensions: Dimensions) -> Vec<RollColumn> {
    let columns = [
        (Dimension::Rating, RollColumn::Rating),
        (Dimension::Scheme, RollColumn::Rating),
        (Dimension::Stage, RollColumn::Stage),
        (Dimension::Sex, RollColumn::Sex),
        (Dimension::AgeBand, RollColumn::BirthYear),
        (Dimension::Position, RollColumn::Position),
        (Dimension::Probationary, RollColumn::Probationary),
        (Dimension::Reason, RollColumn::Reason),
    ];
    let wanted = columns.into_iter().filter(|(dimension, _)| dimensions.has(*dimension));
    wanted.map(|(_, column)| column).collect()
}

/// Makes keys of counted rows.
pub(super) struct Keys<'a> {
    question: &'a Question,
    dictionary: &'a Dictionary,
    texts: HashSet<Arc<str>>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(question: &'a Question, dictionary: &'a Dictionary) -> Self {
        Self { question, dictionary, texts: HashSet::new() }
    }

    fn year(&self, campaign: i64) -> i32 {
        self.dictionary.round(campaign).map_or(0, |round| round.year)
    }

    pub(super) fn key(&mut self, row: &RollKey) -> Key {
        let age = row.birth_year.map(|year| self.year(row.campaign_id) - year);
        let band = |width: i32| age.map(|age| age.div_euclid(width) * width);
        Key {
            campaign: Some(row.campaign_id),
            branch: None,
            rating: row.rating_id,
            scheme: row.rating_id.and_then(|id| self.dictionary.level(id)).map(|it| it.scheme_id),
            stage: row.stage.filter(|_| self.question.has(Dimension::Stage)),
            sex: shared(&mut self.texts, row.sex.clone()),
            age_band: self.question.age_width().and_then(band),
            position: shared(&mut self.texts, row.position.clone()),
            probationary: row.probationary,
            reason: shared(&mut self.texts, row.reason.clone()),
        }
    }
}

/// The cells of each tree.
pub(super) fn cells(
    conn: &mut AnyConnection,
    dictionary: &Dictionary,
    question: &Question,
    rounds: &[Arc<Campaign>],
    forest: &Forest<'_>,
) -> QueryResult<Vec<Vec<Cell>>> {
    let mut cells = forest.empty();
    let mut place = |branch: Option<i64>, measure: Measure, key: &Key, figure: Figure| {
        let cell = |key| Some(Cell { key, measure, figure });
        forest.place(&mut cells, branch.unwrap_or(EVERYTHING), key, cell);
    };
    let mut keys = Keys::of(question, dictionary);
    let mut columns = question.columns();
    let by_rating = columns.contains(&RollColumn::Rating);
    let by_deciding = question.stage_scope() == StageScope::Deciding;
    for branches in forest.counted(question.own) {
        let scope = question.scope(rounds, branches);
        for RollCount { key: row, measures } in RollCount::of_rated(conn, &scope, &columns)? {
            if !question.is_asked_for(row.stage) {
                continue;
            }
            let key = keys.key(&row);
            let figure = Figure::counted(measures.count);
            let all = Key { rating: None, scheme: None, ..key.clone() };
            place(row.branch_id, Measure::Rated, &all, figure);
            if by_rating {
                place(row.branch_id, Measure::Rating, &key, figure);
            }
            if by_deciding && row.stage.is_some_and(|stage| stage < BRANCH_STAGE) {
                place(row.branch_id, Measure::Provisional, &all, figure);
            }
        }
    }
    if !question.needs.roll && !question.has(Dimension::Reason) {
        return Ok(cells);
    }
    columns.push(RollColumn::Reason);
    for branches in forest.counted(question.own) {
        let scope = question.scope(rounds, branches);
        for RollCount { key: row, measures } in RollCount::of_roll(conn, &scope, &columns)? {
            let key = keys.key(&row);
            let figure = Figure::counted(measures.count);
            let all = Key { reason: None, ..key.clone() };
            place(row.branch_id, Measure::Reason, &key, figure);
            place(row.branch_id, Measure::OnRoll, &all, figure);
            if row.reason.as_deref() != Some("EXEMPT") {
                place(row.branch_id, Measure::ToRate, &all, figure);
            }
        }
    }
    Ok(cells)
}

/// Scores and ages of those who are counted in each tree, by the keys of the groups.
pub(super) fn spreads(
    conn: &mut AnyConnection,
    dictionary: &Dictionary,
    question: &Question,
    rounds: &[Arc<Campaign>],
    forest: &Forest<'_>,
    fitting: Option<&HashSet<i64>>,
) -> QueryResult<Vec<Vec<(Key, Spreads)>>> {
    let mut found = forest.empty();
    let mut place = |branch: i64, key: &Key, spreads: Spreads| {
        forest.place(&mut found, branch, key, |key| Some((key, spreads)));
    };
    if question.subject == Subject::Branches {
        for (key, branch, row) in of_branches(conn, dictionary, question, rounds, forest, fitting)?
        {
            let count = i64::from(row.score.is_some());
            let score = Spread { count, sum: row.score, minimum: row.score, maximum: row.score };
            let stages = stages_of_scores(Some(row.stage), count, count);
            place(branch, &key, Spreads { score, stages, age: Spread::NONE });
        }
        return Ok(found);
    }
    let mut keys = Keys::of(question, dictionary);
    let columns = question.columns();
    for branches in forest.counted(question.own) {
        let scope = RollScope {
            ratings: fitting.map(|ids| ids.iter().copied().collect()),
            ..question.scope(rounds, branches)
        };
        let rows = if question.has(Dimension::Reason) {
            RollCount::of_roll(conn, &scope, &columns)?
        } else {
            RollCount::of_rated(conn, &scope, &columns)?
        };
        for row in rows.iter().filter(|row| question.is_asked_for(row.key.stage)) {
            let year = f64::from(keys.year(row.key.campaign_id));
            let RollMeasures { scores, own_scores, birth_years, .. } = row.measures;
            let stages = stages_of_scores(row.key.stage, own_scores, scores.count);
            let spreads = Spreads { score: scores, stages, age: age(birth_years, year) };
            place(row.key.branch_id.unwrap_or(EVERYTHING), &keys.key(&row.key), spreads);
        }
    }
    Ok(found)
}

/// Ages in a year from years of birth.
#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts of people are far below 2^52"
)]
fn age(born: Spread, year: f64) -> Spread {
    Spread {
        count: born.count,
        sum: born.sum.map(|sum| born.count as f64 * year - sum),
        minimum: born.maximum.map(|latest| year - latest),
        maximum: born.minimum.map(|earliest| year - earliest),
    }
}

/// A key of the whole, the branch that it counts for or `EVERYTHING`, and the evaluation of a branch.
type OfBranch = (Key, i64, BranchEvaluation);

/// The evaluations of branches that a question counts, once for each branch above them that is looked
/// up.
pub(super) fn of_branches(
    conn: &mut AnyConnection,
    dictionary: &Dictionary,
    question: &Question,
    rounds: &[Arc<Campaign>],
    forest: &Forest<'_>,
    fitting: Option<&HashSet<i64>>,
) -> QueryResult<Vec<OfBranch>> {
    let ids: Vec<i64> = rounds.iter().map(|round| round.id).collect();
    let mut rows = Vec::new();
    for branches in forest.counted(question.own) {
        match branches {
            None => {
                let all = BranchEvaluation::rated(conn, &ids)?;
                rows.extend(all.into_iter().map(|row| (EVERYTHING, row)));
            }
            Some(RollBranches { ids: named, .. }) => {
                rows.extend(BranchEvaluation::rated_below(conn, &ids, named.as_deref())?);
            }
        }
    }
    let is_meant = |row: &BranchEvaluation| {
        let is_of_stage = match question.stage_scope() {
            StageScope::Deciding => row.deciding && question.is_asked_for(Some(row.stage)),
            StageScope::One(stage) => row.stage == stage,
            StageScope::Each => question.is_asked_for(Some(row.stage)),
        };
        is_of_stage && row.rating_id.is_some_and(|id| fitting.is_none_or(|ids| ids.contains(&id)))
    };
    let meant = rows.into_iter().filter(|(_, row)| is_meant(row));
    Ok(meant
        .map(|(branch, row)| {
            let key = Key {
                campaign: Some(row.campaign_id),
                rating: row.rating_id,
                scheme: row
                    .rating_id
                    .and_then(|id| dictionary.level(id))
                    .map(|level| level.scheme_id),
                stage: question.has(Dimension::Stage).then_some(row.stage),
                ..Key::default()
            };
            (key, branch, row)
        })
        .collect())
}
