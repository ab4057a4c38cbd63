//! The client secrets of applications, held against those that Okta has.

use super::{Holding, Since};
use crate::base::{CredentialStore, CredentialTarget};
use crate::engine::planning::Planned;
use crate::engine::verify::chain;
use crate::engine::{Engine, EngineError};
use crate::kinds::client_secret::of_okta;
use crate::plan::Desired;

impl Engine {
    pub(super) async fn of_clients(&self, planned: &Planned) -> Result<Vec<Holding>, EngineError> {
        let mut all = Vec::new();
        for owner in planned.declared.iter().filter(|it| !it.absent) {
            if let Some(target) = &owner.store {
                all.push(self.of_client(planned, owner, target).await);
            }
        }
        Ok(all)
    }

    async fn of_client(
        &self,
        planned: &Planned,
        owner: &Desired,
        target: &CredentialTarget,
    ) -> Holding {
        let address = owner.address.as_str();
        let source = format!("sops:{}", target.path);
        let mut holding = Holding::new(address, "client_secret", source);
        holding.file = Some(target.file.clone());
        let kept = match self.store.get(target) {
            Ok(Some(kept)) => kept,
            Ok(None) => {
                holding.note("nothing is kept yet: `dcrsync apply` issues and keeps it");
                return holding;
            }
            Err(error) => {
                holding.problem = Some(chain(&error));
                return holding;
            }
        };
        let document = &self.checked.settings.name;
        let print = (self.options.fingerprint)(&kept.client_secret, document, &owner.address);
        holding.fingerprint = Some(print);
        if planned.world.get(&owner.address).is_none() {
            holding.note(
                "the application is not there: `dcrsync apply` makes it, with a secret of its own",
            );
            return holding;
        }
        match of_okta(&self.readers.okta, &kept.client_id).await {
            Ok(Some(issued)) => {
                let own = issued.iter().find(|one| one.is(&kept.client_secret));
                holding.in_step = Some(own.is_some_and(|own| own.active));
                if let Some(created) = own.and_then(|own| own.created) {
                    holding.since = Since::Exactly(created);
                }
                holding.problem = match own {
                    None => Some(format!(
                        "Okta has no such secret: remove `{}` from the file, and `dcrsync apply` issues a new one",
                        target.path
                    )),
                    Some(own) if !own.active => Some(
                        "Okta has it switched off: activate it in the admin console".to_owned(),
                    ),
                    Some(_) => None,
                };
                let others = issued.iter().filter(|one| !one.is(&kept.client_secret));
                for other in others {
                    let since = other.created.map_or(String::new(), |time| {
                        format!(", issued {}", time.strftime("%FT%TZ"))
                    });
                    holding.note(format!(
                        "another secret works besides{since}: `dcrsync rotate` retires it after the grace"
                    ));
                }
            }
            Ok(None) => {
                holding.in_step = Some(false);
                holding.problem = Some(format!("Okta has no client `{}`", kept.client_id));
            }
            Err(error) => holding.note(format!("Okta did not tell of it: {}", chain(&error))),
        }
        holding
    }
}
