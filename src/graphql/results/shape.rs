//! What is made of groups once they are counted: conditions, order, totals.

use std::cmp::Ordering;

use async_graphql::{Enum, InputObject};

use super::ResultNode;

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
        self.count.as_ref().is_none_or(|filter| filter.holds(node.figure.count as f64))
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
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in super::super) enum TotalKind {
    /// A group.
    #[default]
    None,
    /// The total of the groups that share its keys.
    Subtotal,
    /// The total of everything.
    Grand,
}

/// What is made of the groups.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Shape {
    pub(in super::super) having: Vec<ResultPredicate>,
    pub(in super::super) order_by: Vec<ResultOrder>,
    pub(in super::super) totals: Totals,
    pub(in super::super) fill_gaps: bool,
}

impl Shape {
    /// Leaves out what does not fulfil the conditions, and sorts; where an order is asked for,
    /// totals stand at the end.
    pub(super) fn apply(&self, nodes: &mut Vec<ResultNode>) {
        let holds = |node: &ResultNode| self.having.iter().all(|predicate| predicate.holds(node));
        nodes.retain(|node| node.total != TotalKind::None || holds(node));
        nodes.sort_by(|left, right| left.order().cmp(&right.order()));
        if self.order_by.is_empty() {
            return;
        }
        nodes.sort_by(|left, right| {
            let by = |order: &ResultOrder| compare(*order, left, right);
            let first = self.order_by.iter().map(by).find(|order| order.is_ne());
            left.total.cmp(&right.total).then(first.unwrap_or(Ordering::Equal))
        });
    }
}

fn compare(order: ResultOrder, left: &ResultNode, right: &ResultNode) -> Ordering {
    let share = |node: &ResultNode| node.percent().unwrap_or_default();
    match order {
        ResultOrder::CountAsc => left.figure.count.cmp(&right.figure.count),
        ResultOrder::CountDesc => right.figure.count.cmp(&left.figure.count),
        ResultOrder::ShareAsc => share(left).total_cmp(&share(right)),
        ResultOrder::ShareDesc => share(right).total_cmp(&share(left)),
        ResultOrder::CampaignAsc => left.round().cmp(&right.round()),
        ResultOrder::CampaignDesc => right.round().cmp(&left.round()),
        ResultOrder::BranchAsc => left.branch_name().cmp(&right.branch_name()),
        ResultOrder::BranchDesc => right.branch_name().cmp(&left.branch_name()),
        ResultOrder::RatingAsc => left.rank().cmp(&right.rank()),
        ResultOrder::RatingDesc => right.rank().cmp(&left.rank()),
    }
}
