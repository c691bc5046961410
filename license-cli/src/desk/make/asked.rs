//! The requests that a license answers.

use license_core::document::Request;
use license_core::verify::SelfSigned;

use crate::desk::order::Requests;

/// A request that is answered.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) request: SelfSigned<Request>,
    pub(crate) file: Vec<u8>,
}

impl Asked {
    /// The requests, the billed instance's first; `None` where there are none.
    pub(crate) fn requests(asked: &[Self]) -> Option<Requests> {
        let (billed, further) = asked.split_first()?;
        let further = further.iter().map(|asked| (*asked.request).clone()).collect();
        Some(Requests { billed: (*billed.request).clone(), further })
    }
}
