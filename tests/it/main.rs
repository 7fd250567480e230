//! Tests of the whole: the binary on both back ends, in one test program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod abuse;
mod answer;
mod cli;
mod crash;
mod graphql;
mod history;
mod http;
mod import;
mod layers;
mod ledger;
mod lists;
mod meant;
mod readme;
mod register;
mod results;
mod status;
mod support;
mod workbooks;
