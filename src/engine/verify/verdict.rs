use serde::Serialize;

/// What the last step of the job found for one API and application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The application; or a provider, by its address.
    pub app: String,
    /// The API; absent when only the token is proven.
    pub api: Option<String>,
    /// The steps, in order; after a failed one nothing is tried.
    pub steps: Vec<VerdictStep>,
}

/// One step of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictStep {
    /// What was tried: `credentials`, `issuer`, `token`, `scopes`, `claim`, `gateway`; of a provider
    /// `okta`, `org`, `clients`, `konnect`.
    pub name: &'static str,
    /// Whether it was as it must be.
    pub passed: bool,
    /// What was seen.
    pub detail: String,
    /// Where it failed: the likely cause.
    pub cause: Option<String>,
}

impl Verdict {
    /// Tells whether all steps passed.
    pub fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.passed)
    }

    /// Starts one about something that is no application, by its address.
    pub(in crate::engine) fn of(name: &str) -> Self {
        Self {
            app: name.to_owned(),
            api: None,
            steps: Vec::new(),
        }
    }

    pub(in crate::engine) fn pass(&mut self, name: &'static str, detail: impl Into<String>) {
        self.steps.push(VerdictStep {
            name,
            passed: true,
            detail: detail.into(),
            cause: None,
        });
    }

    pub(in crate::engine) fn fail(
        &mut self,
        name: &'static str,
        detail: impl Into<String>,
        cause: impl Into<String>,
    ) {
        self.steps.push(VerdictStep {
            name,
            passed: false,
            detail: detail.into(),
            cause: Some(cause.into()),
        });
    }
}
