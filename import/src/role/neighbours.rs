//! Evidence of neighbours: what a column is because of the one beside it.

use std::collections::{HashMap, HashSet};

use super::choose::Claims;
use super::view::{ColumnView, View};
use super::{FigureKey, Role, is_organization_name};
use crate::grid::Row;
use crate::layout::TableKind;
use crate::record::{Measure, Relation, Stage, Subject};
use crate::value::{number, share, shown};
use crate::vocabulary::{Field, LevelText, WHOLE};

pub(super) fn claim(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
    for place in 1..view.columns.len() {
        if matches!(kind, TableKind::Members | TableKind::Commendations) {
            given_name_first(view, place, claims);
            parts_of_name(view, place, claims);
            rest_of_name(view, place, claims);
            parts_under_name(view, place - 1, claims);
            between_parts(view, place, claims);
            other_part(view, place, claims);
        }
        if kind == TableKind::Organizations {
            percentage_beside(view, place, claims);
            codes_of_bodies(view, place, claims);
        }
        if matches!(kind, TableKind::Members | TableKind::Organizations) {
            points_beside(view, place, kind, claims);
        }
        if kind == TableKind::Figures {
            figures_of_bodies(view, place, claims);
        }
    }
    if kind == TableKind::Figures {
        figures_of_bodies(view, 0, claims);
        parts_of_hundred(view, claims);
        marks_of_levels(view, claims);
    }
    if matches!(kind, TableKind::Members | TableKind::Organizations) {
        criteria(view, claims);
        parents(view, kind, claims);
    }
    if kind == TableKind::Organizations {
        wards_of_bodies(view, claims);
    }
}

/// "Numerical | Adjectival" under one heading: the points of the rating beside them.
fn points_beside(view: &View<'_>, place: usize, kind: TableKind, claims: &mut Claims) {
    let (left, right) = (&view.columns[place - 1], &view.columns[place]);
    for (at, points, rated) in [(place - 1, left, right), (place, right, left)] {
        let shape = &points.shape;
        let fits = points.field.is_none()
            && points.level.is_none()
            && !points.parent().is_empty()
            && points.parent() == rated.parent()
            && rated.shape.is_mostly_levels()
            && shape.fractions * 2 > shape.numbers
            && shape.share(shape.numbers) > 0.8;
        if fits {
            let why = "numbers beside the rating of the same body";
            claims.add(at, Role::Score(rated.stage_in(kind)), 2.4, why);
        } else if points.level.is_none()
            && points.parent() == rated.parent()
            && let Some(share) = share_of_key(view, points, rated)
        {
            // The key outranks words: "Spolu bodov" over the points, "Disciplína" over a part of them.
            let why = "points for which the key has the level beside them";
            claims.add(at, Role::Score(rated.stage_in(kind)), 3.0 + share, why);
        }
    }
}

/// For how many of the points of one column the key has the levels of another, where it is so for most: from
/// 0 to 1.
fn share_of_key(view: &View<'_>, points: &ColumnView<'_>, rated: &ColumnView<'_>) -> Option<f64> {
    const LEAST: usize = 5;
    const SAMPLE: usize = 300;
    if !rated.shape.is_mostly_levels() || points.shape.share(points.shape.numbers) < 0.8 {
        return None;
    }
    let (mut fitting, mut pairs) = (0, 0);
    for row in view.table.body.iter().take(SAMPLE) {
        let of = |column: &ColumnView<'_>| row.cell(column.heading.column);
        let (Some(left), Some(right)) = (of(points), of(rated)) else { continue };
        let level = view.legend.level(&shown(&right.value));
        let (Some(number), Some(level)) = (number(&left.value), level) else { continue };
        pairs += 1;
        fitting += usize::from(view.legend.level_of_points(number.value) == Some(&level));
    }
    (pairs >= LEAST && fitting * 5 > pairs * 4).then(|| share(fitting, pairs))
}

fn is_of_family_names(column: &ColumnView<'_>) -> bool {
    matches!(column.field, Some((Field::FamilyName, _)))
}

/// Whether no column lies between two.
fn stand_side_by_side(left: &ColumnView<'_>, right: &ColumnView<'_>) -> bool {
    right.heading.column == left.heading.column + 1
}

/// "Tên | Họ và chữ đệm": the given name stands first.
fn given_name_first(view: &View<'_>, place: usize, claims: &mut Claims) {
    let (left, right) = (&view.columns[place - 1], &view.columns[place]);
    let is_given = left.shape.share(left.shape.single_words) > 0.7
        && matches!(left.field, Some((Field::GivenName | Field::Organization | Field::Name, _)));
    if stand_side_by_side(left, right)
        && is_of_family_names(right)
        && is_given
        && left.shape.organizations == 0
    {
        claims.add(place - 1, Role::GivenName, 4.4, "given names beside a column of family names");
    }
}

/// A family name and a given name: under one heading over two columns, or several words beside one.
fn parts_of_name(view: &View<'_>, place: usize, claims: &mut Claims) {
    let (left, right) = (&view.columns[place - 1], &view.columns[place]);
    if !stand_side_by_side(left, right) || left.shape.texts == 0 || right.shape.texts == 0 {
        return;
    }
    let names = |column: &ColumnView<'_>| matches!(column.field, Some((Field::Name, _)));
    let same_heading = left.heading.path == right.heading.path && !left.heading.path.is_empty();
    // "Mr Fergus Whitlock" is a name in full, whatever stands beside it.
    let whole = left.shape.share(left.shape.addressed);
    // "Title | Forename | Surname": "Dr" begins a name, and the family name has a column of its own.
    let has_own = !is_of_family_names(left) && view.columns.iter().any(is_of_family_names);
    let known = if has_own { 0.0 } else { left.shape.share(left.shape.surnames) - whole };
    let single = right.shape.share(right.shape.single_words);
    let is_told = matches!(right.field, Some((Field::GivenName, _)));
    let free = right.field.is_none()
        || names(right)
        || matches!(right.field, Some((Field::Organization, _)));
    if same_heading
        && known > 0.2
        && single > 0.5
        && right.shape.levels == 0
        && right.shape.organizations == 0
        || names(left) && same_heading && known > 0.2
    {
        claims.add(place - 1, Role::FamilyName, 4.4, "two columns under one heading of names");
        claims.add(place, Role::GivenName, 4.4, "the second column under one heading of names");
    } else if known > 0.5 && single > 0.7 && (right.heading.path.is_empty() || is_told) {
        claims.add(place - 1, Role::FamilyName, 4.4, "family names beside a column of given names");
        claims.add(place, Role::GivenName, 4.4, "single words beside family names");
    } else if known > 0.5
        && single > 0.7
        && free
        && right.shape.organizations == 0
        && right.shape.levels == 0
    {
        claims.add(place - 1, Role::FamilyName, 2.6, "family names below");
        claims.add(place, Role::GivenName, 2.6, "single words beside family names");
    }
    // Three columns under one heading: family, middle and given name.
    let under_it = |column: &ColumnView<'_>| {
        let path = &column.heading.path;
        *path == left.heading.path || path.is_empty() && column.shape.levels == 0
    };
    if let Some(next) = view.columns.get(place + 1)
        && names(left)
        && [right, next]
            .iter()
            .all(|column| under_it(column) && column.shape.people + column.shape.single_words > 0)
    {
        claims.add(
            place,
            Role::MiddleName,
            5.0,
            "the second of three columns under one heading of names",
        );
        claims.add(
            place + 1,
            Role::GivenName,
            5.0,
            "the third of three columns under one heading of names",
        );
    }
    if is_of_family_names(left) && is_of_family_names(right) {
        claims.add(place, Role::MiddleName, 3.4, "between family and given name");
    }
    if is_of_family_names(left) && right.heading.path.is_empty() {
        claims.add(place, Role::GivenName, 3.0, "beside the family name");
    }
}

/// "Surname | First name and patronymic": two words beside single family names, and no name in full.
fn rest_of_name(view: &View<'_>, place: usize, claims: &mut Claims) {
    let (left, right) = (&view.columns[place - 1], &view.columns[place]);
    let others = &view.vocabulary.words.other_names;
    let is_family = is_of_family_names(left) && left.shape.share(left.shape.single_words) > 0.7;
    let is_rest = stand_side_by_side(left, right)
        && !matches!(right.field, Some((Field::Name, _)))
        && right.any(|text| others.found_in(text));
    if is_family && is_rest && !view.is_of(&[Field::GivenName]) {
        claims.add(place - 1, Role::FamilyName, 4.4, "family names beside the rest of the name");
        claims.add(place, Role::GivenName, 4.4, "the rest of the name beside family names");
    }
}

/// Columns of single words that stand under one heading of names, each with a word that nobody knows: the parts
/// of the name in their order.
fn parts_under_name(view: &View<'_>, first: usize, claims: &mut Claims) {
    const MOST: usize = 4;
    let parent = view.columns[first].parent();
    let names = |text: &String| matches!(view.vocabulary.field(text), Some((Field::Name, _)));
    if !parent.last().is_some_and(names) || first > 0 && view.columns[first - 1].parent() == parent
    {
        return;
    }
    let run = view.columns[first..].iter().take_while(|column| column.parent() == parent);
    let run: Vec<&ColumnView<'_>> = run.collect();
    let is_part = |column: &&ColumnView<'_>| {
        let shape = &column.shape;
        view.vocabulary.field(column.last()).is_none()
            && shape.share(shape.single_words) > 0.6
            && shape.levels + shape.organizations == 0
    };
    if !(2..=MOST).contains(&run.len()) || !run.iter().all(is_part) {
        return;
    }
    for at in 0..run.len() {
        let role = match at {
            0 => Role::FamilyName,
            _ if at + 1 == run.len() => Role::GivenName,
            _ => Role::MiddleName,
        };
        claims.add(first + at, role, 5.0, "one of the columns under one heading of names");
    }
}

/// "Voornaam | Tussenv. | Achternaam": words between the two parts of a name are a part of it.
fn between_parts(view: &View<'_>, place: usize, claims: &mut Claims) {
    let (left, column) = (&view.columns[place - 1], &view.columns[place]);
    let Some(right) = view.columns.get(place + 1) else { return };
    let is = |column: &ColumnView<'_>, wanted: Field| {
        column.field.is_some_and(|(field, _)| field == wanted)
    };
    let both = |first: Field, last: Field| is(left, first) && is(right, last);
    let shape = &column.shape;
    if (both(Field::GivenName, Field::FamilyName) || both(Field::FamilyName, Field::GivenName))
        && column.field.is_none()
        && shape.texts > 0
        && shape.is_between_names()
        && shape.numbers + shape.ticks + shape.levels == 0
    {
        claims.add(place, Role::MiddleName, 3.4, "words between the two parts of the name");
    }
}

/// "Zyxq | Forename(s)": single words beside a column of one part of the name are the other part, where no
/// heading names that.
fn other_part(view: &View<'_>, place: usize, claims: &mut Claims) {
    let is_of = |column: &ColumnView<'_>, field: Field| {
        column.field.is_some_and(|(of, weight)| of == field && weight >= 100)
    };
    let is_word = |column: &ColumnView<'_>| {
        let shape = &column.shape;
        column.field.is_none()
            && shape.share(shape.single_words) > 0.7
            && shape.repetition() < 0.8
            && shape.levels + shape.polar + shape.organizations == 0
    };
    let parts = [
        (Field::FamilyName, Field::GivenName, Role::GivenName),
        (Field::GivenName, Field::FamilyName, Role::FamilyName),
    ];
    for (known, free) in [(place - 1, place), (place, place - 1)] {
        for (field, other, role) in &parts {
            let is_named = view.columns.iter().any(|column| is_of(column, *other));
            if is_of(&view.columns[known], *field) && is_word(&view.columns[free]) && !is_named {
                let why = "single words beside the other part of the name";
                claims.add(free, role.clone(), 3.2, why);
            }
        }
    }
}

/// "HTXSNV | % | HTTNV | %" in one row of headings, and a blank heading over percentages.
fn percentage_beside(view: &View<'_>, place: usize, claims: &mut Claims) {
    let (left, right) = (&view.columns[place - 1], &view.columns[place]);
    let says_percent = matches!(right.field, Some((Field::Percent, _)));
    if right.level.is_some() || !says_percent || right.shape.numbers == 0 {
        return;
    }
    let Some(level) = &left.level else { return };
    // "Tỷ lệ xuất sắc" says of itself what it is a percentage of; "%" takes what stands beside it.
    if right.heading.path.len() > 1 && right.parent() != left.parent() {
        return;
    }
    for claim in claims.of[place - 1].clone() {
        if let Role::Count(key) = &claim.role
            && key.level.as_ref() == Some(&level.level)
        {
            claims.add(
                place,
                Role::Percent(key.clone()),
                3.0,
                "words: a percentage, beside its count",
            );
        }
    }
}

/// "4 | Leads the herd" over "3 | Keeps pace": numbers each of which is the mark of the level beside it count
/// nobody, and "Band A | Leading" over "Band B | Sound" is one level each, called twice.
fn marks_of_levels(view: &View<'_>, claims: &mut Claims) {
    const LEAST: usize = 3;
    let legend = view.legend;
    let level = |row: &Row, column: u32| legend.level(&row.text(column)?);
    let columns = || view.columns.iter().enumerate();
    for (first, labels) in columns().filter(|(_, column)| column.shape.levels >= LEAST) {
        let rows = view.table.body.iter();
        let rows = rows.filter_map(|row| Some((&**row, level(row, labels.heading.column)?)));
        let rows: Vec<(&Row, LevelText)> = rows.collect();
        let all = |is_pair: &dyn Fn(&Row, &LevelText) -> Option<bool>| {
            let mut pairs = 0;
            let mut found = rows.iter().filter_map(|(row, level)| is_pair(row, level));
            found.all(|is_pair| {
                pairs += 1;
                is_pair
            }) && pairs >= LEAST
        };
        for (place, other) in columns() {
            let column = other.heading.column;
            if all(&|row, own| Some(row.text(column)? == legend.scales.mark(own)?)) {
                claims.add(place, Role::Ordinal, 8.0, "the marks of the levels beside it");
            }
            let may_repeat = place > first && labels.shape.is_mostly_labels_of_figures();
            if may_repeat && all(&|row, own| Some(level(row, column)? == *own)) {
                claims.add(place, Role::NotHeld, 8.0, "other words for the levels beside it");
            }
        }
    }
}

/// Figures of levels that add up to 100 under each heading are percentages: one column could do so by
/// chance.
fn parts_of_hundred(view: &View<'_>, claims: &mut Claims) {
    const LEAST_PARTS: usize = 3;
    let figures: Vec<usize> = (0..view.columns.len())
        .filter(|place| view.columns[*place].shape.numbers >= LEAST_PARTS)
        .collect();
    let counts = |place: &usize| matches!(view.columns[*place].field, Some((Field::Count, weight)) if weight >= WHOLE);
    let adds_up = |place: &usize| {
        let column = view.columns[*place].heading.column;
        let cells = view.table.body.iter().filter_map(|row| row.cell(column));
        let values: Vec<f64> = cells.filter_map(|cell| Some(number(&cell.value)?.value)).collect();
        let sum: f64 = values.iter().sum();
        let printed = values.iter().filter(|value| (**value - 100.0).abs() < 0.5).count();
        let whole = if printed == 1 && values.len() > LEAST_PARTS { 200.0 } else { 100.0 };
        (sum - whole).abs() < 0.35
    };
    let has_fraction = figures.iter().any(|place| view.columns[*place].shape.fractions > 0);
    if figures.len() > 1
        && has_fraction
        && figures.iter().all(adds_up)
        && !figures.iter().any(counts)
    {
        for place in figures {
            claims.add(place, Role::PlainPercent, 4.0, "the figures of each column add up to 100");
        }
    }
}

/// Figures of the body, the round or the group that stands over them, in a table of one figure a row.
fn figures_of_bodies(view: &View<'_>, place: usize, claims: &mut Claims) {
    let column = &view.columns[place];
    let vocabulary = view.vocabulary;
    let shape = &column.shape;
    if shape.numbers + shape.pairs == 0 {
        return;
    }
    let heads = column.any(|text| {
        is_organization_name(text, vocabulary)
            || vocabulary.is_total(text)
            || super::subject_of(text, vocabulary).is_some()
    }) || column.campaign.is_some();
    let percent = column.any(|text| text.contains('%'))
        || matches!(column.field, Some((Field::Percent, _)))
        || shape.is_mostly_percentages()
        || column.last().is_empty() && shape.looks_like_percentages();
    if heads && !percent {
        claims.add(place, Role::PlainCount, 1.4, "figures of what stands over them");
    } else if percent {
        claims.add(place, Role::PlainPercent, 1.8, "percentages beside their counts");
    }
}

/// How many rows show which texts go together.
const PAIRS_LIMIT: usize = 300;

/// Of two columns of bodies that one is above the other whose every value goes with one of its own, or
/// without whose runs the other would name two rows alike.
fn parents(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
    let is_note =
        |column: &ColumnView<'_>| matches!(column.field, Some((Field::Note | Field::Reason, _)));
    let bodies: Vec<usize> = (0..view.columns.len())
        .filter(|place| {
            let column = &view.columns[*place];
            let grouped = column.shape.texts > 3
                && column.shape.repetition() > 0.5
                && column.shape.levels == 0;
            let named = grouped
                && claims.of[*place]
                    .iter()
                    .any(|claim| claim.role == Role::Organization && claim.weight > 1.0);
            !is_note(column)
                && !column.shape.says_units()
                && (column.shape.share(column.shape.organizations) > 0.6 || named)
        })
        .collect();
    for above in 0..view.columns.len() {
        for below in &bodies {
            let (left, right) = (&view.columns[above], &view.columns[*below]);
            // One remark beside one of many bodies is above none.
            let is_alone = left.shape.distinct == 1 && left.shape.coverage() < 0.5;
            if above == *below || left.shape.distinct == 0 || is_alone {
                continue;
            }
            let few = left.shape.distinct * 2 <= right.shape.distinct;
            let is_text = left.shape.texts == left.shape.filled && left.shape.levels == 0;
            let may_be_over = kind == TableKind::Organizations
                && above < *below
                && is_text
                && left.shape.distinct < left.shape.filled
                && !is_note(left);
            if !few && !may_be_over {
                continue;
            }
            let mut pairs = Pairs::default();
            pairs.read(view, left.heading.column, right.heading.column);
            if few && bodies.contains(&above) && pairs.each_has_one() && pairs.shows() {
                let why = "each body beside it goes with one of these";
                claims.add(above, Role::ParentOrganization, 3.4, why);
            } else if may_be_over && pairs.told_apart_by_runs() {
                let why = "without these two rows would have one name";
                claims.add(above, Role::ParentOrganization, 3.8, why);
            }
        }
    }
}

/// "Ward 1" again and again beside clubs that stand once each: the bodies that they belong to.
fn wards_of_bodies(view: &View<'_>, claims: &mut Claims) {
    let repeats = |column: &ColumnView<'_>| {
        let shape = &column.shape;
        let is_called = matches!(column.field, Some((Field::Organization, _)))
            && view.columns.iter().any(|other| view.names_alike(other));
        (is_called || shape.share(shape.organizations) > 0.6)
            && shape.repetition() > 0.8
            && shape.distinct * 2 <= shape.filled
    };
    let stands_once = |column: &ColumnView<'_>| {
        let shape = &column.shape;
        let names = shape.share(shape.lettered.max(shape.organizations));
        let is_called = column.field.is_none() || shape.organizations > 0;
        is_called
            && names > 0.9
            && shape.distinctness() > 0.95
            && shape.coverage() > 0.95
            && shape.levels + shape.long + shape.serials == 0
    };
    if view.is_award {
        return;
    }
    let wards = (0..view.columns.len()).filter(|place| repeats(&view.columns[*place]));
    let mut bodies = (0..view.columns.len()).filter(|place| stands_once(&view.columns[*place]));
    if let (Some(body), [ward]) = (bodies.next(), wards.collect::<Vec<_>>().as_slice()) {
        let why = "a body in each row, beside those that come again";
        claims.add(body, Role::Organization, 2.2, why);
        // "Home | Town": where a body is stands behind its name.
        let heading = view.columns[*ward].last();
        let is_place = body < *ward && view.vocabulary.words.places.found_in(heading);
        if is_place || lies_across_sections(view, &view.columns[*ward]) {
            let why = "places that lie across the sections of the bodies";
            claims.add(*ward, Role::NotHeld, 4.2, why);
        } else {
            let why = "bodies that come again, beside one in each row";
            claims.add(*ward, Role::ParentOrganization, 3.6, why);
        }
    }
}

/// "Site: City, Royal, City" under "Division of Medicine" and again under "Division of Surgery": the bodies
/// belong to the sections, and their places to no one of them.
fn lies_across_sections(view: &View<'_>, column: &ColumnView<'_>) -> bool {
    let mut sections: HashMap<String, HashSet<usize>> = HashMap::new();
    let mut section = 0;
    for row in view.table.body.iter().take(PAIRS_LIMIT) {
        if row.cells.len() == 1 {
            section += 1;
        } else if let Some(text) = row.text(column.heading.column) {
            sections.entry(text).or_default().insert(section);
        }
    }
    let several = sections.values().filter(|of| of.len() > 1).count();
    view.has_sections && several > 1 && several * 2 > sections.len()
}

/// The texts of two columns, row by row.
#[derive(Default)]
struct Pairs {
    rows: usize,
    of: HashMap<String, HashSet<String>>,
    /// The runs of the left column, and its texts.
    runs: usize,
    left: HashSet<String>,
}

impl Pairs {
    fn read(&mut self, view: &View<'_>, left: u32, right: u32) {
        let mut last = None;
        for row in view.table.body.iter().take(PAIRS_LIMIT) {
            let (Some(left), Some(right)) = (row.text(left), row.text(right)) else { continue };
            self.rows += 1;
            if last.as_ref() != Some(&left) {
                self.runs += 1;
                self.left.insert(left.clone());
                last = Some(left.clone());
            }
            self.of.entry(right).or_default().insert(left);
        }
    }

    /// Every text of the right column goes with one of the left.
    fn each_has_one(&self) -> bool {
        self.of.values().all(|left| left.len() == 1)
    }

    /// Whether it shows anything that each text of the right goes with one: some come again, or those of the
    /// left stand together.
    fn shows(&self) -> bool {
        self.of.len() < self.rows || self.runs == self.left.len()
    }

    /// Every text of the left column goes with one of the right as well.
    fn one_to_one(&self) -> bool {
        self.each_has_one() && self.left.len() == self.of.len()
    }

    /// Names of the right column come twice, never below the same text of the left, whose rows stand
    /// together.
    fn told_apart_by_runs(&self) -> bool {
        let pairs: usize = self.of.values().map(HashSet::len).sum();
        self.of.len() < self.rows && pairs == self.rows && self.runs == self.left.len()
    }
}

/// Numbers that go one to one with names that come more than once, and numbers called so beside names:
/// the codes of bodies, and no figures of theirs.
fn codes_of_bodies(view: &View<'_>, place: usize, claims: &mut Claims) {
    let (left, right) = (&view.columns[place - 1], &view.columns[place]);
    let shape = &left.shape;
    let is_plain = left.field.is_none() && left.level.is_none();
    let is_whole = shape.numbers == shape.filled && shape.fractions == 0 && shape.filled > 1;
    let are_names = right.shape.texts == right.shape.filled && right.shape.levels == 0;
    if !(is_plain && is_whole && are_names) {
        return;
    }
    let mut pairs = Pairs::default();
    pairs.read(view, left.heading.column, right.heading.column);
    let called = left.last().trim_end().ends_with('#')
        || view.vocabulary.words.identifier_tails.ends(left.last());
    if pairs.one_to_one() && (called || pairs.of.len() < pairs.rows) {
        claims.add(place - 1, Role::NotHeld, 2.4, "codes of the bodies beside them");
    }
}

/// Several columns of levels under one heading that name no bodies, beside one that is called the rating:
/// they judge criteria.
fn criteria(view: &View<'_>, claims: &mut Claims) {
    let rated = |column: &ColumnView<'_>| column.shape.is_mostly_levels();
    let is_called = |column: &ColumnView<'_>| {
        rated(column)
            && (matches!(column.field, Some((Field::Rating, _))) || column.stage.is_some())
    };
    for (place, column) in view.columns.iter().enumerate() {
        if !rated(column) || column.stage.is_some() {
            continue;
        }
        let siblings = view.columns.iter().filter(|other| {
            rated(other)
                && other.campaign == column.campaign
                && other.heading.path.len() == column.heading.path.len()
                && other.heading.path.len() > 1
                && other.parent() == column.parent()
        });
        // Among those who rate a word that nobody knows is one of them.
        let (siblings, staged) = siblings.fold((0, 0), |(all, staged), other| {
            (all + 1, staged + usize::from(other.stage.is_some()))
        });
        let alone =
            view.columns.iter().any(|other| is_called(other) && other.parent() != column.parent());
        let own_word = matches!(view.vocabulary.field(column.last()), Some((Field::Rating, _)));
        if siblings >= 3 && staged * 2 <= siblings && alone && !own_word {
            claims.add(place, Role::Criterion, 6.0, "one of several criteria beside the rating");
        }
    }
}

/// The key of a figure that counts everybody.
pub(super) fn plain_key(view: &View<'_>, column: &ColumnView<'_>, measure: Measure) -> FigureKey {
    FigureKey {
        campaign: column.campaign.clone(),
        subject: view.subject.unwrap_or(Subject::Members),
        measure,
        level: None,
        stage: Stage::Unstated,
        relation: Relation::Exact,
    }
}
