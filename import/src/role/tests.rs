//! What small grids are read as: each case is a kind of evidence, with words that no list has.

use super::read;
use crate::diagnostic::Code;
use crate::grid::sheet_of;
use crate::layout;
use crate::legend::Legend;
use crate::reading::of_page;
use crate::record::{Measure, Record, Stage, Statement, Subject};
use crate::scale::Scales;
use crate::vocabulary::Vocabulary;

/// The kind of the first table of a sheet and the roles of its columns.
fn roles(rows: &[&[&str]]) -> (&'static str, Vec<String>) {
    let vocabulary = Vocabulary::bundled();
    let sheets = [sheet_of(rows)];
    let tables = layout::find(&sheets[0], &vocabulary);
    let all: Vec<_> = tables.iter().collect();
    let scales = Scales::learn(&sheets, &all, &|_| false, &vocabulary);
    let legend = Legend::of(&sheets[0], &vocabulary, &scales);
    let read = read(&tables[0], &legend, &tables[0].frame.title(), &[]);
    (read.kind.name(), read.columns.iter().map(|column| column.role.name()).collect())
}

#[test]
fn values_tell_what_no_word_does() {
    let (kind, found) = roles(&[
        &["XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
        &["Qwx", "Zyx", "Vut", "Rst"],
        &["1", "Lê Văn An", "12/05/1970", "HTTNV"],
        &["2", "Trần Thị Bình", "03/11/1982", "HTXSNV"],
        &["3", "Nguyễn Văn Cường", "25/12/1975", "HTTNV"],
        &["4", "Phạm Thị Dung", "30/01/1990", "HTNV"],
    ]);
    assert_eq!(kind, "members");
    assert_eq!(found, ["ordinal", "name", "birth date", "rating, stage unstated"]);
}

#[test]
fn three_columns_under_one_heading_are_a_name() {
    let (_, found) = roles(&[
        &["Họ và tên", "", "", "Năm sinh", "Xếp loại"],
        &["Vũ", "Thị", "Lâm", "1958", "HTTNV"],
        &["Trần", "Văn", "Chi", "1968", "HTTNV"],
        &["Ngô", "Viết", "An", "1972", "HTXSNV"],
    ]);
    assert_eq!(found[..3], ["family name", "middle name", "given name"]);
}

#[test]
fn words_under_a_heading_of_names_are_its_parts() {
    let rows = [
        "1|Tanya|Ivanova|Dimitrova|Good",
        "2|Maria|Petrova|Todorova|Fair",
        "3|Stoyan|Petrov|Nikolov|Good",
        "4|Elena|Stoyanova|Zheleva|Poor",
    ];
    let cells = |row: &str| format!("<tr><td>{}</td></tr>", row.replace('|', "</td><td>"));
    let page = format!(
        "<html><table><tr><td>Staff reviews 2023</td></tr><tr><td rowspan=2>No.</td>\
         <td colspan=3>Name of the employee</td><td rowspan=2>Rating</td></tr>\
         <tr><td>zorp</td><td>blim</td><td>quax</td></tr>{}</table></html>",
        rows.map(cells).concat()
    );
    let (options, vocabulary) = (crate::Options::default(), Vocabulary::bundled());
    let reading = crate::read(page.as_bytes(), "a.xls", &options, &vocabulary);
    let name = |record: &Record| match &record.statement {
        Statement::Member(person) => Some(person.name.value.clone()),
        _ => None,
    };
    assert_eq!(reading.records.iter().find_map(name).as_deref(), Some("Tanya Ivanova Dimitrova"));
}

#[test]
fn numbers_from_one_on_are_nobody_s_code() {
    let code = |numbers: [&str; 5]| {
        let names = ["Mary Hill", "Ann Lowe", "Ray Hood", "Eve Dale", "Peter Hale"];
        let ratings = ["Good", "Fair", "Good", "Poor", "Good"];
        let rows: Vec<[&str; 3]> = (0..5).map(|at| [numbers[at], names[at], ratings[at]]).collect();
        let mut page: Vec<&[&str]> =
            vec![&["Staff reviews 2023"], &["Employee code", "Name", "Rating"]];
        page.extend(rows.iter().map(|row| &row[..]));
        roles(&page).1.remove(0)
    };
    assert_eq!(code(["1", "2", "3", "4", "5"]), "ordinal");
    assert_eq!(code(["1001", "1002", "1003", "1004", "1005"]), "identifier");
}

#[test]
fn places_of_levels_count_nobody() {
    let (kind, _) = roles(&[
        &["Place (1 = highest)", "Code", "Meaning"],
        &["1", "FEE", "Far Exceeds Expectations"],
        &["2", "EE", "Exceeds Expectations"],
        &["3", "ME", "Meets Expectations"],
        &["4", "BE", "Below Expectations"],
    ]);
    assert_ne!(kind, "figures");
}

#[test]
fn letters_are_levels_where_a_key_explains_them() {
    let rows: &[&[&str]] = &[
        &["Staff reviews 2023"],
        &["No.", "Employee", "Zorp"],
        &["1", "Denise Bartlett", "EE"],
        &["2", "Heather Lockhart", "ME"],
        &["3", "Marcus Ingram", "NI"],
        &["4", "Howard Goodwin", "ME"],
        &[],
        &["Key: EE = Exceeds Expectations; ME = Meets Expectations; NI = Needs Improvement"],
    ];
    let (kind, found) = roles(rows);
    assert_eq!((kind, found[2].as_str()), ("members", "rating, stage unstated"));
}

#[test]
fn nobody_counts_parts_of_people() {
    let (kind, found) = roles(&[
        &["Ratings by school 2022"],
        &["School", "Good", "Fair"],
        &["Mabini Central School", "0.57", "0.43"],
        &["San Roque Elementary School", "0.62", "0.38"],
        &["Tala Integrated School", "0.5", "0.5"],
    ]);
    assert_eq!(kind, "organizations");
    assert!(found[1].starts_with("percentage") && found[2].starts_with("percentage"), "{found:?}");
}

#[test]
fn the_mean_of_scores_is_the_score() {
    let (_, found) = roles(&[
        &["Name", "Score", "", "", "Rating"],
        &["", "Aaa", "Bbb", "Ccc", ""],
        &["Diana Acevedo", "93", "95", "94", "Good"],
        &["Olga Duarte", "85", "87", "86", "Good"],
        &["Edgar Giraldo", "71", "75", "73", "Fair"],
        &["Rosa Pulido", "64", "60", "62", "Fair"],
    ]);
    assert_eq!(found[1..4], ["not held", "not held", "score, stage unstated"]);
}

#[test]
fn what_compares_or_pledges_is_no_result() {
    let (_, found) = roles(&[
        &["TỔNG HỢP XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
        &["TT", "Chi bộ", "Tổng số", "HTXSNV", "HTTNV", "Tăng, giảm so với năm 2020"],
        &["1", "Chi bộ thôn 1", "20", "2", "18", "1"],
        &["2", "Chi bộ thôn 2", "30", "3", "27", "-1"],
    ]);
    assert_eq!(found[2], "count of onroll");
    assert_eq!(found[5], "not held");
}

#[test]
fn each_group_of_levels_is_ticked_or_counted_by_itself() {
    let (kind, found) = roles(&[
        &["TỔNG HỢP XẾP LOẠI NĂM 2016"],
        &["TT", "Chi bộ", "Xếp loại chi bộ", "", "Xếp loại đảng viên", ""],
        &[
            "",
            "",
            "Trong sạch vững mạnh",
            "Hoàn thành tốt",
            "Hoàn thành xuất sắc",
            "Hoàn thành tốt",
        ],
        &["1", "Chi bộ Khoa Toán", "x", "", "1", "7"],
        &["2", "Chi bộ Khoa Văn", "", "x", "1", "6"],
        &["3", "Chi bộ Khoa Sử", "x", "", "2", "5"],
    ]);
    assert_eq!(kind, "organizations");
    let kinds: Vec<&str> = found[2..].iter().map(|role| role.split(' ').next().unwrap()).collect();
    assert_eq!(kinds, ["tick:", "tick:", "count", "count"]);
}

#[test]
fn a_text_over_blanks_is_the_unit_of_the_people_below() {
    let (_, found) = roles(&[
        &["Performance review 2023"],
        &["Zorp", "Surname", "Forename", "Overall rating"],
        &["Central Library", "Wardle", "Jonathan", "Good"],
        &["", "Holroyd", "Kathryn", "Excellent"],
        &["", "Lowther", "Duncan", "Good"],
        &["Saltby Library", "Ingham", "Eleanor", "Poor"],
        &["", "Cartmell", "Graham", "Good"],
    ]);
    assert_eq!(found[0], "organisation");
}

#[test]
fn later_dates_are_no_births() {
    let (_, found) = roles(&[
        &["Performance review 2023"],
        &["Employee", "Zorp", "Overall rating"],
        &["Denise Bartlett", "06/24/2015", "Good"],
        &["Heather Lockhart", "07/17/1999", "Excellent"],
        &["Marcus Ingram", "02/20/2011", "Good"],
    ]);
    assert_ne!(found[1], "birth date");
}

#[test]
fn figures_that_add_up_to_a_hundred_are_percentages() {
    let (kind, found) = roles(&[
        &["Ratings by school 2022"],
        &["Rating", "Mabini School", "Tala School"],
        &["Poor", "0", "12.5"],
        &["Fair", "37.5", "0"],
        &["Good", "12.5", "50"],
        &["Excellent", "50", "37.5"],
    ]);
    assert_eq!(
        (kind, found[1].as_str(), found[2].as_str()),
        ("figures", "percentage", "percentage")
    );
}

#[test]
fn headings_of_sections_name_the_bodies_and_no_column_need_do_so() {
    let (_, found) = roles(&[
        &["XẾP LOẠI ĐẢNG VIÊN NĂM 2021"],
        &["Stt", "Họ tên", "Qwx", "Xuất sắc", "Tốt", "Hoàn thành"],
        &["I", "Chi bộ thôn Đông", "", "1", "1", "0"],
        &["1", "Lê Văn An", "Lộc Xuyên", "x", "", ""],
        &["2", "Trần Thị Bình", "Lộc Xuyên", "", "x", ""],
        &["II", "Chi bộ thôn Đoài", "", "0", "1", "1"],
        &["1", "Nguyễn Văn Cường", "Lộc Xuyên", "", "x", ""],
        &["2", "Phạm Thị Dung", "Hạ Phú", "", "", "x"],
    ]);
    assert_ne!(found[2], "organisation");
}

#[test]
fn rows_of_words_hang_under_a_heading() {
    let rows: &[&[&str]] = &[
        &["Staff reviews 2023"],
        &["No.", "Employee", "Panel"],
        &["", "", "Above", "At", "Below"],
        &["", "", "top 10%", "75%", "last 15%"],
        &["1", "Denise Bartlett", "/"],
        &["2", "Heather Lockhart", "", "/"],
        &["3", "Marcus Ingram", "", "/"],
        &["4", "Howard Goodwin", "", "", "/"],
        &["5", "Marian Goodall", "", "/"],
    ];
    let vocabulary = Vocabulary::bundled();
    let sheet = sheet_of(rows);
    let tables = layout::find(&sheet, &vocabulary);
    assert_eq!(tables[0].heading_rows, (1, 3));
}

#[test]
fn names_that_come_twice_stand_under_the_runs_beside_them() {
    let (kind, found) = roles(&[
        &["Ratings 2022"],
        &["Qwx #", "Zyx name", "School name", "Good", "Fair", "Poor"],
        &["15", "Adams", "Oak Middle School", "24", "6", "0"],
        &["15", "Adams", "Elm Elementary School", "35", "8", "0"],
        &["25", "Baker", "Oak Middle School", "27", "6", "1"],
        &["25", "Baker", "Fir High School", "12", "9", "2"],
    ]);
    assert_eq!(kind, "organizations");
    assert_eq!(found[..3], ["not held", "parent organisation", "organisation"]);
}

#[test]
fn a_count_that_percentages_are_of_counts_the_rated() {
    let (_, found) = roles(&[
        &["Chi bộ", "Đảng viên", "", "", ""],
        &["", "Số", "Xuất sắc", "Tốt", "% Tốt"],
        &["Chi bộ 1", "18", "1", "16", "88,89%"],
        &["Chi bộ 2", "14", "1", "12", "85,71%"],
        &["Chi bộ 3", "20", "2", "17", "85%"],
    ]);
    assert_eq!(found[1], "count of rated");
}

#[test]
fn a_level_between_two_of_a_known_scheme_makes_a_scale_of_its_own() {
    let (_, found) = roles(&[
        &["Chi bộ", "HTXSNV", "HTTNV", "Hoàn thành khá", "HTNV", "KHTNV"],
        &["Chi bộ 1", "4", "20", "5", "1", "0"],
        &["Chi bộ 2", "2", "10", "8", "0", "0"],
    ]);
    assert_eq!(found[3], "count of level 3 of its own scale");
}

#[test]
fn people_are_told_by_birth_dates_and_sexes() {
    let (kind, found) = roles(&[
        &["Ratings of staff 2023"],
        &["No.", "Given name(s)", "Surname", "Zyx", "Qwx", "Rating"],
        &["1", "Sokhna", "Seck", "F", "17/12/1992", "Good"],
        &["2", "Ibrahima", "Faye", "M", "24/11/1984", "Fair"],
        &["3", "Mamadou", "Diaye", "M", "17/05/1965", "Good"],
        &["4", "Abdou", "Sow", "M", "12/08/1962", "Excellent"],
        &["5", "Awa", "Ba", "F", "30/08/1971", "Good"],
    ]);
    assert_eq!(kind, "members");
    assert_eq!(found[1..5], ["given name", "family name", "sex", "birth date"]);
}

#[test]
fn quarters_without_a_year_are_of_that_of_the_title() {
    let (kind, found) = roles(&[
        &["Clinics: quality of care 2023"],
        &["Clinic", "1st Quarter", "1st Quarter", "2nd Quarter", "2nd Quarter"],
        &["", "Score", "Rating", "Score", "Rating"],
        &["Abofour Clinic", "69", "Fair", "66", "Fair"],
        &["Dadieso Maternity Home", "82", "Good", "84", "Good"],
        &["Gomoa Dam Clinic", "91", "Excellent", "90", "Excellent"],
        &["Tapa Island Clinic", "77", "Good", "79", "Good"],
    ]);
    assert_eq!(kind, "organizations");
    let of = ["score, stage unstated", "rating, stage unstated"];
    assert_eq!(found[1..], [of, of].concat());
}

#[test]
fn wards_come_again_and_clubs_stand_once() {
    let (kind, found) = roles(&[
        &["Affiliated clubs: rating 2023"],
        &["Qx", "Zyx", "Rating"],
        &["Harbour Rowing", "Ward 1", "Good"],
        &["Lakeside Curling", "Ward 1", "Excellent"],
        &["Millpond Bowling", "Ward 2", "Good"],
        &["Eastgate Badminton", "Ward 2", "Poor"],
        &["Copper Creek Softball", "Ward 3", "Good"],
        &["Iron Bridge Boxing", "Ward 3", "Good"],
    ]);
    assert_eq!(kind, "organizations");
    assert_eq!(found, ["organisation", "parent organisation", "rating, stage unstated"]);
}

#[test]
fn whoever_rates_before_the_manager_is_the_rated() {
    let (_, found) = roles(&[
        &["Nurse appraisal 2022"],
        &["", "Rating", "Rating", "Rating"],
        &["Name", "Zyxq", "Line manager", "Agreed (final)"],
        &["Ms Carol Smith", "Very Good", "Good", "Good"],
        &["Ms Ann Taylor", "Good", "Good", "Good"],
        &["Mr Tim Evans", "Outstanding", "Very Good", "Very Good"],
        &["Mr Sam Baker", "Good", "Poor", "Poor"],
    ]);
    assert_eq!(found[1], "rating, stage own");
}

#[test]
fn a_body_or_a_round_stands_once_over_the_levels_counted_in_it() {
    let (kind, found) = roles(&[
        &["Team member reviews"],
        &["Qwx", "Zyx", "Q1 2023", "Q2 2023"],
        &["Front Office", "Excellent", "5", "3"],
        &["", "Good", "22", "21"],
        &["", "Poor", "3", "4"],
        &["", "Total reviewed", "30", "28"],
        &["Housekeeping", "Excellent", "2", "4"],
        &["", "Good", "11", "9"],
        &["", "Poor", "1", "2"],
        &["", "Total reviewed", "14", "15"],
    ]);
    assert_eq!(kind, "figures");
    assert_eq!(found, ["parent organisation", "content", "count", "count"]);
    let (kind, found) = roles(&[
        &["Staff appraisal by office"],
        &["Qwx", "Zyx", "North Office", "South Office"],
        &["2021", "Excellent", "5", "3"],
        &["", "Good", "22", "21"],
        &["", "Poor", "3", "4"],
        &["2022", "Excellent", "2", "4"],
        &["", "Good", "11", "9"],
        &["", "Poor", "1", "2"],
    ]);
    assert_eq!(kind, "figures");
    assert_eq!(found, ["round", "content", "count", "count"]);
}

#[test]
fn single_words_beside_one_part_of_the_name_are_the_other() {
    let rows = |family: &'static str, given: &'static str| {
        roles(&[
            &["Annual appraisal 2023: ratings by member of staff"],
            &[family, given, "Job title", "Rating"],
            &["Bexley", "Wendy", "Team Leader", "Good"],
            &["Whitmore", "Sunita", "Healthcare Assistant", "Excellent"],
            &["Kowalczyk", "Adam", "Therapy Assistant", "Good"],
            &["Osei", "Grace", "Nurse", "Poor"],
        ])
        .1
    };
    let expected = ["family name", "given name", "position", "rating, stage unstated"];
    assert_eq!(rows("Surname", "Zyxq"), expected);
    assert_eq!(rows("Zyxq", "Forename"), expected);
}

#[test]
fn names_that_end_alike_are_of_bodies() {
    let rows: &[&[&str]] = &[
        &["Care Standards Agency"],
        &["Published ratings 2022"],
        &["Name of care home", "Local authority", "Rating"],
        &["Amberley Grange", "Aldermoor", "Good"],
        &["Cedars Manor", "Aldermoor", "Good"],
        &["Daisyfield Lodge", "Aldermoor", "Requires improvement"],
        &["Elm Manor", "Aldermoor", "Good"],
        &["Hawthorn Lodge", "Brackenshire", "Outstanding"],
        &["Jasmine Manor", "Brackenshire", "Good"],
        &["Meadow Grange", "Brackenshire", "Good"],
        &["Nightingale Lodge", "Brackenshire", "Requires improvement"],
        &["Quince Manor", "Brackenshire", "Good"],
    ];
    let (kind, found) = roles(rows);
    assert_eq!(kind, "organizations");
    assert_eq!(found[..2], ["organisation", "parent organisation"]);
}

#[test]
fn headings_within_a_list_name_the_bodies() {
    let rows: &[&[&str]] = &[
        &["Competence assessment of apprentices 2024"],
        &["Grade", "Family name", "Given name", "Host employer"],
        &["Trade: Carpentry"],
        &["Good", "Carmody", "Liam", "Bayline Builders"],
        &["Fair", "Costa", "Kayla", "Bayline Builders"],
        &["Good", "Donovan", "Dylan", "Bayline Builders"],
        &["Good", "Kelly", "Jack", "Granite Works"],
        &["Trade: Plumbing"],
        &["Good", "Marsh", "Angus", "Granite Works"],
        &["Fair", "Nguyen", "Mia", "Granite Works"],
        &["Good", "Singh", "Corey", "Tallow Pipes"],
        &["Good", "Tran", "Bree", "Tallow Pipes"],
    ];
    assert_eq!(roles(rows).1[3], "ignored");
}

#[test]
fn what_levels_add_up_to_is_none_of_them() {
    let rows: &[&[&str]] = &[
        &["Overall effectiveness by area, 2023"],
        &["Area", "Schools inspected", "Outstanding", "Good", "Inadequate"],
        &["North", "8", "2", "6", "0"],
        &["Central", "15", "4", "9", "2"],
        &["South", "9", "1", "8", "0"],
    ];
    let (kind, found) = roles(rows);
    assert_eq!(kind, "organizations");
    assert_eq!(found[0], "organisation");
    assert_eq!(found[1], "count of rated");
    assert_eq!(found[2], "count of level 1 of its own scale");
}

#[test]
fn each_body_once_says_nothing_of_what_stands_above_it() {
    let rows: &[&[&str]] = &[
        &["Standing of local unions 2023"],
        &["Local", "State", "Standing"],
        &["Local 143", "Vermont", "Good"],
        &["Local 216", "Maine", "Fair"],
        &["Local 267", "Vermont", "Good"],
        &["Local 309", "Maine", "Good"],
        &["Local 310", "Vermont", "Fair"],
        &["Local 361", "Maine", "Good"],
    ];
    assert_ne!(roles(rows).1[1], "parent organisation");
}

#[test]
fn what_an_officer_answers_for_is_a_body() {
    let rows = |other: &'static str| {
        let heads = ["Zorp", other, "Rating"];
        let names =
            ["Kilmore Close", "Thomond Grove", "Abbey Court", "Canal Bank", "Naas Paddocks"];
        let levels = ["Good", "Fair", "Good", "Poor", "Fair"];
        let mut rows = vec![vec!["Inspections 2023"], heads.to_vec()];
        let of = |(name, level): (&&'static str, &&'static str)| vec![*name, "Good", *level];
        rows.extend(names.iter().zip(&levels).map(of));
        rows
    };
    let kind = |other: &'static str| {
        let rows = rows(other);
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        roles(&rows).0
    };
    assert_eq!(kind("Zorp officer (self)"), "organizations");
    assert_eq!(kind("Self"), "members");
}

#[test]
fn names_that_cross_beside_dates_of_many_years_are_of_people() {
    let firsts = ["Mehmet", "Elif", "Hüseyin", "Fatma", "Gökhan", "Zeynep"];
    let lasts = ["Doğan", "Demir", "Çelik", "Koç", "Aydın", "Şahin"];
    let names: Vec<String> =
        (0..18).map(|at| format!("{} {}", firsts[at % 6], lasts[(at + at / 6) % 6])).collect();
    let dates: Vec<String> = (0..18).map(|at| format!("1{}/03/{}", at % 9, 1998 + at)).collect();
    let mut rows: Vec<Vec<&str>> = vec![vec!["Qwx 2023"], vec!["Zyx", "Vut", "Rst", "Kim"]];
    for (at, (name, date)) in names.iter().zip(&dates).enumerate() {
        let unit = if at % 6 == 0 { ["Depo", "Yard", "Shop"][at / 6] } else { "" };
        rows.push(vec![unit, name.as_str(), date.as_str(), ["Good", "Fair", "Poor"][at % 3]]);
    }
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let (kind, found) = roles(&rows);
    assert_eq!((kind, found[1].as_str()), ("members", "name"));
}

#[test]
fn points_that_the_key_fits_are_a_score() {
    let (_, found) = roles(&[
        &["Staff reviews 2023"],
        &["Employee", "Zorp", "Rating"],
        &["Denise Bartlett", "91", "A"],
        &["Heather Lockhart", "77", "B"],
        &["Marcus Ingram", "52", "C"],
        &["Howard Goodwin", "80", "B"],
        &["Janet Mills", "95", "A"],
        &[],
        &["A = Very good (90-100 points)"],
        &["B = Good (70-89 points)"],
        &["C = Fair (0-69 points)"],
    ]);
    assert_eq!(found[1], "score, stage unstated");
}

#[test]
fn rounds_with_the_same_columns_are_both_of_the_list() {
    let (_, found) = roles(&[
        &["Agent ratings, 4th Quarter 2023"],
        &["Name of Agent", "Q3 2023", "Q3 2023", "Q4 2023", "Q4 2023"],
        &["", "Score", "Rating", "Score", "Rating"],
        &["Paolo Aquino", "84", "Good", "82", "Good"],
        &["Juan Dizon", "70", "Fair", "91", "Good"],
        &["Ana Macaraeg", "55", "Poor", "74", "Fair"],
        &["Rico Navarro", "88", "Good", "60", "Poor"],
    ]);
    assert_eq!(found[2], "rating, stage unstated");
    assert_eq!(found[4], "rating, stage unstated");
}

#[test]
fn parts_of_a_whole_are_levels_where_their_order_is_told() {
    let kind = |note: &'static str| {
        let (_, found) = roles(&[
            &["Degrees by department, 2022"],
            &["Department", "Zorp", "Zorp", "Vut", "Vut", "Qwx", "Qwx"],
            &["", "No.", "%", "No.", "%", "No.", "%"],
            &["History", "2", "20.0", "3", "30.0", "5", "50.0"],
            &["Physics", "4", "40.0", "4", "40.0", "2", "20.0"],
            &["Law", "1", "10.0", "9", "90.0", "0", "0.0"],
            &["Botany", "5", "50.0", "1", "10.0", "4", "40.0"],
            &[],
            &[note],
        ]);
        found[1].clone()
    };
    assert_eq!(
        kind("Classes are in descending order of merit."),
        "count of level 1 of its own scale"
    );
    assert_eq!(kind("All figures are final."), "ignored");
}

#[test]
fn the_bodies_that_rate_are_known_by_the_stems_of_their_words() {
    let (kind, found) = roles(&[
        &["KRAJSKÝ SVAZ HÁZENÉ"],
        &["Hodnocení trenérů 2023"],
        &["Name", "Klub", "Rating klubu", "Rating svazu"],
        &["Josef Beneš", "Sokol Lhotka", "Good", "Fair"],
        &["Petr Fiala", "Slavoj Ves", "Fair", "Fair"],
        &["Jana Malá", "Sokol Lhotka", "Good", "Good"],
        &["Eva Dvořák", "Slavoj Ves", "Poor", "Good"],
        &["Radek Hájek", "Sokol Lhotka", "Good", "Poor"],
    ]);
    assert_eq!(kind, "members");
    assert_eq!(found[2..], ["rating, stage authority", "rating, stage committee"]);
}

#[test]
fn an_office_that_people_hold_is_no_body() {
    let (_, found) = roles(&[
        &["Annual appraisal of clergy, 2022"],
        &["S/N", "Name", "Office", "Date of Birth", "Rating"],
        &["NORTH ARCHDEACONRY"],
        &["1", "Gabriel Eze", "Vicar", "03/02/1970", "Good"],
        &["2", "Peter Onyeka", "Curate", "09/04/1983", "Fair"],
        &["3", "Ngozi Balogun", "Vicar", "21/09/1965", "Good"],
        &["SOUTH ARCHDEACONRY"],
        &["4", "Uchenna Ajayi", "Curate", "07/12/1967", "Good"],
        &["5", "Ifeanyi Obi", "Vicar", "18/10/1987", "Poor"],
        &["6", "Tunde Cole", "Curate", "18/11/1981", "Fair"],
        &["7", "Femi Ade", "Vicar", "11/11/1971", "Fair"],
    ]);
    assert_eq!(found[2], "position");
}

#[test]
fn bodies_say_what_they_are_as_their_heading_does() {
    let kind = |names: [&'static str; 5]| {
        let rated =
            names.map(|name| ["NH101", name, if name.len() > 11 { "Good" } else { "Poor" }]);
        let mut rows: Vec<&[&str]> =
            vec![&["Zorps: overall rating at inspection, 2023"], &["Ref.", "Zorp", "Rating"]];
        rows.extend(rated.iter().map(<[&str; 3]>::as_slice));
        roles(&rows).0
    };
    let bodies = ["Ashlea Court", "Cedars Zorp", "Daisy Bank", "Priory Zorp", "Elmwood Manor"];
    assert_eq!(kind(bodies), "organizations");
    let people = ["Ashley Court", "Joan Cedars", "Daisy Bank", "Nora Priory", "Elwood Manor"];
    assert_eq!(kind(people), "members");
}

#[test]
fn a_word_parted_at_the_end_of_a_line_is_one() {
    let (_, found) = roles(&[
        &["Crew review 2024"],
        &["Name", "Self-\nassessment", "Station officer", "Review board"],
        &["Diane Doyle", "Good", "Good", "Fair"],
        &["Ciara Fraser", "Fair", "Good", "Good"],
        &["Liam Irvine", "Poor", "Fair", "Fair"],
    ]);
    assert_eq!(found[1], "rating, stage own");
}

#[test]
fn names_that_cross_in_a_long_list_are_of_people() {
    let firsts = ["Leland", "Rosalind", "Curtis", "Alonzo", "Dwight", "Bernice"];
    let lasts = ["Truitt", "Jorgensen", "Lindqvist", "Prentice", "Hutchins", "Eastman"];
    let names: Vec<String> =
        (0..24).map(|at| format!("{} {}", firsts[at % 6], lasts[(at / 6 + at) % 6])).collect();
    let cells: Vec<[&str; 3]> = names
        .iter()
        .enumerate()
        .map(|(at, name)| [name.as_str(), if at % 3 == 0 { "x" } else { "" }, "x"])
        .map(|[name, good, poor]| [name, good, if good.is_empty() { poor } else { "" }])
        .collect();
    let mut rows: Vec<&[&str]> = vec![&["Annual assessment 2023"], &["Zorp", "Good", "Poor"]];
    rows.extend(cells.iter().map(<[&str; 3]>::as_slice));
    let (kind, found) = roles(&rows);
    assert_eq!((kind, found[0].as_str()), ("members", "name"));
}

#[test]
fn the_sums_of_levels_are_none_whatever_their_word() {
    let second = |word: &'static str, last: &'static str| {
        let (_, mut found) = roles(&[
            &["Ratings by school, 2023"],
            &["School", word, "Excellent", "Good", last],
            &["East School", "13", "1", "4", "8"],
            &["West School", "9", "1", "3", "5"],
            &["Hill School", "10", "0", "4", "6"],
            &["Lake School", "8", "2", "4", "2"],
            &["All schools", "40", "4", "15", "21"],
        ]);
        found.swap_remove(1)
    };
    assert_eq!(second("Zorps rated", "Poor"), "count of rated");
    assert_eq!(second("No. appraised", "Poor"), "count of rated");
    // The last level may have an unknown word: all of them add up.
    assert_eq!(second("Zorps rated", "Needs zorp"), "count of rated");
}

#[test]
fn digits_of_several_rounds_that_a_key_explains_are_ratings() {
    let found = |heading: &'static [&'static str]| {
        roles(&[
            &["Parks, annual inspection"],
            heading,
            &["P1001", "Pelican Reserve", "2", "3"],
            &["P1008", "Regatta Park", "3", "3"],
            &["P1015", "Ironbark Park", "1", "2"],
            &["P1022", "Heron Park", "4", "3"],
            &["P1029", "Ferry Reserve", "5", "4"],
            &[],
            &["1 = Very good; 2 = Good; 3 = Fair; 4 = Poor; 5 = Very poor"],
        ])
    };
    let (kind, columns) = found(&["Asset", "Park", "Zorp 2022", "Zorp 2023"]);
    assert_eq!((kind, columns[2].as_str()), ("organizations", "rating, stage unstated"));
    let (_, columns) = found(&["Asset", "Park", "Gates", "Ponds"]);
    assert_eq!(columns[2], "ignored");
}

#[test]
fn codes_beside_people_name_no_bodies() {
    let (_, found) = roles(&[
        &["Annual appraisal, 2023"],
        &["Name", "Cost centre", "Rating"],
        &["Arjun Rao", "CC100", "Good"],
        &["Divya Sinha", "CC200", "Fair"],
        &["Pooja Joshi", "CC200", "Good"],
        &["Vikram Chaudhary", "CC100", "Poor"],
    ]);
    assert_ne!(found[1], "organisation");
}

#[test]
fn one_odd_digit_among_those_of_the_key_is_a_wrong_rating() {
    let found = |odd: &'static str| {
        let (_, found) = roles(&[
            &["Season review 2023"],
            &["Last name", "First name", "Rating / Self", "Rating / Director"],
            &["Chen", "Lucas", "4", "4"],
            &["Dubois", "Chloé", "3", "3"],
            &["Friesen", "Mathieu", "3", "2"],
            &["Kowalchuk", "Maya", "2", "6"],
            &["Leblanc", "Zoe", "4", odd],
            &["Morin", "Avery", "2", "2"],
            &[],
            &["Rating scale: 4 = Exceptional, 3 = Strong, 2 = Developing, 1 = Needs support"],
        ]);
        found[3].clone()
    };
    assert_eq!(found("3"), "rating, stage committee");
    assert_eq!(found("7"), "ignored");
}

#[test]
fn numbers_of_one_length_in_no_order_are_what_people_are_known_by() {
    let found = |numbers: [&'static str; 8]| {
        let names = ["Baltasar Gouveia", "Dulce Abrantes", "Jacinto Quaresma", "Leandro Zagalo"];
        let others = ["Matilde Nabais", "Odete Malheiro", "Abílio Lagoa", "Amélia Esteves"];
        let rows = numbers.into_iter().zip(names.into_iter().chain(others)).enumerate();
        let rows = rows.map(|(at, (number, name))| {
            let level = ["Bom", "Regular", "Insuficiente"][at % 3];
            format!("{number}|{name}|Técnico superior|{level}")
        });
        let reading = of_page(&format!(
            "Avaliação do desempenho 2022\n\nN.º zorp.|Nome do trabalhador|Carreira|Menção\n{}",
            rows.collect::<Vec<_>>().join("\n")
        ));
        reading.sheets[0].tables[0].columns[0].field.clone()
    };
    let known_by = ["2011", "4484", "3202", "2316", "1289", "4354", "2508", "2728"];
    assert_eq!(found(known_by), "identifier");
    let counted = ["101", "102", "103", "104", "105", "106", "107", "108"];
    assert_eq!(found(counted), "ordinal");
}

#[test]
fn the_score_is_the_sum_of_what_stands_under_a_heading_beside_it() {
    let (_, found) = roles(&[
        &["Služobné hodnotenie 2023"],
        &[
            "Priezvisko",
            "Meno",
            "Hodnotenie / Zorp (body) / Odbornosť",
            "Hodnotenie / Zorp (body) / Výkon",
            "Hodnotenie / Zorp (body) / Disciplína",
            "Hodnotenie / Spolu bodov",
            "Hodnotenie / Celkové hodnotenie",
        ],
        &["Šimko", "Peter", "34", "26", "25", "85", "veľmi dobrý"],
        &["Novotná", "Mária", "29", "22", "21", "72", "dobrý"],
        &["Novotný", "Štefan", "34", "25", "25", "84", "veľmi dobrý"],
        &["Balážová", "Eva", "30", "22", "22", "74", "dobrý"],
        &["Baláž", "Milan", "40", "30", "30", "100", "výborný"],
        &[],
        &["výborný – 91 až 100 bodov"],
        &["veľmi dobrý – 76 až 90 bodov"],
        &["dobrý – 61 až 75 bodov"],
    ]);
    assert!(found[5].starts_with("score"), "{found:?}");
    assert!(found[2..5].iter().all(|role| !role.starts_with("score")), "{found:?}");
}

#[test]
fn the_sign_of_numbers_is_no_second_language() {
    let (_, found) = roles(&[
        &["Evaluación de bibliotecas 2023"],
        &["Resumen", "N.º de zorpas", "Porcentaje"],
        &["Excelente", "1", "5,6 %"],
        &["Bueno", "8", "44,4 %"],
        &["Regular", "6", "33,3 %"],
        &["Deficiente", "3", "16,7 %"],
    ]);
    assert_ne!(found[1], "ordinal");
}

#[test]
fn words_that_are_ticked_once_a_row_are_levels_where_their_order_is_told() {
    let found = |line: &'static str| {
        roles(&[
            &["Annual returns 2024: accreditation of branches"],
            &[line],
            &["No.", "Branch", "Standard reached"],
            &["", "", "Zorp", "Quax", "Vond"],
            &["1", "Bethesda Branch", "", "X", ""],
            &["2", "Llanberis Branch", "X", "", ""],
            &["3", "Porthmadog Branch", "", "", "X"],
            &["4", "Dolgellau Branch", "", "X", ""],
            &["5", "Cardigan Branch", "X", "", ""],
            &["6", "Tenby Branch", "", "X", ""],
        ])
    };
    let (kind, columns) = found("Standards run from Zorp (highest) to Vond (lowest).");
    assert_eq!(
        (kind, columns[2].as_str()),
        ("organizations", "tick: level 1 of its own scale, stage unstated")
    );
    let (_, columns) = found("One cross for each branch.");
    assert!(!columns[2].starts_with("tick"), "{columns:?}");
}

#[test]
fn ranges_of_points_name_no_bodies() {
    let (_, found) = roles(&[
        &["Performance rating scale"],
        &["Points", "Rating", "Final score"],
        &["5", "Outstanding", "4.5 and above"],
        &["4", "Very good", "3.5 to 4.4"],
        &["3", "Good", "2.5 to 3.4"],
        &["2", "Fair", "1.5 to 2.4"],
        &["1", "Poor", "below 1.5"],
    ]);
    assert_ne!(found[2], "organisation");
}

#[test]
fn names_that_all_end_with_one_word_are_of_bodies() {
    let kind = |last: &'static str| {
        let names = ["Shivneri Sugar Mill", "Kalyani Sugar Mill", "Nira Sugar Mill", last];
        let rows =
            names.map(|name| [name, "4", if name.starts_with('N') { "Fair" } else { "Good" }]);
        let heading: [&[&str]; 2] = [&["Ratings 2022"], &["Zorp", "Marks", "Rating"]];
        let rows = rows.iter().map(<[&str; 3]>::as_slice);
        roles(&heading.into_iter().chain(rows).collect::<Vec<_>>()).0
    };
    assert_eq!(kind("Hutatma Sugar Mill"), "organizations");
    assert_eq!(kind("Arjun Rao Patil"), "members");
}

#[test]
fn what_a_total_sums_up_by_the_word_of_the_heading_is_what_is_listed() {
    let kind = |total: &'static str| {
        roles(&[
            &["Facility condition 2021"],
            &["#", "Zorp", "Excellent", "Good", "Poor"],
            &["", total, "2", "2", "1"],
            &["1", "Birch Narrows", "X", "", ""],
            &["2", "Lac Perdu", "", "X", ""],
            &["3", "Osprey Bay", "", "X", ""],
            &["4", "Old Ferry", "X", "", ""],
            &["5", "Granite Point", "", "", "X"],
        ])
        .0
    };
    assert_eq!(kind("All zorps"), "organizations");
    assert_eq!(kind("Total"), "members");
}

#[test]
fn the_parts_of_points_are_none_of_them_and_an_award_that_points_reach_is_a_rating() {
    let (kind, found) = roles(&[
        &["Shop standards visits 2024"],
        &["No.", "Shop", "Display (max 10)", "Stock (max 10)", "Total points (max 20)", "Award"],
        &["011", "Ballymena - Church Street", "9", "10", "19", "Gold"],
        &["014", "Lisburn - Bow Street", "7", "9", "16", "Silver"],
        &["017", "Newry - Hill Street", "6", "5", "11", "Bronze"],
        &["020", "Larne - Main Street", "7", "10", "17", "Silver"],
        &["023", "Omagh - High Street", "9", "7", "16", "Silver"],
        &["026", "Coleraine - Kingsgate", "4", "6", "10", "Bronze"],
        &[],
        &["Gold: 18 to 20 points"],
        &["Silver: 14 to 17 points"],
        &["Bronze: 10 to 13 points"],
    ]);
    assert_eq!(kind, "organizations");
    assert!(found[4].starts_with("score") && found[5].starts_with("rating"), "{found:?}");
    assert_eq!(found[2..4], ["not held", "not held"]);
}

#[test]
fn a_word_for_numbers_below_a_round_counts() {
    let (kind, found) = roles(&[
        &["Offices by overall rating"],
        &["Overall rating", "2022", "", "2023"],
        &["", "No.", "%", "No.", "%"],
        &["Excellent", "1", "6.3", "4", "25"],
        &["Good", "10", "62.5", "7", "43.8"],
        &["Fair", "3", "18.8", "5", "31.3"],
        &["Poor", "2", "12.5", "0", "0"],
        &["Total", "16", "100", "16", "100"],
    ]);
    assert_eq!((kind, found[1].as_str(), found[3].as_str()), ("figures", "count", "count"));
}

#[test]
fn numbered_names_are_of_bodies_and_a_key_of_awards_rates_them() {
    let (kind, roles) = roles(&[
        &["Regional Scout Council"],
        &["Scout Group Star Awards 2022"],
        &[],
        &["District", "Scout Group", "Leaders", "Award"],
        &["Umkhanya", "1st Rietvlei", "32", "No award"],
        &["", "2nd Howick Falls", "81", "Gold"],
        &["", "3rd Mooi Bend", "42", "Gold"],
        &["", "Barnabas Sea Scouts", "40", "Bronze"],
        &["Highveld", "1st Vaalkop", "44", "Silver"],
        &["", "Klipriver Air Scouts", "60", "Silver"],
        &["", "5th Sterkspruit", "79", "Bronze"],
        &[],
        &["Awards (highest first)"],
        &["Gold"],
        &["Silver"],
        &["Bronze"],
        &["No award"],
    ]);
    assert_eq!(kind, "organizations");
    let told = ["parent organisation", "organisation", "ignored", "rating, stage unstated"];
    assert_eq!(roles, told);
}

#[test]
fn what_the_title_says_is_evaluated_is_listed_and_who_is_in_charge_is_not() {
    let (kind, roles) = roles(&[
        &["Hills Growers Society Ltd"],
        &["Evaluation of leaf tasting rooms 2023"],
        &[],
        &["Slope", "Tasting room", "Cook in charge", "Leaf (kg)", "Class awarded"],
        &["Upper", "Gatura", "Mary Hill", "23693", "Good"],
        &["", "Kanyoni", "Ann Lowe", "73504", "Poor"],
        &["", "Mukarara", "Ray Hood", "66211", "Good"],
        &["Lower", "Njiku", "Eve Dale", "53556", "Fair"],
        &["", "Karega", "Peter Hale", "14717", "Good"],
        &["", "Ithanga", "Jane Small", "37645", "Fair"],
    ]);
    assert_eq!(kind, "organizations");
    assert_eq!(roles[1], "organisation");
}

#[test]
fn bodies_are_of_their_sections_and_not_of_the_places_that_lie_across_them() {
    let (kind, roles) = roles(&[
        &["Northmere Hospitals"],
        &["Ward reviews 2023"],
        &[],
        &["Ward / Unit", "Site", "Ward Manager", "Rating"],
        &["Division of Medicine"],
        &["Ward 4 Ashdown", "City", "Nicola Villanueva", "Good"],
        &["Ward 6 Beech", "Royal", "Simon Mistry", "Fair"],
        &["Ward 7 Chiltern", "Royal", "Alison Villanueva", "Good"],
        &["Ward 9 Derwent", "City", "Nicola Holt", "Good"],
        &["Coronary Care Unit", "Royal", "Shanice Patel", "Poor"],
        &["Division of Surgery"],
        &["Ward 11 Exmoor", "Royal", "Shanice Villanueva", "Poor"],
        &["Ward 12 Fenwick", "City", "Nicola Adeyemi", "Good"],
        &["Ward 14 Grafton", "City", "Nicola Mistry", "Fair"],
        &["Critical Care Unit", "City", "Rajesh Patel", "Fair"],
    ]);
    assert_eq!((kind, roles[1].as_str()), ("organizations", "not held"));
}

#[test]
fn who_rates_by_other_levels_than_the_named_bodies_is_left_out() {
    let (_, roles) = roles(&[
        &["Ports Company"],
        &["Year-end review 2023"],
        &[],
        &["Staff No.", "Employee", "Mid-year check-in", "Year-end rating", ""],
        &["", "", "", "Line manager", "Calibrated (final)"],
        &["05063", "Mary Hill", "On track", "Exceeds", "Achieved"],
        &["08709", "Ann Lowe", "On track", "Achieved", "Achieved"],
        &["04522", "Ray Hood", "Off track", "Achieved", "Exceeds"],
        &["03230", "Eve Dale", "On track", "Not achieved", "Not achieved"],
        &["01887", "Peter Hale", "Off track", "Exceeds", "Exceeds"],
    ]);
    assert_eq!(roles[2..], ["ignored", "rating, stage authority", "rating, stage committee"]);
}

#[test]
fn digits_of_a_key_are_ratings_of_whoever_stands_under_a_word_for_them() {
    let (_, roles) = roles(&[
        &["Mill Workers"],
        &["Staff review 2023"],
        &[],
        &["Name", "Born", "Rating", "Rating", "Rating"],
        &["", "", "Self", "Zorp", "Board"],
        &["Mary Hill", "13.02.1976", "1", "2", "2"],
        &["Ann Lowe", "23.04.1981", "2", "2", "1"],
        &["Ray Hood", "24.12.1996", "3", "3", "3"],
        &["Eve Dale", "19.01.1995", "1", "1", "2"],
        &[],
        &["1 = very good"],
        &["2 = good"],
        &["3 = poor"],
    ]);
    assert_eq!(roles[2], "rating, stage own");
    assert!(roles[3].starts_with("rating"), "{roles:?}");
    assert_eq!(roles[4], "rating, stage committee");
}

#[test]
fn zeros_before_numbers_that_count_the_rows_again_make_codes_of_them() {
    let reading = of_page(
        "SỞ KHOA HỌC\nKẾT QUẢ XẾP LOẠI VIÊN CHỨC NĂM 2024\n\nTT|Mã số CC, VC|Họ và tên|Xếp loại\n\
         1|00000001|Lê Văn An|HTTNV\n2|00000002|Trần Thị Bình|HTXSNV\n\
         3|00000003|Nguyễn Văn Cường|HTTNV\n4|00000004|Phạm Thị Dung|HTNV",
    );
    let codes = reading.people().filter_map(|(_, person)| person.identifiers.first());
    let codes: Vec<&str> = codes.map(|code| code.value.as_str()).collect();
    assert_eq!(codes, ["00000001", "00000002", "00000003", "00000004"]);
}

#[test]
fn numbers_of_files_with_their_year_are_what_people_are_known_by() {
    let (_, roles) = roles(&[
        &["Staff review 2022"],
        &["Zorp", "Name", "Born", "Rating"],
        &["0420/22", "Mary Hill", "13.02.1976", "Good"],
        &["0817/22", "Ann Lowe", "23.04.1981", "Fair"],
        &["0952/22", "Ray Hood", "24.12.1996", "Good"],
        &["0137/22", "Eve Dale", "19.01.1995", "Poor"],
    ]);
    assert_eq!(roles[0], "identifier");
}

#[test]
fn numbers_in_no_order_beside_levels_count_them() {
    let (kind, roles) = roles(&[
        &["Centralizator"],
        &["Evaluare 2023"],
        &["Rating", "Nr. salariați", "%"],
        &["Excellent", "9", "33.3"],
        &["Good", "10", "37.0"],
        &["Fair", "6", "22.2"],
        &["Poor", "2", "7.4"],
        &["Total", "27", "100.0"],
    ]);
    assert_eq!((kind, roles[1].as_str()), ("figures", "count"));
}

#[test]
fn numbers_of_bodies_whose_kind_the_title_names_stand_beside_their_names() {
    let (kind, roles) = roles(&[
        &["Educators' Federation"],
        &["Annual Review of Locals 2023"],
        &[],
        &["Local", "Name", "Decision", "Note"],
        &["103", "Bayfield Teachers", "Good", "a"],
        &["118", "Grand Portage Educators", "Poor", "b"],
        &["120", "Harbor City Teachers", "Good", "c"],
        &["128", "Sturgeon Falls Faculty", "Fair", "d"],
    ]);
    assert_eq!((kind, roles[1].as_str()), ("organizations", "organisation"));
}

#[test]
fn who_stands_before_the_only_body_of_each_row_is_rated() {
    let (kind, roles) = roles(&[
        &["Open Furrow International"],
        &["Appraisal of Country Directors 2023"],
        &[],
        &[
            "No",
            "Country Director",
            "Country office",
            "Own appraisal",
            "Regional Director",
            "Executive Director (final)",
        ],
        &["1", "Harriet Holm", "Pakistan", "Good", "Good", "Good"],
        &["2", "Stuart Chase", "Honduras", "Good", "Good", "Fair"],
        &["3", "Patrick Dale", "Bangladesh", "Poor", "Fair", "Poor"],
        &["4", "Tobias Goddard", "Senegal", "Poor", "Fair", "Poor"],
        &["5", "Rohan Forsyth", "Peru", "Fair", "Fair", "Poor"],
    ]);
    assert_eq!((kind, roles[1].as_str()), ("members", "name"));
    let stages = ["rating, stage own", "rating, stage authority", "rating, stage committee"];
    assert_eq!(roles[3..], stages);
}

#[test]
fn who_heads_a_body_rates_it_as_its_own() {
    let (kind, roles) = roles(&[
        &["Larkfield Care Homes Group"],
        &["Ratings of our homes 2023"],
        &[],
        &["Home", "Area", "Beds", "Home manager", "Group panel"],
        &["Abbey Lodge", "Coast", "63", "Good", "Fair"],
        &["Beech House", "Vale", "30", "Poor", "Poor"],
        &["Cedar Court", "Vale", "47", "Good", "Good"],
        &["Elm Grange", "Hills", "29", "Fair", "Fair"],
    ]);
    assert_eq!(kind, "organizations");
    assert_eq!(roles[3..], ["rating, stage own", "rating, stage committee"]);
}

#[test]
fn bodies_that_nobody_knows_rate_in_the_order_of_their_columns() {
    let (_, roles) = roles(&[
        &["Mill Workers"],
        &["Staff review 2023"],
        &[],
        &["Name", "Born", "Rating", "Rating", "Rating"],
        &["", "", "Zorp", "Blim", "Board"],
        &["Mary Hill", "13.02.1976", "Great", "Good", "Good"],
        &["Ann Lowe", "23.04.1981", "Good", "Good", "Great"],
        &["Ray Hood", "24.12.1996", "Weak", "Weak", "Weak"],
        &["Eve Dale", "19.01.1995", "Great", "Weak", "Good"],
    ]);
    assert!(!roles[2].contains("reviewer"), "{roles:?}");
}

#[test]
fn bodies_beside_those_who_direct_them_are_rated() {
    let (kind, roles) = roles(&[
        &["University of Calderbrook"],
        &["Annual Review of Research Centres 2023"],
        &[],
        &["No.", "Research centre", "Director", "Self-assessment", "Peer panel", "Senate decision"],
        &["Faculty of Science"],
        &["1", "Centre for Battery Materials", "Prof Ian Sandhu", "Good", "Good", "Good"],
        &["2", "Centre for Coastal Hydrology", "Prof Beth Fenwick", "Good", "Fair", "Good"],
        &["3", "Institute of Applied Statistics", "Dr Joan Varley", "Fair", "Poor", "Poor"],
        &["4", "Soft Robotics Laboratory", "Prof Hugh Kettle", "Good", "Fair", "Fair"],
        &["Faculty of Health"],
        &["6", "Centre for Rural Primary Care", "Dr Priya Penrose", "Fair", "Fair", "Poor"],
        &["7", "Dental Biomaterials Group", "Prof Derek Sandhu", "Fair", "Poor", "Fair"],
        &["8", "Institute for Healthy Ageing", "Prof Simon Quigley", "Good", "Good", "Fair"],
    ]);
    assert_eq!((kind, roles[1].as_str()), ("organizations", "organisation"));
}

#[test]
fn the_head_of_an_office_who_rates_behind_a_branch_decides() {
    let (_, found) = roles(&[
        &["TRƯỜNG THCS LÊ QUÝ ĐÔN"],
        &["XẾP LOẠI VIÊN CHỨC NĂM 2022"],
        &[],
        &["TT", "Họ và tên", "Tự xếp loại", "Tổ chuyên môn xếp loại", "Hiệu trưởng xếp loại"],
        &["1", "Lê Văn An", "HTXSNV", "HTTNV", "HTTNV"],
        &["2", "Trần Thị Bình", "HTTNV", "HTTNV", "HTXSNV"],
        &["3", "Nguyễn Văn Cường", "HTNV", "HTNV", "HTNV"],
    ]);
    let stages = ["rating, stage own", "rating, stage branch", "rating, stage committee"];
    assert_eq!(found[2..], stages);
    let (_, found) = roles(&[
        &["TRƯỜNG THCS LÊ QUÝ ĐÔN"],
        &["XẾP LOẠI VIÊN CHỨC NĂM 2022"],
        &[],
        &["TT", "Họ và tên", "Tự xếp loại", "Hiệu trưởng xếp loại"],
        &["1", "Lê Văn An", "HTXSNV", "HTTNV"],
        &["2", "Trần Thị Bình", "HTTNV", "HTXSNV"],
        &["3", "Nguyễn Văn Cường", "HTNV", "HTNV"],
    ]);
    assert_eq!(found[2..], ["rating, stage own", "rating, stage authority"]);
}

#[test]
fn whoever_rates_behind_a_person_who_else_decides_decides() {
    let page = |last: &str| {
        format!(
            "LIGHTS BOARD\nKeepers 2021\n\nNo.|Name|Marking of the District Superintendent|{last}|Note\n\
             1|Mary Hill|Zorp|Blim|a\n2|Ann Lowe|Zorp|Zorp|b\n3|Ray Hood|Blim|Quax|c\n\
             4|Eve Dale|Quax|Quax|d\n5|Tom Bell|Blim|Blim|e\n\nMarkings, best first: Zorp, Blim, Quax"
        )
    };
    let stages = |last: &str| -> Vec<String> {
        let reading = of_page(&page(last));
        let person = reading.people().next().map(|(_, person)| person.clone());
        let ratings = person.into_iter().flat_map(|person| person.ratings);
        ratings.map(|rating| format!("{:?}", rating.stage)).collect()
    };
    assert_eq!(stages("Marking of the Zorpers"), ["Authority", "Committee"]);
    assert_eq!(stages("Own marking"), ["Committee", "Own"]);
}

/// The kind of the first table of a page and the fields of its columns.
fn fields(page: &str) -> (&'static str, Vec<String>) {
    let reading = of_page(page);
    let table = reading.sheets[0].tables.first().expect("a table");
    (table.kind.name(), table.columns.iter().map(|column| column.field.clone()).collect())
}

#[test]
fn what_completes_the_rated_to_all_is_not_yet_rated() {
    let (_, found) = fields(
        "ĐẢNG ỦY XÃ SUỐI LẶNG\nTHỐNG KÊ CHẤT LƯỢNG ĐẢNG VIÊN NĂM 2022\n\n\
         STT|Chi bộ|Tổng số đảng viên|Miễn sinh hoạt|Qux|Đã xếp loại|HTXSNV|HTTNV|HTNV\n\
         1|Chi bộ Nà Hin|16|1|1|14|2|10|2\n2|Chi bộ Pá Khôm|26|1|1|24|3|18|3\n\
         3|Chi bộ Đồng Vai|25|1|0|24|3|18|3\n4|Chi bộ Cây Sấu|25|2|2|21|3|15|3",
    );
    assert_eq!(found[4], "count of notyetrated");
}

#[test]
fn levels_that_are_all_parts_add_up_to_the_whole() {
    let (_, found) = fields(
        "MẶT TRẬN PHƯỜNG AN THỚI\nXẾP LOẠI THÀNH VIÊN NĂM 2022\n\n\
         |||Trong đó|||\nSTT|Ban công tác|Qux|HTXSNV|HTTNV|HTNV|KHTNV\n\
         1|Ban công tác khu phố 1|14|2|10|2|0\n2|Ban công tác khu phố 2|15|2|11|2|0\n\
         3|Ban công tác khu phố 3|16|2|12|1|1\n4|Ban công tác khu phố 4|9|1|7|1|0",
    );
    assert_eq!(found[2], "count of rated");
}

#[test]
fn years_of_lives_are_no_rounds() {
    let (_, found) = fields(
        "ĐẢNG ỦY CÔNG TY DỆT MAY\nXẾP LOẠI ĐẢNG VIÊN NĂM 2015\n\nSố|Họ và tên|Năm|Xếp loại\n\
         1|Chu Thị Thu Anh|1961|HTXSNV\n2|Lý Thế Giang|1983|HTTNV\n3|Lê Mạnh Phong|1972|HTTNV\n\
         4|Ngô Thị Phương|1974|HTNV",
    );
    assert_eq!(found[2], "birth date");
}

#[test]
fn a_bracket_in_a_broad_row_signs_nothing() {
    let (kind, _) = fields(
        "ĐẢNG ỦY CÔNG AN HUYỆN\nPHÂN LOẠI ĐẢNG VIÊN NĂM 2021\n\nSTT|Họ và tên|Số hiệu|Chức vụ|Xếp loại|(nội bộ)\n\
         1|Kiều Nhật Bách|022-225|Bí thư|HTTNV|\n2|Hứa Thanh Lâm|025-898|Phó Bí thư|HTTNV|\n\
         3|Lê Bá Sang|095-191|Ủy viên|HTNV|",
    );
    assert_eq!(kind, "members");
}

#[test]
fn targets_and_achievements_stand_beside_ratings() {
    let reading = of_page(
        "ĐẢNG ỦY PHƯỜNG BÌNH KHÊ\nXẾP LOẠI CHI BỘ NĂM 2024\n\n\
         #|Chi bộ|Kết nạp: chỉ tiêu|Kết nạp: làm được|Tự nhận|Đảng ủy công nhận\n\
         1|Chi bộ Tổ 1|2|2|HTTNV|HTTNV\n2|Chi bộ Tổ 2|2|3|HTXSNV|HTTNV\n3|Chi bộ Tổ 3|2|1|HTNV|HTNV",
    );
    let kinds = |wanted: fn(&Statement) -> bool| {
        reading.records.iter().filter(|record| wanted(&record.statement)).count()
    };
    assert!(kinds(|of| matches!(of, Statement::Branch(body) if !body.ratings.is_empty())) == 3);
    assert_eq!(kinds(|of| matches!(of, Statement::Indicators { .. })), 3);
}

#[test]
fn an_award_beside_ticks_is_what_somebody_is_commended_for() {
    let reading = of_page(
        "CÔNG TY MAY SÔNG LÔ\nXẾP LOẠI LAO ĐỘNG NĂM 2023\n\n\
         TT|Họ và tên|Yếu|Trung bình|Khá|Tốt|Danh hiệu thi đua|Ghi chú\n\
         1|Hoàng Thị Bích Lan||||x|Chiến sĩ thi đua cơ sở|\n2|Phan Thị Thu Hương||||x|Lao động tiên tiến|\n\
         3|Hồ Đức Sơn|||x||Lao động tiên tiến|\n4|Mai Hữu Dũng||x||||",
    );
    assert_eq!(reading.people().count(), 4);
    let is_award = |record: &&Record| matches!(record.statement, Statement::Commendation(_));
    assert_eq!(reading.records.iter().filter(is_award).count(), 3);
}

#[test]
fn a_common_word_says_nothing_of_who_rated_and_the_word_above_does() {
    let rows =
        ["12|Zorp|10|Blim", "13|Zorp|13|Zorp", "8|Blim|8|Blim", "3|Quax|4|Quax", "9|Blim|9|Blim"];
    let names = ["Mary Hill", "Ann Lowe", "Ray Hood", "Eve Dale", "Tom Bell"];
    let rows = rows.iter().zip(names).map(|(row, name)| {
        let cells = row.replace('|', "</td><td>");
        format!("<tr><td>{name}</td><td>Ayr</td><td>{cells}</td></tr>")
    });
    let page = format!(
        "<html><table><tr><td>TOWN OF BIRCHWATER</td></tr><tr><td>Staff review 2023</td></tr><tr></tr>\
         <tr><td rowspan=2>Name</td><td rowspan=2>Unit</td><td colspan=2>Self</td>\
         <td colspan=2>Line manager</td></tr>\
         <tr><td>Points</td><td>Overall</td><td>Points</td><td>Overall</td></tr>{}<tr></tr>\
         <tr><td>Levels, best first: Zorp, Blim, Quax</td></tr></table></html>",
        rows.collect::<String>()
    );
    let options = crate::reading::Options::default();
    let vocabulary = Vocabulary::bundled();
    let reading = crate::reading::read(page.as_bytes(), "a.xls", &options, &vocabulary);
    let columns = &reading.sheets[0].tables[0].columns;
    let stages = [columns[3].field.as_str(), columns[5].field.as_str()];
    assert_eq!(stages, ["rating, stage own", "rating, stage authority"]);
}

#[test]
fn a_union_rates_by_its_branches_and_its_own_board() {
    let (_, found) = fields(
        "CÔNG ĐOÀN CƠ SỞ BỆNH VIỆN VÂN KHÁNH\nBÌNH XÉT ĐOÀN VIÊN NĂM 2023\n\n\
         TT|Họ và tên|BCH CĐCS chốt|Tổ CĐ bình|Cá nhân tự nhận\nI. Tổ Công đoàn Khoa Nội||||\n\
         1|Nguyễn Thị Ngọc Dung|HTTNV|HTXSNV|HTXSNV\n2|Tạ Quang Sang|HTXSNV|HTXSNV|HTXSNV\n\
         II. Tổ Công đoàn Khoa Ngoại||||\n3|Lưu Thị Mỹ Hạnh|HTTNV|HTTNV|HTTNV\n4|Lê Thị Phương|HTNV|HTNV|HTTNV",
    );
    let stages = ["rating, stage committee", "rating, stage branch", "rating, stage own"];
    assert_eq!(found[2..], stages);
}

#[test]
fn an_organisation_behind_the_family_name_is_no_given_name() {
    let (_, found) = fields(
        "NORTHMERE CLUB\nReview 2022\n\nFirst name|Surname|Division|Role|Result\n\
         Henrik|Ahlgren|Bandy|Coach|Good\nPer|Bergkvist|Rowing|Coach|Fair\nClaes|Dahlin|Rowing|Aide|Good\n\
         Karin|Ekholm|Bandy|Aide|Poor",
    );
    assert_eq!(found[..3], ["given name", "family name", "organisation"]);
}

#[test]
fn groups_that_a_rater_is_called_after_are_units() {
    let (_, found) = fields(
        "NORTHMERE CLUB\nReview 2022\n\nName|Zorpion|Role|Zorpion's mark|Board's mark\n\
         Mary Hill|Rowing|Coach|Good|Good\nAnn Lowe|Bandy|Coach|Fair|Good\nRay Hood|Rowing|Aide|Good|Good\n\
         Eve Dale|Bandy|Aide|Poor|Fair\nTom Bell|Rowing|Coach|Fair|Fair\nIda Rose|Bandy|Aide|Good|Good",
    );
    assert_eq!(found[1], "organisation");
}

#[test]
fn remarks_that_end_as_names_of_bodies_do_are_remarks() {
    let (_, found) = fields(
        "VINDHYA WORKS\nGrading 2022\n\nNo.|Name|Grading|Remarks\n1|Mary Hill|Good|\n2|Ann Lowe|Fair|\n\
         3|Ray Hood|Good|Grading revised by Accepting Authority\n4|Eve Dale|Fair|Moved to another School",
    );
    assert_eq!(found[3], "note");
}

#[test]
fn a_known_word_heads_what_is_rated_and_an_unknown_one_does_not() {
    let (_, found) = fields(
        "RESCUE FEDERATION\nAssessment of readiness 2020\n\nTeam|Qux|Good|Fair|Poor\n\
         Glen Aldie|Aldie Mill|x||\nLoch Torran|Torran Mill||x|\nStrathmore|Kinlair School|x||\n\
         Ben Corrach|Corrach Lodge||x|\nKnoydale|Inver School|||x\nBraewick|Brae Mill|x||\n\
         Tarfside|Tarf Lodge||x|\nCorgarrow|Garrow School|x||",
    );
    assert_eq!(found[0], "organisation");
}

#[test]
fn points_of_several_raters_are_levels_by_their_key() {
    let reading = of_page(
        "ĐẢNG ỦY VIỆN CÂY CÓ CỦ\nXẾP LOẠI ĐẢNG VIÊN NĂM 2025\n\
         Thang điểm 100: từ 90 điểm trở lên là Hoàn thành xuất sắc nhiệm vụ; từ 70 đến dưới 90 điểm là Hoàn \
         thành tốt nhiệm vụ; từ 50 đến dưới 70 điểm là Hoàn thành nhiệm vụ\n\n\
         Stt|Họ tên|Cá nhân tự chấm|Chi bộ chấm|Đảng ủy quyết định\n1|Nguyễn Ngọc Giang|80|85|91\n\
         2|Võ Bá Nghĩa|75|84|89\n3|Nghiêm Trọng Bảo|79|86|78\n4|Võ Thị Minh Quyên|91|75|65\n5|Tô Diệu Dung|77|72|86",
    );
    let (_, first) = reading.people().next().expect("a person");
    let codes =
        first.ratings.iter().filter_map(|of| Some(of.rating.as_ref()?.value.code.to_string()));
    let mut codes: Vec<String> = codes.collect();
    codes.sort();
    assert_eq!(codes, ["HTTNV", "HTTNV", "HTXSNV"]);
}

#[test]
fn votes_under_levels_are_no_ticks() {
    let (_, found) = fields(
        "CHI BỘ KHOA KINH TẾ\nXẾP LOẠI ĐẢNG VIÊN NĂM 2020\n\n\
         TT|Họ tên|Số phiếu bầu|Số phiếu bầu|Số phiếu bầu|Chi bộ kết luận\n||HTXSNV|HTTNV|HTNV|\n\
         1|Lưu Thị Phượng|6|18|0|HTTNV\n2|Đoàn Minh Cường|4|21|0|HTTNV\n3|Lương Thu Hoa|19|6|0|HTXSNV\n\
         4|Hồ Minh Bảo|0|3|22|HTNV\n5|Mai Thị Thơm|7|18|0|HTTNV",
    );
    assert!(found[2..5].iter().all(|field| !field.starts_with("tick")), "{found:?}");
    assert!(found[5].starts_with("rating"), "{found:?}");
}

#[test]
fn who_is_counted_is_told_by_what_stands_beside_a_group() {
    let page = "HUYỆN ỦY BA LẠCH\nPHÂN LOẠI TỔ CHỨC ĐẢNG VÀ ĐẢNG VIÊN NĂM 2009\n\n\
         TT|Đơn vị|CHI BỘ TRỰC THUỘC|CHI BỘ TRỰC THUỘC|ĐẢNG VIÊN|ĐẢNG VIÊN\n\
         ||Trong sạch vững mạnh|Yếu kém|Đủ tư cách hoàn thành xuất sắc|Vi phạm tư cách\n\
         1|Đảng bộ xã A Lưới|4|0|17|0\n2|Đảng bộ xã B Lưới|4|1|14|1\n3|Đảng bộ xã C Lưới|5|0|18|0";
    let (_, found) = fields(page);
    assert!(found[2..].iter().all(|field| field == "count of a level"), "{found:?}");
    assert_eq!(of_page(page).figures().count(), 12);
}

#[test]
fn texts_in_rows_apart_are_units_with_a_question() {
    let page = |units: [&str; 6]| {
        let rows: Vec<String> = units
            .iter()
            .zip(["Ann Lowe", "Mary Hill", "Ray Hood", "Eve Dale", "Jane Small", "Peter Hale"])
            .map(|(unit, name)| format!("{name}|{unit}|Good"))
            .collect();
        of_page(&format!("ROWING CLUB\nRatings 2021\n\nName|Qux|Rating\n{}", rows.join("\n")))
    };
    let asked = |units| {
        let reading = page(units);
        let asked = |of: &&crate::diagnostic::Diagnostic| of.code.name() == "question";
        reading.diagnostics.iter().filter(asked).count()
    };
    assert_eq!(asked(["Bow", "Two", "Two", "Bow", "Two", "Bow"]), 1);
    assert_eq!(asked(["Bow", "Bow", "Bow", "Two", "Two", "Two"]), 0);
}

#[test]
fn letters_of_something_else_stand_beside_ratings_in_words() {
    let (_, found) = fields(
        "ZORP DISTRICT\nGrading of officers 2023\n\nNo.|Name|Qux|Grading\n1|Mary Hill|B|Excellent\n\
         2|Ann Lowe|E|Good\n3|Ray Hood|E|Good\n4|Eve Dale|B|Excellent\n5|Jane Small|E|Poor\n6|Peter Hale|B|Good",
    );
    assert!(!found[2].starts_with("rating"), "{found:?}");
}

#[test]
fn a_sex_stands_in_brackets_behind_a_birth() {
    let (_, found) = fields(
        "ĐẢNG ỦY XÃ ĐỒNG VANG\nXẾP LOẠI ĐẢNG VIÊN NĂM 2003\n\nTT|Họ và tên|Sinh (Nam)|Sinh (Nữ)|Xếp loại\n\
         1|Kiều Đình Tài|03/1969||HTXSNV\n2|Cao Thị Ngân||23/12/1947|HTTNV\n3|Kiều Đình Hà|03/04/1969||HTTNV",
    );
    assert_eq!(found[2..4], ["birth date (male)", "birth date (female)"]);
}

#[test]
fn points_alone_are_levels_by_their_bands() {
    let reading = of_page(
        "ROWING CLUB\nRatings 2021\n\nZorp Band|85 to 100 points\nBlim Band|50 to 84 points\n\
         Quax Band|0 to 49 points\n\nNo.|Name|Points (100)\n1|Mary Hill|91\n2|Ann Lowe|49\n3|Ray Hood|84",
    );
    let rated = reading.people().filter_map(|(_, person)| person.ratings.first());
    let codes = rated.filter_map(|of| Some(of.rating.as_ref()?.value.code.to_string()));
    assert_eq!(codes.collect::<Vec<_>>(), ["ZORP_BAND", "QUAX_BAND", "BLIM_BAND"]);
}

#[test]
fn a_slip_beside_a_key_is_no_level_and_signs_part_levels() {
    let rated = |last: &str| {
        let rows: Vec<String> =
            (0..12).map(|at| format!("{at}|Zorp|{}", ["Zorp", "Blim"][at % 2])).collect();
        of_page(&format!(
            "ROWING CLUB\nRatings 2021\n\nGrades, best first: Zorp, Blim, Quax\n\nName|Own rating|Final rating\n\
             {}\nPeter Hale|Zorp|{last}",
            rows.join("\n").replace("0|", "Ann Lowe|").replace("1|", "Mary Hill|"),
        ))
    };
    assert_eq!(rated("Vemp").schemes[0].name, "Zorp > Blim > Quax");
    let reading = of_page(
        "OFFICE OF ROADS\nRatings of staff 2022, best first\n\nSector|Rated|Zorp +|Zorp|Zorp –|Quax\n\
         East Sector|10|2|5|2|1\nWest Sector|20|4|10|4|2\nNorth Sector|30|6|15|6|3\nTotal|60|12|30|12|6",
    );
    assert_eq!(reading.schemes[0].name, "Zorp + > Zorp > Zorp – > Quax");
}

#[test]
fn letters_of_which_few_are_for_a_sex_are_of_something_else() {
    let (_, found) = fields(
        "WATER COMPANY\nAppraisal 2023\n\nName|Job Group|Rating\nMary Hill|G|Good\nAnn Lowe|L|Fair\n\
         Ray Hood|M|Good\nEve Dale|J|Poor\nPeter Hale|K|Good\nJane Small|H|Fair",
    );
    assert_ne!(found[1], "sex");
}

#[test]
fn titles_before_a_given_name_are_no_family_names() {
    let (_, found) = fields(
        "UNIVERSITY\nReview outcomes 2023\n\nTitle|Forename|Surname|Outcome\nDr|Mary|Hill|Good\n\
         Prof|Ann|Lowe|Fair\nDr|Ray|Hood|Good\nDr|Eve|Dale|Poor",
    );
    assert_eq!(found[1..3], ["given name", "family name"]);
}

#[test]
fn what_has_a_word_of_its_heading_and_more_is_a_body() {
    let (kind, found) = fields(
        "BOROUGH COUNCIL\nYearly grading 2023\n\nRef|Park or green space|Grade\n\
         G01|Abbot's Meadow|Good\nG02|Chantry Park|Fair\nG03|Station Green|Good\n\
         G04|Mill Race Park|Poor\nG05|Dial Square|Good",
    );
    assert_eq!((kind, found[1].as_str()), ("organizations", "organisation"));
    // Posts and places come again and again; the heading over the places says what they are.
    let (_, found) = fields(
        "HARBOUR\nRatings 2023\n\nName|Duty zyx|Jetty|Rating\nMary Hill|Zorper|Net Jetty|Good\n\
         Ann Lowe|Zorper|Net Jetty|Fair\nRay Hood|Blimmer|Palm Jetty|Good\nEve Dale|Blimmer|Palm Jetty|Poor\n\
         Peter Hale|Zorper|Net Jetty|Good\nJane Small|Zorper|Net Jetty|Fair\nTom Bell|Blimmer|Palm Jetty|Good\n\
         Sue West|Blimmer|Palm Jetty|Fair",
    );
    assert_eq!(found[1..3], ["ignored", "organisation"]);
}

#[test]
fn the_result_is_what_a_table_of_the_workbook_counts() {
    let (_, found) = fields(
        "FISHERIES OFFICE\nList 2023\n\nNo.|Name|Rating||Grade of the year\n||Work result|Conduct\n\
         1|Mary Hill|Above expectations|Meets expectations|Good\n\
         2|Ann Lowe|Meets expectations|Meets expectations|Fair\n\
         3|Ray Hood|Meets expectations|Above expectations|Good\n\
         4|Eve Dale|Below expectations|Meets expectations|Poor\n\
         5|Peter Hale|Above expectations|Meets expectations|Good\n\
         6|Jane Small|Meets expectations|Meets expectations|Fair\n\n\
         Summary 2023\n\nGrade|Number\nGood|3\nFair|2\nPoor|1\nTotal|6",
    );
    assert_eq!(found[2..5], ["ignored", "ignored", "rating, stage unstated"]);
}

#[test]
fn a_column_of_lines_of_a_key_rates_nobody() {
    let (_, found) = fields(
        "BANK\nRatings 2023\n\nName|Branch|Rating|Key, from the best down\nMary Hill|East Branch|Z|Z = Zorp\n\
         Ann Lowe|East Branch|B|B = Blim\nRay Hood|West Branch|Z|Q = Quax\nEve Dale|West Branch|Q\n\
         Peter Hale|West Branch|B\nJane Small|East Branch|Z",
    );
    assert_eq!(found[2], "rating, stage unstated");
    assert!(!found[3].starts_with("rating"), "{}", found[3]);
}

#[test]
fn a_number_of_people_of_two_kinds_is_one_of_people() {
    let (_, found) = fields(
        "ỦY BAN MẶT TRẬN PHƯỜNG\nPHÂN LOẠI CÁC CHI HỘI NĂM 2021\n\n\
         TT|Tên chi hội|Số hội viên, đoàn viên|HTXSNV|HTTNV|HTNV\n1|Chi hội khu phố 1|21|x||\n\
         2|Chi hội khu phố 2|68||x|\n3|Chi hội khu phố 3|70||x|",
    );
    assert_eq!(found[2], "count of onroll");
}

#[test]
fn steps_of_pay_are_no_posts_beside_them() {
    let (_, found) = fields(
        "TRUST\nAppraisals 2023\n\nSurname|Forename|Job title|Band|Overall rating\nHill|Mary|Zorper|Band 5|Good\n\
         Lowe|Ann|Blimmer|Band 7|Fair\nHood|Ray|Zorper|Band 5|Good\nDale|Eve|Chief Zorper|Band 8|Poor\n\
         Hale|Peter|Quaxer|Band 6|Good\nSmall|Jane|Blimmer|Band 6|Fair",
    );
    assert_eq!(found[2..4], ["position", "ignored"]);
}

#[test]
fn parts_with_words_of_their_own_are_named_and_not_asked() {
    let reading = of_page(
        "LIBRARY\nRatings 2023\n\nName|Rating of output|Rating of conduct|Rating|Note\n\
         Mary Hill|Above expectations|Meets expectations|Good|\nAnn Lowe|Meets expectations|Meets expectations|Fair|\n\
         Ray Hood|Meets expectations|Above expectations|Good|\nEve Dale|Below expectations|Meets expectations|Poor|\n\
         Peter Hale|Above expectations|Meets expectations|Good|\nJane Small|Meets expectations|Meets expectations|Fair|\n\n\
         Ratings from the highest to the lowest:\nGood\nFair\nPoor",
    );
    let asked = reading.diagnostics.iter().filter(|of| of.code == Code::Question).count();
    let said = reading.diagnostics.iter().filter(|of| of.code == Code::ColumnIgnored).count();
    assert_eq!((asked, said), (0, 2), "{:?}", reading.diagnostics);
}

#[test]
fn levels_that_come_again_under_bodies_rate_them_and_head_nothing() {
    let reading = of_page(
        "ĐẢNG ỦY XÃ ĐÈO GIÓ\nBIỂU TỔNG HỢP NĂM 2021\n\n\
         Chỉ tiêu|Chi bộ Bản Lầu|Chi bộ Bản Pho|Chi bộ Nà Cọ|Chi bộ Suối Rạc|Toàn đảng bộ\nA. Chi bộ|||||\n\
         Chi bộ tự xếp loại|HTXSNV|HTTNV|HTTNV|HTNV|\nĐảng ủy xã quyết định|HTTNV|HTTNV|HTXSNV|HTNV|\n\
         B. Đảng viên|||||\nTổng số đảng viên|11|12|8|9|40\nĐảng viên chưa xếp loại|1|0|0|0|1\n\
         Đảng viên được xếp loại|10|12|8|9|39\n- Hoàn thành tốt nhiệm vụ|9|10|8|9|36\nTỷ lệ (%)|90|83,3|100|100|92,3\n\
         - Hoàn thành nhiệm vụ|1|2|0|0|3\nTỷ lệ (%)|10|16,7|0|0|7,7",
    );
    let bodies = reading.records.iter().filter_map(|record| match &record.statement {
        Statement::Branch(body) => Some(body),
        _ => None,
    });
    let rated = bodies.flat_map(|body| body.ratings.iter().map(|of| (&*body.name.value, of.stage)));
    let rated: Vec<(&str, Stage)> = rated.collect();
    assert_eq!(rated.len(), 8, "{rated:?}");
    assert!(rated.contains(&("Chi bộ Bản Lầu", Stage::Own)));
    assert!(rated.contains(&("Chi bộ Nà Cọ", Stage::Committee)));
    assert_eq!(reading.figures().filter(|(_, of)| of.count.is_some()).count(), 25);
}

#[test]
fn bodies_that_rate_below_one_another_are_no_bodies_that_are_rated() {
    let reading = of_page(
        "CÔNG ĐOÀN CÔNG TY GỐM SA\nTỔNG HỢP CHUNG NĂM 2020\n\n\
         Cấp nào|Tổng số|Hoàn thành tốt nhiệm vụ|Hoàn thành nhiệm vụ|Không hoàn thành nhiệm vụ\n\
         Đoàn viên tự xếp loại|57|50|6|1\nCông đoàn bộ phận|57|47|9|1\nBCH Công đoàn công ty|57|46|10|1",
    );
    let rated = reading.figures().filter(|(_, of)| of.measure == Measure::Rating);
    let rated: Vec<(Stage, usize, i64)> = rated
        .filter_map(|(record, of)| Some((of.stage, record.place.len(), of.count.as_ref()?.value)))
        .collect();
    assert_eq!(rated.len(), 9, "{rated:?}");
    for told in [(Stage::Own, 1, 50), (Stage::Branch, 1, 47), (Stage::Committee, 1, 46)] {
        assert!(rated.contains(&told), "{told:?} in {rated:?}");
    }
}

#[test]
fn who_rates_is_called_as_the_bodies_of_the_rows_are_and_counts_nobody() {
    let (_, found) = fields(
        "CÔNG ĐOÀN CÔNG TY MAY ÉN\nBẢNG XẾP LOẠI ĐOÀN VIÊN NĂM 2021\n\n\
         TT|Họ và tên|Tổ công đoàn|Tổ công đoàn xếp loại|BCH Công đoàn Công ty xếp loại\n\
         1|Quách Tiến Sơn|Tổ công đoàn Chuyền 1|HTTNV|HTTNV\n2|Phan Công Kha|Tổ công đoàn Chuyền 1|HTNV|HTTNV\n\
         3|Vũ Diệu Mai|Tổ công đoàn Chuyền 2|HTXSNV|HTTNV\n4|Lê Thị Thảo|Tổ công đoàn Chuyền 2|HTTNV|HTNV",
    );
    assert_eq!(found[3..], ["rating, stage branch", "rating, stage committee"]);
    let reading = of_page(
        "ĐẢNG ỦY CÔNG TY NƯỚC MÁT\nTỔNG HỢP XẾP LOẠI ĐẢNG VIÊN NĂM 2023\n\n\
         TT|Chi bộ|Tổng số đảng viên|Chi bộ đề nghị|||Đảng ủy Công ty công nhận||\n\
         |||HTXSNV|HTTNV|HTNV|HTXSNV|HTTNV|HTNV\n1|Chi bộ Văn phòng|10|1|8|1|1|7|2\n\
         2|Chi bộ Nhà máy 1|12|2|10|0|1|10|1\n3|Chi bộ Nhà máy 2|8|1|6|1|1|6|1",
    );
    assert!(reading.figures().all(|(_, of)| of.subject == Subject::Members));
}

#[test]
fn the_only_rater_behind_those_who_rate_themselves_is_the_head_of_their_unit() {
    let (_, found) = fields(
        "ĐẢNG ỦY TRƯỜNG MAI LỘC\nMỨC XẾP LOẠI ĐẢNG VIÊN NĂM 2022\n\n\
         TT|Họ và tên|Cá nhân tự nhận|Qux blim|Chi ủy|Chi bộ đề nghị|Đảng ủy quyết định\n\
         1|Ngô Văn An|HTTNV|HTTNV|HTTNV|HTTNV|HTTNV\n2|Lê Thị Bình|HTXSNV|HTTNV|HTTNV|HTTNV|HTTNV\n\
         3|Trần Văn Cảnh|HTTNV|HTNV|HTTNV|HTNV|HTNV\n4|Đỗ Thị Dung|HTTNV|HTTNV|HTTNV|HTTNV|HTTNV",
    );
    assert_eq!(found[3], "rating, stage authority");
    let (_, found) = fields(
        "ĐẢNG ỦY TRƯỜNG MAI LỘC\nMỨC XẾP LOẠI ĐẢNG VIÊN NĂM 2022\n\n\
         TT|Họ và tên|Cá nhân tự nhận|Qux blim|Chi bộ đề nghị|Đảng ủy quyết định\n\
         1|Ngô Văn An|HTTNV|HTTNV|HTTNV|HTTNV\n2|Lê Thị Bình|HTXSNV|HTTNV|HTTNV|HTTNV\n\
         3|Trần Văn Cảnh|HTTNV|HTNV|HTNV|HTNV\n4|Đỗ Thị Dung|HTTNV|HTTNV|HTTNV|HTTNV",
    );
    assert_ne!(found[3], "rating, stage authority", "it may be the committee of the cell as well");
}

#[test]
fn a_line_that_begins_with_a_word_for_ratings_issues_nothing_and_rounds_rate_nobody() {
    let (_, found) = fields(
        "ĐẢNG ỦY TRUNG ĐOÀN 12\n\nMỨC XẾP LOẠI CỦA TỪNG CHI BỘ QUA CÁC NĂM\n\n\
         TT|Chi bộ|Mức xếp loại||\n||Năm 2015|Năm 2016|Năm 2017\n1|Chi bộ Đại đội 1|HTXSNV|HTTNV|HTTNV\n\
         2|Chi bộ Đại đội 2|HTXSNV|HTXSNV|HTTNV\n3|Chi bộ Đại đội 3|HTXSNV|HTTNV|HTTNV\n\
         4|Chi bộ Đại đội 4|HTXSNV|HTTNV|HTXSNV",
    );
    assert_eq!(found[2], "rating, stage unstated");
}

#[test]
fn figures_in_rows_of_counts_and_shares_in_turn_tell_what_a_column_counts() {
    let (_, found) = fields(
        "PARISH COUNCIL\nReview of volunteers 2023\n\n\
         Working party||Qux blims|Reviewed|Good|Fair|Poor|Not reviewed\nHill Working Party|No.|17|14|4|3|7|3\n\
         |%|||28.6%|21.4%|50.0%|\nLake Working Party|No.|18|18|6|8|4|0\n|%|||33.3%|44.4%|22.2%|\n\
         Dale Working Party|No.|20|17|6|5|6|3\n|%|||35.3%|29.4%|35.3%|",
    );
    assert_eq!(found[2], "count of onroll");
}

#[test]
fn what_differs_in_each_row_has_the_figures_whatever_the_word_over_it() {
    let (_, found) = fields(
        "SERVICIO\nResultados 2022\n\nZona|Dirección Regional|Total calificados|Buena|Regular|Mala\n\
         Zona Norte|Tarapacá Alta|30|20|6|4\n|Puerto Salitre|20|12|5|3\n|Valle del Elqui|10|5|3|2\n\
         Zona Centro|Aconcagua Sur|30|20|6|4\n|Santa Rosa|20|12|5|3\n|Quebrada Honda|10|5|3|2",
    );
    assert_eq!(found[..2], ["parent organisation", "organisation"]);
}

#[test]
fn a_share_in_percent_is_of_the_level_that_it_names() {
    let (_, found) = fields(
        "CO-OPERATIVE\nAudit 2022: plants by award\n\nRegion|Plants audited|Good|Fair|Poor|Good in %\n\
         Hill Region|6|1|3|2|16.7\nLake Region|4|0|0|4|0\nDale Region|5|1|1|3|20",
    );
    let level = found[2].strip_prefix("count of ").unwrap();
    assert_eq!(found[5], format!("percentage of {level}"));
}

#[test]
fn a_reason_may_stand_under_a_word_for_not_being_rated() {
    let (_, found) = fields(
        "ĐẢNG ỦY CÔNG TY CẢNG\nXẾP LOẠI ĐẢNG VIÊN NĂM 2024\n\n\
         STT|Đồng chí|Chi bộ xếp loại|||Không xếp loại vì\n||Tốt|Hoàn thành|Không hoàn thành|\n\
         1|Lê Diệu Tâm|x|||\n2|Hoàng Thị Lý||x||\n3|Phan Thị Mây||||Mới chuyển đến, chưa đủ hồ sơ\n4|Trần Văn Núi|x|||",
    );
    assert_eq!(found[5], "reason");
}

#[test]
fn rows_of_a_key_below_a_list_say_nothing_of_its_columns() {
    let (_, found) = fields(
        "Salons\nStylists, year 2023\n\nZorp|Chair|Stylist|Payroll no.|Finish|Why not marked\n\
         Harbour Street|1|Noel Vavasour|005007|Passable|\n|2|Quentin Shackleton|005014|Polished|\n|3|Noel Maddocks|005021|Polished|\n\
         The Arcade|1|Verity Warburton|005028|Polished|\n|2|Wilfred Pargeter|005035|Flawless|\n|3|Barnaby Garstang|005042||On leave\n\
         Elm Parade|1|Sidony Cadwallader|005049|Flawless|\n|2|Fergus Wainfleet|005056|Passable|\n|3|Magnus Penhaligon|005063|Flawless|\n\n\
         Finishes in order, best first:\nFlawless|clients ask for them\nPolished|good work\nPassable|some work done again",
    );
    assert_eq!(found[0], "organisation");
}

#[test]
fn points_may_stand_between_the_words_of_a_heading() {
    let (_, found) = fields(
        "MUNICIPALITY\nAssessment of staff 2023\n\nNo.|Surname|First name|Final rating (tick one)|||Remarks\n\
         |||3|2|1|\n|||Fully effective|Partly effective|Unacceptable|\n1|Molefe|Mandla|x|||\n2|Jacobs|Nomsa||x||\n\
         3|Coetzee|Linda|x|||\n4|Dlamini|Kagiso|||x|\n5|Mokoena|Tebogo|x|||",
    );
    assert!(found[3..6].iter().all(|field| field.starts_with("tick: level")), "{found:?}");
}

#[test]
fn names_that_end_as_the_heading_says_are_units_wherever_they_stand() {
    let names = ["Conrad Baverstock", "Agatha Cadwallader", "Winifred Dewhurst", "Una Drinkwater"];
    let others = [
        "Orlando Entwistle",
        "Una Fairbairn",
        "Fergus Hill",
        "Tobias Garstang",
        "Verity Hurlstone",
    ];
    let vaults = ["Legume", "Cereal", "Orchard", "Wild Flora"];
    let rows = (0..27).map(|at| {
        let name = names.iter().chain(&others).nth(at % 9).unwrap();
        let level = ["Good", "Fair", "Poor"][at * 7 % 3];
        format!("HSB-{at}|{name} {at}|{} Vault|{level}", vaults[at * 5 % 4])
    });
    let rows: Vec<String> = rows.map(|row| row.replace('0', "9")).collect();
    let (_, found) = fields(&format!(
        "Seed Bank\nReview of the curators, 2021\n\nBadge|Name|Vault|Class\n{}",
        rows.join("\n")
    ));
    assert_eq!(found[2], "organisation");
}

#[test]
fn levels_of_another_scale_than_that_of_the_bodies_are_of_people() {
    let reading = of_page(
        "Legal Aid Board\nFindings 2022\n\nRegion|Law centre|Finding\nNorth|Hill Law Centre|Good\nNorth|Lake Law Centre|Fair\n\
         South|Dale Law Centre|Poor\nSouth|Moor Law Centre|Good\n\n\nAppraisal of advocates, whole Board, 2022\n\n\
         Result|Number|Per cent\nHighly Effective|20|20\nEffective|60|60\nPartially Effective|15|15\nNot Effective|5|5\n\
         Advocates appraised|100|",
    );
    assert!(reading.figures().count() > 3);
    assert!(reading.figures().all(|(_, of)| of.subject == Subject::Members));
}

#[test]
fn a_word_for_numbers_of_people_says_more_than_a_title() {
    let reading = of_page(
        "江澜电子有限公司\n2023年度绩效考核部门汇总表\n\n部门|在册人数|参加考核人数|优秀|良好|不合格\n全厂合计|35|34|10|20|4\n\
         贴片车间|14|13|4|8|1\n组装车间|12|12|3|7|2\n品质部|9|9|3|5|1",
    );
    assert!(reading.figures().count() > 3);
    assert!(reading.figures().all(|(_, of)| of.subject == Subject::Members));
}

#[test]
fn who_rates_bodies_beside_themselves_decides_where_nobody_else_does() {
    let (_, found) = fields(
        "2. Các trường tiểu học năm 2020\n\nTT|Công đoàn cơ sở|CĐCS tự xếp loại|Công đoàn Giáo dục huyện xếp loại\n\
         1|CĐCS Trường Hòa Đông 1|HTTNV|HTTNV\n2|CĐCS Trường Hòa Đông 2|HTXSNV|HTTNV\n3|CĐCS Trường Phước Lý|HTTNV|HTNV",
    );
    assert_eq!(found[2..], ["rating, stage own", "rating, stage committee"]);
}

#[test]
fn what_a_heading_calls_parts_of_a_name_is_the_rest_of_it_beside_family_names() {
    let names = |second: &str| {
        let reading = of_page(&format!(
            "Компанія Золоте Зерно\nЩорічне оцінювання працівників за 2023 рік\n\n\
             Прізвище|{second}|Посада|Оцінка\nВасильченко|Назар Степанович|оператор|добре\n\
             Щербак|Тетяна Вікторівна|агроном|відмінно\nПанасюк|Василь Олегович|комірник|задовільно\n\
             Кравчук|Ірина Павлівна|агроном|добре"
        ));
        reading.people().map(|(_, person)| person.name.value.clone()).collect::<Vec<String>>()
    };
    assert_eq!(names("Ім'я та по батькові")[0], "Васильченко Назар Степанович");
    assert_ne!(names("Зорп").first(), names("Ім'я та по батькові").first());
}

#[test]
fn a_day_that_no_calendar_has_is_in_a_column_of_dates() {
    let reading = of_page(
        "ĐẢNG ỦY XÃ TÂN AN\nXẾP LOẠI ĐẢNG VIÊN NĂM 2023\n\nSTT|Họ và tên|Ngày sinh|Chi bộ|Xếp loại\n\
         1|Trần Thị Tây|31/02/1975|Chi bộ Tây|HTTNV",
    );
    let impossible = reading.diagnostics.iter().find(|told| told.code == Code::ImpossibleDate);
    assert_eq!(impossible.and_then(|told| told.cell.as_deref()), Some("C5"));
}

#[test]
fn what_looks_like_figures_under_the_headings_of_a_list_is_a_list() {
    let list = |team: &str, people: [&str; 3]| {
        let rows = people.map(|of| format!("{of}\n")).concat();
        format!("{team}\nZorp ID|Zorp|Post|Score (%)|Self|Team leader\n{rows}\n")
    };
    let page = format!(
        "CALL CENTRE\nReviews 2025\nEE: Exceeds expectations\nME: Meets expectations\n\
         BE: Below expectations\n\n{}{}",
        list(
            "Team Falcon",
            [
                "CL70006|Phoebe Clements|Adviser|94.7|EE|EE",
                "CL62007|Alice Fitzgerald|Clerk|89.8|ME|ME",
                "CL91008|Edward Garside|Adviser|66.1|BE|BE",
            ]
        ),
        list(
            "Team Merlin",
            [
                "CL55045|Ruth Winstanley|Senior|64.7|BE|BE",
                "CL30046|Chloe Chaudhry|Senior|92.9|EE|ME",
                "CL28047|Terence Drummond|Clerk|90.6|ME|EE",
            ]
        ),
    );
    assert_eq!(of_page(&page).people().count(), 6);
}

#[test]
fn where_a_body_is_stands_behind_its_name_and_is_no_body_above_it() {
    let parents = |heading: &str| {
        let names = ["Lodge", "Court", "House", "Rise"]
            .map(|last| ["Acacia", "Banksia", "Mallee"].map(|first| format!("{first} {last}")));
        let towns = ["Mt Elgar", "Wirrabee", "Bendara"].iter().cycle();
        let rows = names
            .as_flattened()
            .iter()
            .zip(towns)
            .zip(["Good", "Fair", "Poor", "Fair"].iter().cycle());
        let rows = rows.map(|((name, town), level)| format!("{name}|{town}|{level}|{level}"));
        let rows = rows.collect::<Vec<String>>().join("\n");
        let reading = of_page(&format!(
            "AGED CARE LTD\nRating 2023\n\nZorp|{heading}|Self-assessment|Board rating\n{rows}"
        ));
        reading.records.iter().map(|of| of.place.len()).max()
    };
    assert_eq!(parents("Town"), Some(2));
    assert_eq!(parents("Division"), Some(3));
}

#[test]
fn a_second_word_for_each_level_of_a_small_table_holds_nothing() {
    let reading = of_page(
        "AGED CARE LTD\nHomes by band 2023\nBand A = Zorp, Band B = Blim, Band C = Quax (A is the highest)\n\n\
         Homes|Band|Meaning|Number\nNorth|Band A|Zorp|1\nNorth|Band B|Blim|6\nNorth|Band C|Quax|7\n\
         South|Band A|Zorp|2\nSouth|Band B|Blim|4\nSouth|Band C|Quax|3",
    );
    let counts = reading.figures().filter_map(|(_, of)| Some(of.count.as_ref()?.value));
    assert_eq!(counts.collect::<Vec<i64>>(), [1, 6, 7, 2, 4, 3]);
}
