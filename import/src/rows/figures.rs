//! Tables of one figure a row: "Nội dung | Số lượng | Tỷ lệ", the levels below the body they count.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::organizations::percentage;
use super::{Output, RowKind, TableContext};
use crate::campaign::Campaign;
use crate::cell::{number, shown, split_ordinal, whole};
use crate::column::{Column, Meaning, is_organization_name, subject_of};
use crate::diagnostic::Code;
use crate::record::{Figure, Measure, Relation, Stage, Stated, Statement, Subject};
use crate::vocabulary::Vocabulary;
use crate::workbook::Row;

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let mut subject = context.subject;
    let mut output = Output::default();
    let mut above: Option<What> = None;
    for row in context.body {
        if context.kind_of_row(row) == RowKind::Nothing {
            continue;
        }
        let label = context
            .column_of(&Meaning::Content)
            .or_else(|| context.column_of(&Meaning::Organization))
            .or_else(|| label_column(context))
            .and_then(|column| row.text(column));
        let unit = context.column_of(&Meaning::Unit).and_then(|column| row.text(column));
        // A line of percentages below one of people has the label of the line above.
        let goes_on = label.is_none() && unit.is_some();
        let label = label.or_else(|| row.cells.first().map(|cell| shown(&cell.value)));
        if !goes_on {
            above = label.and_then(|label| what_is_counted(context, &label, &mut subject));
        }
        if let Some(what) = &above {
            let in_percent = unit.is_some_and(|unit| unit.trim() == "%");
            figures_of_row(context, row, what, in_percent, &mut output);
        }
    }
    output
}

/// The first column that holds words, where none is headed as one.
fn label_column(context: &TableContext<'_>) -> Option<u32> {
    let unnamed = |column: &&Column| {
        !matches!(
            column.meaning,
            Meaning::Ordinal | Meaning::PlainCount | Meaning::PlainPercent | Meaning::Unit
        )
    };
    context.columns.iter().find(unnamed).map(|column| column.index)
}

struct What {
    subject: Subject,
    measure: Measure,
    level: Option<crate::vocabulary::LevelText>,
    relation: Relation,
}

/// A level counts the subject of the last total above it.
fn what_is_counted(context: &TableContext<'_>, label: &str, subject: &mut Subject) -> Option<What> {
    let vocabulary = context.vocabulary;
    let words = &vocabulary.words;
    let text = split_ordinal(label).1;
    let nested = words.nested.found_in(text);
    if words.exemplary.found_in(text) {
        // Since 2018 the award is chosen from those with the top rating, whatever the words.
        let award = context.campaign.as_ref().is_some_and(|campaign| campaign.year >= 2018);
        let relation = if nested || award { Relation::Nested } else { Relation::Disjoint };
        return Some(What {
            subject: Subject::Branches,
            measure: Measure::Exemplary,
            level: None,
            relation,
        });
    }
    if let Some(level) = vocabulary.level(text) {
        let relation =
            if words.or_better.found_in(text) { Relation::OrBetter } else { Relation::Exact };
        return Some(What {
            subject: *subject,
            measure: Measure::Rating,
            level: Some(level),
            relation,
        });
    }
    if words.subject_members.found_in(text) {
        *subject = Subject::Members;
    } else if words.subject_branches.found_in(text) {
        *subject = Subject::Branches;
    }
    let (measure, _) = vocabulary.measure(text)?;
    Some(What { subject: *subject, measure, level: None, relation: Relation::Exact })
}

fn figures_of_row(
    context: &TableContext<'_>,
    row: &Row,
    what: &What,
    in_percent: bool,
    output: &mut Output,
) {
    type Place = Arc<[Arc<str>]>;
    type Pair = (Option<Stated<i64>>, Option<Stated<f64>>);
    let mut by_round: BTreeMap<(Arc<Campaign>, Place, Option<Subject>), Pair> = BTreeMap::new();
    // Columns tell whom they count where some count people and others organisations.
    let over = |of: Subject| {
        let mut subjects =
            context.columns.iter().filter_map(|column| subject_over(column, context.vocabulary));
        subjects.any(|subject| subject == of)
    };
    let both = over(Subject::Members) && over(Subject::Branches);
    let mut counted = None;
    for column in context.columns {
        let is_percent = match column.meaning {
            Meaning::PlainCount | Meaning::Count(_) => false,
            Meaning::PlainPercent | Meaning::Percent(_) => true,
            _ => continue,
        };
        // Percentages stand beside their counts.
        let of_count = counted.filter(|_| is_percent);
        let subject = subject_over(column, context.vocabulary).or(of_count).filter(|_| both);
        counted = subject;
        let Some(cell) = row.cell(column.index) else { continue };
        let Some(campaign) = column.campaign.clone().or_else(|| context.campaign.clone()) else {
            continue;
        };
        let text = shown(&cell.value);
        if context.vocabulary.is_missing(&text) {
            continue;
        }
        let Some(number) = number(&cell.value) else {
            let problem = context.problem(
                Code::NotANumber,
                row,
                cell.column,
                format!("`{text}` is no number"),
            );
            output
                .diagnostics
                .push(problem.expected("0, 1, 2 …").hint("write the figure in digits"));
            continue;
        };
        let entry = by_round.entry((campaign, place_of(context, column), subject)).or_default();
        if is_percent || in_percent {
            entry.1 = Some(context.stated(row, cell, percentage(number, context.percent_scale)));
        } else {
            entry.0 = whole(number.value).map(|count| context.stated(row, cell, count));
        }
    }
    for ((campaign, place, subject), (count, percent)) in by_round {
        let subject = subject.unwrap_or(what.subject);
        let rating =
            what.level.as_ref().and_then(|level| context.rating(level, subject, &campaign));
        if what.level.is_some() && rating.is_none() || count.is_none() && percent.is_none() {
            continue;
        }
        let figure = Figure {
            subject,
            measure: what.measure,
            rating,
            stage: Stage::Unstated,
            relation: what.relation,
            group: None,
            count,
            percent,
        };
        let statement = Statement::Figures { figures: vec![figure] };
        output.records.push(context.record(row, &campaign, &place, statement));
    }
}

/// The organisation that stands over a column of figures, else the committee.
fn place_of(context: &TableContext<'_>, column: &Column) -> Arc<[Arc<str>]> {
    let named = column.heading.split(" / ").find(|text| {
        is_organization_name(text, context.vocabulary) && !context.vocabulary.is_total(text)
    });
    named.map_or_else(|| Arc::clone(&context.committee), |name| context.place(&[name]))
}

/// "Tổ chức đảng", "Đảng viên" over columns of figures: whom they count.
fn subject_over(column: &Column, vocabulary: &Vocabulary) -> Option<Subject> {
    let mut words = column.heading.rsplit(" / ");
    words.find_map(|text| {
        subject_of(text, vocabulary).filter(|_| !is_organization_name(text, vocabulary))
    })
}
