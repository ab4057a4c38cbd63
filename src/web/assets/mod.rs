//! The style and the script, under names that change with their content, so that browsers may keep them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::answer::refuse;

/// One file that is compiled in.
struct Asset {
    path: String,
    kind: &'static str,
    text: &'static str,
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("css", "text/css; charset=utf-8", include_str!("page.css")));

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "js",
        "text/javascript; charset=utf-8",
        include_str!("page.js"),
    )
});

/// The path of the style.
pub(super) fn style() -> &'static str {
    &STYLE.path
}

/// The path of the script.
pub(super) fn script() -> &'static str {
    &SCRIPT.path
}

/// One of both; another name is none of ours, also that of an older version.
pub(super) async fn asset(Path(file): Path<String>) -> Response {
    for asset in [&*STYLE, &*SCRIPT] {
        if asset.path.strip_prefix("/assets/") == Some(file.as_str()) {
            let headers = [
                (header::CONTENT_TYPE, asset.kind),
                (
                    header::CACHE_CONTROL,
                    "private, max-age=31536000, immutable",
                ),
            ];
            return (headers, asset.text).into_response();
        }
    }
    refuse(StatusCode::NOT_FOUND, "nothing is here")
}

impl Asset {
    fn new(end: &str, kind: &'static str, text: &'static str) -> Self {
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(text));
        let short = digest.get(..12).unwrap_or(&digest);
        Self {
            path: format!("/assets/page-{short}.{end}"),
            kind,
            text,
        }
    }
}
