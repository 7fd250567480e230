//! Reports in sentences, one below the other in the cells of a sheet without a table: "Hoàn thành
//! tốt nhiệm vụ: 11 chi bộ, tỷ lệ 78,6%".

use std::sync::Arc;

use super::prose::{Clause, clause_of};
use crate::campaign::Campaign;
use crate::grid::{Cell, Place, Row, Sheet, Value};
use crate::legend::Legend;
use crate::record::{
    Figure, IndicatorFigure, Measure, RatingRef, Record, Relation, Stage, Stated, Statement,
    Subject,
};
use crate::scale::Scales;
use crate::value::{number_of_text, ratio, shown, split_ordinal};
use crate::vocabulary::{LevelText, Vocabulary};

/// What the sentences of a sheet are read with.
pub(crate) struct Context<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) sheet: &'a Sheet,
    pub(crate) table: usize,
    pub(crate) campaign: Arc<Campaign>,
    pub(crate) committee: Arc<[Arc<str>]>,
}

/// The figures of all sentences; none unless some of them count levels.
pub(crate) fn read(context: &Context<'_>) -> Vec<Record> {
    let scales = Scales::default();
    let legend = Legend::of(context.sheet, context.vocabulary, &scales);
    let mut reader =
        Reader { context, legend, subject: Subject::Members, records: Vec::new(), levels: 0 };
    for row in &context.sheet.rows {
        for cell in row.cells.iter().filter(|cell| matches!(cell.value, Value::Text(_))) {
            reader.cell(row, cell);
        }
    }
    if reader.levels < 2 { Vec::new() } else { reader.records }
}

struct Reader<'a> {
    context: &'a Context<'a>,
    legend: Legend<'a>,
    /// Whom the last heading was about.
    subject: Subject,
    records: Vec<Record>,
    levels: usize,
}

impl Reader<'_> {
    fn cell(&mut self, row: &Row, cell: &Cell) {
        let text = shown(&cell.value);
        if !text.contains(|c: char| c.is_ascii_digit()) || split_ordinal(&text).1.len() < 60 {
            self.subject = subject_of(&text, self.context.vocabulary).unwrap_or(self.subject);
        }
        let mut figures = Vec::new();
        let mut indicators = Vec::new();
        for sentence in sentences(split_ordinal(&text).1) {
            let stated = Sentence { at: row.place(cell.column), whole: &text };
            if let Some(indicator) = self.indicator(&sentence, &stated) {
                indicators.push(indicator);
            } else {
                figures.extend(self.figure(&sentence, &stated));
            }
        }
        if !figures.is_empty() {
            self.record(row, Statement::Figures { figures });
        }
        if !indicators.is_empty() {
            self.record(row, Statement::Indicators { indicators });
        }
    }

    fn record(&mut self, row: &Row, statement: Statement) {
        let context = self.context;
        self.records.push(Record {
            sheet: context.sheet.name.as_str().into(),
            row: row.index + 1,
            table: context.table,
            campaign: Arc::clone(&context.campaign),
            place: Arc::clone(&context.committee),
            statement,
        });
    }

    fn figure(&mut self, sentence: &str, stated: &Sentence<'_>) -> Option<Figure> {
        let vocabulary = self.context.vocabulary;
        let (bare, percent) = without_percent(sentence, vocabulary);
        let (measure, level, count) = match clause_of(&bare, &self.legend)? {
            Clause::Measure(measure, count) => (measure, None, count),
            Clause::Level(level, count) => (Measure::Rating, Some(level), count),
        };
        let subject = subject_of(unit_of(&bare), vocabulary).unwrap_or(self.subject);
        let rating = match &level {
            Some(level) => Some(self.rating(level, subject)?),
            None => None,
        };
        self.levels += usize::from(rating.is_some());
        Some(Figure {
            subject,
            measure,
            rating,
            stage: Stage::Unstated,
            relation: Relation::Exact,
            group: None,
            count: Some(stated.value(count)),
            percent: percent.map(|percent| stated.value(percent)),
        })
    }

    fn rating(&self, level: &LevelText, subject: Subject) -> Option<RatingRef> {
        let vocabulary = self.context.vocabulary;
        let scheme = vocabulary.scheme(subject, self.context.campaign.year)?;
        let found = match level {
            LevelText::Known(places) => {
                let in_force =
                    |place: &&(usize, usize)| vocabulary.schemes[place.0].code == scheme.code;
                scheme.levels.get(places.iter().find(in_force)?.1)?
            }
            LevelText::Rank(rank) => scheme.levels.iter().find(|level| level.rank == *rank)?,
            LevelText::Own(..) => return None,
        };
        Some(RatingRef { scheme: scheme.code.as_str().into(), code: found.code.as_str().into() })
    }

    /// "Kết nạp đảng viên: 06/05 đảng viên, đạt 120% chỉ tiêu giao".
    fn indicator(&self, sentence: &str, stated: &Sentence<'_>) -> Option<IndicatorFigure> {
        let (label, rest) = sentence.split_once(':')?;
        let indicator = self.context.vocabulary.indicator(label)?;
        let pair =
            rest.split_whitespace().find_map(|word| ratio(word.trim_matches([',', ';', '.'])));
        let (actual, target, _) = pair?;
        let percent = without_percent(rest, self.context.vocabulary).1;
        Some(IndicatorFigure {
            indicator,
            target: Some(stated.value(target)),
            actual: Some(stated.value(actual)),
            percent: percent.map(|percent| stated.value(percent)),
        })
    }
}

/// The cell of a sentence: every figure of it has the whole text as its source.
struct Sentence<'a> {
    at: Place,
    whole: &'a str,
}

impl Sentence<'_> {
    fn value<T>(&self, value: T) -> Stated<T> {
        Stated { value, at: self.at, raw: Some(self.whole.to_owned()) }
    }
}

/// Parts that end with a semicolon, or with a full stop that is no mark of thousands.
fn sentences(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends = c == ';' || c == '.' && chars.peek().is_none_or(|next| next.is_whitespace());
        if ends {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.retain(|part| part.contains(|c: char| c.is_ascii_digit()));
    parts
}

/// The sentence without "(13,1%)", "tỷ lệ 14,3%", "chiếm 14,3%", and the percentage.
fn without_percent(sentence: &str, vocabulary: &Vocabulary) -> (String, Option<f64>) {
    let Some(end) = sentence.find('%') else { return (sentence.trim().to_owned(), None) };
    let before = &sentence[..end];
    let digits = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ');
    let number = before.trim_end_matches(digits);
    let percent = number_of_text(before[number.len()..].trim()).map(|number| number.value);
    let mut bare = number.trim_end_matches([' ', '(', ',', ':', '-']).to_owned();
    while let Some(word) =
        vocabulary.words.shares.0.iter().find(|word| bare.to_lowercase().ends_with(word.as_str()))
    {
        bare.truncate(bare.len() - word.len());
        bare = bare.trim_end_matches([' ', '(', ',', ':', '-']).to_owned();
    }
    (bare.trim().to_owned(), percent)
}

/// The words behind the last number.
fn unit_of(sentence: &str) -> &str {
    let last = sentence.rfind(|c: char| c.is_ascii_digit());
    last.map_or("", |last| &sentence[last + 1..])
}

fn subject_of(text: &str, vocabulary: &Vocabulary) -> Option<Subject> {
    let words = &vocabulary.words;
    if words.subject_members.found_in(text) || words.comrades.found_in(text) {
        Some(Subject::Members)
    } else {
        words.subject_branches.found_in(text).then_some(Subject::Branches)
    }
}
