//! A table of words from a file of lines, laid out by the compiler so that a look-up needs no set-up and no lock.

/// Open addressing over the file's own text; `SLOTS` is a power of two, at least twice the words.
pub struct WordTable<const SLOTS: usize> {
    text: &'static [u8],
    /// Where a word starts in the text, times 256, plus its length; 0 where there is none.
    slots: [u32; SLOTS],
}

impl<const SLOTS: usize> WordTable<SLOTS> {
    /// The words of `text`, one a line.
    pub const fn of(text: &'static [u8]) -> Self {
        let mut slots = [0_u32; SLOTS];
        let mut start = 0;
        while start < text.len() {
            let mut end = start;
            let mut hash = SEED;
            while end < text.len() && text[end] != b'\n' {
                hash = mixed(hash, text[end]);
                end += 1;
            }
            assert!(end - start < 256, "a word is too long for its slot");
            if end > start {
                let mut slot = slot_of(hash, SLOTS);
                while slots[slot] != 0 {
                    slot = (slot + 1) % SLOTS;
                }
                slots[slot] = (start as u32) << 8 | (end - start) as u32;
            }
            start = end + 1;
        }
        WordTable { text, slots }
    }

    /// Whether the word is in the table, byte by byte.
    pub fn holds(&self, word: &[u8]) -> bool {
        let hash = word.iter().fold(SEED, |hash, byte| mixed(hash, *byte));
        let mut slot = slot_of(hash, SLOTS);
        while self.slots[slot] != 0 {
            let start = (self.slots[slot] >> 8) as usize;
            let length = (self.slots[slot] & 0xff) as usize;
            if &self.text[start..start + length] == word {
                return true;
            }
            slot = (slot + 1) % SLOTS;
        }
        false
    }
}

const SEED: u32 = 0x811c_9dc5;

const fn mixed(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

const fn slot_of(hash: u32, slots: usize) -> usize {
    (hash ^ (hash >> 15)) as usize % slots
}
