use http::Response;
use idaas_proto::{LoginWithSmsCode, Operation, SendSmsCode};
use idaas_transport::{Delivery, TransportError, TransportErrorKind};

use super::*;
use crate::error::decode_answer;

type Answer = Result<Response<Vec<u8>>, TransportError>;

fn answer(status: u16, body: &str) -> Answer {
    Ok(Response::builder()
        .status(status)
        .body(body.into())
        .unwrap())
}

fn refusal(status: u16, code: &str) -> Answer {
    answer(
        status,
        &format!(r#"{{"error_code":"{code}","error_msg":"said by the service"}}"#),
    )
}

fn wait(answer: Answer, retry_after: &'static str) -> Answer {
    let mut response = answer.unwrap();
    response
        .headers_mut()
        .insert("retry-after", retry_after.parse().unwrap());
    Ok(response)
}

fn lost(delivery: Delivery) -> Answer {
    Err(TransportError::new(
        TransportErrorKind::HeadTimeout,
        delivery,
    ))
}

fn read<O: Operation>(answer: Answer) -> Result<O::Output, crate::Error> {
    decode_answer::<O>(answer, START)
}

const HTML: &str = "<html>Bad Gateway</html>";

#[test]
fn a_send_is_what_its_answer_says_and_doubt_where_it_says_nothing() {
    use SendReport as R;
    let throttled = |retry_at: Option<u64>| R::Throttled {
        retry_at: retry_at.map(at),
    };
    let cases = [
        (lost(Delivery::NotSent), R::NotSent),
        (lost(Delivery::Unknown), R::Unknown),
        (answer(200, ""), R::Accepted),
        (answer(200, "{}"), R::Accepted),
        (refusal(400, "IDAAS.SDK.CAPTCHA.0003"), R::PassSpent),
        (refusal(400, "CAPTCHA.0003"), R::PassSpent),
        (refusal(400, "IDAAS.SDK.CAPTCHA.0004"), R::PassSpent),
        (refusal(400, "IDAAS.SDK.CAPTCHA.0006"), R::Failed),
        (refusal(400, "CAPTCHA.0006"), R::Failed),
        (refusal(429, "IDAAS.SDK.COM.0002"), throttled(None)),
        (wait(refusal(429, "anything"), "7"), throttled(Some(7))),
        (
            wait(refusal(429, "anything"), "Tue, 14 Nov 2023 22:15:00 GMT"),
            throttled(Some(100)),
        ),
        (wait(answer(429, HTML), "7"), throttled(Some(7))),
        // Nobody means to say this: a day is the most that is believed.
        (
            wait(answer(429, HTML), "18446744073709551615"),
            throttled(Some(86_400)),
        ),
        (
            wait(refusal(429, "anything"), "Fri, 31 Dec 9999 23:59:59 GMT"),
            throttled(Some(86_400)),
        ),
        (answer(429, ""), throttled(None)),
        (refusal(400, "IDAAS.SDK.PARAM.0001"), R::Refused),
        (refusal(400, "IDAAS.SDK.PARAM.0099"), R::Refused),
        (refusal(400, "PARAM.0004"), R::Refused),
        (refusal(400, "IDAAS.SDK.USER.0004"), R::Refused),
        (refusal(403, "USER.0039"), R::Refused),
        (refusal(400, "IDAAS.SDK.CAPTCHA.0005"), R::Refused),
        // Codes that do not say at which point the service gave up.
        (refusal(400, "IDAAS.SDK.COM.0002"), R::Unknown),
        (refusal(400, "IDAAS.SDK.CAPTCHA.0099"), R::Unknown),
        (refusal(400, "APP.0001"), R::Unknown),
        (refusal(400, "SDK.COMMON.1001"), R::Unknown),
        (refusal(400, "XPARAM.0001"), R::Unknown),
        (refusal(401, "UNAUTHORIZED"), R::Unknown),
        (refusal(404, "NOT_FOUND"), R::Unknown),
        // Codes that come with a status that no refusal has.
        (refusal(200, "IDAAS.SDK.CAPTCHA.0003"), R::Unknown),
        (refusal(302, "IDAAS.SDK.CAPTCHA.0003"), R::Unknown),
        (refusal(500, "IDAAS.SDK.CAPTCHA.0003"), R::Unknown),
        (refusal(500, "IDAAS.SDK.COM.0002"), R::Unknown),
        // Answers that are not the service's.
        (answer(200, HTML), R::Unknown),
        (answer(200, "[]"), R::Unknown),
        (answer(204, ""), R::Unknown),
        (answer(302, ""), R::Unknown),
        (answer(400, ""), R::Unknown),
        (answer(400, HTML), R::Unknown),
        (answer(400, r#"{"error_code":"IDAAS.SDK.CAP"#), R::Unknown),
        (answer(403, HTML), R::Unknown),
        (answer(404, "{}"), R::Unknown),
        (answer(502, HTML), R::Unknown),
        (answer(503, ""), R::Unknown),
    ];
    for (answer, expected) in cases {
        let case = format!("{answer:?}");
        let report = match read::<SendSmsCode>(answer) {
            Ok(()) => SendReport::Accepted,
            Err(error) => SendReport::failed(&error),
        };
        assert_eq!(report, expected, "{case}");
    }
}

#[test]
fn a_login_is_what_its_answer_says() {
    use LoginReport as R;
    let unknown = |retry_at: Option<u64>| R::Unknown {
        retry_at: retry_at.map(at),
    };
    let refused = |status: Option<&str>| R::Refused {
        status: status.map(LoginStatus::from),
    };
    let session = |expires_at| {
        R::Succeeded(Session::new(
            SessionToken::parse("s").unwrap(),
            expires_at,
            None,
        ))
    };
    let pending = |status: &str| {
        R::Pending(PendingStep::new(
            status.into(),
            StateToken::parse("t").unwrap(),
            None,
        ))
    };
    let cases = [
        (lost(Delivery::NotSent), R::NotSent),
        (lost(Delivery::Unknown), unknown(None)),
        (
            answer(
                200,
                r#"{"status":"SUCCESS","session_token":"s","expire":432000}"#,
            ),
            session(Some(at(432_000))),
        ),
        (
            answer(200, r#"{"status":" SUCCESS ","session_token":"s"}"#),
            session(None),
        ),
        (
            answer(200, r#"{"status":"MFA_AUTH","state_token":"t"}"#),
            pending("MFA_AUTH"),
        ),
        (
            answer(200, r#"{"status":"NEW_THING","state_token":"t"}"#),
            pending("NEW_THING"),
        ),
        (
            answer(200, r#"{"status":"NEW_THING","session_token":"s"}"#),
            refused(Some("NEW_THING")),
        ),
        (
            answer(200, r#"{"status":"ACCESS_DENIED","state_token":"t"}"#),
            refused(Some("ACCESS_DENIED")),
        ),
        (
            answer(200, r#"{"status":"ACCESS_DENIED"}"#),
            refused(Some("ACCESS_DENIED")),
        ),
        (refusal(400, "IDAAS.SDK.CAPTCHA.0007"), R::CodeIncorrect),
        (refusal(400, "CAPTCHA.0007"), R::CodeIncorrect),
        (refusal(400, "IDAAS.SDK.USER.0001"), refused(None)),
        (refusal(400, "IDAAS.SDK.USER.0039"), refused(None)),
        (refusal(400, "IDAAS.SDK.PARAM.0009"), refused(None)),
        (refusal(400, "NEVER.HEARD.OF"), refused(None)),
        (wait(refusal(429, "anything"), "7"), unknown(Some(7))),
        (wait(answer(429, HTML), "7"), unknown(Some(7))),
        (refusal(500, "IDAAS.SDK.COM.0002"), unknown(None)),
        (refusal(500, "IDAAS.SDK.CAPTCHA.0007"), unknown(None)),
        (refusal(200, "IDAAS.SDK.CAPTCHA.0007"), unknown(None)),
        (answer(200, r#"{"status":"SUCCESS"}"#), unknown(None)),
        (answer(200, r#"{"status":"SUCC"#), unknown(None)),
        (answer(200, ""), unknown(None)),
        (answer(302, ""), unknown(None)),
        (answer(403, HTML), unknown(None)),
        (answer(502, HTML), unknown(None)),
    ];
    for (answer, expected) in cases {
        let case = format!("{answer:?}");
        let report = match read::<LoginWithSmsCode>(answer) {
            Ok(response) => LoginReport::answered(response, START),
            Err(error) => LoginReport::failed(&error),
        };
        assert_eq!(report, expected, "{case}");
    }
}
