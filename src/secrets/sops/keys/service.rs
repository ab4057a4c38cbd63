/// A key service, with the names of its fields and their numbers on the wire of sops' key service.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::secrets::sops) struct Service {
    /// The list of the `sops` block, and the word in `.sops.yaml`.
    pub(in crate::secrets::sops) list: &'static str,
    /// The number of its kind of key.
    pub(in crate::secrets::sops) number: u32,
    /// In the order of the wire; the first one must be there.
    pub(in crate::secrets::sops) fields: &'static [(&'static str, u32)],
    /// The number of the map of additional data, if it has one.
    pub(in crate::secrets::sops) context: Option<u32>,
}

/// All services, in the order that sops keeps them in.
pub(in crate::secrets::sops) const SERVICES: [Service; 5] = [
    Service {
        list: "kms",
        number: 1,
        fields: &[("arn", 1), ("role", 2), ("aws_profile", 4)],
        context: Some(3),
    },
    Service {
        list: "gcp_kms",
        number: 3,
        fields: &[("resource_id", 1)],
        context: None,
    },
    Service {
        list: "hckms",
        number: 7,
        fields: &[("key_id", 1)],
        context: None,
    },
    Service {
        list: "azure_kv",
        number: 4,
        fields: &[("vault_url", 1), ("name", 2), ("version", 3)],
        context: None,
    },
    Service {
        list: "hc_vault",
        number: 5,
        fields: &[("vault_address", 1), ("engine_path", 2), ("key_name", 3)],
        context: None,
    },
];

/// A key of a service.
#[derive(Clone, PartialEq)]
pub(in crate::secrets::sops) struct ServiceKey {
    pub(in crate::secrets::sops) service: &'static Service,
    /// One per field of the service; empty where the file says nothing.
    pub(in crate::secrets::sops) values: Vec<String>,
    pub(in crate::secrets::sops) context: Vec<(String, String)>,
}

impl ServiceKey {
    /// What tells it from other keys of the service.
    pub(super) fn name(&self) -> String {
        let told = self.values.iter().filter(|value| !value.is_empty());
        told.map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The fields that say something.
    pub(in crate::secrets::sops) fn fields(
        &self,
    ) -> impl Iterator<Item = (&'static str, u32, &str)> {
        let fields = self.service.fields.iter().zip(&self.values);
        fields
            .filter(|(_, value)| !value.is_empty())
            .map(|((name, number), value)| (*name, *number, value.as_str()))
    }
}
