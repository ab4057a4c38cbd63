//! Two made-up vendors with one kind for each thing that the planner has to know.

use crate::base::KindName;
use crate::plan::{Cost, Field, KindInfo, Role};

pub(super) const SERVER: KindName = KindName::new("shop.server");
pub(super) const SCOPE: KindName = KindName::new("shop.scope");
pub(super) const RULE: KindName = KindName::new("shop.rule");
pub(super) const PROVIDER: KindName = KindName::new("mall.provider");
pub(super) const STRATEGY: KindName = KindName::new("mall.strategy");
pub(super) const HALL: KindName = KindName::new("mall.hall");
pub(super) const APP: KindName = KindName::new("mall.app");
pub(super) const SEAT: KindName = KindName::new("mall.seat");

/// All of them, in dependency order.
pub(super) const KINDS: &[KindInfo] = &[
    KindInfo {
        fields: &[
            Field::managed("name"),
            Field::managed("title"),
            Field::immutable("region"),
        ],
        ..plain(SERVER, None)
    },
    KindInfo {
        fields: &[
            Field::managed("name"),
            Field::managed("description"),
            Field::managed("tags"),
            Field::managed("optional"),
        ],
        named_by: &[RULE, STRATEGY],
        ..plain(SCOPE, Some(SERVER))
    },
    KindInfo {
        fields: &[
            Field::managed("name"),
            Field::managed("scopes"),
            Field::order("priority"),
        ],
        ..plain(RULE, Some(SERVER))
    },
    KindInfo {
        fields: &[
            Field::managed("name"),
            Field::immutable("flavour"),
            Field::url("issuer"),
            Field::write_only("token"),
            Field::computed("stamp"),
            Field::declared_keys("labels"),
        ],
        labelled: true,
        ..plain(PROVIDER, None)
    },
    KindInfo {
        fields: &[
            Field::managed("name"),
            Field::immutable("style"),
            Field::managed("provider").holding(),
            Field::managed("scopes"),
        ],
        labelled: true,
        ..plain(STRATEGY, None)
    },
    KindInfo {
        role: Role::LookedUp,
        nameable: true,
        fields: &[Field::managed("name")],
        ..plain(HALL, None)
    },
    KindInfo {
        fields: &[
            Field::managed("name"),
            Field::immutable("strategy").holding(),
            Field::managed("text"),
        ],
        ..plain(APP, Some(HALL))
    },
    KindInfo {
        key: &["app", "thing"],
        fields: &[
            Field::immutable("app"),
            Field::immutable("thing"),
            Field::managed("status"),
        ],
        ..plain(SEAT, Some(HALL))
    },
];

/// A kind with nothing but a name.
const fn plain(name: KindName, parent: Option<KindName>) -> KindInfo {
    KindInfo {
        name,
        parent,
        role: Role::Managed,
        nameable: false,
        key: &["name"],
        fields: &[],
        labelled: false,
        named_by: &[],
        cost: Cost {
            bucket: "/all",
            create: 2,
            update: 1,
            delete: 1,
        },
    }
}

pub(super) fn info(kind: &str) -> &'static KindInfo {
    KINDS
        .iter()
        .find(|info| info.name.as_str() == kind)
        .expect("the tests name only these kinds")
}
