//! HTTP by hand over a socket, as `curl` would do it: every byte of the answer counts.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The common headers of the vendor's pages, with their examples.
const PAGE_HEADERS: [(&str, &str); 6] = [
    ("X-operating-sys-version", "windows10.1.1"),
    ("X-device-fingerprint", "156aysdna213sc50"),
    ("X-device-ip", "192.168.1.2"),
    (
        "X-agent",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X)",
    ),
    ("X-client-id", "nTo1eRIub60vPb54WeE6aojPwYwImtl4"),
    ("content-type", "application/json"),
];

/// One request, written as text.
#[derive(Clone)]
pub(crate) struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A GET with the headers of the vendor's pages.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path).page_headers()
    }

    /// A POST with the headers of the vendor's pages.
    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new("POST", path).page_headers()
    }

    fn page_headers(self) -> Self {
        PAGE_HEADERS
            .into_iter()
            .fold(self, |call, (name, value)| call.header(name, value))
    }

    /// Sets a header, in place of one of the same name.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let mut call = self.without(name);
        call.headers.push((name.to_owned(), value.to_owned()));
        call
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the request on a connection of its own and reads the whole answer.
    pub(crate) async fn send(&self, to: SocketAddr) -> Answer {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {to}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            self.body.len()
        );
        let mut socket = TcpStream::connect(to).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        // A server may answer, and close, before it has read a body that it does not want.
        let _ = socket.write_all(&self.body).await;
        let mut answer = Vec::new();
        if let Err(error) = socket.read_to_end(&mut answer).await {
            assert!(!answer.is_empty(), "no answer came: {error}");
        }
        Answer::parse(&answer)
    }
}

/// One answer, read as text.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").expect("a header has a value"))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let answer = Self {
            status: status.parse().unwrap(),
            headers,
            body: body.to_owned(),
        };
        assert_eq!(
            answer.header("content-length"),
            Some(body.len().to_string().as_str()),
            "the answer must say its length"
        );
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(&self.body).unwrap()
    }

    /// A text of the JSON body.
    pub(crate) fn text(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap().to_owned()
    }

    /// The answer must be exactly this refusal.
    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, code: &str, message: &str) {
        assert_eq!(
            (self.status, self.body.as_str()),
            (
                status,
                format!(r#"{{"error_code":"{code}","error_msg":"{message}"}}"#).as_str()
            )
        );
    }
}
