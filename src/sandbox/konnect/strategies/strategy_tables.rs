//! What the body of an application auth strategy may hold (konnect.md, section 4).

use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::shape::Shape;

const NAME: Shape = Shape::Text(1, 256);
const DISPLAY_NAME: Shape = Shape::Text(0, 256);
/// In the order in which the vendor lists them.
pub(in crate::sandbox::konnect) const TYPES: [&str; 2] = ["key_auth", "openid_connect"];

static ANYTHING: Body = Body::open(&[]);
static PRINCIPALS: Body = Body::closed(&[Field::required("enabled", Shape::Flag)]);

/// Creation and replacement of an `openid_connect` strategy.
pub(in crate::sandbox::konnect) static OPENID_CONNECT: Body = Body::closed(&[
    Field::required("strategy_type", Shape::Choice(&TYPES)),
    Field::required("name", NAME),
    Field::required("display_name", DISPLAY_NAME),
    Field::required("configs", Shape::Object(&ANYTHING)),
    Field::nullable("dcr_provider_id", Shape::Uuid),
    Field::new("labels", Shape::Labels(false)),
    Field::new("principals", Shape::Object(&PRINCIPALS)),
]);

/// Creation and replacement of a `key_auth` strategy.
pub(in crate::sandbox::konnect) static KEY_AUTH: Body = Body::closed(&[
    Field::required("strategy_type", Shape::Choice(&TYPES)),
    Field::required("name", NAME),
    Field::required("display_name", DISPLAY_NAME),
    Field::required("configs", Shape::Object(&ANYTHING)),
    Field::new("labels", Shape::Labels(false)),
    Field::new("principals", Shape::Object(&PRINCIPALS)),
]);

/// PATCH; the type cannot be changed, so it is not known here.
pub(in crate::sandbox::konnect) static UPDATE: Body = Body::closed(&[
    Field::new("name", NAME),
    Field::new("display_name", DISPLAY_NAME),
    Field::new("configs", Shape::Object(&ANYTHING)),
    Field::nullable("dcr_provider_id", Shape::Uuid),
    Field::new("labels", Shape::Labels(true)),
    Field::new("principals", Shape::Object(&PRINCIPALS)),
]);

/// `configs.openid-connect`: further settings of the gateway's plugin may stand beside these.
pub(in crate::sandbox::konnect) static OPENID_CONNECT_CONFIG: Body = Body::open(&[
    Field::required("issuer", Shape::Url(256)),
    Field::required("credential_claim", Shape::List(&Shape::Text(0, 128), 0, 10)),
    Field::required("scopes", Shape::List(&Shape::Text(0, 128), 0, 50)),
    Field::required("auth_methods", Shape::List(&Shape::Text(0, 64), 0, 10)),
]);

static TTL: Body = Body::open(&[
    Field::required("value", Shape::Integer(1)),
    Field::required("unit", Shape::Choice(&["days", "weeks", "years"])),
]);
const KEY_NAMES: Shape = Shape::List(&Shape::Text(0, 256), 1, 10);

/// `configs.key-auth` at creation, where `ttl: null` is refused as the vendor does.
pub(in crate::sandbox::konnect) static KEY_AUTH_CONFIG: Body = Body::closed(&[
    Field::new("key_names", KEY_NAMES),
    Field::new("ttl", Shape::Object(&TTL)),
]);

/// `configs.key-auth` in a PATCH, where `ttl: null` unsets it.
pub(in crate::sandbox::konnect) static KEY_AUTH_CONFIG_UPDATE: Body = Body::closed(&[
    Field::new("key_names", KEY_NAMES),
    Field::nullable("ttl", Shape::Object(&TTL)),
]);

/// Properties of the strategy that are no settings of the plugin. The vendor knows the plugin's
/// whole schema and refuses others too; these are the misplaced ones that clients were seen to send.
pub(in crate::sandbox::konnect) const NOT_OF_THE_PLUGIN: [&str; 6] = [
    "labels",
    "name",
    "display_name",
    "strategy_type",
    "dcr_provider_id",
    "configs",
];
