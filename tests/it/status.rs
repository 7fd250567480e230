//! Whether a round is whole: what was refused, left out or asked is said until it came.

use crate::support::{Hub, evalhub, on_both, text, write_workbook};

/// The list of a branch whose second member has a rating, or something that is none.
fn book(hub: &Hub, name: &str, branch: &str, rating: &str) -> String {
    let path = hub.path(name);
    let rows: [&[&str]; 6] = [
        &["ĐẢNG ỦY XÃ TÂN AN"],
        &[],
        &["DANH SÁCH ĐẢNG VIÊN VÀ KẾT QUẢ XẾP LOẠI NĂM 2023"],
        &["STT", "Họ và tên", "Ngày sinh", "Chi bộ", "Xếp loại"],
        &["1", &format!("Nguyễn Văn {branch}"), "17/05/1980", &format!("Chi bộ {branch}"), "HTTNV"],
        &["2", &format!("Trần Thị {branch}"), "02/09/1975", &format!("Chi bộ {branch}"), rating],
    ];
    write_workbook(&path, "DS", &rows);
    path.display().to_string()
}

fn status(hub: &Hub) -> String {
    let output = hub.run(&["status"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.success(), said.ends_with(": whole\n"), "{said}");
    let asked = hub.ask(
        "{ campaignStatus(code: \"2023\") { isWhole missing { totalCount nodes { kind count } } } }",
    );
    assert_eq!(asked["campaignStatus"]["isWhole"], said.ends_with(": whole\n"), "{asked}");
    let checked = text(&hub.run(&["check"]).stdout);
    assert!(checked.starts_with(&said), "{checked}");
    said
}

#[test]
fn a_round_is_whole_when_all_of_its_workbooks_are() {
    on_both(|hub| {
        let (whole, broken) =
            (book(hub, "a.xlsx", "Đông", "HTNV"), book(hub, "b.xlsx", "Tây", "HTXXX"));
        let output = hub.run(&["import", &whole, &broken]);
        assert!(!output.status.success());
        assert_eq!(status(hub), "2023: not whole\n  b.xlsx (import 2) was refused\n");
        let refused = hub.run(&["import", &broken]);
        assert!(!refused.status.success());
        assert_eq!(status(hub), "2023: not whole\n  b.xlsx (import 3) was refused\n");
        hub.run(&["import", &broken, "--skip-invalid-rows"]);
        let left_out = "2023: not whole\n  b.xlsx (import 4): 1 row with errors left out\n";
        assert_eq!(status(hub), left_out);
        let mended = book(hub, "b.xlsx", "Tây", "HTXSNV");
        assert!(hub.run(&["import", &mended]).status.success());
        assert_eq!(status(hub), "2023: whole\n");
        let nothing = hub.ask("{ campaignStatus(code: \"1923\") { isWhole } }");
        assert!(nothing["campaignStatus"].is_null());
    });
}

/// A database without a round is not one with nothing wrong.
#[test]
fn empty_is_not_clean() {
    let hub = Hub::sqlite();
    let absent = evalhub().args(["status", "--database", hub.database()]).output().unwrap();
    assert_eq!(absent.status.code(), Some(3), "{}", text(&absent.stderr));
    hub.create();
    for command in ["status", "check"] {
        let output = hub.run(&[command]);
        assert!(text(&output.stdout).starts_with("no campaign is in the database\n"));
        assert!(!output.status.success());
    }
}
