//! The style sheet, the script of the copy button and the mark, each under a name that holds its digest.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header;
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;

struct Asset {
    path: String,
    kind: &'static str,
    text: &'static str,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("portal", "css", "text/css; charset=utf-8", include_str!("../../static/portal.css"))
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("copy", "js", "text/javascript; charset=utf-8", include_str!("../../static/copy.js"))
});
static PASSKEY: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("passkey", "js", "text/javascript; charset=utf-8", include_str!("../../static/passkey.js"))
});
static MARK: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("mark", "svg", "image/svg+xml", include_str!("../../static/mark.svg")));

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, text: &'static str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { path: format!("/static/{name}-{short}.{extension}"), kind, text }
    }
}

pub(crate) fn style_path() -> &'static str {
    &STYLE.path
}

pub(crate) fn script_path() -> &'static str {
    &SCRIPT.path
}

/// The script of the pages that ask for a passkey.
pub(crate) fn passkey_path() -> &'static str {
    &PASSKEY.path
}

pub(crate) fn mark_path() -> &'static str {
    &MARK.path
}

/// An asset. Its name changes with its content, so it may be kept for ever.
pub(crate) async fn read(Path(file): Path<String>) -> Response {
    let asset = [&STYLE, &SCRIPT, &PASSKEY, &MARK]
        .into_iter()
        .find(|asset| asset.path.strip_prefix("/static/") == Some(file.as_str()));
    match asset {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, asset.text).into_response()
        }
        None => Problem::NoSuchPage.into_response(),
    }
}
