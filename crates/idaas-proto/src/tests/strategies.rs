use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use crate::{
    Caller, Captcha, CaptchaPass, CaptchaPoint, CaptchaToken, ChallengeToken, ClientId,
    CountryCode, CountryCodes, Device, IdToken, ImageBase64, Jwk, Language, LoginResponse,
    LoginStatus, LoginWithSmsCode, Mobile, PendingData, RefreshIdToken, RefreshedIdToken,
    SecretKey, SendScenario, SendSmsCode, Sender, SessionToken, SigningKeys, StateToken,
    VerifyCaptcha, VerifyCode,
};

/// Any text that a newtype accepts.
pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{1,40}", "[^\\p{Cc}]{1,20}"]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), any::<String>()]
}

macro_rules! parsed {
    ($($function:ident: $newtype:ident;)+) => {$(
        fn $function() -> impl Strategy<Value = $newtype> {
            text().prop_map(|text| $newtype::parse(text).unwrap())
        }
    )+};
}

parsed! {
    captcha_token: CaptchaToken;
    challenge_token: ChallengeToken;
    client_id: ClientId;
    id_token: IdToken;
    pending_data: PendingData;
    secret_key: SecretKey;
    sender: Sender;
    session_token: SessionToken;
    state_token: StateToken;
    verify_code: VerifyCode;
}

pub(super) fn mobile() -> impl Strategy<Value = Mobile> {
    prop_oneof![
        "1[0-9]{10}",
        "\\+86-?1[0-9]{10}",
        "\\+85[23]-?0?[1-9][0-9]{7}",
        "[ -~]{1,32}"
    ]
    .prop_map(|text| Mobile::parse(text).unwrap())
}

fn point() -> impl Strategy<Value = CaptchaPoint> {
    (-1e6..1e6_f64, -1e6..1e6_f64).prop_map(|(x, y)| CaptchaPoint::new(x, y).unwrap())
}

fn scenario() -> impl Strategy<Value = SendScenario> {
    prop_oneof![
        proptest::sample::select(SendScenario::KNOWN),
        // An empty `type` counts as absent.
        "[^\\p{Cc}]{1,20}".prop_map(SendScenario::new),
    ]
}

fn image() -> impl Strategy<Value = ImageBase64> {
    any_text().prop_map(ImageBase64::new)
}

/// Any JSON but null, which cannot be told from absence.
fn json() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any_text().prop_map(Into::into),
        vec(any::<u8>(), 0..4).prop_map(Into::into),
    ]
}

pub(super) fn caller() -> impl Strategy<Value = Caller> {
    let language = option::of(prop_oneof![Just(Language::En), Just(Language::Zh)]);
    let device = (text(), text(), text(), option::of(any::<IpAddr>()));
    (client_id(), device, language).prop_map(|(client_id, (system, print, agent, ip), language)| {
        let mut device = Device::new(system, print, agent).unwrap();
        if let Some(ip) = ip {
            device = device.with_ip(ip);
        }
        let caller = Caller::new(client_id, device);
        match language {
            Some(language) => caller.with_language(language),
            None => caller,
        }
    })
}

pub(super) fn verify_captcha() -> impl Strategy<Value = VerifyCaptcha> {
    (point(), challenge_token(), sender())
        .prop_map(|(point, token, sender)| VerifyCaptcha::new(point, token, sender))
}

pub(super) fn send_sms_code() -> impl Strategy<Value = SendSmsCode> {
    (mobile(), scenario(), captcha_token())
        .prop_map(|(mobile, scenario, token)| SendSmsCode::new(mobile, scenario, token))
}

pub(super) fn login_with_sms_code() -> impl Strategy<Value = LoginWithSmsCode> {
    (mobile(), verify_code()).prop_map(|(mobile, code)| LoginWithSmsCode::new(mobile, code))
}

pub(super) fn refresh_id_token() -> impl Strategy<Value = RefreshIdToken> {
    session_token().prop_map(RefreshIdToken::new)
}

pub(super) fn captcha() -> impl Strategy<Value = Captcha> {
    let nulls = (
        option::of(any_text()),
        option::of(any::<i64>()),
        option::of(secret_key()),
        option::of(json()),
        option::of(vec(any_text(), 0..3)),
    );
    let pictures = (image(), image(), challenge_token(), any::<bool>());
    (pictures, nulls).prop_map(
        |((original, jigsaw, token, result), (text, size, key, point, words))| {
            let mut captcha = Captcha::new(original, jigsaw, token, result);
            captcha.captcha_id = text.clone();
            captcha.project_code = text.clone();
            captcha.captcha_original_path = text.clone();
            captcha.captcha_font_type = text.clone();
            captcha.captcha_font_size = size;
            captcha.secret_key = key;
            captcha.point = point.clone();
            captcha.word_list = words;
            captcha.point_list = point;
            captcha.point_json = text.clone();
            captcha.captcha_verification = text;
            captcha
        },
    )
}

pub(super) fn captcha_pass() -> impl Strategy<Value = CaptchaPass> {
    captcha_token().prop_map(CaptchaPass::new)
}

pub(super) fn login_response() -> impl Strategy<Value = LoginResponse> {
    let status = prop_oneof![
        proptest::sample::select(LoginStatus::KNOWN),
        any_text().prop_map(LoginStatus::new),
    ];
    let optional = (
        option::of(any::<u64>()),
        option::of(id_token()),
        option::of(state_token()),
        option::of(pending_data()),
    );
    (status, session_token(), any::<bool>(), optional).prop_map(
        |(status, session_token, with_session, (expire, id_token, state_token, data))| {
            let mut response = LoginResponse::new(status);
            if with_session || response.is_success() {
                response.session_token = Some(session_token);
            }
            response.expire = expire;
            response.id_token = id_token;
            response.state_token = state_token;
            response.data = data;
            response
        },
    )
}

pub(super) fn refreshed_id_token() -> impl Strategy<Value = RefreshedIdToken> {
    let optional = (option::of(session_token()), option::of(any::<u64>()));
    (id_token(), optional).prop_map(|(id_token, (session_token, expire))| {
        let mut refreshed = RefreshedIdToken::new(id_token);
        refreshed.session_token = session_token;
        refreshed.expire = expire;
        refreshed
    })
}

pub(super) fn country_codes() -> impl Strategy<Value = CountryCodes> {
    let country = (
        any_text(),
        option::of(btree_map(any_text(), any_text(), 0..3)),
        option::of(any_text()),
        option::of(vec(any_text(), 0..3)),
    );
    let countries = vec(country, 0..3).prop_map(|countries| -> Vec<CountryCode> {
        let country = |(area_code, names, text, suffixes): (String, _, _, _)| {
            let mut country = CountryCode::new(area_code);
            country.display_mapping = names;
            country.country_code = Option::clone(&text);
            country.mobile_regex = text;
            country.area_code_suffixes = suffixes;
            country
        };
        countries.into_iter().map(country).collect()
    });
    (countries, option::of(any_text())).prop_map(|(countries, preferred)| {
        let mut codes = CountryCodes::new(countries);
        codes.preferred_area_code = preferred;
        codes
    })
}

pub(super) fn signing_keys() -> impl Strategy<Value = SigningKeys> {
    let optional = vec(option::of(any_text()), 5);
    let key = (any_text(), optional).prop_map(|(kty, mut optional)| {
        let mut key = Jwk::new(kty);
        let mut next = || optional.pop().flatten();
        key.kid = next();
        key.alg = next();
        key.key_use = next();
        key.n = next();
        key.e = next();
        key
    });
    vec(key, 0..4).prop_map(SigningKeys::new)
}
