use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use tokio::runtime::{self, Handle};

use super::{
    super::{Inner, Opened, connection::Connection, limit::Limit, not_sent, origin::Origin},
    Http2, Shared, Way,
};
use crate::{TransportError, TransportErrorKind};

impl Inner {
    /// A call to a service that may speak HTTP/2.
    pub(in super::super) async fn call_http2(
        &self,
        http2: &Http2,
        origin: Origin,
        request: Request<Bytes>,
        runtime: &Handle,
        end: Limit,
    ) -> Result<Response<Bytes>, TransportError> {
        let id = runtime.id();
        let limits = &self.settings.limits;
        let connecting = limits.connect(end);
        let mut request = Some(request);
        loop {
            let connected = match self.pool.take(&origin, id) {
                Some(kept) => Connected::Own(kept),
                None => self.connected(http2, &origin, id, connecting).await?,
            };
            let (shared, is_new) = match connected {
                Connected::Own(connection) => {
                    let Some(request) = request else {
                        return Err(not_sent(TransportErrorKind::Closed));
                    };
                    return self
                        .call_http1(connection, origin, request, runtime, end)
                        .await;
                }
                Connected::Shared { shared, is_new } => (shared, is_new),
            };
            let cap = self.settings.max_response_body;
            let answer = shared
                .exchange(&mut request, &origin, limits, end, cap)
                .await?;
            match answer {
                Some(response) => return Ok(response),
                None => http2.forget(&origin, id, &shared),
            }
            if is_new {
                return Err(not_sent(TransportErrorKind::Closed));
            }
        }
    }

    /// The connection of others, or a new one.
    async fn connected(
        &self,
        http2: &Http2,
        origin: &Origin,
        runtime: runtime::Id,
        limit: Limit,
    ) -> Result<Connected, TransportError> {
        let _turn = match http2.way(origin, runtime, limit).await? {
            Way::Shared(shared) => {
                return Ok(Connected::Shared {
                    shared,
                    is_new: false,
                });
            }
            Way::Connect(turn) => turn,
        };
        match self.open(origin, limit).await? {
            Opened::Http1(connection) => {
                http2.note_http1(origin, runtime);
                Ok(Connected::Own(connection))
            }
            Opened::Http2(shared) => {
                http2.share(origin, runtime, &shared);
                Ok(Connected::Shared {
                    shared,
                    is_new: true,
                })
            }
        }
    }
}

enum Connected {
    Own(Box<Connection>),
    Shared { shared: Arc<Shared>, is_new: bool },
}
