//! `evalhub schema`: the GraphQL schema in the definition language.

use super::Stop;
use super::output::print;
use crate::graphql;

pub(super) fn run() -> Result<(), Stop> {
    Ok(print(&graphql::sdl())?)
}
