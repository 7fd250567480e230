//! Fonts whose letters are pictures: ticks and boxes are the characters that Unicode has for them.

use std::sync::Arc;

use crate::grid::{LegacyFont, Sheet, Value};

/// Puts the sign that is seen in the place of the letter that stands for it; the letter as read stays in
/// `sheet.raw`.
pub(super) fn show(sheet: &mut Sheet) {
    if !sheet.fonts.values().any(|font| is_of_pictures(*font)) {
        return;
    }
    for row in &mut sheet.rows {
        for cell in &mut row.cells {
            let place = (row.index, cell.column);
            let font = sheet.fonts.get(&place).filter(|font| is_of_pictures(**font));
            if let (Some(font), Value::Text(text)) = (font, &cell.value)
                && let Some(seen) = seen(*font, text.trim())
            {
                sheet.raw.insert(place, Arc::clone(text));
                cell.value = Value::Text(seen.into());
            }
        }
    }
}

fn is_of_pictures(font: LegacyFont) -> bool {
    matches!(font, LegacyFont::Wingdings | LegacyFont::Wingdings2 | LegacyFont::Webdings)
}

/// The sign that one letter is shown as; programs also write the letter in the private area of Unicode.
fn seen(font: LegacyFont, text: &str) -> Option<&'static str> {
    let mut letters = text.chars();
    let letter = letters.next().filter(|_| letters.next().is_none())?;
    let letter = match u32::from(letter) {
        private @ 0xf000..=0xf0ff => char::from_u32(private - 0xf000)?,
        _ => letter,
    };
    Some(match (font, letter) {
        (LegacyFont::Wingdings, 'ü')
        | (LegacyFont::Wingdings2, 'P')
        | (LegacyFont::Webdings, 'a') => "✓",
        (LegacyFont::Wingdings, 'þ') | (LegacyFont::Wingdings2, 'R') => "☑",
        (LegacyFont::Wingdings, 'û')
        | (LegacyFont::Wingdings2, 'O')
        | (LegacyFont::Webdings, 'r') => "x",
        (LegacyFont::Wingdings, 'ý' | 'x') | (LegacyFont::Wingdings2, 'Q' | 'S' | 'T') => "☒",
        (LegacyFont::Wingdings, '¨' | 'o' | 'q' | 'r')
        | (LegacyFont::Wingdings2, '£')
        | (LegacyFont::Webdings, 'c') => "☐",
        _ => return None,
    })
}
