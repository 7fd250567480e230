//! What is made of groups once they are counted: conditions and order.

use std::cmp::Ordering;

use async_graphql::{Enum, InputObject};

use super::ResultNode;
use crate::rules::results::{self, Dimension};

/// Conditions on a number; all that are given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub(in super::super) struct NumberFilter {
    /// Equal.
    eq: Option<f64>,
    /// At least.
    gte: Option<f64>,
    /// At most.
    lte: Option<f64>,
    /// More than.
    gt: Option<f64>,
    /// Less than.
    lt: Option<f64>,
}

impl NumberFilter {
    fn holds(&self, number: f64) -> bool {
        self.eq.is_none_or(|value| (number - value).abs() < 1e-9)
            && self.gte.is_none_or(|value| number >= value)
            && self.lte.is_none_or(|value| number <= value)
            && self.gt.is_none_or(|value| number > value)
            && self.lt.is_none_or(|value| number < value)
    }
}

/// A condition on groups: `{ percent: { gt: 20 } }`. Totals are of all groups, whatever it leaves.
#[derive(Debug, Clone, Default, InputObject)]
pub(in super::super) struct ResultPredicate {
    /// The count of the group.
    count: Option<NumberFilter>,
    /// The share of the group in per cent of those rated.
    percent: Option<NumberFilter>,
}

impl ResultPredicate {
    #[expect(
        clippy::cast_precision_loss,
        clippy::as_conversions,
        reason = "counts of people are far below 2^52"
    )]
    fn holds(&self, node: &ResultNode) -> bool {
        let percent = node.percent();
        self.count.as_ref().is_none_or(|filter| filter.holds(node.group.figure.count as f64))
            && self
                .percent
                .as_ref()
                .is_none_or(|filter| percent.is_some_and(|percent| filter.holds(percent)))
    }
}

/// The order of groups; several orders are taken one after the other.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum ResultOrder {
    /// Fewest first.
    CountAsc,
    /// Most first.
    CountDesc,
    /// Smallest share of those rated first.
    ShareAsc,
    /// Greatest share of those rated first.
    ShareDesc,
    /// Oldest round first.
    CampaignAsc,
    /// Latest round first.
    CampaignDesc,
    /// By the name of the branch.
    BranchAsc,
    /// By the name of the branch, backwards.
    BranchDesc,
    /// Best rating first.
    RatingAsc,
    /// Worst rating first.
    RatingDesc,
}

/// Which totals come with the groups.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "results::Totals")]
pub(in super::super) enum Totals {
    /// None.
    #[default]
    None,
    /// One of everything.
    Grand,
    /// One of everything, and one for each leading group key: of each round in `[campaign, rating]`.
    Rollup,
}

/// Whether a row is a group or a total.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "results::TotalKind")]
pub(in super::super) enum TotalKind {
    /// A group.
    None,
    /// The total of the groups that share its keys.
    Subtotal,
    /// The total of everything.
    Grand,
}

/// Leaves out the groups that do not fulfil the conditions, and sorts; totals are of all groups, and
/// stand at the end where an order is asked for.
pub(super) fn apply(
    mut nodes: Vec<ResultNode>,
    having: &[ResultPredicate],
    by: &[ResultOrder],
) -> Vec<ResultNode> {
    let holds = |node: &ResultNode| having.iter().all(|predicate| predicate.holds(node));
    nodes.retain(|node| node.group.total != results::TotalKind::None || holds(node));
    if by.is_empty() {
        return nodes;
    }
    nodes.sort_by(|left, right| {
        let orders = by.iter().map(|order| compare(*order, left, right));
        let first = orders.into_iter().find(|order| order.is_ne());
        left.group.total.cmp(&right.group.total).then(first.unwrap_or(Ordering::Equal))
    });
    nodes
}

fn compare(order: ResultOrder, left: &ResultNode, right: &ResultNode) -> Ordering {
    let share = |node: &ResultNode| node.percent().unwrap_or_default();
    let by = |dimension| left.frame.compare_by(dimension, &left.group.key, &right.group.key);
    match order {
        ResultOrder::CountAsc => left.group.figure.count.cmp(&right.group.figure.count),
        ResultOrder::CountDesc => right.group.figure.count.cmp(&left.group.figure.count),
        ResultOrder::ShareAsc => share(left).total_cmp(&share(right)),
        ResultOrder::ShareDesc => share(right).total_cmp(&share(left)),
        ResultOrder::CampaignAsc => by(Dimension::Campaign),
        ResultOrder::CampaignDesc => by(Dimension::Campaign).reverse(),
        ResultOrder::BranchAsc => by(Dimension::Branch),
        ResultOrder::BranchDesc => by(Dimension::Branch).reverse(),
        ResultOrder::RatingAsc => by(Dimension::Rating),
        ResultOrder::RatingDesc => by(Dimension::Rating).reverse(),
    }
}
