//! The first three bytes of a disguise: what shapes they have, and which of those stand at a place.

/// Three places, at each one of these bytes; none given are all.
type Triple = [&'static [u8]; 3];

/// How many classes the wide test can tell apart.
pub const CLASSES: usize = 8;

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdefABCDEF";
const LABEL: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/// What ends a key.
const ENDS: &[u8] = b"=\":\\";
/// The end of a key that says address, and what ends a key: `src=`, `dst=`, `host=`, `address=`, `addr=`.
const KEYS: [Triple; 3] = [[b"rR", b"cC", ENDS], [b"sS", b"tTsS", ENDS], [b"dD", b"rR", ENDS]];
/// `ip=`: in the class of keys it would let through much else.
const IP: Triple = [b"iI", b"pP", ENDS];
/// Which class is that of keys, and which has `IP` as its first shape.
const OF_KEYS: usize = 6;
const OF_IP: usize = 3;

/// Each shape, class by class: the wide test asks whether the three bytes are those of one class.
const SHAPES: [&[Triple]; CLASSES] = [
    // `%2E`, `%u002e`; `&#46;`, `&period;`.
    &[[b"%", HEX, HEX], [b"%", b"uU", HEX], [b"&", b"#", b"0123456789xX"], [b"&", b"abcdeghlnpqrs", b"abemopqstuy"]],
    // `\x2e`, `\u002e`, `\u{2e}`, `\056`, `\.`; `\n` before a word; `\\` before what is escaped with another.
    &[
        [b"\\", b"xX", HEX],
        [b"\\", b"uU", b"0123456789abcdefABCDEF{"],
        [b"\\", b"0123", b"01234567"],
        [b"\\", b".:@-_", b""],
        [b"\\", b"nrt", LABEL],
        [b"\\", b"nrt", BEYOND_ASCII],
        [b"\\", b"\\", b"/=|"],
    ],
    // `[.]`, `(dot)`, `{at}`, `[:]//`, `[://]`.
    &[[b"[({", b".:/@dDaA", b".:/@oOtT])}"]],
    // `0xC0000201`.
    &[IP, [b"0", b"xX", HEX]],
    // `=2E`: what quoted-printable is read for.
    &[[b"=", b"2", b"EFD653"], [b"=", b"3", b"ADF"], [b"=", b"4", b"0"], [b"=", b"5", b"F"]],
    // `.0300`.
    &[[b".", b"0", DIGITS]],
    &KEYS,
    // `。`, `．`, `｡`; a soft line break.
    &[
        [b"\xe3", b"\x80", b"\x82"],
        [b"\xef", b"\xbc", b"\x8e"],
        [b"\xef", b"\xbd", b"\xa1"],
        [b"=", b"\n", b""],
        [b"=", b"\r", b"\n"],
    ],
];

const BEYOND_ASCII: &[u8] = &{
    let mut bytes = [0; 128];
    let mut at = 0;
    while at < 128 {
        bytes[at] = 128 + at as u8;
        at += 1;
    }
    bytes
};

/// For each place and byte: the classes of which a shape has it there.
pub static CLASSES_OF: [[u8; 256]; 3] = [classes_of(0), classes_of(1), classes_of(2)];

/// For each place and byte: the shapes that have it there, one bit each.
static SHAPES_OF: [[u32; 256]; 3] = [shapes_of(0), shapes_of(1), shapes_of(2)];

/// The shapes of keys.
const KEY: u32 = shapes_of_class(OF_KEYS) | first_of(shapes_of_class(OF_IP));

const fn first_of(shapes: u32) -> u32 {
    shapes & shapes.wrapping_neg()
}

/// The shapes of one class.
const fn shapes_of_class(wanted: usize) -> u32 {
    let (mut first, mut class) = (0, 0);
    while class < wanted {
        first += SHAPES[class].len();
        class += 1;
    }
    ((1 << SHAPES[wanted].len()) - 1) << first
}

const fn classes_of(place: usize) -> [u8; 256] {
    let shapes = shapes_of(place);
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut class = 0;
        while class < CLASSES {
            if shapes[byte] & shapes_of_class(class) != 0 {
                table[byte] |= 1 << class;
            }
            class += 1;
        }
        byte += 1;
    }
    table
}

const fn shapes_of(place: usize) -> [u32; 256] {
    let mut table = [0; 256];
    let (mut class, mut shape) = (0, 0);
    while class < CLASSES {
        let mut number = 0;
        while number < SHAPES[class].len() {
            let bytes = SHAPES[class][number][place];
            let mut byte = 0;
            while byte < 256 {
                if bytes.is_empty() || holds(bytes, byte as u8) {
                    table[byte] |= 1 << shape;
                }
                byte += 1;
            }
            number += 1;
            shape += 1;
        }
        class += 1;
    }
    table
}

const fn holds(bytes: &[u8], byte: u8) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == byte {
            return true;
        }
        at += 1;
    }
    false
}

/// What the three bytes at a place are.
#[derive(Clone, Copy)]
pub struct Begun(u32);

impl Begun {
    /// The three bytes at `at`; the end of the text is as any third byte.
    #[inline(always)]
    pub fn at(text: &[u8], at: usize) -> Begun {
        let shapes = |place: usize, byte: u8| SHAPES_OF[place][usize::from(byte)];
        match text.get(at..).unwrap_or_default() {
            [first, second, third, ..] => Begun(shapes(0, *first) & shapes(1, *second) & shapes(2, *third)),
            [first, second] => Begun(shapes(0, *first) & shapes(1, *second)),
            _ => Begun(0),
        }
    }

    /// The end of a key, whose value is a disguise if it is a number of a certain length.
    #[inline(always)]
    pub fn is_key(self) -> bool {
        self.0 & KEY != 0
    }

    /// The beginning of a disguise.
    #[inline(always)]
    pub fn is_disguise(self) -> bool {
        self.0 & !KEY != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_of_its_class() {
        assert_eq!((SHAPES[OF_KEYS], SHAPES[OF_IP][0]), (&KEYS[..], IP));
        for (place, classes) in CLASSES_OF.iter().enumerate() {
            for byte in 0..=255_u8 {
                let of_shapes = SHAPES_OF[place][usize::from(byte)];
                let mut shape = 0;
                for (class, shapes) in SHAPES.iter().enumerate() {
                    for _ in *shapes {
                        let is_of_class = classes[usize::from(byte)] >> class & 1 == 1;
                        assert!(of_shapes >> shape & 1 == 0 || is_of_class, "byte {byte} at {place}, shape {shape}");
                        shape += 1;
                    }
                }
            }
        }
    }

    #[test]
    fn a_disguise_begins_by_its_shape() {
        for (text, expected) in [
            ("%2E", true),
            ("%AS", false),
            ("%u00", true),
            ("&#4", true),
            ("&per", true),
            ("&Event", false),
            ("\\x2e", true),
            ("\\u{2e}", true),
            ("\\user", false),
            ("\\r\\n", false),
            ("\\nword", true),
            ("\\\\/", true),
            ("\\\\x", false),
            ("[.]", true),
            ("0xC", true),
            ("=2E", true),
            ("=53", false),
            (".03", true),
            ("\u{3002}", true),
            ("st=", false),
            ("=\r\n", true),
            ("=\r.", false),
            ("%2", true),
            ("%", false),
        ] {
            assert_eq!(Begun::at(text.as_bytes(), 0).is_disguise(), expected, "{text}");
        }
        for (text, expected) in [("rc=", true), ("ST\"", true), ("ip:", true), ("dr\\", true), ("rt=", false)] {
            assert_eq!(Begun::at(text.as_bytes(), 0).is_key(), expected, "{text}");
        }
    }
}
