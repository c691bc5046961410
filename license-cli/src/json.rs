//! JSON of the core and of answers, each as the other.

use license_core::json::Json;
use serde_json::Value;

/// What the core says, as part of an answer.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(yes) => (*yes).into(),
        Json::Negative(number) => (*number).into(),
        Json::Number(number) => (*number).into(),
        Json::Text(text) => text.as_str().into(),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Object(members) => {
            members.iter().map(|(name, member)| (name.to_string(), value(member))).collect()
        }
    }
}

/// An answer as the core writes JSON. No answer of ours has a number with a fraction.
pub(crate) fn written(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(yes) => (*yes).into(),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => Json::Null,
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(written).collect(),
        Value::Object(members) => Json::Object(
            members.iter().map(|(name, member)| (name.clone().into(), written(member))).collect(),
        ),
    }
}
