//! The page at `/` of each port: what is there, for people who look.

use std::fmt::{self, Write};
use std::sync::{Arc, LazyLock};

use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};
use data_encoding::BASE64;
use sha2::Digest;

use super::Vendor;
use super::world::World;

/// Rows of one table; a seeded world may have thousands.
const ROWS: usize = 200;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;\
color:#1b1f24;background:#fff}h1{font-size:1.4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;\
border-bottom:1px solid #d5d9de;overflow-wrap:anywhere}code{font-family:ui-monospace,monospace;font-size:.9em}\
nav a{margin-right:1rem}@media(prefers-color-scheme:dark){body{color:#e6e9ed;background:#15181c}\
th,td{border-color:#363c44}a{color:#8ab4f8}}";

/// Nothing but the page's own style: no script, no frame, no form, nothing from elsewhere.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64.encode(&sha2::Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// Answers with one vendor's page.
pub(super) fn show(world: &Arc<World>, vendor: Vendor) -> impl IntoResponse + use<> {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(text(world, vendor)))
}

fn text(world: &World, vendor: Vendor) -> String {
    let mut page = Page::new(vendor);
    page.links(world);
    match vendor {
        Vendor::Okta => okta(world, &mut page),
        Vendor::Konnect => konnect(world, &mut page),
        Vendor::Portal => portal(world, &mut page),
        Vendor::Gateway => gateway(world, &mut page),
    }
    page.end()
}

fn okta(world: &World, page: &mut Page) {
    world.okta.read(|state| {
        let rows = state.servers.iter().map(|server| {
            let counts = [
                server.scopes.len().to_string(),
                server.claims.len().to_string(),
                server.policies.len().to_string(),
            ];
            let [scopes, claims, policies] = counts;
            let status = server.status.word().to_owned();
            [
                server.name.clone(),
                server.id.clone(),
                status,
                scopes,
                claims,
                policies,
            ]
        });
        let head = ["name", "id", "status", "scopes", "claims", "policies"];
        page.table("Authorization servers", head, rows);
        let rows = state.apps.iter().map(|app| {
            let status = app.status.word().to_owned();
            [app.label.clone(), app.client_id.clone(), status]
        });
        page.table("Applications", ["label", "client id", "status"], rows);
    });
}

fn konnect(world: &World, page: &mut Page) {
    world.konnect.read(|state| {
        let rows = state.portals.values();
        let rows = rows.map(|portal| [portal.name.clone(), portal.id.to_string()]);
        page.table("Portals", ["name", "id"], rows);
        let rows = state.apis.values().map(|api| {
            let version = api.version.clone().unwrap_or_default();
            let slug = api.slug.clone().unwrap_or_default();
            [api.name.clone(), version, slug, api.id.to_string()]
        });
        page.table("APIs", ["name", "version", "slug", "id"], rows);
        let rows = state.strategies.values();
        let rows = rows.map(|strategy| [strategy.name.clone(), strategy.id.to_string()]);
        page.table("Auth strategies", ["name", "id"], rows);
        let rows = state.providers().map(|(name, id)| [name, id]);
        page.table("DCR providers", ["name", "id"], rows);
        let rows = state.publications.iter().map(|publication| {
            let api = state.apis.get(&publication.api);
            let portal = state.portals.get(&publication.portal);
            let strategy = publication
                .strategy
                .and_then(|id| state.strategies.get(&id));
            [
                api.map_or_else(String::new, |api| api.name.clone()),
                portal.map_or_else(String::new, |portal| portal.name.clone()),
                strategy.map_or_else(String::new, |strategy| strategy.name.clone()),
                publication.visibility.clone(),
            ]
        });
        let head = ["API", "portal", "auth strategy", "visibility"];
        page.table("Publications", head, rows);
    });
}

fn portal(world: &World, page: &mut Page) {
    world.konnect.read(|state| {
        let of = |portal| {
            let portal = state.portals.get(&portal);
            portal.map_or_else(String::new, |portal| portal.name.clone())
        };
        let rows = state.developers.values();
        let rows = rows.map(|developer| [developer.email.clone(), of(developer.portal)]);
        page.table("Developers", ["e-mail address", "portal"], rows);
        let rows = state
            .teams()
            .map(|team| [team.name.clone(), of(team.portal)]);
        page.table("Teams", ["name", "portal"], rows);
        let rows = state.applications.values().map(|application| {
            [
                application.name.clone(),
                of(application.portal),
                application.id.to_string(),
            ]
        });
        page.table("Applications", ["name", "portal", "id"], rows);
    });
}

fn gateway(world: &World, page: &mut Page) {
    world.konnect.read(|state| {
        let rows = state.apis.values().filter_map(|api| {
            let published = state.publications.iter().any(|p| p.api == api.id);
            let route = format!("/{}", api.slug.as_ref()?);
            let published = if published { "yes" } else { "no" };
            Some([route, api.name.clone(), published.to_owned()])
        });
        page.table("Routes", ["route", "API", "published"], rows);
    });
}

/// A page as it grows. All text goes through [`Escaped`].
struct Page(String);

impl Page {
    fn new(vendor: Vendor) -> Self {
        let name = match vendor {
            Vendor::Okta => "Okta",
            Vendor::Konnect => "Konnect",
            Vendor::Portal => "Developer portal",
            Vendor::Gateway => "Gateway",
        };
        Self(format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}, emulated</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
             <body><h1>{name}, emulated by dcrsync</h1>"
        ))
    }

    fn links(&mut self, world: &World) {
        self.0.push_str("<nav>");
        for vendor in Vendor::ALL {
            let origin = world.common.origins.get().map_or("", |all| all.of(vendor));
            self.write(format_args!(
                "<a href=\"{0}/\">{vendor}</a>",
                Escaped(origin)
            ));
        }
        self.0.push_str(
            "<a href=\"/_sandbox/requests\">requests</a><a href=\"/_sandbox/audit\">changes</a>\
             <a href=\"/_sandbox/faults\">faults</a></nav>",
        );
    }

    fn table<const N: usize>(
        &mut self,
        title: &str,
        head: [&str; N],
        rows: impl Iterator<Item = [String; N]>,
    ) {
        let mut count = 0;
        let mut body = String::new();
        for row in rows {
            count += 1;
            if count <= ROWS {
                body.push_str("<tr>");
                for cell in &row {
                    // writing to a string cannot fail
                    let _ = write!(body, "<td>{}</td>", Escaped(cell));
                }
                body.push_str("</tr>");
            }
        }
        self.write(format_args!("<h2>{} ({count})</h2>", Escaped(title)));
        if count == 0 {
            return;
        }
        self.0.push_str("<table><thead><tr>");
        for cell in head {
            self.write(format_args!("<th scope=\"col\">{}</th>", Escaped(cell)));
        }
        self.write(format_args!("</tr></thead><tbody>{body}</tbody></table>"));
        if count > ROWS {
            self.write(format_args!("<p>and {} more</p>", count - ROWS));
        }
    }

    fn write(&mut self, text: fmt::Arguments<'_>) {
        // writing to a string cannot fail
        let _ = self.0.write_fmt(text);
    }

    fn end(mut self) -> String {
        self.0.push_str("</body></html>\n");
        self.0
    }
}

/// Text for HTML, between tags or in a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
