use std::{
    hint::black_box,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::{sync::Semaphore, time::timeout};
use tower_service::Service;

use super::{Contender, tls::client_config};
use crate::{
    Failure,
    login_call::{
        AGENT, BODY_BYTES, CLIENT_ID, CODE, CONNECT, DEVICE_FINGERPRINT, HEAD_BYTES, IDLE,
        IN_FLIGHT, Login, MOBILE, OPERATING_SYS_VERSION, PATH, RESPONSE_HEAD, Session, WHOLE_CALL,
    },
    service::Target,
};

/// The call written by hand on the pooled client of hyper-util, with the limits, the cap and the headers of ours.
///
/// Written to be quick: the address is read once, and constant headers are not copied.
pub(crate) struct ByHyperUtil {
    client: Client<Within<HttpsConnector<HttpConnector>>, Full<Bytes>>,
    slots: Semaphore,
    uri: Uri,
}

impl Contender for ByHyperUtil {
    const NAME: &'static str = "hyper-util";

    fn new(target: &Target) -> Result<Self, Failure> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(client_config(target)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Self {
            client: Client::builder(TokioExecutor::new())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE)
                .retry_canceled_requests(false)
                .http1_max_buf_size(HEAD_BYTES)
                .build(Within(connector)),
            slots: Semaphore::new(IN_FLIGHT),
            uri: format!("{}{PATH}", target.url()).parse()?,
        })
    }

    async fn login(&self) -> Result<usize, Failure> {
        timeout(WHOLE_CALL, async {
            let _slot = self.slots.acquire().await?;
            let body = serde_json::to_vec(&Login {
                mobile: black_box(MOBILE),
                verify_code: black_box(CODE),
            })?;
            let request = Request::post(self.uri.clone())
                .header(
                    "x-operating-sys-version",
                    HeaderValue::from_str(black_box(OPERATING_SYS_VERSION))?,
                )
                .header(
                    "x-device-fingerprint",
                    HeaderValue::from_str(black_box(DEVICE_FINGERPRINT))?,
                )
                .header("x-agent", HeaderValue::from_str(black_box(AGENT))?)
                .header("x-client-id", HeaderValue::from_static(CLIENT_ID))
                .header("x-l", HeaderValue::from_static("en"))
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(Full::new(Bytes::from(body)))?;
            let response = timeout(RESPONSE_HEAD, self.client.request(request)).await??;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, BODY_BYTES).collect().await?.to_bytes();
            if !head.status.is_success() {
                return Err(format!("answered {}", head.status).into());
            }
            let session: Session = serde_json::from_slice(&body)?;
            if session.status != "SUCCESS" {
                return Err("not logged in".into());
            }
            Ok(session.session_token.len())
        })
        .await?
    }
}

/// A connector with a limit around all that it does.
#[derive(Clone)]
struct Within<C>(C);

impl<C> Service<Uri> for Within<C>
where
    C: Service<Uri>,
    C::Error: Into<Failure>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.0.call(uri);
        Box::pin(async { timeout(CONNECT, connecting).await?.map_err(Into::into) })
    }
}
