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

/// The examples in the order in which they are shown.
pub(crate) const ALL: [Example; 6] = [
    SHARES,
    example!("Results of each branch, with the share of the top rating", "branches"),
    example!("Exemplary branches, commendations and recruitment", "honours"),
    example!("Printed figures that are doubted, with the cell", "doubts"),
    example!("The trend of a commune over two years, as printed", "trend"),
    example!("Who was not rated, and why, with the source cell", "not_rated"),
];
