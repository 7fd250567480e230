//! Tables side by side: a heading that repeats itself to the right parts the sheet into slices.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::{Table, heading, merge_at};
use crate::grid::{Cell, Place, Row, Sheet, Value};
use crate::value::{number, shown, whole};
use crate::vocabulary::{Field, Vocabulary};

/// The lines above a heading that may be captions of its parts.
const CAPTION_ROWS: u32 = 2;

/// The slices of a sheet, left to right; none where its tables stand below one another.
pub(crate) fn slices(sheet: &Sheet, vocabulary: &Vocabulary) -> Vec<Sheet> {
    let repeated = (0..sheet.rows.len()).find_map(|at| {
        let row = &sheet.rows[at];
        if !says_twice(row) || !heading::is_page(row, vocabulary) {
            return None;
        }
        let block = heading::block(sheet, at, at, vocabulary);
        let starts = starts(&block.headings, vocabulary)?;
        let rows = &sheet.rows[block.after..];
        let named = starts.iter().all(|start| names_rows(rows, *start, &starts, vocabulary));
        named.then_some((block.rows.0, starts))
    });
    let found = repeated.or_else(|| {
        let at = heading::next(sheet, 0, vocabulary)?;
        let block = heading::block(sheet, at, 0, vocabulary);
        let starts = apart(sheet, &block, vocabulary).or_else(|| lower(sheet, &block, vocabulary));
        Some((block.rows.0, starts?))
    });
    let Some((top, starts)) = found else { return Vec::new() };
    let ranges: Vec<Range<u32>> = (0..starts.len())
        .map(|place| {
            let first = if place == 0 { 0 } else { starts[place] };
            first..starts.get(place + 1).copied().unwrap_or(u32::MAX)
        })
        .collect();
    let parts = Parts { top, starts, ranges };
    (0..parts.ranges.len()).map(|at| parts.slice(sheet, at)).collect()
}

/// Where the parts of a sheet stand.
struct Parts {
    /// The first row of the heading.
    top: u32,
    /// The first columns of the headings.
    starts: Vec<u32>,
    ranges: Vec<Range<u32>>,
}

/// The parts of a heading that blank columns keep apart, each with a key of its own.
fn apart(sheet: &Sheet, block: &heading::Block, vocabulary: &Vocabulary) -> Option<Vec<u32>> {
    let columns: Vec<u32> = block.headings.iter().map(|heading| heading.column).collect();
    let body = &sheet.rows[block.after..];
    let is_blank = |column: u32| {
        body.iter().filter(|row| row.cells.len() > 1).all(|row| row.cell(column).is_none())
    };
    let is_key = |heading: &heading::Heading| {
        heading.path.iter().any(|text| heading::heading_word(text, vocabulary).1)
    };
    let mut starts = vec![*columns.first()?];
    for pair in columns.windows(2) {
        let gap = pair[0] + 1..pair[1];
        if !gap.is_empty() && gap.clone().all(is_blank) {
            starts.push(pair[1]);
        }
    }
    let is_part = |start: u32, end: u32, is_first: bool| {
        let part = block.headings.iter().filter(|heading| (start..end).contains(&heading.column));
        let rows_in = |columns: Range<u32>| -> Vec<u32> {
            let has = |row: &&Row| row.cells.iter().any(|cell| columns.contains(&cell.column));
            body.iter().filter(has).map(|row| row.index).collect()
        };
        let filled = rows_in(start..end);
        // A key beside the first rows of a list explains it, and one word may stand over all of it; what stands
        // beside one row here and there is of that row.
        let ends = filled.first().zip(filled.last());
        let span = ends.map_or(0, |(first, last)| last - first + 1);
        let is_compact = filled.len() * 3 >= usize::try_from(span).unwrap_or(usize::MAX) * 2;
        let is_short =
            !is_first && is_compact && filled.len() * 2 <= rows_in(starts[0]..start).len();
        let in_words = |row: &Row| {
            let last = row.cells.iter().rev().find(|cell| (start + 1..end).contains(&cell.column));
            last.is_some_and(|cell| {
                let text = shown(&cell.value);
                text.contains(char::is_alphabetic) && !text.contains(|c: char| c.is_ascii_digit())
            })
        };
        let is_broad = || {
            let told = body.iter().filter(|row| in_words(row)).count();
            is_short && told * 2 > filled.len()
        };
        // Figures behind a blank column are of the rows before it, which alone have names.
        let in_texts = |heading: &heading::Heading| {
            let cells = || body.iter().filter_map(|row| row.cell(heading.column));
            let texts = cells().filter(|cell| number(&cell.value).is_none());
            let texts = texts.filter(|cell| shown(&cell.value).chars().count() > 1).count();
            texts * 2 > cells().count()
        };
        // "Rekap per Bidang" alone over a table that begins below it.
        let cells = body.iter().flat_map(|row| &row.cells).map(|cell| cell.column);
        let filled_columns: BTreeSet<u32> =
            cells.filter(|column| (start..end).contains(column)).collect();
        let has_two = part.clone().count() >= 2 || is_short && filled_columns.len() > 2;
        // Whatever the word over them, names down the side are the key of a list.
        let is_keyed =
            part.clone().any(is_key) || is_first && names_rows(body, start, &[end], vocabulary);
        (has_two || is_broad()) && (is_short || is_keyed && part.into_iter().any(in_texts))
    };
    // What is no part of its own goes with the columns before it.
    let mut kept = vec![starts[0]];
    for (place, start) in starts.iter().enumerate().skip(1) {
        let end = starts.get(place + 1).copied().unwrap_or(u32::MAX);
        if is_part(*start, end, false) {
            kept.push(*start);
        }
    }
    (kept.len() > 1 && is_part(kept[0], kept[1], true)).then_some(kept)
}

/// A table beside the rows of another one, which begins below its heading: the cells behind a blank column.
fn lower(sheet: &Sheet, block: &heading::Block, vocabulary: &Vocabulary) -> Option<Vec<u32>> {
    const LEAST: usize = 3;
    let first = block.headings.first()?.column;
    let gap = block.headings.last()?.column + 1;
    let body = &sheet.rows[block.after..];
    let is_broad = |row: &&Row| {
        let right = row.cells.iter().filter(|cell| cell.column > gap).count();
        right > 1 && row.cells.iter().any(|cell| cell.column < gap)
    };
    let broad = body.iter().filter(is_broad).count();
    if broad <= LEAST || body.iter().any(|row| row.cell(gap).is_some()) {
        return None;
    }
    let right = body.iter().filter_map(|row| {
        let cells: Vec<Cell> = row.cells.iter().filter(|cell| cell.column > gap).cloned().collect();
        (!cells.is_empty()).then_some(Row { index: row.index, cells, places: Vec::new() })
    });
    let beside = sheet.with_rows(right.collect());
    let start = beside.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.column).min()?;
    let tables = super::find(&beside, vocabulary);
    // A key of ranges and words explains the list.
    let counts = |table: &Table<'_>, column: u32| {
        let cells = || table.body.iter().filter_map(|row| row.cell(column));
        let figures = cells().filter(|cell| number(&cell.value).is_some()).count();
        figures * 2 > cells().count()
    };
    let is_table = |table: &Table<'_>| {
        table.headings.len() > 1
            && table.body.len() >= LEAST
            && table.headings.iter().any(|heading| counts(table, heading.column))
    };
    tables.iter().any(is_table).then(|| vec![first, start])
}

/// Whether each part names its rows: names or labels stand in one of its columns.
fn names_rows(rows: &[Row], start: u32, starts: &[u32], vocabulary: &Vocabulary) -> bool {
    let end = starts.iter().copied().find(|other| *other > start).unwrap_or(start + 20);
    let is_label = |value: &Value| {
        let text = shown(value);
        let Value::Text(_) = value else { return false };
        number(value).is_none()
            && text.chars().count() > 5
            && !vocabulary.is_missing(&text)
            && vocabulary.level(&text).is_none()
    };
    (start..end).any(|column| {
        let cells = rows.iter().take(12).filter_map(|row| row.cell(column));
        let (labels, all) = cells
            .fold((0, 0), |sums, cell| (sums.0 + usize::from(is_label(&cell.value)), sums.1 + 1));
        labels > 0 && labels * 3 >= all * 2
    })
}

/// Whether the first words of a row stand in it again: a quick test before the thorough one.
fn says_twice(row: &Row) -> bool {
    let mut texts = row.cells.iter().filter_map(|cell| match &cell.value {
        Value::Text(text) => Some(text),
        _ => None,
    });
    row.cells.len() >= 4 && texts.next().is_some_and(|first| texts.any(|text| text == first))
}

/// The first columns of the parts, if the headings are the same words again and again, with a name
/// among them.
fn starts(headings: &[heading::Heading], vocabulary: &Vocabulary) -> Option<Vec<u32>> {
    let count = headings.len();
    let period = (2..=count / 2).find(|period| {
        count.is_multiple_of(*period)
            && (*period..count).all(|at| headings[at].path == headings[at - period].path)
    })?;
    let names = |text: &String| {
        let field = vocabulary.field(text).map(|(field, _)| field);
        matches!(field, Some(Field::Name | Field::FamilyName | Field::Organization))
    };
    let named = headings[..period].iter().any(|heading| heading.path.iter().any(names));
    named.then(|| headings.iter().step_by(period).map(|heading| heading.column).collect())
}

impl Parts {
    fn slice(&self, sheet: &Sheet, at: usize) -> Sheet {
        let rows = sheet.rows.iter().filter_map(|row| {
            let cells: Vec<Cell> = match self.across(sheet, row) {
                Some(cell) => vec![Cell { column: self.moved(cell.column, at), ..cell.clone() }],
                None => {
                    row.cells.iter().filter(|cell| self.keeps(row, cell, at)).cloned().collect()
                }
            };
            (!cells.is_empty()).then_some(Row { index: row.index, cells, places: Vec::new() })
        });
        sheet.with_rows(rows.collect())
    }

    fn keeps(&self, row: &Row, cell: &Cell, at: usize) -> bool {
        let here = self.ranges[at].contains(&cell.column);
        if row.index >= self.top {
            return here;
        }
        let filled =
            |range: &&Range<u32>| row.cells.iter().any(|cell| range.contains(&cell.column));
        let captions =
            row.index + CAPTION_ROWS >= self.top && self.ranges.iter().filter(filled).count() > 1;
        here || !captions && (at == 0 || row.cells.len() <= 3)
    }

    /// The one cell of a row that is merged over all parts: a heading within all of them, or a total.
    fn across<'r>(&self, sheet: &Sheet, row: &'r Row) -> Option<&'r Cell> {
        let [only] = row.cells.as_slice() else { return None };
        let region = merge_at(sheet, row.index, only.column)?;
        let is_body = row.index > self.top && self.ranges[0].contains(&only.column);
        (is_body && region.last_column >= *self.starts.last()?).then_some(only)
    }

    /// The column in a part of what stands in a column of the first one.
    fn moved(&self, column: u32, at: usize) -> u32 {
        if at == 0 { column } else { self.starts[at] + column.saturating_sub(self.starts[0]) }
    }
}

/// Joins the tables of slices: one whose ordinals go on where the left one ends is the same list.
pub(crate) fn joined<'s>(sheets: &'s [Sheet], vocabulary: &Vocabulary) -> Vec<(usize, Table<'s>)> {
    let mut tables: Vec<(usize, Table<'s>)> = Vec::new();
    for (place, sheet) in sheets.iter().enumerate() {
        for table in super::find(sheet, vocabulary) {
            let left =
                tables.iter_mut().rev().map(|(_, left)| left).find(|left| {
                    left.heading_rows == table.heading_rows && continues(left, &table)
                });
            match left {
                Some(left) => append(left, &table),
                None => tables.push((place, table)),
            }
        }
    }
    tables
}

fn continues(left: &Table<'_>, right: &Table<'_>) -> bool {
    let ordinal = |table: &Table<'_>, row: &Row| {
        whole(number(&row.cell(table.headings.first()?.column)?.value)?.value)
    };
    let bands = bands(left, right);
    let goes_on = bands.iter().filter(|(left_rows, right_rows)| {
        let last = left_rows.iter().rev().find_map(|row| ordinal(left, row));
        let first = right_rows.first().and_then(|row| ordinal(right, row));
        matches!((last, first), (Some(last), Some(first)) if first == last + 1)
    });
    // The right part of a band may be blank.
    let filled = bands.iter().filter(|(_, right_rows)| !right_rows.is_empty()).count();
    filled > 0 && goes_on.count() == filled
}

type Rows<'t, 's> = &'t [Cow<'s, Row>];

/// The rows of two parts between those that lie across both, which go with the left ones above them.
fn bands<'t, 's>(left: &'t Table<'s>, right: &'t Table<'s>) -> Vec<(Rows<'t, 's>, Rows<'t, 's>)> {
    let is_across = |row: &Row| {
        let at = left.body.partition_point(|other| other.index < row.index);
        row.cells.len() == 1
            && left.body.get(at).is_some_and(|other| {
                let same = |other: &Row| other.cells[0].value == row.cells[0].value;
                other.index == row.index && other.cells.len() == 1 && same(other)
            })
    };
    let ends = right.body.iter().filter(|row| is_across(row)).map(|row| row.index);
    let (mut left, mut right) = (left.body.as_slice(), right.body.as_slice());
    let mut found = Vec::new();
    for end in ends.chain([u32::MAX]) {
        let (left_rows, left_rest) = left.split_at(left.partition_point(|row| row.index <= end));
        let (right_rows, right_rest) = right.split_at(right.partition_point(|row| row.index < end));
        found.push((left_rows, right_rows));
        left = left_rest;
        right = &right_rest[usize::from(!right_rest.is_empty())..];
    }
    found
}

/// The rows of the right part go before the totals of the left one, between any two rows that lie across both.
fn append<'s>(left: &mut Table<'s>, right: &Table<'s>) {
    let (Some(to), Some(from)) = (left.headings.first(), right.headings.first()) else { return };
    let shift = from.column - to.column;
    let is_data = |row: &Cow<'_, Row>| {
        row.cell(to.column).is_some_and(|cell| number(&cell.value).is_some())
            && row.cells.iter().filter(|cell| !shown(&cell.value).is_empty()).count() > 1
    };
    let mut body = Vec::with_capacity(left.body.len() + right.body.len());
    for (left_rows, right_rows) in bands(left, right) {
        let after = left_rows.iter().rposition(is_data).map_or(left_rows.len(), |last| last + 1);
        let (data, tail) = left_rows.split_at(after);
        // The rows of a table go up.
        let above = data.last().map_or(0, |row| row.index);
        body.extend_from_slice(data);
        body.extend(right_rows.iter().map(|row| {
            let cells: Vec<&Cell> = row.cells.iter().filter(|cell| cell.column >= shift).collect();
            let places = cells.iter().map(|cell| Place::new(row.index, cell.column)).collect();
            let cells = cells
                .into_iter()
                .map(|cell| Cell { column: cell.column - shift, value: cell.value.clone() });
            Cow::Owned(Row { index: above, cells: cells.collect(), places })
        }));
        body.extend_from_slice(tail);
    }
    left.body = body;
}

#[cfg(test)]
mod tests {
    use crate::Options;
    use crate::reading::{of_page, read};
    use crate::vocabulary::Vocabulary;

    /// The people of a page whose cells may be merged, with their branch and rating.
    fn people(rows: &[&str]) -> (Vec<String>, Vec<String>) {
        let html = format!("<html><table><tr>{}</table></html>", rows.join("<tr>"));
        let vocabulary = Vocabulary::bundled();
        let reading = read(html.as_bytes(), "a.xls", &Options::default(), &vocabulary);
        let told = reading.people().map(|(record, person)| {
            let rated = person.ratings.last().and_then(|of| of.rating.as_ref());
            let code = rated.map_or("", |rated| &*rated.value.code);
            let branch = record.place.last().map(ToString::to_string).unwrap_or_default();
            format!("{} {branch} {code}", person.name.value)
        });
        let problems = reading.diagnostics.iter().map(|problem| format!("{:?}", problem.code));
        (told.collect(), problems.collect())
    }

    #[test]
    fn a_list_goes_on_beside_itself_under_each_heading() {
        let (people, problems) = people(&[
            "<td>ĐẢNG ỦY XÃ NÀ PHẶC",
            "<td>KẾT QUẢ XẾP LOẠI ĐẢNG VIÊN NĂM 2022",
            "",
            "<td>TT<td>Họ và tên<td>Xếp loại<td><td>TT<td>Họ và tên<td>Xếp loại",
            "<td colspan=7>I. CHI BỘ BẢN LỐC",
            "<td>1<td>Bế Văn Đạt<td>HTTNV<td><td>3<td>Nông Thị Xuân<td>HTXSNV",
            "<td>2<td>Lương Thị Quyên<td>HTTNV<td><td>4<td>Triệu Viết Tuấn<td>HTTNV",
            "<td><td colspan=6>Cộng: 4 đ/c",
            "<td colspan=7>II. CHI BỘ BẢN MẠCH",
            "<td>1<td>Hà Thị Tuyết<td>HTNV<td><td>3<td>Ma Minh Hải<td>HTTNV",
            "<td>2<td>Bế Quang Thắng<td>HTTNV",
            "<td><td colspan=6>Cộng: 3 đ/c",
        ]);
        let told = [
            "Bế Văn Đạt CHI BỘ BẢN LỐC HTTNV",
            "Lương Thị Quyên CHI BỘ BẢN LỐC HTTNV",
            "Nông Thị Xuân CHI BỘ BẢN LỐC HTXSNV",
            "Triệu Viết Tuấn CHI BỘ BẢN LỐC HTTNV",
            "Hà Thị Tuyết CHI BỘ BẢN MẠCH HTNV",
            "Bế Quang Thắng CHI BỘ BẢN MẠCH HTTNV",
            "Ma Minh Hải CHI BỘ BẢN MẠCH HTTNV",
        ];
        assert_eq!(people, told);
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn a_rating_is_merged_down_over_those_who_have_it() {
        let (people, _) = people(&[
            "<td>ĐẢNG ỦY XÃ ĐÔNG SƠI",
            "<td>DANH SÁCH PHÂN LOẠI ĐẢNG VIÊN NĂM 2022",
            "",
            "<td>TT<td>Họ và tên<td>Chi bộ<td>Kết quả phân loại",
            "<td>1<td>Thái Viết Chiến<td>Chi bộ Trung<td>Hoàn thành xuất sắc nhiệm vụ",
            "<td>2<td>Đoàn Hữu Phúc<td>Chi bộ Trung<td rowspan=3>Hoàn thành tốt nhiệm vụ",
            "<td>3<td>Bùi Thị Nhung<td>Chi bộ Trung",
            "<td>4<td>Phan Viết Sơn<td>Chi bộ Trung",
            "<td>5<td>Võ Thị Huệ<td>Chi bộ Trung<td>Hoàn thành nhiệm vụ",
            "<td>6<td>Vũ Thị Hà<td>Chi bộ Trung<td>",
        ]);
        let codes: Vec<&str> =
            people.iter().map(|of| of.rsplit(' ').next().unwrap_or_default()).collect();
        assert_eq!(codes, ["HTXSNV", "HTTNV", "HTTNV", "HTTNV", "HTNV", ""]);
    }

    #[test]
    fn figures_behind_a_blank_column_are_of_the_names_before_it() {
        let reading = of_page(
            "HUYỆN ỦY BA LẠCH\nTỔNG HỢP PHÂN LOẠI ĐẢNG VIÊN NĂM 2019\n\n\
             TT|Chi bộ|Có đến 31/12||Được xếp loại|HTXSNV|HTTNV|HTNV\n\
             1|Chi bộ Lạch Đông|9||9|2|6|1\n2|Chi bộ Lạch Tây|8||8|1|6|1\n3|Chi bộ Cồn Dừa|7||7|1|5|1",
        );
        assert_eq!(reading.sheets[0].tables.len(), 1);
        assert_eq!(reading.figures().count(), 15);
    }

    #[test]
    fn a_key_stands_beside_a_list_whose_names_no_heading_tells() {
        let reading = of_page(
            "CALL CENTRE\nRatings 2025\n\nTeam Falcon||||||Legend (best first)\n\
             Zorp ID|Zorp|Role|Score|Rating||EE|Exceeds expectations\n\
             CL70006|Phoebe Clements|Clerk|94.7|EE||ME|Meets expectations\n\
             CL62007|Alice Fitzgerald|Driver|89.8|ME||BE|Below expectations\n\
             CL91008|Edward Garside|Clerk|66.1|BE\nCL16011|Isaac Siddiqui|Clerk|82|ME\n\
             CL41012|Beatrice Maitland|Driver|91.4|ME\nCL84013|Seamus Goodall|Clerk|84.6|EE",
        );
        let rated =
            reading.people().filter(|(_, of)| of.ratings.iter().any(|of| of.rating.is_some()));
        assert_eq!(rated.count(), 6, "{:?}", reading.diagnostics);
    }

    #[test]
    fn a_table_may_begin_beside_the_rows_of_another() {
        let reading = of_page(
            "LIÊN ĐOÀN LAO ĐỘNG HUYỆN TRÀ BUNG\nXẾP LOẠI CÔNG ĐOÀN CƠ SỞ NĂM 2021\n\n\
             TT|Công đoàn cơ sở|Xếp loại\n\
             1|CĐCS Trường Hoa Ban|Tốt|||Mức|Số CĐCS\n2|CĐCS Kho bạc|Xuất sắc|||Xuất sắc|1\n\
             3|CĐCS Xã Trà Phú|Tốt|||Tốt|3\n4|CĐCS Xưởng gỗ|Hoàn thành|||Hoàn thành|1\n\
             5|CĐCS Văn phòng|Tốt|||Không hoàn thành|0",
        );
        assert_eq!(reading.sheets[0].tables.len(), 2);
        let counts = reading.figures().filter_map(|(_, of)| Some(of.count.as_ref()?.value));
        assert_eq!(counts.collect::<Vec<i64>>(), [1, 3, 1, 0]);
    }
}
