use serde_json::{Map, Value, json};

use crate::sandbox::konnect::slug::slugify;
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::listing::{Columns, Operators};
use crate::sandbox::konnect::wire::shape::{Pattern, Shape};

/// A collection below a portal or an API.
#[derive(Debug)]
pub(in crate::sandbox::konnect) struct Collection {
    /// The last segment of its path.
    pub(super) name: &'static str,
    pub(super) body: &'static Body,
    /// The property that makes a tree of it.
    pub(super) parent_key: Option<&'static str>,
    /// The property that is unique in it.
    pub(super) unique: Option<&'static str>,
    /// Whether lists have `meta`.
    pub(super) paged: bool,
    pub(super) columns: Columns,
    /// Fills in what the server adds.
    pub(super) complete: fn(&mut Map<String, Value>),
}

const VISIBILITY: Shape = Shape::Choice(&["public", "private"]);
const STATUS: Shape = Shape::Choice(&["published", "unpublished"]);
const TEXT: Shape = Shape::Text(0, 512);
const CONTENT: Shape = Shape::Text(0, 1_000_000);
static SLUG: Pattern = Pattern {
    text: "^[\\w-]+$",
    holds: |text| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        !text.is_empty() && text.chars().all(allowed)
    },
};

/// Pages of a portal. The default of `status` is not documented.
pub(super) static PAGES: Collection = Collection {
    name: "pages",
    body: &Body::closed(&[
        Field::required("slug", TEXT),
        Field::required("content", CONTENT),
        Field::new("title", TEXT),
        Field::new("visibility", VISIBILITY),
        Field::new("status", STATUS),
        Field::new("description", Shape::Text(0, 160)),
        Field::nullable("parent_page_id", Shape::Uuid),
    ]),
    parent_key: Some("parent_page_id"),
    unique: None,
    paged: true,
    columns: Columns {
        filters: &[
            ("id", Operators::Uuid, "id"),
            ("slug", Operators::Text, "slug"),
            ("title", Operators::Text, "title"),
            ("visibility", Operators::Text, "visibility"),
            ("created_at", Operators::Time, "created_at"),
            ("updated_at", Operators::Time, "updated_at"),
        ],
        sorts: &[
            ("title", "title"),
            ("visibility", "visibility"),
            ("status", "status"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
    },
    complete: |body| {
        let title = body.get("slug").cloned().unwrap_or_default();
        body.entry("title").or_insert(title);
        body.entry("visibility").or_insert_with(|| json!("private"));
        body.entry("status").or_insert_with(|| json!("unpublished"));
        body.entry("parent_page_id").or_insert(Value::Null);
    },
};

/// Snippets of a portal.
pub(super) static SNIPPETS: Collection = Collection {
    name: "snippets",
    body: &Body::closed(&[
        Field::required("name", TEXT),
        Field::required("content", CONTENT),
        Field::new("title", TEXT),
        Field::new("visibility", VISIBILITY),
        Field::new("status", STATUS),
        Field::new("description", Shape::Text(0, 160)),
    ]),
    parent_key: None,
    unique: Some("name"),
    paged: true,
    columns: Columns {
        filters: &[
            ("id", Operators::Uuid, "id"),
            ("name", Operators::Text, "name"),
            ("title", Operators::Text, "title"),
            ("visibility", Operators::Text, "visibility"),
            ("status", Operators::Text, "status"),
            ("created_at", Operators::Time, "created_at"),
            ("updated_at", Operators::Time, "updated_at"),
        ],
        sorts: &[
            ("name", "name"),
            ("title", "title"),
            ("visibility", "visibility"),
            ("status", "status"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
    },
    complete: |body| {
        let title = body.get("name").cloned().unwrap_or_default();
        body.entry("title").or_insert(title);
        body.entry("visibility").or_insert_with(|| json!("private"));
        body.entry("status").or_insert_with(|| json!("unpublished"));
    },
};

/// Documents of an API; their list has no `meta`.
pub(super) static DOCUMENTS: Collection = Collection {
    name: "documents",
    body: &Body::closed(&[
        Field::required("content", Shape::Text(0, usize::MAX)),
        Field::new("title", Shape::Text(0, usize::MAX)),
        Field::new("slug", Shape::Pattern(1, usize::MAX, &SLUG)),
        Field::new("status", STATUS),
        Field::nullable("parent_document_id", Shape::Uuid),
        Field::new("id", Shape::Ignored),
        Field::new("created_at", Shape::Ignored),
        Field::new("updated_at", Shape::Ignored),
    ]),
    parent_key: Some("parent_document_id"),
    unique: Some("slug"),
    paged: false,
    columns: Columns {
        filters: &[("status", Operators::Text, "status")],
        sorts: &[],
    },
    complete: |body| {
        let title = body.get("content").and_then(Value::as_str);
        let title = json!(title.map(heading));
        body.entry("title").or_insert(title);
        let slug = body.get("title").and_then(Value::as_str).map(slugify);
        body.entry("slug").or_insert_with(|| json!(slug));
        body.entry("status").or_insert_with(|| json!("unpublished"));
        body.entry("parent_document_id").or_insert(Value::Null);
    },
};

/// Versions of an API, each with its specification.
pub(super) static VERSIONS: Collection = Collection {
    name: "versions",
    body: &Body::closed(&[
        Field::required(
            "spec",
            Shape::Object(&Body::closed(&[Field::new(
                "content",
                Shape::Text(0, usize::MAX),
            )])),
        ),
        Field::new("version", Shape::Text(0, usize::MAX)),
    ]),
    parent_key: None,
    unique: Some("version"),
    paged: true,
    columns: Columns {
        filters: &[
            ("type", Operators::Text, "spec.type"),
            ("version", Operators::Text, "version"),
        ],
        sorts: &[
            ("version", "version"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
    },
    complete: |body| {
        let text = body.get("spec").and_then(|spec| spec.get("content"));
        let text = text.and_then(Value::as_str).unwrap_or_default();
        // a specification in YAML is kept, but not read
        let spec: Value = serde_json::from_str(text).unwrap_or_default();
        let kind = ["openapi", "swagger", "asyncapi"]
            .into_iter()
            .zip(["oas3", "oas2", "asyncapi"])
            .find(|(word, _)| spec.get(*word).is_some() || text.trim_start().starts_with(*word))
            .map_or("oas3", |(_, kind)| kind);
        let version = spec.pointer("/info/version").and_then(Value::as_str);
        let version = version.unwrap_or("1.0.0").to_owned();
        body.entry("version").or_insert_with(|| json!(version));
        if let Some(Value::Object(spec)) = body.get_mut("spec") {
            spec.insert("type".to_owned(), json!(kind));
        }
    },
};

/// The first heading of a Markdown text, or its first line.
fn heading(text: &str) -> &str {
    let line = text.lines().find(|line| line.starts_with('#'));
    let line = line.or_else(|| text.lines().next()).unwrap_or_default();
    let line = line.trim_start_matches('#').trim();
    if line.is_empty() { "document" } else { line }
}
