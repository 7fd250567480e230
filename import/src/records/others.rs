//! Targets and achievements by organisation, and commendations.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::organizations::percentage;
use super::{Output, RowKind, Sections, TableContext, without_address};
use crate::campaign::Campaign;
use crate::diagnostic::Code;
use crate::grid::{Cell, Row};
use crate::layout::RowRole;
use crate::record::{Award, IndicatorFigure, Stated, Statement};
use crate::role::{Role, is_organization_name};
use crate::value::{has_shape_of_name, number, ratio, shown, split_ordinal};

pub(super) fn indicators(context: &TableContext<'_>) -> Output {
    let Some(campaign) = context.campaign.clone() else { return Output::default() };
    let mut output = Output::default();
    let mut sections = Sections::default();
    for row in context.body {
        let place = match context.kind_of_row(row) {
            RowKind::Total { .. } => {
                output.set_aside(row, RowRole::Total);
                Arc::clone(&context.committee)
            }
            RowKind::Section { mark, text, .. } => {
                output.set_aside(row, RowRole::Section);
                sections.enter(mark, &text, context.vocabulary);
                continue;
            }
            RowKind::Nothing => {
                output.set_aside(row, RowRole::Note);
                continue;
            }
            RowKind::Data => {
                let key = context.column_of(&Role::Organization);
                if key.is_none() && context.column_of(&Role::Content).is_some() {
                    indicator_of_row(context, row, &campaign, &mut output);
                    continue;
                }
                let Some(name) = key.and_then(|column| context.said(row, column)) else { continue };
                let mut below = sections.organizations();
                below.push(split_ordinal(&name).1);
                context.place(&below)
            }
        };
        let mut figures: BTreeMap<&str, IndicatorFigure> = BTreeMap::new();
        for column in context.columns {
            if let Some(cell) = row.cell(column.index) {
                indicator_cell(context, row, cell, &column.role, &mut figures, &mut output);
            }
        }
        let stated = |figure: &IndicatorFigure| {
            figure.target.is_some() || figure.actual.is_some() || figure.percent.is_some()
        };
        let known = |figure: &IndicatorFigure| !figure.indicator.is_empty() && stated(figure);
        let indicators: Vec<IndicatorFigure> = figures.into_values().filter(known).collect();
        if !indicators.is_empty() {
            let statement = Statement::Indicators { indicators };
            output.records.push(context.record(row, &campaign, &place, statement));
        }
    }
    output
}

/// A row that is an indicator of the whole committee.
fn indicator_of_row(
    context: &TableContext<'_>,
    row: &Row,
    campaign: &Arc<Campaign>,
    output: &mut Output,
) {
    let label = context.column_of(&Role::Content).and_then(|column| row.text(column));
    let Some(indicator) = label.and_then(|label| context.vocabulary.indicator(&label)) else {
        return;
    };
    let mut figures: BTreeMap<&str, IndicatorFigure> = BTreeMap::new();
    for column in context.columns {
        if let Some(cell) = row.cell(column.index) {
            indicator_cell(context, row, cell, &column.role, &mut figures, output);
        }
    }
    let indicators: Vec<IndicatorFigure> = figures
        .into_values()
        .map(|figure| IndicatorFigure { indicator: indicator.clone(), ..figure })
        .collect();
    if !indicators.is_empty() {
        let statement = Statement::Indicators { indicators };
        output.records.push(context.record(row, campaign, &context.committee, statement));
    }
}

fn indicator_cell<'a>(
    context: &TableContext<'a>,
    row: &Row,
    cell: &Cell,
    meaning: &'a Role,
    figures: &mut BTreeMap<&'a str, IndicatorFigure>,
    output: &mut Output,
) {
    let (Role::Target(indicator) | Role::Actual(indicator) | Role::IndicatorPercent(indicator)) =
        meaning
    else {
        return;
    };
    let text = shown(&cell.value);
    if context.vocabulary.is_missing(&text) {
        return;
    }
    let figure = figures.entry(indicator).or_insert_with(|| IndicatorFigure {
        indicator: indicator.clone(),
        target: None,
        actual: None,
        percent: None,
    });
    if let Some((actual, target, percent)) = ratio(&text) {
        figure.actual.get_or_insert_with(|| context.stated(row, cell, actual));
        figure.target.get_or_insert_with(|| context.stated(row, cell, target));
        figure.percent = figure
            .percent
            .take()
            .or_else(|| percent.map(|percent| context.stated(row, cell, percent)));
        return;
    }
    let Some(number) = number(&cell.value) else {
        let problem =
            context.problem(Code::NotANumber, row, cell.column, format!("`{text}` is no number"));
        output.diagnostics.push(problem.expected("0, 1, 2 …").hint("write the figure in digits"));
        return;
    };
    match meaning {
        Role::Target(_) => figure.target = Some(context.stated(row, cell, number.value)),
        Role::Actual(_) => figure.actual = Some(context.stated(row, cell, number.value)),
        _ => {
            figure.percent =
                Some(context.stated(row, cell, percentage(number, context.percent_scale)));
        }
    }
}

pub(super) fn commendations(context: &TableContext<'_>) -> Output {
    let Some(campaign) = context.campaign.clone() else { return Output::default() };
    let mut output = Output::default();
    let mut sections = Sections::default();
    // The award that a heading within the list names.
    let mut given: Option<Stated<String>> = None;
    for row in context.body {
        match context.kind_of_row(row) {
            RowKind::Section { text, column, .. }
                if context.vocabulary.words.award_titles.found_in(&text) =>
            {
                output.set_aside(row, RowRole::Section);
                given = row.cell(column).map(|cell| context.stated(row, cell, text));
            }
            RowKind::Section { mark, text, .. } => {
                output.set_aside(row, RowRole::Section);
                sections.enter(mark, &text, context.vocabulary);
            }
            RowKind::Data => {
                if let Some((below, award)) = commended(context, row, &sections, given.as_ref()) {
                    let below: Vec<&str> = below.iter().map(String::as_str).collect();
                    let place = context.place(&below);
                    let statement = Statement::Commendation(award);
                    output.records.push(context.record(row, &campaign, &place, statement));
                }
            }
            RowKind::Total { .. } => output.set_aside(row, RowRole::Total),
            RowKind::Nothing => output.set_aside(row, RowRole::Note),
        }
    }
    output
}

/// Who was commended: the organisations below the committee, and the person if one is named.
fn commended(
    context: &TableContext<'_>,
    row: &Row,
    sections: &Sections,
    given: Option<&Stated<String>>,
) -> Option<(Vec<String>, Award)> {
    let vocabulary = context.vocabulary;
    let name_column = context.column_of(&Role::Name);
    let branch_column = context.column_of(&Role::Organization);
    let named = name_column.or(branch_column)?;
    let cell = row.cell(named)?;
    let text = shown(&cell.value);
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let in_column = context.cell_of(&Role::Award, row).is_some();
    let award = given.filter(|_| !in_column).cloned().unwrap_or_else(|| award(context, row, cell));
    let name = split_ordinal(&text).1;
    let branch = branch_column.and_then(|column| context.said(row, column));
    // "Đoàn Thị Hoa | Chi bộ 3": a family name that is a word for a body too, beside the body.
    let is_in_body = branch.as_ref().is_some_and(|of| is_organization_name(of, vocabulary));
    let is_person = is_in_body && has_shape_of_name(name) && vocabulary.begins_as_person(name);
    if name_column.is_none() || !is_person && is_organization_name(name, vocabulary) {
        return Some((vec![name.to_owned()], Award { person: None, award }));
    }
    let in_section = sections.names().find(|section| is_organization_name(section, vocabulary));
    let below = branch.or_else(|| in_section.map(str::to_owned));
    let person = without_address(name, vocabulary);
    let person = context.stated(row, cell, person.to_owned());
    Some((below.into_iter().collect(), Award { person: Some(person), award }))
}

/// The award of its column, else the one that the title names.
fn award(context: &TableContext<'_>, row: &Row, named: &Cell) -> Stated<String> {
    if let Some(cell) = context.cell_of(&Role::Award, row) {
        return context.stated(row, cell, shown(&cell.value));
    }
    let title = crate::text::comparison_key(context.title);
    let words = &context.vocabulary.words;
    let known =
        words.awards.0.iter().find(|award| title.contains(&crate::text::comparison_key(award)));
    let award = known.or(words.unnamed_award.0.first()).cloned().unwrap_or_default();
    Stated { value: award, at: row.place(named.column), raw: None }
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;
    use crate::record::Statement;

    #[test]
    fn a_family_name_that_is_a_word_for_bodies_is_one_beside_a_body() {
        let reading = of_page(
            "CÔNG ĐOÀN CÔNG TY MAY\nDANH SÁCH KHEN THƯỞNG NĂM 2020\n\nSTT|Họ tên|Công đoàn bộ phận|Hình thức khen\n\
             1|Kiều Tiến Quyết|Công đoàn bộ phận Xưởng Cắt|Giấy khen\n\
             2|Đoàn Thị Minh Duyên|Công đoàn bộ phận Phòng Kỹ thuật|Giấy khen",
        );
        let people = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Commendation(award) => award.person.as_ref(),
            _ => None,
        });
        assert_eq!(people.count(), 2);
    }
}
