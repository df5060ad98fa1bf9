//! What nobody knows is said to be unknown, and nothing sends twice.

use std::time::Duration;

use idaas_auth::{LoginOutcome, Resumed};
use idaas_emulator::{Emulator, Fault, Gate};
use idaas_proto::{OperationId, SendScenario};
use idaas_transport::{Delivery, HyperTransport};

use crate::tenant::{MOBILE, Tenant, client_builder, device, mobile};

#[tokio::test]
async fn a_send_that_times_out_is_in_doubt_and_sent_once() {
    let tenant = Tenant::new().await;
    let never = Gate::new();
    let fault = Fault::on(OperationId::SendSmsCode)
        .after_processing()
        .hold(&never);
    tenant.emulator.faults().push(fault);
    let impatient = HyperTransport::builder().response_head_timeout(Duration::from_millis(200));
    let client = tenant.client_builder().transport(impatient.build()).build();

    let step = client.flow(device()).captcha(mobile()).await.unwrap();
    let held = tenant.solve(step).await;
    let failed = held.send_code(SendScenario::LOGIN_SMS).await.unwrap_err();
    assert_eq!(failed.error().delivery(), Delivery::Unknown);
    let (_, Some(Resumed::InDoubt(mut doubt))) = failed.into_parts() else {
        panic!("the login is in doubt");
    };
    assert_eq!(
        tenant.emulator.messages(&mobile()).len(),
        1,
        "one SMS, and no second one"
    );
    assert_eq!(tenant.emulator.calls(OperationId::SendSmsCode), 1);

    // The person has the code all the same, and it is as good as any.
    let outcome = doubt.login(tenant.code(MOBILE)).await.unwrap();
    assert!(matches!(outcome, LoginOutcome::Session(_)));
    assert_eq!(tenant.emulator.sms_sent(), 1);
}

#[tokio::test]
async fn a_connection_that_dies_under_a_send_leaves_doubt() {
    for after in [true, false] {
        let tenant = Tenant::new().await;
        let fault = Fault::on(OperationId::SendSmsCode).drop_connection();
        let fault = if after {
            fault.after_processing()
        } else {
            fault
        };
        tenant.emulator.faults().push(fault);
        let held = tenant.pass_held().await;
        let failed = held.send_code(SendScenario::LOGIN_SMS).await.unwrap_err();
        assert_eq!(failed.error().delivery(), Delivery::Unknown);
        assert!(matches!(failed.next(), Some(Resumed::InDoubt(_))));
        assert_eq!(tenant.emulator.sms_sent(), u64::from(after));
        assert_eq!(tenant.emulator.calls(OperationId::SendSmsCode), 1);
    }
}

#[tokio::test]
async fn a_service_that_is_away_costs_nothing_and_the_pass_is_kept() {
    let tenant = Tenant::new().await;
    let pass = tenant.pass_held().await.save();
    // A port that nobody listens on any more.
    let gone = Emulator::builder().spawn().await.unwrap();
    let url = gone.url();
    gone.shutdown().await;
    let elsewhere = client_builder(&url).build();
    let Resumed::PassHeld(held) = elsewhere.resume(pass, device()).unwrap() else {
        panic!("the pass is held");
    };
    let failed = held.send_code(SendScenario::LOGIN_SMS).await.unwrap_err();
    assert_eq!(failed.error().delivery(), Delivery::NotSent);
    let Some(Resumed::PassHeld(held)) = failed.into_parts().1 else {
        panic!("the pass is still held");
    };
    let Resumed::PassHeld(back) = tenant.client().resume(held.save(), device()).unwrap() else {
        panic!("the pass is held");
    };
    let _sent = back.send_code(SendScenario::LOGIN_SMS).await.unwrap();
    assert_eq!(tenant.emulator.sms_sent(), 1);
}
