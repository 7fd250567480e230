//! Words as offices write them without the marks above and below letters: "evaluation" for "évaluation".

use std::collections::{HashMap, HashSet};

use toml::{Table, Value};

use crate::text::folded;

/// Adds the spelling without marks of each phrase of a language, unless it is another word of the language:
/// "note" is not "noté".
pub(super) fn add(lists: &mut Table) {
    let mut taken: HashSet<String> = HashSet::new();
    each_list(lists, &mut |phrases| taken.extend(phrases.iter().map(|of| key(of).to_lowercase())));
    each_list(lists, &mut |phrases| {
        let bare: Vec<String> = phrases.iter().filter_map(|of| without_marks(of, &taken)).collect();
        phrases.extend(bare);
    });
}

/// Hands over each list of phrases, of fields as well; what words weigh are the keys of a table.
fn each_list(lists: &mut Table, act: &mut impl FnMut(&mut Vec<String>)) {
    for (name, value) in lists.iter_mut() {
        match value {
            Value::Array(phrases) => {
                let mut texts: Vec<String> =
                    phrases.iter().filter_map(|of| of.as_str().map(str::to_owned)).collect();
                let known = texts.len();
                act(&mut texts);
                phrases.extend(texts.drain(known..).map(Value::String));
            }
            Value::Table(weights) if name == "polarity" => {
                let mut texts: Vec<String> = weights.keys().cloned().collect();
                let known = texts.len();
                let bare: HashMap<String, Value> =
                    weights.iter().map(|(word, weight)| (folded(word), weight.clone())).collect();
                act(&mut texts);
                for text in texts.drain(known..) {
                    if let Some(weight) = bare.get(&text) {
                        weights.entry(text).or_insert_with(|| weight.clone());
                    }
                }
            }
            Value::Table(inner) => each_list(inner, act),
            _ => {}
        }
    }
}

/// The phrase without marks; shorter ones may be anything.
fn without_marks(phrase: &str, taken: &HashSet<String>) -> Option<String> {
    const LETTERS: usize = 4;
    // Marks of other scripts make other letters: "й" is not "и".
    let has_marks = |c: char| !c.is_alphabetic() || is_latin_or_greek(c);
    let bare = folded(key(phrase));
    let is_new = bare != key(phrase).to_lowercase() && bare.chars().count() >= LETTERS;
    let whole = if phrase.starts_with('=') { "=" } else { "" };
    (is_new && phrase.chars().all(has_marks) && !taken.contains(&bare))
        .then(|| format!("{whole}{bare}"))
}

fn is_latin_or_greek(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}')
}

/// A phrase without the sign of those that are the whole text.
fn key(phrase: &str) -> &str {
    phrase.trim_start_matches('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_with_marks_or_without() {
        let text = "titles = [\"évaluation\", \"noté\", \"clé\"]\nnotes = [\"note\"]\n\
                    [fields]\nname = [\"=prénom\", \"ФИО й\"]\n[polarity]\n\"très élevé\" = 90";
        let mut lists: Table = toml::from_str(text).unwrap();
        add(&mut lists);
        let phrases = |value: &Value| -> Vec<String> {
            let phrases = value.as_array().unwrap().iter();
            phrases.map(|of| of.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(phrases(&lists["titles"]), ["évaluation", "noté", "clé", "evaluation"]);
        assert_eq!(phrases(&lists["fields"]["name"]), ["=prénom", "ФИО й", "=prenom"]);
        assert_eq!(lists["polarity"]["tres eleve"].as_integer(), Some(90));
    }
}
