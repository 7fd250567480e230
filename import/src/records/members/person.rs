//! The fields of one person, read from the cells of a row.

use std::sync::Arc;

use super::lines_of;
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Cell, Row, Value};
use crate::layout::merge_at;
use crate::record::{NotRatedReason, Person, RatingRef, Sex, Stage, StageRating, Stated, Subject};
use crate::records::{TableContext, name_of_cell};
use crate::role::{Column, Role};
use crate::text::{initials, word_count};
use crate::value::{
    DateOrder, PartialDate, Precision, date_of_column, date_of_text, number, number_of_text, shown,
};
use crate::vocabulary::LevelText;

pub(super) struct PersonReader<'a> {
    pub(super) context: &'a TableContext<'a>,
    pub(super) row: &'a Row,
    pub(super) campaign: &'a Arc<Campaign>,
}

impl PersonReader<'_> {
    pub(super) fn read(
        &self,
        name: Stated<String>,
        probationary: bool,
        problems: &mut Vec<Diagnostic>,
    ) -> Person {
        let at = name.at;
        let mut person = Person {
            name,
            birth_date: None,
            sex: None,
            identifiers: Vec::new(),
            position: None,
            admitted_on: None,
            official_on: None,
            probationary: probationary.then_some(Stated { value: true, at, raw: None }),
            reason: None,
            ratings: Vec::new(),
        };
        let mut ticked: Vec<(Stage, &Cell, RatingRef)> = Vec::new();
        for column in self.context.columns {
            let Some(cell) = self.row.cell(column.index) else {
                self.merged_rating(&mut person, column, problems);
                continue;
            };
            let is_of_some_round =
                is_rated(&column.role) || column.role == Role::Reason && column.campaign.is_some();
            if is_of_some_round && !self.is_of_round(column) {
                continue;
            }
            if let Role::Tick(stage, level) = &column.role {
                ticked.extend(self.tick(*stage, level, cell, problems));
            } else {
                let cell = self.context.repeated(self.row, cell).unwrap_or(cell);
                self.field(&mut person, &column.role, cell, problems);
            }
        }
        self.settle_ticks(&mut person, &ticked, problems);
        self.rate_by_points(&mut person);
        self.rate_blanks(&mut person);
        self.check_order(&person, problems);
        if person.is_rated() {
            person.reason = None;
        }
        person
    }

    /// Whether a column is of the round that is read.
    fn is_of_round(&self, column: &Column) -> bool {
        let of_row = self.context.column_of(&Role::Round).is_some();
        let round = if of_row { Some(self.campaign) } else { self.context.campaign.as_ref() };
        column.campaign.as_ref().or(round) == Some(self.campaign)
    }

    /// The rating that is merged from a cell above down over this one.
    fn merged_rating(&self, person: &mut Person, column: &Column, problems: &mut Vec<Diagnostic>) {
        let context = self.context;
        if !matches!(column.role, Role::Rating(_))
            || !self.row.places.is_empty()
            || !self.is_of_round(column)
        {
            return;
        }
        let Some(region) = merge_at(context.sheet, self.row.index, column.index) else { return };
        let at = context.body.partition_point(|row| row.index < region.first_row);
        let first = context.body.get(at).filter(|row| row.index == region.first_row);
        if let Some((row, cell)) = first.and_then(|row| Some((row, row.cell(column.index)?))) {
            let above = PersonReader { row, ..*self };
            above.field(person, &column.role, cell, problems);
        }
    }

    /// Gives who has neither a rating nor a reason the level that stands for a blank cell.
    fn rate_blanks(&self, person: &mut Person) {
        let Some(level) = &self.context.legend.blank else { return };
        if person.is_rated() || person.reason.is_some() {
            return;
        }
        for column in self.context.columns.iter().filter(|column| self.is_of_round(column)) {
            let Role::Rating(stage) = column.role else { continue };
            let rating = self.context.rating(level, Subject::Members, self.campaign);
            let at = self.row.place(column.index);
            let rating = rating.map(|value| Stated { value, at, raw: None });
            person.ratings.push(StageRating { stage, rating, score: None });
        }
    }

    fn field(
        &self,
        person: &mut Person,
        meaning: &Role,
        cell: &Cell,
        problems: &mut Vec<Diagnostic>,
    ) {
        if matches!(cell.value, Value::Error(_)) {
            problems.extend(self.error_where_needed(meaning, cell));
            return;
        }
        let text = shown(&cell.value);
        if self.context.legend.is_missing(&text) {
            return;
        }
        let stated = || self.context.stated(self.row, cell, text.clone());
        match meaning {
            Role::Identifier => {
                problems.extend(self.lost_digits(cell, &text));
                person.identifiers.push(stated());
            }
            Role::Position => person.position = Some(stated()),
            Role::BirthDate(sex) => {
                person.birth_date = self.date(cell, problems);
                let sex = sex.map(|sex| self.context.stated_as(self.row, cell, sex));
                person.sex = sex.or(person.sex.take());
            }
            Role::Name => {
                let mut below = lines_of(cell).skip(1);
                let born = below.find_map(|line| date_of_text(&line));
                let born = born.map(|born| self.context.stated(self.row, cell, born));
                person.birth_date = person.birth_date.take().or(born);
            }
            Role::AdmittedOn if let Some((admitted, official)) = two_dates(&cell.value) => {
                person.admitted_on = Some(self.context.stated(self.row, cell, admitted));
                person.official_on = Some(self.context.stated(self.row, cell, official));
            }
            Role::AdmittedOn => person.admitted_on = self.date(cell, problems),
            Role::OfficialOn => person.official_on = self.date(cell, problems),
            Role::Sex => {
                let m_is_for_women =
                    self.context.column(cell.column).is_some_and(|column| column.m_is_for_women);
                let sex = match text.as_str() {
                    "M" if m_is_for_women => Some(Sex::Female),
                    text => self.context.vocabulary.sex(text),
                };
                person.sex = sex.map(|sex| self.context.stated_as(self.row, cell, sex));
            }
            Role::SexTick(sex) => {
                person.sex = self.ticked_sex(cell, &text, *sex).or(person.sex.take());
            }
            Role::Probationary if self.context.says_no(cell, &text) => {}
            Role::Probationary => {
                person.probationary = Some(self.context.stated_as(self.row, cell, true));
            }
            Role::Rating(stage) => self.rating(person, *stage, cell, &text, problems),
            Role::Score(stage) => {
                let score = number(&cell.value)
                    .map(|score| self.context.stated(self.row, cell, score.value));
                person.ratings.push(StageRating { stage: *stage, rating: None, score });
            }
            Role::Reason => {
                self.probation(person, cell, &text);
                let reason = self.context.legend.not_rated(&text).unwrap_or(NotRatedReason::Other);
                person.reason = Some(self.context.stated_as(self.row, cell, reason));
            }
            Role::ReasonTick(reason) if self.context.vocabulary.is_tick(&text) || text == "1" => {
                person
                    .reason
                    .get_or_insert_with(|| self.context.stated_as(self.row, cell, *reason));
            }
            Role::Note => self.note(person, cell, &text),
            _ => {}
        }
    }

    /// A number that a spreadsheet has rounded: it keeps fifteen digits, and shows many as `3.1E+11`.
    fn lost_digits(&self, cell: &Cell, text: &str) -> Option<Diagnostic> {
        let is_rounded = match &cell.value {
            Value::Number(number) => number.abs() >= 1e15,
            _ => text.split_once(['E', 'e']).is_some_and(|(digits, power)| {
                digits.contains(['.', ','])
                    && number_of_text(digits).is_some()
                    && power.strip_prefix('+').is_some_and(|power| power.parse::<u8>().is_ok())
            }),
        };
        is_rounded.then(|| {
            let message =
                "a spreadsheet has rounded the number; its last digits are not in the file";
            self.context
                .problem(Code::DoubtfulNumber, self.row, cell.column, message)
                .hint("write the number as text, as the card has it")
        })
    }

    /// "Đảng viên dự bị, kết nạp chưa đủ 6 tháng": a note or a reason may tell who is probationary.
    fn probation(&self, person: &mut Person, cell: &Cell, text: &str) {
        let is_told = self.context.vocabulary.words.probationary.found_in(text);
        if is_told && person.probationary.is_none() {
            person.probationary = Some(self.context.stated_as(self.row, cell, true));
        }
    }

    /// A note tells who is probationary, and why somebody has no rating.
    fn note(&self, person: &mut Person, cell: &Cell, text: &str) {
        let vocabulary = self.context.vocabulary;
        self.probation(person, cell, text);
        let parts = text.split([';', ',']).find_map(|part| vocabulary.reason(part));
        if let Some(reason) = parts
            && person.reason.as_ref().is_none_or(|known| known.value == NotRatedReason::Other)
        {
            person.reason = Some(self.context.stated_as(self.row, cell, reason));
        }
    }

    fn error_where_needed(&self, meaning: &Role, cell: &Cell) -> Option<Diagnostic> {
        let needed = !matches!(meaning, Role::Note | Role::Ignored | Role::NotHeld | Role::Ordinal);
        needed.then(|| self.context.cell_error(self.row, cell.column))
    }

    /// The sex of a column that is ticked, and the other one by "Nữ: 0" where no column is for men.
    fn ticked_sex(&self, cell: &Cell, text: &str, sex: Sex) -> Option<Stated<Sex>> {
        let other = if sex == Sex::Male { Sex::Female } else { Sex::Male };
        let is_alone =
            !self.context.columns.iter().any(|column| column.role == Role::SexTick(other));
        let sex =
            if self.context.says_no(cell, text) { is_alone.then_some(other) } else { Some(sex) };
        sex.map(|sex| self.context.stated_as(self.row, cell, sex))
    }

    fn date(&self, cell: &Cell, problems: &mut Vec<Diagnostic>) -> Option<Stated<PartialDate>> {
        let column = self.context.column(cell.column);
        let order = column.map_or(DateOrder::DayFirst, |column| column.date_order);
        let latest = self.campaign.year + 1;
        let read = date_of_column(&cell.value, self.context.sheet.epoch_1904, order, latest);
        match read {
            Some(date) if (1880..=latest).contains(&i32::from(date.year())) => {
                Some(self.context.stated(self.row, cell, date))
            }
            _ => {
                let message = "the date does not exist, or lies after the round";
                let problem =
                    self.context.problem(Code::ImpossibleDate, self.row, cell.column, message);
                problems.push(
                    problem
                        .expected(format!("17/05/1980, 05/1980, 1980 (≤ {latest})"))
                        .hint("correct the cell, or clear it if the date is not known"),
                );
                None
            }
        }
    }

    /// Who is admitted becomes official later, never before.
    fn check_order(&self, person: &Person, problems: &mut Vec<Diagnostic>) {
        let (Some(admitted), Some(official)) = (&person.admitted_on, &person.official_on) else {
            return;
        };
        let days = [admitted.value, official.value].map(PartialDate::precision);
        if days == [Precision::Day; 2] && official.value < admitted.value {
            let message = format!(
                "official on {}, before the admission on {}",
                official.value, admitted.value
            );
            let problem = Diagnostic::new(Code::OfficialBeforeAdmission, message)
                .at_place(&self.context.sheet_name, official.at);
            problems.push(problem.hint("compare both dates with the file of the member"));
        }
    }

    fn rating(
        &self,
        person: &mut Person,
        stage: Stage,
        cell: &Cell,
        text: &str,
        problems: &mut Vec<Diagnostic>,
    ) {
        let level = self.context.legend.level(text);
        let rating =
            level.and_then(|level| self.context.rating(&level, Subject::Members, self.campaign));
        if let Some(rating) = rating {
            let rating = Some(self.context.stated_as(self.row, cell, rating));
            let score = self.context.legend.points_beside(text);
            let score = score.map(|points| self.context.stated_as(self.row, cell, points));
            person.ratings.push(StageRating { stage, rating, score });
        } else if let Some(reason) = self
            .context
            .legend
            .not_rated(text)
            .or_else(|| self.told_in_full(text))
            .or_else(|| self.is_remark(text).then_some(NotRatedReason::Other))
        {
            if person.reason.is_none() {
                person.reason = Some(self.context.stated_as(self.row, cell, reason));
            }
        } else {
            let message = format!("`{text}` is no level of the scheme of {}", self.campaign.code);
            let problem = self.context.problem(Code::UnknownRating, self.row, cell.column, message);
            problems.push(problem.expected(self.levels()).hint("write one of the levels"));
        }
    }

    /// "away all year" in the place of a level: several words that are no name of one and say nothing of how
    /// good somebody is tell why there is none.
    fn is_remark(&self, text: &str) -> bool {
        const LEAST: usize = 3;
        let vocabulary = self.context.vocabulary;
        let is_level = |word: &str| {
            let levels = self.context.legend.scales.has_word(word);
            levels || vocabulary.polarity(word).is_some() || vocabulary.level(word).is_some()
        };
        text.starts_with(char::is_lowercase)
            && word_count(text) >= LEAST
            && vocabulary.polarity(text).is_none()
            && !text.split_whitespace().any(is_level)
    }

    /// "NRC" beside the remark "No Report Certificate issued": why there is no rating, by first letters.
    fn told_in_full(&self, text: &str) -> Option<NotRatedReason> {
        const LETTERS: std::ops::RangeInclusive<usize> = 2..=5;
        let letters = text.trim();
        let count = letters.chars().count();
        if !LETTERS.contains(&count) || !letters.chars().all(char::is_uppercase) {
            return None;
        }
        let is_remark = |cell: &&Cell| {
            let column = self.context.column(cell.column);
            column.is_some_and(|column| matches!(column.role, Role::Note | Role::Reason))
        };
        let remarks = self.row.cells.iter().filter(is_remark).map(|cell| shown(&cell.value));
        let remark = remarks.into_iter().find(|remark| initials(remark).starts_with(letters))?;
        Some(self.context.vocabulary.reason(&remark).unwrap_or(NotRatedReason::Other))
    }

    /// The levels of the workbook's own scales, or of the scheme in force, for messages.
    fn levels(&self) -> String {
        let scales = self.context.legend.scales;
        if scales.count() > 0 {
            let names = (0..scales.count()).map(|scale| scales.name(scale));
            return names.collect::<Vec<_>>().join("; ");
        }
        let scheme = self.context.vocabulary.scheme(Subject::Members, self.campaign.year);
        let labels =
            scheme.into_iter().flat_map(|scheme| &scheme.levels).map(|level| level.label.as_str());
        labels.collect::<Vec<_>>().join(", ")
    }

    fn tick<'c>(
        &self,
        stage: Stage,
        level: &LevelText,
        cell: &'c Cell,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<(Stage, &'c Cell, RatingRef)> {
        let text = shown(&cell.value);
        let one =
            matches!(&cell.value, Value::Number(number) if (number - 1.0).abs() < f64::EPSILON);
        let ticked = one
            || text == "1"
            || matches!(cell.value, Value::Bool(true))
            || self.context.is_tick_of(cell, &text);
        if ticked {
            return Some((
                stage,
                cell,
                self.context.rating(level, Subject::Members, self.campaign)?,
            ));
        }
        if text != "0" && !self.context.vocabulary.is_missing(&text) {
            let message = format!("`{text}` is no tick");
            let problem = self.context.problem(Code::NotATick, self.row, cell.column, message);
            problems.push(problem.expected("x").hint("tick one level of each body"));
        }
        None
    }

    /// Points are the rating where the sheet has a scale of them and no column of ratings.
    fn rate_by_points(&self, person: &mut Person) {
        let rates = |column: &Column| matches!(column.role, Role::Rating(_) | Role::Tick(..));
        if self.context.columns.iter().any(rates) {
            return;
        }
        for rating in &mut person.ratings {
            let Some(score) = &rating.score else { continue };
            let level = self.context.legend.level_of_points(score.value);
            let level =
                level.and_then(|level| self.context.rating(level, Subject::Members, self.campaign));
            let raw = Some(score.value.to_string());
            rating.rating = level.map(|value| Stated { value, at: score.at, raw });
        }
    }

    fn settle_ticks(
        &self,
        person: &mut Person,
        ticked: &[(Stage, &Cell, RatingRef)],
        problems: &mut Vec<Diagnostic>,
    ) {
        for (place, (stage, cell, rating)) in ticked.iter().enumerate() {
            if let Some((_, other, _)) = ticked[..place].iter().find(|(other, ..)| other == stage) {
                let message = "two levels of one body are ticked";
                let problem =
                    self.context.problem(Code::TwoRatings, self.row, other.column, message);
                let both = format!(
                    "{}, {}",
                    name_of_cell(self.row, other.column),
                    name_of_cell(self.row, cell.column)
                );
                problems.push(problem.found(both).expected("1 × x").hint("clear the wrong one"));
            }
            let rating = Some(self.context.stated_as(self.row, cell, rating.clone()));
            person.ratings.push(StageRating { stage: *stage, rating, score: None });
        }
    }
}

fn is_rated(meaning: &Role) -> bool {
    matches!(meaning, Role::Rating(_) | Role::Tick(..) | Role::Score(_))
}

/// "9/4/2013 - 9/4/2014": admitted and official.
fn two_dates(value: &Value) -> Option<(PartialDate, PartialDate)> {
    let Value::Text(text) = value else { return None };
    let marks = [" - ", " – ", "\n", ";", ", ", "-", "–"];
    marks.into_iter().find_map(|mark| {
        let (first, second) = text.split_once(mark)?;
        let dates = (date_of_text(first)?, date_of_text(second)?);
        (dates.0.precision() == Precision::Day && dates.1.precision() == Precision::Day)
            .then_some(dates)
    })
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    /// Each person as name, level and score of each rating.
    fn rated(rows: &str) -> Vec<String> {
        let reading = of_page(rows);
        assert_eq!(reading.diagnostics, []);
        let told = reading.people().map(|(_, person)| {
            let ratings = person.ratings.iter().map(|rating| {
                let level = rating.rating.as_ref().map(|level| level.value.code.to_string());
                let score = rating.score.as_ref().map(|score| score.value.to_string());
                [level, score].into_iter().flatten().collect::<Vec<_>>().join(" ")
            });
            format!("{}: {}", person.name.value, ratings.collect::<Vec<_>>().join(", "))
        });
        told.collect()
    }

    #[test]
    fn points_and_a_level_share_a_cell() {
        let people = rated(
            "ĐẢNG ỦY SỞ\nXẾP LOẠI ĐẢNG VIÊN NĂM 2023\n\n\
             Stt|Họ và tên|Cá nhân tự chấm|Đảng ủy kết luận\n\
             1|Đỗ Xuân Lâm|86,5 - HTT|74,5 - HTT\n2|Trịnh Thanh Thắng|90 - HTXS|76 - HTT\n\
             3|Phan Thị Liên|92 – HTXS|HTXS (12/12)",
        );
        let told = [
            "Đỗ Xuân Lâm: HTTNV 86.5, HTTNV 74.5",
            "Trịnh Thanh Thắng: HTXSNV 90, HTTNV 76",
            "Phan Thị Liên: HTXSNV 92, HTXSNV",
        ];
        assert_eq!(people, told);
    }

    #[test]
    fn a_reason_tells_who_is_probationary_and_first_letters_a_reason() {
        let reading = of_page(
            "ĐẢNG ỦY CÔNG TY\nXẾP LOẠI ĐẢNG VIÊN NĂM 2024\n\n\
             TT|Họ và tên|Ngày sinh|Xếp loại|Lý do chưa xếp loại\n\
             1|Lê Văn An|28/02/1993|HTTNV|\n2|Vũ Thị Hà|14/05/1985||Đảng viên dự bị, kết nạp chưa đủ 6 tháng\n\
             3|Đỗ Xuân Lâm|15/01/1977|HTXSNV|\n4|Phan Thị Liên|05/05/1992|HTTNV|",
        );
        let told: Vec<bool> =
            reading.people().map(|(_, person)| person.probationary.is_some()).collect();
        assert_eq!(told, [false, true, false, false]);
        let reading = of_page(
            "PUBLIC WORKS\nGrading of officers 2023\n\nNo.|Name|Points|Grading|Remarks\n\
             1|Mary Hill|5.7|Good|\n2|Ann Lowe|6.5|Very Good|\n\
             3|Ray Hood||NRC|No Report Certificate issued\n4|Eve Dale|8.7|Outstanding|\n\
             5|Peter Hale|3.3|Average|\n\nKey to grading (best first)|Abbr.|Points\n\
             Outstanding|O|8.00 - 10.00\nVery Good|VG|6.00 to below 8.00\n\
             Good|G|4.00 to below 6.00\nAverage|A|2.00 to below 4.00\nBelow Average|BA|below 2.00\n\n\
             Section|Officers|Outstanding|Very Good|Good|Average|Below Average|NRC\n\
             Roads|3|1|1|1|0|0|0\nBridges|2|0|0|0|1|0|1",
        );
        let scheme = "Outstanding > Very Good > Good > Average > Below Average";
        assert_eq!(reading.schemes[0].name, scheme);
        let people: Vec<(bool, bool)> = reading
            .people()
            .map(|(_, person)| {
                let is_rated = person.ratings.iter().any(|rating| rating.rating.is_some());
                (is_rated, person.reason.is_some())
            })
            .collect();
        let rated = (true, false);
        assert_eq!(people, [rated, rated, (false, true), rated, rated]);
    }

    #[test]
    fn a_key_gives_blank_cells_their_level() {
        let people = rated(
            "ĐẢNG ỦY BỆNH VIỆN\nXẾP LOẠI ĐẢNG VIÊN NĂM 2021\n\
             (XS là Hoàn thành xuất sắc nhiệm vụ; để trống là Hoàn thành tốt nhiệm vụ)\n\n\
             TT|Họ và tên|Mức xếp loại|Lý do chưa xếp loại\n\
             1|Trịnh Quốc Trung||\n2|Đặng Viết Duy|XS|\n3|Lê Công Sơn||Miễn sinh hoạt\n4|Vũ Thị Hà|HT|",
        );
        let told = [
            "Trịnh Quốc Trung: HTTNV",
            "Đặng Viết Duy: HTXSNV",
            "Lê Công Sơn: ",
            "Vũ Thị Hà: HTNV",
        ];
        assert_eq!(people, told);
    }
}
