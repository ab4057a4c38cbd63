use schemars::generate::SchemaSettings;

use super::Status;

/// The JSON Schema of [`Status`], as `/api/v1/status` of the page answers it.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Status>()
        .to_value()
}
