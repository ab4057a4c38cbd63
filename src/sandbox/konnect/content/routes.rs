use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use super::child::Child;
use super::collections::{Collection, DOCUMENTS, PAGES, SNIPPETS, VERSIONS};
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok};
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::wire::labels::merge;
use crate::sandbox::konnect::wire::listing::Query;
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;

/// Finds what a collection hangs on.
type Parent = fn(&KonnectState, &str) -> Result<Uuid, Problem>;

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    let portal: Parent = |state, id| Ok(entry(&state.portals, id)?.id);
    let api: Parent = |state, id| Ok(entry(&state.apis, id)?.id);
    Router::new()
        .merge(collection("/v3/portals", portal, &PAGES))
        .merge(collection("/v3/portals", portal, &SNIPPETS))
        .merge(collection("/v3/apis", api, &DOCUMENTS))
        .merge(collection("/v3/apis", api, &VERSIONS))
}

fn collection(base: &str, parent: Parent, what: &'static Collection) -> Router<Konnect> {
    let all = format!("{base}/{{parent}}/{}", what.name);
    let one = format!("{all}/{{child}}");
    Router::new()
        .route(
            &all,
            get(
                async move |State(konnect): State<Konnect>,
                            Path(id): Path<String>,
                            query: Query| {
                    list(&konnect, parent, what, &id, &query)
                },
            )
            .post(
                async move |State(konnect): State<Konnect>, Path(id): Path<String>, sent: Sent| {
                    create(&konnect, parent, what, &id, &sent.0)
                },
            ),
        )
        .route(
            &one,
            get(async move |State(konnect): State<Konnect>, path: Place| {
                read(&konnect, parent, what, &path)
            })
            .patch(
                async move |State(konnect): State<Konnect>, path: Place, sent: Sent| {
                    update(&konnect, parent, what, &path, &sent.0)
                },
            )
            .delete(async move |State(konnect): State<Konnect>, path: Place| {
                delete(&konnect, parent, what, &path)
            }),
        )
}

/// Parent and child.
type Place = Path<(String, String)>;

fn list(konnect: &Konnect, parent: Parent, what: &Collection, id: &str, query: &Query) -> Answer {
    let items = konnect
        .state
        .read(|state| Ok::<_, Problem>(state.list_of(what, parent(state, id)?)))?;
    if what.paged {
        return query.page(items, &what.columns).map(ok);
    }
    let items = query.select(items, &what.columns)?;
    Ok(ok(json!({ "data": items })))
}

fn create(konnect: &Konnect, parent: Parent, what: &Collection, id: &str, body: &Value) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let parent = parent(state, id)?;
        what.body.check(body)?;
        let mut child = Child {
            id: Uuid::new_v4(),
            parent,
            collection: what.name.to_owned(),
            body: own(body),
            created_at: now,
            updated_at: now,
        };
        (what.complete)(&mut child.body);
        refuse_twin(state, what, &child)?;
        refuse_missing_parent(state, what, &child)?;
        let view = child.view();
        state.children.push(child);
        Ok(created(view))
    })
}

fn read(konnect: &Konnect, parent: Parent, what: &Collection, path: &Place) -> Answer {
    konnect.state.read(|state| {
        let at = place(state, parent, what, path)?;
        let child = state.children.get(at).ok_or_else(Problem::not_found)?;
        Ok(ok(child.view()))
    })
}

fn update(
    konnect: &Konnect,
    parent: Parent,
    what: &Collection,
    path: &Place,
    body: &Value,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let at = place(state, parent, what, path)?;
        what.body.check_update(body)?;
        let mut child = state
            .children
            .get(at)
            .cloned()
            .ok_or_else(Problem::not_found)?;
        merge(&mut child.body, &Value::Object(own(body)));
        (what.complete)(&mut child.body);
        child.updated_at = now;
        refuse_twin(state, what, &child)?;
        refuse_missing_parent(state, what, &child)?;
        let view = child.view();
        if let Some(old) = state.children.get_mut(at) {
            *old = child;
        }
        Ok(ok(view))
    })
}

/// Deletes what is below an entry of a tree too.
fn delete(
    konnect: &Konnect,
    parent: Parent,
    what: &Collection,
    path: &Place,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let at = place(state, parent, what, path)?;
        let mut gone = vec![state.children.remove(at).id.to_string()];
        while let (Some(id), Some(key)) = (gone.pop(), what.parent_key) {
            state.children.retain(|child| {
                let is_below = child.body.get(key).and_then(Value::as_str) == Some(id.as_str());
                if is_below {
                    gone.push(child.id.to_string());
                }
                !is_below
            });
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

fn place(
    state: &KonnectState,
    parent: Parent,
    what: &Collection,
    Path((above, child)): &Place,
) -> Result<usize, Problem> {
    let above = parent(state, above)?;
    state
        .child_at(what.name, above, child)
        .ok_or_else(Problem::not_found)
}

/// What a client may set: the server's own properties are ignored in requests.
fn own(body: &Value) -> serde_json::Map<String, Value> {
    let mut own = body.as_object().cloned().unwrap_or_default();
    own.retain(|key, _| !["id", "created_at", "updated_at"].contains(&key.as_str()));
    own
}

fn refuse_twin(state: &KonnectState, what: &Collection, child: &Child) -> Result<(), Problem> {
    let Some(key) = what.unique else {
        return Ok(());
    };
    let is_twin = |other: &Child| {
        other.id != child.id
            && other.parent == child.parent
            && other.collection == child.collection
            && other.body.get(key) == child.body.get(key)
    };
    if state.children.iter().any(is_twin) {
        return Err(Problem::conflict(format!("{key} is used already")));
    }
    Ok(())
}

fn refuse_missing_parent(
    state: &KonnectState,
    what: &Collection,
    child: &Child,
) -> Result<(), Problem> {
    let Some(key) = what.parent_key else {
        return Ok(());
    };
    match child.body.get(key).and_then(Value::as_str) {
        Some(id) if state.child_at(what.name, child.parent, id).is_none() => {
            Err(Invalid::missing(key, "parent").into())
        }
        Some(_) | None => Ok(()),
    }
}
