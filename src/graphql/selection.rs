//! What an operation selects: the names of its answer, in their order.

use std::collections::HashSet;
use std::sync::LazyLock;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, Field, Selection, SelectionSet, TypeKind,
    TypeSystemDefinition,
};
use async_graphql_value::{ConstValue, Value};

use super::variables::{Given, Variables};

/// A name of an answer, and what was selected of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selected {
    pub(crate) name: String,
    /// Whether its value is a list or a connection.
    pub(crate) is_list: bool,
    /// Whether its value is a number that is written as a text.
    pub(crate) is_number: bool,
    pub(crate) below: Vec<Self>,
}

/// Walks the selections of a document, with the values of its variables.
pub(super) struct Selections<'d> {
    pub(super) document: &'d ExecutableDocument,
    pub(super) variables: &'d Variables<'d>,
}

impl<'d> Selections<'d> {
    /// The fields of a selection with those of its fragments, without what directives leave out. A document that
    /// is valid has no fragments that go in circles.
    pub(super) fn fields(&self, set: &'d SelectionSet) -> Vec<&'d Field> {
        let mut fields = Vec::new();
        self.add_fields(set, &mut fields);
        fields
    }

    fn add_fields(&self, set: &'d SelectionSet, fields: &mut Vec<&'d Field>) {
        for selection in &set.items {
            if self.is_left_out(selection.node.directives()) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => fields.push(&field.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name) {
                        self.add_fields(&fragment.node.selection_set.node, fields);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.add_fields(&fragment.node.selection_set.node, fields);
                }
            }
        }
    }

    /// Whether a field has the rows of a connection.
    pub(super) fn is_connection(&self, field: &'d Field) -> bool {
        let below = self.fields(&field.selection_set.node);
        below.iter().any(|field| matches!(field.name.node.as_str(), "nodes" | "edges"))
    }

    /// What is selected by fields of one response.
    pub(super) fn selected(&self, fields: &[&'d Field]) -> Vec<Selected> {
        let mut keys: Vec<(&str, Vec<&'d Field>)> = Vec::new();
        for field in fields {
            let key = field.response_key().node.as_str();
            match keys.iter_mut().find(|(known, _)| *known == key) {
                Some((_, fields)) => fields.push(field),
                None => keys.push((key, vec![field])),
            }
        }
        let selected = keys.into_iter().map(|(key, fields)| {
            let name = fields[0].name.node.as_str();
            let below = fields.iter().flat_map(|field| self.fields(&field.selection_set.node));
            let below: Vec<&Field> = below.collect();
            Selected {
                name: key.to_owned(),
                is_list: KNOWN.lists.contains(name) || self.is_connection(fields[0]),
                is_number: KNOWN.numbers.contains(name),
                below: self.selected(&below),
            }
        });
        selected.collect()
    }

    fn is_left_out(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().any(|directive| {
            let says = |name: &str| {
                (directive.node.name.node == name)
                    .then(|| self.boolean(&directive.node.get_argument("if")?.node))
                    .flatten()
            };
            says("skip") == Some(true) || says("include") == Some(false)
        })
    }

    fn boolean(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Boolean(flag) => Some(*flag),
            Value::Variable(name) => match self.variables.value(name)? {
                Given::Json(value) => value.as_bool(),
                Given::Written(ConstValue::Boolean(flag)) => Some(*flag),
                Given::Written(_) => None,
            },
            _ => None,
        }
    }
}

/// The names of fields of the schema by what they hold.
struct Known {
    lists: HashSet<String>,
    numbers: HashSet<String>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known { lists: HashSet::new(), numbers: HashSet::new() };
    let Ok(document) = parse_schema(include_str!("schema.graphql")) else { return known };
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let fields = match &definition.node.kind {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => continue,
        };
        for field in fields {
            let name = field.node.name.node.to_string();
            let is_rounded = field.node.arguments.iter().any(|of| of.node.name.node == "digits");
            match &field.node.ty.node.base {
                BaseType::List(_) => known.lists.insert(name),
                BaseType::Named(of) if of == "String" && is_rounded => known.numbers.insert(name),
                BaseType::Named(_) => false,
            };
        }
    }
    known
});
