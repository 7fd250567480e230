//! What a sheet says that its own marks mean: "A: Hoàn thành xuất sắc nhiệm vụ", "(*) Đảng viên dự bị".

use std::cell::RefCell;
use std::collections::HashMap;

use crate::cell::shown;
use crate::record::NotRatedReason;
use crate::text::comparison_key;
use crate::vocabulary::{LevelText, Vocabulary};
use crate::workbook::{Sheet, Value};

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
    marks: HashMap<String, Mark>,
    /// Levels of texts that were asked for before: a column repeats few of them.
    known: RefCell<HashMap<String, Option<LevelText>>>,
    /// The sign behind a name that tells who is probationary.
    pub(crate) probationary: Option<char>,
}

/// The letters of a scale that no legend explains, best first.
const LETTERS: [&str; 4] = ["a", "b", "c", "d"];
/// The most texts that are remembered.
const KNOWN_LIMIT: usize = 10_000;
/// A legend is short, and so are its marks.
const TEXT_LIMIT: usize = 400;

impl<'a> Legend<'a> {
    /// A legend of nothing.
    pub(crate) fn new(vocabulary: &'a Vocabulary) -> Self {
        Self { vocabulary, marks: HashMap::new(), known: RefCell::default(), probationary: None }
    }

    /// The definitions that stand in the cells of a sheet.
    pub(crate) fn of(sheet: &Sheet, vocabulary: &'a Vocabulary) -> Self {
        let mut legend = Self::new(vocabulary);
        for row in sheet.rows.iter().filter(|row| row.cells.len() <= 4) {
            for cell in &row.cells {
                if let Value::Text(text) = &cell.value
                    && text.len() <= TEXT_LIMIT
                {
                    legend.define(&shown(&cell.value));
                }
            }
        }
        legend
    }

    fn define(&mut self, text: &str) {
        for clause in text.split([',', ';', '.', '\n']) {
            let clause = clause.rsplit_once("chú:").map_or(clause, |(_, rest)| rest).trim();
            self.sign(clause);
            if let Some((key, mark)) = self.definition(clause) {
                self.marks.entry(key).or_insert(mark);
            }
        }
    }

    /// "A: Hoàn thành xuất sắc nhiệm vụ": a short mark and what it stands for.
    fn definition(&self, clause: &str) -> Option<(String, Mark)> {
        let parts = [": ", " = ", " - ", " – ", "=", ":"];
        let (mark, meaning) = parts.into_iter().find_map(|by| clause.split_once(by))?;
        let key = comparison_key(mark);
        let is_mark = !key.is_empty() && key.split(' ').count() <= 2 && key.chars().count() <= 8;
        is_mark.then(|| self.meaning(meaning)).flatten().map(|mark| (key, mark))
    }

    /// Whether a text does nothing but explain a mark.
    pub(crate) fn defines(&self, text: &str) -> bool {
        !self.marks.is_empty() && self.definition(text).is_some()
    }

    /// A mark with a meaning that a person gives it.
    pub(crate) fn define_mark(&mut self, mark: &str, meaning: &str) {
        if let Some(meaning) = self.meaning(meaning) {
            self.known.borrow_mut().clear();
            self.marks.insert(comparison_key(mark), meaning);
        }
    }

    fn meaning(&self, text: &str) -> Option<Mark> {
        let vocabulary = self.vocabulary;
        let outside = text.split('(').next().unwrap_or_default();
        let level = vocabulary.level(outside).or_else(|| vocabulary.level(text));
        level.map(Mark::Level).or_else(|| {
            let says_so = vocabulary.is_unrated(outside) || vocabulary.reason(text).is_some();
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
        if comparison_key(rest).split(' ').count() <= 6 && words.probationary.found_in(rest) {
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

    /// Whether a text is a letter that stands for a level without being explained.
    pub(crate) fn is_unexplained_letter(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let letter = key.strip_prefix(&(comparison_key("loại") + " ")).unwrap_or(&key);
        LETTERS.contains(&letter) && self.mark(text).is_none()
    }

    fn mark(&self, text: &str) -> Option<&Mark> {
        if self.marks.is_empty() || text.len() > 24 {
            return None;
        }
        let key = comparison_key(text);
        let bare = || key.strip_prefix(&(comparison_key("loại") + " "));
        self.marks.get(&key).or_else(|| self.marks.get(bare()?))
    }

    /// The level that a cell names: by the sheet's own marks first.
    pub(crate) fn level(&self, text: &str) -> Option<LevelText> {
        if let Some(level) = self.known.borrow().get(text) {
            return level.clone();
        }
        let level = match self.mark(text) {
            Some(Mark::Level(level)) => Some(level.clone()),
            Some(Mark::NotRated(_)) => None,
            None => self.vocabulary.level(text),
        };
        let mut known = self.known.borrow_mut();
        if known.len() < KNOWN_LIMIT {
            known.insert(text.to_owned(), level.clone());
        }
        level
    }

    /// Why somebody has no rating, where the text in its place says so.
    pub(crate) fn not_rated(&self, text: &str) -> Option<NotRatedReason> {
        if let Some(Mark::NotRated(reason)) = self.mark(text) {
            return Some(*reason);
        }
        let reason = self.vocabulary.reason(text);
        reason.or_else(|| self.vocabulary.is_unrated(text).then_some(NotRatedReason::Other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_define_marks() {
        let vocabulary = Vocabulary::bundled();
        let mut legend = Legend::new(&vocabulary);
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
}
