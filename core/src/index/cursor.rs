//! Reading bytes that may be hostile: every step is checked against the end.

/// Something in the file cannot be what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage(pub &'static str);

const CUT_SHORT: Damage = Damage("a value runs over the section's end");

/// A place in bytes, moved by reading.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { bytes, at: 0 }
    }

    #[inline]
    pub fn at(bytes: &'a [u8], offset: u64) -> Result<Cursor<'a>, Damage> {
        let at = usize::try_from(offset).ok().filter(|at| *at < bytes.len());
        at.map(|at| Cursor { bytes, at }).ok_or(Damage("an offset points behind the section's end"))
    }

    #[inline]
    pub fn position(&self) -> u64 {
        self.at as u64
    }

    #[inline]
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Damage> {
        let end = self.at.checked_add(length).ok_or(CUT_SHORT)?;
        let taken = self.bytes.get(self.at..end).ok_or(CUT_SHORT)?;
        self.at = end;
        Ok(taken)
    }

    #[inline]
    pub fn u8(&mut self) -> Result<u8, Damage> {
        let byte = *self.bytes.get(self.at).ok_or(CUT_SHORT)?;
        self.at += 1;
        Ok(byte)
    }

    /// An unsigned LEB128 number of at most 64 bits.
    #[inline]
    pub fn varint(&mut self) -> Result<u64, Damage> {
        // Nearly all are of one byte.
        match self.u8()? {
            byte @ 0..0x80 => Ok(u64::from(byte)),
            byte => self.varint_behind(u64::from(byte & 0x7f)),
        }
    }

    fn varint_behind(&mut self, mut value: u64) -> Result<u64, Damage> {
        for shift in (7..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Damage("a number is longer than 64 bits"))
    }

    /// A signed number, zigzag over LEB128.
    pub fn signed(&mut self) -> Result<i64, Damage> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Bytes with their length before them.
    #[inline]
    pub fn counted(&mut self) -> Result<&'a [u8], Damage> {
        let length = usize::try_from(self.varint()?).map_err(|_| CUT_SHORT)?;
        self.take(length)
    }

    /// UTF-8 with its length before it.
    pub fn text(&mut self) -> Result<&'a str, Damage> {
        std::str::from_utf8(self.counted()?).map_err(|_| Damage("a text is not UTF-8"))
    }
}

pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, (value << 1 ^ value >> 63) as u64);
}

pub fn put_counted(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// The little-endian u32 at this place, or None behind the end.
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// The little-endian u64 at this place, or None behind the end.
pub fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// The little-endian u128 at this place, or None behind the end.
pub fn u128_at(bytes: &[u8], at: usize) -> Option<u128> {
    Some(u128::from_le_bytes(bytes.get(at..at.checked_add(16)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_come_back() {
        for value in [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            put_signed(&mut out, value as i64);

            let mut cursor = Cursor::new(&out);

            assert_eq!(cursor.varint(), Ok(value));
            assert_eq!(cursor.signed(), Ok(value as i64));
            assert_eq!(cursor.position(), out.len() as u64);
        }
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_damage() {
        assert!(Cursor::new(&[0x80]).varint().is_err());
        assert!(Cursor::new(&[0xff; 11]).varint().is_err());
        assert!(Cursor::new(&[5, 1, 2]).counted().is_err());
        assert!(Cursor::at(&[1, 2], 2).is_err());
        assert_eq!(u64_at(&[0; 8], 1), None);
        assert_eq!(u32_at(&[0; 8], usize::MAX), None);
    }
}
