use std::collections::HashMap;
use std::sync::Arc;

use super::Named;
use crate::base::{Address, CredentialTarget, KindName, SecretRef, Span, Value};

/// One object as the document wants it. Only declared fields are in it.
#[derive(Debug, Clone)]
pub struct Desired {
    /// Its address.
    pub address: Address,
    /// Its kind.
    pub kind: KindName,
    /// The object that contains it.
    pub parent: Option<Address>,
    /// The declared fields, those of the natural key among them.
    pub fields: Named<Value>,
    /// Where each field is declared.
    pub spans: Named<Span>,
    /// Where each text of a list field stands.
    pub item_spans: Vec<(&'static str, String, Span)>,
    /// Where the entry stands.
    pub span: Span,
    /// Objects that it mentions by name and that have to be there first.
    pub after: Vec<Address>,
    /// `state: absent`: it must not exist.
    pub absent: bool,
    /// `protected: true`: it must not be deleted.
    pub protected: bool,
    /// The name that it had before.
    pub renamed_from: Option<String>,
    /// Differences that are accepted for a while.
    pub ignore: Vec<Ignore>,
    /// Secrets that a change needs although they are no field of the object.
    pub secrets: Named<SecretRef>,
    /// Where issued credentials are kept.
    pub store: Option<CredentialTarget>,
}

impl Desired {
    /// Starts an object without fields.
    pub fn new(kind: KindName, key: &str, span: Span) -> Self {
        Self {
            address: kind.at(key),
            kind,
            parent: None,
            fields: Named::default(),
            spans: Named::default(),
            item_spans: Vec::new(),
            span,
            after: Vec::new(),
            absent: false,
            protected: false,
            renamed_from: None,
            ignore: Vec::new(),
            secrets: Named::default(),
            store: None,
        }
    }

    /// The value of a field.
    pub fn field(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    /// Where a field is declared; the entry itself when it stands nowhere of its own.
    pub fn span_of(&self, field: &str) -> Span {
        self.spans.get(field).copied().unwrap_or(self.span)
    }

    /// Where an item of a list field is declared.
    pub fn span_of_item(&self, field: &str, item: &str) -> Span {
        self.item_spans
            .iter()
            .find(|(name, text, _)| *name == field && text == item)
            .map_or_else(|| self.span_of(field), |(_, _, span)| *span)
    }

    /// The addresses that it points at: its parent, its references and what it mentions by name.
    pub fn needs(&self) -> impl Iterator<Item = &Address> {
        self.parent
            .iter()
            .chain(self.fields.values().filter_map(Value::needs))
            .chain(&self.after)
    }
}

/// A difference that the document accepts, with the reason, until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The field.
    pub field: String,
    /// Why; shown in each plan.
    pub reason: String,
    /// The last day, `2027-01-01`; for ever when absent.
    pub until: Option<String>,
}

impl Ignore {
    /// Tells whether it still holds on a day given as `YYYY-MM-DD`.
    pub fn holds(&self, today: &str) -> bool {
        self.until.as_deref().is_none_or(|until| today <= until)
    }
}

/// All desired objects of a document, found by address.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Shared, so that a copy in which a few are filled in costs only those.
    objects: Vec<Arc<Desired>>,
    by_address: HashMap<Address, usize>,
    by_kind: HashMap<KindName, Vec<usize>>,
}

impl Declared {
    /// Adds an object; an address that is there already is handed back.
    pub fn add(&mut self, mut desired: Desired) -> Result<(), Box<Desired>> {
        if self.by_address.contains_key(&desired.address) {
            return Err(Box::new(desired));
        }
        let at = self.objects.len();
        self.by_address.insert(desired.address.clone(), at);
        self.by_kind.entry(desired.kind).or_default().push(at);
        desired.fields.shrink();
        desired.spans.shrink();
        self.objects.push(Arc::new(desired));
        Ok(())
    }

    /// The object at an address.
    pub fn get(&self, address: &Address) -> Option<&Desired> {
        self.by_address
            .get(address)
            .and_then(|at| self.objects.get(*at).map(Arc::as_ref))
    }

    /// The object at an address, to be changed in place; address and kind must stay.
    pub fn get_mut(&mut self, address: &Address) -> Option<&mut Desired> {
        let at = self.by_address.get(address)?;
        self.objects.get_mut(*at).map(Arc::make_mut)
    }

    /// All objects, in the order of the registry and of the document.
    pub fn iter(&self) -> impl Iterator<Item = &Desired> {
        self.objects.iter().map(Arc::as_ref)
    }

    /// All objects, to be changed in place; addresses and kinds must stay.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Desired> {
        self.objects.iter_mut().map(Arc::make_mut)
    }

    /// The objects of one kind.
    pub fn of(&self, kind: KindName) -> impl Iterator<Item = &Desired> {
        let places = self.by_kind.get(&kind).into_iter().flatten();
        places.filter_map(|at| self.objects.get(*at).map(Arc::as_ref))
    }

    /// Tells how many there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}
