use core::fmt::Debug;

use http::{Request, Response};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{endpoint, strategies};
use crate::{
    Caller, GetCaptcha, GetSigningKeys, ListCountryCodes, LoginWithSmsCode, Mobile, Operation,
    RefreshIdToken, SendSmsCode, VerifyCaptcha,
};

/// A request that a client wrote is the one that a server reads.
fn request_survives<O: Operation + PartialEq + Debug>(request: &O, caller: &Caller) {
    let encoded = request.encode(&endpoint(), caller);
    assert_eq!(encoded.method(), O::ID.method());
    assert_eq!(encoded.uri().path(), O::ID.path());
    let (parts, body) = encoded.into_parts();
    let received = Request::from_parts(parts, &body[..]);
    assert_eq!(&O::decode_request(&received).unwrap(), request);
    if O::ID.takes_common_headers() {
        assert_eq!(&Caller::decode(received.headers()).unwrap(), caller);
    } else {
        assert!(received.headers().is_empty());
    }
}

/// An answer that a server wrote is the one that a client reads.
fn answer_survives<O: Operation>(output: &O::Output)
where
    O::Output: PartialEq + Debug,
{
    let (parts, body) = O::encode_response(output).into_parts();
    let received = Response::from_parts(parts, &body[..]);
    assert_eq!(&O::decode(received).unwrap(), output);
}

/// An answer with a field that this release does not know is the same answer.
fn unknown_fields_are_ignored<O: Operation>(output: &O::Output, name: &str)
where
    O::Output: PartialEq + Debug + Serialize + DeserializeOwned,
{
    let mut value = serde_json::to_value(output).unwrap();
    let fields = value.as_object_mut().unwrap();
    let unknown = alloc::format!("unknown {name}");
    assert!(
        fields
            .insert(unknown, serde_json::json!({"nested": [1]}))
            .is_none()
    );
    let body = serde_json::to_vec(&value).unwrap();
    assert_eq!(&O::decode(Response::new(&body[..])).unwrap(), output);
}

proptest! {
    #[test]
    fn requests(
        caller in strategies::caller(),
        verify in strategies::verify_captcha(),
        send in strategies::send_sms_code(),
        login in strategies::login_with_sms_code(),
        refresh in strategies::refresh_id_token(),
    ) {
        request_survives(&GetCaptcha::new(), &caller);
        request_survives(&verify, &caller);
        request_survives(&send, &caller);
        request_survives(&login, &caller);
        request_survives(&refresh, &caller);
        request_survives(&ListCountryCodes::new(), &caller);
        request_survives(&GetSigningKeys::new(), &caller);
    }

    #[test]
    fn answers(
        captcha in strategies::captcha(),
        pass in strategies::captcha_pass(),
        login in strategies::login_response(),
        refreshed in strategies::refreshed_id_token(),
        countries in strategies::country_codes(),
        keys in strategies::signing_keys(),
    ) {
        answer_survives::<GetCaptcha>(&captcha);
        answer_survives::<VerifyCaptcha>(&pass);
        answer_survives::<SendSmsCode>(&());
        answer_survives::<LoginWithSmsCode>(&login);
        answer_survives::<RefreshIdToken>(&refreshed);
        answer_survives::<ListCountryCodes>(&countries);
        answer_survives::<GetSigningKeys>(&keys);
    }

    #[test]
    fn answers_with_unknown_fields(
        captcha in strategies::captcha(),
        pass in strategies::captcha_pass(),
        login in strategies::login_response(),
        refreshed in strategies::refreshed_id_token(),
        countries in strategies::country_codes(),
        keys in strategies::signing_keys(),
        name in strategies::text(),
    ) {
        unknown_fields_are_ignored::<GetCaptcha>(&captcha, &name);
        unknown_fields_are_ignored::<VerifyCaptcha>(&pass, &name);
        unknown_fields_are_ignored::<LoginWithSmsCode>(&login, &name);
        unknown_fields_are_ignored::<RefreshIdToken>(&refreshed, &name);
        unknown_fields_are_ignored::<ListCountryCodes>(&countries, &name);
        unknown_fields_are_ignored::<GetSigningKeys>(&keys, &name);
    }

    #[test]
    fn the_caller_as_data(caller in strategies::caller()) {
        let text = serde_json::to_string(&caller).unwrap();
        prop_assert_eq!(serde_json::from_str::<Caller>(&text).unwrap(), caller);
    }

    #[test]
    fn a_canonical_mobile_stays_canonical(mobile in strategies::mobile()) {
        let canonical = mobile.canonical();
        prop_assert_eq!(Mobile::from(canonical.clone()).canonical(), canonical);
    }
}
