use crate::base::{Address, KindName};

/// What the differ has to know of a kind; all of it is plain data.
#[derive(Debug, Clone, Copy)]
pub struct KindInfo {
    /// The name.
    pub name: KindName,
    /// The kind whose objects contain these; they are listed parent by parent.
    pub parent: Option<KindName>,
    /// Whether dcrsync writes it or only looks it up.
    pub role: Role,
    /// Whether an entry may name one that the document does not declare.
    pub nameable: bool,
    /// The fields that together are the natural key, unique among the children of one parent.
    pub key: &'static [&'static str],
    /// The fields, in the order in which they are printed.
    pub fields: &'static [Field],
    /// Whether its objects carry labels, so that an owner can be marked.
    pub labelled: bool,
    /// Kinds that mention these objects by name and have to let go before one is deleted.
    pub named_by: &'static [KindName],
    /// What one change costs the vendor's rate budget.
    pub cost: Cost,
}

impl KindInfo {
    /// The rule of a field.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field of which only the order among siblings means anything.
    pub fn order_field(&self) -> Option<&'static str> {
        let mut ordered = self.fields.iter();
        let field = ordered.find(|field| field.compare == Compare::Order)?;
        Some(field.name)
    }
}

/// The kind of an object, among these.
pub(super) fn find<'a>(kinds: &'a [KindInfo], address: &Address) -> Option<&'a KindInfo> {
    kinds.iter().find(|kind| address.is(kind.name))
}

/// Whether dcrsync writes objects of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Created, updated and deleted as the document says.
    Managed,
    /// Only looked up by name; never written.
    LookedUp,
}

/// One field of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name that the document uses.
    pub name: &'static str,
    /// Who owns it.
    pub rule: FieldRule,
    /// What counts as a difference.
    pub compare: Compare,
    /// Whether the vendor refuses to delete what it points at.
    pub holds: bool,
}

impl Field {
    /// A field that the document owns.
    pub const fn managed(name: &'static str) -> Self {
        Self::new(name, FieldRule::Managed, Compare::Whole)
    }

    /// A field that cannot be changed: the object is replaced.
    pub const fn immutable(name: &'static str) -> Self {
        Self::new(name, FieldRule::Immutable, Compare::Whole)
    }

    /// A field that the vendor never tells: fingerprints are compared.
    pub const fn write_only(name: &'static str) -> Self {
        Self::new(name, FieldRule::WriteOnly, Compare::Whole)
    }

    /// A field that the vendor fills in; it is never compared.
    pub const fn computed(name: &'static str) -> Self {
        Self::new(name, FieldRule::Computed, Compare::Whole)
    }

    /// A mapping of which only the declared keys are ours.
    pub const fn declared_keys(name: &'static str) -> Self {
        Self::new(name, FieldRule::Managed, Compare::DeclaredKeys)
    }

    /// A number of which only the order among siblings means anything.
    pub const fn order(name: &'static str) -> Self {
        Self::new(name, FieldRule::Managed, Compare::Order)
    }

    /// An address; one slash more or less at its end is no difference.
    pub const fn url(name: &'static str) -> Self {
        Self::new(name, FieldRule::Managed, Compare::Url)
    }

    /// The same field; what it points at cannot be deleted before it lets go.
    #[must_use]
    pub const fn holding(mut self) -> Self {
        self.holds = true;
        self
    }

    const fn new(name: &'static str, rule: FieldRule, compare: Compare) -> Self {
        Self {
            name,
            rule,
            compare,
            holds: false,
        }
    }
}

/// Who owns a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldRule {
    /// The document, once it declares the field.
    Managed,
    /// The vendor.
    Computed,
    /// The document; the vendor never tells the value.
    WriteOnly,
    /// The document, at creation only.
    Immutable,
}

/// What counts as a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// Any.
    Whole,
    /// One in the keys that the document declares.
    DeclaredKeys,
    /// Any but a slash at the end.
    Url,
    /// Another order among the siblings that declare the field.
    Order,
}

/// What one change costs: the requests and the bucket they are taken from.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// The vendor's rate bucket, `/api/v1`.
    pub bucket: &'static str,
    /// Requests of a create.
    pub create: u32,
    /// Requests of an update or adopt.
    pub update: u32,
    /// Requests of a delete.
    pub delete: u32,
}
