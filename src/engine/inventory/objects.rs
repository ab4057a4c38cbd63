//! The secrets that entries of objects name.

use super::Holding;
use crate::base::{SecretRef, Value};
use crate::engine::planning::Planned;
use crate::engine::{Engine, EngineError};
use crate::kinds::konnect::SECRET_LABEL;
use crate::plan::Desired;

impl Engine {
    pub(super) async fn of_objects(&self, planned: &Planned) -> Result<Vec<Holding>, EngineError> {
        let mut all = Vec::new();
        for desired in self.checked.declared.iter().filter(|it| !it.absent) {
            let fields = desired.fields.iter().filter_map(|(field, value)| {
                if let Value::Secret(reference) = value {
                    Some((*field, reference))
                } else {
                    None
                }
            });
            for (field, reference) in fields {
                all.push(self.of_field(planned, desired, field, reference).await);
            }
            for (field, reference) in &desired.secrets {
                let mut holding = self.of_secret(desired, field, reference);
                holding.note("the portal tells neither the age nor the end of a password");
                all.push(holding);
            }
        }
        Ok(all)
    }

    /// A field that Konnect never tells: its label says whether it has the same.
    async fn of_field(
        &self,
        planned: &Planned,
        desired: &Desired,
        field: &'static str,
        reference: &SecretRef,
    ) -> Holding {
        let mut holding = self.of_secret(desired, field, reference);
        let live = planned.world.get(&desired.address);
        match live.map(|live| live.field(field)) {
            Some(Value::Fingerprint(theirs)) => {
                holding.in_step = Some(Some(theirs) == holding.fingerprint.as_ref());
            }
            Some(_) => holding.note(format!(
                "Konnect has it without the label `{SECRET_LABEL}`: whether it is the same cannot be told"
            )),
            None => holding.note("the object is not there yet: `dcrsync apply` makes it"),
        }
        if holding.in_step == Some(false) {
            holding.note(
                "Konnect has another one: `dcrsync apply`, or `dcrsync rotate`, gives it this one",
            );
        }
        if field == "dcr_token"
            && let Ok(token) = self.dcr_token(&desired.address)
        {
            self.ask_about_token(&token, &mut holding).await;
        }
        holding
    }

    fn of_secret(&self, desired: &Desired, field: &'static str, reference: &SecretRef) -> Holding {
        let known = self.secrets.get(&desired.address);
        let secret = known.and_then(|known| known.get(field));
        let (owner, span) = (desired.address.as_str(), desired.span_of(field));
        self.holding(owner, field, reference, span, secret)
    }
}
