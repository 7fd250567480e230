//! Evidence of the whole: what a table of some kind must have, who rated in which order, and columns that
//! stand beside the results of a round and are none.

use super::choose::{Claim, Claims};
use super::view::{ColumnView, View};
use super::{
    COMPARISON, OTHER_RESULT, OTHER_ROUND, OTHER_SCALE, PART_OF_MEMBERS, Role, SEVERAL_RATINGS,
};
use crate::campaign::Campaign;
use crate::layout::TableKind;
use crate::record::Stage;
use crate::text::{comparison_key, have_one_stem};
use crate::value::number;
use crate::vocabulary::Field;
use std::cell::LazyCell;
use std::collections::HashSet;

/// What speaks for a kind of rows as a whole.
pub(super) fn claim(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
    later_counts(claims);
    counted_result(view, claims);
    let has_points = LazyCell::new(|| !view.is_award && view.has(&[Field::Score]));
    let rated =
        view.columns.iter().filter(|column| column.shape.is_mostly_levels()).any(|column| {
            let names =
                |text: &str| matches!(view.vocabulary.field(text), Some((Field::Rating, _)));
            // "Total points | Award" over "29 | Gold": what the points of a key reach is a rating.
            let is_reached = || column.shape.awards == 0 && *has_points;
            column.stage.is_some() || column.any(names) || is_reached() || is_graded(column)
        });
    match kind {
        TableKind::Commendations => of_awards(view, rated, claims),
        TableKind::Indicators if !has_indicators(view, rated) => claims.clear(),
        TableKind::Figures if !has_figures(view) => claims.clear(),
        // No body has a date of birth.
        TableKind::Organizations if view.has(&[Field::BirthDate]) || has_people(view) => {
            claims.clear();
        }
        // "Dirección | Titular | Calificación": who heads the body of the row is not rated.
        TableKind::Members if names_heads(view) => claims.clear(),
        // Under a title of awards words for levels are what somebody is commended for.
        TableKind::Members | TableKind::Organizations if view.is_award && !rated => {
            for claim in claims.of.iter_mut().flatten() {
                let role = &claim.role;
                if is_named(role) || matches!(role, Role::Rating(_)) {
                    claim.weight -= 2.0;
                }
            }
        }
        _ => {}
    }
}

/// "Work result | Conduct | Overall", none of which names who rated: the result is the only one whose levels a
/// table of the workbook counts.
fn counted_result(view: &View<'_>, claims: &mut Claims) {
    let scale = |place: usize| {
        let column = &view.columns[place];
        let first = column.shape.distinct_levels.first()?;
        let is_open = column.stage.is_none() && column.shape.is_mostly_levels();
        first.own_scale().filter(|_| is_open)
    };
    let open = (0..view.columns.len()).filter_map(|place| Some((place, scale(place)?)));
    let open: Vec<(usize, usize)> = open.collect();
    let counted = open.iter().filter(|(_, scale)| view.legend.scales.is_counted(*scale));
    let counted: Vec<usize> = counted.map(|(place, _)| *place).collect();
    if let [result] = counted.as_slice()
        && open.len() > 1
    {
        for claim in claims.of[*result].iter_mut().filter(|claim| claim.role.is_rating()) {
            claim.weight += 4.0;
        }
    }
}

/// "Award" over what a key puts in order, one of it in each row: how good somebody is found.
fn is_graded(column: &ColumnView<'_>) -> bool {
    let shape = &column.shape;
    shape.distinct_levels.len() > 1
        && shape.distinct_levels.iter().all(|level| level.own_scale().is_some())
        && shape.share(shape.levels) > 0.9
        && shape.coverage() > 0.9
}

/// Dates in which people are born beside words for their sex, whatever stands over them.
fn has_people(view: &View<'_>) -> bool {
    let born = view.columns.iter().any(|column| {
        let shape = &column.shape;
        shape.dates > 2 && shape.share(shape.births) > 0.8 && shape.share(shape.dates) > 0.8
    });
    born && view.columns.iter().any(|column| column.shape.share(column.shape.sexes) > 0.9)
}

/// Whether each row is a body of its own, nothing is told of the people beside them, and the title names
/// no people.
fn names_heads(view: &View<'_>) -> bool {
    const LEAST: usize = 4;
    let is_own = |column: &ColumnView<'_>| {
        let shape = &column.shape;
        shape.filled >= LEAST && shape.distinct == shape.filled && shape.coverage() > 0.95
    };
    let is_named = |column: &ColumnView<'_>| {
        let shape = &column.shape;
        shape.share(shape.organizations) > 0.8
            || matches!(column.field, Some((Field::Organization, 100..)))
            || view.is_evaluated(column)
    };
    let is_person = |column: &ColumnView<'_>| {
        let shape = &column.shape;
        let names = shape.share(shape.surnames) > 0.6 || shape.share(shape.people) > 0.8;
        names && shape.distinctness() > 0.5
    };
    // "Academy | Headteacher": who heads a body is named after their post.
    let heads = |column: &ColumnView<'_>| {
        is_person(column) && view.vocabulary.is_position(&comparison_key(column.last()))
    };
    let is_headed = |column: &ColumnView<'_>| {
        matches!(column.field, Some((Field::Organization, _))) && view.columns.iter().any(heads)
    };
    let place = view
        .columns
        .iter()
        .position(|column| (is_named(column) || is_headed(column)) && is_own(column));
    let Some(key) = place else { return false };
    // Their names stand behind those of the bodies.
    let people =
        (0..view.columns.len()).find(|place| *place != key && is_person(&view.columns[*place]));
    people.is_none_or(|people| people > key)
        && !view.tells_of_people()
        && view.is_rated()
        && view.subject != Some(crate::record::Subject::Members)
}

/// Of two ratings by one body the later one counts.
fn later_counts(claims: &mut Claims) {
    for (place, of) in claims.of.iter_mut().enumerate() {
        let later = u32::try_from(place).map_or(0.0, |place| 0.001 * f64::from(place));
        let rates = |claim: &&mut Claim| {
            let rates = matches!(claim.role, Role::Rating(_) | Role::Score(_) | Role::Tick(..));
            claim.weight > 0.0 && rates
        };
        for claim in of.iter_mut().filter(rates) {
            claim.weight += later;
        }
    }
}

fn is_named(role: &Role) -> bool {
    matches!(role, Role::Name | Role::FamilyName | Role::Organization)
}

/// Names under a title of awards; where somebody is rated the rating is the point.
fn of_awards(view: &View<'_>, rated: bool, claims: &mut Claims) {
    let is_award = |column: &ColumnView<'_>| column.shape.awards * 2 > column.shape.filled.max(1);
    let awarded = view.columns.iter().any(is_award);
    let titled = view.is_award || view.has(&[Field::Award]) || awarded;
    let weight = if titled && !rated { 0.4 } else { -6.0 };
    for claim in claims.of.iter_mut().flatten() {
        if is_named(&claim.role) || claim.role == Role::Award {
            claim.weight += weight;
        }
    }
}

/// Targets and achievements: of indicators that a heading, a row or the title names.
fn has_indicators(view: &View<'_>, rated: bool) -> bool {
    let names = |text: &str| view.vocabulary.indicator(text).is_some();
    let named = view.columns.iter().any(|column| column.any(names));
    let listed = view.columns.iter().any(|column| column.shape.is_mostly_indicators());
    let compares = view.has(&[Field::Target, Field::Actual])
        || named && view.columns.iter().all(|column| column.level.is_none());
    (named || listed || view.indicator.is_some()) && !rated && compares
}

/// Without labels that are levels or measures a table of figures is one of organisations; levels
/// numbered one by one explain the numbers.
fn has_figures(view: &View<'_>) -> bool {
    let labelled = view.columns.iter().any(|column| column.shape.is_mostly_labels_of_figures());
    let mut numbered = view.columns.iter().filter(|column| column.shape.numbers > 0).peekable();
    let is_legend = numbered.peek().is_some()
        && numbered.all(|column| {
            let shape = &column.shape;
            let counts = matches!(column.field, Some((Field::Count, _)));
            // "Rank | Code | Meaning": the places of the levels, one after the other.
            let are_places = shape.steps + 1 == shape.numbers;
            (shape.marked == shape.numbers || are_places) && shape.numbers > 2 && !counts
        });
    // "Grade | From | To": the points that levels begin and end with.
    let bounds =
        view.columns.iter().filter(|column| view.vocabulary.words.bounds.is(column.last()));
    labelled && !is_legend && bounds.count() == 0
}

/// Whether roles make a table of a kind.
pub(super) fn is_whole(kind: TableKind, roles: &[&Role]) -> bool {
    let has = |test: &dyn Fn(&Role) -> bool| roles.iter().any(|role| test(role));
    let named = has(&|role| *role == Role::Name)
        || has(&|role| *role == Role::FamilyName) && has(&|role| *role == Role::GivenName);
    let body = has(&|role| matches!(role, Role::Organization | Role::ParentOrganization));
    match kind {
        TableKind::Members => named,
        TableKind::Organizations => {
            let by_round =
                has(&|role| *role == Role::Round) && has(&|role| role.figure_key().is_some());
            (body || by_round)
                && has(&|role| {
                    role.is_rating() || role.figure_key().is_some() || *role == Role::Exemplary
                })
        }
        TableKind::Figures => {
            has(&|role| *role == Role::Content)
                && has(&|role| matches!(role, Role::PlainCount | Role::PlainPercent))
        }
        TableKind::Indicators => {
            (body || has(&|role| *role == Role::Content))
                && has(&|role| {
                    matches!(role, Role::Target(_) | Role::Actual(_) | Role::IndicatorPercent(_))
                })
        }
        TableKind::Commendations => named || body,
        TableKind::Unknown => false,
    }
}

/// Columns of ratings beside one another are of bodies in their order: one that no word names takes the
/// place that its neighbours leave. What is moderated beside a reviewer is what was decided.
pub(super) fn settle_stages(view: &mut View<'_>) {
    let moderated = &view.vocabulary.words.moderated;
    let stands = |stage: Stage| view.columns.iter().filter(move |of| of.stage == Some(stage));
    let place = view.columns.iter().position(|column| {
        column.stage == Some(Stage::Reviewer) && moderated.found_in(column.last())
    });
    let reviews = stands(Stage::Reviewer).any(|column| !moderated.found_in(column.last()));
    if let Some(place) = place.filter(|_| reviews && stands(Stage::Committee).next().is_none()) {
        view.columns[place].stage = Some(Stage::Committee);
    }
    let is_rated = |column: &ColumnView<'_>| {
        let shape = &column.shape;
        let in_digits = shape.is_mostly_marked() && shape.marked > 0 && is_open(column);
        shape.is_mostly_levels() || in_digits && view.is_called_grade(column)
    };
    let rated: Vec<usize> =
        (0..view.columns.len()).filter(|place| is_rated(&view.columns[*place])).collect();
    settle_by_parents(view, &rated);
    if rated.len() > 1 {
        for place in &rated {
            let others = || rated.iter().filter(|other| *other != place);
            let stage = view.columns[*place].stage;
            view.columns[*place].stage = stage.or_else(|| stage_by_body(view, *place, others()));
        }
    }
    settle_among(view, &rated);
    settle_last(view);
}

/// "First assessment / Overall | Second assessment / Overall": the word that all have in common says nothing of
/// who rated, and what stands above it does.
fn settle_by_parents(view: &mut View<'_>, rated: &[usize]) {
    let key = |place: &usize| comparison_key(view.columns[*place].last());
    let above = |place: usize| -> Option<Stage> {
        let column = &view.columns[place];
        column.parent().iter().rev().find_map(|text| view.vocabulary.stage(text))
    };
    let alike = |place: &usize| {
        let of = &view.columns[*place];
        let same = |other: &&usize| {
            let other = &view.columns[**other];
            other.campaign == of.campaign && other.parent() != of.parent()
        };
        rated.iter().filter(|other| key(other) == key(place)).any(|other| same(&other))
    };
    let told: Vec<(usize, Option<Stage>)> =
        rated.iter().copied().filter(alike).map(|place| (place, above(place))).collect();
    let stages: HashSet<Stage> = told.iter().filter_map(|(_, stage)| *stage).collect();
    if told.len() < 2 || stages.len() < told.len() {
        return;
    }
    let stage_over = |column: &ColumnView<'_>| {
        let place = told.iter().find(|(of, _)| view.columns[*of].parent() == column.parent());
        place.and_then(|(_, stage)| *stage)
    };
    let settled: Vec<Option<Stage>> = view.columns.iter().map(stage_over).collect();
    for (column, stage) in view.columns.iter_mut().zip(settled) {
        column.stage = stage.or(column.stage);
    }
}

/// "Tổ chuyên môn | Hiệu trưởng": the head of an office who rates behind a branch decides.
fn settle_last(view: &mut View<'_>) {
    let stands = |stage: Stage| {
        view.columns.iter().rposition(|column| column.rates() && column.stage == Some(stage))
    };
    let (branch, authority) = (stands(Stage::Branch), stands(Stage::Authority));
    let Some(branch) = branch.filter(|branch| authority > Some(*branch)) else { return };
    if stands(Stage::Committee).is_some() {
        return;
    }
    for column in &mut view.columns[branch..] {
        if column.rates() && column.stage == Some(Stage::Authority) {
            column.stage = Some(Stage::Committee);
        }
    }
}

/// "Hodnocení klubu | Hodnocení svazu" beside a column "Klub", in a workbook of "KRAJSKÝ SVAZ HÁZENÉ": the
/// club and the federation rated, in whatever case the words for them are.
fn stage_by_body<'p>(
    view: &View<'_>,
    place: usize,
    others: impl Iterator<Item = &'p usize>,
) -> Option<Stage> {
    let key = |place: usize| comparison_key(view.columns[place].last());
    let (own, others) = (key(place), others.map(|other| key(*other)).collect::<Vec<_>>().join(" "));
    // What headings of ratings have in common says that they are ratings, and the rest by whom.
    let (common, own): (Vec<&str>, Vec<&str>) =
        own.split(' ').partition(|word| others.split(' ').any(|other| other == *word));
    // "Guild's mark" behind those of stewards has no word of theirs, and the last word.
    let is_last = || view.columns[place + 1..].iter().all(|other| !other.shape.is_mostly_levels());
    // "Năm 2015 | Năm 2016": what differs is the round, and nobody.
    let is_word = |of: &&&str| of.contains(char::is_alphabetic);
    let named = |word: &str| own.iter().filter(is_word).any(|of| have_one_stem(of, word));
    let is_unit = |other: &ColumnView<'_>| {
        let shape = &other.shape;
        shape.texts == shape.filled
            && shape.distinct * 2 <= shape.filled
            && !shape.is_mostly_levels()
            && named(&comparison_key(other.last()))
    };
    if view.columns.iter().any(is_unit) {
        return Some(Stage::Authority);
    }
    if common.is_empty() && !is_last() {
        return None;
    }
    let mut issuers = view.table.frame.block.iter().map(|line| comparison_key(&line.text));
    issuers.any(|line| line.split(' ').any(named)).then_some(Stage::Committee)
}

fn settle_among(view: &mut View<'_>, rated: &[usize]) {
    let unknown: Vec<usize> =
        rated.iter().copied().filter(|place| view.columns[*place].stage.is_none()).collect();
    let is_alone = unknown.len() < 2;
    for place in unknown {
        if view.legend.scales.count() == 0 {
            settle_between(view, place, rated);
            continue;
        }
        let siblings: Vec<usize> = rated
            .iter()
            .copied()
            .filter(|other| {
                *other != place
                    && view.columns[*other].parent() == view.columns[place].parent()
                    && view.columns[*other].campaign == view.columns[place].campaign
            })
            .collect();
        let known = siblings.iter().filter(|other| view.columns[**other].stage.is_some()).count();
        // "Own assessment | Controller's assessment": so do headings that have a word in common.
        let key = |place: usize| comparison_key(view.columns[place].last());
        let shares = |other: &usize| {
            let other = key(*other);
            key(place).split(' ').any(|word| other.split(' ').any(|of| of == word))
        };
        let under_one = !view.columns[place].parent().is_empty() || siblings.iter().all(shares);
        if known == 0 || !(under_one && known * 2 >= siblings.len()) {
            continue;
        }
        let taken =
            |stage: Stage| siblings.iter().any(|other| view.columns[*other].stage == Some(stage));
        let is_last = siblings.iter().all(|other| *other < place);
        if is_last && let Some(before) = outranked(view, &siblings) {
            view.columns[before].stage = Some(Stage::Authority);
            view.columns[place].stage = Some(Stage::Committee);
            continue;
        }
        let next = siblings.iter().find(|other| **other > place);
        let before_manager = siblings.iter().all(|other| *other > place)
            && next.is_some_and(|next| view.columns[*next].stage == Some(Stage::Authority));
        let free = if is_last && !taken(Stage::Committee) {
            Some(Stage::Committee)
        } else if before_manager && !taken(Stage::Own) {
            Some(Stage::Own)
        } else {
            // One alone may be whoever is between; several stand in the order of their bodies.
            let order = if is_alone {
                [Stage::Reviewer, Stage::Authority]
            } else {
                [Stage::Authority, Stage::Reviewer]
            };
            order.into_iter().find(|stage| !taken(*stage))
        };
        view.columns[place].stage = free;
    }
    settle_deciders(view, rated);
    settle_ticked(view);
    // Of two bodies of one name the first is before the second one.
    for (at, place) in rated.iter().enumerate() {
        let stage = view.columns[*place].stage;
        let again = rated[..at].iter().any(|other| {
            view.columns[*other].stage == stage
                && view.columns[*other].campaign == view.columns[*place].campaign
        });
        let free = !rated.iter().any(|other| view.columns[*other].stage == Some(Stage::Reviewer));
        if stage == Some(Stage::Authority) && again && free {
            view.columns[*place].stage = Some(Stage::Reviewer);
        }
    }
}

/// Where the levels are those of known schemes the bodies are known by name, or asked for; but for the only one
/// right behind those who rate themselves and before others who are named, where no other stage of theirs is
/// free: the head of their unit.
fn settle_between(view: &mut View<'_>, place: usize, rated: &[usize]) {
    let stage = |at: usize| view.columns.get(at).and_then(|column| column.stage);
    let others = || rated.iter().copied().filter(|other| *other != place);
    let is_behind_own = place.checked_sub(1).is_some_and(|own| stage(own) == Some(Stage::Own));
    let is_free = others().all(|of| stage(of).is_some() && stage(of) != Some(Stage::Authority));
    let are_told = [Stage::CellCommittee, Stage::Branch]
        .iter()
        .all(|told| others().any(|of| stage(of) == Some(*told)));
    if is_behind_own && is_free && are_told && others().count() > 1 && stage(place + 1).is_some() {
        view.columns[place].stage = Some(Stage::Authority);
    }
}

/// "District Superintendent | Commissioners": the only one of some raters who decides, where that is somebody's
/// post and nobody else has the stage below; whoever rates last decides over them.
fn outranked(view: &View<'_>, raters: &[usize]) -> Option<usize> {
    let of = |stage: Stage| {
        let of = raters.iter().copied().filter(move |at| view.columns[*at].stage == Some(stage));
        of.collect::<Vec<usize>>()
    };
    let decides = of(Stage::Committee);
    let [only] = decides.as_slice() else { return None };
    // Whoever signs for an office holds a post in it.
    let heading = view.columns[*only].last();
    let signs = view.vocabulary.words.footers.found_in(heading);
    let key = comparison_key(heading);
    let is_post = signs || key.split(' ').any(|word| view.vocabulary.is_position(word));
    (is_post && of(Stage::Authority).is_empty()).then_some(*only)
}

/// "Regional Director | Executive Director (final)": of two who decide the first is before the second one, in
/// offices whose scale is their own.
fn settle_deciders(view: &mut View<'_>, rated: &[usize]) {
    let groups: Vec<Vec<usize>> = rated.iter().map(|place| vec![*place]).collect();
    let Some((first, last, free)) = two_deciders(view, &groups) else { return };
    let (left, right) = (&view.columns[first[0]], &view.columns[last[0]]);
    let differ = comparison_key(left.last()) != comparison_key(right.last());
    if differ && left.parent() == right.parent() {
        // "Society committee" over societies: whoever answers for the body that is rated.
        let stage = if left.is_of_head { Stage::Authority } else { free };
        view.columns[first[0]].stage = Some(stage);
    }
}

/// The same of those who stand over levels to tick: "By the manager | By the visiting agent (final)".
fn settle_ticked(view: &mut View<'_>) {
    if !view.levels_are_ticked {
        return;
    }
    let levels = (0..view.columns.len()).filter(|place| view.columns[*place].level.is_some());
    let levels: Vec<usize> = levels.collect();
    let over = |place: usize| view.columns[place].heading.path.split_last().map(|(_, over)| over);
    let groups: Vec<Vec<usize>> =
        levels.chunk_by(|left, right| over(*left) == over(*right)).map(<[usize]>::to_vec).collect();
    let Some((first, last, free)) = two_deciders(view, &groups) else { return };
    if first.len() == last.len() && over(first[0]) != over(last[0]) {
        for place in first {
            view.columns[*place].stage = Some(free);
        }
    }
}

/// The only two of some raters, each with the columns of their ratings, who decide in one round, and the stage
/// before that which nobody has.
fn two_deciders<'g>(
    view: &View<'_>,
    groups: &'g [Vec<usize>],
) -> Option<(&'g [usize], &'g [usize], Stage)> {
    if view.legend.scales.count() == 0 {
        return None;
    }
    let stage = |group: &Vec<usize>| view.columns[group[0]].stage;
    let decides: Vec<&'g Vec<usize>> =
        groups.iter().filter(|group| stage(group) == Some(Stage::Committee)).collect();
    let [first, last] = decides.as_slice() else { return None };
    let of_one_round = view.columns[first[0]].campaign == view.columns[last[0]].campaign;
    let free = [Stage::Authority, Stage::Reviewer];
    let free = free.into_iter().find(|of| groups.iter().all(|group| stage(group) != Some(*of)))?;
    of_one_round.then_some((first.as_slice(), last.as_slice(), free))
}

/// Why a column is none of the table, though it is understood.
pub(super) fn left_out(
    view: &View<'_>,
    kind: TableKind,
    place: usize,
    role: &Role,
) -> Option<&'static str> {
    let column = &view.columns[place];
    let words = &view.vocabulary.words;
    let counts_level = role.figure_key().is_some_and(|key| key.level.is_some());
    // A list holds the ratings of one round: those of other years stand beside them to compare.
    let differs = matches!(
        (&column.campaign, &view.campaign),
        (Some(of), Some(title)) if **of != *title && !of.is_part_of(title)
    );
    if kind == TableKind::Members && role.is_rating() && differs && !is_of_equals(view, column) {
        Some(OTHER_ROUND)
    } else if (role.is_rating() || counts_level)
        && column
            .any(|text| words.other_results.found_in(text) || words.round_before.found_in(text))
    {
        Some(OTHER_RESULT)
    } else if kind == TableKind::Members && role.is_rating() && is_of_other_office(view, place)
        || is_of_nobody(view, place, role)
    {
        Some(SEVERAL_RATINGS)
    } else if kind == TableKind::Members && role.is_rating() && is_of_other_scale(view, place) {
        Some(OTHER_SCALE)
    } else if role.figure_key().is_some()
        && column.any(|text| words.parts_of_members.found_in(text))
    {
        Some(PART_OF_MEMBERS)
    } else {
        let compares = role.figure_key().is_some()
            && column.level.is_none()
            && words.comparisons.found_in(column.last());
        compares.then_some(COMPARISON)
    }
}

/// "Q3 2023: Score, Rating | Q4 2023: Score, Rating": the round of a column has the same columns as that of
/// the title, so that neither is there to compare.
fn is_of_equals(view: &View<'_>, column: &ColumnView<'_>) -> bool {
    let of = |round: &Campaign| -> Vec<&str> {
        let columns = view.columns.iter().filter(|other| other.campaign.as_deref() == Some(round));
        columns.map(ColumnView::last).collect()
    };
    let (Some(own), Some(title)) = (&column.campaign, &view.campaign) else { return false };
    let own = of(own);
    own.len() > 1 && own == of(title)
}

/// "Xếp loại viên chức" beside ratings by bodies that are named: what somebody is rated as elsewhere.
fn is_of_other_office(view: &View<'_>, place: usize) -> bool {
    let column = &view.columns[place];
    let rated = |other: &ColumnView<'_>| other.shape.is_mostly_levels();
    column.stage.is_none_or(|stage| stage == Stage::Unstated)
        && rated(column)
        && view.vocabulary.words.other_offices.found_in(column.last())
        && view.columns[place + 1..].iter().any(|other| rated(other) && other.stage.is_some())
}

/// "Mid-year check-in: On track" beside ratings by bodies that are named, all of another scale.
fn is_of_other_scale(view: &View<'_>, place: usize) -> bool {
    let column = &view.columns[place];
    let is_named = |of: &&ColumnView<'_>| of.stage.is_some_and(|stage| stage != Stage::Unstated);
    let mut named = view.columns.iter().filter(is_named).filter_map(scale_of).peekable();
    let Some(own) = scale_of(column) else { return false };
    let is_called = matches!(column.field, Some((Field::Rating, _)));
    column.stage.is_none() && !is_called && named.peek().is_some() && named.all(|of| of != own)
}

/// Of what a column holds levels.
#[derive(PartialEq)]
enum Scale {
    Known,
    Own(usize),
}

/// The scale of a column of levels.
fn scale_of(column: &ColumnView<'_>) -> Option<Scale> {
    let first = column.shape.distinct_levels.first();
    let level = first.filter(|_| column.shape.is_mostly_levels())?;
    Some(level.own_scale().map_or(Scale::Known, Scale::Own))
}

/// Whether two columns hold levels, and those of two scales.
pub(super) fn differ_in_scale(view: &View<'_>, left: usize, right: usize) -> bool {
    let scales = scale_of(&view.columns[left]).zip(scale_of(&view.columns[right]));
    scales.is_some_and(|(left, right)| left != right)
}

/// "Professional practice: Effective" beside "Final rating: Effective": the same level under words that
/// say neither who rated nor whom nor when.
fn is_of_nobody(view: &View<'_>, place: usize, role: &Role) -> bool {
    let column = &view.columns[place];
    let vocabulary = view.vocabulary;
    let says = |text: &String| {
        let text = text.as_str();
        matches!(vocabulary.field(text), Some((Field::Rating, _)))
            || vocabulary.measure(text).is_some()
            || super::subject_of(text, vocabulary).is_some()
    };
    let Some(level) = role.figure_key().and_then(|key| key.level.as_ref()) else { return false };
    let parent = column.parent();
    let is_unsaid = column.stage.is_none()
        && column.campaign.is_none()
        && !parent.is_empty()
        && !parent.iter().any(says);
    let rated = |other: &&ColumnView<'_>| {
        other.stage.is_some_and(|stage| stage != Stage::Unstated)
            && other.parent() != parent
            && other.level.as_ref().is_some_and(|head| head.level == *level)
    };
    is_unsaid && view.columns.iter().any(|other| rated(&other))
}

/// What it weighs that a column of such values has no role.
pub(super) fn loss(like: &str) -> f64 {
    match like {
        "names" => 4.0,
        "levels" => 3.0,
        "marks" => 2.0,
        _ => 0.6,
    }
}

/// Whether the lowest word over a column is one for ratings.
fn is_called_rating(view: &View<'_>, place: usize) -> bool {
    let field = view.vocabulary.field(view.columns[place].last());
    matches!(field, Some((Field::Rating, weight)) if weight >= 100)
}

/// Whether no word says that a column is anything but a rating.
fn is_open(column: &ColumnView<'_>) -> bool {
    matches!(column.field, None | Some((Field::Rating, _)))
}

/// Small numbers, again and again, under a word for who rates: grades that no key explains.
fn is_of_digits(view: &View<'_>, place: usize) -> bool {
    const HIGHEST: f64 = 10.0;
    let column = &view.columns[place];
    let rows = view.table.body.iter().take(100);
    let values = rows.filter_map(|row| number(&row.cell(column.heading.column)?.value));
    let values: Vec<f64> = values.map(|number| number.value).collect();
    let is_small = |value: &&f64| (0.0..=HIGHEST).contains(*value) && value.fract() == 0.0;
    let small = values.iter().filter(is_small).count();
    let is_grade = column.stage.is_some()
        || is_open(column) && column.shape.is_mostly_marked() && column.shape.marked > 2;
    is_grade && values.len() > 2 && small * 10 > values.len() * 9
}

/// The same few words again and again, under a heading that nobody knows: what people do, or where.
fn is_of_groups(view: &View<'_>, place: usize) -> bool {
    const LEAST: usize = 10;
    let column = &view.columns[place];
    let shape = &column.shape;
    column.field.is_none()
        && !column.last().is_empty()
        && !view.vocabulary.words.ignored.found_in(column.last())
        && shape.texts >= LEAST
        && shape.texts == shape.filled
        && shape.coverage() > 0.9
        && (2..=shape.texts / 3).contains(&shape.distinct)
        && shape.long + shape.serials == 0
}

/// What the values of a column look like that could be a fact, whatever its role.
pub(super) fn looks_like(view: &View<'_>, kind: TableKind, place: usize) -> Option<&'static str> {
    let shape = &view.columns[place].shape;
    if shape.is_mostly_levels() {
        Some("levels")
    } else if shape.filled > 1 && shape.dates * 3 > shape.filled * 2 {
        Some("dates")
    } else if shape.share(shape.surnames.min(shape.people)) > 0.6 && shape.filled > 1 {
        Some("names")
    } else if shape.share(shape.organizations) > 0.6 && shape.filled > 1 {
        Some("organisations")
    } else if view.columns[place].level.is_some() && shape.texts > 0 && kind == TableKind::Members {
        Some("signs under a level")
    } else if shape.ticks > 0 && shape.ticks * 2 > shape.filled_data() && shape.texts == 0 {
        Some("marks")
    } else if kind == TableKind::Members && shape.filled > 1 && is_called_rating(view, place) {
        Some("values that are no levels")
    } else if kind == TableKind::Members && is_of_digits(view, place) {
        Some("digits")
    } else if kind == TableKind::Members && is_of_groups(view, place) {
        Some("the same few words again and again")
    } else if kind == TableKind::Organizations
        && shape.share(shape.numbers + shape.pairs) > 0.7
        && shape.filled > 1
    {
        Some("figures")
    } else {
        None
    }
}
