use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::{Value, json};

use crate::sandbox::konnect::context::{Answer, Konnect, ok};
use crate::sandbox::konnect::state::entry;
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::Problem;

/// Of what is not there: any filter that clients are known to send.
static COLUMNS: Columns = Columns {
    filters: &[
        ("id", Operators::Uuid, "id"),
        ("name", Operators::Text, "name"),
        ("api_id", Operators::Uuid, "api_id"),
        ("service_id", Operators::Uuid, "service_id"),
        ("control_plane_id", Operators::Uuid, "control_plane_id"),
        ("created_at", Operators::Time, "created_at"),
        ("updated_at", Operators::Time, "updated_at"),
    ],
    sorts: &[("name", "name"), ("created_at", "created_at")],
};

/// Reads of what is not emulated, each answered as if there were none of it.
///
/// A portal's audit log webhook, custom domain, e-mail settings, integrations and pictures are not
/// routed at all: clients take a 404 for "none".
pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/api-implementations", get(nothing))
        .route("/v2/control-planes", get(nothing))
        .route("/v3/portals/email-domains", get(nothing))
        .route("/v3/portals/{portal}/email-templates", get(no_templates))
        .route("/v3/portals/{portal}/ip-allow-list", get(no_addresses))
        .route("/v3/portals/{portal}/identity-providers", get(no_providers))
}

async fn nothing(query: Query) -> Answer {
    query.page(Vec::new(), &COLUMNS).map(ok)
}

fn known(konnect: &Konnect, portal: &str) -> Result<(), Problem> {
    konnect
        .state
        .read(|state| entry(&state.portals, portal).map(|_| ()))
}

async fn no_templates(State(konnect): State<Konnect>, Path(portal): Path<String>) -> Answer {
    known(&konnect, &portal)?;
    Ok(ok(json!({ "data": [] })))
}

/// The one list with a cursor.
async fn no_addresses(State(konnect): State<Konnect>, Path(portal): Path<String>) -> Answer {
    known(&konnect, &portal)?;
    let meta = json!({ "next": null, "previous": null, "size": 0 });
    Ok(ok(json!({ "data": [], "meta": meta })))
}

/// The one list without an envelope. The contract has no 404 here, but nothing better either for a
/// portal that is not there.
async fn no_providers(State(konnect): State<Konnect>, Path(portal): Path<String>) -> Answer {
    known(&konnect, &portal)?;
    Ok(ok(Value::Array(Vec::new())))
}
