use std::io;
use std::thread::{self, JoinHandle, ThreadId};

use tokio::runtime::{Builder, EnterGuard, Handle};
use tokio::sync::oneshot;

/// A thread that waits for sockets and timers, and does nothing else. Ends when it is dropped.
pub(super) struct IoThread {
    handle: Handle,
    /// Never sent on: what counts is that it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    id: ThreadId,
}

impl IoThread {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let run = move || {
            // Ends with an error, which says that the other side is gone.
            let _ = runtime.block_on(stopped);
            // A name lookup that hangs is the operating system's to end.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new()
            .name(String::from("idaas-blocking"))
            .spawn(run)?;
        Ok(Self {
            handle,
            stop: Some(stop),
            id: thread.thread().id(),
            thread: Some(thread),
        })
    }

    /// Has sockets and timers that are made from here on be waited for by this thread.
    pub(super) fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Whether this is the thread that asks.
    pub(super) fn is_current(&self) -> bool {
        thread::current().id() == self.id
    }
}

impl Drop for IoThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        let is_current = self.is_current();
        // A task on the thread itself may hold the last clone, and cannot wait for its own end.
        if let Some(thread) = self.thread.take()
            && !is_current
        {
            // It has no panic to tell of.
            let _ = thread.join();
        }
    }
}
