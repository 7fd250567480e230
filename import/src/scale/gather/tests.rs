use crate::diagnostic::Code;
use crate::reading::of_page;

fn schemes(page: &str) -> Vec<String> {
    of_page(page).schemes.into_iter().map(|scheme| scheme.name).collect()
}

#[test]
fn words_of_tables_that_are_alike_are_one_scale_in_the_order_that_a_line_tells() {
    let page = "HOSPICE TRADING\nReviews 2023\n\nOutcome|What it means\nZorp|Trains others\n\
                Blim|Works alone\nQuax|Needs a buddy\n\
                Outcomes are listed from the highest to the lowest.\n\n\
                Shop: North Street\nName|Outcome|Note\nMary Hill|Blim|a\nAnn Lowe|Zorp|b\n\
                Ray Hood|Quax|c\n\nShop: South Street\nName|Outcome|Note\nEve Dale|Blim|d\n\
                Peter Hale|Quax|e\nJane Small|Blim|f";
    assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
}

#[test]
fn words_that_many_have_and_that_deny_a_level_are_levels() {
    let page = |word: &str| {
        format!(
            "HOSPICE TRADING\nReviews 2023\n\nName|Outcome|Note\nMary Hill|Good|a\nAnn Lowe|Fair|b\n\
             Ray Hood|{word}|c\nEve Dale|{word}|d\nPeter Hale|{word}|e\nJane Small|Good|f\n\
             Tom Bell|Not fair|g\nAmy Wood|Fair|h\nJoe Nash|Good|i\nSue Lane|Fair|j\n\
             Ben Cole|Good|k\nIda Rose|Not rated|l"
        )
    };
    assert_eq!(schemes(&page("Good")), ["Good > Fair > Not fair"]);
    let with_new = schemes(&page("Zorp"));
    assert!(with_new.len() == 1 && with_new[0].contains("Zorp"), "{with_new:?}");
    assert!(with_new[0].ends_with("Not fair"), "{with_new:?}");
}

#[test]
fn a_rank_over_each_level_is_no_heading_of_several() {
    let page = "VLEI MUNICIPALITY\nAssessment 2021\n\n\
                Directorate|Assessed|Level 3|Level 2|Level 1\n||Zorp performance|Good|Poor\n\
                Corporate Services|10|5|4|1\nCommunity Services|20|8|9|3\nTechnical Services|6|3|2|1";
    assert_eq!(schemes(page), ["Zorp performance > Good > Poor"]);
}

#[test]
fn letters_that_nothing_explains_are_grades_in_the_order_of_the_alphabet() {
    let page = "MIKAZUKI WORKS\nStaff review 2023\n\nName|Department|Rating|Note\nMary Hill|Sales|A|a\n\
                Ann Lowe|Sales|B|b\nRay Hood|Stores|S|c\nEve Dale|Stores|B|d\nPeter Hale|Sales|C|e";
    let reading = of_page(page);
    let names: Vec<&str> = reading.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
    assert_eq!(names, ["S > A > B > C"]);
    let doubts = reading.diagnostics.iter().map(|told| told.code);
    assert!(doubts.collect::<Vec<_>>().contains(&Code::DoubtfulOrder));
}

#[test]
fn drawn_signs_are_levels_where_a_key_explains_them() {
    let page = "MIKAZUKI WORKS\nUnit review 2023\n◎:zorp ○:blim △:quax ×:vemp\n\n\
                Department|Rating|Note\nSales|○|a\nStores|△|b\nAssembly|◎|c\nQuality|×|d";
    assert_eq!(schemes(page), ["zorp > blim > quax > vemp"]);
}

#[test]
fn digits_are_levels_where_a_line_over_their_key_tells_which_is_best() {
    let page = |told: &str| {
        format!(
            "MILL UNIVERSITY\nStaff Contribution Review 2023\n\n\
             Name|Role|Panel\nMary Hill|Reader|3\nAnn Lowe|Lecturer|2\n\
             Ray Hood|Lecturer|1\nEve Dale|Reader|2\n\n{told}\n\
             3 = Zorp\n2 = Blim\n1 = Quax"
        )
    };
    assert_eq!(schemes(&page("Points used (3 is the highest):")), ["Zorp > Blim > Quax"]);
    assert_eq!(schemes(&page("Points used (1 is the highest):")), ["Quax > Blim > Zorp"]);
    // Lines that are numbered explain whatever it is.
    assert!(schemes(&page("Notes:")).is_empty());
}

#[test]
fn a_key_begins_beside_the_title_and_goes_on_beside_the_rows() {
    let page = "MINISTRY OF COASTS\nStaff Banding 2023|||||Bands (P is best, S is lowest)\n\
                |||||Band P|Zorp\nNo|Officer|Section|Panel Band||Band Q|Blim\n\
                1|Mary Hill|Policy|Q||Band R|Quax\n2|Ann Lowe|Policy|P||Band S|Vemp\n\
                3|Ray Hood|Policy|R\n4|Eve Dale|Policy|Q\n5|Peter Hale|Policy|S";
    assert_eq!(schemes(page), ["Zorp > Blim > Quax > Vemp"]);
}

#[test]
fn headings_cut_short_are_the_levels_that_another_table_has_in_full() {
    let page = "MILL TOWN COUNCIL\nStaff review 2023\n\n\
                No.|Name|Born|Exceeds requirements|Meets requirements|Req. partly met|Req. not met\n\
                1|Mary Hill|1975|x|||\n2|Ann Lowe|1996||x||\n3|Ray Hood|1981|||x|\n4|Eve Dale|1979||||x\n\n\n\
                Office|Exceeds requirements|Meets requirements|Requirements partly met|Requirements not met\n\
                East|1|1|0|0\nWest|0|0|1|1";
    assert_eq!(
        schemes(page),
        [
            "Exceeds requirements > Meets requirements > Requirements partly met > Requirements not met"
        ]
    );
}

#[test]
fn labels_below_those_rated_that_add_up_to_them_are_levels() {
    let page = "GRAIN HANDLERS\nSteward reviews 2023\n\n\
                |East Depot|West Depot\nReviewed|10|12\nExcellent|2|3\nZorp|4|5\n\
                Good|3|3\nPoor|1|1";
    assert_eq!(schemes(page), ["Excellent > Zorp > Good > Poor"]);
}

#[test]
fn numbered_labels_that_add_up_are_levels_in_the_order_that_is_said_of_the_first() {
    let page = |note: &str| {
        format!(
            "BAY SHIPBUILDERS\nGrading of hands 2021\n\nZorp|Plate Shop|Pipe Shop|Paint Shop\n\
             Step 1{note}|7|8|6\nStep 2|26|26|48\nStep 3|2|3|1\nAll steps|35|37|55"
        )
    };
    assert_eq!(schemes(&page(" (highest)")), ["Step 1 > Step 2 > Step 3"]);
    assert_eq!(schemes(&page(" (lowest)")), ["Step 3 > Step 2 > Step 1"]);
}

#[test]
fn levels_stand_in_the_order_that_the_signs_between_them_tell() {
    let page = |key: &str| {
        format!(
            "MIKAZUKI WORKS\nStaff review 2023\n\nName|Department|Review|Note\nMary Hill|Sales|A|a\n\
             Ann Lowe|Sales|S|b\nRay Hood|Stores|B|c\nEve Dale|Stores|D|d\nPeter Hale|Sales|B|e\n\n{key}"
        )
    };
    for key in [
        "Grades S (zorp) > A (blim) > B (quax) > D (vemp)",
        "※ Grades　S（zorp） ＞ A（blim） ＞ B（quax） ＞ D（vemp）",
        "D (vemp) &lt; B (quax) &lt; A (blim) &lt; S (zorp)",
    ] {
        assert_eq!(schemes(&page(key)), ["zorp > blim > quax > vemp"], "{key}");
    }
    assert_eq!(schemes(&page("Order: S > A > B > D")), ["S > A > B > D"]);
}

#[test]
fn a_key_tells_in_full_what_values_cut_short() {
    let page = "Mill Workers Union\nStaff reviews 2023\n\nNo.|Name|Department|Zorp\n\
                1|Mary Hill|Sales|V. good\n2|Ann Lowe|Sales|Good\n3|Ray Hood|Stores|Unsat.\n\
                4|Eve Dale|Stores|Good\n5|Peter Hale|Sales|V. good\n\n\
                V. good – very good\nGood – good\nUnsat. – unsatisfactory";
    let reading = of_page(page);
    assert_eq!(reading.schemes[0].name, "very good > good > unsatisfactory");
    let ratings = reading.records.iter().filter_map(|record| match &record.statement {
        crate::record::Statement::Member(person) => {
            Some(person.ratings[0].rating.as_ref()?.value.code.to_string())
        }
        _ => None,
    });
    let levels: Vec<String> = ratings.collect();
    assert_eq!(levels, ["VERY_GOOD", "GOOD", "UNSATISFACTORY", "GOOD", "VERY_GOOD"]);
}

#[test]
fn a_percentage_beside_a_level_is_no_level() {
    let page = "Lake District\nSnapshot 2023\n\n\
                School|Effective|Effective (Percent)|Poor|Poor (Percent)\n\
                Oak School|30|0.6|20|0.4\nElm School|18|0.4|27|0.6\nAsh School|10|0.5|10|0.5";
    assert_eq!(schemes(page), ["Effective > Poor"]);
}

#[test]
fn letters_of_a_key_in_any_order_are_levels_where_a_column_has_them() {
    let page = "MIKAZUKI WORKS\nStaff review 2023\n\nKey|S: zorp|A: blim|B: quax|D: vemp\n\n\
                Name|Department|Review|Note\nMary Hill|Sales|A|a\nAnn Lowe|Sales|S|b\n\
                Ray Hood|Stores|B|c\nEve Dale|Stores|D|d\nPeter Hale|Sales|B|e";
    assert_eq!(schemes(page), ["zorp > blim > quax > vemp"]);
}

#[test]
fn the_order_of_a_key_beside_the_rows_is_told_under_it() {
    let page = |told: &str| {
        format!(
            "SOUND LIFEBOATS\nAssessment of the crews\n\nCrew No.|Name|M/F|Grade 2023|||Key|\n\
             PORT CARRICK||||||1|Zorp in command\n00325|Agnes Hill|F|2|||2|Fully zorp\n\
             00326|Mary Lowe|F|2|||3|Blim\n00327|Tom Small|M|1|||4|Not yet zorp\n\
             00328|Ray Hood|M|3|||{told}|\n00329|Eve Dale|F|4||||\nSKERRAY|||||||\n\
             00340|Jane Small|F|2||||\n00341|Ann Dent|F|3||||"
        )
    };
    assert_eq!(
        schemes(&page("1 is the highest grade, 4 the lowest.")),
        ["Zorp in command > Fully zorp > Blim > Not yet zorp"]
    );
    assert_eq!(
        schemes(&page("1 is the lowest grade, 4 the highest.")),
        ["Not yet zorp > Blim > Fully zorp > Zorp in command"]
    );
}

#[test]
fn a_sentence_lists_the_levels_that_a_column_holds_in_the_order_that_it_tells() {
    let page = |told: &str| {
        format!(
            "HOSPICE TRADING\nReviews 2023\n\nName|House view|Note\nMary Hill|Blim|a\n\
             Ann Lowe|Zorp|b\nRay Hood|Quax|c\nEve Dale|Blim|d\nPeter Hale|Zorp|e\n\n{told}"
        )
    };
    for told in [
        "Views are given, from best to weakest, as Zorp, Blim or Quax.",
        "Views, in falling order: Zorp, Blim, Quax. Houses are in the order of their letters.",
    ] {
        assert_eq!(schemes(&page(told)), ["Zorp > Blim > Quax"], "{told}");
    }
    // A level that nobody has is one.
    let told = "Views run from the lowest to the highest: Quax, Vemp, Blim, Zorp.";
    assert_eq!(schemes(&page(told)), ["Zorp > Blim > Vemp > Quax"]);
    assert!(schemes(&page("Zorp, Blim and Quax were the prefects.")).is_empty());
}

#[test]
fn a_word_beside_levels_is_one_where_their_figures_and_its_own_add_up() {
    let page = "CITY TRAMS\nChecks by depot 2023\n\nDepot|Operators checked|Zorp|Good|Fair|Poor\n\
                North Depot|10|2|5|2|1\nSouth Depot|12|3|6|2|1\nEast Depot|8|1|5|1|1";
    assert_eq!(schemes(page), ["Zorp > Good > Fair > Poor"]);
    let page = "CITY TRAMS\nChecks by depot 2023\n\n|Year 2023\n\
                Depot|On the books|Checked|Good|Fair|Poor\n\
                North Depot|11|10|7|2|1\nSouth Depot|15|12|9|2|1\nEast Depot|9|8|6|1|1";
    assert_eq!(schemes(page), ["Good > Fair > Poor"]);
}

#[test]
fn words_on_both_sides_of_levels_are_levels_where_all_add_up() {
    let page = "HILL ACADEMY\nAbstract of gradings 2023\n\n\
        Sl. No.|Squad|Strength|Graded|Zorp|Fair|Good|Quax|Not graded\n\
        1|Under-14 Boys|12|12|3|5|2|2|0\n2|Under-16 Boys|13|13|3|7|3|0|0\n\
        3|Under-19 Boys|11|10|2|3|5|0|1\n4|Senior Women|10|10|2|4|3|1|0\n|Grand Total|46|45|10|19|13|3|1";
    assert_eq!(schemes(page), ["Quax > Good > Fair > Zorp"]);
}

#[test]
fn stars_part_grades_and_a_key_says_which_end_is_best() {
    let page = "POINT INSTITUTE\nResearch review 2023\n\n\
                Group|U|A|A*|Graded\nSediment Group|1|4|5|10\nTidal Group|2|5|3|10\n\
                Shellfish Group|0|5|5|10\nMarsh Group|1|5|4|10\n\nQuality\nA* = zorp (the highest)\n\
                A = blim\nU = quax (the lowest)";
    assert_eq!(schemes(page), ["zorp > blim > quax"]);
}

#[test]
fn words_over_ticks_are_levels_from_the_one_end_to_the_other_that_a_sentence_names() {
    let page = |told: &str| {
        format!(
            "BEEKEEPERS OF TAMAR\nHive visits 2024\n\nKeeper|Zorp|Blim|Quax|Vemp|Why not\n\
             Mary Hill|x|||\nAnn Lowe||x||\nRay Hood|||x|\nEve Dale||x||\nJane Small||||x\n\
             Peter Hale||x||\n\n{told}"
        )
    };
    let from = |told| schemes(&page(told));
    let best_left = from("Findings run from best on the left (Zorp) to worst on the right (Vemp).");
    assert_eq!(best_left, ["Zorp > Blim > Quax > Vemp"]);
    let best_right = from("They run from worst on the left (Zorp) to best on the right (Vemp).");
    assert_eq!(best_right, ["Vemp > Quax > Blim > Zorp"]);
    // What stands right before the word is the best.
    assert_eq!(from("From Zorp (the highest) to Vemp."), ["Zorp > Blim > Quax > Vemp"]);
    assert_eq!(from("From Zorp to Vemp (the highest)."), ["Vemp > Quax > Blim > Zorp"]);
    assert!(from("From Zorp to Vemp.").is_empty());
}

#[test]
fn lines_that_name_one_value_each_say_of_their_ends_which_is_best() {
    let page = |first: &str, last: &str| {
        format!(
            "HALYARD SERVICES\nCheck of staff 2023\n\
             Step one{first}: Zorp - nobody looks again\nStep two: Blim - one page is read\n\
             Step three{last}: Quax - all of it is read\n\nName|Desk|Placing\nMary Hill|a|Blim\n\
             Ann Lowe|b|Zorp\nRay Hood|c|Quax\nEve Dale|d|Blim\nPeter Hale|e|Zorp"
        )
    };
    assert_eq!(schemes(&page(", the highest", ", the lowest")), ["Zorp > Blim > Quax"]);
    assert_eq!(schemes(&page(", the lowest", ", the highest")), ["Quax > Blim > Zorp"]);
    assert!(schemes(&page("", "")).is_empty());
}

#[test]
fn what_a_key_says_of_both_its_ends_tells_the_order() {
    let page = "FIRE SERVICE\nGrading 2023\n\nLetter|Grade|Meaning\n\
                T|Zorp|best: ready for more\nF|Blim|does all\nA|Quax|lowest: off the run\n\n\
                Grading of crews 2023\n\nName|Crew|Grade\nMary Hill|a|T\nAnn Lowe|b|F\n\
                Ray Hood|c|A\nEve Dale|d|F\nPeter Hale|e|T";
    assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
    let page = "SHOPS LTD\nAudit 2024\n\nShops|best at the top\nZorp|nothing to put right\n\
                Blim|small things\nQuax|to be closed\n\nAudit of shops 2024\n\nShop|Size|Found\n\
                Lock Street|4|Blim\nWharf Lane|9|Zorp\nMill Bridge|7|Quax\nHill Road|5|Blim\n\
                Pier Road|8|Zorp";
    assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
}

#[test]
fn numbers_before_words_of_their_own_are_levels_where_one_is_said_to_be_best() {
    let page = |told: &str| {
        format!(
            "ZOO GARDENS\nAnnual talks 2024\n\nName|Outcome of the talk|Note\nMary Hill|3 - Zorp|a\n\
             Ann Lowe|1 - Quax|b\nRay Hood|2 - Blim|c\nEve Dale|3 - Zorp|d\nPeter Hale|2 - Blim|e\n\
             Jane Small|2 - Blim|f\n\n{told}"
        )
    };
    assert_eq!(schemes(&page("(3 is the best and 1 the last)")), ["Zorp > Blim > Quax"]);
    assert_eq!(schemes(&page("(1 is the best and 3 the last)")), ["Quax > Blim > Zorp"]);
    assert!(schemes(&page("Talks are held in autumn.")).is_empty());
}

#[test]
fn the_more_stars_the_better() {
    let page = "HUTS CLUB\nHut visits 2022\n\nHut|Bunks|Stars\nTarn Hut|8|★★★\n\
                Scree Foot|12|★\nPeat Road Hut|10|★★\nBirch Hollow|14|★★\nKelp Cove Hut|9|★★★";
    assert_eq!(schemes(page), ["★★★ > ★★ > ★"]);
}

#[test]
fn labels_with_the_numbers_of_a_key_are_its_levels() {
    let page = "BAND LEAGUE\nStandards of bands 2023\n\nBand|Town|Grade\nOak Band|a|1\n\
                Elm Band|b|2\nAsh Band|c|3\nFir Band|d|2\nYew Band|e|1\n\n\
                Standards (1 is the best, 3 the lowest):\n1 = Zorp\n2 = Blim\n3 = Quax\n\n\
                Bands at each standard, 2023\n\nDivision|Standard 1|Standard 2|Standard 3|Bands heard\n\
                North Division|1|1|1|3\nSouth Division|1|1|0|2\nLeague|2|2|1|5";
    assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
}

#[test]
fn what_is_said_behind_the_last_level_may_be_of_the_first() {
    let page = |said: &str| {
        format!(
            "PARKS AUTHORITY\nRanger review 2023\n\nRanger|Born|Self|Board\nMary Hill|1986|D|D\n\
             Ann Lowe|1966|C|C\nRay Hood|1986|A|B\nEve Dale|1972|A|A\nTom Bell|1968|B|B\n\n\
             A = Zorp, B = Blim, C = Quax, D = Flup {said}"
        )
    };
    assert_eq!(schemes(&page("(A is the highest)")), ["Zorp > Blim > Quax > Flup"]);
    assert_eq!(schemes(&page("(D is the highest)")), ["Flup > Quax > Blim > Zorp"]);
}

#[test]
fn the_bracket_round_a_line_of_levels_is_none_of_the_last() {
    let page = "PARKS AUTHORITY\nRanger review 2023\n(From worst to best: Zorp, Blim, Quax)\n\n\
                Ranger|Born|Result\nMary Hill|1986|Zorp\nAnn Lowe|1966|Quax\nRay Hood|1986|Blim\n\
                Eve Dale|1972|Blim\nTom Bell|1968|Quax\nIda Rose|1968|Zorp";
    assert_eq!(schemes(page), ["Quax > Blim > Zorp"]);
}

#[test]
fn a_line_of_order_is_of_the_levels_down_the_side_where_there_are_some() {
    let page = "CHURCH DISTRICT\nStaff review 2022\n\nResult|Kita Noah|Kita Petri|Kita Paul|Whole district\n\
                Excellent|2|3|1|6\nGood|9|6|9|24\nFair|4|2|6|12\nPoor|1|1|0|2\n\n\
                Listed from best to worst.";
    assert!(schemes(page).iter().all(|name| !name.contains("Kita")), "{:?}", schemes(page));
}

#[test]
fn points_may_stand_before_the_word_for_a_level() {
    let page = "DISTRICT OF AURON\nReview 2023\n\nName|Club|Points|Result\nMary Hill|Ayr|15|Good\n\
                Ann Lowe|Ayr|17|Excellent\nRay Hood|Bute|9|Poor\nEve Dale|Bute|11|Fair\n\
                Tom Bell|Ayr|14|Good\n\nPoints|Result\nfrom 16 to 20|Excellent\nfrom 13 to 15|Good\n\
                from 10 to 12|Fair\nbelow 10|Poor";
    assert_eq!(schemes(page), ["Excellent > Good > Fair > Poor"]);
}

#[test]
fn letters_of_a_level_in_one_of_two_languages_stand_for_it() {
    let page = "KHÁCH SẠN SÔNG XANH\nĐÁNH GIÁ NHÂN VIÊN NĂM 2024\n\nSTT|Họ và tên|Bộ phận|Kết quả\n\
                1|Nguyễn Khánh Linh|Lễ tân|XS\n2|Châu Mạnh Cường|Lễ tân|VYC\n3|Dương Thị Thủy|Bếp|ĐYC\n\
                4|Huỳnh Minh Triết|Bếp|CCG\n5|Tạ Minh Triết|Bếp|ĐYC\n\nThang xếp loại, từ cao xuống thấp:\n\
                XS: Xuất sắc / Outstanding\nVYC: Vượt yêu cầu / Above requirements\n\
                ĐYC: Đạt yêu cầu / Meets requirements\nCCG: Cần cố gắng / Needs improvement";
    assert_eq!(schemes(page), ["Xuất sắc > Vượt yêu cầu > Đạt yêu cầu > Cần cố gắng"]);
}

#[test]
fn a_line_on_one_side_tells_the_order_of_ticked_columns() {
    let page = |said: &str, heads: &str, sums: &str| {
        format!(
            "EBEN CHAPEL\nRoll of the hands 2022\n{said}\n\nNo.|Hand|Lamp this year||\n||{heads}\n\
             1|Mary Hill|✓||\n2|Ann Lowe||✓|\n3|Ray Hood|✓||\n4|Eve Dale|||✓\n{sums}"
        )
    };
    let names = "Zorp|Blim|Quax";
    let sums = "|Sum of the hands|2|1|1";
    let said = "The brightest lamp stands on the left.";
    assert_eq!(schemes(&page(said, names, sums)), ["Zorp > Blim > Quax"]);
    // The numbers of the labels, and a row of sums of which one is the sum of two others by chance.
    let numbered = "1 Zorp|2 Blim|3 Quax";
    let over = page("", numbered, sums).replace("this year", "(1 = lowest, 3 = highest)");
    assert_eq!(schemes(&over), ["3 Quax > 2 Blim > 1 Zorp"]);
}

#[test]
fn a_key_to_the_right_of_a_table_tells_its_levels() {
    let rows = "1|Mary Hill|Blim||Zorp|far above what is asked\n2|Ann Lowe|Zorp||Blim|what is asked\n\
                3|Ray Hood|Quax||Quax|less than that\n4|Eve Dale|Blim\n5|Peter Hale|Zorp\n6|Jane Small|Blim";
    let page = format!(
        "BREWERY\nMarks 2023\n\nNo.|Name|Mark for the year||Our marks, best first|\n{rows}"
    );
    let reading = of_page(&page);
    let named: Vec<&str> = reading.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
    assert_eq!(named, ["Zorp > Blim > Quax"]);
    // The key is no table of its own, and rates nobody.
    assert_eq!(reading.sheets[0].tables.len(), 1);
    assert_eq!(reading.people().count(), 6);
    // "Class 1 is the best" below the classes, and words for posts beside them.
    let page = "HARBOUR\nClasses 2023\n\nNo.|Class|Name|Rank|||Class|Meaning\n\
                1|2|Mary Hill|Mate|||1|Zorp Catch\n2|1|Ann Lowe|Cook|||2|Blim Catch\n\
                3|3|Ray Hood|Mate|||3|Quax Catch\n4|2|Eve Dale|Cook|||Class 1 is the best class.\n\
                5|1|Peter Hale|Mate\n6|2|Jane Small|Cook";
    assert_eq!(schemes(page), ["Zorp Catch > Blim Catch > Quax Catch"]);
}

#[test]
fn the_first_level_may_stand_beside_what_heads_a_key() {
    let page = "LABORATORY\nPoints 2022\n\nPoints (3 is best):|3 = Zorp\n|2 = Blim\n|1 = Quax\n\n\
                Name|Points||\n|Employee|Director\nMary Hill|3|2\nAnn Lowe|1|1\nRay Hood|2|2\nEve Dale|3|3";
    assert_eq!(schemes(page), ["Zorp > Blim > Quax"]);
}

#[test]
fn rows_that_rate_bodies_and_grades_of_posts_are_no_scale() {
    let page = "HỘI LHPN PHƯỜNG BẾN ĐÁ\nBẢNG XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2024\n\n\
                TT|Tên chi hội|Hội phường công nhận|Chi hội tự xếp loại|Ghi chú\n\
                1|Chi hội khu phố 1|Xuất sắc|Tốt\n2|Chi hội khu phố 2|Hoàn thành|Hoàn thành\n\
                3|Chi hội khu phố 3|Tốt|Tốt\n4|Chi hội khu phố 4|Tốt|Tốt\n5|Chi hội khu phố 5|Tốt|Tốt\n\n\
                |Ghi chú: Xuất sắc = Hoàn thành xuất sắc nhiệm vụ; Tốt = Hoàn thành tốt nhiệm vụ; \
                Hoàn thành = Hoàn thành nhiệm vụ";
    assert_eq!(schemes(page), [""; 0]);
    let page = "AGENCY\nRatings 2022\n\nName|Group and level|Overall rating||\n||Good|Fair|Poor\n\
                Mary Hill|PM-04|X||\nAnn Lowe|AS-02||X|\nRay Hood|PM-04|X||\nEve Dale|EN-ENG-04|||X";
    let reading = of_page(page);
    assert_eq!(reading.schemes.len(), 1);
    assert_eq!(reading.sheets[0].tables[0].columns[1].field, "ignored");
}

#[test]
fn a_word_and_its_number_before_a_level_stand_for_it() {
    let page = "DEPARTMENT\nMarkings 2022\n\nName|Final marking\nMary Hill|Box 2\nAnn Lowe|Box 1\n\
                Ray Hood|Box 3\nEve Dale|Box 1\n\nDistribution 2022\n\n\
                Directorate|Box 1 - Exceeded|Box 2 - Met|Box 3 - Must improve\nFisheries|2|1|1\nTotal|2|1|1";
    let reading = of_page(page);
    assert_eq!(reading.schemes.len(), 1);
    assert!(!reading.diagnostics.iter().any(|told| told.code == Code::DoubtfulOrder));
}

#[test]
fn labels_with_their_numbers_are_levels_where_the_title_names_the_best_number() {
    let page = |said: &str| {
        format!(
            "RAILWAY MUSEUM\nVolunteers by steam reached 2021 ({said})\n\n\
             Step|Steam|Footplate Gang|Signal Gang|All gangs\n1|Zorp|2|1|3\n2|Blim|7|5|12\n\
             3|Quax|4|6|10\n|Volunteers reviewed|13|12|25"
        )
    };
    assert_eq!(schemes(&page("3 is the top, 1 the bottom")), ["Quax > Blim > Zorp"]);
    // Three bodies may have numbers as well.
    assert_eq!(schemes(&page("5 is the top, 1 the bottom")), [""; 0]);
}

#[test]
fn the_words_of_an_office_are_its_own_and_those_of_the_law_are_known() {
    let page = |full: &str| {
        format!(
            "BỆNH VIỆN TƯ NHÂN HỒNG PHÚ\nXẾP LOẠI LAO ĐỘNG NĂM 2024\n\nHọ tên|Giới|X.loại\n\
             Tạ Kim Ngân|Nữ|A\nLý Gia Huy|Nam|B\nHồ Thị Lan|Nữ|C\nNgô Văn Bình|Nam|B\n\n\
             Loại|Diễn giải|Điểm\nA|Hoàn thành xuất sắc{full}|từ 90 trở lên\n\
             B|Hoàn thành tốt{full}|từ 80 đến dưới 90\nC|Hoàn thành{full}|dưới 80"
        )
    };
    assert_eq!(schemes(&page("")), ["Hoàn thành xuất sắc > Hoàn thành tốt > Hoàn thành"]);
    assert_eq!(schemes(&page(" nhiệm vụ")), [""; 0]);
}

#[test]
fn a_key_of_digits_may_count_those_who_have_each() {
    let page = |heading: &str| {
        format!(
            "BOATYARD\nMarks 2023\n\nNo.|Surname|Forename|Trade|{heading}\n0087|Copplestone|Ann|Caulker|1\n\
             0231|Lanyon|Kirsten|Painter|3\n0924|Loveday|Mary|Caulker|2\n0925|Winter|Ivor|Caulker|3\n\
             0926|Post|Jasper|Painter|2\n\nMark|Meaning|Hands\n3|Zorp|2\n2|Blim|2\n1|Quax|1"
        )
    };
    assert_eq!(schemes(&page("Mark (3 best, 1 lowest)")), ["Zorp > Blim > Quax"]);
    assert_eq!(schemes(&page("Mark")), [""; 0]);
}

#[test]
fn rows_that_add_up_are_levels_where_a_line_or_their_heading_tells_an_order() {
    let page = |line: &str, heading: &str| {
        format!(
            "PUBLISHING HOUSE\nEditors by band, 2022\n{line}\n\n{heading}|Heron|Inkwell|House\nZorp|6|4|10\n\
             Blim|9|12|21\nQuax|6|2|8\nThose seen|21|18|39"
        )
    };
    let order = ["Zorp > Blim > Quax"];
    assert_eq!(schemes(&page("Bands are listed from the best to the weakest.", "Band")), order);
    assert_eq!(schemes(&page("", "Band (best band first)")), order);
    assert_eq!(schemes(&page("", "Band")), [""; 0]);
}

#[test]
fn a_key_that_counts_down_explains_what_no_word_says_and_a_numbered_list_explains_nothing() {
    let page = |heading: &str, digits: [&str; 3]| {
        let [first, second, third] = digits;
        format!(
            "HOSPICE TRADING\nReviews 2023\n\nName|Post|{heading}\nMary Hill|clerk|Blim\n\
             Ann Lowe|driver|Zorp\nRay Hood|clerk|Quax\nEve Dale|packer|Blim\n\
             Peter Hale|driver|Quax\n\n{first}|Zorp\n{second}|Blim\n{third}|Quax"
        )
    };
    let schemes_of = |heading: &str, digits| schemes(&page(heading, digits));
    assert_eq!(schemes_of("Neatness", ["3", "2", "1"]), ["Zorp > Blim > Quax"]);
    assert_eq!(schemes_of("Neatness", ["1", "2", "3"]), [""; 0]);
    assert_eq!(schemes_of("Depot", ["3", "2", "1"]), [""; 0]);
}

#[test]
fn a_word_between_levels_is_one_of_them_and_the_numbers_beside_levels_count_nobody() {
    let text = "RESERVE TRUST\nRangers by rating 2023\n\nRating||Coast|River|Total\n\
                5|Exceeds expectations|2|1|3\n4|Meets expectations|4|3|7\n3|Nearly meets|8|9|17\n\
                2|Zorp blim quax|1|2|3\n1|Below expectations|0|1|1\nTotal||15|16|31";
    assert_eq!(
        schemes(text),
        [
            "Exceeds expectations > Meets expectations > Nearly meets > Zorp blim quax > Below expectations"
        ]
    );
    let reading = of_page(text);
    assert!(reading.diagnostics.iter().all(|told| told.code == Code::SchemeMade));
}

#[test]
fn drawn_signs_over_columns_are_levels() {
    let text = "MUSEUMS\nReviews by gallery 2022\n\nGallery|★★★|★★|★|Total\nMaritime Gallery|3|5|2|10\n\
                Costume Gallery|2|4|4|10\nPrint Gallery|1|6|1|8";
    assert_eq!(schemes(text), ["★★★ > ★★ > ★"]);
}

#[test]
fn the_least_number_that_denies_what_the_others_have_tells_the_order() {
    let page = |least: &str| {
        format!(
            "PATHOLOGY\nReview 2022\n\nName|Bench|Grade\nAnn Lowe|Blood|2\nBrian Katz|Blood|1\n\
             Carla Pym|Cells|2\nDev Rao|Cells|0\nEdna Firth|Blood|1\n\n\
             Points: 2 = Zorp\n1 = Blim\n0 = {least}"
        )
    };
    assert_eq!(schemes(&page("Not yet quaxed")), ["Zorp > Blim > Not yet quaxed"]);
    assert_eq!(schemes(&page("Quax")), [""; 0]);
}

#[test]
fn what_words_mean_tells_their_order() {
    let page = |meanings: [&str; 3]| {
        let [first, second, third] = meanings;
        format!(
            "HOSPICE\nAppraisal 2023\n\nWard|Name|Zorp|Blim|Quax\nRowan|Ann Lowe|x||\nRowan|Brian Katz||x|\n\
             Rowan|Carla Pym||x|\nElder|Dev Rao|||x\nElder|Edna Firth|x||\n\n\
             Zorp: {first}\nBlim: {second}\nQuax: {third}"
        )
    };
    let good_to_bad = ["always exceeds it", "meets it on most days", "does not meet it yet"];
    assert_eq!(schemes(&page(good_to_bad)), ["Zorp > Blim > Quax"]);
    assert_eq!(
        schemes(&page(["does not meet it", "meets it", "exceeds it"])),
        ["Quax > Blim > Zorp"]
    );
    assert_eq!(schemes(&page(["on the ground", "on the stairs", "under the roof"])), [""; 0]);
}

#[test]
fn words_that_end_alike_are_levels_where_the_ends_say_which_is_the_best() {
    let page = |last: &str| {
        format!(
            "SOCIETY\nBands by branch 2022\n\nBranch|Top band|Upper band|{last} band|Staff\n\
             Leeds|2|5|6|13\nOtley|1|3|4|8\nIlkley|1|2|2|5"
        )
    };
    assert_eq!(schemes(&page("Bottom")), ["Top band > Upper band > Bottom band"]);
    assert_eq!(schemes(&page("Zorp")), [""; 0]);
}

#[test]
fn what_a_key_explains_is_no_reason_by_itself_and_who_waits_is_left_out_of_the_levels() {
    let page = |red: &str| {
        format!(
            "HOSPICE\nAppraisal 2023\n\nWard|Name|Hue\nRowan|Ann Lowe|Zorp\nRowan|Brian Katz|Blim\n\
             Rowan|Carla Pym|Blim\nElder|Dev Rao|Quax\nElder|Edna Firth|Awaiting review\n\
             Elder|Fred Noakes|Awaiting review\n\nZorp: always exceeds it\nBlim: meets it most days\n\
             Quax: {red}"
        )
    };
    assert_eq!(schemes(&page("does not meet it yet")), ["Zorp > Blim > Quax"]);
    let reading = of_page(&page("under the roof"));
    let reasons = reading.people().filter(|(_, person)| person.reason.is_some()).count();
    assert_eq!((reading.schemes.len(), reasons), (0, 0));
}

#[test]
fn lines_of_percentages_part_no_levels() {
    let page = |lines: &str| {
        format!(
            "DAIRY FARMERS\nReviews by depot 2022\n\nReview result|Ashwick|Glenbrae|All\n\
             Exceeded objectives|1|5|6\n{lines}|4|20|12\nMet objectives|17|16|33\n{lines}|68|64|66\n\
             Partly met objectives|6|2|8\n{lines}|24|8|16\nDid not meet objectives|1|2|3\n\
             {lines}|4|8|6\nStaff reviewed|25|25|50"
        )
    };
    let reading = of_page(&page("% of staff reviewed"));
    let told = reading.figures().filter(|(_, of)| of.percent.is_some()).count();
    assert_eq!((reading.schemes.len(), told), (1, 12), "{:?}", reading.diagnostics);
}

#[test]
fn marks_may_be_letters_of_any_alphabet_and_roman_numbers() {
    let page = |heading: &str, [first, second, third]: [&str; 3], key: &str| {
        format!(
            "NHÀ HÁT HOA SEN\nXẾP LOẠI NĂM 2022\n\nTT|Họ và tên|Đội|{heading}\n\
             1|Lê Thị Hoa|Múa|{first}\n2|Trần Thị Lan|Múa|{second}\n3|Nguyễn Thị Mai|Hát|{second}\n\
             4|Phạm Thị Cúc|Hát|{third}\n5|Vũ Thị Đào|Hát|{first}\n\n{key}"
        )
    };
    let letters = page("Xếp loại", ["T", "Đ", "CĐ"], "T: Tốt; Đ: Đạt; CĐ: Chưa đạt");
    assert_eq!(schemes(&letters), ["Tốt > Đạt > Chưa đạt"]);
    let key = "Class I: zorp service\nClass II: blim service\nClass III: quax service";
    let numbers = page("Class", ["I", "II", "III"], key);
    assert_eq!(schemes(&numbers), ["zorp service > blim service > quax service"]);
}

#[test]
fn levels_that_are_sentences_and_bands_before_their_words_are_in_the_order_that_is_told() {
    let page = |said: &str, [first, second, third]: [&str; 3], rows: &str| {
        format!(
            "MILK UNION\nAssessment 2022\n\n{said}\n(i)|{first}\n(ii)|{second}\n(iii)|{third}\n\n\
             No.|Name|Code|Post|Assessment\n{rows}"
        )
    };
    let levels = ["Zorp in all that the post asks of him", "Blim in most of it", "Quax"];
    let people = ["Ann Lowe", "Brian Katz", "Carla Pym", "Dev Rao", "Edna Firth", "Fred Noakes"];
    let rows = people
        .iter()
        .enumerate()
        .map(|(at, name)| format!("{}|{name}|0{at}5{at}|Driver|{}", at + 1, levels[at % 3]));
    let rows = rows.collect::<Vec<String>>().join("\n");
    let reading = of_page(&page("Assessments in descending order of merit:", levels, &rows));
    assert!(!reading.diagnostics.iter().any(|told| told.code == Code::DoubtfulOrder));
    let names: Vec<&str> = reading.schemes.iter().map(|of| of.name.as_str()).collect();
    assert_eq!(names, [levels.join(" > ")]);
    let bands = "HOTEL\nAppraisal 2024\n\nNo.|Name|Post|Points|Level\n1|Ann Lowe|Cook|96|Zorp\n\
                 2|Brian Katz|Cook|56|Quax\n3|Carla Pym|Porter|75|Blim\n4|Dev Rao|Porter|91|Zorp\n\
                 5|Edna Firth|Cook|48|Quax\n6|Fred Noakes|Porter|80|Blim\n\nPoints to level\n\
                 Total points|Level\n90 - 100|Zorp\n60 - 89|Blim\nBelow 60|Quax";
    let reading = of_page(bands);
    assert!(!reading.diagnostics.iter().any(|told| told.code == Code::DoubtfulOrder));
}
