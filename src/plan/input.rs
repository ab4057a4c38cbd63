use super::kind::find;
use super::{
    Declared, Desired, FieldChange, FieldRule, Guard, KindInfo, Live, Owner, Prune, World,
};
use crate::base::{Address, Value};

/// Everything that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// The kinds in dependency order.
    pub kinds: &'a [KindInfo],
    /// What the document wants; secrets are fingerprints already.
    pub declared: &'a Declared,
    /// What the vendors have.
    pub world: &'a World,
    /// The document's `name`, our owner mark.
    pub document: &'a str,
    /// The limits.
    pub guard: &'a Guard,
    /// What may be deleted although no entry names it.
    pub prune: &'a [Prune],
    /// Whether objects that others own are taken over (`--take-over`).
    pub take_over: bool,
    /// The day, `2026-11-23`, for `ignore` entries that end.
    pub today: &'a str,
}

impl<'a> PlanInput<'a> {
    /// The kind of an object.
    pub(super) fn kind(&self, address: &Address) -> Option<&'a KindInfo> {
        find(self.kinds, address)
    }

    /// The place of an object's kind in dependency order.
    pub(super) fn rank(&self, address: &Address) -> Option<usize> {
        self.kinds.iter().position(|kind| address.is(kind.name))
    }
}

/// The owner that forbids a change.
pub(super) fn foreign<'a>(live: &'a Live, input: &PlanInput<'_>) -> Option<&'a Owner> {
    let owner = live.owner.as_ref()?;
    (!is_ours(owner, input) && !input.take_over).then_some(owner)
}

/// Tells whether a live object is still to be marked as ours.
pub(super) fn adopts(kind: &KindInfo, live: &Live, input: &PlanInput<'_>) -> bool {
    kind.labelled
        && !live
            .owner
            .as_ref()
            .is_some_and(|owner| is_ours(owner, input))
}

fn is_ours(owner: &Owner, input: &PlanInput<'_>) -> bool {
    matches!(owner, Owner::Document(name) if name == input.document)
}

/// The fields of a create, for a kind's object that has no live one.
pub(super) fn as_new(kind: &KindInfo, desired: &Desired) -> Vec<FieldChange> {
    kind.fields
        .iter()
        .filter(|field| field.rule != FieldRule::Computed)
        .filter_map(|field| {
            Some(FieldChange {
                name: field.name,
                old: Value::Null,
                new: desired.fields.get(field.name)?.clone(),
                sensitive: field.rule == FieldRule::WriteOnly,
                because: Some(desired.span_of(field.name)),
            })
        })
        .collect()
}
