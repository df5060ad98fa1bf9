use super::*;

#[tokio::test]
async fn a_login_that_is_dropped_midway_counts_as_a_try_of_unknown_outcome() {
    let scene = scene([Act::Hang, logged_in()]);
    let mut code_sent = scene.code_sent().await;
    drop_midway(code_sent.login(code()));
    let resumed = scene.client.resume(code_sent.save(), device());
    let Ok(Resumed::CodeSent(resumed)) = resumed else {
        panic!("expected the code to be waited for")
    };
    assert_eq!(
        (resumed.view().tries_left, resumed.view().last_try_unknown),
        (Some(4), true)
    );
    assert_eq!(code_sent.view(), resumed.view());
    assert!(
        code_sent.login(code()).await.is_ok(),
        "the step itself goes on as well"
    );
}

#[tokio::test]
async fn a_send_that_is_dropped_midway_sends_nothing_more_by_itself() {
    let scene = scene([Act::Hang]);
    let held = scene.pass_held();
    let saved = held.save();
    drop_midway(held.send_code(SendScenario::LOGIN_SMS));
    let Ok(Resumed::PassHeld(_)) = scene.client.resume(saved, device()) else {
        panic!("expected the pass")
    };
    assert_eq!(scene.count::<SendSmsCode>(), 1);
}

#[tokio::test]
async fn a_future_that_is_never_polled_sends_nothing() {
    let scene = scene([]);
    drop(scene.pass_held().send_code(SendScenario::LOGIN_SMS));
    assert!(scene.service.requests().is_empty());
}
