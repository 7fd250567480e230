//! Keys of several facts: "{code} - {name} ({campaign})".

use serde::Deserialize;

/// Literals and fields in turn; a name takes as much as it can, the other fields as little.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Name,
    Code,
    Campaign,
    Parent,
    Any,
}

#[derive(Debug, Clone)]
enum Piece {
    Literal(String),
    Field(Field),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((literal, behind)) = rest.split_once('{') {
            let (field, behind) =
                behind.split_once('}').ok_or_else(|| format!("`{text}` lacks a `}}`"))?;
            let field = match field {
                "name" => Field::Name,
                "code" => Field::Code,
                "campaign" => Field::Campaign,
                "parent" => Field::Parent,
                "any" => Field::Any,
                other => {
                    return Err(format!(
                        "`{other}` is no part of a key; expected name, code, campaign, parent or any"
                    ));
                }
            };
            if !literal.is_empty() {
                pieces.push(Piece::Literal(normal(literal)));
            }
            pieces.push(Piece::Field(field));
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(normal(rest)));
        }
        Ok(Self(pieces))
    }
}

/// One kind of dash, and no blanks at the ends: clerks differ.
fn normal(text: &str) -> String {
    text.replace(['–', '—', '−'], "-").trim().to_owned()
}

impl Template {
    /// The facts of a cell, if it is of this form.
    pub(super) fn split(&self, text: &str) -> Option<Vec<(Field, String)>> {
        let text = normal(text);
        let mut found = Vec::new();
        fits(&self.0, &text, &mut found).then_some(found)
    }
}

fn fits(pieces: &[Piece], text: &str, found: &mut Vec<(Field, String)>) -> bool {
    let text = text.trim();
    match pieces {
        [] => text.is_empty(),
        [Piece::Literal(literal), rest @ ..] => {
            text.strip_prefix(literal.as_str()).is_some_and(|text| fits(rest, text, found))
        }
        [Piece::Field(field), rest @ ..] => {
            let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
            ends.push(text.len());
            if *field == Field::Name {
                ends.reverse();
            }
            ends.into_iter().any(|end| {
                let kept = found.len();
                found.push((*field, text[..end].trim().to_owned()));
                let fits = fits(rest, &text[end..], found);
                if !fits {
                    found.truncate(kept);
                }
                fits
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Template};

    #[test]
    fn keys_are_split_at_the_right_marks() {
        let template = Template::try_from("{code} - {name} ({campaign})".to_owned()).unwrap();
        let parts = template.split("0120–RE-1 (Consolidated) C-1 (2014)").unwrap();
        assert_eq!(
            parts,
            [
                (Field::Code, "0120".to_owned()),
                (Field::Name, "RE-1 (Consolidated) C-1".to_owned()),
                (Field::Campaign, "2014".to_owned())
            ]
        );
        assert!(template.split("State total").is_none());
    }
}
