//! The command line: exit statuses, and messages that say what to do.

use insta::assert_snapshot;

use crate::support::{Hub, evalhub, on_both, sample, text};

/// Exit status and standard error.
fn said(arguments: &[&str]) -> String {
    let output = evalhub().args(arguments).output().unwrap();
    format!("{}: {}", output.status.code().unwrap(), text(&output.stderr).trim_end())
}

#[test]
fn usage_is_status_two() {
    assert!(
        said(&["import"])
            .starts_with("2: error: the following required arguments were not provided")
    );
    assert!(said(&["frobnicate"]).starts_with("2: error: unrecognized subcommand"));
    assert_snapshot!(said(&["inspect", "x.xlsx", "--campaign", "soon"]), @"2: error: `soon` is no campaign; expected a code such as 2019, 2026-Q3 or 2012-13");
    let hub = Hub::sqlite();
    let folder = hub.path("empty");
    std::fs::create_dir(&folder).unwrap();
    assert!(
        said(&["inspect", &folder.display().to_string()])
            .starts_with("2: error: there is no workbook in")
    );
}

/// A database whose tables another version made is refused with what to do, and left as it is.
#[test]
fn a_database_of_another_version_is_refused() {
    on_both(|hub| {
        hub.create();
        hub.execute(
            "INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('20200101000001', '2020-01-01 00:00:00')",
        );
        let output = hub.run(&["query", "{ campaigns { nodes { code } } }"]);
        assert_eq!(output.status.code(), Some(3));
        let said = text(&output.stderr);
        assert!(
            said.contains("was made by another version of evalhub; import the workbooks"),
            "{said}"
        );
    });
}

#[test]
fn the_outside_world_is_status_three() {
    assert_snapshot!(said(&["inspect", "no/such/file.xlsx"]), @"3: error: cannot read the file `no/such/file.xlsx`: No such file or directory (os error 2)");
    assert_snapshot!(said(&["query", "{ campaigns { nodes { code } } }", "--database", "mysql://host/db"]), @"3: error: `mysql://` is no database that is known; expected a path or a `postgres://` URL");
    let unreachable = said(&[
        "query",
        "{ __typename }",
        "--database",
        "postgres://nobody:secret@127.0.0.1:1/none",
    ]);
    assert!(
        unreachable
            .starts_with("3: error: cannot open the database `postgres://…@127.0.0.1:1/none`"),
        "{unreachable}"
    );
    assert!(!unreachable.contains("secret"));
}

/// One file that cannot be read is refused by itself; the others of its folder go in.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_keeps_no_other_out() {
    on_both(|hub| {
        let folder = hub.path("folder");
        std::fs::create_dir_all(folder.join("below")).unwrap();
        std::fs::copy(sample("quan9_2019_ket_qua.xlsx"), folder.join("a.xlsx")).unwrap();
        std::os::unix::fs::symlink("nowhere.xlsx", folder.join("b.xlsx")).unwrap();
        std::os::unix::fs::symlink("a.xlsx", folder.join("c.xlsx")).unwrap();
        std::os::unix::fs::symlink("..", folder.join("below").join("up")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(folder.join("d.xlsx")).status();
        assert!(pipe.unwrap().success());
        let output = hub.run(&["import", &folder.display().to_string()]);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stdout);
        assert!(said.contains("b.xlsx: refused"), "{said}");
        assert!(said.contains("is a device or a pipe"), "{said}");
        assert!(said.ends_with("1 workbook imported, 2 workbooks refused\n"), "{said}");
    });
}

#[test]
fn a_query_with_errors_is_status_one() {
    let answer = on_both(|hub| {
        hub.create();
        let output = hub.run(&["query", "{ nothing }"]);
        assert_eq!(output.status.code(), Some(1));
        text(&output.stdout)
    });
    assert!(answer.contains("errors"), "{answer}");
}

#[test]
fn json_is_for_programs() {
    let (workbook, status, code) = on_both(|hub| {
        let output = hub.run(&[
            "import",
            &sample("quan9_2019_ket_qua.xlsx").display().to_string(),
            "--format",
            "json",
        ]);
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let import = summary["imports"][0].clone();
        (
            import["workbook"].clone(),
            import["status"].clone(),
            import["diagnostics"][0]["code"].clone(),
        )
    });
    assert_eq!(
        (workbook, status, code),
        ("quan9_2019_ket_qua.xlsx".into(), "APPLIED".into(), "suspect-count".into())
    );
}

#[test]
fn folders_are_read_and_lock_files_are_not() {
    let hub = Hub::sqlite();
    let folder = hub.path("in/deeper");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(sample("ds_dv_2021_mot_cot.xlsx"), folder.join("a.xlsx")).unwrap();
    std::fs::write(folder.join("~$a.xlsx"), "lock").unwrap();
    std::fs::write(folder.join("notes.txt"), "notes").unwrap();
    let summary = hub.import(&[hub.path("in")]);
    assert!(summary.ends_with("1 workbook imported\n"), "{summary}");
}

#[test]
fn the_demo_prints_the_results() {
    let shown = on_both(|hub| {
        let output = hub.run(&["demo", "--no-serve"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let shown = text(&output.stdout);
        let again = hub.run(&["demo", "--no-serve"]);
        assert!(text(&again.stdout).contains("3 workbooks already imported"));
        let lines = shown.lines().skip_while(|line| !line.starts_with("District 9")).take(10);
        lines.collect::<Vec<_>>().join("\n")
    });
    assert_snapshot!(shown, @r"
    District 9, campaign 2019

      members
        Hoàn thành xuất sắc nhiệm vụ     13   13.3 %
        Hoàn thành tốt nhiệm vụ          84   85.7 %
        Hoàn thành nhiệm vụ               1    1.0 %

      branches
        Hoàn thành xuất sắc nhiệm vụ      2   15.4 %
        Hoàn thành tốt nhiệm vụ          11   84.6 %
    ");
}

/// An answer as a table on the terminal, and as a workbook whose numbers and dates are typed.
#[test]
fn answers_are_written_as_tables() {
    use calamine::{Data, Reader, Xlsx};
    let hub = Hub::sqlite();
    hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
    let query = "{ results(of: MEMBERS, groupBy: [{ rating: true }]) { nodes { key { rating { code } } count } } }";
    let output = hub.run(&["query", query, "--format", "table"]);
    assert_eq!(
        text(&output.stdout).lines().take(3).collect::<Vec<_>>(),
        ["key.rating.code  count", "---------------  -----", "HTXSNV              13"]
    );
    let query = "{ members(where: { name: { eq: \"Nobody\" } }) { nodes { ...Shown } } } \
                 fragment Shown on Member { birthDate called: name enrolments { branch { name } } }";
    let output = hub.run(&["query", query, "--format", "csv"]);
    assert_eq!(text(&output.stdout), "\u{feff}birthDate,called,enrolments.branch.name\r\n");
    let query = "query($n: Int) { members(first: $n) { nodes { name } } }";
    let output = hub.run(&["query", query, "--variables", "{\"n\": 2}", "--format", "csv"]);
    assert_eq!(text(&output.stdout).lines().count(), 3, "{}", text(&output.stdout));
    let book = hub.path("members.xlsx");
    let query = "{ members(first: 3) { nodes { name birthDate identifiers { value } enrolments { branch { name } } } } }";
    let output =
        hub.run(&["query", query, "--format", "xlsx", "--output", &book.display().to_string()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut book: Xlsx<_> = calamine::open_workbook(book).unwrap();
    let cells = book.worksheet_range("members").unwrap();
    assert_eq!(cells.get_value((0, 1)), Some(&Data::String("birthDate".to_owned())));
    assert!(
        matches!(cells.get_value((1, 1)), Some(Data::DateTime(_))),
        "{:?}",
        cells.get_value((1, 1))
    );
    assert!(matches!(cells.get_value((1, 0)), Some(Data::String(_))));
}
