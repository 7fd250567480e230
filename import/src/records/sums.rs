//! Rows of figures that are the sums of others: of all rows, of those since the total before, of those right
//! below.

use std::collections::{BTreeMap, HashSet};

use super::{RowKind, TableContext};
use crate::grid::Row;
use crate::role::Role;
use crate::value::{count_in, number, shown};
use crate::vocabulary::Field;

pub(super) fn columns_of_counts(context: &TableContext<'_>) -> Vec<u32> {
    let counts = context
        .columns
        .iter()
        .filter(|column| matches!(column.role, Role::Count(_) | Role::CountAndPercent(_)));
    counts.map(|column| column.index).collect()
}

pub(super) fn counted(row: &Row, column: u32) -> Option<f64> {
    count_in(&row.cell(column)?.value)
}

/// The rows of totals each of whose counts is the sum of the rows since the total before, where other
/// rows stand above those.
pub(super) fn subtotals(context: &TableContext<'_>) -> HashSet<u32> {
    let counts = columns_of_counts(context);
    let mut found = HashSet::new();
    let mut part: Vec<&Row> = Vec::new();
    let mut all = 0;
    // A line below the total, such as place and date, has no figures.
    let has_figures = |row: &Row| counts.iter().any(|column| counted(row, *column).is_some());
    for row in context.body {
        match context.kind_of_row(row) {
            RowKind::Data if has_figures(row) && !is_in_percent(context, row) => {
                part.push(row);
                all += 1;
            }
            RowKind::Total { .. } => {
                let adds_up = |column: &&u32| {
                    let sum: f64 = part.iter().filter_map(|row| counted(row, **column)).sum();
                    counted(row, **column).is_some_and(|total| (total - sum).abs() < 1e-6)
                };
                let right = counts.iter().filter(adds_up).count();
                if !part.is_empty() && right > 1 && right * 4 >= counts.len() * 3 {
                    found.insert(row.index);
                }
                part.clear();
            }
            RowKind::Data | RowKind::Section { .. } | RowKind::Nothing => {}
        }
    }
    // One total of all rows is no part of them.
    if part.is_empty() && found.len() == 1 && all > 0 {
        found.clear();
    }
    found
}

/// The first or the last row, if each of its counts is the sum of those of all other rows.
pub(super) fn sums(context: &TableContext<'_>) -> HashSet<u32> {
    let counts = columns_of_counts(context);
    let rows: Vec<&Row> = context
        .body
        .iter()
        .map(|row| &**row)
        .filter(|row| counts.iter().filter(|column| counted(row, **column).is_some()).count() > 1)
        .filter(|row| !is_in_percent(context, row))
        .collect();
    let mut found = HashSet::new();
    if rows.len() < 3 || counts.len() < 2 {
        return found;
    }
    for (total, others) in [(rows[0], &rows[1..]), (rows[rows.len() - 1], &rows[..rows.len() - 1])]
    {
        let adds_up = |column: &u32| {
            let sum: f64 = others.iter().filter_map(|row| counted(row, *column)).sum();
            counted(total, *column).is_some_and(|total| (total - sum).abs() < 1e-6)
        };
        let is_zero = counts.iter().all(|column| counted(total, *column).unwrap_or(0.0) == 0.0);
        let right = counts.iter().filter(|column| adds_up(column)).count();
        if right * 4 >= counts.len() * 3 && right > 1 && !is_zero {
            found.insert(total.index);
        }
    }
    found
}

/// "Tỷ lệ (%)" below a total: the same figures in per cent.
pub(super) fn is_in_percent(context: &TableContext<'_>, row: &Row) -> bool {
    let percent = |text: &str| {
        matches!(context.vocabulary.field(text), Some((Field::Percent, _)))
            || context.vocabulary.words.units_in_percent.is(text)
            // "Percent of total"
            || context.vocabulary.share_of(text).is_some_and(|of| {
                let whole = of.rsplit(' ').next().unwrap_or_default();
                context.vocabulary.is_total(whole)
            })
    };
    if let Some(unit) = context.column_of(&Role::Unit).and_then(|column| row.text(column)) {
        return percent(&unit);
    }
    row.cells
        .first()
        .is_some_and(|first| number(&first.value).is_none() && percent(&shown(&first.value)))
}

/// Columns that must add up for a row to be the whole of the rows below it.
const PROVEN: usize = 3;

/// What rows of bodies are sums of those right below.
pub(super) struct Wholes {
    /// Bodies with their parts, each with the last row of these.
    pub(super) parts: BTreeMap<u32, u32>,
    /// The row over all others, which has no number among theirs: who issued the table.
    pub(super) top: Option<u32>,
}

/// The rows of bodies each of whose counts is the sum of those of the rows right below.
pub(super) fn wholes(context: &TableContext<'_>) -> Wholes {
    let counts = columns_of_counts(context);
    let rows: Vec<(u32, Vec<f64>)> = context
        .body
        .iter()
        .filter(|row| matches!(context.kind_of_row(row), RowKind::Data))
        .filter(|row| !is_in_percent(context, row))
        .map(|row| {
            let values = counts.iter().map(|column| counted(row, *column).unwrap_or(0.0));
            (row.index, values.collect())
        })
        .collect();
    let mut found: BTreeMap<u32, u32> = BTreeMap::new();
    // The place behind each row and its parts, from the last row up.
    let mut behind: Vec<usize> = (1..=rows.len()).collect();
    for at in (0..rows.len()).rev() {
        let whole = &rows[at].1;
        if whole.iter().filter(|value| **value > 0.0).count() < PROVEN {
            continue;
        }
        let mut rest = whole.clone();
        let (mut next, mut parts) = (at + 1, 0);
        while next < rows.len() {
            for (rest, value) in rest.iter_mut().zip(&rows[next].1) {
                *rest -= value;
            }
            next = behind[next];
            parts += 1;
            if rest.iter().any(|rest| *rest < -1e-6) {
                break;
            }
            if rest.iter().all(|rest| rest.abs() < 1e-6) {
                if parts > 1 {
                    behind[at] = next;
                    found.insert(rows[at].0, rows[next - 1].0);
                }
                break;
            }
        }
    }
    let mut wholes = Wholes { parts: found, top: None };
    // One body over all others is who issued the table.
    let first = rows.first().map(|(row, _)| *row).filter(|_| behind.first() == Some(&rows.len()));
    if let Some(first) = first.filter(|first| wholes.parts.contains_key(first)) {
        if wholes.parts.len() == 1 {
            wholes.parts.clear();
        } else if !is_numbered(context, first) {
            wholes.parts.remove(&first);
            wholes.top = Some(first);
        }
    }
    wholes
}

/// Whether a row has a number where the others have theirs.
fn is_numbered(context: &TableContext<'_>, row: u32) -> bool {
    let column = context.column_of(&Role::Ordinal);
    let row = context.body.iter().find(|of| of.index == row);
    column.is_none_or(|column| row.is_some_and(|row| row.cell(column).is_some()))
}
