//! Headings that are cut short: "N/sinh", "Ng. sinh", "Autoeval.", "ĐU XL".

use super::words::{Phrase, WHOLE};
use super::{Field, Stage, Vocabulary};
use crate::text::comparison_key;

/// A word of a heading, and whether it is only the beginning of one.
struct Word {
    key: String,
    is_cut: bool,
}

/// The words of a heading; "C/thức" and "C.vụ" are two, the first of them cut to its first letter.
fn words_of(text: &str) -> Vec<Word> {
    let text = text.trim();
    let is_letter = |head: &str| head.chars().count() == 1;
    let parted = text.split_once(['/', '.']).filter(|(head, _)| is_letter(head));
    let spelt = match parted {
        Some((letter, rest)) => format!("{letter}. {rest}"),
        None => text.to_owned(),
    };
    let words = spelt
        .split_whitespace()
        .map(|word| Word { key: comparison_key(word), is_cut: word.ends_with('.') });
    words.filter(|word| !word.key.is_empty()).collect()
}

impl Word {
    fn stands_for(&self, full: &str) -> bool {
        if self.is_cut {
            full.starts_with(&self.key) || self.is_contracted_from(full)
        } else {
            full == self.key
        }
    }

    /// "Dpto." of "departamento": the first letter, the last one and some between them, in their order.
    fn is_contracted_from(&self, full: &str) -> bool {
        const LEAST: usize = 3;
        let mut letters = full.chars();
        self.key.chars().count() >= LEAST
            && self.key.chars().next() == full.chars().next()
            && self.key.chars().last() == full.chars().last()
            && self.key.chars().all(|wanted| letters.any(|letter| letter == wanted))
    }
}

impl Vocabulary {
    /// "C/thức", "Ng. sinh", "Observ.": the field of the only phrase whose words begin so. A word alone is
    /// cut to four letters at least, and of two one stands in full.
    pub(super) fn field_cut(&self, text: &str) -> Option<(Field, usize)> {
        const ALONE: usize = 4;
        if !text.contains(['/', '.']) {
            return None;
        }
        let words = words_of(text);
        let is_told = match words.as_slice() {
            [word] => word.is_cut && word.key.chars().count() >= ALONE,
            _ => words.iter().any(|word| word.is_cut) && words.iter().any(|word| !word.is_cut),
        };
        if !is_told {
            return None;
        }
        let fits = |phrase: &Phrase| {
            phrase.words.len() == words.len()
                && words.iter().zip(&phrase.words).all(|(word, full)| word.stands_for(full))
        };
        let mut named =
            self.fields.iter().filter(|(phrase, _)| fits(phrase)).map(|(_, field)| *field);
        let field = named.next()?;
        named.all(|other| other == field).then_some((field, WHOLE))
    }

    /// "Autoeval.": the stage whose word begins so, whichever of its words that is.
    pub(super) fn stage_cut(&self, text: &str) -> Option<Stage> {
        const LEAST: usize = 5;
        let is_cut = |word: &&str| word.ends_with('.') && word.chars().count() > LEAST;
        let cut = text.split_whitespace().find(is_cut)?;
        let key = comparison_key(cut);
        let full = self.stages.iter().flat_map(|(phrase, _)| &phrase.words);
        let full = full.filter(|word| word.starts_with(&key));
        let mut named = full.map(|word| self.stage(&text.replacen(cut, word, 1)));
        let stage = named.next()??;
        named.all(|other| other == Some(stage)).then_some(stage)
    }

    /// "ĐU XL", "LM grade": the body whose first letters stand beside a word for ratings, or alone.
    pub(super) fn stage_by_initials(&self, words: &[&str]) -> Option<Stage> {
        const WORDS_LIMIT: usize = 4;
        if words.len() > WORDS_LIMIT {
            return None;
        }
        let rates =
            |text: &str| matches!(self.field(text), Some((Field::Rating | Field::Score, _)));
        // "Xếp loại TCĐ": letters that are known for those who are rated name no rater.
        let is_rated = |word: &str| {
            self.words.subject_branches.is(word) || self.words.subject_members.is(word)
        };
        let is_free = |word: &str| {
            self.field(word).is_none() && self.level(word).is_none() && !is_rated(word)
        };
        let free = words.iter().enumerate().filter(|(_, word)| is_free(word));
        let mut found = free.filter_map(|(at, word)| {
            let mut stands = self.stages.iter().filter(|(phrase, _)| phrase.has_initials(word));
            let (_, stage) = stands.next()?;
            let rest: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, of)| *of)
                .collect();
            let beside = rest.is_empty() || rates(&rest.join(" "));
            (beside && stands.all(|(_, other)| other == stage)).then_some(*stage)
        });
        found.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_are_cut_short_are_those_in_full() {
        let vocabulary = Vocabulary::bundled();
        let field = |text| vocabulary.field(text).map(|(field, _)| field);
        assert_eq!(field("Ng. sinh"), Some(Field::BirthDate));
        assert_eq!(field("N/sinh"), Some(Field::BirthDate));
        assert_eq!(field("C.vụ"), Some(Field::Position));
        assert_eq!(field("Ng."), None);
        assert_eq!(field("Dpmt."), Some(Field::Organization));
        assert_eq!(vocabulary.stage("Self-assess."), Some(Stage::Own));
        assert_eq!(vocabulary.stage("Resp."), None);
    }

    #[test]
    fn letters_for_who_is_rated_name_no_rater() {
        let vocabulary = Vocabulary::bundled();
        assert_eq!(vocabulary.stage("Xếp loại TCĐ"), None);
        assert_eq!(vocabulary.stage("ĐU XL"), Some(Stage::Committee));
    }
}
