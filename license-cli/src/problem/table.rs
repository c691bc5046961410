//! The command's own problems: one table.
//!
//! A line is the meaning, the variant, the name, the exit status, what to do on a machine without
//! a network, and what support asks the customer. Names never change once published.

use license_core::Code;

use super::codes;
use super::entry::{Entry, Exit, Group};

macro_rules! problems {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $exit:ident, $advice:literal,
       $ask:literal;)+) => {
        /// What went wrong: each code of the command once, and every code of the core.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Problem {
            $($(#[doc = $doc])+ $variant,)+
            /// What the core refused.
            Core(Code),
        }

        impl Problem {
            /// The command's own problems, in the order of their names.
            pub(super) const OWN: &'static [Self] = &[$(Self::$variant,)+];

            /// Its line of the table.
            pub(crate) fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        name: $name,
                        group: Group::Command,
                        exit: Some(Exit::$exit),
                        meaning: concat!($($doc),+).trim_ascii(),
                        advice: $advice,
                        support_asks: $ask,
                    },)+
                    Self::Core(code) => codes::entry(code),
                }
            }
        }
    };
}

problems! {
    /// The backup of an instance or the archive of a registry is cut or damaged, or another file.
    ArchiveDamaged = "archive_damaged", Failed,
        "copy it again from where it was made; or make it again, with `airlock instance backup` or \
         `airlock desk registry export`",
        "How many bytes has the archive here, and how many where it was made?";
    /// A backup or an archive holds more than any instance or registry of ours.
    ArchiveLarge = "archive_large", Failed,
        "look where it comes from: nothing that airlock writes is so large",
        "Where does the archive come from, and how many licenses has the desk?";
    /// The clock of this machine stands before 1970 or after 9999.
    Clock = "clock", Failed,
        "set the clock, or give `--today YYYY-MM-DD`",
        "What does `date -u` print on that machine?";
    /// The clock stands before a figure or a report that the ledger holds.
    ClockBehind = "clock_behind", Failed,
        "`date -u` shows the clock of this machine: if it is wrong, set it; if the clock is right, \
         take days to come out with `airlock usage drop`, read in the figures since the last true \
         day with `airlock usage import`, then make one report with `--accept-clock`",
        "What do `date -u` and `airlock instance log` print on that machine?";
    /// The clock gave a time that the ledger cannot hold.
    ClockWrong = "clock_wrong", Failed,
        "set the clock to the right day, then run the command again",
        "What does `date -u` print on that machine, and was its clock set lately?";
    /// A license of the subscription was issued on a later day, and would decide on the instance.
    DeskBackdated = "desk_backdated", Refused,
        "`date -u` shows the clock of this machine: if it is wrong, set it; `--today` names that \
         day, or a later one",
        "What does `date -u` print on the desk's machine, and on which days were its last licenses \
         issued?";
    /// The folder holds a desk already.
    DeskExists = "desk_exists", Failed,
        "use it as it is (`--desk DIR`), or choose another folder for a new one",
        "Was this desk made before, and does `airlock desk find` work with it?";
    /// A temporary license cannot last so long, or follows one that nobody pays for.
    DeskExtension = "desk_extension", Refused,
        "`airlock desk rules extend` shows how long it may last; a trial goes on with \
         `airlock desk trial extend`",
        "Until when does the customer need it, and what is the renewal waiting for?";
    /// A desk cannot be made in this place: something else is there.
    DeskFolder = "desk_folder", Failed,
        "choose another folder: a free name, or an empty folder, in a folder that you may write in",
        "What does `ls -la` print for that folder?";
    /// A customer of this name or id is in the registry already.
    DeskHasCustomer = "desk_has_customer", Refused,
        "`airlock desk show` on its id shows whether it is the same; if this is another one of the \
         same name, say so with `--another`",
        "Which CRM and billing id has the customer that is meant?";
    /// The desk needs a value that nobody gave, and no terminal is there to ask.
    DeskMissing = "desk_missing", Failed,
        "give the option that the message names, or run the command in a terminal: it asks then",
        "Was the command run in a terminal, or from a script?";
    /// The desk has no license of this subscription.
    DeskNoLicense = "desk_no_license", Refused,
        "`airlock desk issue` makes its first one; `airlock desk show` lists what is filed",
        "Which license does `airlock license list` show on the customer's instance?";
    /// No note, or more than one, has an id that begins so.
    DeskNoNote = "desk_no_note", Refused,
        "`airlock desk show` lists the notes of a customer, each with its id",
        "Which notes does `airlock desk show` list for that customer?";
    /// The license is no trial.
    DeskNoTrial = "desk_no_trial", Refused,
        "`airlock desk change ID` changes a paid license; `airlock desk trial show ID` lists the \
         trials",
        "Does the customer still try the product, or was it bought?";
    /// The registry holds nothing of this name or id.
    DeskNotFound = "desk_not_found", Refused,
        "`airlock desk find WORDS` looks in every field, for parts of words too",
        "Which company, subscription or license id stands on what the customer has?";
    /// Something stands against the license: the instance will refuse it, the customer's type does
    /// not have it, or it was made before.
    DeskObjection = "desk_objection", Refused,
        "change the order; or, where that was agreed, give `--anyway --reason TEXT`: it is noted \
         as an exception",
        "What was agreed with the customer, and who agreed to it?";
    /// The subscription ended, and another one took its place: nothing of it is renewed, changed or
    /// sent again.
    DeskPassedOn = "desk_passed_on", Refused,
        "name the new subscription: `airlock desk show ID` shows it, `airlock desk history ID` of \
         the old one says who passed it on, and why",
        "Which license does `airlock license list` show on the customer's instance?";
    /// The license or its subscription is revoked: it is not renewed and not sent again.
    DeskRevoked = "desk_revoked", Refused,
        "`airlock desk history ID` says who revoked it, when and why; a customer who pays again \
         gets a new subscription: `airlock desk issue --customer NAME --subscription-id NEW`",
        "Why was it revoked (`airlock desk history`), and is that settled?";
    /// What was typed may mean several customers, subscriptions or documents.
    DeskSeveral = "desk_several", Refused,
        "give the id of the one that is meant",
        "Which subscription or license id stands on what the customer has?";
    /// A trial cannot end on this day: it is over, or no later than the trial's present end.
    DeskTrialEnd = "desk_trial_end", Refused,
        "give a later day with `--until`: the first day no longer good, in UTC",
        "Until when does the customer want to go on trying?";
    /// The customer's type is not in the table of types.
    DeskType = "desk_type", Failed,
        "`airlock desk edit ID --type TYPE` corrects it; the types are the rows of the table",
        "How does the customer buy: by card, on invoice, through a reseller?";
    /// The report is under a license that the registry does not have, so it cannot be checked.
    DeskUnknownLicense = "desk_unknown_license", Refused,
        "look for that license where it was made, and take it in with `airlock desk edit CUSTOMER \
         --license FILE`; then receive the report again",
        "Which license does `airlock license list` show on the instance, and who made it?";
    /// The desk's file of settings cannot be understood.
    DeskUnreadable = "desk_unreadable", Failed,
        "correct the line that the message names; the first lines of `desk.toml` say what each key \
         takes",
        "What does `cat desk.toml` print, and who changed it last?";
    /// It is not known whose the request is: the registry has neither its license, nor its
    /// instance, nor its key, or has them under several customers.
    DeskWhose = "desk_whose", Refused,
        "say whose it is with `--customer NAME|ID`, and `--type TYPE` for a customer who is new; \
         in a terminal you are asked",
        "From which address did the request come, and which contract does the customer name?";
    /// No space is left where the command writes.
    DiskFull = "disk_full", Failed,
        "make space there, then run the command again",
        "What do `df -h DIR` and `quota` print for the folder in the message?";
    /// A count of the export is not a whole number.
    ExportCount = "export_count", Failed,
        "put back the count that the instance wrote: download the export again, and do not edit it",
        "What stands on the line that the message names, and was the file edited?";
    /// The export ends too early: a row, a cell or a character is cut.
    ExportCut = "export_cut", Failed,
        "transfer the file again, from the original; every row must end with a line end",
        "How many bytes has the file where it was made, and how many here?";
    /// The file that was to be read in has no row, or none with a figure.
    ExportEmpty = "export_empty", Failed,
        "download it again (Admin > Subscription > Export license usage file); without a license \
         the instance had nothing to count; where it comes from a pipe, look at what the command \
         before it says",
        "How large is the file, and had the instance a license during the term?";
    /// A day of the export is still to come.
    ExportFuture = "export_future", Failed,
        "`date -u` shows the clock of this machine: if it is behind, set it, or give `--today \
         YYYY-MM-DD`; if the clock is right, correct the date at its source",
        "What does `date -u` print on that machine, and what stands on the line that the message \
         names?";
    /// A row above the figures is missing, misspelt or out of its place.
    ExportHeader = "export_header", Failed,
        "give the file as the instance wrote it, with all rows above the figures",
        "Which version of GitLab made the export, and what stands on its lines after the key?";
    /// The export is larger than one of a single term can be.
    ExportLarge = "export_large", Failed,
        "give the export of one term; a plain `day,count` file needs one row a day",
        "How many rows has the file, and which days does it cover?";
    /// A row of the export has not the cells that it should have, or its JSON is no export.
    ExportRow = "export_row", Failed,
        "give the file as the instance wrote it; rows are a date and a count, without thousands \
         separators; `psql --csv` prints rows that are taken",
        "What stands on the line that the message names, and which program saved the file?";
    /// A spreadsheet has rewritten the export, or another program with its own date format.
    ExportSpreadsheet = "export_spreadsheet", Failed,
        "do not open the export in a spreadsheet; download it again from the instance \
         (Admin > Subscription > Export license usage file) and give that file",
        "Was the export opened in Excel or another spreadsheet before it was given?";
    /// The export's days do not fit its term, or are more than a report can hold.
    ExportTerm = "export_term", Failed,
        "download the export again; if its term is wrong there too, look at the license that the \
         instance had installed when it was made",
        "Which start and end date does the export name, and which has the license?";
    /// The export is not UTF-8 text.
    ExportText = "export_text", Failed,
        "copy the export again as a binary file, without converting it",
        "Through which programs and systems did the file come?";
    /// A day or a time of the export does not exist, or is written in another form.
    ExportTime = "export_time", Failed,
        "correct the date at its source: the export must have days and times that exist, in UTC; \
         a plain file may have times that name their zone",
        "What stands on the line that the message names?";
    /// The file is no usage export.
    ExportUnknown = "export_unknown", Failed,
        "give the export as the instance wrote it; download it again there (Admin > Subscription \
         > Export license usage file)",
        "Where does the file come from, and what are its name and its first line?";
    /// A folder stands where a file was expected.
    InputDirectory = "input_directory", Failed,
        "name one file of the folder",
        "Which path was given?";
    /// The file is larger than any that the command takes there.
    InputLarge = "input_large", Failed,
        "look whether it is the right file: `ls -l FILE` shows its size",
        "What is in the file, and how large is it?";
    /// Nothing stands at the path that was given.
    InputMissing = "input_missing", Failed,
        "check the name of the file and its folder",
        "What does `ls -l` print for the folder of that file?";
    /// The file is there and cannot be read.
    InputUnreadable = "input_unreadable", Failed,
        "`ls -l` shows who may read it; if that is you, look at the disk or the stick",
        "As which user was the command run, and what does `ls -l` print for the file?";
    /// The folder holds an instance already.
    InstanceExists = "instance_exists", Failed,
        "use it as it is, or choose another folder for a new one",
        "Was this instance made before, and does `airlock license list` work in it?";
    /// Under a name of the instance's files stands a pipe, a folder or another thing that is no
    /// file.
    InstanceFile = "instance_file", Failed,
        "move it away; restore instance.key, instance.pub or ledger.sqlite from a backup",
        "What does `ls -la` print for the instance's folder, and who may write there?";
    /// An instance cannot be made in this place: something else is there.
    InstanceFolder = "instance_folder", Failed,
        "choose another folder: a free name, or an empty folder",
        "What does `ls -la` print for that folder?";
    /// The private key in the instance's folder is not the one that the instance was made with.
    InstanceKeyChanged = "instance_key_changed", Failed,
        "restore instance.key from a backup of this instance",
        "Was the folder copied or restored, and from which machine and day?";
    /// The private key of the instance is missing.
    InstanceKeyMissing = "instance_key_missing", Failed,
        "restore instance.key from a backup; without one, make a new instance in another \
         folder and ask the vendor for a license for its request",
        "Is there a backup of the instance's folder, and of which day?";
    /// Something is in the way that a run which was cut off may have left.
    InstanceLeftover = "instance_leftover", Failed,
        "look at it, and move it away or remove it",
        "What does `ls -la` print for the folder in the message?";
    /// The instance was moved to another folder, and this one is retired.
    InstanceRetired = "instance_retired", Refused,
        "work in the folder that was restored from the file of the move; where that file is lost, \
         `airlock instance move --out FILE` writes it again",
        "Where was the instance moved to, and does `airlock status` work there?";
    /// The instance's folder or its ledger cannot be read.
    InstanceUnreadable = "instance_unreadable", Failed,
        "run the command as the owner of the instance's folder; `ls -ld` shows who that is",
        "As which user was the command run, and what does `ls -la` print for the folder?";
    /// The instance's folder or its ledger cannot be written.
    InstanceUnwritable = "instance_unwritable", Failed,
        "`ls -ld` shows who may write in the instance's folder; run the command as that user, on \
         a file system that is not read-only",
        "As which user was the command run, and is the file system mounted read-only?";
    /// The key is not an Ed25519 key.
    KeyAlgorithm = "key_algorithm", Failed,
        "make a key with `airlock key new`",
        "Which program made the key?";
    /// A private key was given where another file is needed.
    KeyPrivate = "key_private", Failed,
        "look which file was given; where a key is asked for, give the .pub file",
        "Has the private key left the machine? Then it must be replaced.";
    /// A public key was given where a private key is needed.
    KeyPublic = "key_public", Failed,
        "give the private key's file: the one without .pub",
        "Which key files are there, by name?";
    /// The file holds no key that can be read.
    KeyUnreadable = "key_unreadable", Failed,
        "give the .key or .pub file that `airlock key new` wrote, or restore it from a backup: a \
         new key signs nothing in its place; of another program's private key, `openssl pkey -in \
         FILE -noout -text_pub` shows the public half",
        "Which program made the file, and what is its first line? Never ask for the key itself.";
    /// The key could not be encoded.
    KeyUnwritable = "key_unwritable", Failed,
        "run the command again; if it fails again, tell the makers of airlock",
        "Which version is it (`airlock --version`), and on which system?";
    /// A code was typed on another keyboard layout than the scanner's.
    KeyboardLayout = "keyboard_layout", Failed,
        "set the scanner and the computer to the same keyboard layout, US is the safest, and scan \
         the codes again",
        "Which scanner is it, and which keyboard layout has the computer?";
    /// Another command is changing the ledger, or making the same instance.
    LedgerBusy = "ledger_busy", Failed,
        "try again when the other command has ended",
        "Which other airlock commands or backups run at that time?";
    /// The ledger is damaged: a row or a page is not as airlock writes it.
    LedgerDamaged = "ledger_damaged", Failed,
        "restore the whole ledger.sqlite from a backup; keep the damaged one for support",
        "Which row does the message name, and was the file edited, copied in use, or on a bad \
            disk?";
    /// The ledger would hold more days than it can.
    LedgerFull = "ledger_full", Failed,
        "look whether the file's dates are right",
        "Which first and last day has the file that was imported?";
    /// The disk or the file system failed under the ledger.
    LedgerIo = "ledger_io", Failed,
        "look at the disk, the quota and the system's log; the last whole state comes back when \
         they work",
        "What does the system's log say of that disk, and is it a network file system?";
    /// A newer version of airlock has changed this ledger.
    LedgerTooNew = "ledger_too_new", Failed,
        "use the newer airlock that has changed this instance",
        "Which versions of airlock are on that machine (`airlock --version`)?";
    /// A change of the ledger was cut off and waits to be undone.
    LedgerUnfinished = "ledger_unfinished", Failed,
        "run the command again; a command that changes the instance, run by its owner, undoes the \
         rest",
        "Was the machine switched off or a command killed, and as which user does this one run?";
    /// The file is no ledger of an instance.
    LedgerUnreadable = "ledger_unreadable", Failed,
        "restore ledger.sqlite from a backup",
        "What does `file ledger.sqlite` print, and how large is the file?";
    /// The letterhead cannot be understood: a key of its file, or its logo, is wrong.
    LetterheadUnreadable = "letterhead_unreadable", Failed,
        "a letterhead is `name = \"Example Software\"`, `contact = [\"licenses@example.com\"]` \
         with at most 4 lines, and `logo = \"logo.png\"`, a PNG beside it; only the name must be \
         there",
        "What stands on the line that the message names, and how large is the logo?";
    /// The license has ended: installing it changes nothing.
    LicenseEnded = "license_ended", Refused,
        "`airlock desk renew ID` makes the next one; a customer asks for it with `airlock request \
         new`",
        "Has the renewal been ordered, and was it installed (`airlock license list`)?";
    /// A later license of the subscription has taken the place of this one.
    LicenseReplaced = "license_replaced", Refused,
        "install the later one; `airlock desk resend ID` sends it again",
        "Which license does `airlock license list` show on the instance?";
    /// A license that the ledger keeps does not verify any more, and the answer depends on it.
    LicenseUnverified = "license_unverified", Failed,
        "install its file once more, which mends the ledger's copy: `airlock license install FILE \
         --trust root.pub`; or restore ledger.sqlite from a backup; one that is installed and not \
         wanted any more is taken out by `airlock license remove ID`",
        "What does `airlock license list --removed` print, and was the ledger edited or damaged?";
    /// An amount of money is larger than is counted here, or in two currencies.
    MoneyOverflow = "money_overflow", Failed,
        "look at the prices and the seats: a price is that of one seat for twelve months, and all \
         are in one currency",
        "Which prices and how many seats were given?";
    /// The removed license was never in force here: its rules have not allowed it yet.
    NeverInForce = "never_in_force", Refused,
        "`airlock license export ID --out FILE` writes its file; then `airlock license install \
         FILE --users N` installs it, where its rules allow that",
        "What do `airlock instance log` and `airlock license list --removed` print?";
    /// No desk is in this folder.
    NoDesk = "no_desk", Failed,
        "give the desk's folder with `--desk DIR`, or set AIRLOCK_DESK; `airlock desk init DIR` \
         makes a new one",
        "Where was the desk made, and what does `ls -la` print for that folder?";
    /// No figure is held of the days that were to be taken out; nothing was changed.
    NoFigure = "no_figure", Refused,
        "look at the days: `--from` is the first that goes, `--until` the first that stays",
        "Which days does the message name, and what does `airlock instance log` print?";
    /// No instance is in this folder.
    NoInstance = "no_instance", Failed,
        "give the instance's folder with `--instance DIR`; only for a new instance, with a key of \
         its own: `airlock instance init DIR --trust root.pub` makes a new one",
        "Where was the instance made, and what does `ls -la` print for that folder?";
    /// No license is installed that this command could use.
    NoLicense = "no_license", Failed,
        "install one with `airlock license install FILE`",
        "What does `airlock license list` print?";
    /// The ledger has no figure that the report before had not: a report would say nothing new.
    NoNewFigure = "no_new_figure", Refused,
        "read the usage in first: `airlock usage import FILE`; or send a report all the same with \
         `--anyway`; where the report before was lost on its way, `airlock usage report --again N` \
         writes it once more",
        "When was the instance's usage read in last (`airlock instance log`), and does GitLab \
         still count?";
    /// The ledger does not hold the file of the report that is asked for once more.
    NoReport = "no_report", Refused,
        "`airlock usage log` lists the reports that are held; one that came to the desk is \
         given back there by `airlock desk resend`",
        "What does `airlock usage log` print, and was the instance's folder restored or made anew?";
    /// No root key is trusted, so that no license can be checked.
    NoRoots = "no_roots", Failed,
        "give the vendor's root with `--trust root.pub`; `airlock license install FILE --trust \
         root.pub` also keeps it",
        "Which fingerprint does `airlock key show root.pub` print?";
    /// A change that needs a yes got none; nothing was changed.
    NotConfirmed = "not_confirmed", Failed,
        "run it in a terminal and answer y, or give `--yes`",
        "Was the command run in a terminal, or from a script?";
    /// The file is no picture that can be scanned.
    NotPicture = "not_picture", Failed,
        "give a photograph or a scan as JPEG or PNG: phones, scanners and viewers can be set to it",
        "Which program or device made the picture?";
    /// The command line is wrong: an option, a value, or two that do not go together.
    Options = "options", Failed,
        "write it as the message says that it was expected; `airlock COMMAND --help` shows every \
         option with what it takes",
        "What is the whole command line, without passphrases?";
    /// A cell or a row of the orders is not what is expected there.
    OrdersCell = "orders_cell", Refused,
        "correct the row that is named, in the table that the orders come from, and give the file \
         again: nothing was made of it",
        "What stands in the row that is named, and which program wrote the file?";
    /// The template of the orders cannot be understood.
    OrdersTemplate = "orders_template", Failed,
        "write one `COLUMN = \"VALUE\"` a line, with the names of the columns that `airlock desk \
         batch --help` describes",
        "What does `cat` print for the template?";
    /// The file is no table of orders.
    OrdersUnreadable = "orders_unreadable", Failed,
        "save the table as CSV UTF-8: the names of the columns in the first row, then a row for \
         each order",
        "Which program wrote the file, and as which of its formats was it saved?";
    /// Who reads the output closed it before the end.
    OutputClosed = "output_closed", Failed,
        "let the program that reads the output read all of it, or write to a file",
        "Into which program is the output piped?";
    /// A folder stands where the file was to be written.
    OutputDirectory = "output_directory", Failed,
        "add the file's name",
        "Which path was given to --out?";
    /// A file of this name is there already.
    OutputExists = "output_exists", Failed,
        "`--force` replaces it",
        "Is the file that is there still needed?";
    /// The folder to write in is not there.
    OutputParent = "output_parent", Failed,
        "make the folder first, with `mkdir -p`",
        "Which path was given, and in which folder was the command run?";
    /// The file holds a private key or a ledger, and is never written over.
    OutputProtected = "output_protected", Failed,
        "give the output another name: what is there is never replaced, not even with `--force`; \
         `ls -lL` shows which file the name leads to",
        "Which path was given, and is it a link? Never ask for the file itself.";
    /// The output cannot be written.
    OutputUnwritable = "output_unwritable", Failed,
        "write to a folder of your own on a disk of this machine; `ls -ld DIR` shows who may",
        "As which user was the command run, and where does its output go?";
    /// The passphrase is empty.
    PassphraseEmpty = "passphrase_empty", Failed,
        "put the passphrase on the first line of the file",
        "How was the passphrase file made? Never ask for the passphrase itself.";
    /// The two passphrases that were typed differ.
    PassphraseMismatch = "passphrase_mismatch", Failed,
        "run the command again, and type the same passphrase twice",
        "Is the keyboard layout the one that is expected?";
    /// The key is encrypted, and there is no way to get its passphrase.
    PassphraseMissing = "passphrase_missing", Failed,
        "give the file that holds it with `--passphrase-file FILE`",
        "Does the command run in a terminal, or from cron or a service?";
    /// The passphrase does not open the key.
    PassphraseWrong = "passphrase_wrong", Failed,
        "type the passphrase again; if the passphrase is right, the key file is damaged: use its \
         backup",
        "Which key file is it, and does `airlock key show` open its backup?";
    /// The picture is cut or damaged.
    PictureDamaged = "picture_damaged", Failed,
        "copy it anew from the camera or scanner, or take it again",
        "How did the picture come from the camera or scanner to this machine?";
    /// The picture has too many pixels, or takes too much memory.
    PictureLarge = "picture_large", Failed,
        "save it at half its width and height, as JPEG or PNG of 8 bits a colour",
        "How many pixels has the picture, and which device made it?";
    /// A value of the policy that was to be set is unknown or not allowed.
    PolicySetting = "policy_setting", Failed,
        "the message names the keys that can be set; write `--set KEY=VALUE`, as in \
         `--set tolerance_percent=5`",
        "Which --set options were given?";
    /// The policy is unknown, or its file cannot be understood.
    PolicyUnreadable = "policy_unreadable", Failed,
        "a policy file needs `name`, `version` and the keys under `--set` in `airlock license \
         issue --help`; compare it with one that works",
        "Which policy was given, and what does its file say?";
    /// The list of prices cannot be understood: a key, a price, a day or a currency is wrong.
    PricesUnreadable = "prices_unreadable", Failed,
        "a price is text, `price = \"228.00\"`, for one seat and twelve months, and a currency is \
         a code of ISO 4217; docs/DESK.md shows a list",
        "What stands on the line that the message names?";
    /// A QR code could not be drawn.
    QrFailed = "qr_failed", Failed,
        "carry the file as text instead: `airlock text FILE --out NEW`",
        "What does `airlock show FILE` print, and which version is it (`airlock --version`)?";
    /// The system gave no random bytes.
    RandomUnavailable = "random_unavailable", Failed,
        "wait until the system has started fully, then run the command again",
        "Which system is it, and is it a container without getrandom?";
    /// A receipt names a report of this instance otherwise than the ledger has it: by another id,
    /// or with another number, day, license or key.
    ReceiptConflict = "receipt_conflict", Refused,
        "compare `airlock usage log` with the receipt (`airlock show FILE --trust root.pub`), and \
         send both to the vendor: the folder may have been restored from a backup, or copied; \
         where two go on with this key, go on in the one whose report was taken, and remove \
         the other",
        "Which report do the receipt and `airlock usage log` name under that number, and was the \
         folder ever restored or copied?";
    /// A receipt says that a report was received before its last day was over, or on a day to come.
    ReceiptDay = "receipt_day", Failed,
        "give the day on which the report came in, with `--received YYYY-MM-DD`",
        "On which day did the report come in, and what is its last day?";
    /// The ledger has a later receipt for the same report.
    ReceiptOlder = "receipt_older", Refused,
        "nothing is left to do: the later receipt goes on to count; `airlock usage log` shows it",
        "When were the two receipts issued?";
    /// What is owed is not known, so that no receipt can say it.
    ReceiptOpen = "receipt_open", Refused,
        "give what is missing, a report or a license of the term: `airlock desk receive FILE`, or \
         with `airlock receipt issue` the options `--earlier FILE` and `--license FILE`; where a \
         number was agreed, `--seats-owed N`; else `--came-of in_review`",
        "Which reports and licenses of the subscription has the desk, and was a number agreed?";
    /// A receipt is for a report of another instance.
    ReceiptOther = "receipt_other", Refused,
        "give it to the instance whose key it names; `airlock instance log` names this one's",
        "For which of the customer's instances is the receipt?";
    /// The seats owed, and what came of them, do not fit.
    ReceiptOutcome = "receipt_outcome", Failed,
        "where seats are owed, `--came-of` is billed, joins_renewal, waived or paid; where none \
         are, nothing_owed; in_review goes without a number",
        "Is anything owed, and what was agreed about it?";
    /// A receipt is for a report that the ledger does not know, signed by this instance's key.
    ReceiptUnknownReport = "receipt_unknown_report", Refused,
        "if the folder was restored from a backup, `airlock instance recover --after RECEIPT` goes \
         on behind that report; if not, another folder has the same key: find it",
        "Was the instance's folder restored or copied, and which reports does `airlock usage log` \
         list?";
    /// A receipt is filed whose file was perhaps never written, and another answer was typed.
    ReceiptWaiting = "receipt_waiting", Refused,
        "the same command without `--seats-owed` and `--came-of` writes the one that waits; a \
         later one takes its place: name the report by its id, and the answer again",
        "Which answer was the customer to get, and was the first receipt handed out?";
    /// Another desk is writing into the registry, and did not end in time.
    RegistryBusy = "registry_busy", Failed,
        "run the command again: nothing was changed",
        "How many people work with the registry, and is a large import running?";
    /// The certificate of the registry's server is not one that is trusted.
    RegistryCertificate = "registry_certificate", Failed,
        "name the file with the server's authority in the URL (`?sslrootcert=FILE`), and the host \
         as its certificate names it",
        "Who issued the server's certificate, for which host, and when does it end?";
    /// Another desk has changed this subscription or customer meanwhile.
    RegistryConflict = "registry_conflict", Refused,
        "look at what was done there, then run the command again if it is still right",
        "Who else worked on this customer at that time?";
    /// The registry holds something that airlock has not written.
    RegistryDamaged = "registry_damaged", Failed,
        "copy the registry as it is, then go on from the last backup; `airlock desk registry \
         verify` names what was changed",
        "Who can write into the database, and was it restored or edited by hand?";
    /// The registry's server does not let this user in, or not do this.
    RegistryDenied = "registry_denied", Failed,
        "ask whoever runs the server for the right user, password and rights; the password \
         may stand in the variable PGPASSWORD",
        "Which user and database does the URL name (without its password)?";
    /// There is a registry already.
    RegistryExists = "registry_exists", Failed,
        "use the one that is there, or name another place",
        "Which place was given, and who made the registry there?";
    /// The registry has these bytes already.
    RegistryHasDocument = "registry_has_document", Refused,
        "nothing is lost: the file was filed before",
        "When was the file received or issued before?";
    /// The disk of the registry failed.
    RegistryIo = "registry_io", Failed,
        "look at the system's log; copy the registry to a disk that works",
        "What does `dmesg` print, and on which file system is the registry?";
    /// The connection to the registry's server broke.
    RegistryLost = "registry_lost", Failed,
        "run the command again: a change is made whole or not at all, and is not made twice",
        "Was the server restarted, and does the network there drop connections?";
    /// There is no registry.
    RegistryMissing = "registry_missing", Failed,
        "name the registry that is there, or make a desk with its registry: `airlock desk init \
         DIR`",
        "Which place was given, and is its disk mounted?";
    /// The customer is not in the registry.
    RegistryNoCustomer = "registry_no_customer", Failed,
        "enter the customer first: `airlock desk enter`",
        "Which customer was meant, and what finds it?";
    /// The customer has no such document in the registry.
    RegistryNoDocument = "registry_no_document", Failed,
        "look for the file first, and where it is not there receive it: `airlock desk receive \
         FILE`",
        "Which file was meant, and whose is it?";
    /// The registry that was to be filled is not empty.
    RegistryNotEmpty = "registry_not_empty", Failed,
        "import into a new registry",
        "What does the registry hold, and is it in use?";
    /// A newer version of airlock made the registry.
    RegistryTooNew = "registry_too_new", Failed,
        "install the newer version of airlock here too",
        "Which versions of airlock do the desks run (`airlock --version`)?";
    /// The registry's server does not answer.
    RegistryUnreachable = "registry_unreachable", Failed,
        "look whether the server runs, and whether host and port are right",
        "Does `psql` with the same URL connect from that machine?";
    /// What is there is no registry, or cannot be read.
    RegistryUnreadable = "registry_unreadable", Failed,
        "name the registry's own file or database",
        "Which place was given, and which program made what is there?";
    /// The registry cannot be written.
    RegistryUnwritable = "registry_unwritable", Failed,
        "give yourself the right to write the file and its folder, on a disk that can be written",
        "What does `ls -ld` print for the registry and its folder?";
    /// The registry's place is not one that can be understood.
    RegistryUrl = "registry_url", Failed,
        "give the path of a file, or `postgres://USER@HOST/DATABASE?sslrootcert=FILE`",
        "Which place was given (without its password)?";
    /// The ledger was restored or made anew, and whether a report has left since is not known.
    ReportAfterRestore = "report_after_restore", Refused,
        "ask the vendor for the last report that it has: `airlock instance recover --after REPORT` \
         goes on behind it, as does a receipt for a report that the ledger lacks; if none has left \
         since, `airlock instance recover --none-since`",
        "Of which day is the backup, and which report of this instance came last?";
    /// The ledger has another report of this number: it was restored from a backup, or copied, and
    /// went on.
    ReportConflict = "report_conflict", Failed,
        "tell the vendor that this number was used twice, and give both reports; where two folders \
         go on with this key, go on in the one whose report was taken, and remove the other: \
         each gives the next number too; alone, this one goes on after the ledger's last",
        "When was the instance's folder restored or copied, and which reports were made since?";
    /// No whole day of the term is over, so that there is nothing to report.
    ReportTooEarly = "report_too_early", Failed,
        "wait until a whole day of the term is over; days end at midnight UTC",
        "What do `date -u` and `airlock license list` print?";
    /// A report that waited was written, and days since are still to be reported: the folder is not
    /// retired yet.
    ReportWaited = "report_waited", Failed,
        "run the same command once more, with another name for the report of the days since: \
         `--report FILE`",
        "Which report was written last (`airlock usage log`), and which days does it cover?";
    /// A file of the desk's rules cannot be understood: a job, a key or a value is wrong or
    /// missing.
    RulesUnreadable = "rules_unreadable", Failed,
        "mend the line that the message names; `airlock desk rules --check FILE` reads it again",
        "Which file was given, and what stands on the line that the message names?";
    /// A root was to certify its own key.
    SameKey = "same_key", Failed,
        "make an issuing key with `airlock key new --out desk`",
        "Which two key files were given?";
    /// The seal was changed or cut, or is another file.
    SealDamaged = "seal_damaged", Failed,
        "take the seal from where it was kept when it was made",
        "Where was the seal kept, and through which programs did it go?";
    /// Another key than the expected one has signed the seal.
    SealOther = "seal_other", Refused,
        "give the public key of the desk that made the seal; if it is right, somebody else sealed",
        "Which key signed the seals that were kept before?";
    /// A private key of this name is there, and is never replaced.
    SecretExists = "secret_exists", Failed,
        "choose another name, or move the old key away",
        "Is the key that is there still used?";
    /// The key could not sign.
    Signer = "signer", Failed,
        "run the command again; if it fails again, look whether the key's file is whole with \
         `airlock key show FILE`",
        "What does `airlock key show FILE` print for that key?";
    /// Codes are to be shown one after the other, and no terminal with keys could be opened.
    TerminalSeveral = "terminal_several", Failed,
        "`--part 1` draws the first, and so on; or print them all with `airlock sheet`",
        "How large is the file (`airlock show FILE`)?";
    /// The window is too small for the code.
    TerminalSmall = "terminal_small", Failed,
        "make the window larger or its letters smaller; or write a picture with `--png`, or a \
         page with `airlock sheet`",
        "How many columns and lines has the window (`stty size`)?";
    /// The table of customer types cannot be understood: a key, a value or a row is wrong or
    /// missing.
    TypesUnreadable = "types_unreadable", Failed,
        "compare the file with the shipped table, row by row",
        "Which file was given, and what stands on the line that the message names?";
    /// No code has this name.
    UnknownCode = "unknown_code", Failed,
        "give the code that stands in brackets after the message; `airlock explain` lists all",
        "What is the whole message, with the code in brackets?";
    /// A thread of the command ended before its part was done.
    WorkerDied = "worker_died", Failed,
        "run the command again; where it ends so once more, with fewer files at once",
        "What does `free -m` print on that machine, and which version is it (`airlock --version`)?";
}
