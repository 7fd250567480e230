//! Lists of rows: filters, orders, and pages in both directions.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Hub, lines, on_both, sample, text};

fn samples(hub: &Hub) {
    let names = ["an_lac_thon_2018.xls", "an_lac_thon_2019.ods", "an_lac_thon_2020.xlsx"];
    let mut paths: Vec<_> = names.iter().map(|name| sample("samples").join(name)).collect();
    paths.push(sample("quan9_2019_ket_qua.xlsx"));
    hub.import(&paths);
}

fn ids(connection: &Value) -> Vec<String> {
    let nodes = connection["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// All ids of a list, page by page: forwards, or backwards and turned round.
fn walk(hub: &Hub, list: &str, arguments: &str, forwards: bool) -> Vec<String> {
    let (count, cursor) = if forwards { ("first", "after") } else { ("last", "before") };
    let mut pages: Vec<Vec<String>> = Vec::new();
    let mut place = String::new();
    loop {
        let answer = hub.ask(&format!(
            "{{ {list}({arguments} {count}: 37 {place}) {{ nodes {{ id }} \
             pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}"
        ));
        let page = &answer[list];
        pages.push(ids(page));
        let info = &page["pageInfo"];
        let (more, end) = if forwards {
            (&info["hasNextPage"], &info["endCursor"])
        } else {
            (&info["hasPreviousPage"], &info["startCursor"])
        };
        if *more != true {
            break;
        }
        place = format!("{cursor}: {end}");
    }
    if !forwards {
        pages.reverse();
    }
    pages.concat()
}

/// Whatever the order, with ties and rows without a value, pages in both directions have each row
/// once and in the same place.
#[test]
fn pages_in_both_directions_have_every_row_once() {
    on_both(|hub| {
        samples(hub);
        let scored = ["dsdv_2015_vni.xls", "Mau14_Quy III-2026.xlsx"];
        hub.import(&scored.map(|name| sample("samples").join(name)));
        for is_null in [true, false] {
            let answer = hub.ask(&format!(
                "{{ memberEvaluations(first: 0, where: {{ score: {{ isNull: {is_null} }} }}) {{ totalCount }} }}"
            ));
            assert!(answer["memberEvaluations"]["totalCount"].as_i64().unwrap() > 10);
        }
        let mut walked = Vec::new();
        for (list, orders) in [
            ("members", &["NAME_ASC", "BIRTH_DATE_DESC, NAME_DESC", "BIRTH_DATE_ASC"][..]),
            ("enrolments", &["POSITION_ASC", "POSITION_DESC, ID_DESC"]),
            ("memberEvaluations", &["SCORE_ASC, STAGE_DESC", "SCORE_DESC"]),
            ("branches", &["CODE_ASC", "NAME_DESC"]),
            ("reportedResults", &["COUNT_DESC, PERCENT_ASC"]),
        ] {
            for order in orders {
                let arguments = format!("orderBy: [{order}]");
                let forwards = walk(hub, list, &arguments, true);
                let backwards = walk(hub, list, &arguments, false);
                assert_eq!(forwards, backwards, "{list} by {order}");
                let mut once = forwards.clone();
                once.sort();
                once.dedup();
                let total = hub.ask(&format!("{{ {list}(first: 0) {{ totalCount }} }}"));
                assert_eq!(once.len(), forwards.len(), "{list} by {order}");
                assert_eq!(total[list]["totalCount"], forwards.len(), "{list} by {order}");
                walked.push(forwards);
            }
        }
        walked
    });
}

/// `not` gives exactly the rows that are left, also where nothing is stated.
#[test]
fn a_filter_and_its_opposite_part_the_rows() {
    let found = on_both(|hub| {
        samples(hub);
        let count = |list: &str, filter: &str| {
            let answer =
                hub.ask(&format!("{{ {list}(first: 0 where: {{ {filter} }}) {{ totalCount }} }}"));
            answer[list]["totalCount"].as_i64().unwrap()
        };
        let mut counts = Vec::new();
        for (list, filter) in [
            ("members", "sex: { eq: MALE }"),
            ("members", "sex: { in: [FEMALE, null] }"),
            ("members", "birthDate: { gte: \"1980\", lt: \"1990-07\" }"),
            ("members", "search: \"nguyen\", name: { contains: \"Thị\" }"),
            ("members", "or: [{ name: { startsWith: \"Lê\" } }, { search: \"hoa\" }]"),
            ("members", "or: [{ name: { startsWith: \"LE\" } }, { name: { contains: \" hòa\" } }]"),
            ("branches", "name: { contains: \"dong\" }"),
            ("enrolments", "position: { ne: \"Bí thư\" }"),
            ("enrolments", "reason: { isNull: false }, campaign: { year: { gt: 2018 } }"),
            ("memberEvaluations", "rating: { rank: { lte: 1 } }"),
            ("memberEvaluations", "score: { gte: 90 }"),
            ("memberEvaluations", "member: { not: { sex: { eq: FEMALE } } }"),
            ("reportedResults", "count: { gt: 10 }, measure: { notIn: [RATING] }"),
        ] {
            let (all, some) = (count(list, ""), count(list, filter));
            assert_eq!(some + count(list, &format!("not: {{ {filter} }}")), all, "{list} {filter}");
            counts.push(format!("{some} of {all} {list} have {filter}"));
        }
        counts.join("\n")
    });
    assert_snapshot!(found, @r#"
    35 of 155 members have sex: { eq: MALE }
    120 of 155 members have sex: { in: [FEMALE, null] }
    38 of 155 members have birthDate: { gte: "1980", lt: "1990-07" }
    5 of 155 members have search: "nguyen", name: { contains: "Thị" }
    20 of 155 members have or: [{ name: { startsWith: "Lê" } }, { search: "hoa" }]
    20 of 155 members have or: [{ name: { startsWith: "LE" } }, { name: { contains: " hòa" } }]
    2 of 22 branches have name: { contains: "dong" }
    247 of 260 enrolments have position: { ne: "Bí thư" }
    0 of 260 enrolments have reason: { isNull: false }, campaign: { year: { gt: 2018 } }
    78 of 456 memberEvaluations have rating: { rank: { lte: 1 } }
    0 of 456 memberEvaluations have score: { gte: 90 }
    403 of 456 memberEvaluations have member: { not: { sex: { eq: FEMALE } } }
    5 of 26 reportedResults have count: { gt: 10 }, measure: { notIn: [RATING] }
    "#);
}

#[test]
fn rows_are_found_by_what_they_are_about() {
    let found = on_both(|hub| {
        samples(hub);
        let answer = hub.ask(
            "{ members(where: { search: \"luong thi thanh loan\" }) { nodes { name } } \
               enrolments(where: { campaign: { code: { eq: \"2019\" } }, member: { search: \"luong thi thanh loan\" } }) \
                 { nodes { campaign { code } branch { name } member { name } } } \
               diagnostics(where: { code: { eq: \"suspect-count\" } }) { nodes { cell found expected } } \
               imports(orderBy: [ID_DESC], first: 1) { nodes { id status } } }",
        );
        ["members", "enrolments", "diagnostics", "imports"]
            .map(|list| lines(&answer[list]["nodes"]))
            .join("\n")
    });
    assert_snapshot!(found, @r#"
    Lương Thị Thanh Loan
    2019 | Chi bộ Văn phòng Quận ủy | Lương Thị Thanh Loan
    C11 | 12 | 11
    Import:4 | APPLIED
    "#);
}

/// Everything that has an id is found by it.
#[test]
fn a_node_is_found_by_its_id() {
    let found = on_both(|hub| {
        samples(hub);
        let mut kinds = Vec::new();
        for list in [
            "campaigns",
            "branches",
            "members",
            "enrolments",
            "memberEvaluations",
            "branchEvaluations",
            "placements",
            "reportedResults",
            "commendations",
            "indicatorResults",
            "imports",
            "diagnostics",
        ] {
            let first = hub.ask(&format!("{{ {list}(first: 1) {{ nodes {{ id }} }} }}"));
            let id = ids(&first[list]).pop().unwrap();
            let node = hub.ask(&format!("{{ node(id: \"{id}\") {{ id __typename }} }}"));
            assert_eq!(node["node"]["id"], id.as_str());
            kinds.push(node["node"]["__typename"].as_str().unwrap().to_owned());
        }
        kinds.join(" ")
    });
    assert_snapshot!(found, @r#"
    Campaign Branch Member Enrolment MemberEvaluation BranchEvaluation Placement ReportedResult Commendation IndicatorResult Import Diagnostic
    "#);
}

/// What cannot be a page is said, and how it can be mended.
#[test]
fn a_page_that_cannot_be_is_refused_in_a_sentence() {
    let hub = Hub::sqlite();
    samples(&hub);
    let first = hub.ask("{ members(first: 1) { pageInfo { endCursor } } }");
    let cursor = first["members"]["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
    let refusal = |arguments: &str| {
        let output =
            hub.run(&["query", &format!("{{ members({arguments}) {{ nodes {{ id }} }} }}")]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    let refusals = [
        "first: 1, last: 1".to_owned(),
        "first: -1".to_owned(),
        "after: \"abc\"".to_owned(),
        format!("after: \"{cursor}\", orderBy: [BIRTH_DATE_ASC]"),
        "where: { sex: { eq: null } }".to_owned(),
        "where: { birthDate: { gt: \"60\" } }".to_owned(),
        "where: { ids: [\"Branch:1\"] }".to_owned(),
    ]
    .map(|arguments| refusal(&arguments));
    assert_snapshot!(refusals.join("\n"), @r#"
    give `first` or `last`, not both
    `first` is -1; expected 0 or more
    `after` is no cursor of this list in this order; take one of its `pageInfo`
    `after` is no cursor of this list in this order; take one of its `pageInfo`
    a null in a filter is no condition; leave the condition out
    Failed to parse "PartialDate": `60` is no date of this form; expected `1980`, `1980-05` or `1980-05-17` (occurred while parsing "DateFilter") (occurred while parsing "MemberFilter")
    `Branch:1` is no id of a Member; expected `Member:` and a number
    "#);
}

/// Cursors are nobody's business.
fn without_cursors(lines: &str) -> String {
    let shown = lines.split(" | ").filter(|cell| !cell.starts_with("eyJ"));
    shown.collect::<Vec<_>>().join(" | ")
}

/// The roll of a branch and of all below it, by given name, page by page.
#[test]
fn a_branch_has_the_people_on_its_roll() {
    let found = on_both(|hub| {
        samples(hub);
        let ask = |arguments: &str| {
            let answer = hub.ask(&format!(
                "{{ branches(where: {{ or: [{{ search: \"an lac thon\" }}, {{ search: \"van phong quan uy\" }}] }}) {{ nodes {{ name \
                     members({arguments}) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ name }} }} \
                     evaluations(where: {{ deciding: true }}) {{ nodes {{ campaign {{ code }} rating {{ code }} }} }} }} }} }}"
            ));
            answer["branches"]["nodes"].clone()
        };
        let first = ask("campaign: \"2019\", first: 3");
        let cursor = &first[0]["members"]["pageInfo"]["endCursor"];
        let second = ask(&format!("campaign: \"2019\", first: 2, after: {cursor}"));
        let own = ask("include: SELF, first: 1");
        let found = ask("first: 2, where: { search: \"thi\" }");
        [first, second, own, found].map(|nodes| without_cursors(&lines(&nodes))).join("\n\n")
    });
    assert_snapshot!(found, @r#"
    Chi bộ Văn phòng Quận ủy | 11 | true | Lê Trọng Bảo | Dương Thị Ngọc Bình | Bùi Ngọc Hải | 2019 | HTTNV
    ĐẢNG ỦY XÃ AN LẠC THÔN | 54 | true | Mai Thị Hồng Bình | Hồ Văn Công | Trương Kim Cúc

    Chi bộ Văn phòng Quận ủy | 11 | true | Mai Ngọc Hạnh | Đỗ Thu Hương | 2019 | HTTNV
    ĐẢNG ỦY XÃ AN LẠC THÔN | 54 | true | Bùi Hoàng Cường | Dương Mỹ Dung

    Chi bộ Văn phòng Quận ủy | 11 | true | Lê Trọng Bảo | 2019 | HTTNV
    ĐẢNG ỦY XÃ AN LẠC THÔN | 0 | false | –

    Chi bộ Văn phòng Quận ủy | 6 | true | Dương Thị Ngọc Bình | Đặng Thị Ngọc Hường | 2019 | HTTNV
    ĐẢNG ỦY XÃ AN LẠC THÔN | 9 | true | Mai Thị Hồng Bình | Hồ Thị Hồng Hằng
    "#);
}

/// What hangs on a row of a list is what hangs on it alone, also where each row has a round of its own.
#[test]
fn rows_of_a_list_have_what_they_have_alone() {
    let hub = Hub::sqlite();
    samples(&hub);
    let scored = ["dsdv_2015_vni.xls", "Mau14_Quy III-2026.xlsx", "xep_loai_2016_vni.xlsx"];
    hub.import(&scored.map(|name| sample("samples").join(name)));
    let key = "key { campaign { code } branch { name } rating { code } scheme { code } sex ageBand { label } reason }";
    let results = [
        "of: MEMBERS, groupBy: [{ rating: true }] orderBy: [COUNT_DESC]",
        "of: MEMBERS, groupBy: [{ campaign: true }, { branch: { children: true } }] totals: ROLLUP",
        "of: MEMBERS, groupBy: [{ branch: { each: true } }, { sex: true }] totals: GRAND",
        "of: MEMBERS, groupBy: [{ scheme: true }], fillGaps: true",
        "of: MEMBERS, groupBy: [{ campaign: true }, { ageBand: { width: 10 } }]",
        "of: MEMBERS, groupBy: [{ reason: true }]",
        "of: BRANCHES, groupBy: [{ branch: { level: 1 } }, { rating: true }] totals: GRAND",
    ];
    let results: Vec<String> = (0..)
        .zip(results)
        .map(|(place, arguments)| {
            format!(
                "r{place}: results({arguments}, first: 20) {{ nodes {{ {key} count total coverage \
                share {{ numerator denominator }} roll: share(of: ON_ROLL) {{ denominator }} \
                delta {{ previous campaign {{ code }} }} average(of: SCORE) \
                members(first: 2) {{ totalCount nodes {{ member {{ name }} }} }} \
                enrolments(first: 2) {{ totalCount nodes {{ id }} }} \
                branches(first: 2) {{ totalCount nodes {{ id }} }} }} }}"
            )
        })
        .collect();
    let fields = format!(
        "id path members(first: 3) {{ totalCount nodes {{ name }} }} children {{ nodes {{ name }} }} \
         evaluations {{ nodes {{ stage }} }} \
         own: results(of: MEMBERS, groupBy: [{{ stage: true }}], where: {{ position: {{ ne: \"Bí thư\" }} }}) {{ nodes {{ key {{ stage }} count }} }} \
         {}",
        results.join(" ")
    );
    let all = hub.ask(&format!("{{ branches(first: 100) {{ nodes {{ {fields} }} }} }}"));
    let all = all["branches"]["nodes"].as_array().unwrap();
    assert!(all.len() > 20);
    for row in all {
        let alone = hub.ask(&format!("{{ branch(id: {}) {{ {fields} }} }}", row["id"]));
        assert_eq!(alone["branch"], *row);
    }
}

/// However many rows are shown, what hangs on them takes the same number of statements.
#[test]
fn nested_lists_take_as_many_statements_for_many_rows_as_for_one() {
    let hub = Hub::sqlite();
    samples(&hub);
    for (list, fields) in [
        (
            "members",
            "name identifiers { value } enrolments { branch { name path } campaign { code } sources { cell } } \
             evaluations(where: { deciding: true }, first: 5) { totalCount nodes { rating { code scheme { code } } branch { parent { name } } provenance { cell } } }",
        ),
        (
            "branches",
            "name path members(first: 3) { totalCount nodes { name evaluations { nodes { stage } } } } \
             children { nodes { name } } descendants { nodes { name } } evaluations { nodes { rating { code } provenance { cell } } }",
        ),
        (
            "branches",
            "results(of: MEMBERS, groupBy: [{ campaign: true }, { rating: true }]) { nodes { count members(first: 2) { nodes { member { name } } } } } \
             parts: results(of: MEMBERS, groupBy: [{ branch: { children: true } }]) { nodes { key { branch { name } } count delta { previous } enrolments { totalCount } } } \
             people: results(of: MEMBERS, groupBy: [{ sex: true }]) { nodes { count average(of: AGE) share(of: ON_ROLL) { denominator } } } \
             below: results(of: BRANCHES, groupBy: [{ rating: true }]) { nodes { count average(of: SCORE) branches { nodes { stage } } } }",
        ),
        (
            "memberEvaluations",
            "member { name } branch { name path } campaign { code } rating { code } sources { workbook cell }",
        ),
        ("enrolments", "member { name } evaluations { rating { code } }"),
        (
            "reportedResults",
            "branch { name } campaign { code } rating { code } provenance { workbook cell }",
        ),
        ("commendations", "member { name } branch { name } sources { cell }"),
        ("indicatorResults", "branch { name } indicator { code } sources { cell }"),
        ("diagnostics", "workbook import { sheets { name } }"),
    ] {
        let take = |first: usize| {
            hub.statements(&format!(
                "{{ {list}(first: {first}) {{ totalCount nodes {{ {fields} }} }} }}"
            ))
        };
        let (one, many) = (take(1), take(100));
        let asked = u64::try_from(fields.matches('{').count()).unwrap() + 1;
        assert!(many <= 2 * asked + 4, "{list}: {many} statements for {asked} fields");
        assert!(many <= one + asked, "{list}: {one} statements for one row, {many} for many");
    }
}

/// A cursor is one of its list, its order, and where it is a place, its question.
#[test]
fn a_cursor_of_another_list_is_refused() {
    let hub = Hub::sqlite();
    samples(&hub);
    let cursor = |query: &str| {
        let answer = hub.ask(&format!("{{ it: {query} {{ pageInfo {{ endCursor }} }} }}"));
        answer["it"]["pageInfo"]["endCursor"].clone()
    };
    let of_members = cursor("members(first: 1)");
    let of_groups = cursor("results(of: MEMBERS, groupBy: [{ campaign: true }], first: 1)");
    for query in [
        format!("branches(after: {of_members})"),
        format!("results(of: MEMBERS, groupBy: [{{ rating: true }}], after: {of_groups})"),
        format!(
            "results(of: MEMBERS, groupBy: [{{ campaign: true }}], orderBy: [COUNT_DESC], after: {of_groups})"
        ),
    ] {
        let output = hub.run(&["query", &format!("{{ {query} {{ totalCount }} }}")]);
        assert!(text(&output.stdout).contains("is no cursor of this list"), "{query}");
    }
    hub.ask(&format!("{{ results(of: MEMBERS, groupBy: [{{ campaign: true }}], first: 2, after: {of_groups}) {{ totalCount }} }}"));
}
