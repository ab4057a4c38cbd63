use serde_json::{Value, json};

use super::facts::{Facts, headline};
use crate::base::Urgency;
use crate::daemon::alerts::message::{Message, Turn};

/// The body for a [workflow](https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook)
/// that posts an [Adaptive Card](https://adaptivecards.io/explorer/AdaptiveCard.html).
///
/// A `TextBlock` would read Markdown in what others named; a `TextRun` does not.
pub(in crate::daemon::alerts) fn teams(message: &Message) -> Value {
    let facts = Facts::of(message);
    let mut body = vec![
        json!({
            "type": "RichTextBlock",
            "inlines": [{
                "type": "TextRun",
                "text": facts.title,
                "weight": "Bolder",
                "size": "Medium",
                "color": colour(message),
            }],
        }),
        text(&facts.summary),
    ];
    body.extend(facts.rows.iter().map(|(name, value)| {
        json!({
            "type": "RichTextBlock",
            "spacing": "None",
            "inlines": [
                { "type": "TextRun", "text": format!("{name}: "), "weight": "Bolder" },
                { "type": "TextRun", "text": value },
            ],
        })
    }));
    body.extend(facts.detail.iter().map(|line| text(line)));
    body.extend(facts.advice.iter().map(|advice| text(advice)));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "fallbackText": headline(message),
                "msteams": { "width": "Full" },
                "body": body,
            },
        }],
    })
}

fn text(text: &str) -> Value {
    json!({
        "type": "RichTextBlock",
        "inlines": [{ "type": "TextRun", "text": text }],
    })
}

fn colour(message: &Message) -> &'static str {
    match (message.turn, message.alert.severity) {
        (Turn::Resolved, _) => "Good",
        (_, Urgency::Critical) => "Attention",
        (_, Urgency::Warning) => "Warning",
        (_, Urgency::Info) => "Accent",
    }
}
