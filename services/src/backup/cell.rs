//! One value, the same on both databases: a number, a text, bytes, or nothing.

use sea_orm::{QueryResult, Value};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::catalogue::Column;
use crate::Result;

/// What a column holds. A uuid is bytes: that is what SQLite keeps it as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Integer,
    Text,
    Bytes,
}

impl Kind {
    pub fn of_type(name: &str) -> Option<Self> {
        match name {
            "INTEGER" | "bigint" | "integer" | "smallint" => Some(Self::Integer),
            "TEXT" | "text" | "character varying" => Some(Self::Text),
            "BLOB" | "bytea" | "uuid" => Some(Self::Bytes),
            _ => None,
        }
    }
}

/// Written as a JSON number, a JSON text, hexadecimal digits, or null.
#[derive(Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_str(&hex(bytes)),
        }
    }
}

impl Cell {
    /// How a statement asks for the column, so that [`Self::read`] can read it.
    pub fn expression(column: &Column, postgres: bool) -> String {
        let name = format!("\"{}\"", column.name);
        match column.kind {
            Kind::Integer if postgres => format!("{name}::bigint"),
            Kind::Text if postgres => format!("{name}::text"),
            Kind::Bytes if column.uuid => format!("uuid_send({name})"),
            _ => name,
        }
    }

    pub fn read(row: &QueryResult, at: usize, kind: Kind) -> Result<Self> {
        Ok(match kind {
            Kind::Integer => row.try_get_by_index::<Option<i64>>(at)?.map_or(Self::Null, Self::Integer),
            Kind::Text => row.try_get_by_index::<Option<String>>(at)?.map_or(Self::Null, Self::Text),
            Kind::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(at)?.map_or(Self::Null, Self::Bytes),
        })
    }

    /// What JSON holds, as a value of this kind; nothing where it is another.
    pub fn parse(json: serde_json::Value, kind: Kind) -> Option<Self> {
        use serde_json::Value as Json;
        match (json, kind) {
            (Json::Null, _) => Some(Self::Null),
            (Json::Number(number), Kind::Integer) => number.as_i64().map(Self::Integer),
            (Json::String(text), Kind::Text) => Some(Self::Text(text)),
            (Json::String(text), Kind::Bytes) => unhex(&text).map(Self::Bytes),
            _ => None,
        }
    }

    /// What a statement binds; nothing where bytes are no uuid and have to be one.
    pub fn bound(self, column: &Column) -> Option<Value> {
        Some(match self {
            Self::Null => match column.kind {
                Kind::Integer => Value::BigInt(None),
                Kind::Text => Value::String(None),
                Kind::Bytes if column.uuid => Value::Uuid(None),
                Kind::Bytes => Value::Bytes(None),
            },
            Self::Integer(number) => number.into(),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) if column.uuid => Uuid::from_slice(&bytes).ok()?.into(),
            Self::Bytes(bytes) => bytes.into(),
        })
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |four: u8| char::from(DIGITS[usize::from(four & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some((digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?) as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_its_line() {
        let line = serde_json::to_string(&[
            Cell::Null,
            Cell::Integer(i64::MIN),
            Cell::Text("Zoë\n\"名\"".into()),
            Cell::Bytes(vec![0, 255, 16]),
        ]);
        let line = line.unwrap();
        assert!(!line.contains('\n') && line.contains("00ff10"), "{line}");
        let json: Vec<serde_json::Value> = serde_json::from_str(&line).unwrap();
        let kinds = [Kind::Text, Kind::Integer, Kind::Text, Kind::Bytes];
        let back: Vec<_> = json.into_iter().zip(kinds).map(|(json, kind)| Cell::parse(json, kind).unwrap()).collect();
        assert_eq!(back[1], Cell::Integer(i64::MIN));
        assert_eq!(back[2], Cell::Text("Zoë\n\"名\"".into()));
        assert_eq!(back[3], Cell::Bytes(vec![0, 255, 16]));
    }

    #[test]
    fn what_is_of_another_kind_is_refused() {
        assert_eq!(Cell::parse("1".into(), Kind::Integer), None);
        assert_eq!(Cell::parse("abc".into(), Kind::Bytes), None);
        assert_eq!(Cell::parse("zz".into(), Kind::Bytes), None);
    }
}
