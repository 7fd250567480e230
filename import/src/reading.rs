//! One reading of a workbook: its sheets, tables, records and what was wrong.

mod by_profile;
mod issuer;
mod placement;
mod proposal;
mod scheme;

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::campaign::Campaign;
use crate::cell::number;
use crate::check;
use crate::column::{self, Column, Context, Meaning};
use crate::diagnostic::{Code, Diagnostic};
use crate::legend::Legend;
use crate::profile::{self, Profile};
use crate::record::{Record, Subject};
use crate::rows::{self, TableContext};
use crate::table::{self, Table, TableKind};
use crate::text::{self, Evidence};
use crate::vocabulary::{Scheme, Vocabulary};
use crate::workbook::{self, Row, Sheet, cell_name};
use placement::place_organizations;
use scheme::{subject_of_levels, unknown_scales, with_subject};

/// What a workbook does not say and its reader does.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The round, where the workbook names none.
    pub campaign: Option<Campaign>,
    /// The issuing body, where the workbook names none.
    pub committee: Option<String>,
    /// The body above the issuing body, where the workbook prints none.
    pub superior: Option<String>,
    /// How the workbook is laid out, where words cannot settle it.
    pub profile: Option<Arc<Profile>>,
    /// Profiles that were confirmed before: a sheet that has the signature of one is read by it.
    pub known_profiles: Vec<Arc<Profile>>,
}

/// All that was read from a workbook.
#[derive(Debug, Default)]
pub struct Reading {
    /// The kind of file, such as `xlsx`; empty if it could not be opened.
    pub format: &'static str,
    /// The sheets, in their order.
    pub sheets: Vec<SheetReading>,
    /// The records, in the order of sheets and rows.
    pub records: Vec<Record>,
    /// The schemes that were made for scales of the workbook's own.
    pub schemes: Vec<Scheme>,
    /// What was wrong, in the order of sheets and rows.
    pub diagnostics: Vec<Diagnostic>,
}

/// A sheet and the tables found on it.
#[derive(Debug)]
pub struct SheetReading {
    /// The name of the sheet.
    pub name: String,
    /// Whether the sheet is hidden; hidden sheets are not read.
    pub hidden: bool,
    /// The tables, top to bottom.
    pub tables: Vec<TableReading>,
}

/// A table: where it lies and how its columns were understood.
#[derive(Debug, Serialize)]
pub struct TableReading {
    /// What its rows are.
    pub kind: TableKind,
    /// The title lines in one text.
    pub title: String,
    /// The issuing body.
    pub committee: Option<String>,
    /// The round of the title.
    pub campaign: Option<String>,
    /// First and last heading row as Excel numbers them.
    pub heading_rows: (u32, u32),
    /// First and last row of the body as Excel numbers them.
    pub body_rows: (u32, u32),
    /// The columns.
    pub columns: Vec<ColumnReading>,
    /// The number of records read from it.
    pub records: usize,
    /// A profile that says what was understood, for tables of figures.
    #[serde(skip)]
    pub profile: Option<String>,
}

/// A column and the field it was read as.
#[derive(Debug, Serialize)]
pub struct ColumnReading {
    /// The name of the column, such as `C`.
    pub column: String,
    /// The words over it.
    pub heading: String,
    /// What it holds.
    pub field: String,
    /// Why it was read so.
    pub why: &'static str,
}

/// Reads a workbook. `file_name` stands in for the issuing body where the workbook names none.
pub fn read(bytes: &[u8], file_name: &str, options: &Options, vocabulary: &Vocabulary) -> Reading {
    let mut workbook = match workbook::open(bytes) {
        Ok(workbook) => workbook,
        Err(diagnostic) => {
            return Reading { diagnostics: vec![*diagnostic], ..Reading::default() };
        }
    };
    let mut reader = Reader {
        reading: Reading {
            format: workbook.format,
            diagnostics: std::mem::take(&mut workbook.diagnostics),
            ..Reading::default()
        },
        file_name,
        options,
        vocabulary,
        committee: None,
    };
    for sheet in &mut workbook.sheets {
        reader.repair(sheet);
    }
    let known: Vec<Arc<Profile>> = match &options.profile {
        Some(_) => Vec::new(),
        None => options
            .known_profiles
            .iter()
            .cloned()
            .chain(Profile::bundled().into_iter().map(Arc::new))
            .collect(),
    };
    let slices: Vec<Vec<Sheet>> =
        workbook.sheets.iter().map(|sheet| table::slices(sheet, vocabulary)).collect();
    let mut found: Vec<Found<'_>> = Vec::new();
    for (place, sheet) in workbook.sheets.iter().enumerate() {
        if let Some(profile) = profile_of(sheet, options, &known) {
            reader.note_sheet(sheet, 1);
            if profile.is_for_lists() {
                found.extend(reader.list_by_profile(profile, place, sheet));
                continue;
            }
            reader.by_profile(profile, place, sheet);
            continue;
        }
        if options.profile.is_some() {
            reader.note_sheet(sheet, 0);
            continue;
        }
        let tables = reader.find(place, sheet, &slices[place]);
        let read = tables.len() + usize::from(tables.is_empty() && reader.report(place, sheet));
        reader.note_sheet(sheet, read);
        found.extend(tables);
    }
    reader.committee = reader.commonest_committee(&found);
    for table in &found {
        reader.table(table, &found);
    }
    reader.finish()
}

/// The profile that is asked for, or a known one whose signature the sheet has.
fn profile_of<'p>(
    sheet: &Sheet,
    options: &'p Options,
    known: &'p [Arc<Profile>],
) -> Option<&'p Arc<Profile>> {
    match &options.profile {
        Some(profile) => Some(profile).filter(|profile| profile.reads(sheet)),
        None => known.iter().find(|profile| !sheet.hidden && profile.recognizes(sheet)),
    }
}

/// A table, its sheet (or the slice of it) and the place of the sheet in the reading.
struct Found<'s> {
    place: usize,
    sheet: &'s Sheet,
    table: Table<'s>,
    /// The profile of a list that it is read by.
    profile: Option<Arc<Profile>>,
}

struct Reader<'a> {
    reading: Reading,
    file_name: &'a str,
    options: &'a Options,
    vocabulary: &'a Vocabulary,
    /// The issuing path of most tables, for those that print none.
    committee: Option<Arc<[Arc<str>]>>,
}

impl<'a> Reader<'a> {
    fn repair(&mut self, sheet: &mut Sheet) {
        for repair in text::repair(sheet) {
            let from = cell_name(repair.first_row, repair.column);
            let why = match repair.evidence {
                Evidence::Font(font) => format!("its font is {}", font.name()),
                Evidence::Vote { syllables, as_read, converted } => format!(
                    "of {syllables} syllables {converted} are Vietnamese then, {as_read} as they stood"
                ),
            };
            let message = format!(
                "{} cells from {from} down were converted from {}: {why}",
                repair.cells,
                repair.encoding.name()
            );
            self.reading.diagnostics.push(
                Diagnostic::new(Code::TextRepaired, message)
                    .at(&sheet.name, repair.first_row, repair.column)
                    .hint("the text as it was read stays in the sources of each fact"),
            );
        }
    }

    /// The tables of a sheet that is not hidden.
    fn find<'s>(&self, place: usize, sheet: &'s Sheet, slices: &'s [Sheet]) -> Vec<Found<'s>> {
        if sheet.hidden {
            return Vec::new();
        }
        if slices.is_empty() {
            let tables = table::find(sheet, self.vocabulary);
            return tables
                .into_iter()
                .map(|table| Found { place, sheet, table, profile: None })
                .collect();
        }
        let joined = table::joined(slices, self.vocabulary);
        joined
            .into_iter()
            .map(|(at, table)| Found { place, sheet: &slices[at], table, profile: None })
            .collect()
    }

    /// The sentences of a sheet without a table, if they are a report with figures of levels.
    fn report(&mut self, place: usize, sheet: &Sheet) -> bool {
        if sheet.hidden {
            return false;
        }
        let frame = table::frame_of(sheet, self.vocabulary);
        let rounds = frame.titles.iter().take(3).map(|line| Campaign::all_in(&line.text));
        let only = rounds.filter_map(|mut rounds| (rounds.len() == 1).then(|| rounds.remove(0)));
        let campaign = only.into_iter().next().or_else(|| self.options.campaign.clone());
        let (Some(campaign), Some(committee)) = (campaign, self.issuer(&frame)) else {
            return false;
        };
        let records = rows::report::read(&rows::report::Context {
            vocabulary: self.vocabulary,
            sheet,
            table: place,
            campaign: Arc::new(campaign),
            committee,
        });
        let found = !records.is_empty();
        self.reading.records.extend(records);
        found
    }

    fn note_sheet(&mut self, sheet: &Sheet, tables: usize) {
        self.reading.sheets.push(SheetReading {
            name: sheet.name.clone(),
            hidden: sheet.hidden,
            tables: Vec::new(),
        });
        let reason = if sheet.hidden {
            "the sheet is hidden"
        } else if sheet.rows.is_empty() {
            "the sheet is empty"
        } else if tables == 0 {
            "no table was found on the sheet"
        } else {
            return;
        };
        self.reading
            .diagnostics
            .push(Diagnostic::new(Code::SheetSkipped, reason).on_sheet(&sheet.name));
    }

    /// What the columns of a table are, by words and values and by the profile of a list.
    fn understand(&mut self, found: &Found<'_>, title: &str) -> Option<Understood<'a>> {
        let Found { sheet, table, .. } = found;
        let vocabulary = self.vocabulary;
        let mut legend = Legend::of(sheet, vocabulary);
        let list = found.profile.as_deref();
        if let Some(profile) = list {
            profile.add_marks(&mut legend);
        }
        let context = Context::new(&legend, title);
        let (mut kind, mut columns) = column::read(&table.headings, &table.body, &context);
        let subject = context.subject;
        if let Some(profile) = list {
            match profile.name_columns(&mut columns) {
                Ok(named) => kind = named,
                Err(missing) => {
                    let row = table.heading_rows.1;
                    let problem = profile::mismatch(sheet, row, &table.headings, &missing);
                    self.reading.diagnostics.push(problem);
                    return None;
                }
            }
        }
        if self.note_columns(sheet, table, &columns) {
            legend.assume_letters();
        }
        Some(Understood { legend, kind, columns, subject })
    }

    fn table(&mut self, found: &Found<'_>, all: &[Found<'_>]) {
        let Found { place, sheet, table, .. } = found;
        let title = table.frame.title();
        let Some(understood) = self.understand(found, &title) else { return };
        let Understood { legend, kind, columns, subject } = understood;
        let committee = self.committee_of(found);
        let named = columns
            .iter()
            .any(|column| column.campaign.is_some() || column.meaning == Meaning::Round);
        let several = Campaign::all_in(&title).len() > 1;
        let campaign = if several && named { None } else { self.campaign_of(found, all) };
        let by_levels = subject_of_levels(&columns, self.vocabulary);
        let columns = with_subject(columns, by_levels);
        let subject = by_levels.or(subject).unwrap_or(Subject::Members);
        let made_scheme = self.made_scheme(&columns, subject);
        let records_before = self.reading.records.len();
        if let Some(problem) = unread(kind, campaign.is_some() || named, sheet, table) {
            self.reading.diagnostics.push(problem);
        } else {
            let context = TableContext {
                vocabulary: self.vocabulary,
                legend: &legend,
                sheet,
                sheet_name: sheet.name.as_str().into(),
                table: self.reading.sheets[*place].tables.len(),
                kind,
                columns: &columns,
                body: &table.body,
                frame: &table.frame,
                title: &title,
                campaign: campaign.clone(),
                committee: Arc::clone(&committee),
                subject,
                made_scheme: made_scheme.as_ref(),
                percent_scale: percent_scale(&columns, &table.body),
            };
            self.reading.diagnostics.extend(unknown_scales(&context, table.heading_rows.1));
            let read = rows::read(&context);
            self.reading.records.extend(read.records);
            self.reading.diagnostics.extend(read.diagnostics);
        }
        if let Some(scheme) = made_scheme
            && !self.reading.schemes.contains(&scheme)
        {
            self.reading.schemes.push(scheme);
        }
        let row_of = |row: Option<&Cow<'_, Row>>| row.map_or(0, |row| row.index + 1);
        self.reading.sheets[*place].tables.push(TableReading {
            kind,
            title,
            committee: committee.last().map(ToString::to_string),
            campaign: campaign.map(|campaign| campaign.code.clone()),
            heading_rows: (table.heading_rows.0 + 1, table.heading_rows.1 + 1),
            body_rows: (row_of(table.body.first()), row_of(table.body.last())),
            profile: proposal::propose(
                found,
                &columns,
                committee.last().map(AsRef::as_ref),
                self.vocabulary,
            ),
            columns: columns.into_iter().map(column_reading).collect(),
            records: self.reading.records.len() - records_before,
        });
    }

    /// Columns that are left out are told: doubts about ratings loudly, the rest in a notice.
    /// Returns whether letters that nothing explains are taken for levels.
    fn note_columns(&mut self, sheet: &Sheet, table: &Table<'_>, columns: &[Column]) -> bool {
        let mut letters = false;
        for column in columns {
            let left_out = || format!("the column was left out: {}", column.why);
            let (code, message) = match column.why {
                column::OTHER_ROUND
                | column::OTHER_RESULT
                | column::PART_OF_MEMBERS
                | column::SEVERAL_RATINGS => (Code::AmbiguousColumn, left_out()),
                column::LETTERS => {
                    letters = true;
                    let message = "A, B, C, D are taken for the levels from the best one down";
                    (Code::AssumedLevels, message.to_owned())
                }
                column::NOT_UNDERSTOOD if !column.heading.is_empty() => {
                    (Code::ColumnIgnored, left_out())
                }
                _ => continue,
            };
            let diagnostic = Diagnostic::new(code, message)
                .at(&sheet.name, table.heading_rows.1, column.index)
                .found(column.heading.clone());
            let diagnostic = match column.why {
                column::SEVERAL_RATINGS => diagnostic.hint(
                    "say in the heading who rated or in which round, or name the column in a profile",
                ),
                _ => diagnostic,
            };
            self.reading.diagnostics.push(diagnostic);
        }
        letters
    }

    fn finish(mut self) -> Reading {
        place_organizations(&mut self.reading.records);
        let checked = check::run(&self.reading.records, &self.reading.diagnostics, self.vocabulary);
        self.reading.diagnostics.extend(checked);
        if self.reading.records.is_empty() && !self.reading.diagnostics.iter().any(is_error) {
            self.reading.diagnostics.push(
                Diagnostic::new(Code::NoTable, "no table of evaluations was found in the workbook")
                    .expected("a heading row with names such as `Họ và tên`, `Chi bộ`, `Xếp loại`")
                    .hint("run `evalhub inspect` on the file to see what was found"),
            );
        }
        self.reading
    }
}

/// A table's kind and columns, and the marks of its sheet.
struct Understood<'v> {
    legend: Legend<'v>,
    kind: TableKind,
    columns: Vec<Column>,
    /// Whom the title is about.
    subject: Option<Subject>,
}

/// Why the rows of a table are not read.
fn unread(
    kind: TableKind,
    has_campaign: bool,
    sheet: &Sheet,
    table: &Table<'_>,
) -> Option<Diagnostic> {
    let first = table.headings.first().map_or(0, |heading| heading.column);
    let at = |diagnostic: Diagnostic| diagnostic.at(&sheet.name, table.heading_rows.0, first);
    if kind == TableKind::Unknown {
        let message = "the columns of this table are not understood; it was left out";
        return Some(at(Diagnostic::new(Code::SheetSkipped, message)));
    }
    let message = "neither the title nor the sheet names the round of this table";
    (!has_campaign).then(|| {
        at(Diagnostic::new(Code::NoCampaign, message))
            .hint("say it with --campaign, for example --campaign 2019")
    })
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity() == crate::Severity::Error
}

fn column_reading(column: Column) -> ColumnReading {
    let name: String =
        cell_name(0, column.index).chars().filter(char::is_ascii_alphabetic).collect();
    ColumnReading {
        column: name,
        heading: column.heading,
        field: column.meaning.name(),
        why: column.why,
    }
}

/// 100 where no percentage of the table is over 1: they are fractions that a format shows as %.
fn percent_scale(columns: &[Column], body: &[Cow<'_, Row>]) -> f64 {
    let percents = columns.iter().filter(|column| {
        matches!(
            column.meaning,
            Meaning::Percent(_) | Meaning::PlainPercent | Meaning::IndicatorPercent(_)
        )
    });
    let values: Vec<f64> = percents
        .flat_map(|column| body.iter().filter_map(|row| row.cell(column.index)))
        .filter_map(|cell| number(&cell.value))
        .filter(|number| !number.percent)
        .map(|number| number.value)
        .collect();
    let largest = values.iter().copied().fold(0.0, f64::max);
    let fractional = values.iter().any(|value| *value > 0.0 && *value < 1.0);
    if largest <= 1.0 && fractional { 100.0 } else { 1.0 }
}
