//! The ratings of a row that is an organisation, one record for each round.

use std::sync::Arc;

use super::Reader;
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Cell, Row, Value};
use crate::legend::Mark;
use crate::record::{Organization, RatingRef, Stage, StageRating, Stated, Statement, Subject};
use crate::role::{Column, Role};
use crate::value::{number, shown};

impl Reader<'_> {
    /// The organisation with its ratings, once for each round that its columns of ratings name.
    pub(super) fn organization(
        &mut self,
        row: &Row,
        place: &Arc<[Arc<str>]>,
        name: &Stated<String>,
    ) {
        let context = self.context;
        let code = context.column_of(&Role::OrganizationCode).and_then(|column| {
            let cell = row.cell(column)?;
            Some(context.stated(row, cell, shown(&cell.value)))
        });
        for campaign in self.rounds() {
            let mut organization = Organization {
                name: name.clone(),
                code: code.clone(),
                ratings: Vec::new(),
                kind: None,
                exemplary: None,
            };
            if self.rate_in_round(row, &campaign, &mut organization) {
                let statement = Statement::Branch(organization);
                self.output.records.push(context.record(row, &campaign, place, statement));
            }
        }
    }

    /// The rounds that a row states something of, as its columns name them: those of its ratings, and that of
    /// the title where some of them name none; without ratings those of its figures, if all name theirs.
    pub(super) fn rounds(&self) -> Vec<Arc<Campaign>> {
        let columns = self.context.columns.iter();
        let rated: Vec<&Column> =
            columns.clone().filter(|column| column.role.is_rating()).collect();
        let stating = if rated.is_empty() {
            columns.filter(|column| column.role.figure_key().is_some()).collect()
        } else {
            rated.clone()
        };
        let all_named = stating.iter().all(|column| column.campaign.is_some());
        let mut rounds: Vec<Arc<Campaign>> = Vec::new();
        for round in stating.iter().filter_map(|column| column.campaign.clone()) {
            if !rounds.contains(&round) && (all_named || !rated.is_empty()) {
                rounds.push(round);
            }
        }
        if !all_named || rounds.is_empty() {
            rounds.extend(self.campaign().filter(|round| !rounds.contains(round)));
        }
        rounds
    }

    /// The ratings of a row for one round; false where a cell of them cannot be read.
    fn rate_in_round(
        &mut self,
        row: &Row,
        campaign: &Arc<Campaign>,
        organization: &mut Organization,
    ) -> bool {
        let context = self.context;
        let errors = self.output.diagnostics.len();
        for column in context.columns {
            let Some(cell) = row.cell(column.index) else { continue };
            let of_title = self.campaign().is_none_or(|title| title == *campaign);
            if column.campaign.as_ref().map_or(of_title, |of| of == campaign) {
                self.rating_of(row, cell, &column.role, campaign, organization);
            }
        }
        let mut problems = self.output.diagnostics[errors..].iter();
        if problems.any(|problem| problem.severity() == crate::Severity::Error) {
            return false;
        }
        self.rate_exemplary(row, campaign, organization);
        if let Some((Mark::Level(level), words)) = self.sections.rating()
            && organization.ratings.iter().all(|rating| rating.rating.is_none())
        {
            let rating = context.rating(level, Subject::Branches, campaign);
            let at = organization.name.at;
            let stated = |value| Stated { value, at, raw: Some(words.to_owned()) };
            let rating = rating.map(stated);
            organization.ratings.push(StageRating { stage: Stage::Unstated, rating, score: None });
        }
        self.check_exemplary(organization);
        true
    }

    /// A tick for exemplary among ticks for levels is one for the level beside it, too.
    fn rate_exemplary(&self, row: &Row, campaign: &Campaign, organization: &mut Organization) {
        let context = self.context;
        if organization.exemplary.is_none() || !organization.ratings.is_empty() {
            return;
        }
        let parent = |heading: &str| heading.rsplit_once(" / ").map(|(head, _)| head.to_owned());
        let pairs = context
            .columns
            .windows(2)
            .flat_map(|pair| [(&pair[0], &pair[1]), (&pair[1], &pair[0])]);
        let rated = pairs.into_iter().find_map(|(of, beside)| match &beside.role {
            Role::Tick(stage, level)
                if of.role == Role::Exemplary
                    && parent(&of.heading).is_some()
                    && parent(&of.heading) == parent(&beside.heading) =>
            {
                Some((
                    row.cell(of.index)?,
                    *stage,
                    context.rating(level, Subject::Branches, campaign)?,
                ))
            }
            _ => None,
        });
        if let Some((cell, stage, rating)) = rated {
            let rating = Some(context.stated_as(row, cell, rating));
            organization.ratings.push(StageRating { stage, rating, score: None });
        }
    }

    fn rating_of(
        &mut self,
        row: &Row,
        cell: &Cell,
        meaning: &Role,
        campaign: &Campaign,
        organization: &mut Organization,
    ) {
        let context = self.context;
        let vocabulary = context.vocabulary;
        let text = shown(&cell.value);
        let exemplary = || Some(context.stated_as(row, cell, true));
        match meaning {
            Role::Rating(stage)
                if !context.legend.is_missing(&text)
                    && context.legend.not_rated(&text).is_none() =>
            {
                if vocabulary.words.exemplary.found_in(&text) {
                    organization.exemplary = exemplary();
                }
                let level = context.legend.level(&text);
                if let Some(rating) =
                    level.and_then(|level| context.rating(&level, Subject::Branches, campaign))
                {
                    self.rate(row, cell, *stage, rating, organization);
                } else {
                    let message =
                        format!("`{text}` is no level of the scheme of {}", campaign.code);
                    let problem = context.problem(Code::UnknownRating, row, cell.column, message);
                    self.output.diagnostics.push(problem.hint("write one of the levels"));
                }
            }
            Role::Tick(stage, level) => {
                let one = text == "1" || matches!(cell.value, Value::Bool(true));
                if (one || context.is_tick_of(cell, &text))
                    && let Some(rating) = context.rating(level, Subject::Branches, campaign)
                {
                    self.rate(row, cell, *stage, rating, organization);
                }
            }
            Role::Exemplary
                if vocabulary.is_tick(&text)
                    || text == "1"
                    || vocabulary.words.exemplary.found_in(&text) =>
            {
                organization.exemplary = exemplary();
            }
            Role::Note if vocabulary.words.exemplary.found_in(&text) => {
                organization.exemplary = exemplary();
            }
            Role::Score(stage) => {
                if let Some(score) = number(&cell.value) {
                    let score = Some(context.stated(row, cell, score.value));
                    organization.ratings.push(StageRating { stage: *stage, rating: None, score });
                }
            }
            _ => {}
        }
    }

    fn rate(
        &mut self,
        row: &Row,
        cell: &Cell,
        stage: Stage,
        rating: RatingRef,
        organization: &mut Organization,
    ) {
        let before = organization
            .ratings
            .iter()
            .find(|other| other.stage == stage && other.rating.is_some());
        if let Some(other) = before.and_then(|before| before.rating.as_ref()) {
            let problem = Diagnostic::new(Code::TwoRatings, "two levels of one body are given")
                .at_place(&self.context.sheet_name, other.at);
            self.output.diagnostics.push(problem.expected("1 × x").hint("clear the wrong one"));
        }
        let rating = Some(self.context.stated_as(row, cell, rating));
        organization.ratings.push(StageRating { stage, rating, score: None });
    }

    /// The award for exemplary organisations goes to those with the top rating.
    fn check_exemplary(&mut self, organization: &Organization) {
        let Some(exemplary) = &organization.exemplary else { return };
        let deciding = organization
            .ratings
            .iter()
            .filter(|rating| rating.rating.is_some())
            .max_by_key(|r| r.stage);
        let Some(rating) = deciding.and_then(|deciding| deciding.rating.as_ref()) else { return };
        let scheme =
            self.context.vocabulary.schemes.iter().find(|s| *s.code == *rating.value.scheme);
        let top = scheme.and_then(|scheme| scheme.levels.first());
        if let Some(top) = top.filter(|top| *top.code != *rating.value.code) {
            let message = "exemplary, but not rated with the top level";
            let problem = Diagnostic::new(Code::ExemplaryWithoutTop, message)
                .at_place(&self.context.sheet_name, exemplary.at);
            self.output.diagnostics.push(
                problem
                    .expected(top.label.clone())
                    .hint("the award is chosen from the top-rated; check both cells"),
            );
        }
    }
}
