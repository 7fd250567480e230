//! Who is who, as people decide it: merges, separations, and pairs that are two. Links never
//! change what the rules found; a merge says what is a part of what, and can be withdrawn.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::facts::{self, Fresh, Touched};
use super::plan::{Log, Plan};
use super::resolve::follow;
use super::{Author, LedgerError, refused};
use crate::db::{
    self, AnyConnection, Branch, Decision, Ids, Member, Source, Succession, insert_rows, tables,
};

/// Of what a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Members,
    Branches,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Self::Members => "MEMBER",
            Self::Branches => "BRANCH",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Members => "Member",
            Self::Branches => "Branch",
        }
    }

    fn merged(self, conn: &mut AnyConnection) -> QueryResult<HashMap<i64, i64>> {
        let pairs = match self {
            Self::Members => db::merged_members(conn)?,
            Self::Branches => db::merged_branches(conn)?,
        };
        Ok(pairs.into_iter().collect())
    }

    fn is_live(self, conn: &mut AnyConnection, id: i64) -> QueryResult<bool> {
        Ok(match self {
            Self::Members => Member::by_ids(conn, &[id])?.iter().any(|row| row.live),
            Self::Branches => Branch::by_ids(conn, &[id])?.iter().any(|row| row.live),
        })
    }
}

fn row(kind: &str, subject: Subject, keep_id: i64, other_id: i64, author: &Author) -> Decision {
    Decision {
        id: 0,
        kind: kind.to_owned(),
        subject: subject.name().to_owned(),
        keep_id,
        other_id,
        note: author.note.clone(),
        author: author.name.clone(),
        created_at: author.now.clone(),
        withdrawn_at: None,
    }
}

/// Makes members or branches parts of one.
pub(super) fn merge(
    conn: &mut AnyConnection,
    subject: Subject,
    keep: i64,
    others: &[i64],
    author: &Author,
) -> Result<Plan, LedgerError> {
    let mut ids = Ids::begin(conn)?;
    let mut touched = Touched::default();
    for other in others {
        for id in [keep, *other] {
            if !subject.is_live(conn, id)? {
                return Err(refused(format!("there is no {}:{id}", subject.word())));
            }
        }
        if keep == *other {
            return Err(refused(format!("{}:{keep} cannot be merged with itself", subject.word())));
        }
        let decision = Decision { id: ids.give(), ..row("MERGE", subject, keep, *other, author) };
        insert_rows!(conn, tables::decisions::table, [decision]);
        touched = touched.and(set_merged(conn, subject, *other, Some(keep))?);
    }
    settle(conn, &touched, ids)
}

/// Says of what a member or branch is a part, or that it is one of its own; links follow.
fn set_merged(
    conn: &mut AnyConnection,
    subject: Subject,
    id: i64,
    into: Option<i64>,
) -> Result<Touched, LedgerError> {
    use tables::links::dsl;
    match subject {
        Subject::Members => {
            use tables::members::dsl;
            diesel::update(dsl::members.filter(dsl::id.eq(id)))
                .set(dsl::merged_into.eq(into))
                .execute(conn)?;
        }
        Subject::Branches => {
            use tables::branches::dsl;
            diesel::update(dsl::branches.filter(dsl::id.eq(id)))
                .set(dsl::merged_into.eq(into))
                .execute(conn)?;
        }
    }
    let merged = subject.merged(conn)?;
    // The member or branch itself, and all that was made a part of it before.
    let mut parts: BTreeSet<i64> = BTreeSet::from([id]);
    parts.extend(merged.keys().copied().filter(|part| is_within(&merged, *part, id)));
    let parts: Vec<i64> = parts.into_iter().collect();
    let whole = follow(&merged, id);
    let before = ruled(conn, subject, &parts)?;
    let touched_before = Touched::by(&facts::linked(&live(&before))?);
    for chunk in parts.chunks(10_000) {
        match subject {
            Subject::Members => {
                let rows = dsl::links.filter(dsl::ruled_member_id.assume_not_null().eq_any(chunk));
                diesel::update(rows).set(dsl::member_id.eq(whole)).execute(conn)?;
            }
            Subject::Branches => {
                let rows = dsl::links.filter(dsl::ruled_branch_id.eq_any(chunk));
                diesel::update(rows).set(dsl::branch_id.eq(whole)).execute(conn)?;
                let rows = dsl::links.filter(dsl::ruled_parent_id.assume_not_null().eq_any(chunk));
                diesel::update(rows).set(dsl::parent_id.eq(whole)).execute(conn)?;
            }
        }
    }
    let after = ruled(conn, subject, &parts)?;
    let mut touched = touched_before.and(Touched::by(&facts::linked(&live(&after))?));
    match subject {
        Subject::Members => touched.members.extend([id, whole]),
        Subject::Branches => touched.branches.extend([id, whole]),
    }
    Ok(touched)
}

fn is_within(merged: &HashMap<i64, i64>, mut part: i64, whole: i64) -> bool {
    for _ in 0..=merged.len() {
        match merged.get(&part) {
            Some(next) if *next == whole => return true,
            Some(next) => part = *next,
            None => return false,
        }
    }
    false
}

fn ruled(conn: &mut AnyConnection, subject: Subject, ids: &[i64]) -> QueryResult<Vec<Source>> {
    match subject {
        Subject::Members => Source::ruled(conn, ids, &[]),
        Subject::Branches => Source::ruled(conn, &[], ids),
    }
}

fn live(sources: &[Source]) -> Vec<Source> {
    sources.iter().filter(|source| source.record.live).cloned().collect()
}

fn settle(conn: &mut AnyConnection, touched: &Touched, mut ids: Ids) -> Result<Plan, LedgerError> {
    let mut log = Log::default();
    facts::settle(conn, touched, &Fresh::none(), &mut ids, &mut log)?;
    ids.finish(conn)?;
    Ok(log.into_plan(conn)?)
}

/// Makes a member of its own of some enrolments of another; later imports of the same rows follow.
pub(super) fn separate(
    conn: &mut AnyConnection,
    member: i64,
    enrolments: &[i64],
    author: &Author,
) -> Result<(i64, Plan), LedgerError> {
    use tables::links::dsl;
    let Some(known) = Member::by_ids(conn, &[member])?.pop().filter(|row| row.live) else {
        return Err(refused(format!("there is no Member:{member}")));
    };
    let all = db::Enrolment::of_members(conn, &[member])?;
    let mut places: BTreeSet<(i64, i64)> = BTreeSet::new();
    for id in enrolments {
        let Some(row) = all.iter().find(|row| row.id == *id) else {
            return Err(refused(format!("Enrolment:{id} is none of Member:{member}")));
        };
        places.insert((row.campaign_id, row.branch_id));
    }
    if places.is_empty() || places.len() == all.len() {
        return Err(refused(
            "name some of the member's enrolments, and not all: the others stay with the member",
        ));
    }
    let mut ids = Ids::begin(conn)?;
    let new = ids.give();
    let decision =
        Decision { id: ids.give(), ..row("SEPARATE", Subject::Members, member, new, author) };
    let separated = Member { id: new, live: false, merged_into: None, ..known };
    insert_rows!(conn, tables::members::table, [separated]);
    insert_rows!(conn, tables::decisions::table, [decision]);
    let records: Vec<i64> = Source::of_members(conn, &[member])?
        .into_iter()
        .filter(|source| places.contains(&(source.record.campaign_id, source.link.branch_id)))
        .map(|source| source.record.id)
        .collect();
    for chunk in records.chunks(10_000) {
        diesel::update(dsl::links.filter(dsl::record_id.eq_any(chunk)))
            .set((
                dsl::member_id.eq(new),
                dsl::ruled_member_id.eq(new),
                dsl::rule.eq("as a person decided"),
            ))
            .execute(conn)?;
    }
    let mut touched = Touched::by(&facts::linked(&Source::by_ids(conn, &records)?)?);
    touched.members.extend([member, new]);
    Ok((new, settle(conn, &touched, ids)?))
}

/// Notes that two members are two: the pair leaves the queue and does not come back.
pub(super) fn distinguish(
    conn: &mut AnyConnection,
    left: i64,
    right: i64,
    author: &Author,
) -> Result<(), LedgerError> {
    for id in [left, right] {
        if !Subject::Members.is_live(conn, id)? {
            return Err(refused(format!("there is no Member:{id}")));
        }
    }
    let mut ids = Ids::begin(conn)?;
    let decision =
        Decision { id: ids.give(), ..row("DISTINCT", Subject::Members, left, right, author) };
    insert_rows!(conn, tables::decisions::table, [decision]);
    let touched = Touched { members: BTreeSet::from([left, right]), ..Touched::default() };
    super::review::refresh(conn, &touched.members, &mut ids)?;
    ids.finish(conn)?;
    Ok(())
}

/// Withdraws a decision: who was merged is two again, who was separated is one.
pub(super) fn withdraw(
    conn: &mut AnyConnection,
    id: i64,
    author: &Author,
) -> Result<Plan, LedgerError> {
    let Some(decision) = Decision::by_ids(conn, &[id])?.pop() else {
        return Err(refused(format!("there is no decision {id}")));
    };
    if let Some(date) = &decision.withdrawn_at {
        return Err(refused(format!("decision {id} was withdrawn already, on {date}")));
    }
    diesel::update(tables::decisions::table.filter(tables::decisions::id.eq(id)))
        .set(tables::decisions::withdrawn_at.eq(&author.now))
        .execute(conn)?;
    let subject = if decision.subject == Subject::Members.name() {
        Subject::Members
    } else {
        Subject::Branches
    };
    let mut ids = Ids::begin(conn)?;
    let touched = match decision.kind.as_str() {
        "MERGE" => set_merged(conn, subject, decision.other_id, None)?,
        "SEPARATE" => set_merged(conn, subject, decision.other_id, Some(decision.keep_id))?,
        _ => {
            let both = BTreeSet::from([decision.keep_id, decision.other_id]);
            super::review::refresh(conn, &both, &mut ids)?;
            Touched::default()
        }
    };
    settle(conn, &touched, ids)
}

/// Notes that from a round on some branches stand for others: renamed, merged, split.
pub(super) fn succeed(
    conn: &mut AnyConnection,
    from: &[i64],
    to: &[i64],
    campaign: &str,
    author: &Author,
) -> Result<(), LedgerError> {
    let Some(round) = db::Campaign::all(conn)?.into_iter().find(|row| row.code == campaign) else {
        return Err(refused(format!("there is no campaign `{campaign}`")));
    };
    if from.is_empty() || to.is_empty() {
        return Err(refused("name at least one branch of before and one of after"));
    }
    for id in from.iter().chain(to) {
        if !Subject::Branches.is_live(conn, *id)? {
            return Err(refused(format!("there is no Branch:{id}")));
        }
    }
    let known = Succession::all(conn)?;
    let mut ids = Ids::begin(conn)?;
    let mut rows: Vec<Succession> = Vec::new();
    for predecessor_id in from {
        for successor_id in to {
            let is_known = known.iter().any(|row| {
                (row.campaign_id, row.predecessor_id, row.successor_id)
                    == (round.id, *predecessor_id, *successor_id)
            });
            if predecessor_id == successor_id || is_known {
                continue;
            }
            rows.push(Succession {
                id: ids.give(),
                campaign_id: round.id,
                predecessor_id: *predecessor_id,
                successor_id: *successor_id,
                note: author.note.clone(),
                author: author.name.clone(),
                created_at: author.now.clone(),
            });
        }
    }
    if rows.is_empty() {
        return Err(refused("this succession is known already"));
    }
    if let Some(circle) =
        rows.iter().find(|row| leads_to(&known, row.successor_id, row.predecessor_id))
    {
        return Err(refused(format!(
            "Branch:{} comes after Branch:{} already",
            circle.predecessor_id, circle.successor_id
        )));
    }
    insert_rows!(conn, tables::successions::table, rows);
    ids.finish(conn)?;
    Ok(())
}

fn leads_to(known: &[Succession], from: i64, to: i64) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        let next = known.iter().filter(|row| row.predecessor_id == id).map(|row| row.successor_id);
        open.extend(next.filter(|id| seen.insert(*id)));
    }
    false
}

/// Takes a succession back.
pub(super) fn forget_succession(conn: &mut AnyConnection, id: i64) -> Result<(), LedgerError> {
    let table = tables::successions::table;
    let deleted = diesel::delete(table.filter(tables::successions::id.eq(id))).execute(conn)?;
    if deleted == 0 {
        return Err(refused(format!("there is no succession {id}")));
    }
    Ok(())
}
