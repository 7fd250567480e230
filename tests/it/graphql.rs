//! The API: the schema as a checked file, pages, errors, the examples.

use std::path::Path;

use crate::support::{evalhub, on_both, sample, text};

#[test]
fn the_schema_is_the_checked_file() {
    let output = evalhub().arg("schema").output().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/graphql/schema.graphql");
    if std::env::var_os("EVALHUB_UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &output.stdout).unwrap();
    }
    let checked = std::fs::read_to_string(&path).unwrap();
    assert!(
        text(&output.stdout) == checked,
        "the schema differs from {}; look at the difference, then run the test with EVALHUB_UPDATE_SCHEMA=1",
        path.display()
    );
}

#[test]
fn pages_meet_without_gap_or_overlap() {
    on_both(|hub| {
        hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        for list in [
            "members",
            "enrolments",
            "branches",
            "reportedResults",
            "campaigns",
            "diagnostics",
            "placements",
        ] {
            let whole =
                hub.ask(&format!("{{ {list}(first: 1000) {{ totalCount nodes {{ id }} }} }}"));
            let wanted: Vec<String> = ids(&whole[list]);
            assert_eq!(whole[list]["totalCount"], wanted.len());
            let mut found = Vec::new();
            let mut after = "null".to_owned();
            loop {
                let page = hub.ask(&format!("{{ {list}(first: 40, after: {after}) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"));
                found.extend(ids(&page[list]));
                if page[list]["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = page[list]["pageInfo"]["endCursor"].to_string();
            }
            assert_eq!(found, wanted, "{list}");
        }
    });
}

fn ids(connection: &serde_json::Value) -> Vec<String> {
    connection["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn bad_arguments_are_named() {
    on_both(|hub| {
        hub.import(&[sample("ds_dv_2021_mot_cot.xlsx")]);
        let cursor = hub.ask("{ members(first: 1) { pageInfo { endCursor } } }")["members"]["pageInfo"]["endCursor"].to_string();
        for (query, expected) in [
            (
                format!("{{ enrolments(after: {cursor}) {{ nodes {{ id }} }} }}"),
                "no cursor of this list",
            ),
            ("{ members(first: 100000) { nodes { id } } }".to_owned(), "expected 0 to 1000"),
            ("{ branch(id: \"Member:1\") { name } }".to_owned(), "is no id of a Branch"),
            (
                "{ members(where: { name: { eq: null } }) { nodes { id } } }".to_owned(),
                "a null in a filter",
            ),
            (
                "{ results(of: MEMBERS, groupBy: [{ rating: false }]) { nodes { count } } }"
                    .to_owned(),
                "a group key is `false`",
            ),
        ] {
            let output = hub.run(&["query", &query]);
            let answer = text(&output.stdout);
            assert!(answer.contains(expected) && answer.contains("BAD_ARGUMENT"), "{answer}");
        }
    });
}

#[test]
fn every_example_answers_alike_on_both_back_ends() {
    on_both(|hub| {
        hub.import(
            &["quan9_2019_ket_qua.xlsx", "ds_dv_2021_mot_cot.xlsx", "tong_hop_chi_bo_2018.xls"]
                .map(sample),
        );
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/examples");
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let mut answers = Vec::new();
        for path in paths {
            let answer = hub.ask(&std::fs::read_to_string(&path).unwrap());
            let filled = answer
                .as_object()
                .unwrap()
                .values()
                .all(|list| !list["nodes"].as_array().unwrap().is_empty());
            assert!(filled, "{} answers with nothing", path.display());
            answers.push(answer.to_string());
        }
        answers
    });
}
