//! Holds bodies against the served OpenAPI document: names, their order, types, formats.
//!
//! Strict where a general validator is not: a property that the schema does not name is wrong, and
//! so is one out of order. So a mistake in the splicing of a body is seen.

use serde_json::Value;

/// Checks `value` against the schema at `schema`; `place` is a JSON pointer for the report.
pub(crate) fn check(
    document: &Value,
    schema: &Value,
    value: &Value,
    place: &str,
) -> Result<(), String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|it| document.pointer(it));
        let target = target.ok_or_else(|| format!("{reference} refers to nothing"))?;
        return check(document, target, value, place);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(parts)) = schema.get(key) {
            let problems = parts.iter().map(|part| check(document, part, value, place).err());
            let problems: Option<Vec<String>> = problems.collect();
            if let Some(problems) = problems {
                return Err(format!("{place} fits nothing: {}", problems.join(" | ")));
            }
        }
    }
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        parts.iter().try_for_each(|part| check(document, part, value, place))?;
    }
    check_type(schema, value, place)?;
    match value {
        Value::Object(_) => check_object(document, schema, value, place),
        Value::Array(items) => match schema.get("items") {
            Some(of) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, it)| check(document, of, it, &format!("{place}/{index}"))),
            None => Ok(()),
        },
        Value::String(text) => check_format(schema, text, place),
        _ => Ok(()),
    }
}

fn check_type(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(Value::Array(values)) = schema.get("enum")
        && !values.contains(value)
    {
        return Err(format!("{place} is {value}, which is none of {values:?}"));
    }
    if let Some(constant) = schema.get("const")
        && constant != value
    {
        return Err(format!("{place} is {value}, not {constant}"));
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    let fits = |name: &&str| match (*name, value) {
        ("null", Value::Null)
        | ("boolean", Value::Bool(_))
        | ("number", Value::Number(_))
        | ("string", Value::String(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_)) => true,
        ("integer", Value::Number(number)) => number.is_i64() || number.is_u64(),
        _ => false,
    };
    if types.iter().any(fits) { Ok(()) } else { Err(format!("{place} is {value}, not {types:?}")) }
}

fn check_object(
    document: &Value,
    schema: &Value,
    value: &Value,
    place: &str,
) -> Result<(), String> {
    let empty = serde_json::Map::new();
    let object = value.as_object().unwrap_or(&empty);
    let properties = schema.get("properties").and_then(Value::as_object);
    let others = schema.get("additionalProperties");
    if let Some(Value::Array(required)) = schema.get("required") {
        for name in required.iter().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                return Err(format!("{place} lacks {name}"));
            }
        }
    }
    let mut last = None;
    for (name, inner) in object {
        let place = format!("{place}/{name}");
        let known = properties.and_then(|it| {
            let at = it.keys().position(|key| key == name)?;
            Some((at, it.get(name)?))
        });
        match (known, others) {
            (Some((at, of)), _) => {
                if last.is_some_and(|last| at < last) {
                    return Err(format!("{place} is out of order"));
                }
                last = Some(at);
                check(document, of, inner, &place)?;
            }
            (None, Some(of @ Value::Object(_))) => check(document, of, inner, &place)?,
            (None, Some(Value::Bool(true))) => {}
            (None, _) if properties.is_none() && schema.get("type").is_none() => {}
            (None, _) => return Err(format!("{place} is no property of the schema")),
        }
    }
    Ok(())
}

fn check_format(schema: &Value, text: &str, place: &str) -> Result<(), String> {
    let shape = match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        Some("date-time") => "0000-00-00T00:00:00Z",
        Some("date") => "0000-00-00",
        _ => return Ok(()),
    };
    let fits = |(wanted, got): (char, char)| match wanted {
        'x' => got.is_ascii_digit() || ('a'..='f').contains(&got),
        '0' => got.is_ascii_digit(),
        _ => got == wanted,
    };
    if text.len() == shape.len() && shape.chars().zip(text.chars()).all(fits) {
        Ok(())
    } else {
        Err(format!("{place} is {text:?}, which has not the form {shape}"))
    }
}

#[test]
fn tells_what_does_not_fit() {
    use serde_json::json;
    let document = json!({ "components": { "schemas": {
        "Room": {
            "type": "object",
            "properties": {
                "Id": { "type": "string", "format": "uuid" },
                "Name": { "type": ["string", "null"] },
                "Beds": { "type": "array", "items": { "type": "integer" } },
            },
            "required": ["Id", "Name", "Beds"],
        },
        "Maybe": { "anyOf": [{ "$ref": "#/components/schemas/Room" }, { "type": "null" }] },
    } } });
    let of = json!({ "$ref": "#/components/schemas/Maybe" });
    let id = "01a204e1-1a98-7000-a070-e26b1cbe0f80";
    let fits = |value: Value| check(&document, &of, &value, "");
    assert_eq!(fits(json!({ "Id": id, "Name": null, "Beds": [1, 2] })), Ok(()));
    assert_eq!(fits(json!(null)), Ok(()));
    for wrong in [
        json!({ "Id": id, "Name": null }),
        json!({ "Id": id, "Beds": [], "Name": null }),
        json!({ "Id": id, "Name": null, "Beds": [], "More": 1 }),
        json!({ "Id": id, "Name": 1, "Beds": [] }),
        json!({ "Id": id, "Name": null, "Beds": ["1"] }),
        json!({ "Id": id.to_uppercase(), "Name": null, "Beds": [] }),
        json!([]),
    ] {
        assert!(fits(wrong.clone()).is_err(), "{wrong}");
    }
}
