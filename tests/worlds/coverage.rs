//! No kind and no field is left out: a new one fails here until the worlds can say it and the laws can
//! tell whether the vendor has it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dcrsync::kinds::registry;
use dcrsync::plan::{FieldRule, Role};

use crate::expect::wanted;
use crate::picture::Picture;
use crate::stage::{Manner, load};
use crate::vocabulary::{Draft, document, slots};

type Fields = BTreeSet<(String, String)>;

/// More values than any member has.
const VALUES: u8 = 8;

/// Told by the token that the credentials get.
const BY_TOKEN: &str = "credentials";

/// What documents of one slot or of all can say, and what of it the laws look at.
fn said() -> (Fields, Fields) {
    let (mut said, mut held) = (Fields::new(), Fields::new());
    for value in 0..VALUES {
        // present, then this value of each member
        let bytes: Vec<u8> = std::iter::once(1)
            .chain(std::iter::repeat_n(value, 16))
            .collect();
        let all = 0..slots().len();
        let alone = all.clone().map(|at| BTreeMap::from([(at, bytes.clone())]));
        let together = all.clone().map(|at| (at, bytes.clone())).collect();
        for slots in alone.chain([together]) {
            let draft = Draft {
                slots,
                ..Draft::default()
            };
            let document = document(&draft, None);
            let loaded = load(Path::new(""), &document, Manner::default());
            let found: Vec<&str> = loaded.report.iter().map(|it| it.message.as_str()).collect();
            let checked = loaded
                .checked
                .unwrap_or_else(|| panic!("{found:?}\n{document}"));
            for desired in checked.declared.iter() {
                let fields = desired.fields.keys();
                said.extend(fields.map(|field| (desired.kind.to_string(), (*field).to_owned())));
            }
            for wanted in wanted(&document, &Picture::default(), &Picture::default()) {
                let fields = wanted.said.iter();
                held.extend(fields.map(|said| (wanted.kind.to_owned(), said.field.to_owned())));
            }
        }
    }
    (said, held)
}

#[test]
fn every_field_of_every_kind_is_said_and_looked_at() {
    let (said, held) = said();
    let managed = registry()
        .iter()
        .filter(|kind| kind.info().role == Role::Managed);
    for info in managed.map(|kind| kind.info()) {
        let fields = info.fields.iter();
        for field in fields.filter(|field| field.rule != FieldRule::Computed) {
            let name = (info.name.to_string(), field.name.to_owned());
            assert!(
                said.contains(&name),
                "no document of the worlds says {name:?}"
            );
            assert!(
                held.contains(&name) || field.name == BY_TOKEN,
                "no law looks at {name:?}"
            );
        }
    }
}
