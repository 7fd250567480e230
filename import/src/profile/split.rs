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
    /// The facts of a cell, if it is of this form; in time that is linear in the text, whatever the form.
    pub(super) fn split(&self, text: &str) -> Option<Vec<(Field, String)>> {
        let text = normal(text);
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        starts.push(text.len());
        // From the last piece to the first: where each ends that begins at a place, if the rest fits.
        let mut ends: Vec<Vec<Option<usize>>> = Vec::with_capacity(self.0.len());
        let mut fits: Vec<bool> = starts.iter().map(|at| text[*at..].trim().is_empty()).collect();
        for piece in self.0.iter().rev() {
            let of_piece = piece.ends(&text, &starts, &fits);
            fits = of_piece.iter().map(Option::is_some).collect();
            ends.push(of_piece);
        }
        let (mut found, mut at) = (Vec::new(), 0);
        for (piece, ends) in self.0.iter().zip(ends.iter().rev()) {
            let end = ends[at]?;
            if let Piece::Field(field) = piece {
                found.push((*field, text[starts[at]..starts[end]].trim().to_owned()));
            }
            at = end;
        }
        (!self.0.is_empty() || text.is_empty()).then_some(found)
    }
}

impl Piece {
    /// Where the piece ends that begins at each place, blanks aside; `fits` says where the rest can begin.
    fn ends(&self, text: &str, starts: &[usize], fits: &[bool]) -> Vec<Option<usize>> {
        let last = starts.len() - 1;
        let mut ends = vec![None; starts.len()];
        // The nearest and the farthest place behind this one where the rest can begin.
        let (mut nearest, mut farthest) = (None, None);
        for at in (0..=last).rev() {
            let rest = &text[starts[at]..];
            let is_blank = rest.starts_with(char::is_whitespace);
            ends[at] = match self {
                _ if is_blank => ends[at + 1],
                Self::Literal(literal) => rest.strip_prefix(literal.as_str()).and_then(|behind| {
                    let end = starts.binary_search(&(text.len() - behind.len())).ok()?;
                    fits[end].then_some(end)
                }),
                // Nothing is left for the field: it is empty.
                Self::Field(_) if at == last => fits[last].then_some(last),
                Self::Field(Field::Name) => farthest,
                Self::Field(_) => nearest,
            };
            if fits[at] {
                nearest = Some(at);
                farthest = farthest.or(nearest);
            }
        }
        ends
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
        let of_two = Template::try_from("{code}{name}".to_owned()).unwrap();
        let parts = of_two.split("7 Hill School").unwrap();
        assert_eq!(parts, [(Field::Code, "7".to_owned()), (Field::Name, "Hill School".to_owned())]);
    }

    /// Tried one after the other, the ways to part this would never come to an end.
    #[test]
    fn a_form_of_many_parts_takes_no_longer_than_its_text() {
        let template = Template::try_from("{any}-".repeat(40) + "{name}!").unwrap();
        assert!(template.split(&"a-".repeat(16_000)).is_none());
        let parts = template.split(&("a-".repeat(16_000) + "!")).unwrap();
        assert_eq!(parts.len(), 41);
    }
}
