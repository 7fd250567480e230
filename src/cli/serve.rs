//! `evalhub serve`: the API and its query page over HTTP.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::Context;
use evalhub_import::Vocabulary;

use super::{DatabaseArgument, Stop};
use crate::db::Database;
use crate::graphql::{Allowed, Persisted, Service};
use crate::http;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(flatten)]
    listen: ListenArgument,
    /// Answer no queries but those of a file or folder: .graphql documents, or a .json manifest of
    /// documents by hash
    #[arg(long, value_name = "PATH")]
    queries: Option<PathBuf>,
    /// Reckon every answer anew, instead of keeping answers until the data change
    #[arg(long)]
    no_cache: bool,
    /// Refuse every change: mutations, uploads among them
    #[arg(long)]
    read_only: bool,
}

/// Where the server listens.
#[derive(Debug, clap::Args)]
pub(super) struct ListenArgument {
    /// The address to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(super) listen: String,
    /// A name of this machine that requests may be for, besides localhost and addresses; needed
    /// behind a proxy that passes its own name on. May be given several times
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let persisted = match &arguments.queries {
        Some(path) => Persisted::only(allowed(path)?),
        None => Persisted::default(),
    };
    let database = Database::open(&arguments.database.database, &Vocabulary::bundled())?;
    let service = Service::for_network(database, persisted);
    let service = if arguments.no_cache { service } else { service.keeping_answers() };
    let service = if arguments.read_only { service.refusing_changes() } else { service };
    serve(service, &arguments.listen)
}

/// The documents of a file, or of the files of a folder.
fn allowed(path: &Path) -> Result<Allowed, Stop> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = std::fs::read_dir(path)
            .with_context(|| format!("cannot open the folder `{}`", path.display()))?;
        files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    }
    let mut allowed = Allowed::default();
    for file in files {
        let kind = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let read = || {
            std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read the queries in `{}`", file.display()))
        };
        match kind {
            "graphql" | "gql" => allowed.add(&read()?),
            "json" => {
                let manifest: HashMap<String, String> =
                    serde_json::from_str(&read()?).map_err(|error| {
                        let file = file.display();
                        Stop::Usage(format!("`{file}` is no JSON object of documents: {error}"))
                    })?;
                for (name, document) in &manifest {
                    allowed.add_as(name, document);
                }
            }
            _ => {}
        }
    }
    if allowed.is_empty() {
        let path = path.display();
        return Err(Stop::Usage(format!("there is no query (.graphql, .json) in `{path}`")));
    }
    Ok(allowed)
}

/// Serves until the process is told to stop.
pub(super) fn serve(service: Service, listen: &ListenArgument) -> Result<(), Stop> {
    let listener = TcpListener::bind(&listen.listen)
        .with_context(|| format!("cannot listen on `{}`", listen.listen))?;
    let address = listener.local_addr()?;
    crate::log(&format!(
        "the query page is at http://{address}/ and the API at http://{address}/graphql; stop with Ctrl-C"
    ));
    Ok(http::serve(service, listener, listen.hosts.clone())?)
}
