//! What the README says is true.

use std::fmt::Write;
use std::path::Path;

use insta::assert_snapshot;

use crate::support::{Hub, evalhub, lines, text, write_workbook};

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

/// Each file that the map and the guide to the importer name is there.
#[test]
fn the_map_names_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["ARCHITECTURE.md", "import/README.md"] {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        let quoted = text.split('`').skip(1).step_by(2);
        let is_source = |name: &&str| Path::new(name).extension().is_some_and(|end| end == "rs");
        let files = quoted.filter(|name| name.contains('/') && !name.contains([' ', '*']));
        let files = files.filter(is_source);
        let missing: Vec<&str> = files
            .filter(|name| {
                let folder = Path::new(page).parent().unwrap();
                !root.join(name).is_file() && !root.join(folder).join(name).is_file()
            })
            .collect();
        assert!(missing.is_empty(), "{page} names files that are not there: {missing:?}");
    }
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
    let hub = Hub::sqlite();
    let output = hub.run(&["demo", "--no-serve"]);
    assert!(output.status.success());
    for query in queries {
        hub.ask(query);
    }
}

/// The profile of the README reads a workbook of its kind, and tells of one that is of another.
#[test]
fn the_profile_of_the_readme_reads() {
    let readme = readme();
    let profile = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(profile.lines().count() <= 40);
    let hub = Hub::sqlite();
    let path = hub.path("florida.toml");
    std::fs::write(&path, profile).unwrap();
    let book = hub.path("book.xlsx");
    let groups = ["", "", "Highly Effective", "Effective", "Needs Improvement", "Developing"];
    let rows: [&[&str]; 7] = [
        &["Florida, school year 2013-14"],
        &[groups[0], groups[1], groups[2], groups[3], groups[4], groups[5], "Unsatisfactory"],
        &["District #", "District Name", "#", "#", "#", "#", "#", "Total", "Not Evaluated"],
        &["01", "Alachua", "10", "20", "2", "3", "-", "38", "3"],
        &["02", "Baker", "**", "7", "**", "1", "0", "<10", "N/A"],
        &["", "STATE TOTAL", "10", "27", "2", "4", "0", "48", "3"],
        &["* withheld"],
    ];
    write_workbook(&book, "Classroom Teachers", &rows);
    let run = |book: &Path| {
        let book = book.display().to_string();
        hub.run(&["import", &book, "--profile", &path.display().to_string()])
    };
    hub.create();
    let schemes = hub.ask("{ ratingSchemes { code } }");
    let output = run(&book);
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert_ne!(hub.ask("{ ratingSchemes { code } }"), schemes, "the scale is one of its own");
    let read = hub.ask(
        "{ reportedResults { nodes { branch { name code } campaign { code } measure rating { code } count provenance { cell raw } } } }",
    );
    assert_snapshot!(lines(&read["reportedResults"]["nodes"]), @r"
    Alachua | 1 | 2013-14 | RATING | HIGHLY_EFFECTIVE | 10 | C4 | 10
    Alachua | 1 | 2013-14 | RATING | EFFECTIVE | 20 | D4 | 20
    Alachua | 1 | 2013-14 | RATING | NEEDS_IMPROVEMENT | 5 | E4 | 2 + 3
    Alachua | 1 | 2013-14 | RATING | UNSATISFACTORY | 0 | G4 | -
    Alachua | 1 | 2013-14 | ON_ROLL | – | 38 | H4 | 38
    Alachua | 1 | 2013-14 | NOT_YET_RATED | – | 3 | I4 | 3
    Baker | 2 | 2013-14 | RATING | EFFECTIVE | 7 | D5 | 7
    Baker | 2 | 2013-14 | RATING | UNSATISFACTORY | 0 | G5 | 0
    ");
    assert!(hub.run(&["imports", "revert", "1"]).status.success());
    assert_eq!(hub.ask("{ ratingSchemes { code } }"), schemes, "nobody is rated by it any more");
    let other = hub.path("other.xlsx");
    write_workbook(&other, "Classroom", &[&["District Name", "Total"], &["Alachua", "38"]]);
    let output = run(&other);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.contains("no column is headed `District #`"), "{said}");
}
