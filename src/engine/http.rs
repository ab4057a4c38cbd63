//! How the clients of each vendor behave, by the document's settings.

use std::path::PathBuf;

use crate::base::Spanned;
use crate::config::{Interval, Percent, Settings};
use crate::vendor::Options;

/// The behaviour of the clients, by whom they talk to.
#[derive(Debug, Clone)]
pub(super) struct Http {
    pub(super) okta: Options,
    /// Konnect and its portals.
    pub(super) konnect: Options,
    /// Issuers and gateways, which may be behind either's certificates.
    pub(super) probe: Options,
}

impl Http {
    /// Puts the settings over what the caller wants; `within` finds a file that the document names.
    pub(super) fn of(
        settings: &Settings,
        caller: &Options,
        within: impl Fn(&Spanned<String>) -> PathBuf,
    ) -> Self {
        let okta = settings.okta.as_ref();
        let konnect = settings.konnect.as_ref();
        let options = |own: Option<Percent>, files: &[Option<&Spanned<String>>]| {
            let mut options = caller.clone();
            let pace = &mut options.pace;
            pace.budget = own.unwrap_or(settings.budget).fraction();
            let timeouts = &settings.timeouts;
            for (time, set) in [
                (&mut pace.connect, timeouts.connect),
                (&mut pace.first_byte, timeouts.first_byte),
                (&mut pace.total, timeouts.answer),
                (&mut pace.patience, timeouts.give_up),
            ] {
                *time = set.map_or(*time, Interval::duration);
            }
            options
                .ca_files
                .extend(files.iter().flatten().map(|file| within(file)));
            options
        };
        let okta_ca = okta.and_then(|okta| okta.ca_file.as_ref());
        let konnect_ca = konnect.and_then(|konnect| konnect.ca_file.as_ref());
        Self {
            okta: options(okta.and_then(|okta| okta.budget), &[okta_ca]),
            konnect: options(konnect.and_then(|konnect| konnect.budget), &[konnect_ca]),
            probe: options(okta.and_then(|okta| okta.budget), &[okta_ca, konnect_ca]),
        }
    }
}
