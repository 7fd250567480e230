//! Answers as tables: for spreadsheets, for programs that read line by line, and for terminals.
//!
//! Each list at the root of an answer is a table, written page by page. Its columns are what was selected,
//! in that order, whatever the rows hold: objects within a row become columns such as `member.name`; the
//! first list within a row repeats the row for each of its items; further lists, and lists of plain values,
//! are joined with "; ".

use std::collections::HashSet;
use std::fmt::Write;

use anyhow::Context;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde_json::Value;

use crate::graphql::{Answer, Paged, Place, Selected};

/// The rows of a root field: of a connection or a list; one row for an object.
fn nodes(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        _ => list_of(value).unwrap_or_else(|| vec![value]),
    }
}

/// The items of a list or of a connection.
fn list_of(value: &Value) -> Option<Vec<&Value>> {
    if let Value::Array(items) = value {
        return Some(items.iter().collect());
    }
    match (value.get("nodes"), value.get("edges")) {
        (Some(Value::Array(nodes)), _) => Some(nodes.iter().collect()),
        (_, Some(Value::Array(edges))) => {
            Some(edges.iter().filter_map(|edge| edge.get("node")).collect())
        }
        _ => None,
    }
}

/// The columns of a table, as they were selected: the same whatever its rows hold.
#[derive(Debug, Default)]
struct Columns {
    fields: Vec<Field>,
    names: Vec<String>,
}

#[derive(Debug)]
struct Field {
    name: String,
    is_number: bool,
    holds: Holds,
}

#[derive(Debug)]
enum Holds {
    /// A value, or a list without rows of its own, in the column of this place.
    Cell(usize),
    /// An object, whose fields are columns.
    Object(Vec<Field>),
    /// A list each of whose items makes a row.
    Rows(Vec<Field>),
}

impl Columns {
    /// The columns of a root field; without a selection one for its value.
    fn of(selected: &Selected) -> Self {
        let mut columns = Self::default();
        if selected.below.is_empty() {
            columns.names.push(selected.name.clone());
            return columns;
        }
        columns.fields = columns.add("", of_rows(&selected.below), &mut false);
        columns
    }

    fn add(&mut self, prefix: &str, selected: &[Selected], has_rows: &mut bool) -> Vec<Field> {
        let mut fields = Vec::new();
        for field in selected {
            let column = if prefix.is_empty() {
                field.name.clone()
            } else {
                format!("{prefix}.{}", field.name)
            };
            let below = of_rows(&field.below);
            let holds = if below.is_empty() || field.is_list && *has_rows {
                self.names.push(column);
                Holds::Cell(self.names.len() - 1)
            } else if field.is_list {
                *has_rows = true;
                Holds::Rows(self.add(&column, below, &mut false))
            } else {
                Holds::Object(self.add(&column, below, has_rows))
            };
            let (name, is_number) = (field.name.clone(), field.is_number);
            fields.push(Field { name, is_number, holds });
        }
        fields
    }

    /// The rows of the value of a root field, or of a page of it.
    fn rows(&self, value: &Value) -> Vec<Vec<Value>> {
        if self.fields.is_empty() {
            let values =
                if let Value::Array(items) = value { items.clone() } else { vec![value.clone()] };
            return values.iter().map(|value| vec![plain(value)]).collect();
        }
        let mut rows = Vec::new();
        for node in nodes(value) {
            fill(&self.fields, node, vec![Value::Null; self.names.len()], &mut rows);
        }
        rows
    }
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

/// Adds the rows that an object makes to others.
fn fill(fields: &[Field], value: &Value, mut row: Vec<Value>, rows: &mut Vec<Vec<Value>>) {
    match fill_row(fields, value, &mut row) {
        Some((fields, items)) if !items.is_empty() => {
            for item in items {
                fill(fields, item, row.clone(), rows);
            }
        }
        _ => rows.push(row),
    }
}

/// Fills the cells of one row; the list that makes rows of it is left for later.
fn fill_row<'a>(
    fields: &'a [Field],
    value: &'a Value,
    row: &mut [Value],
) -> Option<(&'a [Field], Vec<&'a Value>)> {
    let mut rows = None;
    for field in fields {
        let value = &value[&field.name];
        match &field.holds {
            Holds::Cell(place) => {
                row[*place] = match (list_of(value), value) {
                    (Some(items), _) => joined(&items),
                    (None, Value::String(digits)) if field.is_number => number(digits),
                    (None, value) => plain(value),
                };
            }
            Holds::Object(fields) => rows = rows.or(fill_row(fields, value, row)),
            Holds::Rows(fields) => rows = list_of(value).map(|items| (fields.as_slice(), items)),
        }
    }
    rows
}

/// The values of a list that gets no rows of its own.
fn joined(items: &[&Value]) -> Value {
    let mut texts: Vec<String> = items.iter().map(|item| told(item)).collect();
    texts.retain(|text| !text.is_empty());
    if texts.is_empty() { Value::Null } else { Value::String(texts.join("; ")) }
}

/// The values of an object in one text.
fn told(value: &Value) -> String {
    let values: Vec<&Value> = match (value, list_of(value)) {
        (_, Some(items)) => items,
        (Value::Object(fields), None) => fields.values().collect(),
        _ => return text(value),
    };
    let texts: Vec<String> = values.into_iter().map(told).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}

/// A number that is written as a text, so that none of its digits is lost.
fn number(digits: &str) -> Value {
    let number = digits.parse().map(Value::Number);
    number.unwrap_or_else(|_| Value::String(digits.to_owned()))
}

fn plain(value: &Value) -> Value {
    if value.is_object() { Value::String(value.to_string()) } else { value.clone() }
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

/// The forms of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Separated values as Excel opens them: with a mark of UTF-8, and lines that end as on Windows.
    Csv(Dialect),
    /// A line of JSON for each row.
    Ndjson,
    /// A workbook with a sheet for each table: numbers are numbers, dates are dates, all else is text and never
    /// a formula.
    Xlsx,
    /// Columns for a terminal; numbers stand on the right.
    Terminal,
}

/// What stands between the cells of CSV, and within its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `98,13.3`
    Comma,
    /// `98;13,3`, as spreadsheets write it where the comma is a decimal one.
    Semicolon,
}

impl Form {
    /// Whether it holds several tables; else the first one is all.
    fn holds_several(self) -> bool {
        matches!(self, Self::Xlsx | Self::Terminal)
    }
}

/// The tables of a query, written a page at a time.
pub(crate) struct Export {
    paged: Paged,
    tables: Vec<Selected>,
    /// None while a page is written.
    writer: Option<Writer>,
    /// The table that is written, and behind which row its next page begins.
    table: usize,
    after: Option<Place>,
    is_over: bool,
    /// The lists that have more rows than their `first` asks for.
    pub(crate) cut: Vec<String>,
}

/// Why tables end before their end.
pub(crate) enum Failure {
    /// The answer instead.
    Answer(Answer),
    /// They cannot be written in this form.
    Unwritten(anyhow::Error),
}

impl Export {
    pub(crate) fn new(paged: Paged, form: Form) -> Self {
        let mut tables = paged.tables();
        if !form.holds_several() {
            tables.truncate(1);
        }
        let writer = Some(Writer::new(form, tables.len() > 1));
        Self { paged, tables, writer, table: 0, after: None, is_over: false, cut: Vec::new() }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// What ends the tables where they are.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        let Some(selected) = self.tables.get(self.table) else {
            self.is_over = true;
            return self.write(Writer::end).await.map(Some);
        };
        let begins = self.after.is_none().then(|| selected.clone());
        let name = selected.name.clone();
        let page = self.paged.page(self.table, self.after.take()).await;
        let page = page.map_err(Failure::Answer)?;
        if page.is_cut {
            self.cut.push(name);
        }
        self.after = page.after;
        if self.after.is_none() {
            self.table += 1;
        }
        let written = self.write(move |writer| {
            let mut bytes = match begins {
                Some(selected) => writer.begin(&selected.name, Columns::of(&selected))?,
                None => Vec::new(),
            };
            bytes.extend(writer.page(&page.value)?);
            Ok(bytes)
        });
        written.await.map(Some)
    }

    /// Writes where it keeps nobody from being answered.
    async fn write<F>(&mut self, write: F) -> Result<Vec<u8>, Failure>
    where
        F: FnOnce(&mut Writer) -> anyhow::Result<Vec<u8>> + Send + 'static,
    {
        let over = || Failure::Unwritten(anyhow::anyhow!("the table was not finished"));
        let mut writer = self.writer.take().ok_or_else(over)?;
        let written = tokio::task::spawn_blocking(move || {
            let bytes = write(&mut writer);
            (writer, bytes)
        });
        let (writer, bytes) = written.await.map_err(|_cause| over())?;
        self.writer = Some(writer);
        bytes.map_err(Failure::Unwritten)
    }
}

/// Writes tables, a page of rows at a time.
struct Writer {
    form: Form,
    several: bool,
    columns: Columns,
    tables: usize,
    rows: u32,
    widths: Vec<usize>,
    workbook: Workbook,
    sheets: HashSet<String>,
}

impl Writer {
    /// A writer of one table or of several.
    fn new(form: Form, several: bool) -> Self {
        Self {
            form,
            several,
            columns: Columns::default(),
            tables: 0,
            rows: 0,
            widths: Vec::new(),
            workbook: Workbook::new(),
            sheets: HashSet::new(),
        }
    }

    /// Begins a table; the bytes that can be sent already.
    ///
    /// # Errors
    /// What a workbook cannot hold.
    fn begin(&mut self, name: &str, columns: Columns) -> anyhow::Result<Vec<u8>> {
        self.columns = columns;
        self.tables += 1;
        self.rows = 0;
        self.widths.clear();
        match self.form {
            Form::Csv(dialect) => {
                let names = self.columns.names.iter().map(String::as_str);
                let mut bytes = "\u{feff}".as_bytes().to_vec();
                bytes.extend(dialect.lines([names.collect::<Vec<_>>()])?);
                return Ok(bytes);
            }
            Form::Xlsx => {
                let name = self.sheet_name(name);
                let bold = Format::new().set_bold();
                let sheet = self.workbook.add_worksheet().set_name(&name)?;
                for (column, name) in (0..).zip(&self.columns.names) {
                    sheet.write_string_with_format(0, column, name, &bold)?;
                }
                sheet.set_freeze_panes(1, 0)?;
            }
            Form::Terminal => {
                let gap = if self.tables > 1 { "\n" } else { "" };
                let title = if self.several { format!("{gap}{name}\n") } else { String::new() };
                return Ok(title.into_bytes());
            }
            Form::Ndjson => {}
        }
        Ok(Vec::new())
    }

    /// Adds the rows of a page; the bytes that can be sent already.
    ///
    /// # Errors
    /// More rows than a sheet of a workbook holds.
    fn page(&mut self, value: &Value) -> anyhow::Result<Vec<u8>> {
        match self.form {
            Form::Ndjson => {
                let mut lines = String::new();
                for node in nodes(value) {
                    let _ = writeln!(lines, "{node}");
                }
                Ok(lines.into_bytes())
            }
            Form::Csv(dialect) => {
                let rows = self.columns.rows(value);
                let cells = |row: &Vec<Value>| row.iter().map(|it| dialect.cell(it)).collect();
                Ok(dialect.lines(rows.iter().map(cells).collect::<Vec<Vec<String>>>())?)
            }
            Form::Terminal => {
                let rows = self.columns.rows(value);
                Ok(self.terminal_lines(&rows).into_bytes())
            }
            Form::Xlsx => {
                let sheet = self.workbook.worksheet_from_index(self.tables - 1)?;
                let date = Format::new().set_num_format("yyyy-mm-dd");
                for row in self.columns.rows(value) {
                    self.rows += 1;
                    write_row(sheet, self.rows, &row, &date).with_context(|| {
                        format!("row {} does not fit a sheet; ask for CSV", self.rows)
                    })?;
                }
                Ok(Vec::new())
            }
        }
    }

    /// What is left to be sent.
    ///
    /// # Errors
    /// A workbook that cannot be written.
    fn end(&mut self) -> anyhow::Result<Vec<u8>> {
        if self.form != Form::Xlsx {
            return Ok(Vec::new());
        }
        if self.tables == 0 {
            self.workbook.add_worksheet();
        }
        for sheet in self.workbook.worksheets_mut() {
            sheet.autofit();
        }
        Ok(self.workbook.save_to_buffer()?)
    }

    /// A name that the workbook does not have: 31 characters at most, without regard to case.
    fn sheet_name(&mut self, name: &str) -> String {
        const LENGTH: usize = 31;
        let mut short: String = name.chars().take(LENGTH).collect();
        let mut number = 2;
        while !self.sheets.insert(short.to_lowercase()) {
            let tail = format!("_{number}");
            short = name.chars().take(LENGTH - tail.len()).chain(tail.chars()).collect();
            number += 1;
        }
        short
    }

    /// Lines for a terminal, as wide as those of the first page.
    fn terminal_lines(&mut self, rows: &[Vec<Value>]) -> String {
        let texts: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(text).collect()).collect();
        let mut shown = String::new();
        if self.widths.is_empty() {
            let width = |(column, name): (usize, &String)| {
                let cells = texts.iter().map(|row| row[column].chars().count());
                cells.chain([name.chars().count()]).max().unwrap_or_default()
            };
            self.widths = self.columns.names.iter().enumerate().map(width).collect();
            let rules: Vec<String> = self.widths.iter().map(|width| "-".repeat(*width)).collect();
            shown += &terminal_line(&self.columns.names, &self.widths, None);
            shown += &terminal_line(&rules, &self.widths, None);
        }
        for (row, cells) in rows.iter().zip(&texts) {
            shown += &terminal_line(cells, &self.widths, Some(row));
        }
        shown
    }
}

fn terminal_line(cells: &[String], widths: &[usize], row: Option<&Vec<Value>>) -> String {
    let mut line = String::new();
    for (column, cell) in cells.iter().enumerate() {
        let room = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
        let is_number = row.is_some_and(|row| row[column].is_number());
        let gap = if column == 0 { "" } else { "  " };
        let _ = if is_number {
            write!(line, "{gap}{room}{cell}")
        } else {
            write!(line, "{gap}{cell}{room}")
        };
    }
    line.trim_end().to_owned() + "\n"
}

impl Dialect {
    /// A value as a cell: what a spreadsheet would take for a formula is made harmless.
    fn cell(self, value: &Value) -> String {
        match value {
            Value::String(text) => harmless(text),
            Value::Number(number) if self == Self::Semicolon => {
                number.to_string().replace('.', ",")
            }
            other => text(other),
        }
    }

    fn lines<C: AsRef<[u8]>>(
        self,
        lines: impl IntoIterator<Item = Vec<C>>,
    ) -> Result<Vec<u8>, csv::Error> {
        let mut bytes = Vec::new();
        let mut writer = csv::WriterBuilder::new()
            .delimiter(if self == Self::Semicolon { b';' } else { b',' })
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut bytes);
        for line in lines {
            writer.write_record(line)?;
        }
        writer.flush()?;
        drop(writer);
        Ok(bytes)
    }
}

/// The most characters of a cell of a workbook.
const CELL_LIMIT: usize = 32_767;

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: &[Value],
    date_format: &Format,
) -> Result<(), XlsxError> {
    for (column, value) in (0..).zip(cells) {
        match value {
            Value::Null => {}
            Value::Number(number) => {
                sheet.write_number(row, column, number.as_f64().unwrap_or_default())?;
            }
            Value::Bool(flag) => {
                sheet.write_boolean(row, column, *flag)?;
            }
            Value::String(text) if is_date(text) => {
                let date = rust_xlsxwriter::ExcelDateTime::parse_from_str(text)?;
                sheet.write_datetime_with_format(row, column, &date, date_format)?;
            }
            other => {
                let mut text = text(other);
                // Excel counts in units of UTF-16, of which a character takes two at most.
                if text.encode_utf16().count() > CELL_LIMIT {
                    text = text.chars().take(CELL_LIMIT / 2).chain(['…']).collect();
                }
                sheet.write_string(row, column, text)?;
            }
        }
    }
    Ok(())
}

/// A whole date that Excel can hold: 1980-05-17.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.get(..4).is_some_and(|year| year >= "1900")
        && text.parse::<jiff::civil::Date>().is_ok()
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
                    let is_list = ["members", "evaluations", "identifiers"].contains(&name);
                    let (name, below) = (name.to_owned(), Vec::new());
                    let field = Selected { name, is_list, is_number: false, below };
                    open.last_mut().unwrap().push(field);
                }
            }
        }
        open.remove(0)
    }

    const MEMBERS: &str = "members{nodes{name branch{name kind} evaluations{nodes{stage rating{code}}} identifiers{value}}}";
    fn csv(data: &Value, selection: &str) -> String {
        csv_of(Dialect::Comma, data, selection)
    }

    fn csv_of(dialect: Dialect, data: &Value, selection: &str) -> String {
        let mut writer = Writer::new(Form::Csv(dialect), false);
        let selected = selected(selection).remove(0);
        let mut bytes = writer.begin(&selected.name, Columns::of(&selected)).unwrap();
        bytes.extend(writer.page(&data[&selected.name]).unwrap());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn nested_answers_become_rows_and_columns() {
        let data = json!({ "members": { "nodes": [
            { "name": "=SUM(A1)", "branch": null, "evaluations": { "nodes": [] },
              "identifiers": [{ "value": "03" }] },
            { "name": "An", "branch": { "name": "Chi bộ 1", "kind": null }, "evaluations": { "nodes": [
                { "stage": "SELF", "rating": { "code": "HTTNV" } },
                { "stage": "BRANCH", "rating": null } ] }, "identifiers": [{ "value": "01" }, { "value": "02" }] },
        ] } });
        let header = "\u{feff}name,branch.name,branch.kind,evaluations.stage,evaluations.rating.code,identifiers\r\n";
        let rows =
            "'=SUM(A1),,,,,03\r\nAn,Chi bộ 1,,SELF,HTTNV,01; 02\r\nAn,Chi bộ 1,,BRANCH,,01; 02\r\n";
        assert_eq!(csv(&data, MEMBERS), format!("{header}{rows}"));
        // The columns are there without rows, and whatever the rows lack.
        assert_eq!(csv(&json!({ "members": { "nodes": [] } }), MEMBERS), header);
        assert_eq!(csv(&json!({ "members": null }), MEMBERS), header);
        let row = json!({ "name": "An", "branch": null, "identifiers": [] });
        let lacking = csv(&json!({ "members": { "nodes": [row] } }), MEMBERS);
        assert_eq!(lacking, format!("{header}An,,,,,\r\n"));
    }

    #[test]
    fn where_the_comma_is_decimal_semicolons_part_the_cells() {
        let rows = json!({ "rows": [
            { "label": "Tốt, khá", "share": 85.7, "count": 84 },
            { "label": "a;b", "share": -0.5, "count": null },
        ] });
        let table = csv_of(Dialect::Semicolon, &rows, "rows{label share count}");
        let expected = "label;share;count\r\nTốt, khá;85,7;84\r\n\"a;b\";-0,5;\r\n";
        assert_eq!(table, format!("\u{feff}{expected}"));
    }
}
