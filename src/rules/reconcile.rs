//! What does not agree: printed figures against lists, against the sum of their parts, against one
//! another and against their sheet; rival statements; people on two rolls; bodies below themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::discrepancy::{Culprit, Discrepancy, Kind, Place};
use super::warned::{At, Figures, Warnings};
use crate::db::{
    Acceptance, AnyConnection, Branch, Campaign, Conflict, DECIDING, Enrolment, Placement,
    QueryResult, ReportedResult, Tally,
};

/// All discrepancies of some rounds, by round, branch and kind; those that were accepted too.
pub(crate) fn discrepancies(
    conn: &mut AnyConnection,
    campaigns: &[Campaign],
) -> QueryResult<Vec<Discrepancy>> {
    let mut all = Vec::new();
    let mut known: BTreeSet<At> = BTreeSet::new();
    let mut figures = Figures::default();
    for campaign in campaigns {
        let round = Round::load(conn, campaign.id)?;
        let mut found = round.discrepancies();
        known.extend(
            found
                .iter()
                .flat_map(|row| [&row.place, &row.other_place])
                .flatten()
                .filter_map(|place| round.at(place)),
        );
        for (at, figure) in round.figures() {
            figures.add(&at, figure);
        }
        found.extend(two_rolls(conn, campaign.id)?);
        found.extend(round.below_themselves(conn)?);
        found.sort_by_key(|row| (row.branch_id, row.kind, row.figure_id));
        all.extend(found);
    }
    all.extend(Warnings::load(conn)?.discrepancies(campaigns, &known, &figures));
    let rounds: BTreeSet<i64> = campaigns.iter().map(|campaign| campaign.id).collect();
    let rivals = Conflict::all(conn)?;
    let fits = |row: &&Conflict| row.campaign_id == 0 || rounds.contains(&row.campaign_id);
    all.extend(rivals.iter().filter(fits).map(rival));
    let accepted: HashMap<i64, Acceptance> =
        Acceptance::standing(conn)?.into_iter().map(|row| (row.discrepancy_id, row)).collect();
    for row in &mut all {
        row.id = row.identity();
        row.acceptance = accepted.get(&row.id).cloned();
    }
    Ok(all)
}

/// The discrepancy of an id, if it is there.
pub(crate) fn discrepancy(conn: &mut AnyConnection, id: i64) -> QueryResult<Option<Discrepancy>> {
    let rounds = Campaign::all(conn)?;
    Ok(discrepancies(conn, &rounds)?.into_iter().find(|row| row.id == id))
}

fn rival(row: &Conflict) -> Discrepancy {
    let place = |record_id| Some(Place::Record { record_id, cell: None });
    let (value, other_value) = (row.value.clone(), row.other_value.clone());
    Discrepancy {
        branch_id: row.branch_id,
        member_id: Some(row.member_id).filter(|id| *id != 0),
        stage: Some(row.stage).filter(|stage| *stage >= 0),
        field: Some(row.field.clone()),
        reason: "two rows of equal right; the later import stands until a correction decides"
            .to_owned(),
        place: place(row.record_id),
        other_place: place(row.other_record_id),
        ..Discrepancy::of(Kind::RivalStatements, row.campaign_id, value, other_value)
    }
}

fn two_rolls(conn: &mut AnyConnection, campaign_id: i64) -> QueryResult<Vec<Discrepancy>> {
    let mut rolls: BTreeMap<i64, Vec<Enrolment>> = BTreeMap::new();
    for row in Enrolment::on_several_rolls(conn, campaign_id)? {
        rolls.entry(row.member_id).or_default().push(row);
    }
    Ok(rolls
        .into_iter()
        .map(|(member_id, rolls)| Discrepancy {
            branch_id: rolls[0].branch_id,
            member_id: Some(member_id),
            subject: Some("MEMBERS".to_owned()),
            measure: Some("ON_ROLL".to_owned()),
            difference: i64::try_from(rolls.len()).ok().map(|count| count - 1),
            reason: "the member is counted on each roll: moved during the round, or two people"
                .to_owned(),
            rolls: rolls.iter().map(|roll| roll.branch_id).collect(),
            ..Discrepancy::of(Kind::TwoRolls, campaign_id, rolls.len().to_string(), "1".to_owned())
        })
        .collect())
}

/// Subject, stage, measure, rating (0: none).
type Key = (String, i32, String, i64);

/// The figures of a round.
struct Round {
    campaign_id: i64,
    children: HashMap<i64, Vec<i64>>,
    printed: HashMap<i64, BTreeMap<Key, Vec<ReportedResult>>>,
    by_record: HashMap<i64, Vec<ReportedResult>>,
    /// The figures of a branch on a sheet: where each level has a row, they stand in many records.
    by_sheet: HashMap<(i64, String, i64), Vec<ReportedResult>>,
    sheets: HashMap<i64, (i64, String)>,
    counted: HashMap<i64, BTreeMap<Key, i64>>,
}

impl Round {
    fn load(conn: &mut AnyConnection, campaign_id: i64) -> QueryResult<Self> {
        let mut children: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in Placement::of_campaign(conn, campaign_id)? {
            children.entry(row.parent_id.unwrap_or_default()).or_default().push(row.branch_id);
        }
        let mut printed: HashMap<i64, BTreeMap<Key, Vec<ReportedResult>>> = HashMap::new();
        let mut by_record: HashMap<i64, Vec<ReportedResult>> = HashMap::new();
        let mut by_sheet: HashMap<(i64, String, i64), Vec<ReportedResult>> = HashMap::new();
        let mut sheets: HashMap<i64, (i64, String)> = HashMap::new();
        for (row, import_id, sheet) in ReportedResult::on_sheets(conn, campaign_id)? {
            by_record.entry(row.record_id).or_default().push(row.clone());
            by_sheet
                .entry((import_id, sheet.clone(), row.branch_id))
                .or_default()
                .push(row.clone());
            sheets.insert(row.record_id, (import_id, sheet));
            let plain =
                row.group_name.is_none() && (row.relation == "EXACT" || row.measure == "EXEMPLARY");
            if plain && row.count.is_some() {
                let key = (
                    row.subject.clone(),
                    row.stage,
                    row.measure.clone(),
                    row.rating_id.unwrap_or_default(),
                );
                printed.entry(row.branch_id).or_default().entry(key).or_default().push(row);
            }
        }
        let mut counted: HashMap<i64, BTreeMap<Key, i64>> = HashMap::new();
        for row in Tally::of_campaign(conn, campaign_id)? {
            let key = (row.subject, row.stage, row.measure, row.rating_id);
            counted.entry(row.branch_id).or_default().insert(key, row.counted);
        }
        Ok(Self { campaign_id, children, printed, by_record, by_sheet, sheets, counted })
    }

    fn discrepancies(&self) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        for (branch_id, keys) in &self.printed {
            for (key, figures) in keys {
                found.extend(self.against_one_another(figures));
                let Some(figure) = figures.first() else { continue };
                if let Some(counted) = self.listed(*branch_id, key) {
                    found.extend(self.against(figure, counted, Kind::PrintedAgainstList, None));
                }
                if let Some((sum, part)) = self.sum_of_parts(*branch_id, key) {
                    found.extend(self.against(figure, sum, Kind::PrintedAgainstSum, Some(part)));
                }
            }
        }
        found
    }

    /// Bodies that workbooks place below one another.
    fn below_themselves(&self, conn: &mut AnyConnection) -> QueryResult<Vec<Discrepancy>> {
        let placed = self.children.iter().flat_map(|(parent, below)| {
            below.iter().map(|branch| (*branch, Some(*parent).filter(|parent| *parent != 0)))
        });
        let circles = Placement::circles(&placed.collect());
        if circles.is_empty() {
            return Ok(Vec::new());
        }
        let branches = Branch::by_ids(conn, &circles.concat())?;
        let names: HashMap<i64, &str> =
            branches.iter().map(|branch| (branch.id, branch.name.as_str())).collect();
        let said = |circle: &Vec<i64>| {
            let name =
                |at: usize| names.get(&circle[at % circle.len()]).copied().unwrap_or_default();
            let steps: Vec<String> = (0..circle.len())
                .map(|at| format!("{} below {}", name(at), name(at + 1)))
                .collect();
            Discrepancy {
                branch_id: circle[0],
                field: Some("parent".to_owned()),
                reason: format!(
                    "{}; counted at the top until `branches place` says where it stands",
                    steps.join(", ")
                ),
                ..Discrepancy::of(
                    Kind::BelowItself,
                    self.campaign_id,
                    name(1).to_owned(),
                    "no body below it".to_owned(),
                )
            }
        };
        Ok(circles.iter().map(said).collect())
    }

    /// The cell of a place.
    fn at(&self, place: &Place) -> Option<At> {
        let Place::Record { record_id, cell: Some(cell) } = place else { return None };
        let (import_id, sheet) = self.sheets.get(record_id)?;
        Some((*import_id, sheet.clone(), cell.clone()))
    }

    /// All figures by their cells.
    fn figures(&self) -> impl Iterator<Item = (At, ReportedResult)> {
        let all = self.by_record.values().flatten();
        all.filter_map(|figure| Some((self.at(&place_of(figure))?, figure.clone())))
    }

    /// Figures of one thing that differ; the first is compared with each other one.
    fn against_one_another(&self, figures: &[ReportedResult]) -> Vec<Discrepancy> {
        let Some(first) = figures.first() else { return Vec::new() };
        let differing = figures[1..].iter().filter(|figure| figure.count != first.count);
        differing
            .filter_map(|figure| {
                let expected = figure.count?;
                let mut row = self.against(first, expected, Kind::PrintedAgainstPrinted, None)?;
                let there = self.fits(figure, expected);
                let here = self.fits(first, first.count?);
                (row.culprit, row.reason) = match (here, there) {
                    (false, true) => {
                        (Culprit::Found, "the figures beside it do not fit".to_owned())
                    }
                    (true, false) => (
                        Culprit::Expected,
                        "the figures beside the other one do not fit".to_owned(),
                    ),
                    _ => (Culprit::Unknown, "both fit the figures beside them".to_owned()),
                };
                row.other_place = Some(place_of(figure));
                Some(row)
            })
            .collect()
    }

    /// What lists count for the branch and all below it, if they cover it.
    fn listed(&self, branch_id: i64, key: &Key) -> Option<i64> {
        let roll = if key.0 == "MEMBERS" { "ON_ROLL" } else { "RATED" };
        let comparable: &[&str] = if key.0 == "MEMBERS" {
            &["RATING", "RATED", "ON_ROLL", "EXEMPT", "NOT_YET_RATED"]
        } else {
            &["RATING", "RATED", "EXEMPLARY"]
        };
        if !comparable.contains(&key.2.as_str()) {
            return None;
        }
        let count = |branch: i64, stage: i32, measure: &str, rating: i64| {
            let key = (key.0.clone(), stage, measure.to_owned(), rating);
            self.counted.get(&branch)?.get(&key).copied()
        };
        let is_listed =
            |branch: i64| count(branch, DECIDING, roll, 0).is_some_and(|count| count > 0);
        let parts = self.children.get(&branch_id).map(Vec::as_slice).unwrap_or_default();
        let printed_above_zero = |branch: &&i64| {
            let figures = self.printed.get(branch).into_iter().flatten();
            figures
                .filter(|(other, _)| other.0 == key.0)
                .any(|(_, rows)| rows.iter().any(|row| row.count.is_some_and(|count| count > 0)))
        };
        let covered = key.0 == "BRANCHES"
            || parts.iter().filter(printed_above_zero).all(|part| is_listed(*part));
        if !is_listed(branch_id) || !covered {
            return None;
        }
        let by_stage = count(branch_id, key.1, "RATED", 0).is_some_and(|count| count > 0);
        let stage =
            if by_stage && matches!(key.2.as_str(), "RATING" | "RATED") { key.1 } else { DECIDING };
        Some(count(branch_id, stage, &key.2, key.3).unwrap_or_default())
    }

    /// The sum of what is printed for the branches directly below, if each has the figure; and the
    /// place of the first.
    fn sum_of_parts(&self, branch_id: i64, key: &Key) -> Option<(i64, Place)> {
        let parts = self.children.get(&branch_id)?;
        let mut sum = 0;
        let mut place = None;
        for part in parts {
            let figure = self.printed.get(part)?.get(key)?.first()?;
            sum += figure.count?;
            place = place.or_else(|| Some(place_of(figure)));
        }
        place.map(|place| (sum, place))
    }

    fn against(
        &self,
        figure: &ReportedResult,
        expected: i64,
        kind: Kind,
        other_place: Option<Place>,
    ) -> Option<Discrepancy> {
        let found = figure.count.filter(|found| *found != expected)?;
        let (culprit, reason) = match (self.fits(figure, found), self.fits(figure, expected)) {
            (false, true) => {
                (Culprit::Found, format!("the figures beside it fit {expected}, not {found}"))
            }
            (true, false) => {
                (Culprit::Expected, format!("the figures beside it fit {found}, not {expected}"))
            }
            _ => (Culprit::Unknown, "the figures beside it do not tell".to_owned()),
        };
        Some(Discrepancy {
            branch_id: figure.branch_id,
            subject: Some(figure.subject.clone()),
            measure: Some(figure.measure.clone()),
            rating_id: figure.rating_id,
            stage: Some(figure.stage),
            difference: Some(found - expected),
            culprit,
            reason,
            place: Some(place_of(figure)),
            other_place,
            figure_id: Some(figure.id),
            ..Discrepancy::of(kind, self.campaign_id, found.to_string(), expected.to_string())
        })
    }

    /// The figures of the row; of the sheet, where the row has no other.
    fn beside(&self, figure: &ReportedResult) -> &[ReportedResult] {
        let row = self.by_record.get(&figure.record_id).map(Vec::as_slice).unwrap_or_default();
        if row.len() > 1 {
            return row;
        }
        let sheet = self.sheets.get(&figure.record_id).and_then(|(import_id, sheet)| {
            self.by_sheet.get(&(*import_id, sheet.clone(), figure.branch_id))
        });
        sheet.map_or(row, Vec::as_slice)
    }

    /// Whether a count fits what its row prints beside it: the percentage, and the sum of levels.
    /// Where nothing is printed to compare with, it does.
    fn fits(&self, figure: &ReportedResult, count: i64) -> bool {
        let row = self.beside(figure);
        let alike = || {
            row.iter().filter(|other| {
                other.subject == figure.subject
                    && other.stage == figure.stage
                    && other.group_name == figure.group_name
                    && other.relation == "EXACT"
            })
        };
        let printed = |measure: &str| {
            alike().find(|other| other.measure == measure).and_then(|other| other.count)
        };
        if figure.measure == "RATING" {
            let base =
                printed("RATED").or_else(|| printed("TO_RATE")).or_else(|| printed("ON_ROLL"));
            let fits_percent = match (figure.percent, base) {
                (Some(percent), Some(base)) if base > 0 => is_percent(percent, count, base),
                _ => true,
            };
            let others: i64 = alike()
                .filter(|other| other.measure == "RATING" && other.id != figure.id)
                .filter_map(|other| other.count)
                .sum();
            return fits_percent && printed("RATED").is_none_or(|rated| others + count == rated);
        }
        if figure.measure == "RATED" {
            let levels: Vec<i64> = alike()
                .filter(|other| other.measure == "RATING")
                .filter_map(|other| other.count)
                .collect();
            return levels.is_empty() || levels.iter().sum::<i64>() == count;
        }
        true
    }
}

fn place_of(figure: &ReportedResult) -> Place {
    Place::Record { record_id: figure.record_id, cell: Some(figure.cell.clone()) }
}

/// Whether a printed percentage is that of a count, rounded or truncated to a digit.
#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts of people are far below 2^52"
)]
fn is_percent(percent: f64, count: i64, base: i64) -> bool {
    (count as f64 * 100.0 / base as f64 - percent).abs() < 0.11
}
