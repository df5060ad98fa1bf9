use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::{task, time};

use super::impatient::Impatient;
use super::line::Line;
use super::{ServerRules, body, host, told};
use crate::answer::Refusal;
use crate::service::{ConnectionDropped, Service};

/// What is held of a head, and of answers that wait to be sent: no request is read while more waits.
const BUFFER: usize = 64 * 1024;
/// How long who is refused may take to send a request.
const REFUSAL_TIME: Duration = Duration::from_secs(1);

/// One connection, from its first request to its end. Told to stop, it ends after the answer it is at.
pub(super) async fn converse(
    stream: TcpStream,
    service: Service,
    line: Arc<Line>,
    rules: ServerRules,
    mut stopped: watch::Receiver<bool>,
) {
    let answer = service_fn(|request| async {
        line.begin()?;
        // Who sends many requests at once takes turns with the others.
        if line.answers_again() {
            task::yield_now().await;
        }
        let response = answer(&service, request, rules.body_timeout).await?;
        line.end();
        Ok::<_, ConnectionDropped>(response.map(Full::new))
    });
    let connection = http(&rules).serve_connection(io(stream, &rules), answer);
    let mut connection = pin!(connection);
    // How a connection ends is the caller's business: there is nobody else to tell.
    tokio::select! {
        _ = by_turns(connection.as_mut(), &line) => return,
        () = told(&mut stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = by_turns(connection, &line).await;
}

/// Tells somebody that there is no room for another connection.
pub(super) async fn refuse(stream: TcpStream, rules: ServerRules) {
    let answer = service_fn(|request| async {
        // With its body, so that who sends all of it before it reads gets to the answer.
        let _ = body::read(request, REFUSAL_TIME).await;
        let refusal = body::last_answer(Refusal::TooManyConnections);
        Ok::<_, Infallible>(refusal.map(Full::new))
    });
    let connection = http(&rules).serve_connection(io(stream, &rules), answer);
    // Told or not, it ends.
    let _ = time::timeout(REFUSAL_TIME, connection).await;
}

fn http(rules: &ServerRules) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(rules.head_timeout)
        .max_buf_size(BUFFER);
    http
}

fn io(stream: TcpStream, rules: &ServerRules) -> TokioIo<Impatient<TcpStream>> {
    // A connection that cannot have it is slower, and works.
    let _ = stream.set_nodelay(true);
    TokioIo::new(Impatient::new(stream, rules.write_timeout))
}

/// Tells the line each time its task is woken.
async fn by_turns<F: Future>(mut connection: Pin<&mut F>, line: &Line) -> F::Output {
    poll_fn(|context| -> Poll<F::Output> {
        line.wake();
        connection.as_mut().poll(context)
    })
    .await
}

async fn answer(
    service: &Service,
    request: Request<Incoming>,
    body_timeout: Duration,
) -> Result<Response<Bytes>, ConnectionDropped> {
    let request = body::read(request, body_timeout)
        .await
        .and_then(host::checked);
    match request {
        Ok(request) => service.try_call(request).await,
        Err(refusal) => Ok(body::last_answer(refusal)),
    }
}
