//! `evalhub demo`: the bundled samples imported, their results printed, the API served.

use std::fmt::Write;

use evalhub_import::{Options as ReadingOptions, Vocabulary, read};

use super::Stop;
use super::import::text;
use super::output::{Language, print};
use super::query::answer;
use super::serve::{ListenArgument, serve};
use crate::db::Database;
use crate::examples;
use crate::graphql::{Persisted, Request, Service};
use crate::ledger::{self, Candidate, Mode, Options, Replaces, Said};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A path to a SQLite file, or a postgres:// URL
    #[arg(long, value_name = "URL", default_value = "evalhub-demo.db")]
    database: String,
    /// Print the results and end, without serving the API
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    listen: ListenArgument,
}

macro_rules! samples {
    ($($name:literal)*) => { [$(($name, include_bytes!(concat!("../../tests/workbooks/", $name)).as_slice())),*] };
}

const SAMPLES: [(&str, &[u8]); 3] =
    samples!["quan9_2019_ket_qua.xlsx" "ds_dv_2021_mot_cot.xlsx" "tong_hop_chi_bo_2018.xls"];

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let vocabulary = Vocabulary::bundled();
    let database = Database::open_or_create(&arguments.database, &vocabulary)?;
    let mut candidates: Vec<Candidate> = SAMPLES
        .iter()
        .map(|(name, bytes)| {
            let reading = read(bytes, name, &ReadingOptions::default(), &vocabulary);
            Candidate::new((*name).to_owned(), bytes.to_vec(), reading, Said::default())
        })
        .collect();
    let options = Options {
        mode: Mode::Apply,
        skip_invalid_rows: false,
        strict: false,
        keep_workbooks: false,
        replaces: Replaces::Recognised,
        now: jiff::Timestamp::now().to_string(),
    };
    let outcomes = ledger::import(&database, &mut candidates, &options, &mut |_, _| {})?;
    print(&format!(
        "The sample workbooks, into {}\n\n{}\n",
        database.shown(),
        text(&candidates, &outcomes, Language::chosen(None))
    ))?;
    print(&results(&database)?)?;
    print("\nExamples (they are on the query page too)\n")?;
    for example in examples::ALL {
        let query = example.query.trim_end().replace('\n', "\n    ");
        print(&format!("\n  {}\n    {query}\n", example.title))?;
    }
    if arguments.no_serve {
        return Ok(());
    }
    serve(Service::for_network(database, Persisted::default()), &arguments.listen)
}

/// The results of District 9's campaign of 2019, as its report prints them.
fn results(database: &Database) -> Result<String, Stop> {
    let request = Request { query: Some(examples::SHARES.query.to_owned()), ..Request::default() };
    let answer: serde_json::Value = serde_json::from_str(&answer(database, request)?.json)?;
    let mut text = "District 9, campaign 2019\n".to_owned();
    for (field, title) in [("members", "members"), ("branches", "branches")] {
        let Some(nodes) = answer["data"][field]["nodes"].as_array() else { continue };
        let _ = writeln!(text, "\n  {title}");
        for node in nodes {
            let label = node["key"]["rating"]["label"].as_str().unwrap_or_default();
            let percent = node["share"]["percent"].as_str().unwrap_or_default();
            let _ = writeln!(
                text,
                "    {label:<30} {:>4} {percent:>6} %",
                node["count"].as_i64().unwrap_or_default()
            );
        }
    }
    Ok(text)
}
