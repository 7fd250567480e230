//! One reading of a workbook: its sheets, tables, records and what was wrong.

mod by_profile;
#[cfg(test)]
mod changes;
mod counts;
mod heads;
mod issuer;
mod notes;
mod placement;
mod proposal;
mod scheme;
mod tallied;
mod understood;
mod units;
mod unread;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::account::{self, Account};
use crate::campaign::Campaign;
use crate::check;
use crate::diagnostic::{Answer, Code, Diagnostic};
use crate::grid::{Row, Sheet, Value, cell_name};
use crate::layout::{self, RowRole, Table, TableKind};
use crate::mended::{self, Mended};
use crate::profile::{self, Profile, written};
#[cfg(test)]
use crate::record::{Figure, Person, Statement};
use crate::record::{Record, Subject};
use crate::records::{self, Listed, TableContext};
use crate::register::Register;
use crate::role::{Column, Role};
use crate::scale::Scales;
use crate::text::{self, Evidence};
use crate::value::number;
use crate::vocabulary::{Scheme, Vocabulary};
use crate::workbook::{self, Workbook};
use placement::place_organizations;
use scheme::{subject_of_levels, unknown_scales, with_subject};
use understood::{
    Found, Understood, bodies_of, find, letters_explained, on_their_sides, share_bodies,
    share_headings, share_kind, share_letters, share_sexes,
};

/// What a workbook does not say and its reader does.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Options {
    /// The round, where the workbook names none.
    pub campaign: Option<Campaign>,
    /// The issuing body, where the workbook names none.
    pub committee: Option<String>,
    /// The body above the issuing body, where the workbook prints none.
    pub superior: Option<String>,
    /// How the workbook is laid out, where words cannot settle it.
    #[serde(serialize_with = "written::write", deserialize_with = "written::read_one")]
    pub profile: Option<Arc<Profile>>,
    /// Whether to say what each row is for and what became of each cell, which no record needs.
    pub in_detail: bool,
    /// What people said about columns that were in doubt.
    pub answers: Vec<Answer>,
    /// The bodies that are known beforehand.
    pub register: Option<Arc<Register>>,
    /// Profiles that were confirmed before: a sheet that has the signature of one is read by it.
    #[serde(serialize_with = "written::write", deserialize_with = "written::read")]
    pub known_profiles: Vec<Arc<Profile>>,
}

/// All that was read from a workbook.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Reading {
    /// The kind of file, such as `xlsx`; empty if it could not be opened.
    pub format: Cow<'static, str>,
    /// The sheets, in their order.
    pub sheets: Vec<SheetReading>,
    /// The records, in the order of sheets and rows.
    pub records: Vec<Record>,
    /// The schemes that were made for scales of the workbook's own.
    pub schemes: Vec<Scheme>,
    /// What was wrong, in the order of sheets and rows.
    pub diagnostics: Vec<Diagnostic>,
    /// The rows that were left out of other workbooks and stand here mended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mended: Vec<Mended>,
}

/// A sheet and the tables found on it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SheetReading {
    /// The name of the sheet.
    pub name: String,
    /// Whether the sheet is hidden; hidden sheets are not read.
    pub hidden: bool,
    /// What each row is for that holds anything, by its number as Excel has it, if that was asked for.
    pub rows: BTreeMap<u32, RowRole>,
    /// The tables, top to bottom.
    pub tables: Vec<TableReading>,
}

/// A table: where it lies and how its columns were understood.
#[derive(Debug, Serialize, Deserialize)]
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
    /// What became of its cells.
    pub account: Account,
    /// A profile that says what was understood, for tables of figures.
    pub profile: Option<String>,
}

/// A column and the field it was read as.
#[derive(Debug, Serialize, Deserialize)]
pub struct ColumnReading {
    /// The name of the column, such as `C`.
    pub column: String,
    /// The words over it.
    pub heading: String,
    /// What it holds.
    pub field: String,
    /// Why it was read so.
    pub why: Cow<'static, str>,
    /// The weight of all evidence for it; infinite where a person says so.
    #[serde(deserialize_with = "or_certain")]
    pub weight: f64,
    /// What it would have been read as otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
}

/// The second best reading of a column.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunnerUp {
    /// What it would hold.
    pub field: String,
    /// What the reading of the whole table would lose by it.
    #[serde(deserialize_with = "or_certain")]
    pub margin: f64,
}

/// A weight; formats without infinite numbers write null for one.
pub(crate) fn or_certain<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}

/// Reads a workbook. `file_name` stands in for the issuing body where the workbook names none.
pub fn read(bytes: &[u8], file_name: &str, options: &Options, vocabulary: &Vocabulary) -> Reading {
    match workbook::open(bytes) {
        Ok(mut workbook) => {
            // Spreadsheets call the only sheet of such a file by the name of the file.
            if let ("csv", [sheet]) = (workbook.format, workbook.sheets.as_mut_slice()) {
                text::file_stem(file_name).clone_into(&mut sheet.name);
            }
            read_sheets(workbook, file_name, options, vocabulary)
        }
        Err(diagnostic) => Reading { diagnostics: vec![*diagnostic], ..Reading::default() },
    }
}

fn read_sheets(
    mut workbook: Workbook,
    file_name: &str,
    options: &Options,
    vocabulary: &Vocabulary,
) -> Reading {
    let mut reading = Reading {
        format: workbook.format.into(),
        diagnostics: std::mem::take(&mut workbook.diagnostics),
        mended: mended::take(&mut workbook.sheets),
        ..Reading::default()
    };
    // What is French as it stands is no Vietnamese in an old encoding, whatever its syllables.
    let language = vocabulary.of_language(texts(&workbook.sheets));
    let by_vote = std::ptr::eq(language, vocabulary);
    for sheet in &mut workbook.sheets {
        reading.diagnostics.extend(repaired(sheet, by_vote));
    }
    let vocabulary = language;
    workbook.sheets.iter_mut().for_each(|sheet| counts::made_numbers(sheet, vocabulary));
    let known = known_profiles(options);
    let slices: Vec<Vec<Sheet>> =
        workbook.sheets.iter().map(|sheet| layout::slices(sheet, vocabulary)).collect();
    let mut found: Vec<Found<'_>> = Vec::new();
    for (place, sheet) in workbook.sheets.iter().enumerate() {
        match profile_of(sheet, options, &known) {
            Some(profile) if !profile.is_for_lists() => {}
            Some(profile) => found.extend(Found::by_profile(profile, place, sheet, vocabulary)),
            None if options.profile.is_some() => {}
            None => found.extend(find(place, sheet, &slices[place], vocabulary)),
        }
    }
    let tables: Vec<&Table<'_>> = found.iter().map(|found| &found.table).collect();
    let none = Scales::default();
    let plain = LazyCell::new(|| letters_explained(&workbook.sheets, vocabulary, &none));
    let is_explained = |label: &str| {
        let mark = vocabulary.without_fillers(label);
        mark.len() == 1 && plain.as_ref().is_some_and(|letters| letters.contains_key(&mark))
    };
    let scales = Scales::learn(&workbook.sheets, &tables, &is_explained, vocabulary);
    let explained = LazyCell::new(|| letters_explained(&workbook.sheets, vocabulary, &scales));
    let letters = || explained.as_ref();
    let understood = |found| Understood::of(found, vocabulary, &scales, &options.answers, &letters);
    let mut found: Vec<Understood<'_, '_>> = found.into_iter().map(understood).collect();
    found.retain(|table| !table.is_key());
    let is_free =
        |sheet: &Sheet| options.profile.is_none() && profile_of(sheet, options, &known).is_none();
    let on_side = |place: usize, sheet, table| {
        let found = Found { place, sheet, table, profile: None };
        understood(found)
    };
    let mut found = on_their_sides(found, &workbook.sheets, &is_free, vocabulary, &on_side);
    share_kind(&mut found, &options.answers);
    share_headings(&mut found);
    share_bodies(&mut found);
    share_sexes(&mut found);
    share_letters(&mut found);
    let mut reader = Reader {
        reading,
        file_name,
        options,
        vocabulary,
        scales: &scales,
        committee: None,
        heads: heads::Heads::new(),
        lists: HashMap::new(),
    };
    for (place, sheet) in workbook.sheets.iter().enumerate() {
        reader.sheet(place, sheet, profile_of(sheet, options, &known), &found);
    }
    reader.committee =
        reader.commonest_committee(&found).or_else(|| reader.on_cover(&workbook.sheets, &found));
    for table in &found {
        reader.table(table, &found);
    }
    reader.finish(&workbook.sheets)
}

/// The texts of a workbook by which its language is told.
fn texts(sheets: &[Sheet]) -> impl Iterator<Item = &str> {
    let cells = sheets
        .iter()
        .filter(|sheet| !sheet.hidden)
        .flat_map(|sheet| sheet.rows.iter().take(40).flat_map(|row| &row.cells));
    cells.filter_map(|cell| match &cell.value {
        Value::Text(text) => Some(&**text),
        _ => None,
    })
}

/// The profiles by whose signature sheets are known.
fn known_profiles(options: &Options) -> Vec<Arc<Profile>> {
    match &options.profile {
        Some(_) => Vec::new(),
        None => options
            .known_profiles
            .iter()
            .cloned()
            .chain(Profile::bundled().into_iter().map(Arc::new))
            .collect(),
    }
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

struct Reader<'a> {
    reading: Reading,
    file_name: &'a str,
    options: &'a Options,
    vocabulary: &'a Vocabulary,
    scales: &'a Scales,
    /// The issuing path of most tables, for those that print none.
    committee: Option<Arc<[Arc<str>]>>,
    /// The heads of bodies that stand over their columns alone.
    heads: heads::Heads,
    /// What the lists of a sheet hold, by their headings.
    lists: HashMap<(usize, String), Listed>,
}

/// Converts the texts of a sheet that are in an encoding of before Unicode, and says so.
fn repaired(sheet: &mut Sheet, by_vote: bool) -> Vec<Diagnostic> {
    let name = sheet.name.clone();
    let told = text::repair(sheet, by_vote).into_iter().map(|repair| {
        let from = cell_name(repair.first_row, repair.column);
        let why = match repair.evidence {
            Evidence::Font(font) => format!("its font is {}", font.name()),
            Evidence::Bytes => "its bytes are UTF-8".to_owned(),
            Evidence::Vote { syllables, as_read, converted } => format!(
                "of {syllables} syllables {converted} are Vietnamese then, {as_read} as they stood"
            ),
        };
        let message = format!(
            "{} cells from {from} down were converted from {}: {why}",
            repair.cells,
            repair.encoding.name()
        );
        Diagnostic::new(Code::TextRepaired, message)
            .at(&name, repair.first_row, repair.column)
            .hint("the text as it was read stays in the sources of each fact")
    });
    told.collect()
}

impl Reader<'_> {
    /// The sentences of a sheet without a table, if they are a report with figures of levels.
    fn report(&mut self, place: usize, sheet: &Sheet) -> bool {
        if sheet.hidden {
            return false;
        }
        let frame = layout::frame_of(sheet, self.vocabulary);
        let rounds = frame.titles.iter().take(3).map(|line| Campaign::all_in(&line.text));
        let only = rounds.filter_map(|mut rounds| (rounds.len() == 1).then(|| rounds.remove(0)));
        let campaign = only.into_iter().next().or_else(|| self.options.campaign.clone());
        let (Some(campaign), Some(committee)) = (campaign, self.issuer(&frame)) else {
            return false;
        };
        let records = records::report::read(&records::report::Context {
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

    /// Notes a sheet, with what is read from it that is no table, and what is not read.
    fn sheet(
        &mut self,
        place: usize,
        sheet: &Sheet,
        profile: Option<&Arc<Profile>>,
        found: &[Understood<'_, '_>],
    ) {
        self.note_sheet(sheet);
        let tables: Vec<&Understood<'_, '_>> =
            found.iter().filter(|found| found.place == place).collect();
        match profile {
            Some(profile) if !profile.is_for_lists() => self.by_profile(profile, place, sheet),
            Some(_) if tables.is_empty() => self.profile_fails(sheet),
            None if self.options.profile.is_none()
                && !(tables.is_empty() && self.report(place, sheet)) =>
            {
                let beside = unread::rows_beside(sheet, &tables, self.scales, self.vocabulary);
                self.reading.diagnostics.extend(beside);
            }
            _ => {}
        }
    }

    fn note_sheet(&mut self, sheet: &Sheet) {
        self.reading.sheets.push(SheetReading {
            name: sheet.name.clone(),
            hidden: sheet.hidden,
            rows: if self.options.in_detail {
                let roles = layout::roles_of_rows(sheet, self.vocabulary).into_iter();
                roles.map(|(row, role)| (row + 1, role)).collect()
            } else {
                BTreeMap::new()
            },
            tables: Vec::new(),
        });
    }

    fn table(&mut self, found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) {
        let Understood { place, sheet, table, title, legend, .. } = found;
        let mut read = found.read.clone();
        if let Some(profile) = &found.profile {
            match profile.name_columns(&mut read.columns) {
                Ok(named) => read.kind = named,
                Err(missing) => {
                    let row = table.heading_rows.1;
                    let problem = profile::mismatch(sheet, row, &table.headings, &missing);
                    self.reading.diagnostics.push(problem);
                    return;
                }
            }
        }
        let kind = read.kind;
        self.note_head(found);
        if kind != TableKind::Unknown {
            self.reading.diagnostics.extend(notes::of_columns(found, &read));
        }
        let committee = self.committee_of(found, all);
        let (campaign, named) = self.rounds_of(found, &read.columns, all);
        let by_levels = subject_of_levels(&read.columns, self.vocabulary)
            .or_else(|| tallied::subject(found, all));
        let mut columns = with_subject(read.columns, by_levels, self.vocabulary);
        let unit = units::of(found, all);
        self.reading.diagnostics.extend(units::of_line(&mut columns, unit.as_ref(), found, all));
        let subject = by_levels.or(read.subject).unwrap_or_else(|| listed(found, all));
        let records_before = self.reading.records.len();
        let layout = table.layout_key();
        let problems = unread::why(found, kind, campaign.is_some() || named, self.vocabulary);
        let account = if problems.is_empty() {
            let context = TableContext {
                vocabulary: self.vocabulary,
                legend,
                sheet,
                sheet_name: sheet.name.as_str().into(),
                table: self.reading.sheets[*place].tables.len(),
                kind,
                columns: &columns,
                layout: &layout,
                body: &table.body,
                frame: &table.frame,
                title,
                campaign: campaign.clone(),
                committee: Arc::clone(&committee),
                subject,
                unit,
                percent_scale: percent_scale(&columns, &table.body),
                kinds_in_lines: records::kinds_in_lines(&table.body, self.vocabulary),
                above: self.lists.get(&(*place, layout.clone())).cloned().unwrap_or_default(),
                in_detail: self.options.in_detail,
            };
            self.records_of(&context, found)
        } else {
            self.reading.diagnostics.extend(problems);
            Account::unexplained(&table.body)
        };
        let issuer = committee.last().map(AsRef::as_ref);
        self.reading.sheets[*place].tables.push(TableReading {
            kind,
            title: title.clone(),
            committee: issuer.map(str::to_owned),
            campaign: campaign.map(|campaign| campaign.code.clone()),
            heading_rows: (table.heading_rows.0 + 1, table.heading_rows.1 + 1),
            body_rows: body_rows(table),
            profile: proposal::propose(found, &columns, issuer, legend),
            columns: columns.into_iter().map(column_reading).collect(),
            records: self.reading.records.len() - records_before,
            account: account.with_heading(cells_of_heading(sheet, table)),
        });
    }

    fn note_head(&mut self, found: &Understood<'_, '_>) {
        if let Some(head) = heads::of(found, self.vocabulary) {
            let table = self.reading.sheets[found.place].tables.len();
            self.heads.insert((found.sheet.name.as_str().into(), table), head);
        }
    }

    /// Takes the records of a table, what was wrong, and what nothing explains.
    fn records_of(&mut self, context: &TableContext<'_>, found: &Understood<'_, '_>) -> Account {
        if self.options.in_detail && context.kind != TableKind::Unknown {
            let roles = roles_in_table(context, &found.table);
            self.reading.sheets[found.place].rows.extend(roles);
        }
        self.reading.diagnostics.extend(unknown_scales(context));
        let read = records::read(context);
        let (account, told) = account::of(context, &read);
        self.reading.diagnostics.extend(told);
        let alike = (found.place, context.layout.to_owned());
        self.lists.entry(alike).or_default().add(&read.listed);
        self.reading.records.extend(read.records);
        self.reading.diagnostics.extend(read.diagnostics);
        account
    }

    /// The round of all rows of a table, none where the columns of ratings name their own, and whether
    /// any column names one.
    fn rounds_of(
        &mut self,
        found: &Understood<'_, '_>,
        columns: &[Column],
        all: &[Understood<'_, '_>],
    ) -> (Option<Arc<Campaign>>, bool) {
        if let Some(round) = &found.table.round {
            return (Some(Arc::new(round.clone())), true);
        }
        let named =
            columns.iter().any(|column| column.campaign.is_some() || column.role == Role::Round);
        let titled = Campaign::all_in(&found.title).len();
        let rates = |column: &&Column| {
            let counts_level = column.role.figure_key().is_some_and(|key| key.level.is_some());
            column.role.is_rating() || counts_level
        };
        let mut rated = columns.iter().filter(rates).peekable();
        let by_columns = rated.peek().is_some() && rated.all(|column| column.campaign.is_some());
        if named && (titled > 1 || by_columns && titled == 0) {
            return (None, named);
        }
        (self.campaign_of(found, all), named)
    }

    fn finish(mut self, sheets: &[Sheet]) -> Reading {
        heads::complete(&mut self.reading.records, &self.heads, self.vocabulary);
        if let Some(register) = &self.options.register {
            self.reading.diagnostics.extend(register.settle(&mut self.reading.records));
        }
        place_organizations(&mut self.reading.records);
        if let Some(register) = &self.options.register {
            register.describe(&mut self.reading.records);
        }
        self.make_schemes();
        let noted = counting_more(sheets, self.vocabulary);
        let Reading { records, diagnostics, .. } = &self.reading;
        let checked = check::run(records, diagnostics, &noted, self.vocabulary);
        self.reading.diagnostics.extend(checked);
        for (sheet, read) in sheets.iter().zip(&self.reading.sheets) {
            let stated = self.reading.records.iter().any(|record| *record.sheet == *sheet.name);
            if !stated && read.tables.is_empty() {
                self.reading.diagnostics.push(skipped(sheet));
            }
        }
        if self.reading.records.is_empty() && !self.reading.diagnostics.iter().any(is_error) {
            self.reading.diagnostics.push(
                Diagnostic::new(Code::NoTable, "no table of evaluations was found in the workbook")
                    .expected("headings over names and ratings, in the first rows of a table")
                    .hint("run `evalhub inspect` on the file to see what was found"),
            );
        }
        let Reading { mended, records, diagnostics, .. } = &mut self.reading;
        mended::count(mended, records, diagnostics);
        self.reading
    }
}

/// Whom figures count that do not say it: the bodies that the workbook rates, where it neither lists nor counts
/// people of levels. Figures of one of those bodies count its people.
fn listed(found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) -> Subject {
    let headings = found.read.columns.iter().flat_map(|column| column.heading.split(" / "));
    let headings: HashSet<String> = headings.map(text::organization_key).collect();
    let mut bodies = all.iter().flat_map(bodies_of);
    if found.read.kind == TableKind::Figures && bodies.any(|body| headings.contains(&body)) {
        return Subject::Members;
    }
    // "Not Effective" of advocates where bodies are rated by "No Assurance": levels of another scale are of others.
    let rated: HashSet<usize> = all.iter().flat_map(scales_of_bodies).collect();
    let counted = scales_down(found);
    if !rated.is_empty() && !counted.is_empty() && counted.is_disjoint(&rated) {
        return Subject::Members;
    }
    let rates = |found: &Understood<'_, '_>, kind: TableKind| {
        found.read.kind == kind && found.read.columns.iter().any(|column| column.role.is_rating())
    };
    let lists = |kind| all.iter().any(|found| rates(found, kind));
    let mut columns = all.iter().flat_map(|found| &found.read.columns);
    let counts =
        columns.any(|column| column.role.figure_key().is_some_and(|key| key.level.is_some()));
    if lists(TableKind::Organizations) && !lists(TableKind::Members) && !counts {
        Subject::Branches
    } else {
        Subject::Members
    }
}

/// The scales of the workbook's own of which a column holds levels.
fn scales_in(found: &Understood<'_, '_>, column: &Column) -> HashSet<usize> {
    const ROWS: usize = 100;
    let texts = found.table.body.iter().take(ROWS).filter_map(|row| row.text(column.index));
    texts.filter_map(|text| found.legend.level(&text)?.own_scale()).collect()
}

/// Those by which a list rates bodies.
fn scales_of_bodies(found: &Understood<'_, '_>) -> HashSet<usize> {
    let is_list = found.read.kind == TableKind::Organizations;
    let rated = found.read.columns.iter().filter(|column| is_list && column.role.is_rating());
    rated.flat_map(|column| scales_in(found, column)).collect()
}

/// Those of the levels that stand below one another in a table of figures.
fn scales_down(found: &Understood<'_, '_>) -> HashSet<usize> {
    let labels = found.read.columns.iter().filter(|column| column.role == Role::Content);
    labels.flat_map(|column| scales_in(found, column)).collect()
}

/// The first and the last row of the body as Excel numbers them.
fn body_rows(table: &Table<'_>) -> (u32, u32) {
    let of = |row: Option<&Cow<'_, Row>>| row.map_or(0, |row| row.index + 1);
    (of(table.body.first()), of(table.body.last()))
}

/// The filled cells of the heading of a table.
fn cells_of_heading(sheet: &Sheet, table: &Table<'_>) -> usize {
    let (first, last) = table.heading_rows;
    let rows = sheet.rows.iter().filter(|row| (first..=last).contains(&row.index));
    rows.map(|row| row.cells.len()).sum()
}

/// What the rows of a table are for that is understood and lies straight.
fn roles_in_table(context: &TableContext<'_>, table: &Table<'_>) -> Vec<(u32, RowRole)> {
    let lies_straight = table.body.iter().all(|row| row.places.is_empty());
    if !lies_straight {
        return Vec::new();
    }
    let headings = (table.heading_rows.0..=table.heading_rows.1).map(|row| (row, RowRole::Heading));
    let body = table.body.iter().map(|row| {
        let role = match context.kind_of_row(row) {
            records::RowKind::Data => RowRole::Data,
            records::RowKind::Section { .. } => RowRole::Section,
            records::RowKind::Total { .. } => RowRole::Total,
            records::RowKind::Nothing => RowRole::Note,
        };
        (row.index, role)
    });
    headings.chain(body).map(|(row, role)| (row + 1, role)).collect()
}

/// The sheets with a note that a total counts more than its rows: "People of no school are included in the total".
fn counting_more<'s>(sheets: &'s [Sheet], vocabulary: &Vocabulary) -> HashSet<&'s str> {
    let says_so = |sheet: &&Sheet| {
        let lines = sheet.rows.iter().filter(|row| row.cells.len() == 1);
        let mut lines = lines.filter_map(|row| match &row.cells[0].value {
            Value::Text(text) => Some(text),
            _ => None,
        });
        lines.any(|text| vocabulary.words.counts_more.found_in(text))
    };
    sheets.iter().filter(says_so).map(|sheet| sheet.name.as_str()).collect()
}

/// Why nothing is read from a sheet.
fn skipped(sheet: &Sheet) -> Diagnostic {
    let reason = if sheet.hidden {
        "the sheet is hidden"
    } else if sheet.rows.is_empty() {
        "the sheet is empty"
    } else {
        "no table was found on the sheet"
    };
    Diagnostic::new(Code::SheetSkipped, reason).on_sheet(&sheet.name)
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
        field: column.role.name(),
        why: column.why.into(),
        weight: column.weight,
        runner_up: column.runner_up.map(|(role, margin)| RunnerUp { field: role.name(), margin }),
    }
}

/// 100 where no percentage of the table is over 1: they are fractions that a format shows as %.
fn percent_scale(columns: &[Column], body: &[Cow<'_, Row>]) -> f64 {
    let percents = columns.iter().filter(|column| {
        matches!(column.role, Role::Percent(_) | Role::PlainPercent | Role::IndicatorPercent(_))
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

#[cfg(test)]
impl Reading {
    /// The people that were read, with their records.
    pub(crate) fn people(&self) -> impl Iterator<Item = (&Record, &Person)> {
        self.records.iter().filter_map(|record| match &record.statement {
            Statement::Member(person) => Some((record, person)),
            _ => None,
        })
    }

    /// The figures that were read, with their records.
    pub(crate) fn figures(&self) -> impl Iterator<Item = (&Record, &Figure)> {
        let figures = self.records.iter().filter_map(|record| match &record.statement {
            Statement::Figures { figures } => Some((record, figures)),
            _ => None,
        });
        figures.flat_map(|(record, figures)| figures.iter().map(move |figure| (record, figure)))
    }
}

/// The reading of a page whose lines are rows and whose cells stand between bars.
#[cfg(test)]
pub(crate) fn of_page(rows: &str) -> Reading {
    let cells = rows.lines().map(|row| {
        let cells = row.split('|').map(|cell| format!("<td>{}</td>", cell.trim()));
        format!("<tr>{}</tr>", cells.collect::<String>())
    });
    let html = format!("<html><table>{}</table></html>", cells.collect::<String>());
    read(html.as_bytes(), "a.xls", &Options::default(), &Vocabulary::bundled())
}
