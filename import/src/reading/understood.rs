//! Tables whose columns are understood, by all evidence on all sheets.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::Answer;
use crate::grid::{Cell, Sheet};
use crate::layout::{self, Table, TableKind};
use crate::legend::{Legend, Mark};
use crate::profile::Profile;
use crate::record::Stage;
use crate::role::{self, Column, Role};
use crate::scale::Scales;
use crate::text::organization_key;
use crate::value::{number, shown};
use crate::vocabulary::{LevelText, Vocabulary};

/// A table, its sheet (or the slice of it) and the place of the sheet in the reading.
pub(super) struct Found<'s> {
    pub(super) place: usize,
    pub(super) sheet: &'s Sheet,
    pub(super) table: Table<'s>,
    /// The profile of a list that it is read by.
    pub(super) profile: Option<Arc<Profile>>,
}

/// The tables of a sheet that is not hidden.
pub(super) fn find<'s>(
    place: usize,
    sheet: &'s Sheet,
    slices: &'s [Sheet],
    vocabulary: &Vocabulary,
) -> Vec<Found<'s>> {
    if sheet.hidden {
        return Vec::new();
    }
    if slices.is_empty() {
        let tables = layout::find(sheet, vocabulary);
        return tables
            .into_iter()
            .map(|table| Found { place, sheet, table, profile: None })
            .collect();
    }
    let joined = layout::joined(slices, vocabulary);
    joined
        .into_iter()
        .map(|(at, table)| Found { place, sheet: &slices[at], table, profile: None })
        .collect()
}

/// A table whose columns are understood.
pub(super) struct Understood<'s, 'v> {
    pub(super) place: usize,
    pub(super) sheet: &'s Sheet,
    pub(super) table: Table<'s>,
    pub(super) profile: Option<Arc<Profile>>,
    pub(super) legend: Legend<'v>,
    pub(super) title: String,
    pub(super) read: role::Read,
}

/// A key of fewer letters may be of something else.
const LEAST_LETTERS: usize = 3;

impl<'s, 'v> Understood<'s, 'v> {
    /// What the columns of a table are, by all evidence.
    pub(super) fn of<'l>(
        found: Found<'s>,
        vocabulary: &'v Vocabulary,
        scales: &'v Scales,
        answers: &[Answer],
        letters: &dyn Fn() -> Option<&'l HashMap<String, Mark>>,
    ) -> Self {
        let Found { place, sheet, mut table, profile } = found;
        let mut legend = Legend::of(sheet, vocabulary, scales);
        legend.spell_headings(&mut table.headings);
        if heads_letters(&table, &legend)
            && let Some(letters) = letters()
        {
            legend.take_letters(letters);
        }
        if let Some(profile) = &profile {
            profile.add_marks(&mut legend);
        }
        let title = table.frame.title();
        let read = role::read(&table, &legend, &title, answers);
        let mut understood = Self { place, sheet, table, profile, legend, title, read };
        if understood.assumes_letters() {
            understood.legend.assume_letters();
        }
        understood
    }

    /// Whether the table is a key beside another one, of which the first lines were taken for headings: levels
    /// below one another, each once, and words for them.
    pub(super) fn is_key(&self) -> bool {
        const LEAST: usize = 2;
        let Some(first) = self.table.headings.first().filter(|first| first.path.len() > 1) else {
            return false;
        };
        let below = self.table.body.iter().flat_map(|row| &row.cells);
        let (labels, words): (Vec<&Cell>, Vec<&Cell>) =
            below.partition(|cell| cell.column == first.column);
        if labels.is_empty() || words.iter().any(|cell| number(&cell.value).is_some()) {
            return false;
        }
        let texts = first.path.iter().cloned().chain(labels.iter().map(|cell| shown(&cell.value)));
        let texts: Vec<String> = texts.collect();
        let levels = texts.iter().filter_map(|text| self.legend.scales.level(text));
        let levels: Vec<LevelText> = levels.collect();
        let each_once = (1..levels.len()).all(|at| !levels[..at].contains(&levels[at]));
        // One line may head the key.
        each_once && levels.len() >= LEAST && levels.len() + 1 >= texts.len()
    }

    /// Whether letters that its sheet explains nowhere are taken for levels.
    fn assumes_letters(&self) -> bool {
        let assumed = |column: &Column| column.why == role::LETTERS && column.role != Role::Ignored;
        self.read.columns.iter().any(assumed)
    }

    /// Whether most of the columns have a role.
    fn is_explained(&self) -> bool {
        let known = self.read.columns.iter().filter(|column| column.role != Role::Ignored).count();
        known * 3 >= self.read.columns.len() * 2
    }

    /// How much is understood of a column on average: on its side a table has as many columns as people.
    fn weight_a_column(&self) -> f64 {
        let columns = u32::try_from(self.read.columns.len()).unwrap_or(u32::MAX);
        match self.read.kind {
            TableKind::Unknown => 0.0,
            _ => self.read.weight / f64::from(columns.max(1)),
        }
    }
}

/// What is taken for figures under the headings of a list of people is such a list.
pub(super) fn share_kind(found: &mut [Understood<'_, '_>], answers: &[Answer]) {
    let lists = found.iter().filter(|table| table.read.kind == TableKind::Members);
    let lists: HashSet<String> = lists.map(|table| table.table.layout_key()).collect();
    for of in found.iter_mut().filter(|table| table.read.kind == TableKind::Figures) {
        if lists.contains(&of.table.layout_key()) {
            let kinds = [TableKind::Members];
            let read = role::read_as(&kinds, &of.table, &of.legend, &of.title, answers);
            if read.kind == TableKind::Members {
                of.read = read;
            }
        }
    }
}

/// A table that does not say whom it counts counts those of the table above it that has the same headings, and
/// what is understood of a column there is so of the one below.
pub(super) fn share_headings(found: &mut [Understood<'_, '_>]) {
    for at in 1..found.len() {
        let (above, below) = found.split_at_mut(at);
        let (above, below) = (&above[at - 1], &mut below[0]);
        let alike = above.place == below.place
            && above.read.kind == below.read.kind
            && above.table.layout_key() == below.table.layout_key();
        if !alike {
            continue;
        }
        for (above, below) in above.read.columns.iter().zip(&mut below.read.columns) {
            let is_open = match (&above.role, &below.role) {
                (Role::Ignored, _) => false,
                (_, Role::Ignored | Role::Rating(Stage::Unstated)) => true,
                (Role::Tick(_, of), Role::Tick(Stage::Unstated, level)) => of == level,
                _ => false,
            };
            if is_open && above.index == below.index {
                below.role.clone_from(&above.role);
                below.why = "what the same heading above it is";
            }
        }
        let Some(subject) = above.read.subject.filter(|_| below.read.subject.is_none()) else {
            continue;
        };
        below.read.subject = Some(subject);
        for column in &mut below.read.columns {
            if let Role::Count(key) | Role::Percent(key) | Role::CountAndPercent(key) =
                &mut column.role
            {
                key.subject = subject;
            }
        }
    }
}

/// "H" in a column of a workbook says that "M" is for women in all of them, also where a sheet lists only these.
pub(super) fn share_sexes(found: &mut [Understood<'_, '_>]) {
    const ROWS: usize = 400;
    let says = |list: &Understood<'_, '_>, sex: &str| {
        let columns = list.read.columns.iter().filter(|column| column.role == Role::Sex);
        let mut texts = columns.flat_map(|column| {
            let rows = list.table.body.iter().take(ROWS);
            rows.filter_map(|row| row.text(column.index))
        });
        texts.any(|text| text == sex)
    };
    if !found.iter().any(|list| says(list, "H")) {
        return;
    }
    for list in found.iter_mut().filter(|list| !says(list, "F")) {
        for column in list.read.columns.iter_mut().filter(|column| column.role == Role::Sex) {
            column.m_is_for_women = true;
        }
    }
}

/// What the sheets of a workbook that explain letters all say that they mean.
pub(super) fn letters_explained(
    sheets: &[Sheet],
    vocabulary: &Vocabulary,
    scales: &Scales,
) -> Option<HashMap<String, Mark>> {
    let visible = sheets.iter().filter(|sheet| !sheet.hidden);
    agreed(visible.map(|sheet| Legend::of(sheet, vocabulary, scales).letters()))
}

/// The letters of all keys that explain enough of them, if they all say the same.
fn agreed(keys: impl Iterator<Item = HashMap<String, Mark>>) -> Option<HashMap<String, Mark>> {
    let mut keys = keys.filter(|key| key.len() >= LEAST_LETTERS);
    let first = keys.next()?;
    keys.all(|key| key == first).then_some(first)
}

/// "Loại A | Loại B | Loại C" over columns, which nothing on the sheet explains.
fn heads_letters(table: &Table<'_>, legend: &Legend<'_>) -> bool {
    let last = table.headings.iter().filter_map(|heading| heading.path.last());
    last.filter(|text| legend.is_unexplained_letter(text)).count() >= LEAST_LETTERS
}

/// Letters that one sheet explains mean the same on those that explain none.
pub(super) fn share_letters(found: &mut [Understood<'_, '_>]) {
    let explain = found.iter().filter(|table| !table.assumes_letters());
    let Some(key) = agreed(explain.map(|table| table.legend.letters())) else { return };
    for table in found.iter_mut().filter(|table| table.assumes_letters()) {
        table.legend.take_letters(&key);
        for column in table.read.columns.iter_mut().filter(|column| column.why == role::LETTERS) {
            column.why = "letters that another sheet explains";
        }
    }
}

/// A column of a list of people that no word and no run tells is of the bodies that the rows of another
/// table name.
pub(super) fn share_bodies(found: &mut [Understood<'_, '_>]) {
    /// Fewer names may be alike by chance.
    const LEAST: usize = 3;
    let bodies: HashSet<String> = found.iter().flat_map(bodies_of).collect();
    for list in found.iter_mut().filter(|list| list.read.kind == TableKind::Members) {
        let columns = &mut list.read.columns;
        if let Some(column) = columns.iter_mut().find(|column| column.role == Role::Organization) {
            let mut texts = texts_of(&list.table, column.index);
            if column.why == role::SCATTERED && texts.any(|text| bodies.contains(&text)) {
                column.why = "the bodies of another table";
            }
            continue;
        }
        let mut unknown = columns.iter_mut().filter(|column| column.role == Role::Ignored);
        let of_bodies = unknown.find(|column| {
            let texts: Vec<String> = texts_of(&list.table, column.index).collect();
            let known: Vec<&String> = texts.iter().filter(|text| bodies.contains(*text)).collect();
            let distinct: HashSet<&&String> = known.iter().collect();
            distinct.len() >= LEAST && known.len() * 10 >= texts.len() * 8
        });
        if let Some(column) = of_bodies {
            column.role = Role::Organization;
            column.why = "the bodies of another table";
        }
    }
}

/// The keys of the bodies that the rows of a table name; none of any other table than one of bodies.
pub(super) fn bodies_of(found: &Understood<'_, '_>) -> impl Iterator<Item = String> {
    let is_meant = found.read.kind == TableKind::Organizations;
    let columns = found.read.columns.iter();
    let named = columns.filter(move |of| is_meant && of.role == Role::Organization);
    named.flat_map(|column| texts_of(&found.table, column.index))
}

/// The keys of the texts of a column.
pub(super) fn texts_of<'t>(table: &'t Table<'_>, column: u32) -> impl Iterator<Item = String> + 't {
    const SAMPLE: usize = 1000;
    let rows = table.body.iter().take(SAMPLE).filter(|row| row.cells.len() > 1);
    rows.filter_map(move |row| row.text(column)).map(|text| organization_key(&text))
}

/// A sheet is read on its side where that explains more of it.
pub(super) fn on_their_sides<'s, 'v>(
    found: Vec<Understood<'s, 'v>>,
    sheets: &'s [Sheet],
    is_free: &dyn Fn(&Sheet) -> bool,
    vocabulary: &'v Vocabulary,
    on_side: &dyn Fn(usize, &'s Sheet, Table<'s>) -> Understood<'s, 'v>,
) -> Vec<Understood<'s, 'v>> {
    let mut all: Vec<Understood<'s, 'v>> = Vec::new();
    let mut found = found.into_iter().peekable();
    for (place, sheet) in sheets.iter().enumerate() {
        let mut straight = Vec::new();
        while let Some(table) = found.next_if(|table| table.place == place) {
            straight.push(table);
        }
        if sheet.hidden || !is_free(sheet) || layout::is_long(sheet) {
            all.extend(straight);
            continue;
        }
        let best = straight.iter().map(Understood::weight_a_column).fold(0.0, f64::max);
        let turned = layout::find_turned(sheet, vocabulary).into_iter();
        let turned = turned
            .map(|table| on_side(place, sheet, table))
            .filter(|table| table.weight_a_column() > best && table.is_explained())
            .filter(|table| table.read.kind == TableKind::Members || best == 0.0);
        let turned: Vec<Understood<'s, 'v>> = turned.collect();
        all.extend(if turned.is_empty() { straight } else { turned });
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;
    use crate::record::Statement;

    #[test]
    fn a_letter_for_men_tells_what_the_other_is_for() {
        let reading = of_page(
            "Control de tránsito aéreo\nEvaluación 2024\n\nNombre|Sexo|Calificación\n\
             Pedro Ramírez Ochoa|H|Bueno\nLaura Tapia Nava|M|Regular\nLuis Robles Salinas|H|Deficiente\n\
             Ana Orozco Barrera|M|Bueno\n\nTorre Valle Verde 2024\n\nNombre|Sexo|Calificación\n\
             Claudia Villarreal Nava|M|Bueno\nLeticia Robles Ochoa|M|Deficiente\n\
             María Tapia Salinas|M|Regular\nGabriela Orozco Nava|M|Bueno",
        );
        let sexes = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Member(person) => Some(person.sex.as_ref()?.value),
            _ => None,
        });
        let women = sexes.map(|sex| sex == crate::Sex::Female).collect::<Vec<_>>();
        assert_eq!(women, [false, true, false, true, true, true, true, true]);
    }

    #[test]
    fn bodies_of_a_summary_are_known_in_the_list() {
        let reading = of_page(
            "Handball Federation\nCoaches 2023\n\nName|Zorp|Rating\n\
             Josef Barnes|Dubina|Good\nPeter Hale|Vrbno|Fair\nJane Small|Lhotka|Good\n\
             Eve Dale|Vrbno|Poor\nRay Hood|Dubina|Good\nAnn Lowe|Lhotka|Fair\n\n\
             Overview 2023\n\nDepartment|Good|Fair|Poor\nLhotka|1|1|0\nDubina|2|0|0\nVrbno|0|1|1",
        );
        let places = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Member(_) => Some(record.place.last()?.to_string()),
            _ => None,
        });
        let places: Vec<String> = places.collect();
        assert_eq!(places, ["Dubina", "Vrbno", "Lhotka", "Vrbno", "Dubina", "Lhotka"]);
    }

    #[test]
    fn a_heading_that_comes_again_is_understood_as_before() {
        let list = |rows: &str| format!("TT|Cơ sở|Quận Zorp xếp loại|Cơ sở tự xếp\n{rows}");
        let page = format!(
            "LIÊN ĐOÀN QUẬN ZORP\nXẾP LOẠI CÔNG ĐOÀN CƠ SỞ NĂM 2021\n\n{}\nII. Khối doanh nghiệp\n{}",
            list(
                "1|CĐCS Hoa Ban|Tốt|Tốt\n2|CĐCS Kho bạc|Xuất sắc|Tốt\n3|CĐCS Trà Phú|Tốt|Xuất sắc"
            ),
            list("4|CĐCS Xưởng gỗ|Tốt|Tốt\n5|CĐCS Văn phòng|Xuất sắc|Tốt\n6|CĐCS Chợ|Tốt|Xuất sắc"),
        );
        let reading = of_page(&page);
        let fields = reading.sheets[0].tables.iter().map(|table| {
            table.columns.iter().map(|column| column.field.clone()).collect::<Vec<String>>()
        });
        let fields: Vec<Vec<String>> = fields.collect();
        assert_eq!(fields[0], fields[1]);
    }
}
