//! Answers as tables: for spreadsheets, for programs that read line by line, and for terminals.
//!
//! Each list at the root of an answer is a table. Its columns are what was selected, in that order,
//! whatever the rows hold: objects within a row become columns such as `member.name`; the first list
//! within a row repeats the row for each of its items; further lists, and lists of plain values, are
//! joined with "; ".

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde_json::{Map, Value};

use crate::graphql::Selected;

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
pub(crate) fn tables(data: &Value, selected: &[Selected]) -> Vec<Table> {
    let Value::Object(fields) = data else { return Vec::new() };
    let mut plain = Map::new();
    let mut tables = Vec::new();
    for (name, value) in fields {
        let below = selected.iter().find(|field| field.name == *name);
        let below = below.map_or(&[][..], |field| of_rows(&field.below));
        match nodes(value) {
            Some(nodes) => tables.push(table(name, &nodes, below)),
            None if !below.is_empty() => tables.push(table(name, &[], below)),
            None => {
                plain.insert(name.clone(), value.clone());
            }
        }
    }
    if !plain.is_empty() {
        tables.insert(0, table("data", &[&Value::Object(plain)], &[]));
    }
    tables
}

/// What is selected of the rows of a field: of a connection, of a list or of an object.
fn of_rows(selected: &[Selected]) -> &[Selected] {
    let of = |fields: &[Selected], name: &str| fields.iter().position(|field| field.name == name);
    if let Some(nodes) = of(selected, "nodes") {
        return &selected[nodes].below;
    }
    if let Some(edges) = of(selected, "edges") {
        let edges = &selected[edges].below;
        return of(edges, "node").map_or(&[], |node| &edges[node].below);
    }
    selected
}

fn table(name: &str, nodes: &[&Value], selected: &[Selected]) -> Table {
    let rows = nodes.iter().flat_map(|node| flatten("", node, &mut false));
    let rows: Vec<Vec<(String, Value)>> = rows.collect();
    let mut filled: BTreeMap<&str, bool> = BTreeMap::new();
    for (column, value) in rows.iter().flatten() {
        *filled.entry(column).or_default() |= !value.is_null();
    }
    let mut columns = Vec::new();
    add_columns("", selected, &filled, &mut columns);
    for (column, _) in rows.iter().flatten() {
        if (selected.is_empty() || filled[column.as_str()]) && !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    let places: HashMap<&str, usize> =
        columns.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let cells = |row: Vec<(String, Value)>| {
        let mut cells = vec![Value::Null; columns.len()];
        for (column, value) in row {
            if let Some(place) = places.get(column.as_str()) {
                cells[*place] = value;
            }
        }
        cells
    };
    let rows = rows.into_iter().map(cells).collect();
    Table { name: name.to_owned(), columns, rows }
}

/// The columns of what was selected, of which those are known that rows have, and whether they hold
/// anything. What all rows lack was left out by a directive, unless they have nothing of the object.
fn add_columns(
    prefix: &str,
    selected: &[Selected],
    filled: &BTreeMap<&str, bool>,
    columns: &mut Vec<String>,
) {
    let is_there = |column: &str| {
        let behind = filled.range(column..).map(|(name, _)| *name);
        let mut alike = behind.take_while(|name| name.starts_with(column));
        alike.any(|name| matches!(name[column.len()..].bytes().next(), None | Some(b'.')))
    };
    let column = |field: &Selected| inner(prefix, &field.name);
    let is_any_there = selected.iter().any(|field| is_there(&column(field)));
    for field in selected {
        let column = column(field);
        if is_any_there && !is_there(&column) {
            continue;
        }
        let below = of_rows(&field.below);
        if below.is_empty() || filled.get(column.as_str()) == Some(&true) {
            columns.push(column);
        } else {
            add_columns(&column, below, filled, columns);
        }
    }
}

/// The column of a field within an object.
fn inner(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// The rows that a value makes: pairs of column and value. One list of a row makes rows of its own.
fn flatten(prefix: &str, value: &Value, has_list: &mut bool) -> Vec<Vec<(String, Value)>> {
    let Value::Object(fields) = value else {
        let name = if prefix.is_empty() { "value" } else { prefix };
        return vec![vec![(name.to_owned(), plain(value))]];
    };
    let mut rows: Vec<Vec<(String, Value)>> = vec![Vec::new()];
    for (name, value) in fields {
        let column = inner(prefix, name);
        let more = match list_of_objects(value) {
            Some(items) if !*has_list => {
                *has_list = true;
                match items.as_slice() {
                    [] => vec![vec![(column, Value::Null)]],
                    items => {
                        items.iter().flat_map(|item| flatten(&column, item, &mut false)).collect()
                    }
                }
            }
            Some(items) => vec![vec![(column, joined(&items))]],
            None => flatten(&column, value, has_list),
        };
        rows = rows
            .iter()
            .flat_map(|row| more.iter().map(|more| [row.as_slice(), more].concat()))
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
        .flat_map(|item| flatten("", item, &mut true))
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

    /// What is selected, written as in GraphQL.
    fn selected(text: &str) -> Vec<Selected> {
        let spaced = text.replace('{', " { ").replace('}', " } ");
        let mut open: Vec<Vec<Selected>> = vec![Vec::new()];
        for token in spaced.split_whitespace() {
            match token {
                "{" => open.push(Vec::new()),
                "}" => {
                    let below = open.pop().unwrap();
                    open.last_mut().unwrap().last_mut().unwrap().below = below;
                }
                name => {
                    let field = Selected { name: name.to_owned(), below: Vec::new() };
                    open.last_mut().unwrap().push(field);
                }
            }
        }
        open.remove(0)
    }

    const MEMBERS: &str = "members{nodes{name branch{name kind} evaluations{nodes{stage rating{code}}} identifiers{value}}}";
    const COLUMNS: [&str; 6] = [
        "name",
        "branch.name",
        "branch.kind",
        "evaluations.stage",
        "evaluations.rating.code",
        "identifiers",
    ];

    #[test]
    fn nested_answers_become_rows_and_columns() {
        let data = json!({ "members": { "nodes": [
            { "name": "=SUM(A1)", "branch": null, "evaluations": { "nodes": [] },
              "identifiers": [{ "value": "03" }] },
            { "name": "An", "branch": { "name": "Chi bộ 1", "kind": null }, "evaluations": { "nodes": [
                { "stage": "SELF", "rating": { "code": "HTTNV" } },
                { "stage": "BRANCH", "rating": null } ] }, "identifiers": [{ "value": "01" }, { "value": "02" }] },
        ] } });
        let tables = tables(&data, &selected(MEMBERS));
        assert_eq!(tables[0].columns, COLUMNS);
        assert_eq!(tables[0].rows.len(), 3);
        assert_eq!(tables[0].rows[0][5], "03");
        assert_eq!(tables[0].rows[1][5], "01; 02");
        let csv = String::from_utf8(csv(&tables).unwrap()).unwrap();
        assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n'=SUM(A1),"), "{csv}");
    }

    #[test]
    fn columns_are_there_without_rows() {
        let columns = |data: Value| {
            let mut tables = tables(&data, &selected(MEMBERS));
            assert_eq!(tables.len(), 1);
            tables.remove(0).columns
        };
        let all = [&COLUMNS[..5], &["identifiers.value"]].concat();
        assert_eq!(columns(json!({ "members": { "nodes": [] } })), all);
        assert_eq!(columns(json!({ "members": null })), all);
        // A field that a directive left out is no column; one that holds nothing is.
        let row = json!({ "name": "An", "branch": null, "identifiers": [] });
        assert_eq!(
            columns(json!({ "members": { "nodes": [row] } })),
            ["name", "branch.name", "branch.kind", "identifiers.value"]
        );
    }
}
