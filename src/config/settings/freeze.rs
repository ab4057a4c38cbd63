use schemars::JsonSchema;
use serde::Deserialize;

use super::Interval;
use crate::base::Spanned;

/// A time that comes again, in which nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// When it begins: minute, hour, day of the month, month, day of the week.
    #[schemars(length(min = 1), extend("examples" = ["0 18 * * FRI"]))]
    pub cron: Spanned<String>,
    /// How long it lasts.
    #[schemars(extend("examples" = ["62h"]))]
    pub duration: Interval,
    /// The time zone of `cron`, by its name in the IANA database.
    #[serde(default)]
    #[schemars(
        with = "String",
        length(min = 1),
        extend("default" = "UTC", "examples" = ["Europe/Berlin"])
    )]
    pub time_zone: Option<Spanned<String>>,
    /// Why; shown while it lasts.
    pub reason: Option<String>,
}
