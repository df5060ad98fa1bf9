use std::time::Duration;

use http::{
    HeaderMap,
    header::{DATE, RETRY_AFTER},
};

/// How long a service asks to wait, in either form of RFC 9110 section 10.2.3.
///
/// A date is taken by the service's own clock, as its `date` header shows it, so that ours does
/// not matter; without one, it is nothing that can be counted.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let now = seconds(headers.get(DATE)?.to_str().ok()?)?;
    let seconds = seconds(text)?.saturating_sub(now);
    Some(Duration::from_secs(seconds))
}

/// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`; the forms of the
/// nineties are not read.
fn seconds(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, date) = date.trim().split_once(", ")?;
    let mut words = date.split(' ');
    let day: u64 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = (1..).zip(MONTHS).find(|(_, month)| *month == name)?.0;
    let year: u64 = words.next()?.parse().ok()?;
    let mut time = words.next()?.split(':');
    let hour: u64 = time.next()?.parse().ok()?;
    let minute: u64 = time.next()?.parse().ok()?;
    let second: u64 = time.next()?.parse().ok()?;
    if !(1970..=9999).contains(&year) || !(1..=31).contains(&day) || hour > 23 || minute > 59 {
        return None;
    }
    Some(((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days since 1970, by a year that begins with March.
const fn days(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(retry_after_value: &'static str, date: &'static str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(
            RETRY_AFTER,
            http::HeaderValue::from_static(retry_after_value),
        );
        if !date.is_empty() {
            headers.insert(DATE, http::HeaderValue::from_static(date));
        }
        retry_after(&headers).map(|duration| duration.as_secs())
    }

    #[test]
    fn both_forms_by_table() {
        let now = "Tue, 29 Feb 2000 23:59:58 GMT";
        for (value, date, expected) in [
            ("0", "", Some(0)),
            ("120", "", Some(120)),
            ("99999999999999999999", "", Some(u64::MAX)),
            ("-1", "", None),
            ("soon", now, None),
            ("Wed, 01 Mar 2000 00:00:03 GMT", now, Some(5)),
            ("Tue, 29 Feb 2000 23:59:00 GMT", now, Some(0)),
            (
                "Thu, 01 Mar 2001 23:59:58 GMT",
                now,
                Some(366 * 24 * 60 * 60),
            ),
            ("Wed, 01 Mar 2000 00:00:03 GMT", "", None),
            ("Wed, 01 Mrz 2000 00:00:03 GMT", now, None),
            ("Wed, 00 Mar 2000 00:00:03 GMT", now, None),
        ] {
            assert_eq!(of(value, date), expected, "{value:?} at {date:?}");
        }
    }

    /// The example of RFC 9110 section 5.6.7, in the seconds that `date -d` gives.
    #[test]
    fn seconds_since_1970() {
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }
}
