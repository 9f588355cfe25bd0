//! JSON read a part at a time: what thousands of objects come to is megabytes, and a page has frames in between.

use api::{Map, Value};

/// How deep values may lie in one another, as for serde_json.
const DEPTH_MAX: usize = 128;

/// What reading a part comes to.
#[derive(Debug, PartialEq)]
pub enum Read {
    /// There is more of a value to read.
    More,
    /// A value.
    Value(Value),
    /// There is no other.
    End,
    /// Something that isn't JSON.
    Wrong,
}

/// A text of any number of values, and how far it has been read.
pub struct Reader {
    text: String,
    at: usize,
    expects: Expects,
    /// The lists and objects around, the outermost first.
    open: Vec<Open>,
}

enum Open {
    List(Vec<Value>),
    /// With the key whose value is to come.
    Object(Map<String, Value>, String),
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expects {
    Value,
    /// The first item of a list.
    ItemOrEnd,
    /// The first key of an object.
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
}

impl Reader {
    /// From the beginning.
    pub fn new(text: String) -> Reader {
        Reader { text, at: 0, expects: Expects::Value, open: Vec::new() }
    }

    /// How many lines the text has.
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// Reads on to the end of a value, but not much further than so many bytes.
    pub fn go_on(&mut self, room: usize) -> Read {
        let until = self.at + room;
        loop {
            let bytes = self.text.as_bytes();
            while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
                self.at += 1;
            }
            let Some(byte) = bytes.get(self.at) else {
                return if self.open.is_empty() { Read::End } else { Read::Wrong };
            };
            if self.at >= until {
                return Read::More;
            }
            match self.token(*byte) {
                None => return Read::Wrong,
                Some(Some(value)) if self.open.is_empty() => {
                    self.expects = Expects::Value;
                    return Read::Value(value);
                }
                Some(Some(value)) => self.put(value),
                Some(None) => {}
            }
        }
    }

    /// Reads a token; the value that ends with it, if one does. `None` if it can't stand here.
    fn token(&mut self, byte: u8) -> Option<Option<Value>> {
        use Expects::{Colon, CommaOrEnd, ItemOrEnd, Key, KeyOrEnd, Value as AValue};
        match (self.expects, byte) {
            (AValue | ItemOrEnd, b'[') => self.begin(Open::List(Vec::new()), ItemOrEnd)?,
            (AValue | ItemOrEnd, b'{') => self.begin(Open::Object(Map::new(), String::new()), KeyOrEnd)?,
            (ItemOrEnd | CommaOrEnd, b']') | (KeyOrEnd | CommaOrEnd, b'}') => {
                self.at += 1;
                return match (self.open.pop()?, byte) {
                    (Open::List(items), b']') => Some(Some(Value::Array(items))),
                    (Open::Object(map, _), b'}') => Some(Some(Value::Object(map))),
                    _ => None,
                };
            }
            (AValue | ItemOrEnd, _) => return self.scalar(byte).map(Some),
            (Key | KeyOrEnd, b'"') => {
                let Value::String(name) = self.scalar(byte)? else { return None };
                let Some(Open::Object(_, key)) = self.open.last_mut() else { return None };
                *key = name;
                self.expects = Colon;
            }
            (Colon, b':') => {
                self.at += 1;
                self.expects = AValue;
            }
            (CommaOrEnd, b',') => {
                self.at += 1;
                self.expects = if matches!(self.open.last(), Some(Open::List(_))) { AValue } else { Key };
            }
            _ => return None,
        }
        Some(None)
    }

    fn begin(&mut self, open: Open, expects: Expects) -> Option<()> {
        self.at += 1;
        self.open.push(open);
        self.expects = expects;
        (self.open.len() <= DEPTH_MAX).then_some(())
    }

    /// Reads a text, a number or a word.
    fn scalar(&mut self, first: u8) -> Option<Value> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = if first == b'"' {
            let mut escaped = false;
            let end = rest.iter().skip(1).position(|byte| {
                let ends = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                ends
            });
            end? + 2
        } else {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:]}[{\"".contains(byte);
            rest.iter().position(ends).unwrap_or(rest.len())
        };
        let value = serde_json::from_str(&self.text[self.at..self.at + length]).ok()?;
        self.at += length;
        Some(value)
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            Some(Open::List(items)) => items.push(value),
            Some(Open::Object(map, key)) => {
                map.insert(std::mem::take(key), value);
            }
            None => {}
        }
        self.expects = Expects::CommaOrEnd;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What serde_json reads of a text, as far as it goes.
    fn expected(text: &str) -> (Vec<Value>, bool) {
        let mut values = Vec::new();
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            match value {
                Ok(value) => values.push(value),
                Err(_) => return (values, false),
            }
        }
        (values, true)
    }

    fn read(text: &str, room: usize) -> (Vec<Value>, bool) {
        let (mut reader, mut values) = (Reader::new(text.into()), Vec::new());
        loop {
            match reader.go_on(room) {
                Read::More => {}
                Read::Value(value) => values.push(value),
                Read::End => return (values, true),
                Read::Wrong => return (values, false),
            }
        }
    }

    #[test]
    fn it_reads_what_serde_json_reads_in_parts_of_any_size() {
        let texts = [
            "",
            " \n",
            "1",
            "[]",
            "{}",
            r#"{"a": [1, -2.5e3, true, null, "x\"y\\", "\u00e9\ud83d\ude00"], "b": {"c": {}}} [[]] "z" 7 "#,
            r#"{"a": 1, "a": 2}"#,
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\" 1}",
            "{\"a\":1,}",
            "{1:2}",
            "[1}",
            "]",
            "{\"a\":}",
            "nul",
            "[1",
            "\"open",
            "\"line\nbreak\"",
            "[01]",
            "[+1]",
            "한",
        ];
        for text in texts {
            for room in [1, 7, 1_000] {
                assert_eq!(read(text, room), expected(text), "{text} by {room}");
            }
        }
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&deep(100), 50).1 && !read(&deep(100_000), 50).1);
    }
}
