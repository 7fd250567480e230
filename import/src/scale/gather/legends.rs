//! Levels in legends: in one cell, one a row, beside a table; and the order that a line tells in words.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::clauses::{
    abbreviated, chained, clauses, defined, in_full, is_range, mark_of, of_mark, within_bracket,
};
use super::{LABEL_LIMIT, LEGEND_LIMIT, LEVELS_LIMIT, ROWS_LIMIT};
use crate::grid::{Cell, Row, Sheet, Value};
use crate::layout::Table;
use crate::scale::{
    Candidate, Entry, Source, band_from, behind_digit, points_of, ranges, split_mark,
};
use crate::text::{comparison_key, grade_key, half_width, is_sign, sentences, word_count};
use crate::value::{follow_one_another, number, ordinal, shown};
use crate::vocabulary::{BAD, Field, Vocabulary};

/// "Grades, highest to lowest: | A | B | C+ | C": levels whose order a line of the sheet tells in words, in
/// cells beside it or behind its colon.
pub(super) fn told_in_order<'a>(
    sheet: &'a Sheet,
    vocabulary: &'a Vocabulary,
) -> impl Iterator<Item = Candidate> + 'a {
    sheet.rows.iter().filter_map(move |row| {
        let (first, rest) = row.cells.split_first()?;
        let first = shown(&first.value);
        let (head, behind) = first.split_once(':').unwrap_or((&first, ""));
        // "…, C, D. The grade decides …": the list ends with its sentence.
        let behind = sentences(behind).first().copied().unwrap_or_default();
        let told = order_told(head, vocabulary).or_else(|| order_from(head, behind, vocabulary));
        // What is said of a level stands in brackets, and few rows have any.
        let in_brackets =
            |cell: &Cell| matches!(&cell.value, Value::Text(text) if text.contains(['(', '（']));
        if told.is_none() && !row.cells.iter().any(in_brackets) {
            return None;
        }
        let rest: Vec<String> = rest.iter().map(|cell| shown(&cell.value)).collect();
        let behind = within_bracket(behind.trim().trim_end_matches('.'));
        let behind =
            behind.split([',', ';', '>', '/']).map(str::trim).filter(|part| !part.is_empty());
        let parts: Vec<&str> = behind.chain(rest.iter().map(String::as_str)).collect();
        let best_first = told.or_else(|| order_of_ends(&parts, vocabulary))?;
        let of_part = |part: &str| {
            let bare = part.split('(').next().unwrap_or_default().trim();
            abbreviated(part, vocabulary).unwrap_or_else(|| Entry::of(bare, vocabulary))
        };
        let entries: Vec<Entry> = parts.iter().map(|part| of_part(part)).collect();
        let short = |entry: &Entry| word_count(&entry.label) <= LABEL_LIMIT;
        let fits = (3..=LEVELS_LIMIT).contains(&entries.len()) && entries.iter().all(short);
        fits.then_some(Candidate { entries, source: Source::Legend, best_first: Some(best_first) })
    })
}

/// One line of a key.
struct Line {
    entry: Entry,
    text: String,
    cells: usize,
}

impl Line {
    fn of(entry: Entry, row: &Row) -> Self {
        Self { entry, text: text_of(row), cells: row.cells.len() }
    }
}

/// Digits and what each means, with or without how many have it.
fn are_pairs(lines: &[Line], entries: &[Entry]) -> bool {
    lines.iter().all(|line| matches!(line.cells, 2 | 3)) && is_numbered(entries)
}

/// The legends of a sheet: in one cell ("A = Excellent; B = Good"), or one level a row.
pub(super) fn legends(sheet: &Sheet, vocabulary: &Vocabulary) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = beside(sheet, vocabulary);
    let mut lines: Vec<Line> = Vec::new();
    // The order that a line above told, which the levels right below it have.
    let mut order = None;
    let mut order_row = None;
    let mut last_row = 0;
    // "Class 1 is the best" may stand below the classes as well; few sheets have lines that ask for it.
    let more = LazyCell::new(|| {
        sheet.rows.iter().flat_map(|row| &row.cells).find_map(|cell| match &cell.value {
            Value::Text(text) => more_is_better(text, vocabulary),
            _ => None,
        })
    });
    let end = |lines: &mut Vec<Line>, order: &mut Option<Order>| {
        let lines = std::mem::take(lines);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let entries: Vec<Entry> = lines.iter().map(|line| line.entry.clone()).collect();
        let told = order.take().or_else(|| order_of_ends(&texts, vocabulary).map(Order::BestFirst));
        let told =
            told.or_else(|| are_pairs(&lines, &entries).then(|| *more)?.map(Order::MoreIsBetter));
        let of_lines = finish(entries, told.is_some(), vocabulary)?;
        let places =
            (texts.first().and_then(|of| place_of(of)), texts.last().and_then(|of| place_of(of)));
        let best_first = told.and_then(|order| order.best_first(&of_lines.entries, places));
        Some(Candidate { best_first, ..of_lines })
    };
    for row in &*ranges::joined(sheet, vocabulary) {
        found.extend(row.cells.iter().filter_map(|cell| of_cell(&cell.value, vocabulary)));
        found.extend(across(row, vocabulary));
        if row.cells.len() > 5 {
            found.extend(end(&mut lines, &mut order));
            continue;
        }
        for cell in &row.cells {
            // "Tổng cộng: 51. Trong đó loại A: 5; loại B: 40" counts them.
            if let Value::Text(text) = &cell.value
                && text.len() <= LEGEND_LIMIT
                && !vocabulary.is_total(text)
            {
                let text = &half_width(text);
                if let Some((entries, best_first)) = chained(text, vocabulary) {
                    let best_first = Some(best_first);
                    found.push(Candidate { entries, source: Source::Legend, best_first });
                } else {
                    let key = finish(clauses(text, vocabulary), false, vocabulary);
                    found.extend(key.map(|key| with_order_of_marks(key, text, vocabulary)));
                }
            }
        }
        // "Standards (1 is the best, 5 the lowest):" heads a key and is none of its lines.
        let heads = row.cells.iter().any(|cell| heads_key(&shown(&cell.value), vocabulary));
        let explained = || order.and_then(|_| explained(row, vocabulary));
        let entry = line(row, vocabulary).or_else(explained).filter(|_| !heads);
        // "Place | Mark | Meaning" right below what told the order heads the columns of a key.
        let is_text = |cell: &Cell| matches!(cell.value, Value::Text(_));
        // A blank line may lie between.
        let is_near =
            |told: u32| row.index == told + 1 || row.index == told + 2 && last_row == told;
        let follows = order_row.is_some_and(is_near) && order.is_some();
        let heads_columns = follows && row.cells.len() > 1 && row.cells.iter().all(is_text);
        let ends = entry.is_none() && !heads_columns || row.index > last_row + 1 && !follows;
        if ends {
            found.extend(end(&mut lines, &mut order));
            // What is said over some columns of a table is of them, and not of the rows below.
            let places = if row.cells.len() > 2 { 1 } else { row.cells.len() };
            let mut cells = row.cells.iter().take(places);
            order = cells.find_map(|cell| Order::told(&shown(&cell.value), vocabulary));
            order_row = order.map(|_| row.index);
        }
        if heads {
            lines.extend(line_beside_head(row, vocabulary));
        }
        lines.extend(entry.map(|entry| Line::of(entry, row)));
        last_row = row.index;
    }
    found.extend(end(&mut lines, &mut order));
    found
}

/// "A = Zorp, B = Blim, C = Quax (C is the highest)": the order that the mark before the word for the best tells.
fn with_order_of_marks(key: Candidate, text: &str, vocabulary: &Vocabulary) -> Candidate {
    /// The mark stands close before the word.
    const WORDS: usize = 4;
    let words = &vocabulary.words;
    let mark = |entry: Option<&Entry>| Some(entry?.mark.as_deref()?.to_lowercase());
    let ends = mark(key.entries.first()).zip(mark(key.entries.last()));
    let said_of_first = |at: usize| {
        let (first, last) = ends.as_ref()?;
        let tokens = comparison_key(text);
        let before = tokens.split(' ').take(at).collect::<Vec<_>>();
        before.iter().rev().take(WORDS).find_map(|word| match *word {
            word if word == first => Some(true),
            word if word == last => Some(false),
            _ => None,
        })
    };
    let best = words.highest.place_in(text).and_then(said_of_first);
    let worst = || words.lowest.place_in(text).and_then(said_of_first).map(|first| !first);
    Candidate { best_first: key.best_first.or(best).or_else(worst), ..key }
}

/// "Points (4 is best): | 4 = Exceeds": the first line of a key, beside what heads it.
fn line_beside_head(row: &Row, vocabulary: &Vocabulary) -> Option<Line> {
    let (head, rest) = row.cells.split_first()?;
    if !heads_key(&shown(&head.value), vocabulary) {
        return None;
    }
    let rest = Row { index: row.index, cells: rest.to_vec(), places: Vec::new() };
    Some(Line::of(line(&rest, vocabulary)?, &rest))
}

/// Whether a text says of a number that it is the best, and ends as what heads lines does.
fn heads_key(text: &str, vocabulary: &Vocabulary) -> bool {
    text.trim_end().ends_with(':') && more_is_better(text, vocabulary).is_some()
}

/// The texts of a row in one.
fn text_of(row: &Row) -> String {
    row.cells.iter().map(|cell| shown(&cell.value)).collect::<Vec<_>>().join(" ")
}

/// How a line over levels tells their order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    /// "From the highest to the lowest".
    BestFirst(bool),
    /// "5 is the highest", "scale of 1 (lowest) to 5 (highest)".
    MoreIsBetter(bool),
}

impl Order {
    fn told(text: &str, vocabulary: &Vocabulary) -> Option<Self> {
        let more = more_is_better(text, vocabulary).map(Self::MoreIsBetter);
        more.or_else(|| order_told(text, vocabulary).map(Self::BestFirst))
    }

    /// The order of levels by their points, or by the numbers before the first and the last.
    fn best_first(self, entries: &[Entry], places: (Option<f64>, Option<f64>)) -> Option<bool> {
        match self {
            Self::BestFirst(best_first) => Some(best_first),
            Self::MoreIsBetter(more) => {
                let (first, last) = places;
                let points = |entry: Option<&Entry>| entry.and_then(|entry| entry.points);
                let first = points(entries.first()).or(first)?;
                Some(more == (first > points(entries.last()).or(last)?))
            }
        }
    }
}

/// Whether digits that follow one another stand for the levels.
fn is_numbered(entries: &[Entry]) -> bool {
    const LEAST: usize = 3;
    let digit = |entry: &Entry| entry.mark.as_ref()?.parse::<i32>().ok().map(i64::from);
    let digits: Option<Vec<i64>> = entries.iter().map(digit).collect();
    entries.len() >= LEAST && digits.is_some_and(|digits| follow_one_another(&digits))
}

/// "(1 = lowest, 4 = highest)" over labels that begin with their numbers: whether the best stands first.
pub(super) fn order_by_numbers(
    text: &str,
    (first, last): (&str, &str),
    vocabulary: &Vocabulary,
) -> Option<bool> {
    Order::told(text, vocabulary)?.best_first(&[], (place_of(first), place_of(last)))
}

/// "1 C Commended": the number that a line begins with.
fn place_of(line: &str) -> Option<f64> {
    line.split(' ').next()?.parse::<u8>().ok().map(f64::from)
}

/// The numbers of a text that could be those of levels.
pub(super) fn short_numbers(text: &str) -> Vec<u8> {
    /// Years have more digits.
    const DIGITS: usize = 2;
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.len() <= DIGITS).filter_map(|word| word.parse().ok()).collect()
}

/// What a text says of the best number, of the worst one, or of both.
pub(super) fn more_is_better(text: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    let numbers = short_numbers(text);
    // Few texts of a sheet have so many, and only those are searched for words.
    if !(1..=2).contains(&numbers.len()) {
        return None;
    }
    let (best, worst) = (words.highest.place_in(text), words.lowest.place_in(text));
    match (numbers.as_slice(), best, worst) {
        ([only], Some(_), None) => Some(*only > 1),
        ([only], None, Some(_)) => Some(*only <= 1),
        ([first, last], Some(best), Some(worst)) if first != last => {
            Some((best < worst) == (first > last))
        }
        // "4 is the best outcome and 1 the last": the number that stands before the word.
        ([first, last], Some(best), None) if first != last => {
            let key = comparison_key(text);
            let behind = key.split(' ').position(|word| word.parse() == Ok(*last))?;
            (best < behind).then_some(first > last)
        }
        _ => None,
    }
}

/// "Amber | some indicators are off target", "4 | Amber | …" below a line that told the order: a word, and what it
/// means.
fn explained(row: &Row, vocabulary: &Vocabulary) -> Option<Entry> {
    /// A level that is a sentence has no more.
    const WORDS: usize = 12;
    // "(i) | Work of the highest order, an example to others": an ordinal and the level as the values have it.
    if let [first, second] = row.cells.as_slice()
        && is_item(&shown(&first.value))
        && let Value::Text(label) = &second.value
        && (1..=WORDS).contains(&word_count(label))
    {
        return Some(Entry::of(label, vocabulary));
    }
    let mark = row.cells.first().filter(|_| row.cells.len() > 2);
    let mark = mark.map(|cell| shown(&cell.value)).filter(|text| is_short_mark(text));
    let cells = if mark.is_some() { &row.cells[1..] } else { &row.cells };
    let [first, rest @ ..] = cells else { return None };
    let text = shown(&first.value);
    // "2 Engaging": a level with its place before it.
    if rest.is_empty()
        && let Some((place, label)) = behind_digit(&text)
        && word_count(label) <= LABEL_LIMIT
    {
        return Some(Entry { points: place.parse().ok(), ..Entry::of(&text, vocabulary) });
    }
    let is_word = word_count(&text) <= LABEL_LIMIT
        && number(&first.value).is_none()
        && text.starts_with(char::is_alphabetic)
        && !text.contains(':');
    let is_meant = matches!(rest, [] | [_]) && rest.iter().all(|of| number(&of.value).is_none());
    let fits = is_word && is_meant && !vocabulary.is_note(&text) && !vocabulary.is_total(&text);
    fits.then(|| match mark {
        Some(mark) => of_mark(&mark, &text, vocabulary),
        None => Entry::of(&text, vocabulary),
    })
}

/// "1.", "(a)", "(ii)": what stands before the items of a list.
fn is_item(text: &str) -> bool {
    let inside = text.trim().trim_start_matches('(').trim_end_matches([')', '.']);
    ordinal(text).is_some() || !inside.is_empty() && inside.chars().all(|c| "ivx".contains(c))
}

/// "4", "B": a digit or a capital.
fn is_short_mark(text: &str) -> bool {
    let mut letters = text.chars();
    matches!(
        (letters.next(), letters.next()),
        (Some(letter), None) if letter.is_ascii_digit() || letter.is_uppercase()
    )
}

/// A legend in one cell that has a line for each level, or tells their order in words: "Các mức từ cao xuống
/// thấp: VT: Vượt trội; VV: Vững vàng; …".
fn of_cell(value: &Value, vocabulary: &Vocabulary) -> Option<Candidate> {
    const LEAST: usize = 3;
    /// What parts a mark from its words; every cell of a sheet comes by here, and few hold so many.
    const SIGNS: [char; 8] = ['-', '–', '—', '=', ':', '.', '(', ')'];
    let Value::Text(text) = value else { return None };
    if text.len() > LEGEND_LIMIT {
        return None;
    }
    let text = &half_width(text);
    if text.matches(SIGNS).count() < LEAST {
        return None;
    }
    let best_first = order_told(text, vocabulary);
    let lines = text.split('\n').filter(|line| line.contains(char::is_alphabetic)).count();
    if best_first.is_none() && lines < LEAST || vocabulary.is_total(text) {
        return None;
    }
    let entries = clauses(text, vocabulary);
    let marked = entries.iter().filter(|entry| entry.mark.is_some()).count();
    let fits = (LEAST..=LEVELS_LIMIT).contains(&entries.len()) && marked == entries.len();
    fits.then_some(Candidate { entries, source: Source::Legend, best_first })
}

/// "A = Excellent | B = Good | C = Poor": a key in the cells of one row.
fn across(row: &Row, vocabulary: &Vocabulary) -> Option<Candidate> {
    if !(3..=LEVELS_LIMIT + 1).contains(&row.cells.len()) {
        return None;
    }
    // The word for notes may stand before the first level.
    let texts = row.cells.iter().map(|cell| shown(&cell.value));
    let texts = texts.skip_while(|text| vocabulary.is_note(text) || text.ends_with(':'));
    let entries: Option<Vec<Entry>> =
        texts.map(|text| defined(&text, vocabulary).filter(|entry| entry.mark.is_some())).collect();
    finish(entries?, false, vocabulary)
}

/// Whether a text says that levels follow with the best first, or with the worst.
pub(super) fn order_told(text: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    match (words.best_first.found_in(text), words.worst_first.found_in(text)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) if words.firsts.found_in(text) => first_by_superlative(text, vocabulary),
        _ => {
            let (best, worst) = (words.highest.place_in(text), words.lowest.place_in(text));
            if best.or(worst).is_none() {
                return side_of_superlative(text, vocabulary);
            }
            let (left, right) = (words.leftmost.place_in(text), words.rightmost.place_in(text));
            let is_left = left.is_some();
            let is_sided = is_left || right.is_some();
            match (best, worst) {
                // "The best on the left, the worst on the right".
                (Some(best), Some(worst)) if is_left && right.is_some() => {
                    Some((best < worst) == (left < right))
                }
                // "Von der höchsten Stufe bis zur niedrigsten".
                (Some(best), Some(worst)) if !is_sided => Some(best < worst),
                // "The richest leftmost, the poorest rightmost": the side behind the only end that is known.
                (Some(best), None) if is_left && right.is_some() => {
                    Some(left > Some(best) && (right < Some(best) || left < right))
                }
                (None, Some(worst)) if is_left && right.is_some() => {
                    Some(right > Some(worst) && (left < Some(worst) || right < left))
                }
                (Some(_), None) | (None, Some(_)) if is_sided => Some(best.is_some() == is_left),
                _ => None,
            }
        }
    }
}

/// "Brightest first: …", "finest first": what is more of something comes first, and is better unless the word is
/// one for what is bad.
fn first_by_superlative(text: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    let key = comparison_key(text);
    let tokens: Vec<&str> = key.split(' ').collect();
    let is_first = |at: usize| tokens.get(at).is_some_and(|word| words.firsts.has(word));
    // "Best grade first": what is graded may stand between.
    let before_first = (0..tokens.len()).filter(|at| is_first(at + 1) || is_first(at + 2));
    let end = |word: &str| {
        let (best, worst) = (words.highest.is(word), words.lowest.is(word));
        (best != worst).then_some(best).or_else(|| is_better(word, vocabulary))
    };
    before_first.map(|at| tokens[at]).find_map(end)
}

/// "The brightest lamp stands on the left": the side of what is more of something.
fn side_of_superlative(text: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    let is_left = words.leftmost.found_in(text);
    if is_left == words.rightmost.found_in(text) {
        return None;
    }
    let key = comparison_key(text);
    let is_better = key.split(' ').find_map(|word| is_better(word, vocabulary))?;
    Some(is_better == is_left)
}

/// Whether a word is a superlative, and says that something is good.
fn is_better(word: &str, vocabulary: &Vocabulary) -> Option<bool> {
    const LEAST: usize = 5;
    let words = &vocabulary.words;
    if !words.superlatives.end(word) || word.chars().count() < LEAST {
        return None;
    }
    let is_bad = vocabulary.polarity(word).is_some_and(|good| good <= BAD);
    Some(!words.lowest.is(word) && !is_bad)
}

/// Whether a text says of something that it is the best, or that it is the worst.
pub(super) fn is_best(text: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    let (best, worst) = (words.highest.found_in(text), words.lowest.found_in(text));
    (best != worst).then_some(best)
}

/// "From the best: Good, Fair, Poor": the end that is named before a list is the first of it.
fn order_from(head: &str, behind: &str, vocabulary: &Vocabulary) -> Option<bool> {
    is_best(head, vocabulary).filter(|_| behind.contains([',', ';', '>', '/']))
}

/// "Leading (highest), Meeting, Growing (lowest)": what is said of the first level, or of the last.
pub(super) fn order_of_ends(parts: &[&str], vocabulary: &Vocabulary) -> Option<bool> {
    let (first, last) = (parts.first()?, parts.last()?);
    let inside = |part: &str| Some(part.split_once('(')?.1.trim_end_matches(')').to_owned());
    let own = |part: &str| {
        let inside = inside(part)?;
        is_best(&inside, vocabulary).filter(|_| !names_other(&inside, part, parts))
    };
    let of_first = inside(last).filter(|inside| names_other(inside, last, &[*first, *last]));
    let of_first = of_first.and_then(|inside| is_best(&inside, vocabulary));
    // "T | Torch | best: ready for more" over "A | Ash | lowest: to be trained": what is said of both.
    let of_both = || {
        let said = is_best(first, vocabulary)?;
        (is_best(last, vocabulary) == Some(!said)).then_some(said)
    };
    own(first).or(of_first).or_else(|| own(last).map(|is_best| !is_best)).or_else(of_both)
}

/// Whether "A is the highest" behind "D = Weak" names the mark of another part than the one it stands in.
pub(super) fn names_other(said: &str, own: &str, parts: &[&str]) -> bool {
    let mark = |part: &str| part.split(['=', ':', '-', '–', '(']).next().map(grade_key);
    let others = parts.iter().filter(|part| **part != own).filter_map(|part| mark(part));
    let others: Vec<String> = others.filter(|mark| !mark.is_empty()).collect();
    said.split_whitespace().any(|word| others.contains(&grade_key(word)))
}

/// The order that the cells of a row tell.
pub(super) fn order_of_row(row: &Row, vocabulary: &Vocabulary) -> Option<bool> {
    row.cells.iter().find_map(|cell| order_told(&shown(&cell.value), vocabulary))
}

/// What stands to the right of a sheet's tables, behind columns without a cell.
pub(in crate::scale) fn sides(sheet: &Sheet) -> Vec<Sheet> {
    let rows = || sheet.rows.iter().take(ROWS_LIMIT);
    let columns: BTreeSet<u32> =
        rows().flat_map(|row| &row.cells).map(|cell| cell.column).collect();
    let columns: Vec<u32> = columns.into_iter().collect();
    let starts = columns.windows(2).filter(|pair| pair[0] + 1 < pair[1]).map(|pair| pair[1]);
    let starts: Vec<u32> = starts.collect();
    let part = |at: usize| {
        let end = starts.get(at + 1).copied().unwrap_or(u32::MAX);
        let rows = rows().filter_map(|row| {
            let inside = row.cells.iter().filter(|cell| (starts[at]..end).contains(&cell.column));
            let cells: Vec<Cell> = inside.cloned().collect();
            (!cells.is_empty()).then(|| Row { index: row.index, cells, places: Vec::new() })
        });
        // No key asks for more of its sheet.
        Sheet { rows: rows.collect(), ..Sheet::default() }
    };
    (0..starts.len()).map(part).collect()
}

/// The legends to the right of a table, behind a blank column.
fn beside(sheet: &Sheet, vocabulary: &Vocabulary) -> Vec<Candidate> {
    /// A legend has a mark, a label and the points.
    const CELLS: usize = 3;
    // The cells behind the last gap of a row, or all of it.
    let start = |row: &Row| {
        let gap = row.cells.windows(2).rposition(|pair| pair[0].column + 1 < pair[1].column);
        gap.map_or(0, |gap| gap + 1)
    };
    let entry = |row: &Row| {
        let cells = row.cells[start(row)..].to_vec();
        line(&Row { index: row.index, cells, places: Vec::new() }, vocabulary)
    };
    let column_of = |row: &Row| row.cells.get(start(row)).map(|cell| cell.column);
    let is_short = |row: &&Row| row.cells.len() - start(row) <= CELLS;
    let (wide, narrow): (Vec<&Row>, Vec<&Row>) =
        sheet.rows.iter().filter(is_short).partition(|row| row.cells.len() > CELLS);
    let mut by_column: BTreeMap<u32, Vec<(u32, Entry)>> = BTreeMap::new();
    for row in &wide {
        if let (Some(column), Some(entry)) = (column_of(row), entry(row)) {
            by_column.entry(column).or_default().push((row.index, entry));
        }
    }
    // A key beside a table may begin above it and end below: where nothing stands before its lines.
    for row in &narrow {
        if let Some(lines) = column_of(row).and_then(|column| by_column.get_mut(&column)) {
            lines.extend(entry(row).map(|entry| (row.index, entry)));
        }
    }
    let columns = by_column.into_iter().map(|(column, mut lines)| {
        lines.sort_by_key(|(row, _)| *row);
        (column, lines.into_iter().map(|(_, entry)| entry).collect::<Vec<Entry>>())
    });
    // A key has each level once: columns of ratings behind a blank one repeat them.
    let repeats = |lines: &[Entry]| {
        (1..lines.len()).any(|at| lines[..at].iter().any(|above| above.shares_key(&lines[at])))
    };
    // One line is no key.
    let keys = columns.filter(|(_, lines)| lines.len() > 1 && !repeats(lines));
    let keys = keys.filter_map(|(column, lines)| {
        // What a line over the key or under it tells of its order.
        let beside_it = wide.iter().chain(&narrow).filter(|row| column_of(row) == Some(column));
        let mut cells = beside_it.flat_map(|row| &row.cells[start(row)..]);
        let order = cells.find_map(|cell| Order::told(&shown(&cell.value), vocabulary));
        let key = finish(lines, order.is_some(), vocabulary)?;
        let best_first = order.and_then(|order| order.best_first(&key.entries, (None, None)));
        Some(Candidate { best_first, ..key })
    });
    keys.collect()
}

fn finish(mut entries: Vec<Entry>, in_order: bool, vocabulary: &Vocabulary) -> Option<Candidate> {
    // "IV | Suspended" closes a series of marks.
    let follow = is_series(&entries);
    // "NR = Not rated" is no level, nor is "LOA | on leave of absence, not rated"; "NT | Not there yet" is one in a
    // key that tells an order.
    let is_unrated = |entry: &Entry| {
        let unrated = &vocabulary.words.unrated;
        let says_so = unrated.begins(&entry.label).is_some_and(|length| length > 1)
            || entry.mark.is_some()
                && (vocabulary.says_unrated(&entry.label) && !in_order
                    || vocabulary.reason(&entry.label).is_some());
        says_so && entry.polarity.is_none()
    };
    // "Not yet competent" beside "Competent" is a level.
    let keys: Vec<String> = entries.iter().map(|entry| comparison_key(&entry.label)).collect();
    let denies = |entry: &Entry| {
        let key = comparison_key(&entry.label);
        let ends_with_level =
            |of: &String| key.strip_suffix(of.as_str()).is_some_and(|no| no.ends_with(' '));
        // "Not yet ready" beside "Fully ready": what it denies is what the others have.
        let last = key.rsplit(' ').next().unwrap_or_default();
        let asks_for = |of: &String| *of != key && of.split(' ').any(|word| word == last);
        let is_plain = vocabulary.words.unrated.is(&entry.label);
        keys.iter().any(ends_with_level) || !is_plain && keys.iter().any(asks_for)
    };
    entries.retain(|entry| {
        !is_unrated(entry) || denies(entry) || follow && !vocabulary.words.unrated.is(&entry.label)
    });
    // A key has each level once: "3 | North | Good" and "4 | South | Good" rate two.
    let repeats = |at: usize| entries[..at].iter().any(|above| above.keys == entries[at].keys);
    if (1..entries.len()).filter(|at| repeats(*at)).count() * 2 > entries.len() {
        return None;
    }
    let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
    let lettered = entries.iter().all(|entry| entry.digit().is_none());
    let fits = (2..=LEVELS_LIMIT).contains(&entries.len())
        && (lettered || polar > 1 || in_order || is_series(&entries))
        && (in_order
            || is_told(&entries)
            || is_series(&entries)
            || is_ranged(&entries)
            || has_own_marks(&entries)
            || are_drawn(&entries));
    fits.then(|| Candidate::of(entries, Source::Legend))
}

/// "◎: …", "○: …", "△: …": a drawn sign of its own each.
pub(super) fn are_drawn(entries: &[Entry]) -> bool {
    have_marks(entries, |mark| mark.starts_with(is_sign))
}

/// "S: …", "A: …", "B: …", or "HQ", "BG", "UB": letters of their own each, in whatever order; whether they are
/// levels their use tells.
pub(super) fn has_own_marks(entries: &[Entry]) -> bool {
    have_marks(entries, |mark| mark.contains(char::is_alphabetic) || mark.len() > 1)
}

/// Whether each level has a mark of its own, and all are of one kind.
fn have_marks(entries: &[Entry], is_meant: impl Fn(&str) -> bool) -> bool {
    const LEAST: usize = 3;
    let marks: HashSet<&str> = entries.iter().filter_map(|entry| entry.mark.as_deref()).collect();
    marks.len() == entries.len() && marks.len() >= LEAST && marks.into_iter().all(is_meant)
}

/// Whether the words or the points of most levels say how good they are.
pub(super) fn is_told(entries: &[Entry]) -> bool {
    let told =
        entries.iter().filter(|entry| entry.polarity.is_some() || entry.points.is_some()).count();
    let polar = entries.iter().filter(|entry| entry.polarity.is_some() || entry.mark.is_some());
    polar.count() >= 2 && told * 3 >= entries.len() * 2
}

/// Words each of which has points of its own, those of the first most or least; "below 60" stands beside
/// "60 - 74".
pub(in crate::scale) fn is_ranged(entries: &[Entry]) -> bool {
    let points: Option<Vec<f64>> = entries.iter().map(|entry| entry.points).collect();
    points.is_some_and(|points| {
        let equal = points.windows(2).filter(|pair| pair[0].total_cmp(&pair[1]).is_eq()).count();
        let falls = points.windows(2).all(|pair| pair[0] >= pair[1]);
        let rises = points.windows(2).all(|pair| pair[0] <= pair[1]);
        points.len() >= 3 && (falls || rises) && equal < 2
    })
}

/// Marks that follow one another: A, B, C or 3, 2, 1, and A+, A, B or A1, A2, B where a letter is parted.
pub(super) fn is_series(entries: &[Entry]) -> bool {
    let marks: Option<Vec<&str>> = entries.iter().map(|entry| entry.mark.as_deref()).collect();
    marks.is_some_and(|marks| {
        let first = |mark: &str| mark.chars().next().map_or(0, u32::from);
        let follows = |pair: &[&str]| match first(pair[1]).abs_diff(first(pair[0])) {
            0 => pair[0] != pair[1] && pair.iter().any(|mark| mark.len() == 2),
            step => step == 1,
        };
        marks.len() >= 3 && marks.windows(2).all(follows)
    })
}

/// Whether the marks of a legend whose words say little are the values of some column.
pub(super) fn is_used(entries: &[Entry], used: &[Vec<String>]) -> bool {
    let is_mark = |text: &String| entries.iter().any(|entry| entry.mark.as_ref() == Some(text));
    used.iter()
        .any(|values| values.iter().filter(|text| is_mark(text)).count() * 10 >= values.len() * 8)
}

/// The values of the columns that hold nothing but letters and digits.
pub(super) fn marks_used(tables: &[&Table<'_>]) -> Vec<Vec<String>> {
    let columns = tables.iter().flat_map(|table| {
        table.headings.iter().map(move |heading| {
            let rows = table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2);
            let texts =
                rows.filter_map(|row| row.cell(heading.column)).map(|cell| shown(&cell.value));
            texts.map(|text| text.to_uppercase()).collect::<Vec<String>>()
        })
    });
    columns
        .filter(|texts| {
            texts.len() > 2
                && texts.iter().filter(|text| text.chars().count() == 1).count() * 10
                    >= texts.len() * 8
        })
        .map(|texts| texts.into_iter().filter(|text| text.chars().count() == 1).collect())
        .collect()
}

/// The texts of a line of a key with the mark first, the label behind it and the points last, without the
/// name of the key and the signs between them.
fn texts_of_line(row: &Row, vocabulary: &Vocabulary) -> Vec<String> {
    let texts = row.cells.iter().map(|cell| shown(&cell.value));
    // "Ghi chú: | Loại A: Xuất sắc": the word for notes stands beside the first line.
    let mut texts: Vec<String> = texts.skip_while(|text| vocabulary.is_note(text)).collect();
    // "Points: 3 = Expert": the name of the key before its first line.
    if let [only] = texts.as_mut_slice()
        && let Some((head, rest)) = only.split_once(':')
        && head.trim().chars().all(char::is_alphabetic)
        && head.trim().chars().count() > 2
        && split_mark(rest.trim()).0.is_some_and(|mark| mark.parse::<u8>().is_ok())
    {
        *only = rest.trim().to_owned();
    }
    // "RATING: | 1 | = Outstanding": so does the name of the key, and signs stand before the label.
    let is_pair = |texts: &[String]| texts.len() == 2 && split_mark(&texts[1]).0.is_some();
    if texts.first().is_some_and(|text| text.ends_with(':'))
        && (texts.len() == 3 || is_pair(&texts))
    {
        texts.remove(0);
    }
    for text in texts.iter_mut().filter(|text| text.starts_with(['=', '–', '-'])) {
        *text = text.trim_start_matches(['=', '–', '-', ' ']).to_owned();
    }
    // "3.51 - 4.00 | A++ | Outstanding": the points stand first.
    let begins = |text: &str| is_range(text) && text.starts_with(|c: char| !c.is_alphabetic());
    if texts.len() == 3 && begins(&texts[0]) && mark_of(&texts[1], vocabulary).is_some() {
        texts.rotate_left(1);
    }
    // "A | 75 to below 90 | Good | 5": so they do before the label.
    if texts.len() > 2
        && mark_of(&texts[0], vocabulary).is_some()
        && is_range(&texts[1])
        && !is_range(&texts[2])
        && vocabulary.polarity(&texts[2]).is_some()
    {
        texts.swap(1, 2);
    }
    // "de 16 à 20 | Très bien", "90 - 100 | Zorp": so they do before a word.
    let is_word = |text: &str| {
        word_count(text) <= LABEL_LIMIT && text.chars().all(|c| c.is_alphabetic() || c == ' ')
    };
    if texts.len() == 2
        && band_from(&texts[0], vocabulary).is_some()
        && is_range(&texts[0])
        && !is_range(&texts[1])
        && (vocabulary.polarity(&texts[1]).is_some() || is_word(&texts[1]))
    {
        texts.swap(0, 1);
    }
    // "1 | C | Commended": its place stands before the mark.
    let is_letter = |text: &str| {
        mark_of(text, vocabulary).is_some_and(|mark| mark.starts_with(char::is_alphabetic))
    };
    if texts.len() == 3
        && texts[0].parse::<u8>().is_ok()
        && is_letter(&texts[1])
        && texts[2].chars().any(char::is_alphabetic)
        && !is_range(&texts[2])
    {
        texts.remove(0);
    }
    // "Outstanding | O | 8.00 - 10.00": the mark stands behind the label.
    if texts.len() == 3
        && mark_of(&texts[0], vocabulary).is_none()
        && mark_of(&texts[1], vocabulary).is_some()
        && is_range(&texts[2])
        && points_of(&texts[2], vocabulary).is_some()
    {
        texts.swap(0, 1);
    }
    texts
}

/// One level a row: "5 | Outstanding", "Outstanding | 90 - 100", "A | Excellent | 90-100".
fn line(row: &Row, vocabulary: &Vocabulary) -> Option<Entry> {
    let texts = texts_of_line(row, vocabulary);
    let pair = match texts.as_slice() {
        [only] => [" – ", " - ", " = ", ": "].iter().find_map(|by| only.split_once(by)),
        [short, full] => Some((short.as_str(), full.as_str())),
        _ => None,
    };
    if let Some(entry) = pair.and_then(|(short, full)| in_full(short, full, vocabulary)) {
        return Some(entry);
    }
    match texts.as_slice() {
        [only] => {
            let entry = defined(only, vocabulary)?;
            (entry.mark.is_some() || entry.points.is_some()).then_some(entry)
        }
        [first, second, rest @ ..] => {
            // "Loại A: Xuất sắc | vượt định mức": what stands beside a level explains it.
            let own = defined(first, vocabulary)
                .filter(|entry| entry.mark.is_some())
                .filter(|entry| entry.polarity.is_some() || entry.points.is_some());
            if own.is_some() {
                return own;
            }
            let mark =
                mark_of(first, vocabulary).filter(|_| second.chars().any(char::is_alphabetic));
            if let Some(mark) = mark.as_deref().filter(|_| is_range(second) && rest.is_empty()) {
                return Some(of_mark(mark, second, vocabulary));
            }
            let is_mark = mark.is_some();
            let label = if is_mark { second } else { first };
            // "A | Tốt: từ 95 đến dưới 105 điểm": the points stand behind the label.
            let behind = label.split_once([':', '(']).filter(|(_, behind)| {
                is_mark && is_range(behind) && points_of(behind, vocabulary).is_some()
            });
            let (label, behind) = behind.map_or((label.as_str(), None), |(label, behind)| {
                (label.trim(), points_of(behind, vocabulary))
            });
            let mut entry = Entry::of(label, vocabulary);
            let number = mark.as_ref().and_then(|mark| mark.parse::<u8>().ok());
            // "B | Zorp | 70 | 85 | …": the bounds of its points behind it.
            let are_bounds = || rest.iter().take(2).all(|text| text.parse::<f64>().is_ok());
            let letter = is_mark && number.is_none() && (rest.len() <= 1 || are_bounds());
            let numbers = if is_mark { rest.first() } else { Some(second) };
            let is_figure = numbers.is_some_and(|text| text.parse::<f64>().is_ok());
            let range = numbers.filter(|_| !is_figure).and_then(|text| points_of(text, vocabulary));
            // A word that says little is a level by the range of its points.
            let ranged = !is_mark && range.is_some() && numbers.is_some_and(|text| is_range(text));
            // A digit and a few words are a level where others of the run are, or beside a range of points.
            // "4 | Zorp | 11": how many have it may stand behind.
            let is_counted = matches!(rest, [count] if count.parse::<u32>().is_ok());
            let alone = rest.is_empty() || range.is_some() || is_counted;
            let digit = number.is_some() && alone && word_count(label) <= LABEL_LIMIT;
            // "Rating | Q1 | Q2" heads a table of them.
            let heads = matches!(vocabulary.field(label), Some((Field::Rating, 100..)));
            if heads || entry.polarity.is_none() && !letter && !ranged && !digit {
                return None;
            }
            entry.points = number.map(f64::from).or(range).or(behind);
            entry.mark = mark.or(entry.mark);
            (is_mark || range.is_some()).then_some(entry)
        }
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Vocabulary, legends, more_is_better, order_told, told_in_order};
    use crate::grid::sheet_of;

    #[test]
    fn a_line_tells_the_order_of_the_words_below_it() {
        let vocabulary = Vocabulary::bundled();
        let levels = |rows: &[&[&str]]| {
            let found = legends(&sheet_of(rows), &vocabulary);
            let last = found.last().expect("a legend");
            let labels = last.entries.iter().map(|entry| entry.label.clone());
            (labels.collect::<Vec<String>>(), last.best_first)
        };
        let (labels, best_first) = levels(&[
            &["Legend (best to worst)"],
            &["Green", "all or nearly all indicators are on target"],
            &["Amber", "some indicators are off target"],
            &["Red", "most indicators are off target"],
        ]);
        assert_eq!((labels.join(" "), best_first), ("Green Amber Red".to_owned(), Some(true)));
        // Letters for words that say little are a key to the values that have them.
        let (labels, _) = levels(&[
            &["Stufen"],
            &["MA = Leistung mit Mängeln"],
            &["UB = Leistung über den Anforderungen"],
            &["HQ = Leistung von herausragender Qualität"],
        ]);
        assert_eq!(labels.len(), 3);
        // What is said of the first one and of the last.
        let sheet = sheet_of(&[&["Review result: Leading (highest), Meeting, Growing (lowest)"]]);
        let english = Vocabulary::bundled();
        let told = told_in_order(&sheet, &english).next().expect("a key");
        let labels: Vec<&str> = told.entries.iter().map(|entry| entry.label.as_str()).collect();
        assert_eq!((labels, told.best_first), (vec!["Leading", "Meeting", "Growing"], Some(true)));
        // A key of several columns under its own headings.
        let (labels, best_first) = levels(&[
            &["Key to the marks (1 is the best)"],
            &["Place", "Mark", "Meaning"],
            &["1", "K", "Zorp"],
            &["2", "F", "Blim"],
            &["3", "N", "Quax"],
        ]);
        assert_eq!((labels.join(" "), best_first), ("Zorp Blim Quax".to_owned(), Some(true)));
        // Levels with their places before them.
        let (labels, best_first) =
            levels(&[&["Marks (1 is the lowest):"], &["1 Zorp"], &["2 Blim"], &["3 Quax"]]);
        assert_eq!(
            (labels.join(", "), best_first),
            ("1 Zorp, 2 Blim, 3 Quax".to_owned(), Some(false))
        );
        let (labels, best_first) = levels(&[
            &["Key to the marks (1 is the best)"],
            &["1", "K", "Zorp"],
            &["2", "F", "Blim"],
            &["3", "N", "Quax"],
        ]);
        assert_eq!((labels.join(" "), best_first), ("Zorp Blim Quax".to_owned(), Some(true)));
        for (text, more) in [
            ("Points used in this review (5 is the highest):", Some(true)),
            ("Scale of 1 (lowest) to 5 (highest), 2023", Some(true)),
            ("1 = best, 6 = worst", Some(false)),
            ("Highest of 12 to lowest of 12", None),
        ] {
            assert_eq!(more_is_better(text, &vocabulary), more, "{text}");
        }
        let digits: [&[&str]; 4] =
            [&["1 is the lowest"], &["3 = Zorp"], &["2 = Blim"], &["1 = Quax"]];
        assert_eq!(levels(&digits).1, Some(true));
        let order = |text: &str| {
            let mut all = vocabulary.others();
            all.find_map(|words| order_told(text, words))
        };
        assert_eq!(order("Stufen von der höchsten bis zur niedrigsten"), Some(true));
        assert_eq!(order("Od najniższej do najwyższej oceny"), Some(false));
    }

    #[test]
    fn superlatives_and_sides_tell_an_order() {
        let vocabulary = Vocabulary::bundled();
        for (text, best_first) in [
            ("Brightest first: Beacon, Ember", Some(true)),
            ("Cloths, finest first", Some(true)),
            ("Weakest first", Some(false)),
            ("The first of them", None),
            ("the richest harvest stands leftmost, the poorest rightmost", Some(true)),
            ("Mark one only. The brightest lamp stands on the left.", Some(true)),
            ("Weakest on the left", Some(false)),
            ("What the calls mean, from the best down:", Some(true)),
        ] {
            assert_eq!(order_told(text, &vocabulary), best_first, "{text}");
        }
        // A line may be blank between what tells the order and the headings of the key.
        let sheet = sheet_of(&[
            &["How we rate, best first"],
            &[],
            &["Short", "What we call it", "What it looks like"],
            &["ZO", "Zorp", "others copy it"],
            &["BL", "Blim", "well done"],
            &["QU", "Not yet quax", "a plan is in place"],
        ]);
        let found = legends(&sheet, &vocabulary);
        let marks = found.last().expect("a key").entries.iter().map(|of| of.mark.clone());
        assert_eq!(marks.flatten().collect::<Vec<_>>(), ["ZO", "BL", "QU"]);
    }
}
