use maud::{Markup, html};

use super::when::when;
use crate::status::{DocumentStatus, Health, Hold};

/// How a health looks and what it asks for.
pub(super) struct Words {
    /// A colour of the style, for those who see it.
    pub(super) tone: &'static str,
    /// A sign, for those who do not.
    pub(super) sign: &'static str,
    /// In two words.
    pub(super) name: &'static str,
    /// In a sentence.
    pub(super) means: &'static str,
}

/// The words for a health.
pub(super) fn words(health: Health) -> Words {
    let (tone, sign, name, means) = match health {
        Health::Starting => ("idle", "…", "starting", "Nothing is known yet."),
        Health::InSync => (
            "fine",
            "=",
            "in sync",
            "Both vendors are as the document says.",
        ),
        Health::Pending => (
            "wait",
            "+",
            "pending",
            "The document was changed, and that is not applied yet.",
        ),
        Health::Drifted => (
            "warn",
            "≠",
            "drifted",
            "A vendor is not as the document says.",
        ),
        Health::Broken => (
            "bad",
            "!",
            "broken",
            "The file as it stands cannot be used; the last good one stays in force.",
        ),
        Health::Unreachable => (
            "bad",
            "!",
            "unreachable",
            "A vendor could not be reached, or would not let us in.",
        ),
        Health::Refused => (
            "bad",
            "!",
            "refused",
            "A guard or a check refuses to go on.",
        ),
        Health::Failed => ("bad", "!", "failed", "Applying failed."),
        Health::Fighting => (
            "bad",
            "!",
            "fighting",
            "Another tool changes back what we change.",
        ),
        Health::Standby => ("idle", "–", "standby", "Another replica works on it."),
    };
    Words {
        tone,
        sign,
        name,
        means,
    }
}

/// The health as a mark.
pub(super) fn mark(health: Health) -> Markup {
    let words = words(health);
    html! { span .health .(words.tone) data-sign=(words.sign) { (words.name) } }
}

/// What somebody has to do about it.
pub(super) fn remedy(document: &DocumentStatus) -> Markup {
    let waits = document.applies && document.hold.is_none();
    html! {
        @match document.health {
            Health::InSync | Health::Standby => { "Nothing has to be done." }
            Health::Starting => { "The first look is under way; wait for it." }
            Health::Pending if waits => { "The next run applies it." }
            Health::Pending => { "Look at the plan below, then run " code { "dcrsync apply" } "." }
            Health::Drifted if waits => { "The next run brings it back to the document." }
            Health::Drifted => {
                "Look below at who changed what. Run " code { "dcrsync apply" }
                " to bring it back, or accept it: change the document, or give the field an "
                code { "ignore" } " with a reason."
            }
            Health::Broken => { "Run " code { "dcrsync validate" } ": it shows each mistake with its line." }
            Health::Unreachable => {
                "Read the reason below. If it is a refused login, look at the token; if it is the network, wait: \
                 it is tried again by itself."
            }
            Health::Refused => {
                "Run " code { "dcrsync plan" } ": it shows what is refused and how it can be allowed once."
            }
            Health::Failed => { "Read what the last run says below; it is tried again by itself." }
            Health::Fighting => {
                "Find below who changes it, and stop that tool; or give the field an " code { "ignore" }
                " and leave it to the tool."
            }
        }
    }
}

/// Why nothing is written at present.
pub(super) fn hold(hold: &Hold, now: jiff::Timestamp) -> Markup {
    html! {
        p .note {
            strong { "Nothing is written. " }
            @match hold {
                Hold::Freeze { reason, until } => {
                    "A freeze ends " (when(*until, now)) "."
                    @if let Some(reason) = reason { " Its reason: " (reason) }
                }
                Hold::KillSwitch { by } => { "The kill switch is on: " (by) }
                Hold::BackOff { until } => { "An apply failed; the next one is tried " (when(*until, now)) "." }
            }
        }
    }
}
