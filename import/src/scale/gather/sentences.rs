//! Levels that a table uses and a sentence lists in an order that it tells: "Views are given, from best to
//! weakest, as Exceptional, Strong or Sound."

use std::collections::HashMap;

use super::clauses::sentences;
use super::legends::order_told;
use super::{LABEL_LIMIT, LEGEND_LIMIT, LEVELS_LIMIT, values_under};
use crate::grid::{Sheet, Value};
use crate::layout::Table;
use crate::scale::{Candidate, Entry, Source};
use crate::text::{comparison_key, half_width, word_count};
use crate::vocabulary::Vocabulary;

/// The scales that sentences of the sheets list; `alike` are the tables of one layout each.
pub(super) fn of(
    sheets: &[Sheet],
    alike: &[Vec<&Table<'_>>],
    vocabulary: &Vocabulary,
) -> Vec<Candidate> {
    let told = ordered(sheets, vocabulary);
    if told.is_empty() {
        return Vec::new();
    }
    let mut used: Vec<Used> = Vec::new();
    for tables in alike {
        let Some(first) = tables.first() else { continue };
        let texts = first.headings.iter().filter_map(|of| of.path.last().cloned()).collect();
        used.push(Used { texts, counts: None });
        for place in 0..first.headings.len() {
            let values = values_under(tables, vocabulary, |at, _| at == place);
            let repeats = values.filled > values.texts.len();
            if (2..=LEVELS_LIMIT).contains(&values.texts.len()) && repeats {
                used.push(Used { texts: values.texts, counts: Some(values.counts) });
            }
        }
    }
    let found = told.iter().flat_map(|(sentence, best_first)| {
        let lists = used.iter().filter_map(|used| used.listed_in(sentence, vocabulary));
        lists.map(|entries| Candidate {
            entries,
            source: Source::Legend,
            best_first: Some(*best_first),
        })
    });
    found.collect()
}

/// The sentences that tell an order, each with whether the best stands first.
fn ordered(sheets: &[Sheet], vocabulary: &Vocabulary) -> Vec<(String, bool)> {
    let visible = sheets.iter().filter(|sheet| !sheet.hidden);
    let cells = visible.flat_map(|sheet| &sheet.rows).flat_map(|row| &row.cells);
    let texts = cells.filter_map(|cell| match &cell.value {
        Value::Text(text) if text.len() <= LEGEND_LIMIT && text.contains([',', '、', '，']) => {
            Some(half_width(text).into_owned())
        }
        _ => None,
    });
    let told = |sentence: &str| {
        let order =
            order_told(sentence, vocabulary).or_else(|| order_of_best(sentence, vocabulary));
        Some((sentence.to_owned(), order?))
    };
    texts
        .flat_map(|text| sentences(&text).into_iter().filter_map(told).collect::<Vec<_>>())
        .collect()
}

/// "Mentor is the top tier, then Independent, and last Restricted": what is said of the first part, or of the
/// last one.
fn order_of_best(sentence: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    let parts: Vec<&str> = sentence.split([',', ';']).collect();
    let [first, .., last] = parts.as_slice() else { return None };
    let said = |part: &str| {
        let (best, worst) = (words.highest.found_in(part), words.lowest.found_in(part));
        (best != worst).then_some(best)
    };
    said(first).or_else(|| said(last).map(|is_best| !is_best))
}

/// Texts that a column holds, or that stand over columns.
struct Used {
    texts: Vec<String>,
    /// How often a column holds each.
    counts: Option<HashMap<String, usize>>,
}

impl Used {
    /// The levels that a sentence lists, where it lists those of the column or of headings.
    fn listed_in(&self, sentence: &str, vocabulary: &Vocabulary) -> Option<Vec<Entry>> {
        let keys: Vec<String> = self.texts.iter().map(|text| comparison_key(text)).collect();
        let mut found: Vec<usize> = Vec::new();
        let mut listed: Vec<String> = Vec::new();
        let mut between: Vec<String> = Vec::new();
        for part in sentence.split([',', ';', ':', '/', '|', '>', '<']) {
            let named = named_in(part, &keys);
            if !named.is_empty() {
                listed.append(&mut between);
                listed.extend(named.iter().map(|at| self.texts[*at].clone()));
                found.extend(named);
            } else if !found.is_empty() {
                between.push(part.trim().to_owned());
            }
        }
        // A level that nobody has may be the last one.
        if let [last] = between.as_slice() {
            listed.push(last.clone());
        }
        let once = (1..found.len()).all(|at| !found[..at].contains(&found[at]));
        let whole = match &self.counts {
            Some(counts) => {
                let is_slip = |at: &usize| counts[&self.texts[*at]] == 1;
                (0..keys.len()).all(|at| found.contains(&at) || is_slip(&at)) && found.len() > 1
            }
            None => found.len() == listed.len(),
        };
        let short = |text: &String| (1..=LABEL_LIMIT).contains(&word_count(text));
        let fits = once && whole && (3..=LEVELS_LIMIT).contains(&listed.len());
        (fits && listed.iter().all(short))
            .then(|| listed.iter().map(|text| Entry::of(text, vocabulary)).collect())
    }
}

/// Which of some keys stand in a text as whole words, in its order; where two begin together, the longer one.
fn named_in(text: &str, keys: &[String]) -> Vec<usize> {
    let key = comparison_key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let begins = |of: &String| {
            let own: Vec<&str> = of.split(' ').collect();
            words[at..].starts_with(&own).then_some(own.len())
        };
        let longest = keys.iter().enumerate().filter_map(|(place, of)| Some((begins(of)?, place)));
        match longest.filter(|(length, _)| *length > 0).max_by_key(|(length, _)| *length) {
            Some((length, place)) if !keys[place].is_empty() => {
                found.push(place);
                at += length;
            }
            _ => at += 1,
        }
    }
    found
}
