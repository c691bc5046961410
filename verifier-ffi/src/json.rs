//! JSON as text.
//!
//! serde_json's own printing knows floats, which no answer of ours has: their tables and code are 4
//! KB of the library.

use serde_json::Value;

/// Returns the value as JSON without spaces.
pub(crate) fn text(value: &Value) -> String {
    let mut text = String::new();
    put(value, &mut text);
    text
}

fn put(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&integer(number)),
        Value::String(string) => put_string(string, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                text.push(if index == 0 { '[' } else { ',' });
                put(item, text);
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Object(members) => {
            for (index, (name, value)) in members.iter().enumerate() {
                text.push(if index == 0 { '{' } else { ',' });
                put_string(name, text);
                text.push(':');
                put(value, text);
            }
            text.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

/// Returns an integer's digits; a float, which no answer has, is null.
fn integer(number: &serde_json::Number) -> String {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) => number.to_string(),
        (None, Some(number)) => number.to_string(),
        (None, None) => "null".to_owned(),
    }
}

/// Writes a string with the escapes that RFC 8259 section 7 asks for.
fn put_string(string: &str, text: &mut String) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\0'..='\u{1f}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn prints_as_serde_json() {
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!([[], {}, [1, [2, "x"]], {"a": {"b": [null]}}]),
            json!({"yes": true, "no": false, "least": i64::MIN, "most": u64::MAX, "zero": 0}),
            json!({"quote \" and \\": "Søren \u{1F6A2} / \u{7f}\u{10}\u{1f}"}),
        ] {
            assert_eq!(text(&value), value.to_string());
        }
        assert_eq!(
            serde_json::from_str::<Value>(&text(&json!("\n\t\0"))).unwrap(),
            json!("\n\t\0")
        );
    }
}
