//! What goes wrong on purpose.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Response;
use idaas_proto::{ApiError, ErrorCode, OperationId};

use crate::gate::Gate;

/// Something that goes wrong with the next call of one operation.
///
/// Without more it happens once, in place of the operation: the service sees nothing of the call. With
/// [`after_processing`](Self::after_processing) the service does its work first, and only the answer goes wrong: an
/// SMS is sent and nobody hears of it.
///
/// ```
/// use idaas_emulator::{Fault, Gate};
/// use idaas_proto::{ApiError, ErrorCode, OperationId, RetryAfter};
///
/// // 500 IDAAS.SDK.COM.0002, in the language of the caller.
/// Fault::on(OperationId::LoginWithSmsCode).error(ErrorCode::SYSTEM_BUSY);
///
/// // Three times 429 with Retry-After: 30.
/// let busy = ApiError::new(429, ErrorCode::new("GATEWAY.BUSY"), "slow down");
/// Fault::on(OperationId::SendSmsCode)
///     .api_error(busy.with_retry_after(RetryAfter::After(30)))
///     .times(3);
///
/// // The SMS is sent, the connection dies.
/// Fault::on(OperationId::SendSmsCode).after_processing().drop_connection();
///
/// // The SMS is sent, the answer waits until the gate is opened.
/// let gate = Gate::new();
/// Fault::on(OperationId::SendSmsCode).after_processing().hold(&gate);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault does nothing before it is handed to `Faults::push`"]
pub struct Fault {
    operation: OperationId,
    times: Option<u32>,
    after_processing: bool,
    gate: Option<Gate>,
    outcome: Outcome,
}

/// What the caller gets.
#[derive(Clone)]
pub(crate) enum Outcome {
    /// What the service answers.
    Answer,
    /// The error of the catalogue, in the language of the caller.
    Error(ErrorCode),
    /// These bytes.
    Response(Response<Bytes>),
    /// No answer: the connection is closed.
    Dropped,
}

impl Fault {
    /// A fault of the next call of this operation. On its own it changes nothing.
    pub const fn on(operation: OperationId) -> Self {
        Self {
            operation,
            times: Some(1),
            after_processing: false,
            gate: None,
            outcome: Outcome::Answer,
        }
    }

    /// Answers with this code, with the status and the message of the catalogue. A code that the catalogue does not
    /// have is answered with 400.
    pub fn error(mut self, code: ErrorCode) -> Self {
        self.outcome = Outcome::Error(code);
        self
    }

    /// Answers with this status, code, message and `Retry-After`.
    pub fn api_error(self, error: ApiError) -> Self {
        self.respond(error.encode_response().map(Bytes::from))
    }

    /// Answers with exactly this, be it the HTML of a proxy.
    pub fn respond(mut self, response: Response<Bytes>) -> Self {
        self.outcome = Outcome::Response(response);
        self
    }

    /// Closes the connection without an answer.
    pub fn drop_connection(mut self) -> Self {
        self.outcome = Outcome::Dropped;
        self
    }

    /// Waits at the gate first. If nobody opens it, the answer never comes.
    pub fn hold(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Lets the service do its work before anything goes wrong.
    pub const fn after_processing(mut self) -> Self {
        self.after_processing = true;
        self
    }

    /// Happens to this many calls, one after the other.
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Happens to every call until [`Faults::clear`].
    pub const fn always(mut self) -> Self {
        self.times = None;
        self
    }

    pub(crate) const fn is_after_processing(&self) -> bool {
        self.after_processing
    }

    /// Waits at the gate, if there is one, and tells what the caller gets.
    pub(crate) async fn happen(self) -> Outcome {
        if let Some(gate) = self.gate {
            gate.pass().await;
        }
        self.outcome
    }
}

impl fmt::Debug for Outcome {
    /// An answer may hold tokens, so its body is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer => f.write_str("Answer"),
            Self::Error(code) => write!(f, "Error({code})"),
            Self::Response(response) => write!(f, "Response({})", response.status()),
            Self::Dropped => f.write_str("Dropped"),
        }
    }
}

/// The faults that an emulator still has before it, first come, first served. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<VecDeque<Fault>>>);

impl Faults {
    /// Adds a fault behind the others.
    pub fn push(&self, fault: Fault) {
        self.queue().push_back(fault);
    }

    /// Forgets all faults that have not happened yet.
    pub fn clear(&self) {
        self.queue().clear();
    }

    /// How many faults wait for a call. One with several [`times`](Fault::times) counts as one.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue().len()
    }

    /// The fault that happens to a call of this operation.
    pub(crate) fn next(&self, operation: OperationId) -> Option<Fault> {
        let mut queue = self.queue();
        queue.retain(|fault| fault.times != Some(0));
        let at = queue
            .iter()
            .position(|fault| fault.operation == operation)?;
        let fault = queue.get_mut(at)?;
        match &mut fault.times {
            Some(times) if *times > 1 => *times -= 1,
            Some(_) => return queue.remove(at),
            None => {}
        }
        Some(fault.clone())
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use http::StatusCode;
    use idaas_proto::RetryAfter;
    use serde_json::Value;

    use super::*;
    use crate::testing::{MOBILE, Person, code_of, read, request};

    const LOGIN: OperationId = OperationId::LoginWithSmsCode;
    const SEND: OperationId = OperationId::SendSmsCode;

    #[test]
    fn faults_happen_in_turn_to_their_operation_only() {
        let faults = Faults::default();
        faults.push(Fault::on(LOGIN).error(ErrorCode::SYSTEM_BUSY).times(2));
        faults.push(Fault::on(SEND).drop_connection().times(0));
        faults.push(Fault::on(SEND).error(ErrorCode::SEND_FAILED));
        faults.push(Fault::on(LOGIN).drop_connection().always());
        let outcome = |operation| {
            faults
                .next(operation)
                .map(|fault| format!("{:?}", fault.outcome))
        };
        assert_eq!(outcome(LOGIN).unwrap(), "Error(IDAAS.SDK.COM.0002)");
        assert_eq!(outcome(SEND).unwrap(), "Error(IDAAS.SDK.CAPTCHA.0006)");
        assert_eq!(outcome(SEND), None);
        assert_eq!(outcome(LOGIN).unwrap(), "Error(IDAAS.SDK.COM.0002)");
        assert_eq!(outcome(LOGIN).unwrap(), "Dropped");
        assert_eq!(outcome(LOGIN).unwrap(), "Dropped");
        assert_eq!(faults.waiting(), 1);
        faults.clear();
        assert_eq!(outcome(LOGIN), None);
    }

    #[tokio::test]
    async fn a_code_is_answered_with_the_status_and_language_of_the_catalogue() {
        let person = Person::new();
        person
            .0
            .faults()
            .push(Fault::on(LOGIN).error(ErrorCode::SYSTEM_BUSY).times(2));
        let (status, body) = person.log_in("232326").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(body["error_msg"], "System busy, please try again later");
        let mut chinese = request(LOGIN, &Value::Null);
        chinese.headers_mut().insert("X-L", "zh".parse().unwrap());
        let (_, body) = read(&person.0.call(chinese).await);
        assert_eq!(body["error_msg"], "系统繁忙,请稍后再试");
    }

    #[tokio::test]
    async fn an_unknown_code_is_answered_as_it_is() {
        let person = Person::new();
        person
            .0
            .faults()
            .push(Fault::on(SEND).error(ErrorCode::new("SDK.COMMON.1001")));
        let answer = person.send().await;
        assert_eq!(
            (answer.0, code_of(&answer)),
            (StatusCode::BAD_REQUEST, "SDK.COMMON.1001")
        );
    }

    #[tokio::test]
    async fn a_scripted_refusal_keeps_its_retry_after() {
        let person = Person::new();
        let busy = ApiError::new(429, ErrorCode::new("GATEWAY.BUSY"), "slow down");
        let busy = busy.with_retry_after(RetryAfter::After(30));
        person.0.faults().push(Fault::on(SEND).api_error(busy));
        let response = person.0.call(request(SEND, &Value::Null)).await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "30");
        assert_eq!(person.0.sms_sent(), 0);
    }

    #[tokio::test]
    async fn bytes_that_are_no_json_are_answered_as_they_are() {
        let person = Person::new();
        let mut page = Response::new(Bytes::from_static(b"<html>Bad Gateway</html>"));
        *page.status_mut() = StatusCode::BAD_GATEWAY;
        person.0.faults().push(Fault::on(SEND).respond(page));
        let response = person.0.call(request(SEND, &Value::Null)).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(&response.body()[..], b"<html>Bad Gateway</html>");
    }

    #[tokio::test]
    async fn processed_and_never_heard_of() {
        let person = Person::new();
        person
            .0
            .faults()
            .push(Fault::on(SEND).after_processing().drop_connection());
        let body = serde_json::json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": person.pass()});
        let answer = person.0.try_call(request(SEND, &body)).await;
        assert_eq!(answer.unwrap_err(), crate::ConnectionDropped);
        assert_eq!(person.0.sms_sent(), 1, "the SMS went out");

        person.0.faults().push(Fault::on(LOGIN).drop_connection());
        let answer = person.log_in(&person.code()).await;
        assert_eq!(code_of(&answer), "EMULATOR.CONNECTION_DROPPED");
        assert_eq!(
            person.log_in(&person.code()).await.0,
            StatusCode::OK,
            "the code was not used"
        );
        assert_eq!(person.0.calls(LOGIN), 2);
    }

    #[tokio::test]
    async fn an_answer_waits_at_the_gate() {
        let person = Person::new();
        let gate = Gate::new();
        person
            .0
            .faults()
            .push(Fault::on(SEND).after_processing().hold(&gate));
        let check_then_open = async {
            gate.arrived(1).await;
            let sent = person.0.sms_sent();
            gate.open();
            sent
        };
        let (answer, sent) = tokio::join!(person.send(), check_then_open);
        assert_eq!(sent, 1, "the SMS went out before the answer");
        assert_eq!(answer, (StatusCode::OK, Value::Null));
    }

    #[tokio::test]
    async fn a_call_waits_at_the_gate_before_it_is_processed() {
        let person = Person::new();
        let gate = Gate::new();
        person.0.faults().push(Fault::on(SEND).hold(&gate));
        let check_then_open = async {
            gate.arrived(1).await;
            let sent = person.0.sms_sent();
            gate.open();
            sent
        };
        let (answer, sent) = tokio::join!(person.send(), check_then_open);
        assert_eq!(sent, 0, "no SMS goes out before the gate is open");
        assert_eq!(answer.0, StatusCode::OK);
        assert_eq!(person.0.sms_sent(), 1);
    }

    #[test]
    fn debug_shows_no_body() {
        let page = Response::new(Bytes::from_static(b"secret"));
        let shown = format!("{:?}", Fault::on(SEND).respond(page));
        assert!(
            shown.contains("Response(200 OK)") && !shown.contains("secret"),
            "{shown}"
        );
    }
}
