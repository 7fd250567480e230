//! What a sheet says that its own marks mean: "A: Hoàn thành xuất sắc nhiệm vụ", "(*) Đảng viên dự bị".

mod bands;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use bands::Bands;

use crate::grid::{Cell, Row, Sheet, Value};
use crate::layout::Heading;
use crate::record::NotRatedReason;
use crate::scale::{Scales, marks_in, ranges};
use crate::text::{behind_words, comparison_key, grade_key, sentences, word_count};
use crate::value::{points_and_level, shown};
use crate::vocabulary::{Field, LevelText, Vocabulary, WHOLE};

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
    /// The words before digits that are marks: "loại" of "Loại 1: …".
    heads: HashSet<String>,
    /// Letters that a note explains and that stand for no level: "s = suppressed".
    signs: HashSet<String>,
    /// What headings that are cut short stand for: "ĐV DB: đảng viên dự bị".
    headings: HashMap<String, String>,
    /// Those of them that stand over the columns of the table.
    spelt: HashSet<String>,
}

/// The letters of a scale that no legend explains, best first.
const LETTERS: [&str; 4] = ["a", "b", "c", "d"];
/// The digits of one, which a legend explains.
const DIGITS: [&str; 4] = ["1", "2", "3", "4"];
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
            heads: HashSet::new(),
            signs: HashSet::new(),
            headings: HashMap::new(),
            spelt: HashSet::new(),
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
        // "Loại 1: đủ tư cách, hoàn thành tốt nhiệm vụ. Loại 2: …": a comma may stand within the meaning, and the
        // name of the legend before the mark; what else stands there may be of other marks.
        for sentence in text.split([';', '\n']).flat_map(sentences) {
            let sentence = sentence.trim().trim_end_matches('.');
            let named = sentence.split_once(':');
            let named = named.and_then(|(_, behind)| self.definition(behind.trim()));
            if let Some(level @ (_, _, Mark::Level(_))) = named {
                self.take(level);
            }
            match self.definition(sentence) {
                Some(definition) => self.take(definition),
                None => sentence.split(", ").for_each(|part| self.spell_out(part)),
            }
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
                if let Some(definition) = self.definition(clause) {
                    self.take(definition);
                }
            }
        }
        for (mark, meaning) in marks_in(text) {
            if let Some(of) = self.meaning(meaning).filter(|of| !self.denies_known(mark, of)) {
                self.marks.entry(grade_key(mark)).or_insert(of);
            }
        }
    }

    /// Takes what a heading that is cut short stands for: "ĐV DB: đảng viên dự bị (đánh dấu x)".
    fn spell_out(&mut self, sentence: &str) {
        const LETTERS: usize = 12;
        let Some((short, full)) = sentence.split_once([':', '=']) else { return };
        if short.trim().chars().count() <= 2 && full.contains(char::is_alphabetic) {
            self.signs.insert(short.trim().to_lowercase());
        }
        let full = full.split(['(', ':']).next().unwrap_or_default().trim();
        let key = comparison_key(short);
        let is_cut = (1..=LETTERS).contains(&key.chars().count()) && key.len() < full.len();
        if is_cut && full.contains(char::is_alphabetic) {
            self.headings.entry(key).or_insert_with(|| full.to_owned());
        }
    }

    /// Whether a note explains a letter that stands for no level.
    pub(crate) fn is_sign(&self, text: &str) -> bool {
        !self.signs.is_empty() && self.signs.contains(&text.trim().to_lowercase())
    }

    /// The field of a heading that a note spells out.
    pub(crate) fn field_of(&self, heading: &str) -> Option<(Field, usize)> {
        let full = self.in_full(heading)?;
        // "Zn. = známka jako ve škole"
        let first = full.split(' ').next().unwrap_or_default();
        let whole = |text: &str| self.vocabulary.field(text).filter(|(_, of)| *of >= WHOLE);
        whole(full).or_else(|| whole(first))
    }

    /// What a heading that is cut short stands for.
    fn in_full(&self, heading: &str) -> Option<&str> {
        if self.headings.is_empty() {
            return None;
        }
        self.headings.get(&comparison_key(heading)).map(String::as_str)
    }

    /// Writes the headings in full that a note spells out, where that says whose they are or of what.
    pub(crate) fn spell_headings(&mut self, headings: &mut [Heading]) {
        for text in headings.iter_mut().filter_map(|heading| heading.path.last_mut()) {
            let Some(full) = self.in_full(text).map(str::to_owned) else { continue };
            self.spelt.insert(comparison_key(text));
            let says =
                self.vocabulary.field(&full).is_some() || self.vocabulary.stage(&full).is_some();
            if says && self.level(text).is_none() {
                *text = full;
            }
        }
    }

    /// Whether a line spells out a heading of the table.
    fn spells_heading(&self, text: &str) -> bool {
        let short = text.split_once([':', '=']).map(|(short, _)| comparison_key(short));
        short.is_some_and(|short| self.spelt.contains(&short))
    }

    /// Takes a mark, unless it has a meaning, and the word before its digit.
    fn take(&mut self, (key, mark, meaning): (String, &str, Mark)) {
        if let Some((head, digit)) = mark.rsplit_once(' ')
            && digit.parse::<u8>().is_ok()
        {
            self.heads.insert(grade_key(head));
        }
        self.marks.entry(key).or_insert(meaning);
    }

    /// "A: Hoàn thành xuất sắc nhiệm vụ": a short mark, its key and as it is written, and what it stands for.
    fn definition<'t>(&self, clause: &'t str) -> Option<(String, &'t str, Mark)> {
        let parts = [": ", " = ", " - ", " – ", "=", ":"];
        let clause = clause.trim_start_matches(['-', '–', '•', '+', '*', ' ']);
        let by_sign = || parts.into_iter().find_map(|by| clause.split_once(by));
        let (mark, meaning) = by_sign().or_else(|| self.in_words(clause))?;
        // "HTXSNV: 4" counts.
        if meaning.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let bare = self.vocabulary.without_fillers(mark);
        let key = if bare.is_empty() { grade_key(mark) } else { bare };
        let is_mark = !key.is_empty() && word_count(&key) <= 2 && key.chars().count() <= 8;
        let meaning = is_mark.then(|| self.meaning(meaning)).flatten()?;
        // What is a level by itself stands for no other: "gerai" in "L. gerai – labai gerai".
        let own = self.scales.level(mark).map(Mark::Level);
        let fits = own.is_none_or(|own| own == meaning) && !self.denies_known(mark, &meaning);
        fits.then_some((key, mark.trim(), meaning))
    }

    /// Whether a mark is a known level, and its meaning another one: "HTNV: hoàn thành xuất sắc" cut from two lists.
    fn denies_known(&self, mark: &str, meaning: &Mark) -> bool {
        /// Shorter marks are what a sheet says that they are.
        const LETTERS: usize = 3;
        let Mark::Level(LevelText::Known(told)) = meaning else { return false };
        let is_long = mark.trim().chars().count() > LETTERS;
        match self.vocabulary.level(mark).filter(|_| is_long) {
            Some(LevelText::Known(own)) => own.iter().all(|place| !told.contains(place)),
            _ => false,
        }
    }

    /// "1 là hoàn thành xuất sắc nhiệm vụ", "B means good": a digit or capitals, a word for what they mean, and the
    /// meaning.
    fn in_words<'t>(&self, clause: &'t str) -> Option<(&'t str, &'t str)> {
        const LETTERS: usize = 3;
        let (mark, rest) = clause.split_once(' ')?;
        let is_digit = mark.len() == 1 && mark.starts_with(|c: char| c.is_ascii_digit());
        let is_short = mark.chars().count() <= LETTERS && mark.chars().all(char::is_uppercase);
        let length = self.vocabulary.words.means.begins(rest).filter(|_| is_digit || is_short)?;
        Some((mark, behind_words(rest, length)))
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

    /// Whether a heading is the word before the digits that a key explains.
    pub(crate) fn heads_digits(&self, heading: &str) -> bool {
        !self.heads.is_empty() && self.heads.contains(&grade_key(heading))
    }

    /// Whether a text does nothing but explain a mark.
    pub(crate) fn defines(&self, text: &str) -> bool {
        let defined =
            || text.split([';', '\n']).all(|clause| self.definition(clause.trim()).is_some());
        let has_marks = !self.marks.is_empty() || self.scales.count() > 0;
        has_marks && defined() || self.bands.has(text) || self.spells_heading(text)
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

    /// What the sheet says that A, B, C, D mean, or the digits behind a word.
    pub(crate) fn letters(&self) -> HashMap<String, Mark> {
        let digits = DIGITS.iter().filter(|_| !self.heads.is_empty());
        let explained = LETTERS
            .iter()
            .chain(digits)
            .filter_map(|letter| Some(((*letter).to_owned(), self.marks.get(*letter)?.clone())));
        explained.collect()
    }

    /// Takes what another sheet says that they mean.
    pub(crate) fn take_letters(&mut self, letters: &HashMap<String, Mark>) {
        self.known.borrow_mut().clear();
        self.marks.extend(letters.clone());
    }

    /// Whether a text is a letter that stands for a level without being explained, or a digit behind a word.
    pub(crate) fn is_unexplained_letter(&self, text: &str) -> bool {
        let letter = self.vocabulary.without_fillers(text);
        let is_digit = DIGITS.contains(&letter.as_str()) && letter.len() < text.trim().len();
        (LETTERS.contains(&letter.as_str()) || is_digit) && self.mark(text).is_none()
    }

    fn mark(&self, text: &str) -> Option<&Mark> {
        if self.marks.is_empty() || text.len() > 24 {
            return None;
        }
        let key = grade_key(text);
        // "T.số đảng viên" counts people, though T is a level.
        let bare = || {
            let mark = self.marks.get(&self.vocabulary.without_fillers(text))?;
            self.vocabulary.measure(text).is_none().then_some(mark)
        };
        self.marks.get(&key).or_else(bare)
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
        let is_explained = || {
            !self.explained.is_empty()
                && self.explained.contains(&grade_key(text))
                && self.level(text).is_none()
        };
        self.says_why(text).or_else(|| is_explained().then_some(NotRatedReason::Other))
    }

    /// The same by what the text says itself: a word that a key explains may be a level that is not understood.
    pub(crate) fn says_why(&self, text: &str) -> Option<NotRatedReason> {
        if let Some(Mark::NotRated(reason)) = self.mark(text) {
            return Some(*reason);
        }
        if self.scales.level(text).is_some() {
            return None;
        }
        let reason = self.vocabulary.reason(text);
        let is_unrated = || self.vocabulary.is_unrated(text) || self.denies(text);
        reason.or_else(|| is_unrated().then_some(NotRatedReason::Other))
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

    #[test]
    fn a_key_in_sentences_defines_marks_with_commas_within() {
        let vocabulary = Vocabulary::bundled();
        let scales = Scales::default();
        let mut legend = Legend::new(&vocabulary, &scales);
        legend.define(
            "Loại 1: đủ tư cách, hoàn thành xuất sắc nhiệm vụ. Loại 2: đủ tư cách, hoàn thành tốt nhiệm vụ. \
             Loại 3: đủ tư cách, hoàn thành nhiệm vụ.",
        );
        assert!(legend.level("Loại 3").is_some());
        assert_ne!(legend.level("2"), legend.level("3"));
        assert!(legend.heads_digits("Loại") && !legend.heads_digits("Xếp hạng"));
        let mut legend = Legend::new(&vocabulary, &scales);
        legend
            .define("(*) Ghi số: 1 là hoàn thành xuất sắc nhiệm vụ; 2 là hoàn thành tốt nhiệm vụ");
        assert_eq!(legend.level("2"), vocabulary.level("HTTNV"));
        // Two lists side by side make no known level another one, and neither does a count.
        let mut legend = Legend::new(&vocabulary, &scales);
        legend.define(
            "HTXSNV, HTTNV: hoàn thành xuất sắc, hoàn thành tốt. HTNV: 4, chưa xếp loại: 2",
        );
        assert_eq!(legend.level("HTTNV"), vocabulary.level("HTTNV"));
        assert_eq!(legend.not_rated("HTNV"), None);
    }

    #[test]
    fn a_note_spells_out_headings_and_letters_for_no_level() {
        let vocabulary = Vocabulary::bundled();
        let scales = Scales::default();
        let mut legend = Legend::new(&vocabulary, &scales);
        legend.define("ĐV DB: đảng viên dự bị (đánh dấu x). Q.N = năm sinh, Z.W = ghi chú");
        let field = |heading| legend.field_of(heading).map(|(field, _)| field);
        assert_eq!(field("ĐV DB"), Some(Field::Probationary));
        assert_eq!(field("Q.N"), Some(Field::BirthDate));
        assert_eq!(field("Zorp"), None);
        let heading = |text: &str| Heading {
            column: 0,
            path: vec![text.to_owned()],
            place: crate::grid::Place { row: 0, column: 0 },
        };
        legend.define("- TXL: Đảng viên tự xếp loại");
        let mut headings = [heading("TXL"), heading("Q.N"), heading("Zorp")];
        legend.spell_headings(&mut headings);
        let told: Vec<&str> = headings.iter().map(|of| of.path[0].as_str()).collect();
        assert_eq!(told, ["Đảng viên tự xếp loại", "năm sinh", "Zorp"]);
        assert!(legend.defines("- TXL: Đảng viên tự xếp loại") && !legend.defines("XL: Zorp"));
        legend.define("s = suppressed, fewer than five people");
        assert!(legend.is_sign("s") && !legend.is_sign("A"));
    }
}
