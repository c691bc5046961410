//! Which way imports go.
//!
//! The rooms of a crate, the modules that its root declares, stand in an order: each may import
//! only rooms before it. Within a room no modules may import each other in a loop; the room's own
//! file counts as one of them. Where a room's modules are to know nothing of each other, as
//! commands, [`between`] says which do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, File};

use crate::crates::{Crate, Source};
use crate::paths::{self, Named, Start};

/// What is wrong with an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The imported room stands after the importing one.
    After,
    /// The imported module imports the importing one, itself or by way of others.
    Loop,
}

/// An import that goes the wrong way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrong {
    /// The crate.
    pub krate: String,
    /// The module that imports.
    pub from: String,
    /// The module that is imported.
    pub to: String,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.fault {
            Fault::After => "which stands after it",
            Fault::Loop => "which imports it, itself or by way of others",
        };
        write!(f, "{}: {} imports {}, {why}", self.krate, self.from, self.to)
    }
}

/// A module of a crate, by the names that lead to it from the root.
type Module = Vec<String>;

/// Every import of a crate that goes the wrong way, each once.
#[must_use]
pub fn wrong(krate: &Crate) -> Vec<Wrong> {
    let imports = imports(krate);
    let mut wrong = out_of_order(krate, &imports);
    let parents: BTreeSet<&[String]> =
        krate.sources.iter().filter_map(|source| source.module.split_last()).map(|p| p.1).collect();
    for parent in parents.into_iter().filter(|parent| !parent.is_empty()) {
        wrong.extend(loops(krate, &imports, parent));
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Every import between two modules of this room, as importing and imported module.
#[must_use]
pub fn between(krate: &Crate, room: &[&str]) -> Vec<(String, String)> {
    let room: Module = room.iter().map(|name| (*name).to_owned()).collect();
    let mut found = Vec::new();
    for (from, to) in imports(krate) {
        let (a, b) = (node(&room, &from), node(&room, &to));
        if a.is_some_and(|a| !a.is_empty()) && b.is_some_and(|b| !b.is_empty()) && a != b {
            found.push((from.join("::"), to.join("::")));
        }
    }
    found
}

/// Every import of one module by another, of one crate.
fn imports(krate: &Crate) -> BTreeSet<(Module, Module)> {
    let of = |source: &Source| {
        let paths = paths::of(tokens(&source.file), &krate.children(&source.module));
        let to = paths.iter().filter_map(|path| module(krate, source, path)).collect::<Vec<_>>();
        to.into_iter().map(|to| (source.module.clone(), to)).collect::<Vec<_>>()
    };
    krate.sources.iter().flat_map(of).filter(|(from, to)| from != to).collect()
}

/// The file's tokens without attributes: links in documentation are no imports.
fn tokens(file: &File) -> TokenStream {
    struct Bare;
    impl VisitMut for Bare {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
            attributes.clear();
        }
    }
    let mut file = file.clone();
    Bare.visit_file_mut(&mut file);
    file.to_token_stream()
}

/// The module that a path leads to: the deepest that the crate has.
fn module(krate: &Crate, source: &Source, path: &Named) -> Option<Module> {
    let mut module = match path.start {
        Start::Crate => Vec::new(),
        Start::Above(above) => {
            source.module.get(..source.module.len().checked_sub(above)?)?.to_vec()
        }
    };
    for name in &path.names {
        module.push(name.clone());
        if !krate.has(&module) {
            module.pop();
            break;
        }
    }
    Some(module)
}

/// Imports of rooms that stand after the importing one in the crate's root.
fn out_of_order(krate: &Crate, imports: &BTreeSet<(Module, Module)>) -> Vec<Wrong> {
    let order = krate.children(&[]);
    let place = |module: &Module| order.iter().position(|name| Some(name) == module.first());
    let wrong = imports.iter().filter(|(from, to)| !from.is_empty() && place(to) > place(from));
    wrong.map(|(from, to)| named(krate, from, to, Fault::After)).collect()
}

/// Imports within a room that are part of a loop.
fn loops(krate: &Crate, imports: &BTreeSet<(Module, Module)>, room: &[String]) -> Vec<Wrong> {
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let within = imports.iter().filter_map(|(from, to)| {
        let (a, b) = (node(room, from)?, node(room, to)?);
        (a != b).then_some((a, b, from, to))
    });
    let within: Vec<_> = within.collect();
    for (a, b, _, _) in &within {
        edges.entry(a).or_default().insert(b);
    }
    let looping = within.iter().filter(|(a, b, _, _)| reaches(&edges, b, a));
    looping.map(|(_, _, from, to)| named(krate, from, to, Fault::Loop)).collect()
}

/// Which module of a room a module belongs to; empty for the room's own file.
fn node<'a>(room: &[String], module: &'a Module) -> Option<&'a str> {
    module.starts_with(room).then(|| module.get(room.len()).map_or("", String::as_str))
}

/// Whether a way leads from one module of a room to another.
fn reaches(edges: &BTreeMap<&str, BTreeSet<&str>>, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(here) = next.pop() {
        if here == to {
            return true;
        }
        if seen.insert(here) {
            next.extend(edges.get(here).into_iter().flatten());
        }
    }
    false
}

fn named(krate: &Crate, from: &Module, to: &Module, fault: Fault) -> Wrong {
    Wrong { krate: krate.name.clone(), from: from.join("::"), to: to.join("::"), fault }
}
