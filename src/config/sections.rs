//! Which mappings of the document hold entries.

/// The paths of the kinds' sections, such as `konnect.apps` or
/// `okta.authorization_servers.*.scopes`, where `*` stands for any name.
///
/// The kinds are a floor above, so the caller tells them. What lies under such a path is an entry:
/// files are merged down to it, and it stands in one file as a whole.
#[derive(Debug, Clone, Default)]
pub struct Sections(Vec<Vec<String>>);

impl Sections {
    /// Takes dotted paths.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self(
            paths
                .into_iter()
                .map(|path| path.split('.').map(str::to_owned).collect())
                .collect(),
        )
    }

    /// Tells whether the path leads to entries: it is a section, or lies on the way to one.
    pub(super) fn leads_to_entries(&self, path: &[String]) -> bool {
        self.0.iter().any(|section| {
            path.len() <= section.len()
                && path
                    .iter()
                    .zip(section)
                    .all(|(name, pattern)| pattern == "*" || pattern == name)
        })
    }
}
