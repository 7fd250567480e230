//! Phrases of a language by what they say, and the ways in which a text has them.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::text::{comparison_key, word_count};

/// The lists of a language file; those of two languages join.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// The phrases of a language, or of several, by what they say.
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        pub(crate) struct Words {
            $($(#[$doc])* pub(crate) $name: $type,)*
        }

        impl Words {
            /// Adds the phrases of another language.
            pub(super) fn join(&mut self, other: Self) {
                $(self.$name.0.extend(other.$name.0);)*
            }
        }
    };
}

words! {
    fillers: Texts,
    or_better: PhraseSet,
    /// In headings of what somebody is rated as elsewhere.
    other_offices: PhraseSet,
    /// Values in a column of sexes.
    women: PhraseSet,
    men: PhraseSet,
    nested: PhraseSet,
    exemplary: PhraseSet,
    totals: PhraseSet,
    /// What a total of some rows begins with, before what it sums.
    subtotals: PhraseSet,
    page_totals: PhraseSet,
    averages: PhraseSet,
    /// Headings of a list of bodies.
    register_names: PhraseSet,
    register_codes: PhraseSet,
    register_parents: PhraseSet,
    register_kinds: PhraseSet,
    footers: PhraseSet,
    signatures: PhraseSet,
    notes: PhraseSet,
    ticks: Texts,
    missing: Texts,
    unrated: PhraseSet,
    organization_heads: PhraseSet,
    /// What names of bodies end with.
    organization_tails: PhraseSet,
    committee_heads: PhraseSet,
    group_nouns: PhraseSet,
    titles: PhraseSet,
    subject_members: PhraseSet,
    subject_branches: PhraseSet,
    award_titles: PhraseSet,
    person_prefixes: PhraseSet,
    probationary: PhraseSet,
    details: PhraseSet,
    ignored: PhraseSet,
    other_results: PhraseSet,
    parts_of_members: PhraseSet,
    comparisons: PhraseSet,
    people: PhraseSet,
    other_names: PhraseSet,
    /// Words before a noun that change nothing of what a heading says.
    articles: PhraseSet,
    blocks: PhraseSet,
    identifier_tails: PhraseSet,
    by: PhraseSet,
    /// Before one body: all that it has.
    whole: PhraseSet,
    /// Where a body is, and not what it belongs to.
    places: PhraseSet,
    /// What a note says of a total that counts more than its rows.
    counts_more: PhraseSet,
    moderated: PhraseSet,
    decided_by_nobody: PhraseSet,
    legal_forms: PhraseSet,
    /// Words within names of bodies, and never within those of people: "The Fox and Hounds".
    name_links: PhraseSet,
    own: PhraseSet,
    line_manager: Texts,
    second_manager: Texts,
    round_before: Texts,
    negations: PhraseSet,
    halfway: PhraseSet,
    nearly: PhraseSet,
    highly: PhraseSet,
    full_heads: PhraseSet,
    everything: PhraseSet,
    names_of_all: PhraseSet,
    each: PhraseSet,
    leftmost: PhraseSet,
    rightmost: PhraseSet,
    grand_totals: PhraseSet,
    positions: PhraseSet,
    surnames: Texts,
    /// Offices that write about the people of others.
    authors: PhraseSet,
    /// What makes a level exemplary, behind it.
    exemplary_marks: PhraseSet,
    /// Before the number of a level: "mức 2".
    ranks: PhraseSet,
    /// The motto of the state or of a party, over a form.
    mottos: PhraseSet,
    /// Before the place and the date of a document.
    date_lines: PhraseSet,
    /// Before what a document belongs to.
    attachments: PhraseSet,
    /// Before the number of a document.
    document_numbers: PhraseSet,
    /// What stands for the text above.
    dittos: PhraseSet,
    /// What says no under a heading that asks yes or no.
    refusals: PhraseSet,
    /// What a key calls a cell with nothing in it.
    blanks: PhraseSet,
    /// Between a mark and what it stands for.
    means: PhraseSet,
    /// Over the points that levels begin and end with.
    bounds: PhraseSet,
    /// Before the points that a level does not reach.
    below: PhraseSet,
    /// Over levels that stand from the best one down.
    best_first: PhraseSet,
    /// Over levels that stand from the worst one up.
    worst_first: PhraseSet,
    /// Before the word for what comes first: the ends of superlatives, and the word.
    superlatives: Texts,
    firsts: PhraseSet,
    /// What the best level is called, and the worst one, where a line tells their order.
    highest: PhraseSet,
    lowest: PhraseSet,
    /// Behind the plural of bodies that are counted.
    behind_bodies: PhraseSet,
    /// Before what is counted.
    numbers_of: PhraseSet,
    /// What says that something was done with those who are counted.
    done: PhraseSet,
    /// Over figures of bodies.
    counted_bodies: PhraseSet,
    /// Behind a number of people or of bodies.
    counted_units: PhraseSet,
    /// Names of awards, as they are written.
    awards: Texts,
    /// What an award is called that is not named.
    unnamed_award: Texts,
    /// Bodies that no other body is below.
    branches: PhraseSet,
    /// Before what a list is of.
    list_titles: PhraseSet,
    /// Between a number and its percentage.
    shares: Texts,
    /// Forms of address that are family names as well.
    addresses_and_surnames: PhraseSet,
    /// Names between a family name and a given one.
    middle_names: PhraseSet,
    /// Under a title whose figures are percentages.
    units_in_percent: PhraseSet,
    /// How people address one another.
    comrades: PhraseSet,
}

impl Words {
    /// What stands behind the first word for what figures are parted by: "province" of "Opinions by province".
    pub(crate) fn parted_by(&self, text: &str) -> Option<String> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let ends = self.by.0.iter().filter_map(|by| Some(by.found_at(&words)? + by.words.len()));
        Some(words[ends.min()?..].join(" "))
    }

    /// "部門別 評価分布", "Ratings by branch": a text without the words for what its figures are parted by, or for
    /// the one body whose all they are, as in "Results of the whole chapter".
    pub(crate) fn without_groups(&self, text: &str) -> String {
        let key = comparison_key(text);
        let mut words: Vec<&str> = key.split(' ').collect();
        for phrase in &self.by.0 {
            while let Some(at) = phrase.found_at(&words) {
                let end = at + phrase.words.len();
                let behind = self.subject_branches.begins(&words[end..].join(" ")).unwrap_or(0);
                words.drain(at..end + behind);
            }
        }
        for phrase in &self.whole.0 {
            let Some(at) = phrase.found_at(&words) else { continue };
            let end = at + phrase.words.len();
            if let Some(body) = self.subject_branches.begins(&words[end..].join(" ")) {
                words.drain(at..end + body);
            }
        }
        words.join(" ")
    }

    /// "Chapters": in English several bodies are told by their plural.
    fn is_plural_of_bodies(&self, word: &str) -> bool {
        let stems = [
            word.strip_suffix("ies").map(|stem| format!("{stem}y")),
            word.strip_suffix("es").map(str::to_owned),
            word.strip_suffix('s').map(str::to_owned),
        ];
        let names =
            |one: &String| self.organization_tails.is(one) || self.organization_heads.is(one);
        stems.iter().flatten().any(names)
    }

    /// "Elementary Schools": bodies of one kind, and no body.
    pub(crate) fn names_kind(&self, text: &str) -> bool {
        comparison_key(text)
            .rsplit_once(' ')
            .is_some_and(|(_, last)| self.is_plural_of_bodies(last))
    }

    /// "Number of offices by rating": a word for a number and right behind it what is counted.
    pub(crate) fn counts_bodies(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let is_plural = |word: &str| self.is_plural_of_bodies(word);
        let bodies = |at: usize| {
            let rest = words[at..].join(" ");
            self.counted_bodies.begins(&rest).is_some() || is_plural(words[at])
        };
        // "Branches audited": what was done with them.
        if words.len() > 1
            && is_plural(words[0])
            && (self.behind_bodies.is(words[1]) || words[1].ends_with("ed"))
        {
            return true;
        }
        self.numbers_of.0.iter().any(|phrase| {
            let at = phrase.found_at(&words).map(|at| at + phrase.words.len());
            // "Number of field offices": a word may stand before the one for bodies.
            at.is_some_and(|at| {
                at < words.len() && bodies(at)
                    || words.get(at + 1).is_some_and(|word| is_plural(word))
            })
        })
    }
}

/// Texts as they are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Texts(pub(crate) Vec<String>);

impl Texts {
    /// Whether a text ends with one of them, in whatever case.
    pub(crate) fn end(&self, text: &str) -> bool {
        let text = text.to_uppercase();
        self.0.iter().any(|own| text.ends_with(&own.to_uppercase()))
    }

    /// Whether one of them stands in a text, in whatever case.
    pub(crate) fn found_in(&self, text: &str) -> bool {
        !self.0.is_empty() && {
            let text = text.to_uppercase();
            self.0.iter().any(|own| text.contains(own.as_str()))
        }
    }
}

/// A sequence of words; `whole` phrases match only the whole text.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    pub(super) words: Vec<String>,
    pub(super) whole: bool,
}

/// What a phrase weighs that is all of a text.
pub(crate) const WHOLE: usize = 100;

impl Phrase {
    pub(super) fn new(text: &str) -> Self {
        let (whole, text) = match text.strip_prefix('=') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let key = comparison_key(text);
        Self { words: key.split(' ').map(str::to_owned).collect(), whole }
    }

    /// Its two words as one, if both are long enough for it to be no other.
    pub(super) fn closed(&self) -> Option<Self> {
        const LETTERS: usize = 4;
        let [first, second] = self.words.as_slice() else { return None };
        let is_long = |word: &String| word.chars().count() >= LETTERS;
        (is_long(first) && is_long(second))
            .then(|| Self { words: vec![format!("{first}{second}")], whole: self.whole })
    }

    /// Whether a key begins with its words; those of a whole phrase are all of the key.
    fn begins(&self, key: &str) -> bool {
        let mut words = key.split(' ');
        self.words.iter().all(|own| words.next() == Some(own))
            && !(self.whole && words.next().is_some())
    }

    pub(super) fn found_at(&self, words: &[&str]) -> Option<usize> {
        if self.whole {
            return (words == self.words).then_some(0);
        }
        words.windows(self.words.len()).position(|window| window == self.words)
    }

    /// Whether the words of a key end with its words.
    fn ends(&self, words: &[&str]) -> bool {
        let before = words.len().checked_sub(self.words.len());
        before.is_some_and(|before| words[before..] == self.words)
    }

    /// Whether the words of a key begin or end with its words.
    pub(super) fn stands_at_an_end_of(&self, words: &[&str]) -> bool {
        words.get(..self.words.len()).is_some_and(|first| first == self.words) || self.ends(words)
    }

    /// Whether a word of two to four letters is the first letters of its words.
    pub(super) fn has_initials(&self, word: &str) -> bool {
        (2..=4).contains(&self.words.len())
            && word.chars().count() == self.words.len()
            && word.chars().eq(self.words.iter().filter_map(|of| of.chars().next()))
    }

    /// Longer phrases decide; a phrase that is the whole text beats any other.
    pub(super) fn weight(&self, words: &[&str]) -> Option<usize> {
        let at = self.found_at(words)?;
        let whole = if self.words.len() == words.len() { WHOLE } else { 0 };
        let front = usize::from(at == 0);
        Some(whole + 2 * self.words.len() + front)
    }
}

/// Phrases that all answer the same question with yes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(crate) struct PhraseSet(pub(super) Vec<Phrase>);

impl From<Vec<String>> for PhraseSet {
    fn from(phrases: Vec<String>) -> Self {
        Self(phrases.iter().map(|phrase| Phrase::new(phrase)).collect())
    }
}

impl PhraseSet {
    pub(crate) fn found_in(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        self.0.iter().any(|phrase| phrase.found_at(&words).is_some())
    }

    /// The place of the first word of the phrases in a text.
    pub(crate) fn place_in(&self, text: &str) -> Option<usize> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        self.0.iter().filter_map(|phrase| phrase.found_at(&words)).min()
    }

    /// The phrases of one word.
    pub(crate) fn words_of_one(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|phrase| match phrase.words.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        })
    }

    /// A text without the phrases.
    pub(crate) fn without(&self, text: &str) -> String {
        without(&self.0, &comparison_key(text))
    }

    /// The number of words of the longest phrase that the text begins with.
    pub(crate) fn begins(&self, text: &str) -> Option<usize> {
        let key = comparison_key(text);
        self.0.iter().filter(|phrase| phrase.begins(&key)).map(|phrase| phrase.words.len()).max()
    }

    /// Whether a text of a few words ends with a phrase and has more before it.
    pub(crate) fn ends(&self, text: &str) -> bool {
        const WORDS_LIMIT: usize = 8;
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let ends = |phrase: &Phrase| words.len() > phrase.words.len() && phrase.ends(&words);
        word_count(&key) <= WORDS_LIMIT && self.0.iter().any(ends)
    }

    /// "Idrottsförening": whether the last word of a text is another one with one of the phrases behind it.
    pub(crate) fn ends_compound(&self, text: &str) -> bool {
        /// Shorter words end others by chance.
        const LONG: usize = 6;
        const MORE: usize = 3;
        let last = text.rsplit(' ').next().unwrap_or_default();
        if last.chars().count() < LONG + MORE {
            return false;
        }
        let last = comparison_key(last);
        self.words_of_one().any(|word| {
            let before = last.strip_suffix(word).map_or(0, |before| before.chars().count());
            before >= MORE && word.chars().count() >= LONG
        })
    }

    /// The words of the longest phrase with which some words end, and that are not all of them.
    pub(super) fn length_at_end(&self, words: &[&str]) -> Option<usize> {
        let ends = |phrase: &&Phrase| words.len() > phrase.words.len() && phrase.ends(words);
        self.0.iter().filter(ends).map(|phrase| phrase.words.len()).max()
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        self.0.iter().any(|phrase| phrase.words == words)
    }

    /// Whether one word of a key is a phrase.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|phrase| phrase.words == [word])
    }

    /// "TS đảng viên", "T số ĐV": a text that begins with the first letters of a phrase, with the phrase in
    /// full in their place.
    pub(super) fn spelt_out(&self, words: &[&str]) -> Vec<String> {
        let behind = |phrase: &Phrase| -> Option<usize> {
            if words.first().is_some_and(|word| phrase.has_initials(word)) {
                return Some(1);
            }
            let [first, second] = phrase.words.as_slice() else { return None };
            let [short, whole, ..] = words else { return None };
            let initial = short.chars().count() == 1 && first.starts_with(*short);
            (initial && second == whole).then_some(2)
        };
        let spelt = self.0.iter().filter_map(|phrase| {
            let taken = behind(phrase)?;
            let rest = words[taken..].iter().map(|word| (*word).to_owned());
            Some(phrase.words.iter().cloned().chain(rest).collect::<Vec<_>>().join(" "))
        });
        spelt.collect()
    }
}

/// The keys of some texts, by the words that they have.
pub(super) struct Keys {
    keys: Vec<String>,
    by_word: HashMap<String, Vec<usize>>,
}

impl Keys {
    pub(super) fn of(keys: Vec<String>) -> Self {
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, key) in keys.iter().enumerate() {
            for word in key.split(' ') {
                let places = by_word.entry(word.to_owned()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        Self { keys, by_word }
    }

    /// The texts that have the first word of a phrase, and whose words fit.
    fn places_of<'k>(
        &'k self,
        phrase: &'k Phrase,
        fits: impl Fn(&Phrase, &[&str]) -> bool + 'k,
    ) -> impl Iterator<Item = usize> + 'k {
        let places = phrase.words.first().and_then(|word| self.by_word.get(word));
        places.into_iter().flatten().copied().filter(move |at| {
            let words: Vec<&str> = self.keys[*at].split(' ').collect();
            fits(phrase, &words)
        })
    }

    /// How many of some phrases stand in one of the texts.
    pub(super) fn count_in(&self, phrases: &PhraseSet) -> usize {
        let stands = |phrase: &Phrase, words: &[&str]| phrase.found_at(words).is_some();
        phrases.0.iter().filter(|phrase| self.places_of(phrase, stands).next().is_some()).count()
    }

    /// The texts that begin or end with a phrase and have more.
    pub(super) fn beside_more(&self, phrases: &PhraseSet) -> HashSet<usize> {
        self.beside_others(phrases, &PhraseSet::default())
    }

    /// The same of the phrases that another language does not have.
    pub(super) fn beside_others(&self, phrases: &PhraseSet, except: &PhraseSet) -> HashSet<usize> {
        let known: HashSet<&[String]> = except.0.iter().map(|of| of.words.as_slice()).collect();
        let own = phrases.0.iter().filter(|phrase| !known.contains(phrase.words.as_slice()));
        let stands = |phrase: &Phrase, words: &[&str]| {
            words.len() > phrase.words.len() && phrase.stands_at_an_end_of(words)
        };
        own.flat_map(|phrase| self.places_of(phrase, stands)).collect()
    }
}

/// A key without the phrases.
pub(super) fn without(phrases: &[Phrase], key: &str) -> String {
    let mut words: Vec<&str> = key.split(' ').collect();
    for phrase in phrases {
        while let Some(at) = phrase.found_at(&words) {
            words.drain(at..at + phrase.words.len());
        }
    }
    words.join(" ")
}
