//! Packs files into a zip, uncompressed: what is exported is a few kilobytes of text.
//!
//! Source of the form: APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16.

use super::File;
use crate::crc::crc32;

/// Names are UTF-8. Source: general purpose bit 11.
const UTF8: u16 = 1 << 11;
/// 1980-01-01, the earliest day a zip can tell: the same cluster gives the same bytes.
const DAY: u16 = 1 << 5 | 1;
/// The version needed to extract: 2.0, for folders.
const VERSION: u16 = 20;

/// The files under `folder`, as the bytes of a zip.
pub fn zip(folder: &str, files: &[File]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let (name, text) = ([folder, "/", &file.path].concat(), file.text.as_bytes());
        let offset = out.len();
        let mut common = Vec::new();
        [VERSION, UTF8, 0, 0, DAY].iter().for_each(|field| short(&mut common, *field));
        [crc32(text), size(text.len()), size(text.len())].iter().for_each(|field| long(&mut common, *field));
        [size(name.len()) as u16, 0].iter().for_each(|field| short(&mut common, *field));

        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(text);

        directory.extend(b"PK\x01\x02");
        short(&mut directory, VERSION);
        directory.extend(&common);
        // No comment, the first disk, no attributes.
        [0, 0, 0, 0, 0].iter().for_each(|field| short(&mut directory, *field));
        long(&mut directory, size(offset));
        directory.extend(name.as_bytes());
    }
    let start = out.len();
    out.extend(&directory);
    out.extend(b"PK\x05\x06");
    let count = size(files.len()) as u16;
    [0, 0, count, count].iter().for_each(|field| short(&mut out, *field));
    long(&mut out, size(directory.len()));
    long(&mut out, size(start));
    short(&mut out, 0);
    out
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("an export is far from 4 GiB")
}

fn short(out: &mut Vec<u8>, field: u16) {
    out.extend(field.to_le_bytes());
}

fn long(out: &mut Vec<u8>, field: u32) {
    out.extend(field.to_le_bytes());
}
