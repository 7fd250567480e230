//! Example queries for the demo, the query page and the README; a test runs each.

/// A question and the query that answers it.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Example {
    pub(crate) title: &'static str,
    pub(crate) query: &'static str,
}

macro_rules! example {
    ($title:literal, $file:literal) => {
        Example { title: $title, query: include_str!(concat!("examples/", $file, ".graphql")) }
    };
}

/// The shares of each rating in District 9's campaign of 2019.
pub(crate) const SHARES: Example =
    example!("Shares of each rating, members and branches, 2019", "shares");

/// Twelve questions that reports ask, in the order in which they are shown.
pub(crate) const ALL: [Example; 12] = [
    SHARES,
    example!("The trend of a commune over two years, as printed, against the year before", "trend"),
    example!("The share of the top rating in each branch, the highest first", "branches"),
    example!("Branches below a target: fewer than 12 % with the top rating", "below_target"),
    example!("The quotas of the top rating, with their headroom", "quotas"),
    example!("Who moved from which rating to which, and who lost the top one", "moved"),
    example!("What is printed against what is counted, with the likely culprit", "printed"),
    example!("Printed figures that are doubted, with the cell", "doubts"),
    example!("Who was not rated, and why, with the source cell", "not_rated"),
    example!("The rated by age, with the average", "age"),
    example!("Exemplary branches, commendations and recruitment", "honours"),
    example!("One person through the years, with the cell of each rating", "person"),
];
