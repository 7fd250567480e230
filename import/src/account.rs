//! What became of each filled cell of a table: nothing that could be a fact goes by unseen.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Cell, Place, Row};
use crate::layout::{RowRole, TableKind, is_figure};
use crate::question;
use crate::records::{Output, TableContext};
use crate::role::{Column, Role};
use crate::value::shown;

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A record states it, or it names the person, the body or the round of one.
    Fact,
    /// It stands over columns.
    Heading,
    /// It heads rows.
    Section,
    /// It sums rows, and was checked where it can be.
    Total,
    /// It numbers the row.
    Ordinal,
    /// It says that there is nothing.
    Nothing,
    /// Its column is a field that the hub does not hold, or was left out and told.
    NotHeld,
    /// It explains.
    Note,
    /// A diagnostic is about it.
    Told,
    /// Nothing explains it.
    Unexplained,
}

/// How many cells of a table ended as what.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// All filled cells of the table, its heading included.
    pub cells: usize,
    /// How many of them ended as what.
    pub fates: BTreeMap<Fate, usize>,
    /// What became of each cell of the body, if that was asked for.
    pub places: Vec<(Place, Fate)>,
}

/// Accounts for the cells of the body of a table, and says what nothing explains.
pub(crate) fn of(context: &TableContext<'_>, output: &Output) -> (Account, Vec<Diagnostic>) {
    let mut facts: Vec<Place> = Vec::new();
    for record in &output.records {
        facts.extend(record.statement.places());
    }
    facts.sort_unstable();
    facts.dedup();
    let told = output.diagnostics.iter().filter_map(|told| told.cell.as_deref()?.parse().ok());
    let told: HashSet<Place> = told.collect();
    let accountant = Accountant {
        context,
        output,
        facts,
        rounds: rounds_of_rows(context, output),
        told_rows: told.iter().map(|place| place.row).collect(),
        told,
    };
    accountant.run()
}

impl Account {
    /// The account of a table whose columns are not understood.
    pub(crate) fn unexplained(body: &[Cow<'_, Row>]) -> Self {
        let cells = body.iter().map(|row| row.cells.len()).sum();
        Self { cells, fates: BTreeMap::from([(Fate::Unexplained, cells)]), places: Vec::new() }
    }

    /// Adds the cells of the heading.
    pub(crate) fn with_heading(mut self, cells: usize) -> Self {
        self.cells += cells;
        *self.fates.entry(Fate::Heading).or_default() += cells;
        self
    }

    /// The cells that something explains.
    pub fn explained(&self) -> usize {
        self.cells - self.fates.get(&Fate::Unexplained).copied().unwrap_or(0)
    }
}

struct Accountant<'a> {
    context: &'a TableContext<'a>,
    output: &'a Output,
    facts: Vec<Place>,
    told: HashSet<Place>,
    told_rows: HashSet<u32>,
    /// The rounds of the records of each row, where columns name their own.
    rounds: HashMap<u32, Vec<&'a Arc<Campaign>>>,
}

fn rounds_of_rows<'a>(
    context: &TableContext<'_>,
    output: &'a Output,
) -> HashMap<u32, Vec<&'a Arc<Campaign>>> {
    let mut rounds: HashMap<u32, Vec<&Arc<Campaign>>> = HashMap::new();
    if context.columns.iter().any(|column| column.campaign.is_some()) {
        for record in &output.records {
            rounds.entry(record.row - 1).or_default().push(&record.campaign);
        }
    }
    rounds
}

impl Accountant<'_> {
    fn run(&self) -> (Account, Vec<Diagnostic>) {
        let mut account = Account::default();
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        let mut by_column: BTreeMap<u32, Vec<Diagnostic>> = BTreeMap::new();
        for row in self.context.body {
            let facts = self.facts_of(row);
            let states = row.cells.iter().any(|cell| is_in(facts, row, cell));
            let mut unexplained: Vec<&Cell> = Vec::new();
            for cell in &row.cells {
                let fate = self.fate(row, cell, facts, states);
                account.cells += 1;
                *account.fates.entry(fate).or_default() += 1;
                if self.context.in_detail {
                    account.places.push((row.place(cell.column), fate));
                }
                if fate == Fate::Unexplained {
                    unexplained.push(cell);
                }
            }
            if states {
                for cell in unexplained {
                    by_column.entry(cell.column).or_default().push(self.tell_cell(row, cell));
                }
            } else {
                diagnostics.extend(self.tell_row(row, &unexplained));
            }
        }
        for (column, cells) in by_column {
            diagnostics.extend(self.tell_column(column, cells));
        }
        (account, diagnostics)
    }

    /// The facts of a row; of one that is put together of several, those of all rows.
    fn facts_of(&self, row: &Row) -> &[Place] {
        if !row.places.is_empty() {
            return &self.facts;
        }
        let first = self.facts.partition_point(|place| place.row < row.index);
        let length = self.facts[first..].iter().take_while(|place| place.row == row.index).count();
        &self.facts[first..first + length]
    }

    fn column(&self, cell: &Cell) -> Option<&Column> {
        self.context.column(cell.column)
    }

    fn fate(&self, row: &Row, cell: &Cell, facts: &[Place], states: bool) -> Fate {
        let place = row.place(cell.column);
        if is_in(facts, row, cell) {
            return Fate::Fact;
        }
        if self.told.contains(&place) {
            return Fate::Told;
        }
        let role = match self.column(cell).map(|column| &column.role) {
            None | Some(Role::Ignored | Role::NotHeld | Role::Criterion | Role::Note) => {
                return Fate::NotHeld;
            }
            Some(Role::Ordinal) => return Fate::Ordinal,
            Some(_) if self.is_of_another_round(row, cell) => return Fate::NotHeld,
            Some(role) if self.context.kind == TableKind::Commendations && !is_commended(role) => {
                return Fate::NotHeld;
            }
            Some(role) => role,
        };
        let text = shown(&cell.value);
        if self.context.legend.is_missing(&text) {
            return Fate::Nothing;
        }
        match self.output.rows.get(&row.index) {
            Some(RowRole::Section) => return Fate::Section,
            Some(RowRole::Total) => return Fate::Total,
            Some(RowRole::Note) => return Fate::Note,
            _ => {}
        }
        if !states {
            let told = self.told_rows.contains(&place.row);
            return if told { Fate::Told } else { Fate::Unexplained };
        }
        if is_name(role) {
            Fate::Fact
        } else if self.says_nothing(role, cell, &text) {
            Fate::Nothing
        } else {
            Fate::Unexplained
        }
    }

    /// Whether a cell says that there is nothing to say: no tick, no rating.
    fn says_nothing(&self, role: &Role, cell: &Cell, text: &str) -> bool {
        match role {
            Role::Tick(..) | Role::SexTick(_) | Role::Exemplary | Role::Probationary => {
                self.context.says_no(cell, text)
            }
            // Why somebody has no rating is said once.
            Role::ReasonTick(_) | Role::Reason => true,
            Role::Rating(_) => self.context.legend.not_rated(text).is_some(),
            // Among "Mr." and "Mrs." "Dr." and "Engr." do not say.
            Role::Sex => text.ends_with('.'),
            _ => false,
        }
    }

    /// Whether a column is of a part of the round that no record of the row is of: "Điểm quý I".
    fn is_of_another_round(&self, row: &Row, cell: &Cell) -> bool {
        let of = self.column(cell).and_then(|column| column.campaign.as_ref());
        let rounds = self.rounds.get(&row.place(cell.column).row);
        of.is_some_and(|of| rounds.is_some_and(|rounds| !rounds.contains(&of)))
    }

    fn tell_cell(&self, row: &Row, cell: &Cell) -> Diagnostic {
        let message = "the cell stands where facts do, and nothing was read from it";
        let told = self.context.problem(Code::UnexplainedCell, row, cell.column, message);
        told.hint("compare it with its neighbours, or say in a profile what the column is")
    }

    /// A few cells are told one by one; of many the column is in doubt.
    fn tell_column(&self, column: u32, cells: Vec<Diagnostic>) -> Vec<Diagnostic> {
        const ONE_BY_ONE: usize = 5;
        let (Some(column), true) = (self.context.column(column), cells.len() > ONE_BY_ONE) else {
            return cells;
        };
        let place = |at: Option<&Diagnostic>| at.and_then(|of| of.cell.clone()).unwrap_or_default();
        let message = format!(
            "nothing was read from {} cells of the column, from {} to {}",
            cells.len(),
            place(cells.first()),
            place(cells.last())
        );
        let TableContext { sheet_name, body, layout, .. } = self.context;
        vec![question::about(sheet_name, column, body, (*layout).to_owned(), message)]
    }

    /// A row of which nothing was read.
    fn tell_row(&self, row: &Row, unexplained: &[&Cell]) -> Option<Diagnostic> {
        let context = self.context;
        let is_named = |cell: &&&Cell| self.column(cell).is_some_and(|of| is_name(&of.role));
        let named = unexplained.iter().find(is_named);
        // A body or a label states nothing beside which its figures are blank, or which heads rows.
        let lists = matches!(context.kind, TableKind::Members | TableKind::Commendations);
        let blank = row.cells.len() > 1 || context.kind == TableKind::Figures;
        if unexplained.len() < 2 && named.is_some() && blank && !lists {
            return None;
        }
        if self.is_below_figures(row) {
            return None;
        }
        let cell = named.or(unexplained.first())?;
        let message = "nothing was read from the row: it is not known what it counts, or whom";
        let told = context.problem(Code::UnreadableRow, row, cell.column, message);
        Some(told.hint("say in its first cell what it counts, or delete the row"))
    }

    /// A few words in a table of figures, below all rows that have any: those who sign, or a note.
    fn is_below_figures(&self, row: &Row) -> bool {
        const CELLS: usize = 2;
        let has_figures = |row: &Row| row.cells.iter().any(|cell| is_figure(&cell.value));
        let body = self.context.body;
        let after = body.partition_point(|other| other.index < row.index);
        self.context.kind == TableKind::Figures
            && row.cells.len() <= CELLS
            && !body[after..].iter().any(|row| has_figures(row))
    }
}

fn is_in(facts: &[Place], row: &Row, cell: &Cell) -> bool {
    facts.binary_search(&row.place(cell.column)).is_ok()
}

/// Fields of a person or a body that was commended.
fn is_commended(role: &Role) -> bool {
    is_name(role) || *role == Role::Award
}

/// Fields that name the person, the body or the round of a row.
fn is_name(role: &Role) -> bool {
    matches!(
        role,
        Role::Name
            | Role::FamilyName
            | Role::SecondFamilyName
            | Role::GivenName
            | Role::MiddleName
            | Role::Organization
            | Role::ParentOrganization
            | Role::OrganizationCode
            | Role::Content
            | Role::Unit
            | Role::Round
    )
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    /// The codes and cells of what is told of a sheet, and how much of it is accounted for.
    fn told(rows: &str) -> (Vec<String>, usize, usize) {
        let reading = of_page(rows);
        let told = reading.diagnostics.iter().filter(|told| told.severity().name() != "NOTICE");
        let told = told.map(|told| {
            format!("{} {}", told.code.name(), told.cell.as_deref().unwrap_or_default())
        });
        let account = &reading.sheets[0].tables[0].account;
        (told.collect(), account.explained(), account.cells)
    }

    #[test]
    fn a_row_of_figures_that_nobody_knows_is_told() {
        let (told, explained, cells) = told(
            "ĐẢNG ỦY XÃ AN LẠC\nKẾT QUẢ XẾP LOẠI ĐẢNG VIÊN NĂM 2021\n\n\
             Nội dung|Chi bộ thôn Đông|Chi bộ thôn Đoài\n\
             Tổng số đảng viên|12|15\n\
             Zyxq|3|9\n\
             Hoàn thành xuất sắc nhiệm vụ|2|3\n\
             Hoàn thành tốt nhiệm vụ|10|12",
        );
        assert_eq!(told, ["unreadable-row A6"]);
        assert_eq!((explained, cells), (15 - 3, 15));
    }
}
