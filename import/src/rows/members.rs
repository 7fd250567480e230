//! Lists of people: one row, one person on the roll of a branch.

use std::sync::Arc;

use super::prose::{self, Clause};
use super::{Output, RowKind, Sections, TableContext, name_of_cell, without_address};
use crate::campaign::Campaign;
use crate::cell::{PartialDate, date, number, shown, whole};
use crate::column::Meaning;
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{
    Figure, Measure, NotRatedReason, Person, RatingRef, Relation, Sex, Stage, StageRating, Stated,
    Statement, Subject,
};
use crate::text::comparison_key;
use crate::vocabulary::LevelText;
use crate::workbook::{Cell, Row, Value};

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let Some(campaign) = context.campaign.clone() else { return Output::default() };
    let mut reader = Reader {
        context,
        campaign,
        sections: Sections::default(),
        above: Above::default(),
        rows_in_section: 0,
        rows: 0,
        output: Output::default(),
    };
    for row in context.body {
        reader.row(row);
    }
    reader.output
}

/// Values that a cell above lends to the blank cells below it.
#[derive(Default)]
struct Above {
    parent: Option<String>,
    branch: Option<String>,
}

struct Reader<'a> {
    context: &'a TableContext<'a>,
    campaign: Arc<Campaign>,
    sections: Sections,
    above: Above,
    rows_in_section: i64,
    rows: i64,
    output: Output,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) {
        match self.context.kind_of_row(row) {
            RowKind::Data => self.person_row(row),
            RowKind::Section { text, column, .. }
                if self.context.vocabulary.level(&text).is_some() =>
            {
                let message =
                    "a level stands as a heading; the rows below it have no rating of their own";
                let problem = self.context.problem(Code::UnreadableRow, row, column, message);
                self.output.diagnostics.push(problem.hint("write the rating beside each name"));
            }
            RowKind::Section { mark, text, .. } => {
                self.sections.enter(mark, &text, self.context.vocabulary);
                self.rows_in_section = 0;
            }
            RowKind::Total { text, column } => self.total(row, &text, column),
            RowKind::Nothing => {}
        }
    }

    fn person_row(&mut self, row: &Row) {
        let Some(name) = self.name(row) else {
            if row.cells.len() > 1 {
                let column = row.cells[0].column;
                let message = "the row has no name; it was left out";
                let problem = self.context.problem(Code::UnreadableRow, row, column, message);
                self.output.diagnostics.push(problem.hint("add the name, or delete the row"));
            }
            return;
        };
        self.rows += 1;
        self.rows_in_section += 1;
        let errors = self.output.diagnostics.len();
        let (name, probationary) = self.name_and_marks(name);
        let person = PersonReader { context: self.context, row, campaign: &self.campaign };
        let person = person.read(name, probationary, &mut self.output.diagnostics);
        let Some(place) = self.place(row, person.name.column) else { return };
        if self.output.diagnostics.len() == errors {
            let record =
                self.context.record(row, &self.campaign, &place, Statement::Member(person));
            self.output.records.push(record);
        }
    }

    /// The name of one column, or of two.
    fn name(&self, row: &Row) -> Option<Stated<String>> {
        let context = self.context;
        let cell_of = |meaning| context.column_of(&meaning).and_then(|column| row.cell(column));
        if let Some(cell) = cell_of(Meaning::Name) {
            let text = shown(&cell.value);
            return text.chars().any(char::is_alphabetic).then(|| context.stated(row, cell, text));
        }
        let family = cell_of(Meaning::FamilyName);
        let given = cell_of(Meaning::GivenName);
        let cell = family.or(given)?;
        let parts: Vec<String> =
            [family, given].into_iter().flatten().map(|cell| shown(&cell.value)).collect();
        let name = parts.join(" ");
        let raw = (parts.len() > 1).then(|| parts.join(" | "));
        name.chars().any(char::is_alphabetic).then_some(Stated {
            value: name,
            column: cell.column,
            raw,
        })
    }

    /// "Đ/c Lê Văn A (DB)": prefixes and suffixes are kept as what they mean.
    fn name_and_marks(&self, mut name: Stated<String>) -> (Stated<String>, bool) {
        let words = &self.context.vocabulary.words;
        let printed = name.value.clone();
        let mut bare = without_address(&printed, self.context.vocabulary);
        let mut probationary = false;
        while let Some((head, mark)) =
            bare.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('('))
        {
            probationary |= words.probationary.found_in(mark);
            bare = head;
        }
        let bare = bare.trim().trim_end_matches(['.', ',', '*']);
        if bare != printed {
            name.raw.get_or_insert(printed.clone());
            bare.clone_into(&mut name.value);
        }
        (name, probationary)
    }

    /// The branch of a row: its own column, the open headings, or the issuing branch.
    fn place(&mut self, row: &Row, name_column: u32) -> Option<Arc<[Arc<str>]>> {
        let context = self.context;
        let parent_column = context.column_of(&Meaning::ParentOrganization);
        let branch_column = context.column_of(&Meaning::Organization);
        let parent = parent_column.and_then(|column| context.said(row, column));
        let branch = branch_column.and_then(|column| context.said(row, column));
        if parent.is_some() && parent != self.above.parent {
            self.above = Above { parent, branch: None };
        }
        if branch.is_some() {
            self.above.branch = branch;
        }
        let mut below: Vec<&str> = self.sections.organizations();
        below.extend(self.above.parent.as_deref());
        below.extend(self.above.branch.as_deref());
        let issued_by_branch = context.committee.last().is_some_and(|body| is_branch(body));
        if below.is_empty() && !issued_by_branch && branch_column.is_some() {
            let message = "the person belongs to no branch that is named";
            let problem = context.problem(Code::MissingBranch, row, name_column, message);
            self.output.diagnostics.push(problem.hint("fill in the branch of this row"));
            return None;
        }
        let issuer = context.committee.last().map(|body| crate::text::organization_key(body));
        below.retain(|name| Some(crate::text::organization_key(name)) != issuer);
        Some(context.place(&below))
    }

    /// A total belongs to the open section if its number is that of the section's rows.
    fn total(&mut self, row: &Row, text: &str, column: u32) {
        let clauses = prose::clauses(text, self.context.vocabulary);
        let printed = clauses.iter().find_map(|clause| match clause {
            Clause::Measure(Measure::OnRoll, number) => Some(*number),
            _ => None,
        });
        let whole_list = self.sections.is_empty()
            || comparison_key(text).starts_with(&comparison_key("tổng"))
                && printed != Some(self.rows_in_section)
            || printed == Some(self.rows) && self.rows != self.rows_in_section;
        let place = if whole_list {
            Arc::clone(&self.context.committee)
        } else {
            self.context.place(&self.sections.organizations())
        };
        let mut figures = Vec::new();
        for clause in clauses {
            figures.extend(self.prose_figure(row, column, text, clause));
        }
        figures.extend(self.tick_totals(row));
        if let Some(printed) = printed {
            self.check_roll(
                row,
                column,
                printed,
                if whole_list { self.rows } else { self.rows_in_section },
            );
        }
        if !whole_list {
            self.sections.close_last();
            self.rows_in_section = 0;
        }
        if !figures.is_empty() {
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &self.campaign, &place, statement));
        }
    }

    fn check_roll(&mut self, row: &Row, column: u32, printed: i64, counted: i64) {
        if printed != counted {
            let message = format!("the total says {printed}, and the list has {counted} rows");
            let problem = self.context.problem(Code::RollMismatch, row, column, message);
            self.output.diagnostics.push(
                problem
                    .expected(counted.to_string())
                    .hint("look for missing, added or doubled rows"),
            );
        }
    }

    fn prose_figure(&self, row: &Row, column: u32, text: &str, clause: Clause) -> Option<Figure> {
        let (measure, level, number) = match clause {
            Clause::Measure(measure, number) => (measure, None, number),
            Clause::Level(level, number) => (Measure::Rating, Some(level), number),
        };
        let rating = match &level {
            Some(level) => Some(self.context.rating(level, Subject::Members, &self.campaign)?),
            None => None,
        };
        let raw = self.context.sheet.raw.get(&(row.index, column));
        let raw = raw.map_or_else(|| text.to_owned(), ToString::to_string);
        Some(Figure {
            subject: Subject::Members,
            measure,
            stage: if rating.is_some() { self.last_stage() } else { Stage::Unstated },
            rating,
            relation: Relation::Exact,
            group: None,
            count: Some(Stated { value: number, column, raw: Some(raw) }),
            percent: None,
        })
    }

    fn last_stage(&self) -> Stage {
        let stages = self.context.columns.iter().filter_map(|column| match &column.meaning {
            Meaning::Rating(stage) | Meaning::Tick(stage, _) => Some(*stage),
            _ => None,
        });
        stages.max().unwrap_or(Stage::Unstated)
    }

    fn tick_totals(&self, row: &Row) -> Vec<Figure> {
        let columns = self.context.columns.iter();
        let figures = columns.filter_map(|column| {
            let Meaning::Tick(stage, level) = &column.meaning else { return None };
            let cell = row.cell(column.index)?;
            let count = whole(number(&cell.value)?.value)?;
            Some(Figure {
                subject: Subject::Members,
                measure: Measure::Rating,
                rating: Some(self.context.rating(level, Subject::Members, &self.campaign)?),
                stage: *stage,
                relation: Relation::Exact,
                group: None,
                count: Some(self.context.stated(row, cell, count)),
                percent: None,
            })
        });
        figures.collect()
    }
}

/// Whether a body is a branch, whose sheets list its own people.
fn is_branch(name: &str) -> bool {
    crate::text::organization_key(name).starts_with(&comparison_key("chi bộ"))
}

struct PersonReader<'a> {
    context: &'a TableContext<'a>,
    row: &'a Row,
    campaign: &'a Campaign,
}

impl PersonReader<'_> {
    fn read(
        &self,
        name: Stated<String>,
        probationary: bool,
        problems: &mut Vec<Diagnostic>,
    ) -> Person {
        let column = name.column;
        let mut person = Person {
            name,
            birth_date: None,
            sex: None,
            identifiers: Vec::new(),
            position: None,
            admitted_on: None,
            official_on: None,
            probationary: probationary.then_some(Stated { value: true, column, raw: None }),
            reason: None,
            ratings: Vec::new(),
        };
        let mut ticked: Vec<(Stage, &Cell, RatingRef)> = Vec::new();
        for column in self.context.columns {
            let Some(cell) = self.row.cell(column.index) else { continue };
            if let Meaning::Tick(stage, level) = &column.meaning {
                ticked.extend(self.tick(*stage, level, cell, problems));
            } else {
                self.field(&mut person, &column.meaning, cell, problems);
            }
        }
        self.settle_ticks(&mut person, &ticked, problems);
        if person.ratings.iter().any(|rating| rating.rating.is_some()) {
            person.reason = None;
        }
        person
    }

    fn field(
        &self,
        person: &mut Person,
        meaning: &Meaning,
        cell: &Cell,
        problems: &mut Vec<Diagnostic>,
    ) {
        let text = shown(&cell.value);
        if self.context.vocabulary.is_missing(&text) {
            return;
        }
        let stated = || self.context.stated(self.row, cell, text.clone());
        match meaning {
            Meaning::Identifier => person.identifiers.push(stated()),
            Meaning::Position => person.position = Some(stated()),
            Meaning::BirthDate(sex) => {
                person.birth_date = self.date(cell, problems);
                let sex = sex.map(|sex| self.context.stated_as(self.row, cell, sex));
                person.sex = sex.or(person.sex.take());
            }
            Meaning::AdmittedOn => person.admitted_on = self.date(cell, problems),
            Meaning::OfficialOn => person.official_on = self.date(cell, problems),
            Meaning::Sex => {
                person.sex = sex(&text).map(|sex| self.context.stated_as(self.row, cell, sex));
            }
            Meaning::SexTick(sex) => {
                person.sex = Some(self.context.stated_as(self.row, cell, *sex));
            }
            Meaning::Probationary => {
                person.probationary = Some(self.context.stated_as(self.row, cell, true));
            }
            Meaning::Rating(stage) => self.rating(person, *stage, cell, &text, problems),
            Meaning::Score(stage) => {
                let score = number(&cell.value)
                    .map(|score| self.context.stated(self.row, cell, score.value));
                person.ratings.push(StageRating { stage: *stage, rating: None, score });
            }
            Meaning::Reason => {
                let reason = self.context.vocabulary.reason(&text).unwrap_or(NotRatedReason::Other);
                person.reason = Some(self.context.stated_as(self.row, cell, reason));
            }
            Meaning::ReasonTick(reason) if self.context.vocabulary.is_tick(&text) => {
                person
                    .reason
                    .get_or_insert_with(|| self.context.stated_as(self.row, cell, *reason));
            }
            Meaning::Note => self.note(person, cell, &text),
            _ => {}
        }
    }

    /// A note tells who is probationary, and why somebody has no rating.
    fn note(&self, person: &mut Person, cell: &Cell, text: &str) {
        let vocabulary = self.context.vocabulary;
        if vocabulary.words.probationary.found_in(text) && person.probationary.is_none() {
            person.probationary = Some(self.context.stated_as(self.row, cell, true));
        }
        let parts = text.split([';', ',']).find_map(|part| vocabulary.reason(part));
        if let Some(reason) = parts
            && person.reason.as_ref().is_none_or(|known| known.value == NotRatedReason::Other)
        {
            person.reason = Some(self.context.stated_as(self.row, cell, reason));
        }
    }

    fn date(&self, cell: &Cell, problems: &mut Vec<Diagnostic>) -> Option<Stated<PartialDate>> {
        let read = date(&cell.value, self.context.sheet.epoch_1904);
        let latest = self.campaign.year + 1;
        match read {
            Some(date) if (1880..=latest).contains(&i32::from(date.year())) => {
                Some(self.context.stated(self.row, cell, date))
            }
            _ => {
                let message = "the date does not exist, or lies after the round";
                let problem =
                    self.context.problem(Code::ImpossibleDate, self.row, cell.column, message);
                problems.push(
                    problem
                        .expected(format!(
                            "a date such as 17/05/1980, 05/1980 or 1980, at most {latest}"
                        ))
                        .hint("correct the cell, or clear it if the date is not known"),
                );
                None
            }
        }
    }

    fn rating(
        &self,
        person: &mut Person,
        stage: Stage,
        cell: &Cell,
        text: &str,
        problems: &mut Vec<Diagnostic>,
    ) {
        let vocabulary = self.context.vocabulary;
        let level = vocabulary.level(text);
        let rating =
            level.and_then(|level| self.context.rating(&level, Subject::Members, self.campaign));
        if let Some(rating) = rating {
            let rating = Some(self.context.stated_as(self.row, cell, rating));
            person.ratings.push(StageRating { stage, rating, score: None });
        } else if vocabulary.is_unrated(text) || vocabulary.reason(text).is_some() {
            let reason = vocabulary.reason(text).unwrap_or(NotRatedReason::Other);
            if person.reason.is_none() {
                person.reason = Some(self.context.stated_as(self.row, cell, reason));
            }
        } else {
            let message = format!("`{text}` is no level of the scheme of {}", self.campaign.code);
            let problem = self.context.problem(Code::UnknownRating, self.row, cell.column, message);
            problems.push(problem.expected(self.levels()).hint("write one of the levels"));
        }
    }

    /// The levels of the scheme in force, for messages.
    fn levels(&self) -> String {
        let scheme = self.context.vocabulary.scheme(Subject::Members, self.campaign.year);
        let labels =
            scheme.into_iter().flat_map(|scheme| &scheme.levels).map(|level| level.label.as_str());
        labels.collect::<Vec<_>>().join(", ")
    }

    fn tick<'c>(
        &self,
        stage: Stage,
        level: &LevelText,
        cell: &'c Cell,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<(Stage, &'c Cell, RatingRef)> {
        let text = shown(&cell.value);
        let one =
            matches!(&cell.value, Value::Number(number) if (number - 1.0).abs() < f64::EPSILON);
        let ticked = one
            || text == "1"
            || matches!(cell.value, Value::Bool(true))
            || self.context.vocabulary.is_tick(&text);
        if ticked {
            return Some((
                stage,
                cell,
                self.context.rating(level, Subject::Members, self.campaign)?,
            ));
        }
        if text != "0" && !self.context.vocabulary.is_missing(&text) {
            let message = format!("`{text}` is no tick");
            let problem = self.context.problem(Code::NotATick, self.row, cell.column, message);
            problems.push(problem.expected("x, or nothing").hint("tick one level of each body"));
        }
        None
    }

    fn settle_ticks(
        &self,
        person: &mut Person,
        ticked: &[(Stage, &Cell, RatingRef)],
        problems: &mut Vec<Diagnostic>,
    ) {
        for (place, (stage, cell, rating)) in ticked.iter().enumerate() {
            if let Some((_, other, _)) = ticked[..place].iter().find(|(other, ..)| other == stage) {
                let message = "two levels of one body are ticked";
                let problem =
                    self.context.problem(Code::TwoRatings, self.row, other.column, message);
                let both = format!(
                    "{} and {}",
                    name_of_cell(self.row, other.column),
                    name_of_cell(self.row, cell.column)
                );
                problems.push(problem.found(both).expected("one tick").hint("clear the wrong one"));
            }
            let rating = Some(self.context.stated_as(self.row, cell, rating.clone()));
            person.ratings.push(StageRating { stage: *stage, rating, score: None });
        }
    }
}

fn sex(text: &str) -> Option<Sex> {
    let key = comparison_key(text);
    if key == comparison_key("nữ") || key == "nu" || key == "f" || key == "female" {
        Some(Sex::Female)
    } else if key == "nam" || key == "m" || key == "male" {
        Some(Sex::Male)
    } else {
        None
    }
}
