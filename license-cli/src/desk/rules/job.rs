//! The desk's jobs, each a row of the rules.

use serde::Deserialize;

/// The jobs, by the names of their rows.
macro_rules! jobs {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// A job of the desk.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub(crate) enum Job {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Job {
            /// Every job, in the order of the shipped rules.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name of its row.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

jobs! {
    /// A license with other terms than the one before.
    Correct = "correct";
    /// A paid license goes on until the renewal is settled.
    Extend = "extend";
    /// It goes on once more.
    ExtendFurther = "extend_further";
    /// It goes on by more than a month.
    ExtendLong = "extend_long";
    /// A license that has ended goes on over a weekend.
    Emergency = "emergency";
    /// A trial.
    Trial = "trial";
    /// A trial goes on.
    ExtendTrial = "extend_trial";
    /// A trial goes on for longer.
    ExtendTrialLonger = "extend_trial_longer";
    /// A license is sent again.
    Resend = "resend";
    /// A license that was made is sent.
    Sent = "sent";
    /// A license names a new contact.
    HandTo = "hand_to";
    /// A license names a new company.
    Rename = "rename";
    /// The years of one contract.
    Years = "years";
    /// A new subscription takes the place of another.
    Follow = "follow";
    /// Two subscriptions become one.
    Merge = "merge";
    /// One subscription becomes several.
    Split = "split";
    /// A subscription goes to another billing entity.
    Billing = "billing";
    /// A renewal before the term has ended.
    Early = "early";
    /// A license for an open source community.
    Community = "community";
    /// The same for longer.
    CommunityLonger = "community_longer";
    /// A license for a security researcher.
    Researcher = "researcher";
    /// A license for education.
    Education = "education";
    /// What was sold through a reseller is changed.
    Reseller = "reseller";
    /// A customer gets another type.
    ChangeType = "change_type";
    /// A license file in the place of a cloud license.
    Offline = "offline";
    /// Seats that are owed are waived.
    Waive = "waive";
    /// More of them.
    WaiveMore = "waive_more";
    /// A subscription is refunded, the whole of it.
    Refund = "refund";
    /// No quarter is reconciled until the renewal.
    Pause = "pause";
    /// No quarter is reconciled for some time, or again.
    Hold = "hold";
    /// The price of an order is noted.
    Price = "price";
    /// Sales is asked for a decision.
    Decide = "decide";
    /// The customer is told that sales has not decided yet.
    Tell = "tell";
}
