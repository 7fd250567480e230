//! An import that dies at any moment leaves all or nothing, and two at once wait for one another.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::support::{Hub, evalhub, on_both, sample, text};

/// How often the import is killed on each back end; `KILLS=200` kills more often.
const KILLS: usize = 12;

/// What an import says that it is doing, in the order in which it does.
const PHASES: [&str; 7] =
    ["read", "records", "branches", "members", "figures", "tallies", "commit"];

fn start(hub: &Hub, arguments: &[&str]) -> Child {
    let mut command: Command = evalhub();
    command
        .args(arguments)
        .args(["--database", hub.database()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The number of facts of each kind.
fn facts(hub: &Hub) -> String {
    hub.ask(
        "{ members { totalCount } enrolments { totalCount } memberEvaluations { totalCount } \
         branches { totalCount } reportedResults { totalCount } imports { totalCount } }",
    )
    .to_string()
}

#[test]
fn a_killed_import_leaves_all_or_nothing() {
    let kills =
        std::env::var_os("KILLS").map_or(KILLS, |text| text.to_string_lossy().parse().unwrap());
    let report = on_both(|hub| {
        let book = sample("quan9_2019_ket_qua.xlsx").display().to_string();
        hub.import(&[sample("tong_hop_chi_bo_2018.xls")]);
        let mut nothing = facts(hub);
        let mut phases = vec![0; PHASES.len()];
        for kill in 0..kills {
            let phase = kill % PHASES.len();
            let mut import = start(hub, &["import", &book, "--verbose"]);
            let mut lines = BufReader::new(import.stderr.take().unwrap()).lines();
            let reached = lines.by_ref().any(|line| line.unwrap().ends_with(PHASES[phase]));
            // Not always at the very beginning of the phase.
            thread::sleep(std::time::Duration::from_micros(
                u64::try_from(kill * 137 % 3_000).unwrap(),
            ));
            import.kill().unwrap();
            import.wait().unwrap();
            phases[phase] += 1;
            let after = facts(hub);
            // A server may end the transaction of a client that is gone already.
            assert!(reached || after != nothing, "the import never came to {}", PHASES[phase]);
            if after != nothing {
                // It was done when it was killed: all of it is there, and can be taken back.
                assert!(after.contains("\"members\":{\"totalCount\":98"), "{after}");
                let imports = hub.ask("{ imports(first: 1000) { nodes { id status } } }");
                let nodes = imports["imports"]["nodes"].as_array().unwrap().clone();
                let last = nodes.iter().rfind(|node| node["status"] == "APPLIED").unwrap();
                let id = last["id"].as_str().unwrap().to_owned();
                assert!(hub.run(&["imports", "revert", &id]).status.success());
                let count = format!("\"imports\":{{\"totalCount\":{}}}", nodes.len());
                let before = format!("\"imports\":{{\"totalCount\":{}}}", nodes.len() - 1);
                nothing = nothing.replace(&before, &count);
                assert_eq!(facts(hub), nothing);
            }
            let said = hub.run(&["check", "--tallies"]);
            assert!(
                text(&said.stdout).contains("are what the ledger says"),
                "{}",
                text(&said.stdout)
            );
        }
        phases
    });
    let said: Vec<String> =
        PHASES.iter().zip(report).map(|(phase, count)| format!("{phase} {count}")).collect();
    let said = format!("NOTE: {kills} imports were killed on each back end: {}\n", said.join(", "));
    std::io::stderr().write_all(said.as_bytes()).unwrap();
}

#[test]
fn imports_at_once_wait_for_one_another() {
    on_both(|hub| {
        let books = [
            sample("quan9_2019_ket_qua.xlsx"),
            sample("ds_dv_2021_mot_cot.xlsx"),
            sample("tong_hop_chi_bo_2018.xls"),
            sample("quan9_2019_ket_qua.xlsx"),
        ];
        // The tables are made first: what is tried here is the ledger.
        hub.create();
        let imports: Vec<Child> =
            books.iter().map(|book| start(hub, &["import", &book.display().to_string()])).collect();
        for import in imports {
            let output = import.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", text(&output.stderr));
        }
        let answer = hub.ask("{ imports { totalCount } }");
        assert_eq!(answer["imports"]["totalCount"], 3, "the same workbook went in once");
        let said = hub.run(&["check", "--tallies"]);
        assert!(text(&said.stdout).contains("are what the ledger says"));
    });
}
