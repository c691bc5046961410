//! Types of customers, and what each may have: a table that the vendor can replace.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use license_core::document::{Flag, License};
use serde::Deserialize;

use crate::files;
use crate::problem::{Failure, Problem};

/// The shipped table.
const SHIPPED: &str = include_str!("../../../data/types.toml");
/// Bytes of a table: the shipped one has under 2,500.
const TABLE_BYTES: usize = 65_536;

/// A type of customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CustomerType {
    Card,
    Invoice,
    PurchaseOrder,
    Msa,
    MultiYear,
    Reseller,
    PublicSector,
    Offline,
    Community,
    Free,
}

impl CustomerType {
    /// Every type, in the order of the table.
    pub(crate) const ALL: [Self; 10] = [
        Self::Card,
        Self::Invoice,
        Self::PurchaseOrder,
        Self::Msa,
        Self::MultiYear,
        Self::Reseller,
        Self::PublicSector,
        Self::Offline,
        Self::Community,
        Self::Free,
    ];

    /// The name of its row.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Invoice => "invoice",
            Self::PurchaseOrder => "purchase_order",
            Self::Msa => "msa",
            Self::MultiYear => "multi_year",
            Self::Reseller => "reseller",
            Self::PublicSector => "public_sector",
            Self::Offline => "offline",
            Self::Community => "community",
            Self::Free => "free",
        }
    }

    /// The type of this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something that a type of customer may have or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    CloudLicensing,
    AutoRenewal,
    QuarterlyReconciliation,
    OperationalData,
}

impl Right {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [
        Self::CloudLicensing,
        Self::AutoRenewal,
        Self::QuarterlyReconciliation,
        Self::OperationalData,
    ];

    /// Its key in a row.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CloudLicensing => "cloud_licensing",
            Self::AutoRenewal => "auto_renewal",
            Self::QuarterlyReconciliation => "quarterly_reconciliation",
            Self::OperationalData => "operational_data",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::CloudLicensing => "cloud licensing",
            Self::AutoRenewal => "auto-renewal",
            Self::QuarterlyReconciliation => "quarterly reconciliation",
            Self::OperationalData => "operational data",
        }
    }

    /// The right that a flag of a license needs; `None` for one that every customer may have.
    fn needed_by(flag: Flag) -> Option<Self> {
        match flag {
            Flag::CloudLicensing | Flag::OfflineCloudLicensing => Some(Self::CloudLicensing),
            Flag::AutoRenew => Some(Self::AutoRenewal),
            Flag::SeatReconciliation => Some(Self::QuarterlyReconciliation),
            Flag::OperationalMetrics => Some(Self::OperationalData),
            Flag::GeneratedFromCustomersDot
            | Flag::GeneratedFromCancellation
            | Flag::TemporaryExtension
            | Flag::Trial
            | Flag::ReconciliationCompleted
            | Flag::Other(_) => None,
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// The type in words.
    pub(crate) title: String,
    cloud_licensing: bool,
    auto_renewal: bool,
    quarterly_reconciliation: bool,
    operational_data: bool,
    /// Overage costs nothing and joins the renewal; a table of before has no such key.
    #[serde(default)]
    pub(crate) overage_joins_renewal: bool,
}

impl Row {
    /// Whether customers of this row have the right.
    pub(crate) fn has(&self, right: Right) -> bool {
        match right {
            Right::CloudLicensing => self.cloud_licensing,
            Right::AutoRenewal => self.auto_renewal,
            Right::QuarterlyReconciliation => self.quarterly_reconciliation,
            Right::OperationalData => self.operational_data,
        }
    }
}

/// What each type of customer may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Types(BTreeMap<CustomerType, Row>);

/// A flag that a type of customer may not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The type, whose row of the table says so.
    pub(crate) row: CustomerType,
    /// The row's title.
    pub(crate) title: String,
    pub(crate) right: Right,
    pub(crate) flag: Flag,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, title, right, flag } = self;
        write!(
            f,
            "the license has the flag {flag}, and a customer of the type {} ({title}) has no {}: \
             {} = false in its row",
            row.name(),
            right.words(),
            right.name()
        )
    }
}

impl Types {
    /// The shipped table.
    ///
    /// # Errors
    /// Never: a test reads it.
    pub(crate) fn shipped() -> Result<Self, Failure> {
        Self::parse(SHIPPED, "the shipped types")
    }

    /// The vendor's own table.
    ///
    /// # Errors
    /// Those of reading; `types_unreadable`, with the line.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let place = files::shown(path);
        let text = String::from_utf8(files::read(path, TABLE_BYTES)?).map_err(|_| {
            unreadable(format!("{place}: found bytes that are not UTF-8, expected a TOML file"))
        })?;
        Self::parse(&text, &place)
    }

    fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        let rows: BTreeMap<CustomerType, Row> = toml::from_str(text).map_err(|error| {
            let begun = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = begun.matches('\n').count() + 1;
            unreadable(format!("{place}: line {line}: {}", error.message().replace('\n', " ")))
        })?;
        let missing: Vec<&str> = CustomerType::ALL
            .into_iter()
            .filter(|kind| !rows.contains_key(kind))
            .map(CustomerType::name)
            .collect();
        if missing.is_empty() {
            return Ok(Self(rows));
        }
        let lines = text.lines().count();
        Err(unreadable(format!(
            "{place}: found no row for {} up to line {lines}, its last, \
             expected a row for each type",
            missing.join(", ")
        )))
    }

    /// The row of a type.
    pub(crate) fn row(&self, kind: CustomerType) -> Option<&Row> {
        self.0.get(&kind)
    }

    /// Each flag of the license that a customer of this type may not have; one for each right.
    pub(crate) fn refused(&self, kind: CustomerType, license: &License) -> Vec<Refused> {
        let refuse = |flag: &Flag| {
            let right = Right::needed_by(*flag)?;
            let row = self.row(kind).filter(|row| !row.has(right))?;
            Some(Refused { row: kind, title: row.title.clone(), right, flag: *flag })
        };
        let mut refused: Vec<Refused> = license.flags.iter().filter_map(refuse).collect();
        refused.dedup_by_key(|refused| refused.right);
        refused
    }
}

fn unreadable(message: String) -> Failure {
    Failure::new(Problem::TypesUnreadable, message)
}
