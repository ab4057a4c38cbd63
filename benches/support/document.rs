//! Documents of any size.

use std::fmt::Write as _;

/// How many of what.
#[derive(Clone, Copy)]
pub(crate) struct Objects {
    pub(crate) scopes: usize,
    pub(crate) claims: usize,
    pub(crate) strategies: usize,
    pub(crate) publications: usize,
}

/// Nothing; the rest of a struct.
pub(crate) const NONE: Objects = Objects {
    scopes: 0,
    claims: 0,
    strategies: 0,
    publications: 0,
};
/// So much of each; `stamp` is in the description of the first scope and strategy.
pub(crate) fn document(objects: Objects, (okta, konnect): (&str, &str), stamp: usize) -> String {
    let mut text = format!(
        "version: 1\nname: bench\nokta:\n  org_url: {okta}\n  token: {{ env: OKTA_TOKEN }}\n"
    );
    let mut line = |indent: usize, words: &str| {
        writeln!(text, "{:indent$}{words}", "").expect("a string takes all");
    };
    if objects.scopes + objects.claims > 0 {
        line(2, "authorization_servers:");
        line(4, "default:");
        line(6, "scopes:");
        for n in 0..objects.scopes {
            let stamp = if n == 0 { stamp } else { 0 };
            line(
                8,
                &format!("many.{n}: {{ description: scope {n}.{stamp} }}"),
            );
        }
        line(6, "claims:");
        for n in 0..objects.claims {
            line(8, &format!("many_{n}: {{ value: app.clientId }}"));
        }
    }
    line(0, "konnect:");
    line(2, &format!("base_url: {konnect}"));
    line(2, "token: { env: KONNECT_TOKEN }");
    if objects.strategies > 0 {
        line(2, "dcr_providers:");
        let provider = "type: http, issuer: https://issuer.example, base_url: https://dcr.example, api_key: { env: DCR_TOKEN }";
        line(4, &format!("bridge: {{ {provider} }}"));
    }
    if objects.strategies + objects.publications > 0 {
        line(2, "auth_strategies:");
    }
    for n in 0..objects.strategies {
        let stamp = if n == 0 { stamp } else { 0 };
        let fields =
            "dcr_provider: bridge, credential_claims: [sub], auth_methods: [bearer], scopes: []";
        line(
            4,
            &format!("many-{n}: {{ display_name: Strategy {n}.{stamp}, {fields} }}"),
        );
    }
    if objects.publications > 0 {
        line(
            4,
            "keys: { strategy_type: key_auth, display_name: API key, key_names: [apikey] }",
        );
        line(2, "publications:");
    }
    for n in 0..objects.publications {
        let fields = "portal: developer-portal, auth_strategy: keys, visibility: public";
        line(4, &format!("api-{n}: {{ {fields} }}"));
    }
    text
}
