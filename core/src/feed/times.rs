//! The way in which most feeds write a time, read as milliseconds since 1970.

/// `2024-02-29 23:59:59`, with a `T` for the blank too. None is any other text, which may be a time all the same.
pub fn plain_time(text: &[u8]) -> Option<i64> {
    let shape: &[u8; 19] = text.try_into().ok()?;
    let number = |at: usize, digits: usize| {
        let all = shape[at..at + digits].iter();
        all.map(|digit| digit.is_ascii_digit().then(|| i64::from(digit - b'0')))
            .try_fold(0, |sum, digit| Some(sum * 10 + digit?))
    };
    let apart = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')].iter().all(|(at, mark)| shape[*at] == *mark);
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let is_date = year > 0 && (1..=12).contains(&month) && day > 0 && day <= days_of(year, month);
    let is_plain = apart && matches!(shape[10], b' ' | b'T') && is_date && hour < 24 && minute < 60 && second < 60;
    is_plain.then(|| ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let years = before * 365 + before / 4 - before / 100 + before / 400 - 719_162;
    years + (1..month).map(|month| days_of(year, month)).sum::<i64>() + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_times_are_read_and_others_are_left() {
        for (text, expected) in [
            ("1970-01-01 00:00:00", Some(0)),
            ("2024-02-29T23:59:59", Some(1_709_251_199_000)),
            ("1969-12-31 23:59:59", Some(-1000)),
            ("2023-02-29 00:00:00", None),
            ("2023-01-01 24:00:00", None),
            ("2023-01-01 00:00:00Z", None),
            ("0000-01-01 00:00:00", None),
            ("2023-01-01x00:00:00", None),
        ] {
            assert_eq!(plain_time(text.as_bytes()), expected, "{text}");
        }
    }
}
