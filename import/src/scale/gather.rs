//! Where levels of a scale may stand: in legends, headings, labels and columns of values.

mod clauses;
mod headings;
mod legends;
mod sentences;

use std::collections::{HashMap, HashSet};

pub(super) use clauses::is_range;
pub(super) use legends::is_ranged;
use legends::{
    has_own_marks, is_series, is_told, is_used, legends, marks_used, more_is_better, order_of_ends,
    order_of_row, told_in_order,
};

use super::{Candidate, Entry, Source, band_from};
use crate::campaign::Campaign;
use crate::grid::{Cell, Row, Sheet, Value};
use crate::layout::{Heading, Table};
use crate::text::{comparison_key, grade_key, is_drawn, word_count};
use crate::value::{number, shown};
use crate::vocabulary::{Field, LevelText, Vocabulary};

/// A legend is short.
const LEGEND_LIMIT: usize = 600;
/// The levels that a scale has at most.
const LEVELS_LIMIT: usize = 9;
/// The words that a level has at most.
const LABEL_LIMIT: usize = 5;
/// What stands in a column once and has more words is a remark.
const WORDS_OF_LEVEL: usize = 3;
/// Among so many values one that stands there once is a slip.
const SLIP_AMONG: usize = 60;
/// A word that nobody knows is a level where so many cells beside known ones have it.
const MANY: usize = 3;
/// Rows of a column that are looked at.
const ROWS_LIMIT: usize = 600;

pub(super) fn candidates(
    sheets: &[Sheet],
    tables: &[&Table<'_>],
    more_is_better: Option<bool>,
    vocabulary: &Vocabulary,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let used = marks_used(tables);
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let legends = legends(sheet, vocabulary);
        let legends = legends.into_iter().map(|of| without_heading(of, tables));
        found.extend(legends.filter(|of| {
            is_told(&of.entries)
                || is_used(&of.entries, &used)
                || has_own_marks(&of.entries)
                    && are_values_of(of, tables, &|heading| is_rating(heading, vocabulary))
                || of.best_first.is_some() && are_headings(of, tables)
                || (is_ranged(&of.entries) || is_series(&of.entries) || of.best_first.is_some())
                    && are_values(of, tables)
                || is_ranged(&of.entries)
                    && (are_headings(of, tables) || are_reached(of, tables, vocabulary))
        }));
        let told = told_in_order(sheet, vocabulary);
        found.extend(told.filter(|of| are_values(of, tables) || are_headings(of, tables)));
    }
    let visible = sheets.iter().filter(|sheet| !sheet.hidden);
    let rows = visible.flat_map(|sheet| &sheet.rows).filter(|row| row.cells.len() == 1);
    let order = rows.into_iter().find_map(|row| order_of_row(row, vocabulary));
    for table in tables {
        let of_table = headings::of(table, order, vocabulary);
        let of_table = of_table.into_iter().chain(of_columns(table, vocabulary));
        for candidate in of_table.chain(adding_up(table, vocabulary)) {
            found.push(in_words_of_key(&candidate, &found).unwrap_or(candidate));
        }
    }
    let alike = of_one_layout(tables);
    found.extend(sentences::of(sheets, &alike, vocabulary));
    for alike in alike {
        for values in called_ratings(&alike, vocabulary) {
            found.extend(listed(sheets, &values, vocabulary));
            found.push(values);
        }
        found.extend(
            more_is_better.map(|more| numbered(&alike, more, vocabulary)).into_iter().flatten(),
        );
        found.extend(drawn(&alike, vocabulary));
        found.extend(bands(&alike, vocabulary));
    }
    found
}

/// A key in an order that a line told, without its heading: "Card | The holder" over "Gold | …", where "Card held"
/// stands over the values and no "Card" does below it.
fn without_heading(mut key: Candidate, tables: &[&Table<'_>]) -> Candidate {
    const LEAST: usize = 3;
    let Some((first, rest)) = key.entries.split_first() else { return key };
    if key.best_first.is_none() || rest.len() < LEAST {
        return key;
    }
    let words = comparison_key(&first.label);
    let heads = |heading: &Heading| {
        let text = heading.path.last().map(|text| comparison_key(text)).unwrap_or_default();
        format!(" {text} ").contains(&format!(" {words} "))
    };
    let levels = Candidate { entries: rest.to_vec(), ..key.clone() };
    let only = Candidate { entries: vec![first.clone()], ..key.clone() };
    if are_values_of(&levels, tables, &heads) && !are_values_of(&only, tables, &heads) {
        key.entries.remove(0);
    }
    key
}

/// What a workbook says of the best number or the worst, and whether more is better.
pub(super) fn told_of_numbers(sheets: &[Sheet], vocabulary: &Vocabulary) -> Vec<(String, bool)> {
    /// A line has little beside it, and a table has more.
    const CELLS: usize = 2;
    let rows = sheets.iter().filter(|sheet| !sheet.hidden).flat_map(|sheet| &sheet.rows);
    let cells = rows.filter(|row| row.cells.len() <= CELLS).flat_map(|row| &row.cells);
    let told = cells.filter_map(|cell| {
        let Value::Text(_) = &cell.value else { return None };
        let text = shown(&cell.value);
        let more = more_is_better(&text, vocabulary)?;
        Some((text, more))
    });
    told.collect()
}

/// The levels of a key whose marks are the numbers of labels that are alike else: "Standard 4" beside
/// "4 = Developing".
fn in_words_of_key(candidate: &Candidate, keys: &[Candidate]) -> Option<Candidate> {
    let mut heads = candidate.entries.iter().map(|entry| entry.label.rsplit_once(' '));
    let (head, _) = heads.next()??;
    if !heads.all(|of| of.is_some_and(|(other, _)| other == head)) {
        return None;
    }
    let in_words = |entry: &Entry, key: &Candidate| {
        let (_, number) = entry.label.rsplit_once(' ')?;
        let level = key.entries.iter().find(|level| level.mark.as_deref() == Some(number))?;
        let mut level = level.clone();
        level.join(entry);
        Some(level)
    };
    let of_key = |key: &Candidate| -> Option<Vec<Entry>> {
        candidate.entries.iter().map(|entry| in_words(entry, key)).collect()
    };
    let entries = keys.iter().find_map(of_key)?;
    Some(Candidate { entries, source: candidate.source, best_first: None })
}

/// Tables with the same headings in the same order, such as one on each sheet.
fn of_one_layout<'t, 's>(tables: &[&'t Table<'s>]) -> Vec<Vec<&'t Table<'s>>> {
    let mut alike: Vec<(String, Vec<&Table<'_>>)> = Vec::new();
    for table in tables {
        let key = table.layout_key();
        match alike.iter_mut().find(|(of, _)| *of == key) {
            Some((_, tables)) => tables.push(table),
            None => alike.push((key, vec![table])),
        }
    }
    alike.into_iter().map(|(_, tables)| tables).collect()
}

/// Whether most values of some column are the levels of a candidate.
fn are_values(candidate: &Candidate, tables: &[&Table<'_>]) -> bool {
    are_values_of(candidate, tables, &|_| true)
}

/// Whether the levels of a candidate stand over columns of one table.
fn are_headings(candidate: &Candidate, tables: &[&Table<'_>]) -> bool {
    const LEAST: usize = 3;
    let stands = |entry: &Entry, table: &&Table<'_>| {
        let mut texts = table.headings.iter().flat_map(|heading| &heading.path);
        texts.any(|text| {
            entry.keys.contains(&grade_key(text)) || entry.mark.as_deref() == Some(text.trim())
        })
    };
    candidate.entries.len() >= LEAST
        && tables.iter().any(|table| candidate.entries.iter().all(|entry| stands(entry, table)))
}

/// Whether the scores of a table without ratings reach the points of several levels, and the least of them.
fn are_reached(candidate: &Candidate, tables: &[&Table<'_>], vocabulary: &Vocabulary) -> bool {
    let points: Vec<f64> = candidate.entries.iter().filter_map(|entry| entry.points).collect();
    let level = |score: f64| points.iter().filter(|from| **from <= score).count();
    let is_score = |heading: &&Heading| {
        let last = heading.path.last().map_or("", String::as_str);
        matches!(vocabulary.field(last), Some((Field::Score, _)))
    };
    tables.iter().any(|table| {
        table.headings.iter().filter(is_score).any(|heading| {
            let rows = table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2);
            let cells = rows.filter_map(|row| row.cell(heading.column));
            let scores: Vec<f64> =
                cells.filter_map(|cell| Some(number(&cell.value)?.value)).collect();
            let levels: HashSet<usize> = scores.iter().map(|score| level(*score)).collect();
            scores.len() > 2 && levels.len() > 1 && !levels.contains(&0)
        })
    })
}

/// Whether a word for ratings stands over a column.
fn is_rating(heading: &Heading, vocabulary: &Vocabulary) -> bool {
    heading.path.iter().any(|text| matches!(vocabulary.field(text), Some((Field::Rating, _))))
}

/// The same of a column under some headings.
fn are_values_of(
    candidate: &Candidate,
    tables: &[&Table<'_>],
    is_meant: &dyn Fn(&Heading) -> bool,
) -> bool {
    let is_one = |text: &str| {
        let key = grade_key(text);
        let marks = |mark: &String| mark.eq_ignore_ascii_case(text.trim());
        candidate
            .entries
            .iter()
            .any(|entry| entry.keys.contains(&key) || entry.mark.as_ref().is_some_and(marks))
    };
    tables.iter().any(|table| {
        table.headings.iter().filter(|heading| is_meant(heading)).any(|heading| {
            let rows = table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2);
            let texts: Vec<String> = rows.filter_map(|row| row.text(heading.column)).collect();
            let fitting = texts.iter().filter(|text| is_one(text)).count();
            texts.len() > 2 && fitting * 10 >= texts.len() * 8
        })
    })
}

/// Columns of tables that are alike, under a word for ratings, whose few short texts repeat, though no word of
/// them is known.
fn called_ratings(tables: &[&Table<'_>], vocabulary: &Vocabulary) -> Vec<Candidate> {
    let rates = |text: &String| {
        if let Some((field, _)) = vocabulary.field(text) {
            return field == Field::Rating;
        }
        let names_round = Campaign::all_in(text).len() == 1 || Campaign::is_part_alone(text);
        names_round || vocabulary.stage(text).is_some()
    };
    let rated = values_under(tables, vocabulary, |_, heading| heading.path.iter().any(rates));
    let Values { mut texts, counts, filled } = rated;
    // What stands there once among very many is a slip.
    texts.retain(|text| counts[text] > 1 || filled < SLIP_AMONG);
    // One longer text in a column of short ones that repeat is a remark.
    let is_long = |text: &String| counts[text] == 1 && word_count(text) > WORDS_OF_LEVEL;
    let long: Vec<usize> = (0..texts.len()).filter(|at| is_long(&texts[*at])).collect();
    if let [remark] = long.as_slice()
        && filled >= 3 * texts.len()
    {
        texts.remove(*remark);
    }
    let entries: Vec<Entry> = texts.iter().map(|text| Entry::of(text, vocabulary)).collect();
    // What the words say is found without the heading.
    let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
    let fits = polar < 2
        && (2..=LEVELS_LIMIT).contains(&entries.len())
        && filled >= 2 * entries.len()
        && entries.iter().all(|entry| is_new_level(entry, vocabulary));
    fits.then(|| Candidate::of(entries, Source::Values)).into_iter().collect()
}

/// "3 - Keeps pace" in a column: numbers that follow one another, each before a word of its own, where the
/// workbook says which of them is the best.
fn numbered(
    tables: &[&Table<'_>],
    more_is_better: bool,
    vocabulary: &Vocabulary,
) -> Vec<Candidate> {
    const LEAST: usize = 3;
    let Some(first) = tables.first() else { return Vec::new() };
    let of_column = |place: usize| {
        let values = values_under(tables, vocabulary, |at, _| at == place);
        let mut entries: Vec<Entry> =
            values.texts.iter().map(|text| Entry::of(text, vocabulary)).collect();
        let number = |entry: &Entry| entry.mark.as_ref()?.parse::<u8>().ok();
        entries.sort_by_key(number);
        let numbers: Option<Vec<u8>> = entries.iter().map(number).collect();
        let follow = numbers?.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]));
        let fits = (LEAST..=LEVELS_LIMIT).contains(&entries.len())
            && values.filled >= 2 * entries.len()
            && entries.iter().all(|entry| word_count(&entry.label) <= LABEL_LIMIT);
        let best_first = Some(!more_is_better);
        (follow && fits).then_some(Candidate { entries, source: Source::Values, best_first })
    };
    (0..first.headings.len()).filter_map(of_column).collect()
}

/// "55 to 69", "70 to 84", "Below 55" in a column that the title of its table names: bands of points, of which the
/// higher ones are the better.
fn bands(tables: &[&Table<'_>], vocabulary: &Vocabulary) -> Option<Candidate> {
    const LEAST: usize = 3;
    let first = tables.first()?;
    let title = first.frame.title() + " " + &first.frame.captions().collect::<Vec<_>>().join(" ");
    let title = comparison_key(&title);
    let is_titled = |heading: &Heading| {
        let word = heading.path.last().map(|text| comparison_key(text)).unwrap_or_default();
        !word.is_empty() && title.split(' ').any(|of| of.strip_suffix('s').unwrap_or(of) == word)
    };
    let of_column = |place: usize| {
        let values = values_under(tables, vocabulary, |at, _| at == place);
        let begins: Option<Vec<f64>> =
            values.texts.iter().map(|text| band_from(text, vocabulary)).collect();
        let mut texts: Vec<(f64, &String)> = begins?.into_iter().zip(&values.texts).collect();
        texts.sort_by(|left, right| right.0.total_cmp(&left.0));
        let differ = texts.windows(2).all(|pair| pair[0].0 > pair[1].0);
        let fits = (LEAST..=LEVELS_LIMIT).contains(&texts.len())
            && differ
            && values.filled >= 2 * texts.len();
        let entries = texts.iter().map(|(_, text)| Entry::of(text, vocabulary)).collect();
        fits.then_some(Candidate { entries, source: Source::Legend, best_first: Some(true) })
    };
    let named = first.headings.iter().enumerate().filter(|(_, heading)| is_titled(heading));
    named.into_iter().find_map(|(place, _)| of_column(place))
}

/// "★★★★", "★★", "★" in a column: one drawn sign, the more of them the better.
fn drawn(tables: &[&Table<'_>], vocabulary: &Vocabulary) -> Vec<Candidate> {
    const MOST: usize = 7;
    let Some(first) = tables.first() else { return Vec::new() };
    let of_column = |heading: &Heading| {
        let rows = tables.iter().flat_map(|table| table.body.iter().take(ROWS_LIMIT));
        let cells =
            rows.filter(|row| row.cells.len() > 2).filter_map(|row| row.cell(heading.column));
        let texts = cells.filter(|cell| matches!(cell.value, Value::Text(_)));
        let texts: Vec<String> = texts.map(|cell| shown(&cell.value)).collect();
        let drawn: Vec<&String> = texts.iter().filter(|text| is_drawn(text)).collect();
        let mut distinct = drawn.clone();
        distinct.sort_by_key(|text| std::cmp::Reverse(text.chars().count()));
        distinct.dedup();
        let longest = distinct.first().map_or(0, |text| text.chars().count());
        let fits = distinct.len() > 1
            && (2..=MOST).contains(&longest)
            && drawn.len() * 10 >= texts.len() * 8
            && drawn.len() > distinct.len();
        let entries = distinct.iter().map(|text| Entry::of(text, vocabulary)).collect();
        fits.then_some(Candidate { entries, source: Source::Legend, best_first: Some(true) })
    };
    first.headings.iter().filter_map(of_column).collect()
}

/// What columns say, each text once in their order.
struct Values {
    /// At most one more than a scale has.
    texts: Vec<String>,
    counts: HashMap<String, usize>,
    /// The cells that say something.
    filled: usize,
}

/// What the columns of alike tables say that are meant by their place and heading.
fn values_under(
    tables: &[&Table<'_>],
    vocabulary: &Vocabulary,
    is_meant: impl Fn(usize, &Heading) -> bool,
) -> Values {
    let mut values = Values { texts: Vec::new(), counts: HashMap::new(), filled: 0 };
    for table in tables {
        let headings = table.headings.iter().enumerate();
        for (_, heading) in headings.filter(|(place, heading)| is_meant(*place, heading)) {
            for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2) {
                let Some(cell) = row.cell(heading.column) else { continue };
                let Some(text) = saying(cell, vocabulary) else { continue };
                values.filled += 1;
                let count = values.counts.entry(text.clone()).or_default();
                *count += 1;
                if *count == 1 && values.texts.len() <= LEVELS_LIMIT {
                    values.texts.push(text);
                }
            }
        }
    }
    values.filled -= drop_unrated(&mut values.texts, &values.counts, vocabulary);
    values
}

/// S, A, B, C in the columns of ratings of an office that explains its letters nowhere: grades in the order of
/// the alphabet, S above them all.
pub(super) fn letter_grades(
    tables: &[&Table<'_>],
    vocabulary: &Vocabulary,
    is_explained: impl Fn(&str) -> bool,
) -> Option<Candidate> {
    const ORDER: [&str; 7] = ["S", "A", "B", "C", "D", "E", "F"];
    const LEAST: usize = 5;
    let (mut filled, mut used) = (0, [false; ORDER.len()]);
    for table in tables {
        for heading in table.headings.iter().filter(|heading| is_rating(heading, vocabulary)) {
            let rows = table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2);
            let texts: Vec<String> = rows
                .filter_map(|row| row.cell(heading.column))
                .filter_map(|cell| saying(cell, vocabulary))
                .collect();
            let places: Option<Vec<usize>> =
                texts.iter().map(|text| ORDER.iter().position(|letter| letter == text)).collect();
            for place in places.into_iter().flatten() {
                filled += 1;
                used[place] = true;
            }
        }
    }
    let letters: Vec<&str> =
        ORDER.into_iter().zip(used).filter(|(_, used)| *used).map(|(letter, _)| letter).collect();
    // B alone is no run of grades, nor are E and S.
    let is_run = letters.contains(&"B") && (letters.contains(&"A") || letters.contains(&"C"));
    let fits = filled >= LEAST && is_run && !letters.iter().any(|letter| is_explained(letter));
    let entries = letters.iter().map(|letter| Entry::of(letter, vocabulary)).collect();
    fits.then(|| Candidate::of(entries, Source::Values))
}

/// Rows below one another that begin with the levels, each once: a key to them or a table of them.
fn listed(sheets: &[Sheet], values: &Candidate, vocabulary: &Vocabulary) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let mut run: Vec<Entry> = Vec::new();
        let mut before: Option<&Row> = None;
        let mut above: Option<&Row> = None;
        // "Outcomes are listed from the highest to the lowest", right above them or right below.
        let told = |row: Option<&Row>| row.and_then(|row| order_of_row(row, vocabulary));
        for row in &sheet.rows {
            let level = row.cells.iter().take(2).find_map(|cell| {
                let entry = Entry::of(&shown(&cell.value), vocabulary);
                values.entries.iter().find(|level| level.shares_key(&entry)).cloned()
            });
            let level =
                level.filter(|level| !run.contains(level) && row.cells.len() <= 1 + ROW_OF_KEY);
            if let Some(level) = level {
                if run.is_empty() {
                    above = before;
                }
                run.push(level);
            } else {
                let order = told(above).or_else(|| told(Some(row)));
                found.extend(in_full(std::mem::take(&mut run), values, order));
            }
            before = Some(row);
        }
        found.extend(in_full(run, values, told(above)));
    }
    found
}

/// The cells that a row of a key, or of a small table of levels, has beside its level.
const ROW_OF_KEY: usize = 8;

fn in_full(run: Vec<Entry>, values: &Candidate, best_first: Option<bool>) -> Option<Candidate> {
    let is_whole = run.len() >= values.entries.len();
    is_whole.then_some(Candidate { entries: run, source: Source::Rows, best_first })
}

fn is_known_level(text: &str, vocabulary: &Vocabulary) -> bool {
    matches!(vocabulary.level(text), Some(LevelText::Known(_)))
}

/// Takes out what says that there is no rating, and gives the number of its cells. "Not achieving" beside
/// "Partly achieving" is a level: it denies what another one says.
fn drop_unrated(
    texts: &mut Vec<String>,
    counts: &HashMap<String, usize>,
    vocabulary: &Vocabulary,
) -> usize {
    let all = texts.clone();
    let is_level =
        |text: &String| !vocabulary.is_unrated(text) || vocabulary.denies_one_of(text, &all);
    let dropped = all.iter().filter(|text| !is_level(text)).map(|text| counts[text.as_str()]).sum();
    texts.retain(is_level);
    dropped
}

/// What a cell says that could be a level: no number, no tick, and more than that there is nothing.
fn saying(cell: &Cell, vocabulary: &Vocabulary) -> Option<String> {
    let text = shown(&cell.value);
    let says_nothing = number(&cell.value).is_some()
        || vocabulary.is_missing(&text)
        || vocabulary.is_tick(&text)
        || !Campaign::all_in(&text).is_empty();
    (!says_nothing).then_some(text)
}

/// Columns of few words that repeat, and of labels each of which is a level.
fn of_columns(table: &Table<'_>, vocabulary: &Vocabulary) -> Vec<Candidate> {
    let mut found = Vec::new();
    for heading in &table.headings {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut filled = 0;
        for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 1) {
            let Some(cell) = row.cell(heading.column) else { continue };
            let Value::Text(_) = &cell.value else { continue };
            let Some(text) = saying(cell, vocabulary) else { continue };
            filled += 1;
            let count = counts.entry(text.clone()).or_default();
            *count += 1;
            if *count == 1 {
                order.push(text);
            }
            if order.len() > 60 {
                break;
            }
        }
        filled -= drop_unrated(&mut order, &counts, vocabulary);
        if order.len() > 60 || order.is_empty() {
            continue;
        }
        found.extend(of_values(&order, &counts, filled, vocabulary));
        found.extend(of_labels(&order, &counts, vocabulary));
    }
    found
}

/// Labels over or under a total that is their sum: what stands among them is a level, whatever its word.
fn adding_up(table: &Table<'_>, vocabulary: &Vocabulary) -> Option<Candidate> {
    /// The body and the round may stand before the label.
    const LABELS: usize = 3;
    (0..table.headings.len().min(LABELS)).find_map(|at| adding_up_under(table, at, vocabulary))
}

fn adding_up_under(table: &Table<'_>, at: usize, vocabulary: &Vocabulary) -> Option<Candidate> {
    let key = table.headings[at].column;
    let figures: Vec<u32> = table.headings[at + 1..].iter().map(|of| of.column).collect();
    let value = |row: &Row, column: u32| Some(number(&row.cell(column)?.value)?.value);
    let is_scale = |run: &[(Entry, &Row)], total: Option<&Row>| {
        let adds_up = |column: &&u32| {
            let parts: Option<Vec<f64>> = run.iter().map(|(_, row)| value(row, **column)).collect();
            let sum = parts.map(|parts| parts.iter().sum::<f64>());
            sum.is_some_and(|sum| {
                sum > 0.0 && total.and_then(|total| value(total, **column)) == Some(sum)
            })
        };
        let polar = run.iter().filter(|(entry, _)| entry.polarity.is_some()).count();
        let labels: Vec<&str> = run.iter().map(|(entry, _)| &*entry.label).collect();
        // Bodies have numbers as well.
        let is_told = polar >= 2
            || polar == 1 && is_rating(&table.headings[at], vocabulary)
            || are_numbered(&labels)
                && (is_rating(&table.headings[at], vocabulary)
                    || order_of_ends(&labels, vocabulary).is_some());
        let fits = (3..=LEVELS_LIMIT).contains(&run.len()) && is_told;
        fits && figures.iter().filter(adds_up).count() >= 2
    };
    let mut run: Vec<(Entry, &Row)> = Vec::new();
    let mut above: Option<&Row> = None;
    let rows = table.body.iter().take(ROWS_LIMIT).map(|row| Some(&**row)).chain([None]);
    for row in rows {
        let text = row.and_then(|row| row.text(key));
        let sums = |text: &String| vocabulary.is_total(text) || vocabulary.measure(text).is_some();
        if let Some(row) = row
            && !text.as_ref().is_some_and(sums)
        {
            run.extend(
                text.filter(|_| row.cells.len() > 1)
                    .map(|text| (Entry::of(&text, vocabulary), row)),
            );
            continue;
        }
        if is_scale(&run, row) || is_scale(&run, above) {
            let entries: Vec<Entry> = run.into_iter().map(|(entry, _)| entry).collect();
            let texts: Vec<&str> = entries.iter().map(|entry| &*entry.label).collect();
            let best_first = order_of_ends(&texts, vocabulary);
            let entries = entries.into_iter().map(Entry::without_note).collect();
            return Some(Candidate { entries, source: Source::Rows, best_first });
        }
        run.clear();
        above = row;
    }
    None
}

/// "Grade 1 (highest)", "Grade 2", "Grade 3": the same words and numbers that follow one another.
fn are_numbered(labels: &[&str]) -> bool {
    const LEAST: usize = 3;
    let parts = labels.iter().map(|label| {
        let bare = label.split('(').next().unwrap_or_default().trim();
        let (word, number) = bare.rsplit_once(' ')?;
        let is_word = word.chars().all(|c| c.is_alphabetic() || c == ' ');
        Some((word.to_lowercase(), number.parse::<i32>().ok().filter(|_| is_word)?))
    });
    let parts: Option<Vec<(String, i32)>> = parts.collect();
    parts.is_some_and(|parts| {
        let follows = |step: i32| {
            parts.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[1].1 - pair[0].1 == step)
        };
        parts.len() >= LEAST && (follows(1) || follows(-1))
    })
}

/// The few values of a column; a few unknown ones among many of a known scheme are slips.
fn of_values(
    order: &[String],
    counts: &HashMap<String, usize>,
    filled: usize,
    vocabulary: &Vocabulary,
) -> Option<Candidate> {
    let total = |test: &dyn Fn(&str) -> bool| -> usize {
        order.iter().filter(|text| test(text)).map(|text| counts[text]).sum()
    };
    let known = total(&|text| is_known_level(text, vocabulary));
    if known * 100 >= filled * 85 {
        return None;
    }
    // A word that stands there once among many is a slip, unless another place has it, too.
    let common = order.iter().filter(|text| counts[*text] * 20 >= filled);
    let entries: Vec<Entry> = common.map(|text| Entry::of(text, vocabulary)).collect();
    let polar: Vec<&Entry> = entries.iter().filter(|entry| entry.polarity.is_some()).collect();
    let polar_cells = total(&|text| Entry::of(text, vocabulary).polarity.is_some());
    let repeats = filled > order.len();
    // One word that stands once beside known levels is a slip.
    let unknown = total(&|text| !is_known_level(text, vocabulary));
    if known > 0 && unknown < 2 {
        return None;
    }
    if polar.len() < 2 || polar_cells * 10 < filled * 7 || !repeats {
        return None;
    }
    // A word that nobody knows and that many have is a level as its siblings are.
    let is_level = |entry: &Entry| {
        let count = counts.get(&entry.label).copied().unwrap_or_default();
        entry.polarity.is_some()
            || count >= MANY && count * 10 >= filled && is_new_level(entry, vocabulary)
    };
    let levels = entries.into_iter().filter(is_level).collect();
    Some(Candidate::of(levels, Source::Values))
}

/// Whether a text that no scheme has could be a level: it says neither why there is none, nor how many there
/// are, nor what somebody is or where.
fn is_new_level(entry: &Entry, vocabulary: &Vocabulary) -> bool {
    !entry.keys.iter().any(|key| vocabulary.level(key).is_some())
        && vocabulary.reason(&entry.label).is_none()
        && vocabulary.measure(&entry.label).is_none()
        && !vocabulary.is_total(&entry.label)
        && !vocabulary.is_position(&entry.label)
        && !crate::role::is_organization_name(&entry.label, vocabulary)
        && word_count(&entry.label) <= LABEL_LIMIT
        && entry.label.chars().count() > 2
}

/// Labels below one another that are a scale, each once: a table of one level a row.
fn of_labels(
    order: &[String],
    counts: &HashMap<String, usize>,
    vocabulary: &Vocabulary,
) -> Option<Candidate> {
    let mut run: Vec<Entry> = Vec::new();
    for text in order {
        let entry = Entry::of(text, vocabulary);
        let is_level = counts[text] == 1 && entry.polarity.is_some();
        if is_level && vocabulary.share_of(text).is_none() {
            run.push(entry);
        } else if run.len() < 3 {
            run.clear();
        } else {
            break;
        }
    }
    (run.len() >= 3).then(|| Candidate::of(run, Source::Rows))
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    fn schemes(page: &str) -> Vec<String> {
        of_page(page).schemes.into_iter().map(|scheme| scheme.name).collect()
    }

    #[test]
    fn words_of_tables_that_are_alike_are_one_scale_in_the_order_that_a_line_tells() {
        let page = "HOSPICE TRADING\nReviews 2023\n\nOutcome|What it means\nZorp|Trains others\n\
                    Blim|Works alone\nQuax|Needs a buddy\n\
                    Outcomes are listed from the highest to the lowest.\n\n\
                    Shop: North Street\nName|Outcome|Note\nMary Hill|Blim|a\nAnn Lowe|Zorp|b\n\
                    Ray Hood|Quax|c\n\nShop: South Street\nName|Outcome|Note\nEve Dale|Blim|d\n\
                    Peter Hale|Quax|e\nJane Small|Blim|f";
        assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
    }

    #[test]
    fn words_that_many_have_and_that_deny_a_level_are_levels() {
        let page = |word: &str| {
            format!(
                "HOSPICE TRADING\nReviews 2023\n\nName|Outcome|Note\nMary Hill|Good|a\nAnn Lowe|Fair|b\n\
                 Ray Hood|{word}|c\nEve Dale|{word}|d\nPeter Hale|{word}|e\nJane Small|Good|f\n\
                 Tom Bell|Not fair|g\nAmy Wood|Fair|h\nJoe Nash|Good|i\nSue Lane|Fair|j\n\
                 Ben Cole|Good|k\nIda Rose|Not rated|l"
            )
        };
        assert_eq!(schemes(&page("Good")), ["Good > Fair > Not fair"]);
        let with_new = schemes(&page("Zorp"));
        assert!(with_new.len() == 1 && with_new[0].contains("Zorp"), "{with_new:?}");
        assert!(with_new[0].ends_with("Not fair"), "{with_new:?}");
    }

    #[test]
    fn a_rank_over_each_level_is_no_heading_of_several() {
        let page = "VLEI MUNICIPALITY\nAssessment 2021\n\n\
                    Directorate|Assessed|Level 3|Level 2|Level 1\n||Zorp performance|Good|Poor\n\
                    Corporate Services|10|5|4|1\nCommunity Services|20|8|9|3\nTechnical Services|6|3|2|1";
        assert_eq!(schemes(page), ["Zorp performance > Good > Poor"]);
    }

    #[test]
    fn letters_that_nothing_explains_are_grades_in_the_order_of_the_alphabet() {
        let page = "MIKAZUKI WORKS\nStaff review 2023\n\nName|Department|Rating|Note\nMary Hill|Sales|A|a\n\
                    Ann Lowe|Sales|B|b\nRay Hood|Stores|S|c\nEve Dale|Stores|B|d\nPeter Hale|Sales|C|e";
        let reading = of_page(page);
        let names: Vec<&str> = reading.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
        assert_eq!(names, ["S > A > B > C"]);
        let doubts = reading.diagnostics.iter().map(|told| told.code);
        assert!(doubts.collect::<Vec<_>>().contains(&crate::diagnostic::Code::DoubtfulOrder));
    }

    #[test]
    fn drawn_signs_are_levels_where_a_key_explains_them() {
        let page = "MIKAZUKI WORKS\nUnit review 2023\n◎:zorp ○:blim △:quax ×:vemp\n\n\
                    Department|Rating|Note\nSales|○|a\nStores|△|b\nAssembly|◎|c\nQuality|×|d";
        assert_eq!(schemes(page), ["zorp > blim > quax > vemp"]);
    }

    #[test]
    fn digits_are_levels_where_a_line_over_their_key_tells_which_is_best() {
        let page = |told: &str| {
            format!(
                "MILL UNIVERSITY\nStaff Contribution Review 2023\n\n\
                 Name|Role|Panel\nMary Hill|Reader|3\nAnn Lowe|Lecturer|2\n\
                 Ray Hood|Lecturer|1\nEve Dale|Reader|2\n\n{told}\n\
                 3 = Zorp\n2 = Blim\n1 = Quax"
            )
        };
        assert_eq!(schemes(&page("Points used (3 is the highest):")), ["Zorp > Blim > Quax"]);
        assert_eq!(schemes(&page("Points used (1 is the highest):")), ["Quax > Blim > Zorp"]);
        // Lines that are numbered explain whatever it is.
        assert!(schemes(&page("Notes:")).is_empty());
    }

    #[test]
    fn a_key_begins_beside_the_title_and_goes_on_beside_the_rows() {
        let page = "MINISTRY OF COASTS\nStaff Banding 2023|||||Bands (P is best, S is lowest)\n\
                    |||||Band P|Zorp\nNo|Officer|Section|Panel Band||Band Q|Blim\n\
                    1|Mary Hill|Policy|Q||Band R|Quax\n2|Ann Lowe|Policy|P||Band S|Vemp\n\
                    3|Ray Hood|Policy|R\n4|Eve Dale|Policy|Q\n5|Peter Hale|Policy|S";
        assert_eq!(schemes(page), ["Zorp > Blim > Quax > Vemp"]);
    }

    #[test]
    fn headings_cut_short_are_the_levels_that_another_table_has_in_full() {
        let page = "MILL TOWN COUNCIL\nStaff review 2023\n\n\
                    No.|Name|Born|Exceeds requirements|Meets requirements|Req. partly met|Req. not met\n\
                    1|Mary Hill|1975|x|||\n2|Ann Lowe|1996||x||\n3|Ray Hood|1981|||x|\n4|Eve Dale|1979||||x\n\n\n\
                    Office|Exceeds requirements|Meets requirements|Requirements partly met|Requirements not met\n\
                    East|1|1|0|0\nWest|0|0|1|1";
        assert_eq!(
            schemes(page),
            [
                "Exceeds requirements > Meets requirements > Requirements partly met > Requirements not met"
            ]
        );
    }

    #[test]
    fn labels_below_those_rated_that_add_up_to_them_are_levels() {
        let page = "GRAIN HANDLERS\nSteward reviews 2023\n\n\
                    |East Depot|West Depot\nReviewed|10|12\nExcellent|2|3\nZorp|4|5\n\
                    Good|3|3\nPoor|1|1";
        assert_eq!(schemes(page), ["Excellent > Zorp > Good > Poor"]);
    }

    #[test]
    fn numbered_labels_that_add_up_are_levels_in_the_order_that_is_said_of_the_first() {
        let page = |note: &str| {
            format!(
                "BAY SHIPBUILDERS\nGrading of hands 2021\n\nZorp|Plate Shop|Pipe Shop|Paint Shop\n\
                 Step 1{note}|7|8|6\nStep 2|26|26|48\nStep 3|2|3|1\nAll steps|35|37|55"
            )
        };
        assert_eq!(schemes(&page(" (highest)")), ["Step 1 > Step 2 > Step 3"]);
        assert_eq!(schemes(&page(" (lowest)")), ["Step 3 > Step 2 > Step 1"]);
    }

    #[test]
    fn levels_stand_in_the_order_that_the_signs_between_them_tell() {
        let page = |key: &str| {
            format!(
                "MIKAZUKI WORKS\nStaff review 2023\n\nName|Department|Review|Note\nMary Hill|Sales|A|a\n\
                 Ann Lowe|Sales|S|b\nRay Hood|Stores|B|c\nEve Dale|Stores|D|d\nPeter Hale|Sales|B|e\n\n{key}"
            )
        };
        for key in [
            "Grades S (zorp) > A (blim) > B (quax) > D (vemp)",
            "※ Grades　S（zorp） ＞ A（blim） ＞ B（quax） ＞ D（vemp）",
            "D (vemp) &lt; B (quax) &lt; A (blim) &lt; S (zorp)",
        ] {
            assert_eq!(schemes(&page(key)), ["zorp > blim > quax > vemp"], "{key}");
        }
        assert_eq!(schemes(&page("Order: S > A > B > D")), ["S > A > B > D"]);
    }

    #[test]
    fn a_key_tells_in_full_what_values_cut_short() {
        let page = "Mill Workers Union\nStaff reviews 2023\n\nNo.|Name|Department|Zorp\n\
                    1|Mary Hill|Sales|V. good\n2|Ann Lowe|Sales|Good\n3|Ray Hood|Stores|Unsat.\n\
                    4|Eve Dale|Stores|Good\n5|Peter Hale|Sales|V. good\n\n\
                    V. good – very good\nGood – good\nUnsat. – unsatisfactory";
        let reading = of_page(page);
        assert_eq!(reading.schemes[0].name, "very good > good > unsatisfactory");
        let ratings = reading.records.iter().filter_map(|record| match &record.statement {
            crate::record::Statement::Member(person) => {
                Some(person.ratings[0].rating.as_ref()?.value.code.to_string())
            }
            _ => None,
        });
        let levels: Vec<String> = ratings.collect();
        assert_eq!(levels, ["VERY_GOOD", "GOOD", "UNSATISFACTORY", "GOOD", "VERY_GOOD"]);
    }

    #[test]
    fn a_percentage_beside_a_level_is_no_level() {
        let page = "Lake District\nSnapshot 2023\n\n\
                    School|Effective|Effective (Percent)|Poor|Poor (Percent)\n\
                    Oak School|30|0.6|20|0.4\nElm School|18|0.4|27|0.6\nAsh School|10|0.5|10|0.5";
        assert_eq!(schemes(page), ["Effective > Poor"]);
    }

    #[test]
    fn letters_of_a_key_in_any_order_are_levels_where_a_column_has_them() {
        let page = "MIKAZUKI WORKS\nStaff review 2023\n\nKey|S: zorp|A: blim|B: quax|D: vemp\n\n\
                    Name|Department|Review|Note\nMary Hill|Sales|A|a\nAnn Lowe|Sales|S|b\n\
                    Ray Hood|Stores|B|c\nEve Dale|Stores|D|d\nPeter Hale|Sales|B|e";
        assert_eq!(schemes(page), ["zorp > blim > quax > vemp"]);
    }

    #[test]
    fn the_order_of_a_key_beside_the_rows_is_told_under_it() {
        let page = |told: &str| {
            format!(
                "SOUND LIFEBOATS\nAssessment of the crews\n\nCrew No.|Name|M/F|Grade 2023|||Key|\n\
                 PORT CARRICK||||||1|Zorp in command\n00325|Agnes Hill|F|2|||2|Fully zorp\n\
                 00326|Mary Lowe|F|2|||3|Blim\n00327|Tom Small|M|1|||4|Not yet zorp\n\
                 00328|Ray Hood|M|3|||{told}|\n00329|Eve Dale|F|4||||\nSKERRAY|||||||\n\
                 00340|Jane Small|F|2||||\n00341|Ann Dent|F|3||||"
            )
        };
        assert_eq!(
            schemes(&page("1 is the highest grade, 4 the lowest.")),
            ["Zorp in command > Fully zorp > Blim > Not yet zorp"]
        );
        assert_eq!(
            schemes(&page("1 is the lowest grade, 4 the highest.")),
            ["Not yet zorp > Blim > Fully zorp > Zorp in command"]
        );
    }

    #[test]
    fn a_sentence_lists_the_levels_that_a_column_holds_in_the_order_that_it_tells() {
        let page = |told: &str| {
            format!(
                "HOSPICE TRADING\nReviews 2023\n\nName|House view|Note\nMary Hill|Blim|a\n\
                 Ann Lowe|Zorp|b\nRay Hood|Quax|c\nEve Dale|Blim|d\nPeter Hale|Zorp|e\n\n{told}"
            )
        };
        for told in [
            "Views are given, from best to weakest, as Zorp, Blim or Quax.",
            "Views, in falling order: Zorp, Blim, Quax. Houses are in the order of their letters.",
        ] {
            assert_eq!(schemes(&page(told)), ["Zorp > Blim > Quax"], "{told}");
        }
        // A level that nobody has is one.
        let told = "Views run from the lowest to the highest: Quax, Vemp, Blim, Zorp.";
        assert_eq!(schemes(&page(told)), ["Zorp > Blim > Vemp > Quax"]);
        assert!(schemes(&page("Zorp, Blim and Quax were the prefects.")).is_empty());
    }

    #[test]
    fn a_word_beside_levels_is_one_where_their_figures_and_its_own_add_up() {
        let page = "CITY TRAMS\nChecks by depot 2023\n\nDepot|Operators checked|Zorp|Good|Fair|Poor\n\
                    North Depot|10|2|5|2|1\nSouth Depot|12|3|6|2|1\nEast Depot|8|1|5|1|1";
        assert_eq!(schemes(page), ["Zorp > Good > Fair > Poor"]);
        let page = "CITY TRAMS\nChecks by depot 2023\n\n|Year 2023\n\
                    Depot|On the books|Checked|Good|Fair|Poor\n\
                    North Depot|11|10|7|2|1\nSouth Depot|15|12|9|2|1\nEast Depot|9|8|6|1|1";
        assert_eq!(schemes(page), ["Good > Fair > Poor"]);
    }

    #[test]
    fn words_on_both_sides_of_levels_are_levels_where_all_add_up() {
        let page = "HILL ACADEMY\nAbstract of gradings 2023\n\n\
            Sl. No.|Squad|Strength|Graded|Zorp|Fair|Good|Quax|Not graded\n\
            1|Under-14 Boys|12|12|3|5|2|2|0\n2|Under-16 Boys|13|13|3|7|3|0|0\n\
            3|Under-19 Boys|11|10|2|3|5|0|1\n4|Senior Women|10|10|2|4|3|1|0\n|Grand Total|46|45|10|19|13|3|1";
        assert_eq!(schemes(page), ["Quax > Good > Fair > Zorp"]);
    }

    #[test]
    fn stars_part_grades_and_a_key_says_which_end_is_best() {
        let page = "POINT INSTITUTE\nResearch review 2023\n\n\
                    Group|U|A|A*|Graded\nSediment Group|1|4|5|10\nTidal Group|2|5|3|10\n\
                    Shellfish Group|0|5|5|10\nMarsh Group|1|5|4|10\n\nQuality\nA* = zorp (the highest)\n\
                    A = blim\nU = quax (the lowest)";
        assert_eq!(schemes(page), ["zorp > blim > quax"]);
    }

    #[test]
    fn words_over_ticks_are_levels_from_the_one_end_to_the_other_that_a_sentence_names() {
        let page = |told: &str| {
            format!(
                "BEEKEEPERS OF TAMAR\nHive visits 2024\n\nKeeper|Zorp|Blim|Quax|Vemp|Why not\n\
                 Mary Hill|x|||\nAnn Lowe||x||\nRay Hood|||x|\nEve Dale||x||\nJane Small||||x\n\
                 Peter Hale||x||\n\n{told}"
            )
        };
        let from = |told| schemes(&page(told));
        let best_left =
            from("Findings run from best on the left (Zorp) to worst on the right (Vemp).");
        assert_eq!(best_left, ["Zorp > Blim > Quax > Vemp"]);
        let best_right =
            from("They run from worst on the left (Zorp) to best on the right (Vemp).");
        assert_eq!(best_right, ["Vemp > Quax > Blim > Zorp"]);
        // What stands right before the word is the best.
        assert_eq!(from("From Zorp (the highest) to Vemp."), ["Zorp > Blim > Quax > Vemp"]);
        assert_eq!(from("From Zorp to Vemp (the highest)."), ["Vemp > Quax > Blim > Zorp"]);
        assert!(from("From Zorp to Vemp.").is_empty());
    }

    #[test]
    fn lines_that_name_one_value_each_say_of_their_ends_which_is_best() {
        let page = |first: &str, last: &str| {
            format!(
                "HALYARD SERVICES\nCheck of staff 2023\n\
                 Step one{first}: Zorp - nobody looks again\nStep two: Blim - one page is read\n\
                 Step three{last}: Quax - all of it is read\n\nName|Desk|Placing\nMary Hill|a|Blim\n\
                 Ann Lowe|b|Zorp\nRay Hood|c|Quax\nEve Dale|d|Blim\nPeter Hale|e|Zorp"
            )
        };
        assert_eq!(schemes(&page(", the highest", ", the lowest")), ["Zorp > Blim > Quax"]);
        assert_eq!(schemes(&page(", the lowest", ", the highest")), ["Quax > Blim > Zorp"]);
        assert!(schemes(&page("", "")).is_empty());
    }

    #[test]
    fn what_a_key_says_of_both_its_ends_tells_the_order() {
        let page = "FIRE SERVICE\nGrading 2023\n\nLetter|Grade|Meaning\n\
                    T|Zorp|best: ready for more\nF|Blim|does all\nA|Quax|lowest: off the run\n\n\
                    Grading of crews 2023\n\nName|Crew|Grade\nMary Hill|a|T\nAnn Lowe|b|F\n\
                    Ray Hood|c|A\nEve Dale|d|F\nPeter Hale|e|T";
        assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
        let page = "SHOPS LTD\nAudit 2024\n\nShops|best at the top\nZorp|nothing to put right\n\
                    Blim|small things\nQuax|to be closed\n\nAudit of shops 2024\n\nShop|Size|Found\n\
                    Lock Street|4|Blim\nWharf Lane|9|Zorp\nMill Bridge|7|Quax\nHill Road|5|Blim\n\
                    Pier Road|8|Zorp";
        assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
    }

    #[test]
    fn numbers_before_words_of_their_own_are_levels_where_one_is_said_to_be_best() {
        let page = |told: &str| {
            format!(
                "ZOO GARDENS\nAnnual talks 2024\n\nName|Outcome of the talk|Note\nMary Hill|3 - Zorp|a\n\
                 Ann Lowe|1 - Quax|b\nRay Hood|2 - Blim|c\nEve Dale|3 - Zorp|d\nPeter Hale|2 - Blim|e\n\
                 Jane Small|2 - Blim|f\n\n{told}"
            )
        };
        assert_eq!(schemes(&page("(3 is the best and 1 the last)")), ["Zorp > Blim > Quax"]);
        assert_eq!(schemes(&page("(1 is the best and 3 the last)")), ["Quax > Blim > Zorp"]);
        assert!(schemes(&page("Talks are held in autumn.")).is_empty());
    }

    #[test]
    fn the_more_stars_the_better() {
        let page = "HUTS CLUB\nHut visits 2022\n\nHut|Bunks|Stars\nTarn Hut|8|★★★\n\
                    Scree Foot|12|★\nPeat Road Hut|10|★★\nBirch Hollow|14|★★\nKelp Cove Hut|9|★★★";
        assert_eq!(schemes(page), ["★★★ > ★★ > ★"]);
    }

    #[test]
    fn labels_with_the_numbers_of_a_key_are_its_levels() {
        let page = "BAND LEAGUE\nStandards of bands 2023\n\nBand|Town|Grade\nOak Band|a|1\n\
                    Elm Band|b|2\nAsh Band|c|3\nFir Band|d|2\nYew Band|e|1\n\n\
                    Standards (1 is the best, 3 the lowest):\n1 = Zorp\n2 = Blim\n3 = Quax\n\n\
                    Bands at each standard, 2023\n\nDivision|Standard 1|Standard 2|Standard 3|Bands heard\n\
                    North Division|1|1|1|3\nSouth Division|1|1|0|2\nLeague|2|2|1|5";
        assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
    }

    #[test]
    fn what_is_said_behind_the_last_level_may_be_of_the_first() {
        let page = |said: &str| {
            format!(
                "PARKS AUTHORITY\nRanger review 2023\n\nRanger|Born|Self|Board\nMary Hill|1986|D|D\n\
                 Ann Lowe|1966|C|C\nRay Hood|1986|A|B\nEve Dale|1972|A|A\nTom Bell|1968|B|B\n\n\
                 A = Zorp, B = Blim, C = Quax, D = Flup {said}"
            )
        };
        assert_eq!(schemes(&page("(A is the highest)")), ["Zorp > Blim > Quax > Flup"]);
        assert_eq!(schemes(&page("(D is the highest)")), ["Flup > Quax > Blim > Zorp"]);
    }

    #[test]
    fn the_bracket_round_a_line_of_levels_is_none_of_the_last() {
        let page = "PARKS AUTHORITY\nRanger review 2023\n(From worst to best: Zorp, Blim, Quax)\n\n\
                    Ranger|Born|Result\nMary Hill|1986|Zorp\nAnn Lowe|1966|Quax\nRay Hood|1986|Blim\n\
                    Eve Dale|1972|Blim\nTom Bell|1968|Quax\nIda Rose|1968|Zorp";
        assert_eq!(schemes(page), ["Quax > Blim > Zorp"]);
    }

    #[test]
    fn a_line_of_order_is_of_the_levels_down_the_side_where_there_are_some() {
        let page = "CHURCH DISTRICT\nStaff review 2022\n\nResult|Kita Noah|Kita Petri|Kita Paul|Whole district\n\
                    Excellent|2|3|1|6\nGood|9|6|9|24\nFair|4|2|6|12\nPoor|1|1|0|2\n\n\
                    Listed from best to worst.";
        assert!(schemes(page).iter().all(|name| !name.contains("Kita")), "{:?}", schemes(page));
    }

    #[test]
    fn points_may_stand_before_the_word_for_a_level() {
        let page = "DISTRICT OF AURON\nReview 2023\n\nName|Club|Points|Result\nMary Hill|Ayr|15|Good\n\
                    Ann Lowe|Ayr|17|Excellent\nRay Hood|Bute|9|Poor\nEve Dale|Bute|11|Fair\n\
                    Tom Bell|Ayr|14|Good\n\nPoints|Result\nfrom 16 to 20|Excellent\nfrom 13 to 15|Good\n\
                    from 10 to 12|Fair\nbelow 10|Poor";
        assert_eq!(schemes(page), ["Excellent > Good > Fair > Poor"]);
    }

    #[test]
    fn letters_of_a_level_in_one_of_two_languages_stand_for_it() {
        let page = "KHÁCH SẠN SÔNG XANH\nĐÁNH GIÁ NHÂN VIÊN NĂM 2024\n\nSTT|Họ và tên|Bộ phận|Kết quả\n\
                    1|Nguyễn Khánh Linh|Lễ tân|XS\n2|Châu Mạnh Cường|Lễ tân|VYC\n3|Dương Thị Thủy|Bếp|ĐYC\n\
                    4|Huỳnh Minh Triết|Bếp|CCG\n5|Tạ Minh Triết|Bếp|ĐYC\n\nThang xếp loại, từ cao xuống thấp:\n\
                    XS: Xuất sắc / Outstanding\nVYC: Vượt yêu cầu / Above requirements\n\
                    ĐYC: Đạt yêu cầu / Meets requirements\nCCG: Cần cố gắng / Needs improvement";
        assert_eq!(schemes(page), ["Xuất sắc > Vượt yêu cầu > Đạt yêu cầu > Cần cố gắng"]);
    }
}
