//! Answers as tables: for spreadsheets, for programs that read line by line, and for terminals.
//!
//! Each list at the root of an answer is a table. Objects within a row become columns such as
//! `member.name`; a list within a row repeats the row for each of its items; further lists, and
//! lists of plain values, are joined with "; ".

use std::fmt::Write;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde_json::{Map, Value};

/// A table of an answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    /// A value for each column; null where the row has none.
    pub(crate) rows: Vec<Vec<Value>>,
}

/// The rows of a root field: of a connection or a list; one row for an object.
fn nodes(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Object(fields) => match (fields.get("nodes"), fields.get("edges")) {
            (Some(Value::Array(nodes)), _) => Some(nodes.iter().collect()),
            (_, Some(Value::Array(edges))) => {
                Some(edges.iter().filter_map(|edge| edge.get("node")).collect())
            }
            _ => Some(vec![value]),
        },
        _ => None,
    }
}

/// The tables of the `data` of an answer, one for each list at its root; plain values of the root
/// make a table of one row.
pub(crate) fn tables(data: &Value) -> Vec<Table> {
    let Value::Object(fields) = data else { return Vec::new() };
    let mut plain = Map::new();
    let mut tables = Vec::new();
    for (name, value) in fields {
        match nodes(value) {
            Some(nodes) => tables.push(table(name, &nodes)),
            None => {
                plain.insert(name.clone(), value.clone());
            }
        }
    }
    if !plain.is_empty() {
        tables.insert(0, table("data", &[&Value::Object(plain)]));
    }
    tables
}

fn table(name: &str, nodes: &[&Value]) -> Table {
    let mut table = Table { name: name.to_owned(), columns: Vec::new(), rows: Vec::new() };
    let mut flat: Vec<Vec<(String, Value)>> = Vec::new();
    for node in nodes {
        flat.extend(flatten("", node));
    }
    for (column, _) in flat.iter().flatten() {
        if !table.columns.contains(column) {
            table.columns.push(column.clone());
        }
    }
    // An object that is null in one row and has fields in another is no column of its own.
    let nulls = |column: &String| {
        let values = flat.iter().flatten().filter(|(name, _)| name == column);
        values.into_iter().all(|(_, value)| value.is_null())
    };
    let inner = |column: &String| {
        let prefix = format!("{column}.");
        table.columns.iter().any(|other| other.starts_with(&prefix))
    };
    let columns: Vec<String> =
        table.columns.iter().filter(|column| !(inner(column) && nulls(column))).cloned().collect();
    table.columns = columns;
    for row in flat {
        let mut cells = vec![Value::Null; table.columns.len()];
        for (column, value) in row {
            if let Some(place) = table.columns.iter().position(|name| *name == column) {
                cells[place] = value;
            }
        }
        table.rows.push(cells);
    }
    table
}

/// The rows that a value makes: pairs of column and value.
fn flatten(prefix: &str, value: &Value) -> Vec<Vec<(String, Value)>> {
    let Value::Object(fields) = value else {
        let name = if prefix.is_empty() { "value" } else { prefix };
        return vec![vec![(name.to_owned(), plain(value))]];
    };
    let mut rows: Vec<Vec<(String, Value)>> = vec![Vec::new()];
    let mut has_list = false;
    for (name, value) in fields {
        let column = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let items = list_of_objects(value);
        let inner = match items {
            Some(items) if !has_list && !items.is_empty() => {
                has_list = true;
                items.iter().flat_map(|item| flatten(&column, item)).collect()
            }
            Some(items) => vec![vec![(column, joined(&items))]],
            None => flatten(&column, value),
        };
        has_list |= inner.len() > 1;
        rows = rows
            .iter()
            .flat_map(|row| inner.iter().map(|more| [row.as_slice(), more].concat()))
            .collect();
    }
    rows
}

/// The items of a list of objects, or of a connection.
fn list_of_objects(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) if items.iter().all(Value::is_object) => Some(items.iter().collect()),
        Value::Object(fields) if fields.contains_key("nodes") || fields.contains_key("edges") => {
            nodes(value)
        }
        _ => None,
    }
}

/// The values of a list that gets no rows of its own.
fn joined(items: &[&Value]) -> Value {
    let texts: Vec<String> = items
        .iter()
        .flat_map(|item| flatten("", item))
        .map(|row| {
            let values = row.iter().filter(|(_, value)| !value.is_null());
            values.map(|(_, value)| text(value)).collect::<Vec<_>>().join(" ")
        })
        .collect();
    if texts.is_empty() { Value::Null } else { Value::String(texts.join("; ")) }
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::String(items.iter().map(text).collect::<Vec<_>>().join("; ")),
        other => other.clone(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Text that a spreadsheet would take for a formula is made harmless.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Comma-separated values as Excel opens them: with a mark of UTF-8, and lines that end as on
/// Windows. Of several tables the first.
pub(crate) fn csv(tables: &[Table]) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    if let Some(table) = tables.first() {
        writer.write_record(&table.columns)?;
        for row in &table.rows {
            writer.write_record(row.iter().map(|value| match value {
                Value::String(text) => harmless(text),
                other => text(other),
            }))?;
        }
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// A workbook with a sheet for each table: numbers are numbers, dates are dates, all else is text
/// and never a formula.
pub(crate) fn xlsx(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let date_format = Format::new().set_num_format("yyyy-mm-dd");
    for table in tables {
        let name: String = table.name.chars().take(31).collect();
        let sheet = workbook.add_worksheet().set_name(&name)?;
        for (column, name) in (0..).zip(&table.columns) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        for (row, cells) in (1..).zip(&table.rows) {
            for (column, value) in (0..).zip(cells) {
                match value {
                    Value::Null => {}
                    Value::Number(number) => {
                        let number = number.as_f64().unwrap_or_default();
                        sheet.write_number(row, column, number)?;
                    }
                    Value::Bool(flag) => {
                        sheet.write_boolean(row, column, *flag)?;
                    }
                    Value::String(text) if is_date(text) => {
                        let date = rust_xlsxwriter::ExcelDateTime::parse_from_str(text)?;
                        sheet.write_datetime_with_format(row, column, &date, &date_format)?;
                    }
                    other => {
                        sheet.write_string(row, column, text(other))?;
                    }
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
    }
    if tables.is_empty() {
        workbook.add_worksheet();
    }
    workbook.save_to_buffer()
}

/// A whole date that Excel can hold: 1980-05-17.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.get(..4).is_some_and(|year| year >= "1900")
        && text.parse::<jiff::civil::Date>().is_ok()
}

/// The rows of the first list of an answer, each a line of JSON.
pub(crate) fn ndjson(data: &Value) -> String {
    let mut lines = String::new();
    let first = data.as_object().and_then(|fields| fields.values().find_map(nodes));
    for node in first.unwrap_or_default() {
        let _ = writeln!(lines, "{node}");
    }
    lines
}

/// Columns for a terminal; numbers stand on the right.
pub(crate) fn columns(tables: &[Table]) -> String {
    let mut shown = String::new();
    for (place, table) in tables.iter().enumerate() {
        if tables.len() > 1 {
            let _ = writeln!(shown, "{}{}", if place > 0 { "\n" } else { "" }, table.name);
        }
        let texts: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(text).collect()).collect();
        let width = |column: usize| {
            let cells = texts.iter().map(|row| row[column].chars().count());
            cells.chain([table.columns[column].chars().count()]).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
        let line = |cells: &[String], row: Option<&Vec<Value>>| {
            let mut line = String::new();
            for (column, cell) in cells.iter().enumerate() {
                let room = " ".repeat(widths[column] - cell.chars().count());
                let is_number = row.is_some_and(|row| row[column].is_number());
                let gap = if column == 0 { "" } else { "  " };
                let _ = if is_number {
                    write!(line, "{gap}{room}{cell}")
                } else {
                    write!(line, "{gap}{cell}{room}")
                };
            }
            line.trim_end().to_owned() + "\n"
        };
        shown += &line(&table.columns, None);
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        shown += &line(&rules, None);
        for (row, cells) in table.rows.iter().zip(&texts) {
            shown += &line(cells, Some(row));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_answers_become_rows_and_columns() {
        let data = json!({ "members": { "nodes": [
            { "name": "An", "branch": { "name": "Chi bộ 1" }, "evaluations": [
                { "stage": "SELF", "rating": { "code": "HTTNV" } },
                { "stage": "BRANCH", "rating": null } ], "identifiers": [{ "value": "01" }, { "value": "02" }] },
            { "name": "=SUM(A1)", "branch": null, "evaluations": [], "identifiers": [] },
        ] } });
        let tables = tables(&data);
        assert_eq!(
            tables[0].columns,
            ["name", "branch.name", "evaluations.stage", "evaluations.rating.code", "identifiers"]
        );
        assert_eq!(tables[0].rows.len(), 3);
        assert_eq!(tables[0].rows[0][4], "01; 02");
        let csv = String::from_utf8(csv(&tables).unwrap()).unwrap();
        assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n'=SUM(A1),"), "{csv}");
    }
}
