/// Matches a text against a pattern in which `*` stands for any text.
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    let Some((first, more)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = more.rsplit_once('*').unwrap_or(("", more));
    for part in middle.split('*') {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches_pattern as matches;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches(
            "okta.scope.default/orders.*",
            "okta.scope.default/orders.read"
        ));
        assert!(matches("*", "okta.scope.x"));
        assert!(matches("okta.*.default/*", "okta.claim.default/a/b"));
        assert!(matches("a*b", "a-b-b"));
        assert!(!matches("a*b*c", "a-c-b"));
        assert!(!matches(
            "okta.scope.default/orders",
            "okta.scope.default/orders.read"
        ));
        assert!(!matches("okta.scope", "konnect.app.x"));
    }
}
