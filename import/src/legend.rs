//! What a sheet says that its own marks mean: "A: Hoàn thành xuất sắc nhiệm vụ", "(*) Đảng viên dự bị".

mod bands;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use bands::Bands;

use crate::grid::{Cell, Row, Sheet, Value};
use crate::record::NotRatedReason;
use crate::scale::{Scales, marks_in, ranges};
use crate::text::{behind_words, grade_key, word_count};
use crate::value::{points_and_level, shown};
use crate::vocabulary::{Field, LevelText, Vocabulary};

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Level(LevelText),
    NotRated(NotRatedReason),
}

/// The vocabulary of levels with what the sheet adds to it.
#[derive(Debug)]
pub(crate) struct Legend<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    /// The scales of the workbook's own.
    pub(crate) scales: &'a Scales,
    marks: HashMap<String, Mark>,
    /// What points mean.
    bands: Bands,
    /// Levels of texts that were asked for before: a column repeats few of them.
    known: RefCell<HashMap<String, Option<LevelText>>>,
    /// What stands for a cell with nothing in it.
    pub(crate) blank: Option<LevelText>,
    /// The sign behind a name that tells who is probationary.
    pub(crate) probationary: Option<char>,
    /// Texts that a note explains, and that are no levels.
    explained: HashSet<String>,
}

/// The letters of a scale that no legend explains, best first.
const LETTERS: [&str; 4] = ["a", "b", "c", "d"];
/// The most texts that are remembered.
const KNOWN_LIMIT: usize = 10_000;
/// A legend is short, and so are its marks.
const TEXT_LIMIT: usize = 600;
/// The cells of a row that may explain marks; broader ones are rows of a table.
const CELLS: usize = 4;

/// The last cell of a broad row, where a blank column keeps it apart from the table; ticks stand so as well,
/// and explain nothing.
fn beside(row: &Row) -> &[Cell] {
    /// A mark, a sign and a meaning.
    const SHORTEST: usize = 3;
    let explains = |cell: &Cell| matches!(&cell.value, Value::Text(text) if text.len() >= SHORTEST);
    match row.cells.as_slice() {
        [.., before, last] if before.column + 1 < last.column && explains(last) => {
            std::slice::from_ref(last)
        }
        _ => &[],
    }
}

impl<'a> Legend<'a> {
    /// A legend of nothing.
    pub(crate) fn new(vocabulary: &'a Vocabulary, scales: &'a Scales) -> Self {
        Self {
            vocabulary,
            scales,
            marks: HashMap::new(),
            bands: Bands::default(),
            known: RefCell::default(),
            blank: None,
            probationary: None,
            explained: HashSet::new(),
        }
    }

    /// The definitions that stand in the cells of a sheet.
    pub(crate) fn of(sheet: &Sheet, vocabulary: &'a Vocabulary, scales: &'a Scales) -> Self {
        let mut legend = Self::new(vocabulary, scales);
        let mut bands = Bands::default();
        let mut pairs: HashMap<String, Option<Mark>> = HashMap::new();
        legend.define_rows(sheet);
        for row in &*ranges::joined(sheet, vocabulary) {
            if row.cells.len() > CELLS {
                legend.define_cells(beside(row));
                if let Some((mark, meaning)) = legend.pair_beside(row) {
                    let again = |known: &mut Option<Mark>| *known = None;
                    pairs.entry(mark).and_modify(again).or_insert(Some(meaning));
                }
                continue;
            }
            legend.define_cells(&row.cells);
            let texts = row.cells.iter().map(|cell| shown(&cell.value));
            let texts: Vec<String> = texts.filter(|text| text.len() <= TEXT_LIMIT).collect();
            bands.take(&texts, |text| legend.plain_level(text), vocabulary);
        }
        // A key has each mark once, and rows of ratings repeat them.
        for (mark, meaning) in pairs {
            if let Some(meaning) = meaning {
                legend.marks.entry(mark).or_insert(meaning);
            }
        }
        Self { bands, ..legend }
    }

    /// "LTS | long-term sick" behind a blank column: a mark in capitals, and what it means.
    fn pair_beside(&self, row: &Row) -> Option<(String, Mark)> {
        let [.., before, mark, meaning] = row.cells.as_slice() else { return None };
        let text = shown(&mark.value);
        let is_mark = text.chars().count() <= 4
            && text.chars().all(|c| c.is_uppercase() || c.is_ascii_digit())
            && text.contains(char::is_uppercase)
            && !self.vocabulary.is_tick(&text);
        let is_apart = before.column + 1 < mark.column && mark.column + 1 == meaning.column;
        // What is a level by itself stands for no other.
        let is_new = is_mark && is_apart && self.plain_level(&text).is_none();
        let meaning = is_new.then(|| self.meaning(&shown(&meaning.value))).flatten()?;
        Some((grade_key(&text), meaning))
    }

    fn define_cells(&mut self, cells: &[Cell]) {
        for cell in cells {
            if let Value::Text(text) = &cell.value
                && text.len() <= TEXT_LIMIT
            {
                self.define(&shown(&cell.value));
            }
        }
    }

    /// "A | Hoàn thành xuất sắc nhiệm vụ" over "B | …": marks and what they mean in two cells, one pair a
    /// row. One row alone, or roman numbers, head those below them.
    fn define_rows(&mut self, sheet: &Sheet) {
        const LEAST: usize = 3;
        let pair = |row: &Row| -> Option<(String, Mark)> {
            let [mark, meaning] = row.cells.as_slice() else { return None };
            let mark = shown(&mark.value);
            let is_mark = mark.chars().count() <= 3 && mark.chars().all(char::is_alphanumeric);
            let meaning = self.meaning(&shown(&meaning.value)).filter(|_| is_mark)?;
            Some((grade_key(&mark), meaning))
        };
        let mut found: Vec<(String, Mark)> = Vec::new();
        let mut run: Vec<(String, Mark)> = Vec::new();
        let mut last = 0;
        let ends = std::iter::once(None);
        for row in sheet.rows.iter().map(Some).chain(ends) {
            let next = row.and_then(pair);
            let index = row.map_or(u32::MAX, |row| row.index);
            if next.is_none() || index > last + 1 {
                let run = std::mem::take(&mut run);
                let is_roman = run.iter().all(|(mark, _)| mark.chars().all(|c| "ivx".contains(c)));
                if run.len() >= LEAST && !is_roman {
                    // Digits are levels as far as the scale says so.
                    let lettered = |mark: &str| mark.chars().all(char::is_alphabetic);
                    found.extend(run.into_iter().filter(|(mark, _)| lettered(mark)));
                }
            }
            run.extend(next);
            last = index;
        }
        for (mark, meaning) in found {
            self.marks.entry(mark).or_insert(meaning);
        }
    }

    fn define(&mut self, text: &str) {
        // "86,5 - HTT" rates somebody.
        if points_and_level(text).is_some_and(|(points, _)| points > 9.0 || points.fract() > 0.0) {
            return;
        }
        // "Ghi chú: Loại A: đủ tư cách, …": the name of the legend stands before a level; what else stands there
        // may be of other marks.
        let named = text.split_once(':').filter(|(name, _)| self.vocabulary.is_note(name));
        if let Some((key, mark @ Mark::Level(_))) =
            named.and_then(|(_, behind)| self.definition(behind.trim()))
        {
            self.marks.entry(key).or_insert(mark);
        }
        // "Loại A: đủ tư cách, hoàn thành tốt nhiệm vụ": a comma may stand within the meaning.
        if let Some((key, mark)) = self.definition(text.trim()) {
            self.marks.entry(key).or_insert(mark);
        }
        // "closed: shop closed for refurbishment": in the place of a level it says why there is none.
        if let Some((head, rest)) = text.split_once(": ")
            && word_count(head) <= 2
            && rest.contains(' ')
            && self.meaning(rest).is_none()
        {
            self.explained.insert(grade_key(head));
        }
        for clause in text.split([',', ';', '.', '\n']) {
            // "Quy ước: A – Hoàn thành xuất sắc nhiệm vụ": what stands before is the name of the legend.
            let behind = clause.split_once(':').map(|(_, rest)| rest.trim());
            for clause in [Some(clause.trim()), behind].into_iter().flatten() {
                self.sign(clause);
                self.blank = self.blank.take().or_else(|| self.meaning_of_blank(clause));
                if let Some((key, mark)) = self.definition(clause) {
                    self.marks.entry(key).or_insert(mark);
                }
            }
        }
        for (mark, meaning) in marks_in(text) {
            if let Some(of) = self.meaning(meaning) {
                self.marks.entry(grade_key(mark)).or_insert(of);
            }
        }
    }

    /// "A: Hoàn thành xuất sắc nhiệm vụ": a short mark and what it stands for.
    fn definition(&self, clause: &str) -> Option<(String, Mark)> {
        let parts = [": ", " = ", " - ", " – ", "=", ":"];
        let clause = clause.trim_start_matches(['-', '–', '•', '+', '*', ' ']);
        let (mark, meaning) = parts.into_iter().find_map(|by| clause.split_once(by))?;
        let bare = self.vocabulary.without_fillers(mark);
        let key = if bare.is_empty() { grade_key(mark) } else { bare };
        let is_mark = !key.is_empty() && word_count(&key) <= 2 && key.chars().count() <= 8;
        let meaning = is_mark.then(|| self.meaning(meaning)).flatten()?;
        // What is a level by itself stands for no other: "gerai" in "L. gerai – labai gerai".
        let own = self.scales.level(mark).map(Mark::Level);
        own.is_none_or(|own| own == meaning).then_some((key, meaning))
    }

    /// "để trống là Hoàn thành tốt nhiệm vụ", "blank = Meets": what a cell with nothing in it says.
    fn meaning_of_blank(&self, clause: &str) -> Option<LevelText> {
        /// The words between: "is", "stands for".
        const BETWEEN: usize = 2;
        let clause = clause.trim_matches(['(', ')', '*', '-', '–', '•', '"', ' ']);
        let length = self.vocabulary.words.blanks.begins(clause)?;
        let rest = behind_words(clause, length);
        (0..=BETWEEN).find_map(|between| {
            let meaning = behind_words(rest, between);
            let meaning = meaning.trim_start_matches(['"', '=', ':', '-', '–', ' ']);
            self.plain_level(meaning)
        })
    }

    /// Whether a text does nothing but explain a mark.
    pub(crate) fn defines(&self, text: &str) -> bool {
        let defined =
            || text.split([';', '\n']).all(|clause| self.definition(clause.trim()).is_some());
        !self.marks.is_empty() && defined() || self.bands.has(text)
    }

    /// A mark with a meaning that a person gives it.
    pub(crate) fn define_mark(&mut self, mark: &str, meaning: &str) {
        if let Some(meaning) = self.meaning(meaning) {
            self.known.borrow_mut().clear();
            self.marks.insert(grade_key(mark), meaning);
        }
    }

    fn meaning(&self, text: &str) -> Option<Mark> {
        let vocabulary = self.vocabulary;
        let outside = text.split('(').next().unwrap_or_default();
        let level = self.scales.level(outside).or_else(|| vocabulary.level(outside));
        let level = level.or_else(|| vocabulary.level(text));
        level.map(Mark::Level).or_else(|| {
            let says_so = vocabulary.says_unrated(outside) || vocabulary.reason(text).is_some();
            says_so
                .then(|| Mark::NotRated(vocabulary.reason(text).unwrap_or(NotRatedReason::Other)))
        })
    }

    /// "(*) Đảng viên dự bị", "* : dự bị".
    fn sign(&mut self, clause: &str) {
        let named = clause.find('(').map_or(clause, |open| &clause[open..]);
        let rest = named.trim_start_matches(['(', '"']);
        let Some(sign) = rest.chars().next().filter(|c| matches!(c, '*' | '#' | '+' | '†'))
        else {
            return;
        };
        let words = &self.vocabulary.words;
        if word_count(rest) <= 6 && words.probationary.found_in(rest) {
            self.probationary = Some(sign);
        }
    }

    /// Takes A, B, C, D for the levels from the best down, where nothing explains them.
    pub(crate) fn assume_letters(&mut self) {
        self.known.borrow_mut().clear();
        for (letter, rank) in LETTERS.iter().zip(1..) {
            self.marks.entry((*letter).to_owned()).or_insert(Mark::Level(LevelText::Rank(rank)));
        }
    }

    /// What the sheet says that A, B, C, D mean.
    pub(crate) fn letters(&self) -> HashMap<String, Mark> {
        let explained = LETTERS
            .iter()
            .filter_map(|letter| Some(((*letter).to_owned(), self.marks.get(*letter)?.clone())));
        explained.collect()
    }

    /// Takes what another sheet says that they mean.
    pub(crate) fn take_letters(&mut self, letters: &HashMap<String, Mark>) {
        self.known.borrow_mut().clear();
        self.marks.extend(letters.clone());
    }

    /// Whether a text is a letter that stands for a level without being explained.
    pub(crate) fn is_unexplained_letter(&self, text: &str) -> bool {
        let letter = self.vocabulary.without_fillers(text);
        LETTERS.contains(&letter.as_str()) && self.mark(text).is_none()
    }

    fn mark(&self, text: &str) -> Option<&Mark> {
        if self.marks.is_empty() || text.len() > 24 {
            return None;
        }
        let key = grade_key(text);
        self.marks.get(&key).or_else(|| self.marks.get(&self.vocabulary.without_fillers(text)))
    }

    /// The level that a cell names: by the sheet's own marks first.
    pub(crate) fn level(&self, text: &str) -> Option<LevelText> {
        if let Some(level) = self.known.borrow().get(text) {
            return level.clone();
        }
        let level = match self.mark(text) {
            Some(Mark::Level(level)) => Some(level.clone()),
            Some(Mark::NotRated(_)) => None,
            None => self.plain_level(text).or_else(|| self.bilingual(text)),
        };
        let mut known = self.known.borrow_mut();
        if known.len() < KNOWN_LIMIT {
            known.insert(text.to_owned(), level.clone());
        }
        level
    }

    fn plain_level(&self, text: &str) -> Option<LevelText> {
        let of_scale = self.scales.level(text);
        // "T.số GV" without the words for what is counted is no mark.
        let bare = || {
            let bare = self.vocabulary.without_fillers(text);
            let is_letter = bare.chars().count() == 1 && self.vocabulary.measure(text).is_some();
            if is_letter { None } else { self.scales.level(&bare) }
        };
        let level = of_scale.or_else(bare).or_else(|| self.vocabulary.level(text));
        let level = level.or_else(|| Some(self.scored(text)?.1));
        // "Hoàn thành tốt (người)": with what is counted.
        let counted = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
        level.or_else(|| {
            let (outside, unit) = counted?;
            let vocabulary = self.vocabulary;
            let field = vocabulary.field(unit).map(|(field, _)| field);
            let counts =
                vocabulary.counts_in(unit) || matches!(field, Some(Field::Count | Field::Percent));
            counts.then(|| self.plain_level(outside.trim_end())).flatten()
        })
    }

    /// "86,5 - HTT": a level with points beside it.
    fn scored(&self, text: &str) -> Option<(f64, LevelText)> {
        let (points, level) = points_and_level(text)?;
        let level = self.scales.level(level).or_else(|| self.vocabulary.level(level))?;
        Some((points, level))
    }

    /// The points beside a level in one cell; none where the number is the mark of the level, or stands in
    /// brackets, as votes do.
    pub(crate) fn points_beside(&self, text: &str) -> Option<f64> {
        let (points, _) = self.scored(text)?;
        (!text.contains('(') && !self.is_mark(&points.to_string())).then_some(points)
    }

    /// "Không HT Not completed", "Tốt / Good": a level and the same in English behind it.
    fn bilingual(&self, text: &str) -> Option<LevelText> {
        if text.len() > 80 || text.is_ascii() || !text.contains(' ') {
            return None;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let foreign = |text: &str| text.is_ascii() && text.chars().any(char::is_alphabetic);
        (1..words.len()).rev().find_map(|at| {
            let (left, right) = (words[..at].join(" "), words[at..].join(" "));
            let first = self.plain_level(left.trim_end_matches([' ', '/', '-']));
            // "Grade 4 Không hoàn thành nhiệm vụ": the foreign words may stand before.
            let last = || self.plain_level(&right).filter(|_| foreign(&left));
            first.filter(|_| foreign(&right)).or_else(last)
        })
    }

    /// The level that points mean by the sheet's own scale.
    pub(crate) fn level_of_points(&self, points: f64) -> Option<&LevelText> {
        self.bands.level(points)
    }

    /// The levels whose points are known.
    pub(crate) fn levels_of_points(&self) -> impl Iterator<Item = &LevelText> {
        self.bands.levels()
    }

    /// Whether a key explains a letter or a digit.
    pub(crate) fn is_mark(&self, text: &str) -> bool {
        self.scales.is_mark(text) || matches!(self.mark(text), Some(Mark::Level(_)))
    }

    /// Whether a text stands for nothing: what a scale of the workbook's own has stands for its level.
    pub(crate) fn is_missing(&self, text: &str) -> bool {
        self.vocabulary.is_missing(text) && self.scales.level(text).is_none()
    }

    /// Why somebody has no rating, where the text in its place says so.
    pub(crate) fn not_rated(&self, text: &str) -> Option<NotRatedReason> {
        if let Some(Mark::NotRated(reason)) = self.mark(text) {
            return Some(*reason);
        }
        if self.scales.level(text).is_some() {
            return None;
        }
        let reason = self.vocabulary.reason(text);
        let is_unrated = || {
            self.vocabulary.is_unrated(text)
                || self.explained.contains(&grade_key(text)) && self.level(text).is_none()
        };
        reason.or_else(|| (is_unrated() || self.denies(text)).then_some(NotRatedReason::Other))
    }

    /// "not billed - broken wrist since June": more words than a level has, of which the first denies.
    fn denies(&self, text: &str) -> bool {
        const WORDS_OF_LEVEL: usize = 4;
        let words = &self.vocabulary.words;
        // "No. of outlets with grade A" counts them.
        let counts = || words.numbers_of.begins(text).is_some();
        word_count(text) > WORDS_OF_LEVEL
            && words.negations.begins(text).is_some()
            && !counts()
            && self.level(text).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_define_marks() {
        let vocabulary = Vocabulary::bundled();
        let scales = Scales::default();
        let mut legend = Legend::new(&vocabulary, &scales);
        legend.define("Ghi chú: A: Hoàn thành xuất sắc nhiệm vụ; B - Hoàn thành tốt nhiệm vụ");
        legend.define("K: Không phân loại (đảng viên được miễn sinh hoạt)");
        legend.define("(*) Đảng viên dự bị.");
        assert_eq!(legend.level("A"), vocabulary.level("HTXSNV"));
        assert_eq!(legend.level("Loại B"), vocabulary.level("HTTNV"));
        assert_eq!(legend.not_rated("K"), Some(NotRatedReason::Exempt));
        assert_eq!(legend.probationary, Some('*'));
        assert!(legend.is_unexplained_letter("C"));
        assert!(!legend.is_unexplained_letter("A"));
    }

    #[test]
    fn the_name_of_a_key_may_stand_before_its_first_line() {
        let vocabulary = Vocabulary::bundled();
        let scales = Scales::default();
        let mut legend = Legend::new(&vocabulary, &scales);
        legend.define("Ghi chú: Loại A: Đảng viên đủ tư cách, hoàn thành xuất sắc nhiệm vụ");
        assert!(legend.level("A").is_some());
    }

    #[test]
    fn words_that_deny_are_a_reason_where_they_are_more_than_a_level_has() {
        let vocabulary = Vocabulary::bundled();
        let scales = Scales::default();
        let legend = Legend::new(&vocabulary, &scales);
        let reason = legend.not_rated("not billed - broken wrist since June");
        assert_eq!(reason, Some(NotRatedReason::Other));
        for text in ["Zorp of the highest order so far", "No. of outlets with grade A"] {
            assert_eq!(legend.not_rated(text), None, "{text}");
        }
    }
}
