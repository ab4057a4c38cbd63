use serde_json::{Value, json};

use super::function::{call, compare, number, shown, truth};
use super::parse::{Token, tokens};

/// Says that an expression is not understood; which part does not matter, as Okta does not tell it either.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// What an expression can see when a client comes without a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    /// `app.clientId`.
    pub(super) client_id: &'a str,
    /// `app.label`.
    pub(super) label: &'a str,
    /// `app.profile`.
    pub(super) profile: Option<&'a Value>,
    /// `access.scope`.
    pub(super) scopes: &'a [&'a str],
}

/// Nested deeper than this is not read, so that no expression can exhaust the stack.
const DEEPEST: usize = 64;

/// Evaluates a part of Okta's expression language: texts, numbers, `app`, `access`, the person (who is never there),
/// comparisons, `&& || !`, `+`, both forms of "if", and the functions of `String` and `Arrays` that claims use.
pub(super) fn evaluate(text: &str, facts: &Facts<'_>) -> Result<Value, Broken> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        rest: &tokens,
        facts,
        depth: 0,
    };
    let value = reader.choice()?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(Broken)
    }
}

struct Reader<'a> {
    rest: &'a [Token],
    facts: &'a Facts<'a>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<&'a Token, Broken> {
        let (first, rest) = self.rest.split_first().ok_or(Broken)?;
        self.rest = rest;
        Ok(first)
    }

    fn take(&mut self, sign: &str) -> bool {
        let here = matches!(self.rest.first(), Some(Token::Sign(found)) if *found == sign);
        if here {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        here
    }

    fn need(&mut self, sign: &str) -> Result<(), Broken> {
        if self.take(sign) { Ok(()) } else { Err(Broken) }
    }

    /// `a ? b : c` and `a ?: b`. Both branches are read, one is used; a broken one breaks the whole.
    fn choice(&mut self) -> Result<Value, Broken> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Broken);
        }
        let value = self.or()?;
        let chosen = if self.take("?:") {
            let other = self.choice()?;
            if value.is_null() { other } else { value }
        } else if self.take("?") {
            let yes = self.choice()?;
            self.need(":")?;
            let no = self.choice()?;
            if truth(&value)? { yes } else { no }
        } else {
            value
        };
        self.depth -= 1;
        Ok(chosen)
    }

    fn or(&mut self) -> Result<Value, Broken> {
        let mut value = self.and()?;
        while self.take("||") {
            let right = self.and()?;
            value = (truth(&value)? || truth(&right)?).into();
        }
        Ok(value)
    }

    fn and(&mut self) -> Result<Value, Broken> {
        let mut value = self.comparison()?;
        while self.take("&&") {
            let right = self.comparison()?;
            value = (truth(&value)? && truth(&right)?).into();
        }
        Ok(value)
    }

    fn comparison(&mut self) -> Result<Value, Broken> {
        let left = self.sum()?;
        for sign in ["==", "!=", "<=", ">=", "<", ">"] {
            if self.take(sign) {
                let right = self.sum()?;
                return compare(sign, &left, &right);
            }
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Value, Broken> {
        let mut value = self.unary()?;
        while self.take("+") {
            let right = self.unary()?;
            value = match (value.as_f64(), right.as_f64()) {
                (Some(left), Some(right)) => number(left + right),
                _ => format!("{}{}", shown(&value), shown(&right)).into(),
            };
        }
        Ok(value)
    }

    fn unary(&mut self) -> Result<Value, Broken> {
        let (mut negations, mut minus) = (0_usize, false);
        loop {
            if self.take("!") {
                negations += 1;
            } else if self.take("-") {
                minus = !minus;
            } else {
                break;
            }
        }
        let value = self.atom()?;
        if negations > 0 {
            return Ok((truth(&value)? == negations.is_multiple_of(2)).into());
        }
        match (minus, value.as_f64()) {
            (false, _) => Ok(value),
            (true, Some(value)) => Ok(number(-value)),
            (true, None) => Err(Broken),
        }
    }

    fn atom(&mut self) -> Result<Value, Broken> {
        match self.next()? {
            Token::Text(text) => Ok(text.clone().into()),
            Token::Number(value) => Ok(number(*value)),
            Token::Sign("(") => {
                let value = self.choice()?;
                self.need(")")?;
                Ok(value)
            }
            Token::Sign("{") => Ok(Value::Array(self.arguments("}")?)),
            Token::Sign(_) => Err(Broken),
            Token::Name(name) => self.named(name),
        }
    }

    /// The values up to a closing bracket.
    fn arguments(&mut self, close: &str) -> Result<Vec<Value>, Broken> {
        let mut values = Vec::new();
        if self.take(close) {
            return Ok(values);
        }
        loop {
            values.push(self.choice()?);
            if self.take(close) {
                return Ok(values);
            }
            self.need(",")?;
        }
    }

    fn named(&mut self, name: &str) -> Result<Value, Broken> {
        match name {
            "true" => return Ok(true.into()),
            "false" => return Ok(false.into()),
            "null" => return Ok(Value::Null),
            _ => {}
        }
        let mut path = vec![name.to_owned()];
        while self.take(".") {
            let Token::Name(part) = self.next()? else {
                return Err(Broken);
            };
            path.push(part.clone());
        }
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if self.take("(") {
            let arguments = self.arguments(")")?;
            return call(&path, &arguments);
        }
        self.look_up(&path)
    }

    fn look_up(&self, path: &[&str]) -> Result<Value, Broken> {
        match path {
            ["app", "clientId"] => Ok(self.facts.client_id.into()),
            ["app", "name"] => Ok("oidc_client".into()),
            ["app", "label"] => Ok(self.facts.label.into()),
            ["app", "profile", rest @ ..] => {
                let found = self.facts.profile.and_then(|profile| {
                    rest.iter().try_fold(profile, |value, part| value.get(part))
                });
                Ok(found.cloned().unwrap_or(Value::Null))
            }
            ["access", "scope"] => Ok(json!(self.facts.scopes)),
            // No person, no device, no session: all that they could tell is null.
            ["user" | "appuser" | "session" | "device" | "idpuser", ..] => Ok(Value::Null),
            _ => Err(Broken),
        }
    }
}

#[cfg(test)]
mod tests;
