//! The shape of a column's values, counted over the body.

use std::borrow::Cow;

use crate::campaign::Campaign;
use crate::cell::{count_and_percent, date, number, ratio, shown, whole};
use crate::legend::Legend;
use crate::vocabulary::{LevelText, Vocabulary};
use crate::workbook::{Row, Value};

/// How many values of a column look like what.
#[derive(Debug, Default, Clone)]
pub(crate) struct Shape {
    pub(crate) filled: usize,
    pub(crate) numbers: usize,
    pub(crate) fractions: usize,
    pub(crate) percents: usize,
    pub(crate) ones: usize,
    pub(crate) dates: usize,
    pub(crate) ticks: usize,
    pub(crate) levels: usize,
    /// The levels that were seen, each once.
    distinct_levels: Vec<LevelText>,
    /// Letters that may be levels and that nothing explains.
    pub(crate) letters: usize,
    pub(crate) measures: usize,
    pub(crate) missing: usize,
    pub(crate) organizations: usize,
    pub(crate) pairs: usize,
    pub(crate) ratios: usize,
    pub(crate) texts: usize,
    pub(crate) indicators: usize,
    pub(crate) years: usize,
}

/// Rows looked at: enough to know a column, whatever its length.
const ROWS_LIMIT: usize = 2_000;

impl Shape {
    pub(crate) fn of(column: u32, body: &[Cow<'_, Row>], legend: &Legend<'_>) -> Self {
        let mut shape = Self::default();
        for row in body.iter().filter(|row| row.cells.len() > 1).take(ROWS_LIMIT) {
            if let Some(cell) = row.cell(column) {
                shape.count(&cell.value, legend);
            }
        }
        shape
    }

    fn count(&mut self, value: &Value, legend: &Legend<'_>) {
        let vocabulary = legend.vocabulary;
        self.filled += 1;
        self.years += usize::from(round_of(value).is_some());
        if let Value::Date(_) = value {
            self.dates += 1;
            return;
        }
        if let Some(number) = number(value) {
            self.numbers += 1;
            self.percents += usize::from(number.percent);
            self.fractions += usize::from(whole(number.value).is_none());
            self.ones += usize::from((number.value - 1.0).abs() < f64::EPSILON);
            return;
        }
        let Value::Text(_) = value else { return };
        let text = shown(value);
        self.letters += usize::from(legend.is_unexplained_letter(&text));
        if let Some(level) = legend.level(&text) {
            self.levels += 1;
            if !self.distinct_levels.contains(&level) {
                self.distinct_levels.push(level);
            }
        } else if vocabulary.is_tick(&text) {
            self.ticks += 1;
        } else if vocabulary.is_missing(&text) || legend.not_rated(&text).is_some() {
            self.missing += 1;
        } else if date(value, false).is_some() {
            self.dates += 1;
        } else if count_and_percent(&text).is_some() {
            self.pairs += 1;
        } else if ratio(&text).is_some() {
            self.ratios += 1;
        } else {
            self.texts += 1;
            self.organizations += usize::from(is_organization_name(&text, vocabulary));
            self.measures += usize::from(vocabulary.measure(&text).is_some());
            self.indicators += usize::from(vocabulary.indicator(&text).is_some());
        }
    }

    /// Values that are not marks for "nothing".
    pub(crate) fn filled_data(&self) -> usize {
        self.filled - self.missing
    }

    pub(crate) fn is_mostly_levels(&self) -> bool {
        self.levels > 0 && self.levels * 2 > self.filled_data()
    }

    pub(crate) fn is_all_letters(&self) -> bool {
        self.letters > 1 && self.letters >= self.filled_data()
    }

    pub(crate) fn is_mostly_pairs(&self) -> bool {
        self.pairs > 0 && self.pairs * 2 >= self.filled_data()
    }

    pub(crate) fn is_mostly_organizations(&self) -> bool {
        self.organizations > 0 && self.organizations * 2 > self.filled
    }

    /// Labels such as "Tổng số đảng viên", "Hoàn thành tốt": every row is a figure, and every level
    /// stands there once.
    pub(crate) fn is_mostly_labels_of_figures(&self) -> bool {
        let is_scale = self.levels > 2 && self.distinct_levels.len() == self.levels;
        self.levels >= 2
            && (self.measures > 0 || is_scale)
            && (self.levels + self.measures) * 3 >= self.filled_data() * 2
    }

    pub(crate) fn is_mostly_indicators(&self) -> bool {
        self.indicators > 1 && self.indicators * 2 > self.filled
    }

    /// Rounds below: "2022", "2013-14", "Quý I/2025".
    pub(crate) fn is_mostly_rounds(&self) -> bool {
        self.years > 1 && self.years * 10 >= self.filled * 8
    }

    pub(crate) fn is_mostly_signed_percentages(&self) -> bool {
        self.percents > 0 && self.percents * 2 > self.numbers
    }

    pub(crate) fn looks_like_percentages(&self) -> bool {
        self.percents + self.fractions > 0
    }
}

/// "Chi bộ Văn phòng", "Đảng bộ xã Tân An": a head of organisation names and more.
pub(crate) fn is_organization_name(text: &str, vocabulary: &Vocabulary) -> bool {
    vocabulary.words.organization_heads.begins(text).is_some() && !vocabulary.is_bare_head(text)
}

/// The round that a cell of a column of rounds names.
pub(crate) fn round_of(value: &Value) -> Option<Campaign> {
    let text = shown(value);
    if text.len() > 24 {
        return None;
    }
    let mut rounds = Campaign::all_in(&text);
    (rounds.len() == 1).then(|| rounds.remove(0))
}
