//! Pairs of members who may be one, for a person to decide.
//!
//! The queue follows the facts: a pair is in it as long as its facts are alike and nobody decided.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use evalhub_import::{PartialDate, Precision};

use crate::db::{
    AnyConnection, Decision, Enrolment, Identifier, Ids, Likeness, Member, MergeCandidate,
    insert_rows, tables,
};

/// What is compared of a member.
struct Who {
    id: i64,
    name: String,
    search_key: String,
    comparison_key: String,
    /// How many have the folded name, this one among them.
    namesakes: usize,
    birth_date: Option<PartialDate>,
    sex: Option<String>,
    numbers: BTreeSet<String>,
    /// Rounds and branches.
    rolls: BTreeSet<(i64, i64)>,
}

/// Branches with more members than this are not searched for letters that are off: lists of that
/// length are not those of one branch.
const LARGEST_BRANCH: usize = 1_000;

/// Looks anew for the pairs of members who changed.
pub(super) fn refresh(
    conn: &mut AnyConnection,
    changed: &BTreeSet<i64>,
    ids: &mut Ids,
) -> QueryResult<()> {
    let changed_ids: Vec<i64> = changed.iter().copied().collect();
    let mut current: BTreeMap<(i64, i64), MergeCandidate> =
        MergeCandidate::of_members(conn, &changed_ids)?
            .into_iter()
            .map(|row| ((row.member_id, row.other_id), row))
            .collect();
    let mut rows: Vec<MergeCandidate> = Vec::new();
    for mut row in pairs(conn, changed, &changed_ids)? {
        match current.remove(&(row.member_id, row.other_id)) {
            Some(before) if before.rule == row.rule && before.evidence == row.evidence => {}
            before => {
                row.id = before.as_ref().map_or_else(|| ids.give(), |before| before.id);
                if let Some(before) = before {
                    current.insert((before.member_id, before.other_id), before);
                }
                rows.push(row);
            }
        }
    }
    let stale: Vec<i64> = current.into_values().map(|row| row.id).collect();
    for chunk in stale.chunks(10_000) {
        let table = tables::merge_candidates::table;
        diesel::delete(table.filter(tables::merge_candidates::id.eq_any(chunk))).execute(conn)?;
    }
    insert_rows!(conn, tables::merge_candidates::table, rows);
    Ok(())
}

/// The pairs of which one is among the changed, that nobody has decided about.
fn pairs(
    conn: &mut AnyConnection,
    changed: &BTreeSet<i64>,
    changed_ids: &[i64],
) -> QueryResult<Vec<MergeCandidate>> {
    let people = load(conn, changed_ids)?;
    let decided: BTreeSet<(i64, i64)> = Decision::standing(conn, "MEMBER")?
        .into_iter()
        .map(|row| (row.keep_id.min(row.other_id), row.keep_id.max(row.other_id)))
        .collect();
    // Most pairs are nothing: to look at one again in another group costs less than to remember all.
    let mut found: BTreeMap<(i64, i64), MergeCandidate> = BTreeMap::new();
    let mut compare = |left: &Who, right: &Who| {
        let key = (left.id.min(right.id), left.id.max(right.id));
        let is_new = changed.contains(&left.id) || changed.contains(&right.id);
        if !is_new || left.id == right.id || found.contains_key(&key) {
            return;
        }
        let alike = likeness(left, right).filter(|_| !decided.contains(&key));
        if let Some((rule, evidence, score)) = alike {
            let (member_id, other_id) = key;
            let rule = rule.to_owned();
            let pair = MergeCandidate { id: 0, member_id, other_id, rule, evidence, score };
            found.insert(key, pair);
        }
    };
    for group in groups(&people) {
        for (place, left) in group.iter().enumerate() {
            for right in &group[place + 1..] {
                compare(&people[*left], &people[*right]);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The changed members, and those who share a folded name, a birth date, a number or a branch.
fn load(conn: &mut AnyConnection, changed: &[i64]) -> QueryResult<Vec<Who>> {
    let own = Member::by_ids(conn, changed)?;
    let numbers: Vec<String> =
        Identifier::of_members(conn, changed)?.into_iter().map(|row| row.value).collect();
    let branches: BTreeSet<i64> =
        Enrolment::of_members(conn, changed)?.into_iter().map(|row| row.branch_id).collect();
    let branches: Vec<i64> = branches.into_iter().collect();
    let mut others: BTreeSet<i64> = changed.iter().copied().collect();
    others.extend(Identifier::by_values(conn, &numbers)?.into_iter().map(|row| row.member_id));
    others.extend(Enrolment::of_branches(conn, &branches)?.into_iter().map(|row| row.member_id));
    let unique = |values: BTreeSet<String>| values.into_iter().collect::<Vec<String>>();
    let likeness = Likeness {
        search_keys: unique(own.iter().map(|member| member.search_key.clone()).collect()),
        birth_dates: unique(
            own.iter()
                .filter_map(|member| member.birth_date.clone())
                .filter(|date| date.len() == 10)
                .collect(),
        ),
        ids: others.into_iter().collect(),
    };
    let members = Member::alike(conn, own, &likeness)?;
    let mut namesakes: HashMap<String, usize> = HashMap::new();
    for member in &members {
        *namesakes.entry(member.search_key.clone()).or_default() += 1;
    }
    let ids: Vec<i64> = members.iter().map(|member| member.id).collect();
    let mut numbers: HashMap<i64, BTreeSet<String>> = HashMap::new();
    for row in Identifier::of_members(conn, &ids)? {
        numbers.entry(row.member_id).or_default().insert(row.value);
    }
    let mut rolls: HashMap<i64, BTreeSet<(i64, i64)>> = HashMap::new();
    for row in Enrolment::of_members(conn, &ids)? {
        rolls.entry(row.member_id).or_default().insert((row.campaign_id, row.branch_id));
    }
    Ok(members
        .into_iter()
        .map(|member| Who {
            id: member.id,
            name: member.name,
            namesakes: namesakes[&member.search_key],
            search_key: member.search_key,
            comparison_key: member.comparison_key,
            birth_date: member.birth_date.and_then(|date| date.parse().ok()),
            sex: member.sex,
            numbers: numbers.remove(&member.id).unwrap_or_default(),
            rolls: rolls.remove(&member.id).unwrap_or_default(),
        })
        .collect())
}

/// Places of members who are worth a look at each other; namesakes come first.
fn groups(people: &[Who]) -> Vec<Vec<usize>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_number: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_date: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut by_branch: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (place, who) in people.iter().enumerate() {
        by_name.entry(&who.search_key).or_default().push(place);
        for number in &who.numbers {
            by_number.entry(number).or_default().push(place);
        }
        if let Some(date) = who.birth_date.filter(|date| date.precision() == Precision::Day) {
            by_date.entry(date.to_string()).or_default().push(place);
        }
        let branches: BTreeSet<i64> = who.rolls.iter().map(|roll| roll.1).collect();
        for branch in branches {
            by_branch.entry(branch).or_default().push(place);
        }
    }
    let mut groups: Vec<Vec<usize>> = by_name.into_values().collect();
    groups.extend(by_number.into_values());
    groups.extend(by_date.into_values());
    groups.extend(by_branch.into_values());
    groups.retain(|group| (2..=LARGEST_BRANCH).contains(&group.len()));
    groups
}

/// Whether two members may be one: the rule, what was compared, and how likely it is in per cent.
fn likeness(left: &Who, right: &Who) -> Option<(&'static str, String, i32)> {
    let other_sex = matches!((&left.sex, &right.sex), (Some(left), Some(right)) if left != right);
    let years = left.birth_date.map(PartialDate::year).zip(right.birth_date.map(PartialDate::year));
    if other_sex || years.is_some_and(|(left, right)| (left - right).abs() > 1) {
        return None;
    }
    let shown = |who: &Who| match who.birth_date {
        Some(date) => format!("{} ({date})", who.name),
        None => who.name.clone(),
    };
    let evidence = || format!("{} / {}", shown(left), shown(right));
    if let Some(number) = left.numbers.intersection(&right.numbers).next() {
        return Some(("one number, two names", format!("{}, number {number}", evidence()), 90));
    }
    if !left.numbers.is_empty() && !right.numbers.is_empty() {
        return None;
    }
    let full = |who: &Who| who.birth_date.filter(|date| date.precision() == Precision::Day);
    let same_date = full(left).is_some() && full(left) == full(right);
    let same_name = left.comparison_key == right.comparison_key;
    // Names that are not the same are compared by the letter only where the rest may agree.
    let partial = years.is_some() && (full(left).is_none() || full(right).is_none());
    let undated = years.is_none();
    if !same_name && !same_date && !partial && !undated {
        return None;
    }
    let rounds = |who: &Who| who.rolls.iter().map(|roll| roll.0).collect::<BTreeSet<i64>>();
    let together = || !rounds(left).is_disjoint(&rounds(right));
    let branches = |who: &Who| who.rolls.iter().map(|roll| roll.1).collect::<BTreeSet<i64>>();
    let same_branch = || !branches(left).is_disjoint(&branches(right));
    let is_near = || is_near(&left.search_key, &right.search_key, 1);
    if same_name && same_date {
        return Some(("name and birth date, in two branches", evidence(), 95));
    }
    if same_date && is_near() {
        let score = if same_branch() { 85 } else { 75 };
        return Some(("birth date, and almost the name", evidence(), score));
    }
    // Whom one round lists twice under different dates are two.
    if together() {
        return None;
    }
    if same_name && is_swapped(full(left), full(right)) {
        let rule = "name, and the birth date with day and month swapped";
        return Some((rule, evidence(), 85));
    }
    if same_name && is_digit_off(full(left), full(right)) && same_branch() {
        return Some(("name and branch, and almost the birth date", evidence(), 70));
    }
    if same_name && partial && years.is_some_and(|(left, right)| left == right) {
        return Some(("name, and the year of birth in another branch", evidence(), 60));
    }
    if !same_name && (partial || undated) && is_near() && same_branch() {
        return Some(("branch, and almost the name", evidence(), 55));
    }
    let one_undated = left.birth_date.is_none() != right.birth_date.is_none();
    if same_name && one_undated && left.namesakes == 2 {
        return Some(("the only two of the name, one without a birth date", evidence(), 40));
    }
    None
}

fn is_swapped(left: Option<PartialDate>, right: Option<PartialDate>) -> bool {
    let parts = |date: PartialDate| {
        let text = date.to_string();
        let mut parts = text.splitn(3, '-').map(str::to_owned);
        Some((parts.next()?, parts.next()?, parts.next()?))
    };
    let (Some(left), Some(right)) = (left.and_then(parts), right.and_then(parts)) else {
        return false;
    };
    left != right && left.0 == right.0 && left.1 == right.2 && left.2 == right.1
}

fn is_digit_off(left: Option<PartialDate>, right: Option<PartialDate>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    let (left, right) = (left.to_string(), right.to_string());
    left.chars().zip(right.chars()).filter(|(left, right)| left != right).count() == 1
}

/// Whether two texts are equal but for some letters that are put in, left out or changed.
pub(super) fn is_near(left: &str, right: &str, letters: usize) -> bool {
    left.chars().count().abs_diff(right.chars().count()) <= letters
        && strsim::levenshtein(left, right) <= letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_and_month_may_be_swapped() {
        let date = |text: &str| text.parse().ok();
        assert!(is_swapped(date("1980-05-07"), date("1980-07-05")));
        assert!(!is_swapped(date("1980-05-05"), date("1980-05-05")));
        assert!(!is_swapped(date("1980-05-07"), date("1981-07-05")));
    }
}
