//! What inputs are made of: whole texts of each kind, pieces that tend to hurt, and how a text is spoilt.

use cluster::rng::Rng;

/// Pieces that readers have stumbled over elsewhere.
const PIECES: [&str; 54] = [
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{2066}",
    "\u{200d}",
    "e\u{301}\u{302}\u{303}",
    "\u{1f469}\u{200d}\u{1f680}",
    "한글",
    "\r\n",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{7f}",
    "\u{1b}[2J",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;",
    "{{",
    "}}",
    "[[[[[[[[",
    "{{{{{{{{",
    "- - - - - - ",
    "? ? ? ",
    ": : :",
    "&a ",
    "*a",
    "&a [*a, *a]",
    "<<: *a",
    "!!binary ",
    "!!python/object ",
    "%YAML 9.9\n",
    "---\n",
    "...\n",
    "|\n",
    ">9-\n",
    "\"",
    "'",
    "\\",
    "\\u0000",
    "\\ud800",
    "9999999999999999999999",
    "-0",
    "0x",
    "1e999",
    ".nan",
    "~",
    "null",
    "$(",
    "`",
    "<<EOF\n",
    "2>&1 | ",
    "'\"'\"'",
    "--",
    "=",
];

/// A text made from one or two of `seeds`; most are spoilt a little, a few beyond measure.
pub fn text(rng: &mut Rng, seeds: &[&str]) -> String {
    let mut text = pick(rng, seeds).to_string();
    if rng.below(4) == 0 {
        let other = pick(rng, seeds);
        let (at, from) = (place(rng, &text), place(rng, other));
        text = format!("{}{}", &text[..at], &other[from..]);
    }
    for _ in 0..rng.below(6) {
        spoil(rng, &mut text);
    }
    match rng.below(20_000) {
        0 => repeat(rng, &text, 5 << 20),
        1 => deep(rng),
        2 => bomb(rng),
        3..20 => repeat(rng, &text, 1 << 16),
        _ => text,
    }
}

fn pick<'s>(rng: &mut Rng, from: &[&'s str]) -> &'s str {
    from[rng.below(from.len() as u64) as usize]
}

/// A boundary between letters.
fn place(rng: &mut Rng, text: &str) -> usize {
    let mut at = rng.below(text.len() as u64 + 1) as usize;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn spoil(rng: &mut Rng, text: &mut String) {
    let (a, b) = (place(rng, text), place(rng, text));
    let (from, to) = (a.min(b), a.max(b));
    match rng.below(9) {
        0 => text.insert_str(a, pick(rng, &PIECES)),
        1 => drop((a < text.len()).then(|| text.remove(a))),
        2 => text.replace_range(from..to, ""),
        3 => {
            let piece = text[from..to].to_string();
            text.insert_str(a, &piece);
        }
        4 => text.truncate(a),
        5 => {
            let letter = char::from_u32(rng.below(0x250) as u32).unwrap_or('x');
            text.insert(a, letter);
        }
        6 => text.replace_range(from..to, pick(rng, &PIECES)),
        7 => *text = text.replacen(pick(rng, &[" ", ":", "=", "\n", "-", ".", "/", ","]), pick(rng, &PIECES), 1),
        _ => {
            let digits = (rng.draw() >> rng.below(64)).to_string();
            text.insert_str(a, &digits);
        }
    }
}

fn repeat(rng: &mut Rng, text: &str, length: usize) -> String {
    let piece = if rng.below(2) == 0 && !text.is_empty() { text } else { pick(rng, &PIECES) };
    piece.repeat(length / piece.len().max(1))
}

/// One bracket inside the other.
fn deep(rng: &mut Rng) -> String {
    let open = pick(rng, &["[", "{a: ", "- ", "(", "{", "{\"a\":", "$(", ".a", "!", "\"$(", "\n  "]);
    open.repeat(1000 + rng.below(100_000) as usize)
}

/// Aliases that double with every line.
fn bomb(rng: &mut Rng) -> String {
    let lines = 5 + rng.below(60);
    let mut text = "a0: &a0 [lol, lol, lol]\n".to_string();
    for n in 1..lines {
        let before = n - 1;
        text.push_str(&format!("a{n}: &a{n} [{}]\n", format!("*a{before}, ").repeat(9)));
    }
    text
}
