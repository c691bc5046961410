//! Tables of numbers that have names, and that a later version may add to.
//!
//! Each table is a closed enum: its names, and `Other` for every number without one. A match on it
//! lists the names, so that a name that is added shows every place that must think of it.

use std::marker::PhantomData;

/// A number of the table `T` that has no name in this version.
///
/// Only its table makes one, so that no number of a name can stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Other<T>(u16, PhantomData<T>);

impl<T> Other<T> {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether a reader of this version may not pass over the number: it is even.
    #[must_use]
    pub const fn is_too_new(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

/// An enum that the macro `codes` has made.
pub(crate) trait Table: Copy {
    /// What the table lists, in words.
    const WHAT: &'static str;
    /// The code with this number, where it has a name.
    fn named(number: u16) -> Option<Self>;
    /// The code with this number that has no name.
    fn unnamed(other: Other<Self>) -> Self;
    /// The number that is signed.
    fn number(self) -> u16;
    /// The name, where this version has one.
    fn name(self) -> Option<&'static str>;
}

/// Returns the code with this number, named or not.
pub(crate) fn from_number<T: Table>(number: u16) -> T {
    T::named(number).unwrap_or_else(|| T::unnamed(Other(number, PhantomData)))
}

/// Defines a table, with the word for what it lists: each line has a name in code, the number that
/// is signed, and the name in text.
/// A table may have one column more, whose value a method of that name returns.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $name:ident, $what:literal [
            $(#[$about:meta])* $see:vis $column:ident: $type:ty, else $default:expr
        ]:
        $($(#[$doc:meta])* $variant:ident = $number:literal, $text:literal, $value:expr;)+
    ) => {
        $crate::codes::codes! {
            $(#[$meta])*
            $name, $what:
            $($(#[$doc])* $variant = $number, $text;)+
        }

        impl $name {
            $(#[$about])*
            #[must_use]
            $see const fn $column(self) -> $type {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Other(_) => $default,
                }
            }
        }
    };
    (
        $(#[$meta:meta])*
        $name:ident, $what:literal:
        $($(#[$doc:meta])* $variant:ident = $number:literal, $text:literal;)+
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// One that has no name in this version.
            Other($crate::codes::Other<Self>),
        }

        impl $name {
            /// Every code that has a name here, in rising order.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the name, or `None` for a code that a later version has added.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($text),)+
                    Self::Other(_) => None,
                }
            }

            /// Returns the code with this name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }

            /// Returns the code with this number, named here or not.
            #[must_use]
            pub fn from_number(number: u16) -> Self {
                $crate::codes::from_number(number)
            }

            /// Returns the number that is signed.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Other(other) => other.number(),
                }
            }

            /// Returns whether this version has a name for the code.
            #[must_use]
            pub const fn is_known(self) -> bool {
                if let Self::Other(_) = self { false } else { true }
            }

            /// Returns whether a reader of this version may not ignore the code: it has no name
            /// here and is even.
            #[must_use]
            pub const fn is_too_new(self) -> bool {
                if let Self::Other(other) = self { other.is_too_new() } else { false }
            }
        }

        impl $crate::codes::Table for $name {
            const WHAT: &'static str = $what;
            fn named(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }
            fn unnamed(other: $crate::codes::Other<Self>) -> Self {
                Self::Other(other)
            }
            fn number(self) -> u16 {
                self.number()
            }
            fn name(self) -> Option<&'static str> {
                self.name()
            }
        }

        /// By number, as sets are sorted.
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.number().cmp(&other.number())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        /// The name, or the number where a later version has added it.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => write!(f, "#{}", self.number()),
                }
            }
        }
    };
}
pub(crate) use codes;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro defines public enums")]
mod tests {
    codes! {
        /// A table for these tests.
        Sample, "sample" [
            /// Its column.
            pub weight: u8, else 0
        ]:
        /// The first.
        First = 1, "first", 5;
        /// The fourth.
        Fourth = 4, "fourth", 7;
    }

    #[test]
    fn a_number_with_a_name_is_never_another() {
        for number in 0..=u16::MAX {
            let code = Sample::from_number(number);
            assert_eq!(code.number(), number);
            assert_eq!(code.is_known(), [1, 4].contains(&number), "{number}");
        }
    }

    #[test]
    fn codes_are_sorted_by_number() {
        let mut codes: Vec<Sample> = [9, 2].into_iter().map(Sample::from_number).collect();
        codes.extend(Sample::KNOWN);
        codes.sort();
        assert_eq!(codes.iter().map(|code| code.number()).collect::<Vec<_>>(), [1, 2, 4, 9]);
    }

    #[test]
    fn names_columns_and_parity_follow_the_table() {
        let other = Sample::from_number;
        assert_eq!((Sample::Fourth.weight(), other(4).weight(), other(6).weight()), (7, 7, 0));
        assert_eq!((Sample::parse("fourth"), Sample::parse("#2")), (Some(Sample::Fourth), None));
        assert_eq!((other(4).to_string(), other(6).to_string()), ("fourth".into(), "#6".into()));
        assert_eq!((other(4).is_too_new(), other(6).is_too_new()), (false, true));
        assert!(!other(7).is_too_new());
    }
}
