use tracing_subscriber::EnvFilter;

use super::options::{GlobalArgs, LogFormat};
use super::screen::Screen;

/// Sends logs to standard error; a second call in the same process changes nothing.
pub(super) fn start(args: &GlobalArgs, screen: Screen) {
    let level = match (args.quiet, args.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    // crates below log headers and bodies of their own accord, so only ours go beyond warnings
    let filter = EnvFilter::new(format!("warn,dcrsync={level}"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || screen.stderr())
        .with_target(false);
    // a test that runs two commands in one process starts twice
    let _ = match args.log_format {
        LogFormat::Text => logs.compact().try_init(),
        LogFormat::Json => logs
            .json()
            .flatten_event(true)
            // a request's line tells the step that it belongs to
            .with_current_span(false)
            .with_span_list(true)
            .try_init(),
    };
}
