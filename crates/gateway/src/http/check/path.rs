//! The path, in every way in which a server could read it.
//!
//! The path decides the door, and the door decides what an app password may do. An upstream that decodes once more than
//! we do, or drops `;parameters`, would serve another door than the one that was signed in at. So all readings are made,
//! and the router takes a request only when they agree (see [`super::super::router`]).

use super::look_alike::folded;

/// Why a path is refused whatever the routes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::http) enum PathProblem {
    /// A `%` without two hexadecimal digits.
    #[error("the path has a broken escape")]
    Escape,
    /// `.` or `..` as a segment, in any disguise.
    #[error("the path has a dot segment")]
    DotSegment,
    /// A backslash, which some servers take for a slash.
    #[error("the path has a backslash")]
    Backslash,
    /// A control character, NUL and line breaks among them.
    #[error("the path has a control character")]
    Control,
    /// UTF-8 longer than need be, which old servers took for dots and slashes.
    #[error("the path has overlong UTF-8")]
    Overlong,
    /// It has what no path may have once look-alikes are read as what they look like.
    #[error(
        "the path has characters that some servers read as dots, slashes or escapes, and would be no good path then"
    )]
    LookAlike,
    /// Two readings lead to two doors.
    #[error("the path can be read in two ways that lead to different places")]
    Ambiguous,
}

/// Times that a path is decoded. Nobody is known to decode more than twice.
const DEPTH: usize = 3;

/// All readings of a path, the one as it stands first.
pub(in crate::http) fn readings(path: &str) -> Result<Vec<Vec<u8>>, PathProblem> {
    let mut readings = Vec::new();
    let mut current = path.as_bytes().to_vec();
    for depth in 0..=DEPTH {
        examine(&current)?;
        let decoded = decode(&current);
        readings.push(simplified(&current));
        if let Some(folded) = folded(&current) {
            read_look_alikes(folded, &mut readings).map_err(|_| PathProblem::LookAlike)?;
        }
        let is_last = decoded.as_ref().is_ok_and(|decoded| *decoded == current);
        readings.push(current);
        match decoded {
            Ok(decoded) if !is_last => current = decoded,
            Err(Broken) if depth == 0 => return Err(PathProblem::Escape),
            // After the first time a lone `%` is a character of a file's name.
            Ok(_) | Err(Broken) => break,
        }
    }
    let as_it_stands = path.as_bytes();
    let first = readings.iter().position(|reading| reading == as_it_stands).unwrap_or_default();
    readings.swap(0, first);
    Ok(readings)
}

/// The readings of a path in which look-alikes were read as what they look like, and which is then decoded as often as any.
fn read_look_alikes(mut current: Vec<u8>, readings: &mut Vec<Vec<u8>>) -> Result<(), PathProblem> {
    for _ in 0..=DEPTH {
        examine(&current)?;
        readings.push(simplified(&current));
        let Ok(decoded) = decode(&current) else { break };
        let decoded = folded(&decoded).unwrap_or(decoded);
        if decoded == current {
            break;
        }
        current = decoded;
    }
    readings.push(current);
    Ok(())
}

struct Broken;

fn decode(path: &[u8]) -> Result<Vec<u8>, Broken> {
    let digit = |octet: Option<&u8>| octet.and_then(|octet| char::from(*octet).to_digit(16)).ok_or(Broken);
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let value = digit(tail.first())? * 16 + digit(tail.get(1))?;
            decoded.push(u8::try_from(value).map_err(|_| Broken)?);
            rest = &tail[2..];
        } else {
            decoded.push(*first);
            rest = tail;
        }
    }
    Ok(decoded)
}

/// What no reading may have.
fn examine(path: &[u8]) -> Result<(), PathProblem> {
    if path.iter().any(u8::is_ascii_control) {
        return Err(PathProblem::Control);
    }
    if path.contains(&b'\\') {
        return Err(PathProblem::Backslash);
    }
    let is_overlong =
        |pair: &[u8]| matches!(pair, [0xC0 | 0xC1, _] | [0xE0, 0x80..=0x9F] | [0xF0, 0x80..=0x8F]);
    if path.windows(2).any(is_overlong) {
        return Err(PathProblem::Overlong);
    }
    let is_dots = |segment: &[u8]| segment.contains(&b'.') && bare(segment).is_empty();
    if path.split(|octet| *octet == b'/').any(is_dots) {
        return Err(PathProblem::DotSegment);
    }
    Ok(())
}

/// As a server reads it that drops parameters, stream names, dots and spaces at the end of a segment, empty segments, and
/// everything from a decoded `?` or `#` on (Apache's rewriting did: CVE-2024-38474).
fn simplified(path: &[u8]) -> Vec<u8> {
    let end = path.iter().position(|octet| matches!(octet, b'?' | b'#')).unwrap_or(path.len());
    let path = &path[..end];
    let segments = path.split(|octet| *octet == b'/').map(bare).filter(|segment| !segment.is_empty());
    let mut simplified: Vec<u8> = segments.flat_map(|segment| [b"/", segment].concat()).collect();
    if simplified.is_empty() || path.ends_with(b"/") {
        simplified.push(b'/');
    }
    simplified
}

fn bare(segment: &[u8]) -> &[u8] {
    let end = segment.iter().position(|octet| matches!(octet, b';' | b':')).unwrap_or(segment.len());
    let segment = &segment[..end];
    let last = segment.iter().rposition(|octet| !matches!(octet, b'.' | b' '));
    last.map_or(&[], |last| &segment[..=last])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(path: &str) -> Vec<String> {
        let readings = readings(path).unwrap();
        readings.into_iter().map(|reading| String::from_utf8_lossy(&reading).into_owned()).collect()
    }

    #[test]
    fn an_ordinary_path_has_itself() {
        assert_eq!(texts("/EWS/Exchange.asmx"), ["/EWS/Exchange.asmx", "/EWS/Exchange.asmx"]);
        assert_eq!(texts("/"), ["/", "/"]);
    }

    #[test]
    fn readings_are_decoded_and_simplified() {
        assert_eq!(texts("/a%20b/c;d"), ["/a%20b/c;d", "/a%20b/c", "/a b/c", "/a b/c;d"]);
        assert_eq!(
            texts("/a%252Fb"),
            ["/a%252Fb", "/a%252Fb", "/a%2Fb", "/a%2Fb", "/a/b", "/a/b"],
            "decoded twice"
        );
        assert_eq!(texts("//EWS./x%20/")[1..], ["/EWS/x%20/", "/EWS/x/", "//EWS./x /"]);
        assert_eq!(texts("/a%3Fb/c%23")[2..], ["/a", "/a?b/c#"]);
        assert_eq!(texts("/100%25.ics")[2..], ["/100%.ics", "/100%.ics"]);
    }

    #[test]
    fn what_no_reading_may_have() {
        use PathProblem::{Backslash, Control, DotSegment, Escape, Overlong};
        for (path, problem) in [
            ("/dav/../EWS/", DotSegment),
            ("/dav/./x", DotSegment),
            ("/dav/%2e%2e/EWS/", DotSegment),
            ("/dav/.%2E/EWS/", DotSegment),
            ("/dav/%252e%252e/EWS/", DotSegment),
            ("/dav/..;x/EWS/", DotSegment),
            ("/dav/%2e%2e%3bx/EWS/", DotSegment),
            ("/dav/...%20/EWS/", DotSegment),
            ("/dav%2f..%2fEWS/", DotSegment),
            ("/dav\\..\\EWS", Backslash),
            ("/dav%5cEWS", Backslash),
            ("/dav%255cEWS", Backslash),
            ("/dav/%00", Control),
            ("/dav/%0d%0aX:y", Control),
            ("/dav/%c0%ae%c0%ae/EWS", Overlong),
            ("/dav/%e0%80%ae/", Overlong),
            ("/dav/%u002e%u002e/", Escape),
            ("/dav/%", Escape),
            ("/dav/%2", Escape),
        ] {
            assert_eq!(readings(path), Err(problem), "{path}");
        }
        assert!(readings("/dav/a..b/.well-known/..c").is_ok());
    }

    /// `encoded` is as a program sends it.
    fn encoded(path: &str) -> String {
        let octets = path.bytes();
        octets
            .map(|octet| if octet.is_ascii() { char::from(octet).into() } else { format!("%{octet:02X}") })
            .collect()
    }

    #[test]
    fn look_alikes_are_refused_where_they_would_do_harm() {
        for path in [
            "/dav/．．/EWS/",
            "/dav/.．/EWS/",
            "/dav/‥/EWS/",
            "/dav/。。/",
            "/dav/a／．．／EWS/",
            "/dav/..＼EWS/",
            "/dav/..；x/EWS/",
            "/dav/¥..¥EWS/",
            "/dav/％2e％2e/EWS/",
            "/dav/％252e％252e/EWS/",
            "/dav/.\u{200C}./EWS/",
        ] {
            assert_eq!(readings(&encoded(path)), Err(PathProblem::LookAlike), "{path}");
            let twice = encoded(path).replace('%', "%25");
            assert_eq!(readings(&twice), Err(PathProblem::LookAlike), "{twice}");
        }
        for path in [
            "/dav/100％.pdf",
            "/dav/１／２ Rezept.ics",
            "/dav/¥100 ₩200 A∕B.txt",
            "/dav/そして…。/日程．ics",
            "/dav/Grüße Łódź Ωmega ½.vcf",
            "/dav/．well-known",
            "/dav/👩‍👩‍👧.png",
        ] {
            assert_eq!(readings(&encoded(path)).unwrap()[0], encoded(path).as_bytes(), "{path}");
        }
    }
}
