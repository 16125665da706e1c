//! The text form of a place in the list, for addresses of pages.

use postern_domain::id::AppPasswordId;
use postern_storage::{CursorKey, InventoryCursor};

/// The text names no place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list")]
pub struct NoSuchPlace;

/// `ID`, `nNUMBER.ID` or `tHEX.ID`: letters, digits, hyphens and a dot, so that it needs no escape anywhere.
pub(super) fn show(place: &InventoryCursor) -> String {
    let id = place.id;
    match &place.key {
        CursorKey::Newest => id.to_string(),
        CursorKey::Number(number) => format!("n{number}.{id}"),
        CursorKey::Name(name) => {
            let hex: String = name.bytes().map(|octet| format!("{octet:02x}")).collect();
            format!("t{hex}.{id}")
        }
    }
}

pub(super) fn parse(text: &str) -> Result<InventoryCursor, NoSuchPlace> {
    let id = |text: &str| text.parse::<AppPasswordId>().map_err(|_| NoSuchPlace);
    let Some((key, rest)) = text.split_once('.') else {
        return Ok(InventoryCursor { key: CursorKey::Newest, id: id(text)? });
    };
    let key = match (key.get(..1), key.get(1..)) {
        (Some("n"), Some(number)) => CursorKey::Number(number.parse().map_err(|_| NoSuchPlace)?),
        (Some("t"), Some(hex)) => CursorKey::Name(unhex(hex).ok_or(NoSuchPlace)?),
        _ => return Err(NoSuchPlace),
    };
    Ok(InventoryCursor { key, id: id(rest)? })
}

fn unhex(text: &str) -> Option<String> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let octets: Vec<u8> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    String::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_shows() {
        let id = AppPasswordId::from_bytes([7; 16]);
        for key in [CursorKey::Newest, CursorKey::Number(-5), CursorKey::Name("scanner \u{fc}. 2".to_owned())]
        {
            let place = InventoryCursor { key, id };
            let text = show(&place);
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')), "{text}");
            assert_eq!(parse(&text), Ok(place));
        }
        for wrong in ["", "x", "n.", "n1.x", "tf.0", "tzz.0", "q1.0", "\u{fc}.1"] {
            assert_eq!(parse(wrong), Err(NoSuchPlace), "{wrong}");
        }
    }
}
