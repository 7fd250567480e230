//! Plans for people: by round and branch, what is added, what changes from what to what.

use std::fmt::Write;

use super::output::safe;
use crate::ledger::{Changes, FactChange, Plan, PlanPart};

/// How many lines of changes a summary shows; a dry run shows all.
pub(super) const SHOWN: usize = 20;

/// "members +98, placements +15 ~2 -1": added, changed, removed.
pub(super) fn changes_in_words(changes: &Changes) -> String {
    let words = changes.iter().map(|(kind, change)| {
        let parts = [(change.added, "+"), (change.changed, "~"), (change.removed, "-")];
        let parts: Vec<String> = parts
            .iter()
            .filter(|part| part.0 > 0)
            .map(|(count, sign)| format!("{sign}{count}"))
            .collect();
        format!("{kind} {}", parts.join(" "))
    });
    words.collect::<Vec<_>>().join(", ")
}

/// All parts of a plan: `+` added, `~` changed, `-` gone, `!` in conflict, `=` as it was.
pub(super) fn parts(text: &mut String, plan: &Plan) {
    for part in plan.parts.iter().filter(|part| !is_still(part)) {
        let _ = writeln!(text, "  {}", place(part));
        if !part.added.is_empty() {
            let kinds: Vec<String> =
                part.added.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            let _ = writeln!(text, "    + {}", kinds.join(", "));
        }
        for change in &part.changed {
            let _ = writeln!(text, "    {}", line(change));
        }
        if part.conflicts > 0 {
            let _ = writeln!(
                text,
                "    ! {} in conflict with what others state; `evalhub check` shows them",
                part.conflicts
            );
        }
        if part.unchanged > 0 {
            let _ = writeln!(text, "    = {} unchanged", part.unchanged);
        }
    }
    let still: usize =
        plan.parts.iter().filter(|part| is_still(part)).map(|part| part.unchanged).sum();
    if still > 0 {
        let _ = writeln!(text, "  = {still} more facts are stated again and stay as they are");
    }
}

/// The first changes of a plan, without what is only added.
pub(super) fn first_changes(text: &mut String, plan: &Plan) {
    let changed: Vec<(&PlanPart, &FactChange)> = plan
        .parts
        .iter()
        .flat_map(|part| part.changed.iter().map(move |change| (part, change)))
        .collect();
    for (part, change) in changed.iter().take(SHOWN) {
        let _ = writeln!(text, "    {}: {}", place(part), line(change));
    }
    if changed.len() > SHOWN {
        let _ = writeln!(text, "    … and {} more", changed.len() - SHOWN);
    }
    let conflicts: usize = plan.parts.iter().map(|part| part.conflicts).sum();
    if conflicts > 0 {
        let _ = writeln!(text, "    ! {conflicts} in conflict; `evalhub check` shows them");
    }
}

fn is_still(part: &PlanPart) -> bool {
    part.added.is_empty() && part.changed.is_empty() && part.conflicts == 0
}

fn place(part: &PlanPart) -> String {
    match (&part.campaign, &part.branch) {
        (Some(campaign), Some(branch)) => format!("{campaign}, {}", safe(branch)),
        (Some(campaign), None) => campaign.clone(),
        (None, Some(branch)) => safe(branch),
        (None, None) => "people".to_owned(),
    }
}

fn line(change: &FactChange) -> String {
    let about = safe(&change.about);
    let shown = |value: &Option<String>| value.as_deref().map_or_else(|| "–".to_owned(), safe);
    if let Some(field) = &change.field {
        format!("~ {about}, {field}: {} → {}", shown(&change.before), shown(&change.after))
    } else {
        let was = change.before.as_deref();
        let was = was.map_or(String::new(), |value| format!(" (was {})", safe(value)));
        format!("- {about}, gone from the {}{was}", change.kind)
    }
}
