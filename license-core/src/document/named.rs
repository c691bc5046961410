//! What a license names by a number: plans, flags, policies, products.

use minicbor::Decoder;
use minicbor::data::Type;

use crate::cbor::{Sink, Value};
use crate::codes::codes;
use crate::error::{Code, Error};
use crate::value::Identifier;

codes! {
    /// A plan. A license of a plan without a name here is too new.
    Plan, "plan":
    /// Starter.
    Starter = 1, "starter";
    /// Premium.
    Premium = 2, "premium";
    /// Ultimate.
    Ultimate = 3, "ultimate";
}

codes! {
    /// Something that a license is, or has had done. An unknown even one makes the license too new.
    Flag, "flag":
    /// The subscription is managed as a cloud license.
    CloudLicensing = 1, "cloud_licensing";
    /// As a cloud license whose instance is offline.
    OfflineCloudLicensing = 2, "offline_cloud_licensing";
    /// The subscription renews itself.
    AutoRenew = 3, "auto_renew";
    /// Seats are reconciled each quarter.
    SeatReconciliation = 4, "seat_reconciliation";
    /// Operational data is sent.
    OperationalMetrics = 5, "operational_metrics";
    /// Made by the vendor's customer portal.
    GeneratedFromCustomersDot = 6, "generated_from_customers_dot";
    /// Made because a subscription was cancelled.
    GeneratedFromCancellation = 7, "generated_from_cancellation";
    /// Bridges the time until a renewal is settled.
    TemporaryExtension = 8, "temporary_extension";
    /// A trial.
    Trial = 9, "trial";
    /// The overage of the period before is settled.
    ReconciliationCompleted = 10, "reconciliation_completed";
}

codes! {
    /// A shipped policy.
    ShippedPolicy, "policy":
    /// As a GitLab license file.
    GitlabLegacy = 1, "gitlab-legacy";
    /// As a GitLab offline cloud license.
    GitlabOfflineCloud = 2, "gitlab-offline-cloud";
    /// As a GitLab trial.
    GitlabTrial = 3, "gitlab-trial";
}

codes! {
    /// An add-on product that has a code. The list is closed: later products are written by name.
    CodedProduct, "product":
    /// Duo Pro.
    DuoPro = 1, "duo_pro";
    /// Duo Enterprise.
    DuoEnterprise = 2, "duo_enterprise";
    /// Duo Core.
    DuoCore = 3, "duo_core";
    /// Duo with Amazon Q.
    DuoAmazonQ = 4, "duo_amazon_q";
    /// Self-hosted Duo Agent Platform.
    SelfHostedDap = 5, "self_hosted_dap";
}

/// Defines a name that is written as its code where it has one, else as text.
macro_rules! coded_name {
    ($(#[$meta:meta])* $name:ident, $coded:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            /// One that has a code.
            Coded($coded),
            /// Any other.
            Named(Identifier),
        }

        impl $name {
            /// Returns the one value with this name.
            ///
            /// # Errors
            /// The codes of [`Identifier`].
            pub fn new(name: &str) -> Result<Self, Error> {
                match $coded::parse(name) {
                    Some(code) => Ok(Self::Coded(code)),
                    None => Identifier::new(name).map(Self::Named),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    Self::Coded(code) => code.fmt(f),
                    Self::Named(name) => name.fmt(f),
                }
            }
        }

        impl Value for $name {
            fn write(&self, sink: &mut Sink) {
                match self {
                    Self::Coded(code) => code.write(sink),
                    Self::Named(name) => name.write(sink),
                }
            }
            fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
                if source.datatype().is_ok_and(|kind| kind == Type::String) {
                    let name = Identifier::read(source)?;
                    return match Self::new(name.as_str())? {
                        Self::Coded(code) => Err(coded_as_text(name.as_str(), code.number())),
                        named => Ok(named),
                    };
                }
                $coded::read(source).map(Self::Coded)
            }
            fn unknown(&self) -> Option<String> {
                match self {
                    Self::Coded(code) => code.unknown(),
                    Self::Named(_) => None,
                }
            }
        }
    };
}

fn coded_as_text(name: &str, code: u16) -> Error {
    Error::new(
        Code::PayloadNotCanonical,
        format!("found the text {name}, expected its code {code}"),
    )
}

coded_name! {
    /// The name of a policy.
    PolicyName, ShippedPolicy
}

coded_name! {
    /// The name of an add-on product.
    Product, CodedProduct
}
