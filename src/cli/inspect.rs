//! `evalhub inspect`: how each sheet would be read, and why.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use evalhub_import::{Reading, Severity, TableReading};

use super::import::{diagnostic_json, line};
use super::output::{Format, Language, counted, print, safe};
use super::workbooks::{ReadingArguments, read_file};
use super::{Stop, picture};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: ReadingArguments,
    /// How the answer is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Write the workbook as it was read: headings, facts, doubts and what was not read in colours, with
    /// comments
    #[arg(long, value_name = "FILE.xlsx")]
    picture: Option<PathBuf>,
    /// Write the profile that says what was understood of the first table of figures
    #[arg(long, value_name = "FILE.toml")]
    write_profile: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let mut options = arguments.reading.options()?;
    options.in_detail = arguments.format == Format::Json || arguments.picture.is_some();
    let mut refused = false;
    let mut proposed: Option<String> = None;
    let mut workbooks: Vec<serde_json::Value> = Vec::new();
    let mut pictured = Vec::new();
    for path in arguments.reading.files()? {
        let workbook = read_file(&path, &options)?;
        refused |= workbook
            .reading
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity() == Severity::Error);
        let mut tables = workbook.reading.sheets.iter().flat_map(|sheet| &sheet.tables);
        proposed = proposed.or_else(|| tables.find_map(|table| table.profile.clone()));
        match arguments.format {
            Format::Text => {
                print(&text(&workbook.name, &workbook.reading, arguments.reading.language()))?;
            }
            Format::Json => workbooks.push(as_json(&workbook.name, &workbook.reading)),
        }
        if arguments.picture.is_some() {
            pictured.push(workbook);
        }
    }
    if let Some(path) = &arguments.picture {
        picture::write(path, &pictured)?;
    }
    if arguments.format == Format::Json {
        print(&format!("{:#}\n", json!({ "workbooks": workbooks })))?;
    }
    if let Some(path) = &arguments.write_profile {
        let Some(profile) = proposed else {
            crate::log("no table of figures with levels was found; no profile was written");
            return Err(Stop::Data);
        };
        std::fs::write(path, profile)
            .with_context(|| format!("cannot write the profile `{}`", path.display()))?;
    }
    if refused { Err(Stop::Data) } else { Ok(()) }
}

/// The sheets of a workbook with the role of each row and the tables, and what was wrong.
fn as_json(name: &str, reading: &Reading) -> serde_json::Value {
    let sheets = reading.sheets.iter().map(|sheet| {
        let rows = sheet.rows.iter().map(|(row, role)| json!({ "row": row, "role": role }));
        json!({
            "name": sheet.name,
            "hidden": sheet.hidden,
            "rows": rows.collect::<Vec<_>>(),
            "tables": sheet.tables.iter().map(table_json).collect::<Vec<_>>(),
        })
    });
    json!({
        "workbook": name,
        "format": reading.format,
        "records": reading.records.len(),
        "sheets": sheets.collect::<Vec<_>>(),
        "diagnostics": reading.diagnostics.iter().map(diagnostic_json).collect::<Vec<_>>(),
    })
}

/// A table without what other outputs are for: the profile that says the same, and each single cell.
fn table_json(table: &TableReading) -> serde_json::Value {
    let mut told = json!(table);
    if let Some(table) = told.as_object_mut() {
        table.remove("profile");
        if let Some(account) = table.get_mut("account").and_then(|account| account.as_object_mut())
        {
            account.remove("places");
        }
    }
    told
}

fn text(name: &str, reading: &Reading, language: Language) -> String {
    let mut text = format!("{}\n", safe(name));
    for sheet in &reading.sheets {
        let hidden = if sheet.hidden { " (hidden, not read)" } else { "" };
        let _ = writeln!(text, "  sheet `{}`{hidden}", safe(&sheet.name));
        for table in &sheet.tables {
            let _ = writeln!(
                text,
                "    table of {}: headings in rows {}–{}, body in rows {}–{}, {}",
                table.kind.name(),
                table.heading_rows.0,
                table.heading_rows.1,
                table.body_rows.0,
                table.body_rows.1,
                counted(table.records, "record"),
            );
            let said = |value: &Option<String>| {
                value.as_deref().map_or_else(|| "not stated".to_owned(), safe)
            };
            let _ = writeln!(text, "      title     {}", safe(&table.title));
            let _ = writeln!(text, "      committee {}", said(&table.committee));
            let _ = writeln!(text, "      campaign  {}", said(&table.campaign));
            let account = &table.account;
            let _ = writeln!(
                text,
                "      cells     {} of {} accounted for",
                account.explained(),
                account.cells
            );
            for column in &table.columns {
                let heading = safe(&column.heading);
                let _ = writeln!(
                    text,
                    "      {:>3}  {heading} → {} ({})",
                    column.column, column.field, column.why
                );
            }
        }
    }
    for diagnostic in &reading.diagnostics {
        line(&mut text, diagnostic, language);
    }
    text
}
