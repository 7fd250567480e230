//! `evalhub serve`: the API and its query page over HTTP.

use std::net::TcpListener;

use anyhow::Context;
use evalhub_import::Vocabulary;

use super::{DatabaseArgument, Stop};
use crate::db::Database;
use crate::http;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(flatten)]
    listen: ListenArgument,
}

/// Where the server listens.
#[derive(Debug, clap::Args)]
pub(super) struct ListenArgument {
    /// The address to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(super) listen: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let database = Database::open(&arguments.database.database, &Vocabulary::bundled())?;
    serve(database, &arguments.listen)
}

/// Serves until the process is told to stop.
pub(super) fn serve(database: Database, listen: &ListenArgument) -> Result<(), Stop> {
    let listener = TcpListener::bind(&listen.listen)
        .with_context(|| format!("cannot listen on `{}`", listen.listen))?;
    let address = listener.local_addr()?;
    crate::log(&format!(
        "the query page is at http://{address}/ and the API at http://{address}/graphql; stop with Ctrl-C"
    ));
    Ok(http::serve(database, listener)?)
}
