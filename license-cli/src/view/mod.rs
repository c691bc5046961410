//! What a person or a program is shown.

pub(crate) mod answer;
