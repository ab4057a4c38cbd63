use std::error::Error;

use super::{Answer, Call, Effort, Vendor};

/// Says why a vendor did not do, or may not have done, what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VendorError {
    /// The address in the document cannot be used.
    #[error("the address `{url}` of {vendor} cannot be used: {reason}")]
    Origin {
        /// Whose address it is.
        vendor: Vendor,
        /// As it was written, without credentials.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The client could not be made: an unreadable CA file, a token with a line break.
    #[error("cannot prepare the connection to {vendor}: {what}")]
    Setup {
        /// For whom.
        vendor: Vendor,
        /// Which part.
        what: String,
        /// The reason.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A path that could end up at another object; never sent.
    #[error("{call} was not sent: an id in its path is empty or has dots only")]
    Path {
        /// The request.
        call: Box<Call>,
    },
    /// This process may not write any more; never sent.
    #[error("{call} was not sent: this process may not write any more")]
    Fenced {
        /// The request.
        call: Box<Call>,
    },
    /// No connection: nothing was sent.
    #[error("cannot connect to {} for {call}", call.vendor)]
    Unreachable {
        /// The request.
        call: Box<Call>,
        /// The connection failed while its encryption was agreed on.
        tls: bool,
        /// Name look-up, TCP or TLS.
        #[source]
        source: reqwest::Error,
    },
    /// The request went out, no answer came.
    #[error("{} did not answer {call}", call.vendor)]
    NoAnswer {
        /// The request.
        call: Box<Call>,
        /// Timeout or reset.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An answer began and broke off.
    #[error("the answer of {} to {call} broke off", call.vendor)]
    Truncated {
        /// The request.
        call: Box<Call>,
        /// The status that came first.
        status: u16,
        /// Where it broke.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Something else than the vendor's JSON, such as the page of a proxy.
    #[error("{} answered {call} with {received} instead of JSON ({status})", call.vendor)]
    NotJson {
        /// The request.
        call: Box<Call>,
        /// The status.
        status: u16,
        /// Content type and first words, scrubbed.
        received: String,
    },
    /// The token is unknown, expired or missing.
    #[error("{} does not accept the login for {call} {answer}", call.vendor)]
    Unauthorized {
        /// The request.
        call: Box<Call>,
        /// The vendor's words.
        answer: Box<Answer>,
    },
    /// The token is known and may not do this.
    #[error("{} does not permit {call} {answer}", call.vendor)]
    Forbidden {
        /// The request.
        call: Box<Call>,
        /// The vendor's words.
        answer: Box<Answer>,
        /// The OAuth scopes that the vendor asks for (RFC 6750, section 3).
        scope: Option<String>,
    },
    /// The object is not there.
    #[error("{} has nothing at {call} {answer}", call.vendor)]
    NotFound {
        /// The request.
        call: Box<Call>,
        /// The vendor's words.
        answer: Box<Answer>,
    },
    /// Another object has the same natural key, or stands in the way.
    #[error("{} sees a conflict in {call} {answer}", call.vendor)]
    Conflict {
        /// The request.
        call: Box<Call>,
        /// The vendor's words.
        answer: Box<Answer>,
    },
    /// The vendor understood and does not want to.
    #[error("{} refused {call} {answer}", call.vendor)]
    Refused {
        /// The request.
        call: Box<Call>,
        /// The vendor's words.
        answer: Box<Answer>,
    },
    /// The rate limit stayed exhausted over all tries.
    #[error("the rate limit of {} is used up at {call} {answer}", call.vendor)]
    RateLimited {
        /// The request.
        call: Box<Call>,
        /// The vendor's words.
        answer: Box<Answer>,
    },
    /// The vendor has trouble of its own (5xx), or holds the object locked (423).
    #[error("{} failed at {call} {answer}", call.vendor)]
    Server {
        /// The request.
        call: Box<Call>,
        /// The vendor's words.
        answer: Box<Answer>,
    },
    /// The pages of a list do not fit together, or an answer lacks what it must have.
    #[error("the answers of {} to {call} do not fit together: {reason}", call.vendor)]
    Inconsistent {
        /// The request.
        call: Box<Call>,
        /// What does not fit.
        reason: String,
    },
}

impl VendorError {
    /// Tells whether a write may have been executed although no clear answer came: list and match
    /// before doing it again.
    pub fn doubtful(&self) -> bool {
        let Some(call) = self.call() else {
            return false;
        };
        let unclear = match self {
            Self::NoAnswer { .. } | Self::Truncated { .. } | Self::Inconsistent { .. } => true,
            Self::NotJson { status, .. } => (200..300).contains(status) || *status >= 500,
            Self::Server { answer, .. } => answer.status >= 500,
            Self::Origin { .. }
            | Self::Setup { .. }
            | Self::Path { .. }
            | Self::Fenced { .. }
            | Self::Unreachable { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::Refused { .. }
            | Self::RateLimited { .. } => false,
        };
        call.writes() && (unclear || call.unanswered_before)
    }

    /// Tells whether the same may succeed later without anybody changing anything.
    pub fn retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Server { .. }
            | Self::NoAnswer { .. }
            | Self::Truncated { .. }
            | Self::Inconsistent { .. } => true,
            Self::Unreachable { tls, .. } => !tls,
            Self::Origin { .. }
            | Self::Setup { .. }
            | Self::Path { .. }
            | Self::Fenced { .. }
            | Self::NotJson { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::Refused { .. } => false,
        }
    }

    /// Tells whether another object stands in the way, such as one with the same name.
    pub fn conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// Tells whether the object is not there.
    pub fn not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Tells whether the vendor could not be reached or would not let us in.
    pub fn unreachable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::NoAnswer { .. }
            | Self::Truncated { .. }
            | Self::NotJson { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::RateLimited { .. } => true,
            Self::Server { answer, .. } => answer.status >= 500,
            Self::Origin { .. }
            | Self::Setup { .. }
            | Self::Path { .. }
            | Self::Fenced { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::Refused { .. }
            | Self::Inconsistent { .. } => false,
        }
    }

    /// The HTTP status, if an answer came.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Truncated { status, .. } | Self::NotJson { status, .. } => Some(*status),
            Self::Origin { .. }
            | Self::Setup { .. }
            | Self::Path { .. }
            | Self::Fenced { .. }
            | Self::Unreachable { .. }
            | Self::NoAnswer { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::Refused { .. }
            | Self::RateLimited { .. }
            | Self::Server { .. }
            | Self::Inconsistent { .. } => self.answer().map(|answer| answer.status),
        }
    }

    /// The vendor's words, if it said something that could be read.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Unauthorized { answer, .. }
            | Self::Forbidden { answer, .. }
            | Self::NotFound { answer, .. }
            | Self::Conflict { answer, .. }
            | Self::Refused { answer, .. }
            | Self::RateLimited { answer, .. }
            | Self::Server { answer, .. } => Some(answer),
            Self::Origin { .. }
            | Self::Setup { .. }
            | Self::Path { .. }
            | Self::Fenced { .. }
            | Self::Unreachable { .. }
            | Self::NoAnswer { .. }
            | Self::Truncated { .. }
            | Self::NotJson { .. }
            | Self::Inconsistent { .. } => None,
        }
    }

    /// The request that it is about, if there was one.
    pub fn call(&self) -> Option<&Call> {
        match self {
            Self::Path { call }
            | Self::Fenced { call }
            | Self::Unreachable { call, .. }
            | Self::NoAnswer { call, .. }
            | Self::Truncated { call, .. }
            | Self::NotJson { call, .. }
            | Self::Unauthorized { call, .. }
            | Self::Forbidden { call, .. }
            | Self::NotFound { call, .. }
            | Self::Conflict { call, .. }
            | Self::Refused { call, .. }
            | Self::RateLimited { call, .. }
            | Self::Server { call, .. }
            | Self::Inconsistent { call, .. } => Some(call),
            Self::Origin { .. } | Self::Setup { .. } => None,
        }
    }

    /// Says how much was done about it.
    pub(super) fn after(mut self, effort: Effort) -> Self {
        match &mut self {
            Self::Path { call }
            | Self::Fenced { call }
            | Self::Unreachable { call, .. }
            | Self::NoAnswer { call, .. }
            | Self::Truncated { call, .. }
            | Self::NotJson { call, .. }
            | Self::Unauthorized { call, .. }
            | Self::Forbidden { call, .. }
            | Self::NotFound { call, .. }
            | Self::Conflict { call, .. }
            | Self::Refused { call, .. }
            | Self::RateLimited { call, .. }
            | Self::Server { call, .. }
            | Self::Inconsistent { call, .. } => call.effort = effort,
            Self::Origin { .. } | Self::Setup { .. } => {}
        }
        self
    }

    /// Who it is about.
    pub fn vendor(&self) -> Vendor {
        match self {
            Self::Origin { vendor, .. } | Self::Setup { vendor, .. } => *vendor,
            Self::Path { call }
            | Self::Fenced { call }
            | Self::Unreachable { call, .. }
            | Self::NoAnswer { call, .. }
            | Self::Truncated { call, .. }
            | Self::NotJson { call, .. }
            | Self::Unauthorized { call, .. }
            | Self::Forbidden { call, .. }
            | Self::NotFound { call, .. }
            | Self::Conflict { call, .. }
            | Self::Refused { call, .. }
            | Self::RateLimited { call, .. }
            | Self::Server { call, .. }
            | Self::Inconsistent { call, .. } => call.vendor,
        }
    }
}
