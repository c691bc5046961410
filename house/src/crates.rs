//! A crate's source: its files, without what is compiled for tests only.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, File, Item, ItemMod};

/// A file that could not be read as Rust.
#[derive(Debug)]
pub struct Unreadable {
    path: PathBuf,
    why: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for Unreadable {}

/// One file of a crate.
#[derive(Debug)]
pub struct Source {
    /// The file's path.
    pub path: PathBuf,
    /// The module that it is: `["carrier", "text"]`; empty for the crate's root.
    pub module: Vec<String>,
    /// What it holds, less the items that are compiled for tests only.
    pub file: File,
}

/// A crate's files, reached from its root by `mod` lines.
#[derive(Debug)]
pub struct Crate {
    /// The crate's folder name.
    pub name: String,
    /// Its files, each module after the one that declares it.
    pub sources: Vec<Source>,
}

impl Crate {
    /// Reads the crate in this folder, from `src/lib.rs` on.
    ///
    /// # Errors
    /// The first file that cannot be read or is no Rust.
    pub fn read(folder: &Path) -> Result<Self, Unreadable> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut sources = Vec::new();
        follow(&folder.join("src/lib.rs"), &[], &mut sources)?;
        Ok(Self { name, sources })
    }

    /// The submodules of a module, in the order of their `mod` lines.
    #[must_use]
    pub fn children(&self, module: &[String]) -> Vec<String> {
        let source = self.sources.iter().find(|source| source.module == module);
        source.map(|source| declared(&source.file)).unwrap_or_default()
    }

    /// Whether the crate has this module.
    #[must_use]
    pub fn has(&self, module: &[String]) -> bool {
        self.sources.iter().any(|source| source.module == module)
    }
}

/// Reads a file and the modules that it declares.
fn follow(path: &Path, module: &[String], into: &mut Vec<Source>) -> Result<(), Unreadable> {
    let unreadable = |why: String| Unreadable { path: path.to_owned(), why };
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let mut file = syn::parse_file(&text).map_err(|error| unreadable(error.to_string()))?;
    file.items.retain(|item| !is_for_tests(attributes(item)));
    let names = declared(&file);
    into.push(Source { path: path.to_owned(), module: module.to_owned(), file });
    for name in names {
        let below = [module, std::slice::from_ref(&name)].concat();
        follow(&place(path, &name), &below, into)?;
    }
    Ok(())
}

/// Where the module `name` of this file stands.
fn place(path: &Path, name: &str) -> PathBuf {
    let own = path.file_stem().unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = if own == "lib" || own == "mod" { folder.to_owned() } else { folder.join(own) };
    let file = folder.join(name).with_extension("rs");
    if file.exists() { file } else { folder.join(name).join("mod.rs") }
}

fn declared(file: &File) -> Vec<String> {
    let name = |item: &Item| match item {
        Item::Mod(ItemMod { ident, content: None, .. }) => Some(ident.to_string()),
        _ => None,
    };
    file.items.iter().filter_map(name).collect()
}

/// Whether an item is compiled for tests only.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let inner = list.tokens.to_string();
                inner == "test" || inner.starts_with("all (test")
            })
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
