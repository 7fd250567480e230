//! Evidence of arithmetic: levels add up to the rated, a count over a denominator is the percentage.

use super::Role;
use super::choose::{Claim, Claims};
use super::neighbours::plain_key;
use super::view::{ColumnView, View};
use super::words::WORD;
use crate::layout::TableKind;
use crate::record::{Measure, Stage};
use crate::value::{count_in, number};
use crate::vocabulary::Field;

/// Rows that equations are tried on.
const ROWS: usize = 60;

/// Whether one heading holds two columns together as the parts of a score, or one as the sum of the other.
fn together(view: &View<'_>, kind: TableKind, left: usize, right: usize) -> bool {
    let is_score = |text: &str| matches!(view.vocabulary.field(text), Some((Field::Score, _)));
    // "Points awarded / Meetings / max 40": what stands above says that they are points.
    let points_over = |column: &ColumnView<'_>| -> Option<String> {
        column.parent().iter().find(|text| is_score(text)).cloned()
    };
    let (left, right) = (&view.columns[left], &view.columns[right]);
    let (outer, inner) = (left.parent(), right.parent());
    // "Tổng điểm", "CGPA" outside, and points that one heading holds together.
    let is_total = inner.len() > outer.len() && inner.starts_with(outer) && right.any(is_score);
    let points = points_over(left);
    outer == inner && !outer.is_empty() && kind == TableKind::Members
        || points.is_some() && points == points_over(right)
        || is_total
}

/// A column that is the mean or the sum of those beside it is the score, and they are parts of it.
fn scores(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
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
            .filter(|other| other != place && together(view, kind, *place, *other))
            .collect();
        // "Display (max 10) | Stock (max 10) | Total points (max 30)".
        let is_called = matches!(view.columns[*place].field, Some((Field::Score, _)));
        let parts = if parts.len() < 2 && is_called {
            let before = (0..*place).rev().take_while(|other| figures.contains(other));
            before.collect()
        } else {
            parts
        };
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
    if kind == TableKind::Members || kind == TableKind::Organizations && view.is_rated() {
        scores(view, kind, claims);
    }
    if kind != TableKind::Organizations {
        return;
    }
    let counts = counted_levels(view);
    if counts.len() < 2 {
        return;
    }
    for (place, column) in view.columns.iter().enumerate() {
        // What a word above says of a column, its figures may say better.
        let known = claims.of[place].iter().find_map(|claim| {
            let key = claim.role.figure_key().filter(|_| claim.weight > 0.5 * WORD)?;
            Some((key.measure, claim.weight))
        });
        if column.level.is_some()
            || column.shape.numbers < 2
            || column.shape.looks_like_percentages()
        {
            continue;
        }
        let of_round =
            counts.iter().copied().filter(|of| view.columns[*of].campaign == column.campaign);
        let of_round: Vec<usize> = of_round.collect();
        if let Some((measure, weight)) = known {
            let doubted = says_little(view, place, measure, &of_round);
            if doubted && Sums::of(view, place, &of_round).is_of_levels() {
                let why = "the levels add up to it";
                let key = plain_key(view, column, Measure::Rated);
                claims.add(place, Role::Count(key), weight + 1.0, why);
            }
            continue;
        }
        let beside_rated = is_beside_rated(view, claims, place, &of_round);
        let is_base = |sums: &Sums| {
            (sums.rows < 2 || sums.equal < sums.rows) && is_denominator(view, place, &of_round)
        };
        if let Some((measure, weight, why)) =
            Sums::of(view, place, &of_round).says(is_base, beside_rated)
        {
            let mut key = plain_key(view, column, measure);
            // What the levels add up to counts whom they count.
            let mut of_levels = of_round.iter().flat_map(|of| &claims.of[*of]);
            let counted = of_levels.find_map(|claim| claim.role.figure_key());
            if let (Measure::Rated | Measure::OnRoll, Some(level)) = (measure, counted) {
                key.subject = level.subject;
            }
            claims.add(place, Role::Count(key), weight, why);
        }
    }
    for (place, column) in view.columns.iter().enumerate() {
        let is_told = claims.of[place]
            .iter()
            .any(|claim| claim.role.figure_key().is_some() && claim.weight > 0.5 * WORD);
        let may_count = column.level.is_none() && column.shape.numbers > 1;
        if may_count && !is_told && is_rest(view, claims, place) {
            let key = plain_key(view, column, Measure::NotYetRated);
            let why = "what all are more than those counted beside it";
            claims.add(place, Role::Count(key), 2.6, why);
        }
    }
}

/// The columns that count levels, each for itself.
fn counted_levels(view: &View<'_>) -> Vec<usize> {
    let words = &view.vocabulary.words;
    let is_part = |place: &usize| view.columns[*place].any(|text| words.nested.found_in(text));
    // "Reviewed | Of whom: Good | Fair | Poor": where all levels are parts, they are so of the whole.
    let mut levels = (0..view.columns.len()).filter(|at| view.columns[*at].level.is_some());
    let are_parts = levels.all(|place| is_part(&place));
    (0..view.columns.len())
        .filter(|place| {
            let column = &view.columns[*place];
            let nested = !are_parts && is_part(place)
                || column
                    .any(|text| words.exemplary.found_in(text) || words.or_better.found_in(text));
            column.level.is_some()
                && !nested
                && column.shape.numbers + column.shape.pairs > 0
                // In rows in turn both stand in one column.
                && (view.has_units || !column.shape.looks_like_percentages())
                && column.shape.ticks == 0
        })
        .collect()
}

/// Whether a column completes those rated, and those not rated that are told, to all there are.
fn is_rest(view: &View<'_>, claims: &Claims, place: usize) -> bool {
    // "Số đảng viên" over several columns says little of each; the strongest claim decides.
    let measure = |at: usize| {
        let figures = claims.of[at].iter().filter(|claim| claim.role.figure_key().is_some());
        let best = figures.max_by(|left, right| left.weight.total_cmp(&right.weight));
        let key = best?.role.figure_key().filter(|key| key.level.is_none())?;
        (view.columns[at].campaign == view.columns[place].campaign).then_some(key.measure)
    };
    let of = |wanted: &[Measure]| -> Vec<usize> {
        let others = (0..view.columns.len()).filter(|at| *at != place);
        others.filter(|at| measure(*at).is_some_and(|of| wanted.contains(&of))).collect()
    };
    let [rated] = of(&[Measure::Rated])[..] else { return false };
    let unrated = of(&[Measure::NotYetRated, Measure::Exempt]);
    of(&[Measure::OnRoll]).into_iter().any(|all| completes(view, all, rated, &unrated, place))
}

/// Whether some parts and the one at a place are the whole in most rows, and that one is more than nothing.
fn completes(view: &View<'_>, all: usize, rated: usize, parts: &[usize], place: usize) -> bool {
    const LEAST: usize = 4;
    let (mut rows, mut fits, mut some) = (0_usize, 0_usize, 0_usize);
    for row in view.table.body.iter().take(ROWS) {
        let value = |at: usize| count_in(&row.cell(view.columns[at].heading.column)?.value);
        let (Some(whole), Some(rated), Some(own)) = (value(all), value(rated), value(place)) else {
            continue;
        };
        let sum = rated + own + parts.iter().filter_map(|at| value(*at)).sum::<f64>();
        rows += 1;
        fits += usize::from((whole - sum).abs() < 1e-6);
        some += usize::from(own > 0.0);
    }
    rows >= LEAST && some > 0 && fits * 10 >= rows * 8
}

/// Whether right behind a column stands one of those rated, by its words or because the levels add up to it.
fn is_beside_rated(view: &View<'_>, claims: &Claims, place: usize, levels: &[usize]) -> bool {
    let is_rated =
        |claim: &Claim| claim.role.figure_key().is_some_and(|key| key.measure == Measure::Rated);
    let Some(next) = view.columns.get(place + 1) else { return false };
    let is_free = next.level.is_none() && next.campaign == view.columns[place].campaign;
    claims.of[place + 1].iter().any(is_rated)
        || is_free && Sums::of(view, place + 1, levels).is_of_levels()
}

/// "No. Appraised": who has a level is not unrated, whatever the word before; and a mere "Total" behind the
/// levels sums them.
fn says_little(view: &View<'_>, place: usize, measure: Measure, levels: &[usize]) -> bool {
    let is_total = || view.vocabulary.words.totals.is(view.columns[place].last());
    measure == Measure::NotYetRated
        || measure == Measure::OnRoll && is_total() && levels.iter().all(|level| *level < place)
}

/// How often a column is the sum of the levels beside it.
#[derive(Default)]
struct Sums {
    rows: usize,
    /// The rows in which the levels add up to it.
    equal: usize,
    /// The rows in which it is more.
    more: usize,
    /// The rows in which it is more than twice as much.
    far: usize,
    /// The rows in which the levels and those not rated add up to it, where a column counts these.
    whole: usize,
}

impl Sums {
    fn of(view: &View<'_>, place: usize, parts: &[usize]) -> Self {
        let mut sums = Self::default();
        let unrated = not_rated(view, place);
        for row in view.table.body.iter().take(ROWS) {
            let value =
                |place: usize| count_in(&row.cell(view.columns[place].heading.column)?.value);
            let values: Vec<f64> = parts.iter().filter_map(|of| value(*of)).collect();
            let numbers = values.len();
            // Where words stand in the place of a figure, the sum is not whole.
            let is_broken = |of: &usize| {
                let text = || row.text(view.columns[*of].heading.column);
                value(*of).is_none()
                    && text().is_some_and(|text| !view.vocabulary.is_missing(&text))
            };
            let is_whole = numbers >= 2 && !parts.iter().any(is_broken);
            let (Some(total), true) = (value(place), is_whole) else { continue };
            let sum: f64 = values.iter().sum();
            sums.rows += 1;
            sums.equal += usize::from((total - sum).abs() < 1e-6);
            sums.more += usize::from(total > sum + 1e-6);
            sums.far += usize::from(total > 2.0 * sum);
            let all = unrated.map(|unrated| sum + value(unrated).unwrap_or(0.0));
            sums.whole += usize::from(all.is_some_and(|all| (total - all).abs() < 1e-6));
        }
        sums
    }

    /// Whether the levels add up to it in most rows, one slip aside.
    fn is_of_levels(&self) -> bool {
        let one_slip = self.rows > 3 && self.equal + 1 == self.rows;
        self.rows >= 2 && self.equal * 10 >= self.rows * 8 || one_slip
    }

    /// What the column counts by its sums, with the weight of it and the reason; right before a column of
    /// those rated it may be more than the levels in most rows.
    fn says(
        &self,
        is_base: impl Fn(&Self) -> bool,
        beside_rated: bool,
    ) -> Option<(Measure, f64, &'static str)> {
        let of_most = |part: usize| self.rows >= 2 && part * 10 >= self.rows * 8;
        if self.more > 0 && of_most(self.whole) {
            return Some((Measure::OnRoll, 3.2, "the levels and those not rated add up to it"));
        }
        if self.is_of_levels() {
            return Some((Measure::Rated, 2.6, "the levels add up to it"));
        }
        if is_base(self) {
            return Some((Measure::Rated, 2.6, "the percentages are of it"));
        }
        let or_less = self.rows >= 2
            && (self.equal > 0 || beside_rated && self.far == 0)
            && self.equal + self.more == self.rows
            && (self.more * 2 <= self.rows || beside_rated);
        or_less.then_some((Measure::OnRoll, 1.8, "the levels add up to it, or to less"))
    }
}

/// The counts of those who are not rated, in the round of a column.
fn not_rated(view: &View<'_>, place: usize) -> Option<usize> {
    view.columns.iter().position(|column| {
        let names = |text: &str| {
            let measure = view.vocabulary.measure(text).map(|(measure, _)| measure);
            matches!(measure, Some(Measure::NotYetRated | Measure::Exempt))
        };
        column.campaign == view.columns[place].campaign
            && column.level.is_none()
            && column.any(names)
            && column.shape.numbers > 0
            && !column.shape.looks_like_percentages()
    })
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
