//! Evidence of arithmetic: levels add up to the rated, a count over a denominator is the percentage.

use super::Role;
use super::choose::Claims;
use super::neighbours::plain_key;
use super::view::{ColumnView, View};
use super::words::WORD;
use crate::layout::TableKind;
use crate::record::{Measure, Stage};
use crate::value::{count_in, number};
use crate::vocabulary::Field;

/// Rows that equations are tried on.
const ROWS: usize = 60;

/// A column that is the mean or the sum of those beside it is the score, and they are parts of it.
fn scores(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
    // "Points awarded / Meetings / max 40": what stands above says that they are points.
    let points_over = |place: usize| -> Option<&str> {
        let column = &view.columns[place];
        let mut above = column.parent().iter().map(String::as_str);
        above.find(|text| matches!(view.vocabulary.field(text), Some((Field::Score, _))))
    };
    // "Tổng điểm", "CGPA" alone, and points that one heading holds together.
    let is_total_of = |whole: usize, part: usize| {
        let scores = |column: &ColumnView<'_>| {
            column.any(|text| matches!(view.vocabulary.field(text), Some((Field::Score, _))))
        };
        let (whole, part) = (&view.columns[whole], &view.columns[part]);
        whole.parent().is_empty() && !part.parent().is_empty() && scores(part)
    };
    let together = |left: usize, right: usize| {
        let same = view.columns[left].parent() == view.columns[right].parent();
        same && !view.columns[left].parent().is_empty() && kind == TableKind::Members
            || points_over(left).is_some() && points_over(left) == points_over(right)
            || is_total_of(left, right)
    };
    let is_figure = |place: usize| {
        let shape = &view.columns[place].shape;
        shape.numbers > 2
            && shape.numbers * 10 >= shape.filled * 8
            && shape.steps * 2 < shape.numbers
    };
    let figures: Vec<usize> = (0..view.columns.len()).filter(|place| is_figure(*place)).collect();
    for place in &figures {
        let parts: Vec<usize> = figures
            .iter()
            .copied()
            .filter(|other| other != place && together(*place, *other))
            .collect();
        if parts.len() < 2 {
            continue;
        }
        let (mut rows, mut means, mut sums) = (0_usize, 0_usize, 0_usize);
        for row in view.table.body.iter().take(ROWS) {
            let value = |place: usize| number(&row.cell(view.columns[place].heading.column)?.value);
            let values: Vec<f64> =
                parts.iter().filter_map(|part| Some(value(*part)?.value)).collect();
            let Some(whole) = value(*place).filter(|_| values.len() == parts.len()) else {
                continue;
            };
            let sum: f64 = values.iter().sum();
            let count = f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX));
            rows += 1;
            means += usize::from((whole.value - sum / count).abs() <= 0.051);
            sums += usize::from((whole.value - sum).abs() <= 0.051);
        }
        if rows < 3 || means.max(sums) * 10 < rows * 9 {
            continue;
        }
        let weight = if kind == TableKind::Members { 3.5 } else { 4.5 };
        claims.add(
            *place,
            Role::Score(Stage::Unstated),
            weight,
            "the mean or the sum of the columns beside it",
        );
        for part in parts {
            for claim in claims.of[part].iter_mut().filter(|of| matches!(of.role, Role::Score(_))) {
                claim.weight -= 6.0;
            }
            claims.add(part, Role::NotHeld, 1.0, "a part of the score beside it");
        }
        return;
    }
}

pub(super) fn claim(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
    let rated = view.columns.iter().any(|column| column.shape.is_mostly_levels());
    if kind == TableKind::Members || kind == TableKind::Organizations && rated {
        scores(view, kind, claims);
    }
    if kind != TableKind::Organizations {
        return;
    }
    let counts: Vec<usize> = (0..view.columns.len())
        .filter(|place| {
            let column = &view.columns[*place];
            let nested = column.any(|text| {
                let words = &view.vocabulary.words;
                words.exemplary.found_in(text)
                    || words.nested.found_in(text)
                    || words.or_better.found_in(text)
            });
            column.level.is_some()
                && !nested
                && column.shape.numbers + column.shape.pairs > 0
                && !column.shape.looks_like_percentages()
                && column.shape.ticks == 0
        })
        .collect();
    if counts.len() < 2 {
        return;
    }
    for (place, column) in view.columns.iter().enumerate() {
        // What a word above says of a column, its figures may say better.
        let known = claims.of[place]
            .iter()
            .any(|claim| claim.weight > 0.5 * WORD && claim.role.figure_key().is_some());
        if known
            || column.level.is_some()
            || column.shape.numbers < 2
            || column.shape.looks_like_percentages()
        {
            continue;
        }
        let of_round =
            counts.iter().copied().filter(|of| view.columns[*of].campaign == column.campaign);
        let of_round: Vec<usize> = of_round.collect();
        let (mut equal, mut more, mut rows) = (0_usize, 0_usize, 0_usize);
        for row in view.table.body.iter().take(ROWS) {
            let value =
                |place: usize| count_in(&row.cell(view.columns[place].heading.column)?.value);
            let parts: Vec<f64> = of_round.iter().filter_map(|of| value(*of)).collect();
            let (Some(total), true) = (value(place), parts.len() >= 2) else { continue };
            let sum: f64 = parts.iter().sum();
            rows += 1;
            equal += usize::from((total - sum).abs() < 1e-6);
            more += usize::from(total > sum + 1e-6);
        }
        let is_base = (rows < 2 || equal < rows) && is_denominator(view, place, &of_round);
        if is_base {
            let key = plain_key(view, column, Measure::Rated);
            claims.add(place, Role::Count(key), 2.6, "the percentages are of it");
        }
        if rows >= 2 && equal * 10 >= rows * 8 {
            let key = plain_key(view, column, Measure::Rated);
            claims.add(place, Role::Count(key), 2.6, "the levels add up to it");
        } else if !is_base && rows >= 2 && equal > 0 && (equal + more) == rows && more * 2 <= rows {
            let key = plain_key(view, column, Measure::OnRoll);
            claims.add(place, Role::Count(key), 1.8, "the levels add up to it, or to less");
        }
    }
}

/// Whether the percentages beside counts are those of a column.
fn is_denominator(view: &View<'_>, place: usize, counts: &[usize]) -> bool {
    let mut tried = 0_usize;
    let mut fits = 0_usize;
    for row in view.table.body.iter().take(ROWS) {
        let cell =
            |place: usize| row.cell(view.columns[place].heading.column).map(|cell| &cell.value);
        let Some(total) = cell(place).and_then(count_in).filter(|total| *total > 0.0) else {
            continue;
        };
        for count in counts {
            let level = view.columns[*count].level.as_ref().map(|level| &level.level);
            let percent = (0..view.columns.len()).find(|other| {
                let column = &view.columns[*other];
                other != count
                    && column.level.as_ref().map(|level| &level.level) == level
                    && column.campaign == view.columns[*count].campaign
                    && column.shape.looks_like_percentages()
            });
            let percent = percent.and_then(|percent| number(cell(percent)?));
            let (Some(percent), Some(count)) = (percent, cell(*count).and_then(count_in)) else {
                continue;
            };
            let share = 100.0 * count / total;
            tried += 1;
            fits += usize::from(
                (share - percent.value).abs() < 0.6 || (share - 100.0 * percent.value).abs() < 0.6,
            );
        }
    }
    tried >= 2 && fits * 10 >= tried * 8
}
