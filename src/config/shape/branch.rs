//! Chooses the branch of a `oneOf` or `anyOf` that was meant.

use serde_json::Value as Json;

use super::{Name, Place, Shape, keywords, words};
use crate::base::{Data, Diagnostic, Node, Suggestion};

impl<'a> Shape<'a> {
    /// Reports inside the branch that comes nearest, when none fits.
    pub(super) fn choose(
        &mut self,
        branches: &'a [Json],
        only_one: bool,
        node: &Node,
        place: &Place<'_>,
    ) {
        let fitting = branches
            .iter()
            .filter(|branch| self.fits(branch, node))
            .take(2)
            .count();
        match fitting {
            1 => return,
            2 if !only_one => return,
            _ if self.fails() => return,
            2 => {
                let text = format!("{} can be read in two ways", place.tick());
                return self.push(
                    Diagnostic::error("ambiguous-value", text)
                        .at(node.span)
                        .help("see the forms that it may have in the output of `dcrsync schema`"),
                );
            }
            _ => {}
        }
        let before = self.found.len();
        self.nearest(branches, node, place);
        if self.found.len() == before {
            let text = format!("{} has a form that is not known", place.tick());
            self.push(
                Diagnostic::error("wrong-type", text)
                    .at(node.span)
                    .help("see the forms that it may have in the output of `dcrsync schema`"),
            );
        }
    }

    /// Reports inside the branch that was probably meant.
    fn nearest(&mut self, branches: &'a [Json], node: &Node, place: &Place<'_>) {
        let resolved: Vec<&'a Json> = branches.iter().flat_map(|it| self.flatten(it, 0)).collect();
        if node.data != Data::Null
            && let Some(secret) = resolved.iter().find(|branch| keywords::is_secret(branch))
        {
            return self.visit(secret, node, place);
        }
        let mut of_type: Vec<&'a Json> = resolved
            .iter()
            .copied()
            .filter(|branch| {
                let types = words::types(branch.get("type"));
                types.is_empty() && !has_values(branch)
                    || types.iter().any(|name| words::is_type(node, name))
            })
            .collect();
        let open = of_type.iter().filter(|branch| !has_values(branch)).count();
        if node.entries().is_empty() && open == 0 {
            let allowed: Vec<&Json> = resolved.iter().flat_map(|it| values(it)).collect();
            if !allowed.is_empty() && is_scalar(node) {
                return self.one_of_values(&allowed, &resolved, node, place);
            }
        }
        if matches!(node.data, Data::Map(_)) && of_type.len() > 1 {
            return self.choose_by_key(&of_type, node, place);
        }
        of_type.retain(|branch| !has_values(branch));
        if let Some(branch) = of_type.first() {
            return self.visit(branch, node, place);
        }
        let mut types: Vec<&str> = resolved
            .iter()
            .flat_map(|branch| words::types(branch.get("type")))
            .collect();
        types.dedup();
        let is_secret = resolved.iter().any(|branch| keywords::holds_secret(branch));
        self.masked.extend(is_secret.then_some(node.span));
        self.wrong_type(&types, node, place);
        if is_secret {
            self.masked.pop();
        }
    }

    /// Opens nested choices, so that all branches lie side by side; a secret stays whole.
    fn flatten(&self, branch: &'a Json, depth: usize) -> Vec<&'a Json> {
        let branch = self.resolve(branch);
        if keywords::is_secret(branch) || depth > 8 {
            return vec![branch];
        }
        let inner: Vec<&'a Json> = ["oneOf", "anyOf"]
            .iter()
            .flat_map(|keyword| words::array(branch.get(keyword)))
            .flat_map(|inner| self.flatten(inner, depth + 1))
            .collect();
        if inner.is_empty() {
            vec![branch]
        } else {
            inner
        }
    }

    fn one_of_values(
        &mut self,
        allowed: &[&Json],
        branches: &[&Json],
        node: &Node,
        place: &Place<'_>,
    ) {
        self.unknown_value(allowed, node, place);
        let tags = tags(branches)
            .into_iter()
            .map(|tag| format!("`{{ {tag}: … }}`"));
        // a list is an alternative as well
        let lists = branches
            .iter()
            .filter(|branch| words::types(branch.get("type")).contains(&"array"))
            .map(|_| "a list: `[…]`".to_owned());
        let others: Vec<String> = tags.into_iter().chain(lists).collect();
        let Some(last) = self.found.last_mut().filter(|_| !others.is_empty()) else {
            return;
        };
        last.help
            .push(format!("or write {}", words::either(others)));
        if let (Some(text), [_]) = (node.as_text(), allowed) {
            last.message = format!("{} knows no `{text}`", place.tick());
        }
    }

    /// Mappings differ by their one key, or by their required fields.
    fn choose_by_key(&mut self, branches: &[&'a Json], node: &Node, place: &Place<'_>) {
        let has = |branch: &Json, key: &str| {
            branch
                .get("properties")
                .is_some_and(|all| all.get(key).is_some())
        };
        let score = |branch: &Json| {
            let known = node.entries().iter().filter(|(key, _)| has(branch, key));
            let required =
                words::texts(branch.get("required")).filter(|name| node.get(name).is_some());
            (known.count(), required.count())
        };
        // the first of equals is meant, as in the documentation
        let best = branches
            .iter()
            .copied()
            .rev()
            .max_by_key(|branch| score(branch));
        let Some(best) = best else { return };
        if score(best).0 > 0 {
            let present: Vec<&str> = tags(branches)
                .into_iter()
                .filter(|tag| node.get(tag).is_some())
                .collect();
            if present.len() > 1 {
                self.several_tags(&present, node, place);
                // what is under them is looked at as well: it may be a secret
                for branch in branches.iter().copied() {
                    self.known_fields(branch, node);
                }
                return;
            }
            return self.visit(best, node, place);
        }
        let tags = tags(branches);
        let name = place.tick();
        if let Some((key, _)) = node.entries().first() {
            let near = Suggestion::find(&key.value, tags);
            self.push(
                Diagnostic::error("unknown-field", format!("{name} has no field `{key}`"))
                    .at(key.span)
                    .help_opt(near.map(|near| near.to_string())),
            );
        } else {
            let tags = tags.iter().map(|tag| format!("`{tag}`")).collect();
            let text = format!("{name} lacks one of the fields {}", words::either(tags));
            self.push(
                Diagnostic::error("missing-field", text)
                    .at(place.span)
                    .help("add one of them"),
            );
        }
    }

    /// Visits the fields that a branch knows, and no more.
    fn known_fields(&mut self, branch: &'a Json, node: &Node) {
        for (key, value) in node.entries() {
            let schema = branch.get("properties").and_then(|all| all.get(&key.value));
            if let Some(schema) = schema {
                let name = Name::Field(&key.value);
                let span = key.span;
                self.visit(schema, value, &Place { name, span });
            }
        }
    }

    fn several_tags(&mut self, present: &[&str], node: &Node, place: &Place<'_>) {
        let ticked = present.iter().map(|tag| format!("`{tag}`")).collect();
        let text = format!(
            "{} takes exactly one of {}",
            place.tick(),
            words::either(ticked)
        );
        let mut diagnostic = Diagnostic::error("one-of", text);
        for tag in present {
            if let Some((key, _)) = node.entry(tag) {
                diagnostic = diagnostic.at(key.span);
            }
        }
        self.push(diagnostic.help("keep one of them"));
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.data, Data::List(_) | Data::Map(_))
}

fn has_values(branch: &Json) -> bool {
    branch.get("const").is_some() || branch.get("enum").is_some()
}

fn values(branch: &Json) -> Vec<&Json> {
    let listed = words::array(branch.get("enum")).iter();
    branch.get("const").into_iter().chain(listed).collect()
}

/// The required fields by which mappings are told apart.
fn tags<'b>(branches: &[&'b Json]) -> Vec<&'b str> {
    let mut tags: Vec<&str> = branches
        .iter()
        .filter_map(|branch| match words::array(branch.get("required")) {
            [one] => one.as_str(),
            _ => None,
        })
        .collect();
    tags.dedup();
    tags
}
