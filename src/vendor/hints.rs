use super::{Answer, Vendor, VendorError};

impl VendorError {
    /// Says what a person can do about it.
    pub fn hints(&self) -> Vec<String> {
        let hint: &str = match self {
            Self::Origin { .. } => {
                "write it as `https://host`; plain http is for this machine only"
            }
            Self::Setup { .. } => "check the token and the `ca_file` that the document names",
            Self::Path { .. } => "this is a bug in dcrsync; please report it with the request",
            Self::Fenced { .. } => {
                "another replica has taken over and goes on with it, or the kill switch is on"
            }
            Self::Unreachable { tls: true, .. } => {
                "what listens there speaks no TLS, or a proxy has a certificate of its own CA: check the address, or name that CA as `ca_file` of the vendor"
            }
            Self::Unreachable { .. } => {
                "check the address, DNS, the proxy settings and the firewall"
            }
            Self::NotJson { .. } => {
                "something between here and the vendor answered, such as a proxy or a login page; check the address"
            }
            Self::Unauthorized { call, answer } => unauthorized(call.vendor, answer),
            Self::Forbidden {
                scope: Some(scope), ..
            } => {
                return vec![format!(
                    "grant the scope `{scope}` to the application that logs in, and give it an admin role"
                )];
            }
            Self::Forbidden { call, answer, .. } => forbidden(call.vendor, answer),
            Self::RateLimited { .. } => {
                "others use the same limit; run again later or lower `budget`"
            }
            Self::NoAnswer { .. } | Self::Truncated { .. } | Self::Server { .. }
                if self.doubtful() =>
            {
                "it may have been done all the same; run `dcrsync plan` to see what is there"
            }
            Self::Server { answer, .. } if answer.status == 423 => {
                "somebody else changes the same policies; run again in a minute"
            }
            Self::NoAnswer { .. }
            | Self::Truncated { .. }
            | Self::Server { .. }
            | Self::Inconsistent { .. } => {
                "run again later; if it stays, look at the vendor's status page"
            }
            Self::NotFound { .. } | Self::Conflict { .. } | Self::Refused { .. } => {
                return Vec::new();
            }
        };
        vec![hint.to_owned()]
    }
}

fn unauthorized(vendor: Vendor, answer: &Answer) -> &'static str {
    match vendor {
        Vendor::Okta if answer.says(&["dpop proof jwt header is missing"]) => {
            "the service app requires DPoP: set `okta.oauth.dpop: true`"
        }
        Vendor::Okta
            if answer.code.as_deref() == Some("invalid_dpop_proof")
                || answer.says(&["is expired", "too far into the future"]) =>
        {
            "the clock of this machine, or of Okta as a proxy shows it, is wrong: set this one by NTP"
        }
        Vendor::Okta if answer.says(&["kid is invalid"]) => {
            "the service app has several keys, and Okta knows none by this id: set `okta.oauth.key_id` to the id that the app's page shows beside the key"
        }
        Vendor::Okta if answer.code.as_deref() == Some("invalid_client") => {
            "check `client_id` and `private_key` of `okta.oauth`: the app has to be an active service app that logs in by public key, and the other half of this key has to be active there"
        }
        Vendor::Okta if answer.code.as_deref() == Some("E0000005") => {
            "no token arrived at Okta; a proxy may take the `Authorization` header away"
        }
        Vendor::Okta => {
            "the API token is wrong, revoked, or was not used for 30 days: create a new one under Security > API > Tokens"
        }
        Vendor::Konnect => {
            "the Konnect token is wrong or expired: create a new one and check that it belongs to this region"
        }
        Vendor::Portal => "check the developer's email and password (`login` of the application)",
        Vendor::Issuer | Vendor::Gateway => "check the client id and the client secret",
    }
}

fn forbidden(vendor: Vendor, answer: &Answer) -> &'static str {
    match vendor {
        Vendor::Okta if answer.code.as_deref() == Some("E0000015") => {
            "the org lacks the feature API Access Management; ask Okta to enable it"
        }
        Vendor::Okta => {
            "the token's user or application lacks the admin role, or the token lacks the scope, for this"
        }
        Vendor::Konnect => {
            "give the token's account the roles for portals, APIs, DCR providers and publications in this region"
        }
        Vendor::Portal => "the developer may be waiting for approval in the portal",
        Vendor::Issuer | Vendor::Gateway => "check the access policy of the authorization server",
    }
}
