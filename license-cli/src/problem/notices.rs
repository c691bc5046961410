//! What is told beside an answer under a code of its own: one table, as in [`table`](super::table).

use super::entry::{Entry, Exit, Group};

macro_rules! notices {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $group:ident, $exit:expr,
       $advice:literal, $ask:literal;)+) => {
        /// What is told beside an answer: each code once.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Notice { $($(#[doc = $doc])+ $variant,)+ }

        impl Notice {
            /// Every notice, in the order of the table.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its line of the table.
            pub(crate) fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        name: $name,
                        group: Group::$group,
                        exit: $exit,
                        meaning: concat!($($doc),+).trim_ascii(),
                        advice: $advice,
                        support_asks: $ask,
                    },)+
                }
            }
        }
    };
}

notices! {
    /// The file is of a kind that the guard was not told to let pass.
    KindNotAllowed = "kind_not_allowed", Guard, Some(Exit::Refused),
        "if this kind may pass here, say so with `--allow KIND`",
        "Which kinds may pass that gateway, and in which direction does the file go?";
    /// The file holds a claim or a number that this version of the guard does not know.
    UnknownClaim = "unknown_claim", Guard, Some(Exit::Refused),
        "install a newer version of airlock at the gateway, which may know it",
        "Which versions are on both sides and at the gateway (`airlock --version`)?";

    /// Days of the report have no figure.
    DaysMissing = "days_missing", Reconcile, Some(Exit::Yes),
        "ask the customer whether the instance counted on these days; their export says so",
        "Was the instance off on these days, or its nightly count?";
    /// Days of the report belong to none of the licenses that were given, and do not count.
    DaysOutside = "days_outside", Reconcile, Some(Exit::Yes),
        "give the earlier licenses too, with `--license FILE`",
        "Which licenses had the instance installed on these days?";
    /// Days of a license's term are in no report that was given.
    DaysUncovered = "days_uncovered", Reconcile, Some(Exit::Yes),
        "ask for a report of these days, and give all reports of the term at once",
        "Was a license removed on the instance, and which reports did it make (`airlock usage \
         show`)?";
    /// Reports have different figures for the same day; the largest counts.
    HistoryChanged = "history_changed", Reconcile, Some(Exit::Yes),
        "ask the customer why the figures were changed; `airlock usage show` on each report shows \
         them",
        "Who changed the counts of these days on the instance, and why?";
    /// One key has signed two reports of the same number, with other content.
    NumberRepeated = "number_repeated", Reconcile, Some(Exit::Yes),
        "keep both; ask the admin to go on behind the last report that you have: `airlock instance \
         recover --after REPORT`",
        "Was the instance's folder restored from a backup, or copied, and when?";
    /// The licenses that were given are of different customers or subscriptions.
    OtherCustomer = "other_customer", Reconcile, Some(Exit::Yes),
        "look whether these licenses belong together; give only those of one subscription",
        "Which subscription is the report for?";
    /// The license names no report key, so that any key may have signed the report.
    ReportKeyFirstUse = "report_key_first_use", Reconcile, Some(Exit::Yes),
        "compare the key with the reports before, and note it",
        "Which key does `airlock key show instance.pub` print on the instance?";
    /// The report is of a spare, standby or staging instance, by a further report key of the
    /// license.
    ReportKeyFurther = "report_key_further", Reconcile, Some(Exit::Yes),
        "reconcile the report of the billed instance; compare the two",
        "Which of the instances is billed, and where is its report?";
    /// Nobody has signed this export: anybody may have changed it on its way.
    Unsigned = "unsigned", Reconcile, Some(Exit::Yes),
        "ask for a signed report: `airlock usage report --out FILE` on the instance",
        "Is there an airlock instance on that machine?";

    /// More users than the seats and their tolerance allow at activation.
    UsersOverSeats = "users_over_seats", Verdict, None,
        "block users who are not needed, or ask the vendor for more seats",
        "How many billable users does GitLab show (Admin > Subscription), and how many seats were \
         bought?";
    /// The peak of the period before is over the seats and their tolerance.
    PeakOverSeats = "peak_over_seats", Verdict, None,
        "show the day and the figure to the vendor: a true-up or more seats settle it",
        "On which day was the peak, and was it a mistake of the count?";
    /// The seats paid for the period before are fewer than its peak asks for.
    TrueUpTooSmall = "true_up_too_small", Verdict, None,
        "ask the vendor for a license with a larger true-up",
        "Which peak does `airlock check FILE --activate --explain` show, and which true-up was \
         ordered?";
    /// The license has ended and cannot be activated.
    Ended = "ended", Verdict, None,
        "ask the vendor for a renewal",
        "What are the license's last day and the day of that machine?";
    /// The license ends soon, or has ended: told to admins.
    EndsSoon = "ends_soon", Verdict, None,
        "plan the renewal: `airlock request new` asks for it",
        "Has the renewal been ordered?";
    /// The license ends soon, or has ended: told to users.
    EndsSoonForUsers = "ends_soon_for_users", Verdict, None,
        "tell the admin of the instance, who asks the vendor for the renewal",
        "Does the admin know, and has the renewal been ordered?";
    /// The license has ended: the instance is read-only.
    ReadOnly = "read_only", Verdict, None,
        "install the renewal with `airlock license install FILE`; nothing that is there is lost",
        "Is a renewal installed, and what does `airlock license list` print?";
    /// Few seats are left.
    FewSeatsLeft = "few_seats_left", Verdict, None,
        "block users who are not needed, or ask for more seats before they are",
        "How many users are to be added in the coming months?";
    /// A usage report is due.
    ReportDue = "report_due", Verdict, None,
        "make one with `airlock usage report --out FILE`, and carry it to the vendor",
        "When did the last report reach the vendor?";
    /// No seat is left, and the license allows no more users.
    NoSeatLeft = "no_seat_left", Verdict, None,
        "block a user who is not needed, or install a license with more seats",
        "How many billable users and how many seats does `airlock check` show?";
    /// The license has ended, and with it its features.
    FeaturesEnded = "features_ended", Verdict, None,
        "install the renewal with `airlock license install FILE`; then the features work again",
        "Was it a trial, and is a license ordered?";
    /// The license's first day is still to come.
    NotStarted = "not_started", Verdict, None,
        "install it now if you like: it takes over on its first day by itself",
        "Which first day has the license, and which day is it on that machine?";
    /// The license has ended under a key that may sign trials only.
    TrialKeyEnded = "trial_key_ended", Verdict, None,
        "ask the vendor for a license in place of the trial",
        "Was a trial meant, and who issued it?";
}

#[cfg(test)]
mod tests {
    use license_core::guard::Refusal;
    use license_core::rule::Reason;
    use license_core::verdict::FindingCode;

    use super::*;

    fn names(group: Group) -> Vec<&'static str> {
        let entries = Notice::ALL.iter().map(|remark| remark.entry());
        entries.filter(|entry| entry.group == group).map(|entry| entry.name).collect()
    }

    #[test]
    fn every_finding_of_a_verdict_stands_here() {
        let rules = Reason::KNOWN.iter().map(|reason| FindingCode::Rule(*reason));
        let others = [FindingCode::NotStarted, FindingCode::TrialKeyEnded];
        let codes: Vec<String> = rules.chain(others).map(|code| code.to_string()).collect();
        assert_eq!(names(Group::Verdict), codes);
    }

    #[test]
    fn the_guards_own_codes_stand_here() {
        let found = license_core::document::Kind::License;
        let kind = Refusal::Kind { found, allowed: Vec::new() };
        let unknown = Refusal::Unknown { document: 0, what: String::new() };
        assert_eq!(names(Group::Guard), [kind.code(), unknown.code()]);
    }
}
