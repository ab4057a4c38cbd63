//! The contracts of the vendors, read once.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use dcrsync::sandbox::Vendor;
use serde_json::{Value as Json, json};

use super::doubts;
use super::hearing::Sent;
use super::operation::Operation;
use super::schema::{self, known_values, null_types};

/// Where the contracts are, unless `DCRSYNC_CONTRACTS` says otherwise.
const BESIDE: &str = "../shared/openapi";

const FILES: [(Vendor, &str); 4] = [
    (Vendor::Okta, "okta-subset.yaml"),
    (Vendor::Okta, "okta-oauth-subset.yaml"),
    (Vendor::Konnect, "konnect-subset.yaml"),
    (Vendor::Konnect, "konnect-children.yaml"),
];

/// What a portal's developers use, as far as we send it, in our own words.
const PORTAL: &str = include_str!("portal.yaml");

/// All contracts.
pub(super) struct Book {
    operations: Vec<Operation>,
    sheets: Vec<Sheet>,
    documents: Vec<Json>,
    schemas: Schemas,
}

/// One schema that something sent can be held to.
struct Sheet {
    index: SchemaIndex,
    json: Json,
    document: usize,
}

/// A schema of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SheetId(usize);

/// What a request is worth.
pub(super) struct Verdict {
    /// `konnect GET /v3/portals/{portalId}`; none where no contract has such an operation.
    pub(super) operation: Option<String>,
    /// What is wrong with it, each with the operation.
    pub(super) faults: Vec<String>,
}

impl Book {
    /// The contracts, if they are there.
    pub(super) fn open() -> Option<&'static Self> {
        static BOOK: OnceLock<Option<Book>> = OnceLock::new();
        BOOK.get_or_init(|| folder().map(|folder| Self::read(&folder)))
            .as_ref()
    }

    fn read(folder: &Path) -> Self {
        let mut texts: Vec<(Vendor, String)> = FILES
            .iter()
            .map(|(vendor, name)| {
                let path = folder.join(name);
                let text = std::fs::read_to_string(&path);
                (
                    *vendor,
                    text.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
                )
            })
            .collect();
        texts.push((Vendor::Portal, PORTAL.to_owned()));
        Self::of(&texts)
    }

    /// The contracts in these texts.
    pub(super) fn of(texts: &[(Vendor, String)]) -> Self {
        let mut book = Self {
            operations: Vec::new(),
            sheets: Vec::new(),
            documents: Vec::new(),
            schemas: Schemas::new(),
        };
        for (vendor, text) in texts {
            book.add(*vendor, text);
        }
        book
    }

    fn add(&mut self, vendor: Vendor, text: &str) {
        let mut contract: Json = serde_saphyr::from_str(text).unwrap();
        known_values(&mut contract);
        null_types(&mut contract);
        let mut parts = Vec::new();
        let first = self.sheets.len();
        let found = Operation::all(vendor, &contract, &mut |schema| {
            parts.push(schema.clone());
            SheetId(first + parts.len() - 1)
        });
        self.operations.extend(found);
        // a place of their own, which can be named without escaping
        contract["parts"] = json!(parts);
        let address = format!("https://contracts.example/{}.json", self.documents.len());
        let mut compiler = Compiler::new();
        // OpenAPI 3.0 has the schemas of the old draft, save null types
        let old = contract["openapi"].as_str().unwrap().starts_with("3.0");
        compiler.set_default_draft(if old { Draft::V4 } else { Draft::V2020_12 });
        compiler.enable_format_assertions();
        compiler.add_resource(&address, contract.clone()).unwrap();
        for (at, json) in parts.into_iter().enumerate() {
            let place = format!("{address}#/parts/{at}");
            let index = compiler.compile(&place, &mut self.schemas);
            self.sheets.push(Sheet {
                index: index.unwrap_or_else(|error| panic!("{place}: {error:#}")),
                json,
                document: self.documents.len(),
            });
        }
        self.documents.push(contract);
    }

    /// Judges one request.
    pub(super) fn judge(&self, sent: &Sent) -> Verdict {
        // the gateway is the user's own API, which has no contract
        if sent.vendor == Vendor::Gateway {
            return Verdict {
                operation: None,
                faults: Vec::new(),
            };
        }
        let told = format!("{} {} {}", sent.vendor, sent.method, sent.path);
        let fitting = self
            .operations
            .iter()
            .filter(|operation| operation.fits(sent));
        let Some(operation) = fitting.min_by_key(|operation| operation.placeholders()) else {
            let fault = format!("{told}: no contract has this operation");
            let faults = Some(fault).filter(|fault| !doubts::accepted(fault));
            return Verdict {
                operation: None,
                faults: faults.into_iter().collect(),
            };
        };
        let name = operation.to_string();
        let faults = operation.faults(sent, self);
        let faults = faults
            .into_iter()
            .map(|fault| format!("{name}: {fault}"))
            .filter(|fault| !doubts::accepted(fault))
            .collect();
        Verdict {
            operation: Some(name),
            faults,
        }
    }

    /// Whether some contract has this operation.
    pub(super) fn has(&self, operation: &str) -> bool {
        self.operations
            .iter()
            .any(|one| one.to_string() == operation)
    }

    /// The segments of all paths, save their placeholders.
    pub(super) fn segments(&self) -> BTreeSet<String> {
        let templates = self.operations.iter().map(Operation::template);
        let segments = templates.flat_map(|template| template.split('/'));
        segments
            .filter(|segment| !segment.is_empty() && !segment.starts_with('{'))
            .map(str::to_owned)
            .collect()
    }

    /// What is wrong with a value by one of the schemas.
    pub(super) fn check(&self, sheet: SheetId, value: &Json) -> Result<(), String> {
        let sheet = &self.sheets[sheet.0];
        match self.schemas.validate(value, sheet.index) {
            Ok(()) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Members of a value that its schema does not name, and those that only the vendor may set.
    pub(super) fn strangers(&self, sheet: SheetId, value: &Json) -> Vec<String> {
        let sheet = &self.sheets[sheet.0];
        schema::strangers(&self.documents[sheet.document], &sheet.json, value)
    }
}

fn folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("DCRSYNC_CONTRACTS") {
        let folder = PathBuf::from(folder);
        assert!(folder.is_dir(), "`DCRSYNC_CONTRACTS` names no folder");
        return Some(folder);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(BESIDE);
    if folder.is_dir() {
        return Some(folder);
    }
    // past what the test harness catches: whoever reads `ok` has to see it
    let _ = writeln!(
        std::io::stderr(),
        "!!! SKIPPED: our requests are not held to the vendors' contracts: `{BESIDE}` is not there, \
         and `DCRSYNC_CONTRACTS` names no other folder"
    );
    None
}
