//! Validators of OpenAPI documents and JSON Schema from npm, which know nothing of Postern: see `peers/openapi/peer.mjs`.
//!
//! `cargo xtask test` installs them below `target/peers`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

/// An answer of the API, to be checked against its document.
#[derive(Debug, Clone)]
pub struct ApiAnswer {
    /// The method of its request.
    pub method: String,
    /// The path of its operation, with the parameters in braces.
    pub path: String,
    /// The status code.
    pub status: u16,
    /// The content type.
    pub kind: String,
    /// The body as it came.
    pub body: String,
}

/// Checks a document, and answers against it. Gives how many answers were checked.
///
/// # Errors
/// Everything that is wrong, a line each.
///
/// # Panics
/// When Node.js or the packages are not installed.
pub fn check_openapi(document: &str, answers: &[ApiAnswer]) -> Result<usize, String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let installed = manifest.join("../../target/peers/openapi");
    assert!(installed.join("node_modules").exists(), "openapi is not installed: run `cargo xtask test`");
    let folder = tempfile::Builder::new().prefix("postern-openapi-").tempdir().expect("a folder");
    let (document_file, answers_file) = (folder.path().join("openapi.json"), folder.path().join("answers"));
    fs::write(&document_file, document).expect("our own folder");
    let line = |answer: &ApiAnswer| {
        let ApiAnswer { method, path, status, kind, body } = answer;
        let line = json!({ "method": method, "path": path, "status": status, "kind": kind, "body": body });
        format!("{line}\n")
    };
    let lines = answers.iter().map(line);
    fs::write(&answers_file, lines.collect::<String>()).expect("our own folder");
    let output = Command::new("node")
        .arg(manifest.join("peers/openapi/peer.mjs"))
        .args([installed.as_path(), &document_file, &answers_file])
        .output()
        .expect("Node.js is installed");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(format!("{told}{}", String::from_utf8_lossy(&output.stderr)));
    }
    let count = told.trim().strip_suffix(" answers").and_then(|count| count.parse().ok());
    count.ok_or(told)
}
