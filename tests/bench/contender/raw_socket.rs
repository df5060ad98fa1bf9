use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{Contender, tls::client_config};
use crate::{
    Failure, http_message,
    login_call::{AGENT, CLIENT_ID, CODE, DEVICE_FINGERPRINT, MOBILE, OPERATING_SYS_VERSION, PATH},
    service::Target,
    setting::Scheme,
};

/// The floor: the same bytes, ready before the call, written to a socket, and an answer that is awaited and not looked
/// into. It has no limits, no JSON and no HTTP but a length.
pub(crate) struct RawSocket {
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    request: String,
    idle: Mutex<Vec<Connection>>,
}

struct Connection {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Contender for RawSocket {
    const NAME: &'static str = "raw socket";

    fn new(target: &Target) -> Result<Self, Failure> {
        let body = format!(r#"{{"mobile":"{MOBILE}","verify_code":"{CODE}"}}"#);
        Ok(Self {
            address: target.address,
            tls: match target.scheme {
                Scheme::Http => None,
                Scheme::Https => Some(Arc::new(client_config(target)?)),
            },
            request: format!(
                "POST {PATH} HTTP/1.1\r\n\
                 x-operating-sys-version: {OPERATING_SYS_VERSION}\r\n\
                 x-device-fingerprint: {DEVICE_FINGERPRINT}\r\n\
                 x-agent: {AGENT}\r\n\
                 x-client-id: {CLIENT_ID}\r\n\
                 x-l: en\r\n\
                 content-type: application/json\r\n\
                 host: {}\r\n\
                 content-length: {}\r\n\
                 \r\n{body}",
                target.address,
                body.len()
            ),
            idle: Mutex::default(),
        })
    }

    async fn login(&self) -> Result<usize, Failure> {
        let idle = self.lock().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let Connection { stream, buffer } = &mut connection;
        stream.write_all(self.request.as_bytes()).await?;
        stream.flush().await?;
        buffer.clear();
        let length = loop {
            if stream.read_buf(buffer).await? == 0 {
                return Err("the service has closed".into());
            }
            match http_message::length(buffer) {
                Some(length) if length <= buffer.len() => break length,
                _ => {}
            }
        };
        if !buffer.starts_with(b"HTTP/1.1 200 ") {
            return Err("not logged in".into());
        }
        self.lock().push(connection);
        Ok(length)
    }
}

impl RawSocket {
    async fn connect(&self) -> Result<Connection, Failure> {
        let socket = TcpStream::connect(self.address).await?;
        socket.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(socket),
            Some(config) => {
                let name = ServerName::from(self.address.ip());
                Box::new(
                    TlsConnector::from(Arc::clone(config))
                        .connect(name, socket)
                        .await?,
                )
            }
        };
        Ok(Connection {
            stream,
            buffer: Vec::with_capacity(8 * 1024),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
