//! Who issued a table, and for which round: from its frame, its neighbours, the options, the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Reader, Understood, units};
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::Sheet;
use crate::layout::{Frame, TableKind};
use crate::role::{Column, Role, is_organization_name};
use crate::scale::Scales;
use crate::text::{file_stem, is_capitals, may_begin_name, organization_key, word_count};
use crate::value::{shown, split_ordinal};
use crate::vocabulary::{Field, Vocabulary};

impl Reader<'_> {
    /// Superior and issuing body of a frame.
    pub(super) fn issuer(&self, frame: &Frame) -> Option<Arc<[Arc<str>]>> {
        let vocabulary = self.vocabulary;
        if frame.titles.is_empty() && frame.block.len() == 1 {
            // A caption of one of several tables, and no issuer.
            return None;
        }
        let is_body = |text: &&str| {
            // "D: Unsatisfactory" is a line of a legend, and "Unit" stands before the name of one.
            let says_else = explains_itself(text)
                || self.scales.level(text).is_some()
                || vocabulary.heads_organization(text);
            // "GRADING OF GINNERIES BY THE INSPECTION TEAM" ends as the name of a body.
            let parts_figures = vocabulary.words.by.found_in(text);
            let in_capitals = is_capitals(text)
                && text.chars().count() < 120
                && !is_caption(text, vocabulary)
                && !is_address(text);
            let is_named = is_organization_name(text, vocabulary) || in_capitals;
            !says_else && (is_named && !parts_figures || vocabulary.has_legal_form(text))
        };
        let plain = plain_bodies(frame, self.scales, vocabulary);
        let lines = || frame.block.iter().map(|line| line.text.as_str());
        let mut bodies: Vec<&str> = lines().filter(is_body).collect();
        // "Okresní spolek Podhoří", "Підрозділ «Депо Степове»" between a body and the title: the words for a
        // body stand within the name, or the name in quotes.
        let within = |text: &&str| {
            let is_named = vocabulary.words.organization_heads.found_in(text)
                || text.contains('«') && text.ends_with('»');
            is_named && begins_as_name(text) && !is_caption(text, vocabulary)
        };
        if !frame.titles.is_empty()
            && let [first] = bodies.as_slice()
            && let Some(below) = lines().skip_while(|line| line != first).nth(1).filter(within)
        {
            bodies.push(below);
        }
        if bodies.is_empty() && plain.is_empty() {
            let below_title =
                frame.titles.iter().filter(|line| Campaign::all_in(&line.text).is_empty());
            bodies = below_title.map(|line| line.text.as_str()).filter(is_body).collect();
        }
        let has_body = bodies.len() > 1;
        let is_title = |text: &&str| is_title(text, frame, has_body, vocabulary);
        let (titles, bodies): (Vec<&str>, Vec<&str>) = bodies.into_iter().partition(is_title);
        let (stated, named): (Vec<&str>, Vec<&str>) =
            bodies.into_iter().partition(|text| says_where(text, vocabulary));
        let bodies = if named.is_empty() { stated } else { named };
        // "Human Resources" writes of all offices and is above none.
        let writes = |text: &&str| {
            vocabulary.words.authors.found_in(text)
                && vocabulary.words.full_heads.begins(text).is_none()
        };
        // "Comitato Regionale Arbitri" over "SEZIONE DI BORGOALTO": the line right above a body, of whatever
        // words, is the body above it.
        let above = |body: &str| {
            let at = frame.block.iter().position(|line| line.text == body)?.checked_sub(1)?;
            plain.iter().copied().find(|text| *text == frame.block[at].text)
        };
        let bodies = match bodies.as_slice() {
            [only] => above(only).into_iter().chain([*only]).collect(),
            _ => bodies,
        };
        let in_title = begun_by(frame, vocabulary);
        let candidates = [bodies, plain, in_title, titles];
        let others = candidates.iter().find(|bodies| bodies.iter().any(|text| !writes(text)));
        let bodies: Vec<&str> = match others {
            Some(bodies) => bodies.iter().copied().filter(|text| !writes(text)).collect(),
            None => candidates.into_iter().find(|bodies| !bodies.is_empty())?,
        };
        // "NG" of a key is no body.
        let bodies: Vec<&str> =
            bodies.into_iter().filter(|text| text.chars().count() > 2).collect();
        let committee = bodies.last()?;
        let named = |text: &&str| !vocabulary.is_group(text) && !vocabulary.is_bare_head(text);
        let superior = bodies.len().checked_sub(2).map(|at| bodies[at]).filter(named);
        let path: Vec<Arc<str>> = superior.into_iter().chain([*committee]).map(Arc::from).collect();
        Some(in_mixed_case(&path, frame))
    }

    /// The issuing path of most tables, or what all of several paths begin with.
    pub(super) fn commonest_committee(
        &self,
        tables: &[Understood<'_, '_>],
    ) -> Option<Arc<[Arc<str>]>> {
        let mut counts: BTreeMap<Arc<[Arc<str>]>, usize> = BTreeMap::new();
        for found in tables {
            if let Some(path) = self.issuer(&found.table.frame) {
                *counts.entry(path).or_default() += 1;
            }
        }
        if counts.keys().any(|path| !is_stated(path, self.vocabulary)) {
            counts.retain(|path, _| !is_stated(path, self.vocabulary));
        }
        // "Thornbridge Trust" over a school on each sheet, or alone on the first one: what names none is of
        // the body that all of them name.
        if counts.len() > 1 {
            let is_common = |body: &Arc<str>| counts.keys().all(|path| path.contains(body));
            let common = |path: &Arc<[Arc<str>]>| {
                let at = path.iter().rposition(is_common)?;
                Some(Arc::<[Arc<str>]>::from(&path[..=at]))
            };
            let paths = counts.keys().filter_map(common);
            if let Some(path) = paths.max_by_key(|path| path.len()) {
                return Some(path);
            }
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(path, _)| path)
    }

    /// The body that a sheet without tables begins with: a cover, or the key to the workbook.
    pub(super) fn on_cover(
        &self,
        sheets: &[Sheet],
        tables: &[Understood<'_, '_>],
    ) -> Option<Arc<[Arc<str>]>> {
        const LINES: usize = 3;
        let is_cover = |place: usize, sheet: &Sheet| {
            !sheet.hidden && tables.iter().all(|found| found.place != place)
        };
        let covers = sheets.iter().enumerate().filter(|(place, sheet)| is_cover(*place, sheet));
        let mut lines = covers.flat_map(|(_, sheet)| sheet.rows.iter().take(LINES));
        lines.find_map(|row| {
            let [cell] = row.cells.as_slice() else { return None };
            let text = shown(&cell.value);
            let is_body = is_organization_name(&text, self.vocabulary)
                || self.vocabulary.has_legal_form(&text);
            is_body.then(|| Arc::from([Arc::from(text)]))
        })
    }

    /// The issuing path of a table; the body above it, where none is printed, is said by the options.
    pub(super) fn committee_of(
        &mut self,
        found: &Understood<'_, '_>,
        all: &[Understood<'_, '_>],
    ) -> Arc<[Arc<str>]> {
        let bare = |name: &Arc<str>| {
            let named = units::named(name, self.vocabulary);
            named.map_or_else(|| Arc::clone(name), Arc::from)
        };
        let path = self.issuing_path(found, all);
        let path: Arc<[Arc<str>]> = path.iter().map(bare).collect();
        match (&*path, &self.options.superior) {
            ([committee], Some(superior)) => {
                Arc::from([Arc::from(superior.as_str()), Arc::clone(committee)])
            }
            _ => path,
        }
    }

    /// From the frame of the table, the other tables, the options, the file name.
    fn issuing_path(
        &mut self,
        found: &Understood<'_, '_>,
        all: &[Understood<'_, '_>],
    ) -> Arc<[Arc<str>]> {
        if let Some(path) = self
            .issuer(&found.table.frame)
            .map(|path| above_siblings(path, found, self.vocabulary))
            .or_else(|| self.issuer_of_sheet(found, all))
            .filter(|path| self.committee.is_none() || !is_stated(path, self.vocabulary))
            .or_else(|| self.committee.clone())
        {
            return path;
        }
        let by_profile = || found.profile.as_ref().and_then(|profile| profile.committee.clone());
        if let Some(name) = self.options.committee.clone().or_else(by_profile) {
            return Arc::from([Arc::<str>::from(name)]);
        }
        let name = committee_from(self.file_name);
        let message =
            format!("no issuing body is printed; `{name}` stands in, from the name of the file");
        self.reading.diagnostics.push(
            Diagnostic::new(Code::CommitteeFromFileName, message)
                .found(self.file_name)
                .hint("say it with --committee NAME"),
        );
        let path: Arc<[Arc<str>]> = Arc::from([Arc::<str>::from(name)]);
        self.committee = Some(Arc::clone(&path));
        path
    }

    /// The issuer of another table on the same sheet.
    fn issuer_of_sheet(
        &self,
        found: &Understood<'_, '_>,
        all: &[Understood<'_, '_>],
    ) -> Option<Arc<[Arc<str>]>> {
        let beside = all.iter().filter(|other| other.place == found.place);
        beside.into_iter().find_map(|other| self.issuer(&other.table.frame))
    }

    /// The round: title, sheet name, the only round of the other titles, the file's name, options.
    pub(super) fn campaign_of(
        &self,
        found: &Understood<'_, '_>,
        all: &[Understood<'_, '_>],
    ) -> Option<Arc<Campaign>> {
        let Understood { sheet, table, .. } = found;
        let only = |text: &str| {
            let mut rounds = Campaign::all_in(text);
            if rounds.len() == 1 { rounds.pop() } else { None }
        };
        let in_titles = || table.frame.titles.iter().find_map(|line| only(&line.text));
        let in_block = || table.frame.block.iter().find_map(|line| only(&line.text));
        let titled = |is_near: &dyn Fn(&Understood<'_, '_>) -> bool| {
            let near = all.iter().filter(|other| is_near(other));
            let mut rounds: Vec<Campaign> =
                near.flat_map(|other| Campaign::all_in(&other.table.frame.title())).collect();
            rounds.sort();
            rounds.dedup();
            if rounds.len() == 1 { rounds.pop() } else { None }
        };
        only(&table.frame.title())
            .or_else(in_titles)
            .or_else(in_block)
            .or_else(|| only(&sheet.name))
            .or_else(|| titled(&|other| other.place == found.place))
            .or_else(|| titled(&|_| true))
            .or_else(|| {
                let names = all.iter().filter_map(|other| only(&other.sheet.name));
                let mut rounds: Vec<Campaign> = names.collect();
                rounds.sort();
                rounds.dedup();
                if rounds.len() == 1 { rounds.pop() } else { None }
            })
            .or_else(|| self.options.campaign.clone())
            .or_else(|| Campaign::of_file_name(self.file_name))
            .map(Arc::new)
    }
}

/// "District: Shivpura", which says where the office is that other tables name.
fn is_stated(path: &[Arc<str>], vocabulary: &Vocabulary) -> bool {
    path.last().is_some_and(|name| says_where(name, vocabulary))
}

fn says_where(text: &str, vocabulary: &Vocabulary) -> bool {
    text.contains(": ") || units::named(text, vocabulary).is_some()
}

/// "Phòng Quản lý chất lượng" over "Khoa Nhi", "Phòng Tài chính": one of those below it writes of all, and
/// they are of the body above.
fn above_siblings(
    path: Arc<[Arc<str>]>,
    found: &Understood<'_, '_>,
    vocabulary: &Vocabulary,
) -> Arc<[Arc<str>]> {
    let [superior, issuer] = &*path else { return path };
    let head_of = |name: &str| -> Option<String> {
        let length = vocabulary.words.organization_heads.begins(name)?;
        let key = crate::text::comparison_key(name);
        Some(key.split(' ').take(length).collect::<Vec<_>>().join(" "))
    };
    let is_full = vocabulary.words.full_heads.begins(issuer).is_some();
    let Some(head) = head_of(issuer).filter(|_| !is_full) else { return path };
    let bodies = |column: &&Column| column.role == Role::Organization;
    let Some(column) = found.read.columns.iter().find(bodies) else { return path };
    let rows = found.table.body.iter().take(60);
    let names: Vec<String> = rows.filter_map(|row| row.text(column.index)).collect();
    let is_alike = |name: &&String| head_of(split_ordinal(name).1).as_ref() == Some(&head);
    let alike: Vec<&String> = names.iter().filter(is_alike).collect();
    // "Ban Thường trực" over "Ban công tác khu phố 1", "Ban công tác khu phố 2": bodies of another kind.
    let begins = |name: &str| {
        let key = crate::text::comparison_key(split_ordinal(name).1);
        key.split(' ').take(2).map(str::to_owned).collect::<Vec<String>>()
    };
    let are_of_one_kind = alike.windows(2).all(|pair| begins(pair[0]) == begins(pair[1]));
    let is_other_kind =
        are_of_one_kind && alike.first().is_some_and(|name| begins(name) != begins(issuer));
    if found.read.kind == TableKind::Organizations && alike.len() > 1 && !is_other_kind {
        Arc::from([Arc::clone(superior)])
    } else {
        path
    }
}

/// "江州水务集团有限公司2023年度员工考核": the body whose name begins the title, right before its round.
fn begun_by<'f>(frame: &'f Frame, vocabulary: &Vocabulary) -> Vec<&'f str> {
    let begins = |text: &'f str| {
        let head = text[..text.find(|c: char| c.is_ascii_digit())?].trim_end();
        // Where blanks part words, what a table is about may end as a name does: "decisions by district, 2022".
        let is_one_word = !head.contains(char::is_whitespace);
        let is_body = is_one_word && is_organization_name(head, vocabulary)
            || vocabulary.has_legal_form(head);
        let is_title = vocabulary.words.titles.found_in(head);
        (is_body && !is_title && !Campaign::all_in(text).is_empty()).then_some(head)
    };
    frame.titles.iter().filter_map(|line| begins(&line.text)).take(1).collect()
}

/// The first lines over a titled table, in offices whose bodies have no heads that are known.
fn plain_bodies<'f>(frame: &'f Frame, scales: &Scales, vocabulary: &Vocabulary) -> Vec<&'f str> {
    /// So many words with a full stop are a sentence: "Acme Freight, Inc." is none.
    const SENTENCE: usize = 5;
    // "Регионална инспекция по труда" over a title: what parts figures in other lines joins words here.
    let parts_figures = |text: &str| vocabulary.words.by.found_in(text);
    let parts_bodies = |text: &str| {
        let behind = vocabulary.words.parted_by(text);
        behind.is_some_and(|behind| {
            behind.is_empty()
                || vocabulary.field(&behind).is_some()
                || vocabulary.is_kind_of_bodies(&behind)
        })
    };
    let is_first = |text: &str| {
        let first = frame.block.first().filter(|_| !frame.titles.is_empty());
        first.is_some_and(|line| line.text == text)
    };
    let is_body = |text: &&str| {
        // "Chambre des notaires / Kamer van notarissen": the one name in two languages.
        let name = text.split(" / ").next().unwrap_or(text);
        let words = word_count(name);
        (1..=12).contains(&words)
            && name.chars().count() > 2
            && begins_as_name(text)
            && !text.contains(": ")
            && (words < SENTENCE || !text.ends_with('.') || vocabulary.has_legal_form(text))
            && !is_caption(text, vocabulary)
            && (!parts_figures(text) || is_first(text) && !parts_bodies(text))
            && scales.level(text).is_none()
            && !vocabulary.words.titles.found_in(text)
            && !vocabulary.is_footer(text)
            && !vocabulary.is_note(text)
    };
    // A title that names no round stands among the lines of the block.
    let is_title = |text: &str| vocabulary.words.titles.found_in(text) && word_count(text) > 2;
    let titled = frame.block.iter().position(|line| is_title(&line.text));
    // Without a title the first line is the body, if it is a name and the next one a sentence.
    let is_name = |text: &str| {
        let mut words = text.split_whitespace().filter(|word| word.chars().count() > 3);
        text.is_ascii() && words.all(|word| word.starts_with(|c: char| !c.is_lowercase()))
    };
    let named = match frame.block.as_slice() {
        [first, second, ..] if is_name(&first.text) && !is_name(&second.text) => 1,
        [first, second, ..]
            if (is_caption(&second.text, vocabulary) || parts_figures(&second.text))
                && !is_caption(&first.text, vocabulary)
                && !parts_figures(&first.text) =>
        {
            1
        }
        // "Regelbeurteilung der Beamten zum 01.10.2023": the line below the name says of which year it is.
        [first, second, ..] if !has_year(&first.text) && has_year(&second.text) => 1,
        _ => 0,
    };
    let before = if frame.titles.is_empty() { titled.unwrap_or(named) } else { frame.block.len() };
    // "Légende des cotes" right over "A = Dépasse les attentes" names a key.
    let key = frame.block.iter().position(|line| scales.level(&line.text).is_some());
    let before = key.map_or(before, |key| before.min(key.saturating_sub(1)));
    frame.block[..before]
        .iter()
        .map(|line| units::named(&line.text, vocabulary).unwrap_or(&line.text))
        .take_while(|text| is_body(text))
        .take(3)
        .collect()
}

/// "Ormsby Library", "uMhlathuzane Local Municipality", "営業部", "31-я часть", "3rd Battalion": a capital among
/// the letters of the first word, letters of a script that has none, or a number of several.
fn begins_as_name(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    text.starts_with(char::is_alphabetic) && first.contains(may_begin_name)
        || is_number_of_several(first) && word_count(text) > 1
}

/// "31-я", "3rd", "12e", "2º": a number and the ending that makes it one of several.
fn is_number_of_several(word: &str) -> bool {
    const ENDING: usize = 3;
    let ending = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let letters = ending.trim_start_matches('-');
    ending.len() < word.len()
        && (1..=ENDING).contains(&letters.chars().count())
        && letters.chars().all(|c| c.is_lowercase() || matches!(c, 'º' | 'ª'))
}

/// "P.M.B. 1024, ABATA": a long number before a comma.
fn is_address(text: &str) -> bool {
    const DIGITS: usize = 3;
    let before = text.split(',').next().filter(|before| before.len() < text.len());
    before.is_some_and(|before| {
        let number = before.rsplit(' ').next().unwrap_or_default();
        number.len() >= DIGITS && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// Whether a year stands among the words of a text.
fn has_year(text: &str) -> bool {
    const WORDS: usize = 3;
    let is_year =
        |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    word_count(text) > WORDS && text.split(|c: char| !c.is_ascii_digit()).any(is_year)
}

/// Whether a line that could be a body is a title: "District Report Card Grades" under the name of a board is what
/// the board publishes.
fn is_title(text: &str, frame: &Frame, has_body: bool, vocabulary: &Vocabulary) -> bool {
    let titles = &vocabulary.words.titles;
    // "Şube Çalışanlarının Performans Sonuçları" ends as a title does and says so before; "HUYỆN ỦY KIM BẢNG" has
    // the word for a table in its name.
    let ends_twice = || {
        let before = text.rsplit_once(' ').map_or("", |(before, _)| before);
        titles.ends(text) && titles.found_in(before)
    };
    // Below a body, where no other line says more than a round, a line of ratings is the title.
    let is_untitled = || frame.titles.iter().all(|line| says_round_alone(&line.text));
    let is_last = || frame.block.last().is_some_and(|line| line.text == text);
    let rates = || {
        let is_rating = matches!(vocabulary.field(text), Some((Field::Rating, _)));
        (titles.found_in(text) || is_rating) && vocabulary.words.full_heads.begins(text).is_none()
    };
    text.is_ascii() && titles.found_in(text)
        || ends_twice()
        || has_body && is_untitled() && is_last() && rates()
}

/// "2023 yılı 1. yarıyıl": a round, and next to no other word.
fn says_round_alone(text: &str) -> bool {
    const WORDS: usize = 5;
    word_count(text) <= WORDS && !Campaign::all_in(text).is_empty()
}

/// "Ward Accreditation Programme: levels awarded": what is published, and by nobody.
fn explains_itself(text: &str) -> bool {
    let behind = text.split_once(": ").map(|(_, behind)| behind);
    behind.is_some_and(|behind| behind.starts_with(char::is_lowercase))
}

/// "A. ĐẢNG VIÊN ĐƯỢC ĐÁNH GIÁ", "1. Đảng viên HTXSNV", "Opinions by province": what a table lists, and no
/// body.
fn is_caption(text: &str, vocabulary: &Vocabulary) -> bool {
    let bare = split_ordinal(text).1;
    !Campaign::all_in(bare).is_empty()
        || text.ends_with(':')
        || vocabulary.level(bare).is_some()
        || vocabulary.measure(bare).is_some()
        || vocabulary.words.subject_members.begins(bare).is_some() && !is_possessive(bare)
        || vocabulary.words.titles.begins(bare).is_some()
}

/// "Educators' Federation of Tamarack": the people whose body it is.
fn is_possessive(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    first.ends_with(['\'', '’'])
}

/// A branch's name is in capitals in the block and often in full below the title.
fn in_mixed_case(path: &[Arc<str>], frame: &Frame) -> Arc<[Arc<str>]> {
    let restore = |name: &Arc<str>| {
        let key = organization_key(name);
        let line = frame.titles.iter().find(|line| organization_key(&line.text) == key);
        line.map_or_else(|| Arc::clone(name), |line| line.text.as_str().into())
    };
    path.iter().map(restore).collect()
}

/// "`ket_qua(3).xlsx`" is "`ket_qua"`: copies of one file have one issuer.
pub(super) fn committee_from(file_name: &str) -> String {
    let stem = file_stem(file_name).trim();
    match stem.rsplit_once('(') {
        Some((name, copy)) if copy.trim_end_matches(')').chars().all(|c| c.is_ascii_digit()) => {
            name.trim().to_owned()
        }
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    #[test]
    fn the_body_stands_where_its_seal_goes_or_first_over_the_title() {
        let issuer = |page: &str| {
            let reading = of_page(page);
            reading.records.first().map(|record| record.place[0].to_string())
        };
        let sealed = "2023年度工作人员年度考核结果名册\n单位（盖章）：临江市第三人民医院\n\n\
                      序号|姓名|出生年月|考核等次\n1|周敏|1982.09|合格\n2|何佳|1974.10|优秀\n\
                      3|吴丽华|1984.08|合格\n4|李敏|1971.08|不合格";
        assert_eq!(issuer(sealed).as_deref(), Some("临江市第三人民医院"));
        // Who writes of all is none, where the title begins with the body.
        let titled = "江州水务集团有限公司2023年度员工考核结果\n填报单位：人力资源部\n\n\
                      序号|姓名|出生年月|考核等次\n1|周敏|1982.09|合格\n2|何佳|1974.10|优秀\n\
                      3|吴丽华|1984.08|合格\n4|李敏|1971.08|不合格";
        assert_eq!(issuer(titled).as_deref(), Some("江州水务集团有限公司"));
        // "По" joins words of a name as well as it parts figures.
        let first = "Регионална инспекция по труда\nГодишни оценки на служителите за 2023 г.\n\n\
                     № по ред|Име на служителя|Длъжност|Годишна оценка\n\
                     1|Таня Димитрова|директор|отличен\n2|Мария Тодорова|експерт|добър\n\
                     3|Стоян Николов|експерт|отличен\n4|Елена Желева|експерт|слаб";
        assert_eq!(issuer(first).as_deref(), Some("Регионална инспекция по труда"));
    }

    #[test]
    fn a_label_over_all_lists_is_no_part_of_the_names_behind_it() {
        let sheet = |unit: &str, rows: &str| {
            format!("BAY WORKS\nReviews 2023\nZorp: {unit}\n\nNo.|Name|Rating\n{rows}\n\n")
        };
        let page = sheet("Tool Room", "1|Mary Hill|Good\n2|Ann Lowe|Fair\n3|Ray Hood|Good")
            + &sheet("Machine Shop", "1|Eve Dale|Good\n2|Peter Hale|Poor\n3|Jane Small|Fair");
        let reading = of_page(&page);
        let bodies = reading.people().filter_map(|(record, _)| record.place.last());
        let mut bodies: Vec<String> = bodies.map(ToString::to_string).collect();
        bodies.dedup();
        assert_eq!(bodies, ["Tool Room", "Machine Shop"]);
    }

    #[test]
    fn a_body_may_begin_with_the_people_whose_it_is() {
        let issuer = |first: &str| {
            let reading = of_page(&format!(
                "{first}\nAnnual Review of Locals 2023\n\nLocal|Town|Rating\n\
                 Oak Local|Ayr|Good\nElm Local|Bute|Fair\nAsh Local|Ayr|Good\nFir Local|Bute|Poor"
            ));
            reading.records.first().map(|record| record.place[0].to_string())
        };
        let name = "EDUCATORS' FEDERATION OF TAMARACK";
        assert_eq!(issuer(name).as_deref(), Some(name));
        assert_eq!(issuer("TEACHERS TO BE APPRAISED").as_deref(), Some("a"));
    }

    #[test]
    fn a_legal_form_ends_the_name_of_a_body_of_any_length() {
        let issuer = |first: &str| {
            let reading = of_page(&format!(
                "{first}\nGradation of Member Mills on Technical and Financial Performance\n\n\
                 Sr. No.|Name of the Mill|Rating 2022\n1|Shivneri Sugar Mill|Good\n\
                 2|Kalyani Sugar Mill|Fair\n3|Nira Sugar Mill|Poor\n4|Hutatma Sugar Mill|Good\n\
                 5|Ambika Sugar Mill|Fair\n6|Jaywant Sugar Mill|Good"
            ));
            reading.records.first().map(|record| record.place[0].to_string())
        };
        let by = "Lango Growers Union\nGRADING OF GINNERIES BY THE INSPECTION TEAM\n\n\
                  Sr. No.|Name of ginnery|Grade 2022\n1|Aboke Ginnery|Good\n2|Dokolo Ginnery|Fair\n\
                  3|Loro Ginnery|Poor\n4|Iceme Ginnery|Good\n5|Otuke Ginnery|Good";
        let reading = of_page(by);
        assert_eq!(reading.records.first().map(|of| &*of.place[0]), Some("Lango Growers Union"));
        let name = "Krishna Valley Federation of Co-operative Sugar Factories Ltd.";
        assert_eq!(issuer(name).as_deref(), Some(name));
    }

    #[test]
    fn a_body_may_be_one_of_several_by_number_or_be_named_within_its_line() {
        let issuer = |lines: &str| {
            let reading = of_page(&format!(
                "{lines}\nAnnual Review of Staff 2023\n\nName|Rating\nMary Hill|Good\n\
                 Ann Lowe|Fair\nRay Hood|Poor\nEve Dale|Good"
            ));
            reading.records.first().map(|record| record.place.last().unwrap().to_string())
        };
        assert_eq!(issuer("31st Zorps of Ayr").as_deref(), Some("31st Zorps of Ayr"));
        let below = issuer("Hill Farms Ltd\nZorp «Lower Mill»");
        assert_eq!(below.as_deref(), Some("Zorp «Lower Mill»"));
        let plain = issuer("Hill Farms Ltd\nin three parts");
        assert_eq!(plain.as_deref(), Some("Hill Farms Ltd"));
    }

    #[test]
    fn a_line_of_ratings_below_the_body_is_the_title_where_no_other_is() {
        let issuer = |lines: &str| {
            let reading = of_page(&format!(
                "{lines}\nĐơn vị|Năm 2022|Năm 2021\nChi bộ thôn Đông|HTTNV|HTTNV\n\
                 Chi bộ thôn Tây|HTNV|HTTNV\nChi bộ thôn Nam|HTTNV|HTNV\nChi bộ thôn Bắc|HTTNV|HTTNV"
            ));
            reading.records.first().map(|record| record.place[0].to_string())
        };
        let titled = issuer("ĐẢNG ỦY XÃ KIM SƠN\nMỨC CHẤT LƯỢNG CÁC CHI BỘ QUA BA NĂM\n");
        assert_eq!(titled.as_deref(), Some("ĐẢNG ỦY XÃ KIM SƠN"));
    }

    #[test]
    fn an_address_is_no_body() {
        let reading = of_page(
            "ABATA COUNCIL\nP.M.B. 1024, ABATA\nAnnual Review of Staff 2023\n\nName|Rating\n\
             Mary Hill|Good\nAnn Lowe|Fair\nRay Hood|Poor\nEve Dale|Good",
        );
        assert_eq!(reading.records.first().map(|of| &*of.place[0]), Some("ABATA COUNCIL"));
    }

    #[test]
    fn an_issuer_of_another_kind_than_those_listed_stands_above_them() {
        let issuer = |lines: &str, name: &str| {
            let reading = of_page(&format!(
                "{lines}\nKẾT QUẢ XẾP LOẠI NĂM 2020\n\nSTT|Đơn vị|Xếp loại\n1|{name} 1|HTTNV\n\
                 2|{name} 2|HTNV\n3|{name} 3|HTTNV\n4|{name} 4|HTTNV"
            ));
            reading.records.first().and_then(|of| of.place.get(1).map(ToString::to_string))
        };
        let lines = "ỦY BAN MẶT TRẬN QUẬN BÌNH AN\nBAN THƯỜNG TRỰC PHƯỜNG AN THỚI";
        let found = issuer(lines, "Ban công tác khu phố");
        assert_eq!(found.as_deref(), Some("BAN THƯỜNG TRỰC PHƯỜNG AN THỚI"));
    }
}
