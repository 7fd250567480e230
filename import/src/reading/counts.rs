//! Counts with the word for what they count in their cells: "3名", "12 fő", "7 đ/c".

use crate::grid::{Sheet, Value};
use crate::value::number_of_text;
use crate::vocabulary::Vocabulary;

/// The cells of a row that hold such counts, and the rows of a sheet.
const LEAST: usize = 2;
/// A count and its word are short.
const LENGTH: usize = 24;

/// Takes the words off the counts of rows that have several; one alone in a row says how many people its
/// heading is over.
pub(super) fn made_numbers(sheet: &mut Sheet, vocabulary: &Vocabulary) {
    let counted: Vec<Vec<(usize, f64)>> = sheet
        .rows
        .iter()
        .map(|row| {
            let cells = row.cells.iter().enumerate().filter_map(|(at, cell)| {
                let Value::Text(text) = &cell.value else { return None };
                Some((at, count_in(text, vocabulary)?))
            });
            cells.collect()
        })
        .collect();
    if counted.iter().filter(|cells| cells.len() >= LEAST).count() < LEAST {
        return;
    }
    for (row, cells) in sheet.rows.iter_mut().zip(counted) {
        if cells.len() < LEAST {
            continue;
        }
        for (at, count) in cells {
            let cell = &mut row.cells[at];
            if let Value::Text(text) = &cell.value {
                sheet.raw.entry((row.index, cell.column)).or_insert_with(|| text.as_ref().into());
            }
            cell.value = Value::Number(count);
        }
    }
}

fn count_in(text: &str, vocabulary: &Vocabulary) -> Option<f64> {
    let text = text.trim();
    if text.len() > LENGTH || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let unit = text[at..].trim();
    let count = number_of_text(&text[..at])?;
    let is_word = unit.starts_with(char::is_alphabetic) && vocabulary.words.counted_units.is(unit);
    is_word.then_some(count.value)
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    #[test]
    fn counts_keep_their_words_and_totals_say_by_what() {
        let reading = of_page(
            "Kőrisvári Polgármesteri Hivatal\nÖsszesítő a minősítésekről, 2023\n\n\
             Szervezeti egység|kivételes|jó|megfelelő\nJegyzői Iroda|0 fő|4 fő|2 fő\n\
             Pénzügyi Osztály|1 fő|3 fő|2 fő\nÖsszesen|1 fő|7 fő|4 fő",
        );
        let counts = reading.figures().filter_map(|(_, figure)| figure.count.as_ref());
        let counts: Vec<(i64, Option<&str>)> =
            counts.map(|count| (count.value, count.raw.as_deref())).collect();
        assert_eq!(counts.iter().map(|(count, _)| count).sum::<i64>(), 24);
        assert!(counts.contains(&(7, Some("7 fő"))), "{counts:?}");
    }
}
