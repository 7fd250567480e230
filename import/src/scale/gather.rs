//! Where levels of a scale may stand: in legends, headings, labels and columns of values.

use std::collections::{HashMap, HashSet};

use super::{Candidate, Entry, Source, is_numbered_letter, marks_in, points_of, split_mark};
use crate::campaign::Campaign;
use crate::grid::{Cell, Row, Sheet, Value};
use crate::layout::{Heading, Sequence, Table, sequences_of};
use crate::text::{comparison_key, grade_key};
use crate::value::{date_of_text, number, shown};
use crate::vocabulary::{Field, LevelText, Vocabulary};

/// A legend is short.
const LEGEND_LIMIT: usize = 600;
/// The levels that a scale has at most.
const LEVELS_LIMIT: usize = 9;
/// The words that a level has at most.
const LABEL_LIMIT: usize = 5;
/// Among so many values one that stands there once is a slip.
const SLIP_AMONG: usize = 60;
/// Rows of a column that are looked at.
const ROWS_LIMIT: usize = 600;

pub(super) fn candidates(
    sheets: &[Sheet],
    tables: &[&Table<'_>],
    vocabulary: &Vocabulary,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let used = marks_used(tables);
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let legends = legends(sheet, vocabulary);
        found.extend(legends.into_iter().filter(|of| {
            is_told(&of.entries)
                || is_used(&of.entries, &used)
                || is_marked(&of.entries)
                    && are_values_of(of, tables, &|heading| is_rating(heading, vocabulary))
                || (is_ranged(&of.entries) || is_series(&of.entries) || of.best_first.is_some())
                    && are_values(of, tables)
        }));
        found.extend(told_in_order(sheet, vocabulary).filter(|of| are_values(of, tables)));
    }
    let visible = sheets.iter().filter(|sheet| !sheet.hidden);
    let rows = visible.flat_map(|sheet| &sheet.rows).filter(|row| row.cells.len() == 1);
    let order = rows.into_iter().find_map(|row| order_of_row(row, vocabulary));
    for table in tables {
        for entries in order.iter().flat_map(|_| parts_of_wholes(table, vocabulary)) {
            found.push(Candidate { entries, source: Source::Headings, best_first: order });
        }
        for sequence in sequences_of(table, vocabulary) {
            let sequence = without_wholes(table, sequence, vocabulary);
            let entries: Vec<Entry> =
                sequence.items.iter().map(|(text, _)| Entry::of(text, vocabulary)).collect();
            let is_new = |entry: &Entry| {
                !entry.keys.iter().any(|key| is_known_level(key, vocabulary))
                    && vocabulary.stage(&entry.label).is_none()
            };
            let exclusive = sequence.has_parent
                && entries.iter().all(is_new)
                && (is_ticked_once(table, &sequence, vocabulary)
                    || adds_up_across(table, &sequence, vocabulary));
            found.extend(widened(&entries, &sequence, vocabulary));
            found.extend(match in_order(entries.clone(), Source::Headings) {
                None if exclusive => Some(Candidate::of(entries, Source::Headings)),
                known => known,
            });
        }
        found.extend(of_columns(table, vocabulary));
        found.extend(adding_up(table, vocabulary));
        for values in called_ratings(table, vocabulary) {
            found.extend(listed(sheets, &values, vocabulary));
            found.push(values);
        }
    }
    found
}

/// "Grades, highest to lowest: | A | B | C+ | C": levels whose order a line of the sheet tells in words, in
/// cells beside it or behind its colon.
fn told_in_order<'a>(
    sheet: &'a Sheet,
    vocabulary: &'a Vocabulary,
) -> impl Iterator<Item = Candidate> + 'a {
    sheet.rows.iter().filter_map(move |row| {
        let (first, rest) = row.cells.split_first()?;
        let first = shown(&first.value);
        let (head, behind) = first.split_once(':').unwrap_or((&first, ""));
        let best_first = order_told(head, vocabulary)?;
        let rest: Vec<String> = rest.iter().map(|cell| shown(&cell.value)).collect();
        let behind = behind.trim().trim_end_matches('.');
        let behind =
            behind.split([',', ';', '>', '/']).map(str::trim).filter(|part| !part.is_empty());
        let parts = behind.chain(rest.iter().map(String::as_str));
        let entries: Vec<Entry> = parts.map(|part| Entry::of(part, vocabulary)).collect();
        let short = |entry: &Entry| entry.label.split_whitespace().count() <= LABEL_LIMIT;
        let fits = (3..=LEVELS_LIMIT).contains(&entries.len()) && entries.iter().all(short);
        fits.then_some(Candidate { entries, source: Source::Legend, best_first: Some(best_first) })
    })
}

/// Whether most values of some column are the levels of a candidate.
fn are_values(candidate: &Candidate, tables: &[&Table<'_>]) -> bool {
    are_values_of(candidate, tables, &|_| true)
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

/// Columns under a word for ratings whose few short texts repeat, though no word of them is known.
fn called_ratings(table: &Table<'_>, vocabulary: &Vocabulary) -> Vec<Candidate> {
    let rates = |text: &String| {
        if let Some((field, _)) = vocabulary.field(text) {
            return field == Field::Rating;
        }
        let names_round = Campaign::all_in(text).len() == 1 || Campaign::is_part_alone(text);
        names_round || vocabulary.stage(text).is_some()
    };
    let called = table.headings.iter().filter(|heading| heading.path.iter().any(rates));
    let mut texts: Vec<String> = Vec::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut filled = 0;
    for heading in called {
        for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2) {
            let Some(cell) = row.cell(heading.column) else { continue };
            let Some(text) = saying(cell, vocabulary) else { continue };
            filled += 1;
            let count = counts.entry(text.clone()).or_default();
            *count += 1;
            if *count == 1 && texts.len() <= LEVELS_LIMIT {
                texts.push(text);
            }
        }
    }
    // What stands there once among very many is a slip.
    texts.retain(|text| counts[text] > 1 || filled < SLIP_AMONG);
    let entries: Vec<Entry> = texts.iter().map(|text| Entry::of(text, vocabulary)).collect();
    let is_new = |entry: &Entry| {
        !entry.keys.iter().any(|key| vocabulary.level(key).is_some())
            && vocabulary.reason(&entry.label).is_none()
            && !vocabulary.is_position(&entry.label)
            && !crate::role::is_organization_name(&entry.label, vocabulary)
            && entry.label.split_whitespace().count() <= LABEL_LIMIT
            && entry.label.chars().count() > 2
    };
    // What the words say is found without the heading.
    let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
    let fits = polar < 2
        && (2..=LEVELS_LIMIT).contains(&entries.len())
        && filled >= 2 * entries.len()
        && entries.iter().all(is_new);
    fits.then(|| Candidate::of(entries, Source::Values)).into_iter().collect()
}

/// Rows below one another that begin with the levels, each once: a key to them or a table of them.
fn listed(sheets: &[Sheet], values: &Candidate, vocabulary: &Vocabulary) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let mut run: Vec<Entry> = Vec::new();
        let mut before: Option<&Row> = None;
        let mut above: Option<&Row> = None;
        for row in &sheet.rows {
            let level = row.cells.iter().take(2).find_map(|cell| {
                let entry = Entry::of(&shown(&cell.value), vocabulary);
                values.entries.iter().find(|level| level.shares_key(&entry)).cloned()
            });
            match level.filter(|level| !run.contains(level) && row.cells.len() <= 1 + ROW_OF_KEY) {
                Some(level) => {
                    if run.is_empty() {
                        above = before;
                    }
                    run.push(level);
                }
                None => found.extend(in_full(std::mem::take(&mut run), values, above, vocabulary)),
            }
            before = Some(row);
        }
        found.extend(in_full(run, values, above, vocabulary));
    }
    found
}

/// The cells that a row of a key, or of a small table of levels, has beside its level.
const ROW_OF_KEY: usize = 8;

fn in_full(
    run: Vec<Entry>,
    values: &Candidate,
    above: Option<&Row>,
    vocabulary: &Vocabulary,
) -> Option<Candidate> {
    let best_first = above.and_then(|row| order_of_row(row, vocabulary));
    let is_whole = run.len() >= values.entries.len();
    is_whole.then_some(Candidate { entries: run, source: Source::Rows, best_first })
}

/// The sequence without what stands at its ends over no level: words that say nothing of how good something
/// is, over texts or over the sums of the others.
fn without_wholes(table: &Table<'_>, mut sequence: Sequence, vocabulary: &Vocabulary) -> Sequence {
    let column =
        |item: &(String, Vec<usize>)| item.1.first().map(|place| table.headings[*place].column);
    let value = |row: &Row, column: u32| Some(number(&row.cell(column)?.value)?.value);
    let is_whole = |items: &[(String, Vec<usize>)], at: usize| {
        let Some(own) = column(&items[at]) else { return false };
        if Entry::of(&items[at].0, vocabulary).polarity.is_some() {
            return false;
        }
        let parts: Vec<u32> =
            (0..items.len()).filter(|of| *of != at).filter_map(|of| column(&items[of])).collect();
        let (mut rows, mut texts, mut sums) = (0, 0, 0);
        for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2) {
            let Some(cell) = row.cell(own) else { continue };
            rows += 1;
            let text = saying(cell, vocabulary);
            texts += usize::from(text.is_some_and(|text| vocabulary.level(&text).is_none()));
            let of_parts: f64 = parts.iter().filter_map(|part| value(row, *part)).sum();
            let is_sum = |whole: f64| whole > 0.0 && (whole - of_parts).abs() < 1e-9;
            sums += usize::from(value(row, own).is_some_and(is_sum));
        }
        rows > 1 && (texts * 2 > rows || sums * 10 >= rows * 7)
    };
    while sequence.items.len() > 2 {
        let last = sequence.items.len() - 1;
        match [0, last].into_iter().find(|at| is_whole(&sequence.items, *at)) {
            Some(at) => drop(sequence.items.remove(at)),
            None => break,
        }
    }
    sequence
}

/// Whether words stand under a word for ratings, and in each row one of them is ticked: nobody has two
/// levels.
fn is_ticked_once(table: &Table<'_>, sequence: &Sequence, vocabulary: &Vocabulary) -> bool {
    let columns: Vec<u32> = sequence
        .items
        .iter()
        .flat_map(|(_, places)| places)
        .map(|place| table.headings[*place].column)
        .collect();
    let rates = stands_under_rating(table, sequence, vocabulary);
    let each = columns.len() == sequence.items.len();
    if !rates || !each || !(3..=LEVELS_LIMIT).contains(&columns.len()) {
        return false;
    }
    let (mut rows, mut once) = (0, 0);
    for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2) {
        let cells = columns.iter().filter_map(|column| row.cell(*column));
        let ticks = cells.filter(|cell| {
            let text = shown(&cell.value);
            vocabulary.is_tick(&text) || text == "1" || matches!(cell.value, Value::Bool(true))
        });
        rows += 1;
        once += usize::from(ticks.count() == 1);
    }
    rows > 2 && once * 10 >= rows * 7
}

/// Whether the words of a sequence stand under one for ratings or for who gives them.
fn stands_under_rating(table: &Table<'_>, sequence: &Sequence, vocabulary: &Vocabulary) -> bool {
    let parent = sequence.items.first().and_then(|(_, places)| {
        let path = &table.headings[*places.first()?].path;
        path.get(sequence.depth.checked_sub(1)?)
    });
    parent.is_some_and(|text| {
        matches!(vocabulary.field(text), Some((Field::Rating, _)))
            || vocabulary.stage(text).is_some()
    })
}

/// Whether words stand under a word for ratings, each over a count and its percentage, and the percentages of
/// each row add up to all.
fn adds_up_across(table: &Table<'_>, sequence: &Sequence, vocabulary: &Vocabulary) -> bool {
    let paired = sequence.items.iter().all(|(_, places)| places.len() == 2);
    if !paired
        || !(3..=LEVELS_LIMIT).contains(&sequence.items.len())
        || !stands_under_rating(table, sequence, vocabulary)
    {
        return false;
    }
    let last = |places: &Vec<usize>| places.last().map(|place| table.headings[*place].column);
    let percents: Vec<u32> = sequence.items.iter().filter_map(|(_, places)| last(places)).collect();
    are_whole(table, &percents)
}

/// Whether the percentages of some columns add up to all in most rows.
fn are_whole(table: &Table<'_>, columns: &[u32]) -> bool {
    let (mut rows, mut whole) = (0, 0);
    for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 3) {
        let percent = |column: &u32| Some(number(&row.cell(*column)?.value)?.value);
        let percents: Vec<f64> = columns.iter().filter_map(percent).collect();
        let sum: f64 = percents.iter().sum();
        let adds_up = (sum - 100.0).abs() < 1.0 || (sum - 1.0).abs() < 0.01;
        rows += usize::from(percents.len() == columns.len());
        whole += usize::from(percents.len() == columns.len() && adds_up);
    }
    rows > 2 && whole * 10 >= rows * 7
}

/// Words side by side, each over a count and its percentage, of which the percentages of each row add up to
/// all: the parts of a whole, which are levels where the workbook tells their order in words.
fn parts_of_wholes(table: &Table<'_>, vocabulary: &Vocabulary) -> Vec<Vec<Entry>> {
    let is_percent = |text: &String| matches!(vocabulary.field(text), Some((Field::Percent, _)));
    let pairs = table.headings.windows(2).filter_map(|pair| {
        let [count, percent] = pair else { return None };
        let (last, over) = percent.path.split_last()?;
        let (sibling, beside) = count.path.split_last()?;
        let (label, parent) = over.split_last()?;
        (over == beside && is_percent(last) && !is_percent(sibling)).then_some((
            parent,
            label,
            percent.column,
        ))
    });
    let pairs: Vec<(&[String], &String, u32)> = pairs.collect();
    let runs = pairs.chunk_by(|left, right| left.0 == right.0 && left.2 + 2 == right.2);
    let runs = runs.filter(|run| {
        let percents: Vec<u32> = run.iter().map(|(_, _, column)| *column).collect();
        (3..=LEVELS_LIMIT).contains(&run.len()) && are_whole(table, &percents)
    });
    let entries = |run: &[(&[String], &String, u32)]| -> Vec<Entry> {
        run.iter().map(|(_, label, _)| Entry::of(label, vocabulary)).collect()
    };
    runs.map(entries).collect()
}

/// Levels of a known scheme in its order and, between two that follow one another in it, a word that says how
/// good something is: the office has a level more than the scheme.
fn widened(entries: &[Entry], sequence: &Sequence, vocabulary: &Vocabulary) -> Option<Candidate> {
    let places: Vec<Option<Vec<(usize, usize)>>> = sequence
        .items
        .iter()
        .map(|(text, _)| match vocabulary.level(text) {
            Some(LevelText::Known(places)) => Some(places),
            _ => None,
        })
        .collect();
    let in_scheme = |scheme: usize| {
        let ranks: Vec<Option<usize>> = places
            .iter()
            .map(|of| of.as_ref()?.iter().find(|(of, _)| *of == scheme).map(|(_, rank)| *rank))
            .collect();
        let known: Vec<usize> = ranks.iter().flatten().copied().collect();
        let rises = known.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let falls = known.windows(2).all(|pair| pair[0] == pair[1] + 1);
        let (Some(Some(_)), Some(Some(_))) = (ranks.first(), ranks.last()) else { return None };
        let more = (0..ranks.len()).filter(|at| ranks[*at].is_none());
        let more: Vec<&Entry> = more.map(|at| &entries[at]).collect();
        let say = !more.is_empty() && more.iter().all(|entry| entry.polarity.is_some());
        (known.len() >= 3 && say && (rises || falls)).then_some(rises)
    };
    let best_first = (0..vocabulary.schemes.len()).find_map(in_scheme)?;
    let entries = entries.to_vec();
    Some(Candidate { entries, source: Source::Headings, best_first: Some(best_first) })
}

/// Words side by side that are a scale: most of them say how good something is.
fn in_order(entries: Vec<Entry>, source: Source) -> Option<Candidate> {
    let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
    let is_scale =
        (2..=LEVELS_LIMIT).contains(&entries.len()) && polar >= 2 && polar * 3 >= entries.len() * 2;
    is_scale.then(|| Candidate::of(entries, source))
}

/// The legends of a sheet: in one cell ("A = Excellent; B = Good"), or one level a row.
fn legends(sheet: &Sheet, vocabulary: &Vocabulary) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = beside(sheet, vocabulary);
    let mut lines: Vec<Entry> = Vec::new();
    // The order that a line above told, which the levels right below it have.
    let mut order = None;
    let mut last_row = 0;
    let end = |lines: &mut Vec<Entry>, order: &mut Option<bool>| {
        let of_lines = finish(std::mem::take(lines), order.is_some(), vocabulary)?;
        Some(Candidate { best_first: order.take(), ..of_lines })
    };
    for row in &sheet.rows {
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
                found.extend(finish(clauses(text, vocabulary), false, vocabulary));
            }
        }
        let entry =
            line(row, vocabulary).or_else(|| order.and_then(|_| explained(row, vocabulary)));
        if entry.is_none() || row.index > last_row + 1 {
            found.extend(end(&mut lines, &mut order));
            order = order_of_row(row, vocabulary);
        }
        lines.extend(entry);
        last_row = row.index;
    }
    found.extend(end(&mut lines, &mut order));
    found
}

/// "Amber | some indicators are off target" below a line that told the order: a word, and what it means.
fn explained(row: &Row, vocabulary: &Vocabulary) -> Option<Entry> {
    let [first, rest @ ..] = row.cells.as_slice() else { return None };
    let text = shown(&first.value);
    let is_word = text.split_whitespace().count() <= LABEL_LIMIT
        && number(&first.value).is_none()
        && text.starts_with(char::is_alphabetic)
        && !text.contains(':');
    let is_meant = matches!(rest, [] | [_]) && rest.iter().all(|of| number(&of.value).is_none());
    (is_word && is_meant && !vocabulary.is_note(&text) && !vocabulary.is_total(&text))
        .then(|| Entry::of(&text, vocabulary))
}

/// A legend in one cell that has a line for each level, or tells their order in words: "Các mức từ cao xuống
/// thấp: VT: Vượt trội; VV: Vững vàng; …".
fn of_cell(value: &Value, vocabulary: &Vocabulary) -> Option<Candidate> {
    const LEAST: usize = 3;
    /// What parts a mark from its words; every cell of a sheet comes by here, and few hold so many.
    const SIGNS: [char; 8] = ['-', '–', '—', '=', ':', '.', '(', ')'];
    let Value::Text(text) = value else { return None };
    if text.len() > LEGEND_LIMIT || text.matches(SIGNS).count() < LEAST {
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
fn order_told(text: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let words = &vocabulary.words;
    match (words.best_first.found_in(text), words.worst_first.found_in(text)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        // "Von der höchsten Stufe bis zur niedrigsten".
        _ => Some(words.highest.place_in(text)? < words.lowest.place_in(text)?),
    }
}

/// The order that the cells of a row tell.
fn order_of_row(row: &Row, vocabulary: &Vocabulary) -> Option<bool> {
    row.cells.iter().find_map(|cell| order_told(&shown(&cell.value), vocabulary))
}

/// The legends to the right of a table, behind a blank column.
fn beside(sheet: &Sheet, vocabulary: &Vocabulary) -> Vec<Candidate> {
    /// A legend has a mark, a label and the points.
    const CELLS: usize = 3;
    let mut by_column: HashMap<u32, Vec<Entry>> = HashMap::new();
    for row in sheet.rows.iter().filter(|row| row.cells.len() > CELLS) {
        let gap = row.cells.windows(2).rposition(|pair| pair[0].column + 1 < pair[1].column);
        let Some(at) = gap.map(|gap| gap + 1).filter(|at| row.cells.len() - at <= CELLS) else {
            continue;
        };
        let right = Row { index: row.index, cells: row.cells[at..].to_vec(), places: Vec::new() };
        let column = right.cells[0].column;
        by_column.entry(column).or_default().extend(line(&right, vocabulary));
    }
    let mut columns: Vec<(u32, Vec<Entry>)> = by_column.into_iter().collect();
    columns.sort_by_key(|(column, _)| *column);
    columns.into_iter().filter_map(|(_, lines)| finish(lines, false, vocabulary)).collect()
}

fn finish(mut entries: Vec<Entry>, in_order: bool, vocabulary: &Vocabulary) -> Option<Candidate> {
    // "NR = Not rated" is no level, nor is "LOA | on leave of absence, not rated".
    let is_unrated = |entry: &Entry| {
        let unrated = &vocabulary.words.unrated;
        let says_so = unrated.begins(&entry.label).is_some_and(|length| length > 1)
            || entry.mark.is_some() && vocabulary.says_unrated(&entry.label);
        says_so && entry.polarity.is_none()
    };
    // "Not yet competent" beside "Competent" is a level.
    let keys: Vec<String> = entries.iter().map(|entry| comparison_key(&entry.label)).collect();
    let denies = |entry: &Entry| {
        let key = comparison_key(&entry.label);
        keys.iter()
            .any(|other| key.strip_suffix(other.as_str()).is_some_and(|no| no.ends_with(' ')))
    };
    entries.retain(|entry| !is_unrated(entry) || denies(entry));
    let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
    let lettered = entries
        .iter()
        .all(|entry| entry.mark.as_ref().is_none_or(|mark| mark.parse::<u8>().is_err()));
    let fits = (2..=LEVELS_LIMIT).contains(&entries.len())
        && (lettered || polar > 1)
        && (in_order
            || is_told(&entries)
            || is_series(&entries)
            || is_ranged(&entries)
            || is_marked(&entries));
    fits.then(|| Candidate::of(entries, Source::Legend))
}

/// Several letters of their own each: "HQ", "BG", "UB".
fn is_marked(entries: &[Entry]) -> bool {
    let marks: HashSet<&str> = entries.iter().filter_map(|entry| entry.mark.as_deref()).collect();
    marks.len() == entries.len() && marks.len() > 2 && marks.iter().all(|mark| mark.len() > 1)
}

/// Whether the words or the points of most levels say how good they are.
fn is_told(entries: &[Entry]) -> bool {
    let told =
        entries.iter().filter(|entry| entry.polarity.is_some() || entry.points.is_some()).count();
    let polar = entries.iter().filter(|entry| entry.polarity.is_some() || entry.mark.is_some());
    polar.count() >= 2 && told * 3 >= entries.len() * 2
}

/// Words each of which has points of its own, those of the first most or least; "below 60" stands beside
/// "60 - 74".
fn is_ranged(entries: &[Entry]) -> bool {
    let points: Option<Vec<f64>> = entries.iter().map(|entry| entry.points).collect();
    points.is_some_and(|points| {
        let equal = points.windows(2).filter(|pair| pair[0].total_cmp(&pair[1]).is_eq()).count();
        let falls = points.windows(2).all(|pair| pair[0] >= pair[1]);
        let rises = points.windows(2).all(|pair| pair[0] <= pair[1]);
        points.len() >= 3 && (falls || rises) && equal < 2
    })
}

/// Marks that follow one another: A, B, C or 3, 2, 1, and A+, A, B or A1, A2, B where a letter is parted.
fn is_series(entries: &[Entry]) -> bool {
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
fn is_used(entries: &[Entry], used: &[Vec<String>]) -> bool {
    let is_mark = |text: &String| entries.iter().any(|entry| entry.mark.as_ref() == Some(text));
    used.iter()
        .any(|values| values.iter().filter(|text| is_mark(text)).count() * 10 >= values.len() * 8)
}

/// The values of the columns that hold nothing but letters and digits.
fn marks_used(tables: &[&Table<'_>]) -> Vec<Vec<String>> {
    let columns = tables.iter().flat_map(|table| {
        table.headings.iter().map(move |heading| {
            let rows = table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 3);
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

/// The letter or the digit that a text is, or names: "A", "A+", "A1", "EE", "Loại A", "Grade 1".
fn mark_of(text: &str, vocabulary: &Vocabulary) -> Option<String> {
    let is_mark = |text: &str| {
        let bare = text.trim_end_matches(['+', '-']);
        let count = text.chars().count();
        count == 1 && text.chars().all(|c| c.is_ascii_alphanumeric())
            || (1..=3).contains(&count)
                && !bare.is_empty()
                && bare.chars().all(|c| c.is_ascii_uppercase())
            || is_numbered_letter(text)
    };
    let bare = vocabulary.without_fillers(text);
    let bare = bare.trim().to_uppercase();
    // "Red" is a word, "RED" could be a mark.
    let is_written = |mark: &str| mark.chars().count() == 1 || text.contains(mark);
    let marks = [text.trim(), &bare].into_iter().filter(|mark| is_written(mark));
    marks.into_iter().find(|text| is_mark(text)).map(str::to_uppercase)
}

/// "Key: 5 - Outstanding; 4 - Very Good", "Xuất sắc > Tốt > Đạt".
fn clauses(text: &str, vocabulary: &Vocabulary) -> Vec<Entry> {
    if text.matches('>').count() >= 2 {
        let behind = text.rsplit_once(':').map_or(text, |(_, behind)| behind);
        return behind.split('>').map(|part| Entry::of(part.trim(), vocabulary)).collect();
    }
    if let Some(listed) = plain_list(text, vocabulary) {
        return listed;
    }
    let explained: Vec<Entry> =
        marks_in(text).into_iter().map(|(mark, label)| of_mark(mark, label, vocabulary)).collect();
    if is_told(&explained) || is_series(&explained) {
        return explained;
    }
    let sentences = text.split(". ").flat_map(|part| part.split([';', '\n', ',', '|', '•']));
    let entries = sentences.filter_map(|part| {
        let part = part.trim().trim_end_matches('.');
        // "Ghi chú: Vàng từ 90 điểm": the word for notes stands before the first level.
        let noted = part.split_once(':').filter(|(head, _)| vocabulary.words.notes.is(head));
        let part = noted.map_or(part, |(_, rest)| rest.trim());
        let part = part
            .split_once(':')
            .filter(|(head, rest)| {
                head.trim().chars().count() > 2 && split_mark(rest.trim()).0.is_some()
            })
            .map_or(part, |(_, rest)| rest.trim());
        defined(part, vocabulary)
    });
    entries.collect()
}

/// "Ratings, best first: Commended, Approved, Not approved": levels one after the other behind a colon.
fn plain_list(text: &str, vocabulary: &Vocabulary) -> Option<Vec<Entry>> {
    let (head, list) = text.split_once(':')?;
    let by: &[char] = if list.contains([',', ';']) { &[',', ';'] } else { &['/'] };
    let parts: Vec<&str> = list.trim().trim_end_matches('.').split(by).map(str::trim).collect();
    let short = |part: &&str| (1..=LABEL_LIMIT).contains(&part.split_whitespace().count());
    let in_order = vocabulary.words.best_first.found_in(head);
    let entries: Vec<Entry> = parts.iter().map(|part| Entry::of(part, vocabulary)).collect();
    let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
    let fits = (3..=LEVELS_LIMIT).contains(&parts.len())
        && parts.iter().all(short)
        && entries.iter().all(|entry| entry.mark.is_none())
        && (polar == entries.len() || in_order && polar > 0);
    fits.then_some(entries)
}

/// A level that a mark stands for.
fn of_mark(mark: &str, label: &str, vocabulary: &Vocabulary) -> Entry {
    // "A: từ 90 điểm trở lên": the letter is the level, and the rest tells its points.
    let letter = mark.starts_with(|c: char| c.is_ascii_alphabetic());
    let outside = label.split('(').next().unwrap_or_default();
    // "Very Good: marks 7.0 to 8.9": what stands behind the level tells its points.
    let level = outside.split_once(':').filter(|(_, range)| is_range(range));
    let outside = level.map_or(outside, |(level, _)| level).trim();
    if letter && is_range(outside) && vocabulary.polarity(outside).is_none() {
        let points = points_of(label, vocabulary);
        return Entry { points, mark: Some(mark.to_uppercase()), ..Entry::of(mark, vocabulary) };
    }
    let mut entry = Entry::of(if outside.is_empty() { label } else { outside }, vocabulary);
    entry.points = mark.parse().ok().or_else(|| points_of(label, vocabulary));
    entry.mark = Some(mark.to_uppercase());
    entry
}

/// "A = Excellent", "5 - Outstanding", "A: 90 - 100", "Excellent (90-100)".
fn defined(part: &str, vocabulary: &Vocabulary) -> Option<Entry> {
    // "Class A (Excellent): 90 points and more"
    let named = part.split_once([':', '=']).filter(|(_, range)| is_range(range.trim()));
    let both = named.and_then(|(head, range)| {
        let (mark, label) = head.trim().strip_suffix(')')?.rsplit_once('(')?;
        Some((mark_of(mark.trim(), vocabulary)?, label.trim(), range.trim()))
    });
    if let Some((mark, label, range)) = both {
        let points = points_of(range, vocabulary);
        return Some(Entry { points, ..of_mark(&mark, label, vocabulary) });
    }
    let (mark, label) = match split_mark(part) {
        (None, _) => part
            .split_once([':', '='])
            .and_then(|(head, label)| Some((mark_of(head, vocabulary)?, label.trim())))
            .filter(|(_, label)| label.chars().any(char::is_alphabetic))
            .map_or((None, part), |(mark, label)| (Some(mark), label)),
        (mark, label) => (mark, label),
    };
    if let Some(mark) = mark {
        return Some(of_mark(&mark, label, vocabulary));
    }
    // A letter with its points.
    let by = [": ", " = ", "=", " - ", " – ", ":"];
    if let Some((mark, range)) = by.into_iter().find_map(|by| part.split_once(by)) {
        let mark = mark.trim();
        let letter = mark.chars().count() == 1 && mark.chars().all(|c| c.is_ascii_uppercase());
        let points = points_of(range, vocabulary).filter(|_| letter);
        if points.is_some() {
            let key = comparison_key(mark);
            return Some(Entry {
                label: mark.to_owned(),
                keys: vec![key],
                mark: None,
                points,
                polarity: None,
            });
        }
    }
    // "Vững mạnh (VM): từ 90 điểm trở lên", "Gold: 90 and over".
    let colon = part.split_once(':').filter(|(_, range)| is_range(range));
    let colon = colon.or_else(|| before_bound(part, vocabulary));
    let (label, range) = colon.or_else(|| part.split_once(['(', ':', '=']))?;
    let label = label.trim().trim_start_matches(['-', '–', '•', '+', '*']).trim();
    let mut entry = Entry::of(label, vocabulary);
    let known = entry.polarity.is_some() || is_known_level(label, vocabulary);
    let few = label.split_whitespace().count() <= LABEL_LIMIT;
    entry.points = points_of(range, vocabulary);
    (entry.points.is_some() && (known || few && colon.is_some())).then_some(entry)
}

/// "Vàng từ 90 đến dưới 95 điểm": a level and the word that its points begin with.
fn before_bound<'t>(part: &'t str, vocabulary: &Vocabulary) -> Option<(&'t str, &'t str)> {
    let words = &vocabulary.words;
    let digit = part.find(|c: char| c.is_ascii_digit())?;
    let starts = part[..digit].match_indices(' ').map(|(at, _)| at);
    starts.into_iter().map(|at| (&part[..at], part[at..].trim_start())).find(|(label, rest)| {
        let bound = words.bounds.begins(rest).is_some() || words.below.begins(rest).is_some();
        bound && label.contains(char::is_alphabetic)
    })
}

/// "từ 90% đến 110%", "70 - 79", "below 50 points", "≥ 90".
pub(super) fn is_range(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let between =
        text.trim().trim_start_matches(['-', '–']).contains(['-', '–', '<', '>', '≥', '≤']);
    digits > 0
        && text.len() < 40
        && date_of_text(text).is_none()
        && (between || text.chars().any(char::is_alphabetic))
}

fn is_known_level(text: &str, vocabulary: &Vocabulary) -> bool {
    matches!(vocabulary.level(text), Some(LevelText::Known(_)))
}

/// The texts of a line of a key with the mark first, the label behind it and the points last, without the
/// name of the key and the signs between them.
fn texts_of_line(row: &Row, vocabulary: &Vocabulary) -> Vec<String> {
    let texts = row.cells.iter().map(|cell| shown(&cell.value));
    // "Ghi chú: | Loại A: Xuất sắc": the word for notes stands beside the first line.
    let mut texts: Vec<String> = texts.skip_while(|text| vocabulary.is_note(text)).collect();
    // "RATING: | 1 | = Outstanding": so does the name of the key, and signs stand before the label.
    if texts.len() == 3 && texts[0].ends_with(':') {
        texts.remove(0);
    }
    for text in texts.iter_mut().filter(|text| text.starts_with(['=', '–', '-'])) {
        *text = text.trim_start_matches(['=', '–', '-', ' ']).to_owned();
    }
    // "3.51 - 4.00 | A++ | Outstanding": the points stand first.
    let ranged = |text: &str| is_range(text) && text.starts_with(|c: char| !c.is_alphabetic());
    if texts.len() == 3 && ranged(&texts[0]) && mark_of(&texts[1], vocabulary).is_some() {
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
    texts
}

/// One level a row: "5 | Outstanding", "Outstanding | 90 - 100", "A | Excellent | 90-100".
fn line(row: &Row, vocabulary: &Vocabulary) -> Option<Entry> {
    let texts = texts_of_line(row, vocabulary);
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
            let letter = is_mark && number.is_none() && rest.len() <= 1;
            let numbers = if is_mark { rest.first() } else { Some(second) };
            let is_figure = numbers.is_some_and(|text| text.parse::<f64>().is_ok());
            let range = numbers.filter(|_| !is_figure).and_then(|text| points_of(text, vocabulary));
            // A word that says little is a level by the range of its points.
            let ranged = !is_mark && range.is_some() && numbers.is_some_and(|text| is_range(text));
            // A digit and a few words are a level where others of the run are.
            let digit = number.is_some()
                && rest.is_empty()
                && label.split_whitespace().count() <= LABEL_LIMIT;
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

/// What a cell says that could be a level: no number, no tick, and more than that there is nothing.
fn saying(cell: &Cell, vocabulary: &Vocabulary) -> Option<String> {
    let text = shown(&cell.value);
    let says_nothing = number(&cell.value).is_some()
        || vocabulary.is_missing(&text)
        || vocabulary.is_tick(&text)
        || vocabulary.is_unrated(&text);
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
        if order.len() > 60 || order.is_empty() {
            continue;
        }
        found.extend(of_values(&order, &counts, filled, vocabulary));
        found.extend(of_labels(&order, &counts, vocabulary));
    }
    found
}

/// Labels over a total that is their sum: what stands among them is a level, whatever its word.
fn adding_up(table: &Table<'_>, vocabulary: &Vocabulary) -> Option<Candidate> {
    /// The body and the round may stand before the label.
    const LABELS: usize = 3;
    (0..table.headings.len().min(LABELS)).find_map(|at| adding_up_under(table, at, vocabulary))
}

fn adding_up_under(table: &Table<'_>, at: usize, vocabulary: &Vocabulary) -> Option<Candidate> {
    let key = table.headings[at].column;
    let figures: Vec<u32> = table.headings[at + 1..].iter().map(|of| of.column).collect();
    let value = |row: &Row, column: u32| Some(number(&row.cell(column)?.value)?.value);
    let mut run: Vec<(Entry, &Row)> = Vec::new();
    for row in table.body.iter().take(ROWS_LIMIT).map(|row| &**row) {
        let Some(text) = row.text(key) else { continue };
        let sums = vocabulary.is_total(&text) || vocabulary.measure(&text).is_some();
        if !sums {
            if row.cells.len() > 1 {
                run.push((Entry::of(&text, vocabulary), row));
            }
            continue;
        }
        let adds_up = |column: &&u32| {
            let parts: Option<Vec<f64>> = run.iter().map(|(_, row)| value(row, **column)).collect();
            let sum = parts.map(|parts| parts.iter().sum::<f64>());
            sum.is_some_and(|sum| sum > 0.0 && value(row, **column) == Some(sum))
        };
        let right = figures.iter().filter(adds_up).count();
        let polar = run.iter().filter(|(entry, _)| entry.polarity.is_some()).count();
        let is_scale = (3..=LEVELS_LIMIT).contains(&run.len()) && polar >= 2 && right >= 2;
        let entries: Vec<Entry> = std::mem::take(&mut run).into_iter().map(|of| of.0).collect();
        if is_scale {
            return Some(Candidate::of(entries, Source::Rows));
        }
    }
    None
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
    let fits = polar.len() >= 2 && polar_cells * 10 >= filled * 7 && repeats;
    let polar = polar.into_iter().cloned().collect();
    fits.then(|| Candidate::of(polar, Source::Values))
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
        if counts[text] == 1 && entry.polarity.is_some() {
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
    use super::{Vocabulary, legends, of_mark, order_told};
    use crate::grid::sheet_of;

    #[test]
    fn points_behind_a_colon_are_no_part_of_a_level() {
        let vocabulary = Vocabulary::bundled();
        let entry = of_mark("VG", "Very Good: marks 7.0 to 8.9", &vocabulary);
        assert_eq!((entry.label.as_str(), entry.points), ("Very Good", Some(7.0)));
        let entry = of_mark("B", "Good: does what is asked", &vocabulary);
        assert_eq!(entry.label, "Good: does what is asked");
    }

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
        let order = |text: &str| {
            let mut all = vocabulary.others();
            all.find_map(|words| order_told(text, words))
        };
        assert_eq!(order("Stufen von der höchsten bis zur niedrigsten"), Some(true));
        assert_eq!(order("Od najniższej do najwyższej oceny"), Some(false));
    }
}
