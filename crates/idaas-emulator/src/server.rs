//! The socket in front of the service.

mod body;
mod connection;
mod host;
mod impatient;
mod line;
mod lines;
mod rules;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time;

pub(crate) use self::rules::ServerRules;

use self::lines::Lines;
use crate::service::Service;

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
    pub(crate) fn start(listener: TcpListener, service: Service, rules: ServerRules) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(listener, service, stopped, rules));
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
    rules: ServerRules,
) {
    let mut lines = Lines::new(service, stopped.clone(), rules);
    let mut stop = stopped;
    loop {
        tokio::select! {
            () = told(&mut stop) => break,
            () = lines.one_ended(), if !lines.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => lines.accept(stream),
                Err(_) => {
                    lines.make_room();
                    time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    lines.end(rules.shutdown_grace).await;
}

/// Waits until it is told to stop, or nobody is left to tell.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
