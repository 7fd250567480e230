//! Tables of figures read as a profile says.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::gathered::{Gathered, Part, Parts, RowKey, Value};
use super::layout::{Layout, What};
use super::scale::Scale;
use super::split::Field;
use super::{CodeWidth, Columns, HeadingAt, Profile, Unit, is_like};
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Cell, Row, Sheet};
use crate::layout::{Heading, TableKind, headings_of};
use crate::record::{Record, Stated};
use crate::text::comparison_key;
use crate::value::{Number, is_withheld, number, shown};
use crate::vocabulary::{Scheme, Vocabulary};

/// A figure, the round that it is of, and its value.
type FigureOfRow = (Part, Option<Arc<Campaign>>, Option<Value>);

/// What a profile made of a sheet.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) records: Vec<Record>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) scheme: Option<Scheme>,
    /// Heading rows and columns with the field that each was read as, for `inspect`.
    pub(crate) heading_rows: (u32, u32),
    pub(crate) columns: Vec<(u32, String, String)>,
}

impl Profile {
    /// Whether the profile is for a sheet: all headings of its signature stand in one row.
    pub(crate) fn recognizes(&self, sheet: &Sheet) -> bool {
        let holds = |row: &Row| {
            let texts: Vec<String> =
                row.cells.iter().map(|cell| comparison_key(&shown(&cell.value))).collect();
            self.signature.iter().all(|wanted| texts.contains(&comparison_key(wanted)))
        };
        !self.signature.is_empty() && sheet.rows.iter().take(40).any(holds)
    }

    pub(crate) fn reads(&self, sheet: &Sheet) -> bool {
        !sheet.hidden && self.reads_sheet(&sheet.name)
    }

    /// The kind of tables that it reads.
    pub(crate) const KIND: TableKind = TableKind::Organizations;
}

/// Reads the table of a sheet; `table` is its place in the reading.
pub(crate) fn read(
    profile: &Profile,
    sheet: &Sheet,
    file_name: &str,
    committee: &Arc<[Arc<str>]>,
    vocabulary: &Vocabulary,
) -> Output {
    let mut output = Output::default();
    let Some((bottom, after)) = heading_row(profile, sheet) else {
        let message = "no row of the sheet has the heading that the profile names";
        output.diagnostics.push(
            Diagnostic::new(Code::ProfileMismatch, message).on_sheet(&sheet.name).hint(
                "correct `heading` in the profile, or leave the sheet out with `skip_sheets`",
            ),
        );
        return output;
    };
    let top = top_of(profile, bottom);
    let headings = headings_of(sheet, top, bottom);
    output.heading_rows = (top, bottom);
    let title: Vec<String> = sheet.rows[..after]
        .iter()
        .filter(|row| row.index < top)
        .flat_map(|row| &row.cells)
        .map(|cell| shown(&cell.value))
        .collect();
    let layout = match Layout::of(profile, &headings) {
        Ok(layout) => layout,
        Err(missing) => {
            output.diagnostics.push(mismatch(sheet, bottom, &headings, &missing));
            return output;
        }
    };
    output.columns = layout.described(&headings);
    let scale = Scale::of(profile, vocabulary);
    let mut reader = Reader {
        profile,
        vocabulary,
        sheet,
        layout: Arc::new(layout),
        fixed: fixed_campaign(profile, sheet, &title.join(" "), file_name),
        above: BTreeMap::new(),
        gathered: Gathered::default(),
        committee: committee.last().map(|name| comparison_key(name)),
        diagnostics: Vec::new(),
    };
    for row in &sheet.rows[after..] {
        match reader.heading_again(row) {
            Some(layout) => reader.layout = Arc::new(layout),
            None => reader.row(row),
        }
    }
    output.diagnostics.extend(reader.diagnostics);
    output.records = reader.gathered.records(&sheet.name, profile.subject, &scale, committee);
    output.scheme = scale.made;
    output
}

/// The highest row of the heading whose lowest is given.
fn top_of(profile: &Profile, bottom: u32) -> u32 {
    bottom + 1 - profile.heading_rows.min(bottom + 1)
}

/// The lowest row of the heading, and the place of the row after it.
pub(super) fn heading_row(profile: &Profile, sheet: &Sheet) -> Option<(u32, usize)> {
    let at = match &profile.heading {
        HeadingAt::Row(number) => sheet.rows.iter().position(|row| row.index + 1 == *number)?,
        HeadingAt::Word(word) => {
            let key = comparison_key(word);
            let is_it = |cell: &Cell| comparison_key(&shown(&cell.value)) == key;
            sheet.rows.iter().take(200).position(|row| row.cells.iter().any(is_it))?
        }
    };
    // A word of a merged heading stands in its first row.
    let mut bottom = sheet.rows[at].index;
    if let HeadingAt::Word(_) = profile.heading {
        let reaches = sheet.merges.iter().filter(|region| {
            region.first_row == bottom && region.last_row < bottom + profile.heading_rows
        });
        bottom = reaches.map(|region| region.last_row).max().unwrap_or(bottom).max(bottom);
    }
    let after = sheet.rows.partition_point(|row| row.index <= bottom);
    Some((bottom, after))
}

pub(crate) fn mismatch(sheet: &Sheet, row: u32, headings: &[Heading], missing: &str) -> Diagnostic {
    let known: Vec<String> = headings.iter().map(|heading| heading.path.join(" / ")).collect();
    let first = headings.first().map_or(0, |heading| heading.column);
    Diagnostic::new(Code::ProfileMismatch, format!("no column is headed `{missing}`"))
        .at(&sheet.name, row, first)
        .found(known.join(", "))
        .expected(missing)
        .hint("name the column in the profile by the words over it, or as `column C`")
}

/// The round that holds for the whole sheet.
fn fixed_campaign(
    profile: &Profile,
    sheet: &Sheet,
    title: &str,
    file_name: &str,
) -> Option<Arc<Campaign>> {
    match profile.key.campaign.as_deref() {
        Some("sheet") => round(&sheet.name),
        Some("title") => round(title),
        Some("file") => round(file_name),
        Some(code) => Campaign::parse(code).map(Arc::new),
        None => round(title).or_else(|| round(&sheet.name)).or_else(|| round(file_name)),
    }
}

/// "2013-14", "SY2014", "FY14", "School Year 2012-2013".
pub(super) fn round(text: &str) -> Option<Arc<Campaign>> {
    let mut rounds = Campaign::all_in(text);
    if rounds.len() == 1 {
        return rounds.pop().map(Arc::new);
    }
    let digits = |word: &str| {
        let tail = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let all = !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_digit());
        (all && tail.len() < word.len()).then(|| match tail.len() {
            2 => tail.parse::<i32>().ok().map(|year| 2000 + year),
            4 => tail.parse().ok(),
            _ => None,
        })?
    };
    let year = text.split(|c: char| !c.is_alphanumeric()).find_map(digits)?;
    Some(Arc::new(Campaign::of_year(year)))
}

struct Reader<'a> {
    profile: &'a Profile,
    vocabulary: &'a Vocabulary,
    sheet: &'a Sheet,
    /// The columns of the heading above.
    layout: Arc<Layout>,
    fixed: Option<Arc<Campaign>>,
    /// The keys of the rows above, by column.
    above: BTreeMap<u32, String>,
    gathered: Gathered,
    /// The key of the committee's name.
    committee: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// The columns from here on, where a row is a heading of another table below the first.
    fn heading_again(&self, row: &Row) -> Option<Layout> {
        let HeadingAt::Word(word) = &self.profile.heading else { return None };
        // Most rows have figures, and no heading has.
        if row.cells.iter().any(|cell| number(&cell.value).is_some()) {
            return None;
        }
        let key = comparison_key(word);
        let holds = row.cells.iter().any(|cell| comparison_key(&shown(&cell.value)) == key);
        let headings = || headings_of(self.sheet, top_of(self.profile, row.index), row.index);
        holds.then(|| Layout::of(self.profile, &headings()).ok())?
    }

    fn row(&mut self, row: &Row) {
        let profile = self.profile;
        let fits = |conditions: &[(u32, Vec<String>)], all: bool| {
            let holds = |(column, texts): &(u32, Vec<String>)| {
                let text = row.text(*column).unwrap_or_default();
                texts.iter().any(|pattern| is_like(pattern, &text))
            };
            if all { conditions.iter().all(holds) } else { conditions.iter().any(holds) }
        };
        let Some(key) = self.key(row) else { return };
        if !fits(&self.layout.keep, true) || fits(&self.layout.drop, false) {
            return;
        }
        if profile.rows.need_code && key.code.as_ref().is_none_or(|code| code.value.is_empty()) {
            return;
        }
        let (figures, problems) = self.figures(row, key.campaign.as_ref());
        let stated = figures.iter().any(|(.., value)| value.is_some());
        if !stated && row.cells.len() <= 2 {
            // A section or a note: a row of figures that are all missing has their marks.
            return;
        }
        if !stated && problems.len() > 1 {
            return self.heading_line(row);
        }
        self.diagnostics.extend(problems);
        let mut parts = Parts::default();
        for (part, campaign, value) in figures {
            let Some(campaign) = campaign else {
                self.no_campaign(row);
                return;
            };
            parts.add(campaign, part, value);
        }
        let name = &key.name.value;
        let is_committee = key.code.is_none() && self.vocabulary.is_total(name)
            || key.parent.is_none() && self.committee == Some(comparison_key(name));
        let rival = self.gathered.enter(&self.sheet.name, row, &key, is_committee, parts);
        self.diagnostics.extend(rival);
    }

    /// A row whose figures are all texts: "(1) | (2)" below the headings, or a line that nobody understands.
    fn heading_line(&mut self, row: &Row) {
        if self.gathered.is_empty() {
            return;
        }
        let message = "the row has texts where figures stand, and was left out";
        let problem = Diagnostic::new(Code::UnreadableRow, message);
        self.diagnostics.push(
            problem
                .at(&self.sheet.name, row.index, self.layout.name)
                .hint("name its texts in `missing`, or leave the row out with `drop` under [rows]"),
        );
    }

    fn no_campaign(&mut self, row: &Row) {
        if self.diagnostics.iter().any(|problem| problem.code == Code::NoCampaign) {
            return;
        }
        let message = "the profile does not say of which round this row is";
        self.diagnostics.push(
            Diagnostic::new(Code::NoCampaign, message)
                .at(&self.sheet.name, row.index, self.layout.name)
                .hint("set `campaign` under [key]: a column, `sheet`, `title`, `file` or a year"),
        );
    }

    /// The figures of a row with their rounds, None where one is missing, and the cells that hold no figure.
    fn figures(
        &self,
        row: &Row,
        campaign: Option<&Arc<Campaign>>,
    ) -> (Vec<FigureOfRow>, Vec<Diagnostic>) {
        let (mut figures, mut problems) = (Vec::new(), Vec::new());
        let mut add = |part: Part, round: Option<Arc<Campaign>>, column: u32| {
            let value = self.value(row, column, part.0).unwrap_or_else(|problem| {
                problems.push(*problem);
                None
            });
            figures.push((part, round, value));
        };
        for (column, what, round) in &self.layout.figures {
            let round = round.clone().or_else(|| campaign.cloned());
            add((*what, String::new()), round, *column);
        }
        if let Some((level, figure)) = self.layout.long
            && let Some(text) = row.text(level)
            && let Some(what) = self.long_level(&text)
        {
            let word = match what {
                What::Level(_) => comparison_key(&text),
                What::Measure(_) => String::new(),
            };
            add((what, word), campaign.cloned(), figure);
        }
        (figures, problems)
    }

    /// The levels of a long table may be measures too: "Total", "Not Evaluated".
    fn long_level(&self, text: &str) -> Option<What> {
        let is =
            |name: &String| comparison_key(name) == comparison_key(text) || is_like(name, text);
        let level = self.profile.levels.iter().position(|names| names.iter().any(is));
        let named = self.profile.measures.named();
        let measure = || {
            named.into_iter().position(|columns| columns.iter().flat_map(Columns::names).any(is))
        };
        level.map(What::Level).or_else(|| measure().map(What::Measure))
    }

    /// None is a figure that was not given.
    ///
    /// # Errors
    /// A text that is no figure, and that the profile does not name as missing.
    fn value(&self, row: &Row, column: u32, what: What) -> Result<Option<Value>, Box<Diagnostic>> {
        let text = row.text(column).unwrap_or_default();
        let profile = self.profile;
        let number = if profile.zero.iter().any(|zero| is_like(zero, &text)) {
            Number { value: 0.0, percent: false }
        } else if text.is_empty() || profile.missing.iter().any(|mark| is_like(mark, &text)) {
            return Ok(None);
        } else {
            let problem = |code, message: &str| {
                let problem =
                    Diagnostic::new(code, message).at(&self.sheet.name, row.index, column);
                Box::new(problem.found(text.clone()).hint("name it in `missing` or in `zero`"))
            };
            if is_withheld(&text) {
                return Err(problem(Code::Withheld, "only a bound of the figure is printed"));
            }
            let number = row.cell(column).and_then(|cell| number(&cell.value));
            number.ok_or_else(|| {
                problem(Code::NotANumber, "a figure stands here, and this is none")
            })?
        };
        let is_level = matches!(what, What::Level(_));
        let scale = if is_level && profile.figures == Unit::Fraction && !number.percent {
            100.0
        } else {
            1.0
        };
        let raw = if text.is_empty() { "(blank)".to_owned() } else { text };
        Ok(Some(Value { number: number.value * scale, column, raw, row: row.index }))
    }

    fn key(&mut self, row: &Row) -> Option<RowKey> {
        let layout = Arc::clone(&self.layout);
        // A total may stand left of the names, merged over them.
        let total = row.cells.first().map(|cell| shown(&cell.value));
        let total = total.filter(|text| self.vocabulary.is_total(text));
        let name_text = total.or_else(|| self.text(row, layout.name))?;
        let name_column = layout.name;
        let stated =
            |value: String, column: u32| Stated { value, at: row.place(column), raw: None };
        let codes: Vec<String> =
            layout.code.iter().map(|column| self.text(row, *column).unwrap_or_default()).collect();
        let code_column = layout.code.first().copied().unwrap_or(name_column);
        let mut code = codes.concat();
        let mut name = name_text.clone();
        let mut campaign = layout.campaign.and_then(|column| self.text(row, column));
        let mut parent = layout.parent.and_then(|column| self.text(row, column));
        if let Some(split) = &self.profile.key.split {
            for (field, text) in split.split(&name_text)? {
                match field {
                    Field::Name => name = text,
                    Field::Code => code = text,
                    Field::Campaign => campaign = Some(text),
                    Field::Parent => parent = Some(text),
                    Field::Any => {}
                }
            }
        }
        let CodeWidth(width) = self.profile.key.code_width;
        if code.len() < width && code.bytes().all(|byte| byte.is_ascii_digit()) && !code.is_empty()
        {
            code = format!("{code:0>width$}");
        }
        let campaign = match campaign {
            Some(text) => Some(round(&text).or_else(|| Campaign::parse(&text).map(Arc::new))?),
            None => self.fixed.clone(),
        };
        if let Some(meant) = self.profile.key.spelt.get(&name) {
            name.clone_from(meant);
        }
        let raw = (name != name_text).then_some(name_text);
        Some(RowKey {
            name: Stated { value: name, at: row.place(name_column), raw },
            code: (!code.is_empty()).then(|| stated(code, code_column)),
            parent,
            campaign,
        })
    }

    /// The text of a key column, or of the row above where keys reach down.
    fn text(&mut self, row: &Row, column: u32) -> Option<String> {
        let text = row.text(column);
        if self.profile.key.fill_down {
            if let Some(text) = &text {
                self.above.insert(column, text.clone());
            }
            return text.or_else(|| self.above.get(&column).cloned());
        }
        text
    }
}
