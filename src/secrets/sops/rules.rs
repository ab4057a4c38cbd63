use regex::Regex;

/// The one rule of a file that tells which leaves are encrypted.
///
/// Paths are looked at in every component, so a rule that fits a parent covers what is below.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    form: Form,
    /// As written, so that a new file can take the rule over.
    text: String,
    /// `None` when the pattern does not compile: sops takes that for a pattern that fits nothing.
    pattern: Option<Regex>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    UnencryptedSuffix,
    EncryptedSuffix,
    UnencryptedRegex,
    EncryptedRegex,
    UnencryptedCommentRegex,
    EncryptedCommentRegex,
}

impl Form {
    pub(super) const ALL: [Self; 6] = [
        Self::UnencryptedSuffix,
        Self::EncryptedSuffix,
        Self::UnencryptedRegex,
        Self::EncryptedRegex,
        Self::UnencryptedCommentRegex,
        Self::EncryptedCommentRegex,
    ];

    /// The name in the metadata.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::UnencryptedSuffix => "unencrypted_suffix",
            Self::EncryptedSuffix => "encrypted_suffix",
            Self::UnencryptedRegex => "unencrypted_regex",
            Self::EncryptedRegex => "encrypted_regex",
            Self::UnencryptedCommentRegex => "unencrypted_comment_regex",
            Self::EncryptedCommentRegex => "encrypted_comment_regex",
        }
    }
}

impl Default for Rule {
    /// What sops does when a file names no rule.
    fn default() -> Self {
        Self::new(Form::UnencryptedSuffix, "_unencrypted")
    }
}

impl Rule {
    pub(super) fn new(form: Form, text: &str) -> Self {
        Self {
            form,
            text: text.to_owned(),
            pattern: Regex::new(text).ok(),
        }
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Tells whether the leaf at this path, under these comments, is encrypted.
    pub(super) fn encrypts(&self, path: &[&str], comments: &[&str]) -> bool {
        let suffix = || path.iter().any(|key| key.ends_with(&self.text));
        let fits = |texts: &[&str]| {
            self.pattern
                .as_ref()
                .is_some_and(|pattern| texts.iter().any(|text| pattern.is_match(text)))
        };
        match self.form {
            Form::UnencryptedSuffix => !suffix(),
            Form::EncryptedSuffix => suffix(),
            Form::UnencryptedRegex => !fits(path),
            Form::EncryptedRegex => fits(path),
            Form::UnencryptedCommentRegex => !fits(comments),
            Form::EncryptedCommentRegex => fits(comments),
        }
    }
}
