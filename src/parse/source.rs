//! Bytes in, text out: what is too large or no text is found here, and never reaches the stages behind.

use super::code::Code;
use super::findings::{Findings, Position};
use memchr::{memchr, memchr_iter};

/// Larger files are not fetched and not read: the largest definition seen in the wild has 70 KB.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

const BOM: char = '\u{feff}';

/// Reports a file of `size` bytes as too large.
pub fn report_too_large(size: u64, findings: &mut Findings) {
    let message = format!("The file has {size} bytes; definitions are read up to {MAX_FILE_BYTES} bytes.");
    findings.add(Code::FileTooLarge, Position::START, message, "Split the file, or move what is data out of it.");
}

/// The text of the file, with what no database stores as text (NUL, foreign encodings) replaced and reported.
pub fn text_of(bytes: &[u8], findings: &mut Findings) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let at = position_of(bytes, error.valid_up_to());
            let help = "Save the file as UTF-8.";
            findings.add(Code::NotUtf8, at, "The file is not UTF-8 text from here on.", help);
            String::from_utf8_lossy(bytes).into_owned()
        }
    };
    if text.starts_with(BOM) {
        let help = "Save the file without a byte order mark: some readers then miss the frontmatter.";
        findings.add(Code::ByteOrderMark, Position::START, "The file begins with a byte order mark.", help);
    }
    without_nul(text, findings)
}

/// The text behind the byte order mark.
pub fn after_bom(text: &str) -> &str {
    text.strip_prefix(BOM).unwrap_or(text)
}

pub fn line_count(text: &str) -> u32 {
    let ends = memchr_iter(b'\n', text.as_bytes()).count();
    clamp(if text.is_empty() || text.ends_with('\n') { ends } else { ends + 1 })
}

/// Line numbers fit: a file of the largest size has about a million of them.
pub fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Reports the first carriage return that ends a line by itself, as nobody has written since 2001.
pub fn report_lone_carriage_return(text: &str, findings: &mut Findings) {
    let bytes = text.as_bytes();
    let is_lone = |at: &usize| bytes.get(at + 1).is_some_and(|next| *next != b'\n');
    if let Some(at) = memchr_iter(b'\r', bytes).find(is_lone) {
        let message = "A carriage return without a line feed stands here; it is not taken for the end of a line.";
        findings.add(Code::LoneCarriageReturn, position_of(bytes, at), message, "End lines with a line feed.");
    }
}

fn without_nul(text: String, findings: &mut Findings) -> String {
    let Some(at) = memchr(b'\0', text.as_bytes()) else {
        return text;
    };
    let help = "Remove the NUL bytes, or save the file as UTF-8 if it is UTF-16.";
    findings.add(Code::NulByte, position_of(text.as_bytes(), at), "The file holds a NUL byte: it is no text.", help);
    text.replace('\0', "\u{fffd}")
}

/// `offset` must lie on a character, and all before it be UTF-8.
pub fn position_of(bytes: &[u8], offset: usize) -> Position {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let last_line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let column = String::from_utf8_lossy(last_line).chars().filter(|c| *c != BOM).count() + 1;
    Position { line: clamp(line), column: clamp(column) }
}
