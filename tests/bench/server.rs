//! The service at the other end, in a process of its own: it reads a request and gives a fixed answer.

use std::{
    io::{Read, Write},
    net::Ipv4Addr,
    sync::Arc,
    thread,
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{Failure, http_message, login_call, service::Announced};

/// Serves until the standard input ends, which it does with the process that started this one.
pub(crate) fn run() -> Result<(), Failure> {
    thread::spawn(|| {
        let ended = std::io::stdin().read(&mut [0]);
        std::process::exit(ended.is_err().into());
    });
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve())
}

async fn serve() -> Result<(), Failure> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()])?;
    let key = PrivateKeyDer::try_from(signing_key.serialize_der())?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));

    let http = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let https = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let announced = Announced {
        http: http.local_addr()?,
        https: https.local_addr()?,
        certificate: cert.pem(),
    };
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{}", serde_json::to_string(&announced)?)?;
    stdout.flush()?;

    let answer: Arc<str> = login_call::answer().into();
    loop {
        let answer = Arc::clone(&answer);
        tokio::select! {
            accepted = http.accept() => {
                let socket = without_delay(accepted?.0)?;
                tokio::spawn(async move { converse(socket, &answer).await });
            }
            accepted = https.accept() => {
                let socket = without_delay(accepted?.0)?;
                let accepting = acceptor.accept(socket);
                tokio::spawn(async move { converse(accepting.await?, &answer).await });
            }
        }
    }
}

fn without_delay(socket: TcpStream) -> std::io::Result<TcpStream> {
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// Answers every request of a connection until the client closes it.
async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &str,
) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(8 * 1024);
    while stream.read_buf(&mut buffer).await? > 0 {
        while let Some(length) = http_message::length(&buffer)
            && length <= buffer.len()
        {
            buffer.drain(..length);
            stream.write_all(answer.as_bytes()).await?;
            stream.flush().await?;
        }
    }
    Ok(())
}
