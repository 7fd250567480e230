//! What the reader asks about columns, and what becomes of the answers.

use insta::assert_snapshot;

use crate::support::{Hub, evalhub, lines, on_both, sample, text, write_workbook};

/// Two lists of one layout with a rating whose heading nobody knows: one answer is enough for both, the
/// workbooks are read again, and the next one is read so at once.
#[test]
fn an_answer_holds_for_all_of_a_layout() {
    let found = on_both(|hub| {
        let list = |file: &str, branch: &str, people: [&str; 2]| {
            let path = hub.path(file);
            write_workbook(
                &path,
                "DS",
                &[
                    &["ĐẢNG ỦY XÃ TÂN LẠC"],
                    &[branch],
                    &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2022"],
                    &["TT", "Họ và tên", "Zyxq", "Đảng ủy xếp loại"],
                    &["1", people[0], "HTTNV", "HTXSNV"],
                    &["2", people[1], "HTTNV", "HTTNV"],
                ],
            );
            path.to_string_lossy().into_owned()
        };
        let first = list("a.xlsx", "Chi bộ thôn Đông", ["Lê Văn An", "Trần Thị Bích"]);
        let second = list("b.xlsx", "Chi bộ thôn Đoài", ["Phạm Văn Cường", "Vũ Thị Dung"]);
        let third = list("c.xlsx", "Chi bộ thôn Nam", ["Đỗ Văn Em", "Bùi Thị Gấm"]);
        assert!(hub.run(&["import", &first, &second, "--keep-workbooks"]).status.success());
        let asked = hub.ask(
            r#"{ diagnostics(where: { code: { eq: "question" } }) { nodes { id workbook sheet cell range readings { field } profileLine } } }"#,
        );
        let nodes = asked["diagnostics"]["nodes"].as_array().unwrap().clone();
        assert_eq!(nodes.len(), 2);
        let listed = text(&hub.run(&["answer"]).stdout);
        assert!(listed.contains("and 1 other table laid out alike"), "{listed}");
        let id = nodes[0]["id"].as_str().unwrap();
        let wrong = hub.run(&["answer", id, "colour"]);
        assert_eq!(wrong.status.code(), Some(1), "{}", text(&wrong.stderr));
        assert!(hub.run(&["answer", id, "rating self"]).status.success());
        assert_eq!(text(&hub.run(&["answer"]).stdout), "no question is open\n");
        let again = text(&hub.run(&["imports", "reread", "--all"]).stdout);
        assert_eq!(again.matches("nothing changed").count(), 2, "{again}");
        assert!(hub.run(&["import", &third]).status.success());
        let evaluations = hub.ask(
            r"{ memberEvaluations(where: { stage: { eq: SELF } }, orderBy: [ID_ASC], first: 20) { nodes { member { name } rating { code } } } }",
        );
        let range = format!("{} {}", nodes[0]["range"], nodes[0]["profileLine"]);
        format!("{range}\n{}", lines(&evaluations["memberEvaluations"]["nodes"]))
    });
    assert_snapshot!(found, @r#"
    "C5:C6" "\"Zyxq\" = \"rating\""
    Lê Văn An | HTTNV
    Trần Thị Bích | HTTNV
    Phạm Văn Cường | HTTNV
    Vũ Thị Dung | HTTNV
    Đỗ Văn Em | HTTNV
    Bùi Thị Gấm | HTTNV
    "#);
}

/// The picture of a workbook has its sheets as they are, behind a key to the colours.
#[test]
fn a_picture_shows_how_a_workbook_was_read() {
    let hub = Hub::sqlite();
    let path = hub.path("picture.xlsx");
    let shown = path.to_string_lossy().into_owned();
    let sample = sample("quan9_2019_ket_qua.xlsx");
    let output = evalhub().args(["inspect", "--picture", &shown]).arg(&sample).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let picture = std::fs::read(&path).unwrap();
    let vocabulary = evalhub_import::Vocabulary::bundled();
    let options = evalhub_import::Options::default();
    let of = |bytes: &[u8]| evalhub_import::read(bytes, "a.xlsx", &options, &vocabulary);
    let (drawn, read) = (of(&picture), of(&std::fs::read(&sample).unwrap()));
    assert_eq!(drawn.sheets[0].name, "Key");
    let names = |reading: &evalhub_import::Reading| -> Vec<String> {
        reading.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    };
    assert_eq!(names(&drawn)[1..], names(&read));
    assert_eq!(drawn.records.len(), read.records.len());
}
