//! The printed figures of a row.

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
use crate::role::{FigureKey, Role};
use crate::value::{count_and_percent, number, shown, whole};
use crate::vocabulary::LevelText;

impl Reader<'_> {
    /// The printed figures of a row, one record for each round.
    pub(super) fn figures(&mut self, row: &Row, place: &Arc<[Arc<str>]>, group: Option<&str>) {
        let mut by_round: BTreeMap<Arc<Campaign>, Vec<Figure>> = BTreeMap::new();
        let in_percent = is_in_percent(self.context, row) || self.is_share_of_above(row);
        for column in self.context.columns {
            let Some(cell) = row.cell(column.index) else { continue };
            let totalled = Self::tick_total(&column.role, cell);
            let (key, part) = match &column.role {
                Role::Count(key) => (key, Part::Count),
                Role::Percent(key) => (key, Part::Percent),
                Role::CountAndPercent(key) => (key, Part::Both),
                _ => match &totalled {
                    Some(key) if group.is_some() || place.len() == self.context.committee.len() => {
                        (key, Part::Count)
                    }
                    _ => continue,
                },
            };
            let round = key.campaign.clone().or_else(|| self.round.clone());
            let Some(campaign) = round.or_else(|| self.context.campaign.clone()) else { continue };
            let part = if in_percent { Part::Percent } else { part };
            let scale = if in_percent { scale_of(row) } else { self.context.percent_scale };
            let Some((count, percent)) = self.values(row, cell, part, scale) else { continue };
            let Some(rating) = self.rating_ref(key.level.as_ref(), key.subject, &campaign) else {
                continue;
            };
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
            let figures = by_round.entry(campaign).or_default();
            add(figures, key, rating, group, count, percent);
        }
        for (campaign, figures) in by_round {
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &campaign, place, statement));
        }
    }

    /// Under ticks, the number in a row of totals counts them.
    fn tick_total(meaning: &Role, cell: &Cell) -> Option<FigureKey> {
        let key = |measure, level, stage, relation| FigureKey {
            campaign: None,
            subject: Subject::Branches,
            measure,
            level,
            stage,
            relation,
        };
        number(&cell.value)?;
        match meaning {
            Role::Tick(stage, level) => {
                Some(key(Measure::Rating, Some(level.clone()), *stage, Relation::Exact))
            }
            Role::Exemplary => {
                Some(key(Measure::Exemplary, None, Stage::Unstated, Relation::Nested))
            }
            _ => None,
        }
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
