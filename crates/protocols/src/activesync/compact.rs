//! The compact form: one base64 text of binary fields (MS-ASHTTP §2.2.1.1.1.1).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Query, QueryProblem, note, unescape};

/// Padding is an escape away from being lost, and programs leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The tag of the command parameter `User` (§2.2.1.1.1.1.3).
const TAG_USER: u8 = 8;

/// Reads the fields in their order: protocol version, command, locale, device id, policy key, device type, then command
/// parameters of a tag, a length and a value each. Tags that are not known are passed over.
pub(super) fn read(query: &str) -> Result<Query, QueryProblem> {
    let octets = BASE64.decode(unescape(query)?).map_err(|_| QueryProblem::Malformed)?;
    let mut fields = Fields(&octets);
    let mut read = Query::default();
    fields.take(4)?;
    if let device_id @ [_, ..] = fields.counted()? {
        note(&mut read.device_id, text_or_hexadecimal(device_id))?;
    }
    // The key is a number of four octets or absent; another length means that these are other fields than we think.
    if !matches!(fields.counted()?.len(), 0 | 4) {
        return Err(QueryProblem::Malformed);
    }
    if let device_type @ [_, ..] = fields.counted()? {
        note(&mut read.device_type, text(device_type)?)?;
    }
    while !fields.0.is_empty() {
        let tag = fields.take(1)?[0];
        let value = fields.counted()?;
        if tag == TAG_USER {
            note(&mut read.user, text(value)?)?;
        }
    }
    Ok(read)
}

/// What has not been read yet.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], QueryProblem> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(QueryProblem::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    /// A field behind its length of one octet.
    fn counted(&mut self) -> Result<&'a [u8], QueryProblem> {
        let count = self.take(1)?[0];
        self.take(usize::from(count))
    }
}

fn text(octets: &[u8]) -> Result<String, QueryProblem> {
    String::from_utf8(octets.to_vec()).map_err(|_| QueryProblem::Escape)
}

/// A device id is "a string or a GUID", and nothing says which.
fn text_or_hexadecimal(octets: &[u8]) -> String {
    if octets.iter().all(u8::is_ascii_graphic) {
        octets.iter().copied().map(char::from).collect()
    } else {
        octets.iter().map(|octet| format!("{octet:02X}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activesync::query_user;

    fn query(parts: &[&[u8]]) -> String {
        BASE64.encode(parts.concat())
    }

    /// Version 14.1, Sync, en-us, device `D`, no policy key, type `P`.
    const START: &[u8] = b"\x8d\x00\x09\x04\x01D\x00\x01P";

    #[test]
    fn the_example_of_the_specification() {
        assert_eq!(
            Query::read("jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l"),
            Ok(Query {
                user: None,
                device_id: Some("v140Device".to_owned()),
                device_type: Some("SmartPhone".to_owned()),
            })
        );
    }

    #[test]
    fn a_user_among_other_parameters() {
        let text = query(&[START, b"\x01\x02C1", b"\x08\x04anna", b"\x07\x01\x02"]);
        assert_eq!(query_user(&text), Ok(Some("anna".to_owned())));
        let escaped = text.replace('=', "%3D").replace('+', "%2B").replace('/', "%2f");
        assert_eq!(query_user(&escaped), Ok(Some("anna".to_owned())));
        assert_eq!(query_user(text.trim_end_matches('=')), Ok(Some("anna".to_owned())));
        assert_eq!(query_user(&query(&[START, b"\x08\x04anna\x08\x04anna"])), Ok(Some("anna".to_owned())));
    }

    #[test]
    fn a_binary_device_and_a_policy_key() {
        let read = Query::read(&query(&[b"\x8d\x00\x09\x04\x02\x00\xff\x04\x01\x02\x03\x04\x00"]));
        assert_eq!(read, Ok(Query { device_id: Some("00FF".to_owned()), ..Query::default() }));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let whole = [START, b"\x08\x04anna"].concat();
        for end in 1..whole.len() {
            let problem = query_user(&query(&[&whole[..end]]));
            if end == START.len() {
                assert_eq!(problem, Ok(None));
            } else {
                assert_eq!(problem, Err(QueryProblem::Malformed), "{end}");
            }
        }
        assert_eq!(
            query_user(&query(&[START, b"\x08\x04anna\x08\x03bea"])),
            Err(QueryProblem::Contradiction)
        );
        assert_eq!(query_user(&query(&[START, b"\x08\x02a\x00"])), Err(QueryProblem::ControlCharacter));
        assert_eq!(query_user(&query(&[START, b"\x08\x02a\xe4"])), Err(QueryProblem::Escape));
        assert_eq!(query_user(&query(&[b"\x8d\x00\x09\x04\x01D\x02ab\x00"])), Err(QueryProblem::Malformed));
    }
}
