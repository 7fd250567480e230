//! Whether a round is whole: what was refused, left out or asked is said until it came.

use calamine::{Reader, Xlsx, open_workbook};
use insta::assert_snapshot;

use crate::support::{Hub, evalhub, on_both, results, text, write_workbook};

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

/// A report of rows with errors as a person leaves it who mended a cell: all sheets, the hidden one too.
fn mend(hub: &Hub, report: &str, name: &str, wrong: &str, right: &str) -> String {
    let mut book: Xlsx<_> = open_workbook(report).unwrap();
    let mut mended = rust_xlsxwriter::Workbook::new();
    for (name, range) in book.worksheets() {
        let worksheet = mended.add_worksheet().set_name(&name).unwrap();
        worksheet.set_hidden(name == "evalhub");
        let (first, left) = range.start().unwrap();
        for (row, column, value) in range.used_cells() {
            let text = value.to_string();
            let text = if text == wrong { right } else { &text };
            let at = (first + u32::try_from(row).unwrap(), left + u32::try_from(column).unwrap());
            worksheet.write(at.0, u16::try_from(at.1).unwrap(), text).unwrap();
        }
    }
    let path = hub.path(name);
    mended.save(&path).unwrap();
    path.display().to_string()
}

/// The rows that were left out, mended in the report of them, complete the workbook that they are from.
#[test]
fn a_mended_report_completes_its_workbook() {
    on_both(|hub| {
        let broken = book(hub, "b.xlsx", "Tây", "HTXXX");
        let reports = ["one.xlsx", "two.xlsx"].map(|name| hub.path(name).display().to_string());
        let skip = |path: &str, report: &str| {
            hub.run(&["import", path, "--skip-invalid-rows", "--report", report])
        };
        skip(&broken, &reports[0]);
        let left_out = "2023: not whole\n  b.xlsx (import 1): 1 row with errors left out\n";
        assert_eq!(status(hub), left_out);
        // A row that comes with another error is missing in the report that brought it.
        let half = mend(hub, &reports[0], "half.xlsx", "HTXXX", "HTYYY");
        let said = text(&skip(&half, &reports[1]).stdout);
        assert!(said.contains("half.xlsx: refused"), "{said}");
        assert_eq!(status(hub), left_out.to_owned() + "  half.xlsx (import 2) was refused\n");
        let whole = mend(hub, &reports[0], "half.xlsx", "HTXXX", "HTXSNV");
        let said = text(&hub.run(&["import", &whole]).stdout);
        assert!(said.contains("  mended   1 of 1 row left out of `DS` of b.xlsx\n"), "{said}");
        assert_eq!(status(hub), "2023: whole\n");
        hub.run(&["imports", "revert", "3"]);
        assert!(status(hub).starts_with(left_out));
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

/// Coverage, whether a figure may change, and what is missing, of all people in a round.
fn coverage(hub: &Hub, code: &str) -> String {
    results(
        hub,
        &format!("of: MEMBERS, where: {{ campaign: {{ code: {{ eq: \"{code}\" }} }} }}"),
        "count coverage provisional missing { kind name count }",
    )
}

/// A refused workbook, rows that were left out: the figures say so until all came.
#[test]
fn figures_say_what_they_lack() {
    let found = on_both(|hub| {
        let (whole, broken) =
            (book(hub, "a.xlsx", "Đông", "HTNV"), book(hub, "b.xlsx", "Tây", "HTXXX"));
        hub.run(&["import", &whole, &broken]);
        let mut said = vec![coverage(hub, "2023")];
        hub.run(&["import", &broken, "--skip-invalid-rows"]);
        said.push(coverage(hub, "2023"));
        let mended = book(hub, "b.xlsx", "Tây", "HTXSNV");
        assert!(hub.run(&["import", &mended]).status.success());
        said.push(coverage(hub, "2023"));
        // The next year nothing comes of one branch.
        let next = hub.path("c.xlsx");
        let rows: [&[&str]; 5] = [
            &["ĐẢNG ỦY XÃ TÂN AN"],
            &[],
            &["DANH SÁCH ĐẢNG VIÊN VÀ KẾT QUẢ XẾP LOẠI NĂM 2024"],
            &["STT", "Họ và tên", "Ngày sinh", "Chi bộ", "Xếp loại"],
            &["1", "Nguyễn Văn Đông", "17/05/1980", "Chi bộ Đông", "HTTNV"],
        ];
        write_workbook(&next, "DS", &rows);
        hub.import(&[next]);
        said.push(coverage(hub, "2024"));
        said.push(text(&hub.run(&["status", "--campaign", "2024"]).stdout));
        said.join("\n")
    });
    assert_snapshot!(found, @r"
    2 | 0.5 | true | REFUSED_WORKBOOK | – | –
    3 | 0.75 | true | ROWS_LEFT_OUT | – | 1
    4 | 1.0 | false
    1 | 0.5 | true | ABSENT_BRANCH | Chi bộ Tây | –
    2024: not whole
      nothing came of Chi bộ Tây
    ");
}

/// Six people of a branch whose committee prints 71 are not all of them.
#[test]
fn six_of_71_are_not_all() {
    let found = on_both(|hub| {
        let list = hub.path("list.xlsx");
        let names = ["An", "Bình", "Cường", "Dung", "Giang", "Hải"];
        let people: Vec<[String; 4]> = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                [
                    (at + 1).to_string(),
                    format!("Lê Văn {name}"),
                    "Chi bộ Một".into(),
                    "HTTNV".into(),
                ]
            })
            .collect();
        let people: Vec<Vec<&str>> =
            people.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let head: [&[&str]; 4] = [
            &["ĐẢNG ỦY XÃ TÂN AN"],
            &[],
            &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2023"],
            &["TT", "Họ và tên", "Chi bộ", "Xếp loại"],
        ];
        let rows: Vec<&[&str]> = head.into_iter().chain(people.iter().map(Vec::as_slice)).collect();
        write_workbook(&list, "DS", &rows);
        let summary = hub.path("summary.xlsx");
        write_workbook(
            &summary,
            "TH",
            &[
                &["ĐẢNG ỦY XÃ TÂN AN"],
                &[],
                &["TỔNG HỢP ĐẢNG VIÊN NĂM 2023"],
                &["TT", "Chi bộ", "Tổng số đảng viên", "Được đánh giá"],
                &["1", "Chi bộ Một", "71", "71"],
            ],
        );
        hub.import(&[list, summary]);
        coverage(hub, "2023")
    });
    assert_snapshot!(found, @"6 | 0.08450704225352113 | true | UNLISTED_PEOPLE | – | 65");
}
