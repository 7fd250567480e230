//! What an operation selects: the names of its answer, in their order.

use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::document::{Document, operation};

/// A name of an answer, and what was selected of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selected {
    pub(crate) name: String,
    pub(crate) below: Vec<Self>,
}

/// The operation of a document that an answer is to.
pub(crate) struct Selecting {
    pub(super) document: Document,
    pub(super) operation_name: Option<String>,
}

impl Selecting {
    /// What the operation selects. An operation that was executed has no fragments that go in circles.
    pub(crate) fn selected(&self) -> Vec<Selected> {
        let mut selected = Vec::new();
        if let Some(parsed) = &self.document {
            let document = &parsed.document;
            if let Some(operation) = operation(document, self.operation_name.as_deref()) {
                add(document, &operation.selection_set, &mut selected);
            }
        }
        selected
    }
}

fn add(
    document: &ExecutableDocument,
    set: &Positioned<SelectionSet>,
    selected: &mut Vec<Selected>,
) {
    for selection in &set.node.items {
        match &selection.node {
            Selection::Field(field) => {
                let name = field.node.response_key().node.as_str();
                let known = selected.iter().position(|it| it.name == name);
                let place = known.unwrap_or_else(|| {
                    selected.push(Selected { name: name.to_owned(), below: Vec::new() });
                    selected.len() - 1
                });
                add(document, &field.node.selection_set, &mut selected[place].below);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    add(document, &fragment.node.selection_set, selected);
                }
            }
            Selection::InlineFragment(fragment) => {
                add(document, &fragment.node.selection_set, selected);
            }
        }
    }
}
