use super::{Slot, Values};

const TEXTS: Values = &["", "\"one\"", "\"two\""];
const SWITCH: Values = &["", "true", "false"];
const LABELS: Values = &[
    "",
    "{ \"team\": \"a\" }",
    "{ \"team\": \"b\", \"tier\": \"1\" }",
];
const STRATEGIES: Values = &["", "\"oidc\"", "\"keys\"", "\"plain\""];

/// Providers, strategies, portals, publications and applications.
pub(super) fn slots() -> Vec<Slot> {
    let mut slots = providers();
    slots.extend(strategies());
    slots.extend(portals());
    slots.extend(apps());
    slots
}

fn providers() -> Vec<Slot> {
    vec![
        Slot::new(
            &["konnect", "dcr_providers", "main"],
            &[
                ("type", &["\"okta\""]),
                ("authorization_server", &["\"default\"", "\"partners\""]),
                (
                    "dcr_token",
                    &["{ \"env\": \"DCR_TOKEN\" }", "{ \"env\": \"DCR_TOKEN_2\" }"],
                ),
                ("display_name", &["", "\"one\"", "\"two\""]),
                ("labels", LABELS),
            ],
        ),
        Slot::new(
            &["konnect", "dcr_providers", "side"],
            &[
                ("name", &["", "\"aside\""]),
                (
                    "type",
                    &["\"curity\"", "\"auth0\"", "\"azure_ad\"", "\"http\""],
                ),
                (
                    "issuer",
                    &["\"https://a.example\"", "\"https://b.example\""],
                ),
                ("display_name", TEXTS),
                ("client_id", &["\"one\"", "\"two\""]),
                (
                    "client_secret",
                    &[
                        "{ \"env\": \"OTHER_SECRET\" }",
                        "{ \"env\": \"OTHER_SECRET_2\" }",
                    ],
                ),
                ("audience", TEXTS),
                ("use_developer_managed_scopes", SWITCH),
                (
                    "base_url",
                    &["\"https://b.example/dcr\"", "\"https://b.example/other\""],
                ),
                (
                    "api_key",
                    &[
                        "{ \"env\": \"OTHER_SECRET\" }",
                        "{ \"env\": \"OTHER_SECRET_2\" }",
                    ],
                ),
                ("disable_event_hooks", SWITCH),
                ("disable_refresh_secret", SWITCH),
                ("allow_multiple_credentials", SWITCH),
                ("labels", LABELS),
            ],
        ),
    ]
}

fn strategies() -> Vec<Slot> {
    let methods: Values = &[
        "[\"client_credentials\"]",
        "[\"client_credentials\", \"bearer\"]",
        "[\"bearer\"]",
    ];
    vec![
        Slot::new(
            &["konnect", "auth_strategies", "oidc"],
            &[
                ("display_name", &["\"one\"", "\"two\""]),
                ("dcr_provider", &["\"main\""]),
                ("scopes", &["[\"a\"]"]),
                ("credential_claims", &["[\"client_id\"]"]),
                ("auth_methods", methods),
                ("labels", LABELS),
            ],
        ),
        Slot::new(
            &["konnect", "auth_strategies", "keys"],
            &[
                ("name", &["", "\"keys2\""]),
                ("display_name", &["\"one\"", "\"two\""]),
                ("strategy_type", &["\"key_auth\"", "\"openid_connect\""]),
                ("key_names", &["[\"k\"]", "[\"k\", \"l\"]", ""]),
                ("labels", LABELS),
            ],
        ),
        Slot::new(
            &["konnect", "auth_strategies", "plain"],
            &[
                ("display_name", &["\"one\"", "\"two\""]),
                ("dcr_provider", &["", "\"side\""]),
                ("authorization_server", &["", "\"default\""]),
                (
                    "issuer",
                    &["\"https://a.example\"", "\"https://c.example/\""],
                ),
                ("scopes", &["[\"a\"]", "[\"a\", \"x\"]"]),
                (
                    "credential_claims",
                    &["[\"client_id\"]", "[\"app\", \"id\"]"],
                ),
                (
                    "auth_methods",
                    &["[\"bearer\"]", "[\"bearer\", \"session\"]"],
                ),
                ("labels", LABELS),
            ],
        ),
    ]
}

fn portals() -> Vec<Slot> {
    let portal: [(&str, Values); 5] = [
        ("description", TEXTS),
        ("auto_approve_applications", SWITCH),
        ("auto_approve_developers", SWITCH),
        ("default_auth_strategy", STRATEGIES),
        ("labels", LABELS),
    ];
    let publication: [(&str, Values); 3] = [
        ("auth_strategy", STRATEGIES),
        ("visibility", &["", "\"public\"", "\"private\""]),
        ("auto_approve_registrations", SWITCH),
    ];
    let in_main: Values = &["\"developer-portal\""];
    vec![
        Slot::new(
            &["konnect", "portals", "developer-portal"],
            &[&portal[..], &[("display_name", TEXTS)]].concat(),
        )
        .stays(),
        Slot::new(
            &["konnect", "portals", "lab"],
            &[&portal[..], &[("display_name", &["\"one\"", "\"two\""])]].concat(),
        ),
        Slot::new(
            &["konnect", "publications", "orders"],
            &[&publication[..], &[("portal", in_main)]].concat(),
        )
        .always(&["portal"]),
        Slot::new(
            &["konnect", "publications", "billing"],
            &[&publication[..], &[("portal", in_main)]].concat(),
        )
        .always(&["portal"]),
        Slot::new(
            &["konnect", "publications", "lab-orders"],
            &[
                &publication[..],
                &[("portal", &["\"lab\""]), ("api", &["\"orders\""])],
            ]
            .concat(),
        )
        .always(&["portal", "api"]),
    ]
}

fn apps() -> Vec<Slot> {
    let place: [(&str, Values); 2] = [
        ("portal", &["\"developer-portal\""]),
        ("auth_strategy", &["\"oidc\""]),
    ];
    let apis: Values = &["", "[\"orders\"]", "[]", "[\"orders\", \"billing\"]"];
    let developer: Values = &["{ \"developer\": \"dev@example.com\" }"];
    let login: Values = &["{ \"env\": \"PORTAL_PASSWORD\" }"];
    vec![
        Slot::new(
            &["konnect", "apps", "mobile"],
            &[
                &place[..],
                &[
                    ("name", &["", "\"mobile2\""]),
                    ("owner", developer),
                    ("description", TEXTS),
                    ("apis", apis),
                    ("client", &["", "\"dcr\""]),
                    ("login", login),
                    (
                        "credentials",
                        &["{ \"sops\": \"clients.mobile\", \"in\": \"clients.sops.yaml\" }"],
                    ),
                ],
            ]
            .concat(),
        )
        .always(&["portal", "owner", "name"]),
        Slot::new(
            &["konnect", "apps", "batch"],
            &[
                &place[..],
                &[
                    (
                        "owner",
                        &[
                            "{ \"developer\": \"dev@example.com\" }",
                            "{ \"team\": \"crew\" }",
                        ],
                    ),
                    ("description", TEXTS),
                    ("apis", apis),
                    ("client", &["\"managed\""]),
                    ("login", &["", "{ \"env\": \"PORTAL_PASSWORD\" }"]),
                    (
                        "credentials",
                        &[
                            "{ \"sops\": \"clients.batch\", \"in\": \"clients.sops.yaml\" }",
                            "{ \"sops\": \"batch\", \"in\": \"batch.sops.yaml\" }",
                        ],
                    ),
                ],
            ]
            .concat(),
        )
        .always(&["portal", "owner", "client"]),
        Slot::new(
            &["konnect", "apps", "old"],
            &[
                &place[..],
                &[
                    ("owner", developer),
                    ("apis", apis),
                    ("client", &["{ \"existing\": \"old-client-0001\" }"]),
                ],
            ]
            .concat(),
        )
        .always(&["portal", "owner"]),
    ]
}
