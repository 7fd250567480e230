//! Levels in headings: words side by side, over ticks, or over counts that make a whole.

use std::collections::HashSet;

use super::legends::{is_best, order_by_numbers, order_told};
use super::{LEVELS_LIMIT, ROWS_LIMIT, is_known_level, of_signs, saying};
use crate::grid::{Cell, Row, Value};
use crate::layout::{Heading, Sequence, Table, sequences_of};
use crate::scale::{Candidate, Entry, Source};
use crate::text::{grade_key, is_drawn};
use crate::value::{count_in, number, shown};
use crate::vocabulary::{Field, LevelText, Vocabulary};

/// The scales that the headings of a table are; parts of a whole are one where a line told the order.
pub(super) fn of(
    table: &Table<'_>,
    order: Option<bool>,
    vocabulary: &Vocabulary,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    // What a line tells of the order is told of the labels of the rows, if those are levels.
    let order = order.filter(|_| !has_levels_down(table, vocabulary));
    for entries in order.iter().flat_map(|_| parts_of_wholes(table, vocabulary)) {
        found.push(Candidate { entries, source: Source::Headings, best_first: order });
    }
    found.extend(drawn(table, vocabulary));
    let of_table = order;
    for sequence in sequences_of(table, vocabulary) {
        let own_order =
            order_over(table, &sequence, vocabulary).or_else(|| ends_told(&sequence, vocabulary));
        let order = own_order.or(of_table);
        let sequence = without_shares(sequence, vocabulary);
        let sequence = without_wholes(table, sequence, vocabulary);
        let (sequence, adds_up) = with_ends(table, sequence);
        let entries: Vec<Entry> =
            sequence.items.iter().map(|(text, _)| Entry::of(text, vocabulary)).collect();
        let is_new = |entry: &Entry| {
            !entry.keys.iter().any(|key| is_known_level(key, vocabulary))
                && vocabulary.stage(&entry.label).is_none()
        };
        let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
        let is_proven = adds_up && (polar > 1 || order.is_some()) && entries.iter().all(is_new);
        let exclusive = sequence.has_parent
            && entries.iter().all(is_new)
            && (is_ticked_once(table, &sequence, order.is_some(), vocabulary)
                || adds_up_across(table, &sequence, vocabulary));
        found.extend(widened(&entries, &sequence, vocabulary));
        found.extend(match in_order(entries.clone(), Source::Headings) {
            None if exclusive || is_proven => {
                Some(Candidate { best_first: order, ..Candidate::of(entries, Source::Headings) })
            }
            known => known.map(|of| Candidate { best_first: of.best_first.or(own_order), ..of }),
        });
    }
    found
}

/// "★★★ | ★★ | ★" over columns: one drawn sign, the more of them the better.
fn drawn(table: &Table<'_>, vocabulary: &Vocabulary) -> Option<Candidate> {
    const LEAST: usize = 3;
    let texts = table.headings.iter().flat_map(|heading| &heading.path);
    let texts: Vec<&String> = texts.filter(|text| is_drawn(text)).collect();
    let sign = |text: &&String| text.trim().chars().next();
    let is_one_sign = texts.windows(2).all(|pair| sign(&pair[0]) == sign(&pair[1]));
    let levels = of_signs(&texts, Source::Headings, vocabulary);
    let fits = (LEAST..=LEVELS_LIMIT).contains(&levels.entries.len()) && is_one_sign;
    fits.then_some(levels)
}

/// The sequence without "优秀比例", "Share of good" beside "优秀", "Good": the share of a level is none.
fn without_shares(mut sequence: Sequence, vocabulary: &Vocabulary) -> Sequence {
    let keys: HashSet<String> = sequence.items.iter().map(|(text, _)| grade_key(text)).collect();
    let is_share = |text: &str| vocabulary.share_of(text).is_some_and(|of| keys.contains(&of));
    sequence.items.retain(|(text, _)| !is_share(text));
    sequence
}

/// Whether the rows are called by levels: a column at the left has several words for how good something is, and
/// none for what is neither.
fn has_levels_down(table: &Table<'_>, vocabulary: &Vocabulary) -> bool {
    const COLUMNS: usize = 3;
    const LEAST: usize = 3;
    table.headings.iter().take(COLUMNS).any(|heading| {
        let texts = table.body.iter().take(ROWS_LIMIT).filter_map(|row| row.text(heading.column));
        let texts: HashSet<String> = texts.filter(|text| !vocabulary.is_total(text)).collect();
        let is_grade =
            |text: &str| text.len() <= 2 && text.starts_with(|c: char| c.is_ascii_uppercase());
        let is_level = |text: &&String| vocabulary.polarity(text).is_some() || is_grade(text);
        let polar = texts.iter().filter(is_level).count();
        (LEAST..=LEVELS_LIMIT + LEAST).contains(&texts.len()) && polar >= LEAST
    })
}

/// The sequence and whether its figures add up to what stands in another column, with the unknown words beside it
/// that make them do so: "Merit" before "Pass | Fail" and beside "Checked".
fn with_ends(table: &Table<'_>, mut sequence: Sequence) -> (Sequence, bool) {
    const LEAST: usize = 3;
    let column = |(_, places): &(String, Vec<usize>)| {
        places.first().map(|place| table.headings[*place].column)
    };
    let length = sequence.items.first().map_or(0, |(_, places)| places.len());
    let is_alike = |(_, places): &&(String, Vec<usize>)| places.len() == length;
    let [before, behind] = &sequence.ends;
    let (before, behind) =
        (before.last().filter(is_alike).cloned(), behind.first().filter(is_alike).cloned());
    // What is one by itself, else both together.
    let tried = [(None, None), (before.clone(), None), (None, behind.clone()), (before, behind)];
    let proven = tried.into_iter().find(|(before, behind)| {
        let all = before.iter().chain(&sequence.items).chain(behind);
        let columns: Vec<u32> = all.filter_map(column).collect();
        columns.len() >= LEAST && add_up_to_another(table, &columns)
    });
    let is_proven = proven.is_some();
    if let Some((before, behind)) = proven {
        sequence.items.splice(..0, before);
        sequence.items.extend(behind);
    }
    (sequence, is_proven)
}

/// "Grade awarded, lowest to highest": the order that the headings over the words tell.
fn order_over(table: &Table<'_>, sequence: &Sequence, vocabulary: &Vocabulary) -> Option<bool> {
    let (_, places) = sequence.items.first()?;
    let over = &table.headings[*places.first()?].path[..sequence.depth];
    let ends = || Some((sequence.items.first()?.0.as_str(), sequence.items.last()?.0.as_str()));
    let by_numbers = |text: &String| order_by_numbers(text, ends()?, vocabulary);
    over.iter().find_map(|text| by_numbers(text).or_else(|| order_told(text, vocabulary)))
}

/// "Top band | Upper band | … | Bottom band": the best and the worst stand at the ends.
fn ends_told(sequence: &Sequence, vocabulary: &Vocabulary) -> Option<bool> {
    let [(first, _), .., (last, _)] = sequence.items.as_slice() else { return None };
    let best_first = is_best(first, vocabulary)?;
    (is_best(last, vocabulary) == Some(!best_first)).then_some(best_first)
}

/// Whether the counts under some headings add up, in most rows, to what stands under another one.
fn add_up_to_another(table: &Table<'_>, columns: &[u32]) -> bool {
    let count = |row: &Row, column: u32| count_in(&row.cell(column)?.value);
    let (mut rows, mut sums) = (0, 0);
    for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2) {
        // A row of percentages beside one of counts.
        let is_share = |column: &u32| {
            row.cell(*column).and_then(|cell| number(&cell.value)).is_some_and(|of| of.percent)
        };
        if columns.iter().any(is_share) {
            continue;
        }
        let filled = columns.iter().filter(|column| row.cell(**column).is_some()).count();
        let counts: Vec<f64> = columns.iter().filter_map(|column| count(row, *column)).collect();
        if counts.len() < filled || counts.len() < 2 {
            continue;
        }
        let sum: f64 = counts.iter().sum();
        let is_sum = |heading: &Heading| {
            let whole = count(row, heading.column).filter(|whole| *whole > 0.0);
            !columns.contains(&heading.column)
                && whole.is_some_and(|whole| (whole - sum).abs() < 1e-9)
        };
        rows += 1;
        sums += usize::from(table.headings.iter().any(is_sum));
    }
    rows > 2 && sums * 10 >= rows * 7
}

/// The sequence without what stands at its ends over no level: words over the sums of the others, and those
/// over texts that say nothing of how good something is.
fn without_wholes(table: &Table<'_>, mut sequence: Sequence, vocabulary: &Vocabulary) -> Sequence {
    let column =
        |item: &(String, Vec<usize>)| item.1.first().map(|place| table.headings[*place].column);
    let value = |row: &Row, column: u32| Some(number(&row.cell(column)?.value)?.value);
    let step = |items: &[(String, Vec<usize>)]| match items {
        [.., left, right] => column(right)?.checked_sub(column(left)?),
        _ => None,
    };
    // "On roll | Rated" before the levels: where the second is the sum of the levels, neither is one.
    let sums_rest = |items: &[(String, Vec<usize>)], at: usize, rest: std::ops::Range<usize>| {
        let Some(own) = column(&items[at]) else { return false };
        let parts: Vec<u32> = items[rest].iter().filter_map(column).collect();
        let (mut all, mut rows, mut sums) = (0, 0, 0);
        for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2) {
            all += 1;
            let Some(whole) = value(row, own).filter(|whole| *whole > 0.0) else { continue };
            let parts: f64 = parts.iter().filter_map(|part| value(row, *part)).sum();
            rows += 1;
            sums += usize::from((whole - parts).abs() < 1e-9);
        }
        // Below ticks a row or two of figures prove nothing.
        rows > 1 && rows * 3 > all && sums * 10 >= rows * 7
    };
    let is_whole = |items: &[(String, Vec<usize>)], at: usize| {
        let Some(own) = column(&items[at]) else { return false };
        let says_how_good = Entry::of(&items[at].0, vocabulary).polarity.is_some();
        let parts: Vec<u32> =
            (0..items.len()).filter(|of| *of != at).filter_map(|of| column(&items[of])).collect();
        // An unknown word at the end, which nothing holds to the levels, may be one of the parts.
        let beyond = match at {
            0 => items.last().and_then(column).and_then(|last| last.checked_add(step(items)?)),
            _ => items.first().and_then(column).and_then(|first| first.checked_sub(step(items)?)),
        };
        let (mut rows, mut texts, mut sums, mut sums_beyond) = (0, 0, 0, 0);
        for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 2) {
            let Some(cell) = row.cell(own) else { continue };
            rows += 1;
            let text = saying(cell, vocabulary);
            texts += usize::from(text.is_some_and(|text| vocabulary.level(&text).is_none()));
            let of_parts: f64 = parts.iter().filter_map(|part| value(row, *part)).sum();
            let adds_up = |parts: f64| {
                value(row, own).is_some_and(|whole| whole > 0.0 && (whole - parts).abs() < 1e-9)
            };
            sums += usize::from(adds_up(of_parts));
            let more = beyond.and_then(|column| value(row, column)).unwrap_or_default();
            sums_beyond += usize::from(adds_up(of_parts + more));
        }
        let sums = sums.max(sums_beyond);
        // "Crew rated" over the sums of the levels is none, though "rated" could be a word of one.
        rows > 1 && (texts * 2 > rows && !says_how_good || sums * 10 >= rows * 7)
    };
    while sequence.items.len() > 2 {
        let last = sequence.items.len() - 1;
        if last > 2 && sums_rest(&sequence.items, 1, 2..last + 1) {
            sequence.items.drain(..2);
            continue;
        }
        if last > 2 && sums_rest(&sequence.items, last - 1, 0..last - 1) {
            sequence.items.truncate(last - 1);
            continue;
        }
        match [0, last].into_iter().find(|at| is_whole(&sequence.items, *at)) {
            Some(at) => drop(sequence.items.remove(at)),
            None => break,
        }
    }
    sequence
}

/// Whether words stand under a word for ratings, or a line told the order of levels, and in each row one of
/// them is ticked: nobody has two levels.
fn is_ticked_once(
    table: &Table<'_>,
    sequence: &Sequence,
    is_order_told: bool,
    vocabulary: &Vocabulary,
) -> bool {
    let columns: Vec<u32> = sequence
        .items
        .iter()
        .flat_map(|(_, places)| places)
        .map(|place| table.headings[*place].column)
        .collect();
    let polar =
        sequence.items.iter().filter(|(text, _)| vocabulary.polarity(text).is_some()).count();
    let rates = is_order_told || polar > 1 || stands_under_rating(table, sequence, vocabulary);
    let each = columns.len() == sequence.items.len();
    if !rates || !each || !(3..=LEVELS_LIMIT).contains(&columns.len()) {
        return false;
    }
    let (mut rows, mut once) = (0, 0);
    // Sums of the ticks above them are figures.
    let is_figure = |cell: &&Cell| {
        number(&cell.value).is_some_and(|figure| figure.value.total_cmp(&1.0).is_ne())
    };
    for row in table.body.iter().take(ROWS_LIMIT).filter(|row| row.cells.len() > 1) {
        let cells = columns.iter().filter_map(|column| row.cell(*column));
        if cells.clone().any(|cell| is_figure(&cell)) {
            continue;
        }
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
