//! A transport over reqwest: copy `transport.rs`, it is complete.
//!
//! ```console
//! $ cargo run -p idaas-transport --example reqwest -- https://example.com/
//! ```
//!
//! The conformance kit runs over it with the tests of this crate.
#![expect(clippy::print_stdout, reason = "an example shows something")]

mod transport;

use std::{error::Error, time::Duration};

use bytes::Bytes;
use http::Request;
use idaas_transport::{Deadline, Transport};

use transport::ReqwestTransport;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let Some(uri) = std::env::args().nth(1) else {
        return Err("give the URI to get".into());
    };
    // reqwest brings no cryptography of its own with the features chosen here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().connect_timeout(Duration::from_secs(5));
    let transport = ReqwestTransport::new(client, Duration::from_secs(30), 1024 * 1024)?;

    let request = Request::get(uri)
        .extension(Deadline::after(Duration::from_secs(10)))
        .body(Bytes::new())?;
    match transport.send(request).await {
        Ok(response) => println!("{}, {} bytes", response.status(), response.body().len()),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
