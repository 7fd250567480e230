//! The shape of a column's values, counted over the body.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::campaign::Campaign;
use crate::grid::{Cell, Row, Value};
use crate::layout::is_total_of_named;
use crate::legend::Legend;
use crate::scale::band_from;
use crate::text::{may_begin_name, word_count};
use crate::value::{
    DateOrder, Number, PartialDate, count_and_percent, date, has_shape_of_name, is_date,
    is_written_as_date, number, proven_order, ratio, share, shown, six_digits, split_ordinal,
    whole,
};
use crate::vocabulary::{Field, LevelText, Vocabulary};

/// How many values of a column look like what.
#[derive(Debug, Default, Clone)]
pub(crate) struct Shape {
    pub(crate) filled: usize,
    pub(crate) numbers: usize,
    pub(crate) fractions: usize,
    pub(crate) above_one: usize,
    pub(crate) percents: usize,
    pub(crate) ones: usize,
    pub(crate) dates: usize,
    pub(crate) ticks: usize,
    pub(crate) levels: usize,
    /// The levels that were seen, each once.
    pub(super) distinct_levels: Vec<LevelText>,
    /// Letters that may be levels and that nothing explains.
    pub(crate) letters: usize,
    pub(crate) measures: usize,
    pub(crate) missing: usize,
    pub(crate) organizations: usize,
    pub(crate) pairs: usize,
    /// Ranges of points: "70 to 84".
    pub(crate) ranges: usize,
    pub(crate) ratios: usize,
    pub(crate) texts: usize,
    pub(crate) indicators: usize,
    pub(crate) years: usize,
    pub(crate) zeros: usize,
    /// Texts with the shape of a person's name, that are no organisation and no level.
    pub(crate) people: usize,
    /// Of these, those that begin with a family name or a form of address.
    pub(crate) surnames: usize,
    /// Names with words that no name of a person has.
    pub(crate) linked: usize,
    /// A form of address and two words or more: whole names of people.
    pub(crate) addressed: usize,
    /// Texts of one word that begins with a capital.
    pub(crate) single_words: usize,
    /// Dates and years in which somebody at work can be born.
    pub(crate) births: usize,
    /// The latest of these years.
    pub(crate) latest_birth: i32,
    /// The earliest year of its dates and numbers.
    pub(crate) earliest_year: Option<i32>,
    /// The latest year of them.
    pub(crate) latest_year: Option<i32>,
    /// Values with five digits and more, or of letters and digits: identifiers.
    pub(crate) serials: usize,
    /// Whole numbers of three digits and more, each as long as the first of them.
    even: usize,
    /// Their digits, for as many as are told apart.
    numerals: HashSet<String>,
    /// Numbers that are one more than the number above.
    pub(crate) steps: usize,
    /// Numbers that are one less than the number above.
    falls: usize,
    /// Words for a sex.
    pub(crate) sexes: usize,
    /// Texts that give a reason for not being rated.
    pub(crate) reasons: usize,
    /// Texts that say who is probationary, or why somebody is not rated.
    pub(crate) remarks: usize,
    /// Words for the award of exemplary organisations.
    pub(crate) exemplary: usize,
    /// Words for counts and percentages.
    pub(crate) units: usize,
    /// Small numbers that a legend explains as levels.
    pub(crate) marked: usize,
    /// Names with a number in them: "1st Rietvlei", "School No. 4".
    pub(crate) numbered: usize,
    /// Texts that begin with a letter.
    pub(crate) lettered: usize,
    /// Six digits, and those of which the first two can be the year of a day.
    six_digits: usize,
    year_first: usize,
    /// Dates that can only have the day first, or only the month.
    days_first: usize,
    months_first: usize,
    /// Texts that are dates, and dates of the file by whether the day can be taken for the month.
    written_dates: usize,
    early_dates: usize,
    late_dates: usize,
    /// Texts of many words.
    pub(crate) long: usize,
    /// Names of positions.
    pub(crate) positions: usize,
    /// Words for percentages: "Tỷ lệ (%)".
    pub(crate) shares: usize,
    /// Names of awards.
    pub(crate) awards: usize,
    /// The rows that were looked at.
    pub(crate) rows: usize,
    /// Texts that say how good something is, and are no level that is known.
    pub(crate) polar: usize,
    /// How many different texts there are; no more are told apart than [`DISTINCT_LIMIT`].
    pub(crate) distinct: usize,
    /// Texts that are the same as the one above, or stand below a blank.
    pub(crate) runs: usize,
    /// Whether the first row has a value.
    pub(crate) begins: bool,
    pub(super) seen: HashMap<String, usize>,
    /// Levels that are the same as the one above.
    level_runs: usize,
    last_level: Option<LevelText>,
    last_text: Option<String>,
    last_number: Option<f64>,
}

/// The year up to which two digits are of this century.
const LATEST_BIRTH: i32 = 2020;

/// Rows looked at: enough to know a column, whatever its length.
const ROWS_LIMIT: usize = 400;

/// Rows of so many cells are broad.
const BROAD: usize = 5;

/// The rows of a body by which columns are known: the first ones and some of all the others, without
/// headings and totals.
pub(super) fn sample<'r>(body: &'r [Cow<'_, Row>], vocabulary: &Vocabulary) -> Vec<&'r Row> {
    let step = (body.len() / ROWS_LIMIT).max(1);
    let rows = body.iter().enumerate().filter(|(at, _)| *at < ROWS_LIMIT || at % step == 0);
    let first = body.iter().filter_map(|row| Some(row.cells.first()?.column)).min();
    // "%" in the place of a body: the shares of the row above.
    let is_share = |row: &Row| {
        let label = row.cells.first().filter(|cell| Some(cell.column) == first);
        label.is_some_and(|cell| shown(&cell.value).trim() == "%")
    };
    let is_total = |row: &Row| {
        let words = row.cells.iter().take(4).filter_map(|cell| match &cell.value {
            Value::Text(text) if text.chars().any(char::is_alphabetic) => Some(text),
            _ => None,
        });
        words.into_iter().next().is_some_and(|text| {
            let text = split_ordinal(text).1;
            let in_percent = matches!(vocabulary.field(text), Some((Field::Percent, _)));
            vocabulary.is_total(text)
                || vocabulary.is_derived(text)
                || is_total_of_named(text, body, vocabulary)
                || in_percent
        })
    };
    let rows = rows.map(|(_, row)| &**row).filter(|row| row.cells.len() > 1);
    let rows: Vec<&Row> = rows.filter(|row| !is_total(row) && !is_share(row)).collect();
    // Beside broad rows those with two cells are headings within the list, or a key below it.
    let mut lengths: Vec<usize> = rows.iter().map(|row| row.cells.len()).collect();
    lengths.sort_unstable();
    let is_broad = lengths.get(lengths.len() / 2).is_some_and(|median| *median >= BROAD);
    let rows: Vec<&Row> = rows.into_iter().filter(|row| !is_broad || row.cells.len() > 2).collect();
    without_counting_headings(rows)
}

/// The rows without the headings among them that count what is ticked below: "Gwynedd District | | 1 | 2 | 0"
/// over "0103 | Bethesda Branch | | X |". They lack the text that all others have, and count where those have
/// none but texts.
fn without_counting_headings(rows: Vec<&Row>) -> Vec<&Row> {
    const FIGURES: usize = 2;
    let mut texts: HashMap<u32, usize> = HashMap::new();
    let mut numbers: HashMap<u32, usize> = HashMap::new();
    let is_word =
        |cell: &Cell| shown(&cell.value).chars().filter(|c| c.is_alphabetic()).count() > 1;
    for cell in rows.iter().flat_map(|row| &row.cells) {
        if number(&cell.value).is_some() {
            *numbers.entry(cell.column).or_default() += 1;
        } else if is_word(cell) {
            *texts.entry(cell.column).or_default() += 1;
        }
    }
    let named: Vec<u32> =
        texts.iter().filter(|(_, count)| **count * 10 >= rows.len() * 7).map(|of| *of.0).collect();
    let counts = |row: &Row| {
        let figures = row.cells.iter().filter(|cell| number(&cell.value).is_some());
        let seldom = |column: u32| numbers.get(&column).is_some_and(|of| of * 2 < rows.len());
        let rare = figures.clone().filter(|cell| seldom(cell.column)).count();
        rare >= FIGURES && rare == figures.count()
    };
    let heads = |row: &Row| {
        row.cells.first().is_some_and(is_word)
            && named.iter().any(|column| row.cell(*column).is_none())
            && counts(row)
    };
    let plain: Vec<&Row> = rows.iter().copied().filter(|row| !heads(row)).collect();
    if plain.len() * 2 > rows.len() { plain } else { rows }
}

/// Texts that are told apart.
const DISTINCT_LIMIT: usize = 300;

impl Shape {
    /// The shape of a column over rows that are data.
    pub(crate) fn of(column: u32, rows: &[&Row], legend: &Legend<'_>) -> Self {
        let mut shape = Self { rows: rows.len(), ..Self::default() };
        shape.begins = rows.first().is_some_and(|row| row.cell(column).is_some());
        for row in rows {
            if let Some(cell) = row.cell(column) {
                shape.count(&cell.value, legend);
            }
        }
        shape.distinct = shape.seen.len();
        shape
    }

    fn count(&mut self, value: &Value, legend: &Legend<'_>) {
        let vocabulary = legend.vocabulary;
        self.filled += 1;
        self.years += usize::from(round_of(value).is_some() || is_part(&shown(value)));
        if let Value::Date(_) = value {
            self.dates += 1;
            let date = date(value, false);
            self.birth(date.map(|date| i32::from(date.year())));
            let is_early = date.is_some_and(PartialDate::is_early_in_month);
            self.early_dates += usize::from(is_early);
            self.late_dates += usize::from(!is_early);
            return;
        }
        if let Value::Bool(_) = value {
            self.ticks += 1;
            return;
        }
        if let Some(number) = number(value) {
            self.number(value, number, legend);
            return;
        }
        let Value::Text(_) = value else { return };
        let text = shown(value);
        self.letters += usize::from(legend.is_unexplained_letter(&text));
        let is_exemplary = vocabulary.words.exemplary.found_in(&text);
        self.exemplary += usize::from(is_exemplary);
        // "Trong đó: TSVM tiêu biểu" below a level counts some of those who have it.
        if is_exemplary && vocabulary.words.nested.begins(&text).is_some() {
            self.measures += 1;
        } else if let Some(level) = level_of(&text, legend) {
            self.level(level);
        } else if vocabulary.is_tick(&text) {
            self.ticks += 1;
        } else if legend.is_missing(&text) || legend.not_rated(&text).is_some() {
            self.missing += 1;
            self.reasons += usize::from(legend.says_why(&text).is_some());
        } else if is_date(value) || is_written_as_date(&text) {
            // The year is the same whichever part is the day.
            self.birth(date(value, false).map(|date| i32::from(date.year())).or(year_in(&text)));
            self.dates += 1;
            self.written_dates += 1;
            match proven_order(&text) {
                Some(DateOrder::DayFirst) => self.days_first += 1,
                Some(DateOrder::MonthFirst) => self.months_first += 1,
                Some(DateOrder::Swapped | DateOrder::YearFirst) | None => {}
            }
        } else if count_and_percent(&text).is_some() {
            self.pairs += 1;
        } else if ratio(&text).is_some() {
            self.serials += usize::from(is_numbered_in_year(&text));
            self.ratios += 1;
        } else {
            let has_digit = text.contains(|c: char| c.is_ascii_digit());
            self.ranges += usize::from(has_digit && band_from(&text, vocabulary).is_some());
            self.text(&text, vocabulary);
            let is_body = is_organization_name(&text, vocabulary) && !vocabulary.is_position(&text);
            self.organizations += usize::from(is_body);
            let in_percent = || matches!(vocabulary.field(&text), Some((Field::Percent, _)));
            self.measures += usize::from(vocabulary.measure(&text).is_some() || in_percent());
            self.indicators += usize::from(vocabulary.indicator(&text).is_some());
        }
    }

    fn number(&mut self, value: &Value, number: Number, legend: &Legend<'_>) {
        self.birth(whole(number.value).and_then(|year| i32::try_from(year).ok()));
        let digits = shown(value).chars().filter(char::is_ascii_digit).count();
        let padded = matches!(value, Value::Text(text) if text.trim().len() > 2 && text.trim().starts_with('0') && !text.contains(['.', ',', '%']));
        self.serials += usize::from(digits >= 5 && whole(number.value).is_some() || padded);
        self.numeral(value, digits);
        if digits == 6 {
            let is_day = six_digits(&shown(value), DateOrder::YearFirst, LATEST_BIRTH);
            self.six_digits += 1;
            self.year_first += usize::from(is_day.is_some());
        }
        let is_last = |step: f64| {
            self.last_number.is_some_and(|last| (number.value - last - step).abs() < 1e-9)
        };
        self.steps += usize::from(is_last(1.0));
        self.falls += usize::from(is_last(-1.0));
        self.last_number = Some(number.value);
        self.zeros += usize::from(number.value == 0.0);
        self.marked += usize::from(legend.is_mark(&shown(value)));
        self.numbers += 1;
        self.percents += usize::from(number.percent);
        self.fractions += usize::from(whole(number.value).is_none());
        self.above_one += usize::from(number.value > 1.0);
        self.ones += usize::from((number.value - 1.0).abs() < f64::EPSILON);
    }

    fn numeral(&mut self, value: &Value, digits: usize) {
        const DIGITS: usize = 3;
        let text = shown(value);
        let even = self.numerals.iter().next().is_none_or(|first| first.len() == text.len());
        if digits >= DIGITS && digits == text.len() && even {
            self.even += 1;
            if self.numerals.len() < DISTINCT_LIMIT {
                self.numerals.insert(text);
            }
        }
    }

    fn level(&mut self, level: LevelText) {
        self.levels += 1;
        self.level_runs += usize::from(self.last_level.as_ref() == Some(&level));
        if !self.distinct_levels.contains(&level) {
            self.distinct_levels.push(level.clone());
        }
        self.last_level = Some(level);
    }

    fn text(&mut self, text: &str, vocabulary: &Vocabulary) {
        self.texts += 1;
        let bare = split_ordinal(text).1;
        let is_body = is_organization_name(bare, vocabulary) && !vocabulary.is_position(bare);
        let is_person = has_shape_of_name(without_mark(bare)) && !is_body;
        self.people += usize::from(is_person);
        self.surnames += usize::from(!is_body && vocabulary.begins_as_person(bare));
        self.addressed += usize::from(!is_body && vocabulary.is_name_in_full(bare));
        self.linked +=
            usize::from(vocabulary.words.name_links.found_in(text) || text.contains(" & "));
        let single = !text.contains(' ') && text.starts_with(may_begin_name);
        self.single_words +=
            usize::from(single && text.chars().all(|c| c.is_alphabetic() || "'’-.".contains(c)));
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let words = word_count(text);
        self.serials += usize::from(digits >= 3 && text.len() <= 20 && words <= 2);
        let is_word = |word: &str| !word.is_empty() && word.chars().all(char::is_alphabetic);
        let has_word = text.split(' ').any(is_word);
        self.numbered += usize::from(digits > 0 && digits < 3 && has_word);
        self.sexes += usize::from(vocabulary.sex(text).is_some());
        self.reasons += usize::from(vocabulary.reason(text).is_some());
        self.remarks += usize::from(
            vocabulary.words.probationary.found_in(text) || vocabulary.reason(text).is_some(),
        );
        self.long += usize::from(words > 6);
        self.lettered += usize::from(bare.starts_with(char::is_alphabetic));
        let bare_unit = text.trim_matches(['%', '(', ')', ' ']);
        let unit = matches!(vocabulary.field(bare_unit), Some((Field::Percent | Field::Count, weight)) if weight >= 100);
        self.units += usize::from(unit || text == "%");
        self.positions += usize::from(vocabulary.is_position(text));
        self.awards += usize::from(vocabulary.words.award_titles.found_in(text));
        self.shares +=
            usize::from(text.contains('%') && !text.contains(|c: char| c.is_ascii_digit()));
        self.polar += usize::from(vocabulary.polarity(text).is_some());
        self.runs += usize::from(self.last_text.as_deref() == Some(text));
        self.last_text = Some(text.to_owned());
        if self.seen.len() < DISTINCT_LIMIT || self.seen.contains_key(text) {
            *self.seen.entry(text.to_owned()).or_default() += 1;
        }
    }

    /// Whether many of its names have numbers, as those of people never do, and no row is alike.
    pub(super) fn is_numbered(&self) -> bool {
        const LEAST: usize = 3;
        self.numbered >= LEAST
            && self.share(self.numbered) > 0.3
            && self.ranges + self.long + self.polar + self.levels == 0
            && self.texts == self.filled
            && self.distinctness() > 0.9
    }

    /// How many of its texts stand in it more than once, from 0 to 1.
    pub(crate) fn repetition(&self) -> f64 {
        let repeated: usize = self.seen.values().filter(|count| **count > 1).sum();
        share(repeated, self.texts)
    }

    fn birth(&mut self, year: Option<i32>) {
        if let Some(year) = year {
            self.earliest_year =
                self.earliest_year.map_or(Some(year), |first| Some(first.min(year)));
            self.latest_year = self.latest_year.map_or(Some(year), |last| Some(last.max(year)));
        }
        if let Some(year) = year.filter(|year| BIRTHS.contains(year)) {
            self.births += 1;
            self.latest_birth = self.latest_birth.max(year);
        }
    }

    /// A part of the values that say something, from 0 to 1.
    pub(crate) fn share(&self, part: usize) -> f64 {
        share(part, self.filled_data())
    }

    /// Whether it says what the figures of each row are counted in: by known words, or by two signs in
    /// turn of which one is that of percentages ("N.º", "%").
    pub(crate) fn says_units(&self) -> bool {
        // One row of the two may be that of a total, which is not looked at.
        let in_turn = self.texts >= 6
            && self.runs <= 1
            && self.seen.len() == 2
            && self.seen.keys().any(|text| text.trim() == "%");
        in_turn || self.share(self.units) > 0.8
    }

    /// Whether its texts are names of people by how their parts recur: several have the first word of others,
    /// several the last, in ever other pairs, and no word stands in both places. "Ana Ruiz", "Ana Soto",
    /// "Luis Ruiz".
    pub(crate) fn crosses(&self) -> bool {
        /// Fewer names may cross by chance.
        const LEAST: usize = 12;
        /// Bodies that cross are of few kinds in few places.
        const PARTS: usize = 5;
        let mut firsts: HashMap<String, usize> = HashMap::new();
        let mut lasts: HashMap<String, usize> = HashMap::new();
        let mut names = 0;
        for text in self.seen.keys().filter(|text| has_shape_of_name(text)) {
            let mut words = text.split_whitespace().map(str::to_lowercase);
            let (Some(first), Some(last)) = (words.next(), words.next_back()) else { continue };
            *firsts.entry(first).or_default() += 1;
            *lasts.entry(last).or_default() += 1;
            names += 1;
        }
        let recurring = |parts: &HashMap<String, usize>| {
            parts.len() >= PARTS
                && parts.values().filter(|count| **count > 1).sum::<usize>() * 3 > names
                && parts.values().all(|count| count * 3 < names)
        };
        names >= LEAST
            && names * 10 > self.seen.len() * 9
            && recurring(&firsts)
            && recurring(&lasts)
            && firsts.keys().all(|word| !lasts.contains_key(word))
    }

    /// How often two of its texts begin, or end, with the same word, from 0 to 1: "Elm Manor" and "Meadow
    /// Manor".
    pub(crate) fn likeness(&self) -> f64 {
        let alike = |word: &dyn Fn(&str) -> Option<String>| {
            let mut counts: HashMap<String, usize> = HashMap::new();
            for word in self.seen.keys().filter_map(|text| word(text)) {
                *counts.entry(word).or_default() += 1;
            }
            let pairs: usize = counts.values().map(|count| count * (count - 1)).sum();
            share(pairs, self.seen.len() * self.seen.len().saturating_sub(1))
        };
        let first = alike(&|text| text.split_whitespace().next().map(str::to_lowercase));
        let last = alike(&|text| text.split_whitespace().next_back().map(str::to_lowercase));
        first.max(last)
    }

    /// How many of its texts differ, from 0 to 1.
    pub(crate) fn distinctness(&self) -> f64 {
        share(self.distinct, self.texts)
    }

    /// The order of its dates, as the column as a whole shows it.
    pub(crate) fn date_order(&self) -> DateOrder {
        if self.is_swapped() {
            DateOrder::Swapped
        } else if self.six_digits > 0 && self.year_first == self.six_digits {
            DateOrder::YearFirst
        } else if self.months_first > self.days_first {
            DateOrder::MonthFirst
        } else {
            DateOrder::DayFirst
        }
    }

    /// Whether all dates of the file have a day that can be a month, and all texts one that cannot: what
    /// chance makes of so many in less than one of twenty columns.
    fn is_swapped(&self) -> bool {
        let all_written = self.days_first > 0 && self.days_first == self.written_dates;
        let power = |part: f64, count: usize| part.powi(i32::try_from(count).unwrap_or(i32::MAX));
        all_written
            && self.early_dates > 0
            && self.late_dates == 0
            && power(0.4, self.early_dates) * power(0.6, self.days_first) < 0.05
    }

    /// Whether its texts are parts of names: small words, or a part of most names; what only some people are
    /// called besides is none.
    pub(super) fn is_between_names(&self) -> bool {
        let is_small = |text: &String| text.starts_with(char::is_lowercase);
        self.coverage() > 0.5 || self.seen.keys().all(is_small)
    }

    /// In how many of the rows it says something, from 0 to 1.
    pub(crate) fn coverage(&self) -> f64 {
        share(self.filled_data(), self.rows)
    }

    /// Texts each of which stands beside the first of the rows that it is of, with blanks below it.
    pub(crate) fn is_over_rows(&self) -> bool {
        self.begins && self.texts > 1 && self.coverage() < 0.6 && self.distinct == self.texts
    }

    /// Values that are not marks for "nothing".
    pub(crate) fn filled_data(&self) -> usize {
        self.filled - self.missing
    }

    /// Numbers of as many digits, no two of them alike, and in no order.
    pub(super) fn are_numerals(&self) -> bool {
        const LEAST: usize = 8;
        let distinct = self.numerals.len() == self.even.min(DISTINCT_LIMIT);
        self.even >= LEAST && self.is_of_one_length() && distinct && self.steps * 2 < self.even
    }

    /// Numbers of as many digits, several in each.
    pub(super) fn is_of_one_length(&self) -> bool {
        self.even > 0 && self.even == self.filled_data()
    }

    /// Numbers from one on, in their order.
    pub(super) fn counts_rows(&self) -> bool {
        self.steps + 1 == self.numbers && self.ones == 1 && self.numbers > 3
    }

    /// "5", "4", "3" below one another: the numbers of levels, the best first.
    pub(super) fn counts_down(&self) -> bool {
        self.falls + 1 == self.numbers && self.numbers > 2 && self.fractions == 0
    }

    /// Digits that a legend explains; one of several rows may have another.
    pub(super) fn is_mostly_marked(&self) -> bool {
        let others = self.filled_data().saturating_sub(self.marked);
        self.share(self.marked) > 0.9 || others == 1 && self.marked > 3
    }

    /// Identifiers below, and no names.
    pub(super) fn is_mostly_serials(&self) -> bool {
        self.share(self.serials) > 0.9
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

    /// Labels such as "Tổng số đảng viên", "Hoàn thành tốt": every row is a figure, and every level
    /// stands there once.
    pub(crate) fn is_mostly_labels_of_figures(&self) -> bool {
        // The levels stand there once, or one after the other for each body or round.
        let distinct = self.distinct_levels.len();
        let again = distinct > 2 && self.levels >= 2 * distinct && self.level_runs == 0;
        let is_scale = self.levels > 2 && (distinct == self.levels || again);
        // A row of percentages below each of counts.
        let labels = self.filled_data().saturating_sub(self.shares);
        self.levels >= 2
            && (self.measures > 0 || is_scale)
            && (self.levels + self.measures) * 3 >= labels * 2
    }

    pub(crate) fn is_mostly_indicators(&self) -> bool {
        self.indicators > 1 && self.indicators * 2 > self.filled
    }

    /// Rounds below: "2022", "2013-14", "Quý I/2025".
    pub(crate) fn is_mostly_rounds(&self) -> bool {
        self.years > 1 && self.years * 10 >= self.filled * 8
    }

    /// Years of so many that people were born in them.
    pub(super) fn spans_lives(&self) -> bool {
        const ROUNDS: i32 = 15;
        let span = self.earliest_year.zip(self.latest_year);
        self.is_mostly_rounds() && span.is_some_and(|(first, last)| last - first > ROUNDS)
    }

    pub(crate) fn is_mostly_signed_percentages(&self) -> bool {
        self.percents > 0 && self.percents * 2 > self.numbers
    }

    /// Percentages by their signs, or because nobody counts parts of people.
    pub(crate) fn is_mostly_percentages(&self) -> bool {
        self.is_mostly_signed_percentages() || self.fractions * 10 > self.numbers * 7
    }

    pub(crate) fn looks_like_percentages(&self) -> bool {
        self.percents + self.fractions > 0
    }

    /// Whether hardly any number but zeros could be a count, as those of rows of counts between could.
    pub(crate) fn are_percentages_or_zeros(&self) -> bool {
        let parts = self.percents.max(self.fractions);
        parts > 0 && parts * 10 >= (self.numbers - self.zeros) * 7
    }
}

/// "0420/22", "118/2022": the number of a file within its year.
fn is_numbered_in_year(text: &str) -> bool {
    let Some((number, year)) = text.split_once('/') else { return false };
    let are_digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let is_year = year.len() == 2 || year.len() == 4 && year.starts_with(['1', '2']);
    number.len() > 2 && is_year && are_digits(number) && are_digits(year)
}

/// The year of a date: its part of four digits.
fn year_in(text: &str) -> Option<i32> {
    let parts = text.split(|c: char| !c.is_ascii_digit());
    parts.filter(|part| part.len() == 4).find_map(|part| part.parse().ok())
}

/// A name without what stands in brackets behind it.
fn without_mark(text: &str) -> &str {
    text.split('(').next().unwrap_or(text).trim_end_matches([' ', '*', '-'])
}

/// The years in which somebody who is rated can be born.
const BIRTHS: std::ops::RangeInclusive<i32> = 1925..=2012;

/// "Chi bộ Văn phòng", "Đảng bộ xã Tân An": a head of organisation names and more.
pub(crate) fn is_organization_name(text: &str, vocabulary: &Vocabulary) -> bool {
    let words = &vocabulary.words;
    // "Zone-wise position" is of no zone.
    let is_compound = text.split(' ').next().is_some_and(|first| first.contains('-'));
    let headed = words.organization_heads.begins(text).is_some()
        && !vocabulary.is_bare_head(text)
        && !is_compound;
    // "Kenya Office", "品質保証部": in English and other languages the kind of a body stands last.
    let is_plain = !words.titles.found_in(text) && words.totals.begins(text).is_none();
    let tails = &words.organization_tails;
    headed || is_plain && (tails.ends(text) || tails.ends_compound(text))
}

/// "Q1", "Quý 2": a part of the year that the title names.
fn is_part(text: &str) -> bool {
    let (letters, digits) =
        (text.contains(char::is_alphabetic), text.contains(|c: char| c.is_ascii_digit()));
    letters && (digits || text.contains(' ')) && Campaign::is_part_alone(text)
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
/// The level that a text names, alone or behind its number: "1. Hoàn thành tốt".
fn level_of(text: &str, legend: &Legend<'_>) -> Option<LevelText> {
    // "A = Good" explains a level, and rates nobody.
    if text.contains('=') {
        return None;
    }
    let numbered = || match split_ordinal(text) {
        (Some(_), bare) => legend.level(bare),
        (None, _) => None,
    };
    legend.level(text).or_else(numbered)
}
