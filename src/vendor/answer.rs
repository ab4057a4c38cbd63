use std::fmt;

/// What a vendor said when it did not do what was asked; scrubbed and cut.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's own code, such as `E0000001` or `invalid_client`.
    pub code: Option<String>,
    /// The summary in the vendor's words.
    pub message: String,
    /// What is wrong with single fields.
    pub reasons: Vec<Reason>,
    /// What the vendor's support asks for.
    pub request_id: Option<String>,
}

/// What a vendor says about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The field, where the vendor names it.
    pub field: Option<String>,
    /// What is wrong with it.
    pub text: String,
}

impl Answer {
    /// Tells whether any of its texts contains one of these words, whatever their case.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        std::iter::once(&self.message)
            .chain(self.reasons.iter().map(|reason| &reason.text))
            .any(|text| {
                let text = text.to_lowercase();
                words.iter().any(|word| text.contains(word))
            })
    }

    /// Brings every text into a form that may be shown.
    pub(super) fn map_texts(mut self, clean: impl Fn(&str) -> String) -> Self {
        self.message = clean(&self.message);
        self.code = self.code.as_deref().map(&clean);
        self.request_id = self.request_id.as_deref().map(&clean);
        for reason in &mut self.reasons {
            reason.field = reason.field.as_deref().map(&clean);
            reason.text = clean(&reason.text);
        }
        self
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        f.write_str(")")?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        for reason in &self.reasons {
            write!(f, "; {reason}")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " [request {id}]")?;
        }
        Ok(())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "`{field}`: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
