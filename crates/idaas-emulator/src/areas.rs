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
