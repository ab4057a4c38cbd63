use reqwest::Method;
use serde_json::Value as Json;
use url::Url;

/// One request.
pub(in crate::vendor) struct Ask<'a> {
    pub(in crate::vendor) method: Method,
    pub(in crate::vendor) url: Url,
    pub(in crate::vendor) body: Body<'a>,
    /// Doing it twice is the same as doing it once.
    pub(in crate::vendor) repeatable: bool,
}

/// What a request carries.
pub(in crate::vendor) enum Body<'a> {
    Empty,
    Json(&'a Json),
    Form(&'a [(&'a str, &'a str)]),
}

impl<'a> Ask<'a> {
    pub(in crate::vendor) fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            body: Body::Empty,
            repeatable: true,
        }
    }

    /// Everything but POST may be done twice; JSON's null is no body.
    pub(in crate::vendor) fn write(method: Method, url: Url, body: Option<&'a Json>) -> Self {
        Self {
            repeatable: method != Method::POST,
            method,
            url,
            body: body
                .filter(|body| !body.is_null())
                .map_or(Body::Empty, Body::Json),
        }
    }

    /// Says that this POST may be done twice.
    pub(in crate::vendor) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}
