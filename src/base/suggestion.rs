use std::fmt;

/// Prints "did you mean", or what there is to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    /// One name is close enough.
    DidYouMean(String),
    /// None is close; these exist.
    OneOf(Vec<String>),
}

/// More names than these are not listed.
const LISTED: usize = 8;

impl Suggestion {
    /// Looks among the names that exist for what was probably meant; `None` when there are none.
    pub fn find<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        let folded = wrong.to_lowercase();
        let best = names
            .iter()
            .map(|name| {
                (
                    strsim::damerau_levenshtein(&folded, &name.to_lowercase()),
                    *name,
                )
            })
            .min();
        match best {
            None => None,
            Some((distance, name)) if distance <= (wrong.chars().count() / 3).max(1) => {
                Some(Self::DidYouMean(name.to_owned()))
            }
            Some(_) => Some(Self::OneOf(names.into_iter().map(str::to_owned).collect())),
        }
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DidYouMean(name) => write!(f, "did you mean `{name}`?"),
            Self::OneOf(names) => {
                f.write_str("there is ")?;
                for (at, name) in names.iter().take(LISTED).enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}`{name}`")?;
                }
                if names.len() > LISTED {
                    write!(f, " and {} more", names.len() - LISTED)?;
                }
                Ok(())
            }
        }
    }
}
