use serde_json::{Value, json};

use super::*;

/// One for every state that a flow can rest in, as version 1 wrote them: readable for ever.
const VERSION_1: [(&str, &str); 7] = [
    (
        "captcha",
        r#"{"v":1,"mobile":"+86-15200000001","started_at":1700000000,"policy":{"resend_interval":60,"code_lifetime":300,"pass_lifetime":180,"tries":5,"lifetime":600,"skew":60},"state":{"captcha":{"resend_at":null}}}"#,
    ),
    (
        "captcha, after a send",
        r#"{"v":1,"mobile":"+86-15200000001","started_at":1700000000,"policy":{"resend_interval":60,"code_lifetime":300,"pass_lifetime":180,"tries":5,"lifetime":600,"skew":60},"state":{"captcha":{"resend_at":1700000064}}}"#,
    ),
    (
        "pass_held",
        r#"{"v":1,"mobile":"+86-15200000001","started_at":1700000000,"policy":{"resend_interval":60,"code_lifetime":300,"pass_lifetime":180,"tries":5,"lifetime":600,"skew":60},"state":{"pass_held":{"captcha_token":"71dd26999e314f9abb0c635336976635---{\"x\":237.0,\"y\":5.0}","expires_at":1700000181,"resend_at":null}}}"#,
    ),
    (
        "await_code",
        r#"{"v":1,"mobile":"+86-15200000001","started_at":1700000000,"policy":{"resend_interval":60,"code_lifetime":300,"pass_lifetime":180,"tries":5,"lifetime":600,"skew":60},"state":{"await_code":{"resend_at":1700000064,"expires_at":1700000303,"tries_left":5,"last_try_unknown":false}}}"#,
    ),
    (
        "await_code, after a try of unknown outcome",
        r#"{"v":1,"mobile":"+86-15200000001","started_at":1700000000,"policy":{"resend_interval":60,"code_lifetime":300,"pass_lifetime":180,"tries":5,"lifetime":600,"skew":60},"state":{"await_code":{"resend_at":1700000064,"expires_at":1700000303,"tries_left":4,"last_try_unknown":true}}}"#,
    ),
    (
        "in_doubt",
        r#"{"v":1,"mobile":"+86-15200000001","started_at":1700000000,"policy":{"resend_interval":60,"code_lifetime":300,"pass_lifetime":180,"tries":5,"lifetime":600,"skew":60},"state":{"in_doubt":{"resend_at":1700000063,"expires_at":1700000303,"tries_left":5,"last_try_unknown":false}}}"#,
    ),
    (
        "pending",
        r#"{"v":1,"mobile":"+86-15200000001","started_at":1700000000,"policy":{"resend_interval":60,"code_lifetime":300,"pass_lifetime":180,"tries":5,"lifetime":600,"skew":60},"state":{"pending":{"status":"MFA_AUTH","state_token":"state-token","data":"{\"mfa_type\":\"sms\"}"}}}"#,
    ),
];

fn literal(name: &str) -> &'static str {
    VERSION_1
        .iter()
        .find(|(literal, _)| *literal == name)
        .unwrap()
        .1
}

/// The literal that a state is saved as.
fn saved_as(flow: &LoginFlow) -> Option<&'static str> {
    Some(literal(match &flow.state {
        State::Captcha(_) => "captcha",
        State::PassHeld(_) | State::AskSend(_) => "pass_held",
        State::Sending(_) => "in_doubt",
        State::AwaitCode(_) => "await_code",
        State::LoggingIn(_) => "await_code, after a try of unknown outcome",
        State::AskTry(ask) if !ask.in_doubt => "await_code",
        // Here the answer came, a second later than the request began.
        State::AskTry(_) | State::InDoubt(_) | State::Done | State::Refused => return None,
        State::Pending(_) => "pending",
    }))
}

#[test]
fn every_state_is_written_as_version_1_wrote_it() {
    for flow in every_state() {
        if let Some(literal) = saved_as(&flow) {
            assert_eq!(flow.to_snapshot().unwrap(), literal, "{}", flow.state());
        }
    }
    let mut resent = along(&[
        Event::PassObtained,
        Event::SendAsked,
        Event::SendGranted,
        Event::SendAccepted,
    ]);
    let _ = resent.handle(Input::ResendAsked, at(64)).unwrap();
    assert_eq!(
        resent.to_snapshot().unwrap(),
        literal("captcha, after a send")
    );
}

#[test]
fn every_snapshot_of_version_1_is_read_and_lives_on() {
    for (name, json) in VERSION_1 {
        let flow = LoginFlow::from_snapshot(json).unwrap();
        assert_eq!(flow.to_snapshot().unwrap(), json, "{name}");
        assert!(
            name.starts_with(flow.state().as_str()),
            "{name} is read as {}",
            flow.state()
        );
        for row in table::leaving(flow.state()) {
            assert!(
                flow.clone().handle(input(row.event), at(100)).is_ok(),
                "{row:?} from {name}"
            );
        }
    }
}

#[test]
fn what_is_restored_is_what_settle_leaves() {
    for flow in every_state().iter().filter(|flow| !flow.state().is_over()) {
        let restored = LoginFlow::from_snapshot(&flow.to_snapshot().unwrap()).unwrap();
        let mut settled = flow.clone();
        settled.settle();
        assert_eq!(restored, settled, "{}", flow.state());
        assert!(settled.state().is_resting());
        if flow.state().is_resting() {
            assert_eq!(&settled, flow, "a resting flow is left alone");
        }
    }
}

#[test]
fn settling_is_what_an_interruption_does_at_the_time_the_work_began() {
    for flow in every_state()
        .iter()
        .filter(|flow| table::find(flow.state(), Event::Interrupted).is_some())
    {
        let (mut settled, mut interrupted) = (flow.clone(), flow.clone());
        settled.settle();
        let _ = interrupted.handle(Input::Interrupted, at(3)).unwrap();
        assert_eq!(settled, interrupted, "{}", flow.state());
    }
}

#[test]
fn no_snapshot_holds_a_code() {
    for flow in every_state().iter().filter(|flow| !flow.state().is_over()) {
        assert!(
            !flow.to_snapshot().unwrap().contains(CODE),
            "{}",
            flow.state()
        );
    }
}

#[test]
fn what_is_over_is_not_saved() {
    for flow in every_state().iter().filter(|flow| flow.state().is_over()) {
        assert_eq!(flow.to_snapshot(), Err(FlowError::Over));
        assert_eq!(
            serde_json::to_string(flow).unwrap_err().to_string(),
            FlowError::Over.to_string()
        );
    }
}

#[test]
fn a_snapshot_of_a_later_version_is_refused_by_name_whatever_its_shape() {
    for json in [
        literal("captcha").replace("\"v\":1", "\"v\":2"),
        r#"{"v":2,"flow":"something else"}"#.to_owned(),
        r#"{"flow":{},"v":2}"#.to_owned(),
    ] {
        assert_eq!(
            LoginFlow::from_snapshot(&json),
            Err(SnapshotError::UnknownVersion { version: 2 }),
            "{json}"
        );
        assert!(serde_json::from_str::<LoginFlow>(&json).is_err());
    }
}

#[test]
fn what_is_no_snapshot_is_refused_without_being_shown() {
    let broken = [
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        literal("captcha").replace("\"v\":1", "\"v\":\"secret\""),
        literal("captcha").replace("+86-15200000001", ""),
        literal("captcha").replace("captcha", "secret"),
        literal("await_code").replace("\"tries_left\":5", "\"tries_left\":\"secret\""),
        literal("pass_held").replace("\"expires_at\"", "\"secret\""),
        literal("pending")[..200].to_owned(),
    ];
    for json in broken {
        let error = LoginFlow::from_snapshot(&json).unwrap_err();
        assert!(matches!(error, SnapshotError::Malformed { .. }), "{json}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    }
}

#[test]
fn snapshots_but_pending_are_short_enough_for_a_token() {
    for (name, json) in VERSION_1 {
        // A sealed token of at most 700 bytes in base64 holds 525, 45 of them its own.
        assert!(
            name == "pending" || json.len() <= 480,
            "{name} takes {} bytes",
            json.len()
        );
    }
}

/// What must not be read in any error, as a text and as a number.
const SECRETS: [&str; 2] = ["SECRETPASS", "15299990000"];

#[test]
fn no_error_of_serde_shows_a_value_wherever_it_stands() {
    let mut refused = 0;
    for (name, json) in VERSION_1 {
        for broken in broken(&serde_json::from_str(json).unwrap()) {
            let text = broken.to_string();
            let errors = [
                LoginFlow::from_snapshot(&text).map_err(|error| format!("{error} {error:?}")),
                serde_json::from_str::<LoginFlow>(&text)
                    .map_err(|error| format!("{error} {error:?}")),
                serde_json::from_value::<LoginFlow>(broken)
                    .map_err(|error| format!("{error} {error:?}")),
            ];
            for error in errors.into_iter().filter_map(Result::err) {
                refused += 1;
                for secret in SECRETS {
                    assert!(!error.contains(secret), "{name}: {error}, from {text}");
                }
            }
        }
    }
    assert!(refused > 1_000, "only {refused} errors were looked at");
}

#[test]
fn neither_does_an_error_of_a_part() {
    for text in [
        r#""SECRETPASS""#,
        "-15299990000",
        r#"{"tries":15299990000}"#,
        r#"{"resend_interval":"SECRETPASS"}"#,
        r#"["SECRETPASS"]"#,
    ] {
        let errors = [
            serde_json::from_str::<FlowPolicy>(text)
                .unwrap_err()
                .to_string(),
            serde_json::from_str::<Timestamp>(text)
                .unwrap_err()
                .to_string(),
        ];
        for (error, secret) in errors
            .iter()
            .flat_map(|error| SECRETS.map(|secret| (error, secret)))
        {
            assert!(!error.contains(secret), "{error}, from {text}");
        }
    }
}

/// The value with each of its parts replaced, and each of its keys, one at a time.
fn broken(value: &Value) -> Vec<Value> {
    let mut all = vec![
        json!("SECRETPASS"),
        json!(15_299_990_000_u64),
        json!(-15_299_990_000_i64),
        json!(15_299_990_000.5),
        json!(["SECRETPASS", 15_299_990_000_u64]),
        json!({"SECRETPASS": 15_299_990_000_u64}),
    ];
    if let Value::Object(fields) = value {
        for (key, field) in fields {
            all.extend(broken(field).into_iter().map(|broken| {
                let mut fields = fields.clone();
                fields.insert(key.clone(), broken);
                Value::Object(fields)
            }));
            let mut renamed = fields.clone();
            renamed.remove(key);
            renamed.insert("SECRETPASS".into(), field.clone());
            all.push(Value::Object(renamed));
        }
    }
    all
}
