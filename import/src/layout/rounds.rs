//! Tables whose rows are those of one round after the other: "NĂM 2015" over its rows, "NĂM 2016" over the
//! next.

use std::collections::HashMap;

use super::Table;
use crate::campaign::Campaign;
use crate::grid::{Row, Value};
use crate::role::is_organization_name;
use crate::text::comparison_key;
use crate::vocabulary::{Field, Vocabulary};

/// The parts of a table that lines name rounds over, each with its round; the whole table where fewer than
/// two do.
pub(super) fn parted<'s>(table: Table<'s>, vocabulary: &Vocabulary) -> Vec<Table<'s>> {
    let alike = alike_but_for_rounds(&table, vocabulary);
    let named = |row: &Row| {
        let round = named(row, vocabulary);
        round.or_else(|| alike.get(&row.index).cloned())
    };
    let mut rounds: Vec<Campaign> = table.body.iter().filter_map(|row| named(row)).collect();
    rounds.dedup();
    if rounds.len() < 2 {
        return vec![table];
    }
    let part = |round: Option<Campaign>| Table {
        frame: table.frame.clone(),
        headings: table.headings.clone(),
        heading_rows: table.heading_rows,
        body: Vec::new(),
        round,
    };
    let mut parts = vec![part(None)];
    for row in table.body {
        if let Some(round) = named(&row) {
            parts.push(part(Some(round)));
        } else if let Some(last) = parts.last_mut() {
            last.body.push(row);
        }
    }
    parts.retain(|part| part.body.iter().any(|row| row.cells.len() > 1));
    parts
}

/// The round that a line names, if it says nothing else.
fn named(row: &Row, vocabulary: &Vocabulary) -> Option<Campaign> {
    let [only] = row.cells.as_slice() else { return None };
    let Value::Text(text) = &only.value else { return None };
    let names_field = |rest: &str| matches!(vocabulary.field(rest), Some((Field::Campaign, _)));
    Campaign::alone_in(text, &names_field)
}

/// "APPRAISAL YEAR 2022", "APPRAISAL YEAR 2023": lines that differ by their rounds alone, whatever their words,
/// with the rows in which they stand.
fn alike_but_for_rounds(table: &Table<'_>, vocabulary: &Vocabulary) -> HashMap<u32, Campaign> {
    const LONGEST: usize = 60;
    let line = |row: &Row| {
        let [only] = row.cells.as_slice() else { return None };
        let Value::Text(text) = &only.value else { return None };
        let mut rounds = Campaign::all_in(text);
        let says_round = rounds.len() == 1 && text.len() <= LONGEST;
        let is_body = || is_organization_name(text, vocabulary);
        let words: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
        (says_round && !is_body())
            .then(|| Some((row.index, comparison_key(&words), rounds.pop()?)))?
    };
    let lines: Vec<(u32, String, Campaign)> =
        table.body.iter().filter_map(|row| line(row)).collect();
    let alike = |(at, words, round): &(u32, String, Campaign)| {
        lines.iter().any(|(row, other, of)| row != at && other == words && of != round)
    };
    lines.iter().filter(|of| alike(of)).map(|(at, _, round)| (*at, round.clone())).collect()
}

#[cfg(test)]
mod tests {
    use crate::grid::sheet_of;
    use crate::vocabulary::Vocabulary;

    #[test]
    fn lines_that_name_rounds_part_the_rows() {
        let sheet = sheet_of(&[
            &["TT", "Nội dung", "Số lượng"],
            &["NĂM 2015"],
            &["1", "Hoàn thành tốt nhiệm vụ", "5"],
            &["2", "Hoàn thành nhiệm vụ", "7"],
            &["Năm 2016"],
            &["1", "Hoàn thành tốt nhiệm vụ", "6"],
            &["2", "Hoàn thành nhiệm vụ", "8"],
        ]);
        let tables = super::super::find(&sheet, &Vocabulary::bundled());
        let parts: Vec<_> = tables
            .iter()
            .map(|table| (table.round.as_ref().map(|round| round.code.as_str()), table.body.len()))
            .collect();
        assert_eq!(parts, [(Some("2015"), 2), (Some("2016"), 2)]);
        // Words that nobody knows name rounds where the lines differ by nothing else.
        let sheet = sheet_of(&[
            &["Post", "Staff", "Zorp", "Blim"],
            &["ZORPING YEAR 2022"],
            &["Quarry", "5", "3", "2"],
            &["Harbour", "7", "4", "3"],
            &["ZORPING YEAR 2023"],
            &["Quarry", "6", "4", "2"],
            &["Harbour", "8", "4", "4"],
        ]);
        let rounds = super::super::find(&sheet, &Vocabulary::bundled());
        let rounds = rounds.iter().filter_map(|table| Some(table.round.as_ref()?.code.clone()));
        assert_eq!(rounds.collect::<Vec<_>>(), ["2022", "2023"]);
    }
}
