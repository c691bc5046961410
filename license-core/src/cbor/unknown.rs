//! Claims that this version does not know.

use minicbor::Decoder;
use minicbor::data::Type;

use crate::cbor::read::{bytes, over, read, text, too_many};
use crate::error::{Code, Error};
use crate::limits;
use crate::visible::check_text;

/// A claim with an odd key that this version does not know: kept, shown, and without effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownValue {
    /// An integer.
    Integer(i128),
    /// A text of at most 64 bytes.
    Text(String),
    /// A byte string of at most 64 bytes.
    Bytes(Vec<u8>),
}

/// The claims of one map that this version does not know, by rising key; every key is odd.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknown(Vec<(u64, UnknownValue)>);

impl std::ops::Deref for Unknown {
    type Target = [(u64, UnknownValue)];
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Unknown {
    /// Reads the value of a key that the map's own table does not have.
    ///
    /// # Errors
    /// [`Code::TooNew`] for an even key; [`Code::OverLimit`] for one claim or one byte too many.
    pub(crate) fn read(&mut self, key: u64, source: &mut Decoder<'_>) -> Result<(), Error> {
        if key.is_multiple_of(2) {
            return Err(Error::new(
                Code::TooNew,
                format!("claim {key} is not known here and may not be ignored"),
            ));
        }
        if self.0.len() == limits::UNKNOWN_CLAIMS {
            return Err(too_many(self.0.len() as u64 + 1, limits::UNKNOWN_CLAIMS));
        }
        let value = unknown_value(source)
            .map_err(|error| error.within(format_args!("claim {key} (not known here)")))?;
        self.0.push((key, value));
        Ok(())
    }
}

fn unknown_value(source: &mut Decoder<'_>) -> Result<UnknownValue, Error> {
    let short = |length: usize| {
        if length > limits::UNKNOWN_BYTES {
            Err(over(length as u64, limits::UNKNOWN_BYTES as u64, "bytes"))
        } else {
            Ok(())
        }
    };
    match source.datatype() {
        Ok(Type::String) => {
            let text = text(source)?;
            short(text.len())?;
            check_text(text)?;
            Ok(UnknownValue::Text(text.to_owned()))
        }
        Ok(Type::Bytes) => {
            let bytes = bytes(source)?;
            short(bytes.len())?;
            Ok(UnknownValue::Bytes(bytes.to_owned()))
        }
        _ => read(source, "an integer, text or bytes", Decoder::int)
            .map(|int| UnknownValue::Integer(i128::from(int))),
    }
}
