//! The figures that a profile finds, by body and round: what stands twice, and the records made of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::layout::{MEASURES, What};
use super::scale::Scale;
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Place, Row, cell_name};
use crate::record::{
    Figure, Measure, Organization, Record, Relation, Stage, Stated, Statement, Subject,
};
use crate::text::comparison_key;
use crate::value::whole;

/// Which body and which round a row is of.
pub(super) struct RowKey {
    pub(super) name: Stated<String>,
    pub(super) code: Option<Stated<String>>,
    pub(super) parent: Option<String>,
    pub(super) campaign: Option<Arc<Campaign>>,
}

/// A figure as a row states it.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) number: f64,
    pub(super) column: u32,
    pub(super) raw: String,
    pub(super) row: u32,
}

/// What a figure is: of a table with one level a row, with the word that names the level there.
pub(super) type Part = (What, String);

/// The parts of one row; a part that is missing is none.
#[derive(Default)]
pub(super) struct Parts(BTreeMap<(Arc<Campaign>, Part), Option<Value>>);

impl Parts {
    /// Several columns of one level are added up, and none of them may be missing.
    pub(super) fn add(&mut self, campaign: Arc<Campaign>, part: Part, value: Option<Value>) {
        let joins = matches!(part.0, What::Level(_));
        match self.0.entry((campaign, part)) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(value);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let known = entry.get_mut().take();
                entry.insert(if joins { sum(known, value) } else { known.or(value) });
            }
        }
    }
}

fn sum(left: Option<Value>, right: Option<Value>) -> Option<Value> {
    let (left, right) = (left?, right?);
    let raw = format!("{} + {}", left.raw, right.raw);
    Some(Value { number: left.number + right.number, raw, ..left })
}

/// The figures of one body in one round.
struct Entry {
    row: u32,
    /// A total is the committee's, and so is a row of its own name.
    is_committee: bool,
    name: Stated<String>,
    parent: Option<String>,
    code: Option<Stated<String>>,
    /// None where a part of the figure is missing.
    figures: BTreeMap<Part, Option<Value>>,
    /// Parts of which rows say different things.
    disputed: BTreeSet<Part>,
}

impl Entry {
    /// The key of its name as printed, under its parent.
    fn printed(&self) -> String {
        let parent = self.parent.as_deref().unwrap_or_default();
        comparison_key(&format!("{parent}|{}", self.name.value))
    }
}

type EntryKey = (Arc<Campaign>, String);

#[derive(Default)]
pub(super) struct Gathered {
    found: BTreeMap<EntryKey, Entry>,
    order: Vec<EntryKey>,
}

impl Gathered {
    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Takes the figures of a row. A body that comes twice in a round has the same figures or others beside
    /// them; where they differ none is held, and it is said.
    pub(super) fn enter(
        &mut self,
        sheet: &str,
        row: &Row,
        key: &RowKey,
        is_committee: bool,
        parts: Parts,
    ) -> Option<Diagnostic> {
        let identity = key.code.as_ref().map_or(&key.name.value, |code| &code.value);
        let parent = key.parent.clone().unwrap_or_default();
        let identity = format!("{}|{}", comparison_key(&parent), comparison_key(identity));
        let mut rival = None;
        for ((campaign, part), value) in parts.0 {
            let place: EntryKey = (campaign, identity.clone());
            if !self.found.contains_key(&place) {
                self.order.push(place.clone());
            }
            let entry = self.found.entry(place).or_insert_with(|| Entry {
                row: row.index,
                is_committee,
                name: key.name.clone(),
                parent: key.parent.clone(),
                code: key.code.clone(),
                figures: BTreeMap::new(),
                disputed: BTreeSet::new(),
            });
            if entry.disputed.contains(&part) {
                continue;
            }
            match (entry.figures.get_mut(&part), value) {
                (None, value) => {
                    entry.figures.insert(part, value);
                }
                (Some(known), Some(value)) => match known {
                    Some(of) if (of.number - value.number).abs() > 1e-9 => {
                        rival = rival.or(Some((of.clone(), value)));
                        *known = None;
                        entry.disputed.insert(part);
                    }
                    Some(_) => {}
                    None => *known = Some(value),
                },
                (Some(_), None) => {}
            }
        }
        let (known, value) = rival?;
        let other = cell_name(known.row, known.column);
        let message = format!("this body has another figure at {other}, for the same round");
        Some(
            Diagnostic::new(Code::RivalFigures, message)
                .at(sheet, value.row, value.column)
                .found(value.raw)
                .expected(known.raw)
                .hint("keep the right one with `keep` or `drop` under [rows], or tell the bodies apart with `code` or `parent`"),
        )
    }

    pub(super) fn records(
        self,
        sheet: &str,
        subject: Subject,
        scale: &Scale,
        committee: &Arc<[Arc<str>]>,
    ) -> Vec<Record> {
        let Self { mut found, order } = self;
        // Organisations of one name are told apart by their codes.
        let mut codes_of: HashMap<(Arc<Campaign>, String), usize> = HashMap::new();
        for ((campaign, _), entry) in &found {
            *codes_of.entry((Arc::clone(campaign), entry.printed())).or_default() += 1;
        }
        let mut records = Vec::with_capacity(order.len() * 2);
        for key in order {
            let Some(mut entry) = found.remove(&key) else { continue };
            let campaign = key.0;
            let printed = (Arc::clone(&campaign), entry.printed());
            let namesakes = codes_of.get(&printed).copied().unwrap_or(1);
            if namesakes > 1
                && let Some(code) = &entry.code
            {
                entry.name.raw.get_or_insert(entry.name.value.clone());
                entry.name.value = format!("{} ({})", entry.name.value, code.value);
            }
            let named = (!entry.is_committee).then_some(&entry.name.value);
            let below = entry.parent.iter().filter(|_| !entry.is_committee).chain(named);
            let place: Arc<[Arc<str>]> =
                committee.iter().cloned().chain(below.map(|name| name.as_str().into())).collect();
            let record = |statement: Statement| Record {
                sheet: sheet.into(),
                row: entry.row + 1,
                table: 0,
                campaign: Arc::clone(&campaign),
                place: Arc::clone(&place),
                statement,
            };
            if !entry.is_committee {
                records.push(record(Statement::Branch(Organization {
                    name: entry.name.clone(),
                    code: entry.code.clone(),
                    ratings: Vec::new(),
                    kind: None,
                    exemplary: None,
                })));
            }
            let figures: Vec<Figure> = added_up(entry.figures)
                .into_iter()
                .filter_map(|(what, value)| figure(what, &value?, subject, scale, campaign.year))
                .collect();
            if !figures.is_empty() {
                records.push(record(Statement::Figures { figures }));
            }
        }
        records
    }
}

/// Words of one level in several rows are added up.
fn added_up(figures: BTreeMap<Part, Option<Value>>) -> BTreeMap<What, Option<Value>> {
    let mut all: BTreeMap<What, Option<Value>> = BTreeMap::new();
    for ((what, _), value) in figures {
        let joined = match all.remove(&what) {
            Some(known) => sum(known, value),
            None => value,
        };
        all.insert(what, joined);
    }
    all
}

/// A figure of the record that begins in a row; figures of rows below it keep their cells.
fn figure(what: What, value: &Value, subject: Subject, scale: &Scale, year: i32) -> Option<Figure> {
    let (measure, rating) = match what {
        What::Level(place) => (Measure::Rating, Some(scale.rating(place, subject, year)?)),
        What::Measure(place) => (MEASURES[place], None),
    };
    let at = Place::new(value.row, value.column);
    let raw = Some(value.raw.clone());
    let is_percent = rating.is_some() && scale.in_percent;
    let count = (!is_percent).then(|| whole(value.number)).flatten().map(|count| Stated {
        value: count,
        at,
        raw: raw.clone(),
    });
    let percent = is_percent.then(|| Stated {
        value: (value.number * 1e6).round() / 1e6,
        at,
        raw: raw.clone(),
    });
    (count.is_some() || percent.is_some()).then_some(Figure {
        subject,
        measure,
        rating,
        stage: Stage::Unstated,
        relation: Relation::Exact,
        group: None,
        count,
        percent,
    })
}
