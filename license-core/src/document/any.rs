//! The claims of any kind, for looking at only.

use crate::cbor;
use crate::document::claims::{self, Claims};
use crate::document::issuer::Issuer;
use crate::document::kinds::{HasKind, Kind, kinds};
use crate::document::license::License;
use crate::document::receipt::Receipt;
use crate::document::request::Request;
use crate::document::shown::Claim;
use crate::document::usage::Usage;
use crate::error::Error;

macro_rules! define_unverified {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $number:literal, $word:literal, $signed_by:ident,
        $place:ident $(($order:literal))? $(=> $claims:ident)?;
    )+) => {
        /// The claims of a document whose signature was not checked.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Unverified {
            $($(
                #[doc = concat!("The claims of kind ", $word, ".")]
                $variant(Box<$claims>),
            )?)+
            /// A kind that this version does not read.
            Other,
        }

        impl Unverified {
            /// Decodes and checks the claims of a payload of this kind.
            pub(crate) fn read(kind: Kind, payload: &[u8]) -> Result<Self, Error> {
                $($(
                    if kind == Kind::$variant {
                        let claims: $claims = claims::read(payload)?;
                        return Ok(Self::$variant(Box::new(claims)));
                    }
                )?)+
                Ok(Self::Other)
            }

            fn claims(&self) -> Option<&dyn AnyClaims> {
                match self {
                    $($(Self::$variant(claims) => Some(of::<$claims>(claims)),)?)+
                    Self::Other => None,
                }
            }
        }

        $($(
            impl HasKind for $claims {
                const KIND: Kind = Kind::$variant;
            }
        )?)+
    };
}

kinds!(define_unverified);

/// What can be asked of claims whatever their kind.
trait AnyClaims {
    fn encode(&self) -> Vec<u8>;
    fn unknown(&self) -> Option<String>;
    fn shown(&self) -> Vec<Claim>;
    fn at_a_glance(&self) -> Vec<Claim>;
}

fn of<T: Claims>(claims: &T) -> &dyn AnyClaims {
    claims
}

impl<T: Claims> AnyClaims for T {
    fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    fn unknown(&self) -> Option<String> {
        cbor::Value::unknown(self)
    }

    fn shown(&self) -> Vec<Claim> {
        Claims::shown(self)
    }

    fn at_a_glance(&self) -> Vec<Claim> {
        let shown = Claims::shown(self);
        let find = |name| shown.iter().find(|claim| claim.name() == name).cloned();
        T::AT_A_GLANCE.iter().copied().filter_map(find).collect()
    }
}

impl Unverified {
    /// Returns every claim but rules and series; none of a kind that this version does not read.
    #[must_use]
    pub fn shown(&self) -> Vec<Claim> {
        self.claims().map(AnyClaims::shown).unwrap_or_default()
    }

    /// Returns what most readers look for first.
    #[must_use]
    pub fn at_a_glance(&self) -> Vec<Claim> {
        self.claims().map(AnyClaims::at_a_glance).unwrap_or_default()
    }

    /// Returns the claims encoded anew, or `None` for a kind that this version does not read.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        self.claims().map(AnyClaims::encode)
    }

    /// Returns what in the claims this version does not know, the first of it.
    pub(crate) fn unknown(&self) -> Option<String> {
        self.claims().and_then(AnyClaims::unknown)
    }
}
