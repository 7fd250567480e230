//! Aggregated results: the best source, shares, the tree, the rounds.

use insta::assert_snapshot;

use crate::support::{Hub, lines, on_both, sample, write_workbook};

fn results(hub: &Hub, arguments: &str, fields: &str) -> String {
    let answer = hub.ask(&format!("{{ results({arguments}) {{ nodes {{ {fields} }} }} }}"));
    lines(&answer["results"]["nodes"])
}

#[test]
fn the_figures_of_the_report() {
    let found = on_both(|hub| {
        hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        let fields = "key { rating { code } } count share { percent } source provisional";
        let round = "where: { campaign: { code: { eq: \"2019\" } } }, groupBy: [{ rating: true }]";
        let members = results(hub, &format!("of: MEMBERS, {round}"), fields);
        let branches = results(hub, &format!("of: BRANCHES, {round}"), fields);
        format!("{members}\n\n{branches}")
    });
    assert_snapshot!(found, @r"
    HTXSNV | 13 | 13.3 | COUNTED | false
    HTTNV | 84 | 85.7 | COUNTED | false
    HTNV | 1 | 1.0 | COUNTED | false

    HTXSNV | 2 | 15.4 | COUNTED | false
    HTTNV | 11 | 84.6 | COUNTED | false
    ");
}

#[test]
fn lists_and_prints_can_be_asked_for_apart() {
    let found = on_both(|hub| {
        hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        let ask = |source: &str| {
            let arguments = format!(
                "of: BRANCHES, where: {{ source: {source} }}, groupBy: [{{ rating: true }}]"
            );
            results(hub, &arguments, "key { rating { code } } count source")
        };
        format!("{}\n\n{}", ask("COUNTED"), ask("REPORTED"))
    });
    assert_snapshot!(found, @r"
    HTXSNV | 2 | COUNTED
    HTTNV | 11 | COUNTED

    HTXSNV | 2 | REPORTED
    HTTNV | 12 | REPORTED
    ");
}

#[test]
fn printed_years_make_a_trend() {
    let found = on_both(|hub| {
        hub.import(&[sample("tong_hop_chi_bo_2018.xls")]);
        results(
            hub,
            "of: MEMBERS, groupBy: [{ campaign: true }, { rating: true }]",
            "key { campaign { code } rating { code } } count share { percent } source coverage",
        )
    });
    assert_snapshot!(found, @r"
    2017 | HTXSNV | 8 | 7.0 | REPORTED | 1.0
    2017 | HTTNV | 100 | 87.7 | REPORTED | 1.0
    2017 | HTNV | 6 | 5.3 | REPORTED | 1.0
    2018 | HTXSNV | 11 | 10.4 | REPORTED | 1.0
    2018 | HTTNV | 91 | 85.8 | REPORTED | 1.0
    2018 | HTNV | 4 | 3.8 | REPORTED | 1.0
    ");
}

/// A committee of two branches: one has a list, the other only a printed line; the total is printed too.
fn mixed(hub: &Hub) {
    let list = hub.path("list.xlsx");
    write_workbook(
        &list,
        "DS",
        &[
            &["ĐẢNG ỦY XÃ TÂN LẠC"],
            &[],
            &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
            &["TT", "Họ và tên", "Chi bộ", "Xếp loại"],
            &["1", "Lê Văn An", "Chi bộ 1", "HTXSNV"],
            &["2", "Lê Văn Bình", "Chi bộ 1", "HTTNV"],
            &["3", "Lê Văn Cường", "Chi bộ 1", "HTTNV"],
        ],
    );
    let summary = hub.path("summary.xlsx");
    write_workbook(
        &summary,
        "TH",
        &[
            &["ĐẢNG ỦY XÃ TÂN LẠC"],
            &[],
            &["TỔNG HỢP XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
            &["TT", "Chi bộ", "Tổng số ĐV", "Được ĐG", "HTXSNV", "HTTNV"],
            &["1", "Chi bộ 1", "3", "3", "1", "2"],
            &["2", "Chi bộ 2", "5", "5", "1", "4"],
            &["", "Tổng cộng", "8", "8", "2", "6"],
        ],
    );
    hub.import(&[list, summary]);
}

#[test]
fn a_list_and_a_summary_of_the_same_never_add_up_to_twice() {
    let found = on_both(|hub| {
        mixed(hub);
        let whole = results(
            hub,
            "of: MEMBERS, groupBy: [{ rating: true }]",
            "key { rating { code } } count source coverage",
        );
        let each = results(
            hub,
            "of: MEMBERS, groupBy: [{ branch: { each: true } }]",
            "key { branch { name } } count source share(within: []) { numerator denominator }",
        );
        format!("{whole}\n\n{each}")
    });
    assert_snapshot!(found, @r"
    HTXSNV | 2 | MIXED | 1.0
    HTTNV | 6 | MIXED | 1.0

    Chi bộ 1 | 3 | COUNTED | 3 | 8
    Chi bộ 2 | 5 | REPORTED | 5 | 8
    ĐẢNG ỦY XÃ TÂN LẠC | 8 | MIXED | 8 | 8
    ");
}

#[test]
fn an_incomplete_list_gives_way_to_the_printed_figure() {
    let found = on_both(|hub| {
        let path = hub.path("short.xlsx");
        write_workbook(
            &path,
            "DS",
            &[
                &["ĐẢNG ỦY XÃ TÂN LẠC"],
                &[],
                &["DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
                &["TT", "Họ và tên", "HTXSNV", "HTTNV"],
                &["I. Chi bộ 1"],
                &["1", "Lê Văn An", "x", ""],
                &["2", "Lê Văn Bình", "", "x"],
                &["Cộng: 4 đồng chí", "", "1", "3"],
            ],
        );
        hub.import(&[path]);
        let best = results(
            hub,
            "of: MEMBERS, groupBy: [{ rating: true }]",
            "key { rating { code } } count source",
        );
        let counted = results(
            hub,
            "of: MEMBERS, where: { source: COUNTED }, groupBy: [{ rating: true }]",
            "key { rating { code } } count source",
        );
        format!("{best}\n\n{counted}")
    });
    assert_snapshot!(found, @r"
    HTXSNV | 1 | REPORTED
    HTTNV | 3 | REPORTED

    HTXSNV | 1 | COUNTED
    HTTNV | 1 | COUNTED
    ");
}

#[test]
fn a_branch_answers_for_what_is_below_it() {
    let found = on_both(|hub| {
        mixed(hub);
        let branch = hub.ask("{ branches(where: { search: \"tan lac\" }) { nodes { id } } }");
        let id = branch["branches"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        let below = results(
            hub,
            &format!(
                "of: MEMBERS, where: {{ branch: {{ id: \"{id}\" }} }}, groupBy: [{{ branch: {{ children: true }} }}, {{ rating: true }}]"
            ),
            "key { branch { name } rating { code } } count share { percent }",
        );
        let answer = hub.ask(&format!("{{ branch(id: \"{id}\") {{ name kind children {{ nodes {{ name }} }} results(of: MEMBERS) {{ nodes {{ count }} }} }} }}"));
        format!("{below}\n\n{}", lines(&serde_json::json!([answer["branch"]])))
    });
    assert_snapshot!(found, @r"
    Chi bộ 1 | HTXSNV | 1 | 33.3
    Chi bộ 1 | HTTNV | 2 | 66.7
    Chi bộ 2 | HTXSNV | 1 | 20.0
    Chi bộ 2 | HTTNV | 4 | 80.0

    ĐẢNG ỦY XÃ TÂN LẠC | COMMITTEE | Chi bộ 1 | Chi bộ 2 | 8
    ");
}

fn samples() -> Vec<std::path::PathBuf> {
    ["an_lac_thon_2018.xls", "an_lac_thon_2019.ods", "an_lac_thon_2020.xlsx"]
        .map(|name| sample("samples").join(name))
        .to_vec()
}

/// Conditions, order and totals of groups; a total is the sum of its groups, whatever is left out.
#[test]
fn groups_have_conditions_an_order_and_totals() {
    let found = on_both(|hub| {
        hub.import(&samples());
        let fields = "total key { campaign { code } rating { code } } count share { percent }";
        let groups = "of: MEMBERS, groupBy: [{ campaign: true }, { rating: true }]";
        let rolled = results(hub, &format!("{groups}, totals: ROLLUP, fillGaps: true"), fields);
        let few = results(
            hub,
            &format!(
                "{groups}, having: [{{ count: {{ lt: 20 }}, percent: {{ gte: 5 }} }}], orderBy: [COUNT_DESC, CAMPAIGN_ASC], totals: GRAND"
            ),
            fields,
        );
        let branches = results(
            hub,
            "of: MEMBERS, where: { campaign: { code: { eq: \"2019\" } } }, groupBy: [{ branch: { level: 1 } }], totals: GRAND",
            "total key { branch { name } } count",
        );
        format!("{rolled}\n\n{few}\n\n{branches}")
    });
    assert_snapshot!(found, @r#"
    NONE | 2018 | HTXSNV | 7 | 13.0
    NONE | 2018 | HTTNV | 45 | 83.3
    NONE | 2018 | HTNV | 2 | 3.7
    NONE | 2018 | KHTNV | 0 | 0.0
    SUBTOTAL | 2018 | – | 54 | 100.0
    NONE | 2019 | HTXSNV | 7 | 13.0
    NONE | 2019 | HTTNV | 45 | 83.3
    NONE | 2019 | HTNV | 2 | 3.7
    NONE | 2019 | KHTNV | 0 | 0.0
    SUBTOTAL | 2019 | – | 54 | 100.0
    NONE | 2020 | HTXSNV | 7 | 13.0
    NONE | 2020 | HTTNV | 45 | 83.3
    NONE | 2020 | HTNV | 2 | 3.7
    NONE | 2020 | KHTNV | 0 | 0.0
    SUBTOTAL | 2020 | – | 54 | 100.0
    GRAND | – | – | 162 | 100.0

    NONE | 2018 | HTXSNV | 7 | 13.0
    NONE | 2019 | HTXSNV | 7 | 13.0
    NONE | 2020 | HTXSNV | 7 | 13.0
    GRAND | – | – | 162 | 100.0

    NONE | ĐẢNG ỦY XÃ AN LẠC THÔN | 54
    GRAND | – | 54
    "#);
}

/// Who moved from which rating to which: equal to a recount of the evaluations themselves.
#[test]
fn transitions_are_those_of_the_evaluations() {
    let found = on_both(|hub| {
        hub.import(&samples());
        let answer = hub.ask(
            "{ transitions(of: MEMBERS, from: \"2018\", to: \"2019\") { from { code } to { code } count ranks } \
             members(first: 1000) { nodes { evaluations(deciding: true) { campaign { code } rating { code } } } } }",
        );
        let mut counts = std::collections::BTreeMap::<(String, String), i64>::new();
        for node in answer["members"]["nodes"].as_array().unwrap() {
            let of = |round: &str| {
                let all = node["evaluations"].as_array().unwrap();
                let found = all.iter().find(|it| it["campaign"]["code"] == round);
                found.map_or("–".to_owned(), |it| {
                    it["rating"]["code"].as_str().unwrap().to_owned()
                })
            };
            let (from, to) = (of("2018"), of("2019"));
            if from != "–" || to != "–" {
                *counts.entry((from, to)).or_default() += 1;
            }
        }
        let transitions = answer["transitions"].as_array().unwrap();
        assert_eq!(transitions.len(), counts.len());
        for row in transitions {
            let code = |side: &str| row[side]["code"].as_str().unwrap_or("–").to_owned();
            assert_eq!(row["count"], counts[&(code("from"), code("to"))], "{row}");
        }
        lines(&answer["transitions"])
    });
    assert_snapshot!(found, @r#"
    HTXSNV | HTXSNV | 2 | 0
    HTXSNV | HTTNV | 4 | -1
    HTXSNV | HTNV | 1 | -2
    HTTNV | HTXSNV | 5 | 1
    HTTNV | HTTNV | 38 | 0
    HTTNV | – | 2 | –
    HTNV | HTTNV | 1 | 1
    HTNV | HTNV | 1 | 0
    – | HTTNV | 2 | –
    "#);
}
