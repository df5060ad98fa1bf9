use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use h2::{
    Ping, PingPong,
    client::{self, SendRequest},
};
use tokio::{
    sync::Notify,
    time::{Sleep, sleep_until},
};

use super::{
    super::{not_sent, wire::Stream, wire::Wire},
    Http2Settings,
    frames::{Frames, Heard},
};
use crate::{Deadline, TransportError, TransportErrorKind};

/// An HTTP/2 connection, used by several calls at once.
///
/// A task drives it, and every call may: all under one lock, so that what the socket took is not
/// changing while a call asks.
pub(in super::super) struct Shared {
    state: Mutex<State>,
    /// A stream has ended, the service allows more of them, or the connection is gone.
    pub(super) freed: Notify,
    pub(super) wire: Arc<Wire>,
    pub(super) heard: Arc<Heard>,
    /// It fell silent: no further call is trusted to it.
    retired: AtomicBool,
    idle: Duration,
}

pub(super) struct State {
    /// Empty once the connection has ended.
    connection: Option<client::Connection<Frames>>,
    pub(super) sender: SendRequest<Bytes>,
    /// That of the task that drives.
    driver: Waker,
    streams: usize,
    /// When the connection closes if no stream is opened.
    idle_until: Deadline,
}

impl Shared {
    /// Begins a connection, and the task that drives it.
    pub(in super::super) async fn new(
        stream: Stream,
        settings: Http2Settings,
    ) -> Result<Arc<Self>, TransportError> {
        let wire = Arc::clone(stream.wire());
        let (frames, heard) = Frames::new(stream);
        let head = u32::try_from(settings.max_response_head).unwrap_or(u32::MAX);
        let (sender, mut connection) = client::Builder::new()
            .enable_push(false)
            .initial_max_send_streams(INITIAL_STREAMS)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(head)
            .handshake(frames)
            .await
            .map_err(|error| not_sent(TransportErrorKind::Connect).with_source(error))?;
        let ping = settings.ping.zip(connection.ping_pong());
        let shared = Arc::new(Self {
            state: Mutex::new(State {
                connection: Some(connection),
                sender,
                driver: Waker::noop().clone(),
                streams: 0,
                // The call that opens it has yet to use it, be it kept for no time afterwards.
                idle_until: Deadline::after(settings.idle.max(FIRST_USE)),
            }),
            freed: Notify::new(),
            wire,
            heard,
            retired: AtomicBool::new(false),
            idle: settings.idle,
        });
        tokio::spawn(Driver {
            shared: Arc::downgrade(&shared),
            timer: Box::pin(sleep_until(moment(Deadline::after(settings.idle)))),
            ping: ping.map(|(every, pings)| KeepAlive {
                every,
                pings,
                unanswered: false,
                next: None,
            }),
        });
        Ok(shared)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the connection can take no further stream, by what was heard of it.
    pub(super) fn is_gone(&self) -> bool {
        self.takes_no_more(&self.lock())
    }

    pub(super) fn takes_no_more(&self, state: &State) -> bool {
        state.connection.is_none() || self.heard.goaway() || self.retired.load(Relaxed)
    }

    /// Leaves the connection to the calls that have a stream. Those that wait for one, and those
    /// to come, find another.
    pub(super) fn retire(&self) {
        self.retired.store(true, Relaxed);
        self.freed.notify_waiters();
    }

    /// Reads and writes as far as the socket allows.
    pub(super) fn drive(&self, state: &mut State) {
        let State {
            connection: Some(connection),
            driver,
            ..
        } = state
        else {
            return;
        };
        let allowed = connection.max_concurrent_send_streams();
        let ended = Pin::new(&mut *connection)
            .poll(&mut Context::from_waker(driver))
            .is_ready();
        if ended {
            self.close(state);
        } else if connection.max_concurrent_send_streams() > allowed {
            self.freed.notify_waiters();
        }
    }

    /// Drops the connection and its socket: nothing is written from now on, and all streams end
    /// with an error.
    pub(super) fn close(&self, state: &mut State) {
        state.connection = None;
        self.freed.notify_waiters();
    }

    /// Ends a stream.
    pub(super) fn leave(&self) {
        let mut state = self.lock();
        state.streams -= 1;
        if state.streams == 0 {
            state.idle_until = Deadline::after(self.idle);
            state.driver.wake_by_ref();
        }
        drop(state);
        self.freed.notify_one();
    }
}

impl State {
    pub(super) const fn is_gone(&self) -> bool {
        self.connection.is_none()
    }

    /// Counts one more stream, if the service allows one.
    pub(super) fn enter(&mut self) -> bool {
        let allowed = self
            .connection
            .as_ref()
            .is_some_and(|open| self.streams < open.max_concurrent_send_streams());
        self.streams += usize::from(allowed);
        allowed
    }
}

impl Drop for Shared {
    /// Without a connection there is nothing to drive.
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.driver.wake_by_ref();
    }
}

/// Until the service has said how many it takes.
const INITIAL_STREAMS: usize = 100;

/// How long the first call may take from opening the connection to opening its stream.
const FIRST_USE: Duration = Duration::from_secs(1);

/// Bodies are small; many come at once.
const CONNECTION_WINDOW: u32 = 1024 * 1024;

fn moment(deadline: Deadline) -> tokio::time::Instant {
    tokio::time::Instant::from_std(deadline.moment())
}

/// The task that drives a connection for as long as someone may use it.
struct Driver {
    shared: Weak<Shared>,
    timer: Pin<Box<Sleep>>,
    ping: Option<KeepAlive>,
}

/// Asks now and then whether the service is still there, while calls wait for it.
struct KeepAlive {
    every: Duration,
    pings: PingPong,
    unanswered: bool,
    /// When to ask, or to give up.
    next: Option<Deadline>,
}

impl KeepAlive {
    /// When to look again, or `Err` if the service is no longer there.
    fn poll(&mut self, cx: &mut Context<'_>) -> Result<Deadline, ()> {
        if self.unanswered
            && let Poll::Ready(Ok(_)) = self.pings.poll_pong(cx)
        {
            self.unanswered = false;
            self.next = None;
        }
        let next = *self.next.get_or_insert_with(|| Deadline::after(self.every));
        if !next.has_passed() {
            return Ok(next);
        }
        if self.unanswered || self.pings.send_ping(Ping::opaque()).is_err() {
            return Err(());
        }
        self.unanswered = true;
        Ok(*self.next.insert(Deadline::after(self.every)))
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(shared) = self.shared.upgrade() else {
            return Poll::Ready(());
        };
        let mut state = shared.lock();
        state.driver.clone_from(cx.waker());
        loop {
            let next = if state.streams == 0 {
                state.idle_until
            } else {
                match self.ping.as_mut().map(|ping| ping.poll(cx)) {
                    Some(Ok(next)) => next,
                    Some(Err(())) => {
                        shared.close(&mut state);
                        return Poll::Ready(());
                    }
                    None => Deadline::after(Duration::MAX),
                }
            };
            shared.drive(&mut state);
            if state.is_gone() {
                return Poll::Ready(());
            }
            if state.streams == 0 && next.has_passed() {
                shared.close(&mut state);
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(moment(next));
            if self.timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}

impl Drop for Driver {
    /// A runtime that shuts down drops the task in the middle.
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.close(&mut shared.lock());
        }
    }
}
