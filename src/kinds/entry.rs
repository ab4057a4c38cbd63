use crate::base::{Address, Diagnostic, KindName, Node, Report, Span, Spanned, Value};
use crate::plan::Desired;

/// One entry of the document, typed.
#[derive(Debug)]
pub struct Entry<'a, S> {
    /// The names on the way to the entry, its own last.
    pub names: Vec<&'a Spanned<String>>,
    /// The object's name at the vendor: `name:`, else the entry's key.
    pub name: Spanned<String>,
    /// The entry as it stands.
    pub node: &'a Node,
    /// Whether it says `state: absent`.
    pub absent: bool,
    /// What it says.
    pub spec: S,
}

/// Where declared objects and findings go.
#[derive(Debug)]
pub struct Out<'a> {
    /// The objects declared so far.
    pub objects: Vec<Desired>,
    /// The findings.
    pub report: &'a mut Report,
}

impl<S> Entry<'_, S> {
    /// The entry's own key.
    ///
    /// # Panics
    ///
    /// Never: the path to an entry ends with its name.
    pub fn key(&self) -> &Spanned<String> {
        self.names
            .last()
            .expect("an entry is found by at least one name")
    }

    /// The key of the entry that contains this one, counted from the outermost.
    pub fn above(&self, level: usize) -> &str {
        self.names.get(level).map_or("", |name| name.value.as_str())
    }

    /// The names on the way, joined by `/`.
    pub fn path(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(|name| name.value.as_str()).collect();
        names.join("/")
    }

    /// Where a field of the entry stands; the entry's key when it does not.
    pub fn span_of(&self, field: &str) -> Span {
        self.node
            .get(field)
            .map_or(self.key().span, |node| node.span)
    }

    /// Starts the object of the entry: `name` is set, spans are known.
    pub fn object(&self, kind: KindName) -> Desired {
        let mut desired = Desired::new(kind, &self.path(), self.key().span);
        desired.fields.insert("name", Value::text(&self.name.value));
        let Some(kind) = super::find(kind.as_str()) else {
            return desired;
        };
        for (key, value) in self.node.entries() {
            // field names are the document's, so that a change finds its line by itself
            if let Some(field) = kind.info().field(key) {
                let name = field.name;
                desired.spans.insert(name, value.span);
                for item in value.items() {
                    if let Some(text) = item.as_text() {
                        desired.item_spans.push((name, text.to_owned(), item.span));
                    }
                }
            }
        }
        desired
    }

    /// Reports a field that must be there while the object is wanted, with a value to begin with.
    pub fn missing(&self, out: &mut Out<'_>, field: &str, example: &str) {
        out.report.push(
            Diagnostic::error("missing-field", format!("`{}` needs `{field}`", self.key()))
                .at(self.key().span)
                .help(format!("add `{field}: {example}`")),
        );
    }

    /// Reports a field that means nothing here, with what to do instead.
    pub fn misplaced(&self, out: &mut Out<'_>, field: &str, why: &str, help: &str) {
        let key = self.node.entry(field).map_or(self.key(), |(key, _)| key);
        out.report.push(
            Diagnostic::error("misplaced-field", format!("`{field}` {why}"))
                .at(key.span)
                .help(help),
        );
    }
}

/// Points at the object that an entry names.
pub(super) fn reference(kind: KindName, name: &str) -> Value {
    Value::Ref(kind.at(name))
}

/// Points at an object below another one, such as a developer of a portal.
pub(super) fn reference_below(kind: KindName, parent: &str, name: &str) -> Value {
    Value::Ref(kind.at(&format!("{parent}/{name}")))
}

/// The address of an object below another one.
pub(super) fn below(kind: KindName, parent: &str, name: &str) -> Address {
    kind.at(&format!("{parent}/{name}"))
}
