use std::marker::PhantomData;

use futures_util::future::{BoxFuture, FutureExt};
use schemars::generate::SchemaSettings;
use serde::Deserialize;

use crate::base::{Data, Node, Spanned};
use crate::plan::{KindInfo, Live};
use crate::vendor::VendorError;

use super::{Entry, Kind, KindError, Out, Readers, Task, Witness, Writers};

/// A kind without its types, as the registry holds it.
pub trait AnyKind: Send + Sync {
    /// What the differ has to know.
    fn info(&self) -> &'static KindInfo;
    /// Where its entries stand; empty for kinds that are only looked up.
    fn section(&self) -> &'static [&'static str];
    /// One sentence for the reference and the schema.
    fn title(&self) -> &'static str;
    /// A document that declares one object.
    fn example(&self) -> &'static str;
    /// Fields that must be there even in an entry that says `state: absent`.
    fn always(&self) -> &'static [&'static str];
    /// Whether the vendor takes a second object of the same natural key.
    fn doubles(&self) -> bool;
    /// An object that the vendor puts into each list and that nobody can delete.
    fn never_missing(&self) -> Option<&'static str>;
    /// What a live object tells of other kinds, besides the objects that its fields point at.
    fn witnesses(&self, live: &Live) -> Vec<Witness>;
    /// The path of one object.
    fn at(&self, id: &str, parent: Option<&str>) -> Option<String>;
    /// The JSON Schema of one entry, without the fields that all entries share.
    fn schema(&self) -> serde_json::Value;
    /// Turns one entry into objects; `node` holds only the kind's own fields.
    fn declare(
        &self,
        names: &[&Spanned<String>],
        name: &Spanned<String>,
        node: &Node,
        absent: bool,
        out: &mut Out<'_>,
    );
    /// Lists all objects (of one parent).
    fn list<'a>(
        &self,
        readers: &'a Readers,
        parent: Option<&'a Live>,
    ) -> BoxFuture<'a, Result<Vec<Live>, VendorError>>;
    /// Objects that one answer to a list holds at most.
    fn page(&self) -> usize;
    /// Reads one object again; `None` when it is gone.
    fn read<'a>(
        &self,
        readers: &'a Readers,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Live>, VendorError>>;
    /// Makes the object.
    fn create<'a>(
        &self,
        writers: &'a Writers,
        task: Task<'a>,
    ) -> BoxFuture<'a, Result<Live, KindError>>;
    /// Changes the object.
    fn update<'a>(
        &self,
        writers: &'a Writers,
        task: Task<'a>,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<Live, KindError>>;
    /// Deletes the object.
    fn delete<'a>(
        &self,
        writers: &'a Writers,
        task: Task<'a>,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<(), KindError>>;
}

/// Erases a kind's types.
pub(super) struct Erased<K>(PhantomData<K>);

impl<K> Erased<K> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K: Kind> AnyKind for Erased<K> {
    fn info(&self) -> &'static KindInfo {
        &K::INFO
    }

    fn section(&self) -> &'static [&'static str] {
        K::SECTION
    }

    fn title(&self) -> &'static str {
        K::TITLE
    }

    fn example(&self) -> &'static str {
        K::EXAMPLE
    }

    fn always(&self) -> &'static [&'static str] {
        K::ALWAYS
    }

    fn doubles(&self) -> bool {
        K::DOUBLES
    }

    fn never_missing(&self) -> Option<&'static str> {
        K::NEVER_MISSING
    }

    fn witnesses(&self, live: &Live) -> Vec<Witness> {
        K::witnesses(live)
    }

    fn at(&self, id: &str, parent: Option<&str>) -> Option<String> {
        K::at(id, parent)
    }

    fn schema(&self) -> serde_json::Value {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        settings
            .into_generator()
            .into_root_schema_for::<K::Spec>()
            .to_value()
    }

    fn declare(
        &self,
        names: &[&Spanned<String>],
        name: &Spanned<String>,
        node: &Node,
        absent: bool,
        out: &mut Out<'_>,
    ) {
        // an entry without a body says no more than its name
        let empty;
        let source = if node.data == Data::Null {
            empty = Node::new(Data::Map(Vec::new()), node.span);
            &empty
        } else {
            node
        };
        match K::Spec::deserialize(source) {
            Ok(spec) => K::declare(
                &Entry {
                    names: names.to_vec(),
                    name: name.clone(),
                    node,
                    absent,
                    spec,
                },
                out,
            ),
            Err(error) => out.report.push(error.diagnostic(node.span)),
        }
    }

    fn list<'a>(
        &self,
        readers: &'a Readers,
        parent: Option<&'a Live>,
    ) -> BoxFuture<'a, Result<Vec<Live>, VendorError>> {
        K::list(readers, parent).boxed()
    }

    fn page(&self) -> usize {
        K::PAGE
    }

    fn read<'a>(
        &self,
        readers: &'a Readers,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Live>, VendorError>> {
        K::read(readers, live).boxed()
    }

    fn create<'a>(
        &self,
        writers: &'a Writers,
        task: Task<'a>,
    ) -> BoxFuture<'a, Result<Live, KindError>> {
        async move { K::create(writers, &task).await }.boxed()
    }

    fn update<'a>(
        &self,
        writers: &'a Writers,
        task: Task<'a>,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<Live, KindError>> {
        async move { K::update(writers, &task, live).await }.boxed()
    }

    fn delete<'a>(
        &self,
        writers: &'a Writers,
        task: Task<'a>,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<(), KindError>> {
        async move { K::delete(writers, &task, live).await }.boxed()
    }
}
