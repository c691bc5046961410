//! A desk for tests: its key, a root, and an empty registry in a folder of its own.
#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::path::Path;

use license_core::document::{Issuer, License, Plan, Request, Usage, sign};
use license_core::key::{Signer, SigningKey};
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId, InstanceId, Text};
use license_core::verify::{verify_license, verify_request, verify_usage};
use license_core::{Day, Set};
use tempfile::TempDir;

use crate::carry::incoming::IssuerFile;
use crate::desk::entry::{self, Entry, Fields, Same};
use crate::desk::filing::{self, Origin};
use crate::desk::folder::Desk;
use crate::desk::issue::{draw_up, sign_with};
use crate::desk::opened::{self, OpenDesk, Why};
use crate::desk::order::{AddOns, Binding, Licensee, Order, Previous, References, Seats, Term};
use crate::desk::policies;
use crate::desk::shelf::Shelf;
use crate::desk::take::Taken;
use crate::registry::{Chain, Change, Document, Place, What, Write};

/// The day on which the desk works.
pub(crate) const TODAY: &str = "2026-11-25";

/// A day as written.
pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text.to_owned()).unwrap()
}

/// A desk, which can be opened several times.
pub(crate) struct Bed {
    folder: TempDir,
    place: Place,
    root: SigningKey,
    key: SigningKey,
    instance: SigningKey,
}

impl Bed {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("registry.sqlite"));
        drop(place.create().unwrap());
        Self::on(folder, place)
    }

    /// With the registry that is there.
    pub(crate) fn at(place: Place) -> Self {
        Self::on(tempfile::tempdir().unwrap(), place)
    }

    fn on(folder: TempDir, place: Place) -> Self {
        let key = |byte| SigningKey::from_seed(&[byte; 32]).unwrap();
        Self { folder, place, root: key(1), key: key(2), instance: key(3) }
    }

    fn issuer(&self) -> IssuerFile {
        let claims = Issuer {
            issued: day("2026-01-01").unix(),
            key: self.key.public(),
            name: text("Desk 1"),
            from: day("2026-01-01"),
            until: day("2028-01-01"),
            max_days: 400,
            max_seats: None,
            plans: Set::default(),
            trials_only: false,
            kinds: Set::default(),
            start_days: None,
            unknown: Default::default(),
        };
        IssuerFile { bytes: sign(&claims, &self.root).unwrap(), claims }
    }

    /// The desk's key.
    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The file of its registry, where it is one.
    pub(crate) fn registry_file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    /// The desk at work on this day.
    pub(crate) fn open(&self, today: &str) -> OpenDesk {
        let desk = Desk {
            folder: self.folder.path().to_owned(),
            key: self.folder.path().join("desk.key"),
            issuer: self.issuer(),
            anchors: TrustAnchors::new([self.root.public()]),
            registry: self.place.clone(),
            types: None,
            rules: None,
            prices: None,
            shelf: Shelf::default(),
        };
        opened::open(desk, day(today).unix(), day(today)).unwrap()
    }

    /// A license of a subscription, for this company, with so many seats, for these days.
    pub(crate) fn license(&self, company: &str, id: &str, seats: u32, term: (&str, &str)) -> Taken {
        self.license_of(company, id, (seats, &self.instance), term)
    }

    /// The same, for the instance that reports with this key.
    pub(crate) fn license_of(
        &self,
        company: &str,
        id: &str,
        (seats, instance): (u32, &SigningKey),
        term: (&str, &str),
    ) -> Taken {
        let order = Order {
            issued: day(term.0).unix(),
            licensee: Licensee {
                company: text(company),
                name: text("Ida Thorsen"),
                email: text("ida@nordhavn.example"),
            },
            plan: Plan::Premium,
            seats: Seats::Number(Count::new(seats).unwrap()),
            term: Term { from: day(term.0), until: day(term.1) },
            references: References { subscription_id: Some(text(id)), ..References::default() },
            binding: Binding {
                instances: vec![InstanceId::from_random([9; 16])],
                report_key: Some(instance.public().thumbprint()),
                further_report_keys: Vec::new(),
            },
            previous: Previous::default(),
            add_ons: AddOns::default(),
            flags: Vec::new(),
        };
        let policy = policies::load("gitlab-legacy", &[]).unwrap();
        let drawn: License = draw_up(&order, &policy).unwrap();
        let file = sign_with(drawn, &self.issuer(), &self.key).unwrap().file;
        let anchors = TrustAnchors::new([self.root.public()]);
        Taken { license: verify_license(&file, &anchors).unwrap(), file }
    }

    /// Enters a customer with licenses; whoever has this name already is another one.
    pub(crate) fn enter(&self, name: &str, fields: &Fields, taken: &[Taken]) -> Entry {
        entry::enter(&mut self.open(TODAY), name, fields, taken, Same::Another).unwrap()
    }

    /// Files a request of a customer's instance, made on this day.
    pub(crate) fn request(&self, chain: &Chain, made: &str) -> Document {
        let instance = InstanceId::from_random([9; 16]);
        let claims = request_of(&self.instance, instance, made);
        let file = sign(&claims, &self.instance).unwrap();
        let request = verify_request(&file, &TrustAnchors::new([])).unwrap();
        self.file(filing::request(&request, &file, chain), What::Received)
    }

    /// Files a report of these days.
    pub(crate) fn report(
        &self,
        chain: &Chain,
        license: DocumentId,
        days: (&str, &str),
    ) -> Document {
        let (first, last) = (day(days.0), day(days.1));
        let series = Series::of_period(first, last, |_| Count::new(81)).unwrap();
        let claims = Usage::new(self.instance.public(), license, 1, (first, last), &series, None);
        let file = sign(&claims, &self.instance).unwrap();
        let report = verify_usage(&file, &TrustAnchors::new([])).unwrap();
        let received = last.unix() + 86_400;
        self.file(filing::report(&report, &file, chain, received), What::Received)
    }

    fn file(&self, document: Document, what: What) -> Document {
        self.append(&document.chain(), Vec::new(), Some(document.clone()), what);
        document
    }

    /// Changes the registry as another verb would.
    pub(crate) fn append(
        &self,
        chain: &Chain,
        writes: Vec<Write>,
        filed: Option<Document>,
        what: What,
    ) {
        let mut desk = self.open(TODAY);
        let event = desk.event(what, &Why::default(), None);
        let change = Change { chain: chain.clone(), expected: None, writes, filed, event };
        desk.registry.append(&change).unwrap();
    }

    /// Files a license as a verb that signs would: with this origin.
    pub(crate) fn issue(&self, chain: &Chain, taken: &Taken, origin: Origin) {
        let document = filing::license(&taken.license, &taken.file, chain, origin);
        self.append(chain, Vec::new(), Some(document), What::Issued);
    }
}

/// A request of an instance that signs with this key, made on this day: 100 seats, 81 users.
pub(crate) fn request_of(key: &SigningKey, instance: InstanceId, made: &str) -> Request {
    Request {
        issued: day(made).unix(),
        key: key.public(),
        instance,
        name: text("Ida Thorsen"),
        email: text("ida@nordhavn.example"),
        company: text("Nordhavn"),
        plan: Plan::Premium,
        seats: Count::new(100),
        users: Count::new(81).unwrap(),
        license: None,
        peak: None,
        peak_day: None,
        days_counted: None,
        days_missing: None,
        gitlab_version: None,
        unknown: Default::default(),
    }
}
