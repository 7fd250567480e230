//! Shares, differences and averages are what one means by them, whatever else the hub holds.

use insta::assert_snapshot;

use crate::support::{Hub, on_both, results, write_workbook};

/// A list of an office: a name and what each further column has for the person.
fn list(hub: &Hub, office: &str, title: &str, columns: &[&str], people: &[&[&str]]) {
    let path = hub.path(&format!("{office} {title}.xlsx").replace('/', "-"));
    let head: Vec<&str> = ["TT", "Họ và tên"].into_iter().chain(columns.iter().copied()).collect();
    let numbers: Vec<String> = (1..=people.len()).map(|number| number.to_string()).collect();
    let people: Vec<Vec<&str>> = numbers
        .iter()
        .zip(people)
        .map(|(number, row)| [number.as_str()].into_iter().chain(row.iter().copied()).collect())
        .collect();
    let mut rows: Vec<&[&str]> = vec![];
    let (office, title) = ([office], [title]);
    rows.extend([&office[..], &[], &title[..], &head[..]]);
    rows.extend(people.iter().map(Vec::as_slice));
    write_workbook(&path, "DS", &rows);
    hub.import(&[path]);
}

/// Two offices rate by two schemes in one year: the share of a level is of those rated by its scheme.
#[test]
fn a_share_is_within_its_scheme() {
    let found = on_both(|hub| {
        let columns = ["Chi bộ", "Xếp loại"];
        list(
            hub,
            "ĐẢNG ỦY XÃ TÂN LẠC",
            "DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2021",
            &columns,
            &[
                &["Lê Văn An", "Chi bộ Một", "HTXSNV"],
                &["Lê Văn Bình", "Chi bộ Một", "HTTNV"],
                &["Lê Văn Cường", "Chi bộ Một", "HTTNV"],
                &["Lê Văn Dũng", "Chi bộ Một", "HTTNV"],
            ],
        );
        list(
            hub,
            "TRƯỜNG THPT SAO MAI",
            "DANH SÁCH XẾP LOẠI GIÁO VIÊN NĂM 2021",
            &["Tổ", "Xếp loại"],
            &[
                &["Trần Thị Hoa", "Tổ Toán", "Tốt"],
                &["Trần Thị Lan", "Tổ Toán", "Khá"],
                &["Trần Thị Mai", "Tổ Toán", "Đạt"],
            ],
        );
        let share = "count share { percent } all: share(of: RATED) { percent }";
        let by_rating = results(
            hub,
            "of: MEMBERS, groupBy: [{ rating: true }]",
            &format!("key {{ rating {{ label }} }} {share}"),
        );
        let one =
            results(hub, "of: MEMBERS, where: { rating: { code: { eq: \"HTXSNV\" } } }", share);
        format!("{by_rating}\n\n{one}")
    });
    assert_snapshot!(found, @r"
    Hoàn thành xuất sắc nhiệm vụ | 1 | 25.0 | 14.3
    Hoàn thành tốt nhiệm vụ | 3 | 75.0 | 42.9
    Tốt | 1 | 33.3 | 14.3
    Khá | 1 | 33.3 | 14.3
    Đạt | 1 | 33.3 | 14.3

    1 | 25.0 | 14.3
    ");
}

/// The round before is the last one in which the branch itself was rated: what another office did
/// between the two is no round of its own, and a school year follows a calendar year.
#[test]
fn a_difference_is_to_the_round_before_of_the_same_branch() {
    let found = on_both(|hub| {
        let columns = ["Chi bộ", "Xếp loại"];
        let names = ["Lê Văn An", "Lê Văn Bình", "Lê Văn Cường"];
        let rounds = [
            ("TÂN LẠC", "NĂM 2018", 1),
            ("HÒA BÌNH", "NĂM 2019", 3),
            ("TÂN LẠC", "NĂM HỌC 2020-2021", 2),
        ];
        for (office, round, best) in rounds {
            let rows: Vec<[&str; 3]> = names
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    let branch =
                        if office == "TÂN LẠC" { "Chi bộ Một" } else { "Chi bộ Hai" };
                    [*name, branch, if place < best { "HTXSNV" } else { "HTTNV" }]
                })
                .collect();
            let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
            let title = format!("DANH SÁCH XẾP LOẠI ĐẢNG VIÊN {round}");
            list(hub, &format!("ĐẢNG ỦY XÃ {office}"), &title, &columns, &rows);
        }
        let delta = "count delta { campaign { code } previous percentagePoints }";
        let best = "campaign: { code: { eq: \"2020-21\" } }, rating: { code: { eq: \"HTXSNV\" } }";
        let all = results(hub, &format!("of: MEMBERS, where: {{ {best} }}"), delta);
        let each = results(
            hub,
            &format!("of: MEMBERS, where: {{ {best} }}, groupBy: [{{ branch: {{ each: true }} }}]"),
            &format!("key {{ branch {{ name }} }} {delta}"),
        );
        let over_rounds = results(
            hub,
            "of: MEMBERS, groupBy: [{ campaign: true }]",
            &format!("key {{ campaign {{ code }} }} {delta}"),
        );
        format!("{all}\n\n{each}\n\n{over_rounds}")
    });
    assert_snapshot!(found, @r"
    2 | 2018 | 1 | 33.3

    Chi bộ Một | 2 | 2018 | 1 | 33.3
    ĐẢNG ỦY XÃ TÂN LẠC | 2 | 2018 | 1 | 33.3

    2018 | 3 | –
    2019 | 3 | –
    2020-21 | 3 | 2018 | 3 | 0.0
    ");
}

/// An average is of the scores of the stage that decides, or of those of which no column says whose
/// they are where it gave none; it says which. Tallies and lists tell the same.
#[test]
fn an_average_says_whose_scores_it_is_of() {
    let found = on_both(|hub| {
        let office = "ĐẢNG ỦY XÃ TÂN LẠC";
        list(
            hub,
            office,
            "DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2021",
            &["Chi bộ", "Điểm tự chấm", "Tự xếp loại", "Điểm chi bộ chấm", "Chi bộ xếp loại"],
            &[
                &["Lê Văn An", "Chi bộ Một", "95", "HTXSNV", "91.5", "HTXSNV"],
                &["Lê Văn Bình", "Chi bộ Một", "88", "HTTNV", "80", "HTTNV"],
                &["Lê Văn Cường", "Chi bộ Một", "90", "HTTNV", "82", "HTTNV"],
            ],
        );
        list(
            hub,
            office,
            "DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2022",
            &["Chi bộ", "Điểm", "Tự xếp loại", "Chi bộ xếp loại"],
            &[
                &["Lê Văn An", "Chi bộ Một", "92", "HTXSNV", "HTXSNV"],
                &["Lê Văn Bình", "Chi bộ Một", "81", "HTTNV", "HTTNV"],
            ],
        );
        let scores = "count average(of: SCORE) minimum(of: SCORE) maximum(of: SCORE) scoreStages";
        let ask = |more: &str| {
            let by = "groupBy: [{ campaign: true }, { rating: true }]";
            let fields = format!("key {{ campaign {{ code }} rating {{ code }} }} {scores}");
            results(hub, &format!("of: MEMBERS, {by}, totals: ROLLUP{more}"), &fields)
        };
        let tallied = ask("");
        // Of people, the lists are read.
        assert_eq!(ask(", where: { member: { name: { contains: \"Lê\" } } }"), tallied);
        let of_self = results(
            hub,
            "of: MEMBERS, where: { stage: { eq: SELF } }, groupBy: [{ campaign: true }]",
            &format!("key {{ campaign {{ code }} }} {scores}"),
        );
        format!("{tallied}\n\n{of_self}")
    });
    assert_snapshot!(found, @r"
    2021 | HTXSNV | 1 | 91.5 | 91.5 | 91.5 | BRANCH
    2021 | HTTNV | 2 | 81.0 | 80.0 | 82.0 | BRANCH
    2021 | – | 3 | 84.5 | 80.0 | 91.5 | BRANCH
    2022 | HTXSNV | 1 | 92.0 | 92.0 | 92.0 | UNSTATED
    2022 | HTTNV | 1 | 81.0 | 81.0 | 81.0 | UNSTATED
    2022 | – | 2 | 86.5 | 81.0 | 92.0 | UNSTATED
    – | – | 5 | 85.3 | 80.0 | 92.0 | BRANCH | UNSTATED

    2021 | 3 | 91.0 | 88.0 | 95.0 | SELF
    2022 | 2 | – | – | –
    ");
}
