use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::sandbox::konnect::context::stamp;
use crate::sandbox::konnect::slug::slugify;
use crate::sandbox::konnect::state::KonnectState;
use crate::sandbox::konnect::wire::labels::merge;

/// An API of the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Api {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) version: Option<String>,
    description: Option<String>,
    /// Also the first segment of its route at the gateway.
    pub(in crate::sandbox) slug: Option<String>,
    pub(in crate::sandbox::konnect) labels: Map<String, Value>,
    attributes: Map<String, Value>,
    /// The id of `current_version_summary`.
    summary: Uuid,
    created_at: Timestamp,
    pub(in crate::sandbox::konnect) updated_at: Timestamp,
}

impl Api {
    /// A new API, its slug made from name and version.
    pub(in crate::sandbox::konnect) fn new(
        name: &str,
        version: Option<&str>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: Uuid::new_v4(),
            name: name.to_owned(),
            version: version.map(str::to_owned),
            description: None,
            slug: Some(default_slug(name, version)),
            labels: Map::new(),
            attributes: Map::new(),
            summary: Uuid::new_v4(),
            created_at: now,
            updated_at: now,
        }
    }

    pub(in crate::sandbox::konnect) fn view(&self, state: &KonnectState) -> Value {
        let published = state.publications.iter();
        let portals: Vec<Uuid> = published
            .filter(|publication| publication.api == self.id)
            .map(|publication| publication.portal)
            .collect();
        self.view_in(state, &portals)
    }

    /// Like `view`, where it is known already which portals the API is published to.
    pub(in crate::sandbox::konnect) fn view_in(
        &self,
        state: &KonnectState,
        portals: &[Uuid],
    ) -> Value {
        let portals: Vec<Value> = portals
            .iter()
            .filter_map(|portal| state.portals.get(portal))
            .map(crate::sandbox::konnect::portals::portal::Portal::summary)
            .collect();
        let summary = self.version.as_ref().map(|version| {
            json!({
                "id": self.summary,
                "version": version,
                "created_at": stamp(self.created_at),
                "updated_at": stamp(self.updated_at),
            })
        });
        json!({
            "id": self.id,
            "name": self.name,
            "version": self.version,
            "description": self.description,
            "slug": self.slug,
            "labels": self.labels,
            "attributes": self.attributes,
            "portals": portals,
            "api_spec_ids": [],
            "implementation_mode": null,
            "current_version_summary": summary,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        })
    }

    /// Takes the properties in that a checked body names.
    pub(in crate::sandbox::konnect) fn take(&mut self, body: &Value) {
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut self.name);
        }
        let text = |key: &str| {
            let value = body.get(key)?;
            Some(value.as_str().map(str::to_owned))
        };
        if let Some(version) = text("version") {
            self.version = version;
        }
        if let Some(description) = text("description") {
            self.description = description;
        }
        if let Some(slug) = text("slug") {
            self.slug = slug;
        }
        let none = Value::Null;
        merge(
            &mut self.attributes,
            body.get("attributes").unwrap_or(&none),
        );
    }
}

/// Of the version only the part before the first dot goes in, as a client of the vendor expects.
fn default_slug(name: &str, version: Option<&str>) -> String {
    let major = version.and_then(|version| version.split('.').next());
    slugify(&format!("{name} {}", major.unwrap_or_default()))
}
