//! Area codes, and what the mobile numbers behind them look like.

use idaas_proto::{CanonicalMobile, CountryCode, CountryCodes, Mobile};

/// One area code of the vendor's list.
struct Area {
    code: &'static str,
    country: &'static str,
    /// As the vendor publishes it, stray commas included.
    regex: &'static str,
    en: &'static str,
    zh_cn: &'static str,
    zh_tw: &'static str,
    form: Form,
}

/// What `regex` says, for the machine.
struct Form {
    area_may_be_absent: bool,
    trunk_zero: bool,
    first: &'static [u8],
    /// How many digits may follow the first one.
    more: &'static [usize],
}

const CHINESE_COAST: &[u8] = b"1456789";

/// Source: the vendor's page on country codes.
const AREAS: [Area; 4] = [
    Area {
        code: "86",
        country: "CN",
        regex: r"^(\+86){0,1}\-?1\d{10}$",
        en: "China",
        zh_cn: "中国",
        zh_tw: "中國",
        form: Form {
            area_may_be_absent: true,
            trunk_zero: false,
            first: b"1",
            more: &[10],
        },
    },
    Area {
        code: "852",
        country: "HK",
        regex: r"^(\+852){1}\-?0{0,1}[1,4,5,6,7,8,9](?:\d{7}|\d{8}|\d{12})$",
        en: "Hong Kong, China",
        zh_cn: "中国香港",
        zh_tw: "中國香港",
        form: Form {
            area_may_be_absent: false,
            trunk_zero: true,
            first: CHINESE_COAST,
            more: &[7, 8, 12],
        },
    },
    Area {
        code: "853",
        country: "MO",
        regex: r"^(\+853){1}\-?0{0,1}[1,4,5,6,7,8,9](?:\d{7}|\d{8}|\d{12})$",
        en: "Macao, China",
        zh_cn: "中国澳门",
        zh_tw: "中國澳門",
        form: Form {
            area_may_be_absent: false,
            trunk_zero: true,
            first: CHINESE_COAST,
            more: &[7, 8, 12],
        },
    },
    Area {
        code: "886",
        country: "TW",
        regex: r"^(\+886){1}\-?[6,7,9](?:\d{7}|\d{8})$",
        en: "Taiwan, China",
        zh_cn: "中国台湾",
        zh_tw: "中國臺灣",
        form: Form {
            area_may_be_absent: false,
            trunk_zero: false,
            first: b"679",
            more: &[7, 8],
        },
    },
];

/// Whether the service would send an SMS to a mobile number that is written like this.
///
/// Numbers with a listed area code must have the form that the list gives. Other area codes are not documented by the
/// vendor: any number of E.164 that leads with `+` will do.
pub(crate) fn is_possible(mobile: &Mobile) -> bool {
    let written = mobile.as_str();
    let listed = AREAS.iter().find(|area| area.is_of(written));
    match listed {
        Some(area) => area.accepts(written),
        None => written.starts_with('+') && mobile.canonical().is_e164(),
    }
}

/// The number as the service stores it, with a dash behind the area code: `+86-15200000000`.
pub(crate) fn with_dash(mobile: &CanonicalMobile) -> String {
    let Some(digits) = mobile.as_str().strip_prefix('+') else {
        return mobile.as_str().to_owned();
    };
    match digits.split_at_checked(area_length(digits)) {
        Some((area, subscriber)) => format!("+{area}-{subscriber}"),
        None => mobile.as_str().to_owned(),
    }
}

/// The answer to `country-codes`.
pub(crate) fn country_codes() -> CountryCodes {
    let definitions = AREAS.iter().map(Area::definition).collect();
    CountryCodes::new(definitions).with_preferred_area_code(AREAS[0].code)
}

impl Area {
    /// Whether a number belongs to this area; the first that says so judges its form.
    fn is_of(&self, written: &str) -> bool {
        match written.strip_prefix('+') {
            Some(digits) => digits.starts_with(self.code),
            None => self.form.area_may_be_absent,
        }
    }

    fn accepts(&self, written: &str) -> bool {
        let national = match written.strip_prefix('+') {
            Some(digits) => digits.strip_prefix(self.code),
            None => self.form.area_may_be_absent.then_some(written),
        };
        let Some(national) = national else {
            return false;
        };
        let national = national.strip_prefix('-').unwrap_or(national);
        let national = match national.strip_prefix('0') {
            Some(rest) if self.form.trunk_zero => rest,
            _ => national,
        };
        match national.as_bytes() {
            [first, more @ ..] => {
                self.form.first.contains(first)
                    && self.form.more.contains(&more.len())
                    && more.iter().all(u8::is_ascii_digit)
            }
            [] => false,
        }
    }

    fn definition(&self) -> CountryCode {
        let names = [
            ("zh-TW", self.zh_tw),
            ("en", self.en),
            ("zh-CN", self.zh_cn),
        ];
        let names = names.map(|(language, name)| (language.to_owned(), name.to_owned()));
        CountryCode::new(self.code)
            .with_display_mapping(names.into())
            .with_country_code(self.country)
            .with_mobile_regex(self.regex)
            .with_area_code_suffixes(Vec::new())
    }
}

/// How many digits the area code of an international number has (ITU-T E.164 annex: 1 and 7 stand alone, some have
/// two digits, all others three).
fn area_length(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn number() -> impl Strategy<Value = String> {
        let area = prop::sample::select(vec!["", "+86", "+852", "+853", "+886", "86", "+"]);
        let dash = prop::sample::select(vec!["", "-", "--"]);
        (area, dash, "0{0,2}[0-9]{7,13}|1[0-9]{10}|[0-9-]{1,14}")
            .prop_map(|(area, dash, rest)| format!("{area}{dash}{rest}"))
    }

    proptest! {
        #[test]
        fn the_form_of_each_area_is_what_its_regex_says(written in number()) {
            for area in &AREAS {
                let regex = Regex::new(area.regex).unwrap();
                prop_assert_eq!(area.accepts(&written), regex.is_match(&written), "{} as {}", written, area.country);
            }
        }

        #[test]
        fn what_is_possible_is_one_person_in_every_form(digits in "1[0-9]{10}") {
            for written in [digits.clone(), format!("+86{digits}"), format!("+86-{digits}")] {
                let mobile = Mobile::parse(written).unwrap();
                prop_assert!(is_possible(&mobile));
                prop_assert_eq!(with_dash(&mobile.canonical()), format!("+86-{digits}"));
            }
        }
    }

    #[test]
    fn numbers_of_the_pages_and_of_elsewhere() {
        for (written, possible) in [
            ("11012345678", true),
            ("15200000000", true),
            ("+852-51234567", true),
            ("+852051234567", true),
            ("+886912345678", true),
            ("+14155550123", true),
            ("+1-415-555-0123", true),
            ("abc", false),
            ("1520000000", false),
            ("152000000000", false),
            ("8615200000000", false),
            ("+86152000000000", false),
            ("+852-21234567", false),
            ("4155550123", false),
            ("+0155550123", false),
            ("+", false),
        ] {
            let mobile = Mobile::parse(written).unwrap();
            assert_eq!(is_possible(&mobile), possible, "{written}");
        }
    }

    #[test]
    fn the_dash_stands_behind_the_area_code() {
        for (written, stored) in [
            ("15200000000", "+86-15200000000"),
            ("+85251234567", "+852-51234567"),
            ("+14155550123", "+1-4155550123"),
            ("+79161234567", "+7-9161234567"),
            ("+447911123456", "+44-7911123456"),
            ("+3725123456", "+372-5123456"),
            ("abc", "abc"),
        ] {
            let mobile = Mobile::parse(written).unwrap();
            assert_eq!(with_dash(&mobile.canonical()), stored, "{written}");
        }
    }

    #[test]
    fn the_list_prefers_mainland_china() {
        let codes = country_codes();
        assert_eq!(codes.preferred_area_code.as_deref(), Some("86"));
        let listed: Vec<&str> = (codes.phone_area_code_definitions.iter())
            .map(|definition| definition.area_code.as_str())
            .collect();
        assert_eq!(listed, ["86", "852", "853", "886"]);
    }
}
