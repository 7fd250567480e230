//! The bodies of an office as a list gives them beforehand: name, code, the body above, kind. Names that
//! workbooks use are matched against it, and what does not match is told.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Place, Row, Sheet};
use crate::record::{BodyKind, Path, Record, Stated, Statement};
use crate::text::{self, comparison_key, organization_key};
use crate::value::shown;
use crate::vocabulary::{Field, Vocabulary};
use crate::workbook;

/// A body of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its name.
    pub name: String,
    /// Its code, if it has one.
    pub code: Option<String>,
    /// What it is, if the list says so.
    pub kind: Option<BodyKind>,
    /// The place in the register of the body above it.
    pub parent: Option<usize>,
}

/// The bodies that are known beforehand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Registered>", into = "Vec<Registered>")]
pub struct Register {
    bodies: Vec<Registered>,
    by_key: HashMap<String, Vec<usize>>,
    by_code: HashMap<String, usize>,
}

impl From<Vec<Registered>> for Register {
    fn from(bodies: Vec<Registered>) -> Self {
        Self::new(bodies)
    }
}

impl From<Register> for Vec<Registered> {
    fn from(register: Register) -> Self {
        register.bodies
    }
}

impl Register {
    /// A register of bodies, each after the one above it or before; a parent outside of it is none.
    pub fn new(mut bodies: Vec<Registered>) -> Self {
        let length = bodies.len();
        let mut register = Self::default();
        for (at, body) in bodies.iter_mut().enumerate() {
            body.parent = body.parent.filter(|parent| *parent < length && *parent != at);
            register.by_key.entry(organization_key(&body.name)).or_default().push(at);
            if let Some(code) = &body.code {
                register.by_code.insert(comparison_key(code), at);
            }
        }
        register.bodies = bodies;
        register
    }

    /// Its bodies.
    pub fn bodies(&self) -> &[Registered] {
        &self.bodies
    }

    /// Reads the register from a workbook, or from comma- or tab-parted text.
    ///
    /// # Errors
    /// What is wrong with the list, at its cells; nothing is taken of a list with errors.
    pub fn read(bytes: &[u8], vocabulary: &Vocabulary) -> Result<Self, Vec<Diagnostic>> {
        let mut workbook = workbook::open(bytes).map_err(|diagnostic| vec![*diagnostic])?;
        let known = || std::iter::once(vocabulary).chain(vocabulary.others());
        let heads = |row: &Row| known().find_map(|words| Columns::of(row, words));
        let mut sheets = workbook.sheets.iter_mut().filter(|sheet| !sheet.hidden);
        let list = sheets.find_map(|sheet| {
            text::repair(sheet, true);
            let mut rows = sheet.rows.iter().take(HEAD_ROWS).enumerate();
            let (at, columns) = rows.find_map(|(at, row)| Some((at, heads(row)?)))?;
            Some(List::of(sheet, at, &columns))
        });
        list.map_or_else(|| Err(vec![no_list()]), List::finish)
    }

    fn is_below(&self, at: usize, above: usize) -> bool {
        self.chain(at).contains(&above)
    }

    /// The body and those above it, from the topmost one down.
    fn chain(&self, at: usize) -> Vec<usize> {
        let mut chain = vec![at];
        while let Some(parent) = self.bodies[chain[chain.len() - 1]].parent {
            if chain.contains(&parent) {
                break;
            }
            chain.push(parent);
        }
        chain.reverse();
        chain
    }

    /// The body that a name or a code means below another one; none where several fit.
    fn find(&self, name: &str, above: Option<usize>) -> Option<usize> {
        let named = self.by_key.get(&organization_key(name)).map_or(&[][..], Vec::as_slice);
        let coded = self.by_code.get(&comparison_key(name));
        let mut fitting: Vec<usize> = named.iter().chain(coded).copied().collect();
        fitting.dedup();
        if let Some(above) = above {
            let direct = |at: &usize| self.bodies[*at].parent == Some(above);
            if let Some(child) = fitting.iter().copied().find(direct) {
                return Some(child);
            }
            fitting.retain(|at| *at != above && self.is_below(*at, above));
        }
        if let [only] = fitting.as_slice() { Some(*only) } else { None }
    }

    /// Where the bodies of a path stand by the register, and the names among them that it has not.
    fn place(&self, path: &[Arc<str>], code: Option<&str>) -> Placed {
        let mut placed = Placed::default();
        let mut above = None;
        // Where the first body of the register stands: what is above it is not for the register to say.
        let mut first = 0;
        for (depth, name) in path.iter().enumerate() {
            let coded = code.filter(|_| depth + 1 == path.len());
            let coded = coded.and_then(|code| self.by_code.get(&comparison_key(code)).copied());
            placed.at = self.find(name, above).or(coded);
            if let Some(at) = placed.at {
                let bodies = self.chain(at).into_iter();
                placed.path.truncate(if above.is_some() { first } else { placed.path.len() });
                first = placed.path.len();
                placed.path.extend(bodies.map(|at| Arc::from(&*self.bodies[at].name)));
                above = Some(at);
            } else {
                placed.path.push(Arc::clone(name));
                // The body that issued a workbook may stand above all of the register.
                placed.unknown.extend((depth > 0).then(|| Arc::clone(name)));
            }
        }
        placed
    }

    /// Puts the bodies of records where the register has them, under its names; what it has not is told
    /// once, where it is named first.
    pub(crate) fn settle(&self, records: &mut [Record]) -> Vec<Diagnostic> {
        let codes: HashMap<Vec<String>, String> = records
            .iter()
            .filter_map(|record| match &record.statement {
                Statement::Branch(body) => {
                    Some((keys(&record.place), body.code.as_ref()?.value.clone()))
                }
                _ => None,
            })
            .collect();
        // All records of a place share one path afterwards, as they did before.
        let mut known: HashMap<Path, (Path, Vec<Arc<str>>)> = HashMap::new();
        let mut told: HashSet<Arc<str>> = HashSet::new();
        let mut diagnostics = Vec::new();
        for record in records {
            let (path, unknown) = known.entry(Arc::clone(&record.place)).or_insert_with(|| {
                let code = codes.get(&keys(&record.place)).map(String::as_str);
                let placed = self.place(&record.place, code);
                (placed.path.into(), placed.unknown)
            });
            for name in unknown.iter() {
                if told.insert(Arc::clone(name)) {
                    diagnostics.push(self.unregistered(record, name));
                }
            }
            if let (Statement::Branch(body), Some(last)) = (&mut record.statement, path.last())
                && body.name.value != **last
            {
                let printed = std::mem::replace(&mut body.name.value, last.to_string());
                body.name.raw.get_or_insert(printed);
            }
            record.place = Arc::clone(path);
        }
        diagnostics
    }

    /// Gives bodies the codes and kinds of the register, where workbooks print no code.
    pub(crate) fn describe(&self, records: &mut [Record]) {
        for record in records {
            let Statement::Branch(body) = &mut record.statement else { continue };
            let Some(at) = self.place(&record.place, None).at else { continue };
            let registered = &self.bodies[at];
            let at = body.name.at;
            body.kind = registered.kind;
            body.code = body.code.take().or_else(|| {
                Some(Stated { value: registered.code.clone()?, at, raw: Some(String::new()) })
            });
        }
    }

    fn unregistered(&self, record: &Record, name: &str) -> Diagnostic {
        let at = match &record.statement {
            Statement::Branch(body) => body.name.at,
            Statement::Member(person) => person.name.at,
            _ => Place::new(record.row.saturating_sub(1), 0),
        };
        let message = format!("`{name}` is not in the list of branches");
        let diagnostic = Diagnostic::new(Code::UnregisteredBranch, message)
            .at_place(&record.sheet, at)
            .found(name.to_owned());
        let near = self.near(name);
        let hint = "correct the name, or add it to the list and import that again";
        if near.is_empty() {
            diagnostic.hint(hint)
        } else {
            diagnostic.expected(near.join(", ")).hint(hint)
        }
    }

    /// The names that share most words with another one.
    fn near(&self, name: &str) -> Vec<&str> {
        const MOST: usize = 3;
        let words = |name: &str| -> HashSet<String> {
            organization_key(name).split(' ').map(str::to_owned).collect()
        };
        let wanted = words(name);
        let mut near: Vec<(usize, &str)> = self
            .bodies
            .iter()
            .filter_map(|body| {
                let own = words(&body.name);
                let shared = own.intersection(&wanted).count();
                (shared * 2 > own.len().max(wanted.len())).then_some((shared, body.name.as_str()))
            })
            .collect();
        near.sort_by_key(|(shared, name)| (std::cmp::Reverse(*shared), name.chars().count()));
        near.into_iter().take(MOST).map(|(_, name)| name).collect()
    }
}

/// The bodies of a path as the register places them.
#[derive(Default)]
struct Placed {
    path: Vec<Arc<str>>,
    /// The names that the register has not.
    unknown: Vec<Arc<str>>,
    /// The last one, if it is of the register.
    at: Option<usize>,
}

fn keys(place: &[Arc<str>]) -> Vec<String> {
    place.iter().map(|name| organization_key(name)).collect()
}

/// Rows among which the headings of the list stand.
const HEAD_ROWS: usize = 30;

fn no_list() -> Diagnostic {
    Diagnostic::new(Code::NoTable, "no list of branches was found")
        .expected("a row of headings with the name and one of code, parent and kind")
        .hint("name the columns: name, code, parent, kind")
}

/// The columns of the list.
#[derive(Debug, Default)]
struct Columns {
    name: u32,
    code: Option<u32>,
    parent: Option<u32>,
    kind: Option<u32>,
}

impl Columns {
    fn of(row: &Row, vocabulary: &Vocabulary) -> Option<Self> {
        let words = &vocabulary.words;
        let mut columns = Self::default();
        let mut name = None;
        for cell in &row.cells {
            let text = shown(&cell.value);
            let field = vocabulary.field(&text).map(|(field, _)| field);
            let place = Some(cell.column);
            if words.register_parents.found_in(&text) {
                columns.parent = columns.parent.or(place);
            } else if words.register_kinds.found_in(&text) {
                columns.kind = columns.kind.or(place);
            } else {
                match field {
                    Some(Field::OrganizationCode | Field::Identifier) => {
                        columns.code = columns.code.or(place);
                    }
                    Some(Field::ParentOrganization) => columns.parent = columns.parent.or(place),
                    Some(Field::Organization | Field::Name) => name = name.or(place),
                    _ if words.register_codes.found_in(&text) => {
                        columns.code = columns.code.or(place);
                    }
                    _ if words.register_names.found_in(&text) => name = name.or(place),
                    _ => {}
                }
            }
        }
        columns.name = name?;
        (columns.code.is_some() || columns.parent.is_some() || columns.kind.is_some())
            .then_some(columns)
    }
}

/// A list while it is read.
struct List {
    sheet: String,
    bodies: Vec<Registered>,
    /// Where each body is named, and the body above it as the list has it.
    places: Vec<(Place, Option<(String, Place)>)>,
    diagnostics: Vec<Diagnostic>,
}

impl List {
    fn of(sheet: &Sheet, heading: usize, columns: &Columns) -> Self {
        let mut list = Self {
            sheet: sheet.name.clone(),
            bodies: Vec::new(),
            places: Vec::new(),
            diagnostics: Vec::new(),
        };
        for row in &sheet.rows[heading + 1..] {
            list.row(row, columns);
        }
        list
    }

    fn row(&mut self, row: &Row, columns: &Columns) {
        let text = |column: Option<u32>| row.text(column?);
        let code = text(columns.code);
        let parent = columns.parent.and_then(|column| Some((row.text(column)?, row.place(column))));
        let Some(name) = text(Some(columns.name)) else {
            if code.is_some() || parent.is_some() {
                let message = "the row of the list has no name";
                self.wrong(Code::MissingBranch, row.place(columns.name), message.to_owned());
            }
            return;
        };
        let kind = columns.kind.and_then(|column| Some((row.text(column)?, row.place(column))));
        let known = kind.as_ref().and_then(|(kind, _)| BodyKind::of_name(kind));
        if let Some((kind, at)) = kind.filter(|_| known.is_none()) {
            let message = format!("`{kind}` is no kind of branch");
            let problem = Diagnostic::new(Code::UnknownKind, message).at_place(&self.sheet, at);
            let names = BodyKind::ALL.map(BodyKind::name).join(", ");
            self.diagnostics.push(problem.expected(names));
        }
        self.bodies.push(Registered { name, code, kind: known, parent: None });
        self.places.push((row.place(columns.name), parent));
    }

    fn wrong(&mut self, code: Code, at: Place, message: String) {
        self.diagnostics.push(Diagnostic::new(code, message).at_place(&self.sheet, at));
    }

    /// Ties each body to the one above it, by code or by name; one that the list does not have stands at
    /// the top.
    fn finish(mut self) -> Result<Register, Vec<Diagnostic>> {
        self.check_codes();
        let listed = Register::new(self.bodies.clone());
        let mut added: BTreeMap<String, usize> = BTreeMap::new();
        for at in 0..self.places.len() {
            let Some((parent, place)) = self.places[at].1.clone() else { continue };
            let key = organization_key(&parent);
            let coded = listed.by_code.get(&comparison_key(&parent)).copied();
            let named = listed.by_key.get(&key).map_or(&[][..], Vec::as_slice);
            let found = match (coded, named) {
                (Some(coded), _) => coded,
                (None, [only]) => *only,
                (None, []) => *added.entry(key).or_insert_with(|| {
                    self.bodies.push(Registered {
                        name: parent,
                        code: None,
                        kind: None,
                        parent: None,
                    });
                    self.bodies.len() - 1
                }),
                (None, _) => {
                    let message =
                        format!("the list has more than one `{parent}`: give its code here");
                    self.wrong(Code::MissingBranch, place, message);
                    continue;
                }
            };
            self.bodies[at].parent = Some(found);
        }
        let register = Register::new(std::mem::take(&mut self.bodies));
        self.check_tree(&register);
        let errors = self.diagnostics;
        if errors.is_empty() { Ok(register) } else { Err(errors) }
    }

    fn check_codes(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for at in 0..self.bodies.len() {
            let Some(code) = self.bodies[at].code.clone() else { continue };
            if let Some(first) = seen.insert(comparison_key(&code), at) {
                let other = self.bodies[first].name.clone();
                let message = format!("`{other}` has the code `{code}` too");
                self.wrong(Code::DuplicateRow, self.places[at].0, message);
            }
        }
    }

    /// No body stands under itself, and no two of one name under one body.
    fn check_tree(&mut self, register: &Register) {
        let mut seen: HashSet<(Option<usize>, String)> = HashSet::new();
        for at in 0..self.places.len() {
            let body = &register.bodies[at];
            let place = self.places[at].0;
            let top = register.chain(at)[0];
            if register.bodies[top].parent.is_some() {
                self.wrong(
                    Code::MissingBranch,
                    place,
                    format!("`{}` stands under itself", body.name),
                );
            } else if !seen.insert((body.parent, organization_key(&body.name))) {
                let message = format!("`{}` is listed twice under one body", body.name);
                self.wrong(Code::DuplicateRow, place, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "Mã đơn vị,Tên đơn vị,Trực thuộc,Loại hình\n\
        DU9,Đảng bộ Quận 9,,COMMITTEE\n\
        P1,Đảng bộ phường Phước Long,DU9,COMMITTEE\n\
        P1-1,Chi bộ Khu phố 1,P1,BRANCH\n\
        P2,Đảng bộ phường Tăng Nhơn,DU9,COMMITTEE\n\
        P2-1,Chi bộ Khu phố 1,P2,BRANCH\n\
        VP,Chi bộ Văn phòng,DU9,BRANCH\n";

    fn placed(register: &Register, path: &[&str]) -> (Vec<String>, Vec<String>) {
        let path: Vec<Arc<str>> = path.iter().map(|name| Arc::from(*name)).collect();
        let placed = register.place(&path, None);
        let texts = |of: &[Arc<str>]| of.iter().map(ToString::to_string).collect();
        (texts(&placed.path), texts(&placed.unknown))
    }

    #[test]
    fn names_are_matched_under_the_body_above_them() {
        let register = Register::read(LIST.as_bytes(), &Vocabulary::bundled()).unwrap();
        let ward = ["Đảng bộ Quận 9", "Đảng bộ phường Phước Long", "Chi bộ Khu phố 1"];
        for path in [
            &["ĐẢNG ỦY QUẬN 9", "ĐẢNG ỦY PHƯỜNG PHƯỚC LONG", "CB Khu phố 1"][..],
            &["Đảng ủy phường Phước Long", "Chi bộ khu phố 1"],
            &["P1-1"],
        ] {
            assert_eq!(placed(&register, path), (ward.map(str::to_owned).to_vec(), Vec::new()));
        }
        // What the register has not, between bodies that it has, is told and left out.
        let between = ["Đảng bộ Quận 9", "Khối phường", "Đảng ủy phường Phước Long"];
        let (path, unknown) = placed(&register, &between);
        assert_eq!(
            (path, unknown),
            (ward[..2].iter().map(|&it| it.to_owned()).collect(), vec!["Khối phường".to_owned()])
        );
        // Two branches have the name, and nothing says which is meant.
        let (path, unknown) = placed(&register, &["Đảng bộ Quận 9", "Chi bộ Khu phố 1"]);
        assert_eq!(path, ["Đảng bộ Quận 9", "Chi bộ Khu phố 1"]);
        assert_eq!(unknown, ["Chi bộ Khu phố 1"]);
        assert_eq!(placed(&register, &["Đảng bộ Quận 9", "Chi bộ Văn thư"]).1, ["Chi bộ Văn thư"]);
        assert_eq!(register.near("Chi bộ Văn phòng quận"), ["Chi bộ Văn phòng"]);
    }

    #[test]
    fn a_list_that_contradicts_itself_is_refused_at_its_cells() {
        let wrong = |list: &str| {
            let read = Register::read(list.as_bytes(), &Vocabulary::bundled());
            let diagnostics = read.unwrap_err().into_iter();
            diagnostics.map(|it| (it.code.name(), it.cell.unwrap_or_default())).collect::<Vec<_>>()
        };
        let cell = |code, cell: &str| vec![(code, cell.to_owned())];
        let head = "name,code,parent,kind\n";
        assert_eq!(wrong(&format!("{head}A,1,,\nB,1,,\n")), cell("duplicate-row", "A3"));
        assert_eq!(wrong(&format!("{head}A,1,,\nA,2,,\n")), cell("duplicate-row", "A3"));
        assert_eq!(wrong(&format!("{head}A,1,2,\nB,2,1,\n")).len(), 2);
        assert_eq!(wrong(&format!("{head}A,1,,office\n")), cell("unknown-kind", "D2"));
        assert_eq!(wrong("first,second\na,b\n"), cell("no-table", ""));
    }
}
