use std::fmt::Write as _;

/// Joins segments to a path; each is percent-encoded, so an id cannot lead elsewhere.
///
/// Everything but RFC 3986's unreserved characters is encoded.
pub fn path(segments: &[&str]) -> String {
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        for byte in segment.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                path.push(char::from(byte));
            } else {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    path
}

/// Tells whether a path names what it seems to: no empty segment, none of dots only (URLs resolve
/// those, encoded or not).
pub(super) fn is_safe(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    rest.split('/').all(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        !matches!(plain.as_str(), "" | "." | "..")
            && !segment.contains(['?', '#', '\\'])
            && !segment.contains(char::is_whitespace)
            && !segment.contains(char::is_control)
    })
}
