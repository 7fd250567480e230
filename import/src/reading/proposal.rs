//! The profile that says what was understood of a table of figures, to be corrected and kept.

use std::fmt::Write;

use super::Understood;
use crate::legend::Legend;
use crate::profile::{self, quoted};
use crate::role::{Column, FigureKey, Role};
use crate::value::shown;
use crate::vocabulary::LevelText;

/// A profile in TOML, if the table has levels in its columns.
pub(super) fn propose(
    found: &Understood<'_, '_>,
    columns: &[Column],
    committee: Option<&str>,
    legend: &Legend<'_>,
) -> Option<String> {
    let last = |column: &Column| column.heading.rsplit(" / ").next().unwrap_or_default().to_owned();
    let named = |meaning: &Role| columns.iter().find(|column| column.role == *meaning);
    let name = named(&Role::Organization).or_else(|| named(&Role::ParentOrganization))?;
    let counts: Vec<(&Column, &FigureKey)> = of_levels(columns, true);
    let percents = of_levels(columns, false);
    let figures = if counts.is_empty() { &percents } else { &counts };
    let mut levels: Vec<(u32, String, String)> = Vec::new();
    for (column, key) in figures {
        let (rank, label) = rank_and_label(key.level.as_ref()?, legend);
        let words = column.heading.split(" / ").find(|text| legend.level(text).is_some());
        levels.push((rank, label, words.unwrap_or(&column.heading).to_owned()));
    }
    levels.sort();
    levels.dedup();
    if levels.len() < 2 {
        return None;
    }
    let mut text = String::new();
    write_head(&mut text, found, &last(name), committee);
    let kind = if counts.is_empty() { "percent" } else { "count" };
    let _ = writeln!(text, "figures = \"{kind}\"");
    let under: Vec<String> = figures.iter().map(|(column, _)| last(column)).collect();
    if !percents.is_empty() && !counts.is_empty() && under.iter().all(|word| *word == under[0]) {
        let _ = writeln!(text, "take = {}", quoted(&under[0]));
    }
    let _ =
        writeln!(text, "missing = [\"-\", \"N/A\"]\nlevels = [                     # best first");
    for (_, label, words) in &levels {
        let _ = writeln!(text, "    [{}, {}],", quoted(label), quoted(words));
    }
    let _ = writeln!(text, "]\n\n[key]\nname = {}", quoted(&last(name)));
    if let Some(code) = named(&Role::OrganizationCode) {
        let _ = writeln!(text, "code = {}", quoted(&last(code)));
    }
    match named(&Role::Round) {
        Some(round) => drop(writeln!(text, "campaign = {}", quoted(&last(round)))),
        None if columns.iter().any(|column| column.campaign.is_some()) => {
            text.push_str("campaign = \"heading\"\n");
        }
        None => {
            text.push_str("campaign = \"title\"            # or sheet, file, a column, a year\n");
        }
    }
    write_measures(&mut text, columns);
    Some(text)
}

/// What the profile is for, and where its tables are.
fn write_head(text: &mut String, found: &Understood<'_, '_>, name: &str, committee: Option<&str>) {
    let table = &found.table;
    let (first, bottom) = table.heading_rows;
    let title = table.frame.title();
    let _ = writeln!(
        text,
        "# Proposed from what was understood; correct it, and import with --profile."
    );
    let _ = writeln!(
        text,
        "name = {}",
        quoted(if title.is_empty() { &found.sheet.name } else { &title })
    );
    if let Some(committee) = committee {
        let _ = writeln!(text, "committee = {}", quoted(committee));
    }
    let lowest: Vec<String> = found
        .sheet
        .rows
        .iter()
        .filter(|row| row.index == table.heading_rows.1)
        .flat_map(|row| &row.cells)
        .map(|cell| quoted(&shown(&cell.value)))
        .collect();
    let _ = writeln!(text, "sheets = [{}]", quoted(&found.sheet.name));
    let _ = writeln!(text, "signature = [{}]", lowest.join(", "));
    let _ = writeln!(text, "heading = {}", quoted(name));
    let _ = writeln!(text, "heading_rows = {}", bottom - first + 1);
}

fn write_measures(text: &mut String, columns: &[Column]) {
    let _ = writeln!(text, "\n[measures]");
    for (word, measure) in profile::MEASURES {
        let is_it = |column: &&Column| matches!(&column.role, Role::Count(key) if key.level.is_none() && key.measure == measure);
        if let Some(column) = columns.iter().find(is_it) {
            let word = word.replace(' ', "_");
            let _ = writeln!(text, "{word} = {}", quoted(&column.heading));
        }
    }
}

fn of_levels<'c>(columns: &'c [Column], counts: bool) -> Vec<(&'c Column, &'c FigureKey)> {
    let of_level = |column: &'c Column| match &column.role {
        Role::Count(key) if counts && key.level.is_some() => Some((column, key)),
        Role::Percent(key) if !counts && key.level.is_some() => Some((column, key)),
        _ => None,
    };
    columns.iter().filter_map(of_level).collect()
}

fn rank_and_label(level: &LevelText, legend: &Legend<'_>) -> (u32, String) {
    match level {
        LevelText::Known(places) => {
            let place = places.last().copied().unwrap_or_default();
            let level = &legend.vocabulary.schemes[place.0].levels[place.1];
            (u32::from(level.rank), level.label.clone())
        }
        LevelText::Rank(rank) => (u32::from(*rank), format!("Level {rank}")),
        LevelText::Own(scale, rank) => {
            let label = legend.scales.label(*scale, *rank).to_owned();
            (u32::try_from(*rank).unwrap_or(u32::MAX), label)
        }
    }
}
