//! Places in the list, and their text form for addresses of pages.

use postern_domain::id::AppPasswordId;
use postern_storage::{CursorKey, InventoryCursor, OtherCursor};

use super::CredentialKind;

/// A place in the inventory, which lists one kind after the other. Good only with the filter that it came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InventoryPlace {
    /// Before the first of a kind.
    Before(CredentialKind),
    /// After this app password.
    AppPassword(InventoryCursor),
    /// After this one of another kind.
    Other(CredentialKind, OtherCursor),
}

/// The text names no place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list")]
pub struct NoSuchPlace;

impl InventoryPlace {
    /// The kind that it is in.
    pub(super) const fn kind(&self) -> CredentialKind {
        match self {
            Self::Before(kind) | Self::Other(kind, _) => *kind,
            Self::AppPassword(_) => CredentialKind::AppPassword,
        }
    }
}

/// `ID`, `nNUMBER.ID` or `tHEX.ID` of an app password, `KIND` or `KIND.HEX.HEX`: letters, digits, hyphens and dots, so
/// that it needs no escape anywhere.
pub(super) fn show(place: &InventoryPlace) -> String {
    match place {
        InventoryPlace::Before(kind) => kind.name().to_owned(),
        InventoryPlace::Other(kind, cursor) => {
            format!("{}.{}.{}", kind.name(), hex(&cursor.id), hex(cursor.name.as_bytes()))
        }
        InventoryPlace::AppPassword(InventoryCursor { key, id }) => match key {
            CursorKey::Newest => id.to_string(),
            CursorKey::Number(number) => format!("n{number}.{id}"),
            CursorKey::Name(name) => format!("t{}.{id}", hex(name.as_bytes())),
        },
    }
}

pub(super) fn parse(text: &str) -> Result<InventoryPlace, NoSuchPlace> {
    let (first, rest) = text.split_once('.').map_or((text, None), |(first, rest)| (first, Some(rest)));
    if let Some(kind) = CredentialKind::from_name(first) {
        let Some(rest) = rest else { return Ok(InventoryPlace::Before(kind)) };
        let (id, name) = rest.split_once('.').ok_or(NoSuchPlace)?;
        let id = unhex(id).and_then(|id| id.try_into().ok()).ok_or(NoSuchPlace)?;
        let cursor = OtherCursor { id, name: text_of(name).ok_or(NoSuchPlace)? };
        return kind.other().map(|_| InventoryPlace::Other(kind, cursor)).ok_or(NoSuchPlace);
    }
    let id = |text: &str| text.parse::<AppPasswordId>().map_err(|_| NoSuchPlace);
    let Some(rest) = rest else {
        return Ok(InventoryPlace::AppPassword(InventoryCursor { key: CursorKey::Newest, id: id(text)? }));
    };
    let key = match (first.get(..1), first.get(1..)) {
        (Some("n"), Some(number)) => CursorKey::Number(number.parse().map_err(|_| NoSuchPlace)?),
        (Some("t"), Some(name)) => CursorKey::Name(text_of(name).ok_or(NoSuchPlace)?),
        _ => return Err(NoSuchPlace),
    };
    Ok(InventoryPlace::AppPassword(InventoryCursor { key, id: id(rest)? }))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn text_of(hex: &str) -> Option<String> {
    String::from_utf8(unhex(hex)?).ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_shows() {
        let id = AppPasswordId::from_bytes([7; 16]);
        let keys =
            [CursorKey::Newest, CursorKey::Number(-5), CursorKey::Name("scanner \u{fc}. 2".to_owned())];
        let mut places: Vec<_> =
            keys.map(|key| InventoryPlace::AppPassword(InventoryCursor { key, id })).into();
        for kind in CredentialKind::ALL {
            places.push(InventoryPlace::Before(*kind));
            if kind.other().is_some() {
                let cursor = OtherCursor { id: [7; 16], name: "exchange.\u{fc}".to_owned() };
                places.push(InventoryPlace::Other(*kind, cursor));
                places.push(InventoryPlace::Other(*kind, OtherCursor { id: [0; 16], name: String::new() }));
            }
        }
        for place in places {
            let text = show(&place);
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')), "{text}");
            assert_eq!(parse(&text), Ok(place));
        }
        for wrong in [
            "",
            "x",
            "n.",
            "n1.x",
            "tf.0",
            "tzz.0",
            "q1.0",
            "\u{fc}.1",
            "consent.",
            "consent.00.",
            "consent.zz.00",
            "app-password.00000000000000000000000000000000.",
        ] {
            assert_eq!(parse(wrong), Err(NoSuchPlace), "{wrong}");
        }
    }
}
