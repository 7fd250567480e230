//! Balance equations over what was read: sums, percentages, rolls, doubled rows.

mod people;
mod totals;

use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Figure, Measure, RatingRef, Record, Relation, Stage, Statement, Subject};
use crate::text::organization_key;
use crate::vocabulary::Vocabulary;

/// Checks the records of one workbook against one another.
///
/// `known` is what was found when they were read.
pub(crate) fn run(
    records: &[Record],
    known: &[Diagnostic],
    noted: &HashSet<&str>,
    vocabulary: &Vocabulary,
) -> Vec<Diagnostic> {
    let counted = Counted::of(records);
    let mut diagnostics = Vec::new();
    let groups = groups(records);
    // The quota is for a base organisation, not for each of its branches: for the body of a table
    // that stands highest.
    let mut depths: HashMap<(&str, usize), usize> = HashMap::new();
    for key in groups.keys() {
        let depth = depths.entry((&key.0, key.1)).or_insert(key.3.len());
        *depth = key.3.len().min(*depth);
    }
    // The quota is the Party's: other offices have none, or another one.
    let words = &vocabulary.words;
    let is_of_party = |name: &str| {
        words.committee_heads.begins(name).is_some() || words.branches.begins(name).is_some()
    };
    let of_party = LazyCell::new(|| {
        records.iter().flat_map(|record| record.place.iter()).any(|name| is_of_party(name))
    });
    for (key, group) in &groups {
        diagnostics.extend(group.check(&counted, vocabulary));
        let is_branch =
            key.3.last().is_some_and(|name| vocabulary.words.branches.begins(name).is_some());
        if !is_branch && depths.get(&(&*key.0, key.1)) == Some(&key.3.len()) {
            let exceeded = group.check_quota(&key.2, vocabulary);
            diagnostics.extend(exceeded.filter(|_| *of_party));
        }
    }
    diagnostics.extend(people::run(records));
    let doubted: Vec<Diagnostic> = known.iter().chain(&diagnostics).cloned().collect();
    diagnostics.extend(totals::run(records, &doubted, noted));
    diagnostics
}

/// Figures of one table that belong together: levels, their totals, their percentages.
type GroupKey = (Arc<str>, usize, Arc<Campaign>, Vec<String>, Option<String>, Subject);

fn groups(records: &[Record]) -> BTreeMap<GroupKey, Group<'_>> {
    let mut groups: BTreeMap<GroupKey, Group<'_>> = BTreeMap::new();
    for record in records {
        let Statement::Figures { figures } = &record.statement else { continue };
        let path: Vec<String> = record.place.iter().map(|name| organization_key(name)).collect();
        for figure in figures {
            let key = (
                Arc::clone(&record.sheet),
                record.table,
                Arc::clone(&record.campaign),
                path.clone(),
                figure.group.clone(),
                figure.subject,
            );
            groups.entry(key).or_default().figures.push((record, figure));
        }
    }
    groups
}

#[derive(Default)]
struct Group<'a> {
    figures: Vec<(&'a Record, &'a Figure)>,
}

/// The levels that most scales have.
const WHOLE_SCALE: usize = 4;

impl<'a> Group<'a> {
    fn count_of(&self, measure: Measure) -> Option<i64> {
        let figure = self.figures.iter().find(|(_, figure)| figure.measure == measure)?;
        figure.1.count.as_ref().map(|count| count.value)
    }

    fn levels(&self) -> Vec<(&'a Record, &'a Figure)> {
        let exact = |figure: &Figure| {
            figure.measure == Measure::Rating && figure.relation == Relation::Exact
        };
        // A total may stand at the top and again at the bottom: it is counted once.
        let mut levels: Vec<(&'a Record, &'a Figure)> = Vec::new();
        for (record, figure) in self.figures.iter().filter(|(_, figure)| exact(figure)) {
            let again = levels.iter().any(|(other, known)| {
                other.row != record.row
                    && known.count.is_some()
                    && figure.count.is_some()
                    && (&known.rating, known.stage) == (&figure.rating, figure.stage)
            });
            if !again {
                levels.push((record, figure));
            }
        }
        levels
    }

    /// The number of those who were rated, as printed.
    fn rated(&self) -> Option<i64> {
        self.count_of(Measure::Rated).or_else(|| {
            let unrated = [Measure::Exempt, Measure::NotYetRated, Measure::Withheld];
            let minus: i64 = unrated.into_iter().filter_map(|measure| self.count_of(measure)).sum();
            let (to_rate, roll) = (self.count_of(Measure::ToRate), self.count_of(Measure::OnRoll));
            match (to_rate, roll) {
                // Where the others are the rest of the roll, all who were to be rated were.
                (Some(to_rate), Some(roll)) if roll == to_rate + minus => Some(to_rate),
                _ => to_rate.or(roll).map(|total| total - minus),
            }
        })
    }

    fn check(&self, counted: &Counted, vocabulary: &Vocabulary) -> Vec<Diagnostic> {
        let levels = self.levels();
        let stages: Vec<Stage> = levels.iter().map(|(_, figure)| figure.stage).collect();
        if levels.len() < 2 || stages.windows(2).any(|pair| pair[0] != pair[1]) {
            return Vec::new();
        }
        let counts: Vec<i64> =
            levels.iter().filter_map(|(_, figure)| Some(figure.count.as_ref()?.value)).collect();
        let sum: i64 = counts.iter().sum();
        let complete = counts.len() >= 2;
        let disjoint = self.disjoint_exemplary();
        let total = self.rated();
        let rolls = [Measure::Rated, Measure::ToRate, Measure::Exempt, Measure::NotYetRated];
        let roll_alone = rolls.into_iter().all(|measure| self.count_of(measure).is_none());
        let balanced = total.is_none_or(|total| {
            sum == total || sum + disjoint == total || roll_alone && sum < total
        });
        let mut diagnostics = Vec::new();
        let mut explained = false;
        for (record, figure) in &levels {
            if let Some(diagnostic) = self.check_percent(record, figure, total, sum, counted) {
                explained |= diagnostic.code == Code::SuspectCount;
                diagnostics.push(diagnostic);
            }
        }
        let inclusive =
            self.figures.iter().any(|(_, figure)| figure.relation == Relation::OrBetter);
        if complete
            && !balanced
            && !explained
            && !inclusive
            && Self::total_covers_levels(&levels, sum, total, vocabulary)
        {
            diagnostics.extend(self.sum_mismatch(total.unwrap_or_default(), sum));
        }
        diagnostics
    }

    /// A total that is smaller than one of its levels is the total of something else.
    fn total_covers_levels(
        levels: &[(&Record, &Figure)],
        sum: i64,
        total: Option<i64>,
        vocabulary: &Vocabulary,
    ) -> bool {
        let missing = levels.iter().any(|(_, figure)| figure.count.is_none())
            || Self::shows_a_part(levels, vocabulary);
        let incomplete = total.is_some_and(|total| missing && sum < total);
        !incomplete
    }

    /// Whether no more than half of the levels of their scheme have columns: the others have the rest.
    fn shows_a_part(levels: &[(&Record, &Figure)], vocabulary: &Vocabulary) -> bool {
        let rating = levels.first().and_then(|(_, figure)| figure.rating.as_ref());
        let scheme = rating.and_then(|rating| {
            vocabulary.schemes.iter().find(|scheme| *scheme.code == *rating.scheme)
        });
        scheme.is_some_and(|scheme| levels.len() * 2 <= scheme.levels.len())
    }

    fn disjoint_exemplary(&self) -> i64 {
        let disjoint = |figure: &&(&Record, &Figure)| {
            figure.1.measure == Measure::Exemplary && figure.1.relation == Relation::Disjoint
        };
        self.figures
            .iter()
            .filter(disjoint)
            .filter_map(|(_, figure)| Some(figure.count.as_ref()?.value))
            .sum()
    }

    /// A percentage that is not that of its count: if another count makes both the percentage and
    /// the sum right, the count is the likely culprit, else the percentage.
    fn check_percent(
        &self,
        record: &Record,
        figure: &Figure,
        total: Option<i64>,
        sum: i64,
        counted: &Counted,
    ) -> Option<Diagnostic> {
        let percent = figure.percent.as_ref()?;
        // A line of percentages below the totals has its counts there.
        let above = || {
            let same = |other: &&(&Record, &Figure)| {
                (other.1.subject, other.1.measure, &other.1.rating, other.1.stage)
                    == (figure.subject, figure.measure, &figure.rating, figure.stage)
                    && other.1.relation == figure.relation
                    && other.1.percent.is_none()
            };
            self.figures.iter().find(same).and_then(|(_, other)| other.count.as_ref())
        };
        let count = figure.count.as_ref().or_else(above)?;
        let denominators: Vec<i64> =
            [total, Some(sum), self.count_of(Measure::OnRoll), self.count_of(Measure::ToRate)]
                .into_iter()
                .flatten()
                .collect();
        if denominators.is_empty()
            || denominators.iter().any(|of| agrees(count.value, *of, percent.value))
        {
            return None;
        }
        // Without a printed total the levels must be all there are to be its sum.
        let whole_scale = self.levels().len() >= WHOLE_SCALE;
        let total = total.or(Some(sum).filter(|_| whole_scale))?;
        let meant = sum - count.value;
        let suggested = total - meant;
        let listed =
            figure.rating.as_ref().and_then(|rating| counted.count(record, figure.subject, rating));
        if suggested >= 0 && agrees(suggested, total, percent.value) {
            let by_list = if listed == Some(suggested) { " and the list" } else { "" };
            let message = format!(
                "{} does not fit: {suggested} is what the percentage {} %, the sum{by_list} support",
                count.value, percent.value
            );
            let diagnostic =
                Diagnostic::new(Code::SuspectCount, message).at_place(&record.sheet, count.at);
            return Some(
                diagnostic.found(count.value.to_string()).expected(suggested.to_string()).hint(
                    format!("kept as printed; compare {} with the signed report", percent.at),
                ),
            );
        }
        let right = ratio(count.value, total);
        let message =
            format!("{} of {total} are {right:.1} %, not {} %", count.value, percent.value);
        let diagnostic =
            Diagnostic::new(Code::PercentMismatch, message).at_place(&record.sheet, percent.at);
        Some(
            diagnostic
                .found(percent.value.to_string())
                .expected(format!("{right:.1}"))
                .hint(format!("kept as printed; compare {} and {}", count.at, percent.at)),
        )
    }

    /// HD 21-HD/BTCTW of 2019 (and its successors): in a base organisation at most 20 % as many
    /// members may have the top rating as have the second. A breach is a doubt, never an error.
    fn check_quota(&self, campaign: &Campaign, vocabulary: &Vocabulary) -> Option<Diagnostic> {
        let levels = self.levels();
        let scheme = vocabulary
            .scheme(Subject::Members, campaign.year)
            .filter(|scheme| scheme.from >= Some(2014))?;
        let of_rank = |rank: usize| {
            let level = scheme.levels.get(rank)?;
            let fits = |figure: &Figure| {
                // What somebody thinks of themselves fills no quota.
                let decides =
                    matches!(figure.stage, Stage::Unstated | Stage::Branch | Stage::Committee);
                figure.subject == Subject::Members
                    && decides
                    && figure.group.is_none()
                    && figure.rating.as_ref().is_some_and(|rating| {
                        *rating.code == *level.code && *rating.scheme == *scheme.code
                    })
            };
            levels.iter().find(|(_, figure)| fits(figure)).copied()
        };
        let ((record, top), (_, second)) = (of_rank(0)?, of_rank(1)?);
        let (top, second) = (top.count.as_ref()?, second.count.as_ref()?.value);
        if campaign.year < 2018 || second == 0 || top.value * 5 <= second {
            return None;
        }
        let message = format!(
            "{} of {second} rated with the second level are {:.1} %",
            top.value,
            ratio(top.value, second)
        );
        Some(
            Diagnostic::new(Code::QuotaExceeded, message)
                .at_place(&record.sheet, top.at)
                .found(top.value.to_string())
                .expected(format!("at most {} (20 % of {second}, HD 21-HD/BTCTW)", second / 5))
                .hint("kept as printed; an exception needs a document of its own"),
        )
    }

    fn sum_mismatch(&self, total: i64, sum: i64) -> Option<Diagnostic> {
        let printed = [Measure::Rated, Measure::ToRate, Measure::OnRoll];
        let (record, figure) = printed.into_iter().find_map(|measure| {
            self.figures.iter().find(|(_, figure)| figure.measure == measure)
        })?;
        let count = figure.count.as_ref()?;
        let message = format!("the levels add up to {sum}, and the total says {total}");
        Some(
            Diagnostic::new(Code::SumMismatch, message)
                .at_place(&record.sheet, count.at)
                .found(total.to_string())
                .expected(sum.to_string())
                .hint("kept as printed; look for the wrong figure in this row or group"),
        )
    }
}

/// Whether a printed percentage is that of a count, rounded or cut off after 0, 1 or 2 digits.
fn agrees(count: i64, of: i64, percent: f64) -> bool {
    if of <= 0 {
        return count == 0;
    }
    let exact = ratio(count, of);
    (exact - percent).abs() < 0.0051
        || [1.0, 10.0, 100.0].into_iter().any(|digits| {
            let written = (percent * digits).round();
            let is_written_so = (percent * digits - written).abs() < 1e-6;
            let scaled = exact * digits;
            is_written_so
                && ((scaled - written).abs() <= 0.5 + 1e-9
                    || (scaled.floor() - written).abs() < 1e-9)
        })
}

#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts of people are far below 2^52"
)]
fn ratio(count: i64, of: i64) -> f64 {
    100.0 * count as f64 / of as f64
}

/// Ratings counted over the lists of the workbook, by round and subject.
#[derive(Default)]
struct Counted {
    ratings: HashMap<(Arc<Campaign>, Subject, RatingRef), i64>,
}

impl Counted {
    fn of(records: &[Record]) -> Self {
        let mut counted = Self::default();
        for record in records {
            let (subject, ratings) = match &record.statement {
                Statement::Member(person) => (Subject::Members, &person.ratings),
                Statement::Branch(organization) => (Subject::Branches, &organization.ratings),
                _ => continue,
            };
            let deciding = ratings
                .iter()
                .filter(|rating| rating.rating.is_some())
                .max_by_key(|rating| rating.stage);
            if let Some(rating) = deciding.and_then(|deciding| deciding.rating.as_ref()) {
                let key = (Arc::clone(&record.campaign), subject, rating.value.clone());
                *counted.ratings.entry(key).or_default() += 1;
            }
        }
        counted
    }

    fn count(&self, record: &Record, subject: Subject, rating: &RatingRef) -> Option<i64> {
        self.ratings.get(&(Arc::clone(&record.campaign), subject, rating.clone())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::agrees;

    #[test]
    fn percentages_may_be_rounded_or_cut_off() {
        assert!(agrees(11, 13, 84.6));
        assert!(!agrees(12, 13, 84.6));
        assert!(agrees(55, 72, 76.3));
        assert!(agrees(2, 72, 2.7));
        assert!(agrees(13, 16, 81.2));
        assert!(agrees(1, 98, 1.0));
        assert!(!agrees(7, 11, 72.6));
    }
}
