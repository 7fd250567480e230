//! Tables side by side: a heading that repeats itself to the right parts the sheet into slices.

use std::borrow::Cow;
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
    let Some((top, starts)) = repeated.or_else(|| apart(sheet, vocabulary)) else {
        return Vec::new();
    };
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
fn apart(sheet: &Sheet, vocabulary: &Vocabulary) -> Option<(u32, Vec<u32>)> {
    let at = heading::next(sheet, 0, vocabulary)?;
    let block = heading::block(sheet, at, 0, vocabulary);
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
    let keyed = starts.iter().enumerate().all(|(place, start)| {
        let end = starts.get(place + 1).copied().unwrap_or(u32::MAX);
        let part = block.headings.iter().filter(|heading| (*start..end).contains(&heading.column));
        let filled = |columns: Range<u32>| {
            let has = |row: &&Row| row.cells.iter().any(|cell| columns.contains(&cell.column));
            body.iter().filter(has).count()
        };
        // A key beside the first rows of a list explains it, and one word may stand over all of it.
        let is_short = place > 0 && filled(*start..end) * 2 <= filled(starts[0]..starts[1]);
        let in_words = |row: &Row| {
            let last = row.cells.iter().rev().find(|cell| (*start + 1..end).contains(&cell.column));
            last.is_some_and(|cell| {
                let text = shown(&cell.value);
                text.contains(char::is_alphabetic) && !text.contains(|c: char| c.is_ascii_digit())
            })
        };
        let is_broad = || {
            let told = body.iter().filter(|row| in_words(row)).count();
            is_short && told * 2 > filled(*start..end)
        };
        let (has_two, is_keyed) = (part.clone().count() >= 2, part.into_iter().any(is_key));
        (has_two || is_broad()) && (is_short || is_keyed)
    });
    (starts.len() > 1 && keyed).then_some((block.rows.0, starts))
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
        Sheet { rows: rows.collect(), ..sheet.clone() }
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
    use crate::reading::read;
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
}
