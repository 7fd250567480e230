//! One reading of a workbook: its sheets, tables, records and what was wrong.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use crate::campaign::Campaign;
use crate::cell::number;
use crate::check;
use crate::column::{self, Column, Context, Meaning, is_organization_name};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Organization, Record, Stated, Statement, Subject};
use crate::rows::{self, TableContext};
use crate::table::{self, Frame, Table, TableKind};
use crate::text::{self, Evidence, is_capitals, organization_key};
use crate::vocabulary::{Level, LevelText, Scheme, Vocabulary};
use crate::workbook::{self, Row, Sheet, cell_name};

/// What a workbook does not say and its reader does.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The round, where the workbook names none.
    pub campaign: Option<Campaign>,
    /// The issuing body, where the workbook names none.
    pub committee: Option<String>,
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
            diagnostics: workbook.diagnostics,
            ..Reading::default()
        },
        file_name,
        options,
        vocabulary,
        committee: None,
    };
    let mut tables: Vec<(usize, Table)> = Vec::new();
    for (place, sheet) in workbook.sheets.iter_mut().enumerate() {
        reader.repair(sheet);
        let found = if sheet.hidden { Vec::new() } else { table::find(sheet, vocabulary) };
        reader.note_sheet(sheet, found.len());
        tables.extend(found.into_iter().map(|table| (place, table)));
    }
    reader.committee = reader.commonest_committee(&tables);
    for (place, table) in &tables {
        reader.table(&workbook.sheets[*place], *place, table, &tables);
    }
    reader.finish()
}

struct Reader<'a> {
    reading: Reading,
    file_name: &'a str,
    options: &'a Options,
    vocabulary: &'a Vocabulary,
    /// The issuing path of most tables, for those that print none.
    committee: Option<Arc<[Arc<str>]>>,
}

impl Reader<'_> {
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

    /// Superior and issuing body of a frame.
    fn issuer(&self, frame: &Frame) -> Option<Arc<[Arc<str>]>> {
        let vocabulary = self.vocabulary;
        let below_title = frame
            .titles
            .iter()
            .filter(|line| frame.block.is_empty() && Campaign::all_in(&line.text).is_empty());
        let bodies: Vec<&str> = frame
            .block
            .iter()
            .chain(below_title)
            .map(|line| line.text.as_str())
            .filter(|text| {
                is_organization_name(text, vocabulary) || is_capitals(text) && text.len() < 120
            })
            .collect();
        let committee = bodies.last()?;
        let named = |text: &&str| !vocabulary.is_group(text) && !vocabulary.is_bare_head(text);
        let superior = bodies.len().checked_sub(2).map(|at| bodies[at]).filter(named);
        let path: Vec<Arc<str>> = superior.into_iter().chain([*committee]).map(Arc::from).collect();
        Some(in_mixed_case(&path, frame))
    }

    fn commonest_committee(&self, tables: &[(usize, Table)]) -> Option<Arc<[Arc<str>]>> {
        let mut counts: BTreeMap<Arc<[Arc<str>]>, usize> = BTreeMap::new();
        for (_, table) in tables {
            if let Some(path) = self.issuer(&table.frame) {
                *counts.entry(path).or_default() += 1;
            }
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(path, _)| path)
    }

    /// The issuing path of a table, from its frame, the other tables, the options, the file name.
    fn committee_of(&mut self, table: &Table) -> Arc<[Arc<str>]> {
        if let Some(path) = self.issuer(&table.frame).or_else(|| self.committee.clone()) {
            return path;
        }
        if let Some(name) = &self.options.committee {
            return Arc::from([Arc::<str>::from(name.as_str())]);
        }
        let name = committee_from(self.file_name);
        let message =
            format!("no issuing body is printed; `{name}` stands in, from the name of the file");
        self.reading.diagnostics.push(
            Diagnostic::new(Code::CommitteeFromFileName, message)
                .found(self.file_name)
                .hint("say it with --committee NAME"),
        );
        let path: Arc<[Arc<str>]> = Arc::from([Arc::<str>::from(name)]);
        self.committee = Some(Arc::clone(&path));
        path
    }

    /// The round: title, sheet name, the only round of the other titles, the file's name, options.
    fn campaign_of(
        &self,
        sheet: &Sheet,
        table: &Table,
        all: &[(usize, Table)],
    ) -> Option<Arc<Campaign>> {
        let only = |text: &str| {
            let mut rounds = Campaign::all_in(text);
            if rounds.len() == 1 { rounds.pop() } else { None }
        };
        let in_titles = || table.frame.titles.iter().find_map(|line| only(&line.text));
        let in_block = || table.frame.block.iter().find_map(|line| only(&line.text));
        let elsewhere = || {
            let mut rounds: Vec<Campaign> =
                all.iter().flat_map(|(_, t)| Campaign::all_in(&t.frame.title())).collect();
            rounds.sort();
            rounds.dedup();
            if rounds.len() == 1 { rounds.pop() } else { None }
        };
        only(&table.frame.title())
            .or_else(in_titles)
            .or_else(in_block)
            .or_else(|| only(&sheet.name))
            .or_else(elsewhere)
            .or_else(|| self.options.campaign.clone())
            .or_else(|| only(self.file_name))
            .map(Arc::new)
    }

    fn table(&mut self, sheet: &Sheet, place: usize, table: &Table, all: &[(usize, Table)]) {
        let body = &sheet.rows[table.body.clone()];
        let context = Context::new(self.vocabulary, table.frame.title());
        let (kind, columns) = column::read(&table.headings, body, &context);
        self.note_columns(sheet, table, &columns);
        let committee = self.committee_of(table);
        let several = Campaign::all_in(&table.frame.title()).len() > 1;
        let named = columns.iter().any(|column| column.campaign.is_some());
        let campaign = if several && named { None } else { self.campaign_of(sheet, table, all) };
        let by_levels = subject_of_levels(&columns, self.vocabulary);
        let subject = by_levels.or(context.subject).unwrap_or(Subject::Members);
        let columns = with_subject(columns, by_levels);
        let made_scheme = self.made_scheme(&columns, subject);
        let records_before = self.reading.records.len();
        if kind == TableKind::Unknown {
            let message = "the columns of this table are not understood; it was left out";
            let diagnostic = Diagnostic::new(Code::SheetSkipped, message);
            self.reading.diagnostics.push(diagnostic.at(
                &sheet.name,
                table.heading_rows.0,
                table.headings[0].column,
            ));
        } else if campaign.is_none() && !named {
            let message = "neither the title nor the sheet names the round of this table";
            self.reading.diagnostics.push(
                Diagnostic::new(Code::NoCampaign, message)
                    .at(&sheet.name, table.heading_rows.0, table.headings[0].column)
                    .hint("say it with --campaign, for example --campaign 2019"),
            );
        } else {
            let percent_scale = percent_scale(&columns, body);
            let context = TableContext {
                vocabulary: self.vocabulary,
                sheet,
                sheet_name: sheet.name.as_str().into(),
                table: self.reading.sheets[place].tables.len(),
                kind,
                columns: &columns,
                body,
                title: &context.title,
                campaign: campaign.clone(),
                committee: Arc::clone(&committee),
                subject,
                made_scheme: made_scheme.as_ref(),
                percent_scale,
            };
            let unknown = unknown_scales(&context, table.heading_rows.1);
            let read = rows::read(&context);
            self.reading.diagnostics.extend(unknown);
            self.reading.records.extend(read.records);
            self.reading.diagnostics.extend(read.diagnostics);
        }
        if let Some(scheme) = made_scheme
            && !self.reading.schemes.contains(&scheme)
        {
            self.reading.schemes.push(scheme);
        }
        let row_of = |row: Option<&Row>| row.map_or(0, |row| row.index + 1);
        self.reading.sheets[place].tables.push(TableReading {
            kind,
            title: context.title,
            committee: committee.last().map(ToString::to_string),
            campaign: campaign.map(|campaign| campaign.code.clone()),
            heading_rows: (table.heading_rows.0 + 1, table.heading_rows.1 + 1),
            body_rows: (row_of(body.first()), row_of(body.last())),
            columns: columns.into_iter().map(column_reading).collect(),
            records: self.reading.records.len() - records_before,
        });
    }

    /// Columns that are left out are told: doubts about ratings loudly, the rest in a notice.
    fn note_columns(&mut self, sheet: &Sheet, table: &Table, columns: &[Column]) {
        for column in columns.iter().filter(|column| column.meaning == Meaning::Ignored) {
            let code = match column.why {
                column::OTHER_ROUND | column::SEVERAL_RATINGS => Code::AmbiguousColumn,
                column::NOT_UNDERSTOOD if !column.heading.is_empty() => Code::ColumnIgnored,
                _ => continue,
            };
            let message = format!("the column was left out: {}", column.why);
            self.reading.diagnostics.push(
                Diagnostic::new(code, message)
                    .at(&sheet.name, table.heading_rows.1, column.index)
                    .found(column.heading.clone()),
            );
        }
    }

    /// The scheme for a scale of which no known scheme has the levels, ordered by polarity.
    fn made_scheme(&mut self, columns: &[Column], subject: Subject) -> Option<Scheme> {
        let mut levels: Vec<(u8, String)> = columns
            .iter()
            .filter_map(|column| match &column.meaning {
                Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key) => {
                    key.level.as_ref()
                }
                Meaning::Tick(_, level) => Some(level),
                _ => None,
            })
            .filter_map(|level| match level {
                LevelText::Foreign { label, polarity } => Some((*polarity, label.clone())),
                _ => None,
            })
            .collect();
        levels.sort_by(|left, right| right.cmp(left));
        levels.dedup();
        if levels.len() < 2 {
            return None;
        }
        let labels: Vec<&str> = levels.iter().map(|(_, label)| label.as_str()).collect();
        let name = labels.iter().map(|label| capitalized(label)).collect::<Vec<_>>().join(" > ");
        if !self.reading.schemes.iter().any(|scheme| scheme.name == name) {
            let message = format!("a rating scheme was made for these levels: {name}");
            self.reading.diagnostics.push(Diagnostic::new(Code::SchemeMade, message));
        }
        let code = labels.iter().map(|label| label.replace(' ', "_")).collect::<Vec<_>>().join("-");
        let levels = labels.iter().zip(1..).map(|(label, rank)| Level {
            code: label.replace(' ', "_").to_uppercase(),
            rank,
            label: (*label).to_owned(),
            label_en: capitalized(label),
            aliases: Vec::new(),
        });
        Some(Scheme {
            code,
            subject,
            name,
            from: None,
            to: None,
            documents: Vec::new(),
            levels: levels.collect(),
        })
    }

    fn finish(mut self) -> Reading {
        place_organizations(&mut self.reading.records);
        let checked = check::run(&self.reading.records, self.vocabulary);
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

/// A branch's name is in capitals in the block and often in full below the title.
fn in_mixed_case(path: &[Arc<str>], frame: &Frame) -> Arc<[Arc<str>]> {
    let restore = |name: &Arc<str>| {
        let key = organization_key(name);
        let line = frame.titles.iter().find(|line| organization_key(&line.text) == key);
        line.map_or_else(|| Arc::clone(name), |line| line.text.as_str().into())
    };
    path.iter().map(restore).collect()
}

/// Columns of levels that belong to no scheme of their subject and year: their figures are not read.
fn unknown_scales(context: &TableContext<'_>, heading_row: u32) -> Vec<Diagnostic> {
    let unknown = context.columns.iter().filter(|column| {
        let (level, subject, round) = match &column.meaning {
            Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key) => {
                (key.level.as_ref(), key.subject, key.campaign.clone())
            }
            Meaning::Tick(_, level) => (Some(level), context.subject_of_ticks(), None),
            _ => return false,
        };
        let round = round.or_else(|| context.campaign.clone());
        let (Some(level), Some(round)) = (level, round) else { return false };
        context.rating(level, subject, &round).is_none()
    });
    let told = unknown.map(|column| {
        Diagnostic::new(
            Code::UnknownScale,
            "the level belongs to no scheme of this subject and year",
        )
        .at(&context.sheet_name, heading_row, column.index)
        .found(column.heading.clone())
        .hint("check the title's subject and year, and the word of the heading")
    });
    told.collect()
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity() == crate::Severity::Error
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
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

/// "`ket_qua(3).xlsx`" is "`ket_qua"`: copies of one file have one issuer.
fn committee_from(file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem).trim();
    match stem.rsplit_once('(') {
        Some((name, copy)) if copy.trim_end_matches(')').chars().all(|c| c.is_ascii_digit()) => {
            name.trim().to_owned()
        }
        _ => stem.to_owned(),
    }
}

/// The subject, where a level of the columns belongs to the schemes of one subject alone.
fn subject_of_levels(columns: &[Column], vocabulary: &Vocabulary) -> Option<Subject> {
    columns.iter().find_map(|column| {
        let (Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key)) =
            &column.meaning
        else {
            return None;
        };
        let Some(LevelText::Known(places)) = &key.level else { return None };
        let mut subjects: Vec<Subject> =
            places.iter().map(|(scheme, _)| vocabulary.schemes[*scheme].subject).collect();
        subjects.dedup();
        (subjects.len() == 1).then(|| subjects[0])
    })
}

fn with_subject(mut columns: Vec<Column>, subject: Option<Subject>) -> Vec<Column> {
    let Some(subject) = subject else { return columns };
    for column in &mut columns {
        if let Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key) =
            &mut column.meaning
            && key.level.is_some()
        {
            key.subject = subject;
        }
    }
    columns
}

/// 100 where no percentage of the table is over 1: they are fractions that a format shows as %.
fn percent_scale(columns: &[Column], body: &[Row]) -> f64 {
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

/// Every organisation that a record stands under has a record of its own: the first place that
/// names it states where it stands.
fn place_organizations(records: &mut Vec<Record>) {
    type Key = (Arc<Campaign>, Vec<String>);
    type Path = Arc<[Arc<str>]>;
    let key_of = |record: &Record, length: usize| -> Key {
        let path = record.place[..length].iter().map(|name| organization_key(name)).collect();
        (Arc::clone(&record.campaign), path)
    };
    let mut stated: HashSet<Key> = HashSet::new();
    for record in records.iter().filter(|record| matches!(record.statement, Statement::Branch(_))) {
        stated.insert(key_of(record, record.place.len()));
    }
    let mut placed: Vec<Record> = Vec::new();
    let mut last: Option<(Arc<Campaign>, Path)> = None;
    for record in records.iter() {
        let seen = last.as_ref().is_some_and(|(campaign, place)| {
            *campaign == record.campaign
                && (Arc::ptr_eq(place, &record.place) || *place == record.place)
        });
        if seen {
            continue;
        }
        last = Some((Arc::clone(&record.campaign), Arc::clone(&record.place)));
        for length in 1..=record.place.len() {
            if stated.insert(key_of(record, length)) {
                placed.push(placement(record, length));
            }
        }
    }
    records.extend(placed);
}

fn placement(record: &Record, length: usize) -> Record {
    let name = record.place[length - 1].to_string();
    let organization = Organization {
        name: Stated { value: name, column: 0, raw: None },
        code: None,
        ratings: Vec::new(),
        exemplary: None,
    };
    Record {
        place: record.place[..length].into(),
        statement: Statement::Branch(organization),
        ..record.clone()
    }
}
