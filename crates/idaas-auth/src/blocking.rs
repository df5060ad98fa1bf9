mod thread;

use core::fmt;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::task::{Context, Poll, Wake, Waker};

use idaas_proto::{CountryCodes, Device, IdToken, SigningKeys};

use self::thread::IoThread;
use crate::{Client, Error, Identity, LoginFlow, LoginStart, Resumed, Session};

/// A [`Client`] for programs without an async runtime: its calls block the thread that makes them.
///
/// The steps of a login are those of [`Client`]; [`wait`](Self::wait) carries out what they do:
///
/// ```no_run
/// use idaas_auth::{BlockingClient, Client, LoginOutcome};
/// use idaas_proto::{CaptchaPoint, ClientId, Device, Endpoint, Mobile, SendScenario, VerifyCode};
///
/// # fn ask(question: &str) -> String { question.into() }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let endpoint = Endpoint::parse("http://127.0.0.1:8080")?;
/// let client_id = ClientId::parse("nTo1eRIub60vPb54WeE6aojPwYwImtl4")?;
/// let client = BlockingClient::new(Client::builder(endpoint, client_id).build())?;
///
/// let device = Device::new("windows10.1.1", "156aysdna213sc50", "Mozilla/5.0")?;
/// let puzzle = client.wait(client.flow(device.clone()).captcha(Mobile::parse("15200000000")?))?;
/// let held = client.wait(puzzle.verify(CaptchaPoint::new(237.0, 5.0)?))?;
/// let mut sent = client.wait(held.send_code(SendScenario::LOGIN_SMS))?;
/// let code = VerifyCode::parse(ask("The code?"))?;
/// if let LoginOutcome::Session(session) = client.wait(sent.login(code))? {
///     let session = client.refresh(&device, &session)?;
///     println!("{:?}", session.id_token().map(|token| client.verify(token)));
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Time
/// A call ends when the transport's limits end it; see
/// [`HyperTransportBuilder`](idaas_transport::HyperTransportBuilder) for them and their defaults. There is no other
/// way to end a call that has begun, so that none is ever given up unseen.
///
/// # Threads
/// One background thread waits for sockets and timers, for all clones. Calls may be made from many threads at once; each
/// is carried out on the thread that makes it. The thread ends when the last clone is dropped, which waits for it.
///
/// What a future handed to [`wait`](Self::wait), or a transport of one's own, spawns with `tokio::spawn` runs on that
/// thread, where nothing should wait: while a task blocks there, no socket and no timer of the other calls is heard, and
/// dropping the last clone waits for the task. A call that such a task makes has a thread of its own for as long as it
/// takes; two tasks on the threads of two clients that wait for each other wait for ever.
///
/// Calls may also be made within an async runtime of any kind, in a task, in `block_on` or in `spawn_blocking`, where they
/// block as any other blocking call does: not a word of the runtime's is used, nothing panics, and whatever has to run on
/// the blocked thread waits. There, [`Client`] is the better choice, and within `spawn_blocking` this one.
///
/// In a test under `#[tokio::test]`, which has one thread, a server that the test itself spawned, such as the emulator,
/// is what waits, until the transport's limits end the call: take `#[tokio::test(flavor = "multi_thread")]`, or give the
/// server a runtime of its own.
///
/// # The client inside
/// Transport and settings are those of the [`Client`] that was handed in, which may be used elsewhere too: the default
/// transport keeps the connections of different runtimes apart.
#[derive(Clone)]
pub struct BlockingClient {
    client: Client,
    io: Arc<IoThread>,
}

impl BlockingClient {
    /// Puts a client on a background thread of its own.
    ///
    /// # Errors
    /// The operating system's, where it has no thread or no means to wait for sockets to give.
    pub fn new(client: Client) -> io::Result<Self> {
        Ok(Self {
            client,
            io: Arc::new(IoThread::start()?),
        })
    }

    /// Carries out what a step of a login returned, to its end.
    ///
    /// A future that panics does so here, on the thread of the caller.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        // A task on the background thread would wait for itself: it gets a thread of its own for the call.
        let another = self.io.is_current().then(IoThread::start);
        let another = another.and_then(Result::ok);
        let _entered = another.as_ref().unwrap_or(&self.io).enter();
        // Within another runtime a task may have used up its turn, which must not stop this one.
        let mut future = pin!(tokio::task::unconstrained(future));
        let (bell, rung) = sync_channel(1);
        let waker = Waker::from(Arc::new(Bell(bell)));
        let mut context = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            // Fails only without a sender, and the waker here has one.
            let _ = rung.recv();
        }
    }

    /// Begins the login of a person at a device, exactly as [`Client::flow`].
    pub fn flow(&self, device: Device) -> LoginStart {
        self.client.flow(device)
    }

    /// Goes on with a saved login, exactly as [`Client::resume`].
    ///
    /// # Errors
    /// As [`Client::resume`].
    pub fn resume(&self, flow: LoginFlow, device: Device) -> Result<Resumed, Error> {
        self.client.resume(flow, device)
    }

    /// Exchanges the session token for a new id_token, as [`Client::refresh`].
    ///
    /// # Errors
    /// As [`Client::refresh`].
    pub fn refresh(&self, device: &Device, session: &Session) -> Result<Session, Error> {
        self.wait(self.client.refresh(device, session))
    }

    /// Verifies an id_token and reads from it who signed in, as [`Client::verify`].
    ///
    /// # Errors
    /// As [`Client::verify`].
    pub fn verify(&self, id_token: &IdToken) -> Result<Identity, Error> {
        self.wait(self.client.verify(id_token))
    }

    /// Reads the country codes that the application accepts mobile numbers of, as [`Client::country_codes`].
    ///
    /// # Errors
    /// As [`Client::country_codes`].
    pub fn country_codes(&self, device: &Device) -> Result<CountryCodes, Error> {
        self.wait(self.client.country_codes(device))
    }

    /// Reads the keys that the service signs id_tokens with, as [`Client::signing_keys`].
    ///
    /// # Errors
    /// As [`Client::signing_keys`].
    pub fn signing_keys(&self) -> Result<SigningKeys, Error> {
        self.wait(self.client.signing_keys())
    }

    /// Gives the client inside.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

impl fmt::Debug for BlockingClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingClient")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Has a blocked thread look again; many rings before it does are one.
struct Bell(SyncSender<()>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Full: it has been rung. Closed: nobody waits any more.
        let _ = self.0.try_send(());
    }
}

#[cfg(test)]
mod tests;
