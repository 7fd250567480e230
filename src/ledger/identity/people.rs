//! People by the ordered rules of the project's identity table: the first that decides wins.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use diesel::QueryResult;
use evalhub_import::{
    Award, PartialDate, Person, Precision, Record, Sex, Statement, comparison_key,
};

use super::super::resolve::follow;
use crate::db::{
    AnyConnection, Enrolment, Identifier, Ids, Member, Source, Succession, merged_members,
};

/// What is known of a person for telling people apart.
#[derive(Debug, Clone)]
struct Known {
    id: i64,
    /// Whom no live record names is found only where nobody else fits: the id comes back.
    live: bool,
    birth_date: Option<PartialDate>,
    sex: Option<Sex>,
    identifiers: Vec<String>,
    rolls: Vec<(i64, i64)>,
    /// The sheets of this import that list the person.
    sheets: Vec<String>,
}

/// People that are known, and those that the import adds.
pub(in super::super) struct People {
    by_name: HashMap<String, Vec<Known>>,
    by_identifier: HashSet<String>,
    merged: HashMap<i64, i64>,
    /// Branches that follow one another count as one.
    kin: HashMap<i64, Vec<i64>>,
    pub(in super::super) added: BTreeSet<i64>,
}

/// Who a row is about: by the rules, and since merges; and the rule.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Decided {
    pub(in super::super) ruled: i64,
    pub(in super::super) id: i64,
    pub(in super::super) rule: &'static str,
}

impl People {
    /// Loads everybody who has one of the names or numbers of some records.
    pub(in super::super) fn load(
        conn: &mut AnyConnection,
        records: &[Record],
    ) -> QueryResult<Self> {
        let mut keys: Vec<String> = Vec::new();
        let mut numbers: Vec<String> = Vec::new();
        for record in records {
            match &record.statement {
                Statement::Member(person) => {
                    keys.push(comparison_key(&person.name.value));
                    numbers.extend(person.identifiers.iter().map(|number| number.value.clone()));
                }
                Statement::Commendation(award) => {
                    keys.extend(award.person.as_ref().map(|name| comparison_key(&name.value)));
                }
                _ => {}
            }
        }
        for list in [&mut keys, &mut numbers] {
            list.sort();
            list.dedup();
        }
        let merged: HashMap<i64, i64> = merged_members(conn)?.into_iter().collect();
        let family: BTreeSet<i64> =
            merged.iter().flat_map(|(part, whole)| [*part, *whole]).collect();
        let mut members = Member::by_keys(conn, &keys)?;
        let seen: BTreeSet<i64> = members.iter().map(|member| member.id).collect();
        let numbered = Identifier::by_values(conn, &numbers)?.into_iter().map(|row| row.member_id);
        let missing: BTreeSet<i64> = numbered.filter(|id| !seen.contains(id)).collect();
        members.extend(Member::by_ids(conn, &missing.into_iter().collect::<Vec<_>>())?);
        let gone: BTreeSet<i64> = members
            .iter()
            .filter(|member| !member.live && !family.contains(&member.id))
            .map(|member| member.id)
            .collect();
        members.retain(|member| member.live && !family.contains(&member.id));
        let mut people = Self {
            by_name: HashMap::new(),
            by_identifier: HashSet::new(),
            merged,
            kin: kin(&Succession::all(conn)?),
            added: BTreeSet::new(),
        };
        people.take(conn, members)?;
        people.take_by_rows(conn, &family, true)?;
        people.take_by_rows(conn, &gone, false)?;
        Ok(people)
    }

    fn take(&mut self, conn: &mut AnyConnection, members: Vec<Member>) -> QueryResult<()> {
        let ids: Vec<i64> = members.iter().map(|member| member.id).collect();
        let mut identifiers: HashMap<i64, Vec<String>> = HashMap::new();
        for row in Identifier::of_members(conn, &ids)? {
            identifiers.entry(row.member_id).or_default().push(row.value);
        }
        let mut rolls: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
        for row in Enrolment::of_members(conn, &ids)? {
            rolls.entry(row.member_id).or_default().push((row.campaign_id, row.branch_id));
        }
        for member in members {
            let known = Known {
                id: member.id,
                live: true,
                birth_date: member.birth_date.as_deref().and_then(|date| date.parse().ok()),
                sex: member.sex.as_deref().and_then(sex),
                identifiers: identifiers.remove(&member.id).unwrap_or_default(),
                rolls: rolls.remove(&member.id).unwrap_or_default(),
                sheets: Vec::new(),
            };
            self.by_identifier.extend(known.identifiers.iter().cloned());
            self.by_name.entry(member.comparison_key).or_default().push(known);
        }
        Ok(())
    }

    /// Those who were merged, and those whom no live record names, are known by the rows that were
    /// found to be about them, whatever a merge calls them now.
    fn take_by_rows(
        &mut self,
        conn: &mut AnyConnection,
        members: &BTreeSet<i64>,
        live: bool,
    ) -> QueryResult<()> {
        let ids: Vec<i64> = members.iter().copied().collect();
        let mut own: BTreeMap<i64, (BTreeSet<String>, Known)> = BTreeMap::new();
        for source in Source::ruled(conn, &ids, &[])? {
            let Some(id) = source.link.ruled_member_id else { continue };
            let Ok(Statement::Member(person)) = serde_json::from_str(&source.record.statement)
            else {
                continue;
            };
            let (names, known) = own.entry(id).or_insert_with(|| {
                let known = Known {
                    id,
                    live,
                    birth_date: None,
                    sex: None,
                    identifiers: Vec::new(),
                    rolls: Vec::new(),
                    sheets: Vec::new(),
                };
                (BTreeSet::new(), known)
            });
            names.insert(comparison_key(&person.name.value));
            known.birth_date = known.birth_date.max(person.birth_date.map(|date| date.value));
            known.sex = known.sex.or(person.sex.map(|sex| sex.value));
            known.identifiers.extend(person.identifiers.into_iter().map(|number| number.value));
            known.rolls.push((source.record.campaign_id, source.link.branch_id));
        }
        for (names, known) in own.into_values() {
            self.by_identifier.extend(known.identifiers.iter().cloned());
            for name in names {
                self.by_name.entry(name).or_default().push(known.clone());
            }
        }
        Ok(())
    }

    fn decided(&self, ruled: i64, rule: &'static str) -> Decided {
        Decided { ruled, id: follow(&self.merged, ruled), rule }
    }

    /// The person of a row of a roll, and the rule that found them. `remembered` is whom the same
    /// row, or the row in the version before, was linked to.
    pub(in super::super) fn member(
        &mut self,
        person: &Person,
        at: &Roll<'_>,
        remembered: Option<(i64, &'static str)>,
        ids: &mut Ids,
    ) -> Decided {
        let name = comparison_key(&person.name.value);
        let row = Row {
            birth_date: person.birth_date.as_ref().map(|date| date.value),
            sex: person.sex.as_ref().map(|sex| sex.value),
            numbers: person.identifiers.iter().map(|number| number.value.as_str()).collect(),
        };
        let decided = remembered.or_else(|| {
            let candidates: Vec<&Known> = self
                .by_name
                .get(&name)
                .into_iter()
                .flatten()
                .filter(|known| !row.contradicts(known))
                .collect();
            let (live, gone): (Vec<&Known>, Vec<&Known>) =
                candidates.into_iter().partition(|known| known.live);
            self.decide(&live, &row, at).or_else(|| self.decide(&gone, &row, at))
        });
        let (ruled, rule) = decided.unwrap_or_else(|| {
            let known_number =
                row.numbers.iter().any(|number| self.by_identifier.contains(*number));
            let id = ids.give();
            self.added.insert(id);
            (id, if known_number { "new: number of another name" } else { "new" })
        });
        self.remember(&name, ruled, &row, at);
        self.decided(ruled, rule)
    }

    /// A commended person: of the same branch, or the only one of the name.
    pub(in super::super) fn commended(
        &mut self,
        award: &Award,
        at: &Roll<'_>,
        whole_committee: bool,
        remembered: Option<(i64, &'static str)>,
        ids: &mut Ids,
    ) -> Option<Decided> {
        let person = award.person.as_ref()?;
        let name = comparison_key(&person.value);
        let candidates: Vec<&Known> =
            self.by_name.get(&name).into_iter().flatten().filter(|known| known.live).collect();
        let of_branch: Vec<&Known> = candidates
            .iter()
            .copied()
            .filter(|known| known.rolls.iter().any(|roll| self.is_kin(roll.1, at.branch_id)))
            .collect();
        if let [only] = of_branch.as_slice() {
            return Some(self.decided(only.id, "name and branch"));
        }
        if let [only] = candidates.as_slice()
            && (whole_committee || only.rolls.is_empty())
        {
            return Some(self.decided(only.id, "the only one of the name"));
        }
        let (id, rule) = remembered.unwrap_or_else(|| {
            let id = ids.give();
            self.added.insert(id);
            (id, "new: named in a commendation")
        });
        let row = Row { birth_date: None, sex: None, numbers: Vec::new() };
        self.remember(&name, id, &row, at);
        Some(self.decided(id, rule))
    }

    fn remember(&mut self, name: &str, id: i64, row: &Row<'_>, at: &Roll<'_>) {
        let known = self.by_name.entry(name.to_owned()).or_default();
        let place = known.iter().position(|known| known.id == id).unwrap_or_else(|| {
            known.push(Known {
                id,
                live: true,
                birth_date: row.birth_date,
                sex: row.sex,
                identifiers: Vec::new(),
                rolls: Vec::new(),
                sheets: Vec::new(),
            });
            known.len() - 1
        });
        let known = &mut known[place];
        known.live = true;
        known.birth_date = known.birth_date.max(row.birth_date);
        known.sex = known.sex.or(row.sex);
        known.rolls.push((at.campaign_id, at.branch_id));
        known.sheets.push(at.sheet.to_owned());
        for number in &row.numbers {
            if !known.identifiers.iter().any(|other| other == number) {
                known.identifiers.push((*number).to_owned());
                self.by_identifier.insert((*number).to_owned());
            }
        }
    }

    fn is_kin(&self, branch: i64, other: i64) -> bool {
        branch == other || self.kin.get(&branch).is_some_and(|kin| kin.contains(&other))
    }

    fn decide(
        &self,
        candidates: &[&Known],
        row: &Row<'_>,
        at: &Roll<'_>,
    ) -> Option<(i64, &'static str)> {
        let same_number = |known: &&&Known| {
            known.identifiers.iter().any(|number| row.numbers.contains(&number.as_str()))
        };
        if let Some(known) = candidates.iter().find(same_number) {
            return Some((known.id, "number and name"));
        }
        let candidates: Vec<&Known> = candidates
            .iter()
            .copied()
            .filter(|known| !known.sheets.iter().any(|sheet| sheet == at.sheet))
            .collect();
        let full = row.birth_date.filter(|date| date.precision() == Precision::Day);
        let same_date = |known: &&Known| full.is_some() && known.birth_date == full;
        let same_branch =
            |known: &&Known| known.rolls.iter().any(|roll| self.is_kin(roll.1, at.branch_id));
        if let Some(known) =
            candidates.iter().copied().find(|known| same_date(known) && same_branch(known))
        {
            return Some((known.id, "name, birth date and branch"));
        }
        let of_branch: Vec<&Known> = candidates.iter().copied().filter(same_branch).collect();
        if let [only] = of_branch.as_slice() {
            let agrees = match (only.birth_date, row.birth_date) {
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
            known
                .rolls
                .iter()
                .any(|roll| roll.0 == at.campaign_id && !self.is_kin(roll.1, at.branch_id))
        };
        match dated.as_slice() {
            [only] if !listed_elsewhere(only) => Some((only.id, "name and birth date: moved")),
            _ => None,
        }
    }
}

/// What a row says of a person besides the name.
struct Row<'a> {
    birth_date: Option<PartialDate>,
    sex: Option<Sex>,
    numbers: Vec<&'a str>,
}

impl Row<'_> {
    /// Rule 2: another number, another sex, birth years more than one apart.
    fn contradicts(&self, known: &Known) -> bool {
        let other_number = !self.numbers.is_empty()
            && !known.identifiers.is_empty()
            && known.identifiers.iter().all(|number| !self.numbers.contains(&number.as_str()));
        let other_sex = matches!((known.sex, self.sex), (Some(left), Some(right)) if left != right);
        let other_year = matches!(
            (known.birth_date, self.birth_date),
            (Some(left), Some(right)) if (left.year() - right.year()).abs() > 1
        );
        other_number || other_sex || other_year
    }
}

/// Where a row lists a person.
pub(in super::super) struct Roll<'a> {
    pub(in super::super) campaign_id: i64,
    pub(in super::super) branch_id: i64,
    pub(in super::super) sheet: &'a str,
}

/// The branches before and after each branch, directly or over others.
fn kin(successions: &[Succession]) -> HashMap<i64, Vec<i64>> {
    let (mut after, mut before) =
        (HashMap::<i64, Vec<i64>>::new(), HashMap::<i64, Vec<i64>>::new());
    for row in successions {
        after.entry(row.predecessor_id).or_default().push(row.successor_id);
        before.entry(row.successor_id).or_default().push(row.predecessor_id);
    }
    let starts: BTreeSet<i64> = after.keys().chain(before.keys()).copied().collect();
    let mut kin: HashMap<i64, Vec<i64>> = HashMap::new();
    for start in starts {
        for next in [&after, &before] {
            let mut seen = BTreeSet::from([start]);
            let mut open = vec![start];
            while let Some(id) = open.pop() {
                open.extend(next.get(&id).into_iter().flatten().filter(|id| seen.insert(**id)));
            }
            kin.entry(start).or_default().extend(seen);
        }
    }
    kin
}

fn sex(name: &str) -> Option<Sex> {
    match name {
        "MALE" => Some(Sex::Male),
        "FEMALE" => Some(Sex::Female),
        _ => None,
    }
}
