//! What is told beside an answer under a code of its own: one table, as in [`table`](super::table).

use super::entry::{Entry, Exit, Group};

impl Notice {
    /// A sentence that is told beside an answer, with this code behind it.
    pub(crate) fn warning(self, sentence: &str) -> String {
        format!("{sentence} [{}]", self.entry().name)
    }
}

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

    /// The history that was given has no day with a figure: its peak counts as 0, as in GitLab.
    HistoryEmpty = "history_empty", Beside, Some(Exit::Yes),
        "give the instance's license_usage.csv with `--history FILE`, or read it into the ledger \
         with `airlock usage import FILE`; a new instance has no history yet, and then all is well",
        "Since when does the instance run, and how many rows has its export?";
    /// Some days that are compared have no figure: they count as 0 in a peak, as in GitLab.
    HistoryGaps = "history_gaps", Beside, Some(Exit::Yes),
        "read the whole export in with `airlock usage import FILE`, or give it with `--history \
         FILE`; days before the instance counted have none",
        "Since when does the instance run, and from which day to which is its export?";
    /// The history that was given names another license or another company.
    HistoryOfOther = "history_of_other", Beside, Some(Exit::Yes),
        "look whether the export is of this instance; its `Company` and `License Key` rows say \
         whose it is",
        "On which instance was the export made, and which license was installed there?";
    /// The ledger has more users on a day than the history that was given, or a figure of a day
    /// that it lacks: the larger one counts.
    HistorySmaller = "history_smaller", Beside, Some(Exit::Yes),
        "nothing, if the ledger is right; a figure that was read in in error is taken out with \
         `airlock usage drop`",
        "Which days does the message name, and what does GitLab's own export say of them?";
    /// The issuer document was not checked against a root.
    IssuerUnchecked = "issuer_unchecked", Beside, Some(Exit::Yes),
        "issue with `--trust ROOT.PUB`, the root that the instances trust; or look now: `airlock \
         show FILE --trust ROOT.PUB` on the new license",
        "Which root certified the desk's issuing key, and which do the instances trust?";
    /// A report that leaves has days without a figure: they are reported as missing.
    ReportGaps = "report_gaps", Beside, Some(Exit::Yes),
        "read the figures of these days in with `airlock usage import FILE`, and the next report \
         has them; days on which GitLab did not count have none",
        "Did the instance run on these days, and what does GitLab's own export say of them?";

    /// A license of the same subscription says exactly what the new one would say.
    SameLicense = "same_license", Beside, Some(Exit::Refused),
        "nothing, if that license is meant: `airlock desk resend ID` gives it again; to make it \
         once more, give `--anyway --reason TEXT`",
        "Which license does the message name, and where did it go?";
    /// A license that follows no other would have days in common with one of the same subscription.
    OverlappingLicense = "overlapping_license", Beside, Some(Exit::Refused),
        "`airlock desk change ID` makes one with other terms, `airlock desk renew ID` that of the \
         next term; if both are to be good on the same days, give `--anyway --reason TEXT`",
        "Which license does the message name, and is the new one to take its place?";
    /// Another license of the subscription is newer than the one that is followed, and what it says
    /// would be lost.
    NewerLicense = "newer_license", Beside, Some(Exit::Refused),
        "name the newer license instead; if it is to be lost, give `--anyway --reason TEXT`",
        "Which of the two licenses is installed on the instance?";
    /// A license of a subscription that ends with the new one still waits for its day.
    WaitingLicense = "waiting_license", Beside, Some(Exit::Refused),
        "give the new one the term and the seats of both; if the one that waits is to be lost, \
         give `--anyway --reason TEXT`",
        "Was the license that waits installed already?";
    /// The id of the new subscription is that of another one.
    SubscriptionTaken = "subscription_taken", Beside, Some(Exit::Refused),
        "give another id with `--subscription-id`",
        "Whose subscription is meant?";
    /// The license has fewer seats than were sold for its year of the contract.
    ContractSeats = "contract_seats", Beside, Some(Exit::Refused),
        "leave `--seats` out: the contract says how many; fewer are agreed with `--anyway --reason \
         TEXT`",
        "How many seats does the contract have for this year?";

    /// Days of the report have no figure, so that more may be owed.
    DaysMissing = "days_missing", Reconcile, Some(Exit::Refused),
        "ask the customer whether the instance counted on these days; their export says so",
        "Was the instance off on these days, or its nightly count?";
    /// Days of the report belong to none of the licenses that were given, and do not count; with a
    /// figure on one of them more may be owed.
    DaysOutside = "days_outside", Reconcile, None,
        "give the licenses of these days too, earlier ones and those that followed, with \
         `--license FILE`",
        "Which licenses had the instance installed on these days?";
    /// Days of a license's term are in no report that was given.
    DaysUncovered = "days_uncovered", Reconcile, Some(Exit::Refused),
        "ask for a report of these days, and give all reports of the term at once",
        "Was a license removed on the instance, and which reports did it make (`airlock usage \
         show`)?";
    /// A report has figures of days that are still to come; they do not count.
    DaysToCome = "days_to_come", Reconcile, Some(Exit::Refused),
        "`date -u` shows the clock of this machine: if it is wrong, set it; if it is right, ask \
         the admin to set the clock of the instance, and for a new report",
        "What does `date -u` print on the instance, and since when?";
    /// A report names another one before it than the one of that number that was given. It proves
    /// that these reports are not one unbroken line; a restored backup looks the same as a copy.
    ForkedOrRestored = "forked_or_restored", Reconcile, None,
        "keep all of them; ask the admin what was done, and to go on after the last report that \
         you have: `airlock instance recover --after REPORT`",
        "Was the instance's folder restored from a backup, or copied, and when?";
    /// Reports of a key before its last one were not given. A later report covers their days; it
    /// does not show which of their figures were changed since. More may be owed.
    GapInNumbers = "gap_in_numbers", Reconcile, None,
        "look for them where reports arrive, and give all reports at once; else ask the customer \
         for them",
        "Which reports did the instance make, and which were sent (`airlock instance log`)?";
    /// A later report has another figure of a day than the one before it, or none; the largest
    /// counts.
    HistoryChanged = "history_changed", Reconcile, Some(Exit::Yes),
        "ask the customer why the figures were changed; `airlock usage show` on each report shows \
         them",
        "Who changed the counts of these days on the instance, and why?";
    /// One key has signed two reports of the same number, with other content.
    NumberRepeated = "number_repeated", Reconcile, None,
        "keep both, and ask for all reports that either of the two lines has; ask the admin to go \
         on after the last report that you have: `airlock instance \
         recover --after REPORT`",
        "Was the instance's folder restored from a backup, or copied, and when?";
    /// The licenses that were given are of different customers or subscriptions.
    OtherCustomer = "other_customer", Reconcile, None,
        "look whether these licenses belong together; give only those of one subscription",
        "Which subscription is the report for?";
    /// The license names no report key, so that any key may have signed the report.
    ReportKeyFirstUse = "report_key_first_use", Reconcile, Some(Exit::Yes),
        "compare the key with the reports before, and note it",
        "Which key does `airlock key show instance.pub` print on the instance?";
    /// The report is of a spare, standby or staging instance, by a further report key of the
    /// license; or its key is billed under one license, and another license bills another key.
    ReportKeyFurther = "report_key_further", Reconcile, Some(Exit::Yes),
        "reconcile the report of the billed instance; compare the two",
        "Which of the instances is billed, and where is its report?";
    /// A spare, standby or staging instance has more users than the billed one on days that both
    /// have reported.
    SpareAbove = "spare_above", Reconcile, Some(Exit::Yes),
        "ask which of the instances people work on; where that is the spare one, `airlock desk \
         change ID --request NEW --request OLD` bills it, by new requests of both",
        "On which of the instances do people work, and since when?";
    /// Reports of several instances were given, and no license says which is billed: their figures
    /// are neither added up nor taken for each other.
    RivalKeys = "rival_keys", Reconcile, Some(Exit::Refused),
        "give the reports of the billed instance alone; the next license names its key: `airlock \
         license issue --request FILE`",
        "Which key does `airlock key show instance.pub` print on the instance that is used?";
    /// Nobody has signed this export: anybody may have changed it on its way.
    Unsigned = "unsigned", Reconcile, Some(Exit::Yes),
        "ask for a signed report: `airlock usage report --out FILE` on the instance",
        "Is there an airlock instance on that machine?";

    /// No request and no report says how many users the instance has.
    UsersUnknown = "users_unknown", Forecast, Some(Exit::Yes),
        "ask for a request: `airlock request new` on the instance says how many users it has now",
        "How many billable users does GitLab show (Admin > Subscription)?";
    /// No report and no request says what was counted on these days, and they are compared at
    /// activation.
    DaysUnreported = "days_unreported", Forecast, Some(Exit::Yes),
        "ask for a usage report: `airlock usage report --out FILE` on the instance",
        "Which was the instance's last report, and what does `airlock usage show` print there?";
    /// A report covers these days and has no figure for them, and they are compared at activation.
    DaysWithoutFigure = "days_without_figure", Forecast, Some(Exit::Yes),
        "ask whether the instance counted on these days; what it reads in later is compared too",
        "Has the instance's own export figures for these days?";
    /// The instance has no figure for some days of its term so far.
    TermIncomplete = "term_incomplete", Forecast, Some(Exit::Yes),
        "ask the admin to read in the whole export before the license is installed: `airlock usage \
         import FILE`",
        "When was the instance's export read in last (`airlock instance log`)?";
    /// The instance names a license as the one in force that is not held here.
    InForceUnknown = "in_force_unknown", Forecast, Some(Exit::Yes),
        "look whether the license was issued elsewhere, or for another customer",
        "What does `airlock license list` print on the instance?";
    /// The license is for named instances, and no request says which instance this one is.
    InstanceUnknown = "instance_unknown", Forecast, Some(Exit::Yes),
        "compare the instance id with the customer's, or ask for a request",
        "Which instance id does GitLab show?";
    /// Days that are still to come are compared at activation too.
    DaysAhead = "days_ahead", Forecast, Some(Exit::Yes),
        "have the license installed soon, or sell as many seats as that many users need",
        "When will the license be installed, and are users to be added before?";
    /// The most users of these days are compared at activation.
    PeriodCompared = "period_compared", Forecast, Some(Exit::Yes),
        "nothing; give the license that this one renews with `--renews FILE`, if other days are \
         meant",
        "Which license is in force on the instance (`airlock license list`)?";
    /// The users on the day of installation are compared with the seats.
    UsersCompared = "users_compared", Forecast, Some(Exit::Yes),
        "nothing; tell the customer the number, if users are to be added before",
        "How many users are to be added before the license is installed?";
    /// The users on the day of installation are not compared with the seats.
    UsersNotCompared = "users_not_compared", Forecast, Some(Exit::Yes),
        "nothing; give `--previous-users N` if they are to be compared",
        "How many users had the license before?";
    /// The license has fewer seats than the one before.
    SeatsLower = "seats_lower", Forecast, Some(Exit::Yes),
        "ask whether fewer seats were ordered",
        "How many seats were ordered, and how many users are needed?";
    /// The license is of another plan than the one before.
    PlanChanges = "plan_changes", Forecast, Some(Exit::Yes),
        "ask whether another plan was ordered; features come and go with it",
        "Which plan was ordered?";
    /// An add-on of the license before is not in this one, and ends with it.
    AddOnLost = "add_on_lost", Forecast, Some(Exit::Yes),
        "add it to the order, or tell the customer that it ends",
        "Is the add-on still used, and was it ordered again?";
    /// The license has an add-on that the one before had not.
    AddOnNew = "add_on_new", Forecast, Some(Exit::Yes),
        "nothing, if the add-on was ordered",
        "Was the add-on ordered?";
    /// An add-on has another number of seats than before.
    AddOnChanges = "add_on_changes", Forecast, Some(Exit::Yes),
        "compare the number with the order",
        "How many seats of the add-on were ordered?";
    /// No license is in force between the end of the one before and the first day of this one.
    TermGap = "term_gap", Forecast, Some(Exit::Yes),
        "let the license begin on the day on which the one before ends, or extend that one",
        "Is the instance to be without a license on these days?";
    /// The request asks for another number of seats than was ordered.
    SeatsDiffer = "seats_differ", Forecast, Some(Exit::Yes),
        "compare the order with the request, and ask the customer which number is right",
        "How many seats did you order, and how many did the admin ask for?";
    /// The request asks for another plan than was ordered.
    PlanDiffers = "plan_differs", Forecast, Some(Exit::Yes),
        "compare the order with the request, and ask the customer which plan is right",
        "Which plan did you order, and which did the admin ask for?";
    /// The request is of another company than the order.
    CompanyDiffers = "company_differs", Forecast, Some(Exit::Yes),
        "look whether the request belongs to this order",
        "Under which name is the contract?";
    /// The license is for other instances than the one that asked.
    InstanceDiffers = "instance_differs", Forecast, Some(Exit::Yes),
        "name the instance that asked too, or take its own request",
        "Which instance id does GitLab show, and was the instance moved or made anew?";
    /// The license names another report key than that of the instance that asked.
    ReportKeyDiffers = "report_key_differs", Forecast, Some(Exit::Yes),
        "take the report key of this request; else the reports of the instance will be refused",
        "Is it another instance than the one that the license names, or was its folder made anew? \
         Which key does `airlock key show instance.pub` print?";

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
