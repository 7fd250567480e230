//! What the README says is true.

use std::fmt::Write;
use std::path::Path;

use crate::support::{evalhub, text};

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn the_table_of_diagnostics_is_whole() {
    let mut table = String::from("| code | severity | meaning |\n| --- | --- | --- |\n");
    for code in evalhub_import::Code::ALL {
        let severity = code.severity().name().to_lowercase();
        writeln!(table, "| `{}` | {severity} | {} |", code.name(), code.meaning()).unwrap();
    }
    assert!(readme().contains(&table), "put this table into the README:\n{table}");
}

#[test]
fn every_command_is_described() {
    let help = text(&evalhub().arg("--help").output().unwrap().stdout);
    let commands = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    for command in
        commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help")
    {
        assert!(
            readme().contains(&format!("`evalhub {command}")),
            "the README does not tell of `evalhub {command}`"
        );
    }
}

#[test]
fn the_queries_of_the_readme_answer() {
    let readme = readme();
    let queries: Vec<&str> = readme
        .split("```graphql\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(!queries.is_empty());
    let hub = crate::support::Hub::sqlite();
    let output = hub.run(&["demo", "--no-serve"]);
    assert!(output.status.success());
    for query in queries {
        hub.ask(query);
    }
}
