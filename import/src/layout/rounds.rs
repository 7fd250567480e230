//! Tables whose rows are those of one round after the other: "NĂM 2015" over its rows, "NĂM 2016" over the
//! next.

use super::Table;
use crate::campaign::Campaign;
use crate::grid::{Row, Value};
use crate::vocabulary::{Field, Vocabulary};

/// The parts of a table that lines name rounds over, each with its round; the whole table where fewer than
/// two do.
pub(super) fn parted<'s>(table: Table<'s>, vocabulary: &Vocabulary) -> Vec<Table<'s>> {
    let mut rounds: Vec<Campaign> =
        table.body.iter().filter_map(|row| named(row, vocabulary)).collect();
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
        if let Some(round) = named(&row, vocabulary) {
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
    }
}
