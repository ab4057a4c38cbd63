//! What is only looked up by name: APIs, and the developers and teams of a portal.

use serde_json::Value as Json;

use crate::base::{KindName, Value};
use crate::kinds::{Entry, Kind, Out, Readers, Witness, wire};
use crate::plan::{Field, KindInfo, Live, Role};
use crate::vendor::{VendorError, path};

/// An API of the catalog.
#[derive(Debug)]
pub struct Api;

/// A developer of a portal; the key is the e-mail address.
#[derive(Debug)]
pub struct Developer;

/// A team of a portal.
#[derive(Debug)]
pub struct Team;

/// The name of [`Api`].
pub const API: KindName = KindName::new("konnect.api");
/// The name of [`Developer`].
pub const DEVELOPER: KindName = KindName::new("konnect.developer");
/// The name of [`Team`].
pub const TEAM: KindName = KindName::new("konnect.team");

const FIELDS: &[Field] = &[Field::computed("name")];

const fn info(name: KindName, parent: Option<KindName>) -> KindInfo {
    KindInfo {
        name,
        parent,
        role: Role::LookedUp,
        nameable: true,
        key: &["name"],
        fields: FIELDS,
        labelled: false,
        named_by: &[],
        cost: super::COST,
    }
}

/// The type of entries that cannot be written.
pub type NoSpec = std::collections::BTreeMap<String, String>;

impl Kind for Api {
    const INFO: KindInfo = info(API, None);
    const SECTION: &'static [&'static str] = &[];
    const TITLE: &'static str = "An API of the catalog; only looked up, by name.";
    const EXAMPLE: &'static str = "";
    type Spec = NoSpec;

    fn declare(_entry: &Entry<'_, NoSpec>, _out: &mut Out<'_>) {}

    fn witnesses(live: &Live) -> Vec<Witness> {
        // an API names the portals that it is published in
        let raw = live.raw.json();
        let portals = raw.get("portals").and_then(Json::as_array);
        let ids = portals.into_iter().flatten();
        ids.filter_map(|portal| portal.get("id")?.as_str())
            .map(|portal| {
                let id = super::publication::id(&live.id, portal);
                Witness::points(super::publication::NAME, id)
            })
            .collect()
    }

    fn at(id: &str, _parent: Option<&str>) -> Option<String> {
        Some(path(&["v3", "apis", id]))
    }

    async fn list(readers: &Readers, _parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        let apis = readers.konnect.list(&path(&["v3", "apis"]), &[]).await?;
        Ok(apis
            .into_iter()
            .map(|api| live(API, None, "name", api))
            .collect())
    }
}

impl Kind for Developer {
    const INFO: KindInfo = info(DEVELOPER, Some(super::portal::NAME));
    const SECTION: &'static [&'static str] = &[];
    const TITLE: &'static str = "A developer of a portal; only looked up, by e-mail address.";
    const EXAMPLE: &'static str = "";
    type Spec = NoSpec;

    fn declare(_entry: &Entry<'_, NoSpec>, _out: &mut Out<'_>) {}

    fn at(id: &str, parent: Option<&str>) -> Option<String> {
        parent.map(|portal| path(&["v3", "portals", portal, "developers", id]))
    }

    async fn list(readers: &Readers, parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        list_below(readers, parent, DEVELOPER, "developers", "email").await
    }
}

impl Kind for Team {
    const INFO: KindInfo = info(TEAM, Some(super::portal::NAME));
    const SECTION: &'static [&'static str] = &[];
    const TITLE: &'static str = "A team of a portal; only looked up, by name.";
    const EXAMPLE: &'static str = "";
    type Spec = NoSpec;

    fn declare(_entry: &Entry<'_, NoSpec>, _out: &mut Out<'_>) {}

    fn at(id: &str, parent: Option<&str>) -> Option<String> {
        parent.map(|portal| path(&["v3", "portals", portal, "teams", id]))
    }

    async fn list(readers: &Readers, parent: Option<&Live>) -> Result<Vec<Live>, VendorError> {
        list_below(readers, parent, TEAM, "teams", "name").await
    }
}

async fn list_below(
    readers: &Readers,
    portal: Option<&Live>,
    kind: KindName,
    collection: &str,
    name: &'static str,
) -> Result<Vec<Live>, VendorError> {
    let Some(portal) = portal else {
        return Ok(Vec::new());
    };
    let items = readers
        .konnect
        .list(&path(&["v3", "portals", &portal.id, collection]), &[])
        .await?;
    Ok(items
        .into_iter()
        .map(|item| live(kind, Some(portal), name, item))
        .collect())
}

fn live(kind: KindName, portal: Option<&Live>, name: &str, json: Json) -> Live {
    let mut live = Live::new(kind, wire::id(&json), Json::Null);
    live.parent = portal.map(|portal| portal.id.clone());
    let text: Value = wire::text(&json, name);
    live.fields.insert("name", text);
    live.raw = json.into();
    live
}
