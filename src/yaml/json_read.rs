//! One value of JSON after another, with Go's words for what is wrong.
//!
//! Builds the same tree as YAML does, so places and values come out of it in the same way. Strings become quoted scalars; numbers and
//! words become plain ones, which mean the same in YAML.
//!
//! Models the decoder of Go's `encoding/json`. Left out: nothing of the grammar; depth ends at 256, as for YAML.

use crate::compose::MAX_DEPTH;
use crate::libyaml::Scalar;
use crate::read::SyntaxError;
use crate::tree::{Kind, NodeId, Pos, Span, Tree};

/// What is wrong, without kubectl's words around it.
pub(crate) struct JsonError {
    problem: String,
    /// Bytes read when it was noticed, as Go counts; none at the end of the text.
    offset: Option<u32>,
    at: Pos,
}

impl JsonError {
    /// As kubectl reports it.
    pub fn syntax_error(self) -> SyntaxError {
        let text = match self.offset {
            Some(offset) => format!("json: offset {offset}: {}", self.problem),
            None => self.problem,
        };
        SyntaxError::plain(text, self.at)
    }

    /// As kubectl reports it once it is sure that the file is JSON.
    pub fn without_offset(self) -> SyntaxError {
        SyntaxError::plain(self.problem, self.at)
    }
}

/// The next value at or after `from`, and where it ends; none if only blanks are left.
pub(crate) fn next(text: &str, from: Pos) -> Result<Option<(Tree, NodeId, Pos)>, JsonError> {
    let mut reader = Reader { text: text.as_bytes(), whole: text, pos: from, tree: Tree::default(), depth: 0 };
    reader.blanks();
    if reader.peek().is_none() {
        return Ok(None);
    }
    let root = reader.value()?;
    Ok(Some((reader.tree, root, reader.pos)))
}

struct Reader<'t> {
    text: &'t [u8],
    whole: &'t str,
    pos: Pos,
    tree: Tree,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<NodeId, JsonError> {
        let start = self.pos;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Kind::Scalar(Scalar { text: self.string()?, tag: None, plain: false }),
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        Ok(self.tree.add(kind, Span { start, end: self.pos }))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Kind, JsonError>) -> Result<Kind, JsonError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(JsonError {
                problem: "exceeded max depth".to_owned(),
                offset: Some(self.pos.offset + 1),
                at: self.pos,
            });
        }
        self.advance();
        self.blanks();
        let kind = read(self);
        self.depth -= 1;
        kind
    }

    fn object(&mut self) -> Result<Kind, JsonError> {
        let mut entries = Vec::new();
        if self.take(b'}') {
            return Ok(Kind::Map(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key = self.value()?;
            self.blanks();
            if !self.take(b':') {
                return Err(self.unexpected("after object key"));
            }
            self.blanks();
            entries.push((key, self.value()?));
            self.blanks();
            if self.take(b'}') {
                return Ok(Kind::Map(entries));
            }
            if !self.take(b',') {
                return Err(self.unexpected("after object key:value pair"));
            }
            self.blanks();
        }
    }

    fn array(&mut self) -> Result<Kind, JsonError> {
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Kind::List(items));
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            if self.take(b']') {
                return Ok(Kind::List(items));
            }
            if !self.take(b',') {
                return Err(self.unexpected("after array element"));
            }
            self.blanks();
        }
    }

    fn word(&mut self, word: &str) -> Result<Kind, JsonError> {
        for expected in word.bytes() {
            if !self.take(expected) {
                return Err(self.unexpected(&format!("in literal {word} (expecting '{}')", expected as char)));
            }
        }
        Ok(plain(word))
    }

    fn number(&mut self) -> Result<Kind, JsonError> {
        let start = self.pos.offset as usize;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits("in numeric literal")?;
        }
        if self.take(b'.') {
            self.digits("after decimal point in numeric literal")?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits("in exponent of numeric literal")?;
        }
        Ok(plain(&self.whole[start..self.pos.offset as usize]))
    }

    /// At least one digit.
    fn digits(&mut self, context: &str) -> Result<(), JsonError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected(context));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.advance();
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.advance();
        let mut string = String::new();
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => string.push(self.escape()?),
                None | Some(..b' ') => return Err(self.unexpected("in string literal")),
                Some(_) => {
                    let start = self.pos.offset as usize;
                    while !matches!(self.peek(), None | Some(..b' ' | b'"' | b'\\')) {
                        self.advance();
                    }
                    string.push_str(&self.whole[start..self.pos.offset as usize]);
                }
            }
        }
        self.advance();
        Ok(string)
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        self.advance();
        let char = match self.peek() {
            Some(char @ (b'"' | b'\\' | b'/')) => char as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.advance();
        Ok(char)
    }

    /// `\u1234`, and a second one after the first half of a pair. Half a pair becomes U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let first = self.hex()?;
        if (0xD800..0xDC00).contains(&first) && self.text[self.pos.offset as usize..].starts_with(b"\\u") {
            let before = self.pos;
            self.advance();
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                let pair = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.pos = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        self.advance();
        let mut number = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| (byte as char).to_digit(16)) else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            number = number << 4 | digit;
            self.advance();
        }
        Ok(number)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.advance();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.pos.offset as usize).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance();
        }
        found
    }

    fn advance(&mut self) {
        match self.peek() {
            Some(b'\n') => (self.pos.line, self.pos.column) = (self.pos.line + 1, 1),
            // The later bytes of a character take no column.
            Some(0x80..0xC0) | None => {}
            Some(_) => self.pos.column += 1,
        }
        self.pos.offset += 1;
    }

    fn unexpected(&self, context: &str) -> JsonError {
        // The last line break is ours where the text had none; Go says the same either way only for the end of the text.
        let Some(byte) = self.peek() else {
            return JsonError { problem: "unexpected EOF".to_owned(), offset: None, at: self.pos };
        };
        let shown = match byte {
            b'\'' => "'\\''".to_owned(),
            b'"' => "'\"'".to_owned(),
            b'\n' => "'\\n'".to_owned(),
            b'\r' => "'\\r'".to_owned(),
            b'\t' => "'\\t'".to_owned(),
            b'\\' => "'\\\\'".to_owned(),
            0..0x20 | 0x7f => format!("'\\x{byte:02x}'"),
            0x80..0xA0 | 0xAD => format!("'\\u00{byte:02x}'"),
            _ => format!("'{}'", byte as char),
        };
        JsonError {
            problem: format!("invalid character {shown} {context}"),
            offset: Some(self.pos.offset + 1),
            at: self.pos,
        }
    }
}

fn plain(text: &str) -> Kind {
    Kind::Scalar(Scalar { text: text.to_owned(), tag: None, plain: true })
}
