//! Levels that a table uses and the workbook puts in order in words: a sentence that lists them ("Views are
//! given, from best to weakest, as Exceptional, Strong or Sound"), one that names both ends, or a line for each.

use std::collections::HashMap;

use super::legends::{is_best, names_other, order_of_ends, order_told};
use super::{LABEL_LIMIT, LEGEND_LIMIT, LEVELS_LIMIT, values_under};
use crate::grid::{Row, Sheet, Value};
use crate::layout::Table;
use crate::scale::{Candidate, Entry, Source};
use crate::text::{comparison_key, half_width, sentences, word_count};
use crate::value::shown;
use crate::vocabulary::Vocabulary;

/// The scales that sentences and lines of the sheets list; `alike` are the tables of one layout each.
pub(super) fn of(
    sheets: &[Sheet],
    alike: &[Vec<&Table<'_>>],
    vocabulary: &Vocabulary,
) -> Vec<Candidate> {
    let used = used(alike, vocabulary);
    let mut found: Vec<Candidate> = Vec::new();
    for (sentence, order) in sentences_of_order(sheets, vocabulary) {
        for table in alike.iter().filter_map(|tables| tables.first()) {
            found.extend(span(table, &sentence, order, vocabulary));
        }
        if let Some(best_first) = order.or_else(|| order_of_best(&sentence, vocabulary)) {
            let lists = used.iter().filter_map(|used| used.listed_in(&sentence, vocabulary));
            found.extend(lists.map(|entries| in_order(entries, best_first)));
        }
    }
    let values = used.iter().filter(|used| used.counts.is_some());
    found.extend(values.flat_map(|used| lines(sheets, used, vocabulary)));
    found
}

fn in_order(entries: Vec<Entry>, best_first: bool) -> Candidate {
    Candidate { entries, source: Source::Legend, best_first: Some(best_first) }
}

/// What stands over the columns of tables, and the few words that a column repeats.
fn used(alike: &[Vec<&Table<'_>>], vocabulary: &Vocabulary) -> Vec<Used> {
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
    used
}

/// "From the best on the left (Golden comb) to the worst on the right (Empty box)", "from Gold (the highest) to
/// Unplaced": the words over the columns from the one that a sentence names first to the one that it names last.
fn span(
    table: &Table<'_>,
    sentence: &str,
    order: Option<bool>,
    vocabulary: &Vocabulary,
) -> Option<Candidate> {
    let depths = table.headings.iter().map(|heading| heading.path.len()).max().unwrap_or(0);
    (0..depths).find_map(|depth| {
        // A row of headings names each level once for each round.
        let mut texts: Vec<&str> = Vec::new();
        for text in table.headings.iter().filter_map(|heading| heading.path.get(depth)) {
            if !texts.contains(&text.as_str()) {
                texts.push(text);
            }
        }
        let keys: Vec<String> = texts.iter().map(|text| comparison_key(text)).collect();
        let named = named_in(sentence, &keys);
        let [first, .., last] = named.as_slice() else { return None };
        let rises = named.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let falls = named.windows(2).all(|pair| pair[0].0 > pair[1].0);
        let between = &texts[first.0.min(last.0)..=first.0.max(last.0)];
        let is_level = |text: &&str| {
            (1..=LABEL_LIMIT).contains(&word_count(text)) && vocabulary.field(text).is_none()
        };
        let fits = (3..=LEVELS_LIMIT).contains(&between.len()) && between.iter().all(is_level);
        let best_first = order.or_else(|| order_beside(sentence, &named, vocabulary))?;
        let entries = between.iter().map(|text| Entry::of(text, vocabulary)).collect();
        (fits && (rises || falls)).then(|| in_order(entries, best_first == rises))
    })
}

/// "The Gold cone (the highest) through Silver to Unplaced": which of the named stands right before the word for
/// the best, or for the worst.
fn order_beside(sentence: &str, named: &[(usize, usize)], vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    let key = comparison_key(sentence);
    let texts: Vec<&str> = key.split(' ').collect();
    // "A = Zorp, B = Blim, C = Quax (A is the highest)": the mark of the first one stands before the word.
    let names_first = |at: usize| {
        let ends = named.first().zip(named.last());
        ends.is_some_and(|((_, first), (_, last))| {
            let mark = first.checked_sub(1).and_then(|before| texts.get(before));
            let between = texts.get(last + 1..at).unwrap_or_default();
            mark.is_some_and(|mark| between.contains(mark))
        })
    };
    // Whether it is said of the first of them, or of the last.
    let is_first = |at: usize| {
        if names_first(at) {
            return Some(true);
        }
        let before = named.iter().rposition(|(_, place)| *place < at).unwrap_or(0);
        match before {
            0 => Some(true),
            _ if before + 1 == named.len() => Some(false),
            _ => None,
        }
    };
    match (words.highest.place_in(sentence), words.lowest.place_in(sentence)) {
        (Some(best), None) => is_first(best),
        (None, Some(worst)) => is_first(worst).map(|is_first| !is_first),
        _ => None,
    }
}

/// "Step one, the highest: Signs off alone - …", "Step two: Spot-checked - …", "Step three, the lowest: …": lines
/// below one another that name one of the words of a column each.
fn lines(sheets: &[Sheet], used: &Used, vocabulary: &Vocabulary) -> Vec<Candidate> {
    const LEAST: usize = 3;
    let keys: Vec<String> = used.texts.iter().map(|text| comparison_key(text)).collect();
    if keys.len() < LEAST {
        return Vec::new();
    }
    let names = |row: &Row| match row.cells.as_slice() {
        [only] => {
            let text = shown(&only.value);
            match named_in(&text, &keys).as_slice() {
                [(only, _)] => Some((*only, text)),
                _ => None,
            }
        }
        _ => None,
    };
    let mut found = Vec::new();
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let mut run: Vec<(usize, String)> = Vec::new();
        for row in sheet.rows.iter().map(Some).chain([None]) {
            let named = row.and_then(names);
            if let Some(named) = named.filter(|(at, _)| run.iter().all(|(other, _)| other != at)) {
                run.push(named);
                continue;
            }
            let run = std::mem::take(&mut run);
            let texts: Vec<&str> = run.iter().map(|(_, text)| text.as_str()).collect();
            if run.len() == keys.len()
                && let Some(best_first) = order_of_ends(&texts, vocabulary)
            {
                let entries = run.iter().map(|(at, _)| Entry::of(&used.texts[*at], vocabulary));
                found.push(in_order(entries.collect(), best_first));
            }
        }
    }
    found
}

/// The sentences that may tell an order, each with whether it says that the best stands first.
fn sentences_of_order(sheets: &[Sheet], vocabulary: &Vocabulary) -> Vec<(String, Option<bool>)> {
    /// "Best to worst: A, B".
    const WORDS: usize = 5;
    let visible = sheets.iter().filter(|sheet| !sheet.hidden);
    let cells = visible.flat_map(|sheet| &sheet.rows).flat_map(|row| &row.cells);
    let texts = cells.filter_map(|cell| match &cell.value {
        Value::Text(text)
            if text.len() <= LEGEND_LIMIT
                && (word_count(text) >= WORDS || text.contains(['、', '，'])) =>
        {
            Some(half_width(text).into_owned())
        }
        _ => None,
    });
    let words = &vocabulary.words;
    let told = |sentence: &str| {
        let order = order_told(sentence, vocabulary);
        let names_end = || words.highest.found_in(sentence) || words.lowest.found_in(sentence);
        (order.is_some() || names_end()).then(|| (sentence.to_owned(), order))
    };
    texts
        .flat_map(|text| sentences(&text).into_iter().filter_map(told).collect::<Vec<_>>())
        .collect()
}

/// "Mentor is the top tier, then Independent, and last Restricted": what is said of the first part, or of the
/// last one.
fn order_of_best(sentence: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let parts: Vec<&str> = sentence.split([',', ';']).collect();
    let [first, .., last] = parts.as_slice() else { return None };
    let of_last = || {
        let is_best = is_best(last, vocabulary)?;
        // "…, D = Weak (A is the highest)".
        let said = last.split_once('(').map_or("", |(_, said)| said);
        if names_other(said.trim_end_matches(')'), last, &[*first, *last]) {
            return Some(is_best);
        }
        Some(!is_best)
    };
    is_best(first, vocabulary).or_else(of_last)
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
                listed.extend(named.iter().map(|(at, _)| self.texts[*at].clone()));
                found.extend(named.into_iter().map(|(at, _)| at));
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

/// Which of some keys stand in a text as whole words, and at which word, in its order; where two begin together,
/// the longer one.
fn named_in(text: &str, keys: &[String]) -> Vec<(usize, usize)> {
    let key = comparison_key(text);
    let words: Vec<&str> = key.split(' ').collect();
    // "a tick" names no grade A.
    let is_grade = |letter: &str| {
        let tokens = text.split(|c: char| !c.is_alphanumeric());
        let mut from_capital = tokens.skip_while(|token| *token != letter.to_uppercase());
        from_capital.next().is_some() && from_capital.all(|token| token != letter)
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let begins = |of: &String| {
            let own: Vec<&str> = of.split(' ').collect();
            let is_letter = of.chars().count() == 1 && of.chars().all(char::is_alphabetic);
            (words[at..].starts_with(&own) && (!is_letter || is_grade(of))).then_some(own.len())
        };
        let longest = keys.iter().enumerate().filter_map(|(place, of)| Some((begins(of)?, place)));
        match longest.filter(|(length, _)| *length > 0).max_by_key(|(length, _)| *length) {
            Some((length, place)) if !keys[place].is_empty() => {
                found.push((place, at));
                at += length;
            }
            _ => at += 1,
        }
    }
    found
}
