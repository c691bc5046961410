//! The paths within a crate that a piece of source names: `crate::…`, `super::…`, `self::…`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// At the crate's root.
    Crate,
    /// This many modules above the one that names it; 0 for `self`.
    Above(usize),
}

/// A path: where it begins, and its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) start: Start,
    pub(crate) names: Vec<String>,
}

/// Every path of the tokens, a list of imports taken apart; what is given to a macro counts too,
/// and not what a macro is made of (`$crate::...`): that is named where it is used. A path may
/// begin with one of the module's own `children`.
pub(crate) fn of(tokens: TokenStream, children: &[String]) -> Vec<Named> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        at += 1;
        match tree {
            TokenTree::Group(group) if is_visibility(group) => {}
            TokenTree::Group(group) => found.extend(of(group.stream(), children)),
            TokenTree::Ident(word) => {
                let dollar = at.checked_sub(2).and_then(|before| trees.get(before));
                let within = at >= 3 && is_separator(&trees, at - 3) || is_mark(dollar, '$');
                let (start, next) = match word.to_string().as_str() {
                    _ if within || !is_separator(&trees, at) => continue,
                    "crate" => (Start::Crate, at + 2),
                    "self" => (Start::Above(0), at + 2),
                    "super" => (Start::Above(1), at + 2),
                    child if children.iter().any(|name| name == child) => (Start::Above(0), at - 1),
                    _ => continue,
                };
                at = branch(&trees, next, Named { start, names: Vec::new() }, &mut found);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

/// Whether this is the `(in ...)` of a visibility, which imports nothing.
fn is_visibility(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(word)) if word == "in")
}

/// Whether `::` stands here.
fn is_separator(trees: &[TokenTree], at: usize) -> bool {
    is_mark(trees.get(at), ':') && is_mark(trees.get(at + 1), ':')
}

fn is_mark(tree: Option<&TokenTree>, mark: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(found)) if found.as_char() == mark)
}

/// Reads on behind a `::`, and says where it ended.
fn branch(trees: &[TokenTree], at: usize, path: Named, found: &mut Vec<Named>) -> usize {
    match trees.get(at) {
        Some(TokenTree::Ident(word)) => {
            let mut path = path;
            match (word.to_string().as_str(), path.start, path.names.as_slice()) {
                ("super", Start::Above(above), []) => path.start = Start::Above(above + 1),
                (name, _, _) => path.names.push(name.to_owned()),
            }
            if is_separator(trees, at + 1) {
                return branch(trees, at + 3, path, found);
            }
            found.push(path);
            at + 1
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for part in inner.split(is_comma) {
                branch(part, 0, path.clone(), found);
            }
            at + 1
        }
        _ => {
            found.push(path);
            at + 1
        }
    }
}

fn is_comma(tree: &TokenTree) -> bool {
    is_mark(Some(tree), ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(source: &str) -> Vec<(Start, String)> {
        let paths = of(source.parse().unwrap(), &["child".to_owned()]);
        paths.into_iter().map(|path| (path.start, path.names.join("::"))).collect()
    }

    #[test]
    fn every_way_to_name_a_module_is_seen() {
        let at_root = |name: &str| (Start::Crate, name.to_owned());
        assert_eq!(named("use crate::day::Day;"), [at_root("day::Day")]);
        assert_eq!(
            named("use crate::{day, value::{Count, self}, words::*};"),
            ["day", "value::Count", "value::self", "words"].map(at_root)
        );
        assert_eq!(named("fn f() { crate::words::lines(&[]) }"), [at_root("words::lines")]);
        assert_eq!(named("m! { crate::cbor::Sink }"), [at_root("cbor::Sink")]);
        assert_eq!(named("m! { $crate::cbor::Sink }"), []);
        assert_eq!(named("use super::super::x;"), [(Start::Above(2), "x".to_owned())]);
        assert_eq!(named("use self::x;"), [(Start::Above(0), "x".to_owned())]);
        assert_eq!(named("pub(in crate::day) fn f() {}"), []);
        assert_eq!(named("use child::x;"), [(Start::Above(0), "child::x".to_owned())]);
        assert_eq!(named("f(child::x(1))"), [(Start::Above(0), "child::x".to_owned())]);
        assert_eq!(named("let a = self.x; other::child::y; let child = 1;"), []);
    }
}
