//! The structure of a PDF: what its parts are, in the order in which they are read (ISO 32000-1,
//! 14.7 and 14.8). A screen reader goes by it.

use pdf_writer::types::{StructRole, TableHeaderScope};
use pdf_writer::writers::{StructElement, StructTreeRoot};
use pdf_writer::{Finish, Name, Pdf, Ref, TextStr};

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Document,
    Title,
    Heading,
    Paragraph,
    List,
    Entry,
    Label,
    Body,
    Table,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    Figure,
    Caption,
}

impl Role {
    fn standard(self) -> StructRole {
        match self {
            Self::Document => StructRole::Document,
            Self::Title => StructRole::H1,
            Self::Heading => StructRole::H2,
            Self::Paragraph => StructRole::P,
            Self::List => StructRole::L,
            Self::Entry => StructRole::LI,
            Self::Label => StructRole::Lbl,
            Self::Body => StructRole::LBody,
            Self::Table => StructRole::Table,
            Self::Row => StructRole::TR,
            Self::ColumnHead | Self::RowHead => StructRole::TH,
            Self::Cell => StructRole::TD,
            Self::Figure => StructRole::Figure,
            Self::Caption => StructRole::Caption,
        }
    }

    /// What a head is the head of.
    fn scope(self) -> Option<TableHeaderScope> {
        match self {
            Self::ColumnHead => Some(TableHeaderScope::Column),
            Self::RowHead => Some(TableHeaderScope::Row),
            Self::Document
            | Self::Title
            | Self::Heading
            | Self::Paragraph
            | Self::List
            | Self::Entry
            | Self::Label
            | Self::Body
            | Self::Table
            | Self::Row
            | Self::Cell
            | Self::Figure
            | Self::Caption => None,
        }
    }
}

struct Element {
    role: Role,
    /// The element that it stands in.
    parent: Option<usize>,
    /// What it shows, for whoever does not see it.
    alt: Option<String>,
}

/// The elements of a document, in the order in which they are read.
#[derive(Default)]
pub(crate) struct Structure {
    elements: Vec<Element>,
}

impl Structure {
    /// The number of one more element, which stands in this one.
    pub(crate) fn add(&mut self, role: Role, parent: Option<usize>) -> usize {
        self.elements.push(Element { role, parent, alt: None });
        self.elements.len() - 1
    }

    /// Says what an element shows.
    pub(crate) fn describe(&mut self, element: usize, alt: &str) {
        if let Some(element) = self.elements.get_mut(element) {
            element.alt = Some(alt.to_owned());
        }
    }
}

/// Where on the pages the elements stand.
pub(super) struct Marked<'a> {
    structure: &'a Structure,
    /// Of each element the page and the number there of each piece of it.
    pieces: Vec<Vec<(Ref, i32)>>,
    /// Of each page the elements of its pieces, by their numbers.
    pages: Vec<Vec<usize>>,
}

impl<'a> Marked<'a> {
    pub(super) fn of(structure: &'a Structure) -> Self {
        let pieces = structure.elements.iter().map(|_| Vec::new()).collect();
        Self { structure, pieces, pages: Vec::new() }
    }

    /// Goes on to the next page.
    pub(super) fn next_page(&mut self) {
        self.pages.push(Vec::new());
    }

    /// The tag and the number of one more piece of an element, on the last page, which is this one;
    /// `None` for an element that there is not.
    pub(super) fn piece(&mut self, element: usize, page: Ref) -> Option<(Name<'static>, i32)> {
        let role = self.structure.elements.get(element)?.role;
        let (pieces, of_page) = (self.pieces.get_mut(element)?, self.pages.last_mut()?);
        let number = i32::try_from(of_page.len()).ok()?;
        of_page.push(element);
        pieces.push((page, number));
        Some((role.standard().to_name(), number))
    }

    /// Writes the tree.
    pub(super) fn write(&self, pdf: &mut Pdf, tree: Ref, next: &mut Ref) {
        let ids: Vec<Ref> = self.structure.elements.iter().map(|_| next.bump()).collect();
        let lists: Vec<Ref> = self.pages.iter().map(|_| next.bump()).collect();
        let mut root = pdf.indirect(tree).start::<StructTreeRoot<'_>>();
        let tops = self.structure.elements.iter().zip(&ids);
        let tops = tops.filter(|(element, _)| element.parent.is_none());
        root.children().items(tops.map(|(_, id)| *id));
        let mut parents = root.parent_tree();
        let mut numbers = parents.nums();
        for (place, list) in (0..).zip(&lists) {
            numbers.insert(place, *list);
        }
        numbers.finish();
        parents.finish();
        root.parent_tree_next_key(i32::try_from(lists.len()).unwrap_or(i32::MAX));
        root.finish();
        for (list, of_page) in lists.into_iter().zip(&self.pages) {
            let elements = of_page.iter().filter_map(|element| ids.get(*element).copied());
            pdf.indirect(list).array().items(elements);
        }
        for (place, id) in ids.iter().enumerate() {
            self.element(&mut pdf.struct_element(*id), place, (tree, &ids));
        }
    }

    fn element(&self, written: &mut StructElement<'_>, place: usize, (tree, ids): (Ref, &[Ref])) {
        let Some(Element { role, parent, alt }) = self.structure.elements.get(place) else {
            return;
        };
        let parent = parent.and_then(|parent| ids.get(parent).copied()).unwrap_or(tree);
        written.kind(role.standard()).parent(parent);
        if let Some(alt) = alt {
            written.alt(TextStr(alt));
        }
        if let Some(scope) = role.scope() {
            written.attributes().push().table().scope(scope);
        }
        let mut kids = written.children();
        for (kid, id) in self.structure.elements.iter().zip(ids) {
            if kid.parent == Some(place) {
                kids.struct_element(*id);
            }
        }
        for (page, number) in self.pieces.get(place).into_iter().flatten() {
            kids.marked_content_ref().page(*page).marked_content_id(*number);
        }
    }
}
