//! Where a match on an enum that grows answers for variants that it does not name.
//!
//! `clippy::wildcard_enum_match_arm` sees a bare `_`. It does not see one within a tuple or an
//! option, nor `matches!`, `if let` and `let … else`, which answer no for all the rest. Types are
//! not known here: a match is on one of the enums where an arm names a variant of it, as
//! `Kind::License`, or as `Self::License` where `Self` is the enum.

use std::fmt;
use std::path::PathBuf;

use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Arm, Expr, ExprLet, ExprMatch, ItemImpl, Local, Macro, Pat, Path, Token, Type, TypePath,
};

use crate::crates::{Crate, Source};

/// A place that answers for variants that it does not name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CatchAll {
    /// The file.
    pub path: PathBuf,
    /// The line.
    pub line: usize,
    /// The enum.
    pub name: String,
}

impl fmt::Display for CatchAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, name } = self;
        write!(f, "{}:{line}: answers for variants of {name} that it does not name", path.display())
    }
}

/// Every catch-all of a crate on one of these enums.
#[must_use]
pub fn places(krate: &Crate, enums: &[&str]) -> Vec<CatchAll> {
    krate.sources.iter().flat_map(|source| places_in(source, enums)).collect()
}

fn places_in(source: &Source, enums: &[&str]) -> Vec<CatchAll> {
    let mut looker = Looker { source, enums, itself: None, found: Vec::new() };
    looker.visit_file(&source.file);
    looker.found
}

struct Looker<'a> {
    source: &'a Source,
    enums: &'a [&'a str],
    /// The name of what `Self` is here.
    itself: Option<String>,
    found: Vec<CatchAll>,
}

impl Looker<'_> {
    fn note(&mut self, line: usize, name: &str) {
        let path = self.source.path.clone();
        self.found.push(CatchAll { path, line, name: name.to_owned() });
    }

    /// Looks at one column of a match: what its arms have at the same place.
    fn column(&mut self, patterns: &[&Pat]) {
        let patterns: Vec<&Pat> =
            patterns.iter().flat_map(|pattern| alternatives(pattern)).collect();
        if let Some(name) = self.enum_named(&patterns)
            && let Some(bare) = patterns.iter().find(|pattern| takes_all(pattern))
        {
            self.note(bare.span().start().line, &name);
        }
        for place in 0..patterns.iter().map(|pattern| parts(pattern).len()).max().unwrap_or(0) {
            let inner: Vec<&Pat> =
                patterns.iter().filter_map(|pattern| parts(pattern).get(place).copied()).collect();
            self.column(&inner);
        }
    }

    /// Looks at a pattern that stands alone: whatever it does not name is answered elsewhere.
    fn lone(&mut self, pattern: &Pat, line: usize) {
        let mut patterns = alternatives(pattern);
        while let Some(next) = patterns.pop() {
            if let Some(name) = self.enum_named(&[next]) {
                return self.note(line, &name);
            }
            patterns.extend(parts(next).into_iter().flat_map(alternatives));
        }
    }

    /// The enum that a pattern of the column names a variant of.
    fn enum_named(&self, patterns: &[&Pat]) -> Option<String> {
        patterns.iter().find_map(|pattern| {
            let path = variant(pattern)?;
            let [.., owner, _] = path.segments.iter().collect::<Vec<_>>()[..] else { return None };
            let owner = match owner.ident.to_string().as_str() {
                "Self" => self.itself.clone()?,
                name => name.to_owned(),
            };
            self.enums.contains(&owner.as_str()).then_some(owner)
        })
    }
}

/// The patterns of `a | b`, or the one.
fn alternatives(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(alternatives).collect(),
        Pat::Paren(inner) => alternatives(&inner.pat),
        Pat::Reference(inner) => alternatives(&inner.pat),
        other => vec![other],
    }
}

/// The patterns within a tuple or a variant with fields.
fn parts(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Tuple(tuple) => tuple.elems.iter().collect(),
        Pat::TupleStruct(tuple) => tuple.elems.iter().collect(),
        _ => Vec::new(),
    }
}

/// The path of a pattern that is a variant, with or without fields.
fn variant(pattern: &Pat) -> Option<&Path> {
    match pattern {
        Pat::Path(path) => Some(&path.path),
        Pat::TupleStruct(tuple) => Some(&tuple.path),
        Pat::Struct(structure) => Some(&structure.path),
        _ => None,
    }
}

/// Whether a pattern takes whatever comes: `_`, or a name.
fn takes_all(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(name) => {
            name.subpat.is_none() && name.ident.to_string().starts_with(char::is_lowercase)
        }
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Looker<'_> {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let before = self.itself.take();
        if let Type::Path(TypePath { path, .. }) = &*item.self_ty {
            self.itself = path.segments.last().map(|name| name.ident.to_string());
        }
        visit::visit_item_impl(self, item);
        self.itself = before;
    }

    fn visit_expr_let(&mut self, condition: &'ast ExprLet) {
        self.lone(&condition.pat, condition.let_token.span().start().line);
        visit::visit_expr_let(self, condition);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if local.init.as_ref().is_some_and(|value| value.diverge.is_some()) {
            self.lone(&local.pat, local.let_token.span().start().line);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_match(&mut self, expression: &'ast ExprMatch) {
        self.column(&expression.arms.iter().map(|Arm { pat, .. }| pat).collect::<Vec<_>>());
        visit::visit_expr_match(self, expression);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        if call.path.is_ident("matches")
            && let Ok(Matches(pattern)) = call.parse_body()
        {
            self.lone(&pattern, call.path.span().start().line);
        }
    }
}

/// What `matches!(value, pattern)` is called with.
struct Matches(Pat);

impl Parse for Matches {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Expr>()?;
        input.parse::<Token![,]>()?;
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        input.step(|cursor| {
            let mut rest = *cursor;
            while let Some((_, next)) = rest.token_tree() {
                rest = next;
            }
            Ok(((), rest))
        })?;
        Ok(Self(pattern))
    }
}
