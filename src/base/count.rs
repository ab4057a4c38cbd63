use std::fmt;

/// Prints a number with its noun in the right form: `1 scope`, `3 scopes`.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a> {
    number: usize,
    noun: &'a str,
    with_number: bool,
}

impl<'a> Count<'a> {
    /// The number and its noun.
    pub fn of(number: usize, noun: &'a str) -> Self {
        Self {
            number,
            noun,
            with_number: true,
        }
    }

    /// The noun alone, in the form that the number asks for.
    pub fn noun(number: usize, noun: &'a str) -> Self {
        Self {
            number,
            noun,
            with_number: false,
        }
    }
}

impl fmt::Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.with_number {
            write!(f, "{} ", self.number)?;
        }
        let noun = self.noun;
        if self.number == 1 {
            return f.write_str(noun);
        }
        match noun.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => write!(f, "{stem}ies"),
            _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => write!(f, "{noun}es"),
            _ => write!(f, "{noun}s"),
        }
    }
}
