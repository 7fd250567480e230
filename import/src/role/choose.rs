//! The joint decision: one role for each column, so that the weights of all add up to most under the
//! constraints, with what would be lost otherwise.

use super::view::View;
use super::{ANSWERED, Column, NOT_UNDERSTOOD, OTHER_SCALE, Role, SEVERAL_RATINGS, whole};
use crate::layout::TableKind;
use crate::text::stands_alone;
use crate::vocabulary::Vocabulary;

/// Below this weight a claim is none.
const HINT: f64 = 0.25;
/// States that are followed at once.
const BEAM: usize = 64;

/// What a rule says of a column.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(super) role: Role,
    pub(super) weight: f64,
    pub(super) why: &'static str,
    /// The weight of the one reason that is told.
    strongest: f64,
}

/// The claims on each column.
#[derive(Debug)]
pub(crate) struct Claims {
    pub(super) of: Vec<Vec<Claim>>,
}

impl Claims {
    pub(super) fn new(columns: usize) -> Self {
        Self { of: vec![Vec::new(); columns] }
    }

    /// Takes all claims back.
    pub(super) fn clear(&mut self) {
        self.of.iter_mut().for_each(Vec::clear);
    }

    /// Adds evidence; what several rules claim adds up.
    pub(super) fn add(&mut self, column: usize, role: Role, weight: f64, why: &'static str) {
        if weight == 0.0 {
            return;
        }
        let claims = &mut self.of[column];
        match claims.iter_mut().find(|claim| claim.role == role) {
            Some(claim) => {
                claim.weight += weight;
                if weight > claim.strongest {
                    claim.strongest = weight;
                    claim.why = why;
                }
            }
            None => claims.push(Claim { role, weight, why, strongest: weight }),
        }
    }
}

/// An assignment: the claim that is taken for each column, none where nothing is.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(super) taken: Vec<Option<usize>>,
    pub(crate) weight: f64,
}

/// The best assignment for one kind of rows; none where the kind needs what no column claims.
pub(super) fn best(view: &View<'_>, kind: TableKind, claims: &Claims) -> Option<Choice> {
    without(view, kind, claims, None)
}

/// The best assignment in which a column does not have a role.
fn without(
    view: &View<'_>,
    kind: TableKind,
    claims: &Claims,
    forbidden: Option<(usize, usize)>,
) -> Option<Choice> {
    let mut states = vec![Choice { taken: Vec::new(), weight: 0.0 }];
    for (column, of) in claims.of.iter().enumerate() {
        let mut next: Vec<Choice> = Vec::with_capacity(states.len() * (of.len() + 1));
        for state in &states {
            next.push(state.with(None, 0.0));
            for (place, claim) in of.iter().enumerate() {
                if claim.weight < HINT || forbidden == Some((column, place)) {
                    continue;
                }
                let clashes = state.taken.iter().enumerate().any(|(other, taken)| {
                    let taken = taken.map(|taken| &claims.of[other][taken].role);
                    taken.is_some_and(|role| clash(view, (other, role), (column, &claim.role)))
                });
                if !clashes {
                    next.push(state.with(Some(place), claim.weight));
                }
            }
        }
        next.sort_by(|left, right| right.weight.total_cmp(&left.weight));
        next.truncate(BEAM);
        states = next;
    }
    states.into_iter().find(|state| {
        let roles: Vec<&Role> = state
            .taken
            .iter()
            .enumerate()
            .filter_map(|(column, taken)| Some(&claims.of[column][(*taken)?].role))
            .collect();
        whole::is_whole(kind, &roles)
    })
}

impl Choice {
    fn with(&self, claim: Option<usize>, weight: f64) -> Self {
        let taken = self.taken.iter().copied().chain([claim]).collect();
        Self { taken, weight: self.weight + weight }
    }
}

/// Whether two columns cannot have these roles together.
fn clash(view: &View<'_>, left: (usize, &Role), right: (usize, &Role)) -> bool {
    let names = |role: &Role| matches!(role, Role::Name);
    let parts = |role: &Role| {
        matches!(
            role,
            Role::FamilyName | Role::SecondFamilyName | Role::GivenName | Role::MiddleName
        )
    };
    if names(left.1) && parts(right.1) || parts(left.1) && names(right.1) {
        return true;
    }
    if matches!(
        (left.1, right.1),
        (Role::BirthDate(None), Role::BirthDate(_)) | (Role::BirthDate(_), Role::BirthDate(None))
    ) {
        return true;
    }
    let repeats = matches!(
        left.1,
        Role::Identifier
            | Role::Note
            | Role::PlainCount
            | Role::PlainPercent
            | Role::ReasonTick(_)
            | Role::Criterion
            | Role::NotHeld
            | Role::Ignored
    );
    !repeats && left.1 == right.1 && view.columns[left.0].campaign == view.columns[right.0].campaign
}

/// How much an assignment explains of a table: what is set aside explains nothing, and columns that look
/// like facts and have no role speak against it.
pub(super) fn explained(view: &View<'_>, kind: TableKind, claims: &Claims, choice: &Choice) -> f64 {
    let mut weight = choice.weight;
    for (place, taken) in choice.taken.iter().enumerate() {
        match taken.map(|taken| &claims.of[place][taken]) {
            Some(claim) if matches!(claim.role, Role::NotHeld | Role::Criterion) => {
                weight -= claim.weight;
            }
            Some(_) => {}
            None => weight -= whole::looks_like(view, kind, place).map_or(0.0, whole::loss),
        }
    }
    weight
}

/// The columns with their roles, the margin of those that matter, and what was left out and why.
pub(super) fn columns(
    view: &View<'_>,
    kind: TableKind,
    claims: &Claims,
    choice: &Choice,
) -> Vec<Column> {
    let few = claims.of.len() <= 60;
    let columns = view.columns.iter().enumerate().map(|(place, column)| {
        let taken = choice.taken[place].map(|taken| &claims.of[place][taken]);
        let role = taken.map_or(Role::Ignored, |claim| claim.role.clone());
        let why = taken.map_or_else(|| left_out(view, claims, choice, place), |claim| claim.why);
        let margin = choice.taken[place].filter(|_| few && matters(&role)).and_then(|taken| {
            let other = without(view, kind, claims, Some((place, taken)))?;
            let role = other.taken[place]
                .map_or(Role::Ignored, |taken| claims.of[place][taken].role.clone());
            Some((role, choice.weight - other.weight))
        });
        let left_out = whole::left_out(view, kind, place, &role).filter(|_| why != ANSWERED);
        let (role, why) = left_out.map_or((role, why), |why| (Role::Ignored, why));
        Column {
            index: column.heading.column,
            heading: column.heading.path.join(" / "),
            place: column.heading.place,
            campaign: column.campaign.clone(),
            why,
            weight: taken.map_or(0.0, |claim| claim.weight),
            readings: readings(&claims.of[place]),
            runner_up: margin,
            looks_like: whole::looks_like(view, kind, place),
            mark: column.mark().map(str::to_owned),
            date_order: column.shape.date_order(),
            m_is_for_women: false,
            is_unknown: column.is_unknown(view.vocabulary),
            is_western: column.any(|text| is_western(text, view.vocabulary)),
            role,
        }
    });
    columns.collect()
}

/// Whether a heading is of names of which the given one stands first: "Last name", and not "Họ (Last name)"
/// nor "氏名".
fn is_western(text: &str, vocabulary: &Vocabulary) -> bool {
    let others = &vocabulary.words.other_names;
    !text.contains(stands_alone) && others.found_in(text) && others.without(text).is_ascii()
}

/// What a column could hold, the likeliest first.
fn readings(claims: &[Claim]) -> Vec<(Role, f64)> {
    const MOST: usize = 4;
    let mut readings: Vec<(Role, f64)> = claims
        .iter()
        .filter(|claim| claim.weight >= HINT)
        .map(|claim| (claim.role.clone(), claim.weight))
        .collect();
    readings.sort_by(|left, right| right.1.total_cmp(&left.1));
    readings.truncate(MOST);
    readings
}

/// Roles that decide what a record says.
fn matters(role: &Role) -> bool {
    role.is_rating()
        || role.figure_key().is_some()
        || matches!(role, Role::Name | Role::Organization)
}

/// Why a column has no role, though one was claimed.
fn left_out(view: &View<'_>, claims: &Claims, choice: &Choice, place: usize) -> &'static str {
    let rating = claims.of[place].iter().any(|claim| claim.role.is_rating());
    if rating && view.columns[place].shape.is_mostly_levels() {
        // "Output: Above | Conduct: Within | Predicate: Good": parts with words of their own, before the result.
        let mut taken = (0..view.columns.len()).filter(|other| {
            choice.taken[*other].is_some_and(|taken| claims.of[*other][taken].role.is_rating())
        });
        let is_part = |other| other > place && whole::differ_in_scale(view, place, other);
        if taken.clone().next().is_some() && taken.all(is_part) {
            return OTHER_SCALE;
        }
        SEVERAL_RATINGS
    } else {
        NOT_UNDERSTOOD
    }
}
