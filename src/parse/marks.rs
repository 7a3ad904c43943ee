//! The places of a body at which a line ends, or a reference or a code fence may stand. Most of a body is neither: the finders
//! are led from mark to mark, and never look at the rest.

/// As many bytes as a mask has bits.
const STEP: usize = 64;

/// What stands at a mark: one bit, so that those of a line can be gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark(u8);

impl Mark {
    pub const LINE_END: Self = Self(1);
    pub const BACKTICK: Self = Self(2);
    pub const SLASH: Self = Self(4);
    pub const BRACKET: Self = Self(8);
    pub const AT: Self = Self(16);
    pub const TILDE: Self = Self(32);
    pub const SUBAGENT: Self = Self(64);

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of `others` is among these.
    pub fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    fn of(byte: u8) -> Self {
        BY_BYTE[usize::from(byte)]
    }
}

const BY_BYTE: [Mark; 256] = {
    let mut marks = [Mark(0); 256];
    marks[b'\n' as usize] = Mark::LINE_END;
    marks[b'`' as usize] = Mark::BACKTICK;
    marks[b'/' as usize] = Mark::SLASH;
    marks[b']' as usize] = Mark::BRACKET;
    marks[b'@' as usize] = Mark::AT;
    marks[b'~' as usize] = Mark::TILDE;
    marks
};

/// The marks of a text that are one byte, in order, with their offsets.
#[derive(Debug)]
pub struct Marks<'a> {
    text: &'a [u8],
    /// Offset of what is not in the mask yet.
    ahead: usize,
    /// A bit for each byte before `ahead` that is a mark and did not have its turn; the first byte's is the lowest.
    mask: u64,
}

impl<'a> Marks<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { text: text.as_bytes(), ahead: 0, mask: 0 }
    }

    fn read_step(&mut self) -> Option<()> {
        let rest = self.text.get(self.ahead..).filter(|rest| !rest.is_empty())?;
        self.mask = match rest.first_chunk() {
            Some(step) => mask_of(step),
            None => {
                let mut step = [0; STEP];
                step.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                mask_of(&step)
            }
        };
        self.ahead += STEP;
        Some(())
    }
}

impl Iterator for Marks<'_> {
    type Item = (usize, Mark);

    #[inline]
    fn next(&mut self) -> Option<(usize, Mark)> {
        while self.mask == 0 {
            self.read_step()?;
        }
        let at = self.ahead - STEP + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        self.text.get(at).map(|byte| (at, Mark::of(*byte)))
    }
}

/// Written so that the compiler makes it comparisons of many bytes at once.
fn mask_of(step: &[u8; STEP]) -> u64 {
    let mut hits = [0; STEP];
    for (hit, byte) in hits.iter_mut().zip(step) {
        *hit = u8::from(is_mark(*byte));
    }
    let (words, _) = hits.as_chunks::<8>();
    // The factor moves the lowest bits of eight bytes beside each other, into the topmost byte.
    let bits = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    words.iter().rev().fold(0, |mask, word| mask << 8 | bits(word))
}

fn is_mark(byte: u8) -> bool {
    // No `||`: without a branch there is nothing to do byte by byte.
    (byte == b'\n') | (byte == b'`') | (byte == b'/') | (byte == b']') | (byte == b'@') | (byte == b'~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn none_is_missed_and_none_made_up(text in "([a-c`/@~\\]\\n]|é|\\PC){0,200}") {
            let expected = text.bytes().enumerate().filter(|(_, byte)| b"\n`/@]~".contains(byte));
            prop_assert!(Marks::of(&text).eq(expected.map(|(at, byte)| (at, Mark::of(byte)))));
        }
    }
}
