use serde_json::{Map, Value};

use super::strategy::Method;
use super::strategy_tables::{
    KEY_AUTH, KEY_AUTH_CONFIG, KEY_AUTH_CONFIG_UPDATE, NOT_OF_THE_PLUGIN, OPENID_CONNECT,
    OPENID_CONNECT_CONFIG, UPDATE,
};
use crate::sandbox::konnect::wire::problem::Invalid;

/// Everything that is wrong with the body of a creation or replacement.
pub(in crate::sandbox::konnect) fn faults_of(body: &Value) -> Vec<Invalid> {
    let method = match body.get("strategy_type").and_then(Value::as_str) {
        Some("key_auth") => Method::KeyAuth,
        _ => Method::OpenidConnect,
    };
    let (table, config_table) = match method {
        Method::KeyAuth => (&KEY_AUTH, &KEY_AUTH_CONFIG),
        Method::OpenidConnect => (&OPENID_CONNECT, &OPENID_CONNECT_CONFIG),
    };
    let mut faults = table.faults("", body);
    if let Some(configs) = body.get("configs").and_then(Value::as_object) {
        let key = method.config_key();
        let path = format!("configs.{key}");
        match configs.get(key) {
            None => faults.push(Invalid::new(
                path.as_str(),
                "required",
                "is a required field",
            )),
            Some(config) => {
                faults.extend(config_table.faults(&path, config));
                faults.extend(foreign_settings(method, config));
            }
        }
        faults.extend(other_configs(method, configs));
    }
    faults
}

/// Everything that is wrong with the body of a PATCH.
pub(in crate::sandbox::konnect) fn update_faults_of(method: Method, body: &Value) -> Vec<Invalid> {
    let mut faults = UPDATE.faults("", body);
    if method == Method::KeyAuth && body.get("dcr_provider_id").is_some_and(|id| !id.is_null()) {
        let reason = "key_auth strategies have no DCR provider";
        faults.push(Invalid::new("dcr_provider_id", "invalid", reason));
    }
    if let Some(configs) = body.get("configs").and_then(Value::as_object) {
        let key = method.config_key();
        let path = format!("configs.{key}");
        match configs.get(key) {
            None => faults.push(Invalid::new(
                path.as_str(),
                "required",
                "is a required field",
            )),
            Some(config) => {
                let table = match method {
                    Method::KeyAuth => &KEY_AUTH_CONFIG_UPDATE,
                    Method::OpenidConnect => &OPENID_CONNECT_CONFIG,
                };
                faults.extend(table.update_faults(&path, config));
                faults.extend(foreign_settings(method, config));
            }
        }
        faults.extend(other_configs(method, configs));
    }
    faults
}

fn foreign_settings(method: Method, config: &Value) -> Vec<Invalid> {
    if method == Method::KeyAuth {
        return Vec::new();
    }
    NOT_OF_THE_PLUGIN
        .iter()
        .filter(|name| config.get(**name).is_some())
        .map(|name| {
            let field = format!("configs.openid-connect.{name}");
            Invalid::new(field, "invalid", "unknown field")
        })
        .collect()
}

fn other_configs(method: Method, configs: &Map<String, Value>) -> Vec<Invalid> {
    configs
        .keys()
        .filter(|key| *key != method.config_key())
        .map(|key| {
            let field = format!("configs.{key}");
            Invalid::new(field, "unknown_property", "is not a known property")
        })
        .collect()
}
