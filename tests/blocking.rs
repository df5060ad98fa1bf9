//! A whole login by a program without an async runtime, and by one that has a runtime and blocks all the same.

use std::thread;
use std::time::Duration;

use idaas_auth::{BlockingClient, Error, LoginFlow, LoginOutcome, Resumed};
use idaas_emulator::{Fault, Gate};
use idaas_proto::{Mobile, OperationId, SendScenario};
use idaas_transport::{Delivery, HyperTransport, LoopbackOnly, TransportErrorKind};
use tokio::runtime::{Builder, Runtime};

use crate::tenant::{Tenant, device};

/// A service on threads of its own: nothing of it waits for a thread that blocks.
struct Elsewhere {
    tenant: Tenant,
    _runtime: Runtime,
}

impl Elsewhere {
    fn new() -> Self {
        let runtime = multi_thread();
        Self {
            tenant: runtime.block_on(Tenant::new()),
            _runtime: runtime,
        }
    }

    fn client(&self) -> BlockingClient {
        BlockingClient::new(self.tenant.client()).unwrap()
    }

    /// Every step of a login, one of them in another process.
    fn log_in(&self, client: &BlockingClient, mobile: &str) {
        let number = Mobile::parse(mobile).unwrap();
        let puzzle = client.wait(client.flow(device()).captcha(number)).unwrap();
        let point = self.tenant.emulator.solve_captcha(&puzzle.captcha().token);
        let held = client.wait(puzzle.verify(point.unwrap())).unwrap();
        let sent = client
            .wait(held.send_code(SendScenario::LOGIN_SMS))
            .unwrap();

        let saved = sent.save().to_snapshot().unwrap();
        let flow = LoginFlow::from_snapshot(&saved).unwrap();
        let Ok(Resumed::CodeSent(mut sent)) = client.resume(flow, device()) else {
            panic!("the code is waited for");
        };

        let outcome = client.wait(sent.login(self.tenant.code(mobile))).unwrap();
        let LoginOutcome::Session(session) = outcome else {
            panic!("the person is signed in, not {outcome:?}");
        };
        let person = client.verify(session.id_token().unwrap()).unwrap();
        let session = client.refresh(&device(), &session).unwrap();
        let again = client.verify(session.id_token().unwrap()).unwrap();
        assert_eq!(again.id(), person.id());
    }
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

#[test]
fn a_person_signs_in_without_a_runtime() {
    let service = Elsewhere::new();
    let client = service.client();
    service.log_in(&client, "15200000001");
    assert!(!client.signing_keys().unwrap().keys.is_empty());
    client.country_codes(&device()).unwrap();
    assert_eq!(service.tenant.emulator.sms_sent(), 1);
}

#[test]
fn a_person_signs_in_inside_of_any_runtime() {
    let service = Elsewhere::new();
    current_thread().block_on(async {
        let client = service.client();
        service.log_in(&client, "15200000001");
        drop(client);
    });
    let service = std::sync::Arc::new(service);
    let runtime = multi_thread();
    let of_the_task = std::sync::Arc::clone(&service);
    let task = runtime.spawn(async move {
        let client = of_the_task.client();
        of_the_task.log_in(&client, "15200000002");
        drop((client, of_the_task.tenant.addr()));
    });
    runtime.block_on(task).unwrap();
    assert_eq!(service.tenant.emulator.sms_sent(), 2);
}

#[test]
fn many_people_sign_in_at_once() {
    const PEOPLE: u64 = 12;
    let service = Elsewhere::new();
    let client = service.client();
    thread::scope(|scope| {
        for person in 0..PEOPLE {
            let (service, client) = (&service, client.clone());
            scope.spawn(move || service.log_in(&client, &format!("152000000{person:02}")));
        }
    });
    assert_eq!(service.tenant.emulator.sms_sent(), PEOPLE);
}

/// The limits are the transport's, timers and all.
#[test]
fn a_call_that_is_not_answered_ends() {
    let service = Elsewhere::new();
    let never = Gate::new();
    let fault = Fault::on(OperationId::GetSigningKeys).hold(&never);
    service.tenant.emulator.faults().push(fault);
    let impatient = HyperTransport::builder().response_head_timeout(Duration::from_millis(100));
    let client = service.tenant.client_builder();
    let client = client.transport(LoopbackOnly::new(impatient.build()));
    let client = BlockingClient::new(client.build()).unwrap();

    let Err(Error::Transport(call)) = client.signing_keys() else {
        panic!("nobody answers");
    };
    assert_eq!(call.error().kind(), TransportErrorKind::HeadTimeout);
    assert_eq!(call.error().delivery(), Delivery::Unknown);
    client.signing_keys().unwrap();
}
