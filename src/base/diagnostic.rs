use super::Span;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing is refused.
    Warning,
    /// The document is refused.
    Error,
}

/// A place in the user's file and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words; may be empty for the first label.
    pub text: String,
}

/// One finding about the user's document.
///
/// Voice: lower case, no full stop, names in backticks; first what, then where, then a way out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// A stable name for the finding, `unknown-ref`; scripts may rely on it.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where; the first is the main place.
    pub labels: Vec<Label>,
    /// Something to do about it.
    pub help: Vec<String>,
    /// Places whose text must not be shown, because a secret may stand there.
    pub masked: Vec<Span>,
}

impl Diagnostic {
    /// A finding that refuses the document.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            labels: Vec::new(),
            help: Vec::new(),
            masked: Vec::new(),
        }
    }

    /// A finding that is only told.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Points at a place.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        self.label(span, "")
    }

    /// Points at a place with a few words.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a way out, if there is one.
    #[must_use]
    pub fn help_opt(self, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.help(text),
            None => self,
        }
    }

    /// Keeps the text of a place out of everything that is printed.
    #[must_use]
    pub fn mask(mut self, span: Span) -> Self {
        self.masked.push(span);
        self
    }

    /// The main place, if the finding has one.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}
