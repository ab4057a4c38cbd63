//! A small declarative checker: a table says what a request body may hold, one function holds it to that.

use serde_json::Value;

use super::problem::{Invalid, Problem};
use super::shape::{Shape, wrong_type};

/// What a request body may hold.
#[derive(Debug)]
pub(in crate::sandbox) struct Body {
    fields: &'static [Field],
    /// Properties that are not in the table are let through.
    open: bool,
}

/// One property of a body.
#[derive(Debug)]
pub(in crate::sandbox) struct Field {
    name: &'static str,
    shape: Shape,
    required: bool,
    nullable: bool,
}

impl Field {
    /// A property that may be missing.
    pub(in crate::sandbox) const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            required: false,
            nullable: false,
        }
    }

    /// A property that must be there.
    pub(in crate::sandbox) const fn required(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            required: true,
            nullable: false,
        }
    }

    /// A property that may be missing or null.
    pub(in crate::sandbox) const fn nullable(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            required: false,
            nullable: true,
        }
    }
}

impl Body {
    /// A body that holds nothing but these.
    pub(in crate::sandbox) const fn closed(fields: &'static [Field]) -> Self {
        Self {
            fields,
            open: false,
        }
    }

    /// A body that holds these and whatever else.
    pub(in crate::sandbox) const fn open(fields: &'static [Field]) -> Self {
        Self { fields, open: true }
    }

    /// Holds a body to the table, and names everything that is wrong with it.
    pub(in crate::sandbox) fn check(&self, value: &Value) -> Result<(), Problem> {
        refuse(self.faults("", value))
    }

    /// Like `check`, for a PATCH: nothing is required.
    pub(in crate::sandbox) fn check_update(&self, value: &Value) -> Result<(), Problem> {
        refuse(self.update_faults("", value))
    }

    /// What is wrong with the part of a body that stands at `path`.
    pub(in crate::sandbox::konnect) fn faults(&self, path: &str, value: &Value) -> Vec<Invalid> {
        let mut found = Vec::new();
        self.walk(path, value, &mut found);
        found
    }

    /// Like `faults`, for a PATCH: nothing is required on this level.
    pub(in crate::sandbox::konnect) fn update_faults(
        &self,
        path: &str,
        value: &Value,
    ) -> Vec<Invalid> {
        let mut found = self.faults(path, value);
        let missing = |invalid: &Invalid| {
            let on_this_level = |field: &Field| invalid.is_missing(&join(path, field.name));
            self.fields.iter().any(on_this_level)
        };
        found.retain(|invalid| !missing(invalid));
        found
    }

    /// Like `faults`, into a list that is there.
    pub(super) fn walk(&self, path: &str, value: &Value, found: &mut Vec<Invalid>) {
        let Some(map) = value.as_object() else {
            let field = if path.is_empty() { "body" } else { path };
            found.push(wrong_type(field, "object"));
            return;
        };
        for field in self.fields {
            let name = join(path, field.name);
            match map.get(field.name) {
                None if field.required => {
                    found.push(Invalid::new(name, "required", "is a required field"));
                }
                None => {}
                Some(Value::Null) if field.nullable => {}
                Some(value) => field.shape.walk(&name, value, found),
            }
        }
        if self.open {
            return;
        }
        for key in map.keys() {
            if !self.fields.iter().any(|field| field.name == key) {
                found.push(Invalid::new(
                    join(path, key),
                    "unknown_property",
                    "is not a known property",
                ));
            }
        }
    }
}

/// Refuses a request for what was found, if anything was.
pub(in crate::sandbox::konnect) fn refuse(found: Vec<Invalid>) -> Result<(), Problem> {
    if found.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(found))
}

/// A property's name with those of the objects around it.
pub(in crate::sandbox::konnect) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}.{name}")
}
