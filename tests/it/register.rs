//! The list of branches that an office gives beforehand, and what workbooks become by it.

use insta::assert_snapshot;

use crate::support::{Hub, lines, on_both, text, write_workbook};

const LIST: &str = "Mã đơn vị;Tên đơn vị;Trực thuộc;Loại hình\n\
    DUQ;Đảng bộ Quận 9;;COMMITTEE\n\
    PPL;Đảng bộ phường Phước Long;DUQ;COMMITTEE\n\
    PPL1;Chi bộ Khu phố 1;PPL;BRANCH\n\
    YT;Trạm Y tế;PPL;BRANCH\n";

fn workbook(hub: &Hub) -> String {
    let path = hub.path("ds.xlsx");
    write_workbook(
        &path,
        "DS",
        &[
            &["ĐẢNG ỦY QUẬN 9"],
            &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2022"],
            &["TT", "Họ và tên", "Chi bộ", "Xếp loại"],
            &["1", "Lê Văn An", "CB Khu phố 1", "HTXSNV"],
            &["2", "Trần Thị Bích", "Trạm y tế", "HTTNV"],
            &["3", "Phạm Văn Cường", "Chi bộ Khu phố 11", "HTTNV"],
        ],
    );
    path.to_string_lossy().into_owned()
}

/// Names of workbooks are matched against the list, whichever came first; what it has not is told with
/// what it has that is near.
#[test]
fn workbooks_are_matched_against_the_list() {
    let tree = |hub: &Hub| {
        let placements = hub.ask(
            r"{ placements(first: 20, orderBy: [ID_ASC]) { nodes { parent { name } branch { name code kind } } } }",
        );
        let mut tree: Vec<String> =
            lines(&placements["placements"]["nodes"]).lines().map(str::to_owned).collect();
        tree.sort();
        tree.join("\n")
    };
    let found = on_both(|hub| {
        let list = hub.path("don_vi.csv");
        std::fs::write(&list, LIST).unwrap();
        let list = list.to_string_lossy().into_owned();
        let book = workbook(hub);
        assert!(hub.run(&["import", &book, "--keep-workbooks"]).status.success());
        let before = tree(hub);
        let taken = hub.run(&["branches", "import", &list]);
        assert!(taken.status.success(), "{}", text(&taken.stderr));
        assert!(hub.run(&["imports", "reread", "--all"]).status.success());
        let told = hub.ask(
            r#"{ diagnostics(where: { code: { eq: "unregistered-branch" } }) { nodes { cell found expected } } }"#,
        );
        let told = lines(&told["diagnostics"]["nodes"]);
        format!("{before}\n--\n{}--\n{}\n--\n{told}", text(&taken.stdout), tree(hub))
    });
    assert_snapshot!(found, @r"
    ĐẢNG ỦY QUẬN 9 | CB Khu phố 1 | – | BRANCH
    ĐẢNG ỦY QUẬN 9 | Chi bộ Khu phố 11 | – | BRANCH
    ĐẢNG ỦY QUẬN 9 | Trạm y tế | – | UNIT
    – | ĐẢNG ỦY QUẬN 9 | – | COMMITTEE
    --
    Đảng bộ Quận 9  DUQ
      Đảng bộ phường Phước Long  PPL
        Chi bộ Khu phố 1  PPL1
        Trạm Y tế  YT
    4 branches taken; `evalhub imports reread --all` matches what is imported
    --
    Đảng bộ Quận 9 | Chi bộ Khu phố 11 | – | BRANCH
    Đảng bộ Quận 9 | Đảng bộ phường Phước Long | PPL | COMMITTEE
    Đảng bộ phường Phước Long | Chi bộ Khu phố 1 | PPL1 | BRANCH
    Đảng bộ phường Phước Long | Trạm Y tế | YT | BRANCH
    – | Đảng bộ Quận 9 | DUQ | COMMITTEE
    --
    B6 | Chi bộ Khu phố 11 | Chi bộ Khu phố 1
    ");
}

#[test]
fn a_wrong_list_is_refused_and_the_one_before_stays() {
    on_both(|hub| {
        let list = hub.path("don_vi.csv");
        let file = list.to_string_lossy().into_owned();
        std::fs::write(&list, LIST).unwrap();
        assert!(hub.run(&["branches", "import", &file]).status.success());
        std::fs::write(&list, LIST.replace("YT;", "PPL1;")).unwrap();
        let refused = hub.run(&["branches", "import", &file]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused.stderr).contains("B5: `Chi bộ Khu phố 1` has the code `PPL1` too"));
        let book = workbook(hub);
        let imported = text(&hub.run(&["import", &book]).stdout);
        assert!(imported.contains("unregistered-branch"), "{imported}");
        String::new()
    });
}

/// Spellings of one branch in different rounds are proposed as one and joined by a person alone; branches that
/// stand in one round together are two.
#[test]
fn spellings_of_a_branch_are_proposed_as_one() {
    on_both(|hub| {
        for (year, names) in
            [("2021", ["Chi bộ 1", "Chi bộ 2"]), ("2022", ["Chi bộ số 1", "Chi bộ II"])]
        {
            let path = hub.path(&format!("{year}.xlsx"));
            let title = format!("DANH SÁCH ĐẢNG VIÊN VÀ KẾT QUẢ XẾP LOẠI NĂM {year}");
            let rows: [&[&str]; 5] = [
                &["ĐẢNG ỦY XÃ TÂN AN"],
                &[&title],
                &["STT", "Họ và tên", "Ngày sinh", "Chi bộ", "Xếp loại"],
                &["1", "Nguyễn Văn An", "17/05/1980", names[0], "HTTNV"],
                &["2", "Trần Thị Bình", "02/09/1975", names[1], "HTNV"],
            ];
            write_workbook(&path, "DS", &rows);
            hub.import(&[path]);
        }
        let asked =
            hub.ask("{ branchCandidates { nodes { branch { id name } other { id name } } } }");
        let pairs = asked["branchCandidates"]["nodes"].as_array().unwrap().clone();
        let named = |pair: &serde_json::Value| {
            format!("{}, {}", pair["branch"]["name"], pair["other"]["name"]).replace('"', "")
        };
        let names: Vec<String> = pairs.iter().map(named).collect();
        assert_eq!(names, ["Chi bộ 1, Chi bộ số 1", "Chi bộ 2, Chi bộ II"]);
        let said = text(&hub.run(&["branches", "review"]).stdout);
        assert!(said.contains("Chi bộ 2, Branch:") && said.contains("none is joined"), "{said}");
        for pair in pairs {
            let ids = [&pair["branch"]["id"], &pair["other"]["id"]].map(|id| id.as_str().unwrap());
            assert!(hub.run(&["branches", "merge", ids[0], ids[1]]).status.success());
        }
        let left = text(&hub.run(&["branches", "review"]).stdout);
        assert_eq!(left, "no pair of branches may be one\n");
    });
}
