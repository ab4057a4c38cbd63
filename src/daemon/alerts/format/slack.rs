use serde_json::{Value, json};

use super::clip::clip;
use super::facts::{Facts, headline};
use crate::daemon::alerts::message::Message;

/// Slack refuses a longer header.
const HEADER: usize = 150;
/// Slack refuses a longer section; escapes count.
const SECTION: usize = 3000;

/// The body for an [incoming webhook](https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
pub(in crate::daemon::alerts) fn slack(message: &Message) -> Value {
    let facts = Facts::of(message);
    let rows = facts
        .rows
        .iter()
        .map(|(name, value)| format!("*{}:* {}", escaped(name), escaped(value)));
    let detail = facts.detail.iter().map(|line| escaped(line));
    let mut blocks = vec![
        json!({
            "type": "header",
            "text": { "type": "plain_text", "text": clip(&facts.title, HEADER), "emoji": false },
        }),
        section([escaped(&facts.summary)]),
        section(rows),
    ];
    if !facts.detail.is_empty() {
        blocks.push(section(detail));
    }
    if let Some(advice) = &facts.advice {
        blocks.push(section([escaped(advice)]));
    }
    json!({
        // what a notification shows, and a client without blocks
        "text": escaped(&headline(message)),
        "blocks": blocks,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

/// Lines as far as they fit; an escape is never cut.
fn section(lines: impl IntoIterator<Item = String>) -> Value {
    let mut text = String::new();
    for line in lines {
        if text.chars().count() + line.chars().count() + 3 > SECTION {
            text.push_str("\n…");
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } })
}

/// [Slack's three](https://docs.slack.dev/messaging/formatting-message-text#escaping): without them a name
/// such as `<!channel>` would call everybody.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
