//! Answers as tables: each list at the root of a query is followed page by page to its end, so that no table
//! is cut where a page ends. Each page is an answer of its own, within the limits of all others.

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection,
    SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Response};
use async_graphql_value::{ConstValue, Value};
use serde_json::Value as Json;

use super::document::{self, Operation, Parsed};
use super::limits;
use super::persisted::Refusal;
use super::selection::{Selected, Selections};
use super::service::{Answer, Instead, Opened, Origin, Service, refused, too_large};
use super::variables::{Given, Variables};

/// The rows of a page, the most first: as many as the limits allow.
const ROWS: [u64; 7] = [1_000, 500, 200, 100, 50, 20, 5];
/// The most values of a page of a table.
const ANSWERED: u64 = 50_000;
/// The name under which a page says whether there is another one.
const PLACE: &str = "placeOfPage";

/// A query whose lists are read page by page.
pub(crate) struct Paged {
    service: Service,
    /// The document, whose fragments ask for what rows within rows leave out.
    document: ExecutableDocument,
    request: Opened,
    /// The fields at the root, each a table.
    tables: Vec<Root>,
    generation: Option<i64>,
}

/// A field at the root of a query.
struct Root {
    field: Field,
    selected: Selected,
    /// What a list is asked for: all of it, or some rows. None where it has no pages to follow.
    rows: Option<Asked>,
}

#[derive(Debug, Clone, Copy)]
enum Asked {
    All,
    First(u64),
}

/// Rows of a table.
pub(crate) struct Page {
    pub(crate) value: Json,
    /// Behind which the next page begins; none at the end of the table.
    pub(crate) after: Option<Place>,
    /// Whether the list has more rows than its `first` asks for.
    pub(crate) is_cut: bool,
}

/// Where a page ended.
pub(crate) struct Place {
    cursor: String,
    rows: u64,
}

impl Service {
    /// A query whose lists are read page by page, once it is known to be valid.
    ///
    /// # Errors
    /// What is wrong with the query; the answer where the request is none.
    pub(crate) async fn paged(&self, request: Opened) -> Result<Paged, Answer> {
        let parsed = request.document.clone().filter(|_| request.operation() == Operation::Query);
        let Some(parsed) = parsed else { return Err(self.answer(request).await) };
        let response = self.execute_within(request.with(skipping(&parsed.document))).await?;
        if response.is_err() {
            return Err(self.sent(response));
        }
        let generation = self.generation().await;
        let tables = roots(&parsed.document, &request);
        let mut document = parsed.document.clone();
        for fragment in document.fragments.values_mut() {
            mark_within(&parsed.document, &mut fragment.node.selection_set.node);
        }
        Ok(Paged { service: self.clone(), document, request, tables, generation })
    }
}

impl Paged {
    /// What is selected of each table.
    pub(crate) fn tables(&self) -> Vec<Selected> {
        self.tables.iter().map(|table| table.selected.clone()).collect()
    }

    /// A page of a table: the first one, or the one behind a place.
    ///
    /// # Errors
    /// The answer instead: what is wrong, or that the data changed meanwhile.
    pub(crate) async fn page(&self, table: usize, after: Option<Place>) -> Result<Page, Answer> {
        let root = &self.tables[table];
        let done = after.as_ref().map_or(0, |place| place.rows);
        let left = match root.rows {
            Some(Asked::First(rows)) => Some(rows.saturating_sub(done)),
            _ => None,
        };
        let response = self.response(root, left, after.as_ref()).await?;
        if response.is_err() {
            return Err(self.service.sent(response));
        }
        // Pages of different times are no table.
        if (done > 0 || table > 0) && self.service.generation().await != self.generation {
            let message = "the data changed while the table was written; ask for it again";
            return Err(refused(&Refusal { message: message.to_owned(), code: "CHANGED" }));
        }
        let data = response.data.into_json().unwrap_or_default();
        let mut value = data.get(&root.selected.name).cloned().unwrap_or_default();
        let place = value.as_object_mut().and_then(|fields| fields.remove(PLACE));
        if let Some(name) = cut_within(&mut value) {
            let message = format!(
                "a list of `{name}` within a row has more rows than its page; give `first` there"
            );
            return Err(refused(&Refusal { message, code: "LIMIT" }));
        }
        let has_more = place.as_ref().is_some_and(|place| place["hasNextPage"] == true);
        let cursor = place.as_ref().and_then(|place| place["endCursor"].as_str());
        let rows = done + rows_of(&value);
        let is_asked = match root.rows {
            Some(Asked::First(asked)) => rows < asked,
            _ => true,
        };
        let after = cursor.filter(|_| has_more && is_asked);
        let after = after.map(|cursor| Place { cursor: cursor.to_owned(), rows });
        Ok(Page { value, is_cut: has_more && !is_asked, after })
    }

    /// The response that is a page, as large as limits and time allow.
    async fn response(
        &self,
        root: &Root,
        left: Option<u64>,
        after: Option<&Place>,
    ) -> Result<Response, Answer> {
        if root.rows.is_none() {
            return self.service.execute_within(self.checked(root.field.clone())?).await;
        }
        let mut refusal = None;
        for size in ROWS {
            let is_last = size == ROWS[ROWS.len() - 1];
            let mut field = root.field.clone();
            let size = left.map_or(size, |left| size.min(left));
            set_argument(&mut field, "first", Value::Number(size.into()));
            if let Some(place) = after {
                set_argument(&mut field, "after", Value::String(place.cursor.clone()));
            }
            add_place(&mut field.selection_set.node, &["hasNextPage", "endCursor"]);
            let request = match self.checked(field) {
                Ok(request) if self.is_small(&request) || is_last => request,
                Ok(_) => continue,
                Err(answer) => {
                    refusal = Some(answer);
                    continue;
                }
            };
            match self.service.execute_within(request).await {
                Err(answer) if answer.instead == Instead::Less => refusal = Some(answer),
                response => return response,
            }
        }
        Err(refusal.unwrap_or_else(too_large))
    }

    fn is_small(&self, request: &Opened) -> bool {
        let answered = request.document.as_ref().map_or(0, |parsed| parsed.answered());
        self.service.origin == Origin::CommandLine || answered <= ANSWERED
    }

    /// The request for one field at the root, within the limits.
    fn checked(&self, field: Field) -> Result<Opened, Answer> {
        let mut document = self.document.clone();
        let field = Selection::Field(Positioned::new(field, Pos::default()));
        let items = vec![Positioned::new(field, Pos::default())];
        if let Some(operation) =
            operation_mut(&mut document, self.request.operation_name.as_deref())
        {
            operation.selection_set.node = SelectionSet { items };
        }
        let mut answered = 0;
        if self.service.origin == Origin::Network {
            let values = Variables::of(&document, &self.request.variables);
            answered = limits::check(&document, &values)
                .map_err(|message| refused(&Refusal { message, code: "LIMIT" }))?;
        }
        Ok(self.request.with(Parsed::checked(document, answered)))
    }
}

/// The same document with nothing to execute: what is wrong with it is found all the same.
fn skipping(document: &ExecutableDocument) -> Parsed {
    let mut document = document.clone();
    for (_, operation) in operations_mut(&mut document) {
        for item in &mut operation.selection_set.node.items {
            let position = item.pos;
            let skip = Directive {
                name: Positioned::new(Name::new("skip"), position),
                arguments: vec![(
                    Positioned::new(Name::new("if"), position),
                    Positioned::new(Value::Boolean(true), position),
                )],
            };
            let skip = Positioned::new(skip, position);
            match &mut item.node {
                Selection::Field(field) => field.node.directives.push(skip),
                Selection::FragmentSpread(spread) => spread.node.directives.push(skip),
                Selection::InlineFragment(fragment) => fragment.node.directives.push(skip),
            }
        }
    }
    Parsed::new(document)
}

fn operations_mut(
    document: &mut ExecutableDocument,
) -> Vec<(Option<String>, &mut OperationDefinition)> {
    match &mut document.operations {
        DocumentOperations::Single(operation) => vec![(None, &mut operation.node)],
        DocumentOperations::Multiple(all) => all
            .iter_mut()
            .map(|(name, operation)| (Some(name.to_string()), &mut operation.node))
            .collect(),
    }
}

fn operation_mut<'d>(
    document: &'d mut ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d mut OperationDefinition> {
    let mut all = operations_mut(document);
    let at = all.iter().position(|(key, _)| key.is_none() || key.as_deref() == name);
    let at = at.or_else(|| (all.len() == 1).then_some(0))?;
    Some(all.swap_remove(at).1)
}

/// The fields at the root of a query, each with what it asks for.
fn roots(document: &ExecutableDocument, request: &Opened) -> Vec<Root> {
    let operation = document::operation(document, request.operation_name.as_deref());
    let Some(operation) = operation else { return Vec::new() };
    let variables = Variables::of(document, &request.variables);
    let selections = Selections { document, variables: &variables };
    let fields = selections.fields(&operation.selection_set.node);
    let mut roots: Vec<Root> = Vec::new();
    for selected in selections.selected(&fields) {
        let same = fields.iter().filter(|field| field.response_key().node == selected.name);
        let mut same = same.copied();
        let Some(first) = same.next() else { continue };
        let mut field = first.clone();
        field.directives.clear();
        field
            .selection_set
            .node
            .items
            .extend(same.flat_map(|field| field.selection_set.node.items.iter().cloned()));
        let backwards =
            ["last", "before"].iter().any(|argument| first.get_argument(argument).is_some());
        let is_followed = selections.is_connection(first) && !backwards;
        let rows = if is_followed { asked(first, &variables) } else { None };
        mark_within(document, &mut field.selection_set.node);
        roots.push(Root { field, selected, rows });
    }
    roots
}

/// How many rows of a list are asked for; none where its field has to say what is wrong with the number.
fn asked(field: &Field, variables: &Variables<'_>) -> Option<Asked> {
    let Some(value) = field.get_argument("first") else { return Some(Asked::All) };
    let is_given = match &value.node {
        Value::Null => false,
        Value::Variable(name) => variables.value(name).is_some_and(|value| match value {
            Given::Json(value) => !value.is_null(),
            Given::Written(value) => *value != ConstValue::Null,
        }),
        _ => true,
    };
    if !is_given {
        return Some(Asked::All);
    }
    variables.number(&value.node).filter(|rows| *rows > 0).map(Asked::First)
}

/// Asks the lists within rows that name no page whether there is another one.
fn mark_within(document: &ExecutableDocument, set: &mut SelectionSet) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                let is_paged =
                    ["first", "last"].iter().any(|name| field.get_argument(name).is_some());
                let set = &mut field.selection_set.node;
                mark_within(document, set);
                if !is_paged && has_rows(document, set) {
                    add_place(set, &["hasNextPage"]);
                }
            }
            Selection::InlineFragment(fragment) => {
                mark_within(document, &mut fragment.node.selection_set.node);
            }
            // Fragments are marked by themselves.
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether a selection has the rows of a connection, by itself or in a fragment.
fn has_rows(document: &ExecutableDocument, set: &SelectionSet) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => matches!(field.node.name.node.as_str(), "nodes" | "edges"),
        Selection::InlineFragment(fragment) => {
            has_rows(document, &fragment.node.selection_set.node)
        }
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment.is_some_and(|fragment| has_rows(document, &fragment.node.selection_set.node))
        }
    })
}

/// Adds `placeOfPage: pageInfo { … }` to the selection of a connection.
fn add_place(set: &mut SelectionSet, names: &[&str]) {
    let position = Pos::default();
    let field = |alias: Option<&str>, name: &str, items: Vec<Positioned<Selection>>| {
        let field = Field {
            alias: alias.map(|alias| Positioned::new(Name::new(alias), position)),
            name: Positioned::new(Name::new(name), position),
            arguments: Vec::new(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet { items }, position),
        };
        Positioned::new(Selection::Field(Positioned::new(field, position)), position)
    };
    let below = names.iter().map(|name| field(None, name, Vec::new())).collect();
    set.items.push(field(Some(PLACE), "pageInfo", below));
}

fn set_argument(field: &mut Field, name: &str, value: Value) {
    let position = Pos::default();
    field.arguments.retain(|(known, _)| known.node != name);
    let name = Positioned::new(Name::new(name), position);
    field.arguments.push((name, Positioned::new(value, position)));
}

fn rows_of(value: &Json) -> u64 {
    let list = value.get("nodes").or_else(|| value.get("edges"));
    list.and_then(Json::as_array).map_or(0, |rows| u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

/// The name of a list within a row that has another page; what says so is taken away.
fn cut_within(value: &mut Json) -> Option<String> {
    match value {
        Json::Array(items) => items.iter_mut().find_map(cut_within),
        Json::Object(fields) => {
            let mut cut = None;
            for (name, value) in fields {
                let place = value.as_object_mut().and_then(|fields| fields.remove(PLACE));
                let here = place.is_some_and(|place| place["hasNextPage"] == true);
                cut = cut.or_else(|| here.then(|| name.clone()));
                let within = cut_within(value);
                cut = cut.or(within);
            }
            cut
        }
        _ => None,
    }
}
