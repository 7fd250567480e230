//! The printed figures of a row.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::sums::is_in_percent;
use super::{RECENT, Reader};
use crate::campaign::Campaign;
use crate::diagnostic::Code;
use crate::grid::{Cell, Row};
use crate::record::{
    Figure, Measure, RatingRef, Record, Relation, Stage, Stated, Statement, Subject,
};
use crate::role::{Column, FigureKey, Role};
use crate::value::{count_and_percent, number, shown, whole};
use crate::vocabulary::LevelText;

impl Reader<'_> {
    /// The printed figures of a row, one record for each round; numbers under ticks are figures where the row
    /// is not that of one body.
    pub(super) fn figures(
        &mut self,
        row: &Row,
        place: &Arc<[Arc<str>]>,
        group: Option<&str>,
        is_of_one: bool,
    ) {
        let mut by_round: BTreeMap<Arc<Campaign>, Vec<Figure>> = BTreeMap::new();
        let undated = self.rounds_of_undated();
        let in_percent = is_in_percent(self.context, row) || self.is_share_of_above(row);
        for column in self.context.columns {
            let Some(cell) = row.cell(column.index) else { continue };
            let totalled = self.tick_total(row, column, cell);
            let (key, part) = match &column.role {
                Role::Count(key) => (key, Part::Count),
                Role::Percent(key) => (key, Part::Percent),
                Role::CountAndPercent(key) => (key, Part::Both),
                _ => match &totalled {
                    Some(key) if !is_of_one => (key, Part::Count),
                    _ => continue,
                },
            };
            let part = if in_percent { Part::Percent } else { part };
            let scale = if in_percent { scale_of(row) } else { self.context.percent_scale };
            let Some((count, percent)) = self.values(row, cell, part, scale) else { continue };
            let own: Option<&[Arc<Campaign>]> = key.campaign.as_ref().map(std::slice::from_ref);
            for campaign in own.unwrap_or(&undated) {
                let level = key.level.as_ref();
                let Some(rating) = self.rating_ref(level, key.subject, campaign) else { continue };
                let fits = |record: &Record, figure: &Figure| {
                    record.place == *place
                        && figure.group.as_deref() == group
                        && (figure.subject, figure.measure, figure.stage)
                            == (key.subject, key.measure, key.stage)
                        && figure.rating == rating
                };
                if count.is_none()
                    && in_percent
                    && let Some(percent) = &percent
                    && self.output.join_percent(percent, RECENT, fits)
                {
                    continue;
                }
                let figures = by_round.entry(Arc::clone(campaign)).or_default();
                add(figures, key, rating, group, count.clone(), percent.clone());
            }
        }
        for (campaign, figures) in by_round {
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &campaign, place, statement));
        }
    }

    /// The rounds of figures whose columns name none: that of the row, of the title. Beside ratings of each quarter
    /// a figure of no quarter is of all of them.
    fn rounds_of_undated(&self) -> Vec<Arc<Campaign>> {
        if let Some(round) = &self.round {
            return vec![Arc::clone(round)];
        }
        let Some(title) = &self.context.campaign else { return Vec::new() };
        let rated = self.rounds();
        let is_part = |round: &Arc<Campaign>| round != title && round.year == title.year;
        if rated.iter().all(is_part) { rated } else { vec![Arc::clone(title)] }
    }

    /// Under ticks, the number in a row of totals counts them.
    fn tick_total(&self, row: &Row, column: &Column, cell: &Cell) -> Option<FigureKey> {
        let key = |measure, level, stage, relation| FigureKey {
            campaign: column.campaign.clone(),
            subject: Subject::Branches,
            measure,
            level,
            stage,
            relation,
        };
        number(&cell.value)?;
        match &column.role {
            Role::Tick(stage, level) => {
                Some(key(Measure::Rating, Some(level.clone()), *stage, Relation::Exact))
            }
            Role::Exemplary => {
                let relation =
                    if self.is_apart(row) { Relation::Disjoint } else { Relation::Nested };
                Some(key(Measure::Exemplary, None, Stage::Unstated, relation))
            }
            _ => None,
        }
    }

    /// Whether the ticks for exemplary stand beside none for a level, and a row of totals counts each column
    /// for itself: then the numbers below ticks make up all rows.
    fn is_apart(&self, totals: &Row) -> bool {
        let context = self.context;
        let ticks = |row: &Row, of: fn(&Role) -> bool| {
            let columns = context.columns.iter().filter(|column| of(&column.role));
            let cells = columns.filter_map(|column| row.cell(column.index));
            cells.filter(|cell| context.is_tick_of(cell, &shown(&cell.value))).count()
        };
        let levels = |row: &Row| ticks(row, |role| matches!(role, Role::Tick(..)));
        let exemplary = |row: &Row| ticks(row, |role| *role == Role::Exemplary);
        let rated = || context.body.iter().filter(|row| levels(row) + exemplary(row) > 0);
        let is_alone = |row: &&Cow<'_, Row>| exemplary(row) == 1 && levels(row) == 0;
        let counted = context.columns.iter().filter(|column| {
            matches!(column.role, Role::Tick(..)) || column.role == Role::Exemplary
        });
        let numbers = counted.filter_map(|column| number(&totals.cell(column.index)?.value));
        let sum: f64 = numbers.map(|number| number.value).sum();
        let rows = f64::from(u32::try_from(rated().count()).unwrap_or(u32::MAX));
        rated().any(|row| is_alone(&row)) && (sum - rows).abs() < 1e-9
    }

    #[expect(
        clippy::option_option,
        reason = "no level is needed, or the level is of no known scheme"
    )]
    pub(super) fn rating_ref(
        &self,
        level: Option<&LevelText>,
        subject: Subject,
        campaign: &Campaign,
    ) -> Option<Option<RatingRef>> {
        match level {
            None => Some(None),
            Some(level) => self.context.rating(level, subject, campaign).map(Some),
        }
    }

    #[expect(clippy::type_complexity, reason = "a count and a percentage, each with its cell")]
    fn values(
        &mut self,
        row: &Row,
        cell: &Cell,
        part: Part,
        scale: f64,
    ) -> Option<(Option<Stated<i64>>, Option<Stated<f64>>)> {
        let context = self.context;
        let text = shown(&cell.value);
        if let Some((count, percent)) = count_and_percent(&text) {
            let count = whole(count).map(|count| context.stated(row, cell, count));
            return Some((count, Some(context.stated(row, cell, percent))));
        }
        if let Some(problem) = context.no_figure(row, cell, &text) {
            self.output.diagnostics.push(problem);
            return None;
        }
        if context.vocabulary.is_missing(&text) {
            return None;
        }
        let Some(number) = number(&cell.value) else {
            let problem = context.problem(
                Code::NotANumber,
                row,
                cell.column,
                format!("`{text}` is no number"),
            );
            self.output
                .diagnostics
                .push(problem.expected("0, 1, 2 …").hint("write the figure in digits"));
            return None;
        };
        match part {
            Part::Percent => {
                Some((None, Some(context.stated(row, cell, percentage(number, scale)))))
            }
            Part::Count | Part::Both => {
                let count = whole(number.value).map(|count| context.stated(row, cell, count));
                count.map(|count| (Some(count), None))
            }
        }
    }
}

/// 100 where a row of percentages holds fractions.
pub(in crate::records) fn scale_of(row: &Row) -> f64 {
    let numbers =
        row.cells.iter().filter_map(|cell| number(&cell.value)).filter(|number| !number.percent);
    let values: Vec<f64> = numbers.map(|number| number.value).collect();
    let largest = values.iter().copied().fold(0.0, f64::max);
    if largest <= 1.0 && values.iter().any(|value| *value > 0.0 && *value < 1.0) {
        100.0
    } else {
        1.0
    }
}

#[derive(Clone, Copy)]
enum Part {
    Count,
    Percent,
    Both,
}

/// A percentage in per cent units, without the noise of the multiplication.
pub(in crate::records) fn percentage(number: crate::value::Number, scale: f64) -> f64 {
    if number.percent { number.value } else { (number.value * scale * 1e6).round() / 1e6 }
}

/// Joins the percentage to the count of the same figure.
fn add(
    figures: &mut Vec<Figure>,
    key: &FigureKey,
    rating: Option<RatingRef>,
    group: Option<&str>,
    count: Option<Stated<i64>>,
    percent: Option<Stated<f64>>,
) {
    let same = figures.iter_mut().find(|figure| {
        let same_key = (figure.subject, figure.measure, figure.stage, figure.relation)
            == (key.subject, key.measure, key.stage, key.relation);
        let free = figure.percent.is_none() && count.is_none()
            || figure.count.is_none() && percent.is_none();
        same_key && figure.rating == rating && free
    });
    if let Some(figure) = same {
        figure.count = figure.count.take().or(count);
        figure.percent = figure.percent.take().or(percent);
        return;
    }
    figures.push(Figure {
        subject: key.subject,
        measure: key.measure,
        rating,
        stage: key.stage,
        relation: key.relation,
        group: group.map(str::to_owned),
        count,
        percent,
    });
}
