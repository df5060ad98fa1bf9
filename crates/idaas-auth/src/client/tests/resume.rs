use super::*;
use crate::{FlowError, FlowPolicy};

#[tokio::test]
async fn a_login_goes_on_in_another_process_after_every_step() {
    let through_json =
        |flow: LoginFlow| LoginFlow::from_snapshot(&flow.to_snapshot().unwrap()).unwrap();
    let one = scene([captcha(), sent()]);
    let other = scene([captcha(), solved(), logged_in()]);

    let step = one.client.flow(device()).captcha(mobile()).await.unwrap();
    let Ok(Resumed::Captcha(needed)) = other.client.resume(through_json(step.save()), device())
    else {
        panic!("expected a captcha to be needed")
    };
    let held = needed
        .captcha()
        .await
        .unwrap()
        .verify(point())
        .await
        .unwrap();
    let Ok(Resumed::PassHeld(held)) = one.client.resume(through_json(held.save()), device()) else {
        panic!("expected the pass to be held")
    };
    let code_sent = held.send_code(SendScenario::LOGIN_SMS).await.unwrap();
    let Ok(Resumed::CodeSent(mut code_sent)) = other
        .client
        .resume(through_json(code_sent.save()), device())
    else {
        panic!("expected the code to be waited for")
    };
    assert!(code_sent.login(code()).await.is_ok());
    assert_eq!((one.lines_left(), other.lines_left()), (0, 0));
}

#[tokio::test]
async fn a_doubt_is_resumed_as_one() {
    let scene = scene([Act::Lose(Delivery::Unknown)]);
    let failed = scene
        .pass_held()
        .send_code(SendScenario::LOGIN_SMS)
        .await
        .unwrap_err();
    let Some(Resumed::InDoubt(doubt)) = failed.next() else {
        panic!("expected doubt")
    };
    assert!(matches!(
        scene.client.resume(doubt.save(), device()),
        Ok(Resumed::InDoubt(_))
    ));
}

#[tokio::test]
async fn what_is_over_is_not_resumed() {
    let scene = scene([logged_in()]);
    let mut code_sent = scene.code_sent().await;
    let waiting = code_sent.save();
    let _ = code_sent.login(code()).await.unwrap();
    let over = scene.client.resume(code_sent.save(), device());
    assert!(matches!(over, Err(Error::Flow(FlowError::Over))));

    scene.clock.advance(661);
    let ended_at = Timestamp::from_unix(START.as_unix() + 600);
    let late = scene.client.resume(waiting, device()).unwrap_err();
    assert!(matches!(late, Error::Flow(FlowError::Expired { at }) if at == ended_at));
    assert_eq!(late.advice(), crate::Advice::StartOver);
}

#[test]
fn a_resumed_flow_keeps_the_policy_it_was_started_with() {
    let scene = scene([]);
    let policy = FlowPolicy::new().with_tries(9);
    let flow = LoginFlow::start(mobile(), policy, START);
    let Ok(Resumed::Captcha(needed)) = scene.client.resume(flow, device()) else {
        panic!("expected a captcha")
    };
    let held = needed.with_pass(pass()).unwrap();
    assert_eq!(held.save().policy(), &policy);
}

#[tokio::test]
async fn a_step_after_the_lifetime_stands_nowhere() {
    let scene = scene([]);
    let held = scene.pass_held();
    scene.clock.advance(661);
    let (error, next) = held
        .send_code(SendScenario::LOGIN_SMS)
        .await
        .unwrap_err()
        .into_parts();
    assert!(matches!(error, Error::Flow(FlowError::Expired { .. })));
    assert!(next.is_none(), "{next:?}");
}
