//! Every limit of the formats, with its reason. Each is checked before memory is taken.

/// Bytes of a file. Twenty times a license with every claim at its limit, and about a hundred QR
/// codes: more than anybody carries by hand.
pub const FILE_BYTES: usize = 65_536;

/// Bytes of text that a repairing reader looks through: one file in Base32 with its check
/// characters takes 1.8 times its bytes, and a mail has other text around it.
pub const TEXT_BYTES: usize = 1_048_576;

/// Blocks of a pouch. The text that holds them has room for about twice as many of the smallest
/// requests; with a license for each, a round of a thousand instances fits one mail.
pub const POUCH_BLOCKS: usize = 1_024;

/// Documents in one file: a principal and the riders before it.
pub const DOCUMENTS: usize = 16;

/// Bytes of one payload. A license with every list full stays under it.
pub const PAYLOAD_BYTES: usize = 32_768;

/// Containers within each other in a payload. The deepest of ours has four: map, list, item, list.
pub const DEPTH: usize = 6;

/// Claims that a reader does not know, kept in one map.
pub const UNKNOWN_CLAIMS: usize = 16;

/// Bytes of an unknown claim's value: a later version may add an id, a date or a short text, not a
/// hiding place.
pub const UNKNOWN_BYTES: usize = 64;

/// Bytes of a person's, a company's or a subscription's name, in UTF-8. The longest registered
/// company names are about 160 letters.
pub const NAME_BYTES: usize = 200;

/// Bytes of a mail address: RFC 5321 section 4.5.3.1.3 allows a path of 256 with its brackets.
pub const EMAIL_BYTES: usize = 254;

/// Bytes of an identifier that another system has given (subscription, purchase, restriction,
/// policy, product).
pub const IDENTIFIER_BYTES: usize = 64;

/// Seats and users. A step of the daily series that does not fit is written in 24 bits.
pub const USERS: u32 = 0xFF_FFFF;

/// The last day that can be written: 9999-12-31, the end of four-digit years.
pub const LAST_DAY: u32 = 2_932_896;

/// Instances that a license may name: production, disaster recovery, staging, and one to move to.
pub const INSTANCES: usize = 4;

/// Report keys of a license besides that of the billed instance: a spare, a standby and a staging
/// instance.
pub const FURTHER_REPORT_KEYS: usize = 3;

/// Rules of a license: one bit each in the C library's verdict.
pub const RULES: usize = 64;

/// Conditions of a rule. The richest that we compile has three.
pub const CONDITIONS: usize = 8;

/// Add-on products of a license, and add-ons of the old kind.
pub const ADD_ONS: usize = 32;

/// Flags of a license.
pub const FLAGS: usize = 32;

/// Plans or kinds that an issuer document lists.
pub const ISSUER_LIST: usize = 16;

/// Days of a usage report: ten years without a receipt.
pub const SERIES_DAYS: usize = 3_660;

/// Days of a license's term. A perpetual license is written as a century.
pub const TERM_DAYS: u32 = 36_525;

/// Days between the issue of a license and its first day: renewals are sent a quarter ahead. With
/// the issuing key's last day it bounds what a stolen, retired key can do.
pub const START_AFTER_ISSUE_DAYS: u32 = 90;
