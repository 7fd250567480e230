//! Where levels of a scale may stand: in legends, headings, labels and columns of values.

mod clauses;
mod headings;
mod legends;
mod meanings;
mod sentences;

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

pub(super) use clauses::is_range;
use legends::{
    has_own_marks, is_series, is_told, is_used, legends, marks_used, more_is_better, order_of_ends,
    order_of_row, short_numbers, told_in_order,
};
pub(super) use legends::{is_ranged, sides};

use super::{Candidate, Entry, Source, band_from};
use crate::campaign::Campaign;
use crate::grid::{Cell, Row, Sheet, Value};
use crate::layout::{Heading, Table};
use crate::text::{comparison_key, grade_key, have_one_stem, is_drawn, word_count};
use crate::value::{number, shown, whole};
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
    sides: &[Vec<Sheet>],
    told: &[(String, bool)],
    vocabulary: &Vocabulary,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let more_is_better = told.first().map(|(_, more)| *more);
    let used = marks_used(tables);
    for (sheet, sides) in sheets.iter().zip(sides).filter(|(sheet, _)| !sheet.hidden) {
        let beside = sides.iter().flat_map(|side| legends(side, vocabulary));
        let legends = legends(sheet, vocabulary).into_iter().chain(beside);
        let legends = legends.map(|of| without_heading(of, tables, vocabulary));
        found.extend(legends.filter(|of| is_meant(of, &used, tables, vocabulary)));
        let told = told_in_order(sheet, vocabulary).chain(meanings::of(sheet, tables, vocabulary));
        found.extend(
            told.filter(|of| are_values(of, tables, vocabulary) || are_headings(of, tables)),
        );
    }
    let visible = sheets.iter().filter(|sheet| !sheet.hidden);
    let rows = visible.flat_map(|sheet| &sheet.rows).filter(|row| row.cells.len() == 1);
    let order = rows.into_iter().find_map(|row| order_of_row(row, vocabulary));
    for table in tables {
        let of_table = headings::of(table, order, vocabulary);
        let of_table = of_table.into_iter().chain(of_columns(table, vocabulary));
        for candidate in of_table.chain(adding_up(table, told, vocabulary)) {
            found.push(in_words_of_key(&candidate, &found).unwrap_or(candidate));
        }
    }
    let alike = of_one_layout(tables);
    found.extend(sentences::of(sheets, &alike, vocabulary));
    for alike in alike {
        // "Class | Rank": what a key in order explains is the rating, and the few unknown words beside it are none.
        let is_keyed = |of: &Candidate| {
            of.source == Source::Legend
                && of.best_first.is_some()
                && are_values(of, &alike, vocabulary)
        };
        let is_other = |of: &Candidate| {
            let shares = |key: &&Candidate| {
                let is_one =
                    |entry: &Entry| key.entries.iter().any(|other| other.shares_key(entry));
                of.entries.iter().any(is_one)
            };
            let keyed = || found.iter().filter(|key| is_keyed(key));
            of.entries.iter().all(|entry| entry.polarity.is_none())
                && keyed().next().is_some()
                && !keyed().any(|key| shares(&key))
        };
        let mut called = called_ratings(&alike, vocabulary);
        called.retain(|values| !is_other(values));
        for values in called {
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

/// Whether a legend is one of levels: it says how good they are, or some table has what it explains.
fn is_meant(
    of: &Candidate,
    used: &[Vec<String>],
    tables: &[&Table<'_>],
    vocabulary: &Vocabulary,
) -> bool {
    if is_bare_series(of) {
        return is_denied_at_end(of, vocabulary) && are_values(of, tables, vocabulary)
            || explains_values(of, tables, vocabulary);
    }
    let rates = |heading: &Heading| is_rating(heading, vocabulary);
    let entries = &of.entries;
    let are_ranged = is_ranged(entries);
    is_told(entries)
        || is_used(entries, used)
        || has_own_marks(entries) && are_values_of(of, tables, vocabulary, &rates)
        || of.best_first.is_some() && are_headings(of, tables)
        || (are_ranged || is_series(entries) || of.best_first.is_some())
            && are_values(of, tables, vocabulary)
        || are_ranged && (are_headings(of, tables) || are_reached(of, tables, vocabulary))
}

/// A key in an order that a line told, without its heading: "Card | The holder" over "Gold | …", where "Card held"
/// stands over the values and no "Card" does below it.
fn without_heading(
    mut key: Candidate,
    tables: &[&Table<'_>],
    vocabulary: &Vocabulary,
) -> Candidate {
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
    let holds = |of: &Candidate| are_values_of(of, tables, vocabulary, &heads);
    if holds(&levels) && !holds(&only) {
        key.entries.remove(0);
    }
    key
}

/// What a workbook says of the best number or the worst, and whether more is better.
pub(super) fn told_of_numbers(
    sheets: &[Sheet],
    sides: &[Vec<Sheet>],
    vocabulary: &Vocabulary,
) -> Vec<(String, bool)> {
    /// A line has little beside it, and a table has more.
    const CELLS: usize = 2;
    let visible = sheets.iter().filter(|sheet| !sheet.hidden);
    let rows = visible.chain(sides.iter().flatten()).flat_map(|sheet| &sheet.rows);
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

/// "4 | Zorp", "3 | Blim": digits before words of which none says how good it is, and no line that tells.
fn is_bare_series(candidate: &Candidate) -> bool {
    let is_bare = |entry: &Entry| entry.polarity.is_none() && entry.digit().is_some();
    candidate.best_first.is_none() && candidate.entries.iter().all(is_bare)
}

/// "3 = Zorp", "2 = Blim", "0 = Not yet quax": the least number denies what the others have, so more is better.
fn is_denied_at_end(candidate: &Candidate, vocabulary: &Vocabulary) -> bool {
    let digit = |entry: &&Entry| entry.digit();
    let least = candidate.entries.iter().min_by_key(digit);
    let denies = |label: &str| vocabulary.says_unrated(label) && !vocabulary.denies_rating(label);
    least.is_some_and(|entry| denies(&entry.label))
}

/// Whether the words behind digits are what a column holds: one that is called a rating, or, as nothing is numbered
/// from the last to the first, one of which no word tells what it holds.
fn explains_values(of: &Candidate, tables: &[&Table<'_>], vocabulary: &Vocabulary) -> bool {
    let points: Vec<f64> = of.entries.iter().filter_map(|entry| entry.points).collect();
    let counts_down = points.windows(2).all(|pair| pair[0] > pair[1]);
    let may_rate = |heading: &Heading| {
        let fields = heading.path.iter().filter_map(|text| vocabulary.field(text));
        counts_down && fields.into_iter().all(|(field, _)| field == Field::Rating)
    };
    let in_words =
        |entry: &Entry| Entry { mark: None, keys: vec![grade_key(&entry.label)], ..entry.clone() };
    let words = Candidate { entries: of.entries.iter().map(in_words).collect(), ..of.clone() };
    // The key may be a table of its own, of one row for each level.
    let longer = tables.iter().filter(|table| table.body.len() > of.entries.len());
    let longer: Vec<&Table<'_>> = longer.copied().collect();
    are_values_of(&words, &longer, vocabulary, &|heading| {
        is_rating(heading, vocabulary) || may_rate(heading)
    })
}

/// Whether most values of some column are the levels of a candidate.
fn are_values(candidate: &Candidate, tables: &[&Table<'_>], vocabulary: &Vocabulary) -> bool {
    are_values_of(candidate, tables, vocabulary, &|_| true)
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
    vocabulary: &Vocabulary,
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
            // Few columns are in doubt, and only those are searched for words.
            let unrated = |of: &&String| !is_one(of) && vocabulary.is_unrated(of);
            let fits = |of: usize| fitting * 10 >= of * 8;
            let rated = || texts.len() - texts.iter().filter(unrated).count();
            fitting > 2 && (fits(texts.len()) || fitting * 2 > texts.len() && fits(rated()))
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
        entries.sort_by_key(Entry::digit);
        let numbers: Option<Vec<u8>> = entries.iter().map(Entry::digit).collect();
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
        let longest = drawn.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let levels = of_signs(&drawn, Source::Legend, vocabulary);
        let fits = levels.entries.len() > 1
            && (2..=MOST).contains(&longest)
            && drawn.len() * 10 >= texts.len() * 8
            && drawn.len() > levels.entries.len();
        fits.then_some(levels)
    };
    first.headings.iter().filter_map(of_column).collect()
}

/// Drawn signs as levels: the more of them the better.
fn of_signs(drawn: &[&String], source: Source, vocabulary: &Vocabulary) -> Candidate {
    let mut distinct = drawn.to_vec();
    distinct.sort_by_key(|text| std::cmp::Reverse(text.chars().count()));
    distinct.dedup();
    let entries = distinct.iter().map(|text| Entry::of(text, vocabulary)).collect();
    Candidate { entries, source, best_first: Some(true) }
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
fn adding_up(
    table: &Table<'_>,
    told: &[(String, bool)],
    vocabulary: &Vocabulary,
) -> Option<Candidate> {
    /// The body and the round may stand before the label.
    const LABELS: usize = 3;
    let labels = 0..table.headings.len().min(LABELS);
    labels.into_iter().find_map(|at| adding_up_under(table, at, told, vocabulary))
}

/// Whether the best of some labels stands first by the numbers before them, from 1 on, where the workbook says
/// which of just these is the best: "4 is the top, 1 the bottom" over "1 | Zorp", "2 | Blim", ….
fn order_of_numbers(
    table: &Table<'_>,
    at: usize,
    run: &[(Entry, &Row)],
    told: &[(String, bool)],
) -> Option<bool> {
    let before = table.headings.get(at.checked_sub(1)?)?.column;
    let number_of = |row: &Row| whole(number(&row.cell(before)?.value)?.value);
    let numbers: Option<Vec<i64>> = run.iter().map(|(_, row)| number_of(row)).collect();
    let numbers = numbers?;
    let last = i64::try_from(numbers.len()).ok()?;
    let rises = numbers.iter().copied().eq(1..=last);
    let falls = numbers.iter().copied().eq((1..=last).rev());
    let is_of_these = |text: &str| {
        let mut said: Vec<i64> = short_numbers(text).into_iter().map(i64::from).collect();
        said.sort_unstable();
        said == [1, last] || said == [last]
    };
    let (_, more) = told.iter().find(|(text, _)| is_of_these(text))?;
    (rises || falls).then_some(*more == falls)
}

/// The order that the heading of a column tells ("Grade (best first)"), or a line above the table that names it:
/// "Bands are listed from the best to the weakest."
fn order_told_over(table: &Table<'_>, at: usize, vocabulary: &Vocabulary) -> Option<bool> {
    let path = &table.headings[at].path;
    let word = comparison_key(path.last().map_or("", String::as_str));
    let lines = table.frame.block.iter().chain(&table.frame.titles).map(|line| line.text.as_str());
    let of_column = |line: &&str| {
        // "5 is the top, 1 the bottom" is said of numbers.
        short_numbers(line).is_empty()
            && comparison_key(line).split(' ').any(|own| have_one_stem(own, &word))
    };
    let told_above =
        || lines.filter(of_column).find_map(|line| legends::order_told(line, vocabulary));
    legends::order_told(&path.join(" "), vocabulary).or_else(told_above)
}

fn adding_up_under(
    table: &Table<'_>,
    at: usize,
    told: &[(String, bool)],
    vocabulary: &Vocabulary,
) -> Option<Candidate> {
    let key = table.headings[at].column;
    let figures: Vec<u32> = table.headings[at + 1..].iter().map(|of| of.column).collect();
    let value = |row: &Row, column: u32| Some(number(&row.cell(column)?.value)?.value);
    let told_over = LazyCell::new(|| order_told_over(table, at, vocabulary));
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
                    || order_of_ends(&labels, vocabulary).is_some())
            || order_of_numbers(table, at, run, told).is_some()
            || told_over.is_some();
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
        // "Advisers graded": a total that no word tells, below them.
        let sums_above = |run: &[(Entry, &Row)]| {
            run.split_last().is_some_and(|((_, last), parts)| is_scale(parts, Some(last)))
        };
        let last = (row.is_none() && sums_above(&run)).then(|| run.pop()).flatten();
        let total = row.or(last.map(|(_, last)| last));
        if is_scale(&run, total) || is_scale(&run, above) {
            let by_numbers = order_of_numbers(table, at, &run, told);
            let entries: Vec<Entry> = run.into_iter().map(|(entry, _)| entry).collect();
            let texts: Vec<&str> = entries.iter().map(|entry| &*entry.label).collect();
            let best_first =
                by_numbers.or(*told_over).or_else(|| order_of_ends(&texts, vocabulary));
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
        && !is_code(&entry.label)
        && word_count(&entry.label) <= LABEL_LIMIT
        && entry.label.chars().count() > 2
}

/// "PM-04", "HEO2": several capitals and a number, as grades of posts are called.
fn is_code(label: &str) -> bool {
    let capitals = label.chars().filter(char::is_ascii_uppercase).count();
    capitals > 1
        && label.contains(|c: char| c.is_ascii_digit())
        && label.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-./".contains(c))
}

/// Labels below one another that are a scale, each once: a table of one level a row.
fn of_labels(
    order: &[String],
    counts: &HashMap<String, usize>,
    vocabulary: &Vocabulary,
) -> Option<Candidate> {
    // "% of those rated" below each level is a line of percentages, and no label.
    let is_percent = |text: &String| {
        counts[text] > 1 && matches!(vocabulary.field(text), Some((Field::Percent, _)))
    };
    let label = |text: &String| (counts[text] == 1).then(|| Entry::of(text, vocabulary));
    let labels: Vec<Option<Entry>> =
        order.iter().filter(|text| !is_percent(text)).map(label).collect();
    let is_level =
        |entry: &Entry| entry.polarity.is_some() && vocabulary.share_of(&entry.label).is_none();
    let goes_on = |at: usize| labels.get(at + 1).and_then(Option::as_ref).is_some_and(&is_level);
    let mut run: Vec<Entry> = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        // "Meets some of it" between "Meets it" and "Below it": so is a word that nobody knows.
        let level = label.as_ref().filter(|entry| {
            is_level(entry) || run.len() >= 3 && goes_on(at) && is_new_level(entry, vocabulary)
        });
        if let Some(level) = level {
            run.push(level.clone());
        } else if run.len() < 3 {
            run.clear();
        } else {
            break;
        }
    }
    (run.len() >= 3).then(|| Candidate::of(run, Source::Rows))
}

#[cfg(test)]
mod tests;
