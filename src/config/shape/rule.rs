use serde_json::{Map, Value as Json};

use super::{keywords, words};

/// What one schema says, taken out of it once: a large document comes back to it thousands of times.
pub(super) struct Rule<'a> {
    pub(super) object: &'a Map<String, Json>,
    /// Only a reference to a secret may stand there.
    pub(super) secret: bool,
    /// Another schema holds as well.
    pub(super) refers: bool,
    /// The names of the types; none when any will do.
    pub(super) types: Vec<&'a str>,
    /// `const` or `enum`, where there is one.
    pub(super) values: Option<Vec<&'a Json>>,
    pub(super) all: &'a [Json],
    pub(super) condition: Option<Condition<'a>>,
    /// Branches, and whether only one of them may fit.
    pub(super) choices: Vec<(&'a [Json], bool)>,
    pub(super) length: Bounds,
    pub(super) pattern: Option<&'a str>,
    pub(super) least: Option<&'a Json>,
    pub(super) most: Option<&'a Json>,
    pub(super) items: Option<&'a Json>,
    pub(super) item_count: Bounds,
    pub(super) unique: bool,
    pub(super) properties: Option<&'a Map<String, Json>>,
    pub(super) others: Option<&'a Json>,
    pub(super) names: Option<&'a Json>,
    pub(super) field_count: Bounds,
    pub(super) required: Vec<&'a str>,
}

/// `if`, `then` and `else`.
#[derive(Clone, Copy)]
pub(super) struct Condition<'a> {
    pub(super) test: &'a Json,
    pub(super) met: Option<&'a Json>,
    pub(super) unmet: Option<&'a Json>,
}

/// The least and the most of something.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) least: Option<usize>,
    pub(super) most: Option<usize>,
}

impl Bounds {
    fn of(object: &Map<String, Json>, [least, most]: [&str; 2]) -> Self {
        let bound = |name: &str| {
            let bound = object.get(name).and_then(Json::as_u64)?;
            usize::try_from(bound).ok()
        };
        Self {
            least: bound(least),
            most: bound(most),
        }
    }

    /// Tells whether nothing is bounded.
    pub(super) fn is_open(self) -> bool {
        self.least.is_none() && self.most.is_none()
    }
}

impl<'a> Rule<'a> {
    pub(super) fn of(schema: &'a Json, object: &'a Map<String, Json>) -> Self {
        let values = match (object.get("const"), object.get("enum")) {
            (Some(value), _) => Some(vec![value]),
            (None, Some(Json::Array(values))) => Some(values.iter().collect()),
            (None, _) => None,
        };
        let choices =
            [("oneOf", true), ("anyOf", false)]
                .into_iter()
                .filter_map(|(keyword, only_one)| {
                    let branches = object.get(keyword)?.as_array()?;
                    Some((branches.as_slice(), only_one))
                });
        Self {
            object,
            secret: keywords::is_secret(schema),
            refers: object.contains_key("$ref"),
            types: words::types(object.get("type")),
            values,
            all: words::array(object.get("allOf")),
            condition: object.get("if").map(|test| Condition {
                test,
                met: object.get("then"),
                unmet: object.get("else"),
            }),
            choices: choices.collect(),
            length: Bounds::of(object, ["minLength", "maxLength"]),
            pattern: object.get("pattern").and_then(Json::as_str),
            least: object.get("minimum"),
            most: object.get("maximum"),
            items: object.get("items"),
            item_count: Bounds::of(object, ["minItems", "maxItems"]),
            unique: object.get("uniqueItems") == Some(&Json::Bool(true)),
            properties: object.get("properties").and_then(Json::as_object),
            others: object.get("additionalProperties"),
            names: object.get("propertyNames"),
            field_count: Bounds::of(object, ["minProperties", "maxProperties"]),
            required: words::texts(object.get("required")).collect(),
        }
    }
}
