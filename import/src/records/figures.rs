//! Tables of one figure a row: a row says what is counted, a column says of whom, in which round and in
//! what; either may say any of it.

mod balance;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::organizations::{percentage, scale_of};
use super::{Output, RowKind, TableContext};
use crate::campaign::Campaign;
use crate::diagnostic::Code;
use crate::grid::{Cell, Row};
use crate::layout::RowRole;
use crate::record::{
    Figure, Measure, Organization, Record, Relation, Stage, StageRating, Stated, Statement, Subject,
};
use crate::role::{Column, Role, is_organization_name, names_issuer, subject_of};
use crate::text::{comparison_key, with_head_in_full};
use crate::value::{count_and_percent, number, shown, split_ordinal, whole};
use crate::vocabulary::{Field, LevelText, Vocabulary, WHOLE};

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let mut reader = Reader {
        context,
        subject: context.subject,
        above: None,
        round: None,
        body: context.unit.clone(),
        both: counts_both(context),
        sums: sums(context),
        by_sums: balance::measures(context),
        raters: raters(context),
        output: Output::default(),
    };
    let blocks = blocks(context);
    for row in context.body {
        if blocks.contains(&row.index) {
            reader.enter_block(row);
            continue;
        }
        if context.kind_of_row(row) == RowKind::Nothing {
            reader.output.set_aside(row, RowRole::Note);
        } else {
            reader.row(row);
        }
    }
    reader.output
}

/// What a row counts.
#[derive(Clone)]
struct What {
    subject: Subject,
    measure: Measure,
    level: Option<LevelText>,
    relation: Relation,
}

type Place = Arc<[Arc<str>]>;
type Pair = (Option<Stated<i64>>, Option<Stated<f64>>);
/// The round, the body, who rated and, where columns tell it, whom they count.
type Key = (Arc<Campaign>, Place, Stage, Option<Subject>);

struct Reader<'a> {
    context: &'a TableContext<'a>,
    /// Whom the last total above counted.
    subject: Subject,
    above: Option<What>,
    /// The round and the body of the rows, where columns of labels name them once over several rows.
    round: Option<Arc<Campaign>>,
    body: Option<String>,
    /// Whether some columns count people and others organisations.
    both: bool,
    /// The columns that sum the others.
    sums: HashSet<u32>,
    /// What rows count by what they add up to, where no word tells.
    by_sums: HashMap<u32, Measure>,
    /// Who rated those whom a column counts, where all columns say it.
    raters: HashMap<u32, Stage>,
    output: Output,
}

/// The lines over a table, as keys: one of them names who issued it.
fn issuers(context: &TableContext<'_>) -> Vec<String> {
    context.frame.block.iter().map(|line| comparison_key(&line.text)).collect()
}

/// "Cá nhân tự nhận | Chi bộ kết luận | Đảng ủy công nhận" over figures: who rated, where one of them rates itself
/// and no column of figures says nothing of it.
fn raters(context: &TableContext<'_>) -> HashMap<u32, Stage> {
    let is_figure = |column: &&Column| {
        matches!(
            column.role,
            Role::PlainCount | Role::PlainPercent | Role::Count(_) | Role::Percent(_)
        )
    };
    let issuers = issuers(context);
    let stage_in = |text: &str| match context.vocabulary.stage(text) {
        None | Some(Stage::MassOrganization) if names_issuer(text, &issuers) => {
            Some(Stage::Committee)
        }
        stage => stage,
    };
    let stage = |column: &Column| {
        let mut texts = column.heading.split(" / ");
        Some((column.index, texts.find_map(stage_in)?))
    };
    let figures = context.columns.iter().filter(is_figure);
    let told: Option<Vec<(u32, Stage)>> = figures.map(stage).collect();
    let mut told = told.unwrap_or_default();
    if !told.iter().any(|(_, stage)| *stage == Stage::Own) {
        return HashMap::new();
    }
    // "Công đoàn bộ phận | Công đoàn trường": of two bodies of the issuer's name the last one decides.
    let last = told.iter().rposition(|(_, stage)| *stage == Stage::Committee);
    let of_branch = told.iter().any(|(_, stage)| *stage == Stage::Branch);
    for (_, stage) in told.iter_mut().take(last.filter(|_| !of_branch).unwrap_or(0)) {
        if *stage == Stage::Committee {
            *stage = Stage::Branch;
        }
    }
    told.into_iter().collect()
}

/// The rows that hold nothing but the name of a body, over rows of the same labels each time: "Central
/// Library" over its levels, "Stoke Library" over them again.
fn blocks(context: &TableContext<'_>) -> HashSet<u32> {
    let Some(labels) = context.column_of(&Role::Content) else { return HashSet::new() };
    let vocabulary = context.vocabulary;
    let is_name = |row: &Row| {
        let [cell] = row.cells.as_slice() else { return false };
        let text = shown(&cell.value);
        let says_more = context.legend.level(&text).is_some()
            || vocabulary.measure(&text).is_some()
            || !vocabulary.is_total(&text) && subject_of(&text, vocabulary).is_some()
            || !Campaign::all_in(&text).is_empty();
        cell.column == labels && !says_more
    };
    let mut over: HashMap<String, Vec<u32>> = HashMap::new();
    for pair in context.body.windows(2) {
        let (row, below) = (&pair[0], &pair[1]);
        if is_name(row) && below.index == row.index + 1 && below.cells.len() > 1 {
            let label = below.text(labels).unwrap_or_default();
            over.entry(comparison_key(&label)).or_default().push(row.index);
        }
    }
    over.into_values().filter(|rows| rows.len() > 1).flatten().collect()
}

fn counts_both(context: &TableContext<'_>) -> bool {
    let over = |of: Subject| {
        let mut subjects =
            context.columns.iter().filter_map(|column| subject_over(column, context.vocabulary));
        subjects.any(|subject| subject == of)
    };
    over(Subject::Members) && over(Subject::Branches)
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) {
        let context = self.context;
        self.enter_outer(row);
        let label = context
            .column_of(&Role::Content)
            .or_else(|| context.column_of(&Role::Organization))
            .and_then(|column| row.text(column));
        let unit = context.column_of(&Role::Unit).and_then(|column| row.text(column));
        // A line of percentages below one of people has the label of the line above, or says so.
        let goes_on = label.is_none() && unit.is_some();
        let label = label.or_else(|| row.cells.first().map(|cell| shown(&cell.value)));
        let says_percent = label.as_deref().is_some_and(|label| self.says_percent(label));
        let share = label.as_deref().and_then(|label| self.share_of_level(label));
        let in_percent =
            says_percent || share.is_some() || unit.is_some_and(|unit| unit.trim() == "%");
        if let Some(level) = share {
            let subject = self.subject;
            let (measure, relation) = (Measure::Rating, Relation::Exact);
            self.above = Some(What { subject, measure, level: Some(level), relation });
        } else if let Some(label) = label.filter(|_| !goes_on && !says_percent) {
            if self.rates(row, &label) {
                return;
            }
            self.above = self.what_is_counted(&label).or_else(|| self.by_sums(row));
        }
        if let Some(what) = self.above.clone() {
            self.figures(row, &what, in_percent);
        }
    }

    /// Takes the body that a row names for those below it; that of all of them is the issuer.
    fn enter_block(&mut self, row: &Row) {
        let name = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
        let name = split_ordinal(&name).1.to_owned();
        self.body = Some(name).filter(|name| !self.context.vocabulary.is_total(name));
        self.above = None;
        self.output.set_aside(row, RowRole::Section);
    }

    /// Takes the round and the body that stand beside the first of the rows that they are of.
    fn enter_outer(&mut self, row: &Row) {
        let context = self.context;
        let round = context.cell_of(&Role::Round, row).and_then(|cell| context.round_in(cell));
        if let Some(round) = round {
            self.round = Some(Arc::new(round));
            self.above = None;
        }
        if let Some(cell) = context.cell_of(&Role::ParentOrganization, row) {
            let name = split_ordinal(&shown(&cell.value)).1.to_owned();
            self.body = Some(name).filter(|name| !context.vocabulary.is_total(name));
            self.above = None;
        }
    }

    /// The round of a figure: that of its column, of its row, of the title.
    fn round_of(&self, column: &Column) -> Option<Arc<Campaign>> {
        let of_row = || self.round.clone().or_else(|| self.context.campaign.clone());
        column.campaign.clone().or_else(of_row)
    }

    /// "- Tỷ lệ %" below a level: its figures in per cent.
    fn says_percent(&self, label: &str) -> bool {
        let bare = split_ordinal(label).1;
        let vocabulary = self.context.vocabulary;
        matches!(vocabulary.field(bare), Some((Field::Percent, _)))
            && self.context.legend.level(bare).is_none()
            && (self.above.as_ref().is_some_and(|above| above.level.is_some())
                || vocabulary.measure(bare).is_none_or(|(measure, _)| measure == Measure::OnRoll))
    }

    /// "甲等比率%", "% good": the level of which a row has the share.
    fn share_of_level(&self, label: &str) -> Option<LevelText> {
        let of = self.context.vocabulary.share_of(split_ordinal(label).1)?;
        self.context.legend.level(&of)
    }

    /// What the figures of a row add up to, where its words tell nothing.
    fn by_sums(&self, row: &Row) -> Option<What> {
        let measure = *self.by_sums.get(&row.index)?;
        Some(What { subject: self.subject, measure, level: None, relation: Relation::Exact })
    }

    /// A level counts the subject of the last total above it.
    fn what_is_counted(&mut self, label: &str) -> Option<What> {
        let context = self.context;
        let vocabulary = context.vocabulary;
        let words = &vocabulary.words;
        let text = split_ordinal(label).1;
        let nested = words.nested.found_in(text);
        let what =
            |subject, measure, level, relation| Some(What { subject, measure, level, relation });
        if words.exemplary.found_in(text) {
            // Since 2018 the award is chosen from those with the top rating, whatever the words.
            let award = context.campaign.as_ref().is_some_and(|campaign| campaign.year >= 2018);
            let relation = if nested || award { Relation::Nested } else { Relation::Disjoint };
            return what(Subject::Branches, Measure::Exemplary, None, relation);
        }
        if let Some(level) = context.legend.level(text) {
            let better = words.or_better.found_in(text);
            let relation = if better { Relation::OrBetter } else { Relation::Exact };
            return what(self.subject, Measure::Rating, Some(level), relation);
        }
        let before = self.subject;
        if words.subject_members.found_in(text) {
            self.subject = Subject::Members;
        } else if words.subject_branches.found_in(text) {
            self.subject = Subject::Branches;
        }
        let measure = vocabulary.measure(text).map(|(measure, _)| measure);
        // "All teachers", "Cộng" below the levels is the sum of them.
        let sums = || vocabulary.is_total(text).then_some(Measure::Rated);
        let summed = before == self.subject
            && self.above.as_ref().is_some_and(|above| above.level.is_some());
        let measure = if summed {
            sums().or(measure)
        } else {
            measure.or_else(|| vocabulary.is_total(text).then_some(Measure::OnRoll))
        };
        what(self.subject, measure?, None, Relation::Exact)
    }

    /// A row of ratings of the bodies that stand over the columns: "Xếp loại chi bộ".
    fn rates(&mut self, row: &Row, label: &str) -> bool {
        let context = self.context;
        let bare = split_ordinal(label).1;
        let is_rating = matches!(context.vocabulary.field(bare), Some((Field::Rating, _)));
        let named = context.columns.iter().map(|column| (column, self.bodies_over(column)));
        let rated: Vec<(&Column, Vec<String>, &Cell, LevelText)> = named
            .filter(|(_, bodies)| !bodies.is_empty())
            .filter_map(|(column, body)| {
                let cell = row.cell(column.index).filter(|cell| number(&cell.value).is_none())?;
                let level = context.legend.level(&shown(&cell.value))?;
                Some((column, body, cell, level))
            })
            .collect();
        if rated.is_empty() || !is_rating && rated.len() < 2 {
            return false;
        }
        // A branch that is named is the one that is rated.
        let stage = context.vocabulary.stage(bare).filter(|stage| *stage != Stage::Branch);
        let issuers = issuers(context);
        let decides = || names_issuer(bare, &issuers).then_some(Stage::Committee);
        let stage = stage.or_else(decides).unwrap_or(Stage::Unstated);
        let words = &context.vocabulary.words;
        for (column, bodies, cell, level) in rated {
            let is_exemplary = words.exemplary.found_in(&shown(&cell.value));
            let Some(campaign) = self.round_of(column) else { continue };
            let rating = context.rating(&level, Subject::Branches, &campaign);
            let rating = rating.map(|rating| context.stated_as(row, cell, rating));
            let organization = Organization {
                name: Stated {
                    value: bodies.last().cloned().unwrap_or_default(),
                    at: column.place,
                    raw: None,
                },
                code: None,
                kind: None,
                ratings: vec![StageRating { stage, rating, score: None }],
                exemplary: is_exemplary.then(|| context.stated_as(row, cell, true)),
            };
            let place = self.placed(&bodies);
            let statement = Statement::Branch(organization);
            self.output.records.push(context.record(row, &campaign, &place, statement));
        }
        true
    }

    fn figures(&mut self, row: &Row, what: &What, in_percent: bool) {
        let context = self.context;
        let scale = if in_percent { scale_of(row) } else { context.percent_scale };
        let mut by_key: BTreeMap<Key, Pair> = BTreeMap::new();
        // Percentages stand beside their counts.
        let mut counted = None;
        for column in context.columns {
            let is_percent = match column.role {
                Role::PlainCount | Role::Count(_) => false,
                Role::PlainPercent | Role::Percent(_) => true,
                _ => continue,
            };
            // A percentage beside a count is of those whom it counts.
            let subject = subject_over(column, context.vocabulary)
                .filter(|_| self.both || self.only_counts(column))
                .or(counted.filter(|_| is_percent));
            counted = subject;
            let Some(cell) = row.cell(column.index) else { continue };
            let Some(campaign) = self.round_of(column) else { continue };
            let is_percent = is_percent || in_percent;
            let Some((count, percent)) = self.values(row, cell, is_percent, scale) else {
                continue;
            };
            let stage = self.raters.get(&column.index).copied().unwrap_or(Stage::Unstated);
            let entry =
                by_key.entry((campaign, self.place_of(column), stage, subject)).or_default();
            entry.0 = entry.0.take().or(count);
            entry.1 = entry.1.take().or(percent);
        }
        for ((campaign, place, stage, subject), (count, percent)) in by_key {
            let subject = subject.unwrap_or(what.subject);
            let rating =
                what.level.as_ref().and_then(|level| context.rating(level, subject, &campaign));
            if what.level.is_some() && rating.is_none() || count.is_none() && percent.is_none() {
                continue;
            }
            // A percentage of a row of its own is of the count above it.
            let fits = |record: &Record, figure: &Figure| {
                record.campaign == campaign
                    && record.place == place
                    && (figure.subject, figure.measure, figure.relation, figure.stage)
                        == (subject, what.measure, what.relation, stage)
                    && figure.rating == rating
            };
            if count.is_none()
                && let Some(percent) = &percent
                && self.output.join_percent(percent, 2 * context.columns.len(), fits)
            {
                continue;
            }
            let figure = Figure {
                subject,
                measure: what.measure,
                rating,
                stage,
                relation: what.relation,
                group: None,
                count,
                percent,
            };
            let statement = Statement::Figures { figures: vec![figure] };
            self.output.records.push(context.record(row, &campaign, &place, statement));
        }
    }

    fn values(&mut self, row: &Row, cell: &Cell, is_percent: bool, scale: f64) -> Option<Pair> {
        let context = self.context;
        let text = shown(&cell.value);
        if let Some(problem) = context.no_figure(row, cell, &text) {
            self.output.diagnostics.push(problem);
            return None;
        }
        if context.vocabulary.is_missing(&text) {
            return None;
        }
        if let Some((count, percent)) = count_and_percent(&text) {
            let count = whole(count).map(|count| context.stated(row, cell, count));
            return Some((count, Some(context.stated(row, cell, percent))));
        }
        let Some(number) = number(&cell.value) else {
            let message = format!("`{text}` is no number");
            let problem = context.problem(Code::NotANumber, row, cell.column, message);
            let problem = problem.expected("0, 1, 2 …").hint("write the figure in digits");
            self.output.diagnostics.push(problem);
            return None;
        };
        if is_percent {
            let percent = percentage(number, scale);
            return Some((None, Some(context.stated(row, cell, percent))));
        }
        Some((whole(number.value).map(|count| context.stated(row, cell, count)), None))
    }

    /// The organisation that stands over a column of figures, under those above it.
    fn bodies_over(&self, column: &Column) -> Vec<String> {
        if !self.raters.is_empty() {
            return Vec::new();
        }
        let vocabulary = self.context.vocabulary;
        // A percentage beside a sum is of it.
        let heads = |other: &&Column| self.sums.contains(&other.index);
        let of_sum = self.context.columns.iter().filter(heads).any(|sum| {
            let head = |column: &Column| -> Option<String> {
                let mut words = column.heading.split(" / ");
                words.find(|text| !self.is_over_counts(text)).map(str::to_owned)
            };
            sum.index == column.index
                || head(sum) == head(column)
                // "Company | % of company" behind counts of bodies that have no percentages.
                || sum.index + 1 == column.index && self.is_only(&Role::PlainPercent, column)
        });
        if of_sum {
            return Vec::new();
        }
        let names: Vec<&str> =
            column.heading.split(" / ").filter(|text| !self.is_over_all(text)).collect();
        // In a row of headings of bodies one that nobody knows is a body, too; so is "People" where
        // another column sums up all, and "Harbour", which could head a column of bodies; "District" without
        // such a column is all of it.
        let is_part = !self.sums.is_empty() && names.len() > 1;
        let is_field = |field: Field| match field {
            Field::Organization => !self.has_total(),
            Field::Count => !is_part,
            _ => true,
        };
        let known = |text: &str| {
            names_field(text, vocabulary).is_some_and(is_field)
                || vocabulary.is_total(text)
                || vocabulary.measure(text).is_some()
                || !Campaign::all_in(text).is_empty()
                || Campaign::is_part_alone(text)
                // "People & Safeguarding": two things beside one another name a body.
                || !is_part && !text.contains(" & ") && subject_of(text, vocabulary).is_some()
        };
        // "School Year 2021-2022" is no school.
        let is_body = |text: &str| {
            is_organization_name(text, vocabulary)
                && !vocabulary.is_total(text)
                && Campaign::all_in(text).is_empty()
        };
        let over_bodies = self.is_over_bodies();
        let is_new = |text: &str| {
            text.chars().any(char::is_alphabetic) && !known(text) && !self.is_under_several(text)
        };
        let at = names.iter().rposition(|text| is_body(text) || over_bodies && is_new(text));
        let Some(at) = at else { return Vec::new() };
        let above = names[..at].iter().filter(|text| is_body(text) && !vocabulary.is_group(text));
        // Over a narrow column a head is cut to its first letters.
        let in_full = |text: &&str| with_head_in_full(text).unwrap_or_else(|| (*text).to_owned());
        above.chain([&names[at]]).map(in_full).collect()
    }

    /// Whether a column is the only one of a role.
    fn is_only(&self, role: &Role, column: &Column) -> bool {
        let mut alike = self.context.columns.iter().filter(|of| of.role == *role);
        alike.next().is_some_and(|first| first.index == column.index) && alike.next().is_none()
    }

    /// Whether a column of figures says that it is the total.
    fn has_total(&self) -> bool {
        self.columns_of_figures().any(|column| {
            column.heading.split(" / ").any(|text| self.context.vocabulary.is_total(text))
        })
    }

    /// The columns of figures whose rows say what they are.
    fn columns_of_figures(&self) -> impl Iterator<Item = &Column> {
        let columns = self.context.columns.iter();
        columns.filter(|column| matches!(column.role, Role::PlainCount | Role::PlainPercent))
    }

    /// Whether a text stands under several others, as the words for figures do: "N.º", "Share".
    fn is_under_several(&self, text: &str) -> bool {
        let mut over: Vec<&str> = Vec::new();
        for column in self.context.columns {
            if let Some((above, _)) = column
                .heading
                .split_once(text)
                .filter(|_| column.heading.split(" / ").any(|of| of == text))
            {
                over.push(above);
            }
        }
        over.sort_unstable();
        over.dedup();
        over.len() > 1
    }

    /// Whether a column is the only one of counts, under words that say whom it counts: "Số chi bộ".
    fn only_counts(&self, column: &Column) -> bool {
        let vocabulary = self.context.vocabulary;
        let last = column.heading.rsplit(" / ").next().unwrap_or_default();
        self.is_only(&Role::PlainCount, column)
            && !vocabulary.is_total(last)
            && !is_organization_name(last, vocabulary)
    }

    /// Whether a heading stands over all columns of figures: "Number of staff".
    fn is_over_all(&self, text: &str) -> bool {
        let mut all = self.columns_of_figures().peekable();
        all.peek().is_some() && all.all(|column| column.heading.split(" / ").any(|of| of == text))
    }

    /// Whether a heading stands over all columns of counts, whatever stands over those of percentages.
    fn is_over_counts(&self, text: &str) -> bool {
        let columns = self.context.columns.iter().filter(|of| of.role == Role::PlainCount);
        let mut all = columns.peekable();
        all.peek().is_some() && all.all(|column| column.heading.split(" / ").any(|of| of == text))
    }

    /// Whether organisations stand over the columns: several differ, and are no words for figures.
    fn is_over_bodies(&self) -> bool {
        let vocabulary = self.context.vocabulary;
        let is_head = |text: &&str| {
            !self.is_over_all(text)
                && names_field(text, vocabulary)
                    .is_none_or(|field| field == Field::Organization && self.has_total())
                && Campaign::all_in(text).is_empty()
                && !vocabulary.is_total(text)
                && vocabulary.measure(text).is_none()
        };
        let mut heads: Vec<&str> = self
            .columns_of_figures()
            .filter_map(|of| of.heading.rsplit(" / ").find(is_head))
            .collect();
        heads.sort_unstable();
        heads.dedup();
        heads.len() > 1
    }

    /// The organisation that stands over a column of figures, else the committee.
    fn place_of(&self, column: &Column) -> Place {
        self.placed(&self.bodies_over(column))
    }

    fn placed(&self, bodies: &[String]) -> Place {
        let below = self.body.iter().chain(bodies).map(String::as_str);
        self.context.place(&below.collect::<Vec<_>>())
    }
}

/// The columns of counts whose values are the sums of all others of their kind.
fn sums(context: &TableContext<'_>) -> HashSet<u32> {
    let counts: Vec<&Column> = context
        .columns
        .iter()
        .filter(|column| matches!(column.role, Role::PlainCount) && column.campaign.is_none())
        .collect();
    let mut found = HashSet::new();
    if counts.len() < 3 {
        return found;
    }
    for (total, others) in
        [(counts[0], &counts[1..]), (counts[counts.len() - 1], &counts[..counts.len() - 1])]
    {
        let (mut tried, mut equal) = (0_usize, 0_usize);
        for row in context.body {
            let value = |column: &Column| {
                row.cell(column.index).and_then(|cell| number(&cell.value)).map(|n| n.value)
            };
            let parts: Vec<f64> = others.iter().filter_map(|column| value(column)).collect();
            let Some(sum) = value(total).filter(|_| parts.len() == others.len()) else { continue };
            if sum.fract() != 0.0 || sum == 0.0 {
                continue;
            }
            tried += 1;
            equal += usize::from((sum - parts.iter().sum::<f64>()).abs() < 1e-6);
        }
        if tried >= 2 && equal * 4 >= tried * 3 {
            found.insert(total.index);
        }
    }
    found
}

/// The field that a heading names; "m/f Bursztynowa" is no sex, for a word for what people have is a whole heading.
fn names_field(text: &str, vocabulary: &Vocabulary) -> Option<Field> {
    let (field, weight) = vocabulary.field(text)?;
    let is_of_people = matches!(
        field,
        Field::Sex | Field::Position | Field::Name | Field::FamilyName | Field::GivenName
    );
    (weight >= WHOLE || !is_of_people).then_some(field)
}

/// "Tổ chức đảng", "Đảng viên" over columns of figures: whom they count.
fn subject_over(column: &Column, vocabulary: &Vocabulary) -> Option<Subject> {
    let mut words = column.heading.rsplit(" / ");
    words.find_map(|text| {
        let bodies = vocabulary.words.counted_bodies.is(text).then_some(Subject::Branches);
        subject_of(text, vocabulary).or(bodies).filter(|_| !is_organization_name(text, vocabulary))
    })
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;
    use crate::record::{Statement, Subject};

    #[test]
    fn a_body_may_be_called_after_people_and_the_whole_is_no_body_of_its_own() {
        let reading = of_page(
            "Harbour Trust\nNumber of staff per rating 2023\n\nRating|Finance & IT|People & Care|All teams\n\
             Good|2|3|5\nFair|1|1|2\nPoor|3|0|3",
        );
        let bodies: Vec<String> = reading
            .figures()
            .take(3)
            .map(|(of, _)| of.place.last().map(ToString::to_string).unwrap_or_default())
            .collect();
        assert_eq!(bodies, ["Harbour Trust", "Finance & IT", "People & Care"]);
        let reading = of_page(
            "ĐẢNG ỦY CÔNG TY SÔNG LÔ\nDANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2019\n\nTT|Họ và tên|Phân loại\n\
             1|Ngô Trọng Hưng|HTTNV\n2|Tống Thị Huệ|HTNV\n3|Trần Thị Thoa|HTTNV\n\n\
             Kết quả xếp loại toàn Đảng bộ:\nMức xếp loại|Số lượng|Tỷ lệ %\nHTXSNV|0|0\nHTTNV|2|66,7\n\
             HTNV|1|33,3\nSố được xếp loại|3|100",
        );
        assert!(reading.figures().all(|(_, figure)| figure.subject == Subject::Members));
        assert_eq!(reading.figures().filter(|(_, figure)| figure.count.is_some()).count(), 4);
    }

    #[test]
    fn a_word_within_a_name_of_a_body_makes_it_no_field() {
        let reading = of_page(
            "Ferries Zorp\nSummary 2021\n\nRating|m/f Blim||m/f Quax||Total|\n|Number|%|Number|%|Number|%\n\
             Good|4|40|6|60|10|50\nFair|3|30|3|30|6|30\nPoor|3|30|1|10|4|20\nTotal|10|100|10|100|20|100",
        );
        let bodies =
            reading.figures().filter_map(|(of, _)| of.place.last().map(ToString::to_string));
        let bodies: std::collections::BTreeSet<String> = bodies.collect();
        assert!(bodies.contains("m/f Blim") && bodies.contains("m/f Quax"), "{bodies:?}");
    }

    #[test]
    fn a_name_alone_over_the_same_labels_again_is_a_body() {
        let reading = of_page(
            "Bay District\nStaff reviews 2023\n\nReview result|Staff|%\n\
             Central Library||\nGood|6|60\nFair|3|30\nPoor|1|10\n\
             Stoke Library||\nGood|2|50\nFair|1|25\nPoor|1|25\n\
             All libraries||\nGood|8|57.1\nFair|4|28.6\nPoor|2|14.3",
        );
        let figures =
            reading.records.iter().filter(|of| matches!(of.statement, Statement::Figures { .. }));
        let mut places: Vec<(u32, &str)> =
            figures.map(|of| (of.row, of.place.last().map_or("", |name| &**name))).collect();
        // The count and the percentage stand in records of their own.
        places.dedup();
        let of = |rows: std::ops::RangeInclusive<u32>, name| rows.map(move |row| (row, name));
        let expected: Vec<_> = of(6..=8, "Central Library")
            .chain(of(10..=12, "Stoke Library"))
            .chain(of(14..=16, "Bay District"))
            .collect();
        assert_eq!(places, expected);
    }

    #[test]
    fn the_share_of_a_level_is_a_percentage_of_it() {
        let reading = of_page(
            "Bay District\nStaff reviews 2023\n\n\
             Result|Central Library|Stoke Library\nReviewed|10|4\nExcellent|6|2\nGood|3|1\n\
             Poor|1|1\nExcellent %|60|50",
        );
        assert_eq!(reading.schemes.len(), 1);
        assert_eq!(reading.schemes[0].name, "Excellent > Good > Poor");
        let shares = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Figures { figures } => figures[0].percent.as_ref().map(|of| of.value),
            _ => None,
        });
        assert_eq!(shares.collect::<Vec<f64>>(), [60.0, 50.0]);
    }

    #[test]
    fn a_round_over_figures_is_no_body() {
        let reading = of_page(
            "State Board of Education\nPrincipal evaluation by district\n\n\
             District|Overall rating|School Year 2021-2022|School Year 2021-2022\n\
             District|Overall rating|Principals|Percent\n\
             Prairie Unified School District|Outstanding|9|20\n|Good|32|71.1\n|Poor|4|8.9\n\
             |Total|45|100\nFlint Unified School District|Outstanding|10|25\n|Good|25|62.5\n\
             |Poor|5|12.5\n|Total|40|100\nOsage Unified School District|Outstanding|5|10\n\
             |Good|35|70\n|Poor|10|20\n|Total|50|100",
        );
        let of: Vec<_> = reading
            .records
            .iter()
            .map(|of| (of.campaign.code.as_str(), of.place.last().map_or("", |name| &**name)))
            .collect();
        assert!(of.contains(&("2021-22", "Prairie Unified School District")), "{of:?}");
        assert!(of.iter().all(|(_, name)| !name.contains("Year")), "{of:?}");
    }

    #[test]
    fn a_heading_for_all_the_bodies_below_it_names_none() {
        let parents = |over: &str| {
            let reading = of_page(&format!(
                "ĐẢNG BỘ CÁC CƠ QUAN HUYỆN VẠN XUÂN\nTỔNG HỢP XẾP LOẠI ĐẢNG VIÊN NĂM 2019\n\n\
                 TT|Nội dung|ĐVT|{over}|{over}|Tổng cộng\n\
                 TT|Nội dung|ĐVT|Chi bộ Tòa án|Chi bộ Kho bạc|Tổng cộng\n\
                 1|Tổng số đảng viên|Người|14|11|25\n2|Hoàn thành tốt nhiệm vụ|Người|4|6|10\n\
                 3|Hoàn thành nhiệm vụ|Người|10|5|15"
            ));
            reading.records.iter().map(|of| of.place.len()).max()
        };
        assert_eq!(parents("Chi bộ trực thuộc"), Some(2));
        assert_eq!(parents("Đảng bộ xã Tam Hà"), Some(3));
    }

    #[test]
    fn the_only_percentages_behind_a_total_are_of_it() {
        let reading = of_page(
            "Bay District\nStaff reviews 2023\n\n\
             Result|Central Library|Stoke Library|All|% of all\nExcellent|6|2|8|50\nGood|3|1|4|25\n\
             Poor|1|3|4|25\nReviewed|10|6|16|",
        );
        let percentages = reading.figures().filter(|(_, figure)| figure.percent.is_some());
        let places: Vec<&str> = percentages.map(|(of, _)| &**of.place.last().unwrap()).collect();
        assert_eq!(places, ["Bay District"; 3]);
    }

    #[test]
    fn raters_over_figures_are_no_bodies() {
        let reading = of_page(
            "CHI BỘ KHOA KINH TẾ\nTỔNG HỢP XẾP LOẠI ĐẢNG VIÊN NĂM 2020\n\n\
             Mức xếp loại|Cá nhân tự nhận|Chi bộ kết luận|Đảng ủy công nhận\n\
             Hoàn thành xuất sắc nhiệm vụ|5|4|3\nHoàn thành tốt nhiệm vụ|20|20|19\n\
             Hoàn thành nhiệm vụ|0|1|3\nKhông hoàn thành nhiệm vụ|0|0|0",
        );
        assert!(
            reading
                .figures()
                .all(|(of, _)| &*of.place[of.place.len() - 1] == "CHI BỘ KHOA KINH TẾ")
        );
        let first = reading.figures().take(3).map(|(_, of)| of.stage);
        let stages: std::collections::BTreeSet<_> = first.collect();
        assert_eq!(stages.len(), 3);
    }

    #[test]
    fn a_word_over_all_counts_is_no_body_though_none_of_the_shares_has_it() {
        let reading = of_page(
            "Zorp Brokers AG\nPerformance of advisers in 2020\n\n\
             Grade (best grade first)|Number of advisers|Number of advisers|Number of advisers|Number of advisers|Share in %\n\
             |North Office|South Office|West Office|All offices|\n\
             Zorp|2|5|3|10|20\nBlim|10|5|4|19|38\nQuax|7|9|5|21|42\nAdvisers graded|19|19|12|50|",
        );
        let of = |name: &str| {
            let of =
                reading.figures().filter(|(of, _)| of.place.last().is_some_and(|at| &**at == name));
            of.filter_map(|(_, figure)| Some(figure.count.as_ref()?.value)).collect::<Vec<i64>>()
        };
        assert_eq!(of("South Office"), [5, 5, 9, 19]);
        assert_eq!(of("Zorp Brokers AG"), [10, 19, 21, 50]);
    }

    #[test]
    fn rounds_behind_a_word_head_another_table() {
        let reading = of_page(
            "Vale Homes\nRatings of staff 2023\n\nTeam|Staff|Good|Fair|Poor\nRepairs|9|5|3|1\nIncome|8|6|1|1\n\
             Voids|6|3|2|1\nEveryone|23|14|6|3\n\nEveryone, the last years (number of staff)\n\
             Result|2021|2022|2023\nGood|10|12|14\nFair|7|6|6\nPoor|2|3|3",
        );
        assert_eq!(reading.sheets[0].tables.len(), 2);
        let old = reading.figures().filter(|(of, _)| of.campaign.code == "2021");
        let counts = old.filter_map(|(_, of)| Some(of.count.as_ref()?.value));
        assert_eq!(counts.collect::<Vec<i64>>(), [10, 7, 2]);
    }
}
