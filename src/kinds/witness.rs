use crate::base::KindName;

/// What one live object tells of objects of another kind, so that a list which denies them is found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Witness {
    /// It points at this object.
    Points {
        /// The other kind.
        kind: KindName,
        /// The object's id, under which it can also be asked for alone.
        id: String,
        /// A field by which it may be known instead of its id.
        field: Option<(&'static str, String)>,
    },
    /// It counts at least one object that points at itself by this field.
    Counts {
        /// The other kind.
        kind: KindName,
        /// The field of those objects that points back.
        field: &'static str,
    },
}

impl Witness {
    /// It points at the object with this id.
    pub fn points(kind: KindName, id: impl Into<String>) -> Self {
        Self::Points {
            kind,
            id: id.into(),
            field: None,
        }
    }

    /// The kind that it tells of.
    pub fn kind(&self) -> KindName {
        match self {
            Self::Points { kind, .. } | Self::Counts { kind, .. } => *kind,
        }
    }
}
