//! JSON answers: `{"Protocol":"ews","Url":"https://…"}`.

use super::{AnswerProblem, Rewriter};

/// Rewrites the strings, keys included; what stands between them is copied.
pub(super) fn rewrite(rewriter: &Rewriter, answer: &[u8]) -> Result<Vec<u8>, AnswerProblem> {
    let text = std::str::from_utf8(answer).map_err(|_| AnswerProblem::Json)?;
    // Once it is known to be JSON, a quotation mark outside a string begins one.
    serde_json::from_str::<serde_json::Value>(text).map_err(|_| AnswerProblem::Json)?;
    let mut rewritten = Vec::with_capacity(answer.len());
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let length = length_of_string(&rest.as_bytes()[start..]).ok_or(AnswerProblem::Json)?;
        let (before, behind) = rest.split_at(start);
        let (string, behind) = behind.split_at(length);
        rewritten.extend_from_slice(before.as_bytes());
        let value: String = serde_json::from_str(string).map_err(|_| AnswerProblem::Json)?;
        match rewriter.service(&value).map(|value| serde_json::to_vec(&value)) {
            Some(Ok(value)) => rewritten.extend_from_slice(&value),
            Some(Err(_)) => return Err(AnswerProblem::Json),
            None => rewritten.extend_from_slice(string.as_bytes()),
        }
        rest = behind;
    }
    rewritten.extend_from_slice(rest.as_bytes());
    Ok(rewritten)
}

/// The octets of a string, both quotation marks included.
fn length_of_string(octets: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    for (index, &octet) in octets.iter().enumerate().skip(1) {
        match octet {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{AnswerProblem, Format, Rewriter};

    fn rewrite(answer: &str) -> Result<String, AnswerProblem> {
        let rewriter = Rewriter::new("gateway.example").with_upstream_host("outlook.office365.com");
        rewriter
            .rewrite(Format::Json, answer.as_bytes())
            .map(|answer| String::from_utf8(answer).expect("UTF-8"))
    }

    #[test]
    fn answers() {
        for (answer, expected) in [
            (
                r#"{"Protocol":"ews","Url":"https://outlook.office365.com/EWS/Exchange.asmx"}"#,
                r#"{"Protocol":"ews","Url":"https://gateway.example/EWS/Exchange.asmx"}"#,
            ),
            (
                r#"{"Protocol":"ews","Url":"https://mbx01.internal/EWS/Exchange.asmx"}"#,
                r#"{"Protocol":"ews","Url":"https://gateway.example/EWS/Exchange.asmx"}"#,
            ),
            (
                r#"[ "https:\/\/OUTLOOK.office365.com\/x\\\"", 1.50 ]"#,
                r#"[ "https://gateway.example/x\\\"", 1.50 ]"#,
            ),
            (r#"{"a":"\u0068ttps:\u002f/outlook.office365.com"}"#, r#"{"a":"https://gateway.example"}"#),
            (
                r#"{"ErrorCode":"X", "ErrorMessage":"\"no\\" }"#,
                r#"{"ErrorCode":"X", "ErrorMessage":"\"no\\" }"#,
            ),
        ] {
            assert_eq!(rewrite(answer).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_not_json() {
        for answer in
            ["", "{", "<x/>", r#"{"a":"https://outlook.office365.com/}"#, "{\"a\":\"\u{1}\"}", "{} {}"]
        {
            assert_eq!(rewrite(answer), Err(AnswerProblem::Json), "{answer}");
        }
    }
}
