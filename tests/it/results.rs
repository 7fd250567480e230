//! Aggregated results: the best source, shares, the tree, the rounds.

use insta::assert_snapshot;

use crate::support::{Hub, lines, on_both, results, sample, write_workbook};

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
             members(first: 1000) { nodes { evaluations(where: { deciding: true }) { nodes { campaign { code } rating { code } } } } } }",
        );
        let mut counts = std::collections::BTreeMap::<(String, String), i64>::new();
        for node in answer["members"]["nodes"].as_array().unwrap() {
            let of = |round: &str| {
                let all = node["evaluations"]["nodes"].as_array().unwrap();
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

/// Pages of the enrolments of a total over stages have each of them once, and all.
#[test]
fn totals_over_stages_drill_down_to_every_enrolment_once() {
    let hub = Hub::sqlite();
    hub.import(&samples());
    let page = |cursor: &str| {
        let answer = hub.ask(&format!(
            "{{ results(of: MEMBERS, where: {{ campaign: {{ code: {{ eq: \"2019\" }} }} }}, groupBy: [{{ stage: true }}], totals: GRAND) {{ \
                 nodes {{ total count enrolments(first: 50{cursor}) {{ nodes {{ id }} pageInfo {{ endCursor hasNextPage }} }} }} }} }}"
        ));
        let nodes = answer["results"]["nodes"].as_array().unwrap().clone();
        nodes.into_iter().find(|node| node["total"] == "GRAND").unwrap()["enrolments"].clone()
    };
    let (mut seen, mut cursor) = (std::collections::BTreeSet::new(), String::new());
    loop {
        let found = page(&cursor);
        for node in found["nodes"].as_array().unwrap() {
            assert!(seen.insert(node["id"].as_str().unwrap().to_owned()), "{node} comes twice");
        }
        if found["pageInfo"]["hasNextPage"] == false {
            break;
        }
        cursor = format!(", after: {}", found["pageInfo"]["endCursor"]);
    }
    let rated = hub.sql(
        "SELECT '' AS a, NULL AS b, NULL AS c, count(*) AS n FROM (SELECT DISTINCT e.id FROM enrolments e \
         JOIN member_evaluations v ON v.campaign_id = e.campaign_id AND v.member_id = e.member_id \
         AND v.branch_id = e.branch_id JOIN campaigns c ON c.id = e.campaign_id \
         WHERE c.code = '2019' AND v.rating_id IS NOT NULL) x",
    );
    assert_eq!(i64::try_from(seen.len()).unwrap(), rated[0].1);
}

/// Workbooks with sexes, dates, positions, stages, scores, reasons and two schemes.
fn varied(hub: &Hub) {
    let names = [
        "an_lac_thon_2018.xls",
        "an_lac_thon_2019.ods",
        "dsdv_2015_vni.xls",
        "xep_loai_2016_vni.xlsx",
        "tong_hop_de_xuat_2022.xlsx",
        "Mau14_Quy III-2026.xlsx",
    ];
    hub.import(&names.map(|name| sample("samples").join(name)));
}

/// What the hub answers for groups, as texts and a count.
fn grouped(hub: &Hub, group_by: &str, keys: &str) -> Vec<(Vec<Option<String>>, i64)> {
    let query = format!(
        "{{ results(of: MEMBERS, where: {{ source: COUNTED }}, groupBy: [{group_by}], first: 1000) {{ nodes {{ key {{ {keys} }} count }} }} }}"
    );
    let answer = hub.ask(&query);
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let row = |node: &serde_json::Value| {
        let mut texts: Vec<Option<String>> = Vec::new();
        for value in node["key"].as_object().unwrap().values() {
            let inner = value.as_object().and_then(|object| object.values().next());
            texts.push(text(inner.unwrap_or(value)));
        }
        texts.resize(3, None);
        (texts, node["count"].as_i64().unwrap())
    };
    let mut rows: Vec<_> = answer["results"]["nodes"].as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

/// The evaluations with all that they are grouped by, in SQL.
const RATED: &str = "FROM member_evaluations v \
    JOIN enrolments e ON e.campaign_id = v.campaign_id AND e.member_id = v.member_id AND e.branch_id = v.branch_id \
    JOIN members m ON m.id = v.member_id JOIN campaigns c ON c.id = v.campaign_id \
    JOIN ratings r ON r.id = v.rating_id JOIN rating_schemes s ON s.id = r.scheme_id";

/// Counted results are those of SQL that was written by hand, for every key.
#[test]
fn results_equal_a_recount_by_sql() {
    on_both(|hub| {
        varied(hub);
        let deciding = format!("{RATED} WHERE v.deciding");
        for (group_by, keys, columns, rows) in [
            (
                "{ campaign: true }, { rating: true }",
                "campaign { code } rating { code }",
                "c.code, r.code, NULL",
                deciding.clone(),
            ),
            (
                "{ campaign: true }, { sex: true }, { rating: true }",
                "campaign { code } sex rating { code }",
                "c.code, m.sex, r.code",
                deciding.clone(),
            ),
            ("{ position: true }", "position", "e.position, NULL, NULL", deciding.clone()),
            (
                "{ campaign: true }, { probationary: true }",
                "campaign { code } probationary",
                "c.code, CASE WHEN e.probationary THEN 'true' ELSE 'false' END, NULL",
                deciding.clone(),
            ),
            (
                "{ scheme: true }, { campaign: true }",
                "scheme { code } campaign { code }",
                "s.code, c.code, NULL",
                deciding.clone(),
            ),
            (
                "{ stage: true }, { rating: true }",
                "stage rating { code }",
                "CASE v.stage WHEN 0 THEN 'SELF' WHEN 1 THEN 'AUTHORITY' WHEN 2 THEN 'REVIEWER' WHEN 3 THEN 'CELL_COMMITTEE' WHEN 4 THEN 'MASS_ORGANIZATION' WHEN 5 THEN 'BRANCH' WHEN 6 THEN 'UNSTATED' ELSE 'COMMITTEE' END, r.code, NULL",
                RATED.to_owned(),
            ),
            (
                "{ campaign: true }, { reason: true }",
                "campaign { code } reason",
                "c.code, e.reason, NULL",
                "FROM enrolments e JOIN campaigns c ON c.id = e.campaign_id".to_owned(),
            ),
            (
                "{ sex: true }, { reason: true }",
                "sex reason",
                "m.sex, e.reason, NULL",
                "FROM enrolments e JOIN members m ON m.id = e.member_id".to_owned(),
            ),
        ] {
            let names = ["a", "b", "c"];
            let listed: Vec<String> = columns
                .split(", ")
                .zip(names)
                .map(|(column, name)| format!("CAST({column} AS TEXT) AS {name}"))
                .collect();
            let mut expected = hub.sql(&format!(
                "SELECT {}, count(*) AS n {rows} GROUP BY 1, 2, 3",
                listed.join(", ")
            ));
            expected.sort();
            assert_eq!(grouped(hub, group_by, keys), expected, "{group_by}");
            assert!(!expected.is_empty(), "{group_by}");
        }
        let age = "c.year - CAST(substr(m.birth_date, 1, 4) AS INTEGER)";
        let mut bands = hub.sql(&format!(
            "SELECT CAST(({age}) / 10 * 10 AS TEXT) AS a, NULL AS b, NULL AS c, count(*) AS n {deciding} GROUP BY 1"
        ));
        bands.sort();
        assert_eq!(grouped(hub, "{ ageBand: { width: 10 } }", "ageBand { from }"), bands);
    });
}

/// The rows below a group are as many as it counts, whatever it is grouped by, and each is of it.
#[test]
fn every_group_drills_down_to_its_rows() {
    on_both(|hub| {
        varied(hub);
        for group_by in [
            "{ campaign: true }, { rating: true }",
            "{ sex: true }, { ageBand: { width: 15 } }",
            "{ branch: { each: true } }, { scheme: true }",
            "{ stage: true }",
        ] {
            let answer = hub.ask(&format!(
                "{{ results(of: MEMBERS, where: {{ source: COUNTED }}, groupBy: [{group_by}], totals: ROLLUP, first: 40) {{ nodes {{ \
                     key {{ campaign {{ code }} branch {{ name }} rating {{ code }} stage }} count \
                     members(first: 3) {{ totalCount pageInfo {{ endCursor hasNextPage }} nodes {{ id campaign {{ code }} rating {{ code }} stage }} }} \
                     enrolments(first: 1) {{ totalCount nodes {{ id }} }} }} }} }}"
            ));
            for node in answer["results"]["nodes"].as_array().unwrap() {
                assert_eq!(node["members"]["totalCount"], node["count"], "{group_by}: {node}");
                let shown = node["members"]["nodes"].as_array().unwrap();
                assert_eq!(shown.len(), 3.min(node["count"].as_u64().unwrap().try_into().unwrap()));
                for row in shown {
                    for key in ["campaign", "rating", "stage"] {
                        let wanted = &node["key"][key];
                        assert!(wanted.is_null() || row[key] == *wanted, "{group_by}: {node}");
                    }
                }
            }
        }
    });
}

#[test]
fn the_rows_of_a_group_have_pages() {
    let hub = Hub::sqlite();
    varied(&hub);
    let mut seen: Vec<String> = Vec::new();
    let mut after = String::new();
    loop {
        let answer = hub.ask(&format!(
            "{{ results(of: MEMBERS, where: {{ campaign: {{ code: {{ eq: \"2018\" }} }} }}) {{ nodes {{ count \
                 members(first: 17 {after}) {{ totalCount pageInfo {{ endCursor hasNextPage }} nodes {{ id }} }} }} }} }}"
        ));
        let node = &answer["results"]["nodes"][0];
        assert_eq!(node["members"]["totalCount"], node["count"]);
        let rows = node["members"]["nodes"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        if node["members"]["pageInfo"]["hasNextPage"] != true {
            assert_eq!(node["count"], seen.len());
            break;
        }
        after = format!("after: {}", node["members"]["pageInfo"]["endCursor"]);
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), seen.len());
}

/// A committee with branches that have so many top ratings and others.
fn committee(hub: &Hub, year: &str, branches: &[(&str, usize, usize)]) {
    let path = hub.path(&format!("dang_uy_{year}.xlsx"));
    let title = format!("DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM {year}");
    let mut rows: Vec<Vec<String>> = vec![
        vec!["ĐẢNG ỦY XÃ TÂN LẠC".into()],
        vec![],
        vec![title],
        ["TT", "Họ và tên", "Chi bộ", "Xếp loại"].map(Into::into).to_vec(),
    ];
    for (branch, top, others) in branches {
        for number in 0..top + others {
            let rating = if number < *top { "HTXSNV" } else { "HTTNV" };
            let names = ["An", "Bình", "Cường", "Dung", "Giang", "Hải", "Khanh", "Lan", "Minh"];
            let name = format!("Lê {} {}", branch.replace(char::is_numeric, ""), names[number]);
            rows.push(vec![(rows.len() - 3).to_string(), name, (*branch).into(), rating.into()]);
        }
    }
    let rows: Vec<Vec<&str>> =
        rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    write_workbook(&path, "DS", &rows);
    hub.import(&[path]);
}

/// A group is compared with the round before: a branch that follows others with all of them, one of
/// those that a branch was split into with nothing.
#[test]
fn a_delta_crosses_successions() {
    let found = on_both(|hub| {
        committee(hub, "2020", &[("Chi bộ Một", 1, 3), ("Chi bộ Hai", 2, 2), ("Chi bộ Ba", 1, 7)]);
        committee(hub, "2021", &[("Chi bộ Mới", 4, 4), ("Chi bộ Bốn", 1, 3), ("Chi bộ Năm", 0, 4)]);
        let id = |name: &str| {
            let answer = hub.ask(&format!(
                "{{ branches(where: {{ name: {{ eq: \"{name}\" }} }}) {{ nodes {{ id }} }} }}"
            ));
            let id = answer["branches"]["nodes"][0]["id"].as_str().unwrap();
            id.trim_start_matches("Branch:").to_owned()
        };
        let merged = format!("{},{}", id("Chi bộ Một"), id("Chi bộ Hai"));
        let split = format!("{},{}", id("Chi bộ Bốn"), id("Chi bộ Năm"));
        for (from, to) in [(merged, id("Chi bộ Mới")), (id("Chi bộ Ba"), split)] {
            let output = hub.run(&["branches", "succeed", "2021", "--from", &from, "--to", &to]);
            assert!(output.status.success(), "{}", crate::support::text(&output.stderr));
        }
        let fields = "key { branch { name } rating { code } } count share { percent } delta { campaign { code } previous count percentagePoints previousShare { percent } }";
        let round = "campaign: { code: { eq: \"2021\" } }";
        let whole = results(
            hub,
            &format!("of: MEMBERS, where: {{ {round} }}, groupBy: [{{ rating: true }}]"),
            fields,
        );
        let each = results(
            hub,
            &format!(
                "of: MEMBERS, where: {{ {round}, rating: {{ code: {{ eq: \"HTXSNV\" }} }} }}, groupBy: [{{ branch: {{ each: true }} }}]"
            ),
            fields,
        );
        let one = results(
            hub,
            &format!(
                "of: MEMBERS, where: {{ {round}, branch: {{ id: \"Branch:{}\" }} }}, groupBy: [{{ rating: true }}]",
                id("Chi bộ Mới")
            ),
            fields,
        );
        // Without those below, in both rounds.
        let own = results(
            hub,
            &format!(
                "of: MEMBERS, where: {{ {round}, branch: {{ id: \"Branch:{}\", include: SELF }} }}",
                id("Chi bộ Mới")
            ),
            "count delta { previous }",
        );
        format!("{whole}\n\n{each}\n\n{one}\n\n{own}")
    });
    assert_snapshot!(found, @r#"
    – | HTXSNV | 5 | 31.3 | 2020 | 4 | 1 | 6.3 | 25.0
    – | HTTNV | 11 | 68.8 | 2020 | 12 | -1 | -6.3 | 75.0

    Chi bộ Bốn | – | 1 | 25.0 | –
    Chi bộ Mới | – | 4 | 50.0 | 2020 | 3 | 1 | 12.5 | 37.5
    ĐẢNG ỦY XÃ TÂN LẠC | – | 5 | 31.3 | 2020 | 4 | 1 | 6.3 | 25.0

    – | HTXSNV | 4 | 50.0 | 2020 | 3 | 1 | 12.5 | 37.5
    – | HTTNV | 4 | 50.0 | 2020 | 5 | -1 | -12.5 | 62.5

    8 | 8
    "#);
}

/// What cannot be grouped so is said.
#[test]
fn a_question_without_an_answer_is_refused_in_a_sentence() {
    let hub = Hub::sqlite();
    hub.create();
    let refusal = |arguments: &str| {
        let output =
            hub.run(&["query", &format!("{{ results({arguments}) {{ nodes {{ count }} }} }}")]);
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    let refusals = [
        "of: BRANCHES, groupBy: [{ sex: true }]",
        "of: MEMBERS, groupBy: [{ sex: true }], where: { source: REPORTED }",
        "of: MEMBERS, groupBy: [{ rating: true }, { rating: true }]",
        "of: MEMBERS, where: { stage: { in: [SELF, BRANCH] } }",
        "of: MEMBERS, groupBy: [{ ageBand: { width: 0 } }]",
        "of: MEMBERS, groupBy: [{ branch: { level: 0 } }]",
        "of: MEMBERS, groupBy: [{ campaign: false }]",
        "of: MEMBERS, groupBy: [{ reason: true }, { rating: true }]",
        "of: MEMBERS, where: { branch: { id: \"Branch:1\", include: SELF } }, groupBy: [{ branch: { each: true } }]",
        "of: BRANCHES, where: { branch: { id: \"Branch:1\", include: SELF } }",
        "of: MEMBERS, having: [{ percent: { gt: null } }]",
    ]
    .map(refusal);
    assert_snapshot!(refusals.join("\n"), @r#"
    branches have no sex, age, position, probation or reason: ask for `of: MEMBERS`
    nothing is printed by sex, age, position or probation: leave `source: REPORTED` out
    a group key is given twice; give each once
    several stages would count people several times: name one, or group by `{ stage: true }`
    `width` is 0; expected 1 to 100 years
    `level` is 0; expected 1 or more
    a group key is `false`; leave out what should not be grouped by
    those with a reason were not rated: by `{ reason: true }` leave rating, scheme and stage out, or ask for them in a field of their own
    a branch itself (`include: SELF`) has no branches below it: leave `branch` out of `groupBy`, or `include` out of `where`
    results of branches are of those below a branch: ask `branchEvaluations` for its own
    a null in a filter is no condition; leave the condition out
    "#);
}

/// However many groups and rows are shown, each field takes at most two statements.
#[test]
fn fields_take_two_statements_however_many_rows() {
    let hub = Hub::sqlite();
    varied(&hub);
    let ask = |first: usize| {
        hub.statements(&format!(
            "{{ results(of: MEMBERS, groupBy: [{{ campaign: true }}, {{ rating: true }}], first: {first}) {{ nodes {{ \
                 key {{ campaign {{ code }} rating {{ code }} }} count delta {{ count }} average(of: SCORE) \
                 members(first: {first}) {{ totalCount nodes {{ member {{ name }} branch {{ name parent {{ name }} }} rating {{ code }} provenance {{ workbook cell }} }} }} \
             }} }} }}"
        ))
    };
    let (few, many) = (ask(1), ask(12));
    assert!(many <= few + 2 && many < 30, "{few} statements for one row, {many} for many");
}

/// A part is never more than its whole, unless it is printed so (the "12" of District 9): where some branches lack the figure of the whole, there is no
/// share.
#[test]
fn no_share_is_more_than_its_whole() {
    on_both(|hub| {
        let names = [
            "tong_hop_de_xuat_2022.xlsx",
            "bieu_xep_loai_2019_cac_cap.xls",
            "tonghop_2012_abc.xls",
            "cay_to_chuc_2021.xlsx",
        ];
        let mut paths: Vec<_> = names.iter().map(|name| sample("samples").join(name)).collect();
        paths.extend(["tong_hop_chi_bo_2018.xls", "ds_dv_2021_mot_cot.xlsx"].map(sample));
        hub.import(&paths);
        let mut shares = 0;
        for subject in ["MEMBERS", "BRANCHES"] {
            for source in ["BEST", "COUNTED", "REPORTED"] {
                for groups in [
                    "{ rating: true }",
                    "{ campaign: true }, { rating: true }",
                    "{ stage: true }, { rating: true }",
                    "{ campaign: true }, { branch: { each: true } }",
                ] {
                    let answer = hub.ask(&format!(
                        "{{ results(of: {subject}, where: {{ source: {source} }}, groupBy: [{groups}], totals: ROLLUP, first: 1000) {{ nodes {{ count \
                             rated: share {{ numerator denominator }} toRate: share(of: TO_RATE) {{ numerator denominator }} onRoll: share(of: ON_ROLL) {{ numerator denominator }} }} }} }}"
                    ));
                    for node in answer["results"]["nodes"].as_array().unwrap() {
                        for share in ["rated", "toRate", "onRoll"] {
                            let of = |side: &str| node[share][side].as_i64().unwrap();
                            let (part, whole) = (of("numerator"), of("denominator"));
                            assert!(
                                whole == 0 || part <= whole,
                                "{subject} {source} {groups} {share}: {node}"
                            );
                            shares += i32::from(whole > 0);
                        }
                    }
                }
            }
        }
        assert!(shares > 300, "{shares}");
    });
}

/// The ways down to all values of a type that need no argument: `key { rating { code } }`.
fn ways(hub: &Hub, name: &str) -> Vec<String> {
    let answer = hub.ask(&format!(
        "{{ __type(name: \"{name}\") {{ fields {{ name args {{ type {{ kind }} }} type {{ kind name ofType {{ kind name }} }} }} }} }}"
    ));
    let fields = answer["__type"]["fields"].as_array().unwrap();
    let is_free = |field: &&serde_json::Value| {
        field["args"]
            .as_array()
            .unwrap()
            .iter()
            .all(|argument| argument["type"]["kind"] != "NON_NULL")
    };
    let way = |field: &serde_json::Value| {
        let kind = &field["type"];
        let kind = if kind["kind"] == "NON_NULL" { &kind["ofType"] } else { kind };
        let field = field["name"].as_str().unwrap();
        match kind["kind"].as_str() {
            Some("SCALAR" | "ENUM") => vec![field.to_owned()],
            Some("OBJECT") if ["Result", "ResultKeyValue"].contains(&name) => {
                let below = ways(hub, kind["name"].as_str().unwrap());
                below.iter().map(|way| format!("{field} {{ {way} }}")).collect()
            }
            _ => Vec::new(),
        }
    };
    let own = fields.iter().filter(is_free).flat_map(way);
    own.chain(["__typename".to_owned()]).collect()
}

/// What is told of a group at once is what its resolvers tell, which fragments and repeated fields
/// take.
#[test]
fn groups_are_told_alike_in_every_way() {
    let hub = Hub::sqlite();
    varied(&hub);
    let ways = ways(&hub, "Result");
    assert!(ways.iter().any(|way| way == "key { branch { name } }"), "{ways:?}");
    for groups in [
        "{ campaign: true }, { branch: { each: true } }, { rating: true }",
        "{ sex: true }, { ageBand: { width: 10 } }, { position: true }, { probationary: true }",
        "{ reason: true }",
        "{ scheme: true }, { stage: true }",
        "",
    ] {
        let results =
            format!("results(of: MEMBERS, groupBy: [{groups}], totals: ROLLUP, first: 30)");
        let plain = ways
            .iter()
            .enumerate()
            .map(|(number, way)| format!("plain{number}: {results} {{ nodes {{ {way} }} }}"));
        let plain = plain.collect::<Vec<_>>().join(" ");
        let all = ways.join(" ");
        let answer = hub.ask(&format!(
            "{{ {plain} spread: {results} {{ nodes {{ ... on Result {{ {all} }} }} }} \
             twice: {results} {{ edges {{ node {{ {all} {all} }} }} }} }}"
        ));
        let spread = answer["spread"]["nodes"].as_array().unwrap();
        let twice = answer["twice"]["edges"].as_array().unwrap();
        let twice: Vec<_> = twice.iter().map(|edge| edge["node"].clone()).collect();
        assert_eq!(spread, &twice, "by {groups}");
        for (number, way) in ways.iter().enumerate() {
            let plain = answer[format!("plain{number}")]["nodes"].as_array().unwrap();
            assert_eq!(plain.len(), spread.len());
            for (plain, spread) in plain.iter().zip(spread) {
                assert!(is_part(plain, spread), "{way} by {groups}: {plain} {spread}");
            }
        }
    }
}

/// Whether an answer has all that another one has, which asked for less.
fn is_part(less: &serde_json::Value, more: &serde_json::Value) -> bool {
    match less.as_object() {
        Some(less) => less.iter().all(|(name, value)| is_part(value, &more[name])),
        None => less == more,
    }
}
