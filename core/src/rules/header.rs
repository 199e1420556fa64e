//! The host name in a syslog header (RFC 3164, RFC 5424), read only as far as that.

/// The HOSTNAME field; `None` where there is no such header.
pub fn host_name(event: &[u8]) -> Option<&[u8]> {
    let text = after_priority(event);
    let mut fields = text.split(|byte| *byte == b' ').filter(|field| !field.is_empty());
    let first = fields.next()?;
    if first.len() <= 3 && first.iter().all(u8::is_ascii_digit) {
        fields.next()?;
        return named(fields.next()?);
    }
    if first.len() == 3 && first.iter().all(u8::is_ascii_alphabetic) {
        let day = fields.next()?;
        let mut time = fields.next()?;
        if time.len() == 4 && time.iter().all(u8::is_ascii_digit) {
            time = fields.next()?;
        }
        return if is_number(day) && time.contains(&b':') { named(fields.next()?) } else { None };
    }
    // Many devices write RFC 3339 times into the older header.
    if first.len() >= 19 && first[4] == b'-' && first[10] == b'T' { named(fields.next()?) } else { None }
}

fn after_priority(event: &[u8]) -> &[u8] {
    let Some(rest) = event.strip_prefix(b"<") else { return event };
    match rest.iter().take(4).position(|byte| *byte == b'>') {
        Some(end) if is_number(&rest[..end]) => &rest[end + 1..],
        _ => event,
    }
}

fn is_number(field: &[u8]) -> bool {
    !field.is_empty() && field.iter().all(u8::is_ascii_digit)
}

fn named(field: &[u8]) -> Option<&[u8]> {
    let name = field.strip_suffix(b":").unwrap_or(field);
    (!name.is_empty() && name != b"-").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_read_from_both_headers() {
        let cases: [(&[u8], Option<&[u8]>); 9] = [
            (b"<134>Mar 24 10:00:01 gate CEF:0|", Some(b"gate")),
            (b"<134>Mar  4 10:00:01 gate: x", Some(b"gate")),
            (b"Mar 24 2020 10:00:01 gate x", Some(b"gate")),
            (b"<34>1 2003-10-11T22:14:15.003Z mymachine.example su - ID47 - x", Some(b"mymachine.example")),
            (b"<34>2003-10-11T22:14:15.003Z mymachine su: x", Some(b"mymachine")),
            (b"<34>1 - - su - - - x", None),
            (b"<999999>Mar 24 10:00:01 gate x", None),
            (b"GET / HTTP/1.1", None),
            (b"", None),
        ];
        for (event, host) in cases {
            assert_eq!(host_name(event), host, "{}", String::from_utf8_lossy(event));
        }
    }
}
