use std::fmt;

/// Values by the name of a field, in the order of the names.
///
/// An object has a handful of them and a document thousands of objects: a sorted list takes far less
/// memory than a tree.
#[derive(Clone, PartialEq, Eq)]
pub struct Named<V>(Vec<(&'static str, V)>);

impl<V> Named<V> {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&V> {
        let at = self.place(name).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// The value of this name, to be changed in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let at = self.place(name).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// Tells whether there is a value of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Sets the value of a name and hands out the one before.
    pub fn insert(&mut self, name: &'static str, value: V) -> Option<V> {
        match self.place(name) {
            Ok(at) => self
                .0
                .get_mut(at)
                .map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Takes the value of a name out.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        let at = self.place(name).ok()?;
        Some(self.0.remove(at).1)
    }

    /// All names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&&'static str, &V)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// All names.
    pub fn keys(&self) -> impl Iterator<Item = &&'static str> {
        self.0.iter().map(|(name, _)| name)
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// All values, to be changed in place.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives back memory that was set aside for more.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Where a name is, or would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (*known).cmp(name))
    }
}

impl<V> Default for Named<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V: fmt::Debug> fmt::Debug for Named<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<V> Extend<(&'static str, V)> for Named<V> {
    fn extend<I: IntoIterator<Item = (&'static str, V)>>(&mut self, values: I) {
        for (name, value) in values {
            self.insert(name, value);
        }
    }
}

impl<V> FromIterator<(&'static str, V)> for Named<V> {
    fn from_iter<I: IntoIterator<Item = (&'static str, V)>>(values: I) -> Self {
        let mut named = Self::default();
        named.extend(values);
        named
    }
}

/// Names and values, as a `for` over `&Named` meets them.
type Pairs<'a, V> = std::iter::Map<
    std::slice::Iter<'a, (&'static str, V)>,
    fn(&'a (&'static str, V)) -> (&'a &'static str, &'a V),
>;

impl<'a, V> IntoIterator for &'a Named<V> {
    type Item = (&'a &'static str, &'a V);
    type IntoIter = Pairs<'a, V>;

    fn into_iter(self) -> Pairs<'a, V> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Named;

    const NAMES: [&str; 6] = ["b", "name", "a", "labels", "c", "issuer"];

    proptest! {
        #[test]
        fn it_is_a_map(steps in prop::collection::vec((0..6_usize, any::<bool>(), any::<u8>()), 0..30)) {
            let (mut named, mut map) = (Named::default(), BTreeMap::new());
            for (at, insert, value) in steps {
                let name = NAMES[at];
                if insert {
                    prop_assert_eq!(named.insert(name, value), map.insert(name, value));
                } else {
                    prop_assert_eq!(named.remove(name), map.remove(name));
                }
                prop_assert_eq!(named.get(name), map.get(name));
                prop_assert_eq!(named.contains_key(name), map.contains_key(name));
            }
            prop_assert!(named.iter().eq(&map));
            prop_assert!((&named).into_iter().eq(&map));
            prop_assert_eq!(named.is_empty(), map.is_empty());
            prop_assert_eq!(format!("{named:?}"), format!("{map:?}"));
        }
    }
}
