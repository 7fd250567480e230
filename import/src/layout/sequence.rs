//! Headings side by side that belong together: the words under one heading, or next to one another.

use super::Table;
use crate::campaign::Campaign;
use crate::text::{comparison_key, word_count};
use crate::vocabulary::{Field, Vocabulary};

/// Words side by side at one depth of the headings, each with the places of its columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sequence {
    pub(crate) items: Vec<(String, Vec<usize>)>,
    /// The depth in the paths of the headings.
    pub(crate) depth: usize,
    /// Whether one heading stands over all of them, or a rank over each.
    pub(crate) has_parent: bool,
    /// Words that nobody knows right before the others and right behind them, which nothing holds to them.
    pub(crate) ends: [Vec<(String, Vec<usize>)>; 2],
}

/// The sequences of a table's headings. Words for counts and percentages part none; a word for another
/// field does, and so does another heading above.
pub(crate) fn of(table: &Table<'_>, vocabulary: &Vocabulary) -> Vec<Sequence> {
    let depths = table.headings.iter().map(|heading| heading.path.len()).max().unwrap_or(0);
    let mut found = Vec::new();
    for depth in 0..depths {
        let mut run = Run::new(depth);
        for (place, heading) in table.headings.iter().enumerate() {
            let Some(text) = heading.path.get(depth) else {
                run.finish(&mut found, vocabulary);
                continue;
            };
            let (parent, is_ranked) = above(table, &heading.path, depth);
            if run.parent.as_deref().is_some_and(|of| of != parent) {
                run.finish(&mut found, vocabulary);
            }
            run.parent = Some(parent.to_vec());
            run.is_ranked = is_ranked;
            // "Good | Good (per cent)": the same level twice.
            let is_share = |of: &String| vocabulary.share_of(text) == Some(comparison_key(of));
            let is_same = |last: &String| last == text || is_share(last);
            if run.items.last().is_some_and(|(last, _)| is_same(last)) {
                if let Some((_, places)) = run.items.last_mut() {
                    places.push(place);
                }
                continue;
            }
            let rates = |text: &String| matches!(vocabulary.field(text), Some((Field::Rating, _)));
            match part_of(text, vocabulary, || heading.path[..depth].iter().any(rates)) {
                Part::Figure => {}
                Part::Other => run.finish(&mut found, vocabulary),
                Part::Level => run.items.push((text.clone(), vec![place])),
            }
        }
        run.finish(&mut found, vocabulary);
    }
    found
}

/// The headings above a word, without the rank of each level right over it alone ("Level 5 / Outstanding"), and
/// whether there is one.
fn above<'p>(table: &Table<'_>, path: &'p [String], depth: usize) -> (&'p [String], bool) {
    let parent = &path[..depth];
    let Some((last, rest)) = parent.split_last() else { return (parent, false) };
    let below = table.headings.iter().filter(|heading| heading.path.starts_with(parent));
    let is_alone = || below.into_iter().all(|heading| heading.path.get(depth) == path.get(depth));
    if is_rank(last) && is_alone() { (rest, true) } else { (parent, false) }
}

/// "Level 5", "Grade B", "5": a digit or a letter, alone or behind a word.
fn is_rank(text: &str) -> bool {
    const WORDS: usize = 2;
    let key = comparison_key(text);
    word_count(&key) <= WORDS && key.split(' ').next_back().is_some_and(|mark| mark.len() == 1)
}

/// What a word can be beside levels.
enum Part {
    /// "SL", "%": how the figures of a level are given.
    Figure,
    /// Another field of the row.
    Other,
    /// A level, or a word that nobody knows.
    Level,
}

/// Under a word for ratings "Above Target" is a level, and only what names another field in full is none.
fn part_of(text: &str, vocabulary: &Vocabulary, is_under_rating: impl Fn() -> bool) -> Part {
    if vocabulary.level(text).is_some() {
        return Part::Level;
    }
    // "Not appraised" is said of those who have no level.
    let all = vocabulary.is_total(text) || vocabulary.words.everything.is(text);
    if all
        || vocabulary.denies_rating(text)
        || vocabulary.measure(text).is_some_and(|(_, weight)| weight >= 100)
    {
        return Part::Other;
    }
    if vocabulary.polarity(text).is_some() {
        return Part::Level;
    }
    let field = vocabulary.field(text);
    match field {
        Some((Field::Percent | Field::Count, weight)) if weight >= 100 => Part::Figure,
        Some((_, weight))
            if weight >= 100 || weight * 4 >= word_count(text) && !is_under_rating() =>
        {
            Part::Other
        }
        _ if vocabulary.measure(text).is_some() || text.chars().all(|c| c.is_ascii_digit()) => {
            Part::Other
        }
        _ => Part::Level,
    }
}

struct Run {
    depth: usize,
    parent: Option<Vec<String>>,
    /// Whether a rank stands over each word.
    is_ranked: bool,
    items: Vec<(String, Vec<usize>)>,
}

impl Run {
    fn new(depth: usize) -> Self {
        Self { depth, parent: None, is_ranked: false, items: Vec::new() }
    }

    fn finish(&mut self, found: &mut Vec<Sequence>, vocabulary: &Vocabulary) {
        let mut items = std::mem::take(&mut self.items);
        let is_ranked = std::mem::take(&mut self.is_ranked);
        // A round over all columns holds no words together.
        let holds = |text: &String| Campaign::alone_in(text, &|_| false).is_none();
        let parent = self.parent.take().unwrap_or_default();
        let has_parent = parent.iter().any(holds) || is_ranked;
        let mut ends = [Vec::new(), Vec::new()];
        if !has_parent && !are_alike(&items) {
            // Nothing holds unknown words at the ends to the levels.
            let known = |(text, _): &(String, Vec<usize>)| {
                vocabulary.level(text).is_some()
                    || vocabulary.polarity(text).is_some()
                    || text.chars().count() <= 4
            };
            let last = items.iter().rposition(known).map_or(0, |last| last + 1);
            let behind = items.split_off(last);
            let first = items.iter().position(known).unwrap_or(items.len());
            ends = [items.drain(..first).collect(), behind];
        }
        if items.len() > 1 {
            found.push(Sequence { items, depth: self.depth, has_parent, ends });
        }
    }
}

/// "Top band", "Upper band", "Bottom band": the word that all end with holds them together.
fn are_alike(items: &[(String, Vec<usize>)]) -> bool {
    const LEAST: usize = 3;
    let last = |text: &str| {
        let key = comparison_key(text);
        key.rsplit_once(' ').map(|(_, last)| last.to_owned())
    };
    let mut lasts = items.iter().map(|(text, _)| last(text));
    items.len() >= LEAST
        && lasts
            .next()
            .flatten()
            .is_some_and(|first| lasts.all(|last| last.as_ref() == Some(&first)))
}
