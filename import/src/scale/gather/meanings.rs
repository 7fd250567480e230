//! Words of an office's own and what each means: "Gold: beyond the standard", "Red | does not meet the standard".

use std::cell::LazyCell;
use std::collections::HashSet;

use super::{LEVELS_LIMIT, ROWS_LIMIT, WORDS_OF_LEVEL};
use crate::grid::{Row, Sheet, Value};
use crate::layout::Table;
use crate::scale::{Candidate, Entry, Source};
use crate::text::{grade_key, word_count};
use crate::value::shown;
use crate::vocabulary::Vocabulary;

/// The levels that a scale has at least.
const LEAST: usize = 3;

/// The words of a sheet that are explained below one another and stand in a table, over its columns or in one
/// of them, where what they mean goes from good to bad or from bad to good.
pub(super) fn of(sheet: &Sheet, tables: &[&Table<'_>], vocabulary: &Vocabulary) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut run: Vec<(Entry, String)> = Vec::new();
    let mut last_row = 0;
    let used = LazyCell::new(|| words_used(tables));
    let mut end = |run: &mut Vec<(Entry, String)>| {
        let mut run = std::mem::take(run);
        if run.len() < LEAST {
            return;
        }
        run.retain(|(entry, meaning)| {
            let parts = || meaning.split([',', ';']).map(str::trim);
            let is_unrated = parts().any(|part| vocabulary.denies_rating(part))
                || vocabulary.reason(meaning).is_some()
                || vocabulary.words.unrated.begins(meaning).is_some();
            !is_unrated && entry.keys.iter().any(|key| used.contains(key))
        });
        let meanings: Vec<&str> = run.iter().map(|(_, meaning)| meaning.as_str()).collect();
        let best_first = order_of(&meanings, vocabulary);
        if (LEAST..=LEVELS_LIMIT).contains(&run.len()) && best_first.is_some() {
            let entries = run.into_iter().map(|(entry, _)| entry).collect();
            found.push(Candidate { entries, source: Source::Legend, best_first });
        }
    };
    for row in &sheet.rows {
        let explained = explained(row, vocabulary);
        if explained.is_none() || row.index > last_row + 1 {
            end(&mut run);
        }
        run.extend(explained);
        last_row = row.index;
    }
    end(&mut run);
    found
}

/// A word and what it means, in one cell or in two.
fn explained(row: &Row, vocabulary: &Vocabulary) -> Option<(Entry, String)> {
    let texts: Vec<String> = match row.cells.as_slice() {
        [] | [_, _, _, ..] => return None,
        cells => cells.iter().map(|of| shown(&of.value)).collect(),
    };
    if !row.cells.iter().all(|of| matches!(of.value, Value::Text(_))) {
        return None;
    }
    let (word, meaning) = match texts.as_slice() {
        [only] => [": ", " – ", " - ", " = "].iter().find_map(|by| only.split_once(by))?,
        [word, meaning] => (word.as_str(), meaning.as_str()),
        _ => return None,
    };
    let word = word.trim().trim_start_matches(['•', '-', '–', '*', ' ']);
    let is_word = (1..=WORDS_OF_LEVEL).contains(&word_count(word))
        && word.starts_with(char::is_alphabetic)
        // Letters that stand for words are marks of a key.
        && word.contains(char::is_lowercase)
        && !vocabulary.is_note(word);
    let says = word_count(meaning) > 1 && !meaning.contains(|c: char| c.is_ascii_digit());
    (is_word && says).then(|| (Entry::of(word, vocabulary), meaning.to_owned()))
}

/// Whether the first of some meanings is the best one: most say how good something is, and go one way.
fn order_of(meanings: &[&str], vocabulary: &Vocabulary) -> Option<bool> {
    let good: Vec<Option<u8>> =
        meanings.iter().map(|meaning| vocabulary.polarity_within(meaning)).collect();
    let known: Vec<u8> = good.into_iter().flatten().collect();
    let falls = known.windows(2).all(|pair| pair[0] > pair[1]);
    let rises = known.windows(2).all(|pair| pair[0] < pair[1]);
    (known.len() >= LEAST && known.len() * 2 > meanings.len() && (falls || rises)).then_some(falls)
}

/// The keys of all that stands over the columns of some tables, and of the few texts in each of them.
fn words_used(tables: &[&Table<'_>]) -> HashSet<String> {
    let over = tables.iter().flat_map(|table| &table.headings).flat_map(|of| &of.path);
    let mut used: HashSet<String> = over.map(|text| grade_key(text)).collect();
    for table in tables {
        let rows = table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2);
        let cells = rows.flat_map(|row| &row.cells);
        let texts = cells.filter_map(|cell| match &cell.value {
            Value::Text(text) if word_count(text) <= WORDS_OF_LEVEL => Some(grade_key(text)),
            _ => None,
        });
        used.extend(texts);
    }
    used
}
