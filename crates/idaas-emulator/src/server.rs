//! The socket in front of the service.

mod body;
#[cfg(test)]
mod tests;

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time;

use crate::service::{ConnectionDropped, Service};

/// How long a connection may take for the head of a request, or stay idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// Connections at a time; more wait until one is closed.
const MAX_CONNECTIONS: usize = 1_024;
/// Pause after the operating system had no connection to give, most often for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// A task that serves until it is told to stop, or dropped.
#[derive(Debug)]
pub(crate) struct Server {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves on the runtime that this is called on.
    pub(crate) fn start(listener: TcpListener, service: Service, grace: Duration) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(listener, service, stopped, grace));
        Self { stop, task }
    }

    /// Stops to listen, and waits until the last connection has ended or the grace is over.
    pub(crate) async fn shutdown(mut self) {
        self.stop.send_replace(true);
        // Fails only if the task was cancelled along with its runtime.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    listener: TcpListener,
    service: Service,
    stopped: watch::Receiver<bool>,
    grace: Duration,
) {
    let mut connections = JoinSet::new();
    let mut stop = stopped.clone();
    loop {
        let has_room = connections.len() < MAX_CONNECTIONS;
        tokio::select! {
            () = told(&mut stop) => break,
            _ = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, service.clone(), stopped.clone()));
                }
                Err(_) => time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if time::timeout(grace, all_ended).await.is_err() {
        connections.shutdown().await;
    }
}

/// One connection, from its first request to its end. Told to stop, it ends after the answer it is at.
async fn converse(stream: TcpStream, service: Service, mut stopped: watch::Receiver<bool>) {
    // A connection that cannot have it is slower, and works.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let service = service.clone();
        async move { answer(&service, request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = pin!(connection);
    // How a connection ends is the caller's business: there is nobody else to tell.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = told(&mut stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Waits until it is told to stop, or nobody is left to tell.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn answer(
    service: &Service,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, ConnectionDropped> {
    let response = match body::read(request).await {
        Ok(request) => service.try_call(request).await?,
        Err(refusal) => body::last_answer(refusal),
    };
    Ok(response.map(Full::new))
}
