use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::watch,
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::line::Line;
use crate::BoxFuture;

/// What the server does with a connection.
pub(super) type Handler =
    Arc<dyn Fn(usize, Conversation) -> BoxFuture<'static, ()> + Send + Sync + 'static>;

/// A server on a port of its own. It ends when it is dropped.
pub(super) struct Server {
    address: SocketAddr,
    tls: bool,
    tally: Arc<Tally>,
    accepting: JoinHandle<()>,
}

/// What really happened, counted by the server.
#[derive(Debug)]
pub(super) struct Tally {
    /// Requests of which at least one byte was seen.
    requests: watch::Sender<u64>,
    /// Bytes that the transport, or the buffers before it, took.
    written: AtomicU64,
    open: watch::Sender<usize>,
    /// Connections on which the server itself failed. A fault of the kit.
    panics: AtomicU64,
    /// How far the case has got, for servers that wait for it.
    stage: watch::Sender<u32>,
}

impl Tally {
    /// Never goes back.
    fn reach(&self, stage: u32) {
        self.stage
            .send_modify(|reached| *reached = (*reached).max(stage));
    }
}

/// The case is over.
const OVER: u32 = u32::MAX;

impl Server {
    /// Runs `handler` for every connection, with its number from zero; with TLS once the
    /// handshake is done.
    pub(super) async fn start(tls: Option<TlsAcceptor>, handler: Handler) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let tally = Arc::new(Tally {
            requests: watch::Sender::new(0),
            written: AtomicU64::new(0),
            open: watch::Sender::new(0),
            panics: AtomicU64::new(0),
            stage: watch::Sender::new(0),
        });
        let is_tls = tls.is_some();
        let accepting = tokio::spawn(accept(listener, tls, handler, Arc::clone(&tally)));
        Self {
            address,
            tls: is_tls,
            tally,
            accepting,
        }
    }

    /// The origin of its URIs, as text.
    pub(super) fn origin(&self) -> String {
        if self.tls {
            format!("https://localhost:{}", self.address.port())
        } else {
            format!("http://{}", self.address)
        }
    }

    pub(super) fn requests(&self) -> u64 {
        *self.tally.requests.borrow()
    }

    pub(super) fn written(&self) -> u64 {
        self.tally.written.load(SeqCst)
    }

    /// On how many connections the server panicked.
    pub(super) fn panics(&self) -> u64 {
        self.tally.panics.load(SeqCst)
    }

    /// Waits until no connection is open, so that all that was sent has been counted. A
    /// transport that keeps its connections after its end is not waited for.
    pub(super) async fn settle(&self) {
        self.go_on(OVER);
        let mut open = self.tally.open.subscribe();
        let _ = timeout(Duration::from_secs(2), open.wait_for(|open| *open == 0)).await;
    }

    /// Lets the servers that wait for this stage go on.
    pub(super) fn go_on(&self, stage: u32) {
        self.tally.reach(stage);
    }

    /// Waits until this many connections are open.
    pub(super) async fn until_open(&self, connections: usize) {
        let mut open = self.tally.open.subscribe();
        let opened = open.wait_for(|open| *open == connections);
        let _ = timeout(Duration::from_secs(5), opened).await;
    }

    /// Waits until a server has got to this stage by itself.
    pub(super) async fn until_stage(&self, stage: u32) {
        let mut reached = self.tally.stage.subscribe();
        let reached = reached.wait_for(|reached| *reached >= stage);
        let _ = timeout(Duration::from_secs(5), reached).await;
    }

    /// Waits until this many requests were seen.
    pub(super) async fn until_seen(&self, requests: u64) {
        let mut seen = self.tally.requests.subscribe();
        let seen = seen.wait_for(|seen| *seen >= requests);
        let _ = timeout(Duration::from_secs(5), seen).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    handler: Handler,
    tally: Arc<Tally>,
) {
    for number in 0.. {
        let Ok((tcp, _)) = listener.accept().await else {
            return;
        };
        // What the transport does not read stays with the server, and is not counted as taken.
        let _ = SockRef::from(&tcp).set_send_buffer_size(64 * 1024);
        let _ = tcp.set_nodelay(true);
        tally.open.send_modify(|open| *open += 1);
        let open = Open(Arc::clone(&tally));
        let (tls, handler) = (tls.clone(), Arc::clone(&handler));
        tokio::spawn(async move {
            let line = match tls {
                None => Line::Plain(tcp),
                Some(tls) => match tls.accept(tcp).await {
                    Ok(stream) => Line::Tls(Box::new(stream)),
                    Err(_) => return,
                },
            };
            handler(number, Conversation::new(line, open)).await;
        });
    }
}

/// An open connection in the tally.
struct Open(Arc<Tally>);

impl Drop for Open {
    fn drop(&mut self) {
        // First, so that who waits for the end of the connection sees it.
        if std::thread::panicking() {
            self.0.panics.fetch_add(1, SeqCst);
        }
        self.0.open.send_modify(|open| *open -= 1);
    }
}

/// One connection, seen from the server. Whatever passes is counted.
pub(super) struct Conversation {
    line: Line,
    /// What was read of the next request.
    buffer: Vec<u8>,
    open: Open,
}

impl Conversation {
    fn new(line: Line, open: Open) -> Self {
        Self {
            line,
            buffer: Vec::new(),
            open,
        }
    }

    /// Waits for the first byte of a request and leaves it unread, so that closing then is a
    /// reset. False if none came.
    pub(super) async fn first_byte(&mut self) -> bool {
        let seen = match &self.line {
            Line::Plain(tcp) => matches!(tcp.peek(&mut [0]).await, Ok(1..)),
            // Below TLS a byte may be of the handshake.
            Line::Tls(_) => {
                let seen = self.line.read_buf(&mut self.buffer).await;
                matches!(seen, Ok(1..))
            }
        };
        if seen {
            self.count_request();
        }
        seen
    }

    /// Reads a request up to the end of its head. `None` if the transport has closed.
    pub(super) async fn head(&mut self) -> Option<String> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let head = self.buffer.drain(..end + 4).collect();
                return String::from_utf8(head).ok();
            }
            self.more().await?;
        }
    }

    /// Reads a whole request, and counts it once its first byte is there.
    pub(super) async fn request(&mut self) -> Option<Received> {
        if self.buffer.is_empty() {
            self.more().await?;
        }
        self.count_request();
        let head = self.head().await?;
        let length = length(&head);
        while self.buffer.len() < length {
            self.more().await?;
        }
        let body = self.buffer.drain(..length).collect();
        Some(Received { head, body })
    }

    /// Reads what is there. `None` at the end.
    pub(super) async fn more(&mut self) -> Option<()> {
        match self.line.read_buf(&mut self.buffer).await {
            Ok(1..) => Some(()),
            _ => None,
        }
    }

    /// Exactly so many bytes, as frames have them.
    pub(super) async fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.buffer.len() < length {
            self.more().await?;
        }
        Some(self.buffer.drain(..length).collect())
    }

    /// Counts a request that `take` has read.
    pub(super) fn count_request(&self) {
        self.open.0.requests.send_modify(|requests| *requests += 1);
    }

    /// Writes all of it, and counts what was taken. False if the transport has gone.
    pub(super) async fn write(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            match self.line.write(bytes).await {
                Ok(taken @ 1..) => {
                    self.open.0.written.fetch_add(taken as u64, SeqCst);
                    bytes = &bytes[taken..];
                }
                _ => return false,
            }
        }
        self.line.flush().await.is_ok()
    }

    /// Says goodbye, in the words of TLS too, and waits for the transport to close.
    pub(super) async fn close(mut self) {
        let _ = self.line.shutdown().await;
        self.gone().await;
    }

    /// Closes without a word of TLS; a reset if something is unread.
    pub(super) fn cut(self) {
        drop(self);
    }

    pub(super) fn reset(self) {
        self.line.reset();
    }

    pub(super) fn half_close(&self) {
        self.line.half_close();
    }

    /// Reads and forgets, until the transport has closed. What arrives is no further request.
    pub(super) async fn gone(mut self) {
        let mut rest = [0; 4096];
        while matches!(self.line.read(&mut rest).await, Ok(1..)) {}
    }

    /// Waits until the case has got to this stage, reading nothing.
    pub(super) async fn stage(&self, stage: u32) {
        let mut reached = self.open.0.stage.subscribe();
        let _ = reached.wait_for(|reached| *reached >= stage).await;
    }

    /// Tells the case that it may go on.
    pub(super) fn reach(&self, stage: u32) {
        self.open.0.reach(stage);
    }

    /// Reads on and counts what arrives as a request that gets no answer.
    pub(super) async fn count_rest(mut self) {
        if self.first_byte().await {
            self.gone().await;
        }
    }

    /// Reads nothing more, until the case is over.
    pub(super) async fn deaf(self) {
        self.stage(OVER).await;
    }
}

/// A request as it came.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn a_panic_of_the_server_is_counted_before_the_connection_ends() {
        let handler: Handler = Arc::new(|number, conversation| {
            Box::pin(async move {
                assert!(number == 0, "on purpose");
                conversation.cut();
            })
        });
        let server = Server::start(None, handler).await;

        for expected in [0, 1] {
            let mut connection = TcpStream::connect(server.address).await.expect("a port");
            while matches!(connection.read(&mut [0]).await, Ok(1..)) {}
            server.settle().await;
            assert_eq!(server.panics(), expected);
        }
    }
}
