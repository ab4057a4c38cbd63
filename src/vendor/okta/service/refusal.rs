use crate::vendor::VendorError;

/// Says of a refusal by the token endpoint what it is: we were not let in.
///
/// OAuth has the status 400 for most of them (RFC 6749, section 5.2), which elsewhere means a mistake in
/// the request.
pub(super) fn not_let_in(error: VendorError, scopes: &[String]) -> VendorError {
    let VendorError::Refused { call, answer } = error else {
        return error;
    };
    if answer.code.as_deref() == Some("invalid_scope") {
        let scope = Some(scopes.join("` and `"));
        return VendorError::Forbidden {
            call,
            answer,
            scope,
        };
    }
    VendorError::Unauthorized { call, answer }
}
