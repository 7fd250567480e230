//! `evalhub import`: workbooks into the ledger, with a summary that a person wants to read.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use evalhub_import::{Diagnostic, Severity, Statement, Vocabulary};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tempfile::TempDir;

use super::output::{Format, Language, counted, print, safe};
use super::plan::{self, changes_in_words};
use super::workbooks::{ReadingArguments, read_file};
use super::{DatabaseArgument, Stop, number, report};
use crate::db::{Database, DatabaseError};
use crate::ledger::{
    self, Candidate, Known, Mode, Options, Outcome, Phase, Replaces, Said, Status,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: ReadingArguments,
    #[command(flatten)]
    database: DatabaseArgument,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Keep what would change as a plan, to be applied with `evalhub imports apply`
    #[arg(long, conflicts_with = "dry_run")]
    save_plan: bool,
    #[command(flatten)]
    handling: Handling,
    /// The import that the workbook takes the place of, or `none`; found by itself by default
    #[arg(long, value_name = "ID")]
    replaces: Option<String>,
    /// Write the rows with errors into a workbook, to mend them there and import it
    #[arg(long, value_name = "FILE.xlsx")]
    report: Option<PathBuf>,
    /// Say on standard error what is being done
    #[arg(long, short)]
    verbose: bool,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What is done with workbooks and rows.
#[derive(Debug, clap::Args)]
struct Handling {
    /// Import all workbooks, or none where one is refused
    #[arg(long)]
    strict: bool,
    /// Keep the workbooks themselves in the database; `evalhub imports workbook` gives them back
    #[arg(long)]
    keep_workbooks: bool,
    /// Leave out rows that have errors, instead of refusing the workbook
    #[arg(long)]
    skip_invalid_rows: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let mut options = arguments.reading.options()?;
    let files = arguments.reading.files()?;
    let (database, _folder) = database(arguments)?;
    let said = Said::of(&options, arguments.handling.skip_invalid_rows);
    Known::of(&database).map_err(Stop::of_ledger)?.complete(&mut options);
    let bar = progress(files.len());
    let mut candidates = Vec::with_capacity(files.len());
    for path in &files {
        bar.set_message(path.display().to_string());
        if arguments.verbose {
            crate::log(&format!("{}: read", path.display()));
        }
        let workbook = read_file(path, &options)?;
        let reading = workbook.reading;
        let candidate = Candidate::new(workbook.name, workbook.bytes, reading, said.clone());
        let is_needed = arguments.handling.keep_workbooks || arguments.report.is_some();
        candidates.push(if is_needed { candidate } else { candidate.without_content() });
        bar.inc(1);
    }
    let options = Options {
        mode: match (arguments.dry_run, arguments.save_plan) {
            (true, _) => Mode::DryRun,
            (false, true) => Mode::Plan,
            (false, false) => Mode::Apply,
        },
        skip_invalid_rows: arguments.handling.skip_invalid_rows,
        strict: arguments.handling.strict,
        keep_workbooks: arguments.handling.keep_workbooks,
        replaces: replaces(arguments)?,
        now: jiff::Timestamp::now().to_string(),
    };
    bar.set_position(0);
    let outcomes = ledger::import(&database, &mut candidates, &options, &mut |done, phase| {
        let phase = phase.map_or("into the ledger", Phase::name);
        if arguments.verbose {
            crate::log(&format!("workbook {} of {}: {phase}", done + 1, files.len()));
        }
        bar.set_message(phase);
        bar.set_position(u64::try_from(done).unwrap_or(0));
    });
    let outcomes = outcomes.map_err(Stop::of_ledger)?;
    bar.finish_and_clear();
    let summary = match arguments.format {
        Format::Text => text(&candidates, &outcomes, arguments.reading.language()),
        Format::Json => format!("{:#}\n", as_json(&candidates, &outcomes)),
    };
    print(&summary)?;
    if let Some(path) = &arguments.report {
        if report::write(path, &candidates)? {
            let said = "the rows with errors are in";
            crate::log(&format!("{said} `{}`: mend them there and import it", path.display()));
            if outcomes.iter().any(|outcome| outcome.status == Status::Refused) {
                crate::log("the other rows come with --skip-invalid-rows");
            }
        } else {
            crate::log("no row has an error; no report was written");
        }
    }
    let refused = outcomes.iter().any(|outcome| outcome.status == Status::Refused);
    if refused { Err(Stop::Data) } else { Ok(()) }
}

/// The database; for a trial where there is none, an empty one that goes away with its folder.
fn database(arguments: &Arguments) -> Result<(Database, Option<TempDir>), Stop> {
    if !arguments.dry_run {
        return Ok((arguments.database.open_or_create()?, None));
    }
    match Database::open(&arguments.database.database, &Vocabulary::bundled()) {
        Err(DatabaseError::Missing { .. }) => {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("trial.db").display().to_string();
            Ok((Database::open_or_create(&path, &Vocabulary::bundled())?, Some(folder)))
        }
        opened => Ok((opened?, None)),
    }
}

fn replaces(arguments: &Arguments) -> Result<Replaces, Stop> {
    match arguments.replaces.as_deref() {
        None => Ok(Replaces::Recognised),
        Some("none") => Ok(Replaces::Nothing),
        Some(_) if arguments.reading.files()?.len() > 1 => Err(Stop::Usage(
            "--replaces names one import; give it one workbook at a time".to_owned(),
        )),
        Some(id) => Ok(Replaces::Import(number("Import", id)?)),
    }
}

/// A bar on standard error, where somebody looks at it.
fn progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(files).unwrap_or(0));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

/// The summary for people.
pub(super) fn text(candidates: &[Candidate], outcomes: &[Outcome], language: Language) -> String {
    let mut text = String::new();
    for (candidate, outcome) in candidates.iter().zip(outcomes) {
        one(&mut text, candidate, outcome, language);
    }
    let number =
        |status: Status| outcomes.iter().filter(|outcome| outcome.status == status).count();
    let stored = outcomes
        .iter()
        .any(|outcome| outcome.status == Status::Planned && outcome.import_id.is_some());
    let planned = if stored {
        "planned; `evalhub imports apply` applies them"
    } else {
        "would be imported; nothing was written"
    };
    let parts = [
        (Status::Applied, "imported"),
        (Status::Planned, planned),
        (Status::Unchanged, "already imported"),
        (Status::Refused, "refused"),
        (Status::LeftOut, "left out, for all or none was asked for"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(status, _)| number(*status) > 0)
        .map(|(status, words)| format!("{} {words}", counted(number(status), "workbook")))
        .collect();
    let _ = writeln!(text, "{}", parts.join(", "));
    text
}

fn one(text: &mut String, candidate: &Candidate, outcome: &Outcome, language: Language) {
    let name = safe(&candidate.name);
    let head = match (outcome.status, outcome.import_id) {
        (Status::Applied, Some(id)) => format!("{name}: imported as Import:{id}"),
        (Status::Applied, None) => format!("{name}: imported"),
        (Status::Planned, Some(id)) => format!("{name}: planned as Import:{id}"),
        (Status::Planned, None) => format!("{name}: would be imported"),
        (Status::Unchanged, Some(id)) => {
            format!("{name}: already imported as Import:{id}; nothing changed")
        }
        (Status::Unchanged, None) => format!("{name}: already imported; nothing changed"),
        (Status::Refused, _) => format!("{name}: refused"),
        (Status::LeftOut, _) => format!("{name}: left out"),
    };
    let instead = match outcome.replaces {
        Some(id) => format!(", in place of Import:{id}"),
        None => String::new(),
    };
    let _ = writeln!(text, "{head}{instead}");
    if matches!(outcome.status, Status::Unchanged | Status::LeftOut) {
        return;
    }
    if !candidate.reading.records.is_empty() {
        let _ = writeln!(text, "  read     {}", found(candidate));
    }
    for of in &candidate.reading.mended {
        let (came, rows) = (of.came, counted(of.rows, "row"));
        let from = format!("`{}` of {}", safe(&of.sheet), safe(&of.workbook));
        let _ = writeln!(text, "  mended   {came} of {rows} left out of {from}");
    }
    let changes = changes_in_words(&outcome.plan.changes);
    if !changes.is_empty() {
        let _ = writeln!(text, "  changed  {changes}");
    } else if outcome.status != Status::Refused {
        let _ = writeln!(text, "  changed  nothing");
    }
    if outcome.status == Status::Planned {
        plan::parts(text, &outcome.plan);
    } else {
        plan::first_changes(text, &outcome.plan);
    }
    let refused = outcome.status == Status::Refused;
    diagnostics(text, &candidate.reading.diagnostics, language);
    if refused && !candidate.reading.records.is_empty() {
        let _ = writeln!(
            text,
            "  hint: mend the workbook, or import the other rows with --skip-invalid-rows"
        );
    }
}

/// What was found, in numbers.
fn found(candidate: &Candidate) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &candidate.reading.records {
        let (kind, count) = match &record.statement {
            Statement::Member(_) => ("member", 1),
            Statement::Branch(organization) if !organization.ratings.is_empty() => {
                ("rated branch", 1)
            }
            Statement::Branch(_) => continue,
            Statement::Figures { figures } => ("printed figure", figures.len()),
            Statement::Commendation(_) => ("commendation", 1),
            Statement::Indicators { indicators } => ("indicator result", indicators.len()),
        };
        *counts.entry(kind).or_default() += count;
    }
    let tables: usize = candidate.reading.sheets.iter().map(|sheet| sheet.tables.len()).sum();
    let mut rounds: Vec<&str> =
        candidate.reading.records.iter().map(|record| record.campaign.code.as_str()).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let counts: Vec<String> =
        counts.into_iter().map(|(kind, count)| counted(count, kind)).collect();
    format!(
        "{} on {}, campaign {}: {}",
        counted(tables, "table"),
        counted(candidate.reading.sheets.len(), "sheet"),
        rounds.join(", "),
        counts.join(", ")
    )
}

/// Codes that are told one by one; of more, the number.
const SHOWN_OF_A_CODE: usize = 5;

/// Errors first, then warnings; notices are counted. Of one code the first few are shown.
fn diagnostics(text: &mut String, all: &[Diagnostic], language: Language) {
    for severity in [Severity::Error, Severity::Warning] {
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in all.iter().filter(|diagnostic| diagnostic.severity() == severity) {
            let count = shown.entry(diagnostic.code.name()).or_default();
            *count += 1;
            if *count <= SHOWN_OF_A_CODE {
                line(text, diagnostic, language);
            }
        }
        for (code, count) in shown.into_iter().filter(|(_, count)| *count > SHOWN_OF_A_CODE) {
            let _ = writeln!(
                text,
                "  … and {} more of {code}; --format json has them all",
                count - SHOWN_OF_A_CODE
            );
        }
    }
    let notices = all.iter().filter(|diagnostic| diagnostic.severity() == Severity::Notice).count();
    if notices > 0 {
        let _ = writeln!(text, "  {}; `evalhub inspect` shows them", counted(notices, "notice"));
    }
}

/// One diagnostic in one to three lines.
pub(super) fn line(text: &mut String, diagnostic: &Diagnostic, language: Language) {
    let place = match (&diagnostic.sheet, &diagnostic.cell) {
        (Some(sheet), Some(cell)) => format!("{}!{cell}: ", safe(sheet)),
        (Some(sheet), None) => format!("{}: ", safe(sheet)),
        _ => String::new(),
    };
    if language == Language::Vi {
        return line_in_vietnamese(text, diagnostic, &place);
    }
    let severity = diagnostic.severity().name().to_lowercase();
    let _ = writeln!(
        text,
        "  {severity:8} {place}{} [{}]",
        safe(&diagnostic.message),
        diagnostic.code.name()
    );
    if let Some(expected) = &diagnostic.expected {
        let _ = writeln!(text, "           expected {}", safe(expected));
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(text, "           hint: {}", safe(hint));
    }
}

fn line_in_vietnamese(text: &mut String, diagnostic: &Diagnostic, place: &str) {
    let severity = match diagnostic.severity() {
        Severity::Error => "lỗi",
        Severity::Warning => "cảnh báo",
        Severity::Notice => "ghi chú",
    };
    let (meaning, hint) = diagnostic.code.in_vietnamese();
    let _ = writeln!(text, "  {severity:8} {place}{meaning} [{}]", diagnostic.code.name());
    let said = [("thấy", &diagnostic.found), ("cần", &diagnostic.expected)];
    for (word, value) in said {
        if let Some(value) = value {
            let _ = writeln!(text, "           {word}: {}", safe(value));
        }
    }
    if !hint.is_empty() {
        let _ = writeln!(text, "           gợi ý: {hint}");
    }
}

/// A diagnostic for programs.
pub(super) fn diagnostic_json(diagnostic: &Diagnostic) -> serde_json::Value {
    json!({
        "severity": diagnostic.severity().name(),
        "code": diagnostic.code.name(),
        "sheet": diagnostic.sheet,
        "cell": diagnostic.cell,
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "question": diagnostic.question,
    })
}

fn as_json(candidates: &[Candidate], outcomes: &[Outcome]) -> serde_json::Value {
    let imports: Vec<serde_json::Value> = candidates
        .iter()
        .zip(outcomes)
        .map(|(candidate, outcome)| {
            json!({
                "workbook": candidate.name,
                "contentHash": candidate.content_hash,
                "status": outcome.status,
                "import": outcome.import_id.map(|id| format!("Import:{id}")),
                "records": candidate.reading.records.len(),
                "replaces": outcome.replaces.map(|id| format!("Import:{id}")),
                "changes": outcome.plan.changes,
                "plan": outcome.plan.parts,
                "mended": candidate.reading.mended,
                "diagnostics": candidate.reading.diagnostics.iter().map(diagnostic_json).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "imports": imports })
}
