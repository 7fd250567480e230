//! Undoing imports: what other workbooks state stays, in whatever order.

use insta::assert_snapshot;

use crate::support::{Hub, lines, on_both, sample, text};

const FACTS: &str = "{
  members(first: 500) { nodes { name birthDate sex admittedOn officialOn identifiers { value } } }
  enrolments(first: 500) { nodes { campaign { code } branch { path } member { name } position probationary reason
    evaluations { stage deciding rating { code } } sources { workbook sheet row } } }
  branches(first: 500) { nodes { name kind code } }
  placements(first: 500) { nodes { campaign { code } parent { name } branch { name } } }
  branchEvaluations(first: 500) { nodes { campaign { code } branch { name } stage rating { code } exemplary } }
  reportedResults(first: 500) { nodes { branch { name } measure rating { code } count percent } }
  commendations(first: 500) { nodes { branch { name } member { name } award } }
  indicatorResults(first: 500) { nodes { branch { name } indicator { code } target actual percent } }
  results(of: MEMBERS, groupBy: [{ campaign: true }, { rating: true }]) { nodes { key { campaign { code } rating { code } } count source } }
}";

/// All facts and results as sorted lines, without ids.
fn facts(hub: &Hub) -> String {
    let answer = hub.ask(FACTS);
    let mut all: Vec<String> = Vec::new();
    for (kind, nodes) in answer.as_object().unwrap() {
        all.extend(lines(&nodes["nodes"]).lines().map(|line| format!("{kind}: {line}")));
    }
    all.sort();
    all.join("\n")
}

fn book(name: &str) -> std::path::PathBuf {
    match name {
        "quan9_2019_ket_qua.xlsx" => sample(name),
        _ => sample("samples").join(name),
    }
}

fn revert(hub: &Hub, id: &str) -> String {
    let output = hub.run(&["imports", "revert", id]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Whatever is reverted, the facts are those that the other workbooks alone would give.
#[test]
fn a_reverted_import_leaves_what_others_state() {
    on_both(|hub| {
        hub.import(&[book("an_lac_thon_2018.xls")]);
        let first_alone = facts(hub);
        hub.import(&[book("an_lac_thon_2019.ods"), book("quan9_2019_ket_qua.xlsx")]);
        let all = facts(hub);
        let dry = hub.run(&["imports", "revert", "Import:2", "--dry-run"]);
        assert!(text(&dry.stdout).contains("nothing was written"));
        assert_eq!(facts(hub), all);
        revert(hub, "3");
        revert(hub, "2");
        assert_eq!(facts(hub), first_alone);
        hub.import(&[book("an_lac_thon_2019.ods"), book("quan9_2019_ket_qua.xlsx")]);
        assert_eq!(facts(hub), all);
        // The earliest first, and its content may come in again.
        revert(hub, "1");
        hub.import(&[book("an_lac_thon_2018.xls")]);
        for id in ["4", "6", "5"] {
            revert(hub, id);
        }
        assert_eq!(facts(hub), "");
    });
}

#[test]
fn what_is_not_applied_is_not_reverted() {
    let said = on_both(|hub| {
        hub.import(&[book("an_lac_thon_2018.xls")]);
        let mut said = revert(hub, "1");
        for id in ["1", "7", "first"] {
            let output = hub.run(&["imports", "revert", id]);
            said += if output.status.code() == Some(1) { "1 " } else { "2 " };
            said += &text(&output.stderr);
        }

        said
    });
    assert_snapshot!(said, @r"
    Import:1 is reverted
      changed  branches -7, enrolments -54, member evaluations -54, members -54, placements -7
    1 error: import 1 is reverted: only an applied import can be reverted
    1 error: there is no import 7
    2 error: `first` is no import; expected its number, such as 3 or Import:3
    ");
}
