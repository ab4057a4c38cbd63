use super::{Slot, Values};

const TEXTS: Values = &["", "\"one\"", "\"two\""];
const SWITCH: Values = &["", "true", "false"];
/// Those of siblings differ: equal ones are refused.
const PLACES: [Values; 2] = [&["", "1", "5", "9"], &["", "2", "4", "7"]];

pub(super) const SERVERS: [&str; 2] = ["default", "partners"];

/// Both servers and what they hold.
pub(super) fn slots() -> Vec<Slot> {
    let mut slots = Vec::new();
    for server in SERVERS {
        slots.extend(of_server(server));
    }
    slots
}

fn of_server(server: &'static str) -> Vec<Slot> {
    let top = ["okta", "authorization_servers", server];
    let at = |below: &[&'static str]| [&top[..], below].concat();
    let built_in = server == "default";
    let description: Values = if built_in {
        TEXTS
    } else {
        // with a field of its own it is made, without one it would have to be there
        &["\"one\"", "\"two\""]
    };
    let own = Slot::new(
        &top,
        &[
            ("description", description),
            ("audiences", &["", "[\"api://ours\"]", "[\"api://others\"]"]),
            ("issuer_mode", &["", "\"org_url\"", "\"dynamic\""]),
            ("prune", &["", "", "", "true"]),
        ],
    );
    let scope: [(&str, Values); 6] = [
        ("description", TEXTS),
        ("display_name", TEXTS),
        (
            "metadata_publish",
            &["", "\"all_clients\"", "\"no_clients\""],
        ),
        ("default", SWITCH),
        ("optional", SWITCH),
        (
            "consent",
            &["", "\"implicit\"", "\"flexible\"", "\"required\""],
        ),
    ];
    let ignored: Values = &[
        "",
        "",
        "[{ \"field\": \"description\", \"reason\": \"by hand\", \"until\": \"2027-01-01\" }]",
    ];
    let policy = |sibling: usize| -> [(&'static str, Values); 3] {
        [
            ("description", TEXTS),
            ("priority", PLACES[sibling]),
            ("active", SWITCH),
        ]
    };
    let rule = |sibling: usize| -> [(&'static str, Values); 4] {
        [
            ("scopes", &["[\"*\"]", "[\"a\"]", "[\"a\", \"openid\"]"]),
            ("priority", PLACES[sibling]),
            ("active", SWITCH),
            ("groups", &["", "[\"EVERYONE\"]", "[\"00g1example0001\"]"]),
        ]
    };
    let machines: Values = &["[\"client_credentials\"]"];
    let any_grants: Values = &[
        "[\"client_credentials\"]",
        "[\"client_credentials\", \"password\"]",
    ];
    let named = |name: Values, rest: &[(&'static str, Values)]| [&[("name", name)], rest].concat();
    vec![
        if built_in { own.stays() } else { own },
        Slot::new(&at(&["scopes", "a"]), &scope),
        Slot::new(
            &at(&["scopes", "b"]),
            &[&named(&["", "\"b2\""], &scope)[..], &[("ignore", ignored)]].concat(),
        ),
        Slot::new(
            &at(&["claims", "client_id"]),
            &[
                ("value", &["\"app.clientId\""]),
                ("token", &["", "\"access\""]),
                ("active", &["", "true"]),
            ],
        ),
        Slot::new(
            &at(&["claims", "c"]),
            &named(
                &["", "\"c2\""],
                &[
                    ("value", &["\"app.clientId\"", r#""\"fixed\"""#]),
                    ("token", &["", "\"access\"", "\"id\""]),
                    ("scopes", &["", "[]", "[\"a\"]"]),
                    ("always_include", SWITCH),
                    ("active", SWITCH),
                ],
            ),
        ),
        Slot::new(
            &at(&["claims", "g"]),
            &[
                ("value", &["\"Everyone\"", "\"Admins\""]),
                ("token", &["\"id\""]),
                ("value_type", &["\"groups\"", "\"expression\""]),
                ("group_filter", &["\"equals\"", "\"starts_with\""]),
                ("always_include", SWITCH),
            ],
        ),
        Slot::new(
            &at(&["policies", "p"]),
            &[&policy(0)[..], &[("clients", &["\"all\""])]].concat(),
        ),
        Slot::new(
            &at(&["policies", "p", "rules", "r"]),
            &[
                &rule(0)[..],
                &[
                    ("grant_types", machines),
                    ("access_token_minutes", &["", "30", "60"]),
                    ("refresh_token_minutes", &["", "0", "600"]),
                    ("refresh_token_window_minutes", &["", "300"]),
                ],
            ]
            .concat(),
        ),
        Slot::new(
            &at(&["policies", "p", "rules", "s"]),
            &named(
                &["", "\"s2\""],
                &[&rule(1)[..], &[("grant_types", any_grants)]].concat(),
            ),
        ),
        Slot::new(
            &at(&["policies", "q"]),
            &named(
                &["", "\"q2\""],
                &[
                    &policy(1)[..],
                    &[("clients", &["\"all\"", "[\"0oa1example0001\"]"])],
                ]
                .concat(),
            ),
        ),
        Slot::new(
            &at(&["policies", "q", "rules", "r"]),
            &[&rule(0)[..], &[("grant_types", machines)]].concat(),
        ),
    ]
}
