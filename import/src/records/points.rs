//! Points against levels: where a key gives the points of each level, a row whose points are of another one.

use super::TableContext;
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::record::{RatingRef, Record, Stage, StageRating, Stated, Statement, Subject};

/// So many rows must agree before one that does not is told.
const LEAST: usize = 5;

/// A rating beside points of the same body, and whether they agree.
struct Pair<'r> {
    rating: &'r Stated<RatingRef>,
    score: &'r Stated<f64>,
    level: String,
    agrees: bool,
}

/// The ratings that contradict their points, if nearly all others follow from them: the office rates by its
/// own scale of points.
pub(super) fn contradictions(context: &TableContext<'_>, records: &[Record]) -> Vec<Diagnostic> {
    let pairs: Vec<Pair<'_>> =
        records.iter().flat_map(|record| pairs_of(context, record)).collect();
    let agreeing = pairs.iter().filter(|pair| pair.agrees).count();
    if agreeing < LEAST || agreeing * 10 < pairs.len() * 8 {
        return Vec::new();
    }
    let contradicting = pairs.iter().filter(|pair| !pair.agrees);
    contradicting.map(|pair| tell(context, pair)).collect()
}

fn pairs_of<'r>(context: &TableContext<'_>, record: &'r Record) -> Vec<Pair<'r>> {
    let (ratings, subject) = match &record.statement {
        Statement::Member(person) => (&person.ratings, Subject::Members),
        Statement::Branch(organization) => (&organization.ratings, Subject::Branches),
        _ => return Vec::new(),
    };
    let rated = ratings.iter().filter_map(|of| Some((of.stage, of.rating.as_ref()?)));
    let pairs = rated.filter_map(|(stage, rating)| {
        let score = score_of(ratings, stage)?;
        pair(context, rating, score, subject, &record.campaign)
    });
    let mut pairs: Vec<Pair<'_>> = pairs.collect();
    // Points of nobody in particular are those of whichever body agrees with them.
    if ratings.iter().any(|of| of.stage == Stage::Unstated && of.score.is_some()) {
        let gave = |code: &str| {
            let mut given = ratings.iter().filter_map(|of| of.rating.as_ref());
            given.any(|rating| *rating.value.code == *code)
        };
        pairs.retain(|pair| pair.agrees || !gave(&pair.level));
    }
    pairs
}

/// The points that the same body gave, or the only ones of the row.
fn score_of(ratings: &[StageRating], stage: Stage) -> Option<&Stated<f64>> {
    let mut scores = ratings.iter().filter_map(|of| Some((of.stage, of.score.as_ref()?)));
    let own = scores.clone().find(|(of, _)| *of == stage).map(|(_, score)| score);
    own.or_else(|| {
        let (_, only) = scores.next()?;
        let rated = ratings.iter().filter(|of| of.rating.is_some()).count();
        (scores.next().is_none() && rated == 1).then_some(only)
    })
}

fn pair<'r>(
    context: &TableContext<'_>,
    rating: &'r Stated<RatingRef>,
    score: &'r Stated<f64>,
    subject: Subject,
    campaign: &Campaign,
) -> Option<Pair<'r>> {
    let meant = context.legend.level_of_points(score.value)?;
    let meant = context.rating(meant, subject, campaign)?;
    // A level whose points are not known contradicts none.
    let mut known = context.legend.levels_of_points();
    known.find(|level| context.rating(level, subject, campaign).as_ref() == Some(&rating.value))?;
    let agrees = meant == rating.value;
    Some(Pair { rating, score, level: meant.code.to_string(), agrees })
}

fn tell(context: &TableContext<'_>, pair: &Pair<'_>) -> Diagnostic {
    let points = pair.score.value;
    let message = format!("{points} points mean {} by the key of the sheet", pair.level);
    Diagnostic::new(Code::RatingContradictsScore, message)
        .at_place(&context.sheet_name, pair.rating.at)
        .found(pair.rating.raw.clone().unwrap_or_else(|| pair.rating.value.code.to_string()))
        .expected(pair.level.clone())
        .hint("correct the points or the level, or leave both if there was a reason")
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    #[test]
    fn a_level_that_its_points_do_not_reach_is_told() {
        let reading = of_page(
            "CÔNG TY CỔ PHẦN AN BÌNH\nBẢNG XẾP LOẠI NHÂN VIÊN NĂM 2023\n\n\
             TT|Họ và tên|Điểm|Xếp loại\n\
             1|Phạm Thị Hà|92|Giỏi\n2|Lê Văn Nam|71|Khá\n3|Trần Đức Anh|55|Trung bình\n\
             4|Vũ Thị Lan|88|Giỏi\n5|Đỗ Văn Minh|74|Khá\n6|Bùi Thị Thu|78|Giỏi\n7|Ngô Văn Hải|90|Giỏi\n\n\
             Giỏi: từ 85 điểm trở lên\nKhá: từ 70 đến dưới 85 điểm\nTrung bình: từ 50 đến dưới 70 điểm",
        );
        let told = reading.diagnostics.iter().filter(|told| told.severity().name() != "NOTICE");
        let told: Vec<_> = told.map(|told| (told.code.name(), told.cell.as_deref())).collect();
        assert_eq!(told, [("rating-contradicts-score", Some("D10"))]);
    }
}
