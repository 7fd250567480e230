//! Workbooks in: what is found, what is refused, what is left alone.

use insta::assert_snapshot;

use crate::support::{Hub, evalhub, lines, on_both, sample, text, write_workbook};

const COUNTS: &str = "{ enrolments { totalCount } branches { totalCount } reportedResults { totalCount } \
                      imports { totalCount nodes { status } } }";

#[test]
fn district_nine_is_read_whole() {
    let (summary, facts) = on_both(|hub| {
        let summary = hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        (summary, hub.ask("{ enrolments { totalCount } branches { totalCount } members { totalCount }
            commendations { totalCount } m: branchEvaluations(where: { exemplary: true }) { nodes { branch { name } rating { code } provenance { sheet cell raw } } }
            indicatorResults { nodes { branch { name } target actual percent provenance { cell } } } }"))
    });
    assert_snapshot!(summary, @r"
    quan9_2019_ket_qua.xlsx: imported as Import:1
      read     5 tables on 5 sheets, campaign 2019: 14 commendations, 3 indicator results, 98 members, 26 printed figures, 13 rated branches
      changed  branch evaluations +26, branches +15, commendations +14, enrolments +98, indicator results +3, member evaluations +294, members +98, placements +15, reported results +26
      warning  Tổng hợp!C11: 12 does not fit: 11 is what the percentage 84.6 %, the sum and the list support [suspect-count]
               expected 11
               hint: kept as printed; compare D11 with the signed report
    1 workbook imported
    ");
    assert_snapshot!(serde_json::to_string(&facts).unwrap(), @r#"
    {"enrolments":{"totalCount":98},"branches":{"totalCount":15},"members":{"totalCount":98},"commendations":{"totalCount":14},"m":{"nodes":[{"branch":{"name":"Chi bộ cơ quan Quận đoàn"},"rating":{"code":"HTXSNV"},"provenance":{"sheet":"DS chi bộ","cell":"E19","raw":"Hoàn thành xuất sắc nhiệm vụ"}}]},"indicatorResults":{"nodes":[{"branch":{"name":"ĐẢNG ỦY CƠ QUAN ĐẢNG – ĐOÀN THỂ"},"target":2.0,"actual":4.0,"percent":200.0,"provenance":{"cell":"D21"}},{"branch":{"name":"Chi bộ cơ quan Liên đoàn Lao động"},"target":1.0,"actual":1.0,"percent":100.0,"provenance":{"cell":"D15"}},{"branch":{"name":"Chi bộ cơ quan Quận đoàn"},"target":1.0,"actual":3.0,"percent":300.0,"provenance":{"cell":"D19"}}]}}
    "#);
}

#[test]
fn the_printed_twelve_is_kept_and_doubted() {
    let found = on_both(|hub| {
        hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        let kept = hub.ask("{ reportedResults(where: { subject: BRANCHES, measure: { eq: RATING } }) { nodes { rating { code } count percent provenance { cell } } } }");
        let doubted = hub.ask("{ diagnostics(where: { code: { eq: \"suspect-count\" } }) { nodes { severity sheet cell found expected message } } }");
        format!(
            "{}\n\n{}",
            lines(&kept["reportedResults"]["nodes"]),
            lines(&doubted["diagnostics"]["nodes"])
        )
    });
    assert_snapshot!(found, @r"
    HTXSNV | 2 | 15.4 | C9
    HTTNV | 12 | 84.6 | C11
    HTNV | 0 | 0.0 | C12
    KHTNV | 0 | 0.0 | C13

    WARNING | Tổng hợp | C11 | 12 | 11 | 12 does not fit: 11 is what the percentage 84.6 %, the sum and the list support
    ");
}

#[test]
fn a_member_knows_every_stage_and_its_cell() {
    let found = on_both(|hub| {
        hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        let answer = hub.ask("{ members(where: { search: \"luong thi thanh loan\" }) { nodes { name birthDate enrolments {
            branch { name path } position evaluations { stage deciding rating { code } provenance { sheet cell } } } } } }");
        lines(&answer["members"]["nodes"])
    });
    assert_snapshot!(found, @"Lương Thị Thanh Loan | 1961-02-08 | Chi bộ Văn phòng Quận ủy | ĐẢNG BỘ QUẬN 9 / ĐẢNG ỦY CƠ QUAN ĐẢNG – ĐOÀN THỂ / Chi bộ Văn phòng Quận ủy | Phó Bí thư | SELF | false | HTTNV | DS đảng viên | E13 | BRANCH | false | HTXSNV | DS đảng viên | F13 | COMMITTEE | true | HTTNV | DS đảng viên | G13");
}

#[test]
fn the_same_workbook_again_changes_nothing() {
    on_both(|hub| {
        let path = sample("ds_dv_2021_mot_cot.xlsx");
        hub.import(std::slice::from_ref(&path));
        let before = hub.ask(COUNTS);
        let again = hub.import(&[path]);
        assert!(again.contains("already imported as Import:1; nothing changed"), "{again}");
        assert_eq!(hub.ask(COUNTS), before);
    });
}

#[test]
fn a_dry_run_shows_the_changes_and_writes_nothing() {
    let shown = on_both(|hub| {
        let path = sample("quan9_2019_ket_qua.xlsx").display().to_string();
        hub.create();
        let output = hub.run(&["import", "--dry-run", &path]);
        assert!(output.status.success());
        assert_eq!(
            hub.ask("{ imports { totalCount } branches { totalCount } campaigns { totalCount } }")
                .to_string(),
            r#"{"imports":{"totalCount":0},"branches":{"totalCount":0},"campaigns":{"totalCount":0}}"#
        );
        text(&output.stdout)
            .lines()
            .filter(|line| line.contains("changed") || line.contains("would"))
            .collect::<Vec<_>>()
            .join("\n")
    });
    assert_snapshot!(shown, @r"
    quan9_2019_ket_qua.xlsx: would be imported
      changed  branch evaluations +26, branches +15, commendations +14, enrolments +98, indicator results +3, member evaluations +294, members +98, placements +15, reported results +26
    1 workbook would be imported; nothing was written
    ");
}

/// The bytes of files that are no workbooks, each with its name.
fn no_workbooks() -> [(&'static str, Vec<u8>); 5] {
    let whole = std::fs::read(sample("quan9_2019_ket_qua.xlsx")).unwrap();
    let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    locked.resize(1024, 0);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    locked.resize(1024 + 128, 0);
    [
        ("text.xlsx", b"a list of names will follow\n".to_vec()),
        ("empty.xlsx", Vec::new()),
        ("cut_off.xlsx", whole[..whole.len() / 2].to_vec()),
        ("locked.xlsx", locked),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>".to_vec()),
    ]
}

#[test]
fn what_is_no_workbook_is_refused_in_a_sentence() {
    let said = on_both(|hub| {
        hub.import(&[sample("ds_dv_2021_mot_cot.xlsx")]);
        let before = hub.ask("{ enrolments { totalCount } branches { totalCount } }");
        let mut said = String::new();
        for (name, bytes) in no_workbooks() {
            let path = hub.path(name);
            std::fs::write(&path, bytes).unwrap();
            let output = hub.run(&["import", &path.display().to_string()]);
            assert_eq!(output.status.code(), Some(1), "{name}");
            said += &text(&output.stdout);
        }
        assert_eq!(hub.ask("{ enrolments { totalCount } branches { totalCount } }"), before);
        let recorded =
            hub.ask("{ imports { nodes { workbook status diagnostics { nodes { code } } } } }");
        said + "\n" + &lines(&recorded["imports"]["nodes"])
    });
    assert_snapshot!(said, @r"
    text.xlsx: refused
      error    this is a text file with the name of a workbook [not-a-workbook]
               expected an .xlsx, .xls, .xlsb or .ods workbook
               hint: open it in Excel or LibreOffice and save it as .xlsx
    1 workbook refused
    empty.xlsx: refused
      error    this is an empty file [not-a-workbook]
               expected an .xlsx, .xls, .xlsb or .ods workbook
               hint: ask for the file again
    1 workbook refused
    cut_off.xlsx: refused
      error    the workbook is damaged or cut off: invalid Zip archive: Could not find EOCD [damaged-workbook]
               hint: open it in Excel, let it repair the file, and save it as .xlsx; or ask for it again
    1 workbook refused
    locked.xlsx: refused
      error    the workbook is protected by a password [password-protected]
               hint: open it with its password in Excel and save a copy without one
    1 workbook refused
    page.xls: refused
      error    no table of evaluations was found in the workbook [no-table]
               expected headings over names and ratings, in the first rows of a table
               hint: run `evalhub inspect` on the file to see what was found
      1 notice; `evalhub inspect` shows them
    1 workbook refused

    ds_dv_2021_mot_cot.xlsx | APPLIED
    text.xlsx | REFUSED | not-a-workbook
    empty.xlsx | REFUSED | not-a-workbook
    cut_off.xlsx | REFUSED | damaged-workbook
    locked.xlsx | REFUSED | password-protected
    page.xls | REFUSED | sheet-skipped | no-table
    ");
}

/// A page and a text file under the names of workbooks are read as what they are.
#[test]
fn tables_of_pages_and_of_text_are_read() {
    let page = "<html><head><meta charset=utf-8></head><body><p>ĐẢNG BỘ XÃ TÂN LẬP</p>
        <h3>XẾP LOẠI ĐẢNG VIÊN NĂM 2020</h3><table><tr><th rowspan=2>TT</th><th rowspan=2>Họ và tên</th>
        <th colspan=2>Xếp loại</th></tr><tr><th>HTXSNV</th><th>HTTNV</th></tr>
        <tr><td>1</td><td>L&ecirc; V&#259;n T&aacute;m</td><td>x</td><td></td></tr></table></html>";
    let delimited = "ĐẢNG BỘ XÃ TÂN LẬP;;\nXẾP LOẠI ĐẢNG VIÊN NĂM 2020;;\n\nTT;Họ và tên;Xếp loại\n\
                     1;Lê Văn Tám;HTXSNV\n";
    for (name, content) in [("page.xls", page), ("text.xls", delimited)] {
        let hub = Hub::sqlite();
        std::fs::write(hub.path(name), content).unwrap();
        hub.import(&[hub.path(name)]);
        let read = hub.ask(
            "{ memberEvaluations { nodes { member { name } branch { name } rating { code } } } }",
        );
        assert_eq!(
            lines(&read["memberEvaluations"]["nodes"]),
            "Lê Văn Tám | ĐẢNG BỘ XÃ TÂN LẬP | HTXSNV"
        );
    }
}

#[test]
fn errors_refuse_a_workbook_and_may_be_skipped() {
    let said = on_both(|hub| {
        let path = hub.path("errors.xlsx");
        write_workbook(
            &path,
            "DS",
            &[
                &["ĐẢNG ỦY XÃ TÂN LẠC"],
                &[],
                &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
                &["TT", "Họ và tên", "Ngày sinh", "Chi bộ", "Xếp loại"],
                &["1", "Lê Văn A", "12/05/1970", "Chi bộ 1", "Hoàn thành tốt nhiệm vụ"],
                &["2", "Lê Văn B", "31/02/1970", "Chi bộ 1", "Hoàn thành tốt nhiệm vụ"],
                &["3", "Lê Văn C", "12/05/1972", "Chi bộ 2", "Rất tốt"],
            ],
        );
        let path = path.display().to_string();
        let refused = hub.run(&["import", &path]);
        assert_eq!(refused.status.code(), Some(1));
        assert_eq!(hub.ask("{ enrolments { totalCount } }")["enrolments"]["totalCount"], 0);
        let skipped = hub.run(&["import", &path, "--skip-invalid-rows"]);
        assert!(skipped.status.success());
        assert_eq!(hub.ask("{ enrolments { totalCount } }")["enrolments"]["totalCount"], 1);
        text(&refused.stdout)
    });
    assert_snapshot!(said, @r"
    errors.xlsx: refused
      read     1 table on 1 sheet, campaign 2021: 1 member
      error    DS!C6: the date does not exist, or lies after the round [impossible-date]
               expected 17/05/1980, 05/1980, 1980 (≤ 2022)
               hint: correct the cell, or clear it if the date is not known
      error    DS!E7: `Rất tốt` is no level of the scheme of 2021 [unknown-rating]
               expected Hoàn thành xuất sắc nhiệm vụ, Hoàn thành tốt nhiệm vụ, Hoàn thành nhiệm vụ, Không hoàn thành nhiệm vụ
               hint: write one of the levels
      hint: mend the workbook, or import the other rows with --skip-invalid-rows
    1 workbook refused
    ");
}

/// Headings in another order, wording and depth than in any sample.
#[test]
fn tables_are_understood_and_not_recognised() {
    let found = on_both(|hub| {
        let path = hub.path("so_lieu.xlsx");
        write_workbook(
            &path,
            "Sheet1",
            &[
                &["HUYỆN ỦY AN BÌNH"],
                &["BCH ĐẢNG BỘ XÃ ĐÔNG SƠN"],
                &["BẢNG KẾT QUẢ PHÂN LOẠI ĐẢNG VIÊN CUỐI NĂM 2020"],
                &[],
                &[
                    "Xếp loại của chi bộ đề nghị",
                    "Đảng ủy xã xếp loại",
                    "Họ tên đảng viên",
                    "Giới tính",
                    "Năm sinh",
                    "Stt",
                    "Chi bộ nơi sinh hoạt",
                ],
                &["HTXSNV", "HTTNV", "Đ/c Trần Thị Mai (DB)", "Nữ", "1980", "1", "CB thôn Đoài"],
                &["HTTNV", "HTTNV", "Phạm Văn Hùng", "Nam", "1975", "2", "CB thôn Đoài"],
                &["", "", "Vũ Thị Lan", "Nữ", "1990", "3", "CB thôn Trung"],
            ],
        );
        hub.import(&[path]);
        let answer = hub.ask("{ enrolments { nodes { member { name birthDate sex } branch { name path } probationary evaluations { stage deciding rating { code } } } } }");
        lines(&answer["enrolments"]["nodes"])
    });
    assert_snapshot!(found, @r"
    Trần Thị Mai | 1980 | FEMALE | CB thôn Đoài | HUYỆN ỦY AN BÌNH / BCH ĐẢNG BỘ XÃ ĐÔNG SƠN / CB thôn Đoài | true | BRANCH | false | HTXSNV | COMMITTEE | true | HTTNV
    Phạm Văn Hùng | 1975 | MALE | CB thôn Đoài | HUYỆN ỦY AN BÌNH / BCH ĐẢNG BỘ XÃ ĐÔNG SƠN / CB thôn Đoài | false | BRANCH | false | HTTNV | COMMITTEE | true | HTTNV
    Vũ Thị Lan | 1990 | FEMALE | CB thôn Trung | HUYỆN ỦY AN BÌNH / BCH ĐẢNG BỘ XÃ ĐÔNG SƠN / CB thôn Trung | false
    ");
}

#[test]
fn people_are_followed_over_the_years() {
    on_both(|hub| {
        for (year, branch) in [("2018", "Chi bộ 1"), ("2019", "Chi bộ 1"), ("2020", "Chi bộ 2")]
        {
            let path = hub.path(&format!("{year}.xlsx"));
            let title = format!("DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM {year}");
            write_workbook(
                &path,
                "DS",
                &[
                    &["ĐẢNG ỦY XÃ TÂN LẠC"],
                    &[],
                    &[&title],
                    &["TT", "Họ và tên", "Ngày sinh", "Chi bộ", "Xếp loại"],
                    &["1", "Lê Văn Hòa", "12/05/1970", branch, "HTTNV"],
                    &["2", "LÊ VĂN HOÀ", "03/04/1981", branch, "HTXSNV"],
                ],
            );
            hub.import(&[path]);
        }
        let answer = hub
            .ask("{ members { totalCount nodes { birthDate enrolments { campaign { code } } } } }");
        assert_eq!(answer["members"]["totalCount"], 2, "{answer:#}");
        assert_eq!(answer["members"]["nodes"][0]["enrolments"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn inspect_says_which_column_is_read_as_what() {
    let hub = Hub::sqlite();
    let output = evalhub().arg("inspect").arg(sample("quan9_2019_ket_qua.xlsx")).output().unwrap();
    assert!(output.status.success());
    drop(hub);
    let shown: Vec<String> = text(&output.stdout).lines().take(15).map(str::to_owned).collect();
    assert_snapshot!(shown.join("\n"), @r"
    quan9_2019_ket_qua.xlsx
      sheet `DS đảng viên`
        table of members: headings in rows 8–9, body in rows 11–122, 99 records
          title     DANH SÁCH ĐẢNG VIÊN ĐƯỢC ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG NĂM 2019 (Kèm theo Báo cáo số 27-BC/ĐU ngày 19/3/2020 của Đảng ủy)
          committee ĐẢNG ỦY CƠ QUAN ĐẢNG – ĐOÀN THỂ
          campaign  2019
          cells     709 of 709 accounted for
            A  STT → ordinal (words)
            B  Họ và tên → name (names of people below)
            C  Ngày sinh → birth date (words)
            D  Chức vụ Đảng → position (positions below)
            E  Xếp loại chất lượng đảng viên / Đảng viên tự xếp loại → rating, stage own (levels below)
            F  Xếp loại chất lượng đảng viên / Chi bộ đề nghị → rating, stage branch (levels below)
            G  Xếp loại chất lượng đảng viên / Đảng ủy công nhận → rating, stage committee (levels below)
            H  Ghi chú → note (words)
    ");
}

/// Crafted files: lying counts, references past the grid, repeated cells, one bad cell among good
/// ones. Each is read or refused in a sentence; none takes the process with it.
#[test]
fn hostile_files_are_refused_or_read() {
    let mut paths: Vec<_> =
        std::fs::read_dir(sample("hostile")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 20);
    for path in paths {
        let output = evalhub().arg("inspect").arg(&path).output().unwrap();
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}: {said}", path.display());
        assert!(said.contains("error") || output.status.success(), "{}: {said}", path.display());
    }
}

/// A list that shows last year's ratings beside this year's, and a surname that is a form of address too.
#[test]
fn ratings_of_other_rounds_are_left_out_aloud() {
    let found = on_both(|hub| {
        let path = hub.path("two_years.xlsx");
        write_workbook(
            &path,
            "DS",
            &[
                &["ĐẢNG ỦY XÃ TÂN LẠC"],
                &[],
                &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2022"],
                &["TT", "Họ và tên", "Chi bộ", "Xếp loại năm 2021", "Xếp loại năm 2022"],
                &["1", "Ông Thị Hến", "Chi bộ 1", "HTTNV", "HTXSNV"],
                &["2", "Đ/c Ông Ích Mễ", "Chi bộ 1", "HTTNV", "HTXS NV"],
            ],
        );
        hub.import(&[path]);
        let answer = hub.ask(
            "{ memberEvaluations { nodes { member { name } campaign { code } rating { code } provenance { cell } } }
               diagnostics { nodes { severity code cell found } } }",
        );
        let evaluations = lines(&answer["memberEvaluations"]["nodes"]);
        format!("{evaluations}\n{}", lines(&answer["diagnostics"]["nodes"]))
    });
    assert_snapshot!(found, @r"
    Ông Thị Hến | 2022 | HTXSNV | E5
    Ông Ích Mễ | 2022 | HTXSNV | E6
    WARNING | question | D4 | Xếp loại năm 2021
    ");
}

/// What was left out comes back as a workbook that holds just that, and can be imported as it is.
/// What stands beside the ratings of a round, over them, between and under them, is none of them.
#[test]
fn what_is_beside_a_list_is_not_of_it() {
    let hub = Hub::sqlite();
    let path = hub.path("ds.xlsx");
    let head = [
        "TT",
        "Họ và tên",
        "Tư tưởng",
        "Đạo đức",
        "Đăng ký",
        "Kết quả năm trước",
        "Xếp loại viên chức",
        "Chi bộ xếp loại",
        "Ban Thường vụ thẩm định",
        "Đảng ủy quyết định",
    ];
    let (xs, t) = ("HTXSNV", "HTTNV");
    write_workbook(
        &path,
        "DS",
        &[
            &["ĐẢNG ỦY XÃ TÂN LẠC"],
            &["CHI BỘ TRƯỜNG MẦM NON"],
            &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
            &head,
            &["A", "Đảng viên chính thức"],
            &["1", "Lê Văn An", xs, xs, xs, xs, xs, xs, xs, t],
            &["2", "Lê Thị Bình", t, t, xs, t, xs, t, t, t],
            &["B", "Đảng viên dự bị"],
            &["3", "Trần Văn Cường", t, t, xs, t, t, t, t, t],
            &["C", "Đảng viên được miễn sinh hoạt"],
            &["4", "Trần Thị Dung"],
            &["", "Trong đó:"],
            &["", "- Hoàn thành xuất sắc nhiệm vụ", "0"],
            &["", "- Hoàn thành tốt nhiệm vụ: 03 đ/c"],
            &["", "Ghi chú:"],
            &["1", "Đ/c Lê Văn Trường chuyển đi tháng 12/2021"],
        ],
    );
    let said = hub.import(&[path]);
    assert!(said.contains("4 members, 2 printed figures"), "{said}");
    let answer = hub.ask(
        "{ enrolments { nodes { member { name } branch { name } probationary reason \
           evaluations { stage deciding rating { code } } } } \
           reportedResults { nodes { rating { code } count } } }",
    );
    assert_snapshot!(lines(&answer["enrolments"]["nodes"]), @r"
    Lê Văn An | CHI BỘ TRƯỜNG MẦM NON | false | – | AUTHORITY | false | HTXSNV | BRANCH | false | HTXSNV | COMMITTEE | true | HTTNV
    Lê Thị Bình | CHI BỘ TRƯỜNG MẦM NON | false | – | AUTHORITY | false | HTXSNV | BRANCH | false | HTTNV | COMMITTEE | true | HTTNV
    Trần Văn Cường | CHI BỘ TRƯỜNG MẦM NON | true | – | AUTHORITY | false | HTTNV | BRANCH | false | HTTNV | COMMITTEE | true | HTTNV
    Trần Thị Dung | CHI BỘ TRƯỜNG MẦM NON | false | EXEMPT
    ");
    assert_snapshot!(lines(&answer["reportedResults"]["nodes"]), @r"
    HTXSNV | 0
    HTTNV | 3
    ");
}

/// Rows that compare with others, or count some of them, are added to nothing.
#[test]
fn what_is_beside_figures_is_not_added_to_them() {
    let hub = Hub::sqlite();
    let path = hub.path("th.xlsx");
    write_workbook(
        &path,
        "TH",
        &[
            &["ĐẢNG BỘ XÃ VINH QUANG"],
            &["TỔNG HỢP XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
            &["TT", "Chi bộ", "Tổng số", "HTXSNV", "%", "HTTNV", "%", "Tăng, giảm so với năm 2020"],
            &["1", "Chi bộ thôn 1", "20", "2", "10", "18", "90", "1"],
            &["", "Trong đó: nữ", "8", "1", "", "7", "", "0"],
            &["2", "Chi bộ thôn 2", "30", "3", "10", "27", "90", "-1"],
            &["", "Cộng năm 2021", "50", "5", "10", "45", "90", "0"],
            &["", "Năm 2020", "48", "4", "8.3", "44", "91.7"],
            &["", "So sánh (+,-)", "2", "1", "", "1"],
        ],
    );
    let said = hub.import(&[path]);
    assert!(!said.contains("warning"), "{said}");
    let answer = hub.ask(
        "{ reportedResults(first: 100) { nodes { campaign { code } branch { name } measure rating { code } count percent } } \
           results(of: MEMBERS, groupBy: [{ rating: true }]) { nodes { key { rating { code } } count } } }",
    );
    assert_snapshot!(lines(&answer["reportedResults"]["nodes"]), @r"
    2021 | Chi bộ thôn 1 | ON_ROLL | – | 20 | –
    2021 | Chi bộ thôn 1 | RATING | HTXSNV | 2 | 10.0
    2021 | Chi bộ thôn 1 | RATING | HTTNV | 18 | 90.0
    2021 | Chi bộ thôn 2 | ON_ROLL | – | 30 | –
    2021 | Chi bộ thôn 2 | RATING | HTXSNV | 3 | 10.0
    2021 | Chi bộ thôn 2 | RATING | HTTNV | 27 | 90.0
    2021 | ĐẢNG BỘ XÃ VINH QUANG | ON_ROLL | – | 50 | –
    2021 | ĐẢNG BỘ XÃ VINH QUANG | RATING | HTXSNV | 5 | 10.0
    2021 | ĐẢNG BỘ XÃ VINH QUANG | RATING | HTTNV | 45 | 90.0
    ");
    assert_snapshot!(lines(&answer["results"]["nodes"]), @r"
    HTXSNV | 5
    HTTNV | 45
    ");
}

/// A table of levels in rows, for two subjects and two rounds, and a list whose title rates it.
#[test]
fn levels_stand_in_rows_and_in_titles() {
    let hub = Hub::sqlite();
    let (table, list) = (hub.path("bieu.xlsx"), hub.path("ds.xlsx"));
    write_workbook(
        &table,
        "Bieu",
        &[
            &["ĐẢNG BỘ XÃ VINH QUANG"],
            &["KẾT QUẢ XẾP LOẠI NĂM 2023"],
            &["TT", "Mức xếp loại", "Số chi bộ", "Tỷ lệ %", "Số đảng viên", "Tỷ lệ %"],
            &["1", "Hoàn thành xuất sắc nhiệm vụ", "2", "20", "10", "10"],
            &["2", "Hoàn thành tốt nhiệm vụ", "7", "70", "85", "85"],
            &["3", "Hoàn thành nhiệm vụ", "1", "10", "5", "5"],
            &["", "Cộng", "10", "100", "100", "100"],
        ],
    );
    write_workbook(
        &list,
        "DS",
        &[
            &["ĐẢNG ỦY XÃ TÂN LẠC"],
            &["DANH SÁCH ĐẢNG VIÊN HOÀN THÀNH XUẤT SẮC NHIỆM VỤ NĂM 2021"],
            &["TT", "Họ và tên", "Chi bộ"],
            &["1", "Lê Văn An", "Chi bộ thôn 1"],
            &["2", "Lê Thị Bình", "Chi bộ thôn 2"],
        ],
    );
    hub.import(&[table, list]);
    let answer = hub.ask(
        "{ reportedResults(first: 100) { nodes { subject rating { code } count percent } } \
           memberEvaluations { nodes { member { name } rating { code } provenance { raw } } } }",
    );
    assert_snapshot!(lines(&answer["reportedResults"]["nodes"]), @r"
    MEMBERS | HTXSNV | 10 | 10.0
    BRANCHES | HTXSNV | 2 | 20.0
    MEMBERS | HTTNV | 85 | 85.0
    BRANCHES | HTTNV | 7 | 70.0
    MEMBERS | HTNV | 5 | 5.0
    BRANCHES | HTNV | 1 | 10.0
    MEMBERS | – | 100 | 100.0
    BRANCHES | – | 10 | 100.0
    ");
    assert_snapshot!(lines(&answer["memberEvaluations"]["nodes"]), @r"
    Lê Văn An | HTXSNV | DANH SÁCH ĐẢNG VIÊN HOÀN THÀNH XUẤT SẮC NHIỆM VỤ NĂM 2021
    Lê Thị Bình | HTXSNV | DANH SÁCH ĐẢNG VIÊN HOÀN THÀNH XUẤT SẮC NHIỆM VỤ NĂM 2021
    ");
}

#[test]
fn rejected_rows_come_back_to_be_mended() {
    let hub = Hub::sqlite();
    let (path, report) = (hub.path("errors.xlsx"), hub.path("report.xlsx"));
    let rows: [&[&str]; 9] = [
        &["ĐẢNG ỦY XÃ TÂN LẠC"],
        &[],
        &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
        &["TT", "Họ và tên", "Ngày sinh", "Xếp loại"],
        &["I. Chi bộ ấp 1"],
        &["1", "Lê Văn An", "12/05/1970", "HTTNV"],
        &["II. Chi bộ ấp 2"],
        &["2", "Lê Văn Bình", "31/02/1970", "HTTNV"],
        &["3", "Lê Văn Cường", "12/05/1972", "Rất tốt"],
    ];
    write_workbook(&path, "DS", &rows);
    let paths = [&path, &report].map(|path| path.display().to_string());
    let output = hub.run(&[
        "import",
        &paths[0],
        "--skip-invalid-rows",
        "--report",
        &paths[1],
        "--lang",
        "vi",
    ]);
    assert!(output.status.success());
    let said = text(&output.stdout);
    assert!(said.contains("lỗi      DS!D9: chữ này không phải là một mức xếp loại"), "{said}");
    let again = hub.run(&["import", &paths[1]]);
    assert_eq!(again.status.code(), Some(1));
    let said = text(&again.stdout);
    let errors: Vec<&str> = said.lines().filter(|line| line.contains("error ")).collect();
    assert_snapshot!(errors.join("\n"), @r"
      error    DS!C7: the date does not exist, or lies after the round [impossible-date]
      error    DS!D8: `Rất tốt` is no level of the scheme of 2021 [unknown-rating]
    ");
    assert!(said.contains("  mended   2 of 2 rows left out of `DS` of errors.xlsx\n"), "{said}");
}

/// The profile that `inspect` proposes reads the counts that were read without one.
#[test]
fn a_proposed_profile_reads_what_was_understood() {
    let counts = |hub: &Hub| {
        let read = hub.ask(
            "{ reportedResults(first: 500) { nodes { branch { name } campaign { code } measure
            rating { code } count provenance { sheet cell } } } }",
        );
        let mut lines: Vec<String> = lines(&read["reportedResults"]["nodes"])
            .lines()
            .filter(|line| line.contains("| DV 2018 |") && !line.contains("| – | DV"))
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    };
    let book = sample("tong_hop_chi_bo_2018.xls").display().to_string();
    let (without, with) = (Hub::sqlite(), Hub::sqlite());
    let profile = with.path("proposed.toml").display().to_string();
    let output = evalhub().args(["inspect", &book, "--write-profile", &profile]).output().unwrap();
    assert!(output.status.success());
    assert!(without.run(&["import", &book]).status.success());
    let output = with.run(&["import", &book, "--profile", &profile]);
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    let expected = counts(&without);
    assert!(expected.len() > 60);
    assert_eq!(counts(&with), expected);
    // In a folder of profiles it is found by its signature, and the other sheets are read as ever.
    let by_signature = Hub::sqlite();
    let folder = with.path("").display().to_string();
    let output = by_signature.run(&["import", &book, "--profile", &folder]);
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(counts(&by_signature), expected);
    let inspected = evalhub().args(["inspect", &book, "--profile", &folder]).output().unwrap();
    assert_eq!(text(&inspected.stdout).matches("read by the profile").count(), 1);
}

/// A body that stands twice has one figure, not the sum of two: equal ones are held once, others are an error,
/// and so is a text that is no figure. A heading that comes again names the columns from there on.
#[test]
fn a_profile_never_adds_up_what_stands_twice() {
    let hub = Hub::sqlite();
    let (book, profile) = (hub.path("state.xlsx"), hub.path("state.toml"));
    let rows: [&[&str]; 10] = [
        &["Ratings of teachers 2013-14"],
        &["Location", "Good", "Poor", "All"],
        &["Lake District", "50", "4", "54"],
        &["Note: by school"],
        &["location", "good", "poor", "good or better", "all"],
        &["Lake District", "50", "4", "50", "54"],
        &["Oak School", "30", "1", "30", "31"],
        &["Elm School", "20", "3", "20", "<40"],
        &["Oak School", "31", "1", "31", "n. a."],
        &["Oak School", "32", "1", "32", "31"],
    ];
    write_workbook(&book, "All", &rows);
    let lines_of_profile = "name = \"Lake\"\ncommittee = \"Lake District\"\nheading = \"Location\"\n
        levels = [[\"Good\"], [\"Poor\"]]\n[key]\nname = \"Location\"\n[measures]\non_roll = \"All\"\n";
    std::fs::write(&profile, lines_of_profile).unwrap();
    let paths = [&book, &profile].map(|path| path.display().to_string());
    hub.run(&["import", &paths[0], "--profile", &paths[1], "--skip-invalid-rows"]);
    let read = hub.ask(
        "{ reportedResults { nodes { branch { path } measure rating { code } count provenance { cell } } } }",
    );
    let mut held: Vec<String> =
        lines(&read["reportedResults"]["nodes"]).lines().map(str::to_owned).collect();
    held.sort();
    assert_snapshot!(held.join("\n"), @r"
    Lake District / Elm School | RATING | GOOD | 20 | B8
    Lake District / Elm School | RATING | POOR | 3 | C8
    Lake District / Oak School | ON_ROLL | – | 31 | E7
    Lake District / Oak School | RATING | POOR | 1 | C7
    Lake District | ON_ROLL | – | 54 | D3
    Lake District | RATING | GOOD | 50 | B3
    Lake District | RATING | POOR | 4 | C3
    ");
    let said = hub.ask("{ diagnostics { nodes { severity code cell found } } }");
    assert_snapshot!(lines(&said["diagnostics"]["nodes"]), @r"
    NOTICE | scheme-made | – | –
    WARNING | withheld-figure | E8 | <40
    ERROR | not-a-number | E9 | n. a.
    ERROR | rival-figures | B9 | 31
    ");
}

/// Which column of a list is which field, and what its marks mean, is said by a profile.
#[test]
fn a_profile_names_the_columns_of_a_list() {
    let hub = Hub::sqlite();
    let (book, profile) = (hub.path("list.xlsx"), hub.path("list.toml"));
    let rows: [&[&str]; 5] = [
        &["Bảng theo dõi 2021"],
        &["#", "Thành viên", "Nơi công tác", "Lần 1", "KQ cuối"],
        &["1", "Lê Văn An", "Chi bộ 1", "K", "G"],
        &["2", "Lê Văn Bình", "Chi bộ 2", "K", "K"],
        &["3", "Lê Thị Chi", "Chi bộ 2", "", "O"],
    ];
    write_workbook(&book, "DS", &rows);
    let lines_of = |field: &str| {
        format!(
            "name = \"Mẫu riêng\"\ncommittee = \"Đảng ủy xã Tân Lạc\"\nheading = \"Thành viên\"\n
            [columns]\n\"Thành viên\" = \"name\"\n\"Nơi công tác\" = \"organisation\"\n
            \"column D\" = \"{field}\"\n\"KQ cuối\" = \"rating committee\"\n
            [marks]\n\"G\" = \"HTXSNV\"\n\"K\" = \"HTTNV\"\n\"O\" = \"miễn\"\n"
        )
    };
    let run = |field: &str| {
        std::fs::write(&profile, lines_of(field)).unwrap();
        let paths = [&book, &profile].map(|path| path.display().to_string());
        hub.run(&["import", &paths[0], "--profile", &paths[1]])
    };
    let refused = run("rating of the branch");
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(said.contains("`rating of the branch` is no field"), "{said}");
    assert!(run("rating branch").status.success());
    let read = hub.ask(
        "{ enrolments { nodes { member { name } branch { path } reason
        evaluations { stage deciding rating { code } provenance { cell } } } } }",
    );
    assert_snapshot!(lines(&read["enrolments"]["nodes"]), @r"
    Lê Văn An | Đảng ủy xã Tân Lạc / Chi bộ 1 | – | BRANCH | false | HTTNV | D3 | COMMITTEE | true | HTXSNV | E3
    Lê Văn Bình | Đảng ủy xã Tân Lạc / Chi bộ 2 | – | BRANCH | false | HTTNV | D4 | COMMITTEE | true | HTTNV | E4
    Lê Thị Chi | Đảng ủy xã Tân Lạc / Chi bộ 2 | EXEMPT
    ");
}

/// `--superior` says the body above the issuing one, where none is printed.
#[test]
fn the_command_line_says_what_a_workbook_does_not() {
    let hub = Hub::sqlite();
    let book = hub.path("book.xlsx");
    write_workbook(
        &book,
        "Danh sách",
        &[
            &["ĐẢNG ỦY XÃ TÂN AN"],
            &[],
            &["DANH SÁCH ĐẢNG VIÊN VÀ KẾT QUẢ XẾP LOẠI NĂM 2023"],
            &["STT", "Họ và tên", "Ngày sinh", "Chi bộ", "Xếp loại"],
            &["1", "Nguyễn Văn An", "17/05/1980", "Chi bộ thôn 1", "HTTNV"],
            &["2", "Trần Thị Bình", "02/09/1975", "Chi bộ thôn 1", "HTNV"],
        ],
    );
    let output =
        hub.run(&["import", &book.display().to_string(), "--superior", "Huyện ủy Minh Khê"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let answer = hub.ask("{ enrolments { nodes { branch { path } } } }");
    assert_eq!(
        answer["enrolments"]["nodes"][0]["branch"]["path"],
        "Huyện ủy Minh Khê / ĐẢNG ỦY XÃ TÂN AN / Chi bộ thôn 1"
    );
}
