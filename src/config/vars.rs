//! `${var.name}` in plain texts and keys.

use std::collections::BTreeMap;

use super::parse::refuse_duplicates;
use crate::base::{Data, Diagnostic, Node, Report, SourceMap, Span, Spanned, Suggestion};

/// Values for the document's variables, as the caller was given them.
#[derive(Debug, Clone, Default)]
pub struct Vars {
    /// From `--var name=value`; they win.
    pub flags: BTreeMap<String, String>,
    /// From the environment, `DCRSYNC_VAR_name`, without the prefix.
    pub environment: BTreeMap<String, String>,
}

/// What a variable is declared as, and what it stands for in this run.
struct Declared {
    key: Span,
    value: Option<String>,
}

type Table = BTreeMap<String, Declared>;

/// Expands all variables of the document and hands out their values.
pub(super) fn expand(
    root: &mut Node,
    vars: &Vars,
    sources: &SourceMap,
    report: &mut Report,
) -> BTreeMap<String, String> {
    let table = declared(root, vars, report);
    for name in vars.flags.keys().filter(|name| !table.contains_key(*name)) {
        report.push(
            Diagnostic::error(
                "unknown-var",
                format!("`--var {name}` names a variable that the document does not declare"),
            )
            .help_opt(
                Suggestion::find(name, table.keys().map(String::as_str)).map(|it| it.to_string()),
            )
            .help(format!("declare it: `vars: {{ {name}: {{}} }}`")),
        );
    }
    for name in vars
        .environment
        .keys()
        .filter(|name| !table.contains_key(*name))
    {
        // the environment is shared with other documents, so this is no error
        report.push(Diagnostic::warning(
            "unknown-var",
            format!("`DCRSYNC_VAR_{name}` is set, but the document declares no variable `{name}`"),
        ));
    }
    let mut expansion = Expansion {
        table: &table,
        sources,
        report,
    };
    if let Data::Map(entries) = &mut root.data {
        for (key, value) in entries.iter_mut() {
            if key.value != "vars" {
                expansion.node(value);
            }
        }
    }
    table
        .into_iter()
        .filter_map(|(name, declared)| Some((name, declared.value?)))
        .collect()
}

/// Reads the `vars` section leniently: its shape is checked with the rest of the document.
fn declared(root: &Node, vars: &Vars, report: &mut Report) -> Table {
    let mut table = Table::new();
    let entries = root.get("vars").map(Node::entries).unwrap_or_default();
    for (key, var) in entries {
        let name = &key.value;
        let default = var.get("default");
        if let Some(node) = default.filter(|node| node.as_text().is_some_and(refers)) {
            report.push(
                Diagnostic::error(
                    "var-cycle",
                    format!("the default of `{name}` refers to a variable"),
                )
                .at(node.span)
                .help("write the value out; a default stands for itself"),
            );
        }
        let given = vars.flags.get(name).or_else(|| vars.environment.get(name));
        let value = given.cloned().or_else(|| default.and_then(scalar));
        let key = key.span;
        table.insert(name.clone(), Declared { key, value });
    }
    table
}

fn refers(text: &str) -> bool {
    text.replace("$${", "").contains("${")
}

fn scalar(node: &Node) -> Option<String> {
    match &node.data {
        Data::Bool(switch) => Some(switch.to_string()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number.to_string()),
        Data::Text(text) => Some(text.clone()),
        Data::Null | Data::List(_) | Data::Map(_) => None,
    }
}

struct Expansion<'a> {
    table: &'a Table,
    sources: &'a SourceMap,
    report: &'a mut Report,
}

impl Expansion<'_> {
    fn node(&mut self, node: &mut Node) {
        match &mut node.data {
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) => {}
            Data::Text(text) => self.text(text, node.span),
            Data::List(items) => {
                for item in items {
                    self.node(item);
                }
            }
            Data::Map(entries) => {
                let mut changed = false;
                for (key, value) in entries.iter_mut() {
                    changed |= self.key(key);
                    self.node(value);
                }
                if changed {
                    refuse_duplicates(entries, self.report);
                }
            }
        }
    }

    fn key(&mut self, key: &mut Spanned<String>) -> bool {
        let has = key.value.contains("${");
        self.text(&mut key.value, key.span);
        has
    }

    fn text(&mut self, text: &mut String, span: Span) {
        if !text.contains("${") {
            return;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            let inner = from.get(2..).unwrap_or_default();
            if let Some(escaped) = before.strip_suffix('$') {
                out.push_str(escaped);
                out.push_str("${");
                rest = inner;
                continue;
            }
            out.push_str(before);
            let Some((name, after)) = inner.split_once('}') else {
                self.report.push(
                    Diagnostic::error("bad-var", "`${` is never closed")
                        .at(self.last_place(span, from))
                        .help("write `${var.name}`, or `$${` for a literal `${`"),
                );
                out.push_str(from);
                rest = "";
                continue;
            };
            out.push_str(&self.value(name, span));
            rest = after;
        }
        out.push_str(rest);
        *text = out;
    }

    fn value(&mut self, inner: &str, span: Span) -> String {
        let written = format!("${{{inner}}}");
        let place = self.place(span, &written);
        let Some(name) = inner.trim().strip_prefix("var.") else {
            self.report.push(
                Diagnostic::error("bad-var", format!("`{written}` is no variable"))
                    .at(place)
                    .help("write `${var.name}`, or `$${` for a literal `${`"),
            );
            return written;
        };
        let Some(declared) = self.table.get(name) else {
            let near = Suggestion::find(name, self.table.keys().map(String::as_str));
            self.report.push(
                Diagnostic::error("unknown-var", format!("there is no variable `{name}`"))
                    .at(place)
                    .help_opt(near.map(|near| near.to_string()))
                    .help(format!(
                        "declare it: `vars: {{ {name}: {{ default: … }} }}`"
                    )),
            );
            return written;
        };
        if let Some(value) = &declared.value {
            return value.clone();
        }
        self.report.push(
            Diagnostic::error("missing-var", format!("the variable `{name}` has no value"))
                .label(place, "needed here")
                .label(declared.key, "declared without a default")
                .help(format!(
                    "give it with `--var {name}=…` or `DCRSYNC_VAR_{name}`"
                )),
        );
        written
    }

    /// The place of a piece inside a scalar; the whole scalar when it is spelt with escapes.
    fn place(&self, span: Span, piece: &str) -> Span {
        self.part(span, piece, str::find)
    }

    /// As [`place`](Self::place), for the last such piece.
    fn last_place(&self, span: Span, piece: &str) -> Span {
        self.part(span, piece, str::rfind)
    }

    fn part<'p>(
        &'p self,
        span: Span,
        piece: &'p str,
        find: impl Fn(&'p str, &'p str) -> Option<usize>,
    ) -> Span {
        self.sources
            .source(span.file)
            .and_then(|source| source.text.get(span.start..span.end))
            .and_then(|spelt| find(spelt, piece))
            .map_or(span, |at| Span {
                start: span.start + at,
                end: span.start + at + piece.len(),
                ..span
            })
    }
}
