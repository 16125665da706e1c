//! The XML declaration, `<?xml version="1.0" encoding="utf-8"?>`.

use super::{XmlProblem, is_space};

/// Checks the instruction at the very beginning of a document: XML 1.0 in UTF-8.
pub(crate) fn check_declaration(token: &[u8]) -> Result<(), XmlProblem> {
    let text = std::str::from_utf8(token).map_err(|_| XmlProblem::Utf8)?;
    let mut rest = text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.strip_suffix("?>"))
        .filter(|rest| rest.starts_with(is_space))
        .ok_or(XmlProblem::ProcessingInstruction)?
        .trim_start_matches(is_space);
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (name, behind) = rest.split_once('=').ok_or(XmlProblem::Syntax)?;
        let behind = behind.trim_start_matches(is_space);
        let quote =
            behind.chars().next().filter(|quote| matches!(quote, '"' | '\'')).ok_or(XmlProblem::Syntax)?;
        let (value, behind) = behind[1..].split_once(quote).ok_or(XmlProblem::Syntax)?;
        let name = name.trim_end_matches(is_space);
        match name {
            "version" if value == "1.0" => {}
            "encoding" if value.eq_ignore_ascii_case("utf-8") => {}
            "encoding" => return Err(XmlProblem::Encoding),
            "standalone" if matches!(value, "yes" | "no") => {}
            _ => return Err(XmlProblem::Syntax),
        }
        if names.contains(&name) || names.is_empty() != (name == "version") {
            return Err(XmlProblem::Syntax);
        }
        names.push(name);
        rest = behind.trim_start_matches(is_space);
    }
    if names.is_empty() { Err(XmlProblem::Syntax) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        for (token, result) in [
            ("<?xml version=\"1.0\"?>", Ok(())),
            ("<?xml version='1.0' encoding='UTF-8' standalone='no' ?>", Ok(())),
            ("<?xml version='1.0' encoding='utf-16'?>", Err(XmlProblem::Encoding)),
            ("<?xml version='1.0' encoding='utf-7'?>", Err(XmlProblem::Encoding)),
            ("<?xml version='1.1'?>", Err(XmlProblem::Syntax)),
            ("<?xml encoding='utf-8'?>", Err(XmlProblem::Syntax)),
            ("<?xml version='1.0' encoding='utf-8' encoding='utf-8'?>", Err(XmlProblem::Syntax)),
            ("<?xml ?>", Err(XmlProblem::Syntax)),
            ("<?xml version=1.0?>", Err(XmlProblem::Syntax)),
            ("<?xml-stylesheet version='1.0'?>", Err(XmlProblem::ProcessingInstruction)),
            ("<?php x?>", Err(XmlProblem::ProcessingInstruction)),
        ] {
            assert_eq!(check_declaration(token.as_bytes()), result, "{token}");
        }
    }
}
