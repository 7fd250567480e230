//! Who is who: organisations by name and parent, people by the ordered rules.

use std::collections::HashMap;

use diesel::QueryResult;
use evalhub_import::{
    Award, PartialDate, Person, Precision, Sex, comparison_key, organization_key, search_key,
    sort_key,
};

use crate::db::{AnyConnection, Branch, Enrolment, Identifier, Ids, Member, Placement};

/// Organisations that are known, and those that the import adds.
pub(super) struct Branches {
    by_key: HashMap<String, Vec<i64>>,
    parents: HashMap<i64, Vec<i64>>,
    names: HashMap<i64, String>,
    pub(super) added: Vec<Branch>,
    pub(super) renamed: Vec<(i64, String)>,
}

impl Branches {
    /// Loads the organisations that have one of the names.
    pub(super) fn load(conn: &mut AnyConnection, names: &[&str]) -> QueryResult<Self> {
        let mut keys: Vec<String> = names.iter().map(|name| organization_key(name)).collect();
        keys.sort();
        keys.dedup();
        let known = Branch::by_keys(conn, &keys)?;
        let ids: Vec<i64> = known.iter().map(|branch| branch.id).collect();
        let mut branches = Self {
            by_key: HashMap::new(),
            parents: HashMap::new(),
            names: HashMap::new(),
            added: Vec::new(),
            renamed: Vec::new(),
        };
        for placement in Placement::of_branches(conn, &ids)? {
            branches.parents.entry(placement.branch_id).or_default().extend(placement.parent_id);
        }
        for branch in known {
            branches.by_key.entry(branch.comparison_key).or_default().push(branch.id);
            branches.names.insert(branch.id, branch.name);
        }
        Ok(branches)
    }

    /// The organisations of a path, from the topmost one down; unknown ones are added.
    pub(super) fn resolve<'n>(
        &mut self,
        path: impl Iterator<Item = &'n str>,
        ids: &mut Ids,
    ) -> Vec<i64> {
        let mut resolved: Vec<i64> = Vec::new();
        for name in path {
            let key = organization_key(name);
            let parent = resolved.last().copied();
            let id = self.find(&key, parent).unwrap_or_else(|| self.add(name, &key, ids));
            self.prefer_name(id, name);
            if let Some(parent) = parent.filter(|parent| *parent != id) {
                let parents = self.parents.entry(id).or_default();
                if !parents.contains(&parent) {
                    parents.push(parent);
                }
            }
            resolved.push(id);
        }
        resolved
    }

    /// The same name under the same parent, or somewhere under it, or where no parent is known.
    fn find(&self, key: &str, parent: Option<i64>) -> Option<i64> {
        let candidates = self.by_key.get(key)?;
        let only = |found: Vec<i64>| if found.len() == 1 { Some(found[0]) } else { None };
        let topmost = |id: &&i64| self.parents.get(id).is_none_or(Vec::is_empty);
        let Some(parent) = parent else {
            return candidates.iter().find(topmost).copied().or_else(|| only(candidates.clone()));
        };
        let child = candidates
            .iter()
            .find(|id| self.parents.get(id).is_some_and(|of| of.contains(&parent)));
        let below = || {
            only(candidates.iter().copied().filter(|id| self.is_under(*id, parent, 0)).collect())
        };
        let unplaced = || {
            only(candidates.iter().filter(topmost).copied().filter(|id| *id != parent).collect())
        };
        child.copied().or_else(below).or_else(unplaced)
    }

    fn is_under(&self, id: i64, ancestor: i64, depth: usize) -> bool {
        let parents = self.parents.get(&id).map(Vec::as_slice).unwrap_or_default();
        depth < 12
            && parents
                .iter()
                .any(|parent| *parent == ancestor || self.is_under(*parent, ancestor, depth + 1))
    }

    fn add(&mut self, name: &str, key: &str, ids: &mut Ids) -> i64 {
        let id = ids.give();
        self.by_key.entry(key.to_owned()).or_default().push(id);
        self.names.insert(id, name.to_owned());
        self.added.push(branch_row(id, name, key));
        id
    }

    /// Mixed case is preferred to capitals, and the full form to an abbreviated one.
    fn prefer_name(&mut self, id: i64, name: &str) {
        let Some(known) = self.names.get(&id) else { return };
        let capitals = |text: &str| !text.chars().any(char::is_lowercase);
        let better = capitals(known) && !capitals(name)
            || capitals(known) == capitals(name) && name.len() > known.len() + 2;
        if better {
            self.names.insert(id, name.to_owned());
            match self.added.iter_mut().find(|branch| branch.id == id) {
                Some(branch) => name.clone_into(&mut branch.name),
                None => self.renamed.push((id, name.to_owned())),
            }
        }
    }
}

fn branch_row(id: i64, name: &str, key: &str) -> Branch {
    let begins = |head: &str| key.starts_with(&comparison_key(head));
    let kind = if begins("đảng bộ") {
        "COMMITTEE"
    } else if begins("chi bộ") {
        "BRANCH"
    } else if ["công đoàn", "đoàn ", "hội ", "liên đoàn", "mặt trận"]
        .iter()
        .any(|head| begins(head))
    {
        "MASS_ORGANIZATION"
    } else {
        "UNIT"
    };
    Branch {
        id,
        name: name.to_owned(),
        kind: kind.to_owned(),
        code: None,
        comparison_key: key.to_owned(),
        search_key: search_key(name),
        sort_key: comparison_key(name),
    }
}

/// What is known of a person for telling people apart.
#[derive(Debug, Clone)]
struct Known {
    id: i64,
    birth_date: Option<PartialDate>,
    sex: Option<Sex>,
    identifiers: Vec<String>,
    rolls: Vec<(i64, i64)>,
    /// The sheets of this import that list the person.
    sheets: Vec<String>,
}

/// People that are known, and those that the import adds.
pub(super) struct People {
    by_name: HashMap<String, Vec<Known>>,
    by_identifier: HashMap<String, Vec<(i64, String)>>,
    pub(super) added: Vec<i64>,
}

impl People {
    /// Loads everybody who has one of the names or numbers.
    pub(super) fn load(
        conn: &mut AnyConnection,
        names: &[&str],
        numbers: &[&str],
    ) -> QueryResult<Self> {
        let mut keys: Vec<String> = names.iter().map(|name| comparison_key(name)).collect();
        keys.sort();
        keys.dedup();
        let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
        let mut members = Member::by_keys(conn, &keys)?;
        let by_number: Vec<i64> =
            Identifier::by_values(conn, &numbers)?.iter().map(|row| row.member_id).collect();
        let missing: Vec<i64> = by_number
            .into_iter()
            .filter(|id| members.iter().all(|member| member.id != *id))
            .collect();
        members.extend(Member::by_ids(conn, &missing)?);
        let ids: Vec<i64> = members.iter().map(|member| member.id).collect();
        let mut identifiers: HashMap<i64, Vec<String>> = HashMap::new();
        for row in Identifier::of_members(conn, &ids)? {
            identifiers.entry(row.member_id).or_default().push(row.value);
        }
        let mut rolls: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
        for row in Enrolment::of_members(conn, &ids)? {
            rolls.entry(row.member_id).or_default().push((row.campaign_id, row.branch_id));
        }
        let mut people =
            Self { by_name: HashMap::new(), by_identifier: HashMap::new(), added: Vec::new() };
        for member in members {
            let known = Known {
                id: member.id,
                birth_date: member.birth_date.as_deref().and_then(|date| date.parse().ok()),
                sex: member.sex.as_deref().and_then(sex),
                identifiers: identifiers.remove(&member.id).unwrap_or_default(),
                rolls: rolls.remove(&member.id).unwrap_or_default(),
                sheets: Vec::new(),
            };
            people.index(member.comparison_key, known);
        }
        Ok(people)
    }

    fn index(&mut self, name: String, known: Known) {
        for number in &known.identifiers {
            self.by_identifier.entry(number.clone()).or_default().push((known.id, name.clone()));
        }
        self.by_name.entry(name).or_default().push(known);
    }

    /// The person of a row of a roll, and the rule that found them; the rules are those of
    /// the project's identity table, the first that decides wins.
    pub(super) fn member(
        &mut self,
        person: &Person,
        at: &Roll<'_>,
        ids: &mut Ids,
    ) -> (i64, &'static str) {
        let name = comparison_key(&person.name.value);
        let birth_date = person.birth_date.as_ref().map(|date| date.value);
        let sex = person.sex.as_ref().map(|sex| sex.value);
        let numbers: Vec<&str> =
            person.identifiers.iter().map(|number| number.value.as_str()).collect();
        let candidates: Vec<&Known> = self
            .by_name
            .get(&name)
            .into_iter()
            .flatten()
            .filter(|known| !contradicts(known, birth_date, sex, &numbers))
            .collect();
        let decided = decide(&candidates, birth_date, &numbers, at);
        let (id, rule) = if let Some((id, rule)) = decided {
            (id, rule)
        } else {
            let known_number =
                numbers.iter().any(|number| self.by_identifier.contains_key(*number));
            (ids.give(), if known_number { "new: number of another name" } else { "new" })
        };
        self.remember(&name, id, birth_date, sex, &numbers, at);
        (id, rule)
    }

    /// A commended person: of the same branch, or the only one of the name.
    pub(super) fn commended(
        &mut self,
        award: &Award,
        at: &Roll<'_>,
        whole_committee: bool,
        ids: &mut Ids,
    ) -> Option<(i64, &'static str)> {
        let person = award.person.as_ref()?;
        let name = comparison_key(&person.value);
        let candidates = self.by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
        let of_branch: Vec<&Known> = candidates
            .iter()
            .filter(|known| known.rolls.iter().any(|roll| roll.1 == at.branch_id))
            .collect();
        if let [only] = of_branch.as_slice() {
            return Some((only.id, "name and branch"));
        }
        if let [only] = candidates
            && (whole_committee || only.rolls.is_empty())
        {
            return Some((only.id, "the only one of the name"));
        }
        let id = ids.give();
        self.added.push(id);
        let known = Known {
            id,
            birth_date: None,
            sex: None,
            identifiers: Vec::new(),
            rolls: vec![(at.campaign_id, at.branch_id)],
            sheets: Vec::new(),
        };
        self.index(name, known);
        Some((id, "new: named in a commendation"))
    }

    fn remember(
        &mut self,
        name: &str,
        id: i64,
        birth_date: Option<PartialDate>,
        sex: Option<Sex>,
        numbers: &[&str],
        at: &Roll<'_>,
    ) {
        let known = self.by_name.entry(name.to_owned()).or_default();
        let place = known.iter().position(|known| known.id == id);
        let known = if let Some(place) = place {
            &mut known[place]
        } else {
            self.added.push(id);
            let fresh = Known {
                id,
                birth_date,
                sex,
                identifiers: Vec::new(),
                rolls: Vec::new(),
                sheets: Vec::new(),
            };
            known.push(fresh);
            let last = known.len() - 1;
            &mut known[last]
        };
        known.birth_date = known.birth_date.max(birth_date);
        known.sex = known.sex.or(sex);
        known.rolls.push((at.campaign_id, at.branch_id));
        known.sheets.push(at.sheet.to_owned());
        for number in numbers {
            if !known.identifiers.iter().any(|other| other == number) {
                known.identifiers.push((*number).to_owned());
                self.by_identifier
                    .entry((*number).to_owned())
                    .or_default()
                    .push((id, name.to_owned()));
            }
        }
    }
}

/// Where a row lists a person.
pub(super) struct Roll<'a> {
    pub(super) campaign_id: i64,
    pub(super) branch_id: i64,
    pub(super) sheet: &'a str,
}

/// Rule 2: another number, another sex, birth years more than one apart.
fn contradicts(
    known: &Known,
    birth_date: Option<PartialDate>,
    sex: Option<Sex>,
    numbers: &[&str],
) -> bool {
    let other_number = !numbers.is_empty()
        && !known.identifiers.is_empty()
        && known.identifiers.iter().all(|number| !numbers.contains(&number.as_str()));
    let other_sex = matches!((known.sex, sex), (Some(left), Some(right)) if left != right);
    let other_year = matches!((known.birth_date, birth_date), (Some(left), Some(right)) if (left.year() - right.year()).abs() > 1);
    other_number || other_sex || other_year
}

fn decide(
    candidates: &[&Known],
    birth_date: Option<PartialDate>,
    numbers: &[&str],
    at: &Roll<'_>,
) -> Option<(i64, &'static str)> {
    let same_number =
        |known: &&&Known| known.identifiers.iter().any(|number| numbers.contains(&number.as_str()));
    if let Some(known) = candidates.iter().find(same_number) {
        return Some((known.id, "number and name"));
    }
    let candidates: Vec<&Known> = candidates
        .iter()
        .copied()
        .filter(|known| !known.sheets.iter().any(|sheet| sheet == at.sheet))
        .collect();
    let full = birth_date.filter(|date| date.precision() == Precision::Day);
    let same_date = |known: &&Known| full.is_some() && known.birth_date == full;
    let same_branch = |known: &&Known| known.rolls.iter().any(|roll| roll.1 == at.branch_id);
    if let Some(known) =
        candidates.iter().copied().find(|known| same_date(known) && same_branch(known))
    {
        return Some((known.id, "name, birth date and branch"));
    }
    let of_branch: Vec<&Known> = candidates.iter().copied().filter(same_branch).collect();
    if let [only] = of_branch.as_slice() {
        let agrees = match (only.birth_date, birth_date) {
            (None, _) | (_, None) => true,
            (Some(left), Some(right)) => {
                let partial =
                    left.precision() != Precision::Day || right.precision() != Precision::Day;
                partial && left.year() == right.year()
            }
        };
        if agrees {
            return Some((only.id, "name and branch, birth date not contradicted"));
        }
    }
    let dated: Vec<&Known> = candidates.iter().copied().filter(same_date).collect();
    let listed_elsewhere = |known: &Known| {
        known.rolls.iter().any(|roll| roll.0 == at.campaign_id && roll.1 != at.branch_id)
    };
    match dated.as_slice() {
        [only] if !listed_elsewhere(only) => Some((only.id, "name and birth date: moved")),
        _ => None,
    }
}

fn sex(name: &str) -> Option<Sex> {
    match name {
        "MALE" => Some(Sex::Male),
        "FEMALE" => Some(Sex::Female),
        _ => None,
    }
}

/// The row of a person of whom the name is known.
pub(super) fn member_row(id: i64, name: &str) -> Member {
    Member {
        id,
        name: name.to_owned(),
        comparison_key: comparison_key(name),
        search_key: search_key(name),
        sort_key: sort_key(name),
        birth_date: None,
        sex: None,
        admitted_on: None,
        official_on: None,
    }
}
