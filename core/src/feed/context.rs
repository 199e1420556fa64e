//! A record as JSON, to be an entry's context: its cells under the names of their columns.

use super::cells::Record;

/// Write the record as an object. `names` are JSON already; a cell beyond them goes by its number, counted from 1.
pub fn put_object(record: Record, names: &[Vec<u8>], out: &mut Vec<u8>) {
    out.push(b'{');
    for (position, cell) in record.cells().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        match names.get(position) {
            Some(name) => out.extend_from_slice(name),
            None => out.extend_from_slice(format!("\"{}\"", position + 1).as_bytes()),
        }
        out.push(b':');
        put_string(cell.as_bytes(), out);
    }
    out.push(b'}');
}

/// Write a string.
pub fn put_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut start = 0;
    for (at, byte) in text.iter().enumerate() {
        if *byte >= b' ' && *byte != b'"' && *byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&text[start..at]);
        start = at + 1;
        put_escaped(*byte, out);
    }
    out.extend_from_slice(&text[start..]);
    out.push(b'"');
}

fn put_escaped(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => return out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::super::cells::{Cells, Cut};
    use super::*;

    #[test]
    fn a_record_is_an_object_by_names_then_numbers_and_nothing_in_it_breaks_out() {
        let mut out = Vec::new();
        let mut cells = Cells::default();

        let Cut::Whole(record) = cells.cut("a\"\\,\t\x01ü,z".as_bytes(), b',') else { panic!("it is a record") };
        put_object(record, &[b"\"x\"".to_vec()], &mut out);

        assert_eq!(String::from_utf8(out).unwrap(), r#"{"x":"a\"\\","2":"\t\u0001ü","3":"z"}"#);
    }
}
