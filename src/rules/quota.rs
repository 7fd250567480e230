//! Quotas of the top rating, as policies with the document that sets them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::db::{
    AncestryRow, AnyConnection, Branch, Campaign, DECIDING, Placement, QueryResult, Rating, Tally,
    TallyScope,
};

/// A quota: at most so many per cent of some ratings may have the rating.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    /// The stable code, such as `hd21-2019-members`.
    pub(crate) code: String,
    /// Number, issuer and date.
    pub(crate) document: String,
    /// The rule in the words of the document.
    pub(crate) wording: String,
    /// MEMBERS or BRANCHES.
    pub(crate) subject: String,
    /// The first year that it is for.
    from: i32,
    /// The last year; none while it is in force.
    to: Option<i32>,
    /// The code of the rating.
    pub(crate) rating: String,
    /// The ratings of the denominator; `RATED` for all.
    of: Vec<String>,
    /// The denominator in words.
    pub(crate) of_words: String,
    /// The most, in per cent of the denominator.
    pub(crate) percent: i64,
}

#[derive(Deserialize)]
struct Policies {
    policy: Vec<Policy>,
}

static POLICIES: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    toml::from_str::<Policies>(include_str!("quotas.toml"))
        .map(|policies| policies.policy)
        .unwrap_or_default()
});

/// A policy for one branch in one round.
#[derive(Debug, Clone)]
pub(crate) struct QuotaCheck {
    pub(crate) branch_id: i64,
    pub(crate) policy: &'static Policy,
    /// Those with the rating.
    pub(crate) count: i64,
    /// What the quota is a share of.
    pub(crate) denominator: i64,
    /// The most that may have the rating: the share, rounded down.
    pub(crate) limit: i64,
}

impl QuotaCheck {
    /// How many more may have the rating; negative where the quota is exceeded.
    pub(crate) fn headroom(&self) -> i64 {
        self.limit - self.count
    }
}

/// The policies of a round for a branch; without one, for every base organisation.
pub(crate) fn quota_checks(
    conn: &mut AnyConnection,
    campaign: &Campaign,
    branch: Option<i64>,
) -> QueryResult<Vec<QuotaCheck>> {
    let year = campaign.year;
    let policies: Vec<&'static Policy> = POLICIES
        .iter()
        .filter(|policy| policy.from <= year && policy.to.is_none_or(|to| to >= year))
        .collect();
    let branches = match branch {
        Some(id) => vec![id],
        None => base_organisations(conn, campaign.id)?,
    };
    let ratings: BTreeMap<i64, String> =
        Rating::all(conn)?.into_iter().map(|rating| (rating.id, rating.code)).collect();
    let mut checks = Vec::new();
    for policy in policies {
        let scope = TallyScope {
            campaigns: Some(vec![campaign.id]),
            branches: Some(branches.clone()),
            subject: &policy.subject,
            stages: Some(vec![DECIDING]),
            measures: Some(["RATING"; 3]),
        };
        let mut counts: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for tally in Tally::in_scope(conn, &scope)? {
            let (Some(value), Some(code)) = (tally.best, ratings.get(&tally.rating_id)) else {
                continue;
            };
            let count = counts.entry(tally.branch_id).or_default();
            if *code == policy.rating {
                count.0 += value;
            }
            if policy.of.iter().any(|of| of == code || of == "RATED") {
                count.1 += value;
            }
        }
        checks.extend(counts.into_iter().map(|(branch_id, (count, denominator))| QuotaCheck {
            branch_id,
            policy,
            count,
            denominator,
            limit: denominator * policy.percent / 100,
        }));
    }
    checks.sort_by_key(|check| (check.branch_id, &check.policy.code));
    Ok(checks)
}

/// The base organisations of a round: committees with no committee below them, and branches that
/// stand under another committee, or under none.
fn base_organisations(conn: &mut AnyConnection, campaign_id: i64) -> QueryResult<Vec<i64>> {
    let placements = Placement::of_campaign(conn, campaign_id)?;
    let ids: Vec<i64> = placements.iter().map(|row| row.branch_id).collect();
    let committees: BTreeSet<i64> = Branch::by_ids(conn, &ids)?
        .into_iter()
        .filter(|branch| branch.kind == "COMMITTEE")
        .map(|branch| branch.id)
        .collect();
    let below = AncestryRow::of_campaign(conn, campaign_id)?;
    let over_committees: BTreeSet<i64> = below
        .iter()
        .filter(|row| row.depth > 0 && committees.contains(&row.branch_id))
        .map(|row| row.ancestor_id)
        .collect();
    let base: BTreeSet<i64> =
        committees.iter().copied().filter(|id| !over_committees.contains(id)).collect();
    let under_base: BTreeSet<i64> = below
        .iter()
        .filter(|row| row.depth > 0 && base.contains(&row.ancestor_id))
        .map(|row| row.branch_id)
        .collect();
    let alone = placements
        .iter()
        .map(|row| row.branch_id)
        .filter(|id| !under_base.contains(id) && !over_committees.contains(id));
    let mut all: BTreeSet<i64> = alone.collect();
    all.extend(base);
    Ok(all.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read() {
        assert!(POLICIES.len() >= 3);
        assert!(POLICIES.iter().all(|policy| !policy.of.is_empty() && policy.percent > 0));
    }
}
