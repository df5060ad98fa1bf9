use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use idaas_transport::{BoxFuture, Transport, TransportError};

use crate::clock::Stopwatch;

/// A call that went through a [`Watched`] transport.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    /// Nothing where no whole answer came.
    pub(super) status: Option<StatusCode>,
    /// The length of the answer's body.
    pub(super) length: usize,
    pub(super) took: Duration,
}

/// A transport that keeps, of every call, what may be shown: no header, no body.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    inner: Arc<dyn Transport>,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Watched {
    pub(super) fn new(inner: impl Transport) -> Self {
        Self {
            inner: Arc::new(inner),
            calls: Arc::default(),
        }
    }

    /// Gives the calls since the last time this was asked.
    pub(super) fn take(&self) -> Vec<Call> {
        mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, call: Call) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(call);
    }
}

impl Transport for Watched {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let method = request.method().clone();
            let path = request.uri().path().to_owned();
            let watch = Stopwatch::start();
            let answer = self.inner.send(request).await;
            let took = watch.read();
            let answered = answer.as_ref().ok();
            self.keep(Call {
                method,
                path,
                status: answered.map(Response::status),
                length: answered.map_or(0, |answer| answer.body().len()),
                took,
            });
            answer
        })
    }
}
