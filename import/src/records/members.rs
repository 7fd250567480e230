//! Lists of people: one row, one person on the roll of a branch.

mod counts;
mod person;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use super::{Output, RowKind, Sections, TableContext, name_of_section, without_address};
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Cell, Place, Row, Value};
use crate::layout::RowRole;
use crate::legend::Mark;
use crate::record::{Person, Record, Stage, StageRating, Stated, Statement, Subject};
use crate::role::{Column, Role};
use crate::scale::marks_in;
use crate::text::{
    has_other_letters, in_brackets, may_begin_name, organization_key, tidy, word_count,
};
use crate::value::{shown, split_ordinal};
use crate::vocabulary::Vocabulary;
use person::PersonReader;

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let rounds = rounds(context);
    let Some(campaign) = rounds.first().cloned() else { return Output::default() };
    let mut reader = Reader {
        context,
        campaign,
        rounds,
        caption: captions(context),
        sections: Sections::default(),
        people: None,
        headings: Headings::of(context),
        is_noted: false,
        above: Above::default(),
        rows_in_section: 0,
        rows: 0,
        printed_above: None,
        last_total: None,
        section_totals: HashSet::new(),
        behind_comma: BehindComma::of(context),
        issuer_is_branch: context
            .committee
            .last()
            .is_some_and(|body| is_branch(body, context.vocabulary)),
        last_place: RefCell::default(),
        output: Output::default(),
    };
    reader.sentences_above();
    for row in context.body {
        reader.row(row);
    }
    if let Some((printed, at)) = reader.printed_above {
        reader.check_roll(at, printed, reader.rows);
    }
    reader.output
}

/// What the headings within a list have in common.
struct Headings {
    /// "Primary teachers" once among headings that name departments, each over its people: a unit as they are,
    /// and no part of the one before it.
    unit_of_people: Option<u32>,
    /// "1. stupeň" and "2. stupeň": without their numbers they would be one.
    keep_numbers: bool,
}

impl Headings {
    fn of(context: &TableContext<'_>) -> Self {
        const CELLS: usize = 2;
        let words = &context.vocabulary.words;
        let short = context.body.iter().filter(|row| row.cells.len() <= CELLS);
        let all = short.filter_map(|row| match context.kind_of_row(row) {
            RowKind::Section { text, column, .. } => Some((row.index, text, row.text(column)?)),
            _ => None,
        });
        let all: Vec<(u32, String, String)> = all.collect();
        let keep_numbers = all.iter().enumerate().any(|(at, (_, name, full))| {
            let is_other = |(_, of, other): &(u32, String, String)| of == name && other != full;
            split_ordinal(full).0.is_some() && all[..at].iter().any(is_other)
        });
        let (of_people, of_bodies): (Vec<_>, Vec<_>) =
            all.iter().partition(|(_, text, _)| context.vocabulary.is_of_people(text));
        let unit_of_people = match of_people.as_slice() {
            [(row, text, _)] if of_bodies.len() > 1 => {
                let is_part =
                    words.parts_of_members.found_in(text) || words.probationary.found_in(text);
                (!is_part).then_some(*row)
            }
            _ => None,
        };
        Self { unit_of_people, keep_numbers }
    }
}

/// The rounds whose ratings the list holds: that of the title first, then those of columns; that of the first
/// row, where the rows name theirs and nothing else does.
fn rounds(context: &TableContext<'_>) -> Vec<Arc<Campaign>> {
    // Quarters of the year of the title are rounds in its place.
    let rated = |column: &&Column| column.role.is_rating();
    let is_quarter = |title: &Arc<Campaign>| {
        let mut rounds = context.columns.iter().filter(rated).map(|column| &column.campaign);
        let is_part =
            |of: &Option<Arc<Campaign>>| of.as_ref().is_some_and(|of| of.is_part_of(title));
        rounds.clone().count() > 0 && rounds.all(is_part)
    };
    let title = context.campaign.iter().filter(|title| !is_quarter(title));
    let mut rounds: Vec<Arc<Campaign>> = title.cloned().collect();
    for column in context.columns {
        if let Some(round) = column.campaign.as_ref().filter(|_| rated(&column))
            && !rounds.contains(round)
        {
            rounds.push(Arc::clone(round));
        }
    }
    if rounds.is_empty()
        && let Some(column) = context.column_of(&Role::Round)
    {
        let of_row = |row: &Cow<'_, Row>| context.round_in(row.cell(column)?).map(Arc::new);
        rounds.extend(context.body.iter().find_map(of_row));
    }
    rounds
}

/// What the lines above the heading say of all rows below it: their branch, their rating.
#[derive(Default)]
struct Caption {
    branch: Option<String>,
    mark: Option<Mark>,
}

fn captions(context: &TableContext<'_>) -> Caption {
    const MARK: usize = 3;
    let mut caption = Caption { branch: context.unit.clone(), mark: None };
    let lines = context.frame.block.iter().chain(&context.frame.titles);
    let mut levels: Vec<Mark> =
        lines.filter_map(|line| context.legend.level(&line.text)).map(Mark::Level).collect();
    for text in context.frame.captions() {
        let bare = &*name_of_section(split_ordinal(text).1, context.vocabulary);
        let issuer = context.committee.last().map(|body| organization_key(body));
        let is_issuer = issuer == Some(organization_key(bare));
        let names_branch =
            is_branch(bare, context.vocabulary) && !is_issuer && word_count(bare) <= 12;
        if caption.branch.is_none() && names_branch {
            caption.branch = Some(bare.to_owned());
        }
        // A line of a key rates nobody, and neither does one letter of it.
        let explains = text.chars().count() <= MARK
            || context.legend.defines(text)
            || !marks_in(text).is_empty();
        levels.extend(context.mark_of_heading(text).filter(|_| !explains));
    }
    // Several levels over a list are a key.
    caption.mark = levels.pop().filter(|last| levels.iter().all(|other| other == last));
    caption
}

/// The columns that name a person and the branch.
const KEYS: [Role; 4] = [Role::Name, Role::FamilyName, Role::GivenName, Role::Organization];

/// Bodies by their names, and the place that they are.
type LastPlace = (Vec<String>, Arc<[Arc<str>]>);

/// Values that a cell above lends to the blank cells below it.
#[derive(Default)]
struct Above {
    parent: Option<String>,
    branch: Option<String>,
    /// The people since the branch was named.
    rows: i64,
}

struct Reader<'a> {
    context: &'a TableContext<'a>,
    campaign: Arc<Campaign>,
    rounds: Vec<Arc<Campaign>>,
    caption: Caption,
    sections: Sections,
    /// What a heading says that the people below it are, and that names no body.
    people: Option<String>,
    headings: Headings,
    /// Whether a line said that notes follow.
    is_noted: bool,
    above: Above,
    rows_in_section: i64,
    rows: i64,
    /// The number of rows that a line above them states.
    printed_above: Option<(i64, Place)>,
    /// Whom the last total summed.
    last_total: Option<Arc<[Arc<str>]>>,
    /// What the totals of sections are called.
    section_totals: HashSet<String>,
    /// What stands behind the commas of the names.
    behind_comma: BehindComma,
    /// Whether the issuing body is a branch, whose people the list has.
    issuer_is_branch: bool,
    /// The bodies of the last person, and their place.
    last_place: RefCell<Option<LastPlace>>,
    output: Output,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) {
        let is_plain = self.is_plain(row);
        let counts = !is_plain
            && self.rows > 0
            && (self.is_count_under_ratings(row) || self.is_summary(row));
        if counts || !is_plain && self.is_summed_section(row) {
            return;
        }
        let kind = if is_plain { RowKind::Data } else { self.context.kind_of_row(row) };
        match kind {
            RowKind::Data
                if !is_plain && self.is_line(row) || self.is_noted && self.is_lone(row) =>
            {
                self.output.set_aside(row, RowRole::Note);
            }
            RowKind::Data => self.person_row(row),
            RowKind::Section { mark, text, column } if let Some(of) = self.mark_of_band(&text) => {
                self.output.set_aside(row, RowRole::Section);
                self.sections.enter_rating(mark, &text, of);
                self.people = None;
                self.sentence(row, column);
            }
            RowKind::Section { text, .. }
                if self.context.vocabulary.is_of_people(&text)
                    && self.headings.unit_of_people != Some(row.index) =>
            {
                self.output.set_aside(row, RowRole::Section);
                self.sections.close_ratings();
                self.people = Some(text);
            }
            RowKind::Section { mark, text, column } => {
                self.output.set_aside(row, RowRole::Section);
                let full = row.text(column).filter(|_| self.headings.keep_numbers);
                let name = full.unwrap_or(text);
                self.sections.enter(mark, &name, self.context.vocabulary);
                self.people = None;
                self.rows_in_section = 0;
                self.count_beside(row);
            }
            RowKind::Total { text, column } => self.total(row, &text, column),
            RowKind::Nothing => {
                self.output.set_aside(row, RowRole::Note);
                let text = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
                self.is_noted |= self.context.vocabulary.is_note(&text);
            }
        }
    }

    /// Whether a row says so much in words, in columns that are read, that it is a person's, and no line
    /// that counts or heads others.
    fn is_plain(&self, row: &Row) -> bool {
        const WORDS: usize = 4;
        let words = row.cells.iter().filter(|cell| match &cell.value {
            Value::Text(text) => {
                text.chars().any(char::is_alphabetic) && self.context.is_read(cell.column)
            }
            _ => false,
        });
        words.take(WORDS).count() == WORDS && !self.context.is_key_across(row)
    }

    /// Whether a row says nothing of the person whom it may name.
    fn is_lone(&self, row: &Row) -> bool {
        let ordinals = self.context.column_of(&Role::Ordinal);
        row.cells.iter().filter(|cell| Some(cell.column) != ordinals).count() <= 1
    }

    /// What a heading within the list says of the ratings below it.
    fn mark_of_band(&self, text: &str) -> Option<Mark> {
        let vocabulary = self.context.vocabulary;
        self.context.mark_of_heading(text).or_else(|| {
            let reason = vocabulary.reason(text).filter(|_| vocabulary.is_of_people(text));
            reason.map(Mark::NotRated)
        })
    }

    fn person_row(&mut self, row: &Row) {
        if self.percentages(row) {
            return;
        }
        if self.rows > 0 && self.is_signed(row) {
            self.output.set_aside(row, RowRole::Note);
            return;
        }
        let named = self.name(row).filter(|name| {
            let legend = &self.context.legend;
            // Nobody is called by a level.
            let is_level = || legend.level(&name.value).is_some();
            let has_points = name.value.chars().any(|c| c.is_ascii_digit());
            !(legend.defines(&name.value) || (has_points || is_level()) && self.explains(row))
        });
        if let Some(problem) = self.context.erroneous_key(row, &KEYS) {
            self.output.diagnostics.push(problem);
            return;
        }
        let Some(name) = named else {
            self.nameless_row(row);
            return;
        };
        if !self.enter_round(row) {
            return;
        }
        self.rows += 1;
        self.rows_in_section += 1;
        self.output.listed.add(&self.listed_in(row));
        let before = self.output.diagnostics.len();
        let (name, probationary) = self.name_and_marks(name);
        let words = &self.context.vocabulary.words;
        let probationary =
            probationary || self.people.as_deref().is_some_and(|kind| words.probationary.is(kind));
        let named_at = name.at;
        self.doubt_letters(&name);
        let mut people: Vec<(Arc<Campaign>, Person)> = Vec::with_capacity(self.rounds.len());
        for (place, round) in self.rounds.iter().enumerate() {
            let reader = PersonReader { context: self.context, row, campaign: round };
            let mut problems = Vec::new();
            let mut person = reader.read(name.clone(), probationary, &mut problems);
            self.by_heading(&mut person);
            let is_of_title = place == 0 && self.context.campaign.as_ref() == Some(round);
            // Who is rated in none of several rounds is on the roll of the last one.
            let is_last = place + 1 == self.rounds.len() && people.is_empty();
            if is_of_title || person.is_rated() || is_last || self.says_why(row, round) {
                people.push((Arc::clone(round), person));
            }
            for problem in problems {
                if !self.output.diagnostics[before..].contains(&problem) {
                    self.output.diagnostics.push(problem);
                }
            }
        }
        let Some(place) = self.place(row, named_at) else { return };
        let refused = self.output.diagnostics[before..]
            .iter()
            .any(|problem| problem.severity() == crate::Severity::Error);
        if !refused {
            let award = self.award(row, &name, people.last().map(|(round, _)| round), &place);
            let records = people.into_iter().map(|(round, person)| {
                self.context.record(row, &round, &place, Statement::Member(person))
            });
            self.output.records.extend(records.chain(award));
        }
    }

    /// What somebody is commended for beside the rating.
    fn award(
        &self,
        row: &Row,
        name: &Stated<String>,
        round: Option<&Arc<Campaign>>,
        place: &Arc<[Arc<str>]>,
    ) -> Option<Record> {
        let context = self.context;
        let award = context.award(row, Some(name.clone()))?;
        Some(context.record(row, round?, place, Statement::Commendation(award)))
    }

    /// Takes the round that a cell of the row names; a blank one has that of the row above. Returns false where
    /// the cell names none.
    fn enter_round(&mut self, row: &Row) -> bool {
        let context = self.context;
        let Some(cell) = context.cell_of(&Role::Round, row) else { return true };
        let Some(round) = context.round_in(cell) else {
            let message = format!("`{}` names no round; the row was left out", shown(&cell.value));
            let problem = context.problem(Code::UnreadableRow, row, cell.column, message);
            let problem = problem.expected("2019, 2026-Q3, 2012-13").hint("write the round");
            self.output.diagnostics.push(problem);
            return false;
        };
        if round != *self.campaign {
            self.campaign = Arc::new(round);
            self.rounds = vec![Arc::clone(&self.campaign)];
        }
        true
    }

    /// The sum of a column of ticks, a note, or what has to be told.
    fn nameless_row(&mut self, row: &Row) {
        if self.is_sum_of_ticks(row) {
            let label = row
                .cells
                .iter()
                .map(|cell| shown(&cell.value))
                .find(|text| text.chars().any(char::is_alphabetic));
            self.total(row, &label.unwrap_or_default(), row.cells[0].column);
        } else if row.cells.len() == 1 || self.explains(row) {
            self.output.set_aside(row, RowRole::Note);
        } else {
            let column = row.cells[0].column;
            let message = "the row has no name; it was left out";
            let problem = self.context.problem(Code::UnreadableRow, row, column, message);
            self.output.diagnostics.push(problem.hint("add the name, or delete the row"));
        }
    }

    /// Whether something stands in the place of a rating of a round: "Miễn ĐG".
    fn says_why(&self, row: &Row, round: &Arc<Campaign>) -> bool {
        let context = self.context;
        context.columns.iter().any(|column| {
            let says = |text: String| match column.role {
                // "Lý do không phân loại năm 2012"
                Role::Reason => !context.vocabulary.is_missing(&text),
                // "Năm 2023 chưa xếp loại: ốm dài ngày"
                Role::Note => {
                    Campaign::all_in(&text).as_slice() == [(**round).clone()]
                        && context.vocabulary.reason(&text).is_some()
                }
                _ => column.role.is_rating() && context.legend.not_rated(&text).is_some(),
            };
            let is_of_round = column.role == Role::Note || column.campaign.as_ref() == Some(round);
            is_of_round && row.text(column.index).is_some_and(says)
        })
    }

    fn doubt_letters(&mut self, name: &Stated<String>) {
        if lost_letters(&name.value) {
            let message = format!("`{}`: question marks stand where letters were", name.value);
            let problem = Diagnostic::new(Code::LostLetters, message)
                .at_place(&self.context.sheet_name, name.at)
                .hint("write the name as the file of the member has it");
            self.output.diagnostics.push(problem);
        }
    }

    /// A few words behind a gap below all people: offices that sign.
    fn is_signed(&self, row: &Row) -> bool {
        self.context.is_parted_line(row) && !self.people_follow(row)
    }

    /// A line of a legend below the list: a level and its points, or a mark and its level.
    fn explains(&self, row: &Row) -> bool {
        let legend = &self.context.legend;
        let mut texts = row.cells.iter().take(3).map(|cell| shown(&cell.value));
        let few = row.cells.len() <= 4 && self.rows > 0;
        few && texts.any(|text| legend.level(&text).is_some() || legend.defines(&text))
    }

    /// Who has no rating of their own has that of the heading they stand under.
    fn by_heading(&self, person: &mut Person) {
        let (mark, words) = match self.sections.rating() {
            Some((mark, words)) => (mark, words),
            None => match &self.caption.mark {
                Some(mark) => (mark, self.context.title),
                None => return,
            },
        };
        if person.is_rated() {
            return;
        }
        let at = person.name.at;
        let raw = Some(words.to_owned());
        match mark {
            Mark::Level(level) => {
                let rating = self.context.rating(level, Subject::Members, &self.campaign);
                let rating = rating.map(|value| Stated { value, at, raw });
                person.ratings.push(StageRating { stage: Stage::Unstated, rating, score: None });
                person.reason = None;
            }
            Mark::NotRated(reason) => {
                person.reason.get_or_insert(Stated { value: *reason, at, raw });
            }
        }
    }

    /// The name of one column, or of two; of a cell of several lines the first one.
    fn name(&self, row: &Row) -> Option<Stated<String>> {
        let context = self.context;
        let cell_of = |role| context.cell_of(&role, row);
        if let Some(cell) = cell_of(Role::Name) {
            let text = self.name_in_lines(cell)?;
            return text.chars().any(char::is_alphabetic).then(|| context.stated(row, cell, text));
        }
        let family = cell_of(Role::FamilyName);
        let second = cell_of(Role::SecondFamilyName);
        let middle = cell_of(Role::MiddleName);
        let given = cell_of(Role::GivenName);
        let cell = family.or(given)?;
        let of = |column: &Column| matches!(column.role, Role::FamilyName | Role::GivenName);
        let western = context.columns.iter().any(|column| of(column) && column.is_western);
        let order =
            if western { [given, middle, family, second] } else { [family, second, middle, given] };
        let parts = order.into_iter().flatten().map(|cell| (cell.column, shown(&cell.value)));
        let mut parts: Vec<(u32, String)> = parts.collect();
        // In other letters than Latin ones "Прізвище | Ім'я" and "Име | Фамилия" are read as they stand.
        if parts.iter().any(|(_, part)| has_other_letters(part)) {
            parts.sort_by_key(|(column, _)| *column);
        }
        let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
        let name = parts.join(" ");
        let raw = (parts.len() > 1).then(|| parts.join(" | "));
        name.chars().any(char::is_alphabetic).then_some(Stated {
            value: name,
            at: row.place(cell.column),
            raw,
        })
    }

    /// The first line of a cell, and the second one where it goes on with the name: "Nguyễn Văn", "Lâm".
    fn name_in_lines(&self, cell: &Cell) -> Option<String> {
        let vocabulary = self.context.vocabulary;
        let mut lines = lines_of(cell);
        let first = lines.next()?;
        let goes_on = |line: &String| {
            let words = word_count(line);
            let is_word = line.chars().all(|c| c.is_alphabetic() || c == ' ')
                && line.starts_with(may_begin_name);
            let is_mark = vocabulary.words.probationary.found_in(line);
            if is_mark {
                return line.starts_with('(');
            }
            words + word_count(&first) <= 5
                && words <= 2
                && is_word
                && !vocabulary.is_position(line)
                && vocabulary.level(line).is_none()
        };
        match lines.next().filter(goes_on) {
            Some(second) => Some(format!("{first} {second}")),
            None => Some(first),
        }
    }

    /// "Đ/c Lê Văn A (DB)": prefixes and suffixes are kept as what they mean.
    fn name_and_marks(&self, mut name: Stated<String>) -> (Stated<String>, bool) {
        let words = &self.context.vocabulary.words;
        let printed = name.value.clone();
        let mut bare = without_address(&printed, self.context.vocabulary);
        let mut probationary = false;
        while let Some((head, mark)) = in_brackets(bare) {
            probationary |= words.probationary.found_in(mark);
            bare = head;
        }
        // "Nguyễn Trọng Trung - DB"
        if let Some((head, tail)) = bare.rsplit_once(['-', '–', ','])
            && words.probationary.is(tail)
        {
            probationary = true;
            bare = head;
        }
        if let Some(sign) = self.context.legend.probationary {
            let printed = printed.trim_end_matches([')', ' ']);
            probationary |= printed.ends_with(sign);
        }
        let bare = bare.trim().trim_end_matches([',', '*', '#', '+', '†', '-']).trim_end();
        // The full stop of an initial or a degree stays.
        let initial = bare.strip_suffix('.').is_some_and(|rest| {
            let last = rest.rsplit(' ').next();
            last.is_some_and(|word| {
                word.chars().count() <= 2 || word.contains('.') || is_degree(word)
            })
        });
        let bare = if initial { bare } else { bare.trim_end_matches(['.', ' ']) };
        // "Vaňková Markéta, Ing.": a title cut short behind a name in full, which the heading may name.
        let titled = printed.split_once(", ").filter(|(name, title)| {
            let is_cut = title.ends_with('.') && !title[..title.len() - 1].contains(['.', ' ']);
            is_cut && title.len() > 3 && name.contains(' ')
        });
        let is_named = || heads_names(self.context).is_some_and(|text| text.contains(','));
        // Under "Surname, given name, degree" what stands behind a comma is the degree.
        let bare = match (titled, bare.split_once(", ")) {
            (Some((in_full, _)), _) if is_named() => in_full,
            (Some(_), _) => printed.as_str(),
            (None, Some((name, _))) if self.behind_comma == BehindComma::NamedDegree => name,
            _ => bare,
        };
        let is_swapped = titled.is_none() && self.behind_comma == BehindComma::Name;
        let swapped = last_first(bare).filter(|_| is_swapped);
        let bare = swapped.as_deref().unwrap_or(bare);
        if bare != printed {
            name.raw.get_or_insert(printed.clone());
            bare.clone_into(&mut name.value);
        }
        (name, probationary)
    }

    /// The bodies that are open above a row.
    fn open_bodies(&self) -> Vec<&str> {
        let bodies = self.sections.organizations();
        if !bodies.is_empty() {
            return bodies;
        }
        // "Chi bộ Cơ quan", "Secretariat" may be a kind of branches, but not where people stand right under it.
        let vocabulary = self.context.vocabulary;
        let is_told = self.context.column_of(&Role::Organization).is_some();
        let is_body =
            |name: &&str| is_branch(name, vocabulary) || !is_told && vocabulary.is_bare_head(name);
        self.sections.innermost().filter(is_body).into_iter().collect()
    }

    /// The branch of a row: its own column, the open headings, or the issuing branch.
    fn place(&mut self, row: &Row, named_at: Place) -> Option<Arc<[Arc<str>]>> {
        let context = self.context;
        let parent_column = context.column_of(&Role::ParentOrganization);
        let branch_column = context.column_of(&Role::Organization);
        let parent = parent_column.and_then(|column| context.said(row, column));
        let branch = branch_column.and_then(|column| context.said(row, column));
        // Departments beside the people of a branch are no branches.
        let branch =
            branch.filter(|name| !self.issuer_is_branch || is_branch(name, context.vocabulary));
        if parent.is_some() && parent != self.above.parent {
            self.above = Above { parent, branch: None, rows: 0 };
        }
        if branch.is_some() && branch != self.above.branch {
            self.above.branch = branch;
            self.above.rows = 0;
        }
        self.above.rows += 1;
        let mut below: Vec<&str> = self.open_bodies();
        below.extend(self.above.parent.as_deref());
        below.extend(self.above.branch.as_deref());
        if below.is_empty() {
            below.extend(self.caption.branch.as_deref());
        }
        if below.is_empty() && !self.issuer_is_branch && branch_column.is_some() {
            let message = "the person belongs to no branch that is named";
            let problem = Diagnostic::new(Code::MissingBranch, message)
                .at_place(&context.sheet_name, named_at);
            self.output.diagnostics.push(problem.hint("fill in the branch of this row"));
            return None;
        }
        let mut last = self.last_place.borrow_mut();
        if let Some((names, place)) = &*last
            && *names == below
        {
            return Some(Arc::clone(place));
        }
        let names: Vec<String> = below.iter().map(|name| (*name).to_owned()).collect();
        let issuer = context.committee.last().map(|body| organization_key(body));
        below.retain(|name| Some(organization_key(name)) != issuer);
        let place = context.place(&below);
        *last = Some((names, Arc::clone(&place)));
        Some(place)
    }
}

/// Whether behind the commas of the names stand degrees alone: "Rizal Hidayat, S.E." beside "Indah Permana,
/// S.Kom.", and nobody's given name.
fn degrees_behind(context: &TableContext<'_>) -> bool {
    let Some(column) = context.column_of(&Role::Name) else { return false };
    let names = context.body.iter().filter_map(|row| row.text(column));
    let behind: Vec<String> =
        names.filter_map(|name| Some(name.split_once(", ")?.1.to_owned())).collect();
    let is_given = |part: &String| {
        let mut words = part.split([' ', ',']);
        words.any(|word| word.chars().count() > 2 && !word.contains('.') && !is_degree(word))
    };
    // "Ing.", "Mgr.": words that are cut short.
    let is_cut = |word: &str| word.ends_with('.') && word.chars().count() > 2;
    let with_degree = |part: &&String| {
        let mut words = part.split([' ', ',']).filter(|word| !word.is_empty());
        part.split([' ', ',']).any(is_degree) || words.all(is_cut)
    };
    behind.iter().filter(with_degree).count() > 1 && !behind.iter().any(is_given)
}

/// The heading over whole names.
fn heads_names<'c>(context: &'c TableContext<'_>) -> Option<&'c str> {
    let column = context.columns.iter().find(|column| column.role == Role::Name)?;
    Some(&column.heading)
}

/// What stands behind the commas of names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BehindComma {
    /// The given name: "Bautista, Perfecto D.".
    Name,
    /// A degree, as a part of what people are called.
    Degree,
    /// A degree that the heading names as a part of its own: "Surname, given name, degree".
    NamedDegree,
}

impl BehindComma {
    fn of(context: &TableContext<'_>) -> Self {
        let is_named = heads_names(context).is_some_and(|text| text.matches(',').count() > 1);
        match (degrees_behind(context), is_named) {
            (false, _) => Self::Name,
            (true, false) => Self::Degree,
            (true, true) => Self::NamedDegree,
        }
    }
}

/// "Bautista, Perfecto D." in reading order.
fn last_first(name: &str) -> Option<String> {
    let (last, first) = name.split_once(", ")?;
    let is_name = |part: &str| {
        word_count(part) <= 4 && part.chars().all(|c| c.is_alphabetic() || " .'’-".contains(c))
    };
    let is_swapped = is_name(last) && is_name(first) && !first.split(' ').any(is_degree);
    is_swapped.then(|| format!("{} {}", first.trim(), last.trim()))
}

/// "S.Pd.", "Ph.D.", "MBA": letters of a degree, and no initials.
fn is_degree(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').filter(|part| !part.is_empty()).collect();
    let is_letters = |part: &&str| part.chars().all(char::is_uppercase);
    parts.len() > 1 && parts.iter().any(|part| part.chars().count() > 1)
        || parts.len() == 1
            && (3..=4).contains(&word.chars().count())
            && parts.iter().all(is_letters)
}

/// Whether a body is a branch, whose sheets list its own people.
fn is_branch(name: &str, vocabulary: &Vocabulary) -> bool {
    vocabulary.words.branches.begins(&organization_key(name)).is_some()
}

/// "Nguy?n V?n Lâm": a question mark beside a letter, or the sign for what no encoding has.
fn lost_letters(name: &str) -> bool {
    let at_mark = |pair: &[char]| pair == ['?', '?'] || pair[0].is_alphabetic() && pair[1] == '?';
    let letters: Vec<char> = name.chars().collect();
    name.contains('\u{fffd}')
        || letters.windows(2).any(at_mark) && !name.ends_with('?')
        || letters.windows(2).any(|pair| pair[0] == '?' && pair[1].is_alphabetic())
}

/// The lines of a cell that has several, tidied.
fn lines_of(cell: &Cell) -> impl Iterator<Item = String> {
    let text = match &cell.value {
        Value::Text(text) => text.to_string(),
        value => shown(value),
    };
    let lines: Vec<String> = text.lines().map(tidy).filter(|line| !line.is_empty()).collect();
    lines.into_iter()
}

#[cfg(test)]
mod tests {
    use super::{Statement, last_first, lost_letters};
    use crate::diagnostic::Code;
    use crate::reading::of_page;
    use crate::record::NotRatedReason;

    #[test]
    fn the_unit_of_the_party_and_the_body_that_it_is_of_are_one_name() {
        let people = listed(
            "BỆNH VIỆN\nXẾP LOẠI ĐẢNG VIÊN NĂM 2021\n\nCHI BỘ: KHOA NỘI\nSTT|Họ và tên|Mức xếp loại\n\
             1|Bùi Thị Hồng|HTTNV\n2|Bùi Văn Quyết|HTNV\n\nCHI BỘ: KHOA NGOẠI\nSTT|Họ và tên|Mức xếp loại\n\
             1|Lê Quang Nhật|HTTNV\n2|Cao Thị Thơm|HTTNV",
        );
        assert!(people[0].starts_with("CHI BỘ KHOA NỘI"), "{people:?}");
        assert!(people[2].starts_with("CHI BỘ KHOA NGOẠI"), "{people:?}");
    }

    #[test]
    fn a_key_across_a_row_below_a_list_is_nobody() {
        let reading = of_page(
            "PT BIR\nPenilaian kinerja 2023\n\nNo.|Nama|Jabatan|Tgl. Masuk|Nilai Akhir|Keterangan\n\
             1|Ratna Kusuma|Kepala|26/04/2016|4|\n2|Ayu Setiawan|Operator|24/07/2009|3|\n\
             3|Dedi Pratama|Staf|15/05/2016|3|\n4|Ayu Nugroho|Operator|03/05/2019|2|\n|||||\n\
             |Keterangan nilai:|5 = Istimewa|4 = Sangat Baik|3 = Baik|2 = Cukup",
        );
        assert_eq!(reading.people().count(), 4);
        assert!(!reading.diagnostics.iter().any(|of| of.code == Code::ImpossibleDate));
    }

    /// Each person as the body and the name.
    fn listed(rows: &str) -> Vec<String> {
        let reading = of_page(rows);
        let told = reading.people().map(|(record, person)| {
            let body = record.place.last().map(ToString::to_string).unwrap_or_default();
            format!("{body}: {}", person.name.value)
        });
        told.collect()
    }

    #[test]
    fn a_heading_that_differs_by_its_number_or_says_what_people_are_is_a_unit() {
        let list = |units: [&str; 3]| {
            let [first, second, third] = units;
            listed(&format!(
                "Riverside School\nReviews 2023\n\nNo|Name|Post|Rating\n{first}\n1|Ann Lowe|Teacher|Good\n\
                 2|Ray Hood|Teacher|Fair\n{second}\n3|Eve Dale|Teacher|Good\n4|Jane Small|Teacher|Poor\n\
                 {third}\n5|Tom Bell|Teacher|Good\n6|Amy Wood|Teacher|Fair"
            ))
        };
        let numbered = list(["1. Grade", "2. Grade", "School Club"]);
        assert!(
            numbered[0].contains("1. Grade") && numbered[2].contains("2. Grade"),
            "{numbered:?}"
        );
        let plain = list(["1. Lower School", "2. Upper School", "3. School Club"]);
        assert!(!plain[0].contains("1."), "{plain:?}");
        let of_people = list(["Lower School", "Upper School", "Staff"]);
        assert!(of_people[4].contains("Staff"), "{of_people:?}");
    }

    #[test]
    fn lone_lines_over_broad_rows_are_bodies() {
        let people = listed(
            "Kowhai Plains Farming Ltd\nStaff reviews 2022\n\n\
             Name|Role|D.O.B|Self|Agreed\nRimu Lowlands\n\
             Tania Fergusson|Manager|03/06/1989|Good|Good\nLiam Waaka|Assistant|04/11/1989|Fair|Good\n\
             Totara Bend\nHemi Beaufort|Assistant|02/11/1966|Good|Poor\n\
             Whitney Hall|Manager|21/04/1974|Good|Good",
        );
        let told = [
            "Rimu Lowlands: Tania Fergusson",
            "Rimu Lowlands: Liam Waaka",
            "Totara Bend: Hemi Beaufort",
            "Totara Bend: Whitney Hall",
        ];
        assert_eq!(people, told);
    }

    #[test]
    fn names_stand_in_parts_beside_what_is_none() {
        let people = listed(
            "Melita Federation\nCoach evaluation 2023\n\n\
             Title|Surname|Name|Role|Grade\nMr.|Agius|Daniela|Referee|Good\nRev. Fr.|Borg|Carmel|Referee|Fair\n\
             Mrs.|Pace|Maria|Coach|Good\nMr.|Vella|Stefania|Coach|Poor",
        );
        assert_eq!(people[0], "Melita Federation: Daniela Agius");
        let people = listed(
            "みどりが丘病院\n令和5年度 人事考課\n\n氏名|ﾌﾘｶﾞﾅ|役職|評価\n\
             中村 千尋|ﾅｶﾑﾗ ﾁﾋﾛ|看護師長|優秀\n渡邊 健一|ﾜﾀﾅﾍﾞ ｹﾝｲﾁ|主任|標準\n小野寺 隆|ｵﾉﾃﾞﾗ ﾀｶｼ|主任|優秀\n\
             石田 翼|ｲｼﾀﾞ ﾂﾊﾞｻ|一般|標準",
        );
        assert_eq!(people[0], "みどりが丘病院: 中村 千尋");
    }

    #[test]
    fn a_column_of_rounds_is_of_its_row() {
        let reading = of_page(
            "ĐẢNG BỘ TRƯỜNG CAO ĐẲNG Y TẾ\nKết quả xếp loại đảng viên các năm 2023, 2024\n\n\
             Năm|Tên chi bộ|Họ tên|Kết quả xếp loại\n\
             2023|Chi bộ Đào tạo|Phạm Thị Hà|Hoàn thành tốt nhiệm vụ\n\
             |Chi bộ Đào tạo|Lê Văn Nam|Hoàn thành nhiệm vụ\n\
             2024|Chi bộ Đào tạo|Phạm Thị Hà|Hoàn thành nhiệm vụ\n\
             2024|Chi bộ Đào tạo|Vũ Thị Lan|Hoàn thành nhiệm vụ\n\
             2024|Chi bộ Đào tạo|Đỗ Văn Sơn|Hoàn thành nhiệm vụ\n\
             2024|Chi bộ Đào tạo|Bùi Thị Mai|Hoàn thành nhiệm vụ\n\
             2024|Chi bộ Đào tạo|Ngô Văn Tú|Hoàn thành nhiệm vụ\n\
             năm nay|Chi bộ Đào tạo|Lê Văn Nam|Hoàn thành nhiệm vụ",
        );
        let rounds: Vec<_> = reading
            .records
            .iter()
            .filter(|record| matches!(record.statement, Statement::Member(_)))
            .map(|record| (record.row, record.campaign.code.as_str()))
            .collect();
        let of = |rows: std::ops::RangeInclusive<u32>, code| rows.map(move |row| (row, code));
        assert_eq!(rounds, of(5..=6, "2023").chain(of(7..=11, "2024")).collect::<Vec<_>>());
        let told = reading.diagnostics.iter().find(|told| told.cell.as_deref() == Some("A12"));
        assert_eq!(told.unwrap().code.name(), "unreadable-row");
    }

    #[test]
    fn a_total_within_a_list_is_of_the_branch_above_it() {
        let reading = of_page(
            "Community Care\nReviews 2023\n\nProgramme|Name|Good|Fair\n\
             Home Care|Ann Adams|x|\nHome Care|Ben Molefe||x\nHome Care|Cy Zulu|x|\n\
             |Sub-total|2|1\nYouth Skills|Di Venter|x|\nYouth Skills|Ed Kruger|x|\n\
             |Sub-total|2|0\n|Total|4|1",
        );
        let places = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Figures { .. } => Some(record.place.last()?.to_string()),
            _ => None,
        });
        let places: Vec<String> = places.collect();
        assert_eq!(places, ["Home Care", "Youth Skills", "Community Care"]);
    }

    #[test]
    fn a_total_right_below_a_heading_is_of_those_who_follow() {
        let reading = of_page(
            "Jamuna Railway\nConfidential Reports 2022\n\n\
             Sl.|Name of employee|Date of birth|Good|Fair\nTraffic Department\n\
             |Sub-total||2|1\n1|Mizanur Talukder|24.04.1985|x|\n2|Salma Majumder|10.03.1985||x\n\
             3|Shirin Biswas|25.02.1979|x|\nMechanical Department\n|Sub-total||2|0\n\
             4|Nazmul Sarker|24.09.1986|x|\n5|Farhana Bhuiyan|28.04.1969|x|\n|Total||4|1",
        );
        let places = |wanted: fn(&Statement) -> bool| {
            let records = reading.records.iter().filter(move |of| wanted(&of.statement));
            let names = records.filter_map(|of| Some(of.place.last()?.to_string()));
            names.collect::<Vec<_>>()
        };
        let (traffic, mechanical) = ("Traffic Department", "Mechanical Department");
        let listed = [traffic, traffic, traffic, mechanical, mechanical];
        assert_eq!(places(|of| matches!(of, Statement::Member(_))), listed);
        let summed = [traffic, mechanical, "Jamuna Railway"];
        assert_eq!(places(|of| matches!(of, Statement::Figures { .. })), summed);
        let told = reading.diagnostics.iter().map(|of| of.code.name());
        assert!(
            told.clone().all(|code| !code.ends_with("mismatch")),
            "{:?}",
            told.collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_heading_that_counts_those_below_it_names_their_body_whatever_its_words() {
        let reading = of_page(
            "Energetika, a.s.\nHodnocení 2023\n\nPoř. č.|Příjmení|Jméno|výborně|dobře\n\
             Zorpat Lipno|||1|2\n1|Vaněk|Tomáš|x|\n2|Dvořák|Zdeněk||x\n3|Šimek|Jan||x\n\
             Zorpat Vrbice|||2|1\n4|Pokorný|Miroslav|x|\n5|Říha|Ondřej|x|\n6|Zeman|Lukáš||x",
        );
        let listed = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Member(_) => Some(record.place.last()?.to_string()),
            _ => None,
        });
        let (lipno, vrbice) = ("Zorpat Lipno", "Zorpat Vrbice");
        assert_eq!(listed.collect::<Vec<_>>(), [lipno, lipno, lipno, vrbice, vrbice, vrbice]);
    }

    #[test]
    fn a_text_over_rows_that_are_numbered_anew_names_their_body() {
        let reading = of_page(
            "Larch Club\nCoach ratings 2024\n\n#|Last name|First name|Post|Rating\n\
             |ZORPING AND DIVING\n1|Emerson|Stuart|Coach|Good\n2|Irvine|Moira|Coach|Fair\n\
             |Blim and field\n1|Ingram|Deirdre|Coach|Good\n2|Nesbitt|Hugh|Coach|Poor\n\
             3|Osborne|Declan|Coach|Good",
        );
        let bodies = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Member(_) => record.place.last().map(ToString::to_string),
            _ => None,
        });
        let (first, second) = ("ZORPING AND DIVING", "Blim and field");
        assert_eq!(bodies.collect::<Vec<_>>(), [first, first, second, second, second]);
    }

    #[test]
    fn numbers_that_all_ticks_add_up_to_count_them_wherever_they_stand() {
        let reading = of_page(
            "MANGO PRIMARY\nTeacher appraisal 2023\n\nGood|Fair|Poor|Teacher|Department\n\
             3|2|1|Zorp|\nx|||Gareth Jessop|Infants\n|x||Liam Hargreaves|Infants\n\
             x|||Fiona Rutherford|Infants\n||x|Clive Ogilvie|Juniors\n\
             x|||Imogen Gallagher|Juniors\n|x||Reuben Goodwin|Juniors",
        );
        let counts = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Figures { figures } => Some(figures.iter().map(|of| of.count.as_ref())),
            _ => None,
        });
        let counts = counts.flatten().filter_map(|count| Some(count?.value));
        assert_eq!(counts.collect::<Vec<i64>>(), [3, 2, 1]);
        assert!(reading.diagnostics.iter().all(|of| of.code.name() != "not-a-tick"));
    }

    #[test]
    fn two_letters_behind_all_commas_are_degrees() {
        let names = |second: &str| {
            let reading = of_page(&format!(
                "Department of Works\nRatings 2023\n\nName|Post|Rating\n\
                 Rizal Hidayat, S.E.|Analyst|Good\nIndah Permana, S.Kom.|Analyst|Fair\n\
                 {second}|Analyst|Good\nSri Lestari, M.Si.|Analyst|Good"
            ));
            let first = reading.records.iter().find_map(|record| match &record.statement {
                Statement::Member(person) => Some(person.name.value.clone()),
                _ => None,
            });
            first.unwrap()
        };
        assert_eq!(names("Agus Wibowo, S.T."), "Rizal Hidayat, S.E.");
        // Given names stand behind the commas, too: so could theirs.
        assert_eq!(names("Wibowo, Agus"), "S.E. Rizal Hidayat");
    }

    #[test]
    fn what_counts_the_ticks_of_its_section_is_a_total_of_it() {
        let reading = of_page(
            "SOUTH ISLANDS REGION\nStaff review 2022\n\nNo.|Name|Born|Excellent|Good|Poor\n\
             Staff Department\n1|Mary Hill|07.03.1987|x||\n2|Ann Lowe|26.03.1985||x|\n\
             3|Ray Hood|21.11.1978||x|\n|Zorp blim||1|2|0\n\
             Stores Department\n4|Eve Dale|01.02.1979||x|\n5|Joe Nash|02.02.1981|x||\n\
             6|Sue Lane|03.02.1982|x||\n|Zorp blim||2|1|0",
        );
        let counts = reading.figures().map(|(record, figure)| {
            (record.place.last().unwrap().to_string(), figure.count.as_ref().unwrap().value)
        });
        let staff = |count| ("Staff Department".to_owned(), count);
        let stores = |count| ("Stores Department".to_owned(), count);
        let told = [staff(1), staff(2), staff(0), stores(2), stores(1), stores(0)];
        assert_eq!(counts.collect::<Vec<_>>(), told);
        assert_eq!(reading.people().count(), 6);
    }

    #[test]
    fn a_title_behind_a_name_in_full_is_no_given_name() {
        let names = |heading: &str, name: &str| {
            let rows = format!(
                "BAY WORKS\nReviews 2023\n\nNo.|{heading}|Rating|Note\n1|{name}|Good|a\n\
                 2|Hill Mary|Fair|b\n3|Lowe Ann|Good|c\n4|Dale Eve|Poor|d"
            );
            of_page(&rows).people().next().map(|(_, person)| person.name.value.clone())
        };
        assert_eq!(names("Name, title", "Small Jane, Ing.").as_deref(), Some("Small Jane"));
        assert_eq!(names("Name", "Small Jane, Ing.").as_deref(), Some("Small Jane, Ing."));
        assert_eq!(names("Name", "Small, Jane").as_deref(), Some("Jane Small"));
    }

    #[test]
    fn degrees_that_the_heading_names_are_none_of_the_name() {
        let reading = of_page(
            "SAVINGS BANK\nStaff review 2023\n\nNo.|Surname, given name, degree|Born|Rating\n\
             1|Hill Mary|07.03.1987|Good\n2|Lowe Ann, Ing.|26.03.1985|Fair\n\
             3|Hood Ray, Mgr.|21.11.1978|Good\n4|Dale Eve|01.02.1979|Poor",
        );
        let names: Vec<&str> =
            reading.people().map(|(_, person)| person.name.value.as_str()).collect();
        assert_eq!(names, ["Hill Mary", "Lowe Ann", "Hood Ray", "Dale Eve"]);
    }

    #[test]
    fn degrees_behind_a_comma_stay_there() {
        assert_eq!(last_first("Bautista, Perfecto D.").as_deref(), Some("Perfecto D. Bautista"));
        assert_eq!(last_first("Smith, J.R.").as_deref(), Some("J.R. Smith"));
        assert_eq!(last_first("O'Brien, Mary Ann").as_deref(), Some("Mary Ann O'Brien"));
        for name in
            ["Agus Ramadhan, S.Pd.", "Siti Rahmawati, M.Pd.", "Jane Roe, Ph.D.", "Roe Jane, MBA"]
        {
            assert_eq!(last_first(name), None, "{name}");
        }
    }

    #[test]
    fn letters_that_were_lost_are_seen() {
        for name in ["Nguy?n V?n Lâm", "?? Minh Quân", "Ph\u{fffd}m Thu Hà", "?nh Tuyết"] {
            assert!(lost_letters(name), "{name}");
        }
        for name in ["Nguyễn Văn Lâm", "Lê Hùng ?", "Lê Hùng?"] {
            assert!(!lost_letters(name), "{name}");
        }
    }

    #[test]
    fn words_in_the_place_of_a_level_tell_why_there_is_none() {
        let page = |text: &str| {
            of_page(&format!(
                "CHORAL SOCIETY\nRatings of singers 2021\n\nNo.|Name|Born|Rating\n1|Mary Hill|1980|Good\n\
                 2|Ann Lowe|1981|{text}\n3|Ray Hood|1982|Fair\n4|Eve Dale|1983|Good"
            ))
        };
        let reading = page("went to sea again");
        let reasons = reading.people().filter_map(|(_, person)| person.reason.as_ref());
        assert_eq!(reasons.map(|of| of.value).collect::<Vec<_>>(), [NotRatedReason::Other]);
        // One word, or some with a word of a level, is a slip.
        for text in ["zorp", "nearly as good"] {
            let told = page(text).diagnostics;
            assert!(told.iter().any(|of| of.code == Code::UnknownRating), "{text}");
        }
    }

    #[test]
    fn a_key_in_the_cells_of_a_row_is_nobody() {
        let reading = of_page(
            "MINATO WORKS\nStaff review 2023\n\nNo.|Name|Post|Hired on|Rating\n1|Mary Hill|Clerk|2003-04-16|A\n\
             2|Ann Lowe|Clerk|2012-03-20|B\n3|Ray Hood|Clerk|2006-07-13|S\n4|Eve Dale|Clerk|1995-04-28|A\n\n\
             ※From the best down|S:Superb|A:Good|B:Fair|",
        );
        assert_eq!(reading.people().count(), 4);
        assert!(!reading.diagnostics.iter().any(|of| of.code == Code::ImpossibleDate));
    }

    #[test]
    fn a_line_that_ends_with_a_colon_or_a_number_is_nobody() {
        let reading = of_page(
            "BAY DISTRICT\nStaff review 2023\n\nNo.|Name|Born|Rating\n1|Mary Hill|1980|Good\n\
             2|Ann Lowe|1981|Fair\n3|Ray Hood|1982|Good\n|Rated in the zorp: 3||\n4|Eve Dale|1983|Poor\n\
             5|Tom Bell|1984|Good\n|Zorps by points:||",
        );
        assert_eq!(reading.people().count(), 5);
    }

    #[test]
    fn a_bare_kind_of_bodies_right_over_people_is_their_body() {
        let reading = of_page(
            "DISTRICT OFFICE\nStaff review 2023\n\nNo.|Name|Post|Rating\nA|Secretariat||\n1|Mary Hill|Clerk|Good\n\
             2|Ann Lowe|Clerk|Fair\nB|Division of Roads||\n3|Ray Hood|Clerk|Good\n4|Eve Dale|Clerk|Poor",
        );
        let bodies: Vec<&str> =
            reading.people().map(|(of, _)| &**of.place.last().unwrap()).collect();
        assert_eq!(bodies[..2], ["Secretariat"; 2]);
    }

    #[test]
    fn bulleted_bodies_head_their_people_and_signs_repeat_what_stands_above() {
        let reading = of_page(
            "ĐOÀN TRƯỜNG THPT CHU VĂN LÝ\nXẾP LOẠI ĐOÀN VIÊN NĂM 2022\n\n\
             Mã thẻ|Họ tên|Giới|Ngày sinh|Xếp loại\n|* Chi đoàn 10A1|||\n\
             0098|Kiều Hữu Hùng|Nam|07/03/2007|HTTNV\n0008|Đặng Quang Sơn|Nam|24/01/2007|nt\n\
             |* Chi đoàn 11B2|||\n0091|Đào Bá Thịnh|Nam|22/08/2006|HTNV\n0033|Tạ Thị Thảo|Nữ|10/07/2006|HTTNV",
        );
        let told = reading.people().map(|(record, person)| {
            let rated = person.ratings.first().and_then(|of| of.rating.as_ref());
            (record.place.last().unwrap().to_string(), rated.unwrap().value.code.to_string())
        });
        let expected = [("10A1", "HTTNV"), ("10A1", "HTTNV"), ("11B2", "HTNV"), ("11B2", "HTTNV")];
        let expected = expected.map(|(class, code)| (format!("Chi đoàn {class}"), code.to_owned()));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn reasons_of_a_round_make_somebody_of_that_round() {
        let reading = of_page(
            "ĐẢNG ỦY PHƯỜNG VĨNH THỌ\nTHEO DÕI XẾP LOẠI ĐẢNG VIÊN QUA CÁC NĂM\n\n\
             TT|Họ tên|Năm 2022|Năm 2023|Lý do chưa xếp loại năm 2023\n\
             1|Lý Thị Phượng|HTTNV||ốm dài ngày\n2|Bùi Văn Lâm|HTTNV|HTXSNV|\n3|Phạm Đình Kiên|HTNV|HTTNV|",
        );
        let of = |name: &str| {
            let named = reading.people().filter(|(_, person)| person.name.value == name);
            named.map(|(of, person)| (of.campaign.code.clone(), person.reason.is_some())).collect()
        };
        let rounds: Vec<(String, bool)> = of("Lý Thị Phượng");
        assert_eq!(rounds, [("2022".to_owned(), false), ("2023".to_owned(), true)]);
        let rounds: Vec<(String, bool)> = of("Bùi Văn Lâm");
        assert!(rounds.iter().all(|(_, has_reason)| !has_reason) && rounds.len() == 2);
    }

    #[test]
    fn the_levels_of_a_key_over_a_list_rate_nobody() {
        let reading = of_page(
            "Wattle Fire Service\nMember review 2022\n\nHow we call it, from the best down:\n\
             Excellent|all of it\nFair|most of it\nPoor|little of it\n\n\
             No.|Surname|Given name|Rating|Notes\n1|Lombardi|Deb|Excellent|\n2|Nguyen|Tyson|Fair|\n\
             3|Papas|Glenys|Poor|\n4|Rowe|Mick||away all season, not reviewed\n5|Fazio|Kylie|Fair|",
        );
        let unrated = reading.people().filter(|(_, person)| !person.is_rated());
        assert_eq!(unrated.map(|(_, of)| of.name.value.clone()).collect::<Vec<_>>(), ["Mick Rowe"]);
    }
}
