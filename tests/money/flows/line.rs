use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response};
use idaas_emulator::Service;
use idaas_proto::{ApiError, ErrorCode, OperationId};
use idaas_transport::{BoxFuture, Delivery, Transport, TransportError, TransportErrorKind};

use crate::money::dice::Dice;
use crate::money::ledger::{Ledger, Received};

type Answer = Result<Response<Bytes>, TransportError>;

/// A simulated network between one person and one service, whose bad weather comes from the dice. Clones are the same
/// network.
///
/// It knows what went through and says so, byte by byte to the ledger and truthfully to the caller.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    service: Service,
    ledger: Ledger,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    dice: Dice,
    /// The wish to send that is being carried out now.
    wish: Option<u64>,
    weather: Weather,
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug)]
enum Weather {
    Fine,
    /// Nothing leaves.
    Unsent(TransportErrorKind),
    /// Half of the request arrives.
    Torn,
    /// The request arrives, and the service dies over it.
    LostRequest,
    /// The service acts, and nobody hears of it.
    LostAnswer(TransportErrorKind),
    /// Somebody else answers; the service sees nothing of it or acts first.
    Instead {
        status: u16,
        acts: bool,
    },
    /// The service is busy and does nothing.
    Busy(u16),
}

const WEATHER: &[(u64, Weather)] = {
    use TransportErrorKind::{
        Closed, Connect, ConnectTimeout, HeadTimeout, NameLookup, Receive, SlotTimeout, Tls,
    };
    use Weather::{Busy, Fine, Instead, LostAnswer, LostRequest, Torn, Unsent};
    &[
        (24, Fine),
        (1, Unsent(NameLookup)),
        (2, Unsent(Connect)),
        (1, Unsent(Tls)),
        (1, Unsent(SlotTimeout)),
        (1, Unsent(ConnectTimeout)),
        (2, Torn),
        (2, LostRequest),
        (1, LostAnswer(HeadTimeout)),
        (1, LostAnswer(Receive)),
        (1, LostAnswer(Closed)),
        (1, Busy(500)),
        (1, Busy(429)),
        (
            1,
            Instead {
                status: 502,
                acts: false,
            },
        ),
        (
            1,
            Instead {
                status: 502,
                acts: true,
            },
        ),
        (
            1,
            Instead {
                status: 302,
                acts: false,
            },
        ),
        (
            1,
            Instead {
                status: 200,
                acts: true,
            },
        ),
    ]
};

impl Line {
    pub(super) fn new(service: Service, ledger: Ledger, dice: Dice) -> Self {
        let state = State {
            dice,
            wish: None,
            weather: Weather::Fine,
        };
        Self {
            service,
            ledger,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Requests to send are now made for this wish, or for none.
    pub(super) fn wish(&self, wish: Option<u64>) {
        self.state().wish = wish;
    }

    /// Whether nothing of this send has left.
    pub(super) fn nothing_left(&self, id: u64) -> bool {
        self.ledger.received(id) == Received::default()
    }

    /// What became of the last request, for people.
    pub(super) fn weather(&self) -> String {
        format!("{:?}", self.state().weather)
    }

    async fn carry(&self, request: Request<Bytes>) -> Answer {
        let paid = request.uri().path() == OperationId::SendSmsCode.path();
        let (weather, wish) = {
            let mut state = self.state();
            state.weather = state.dice.of_table(WEATHER);
            (state.weather, state.wish)
        };
        self.pause().await;
        if let Weather::Unsent(kind) = weather {
            return Err(TransportError::new(kind, Delivery::NotSent));
        }
        let arrives = |bytes| match wish {
            Some(id) if paid => self.ledger.bytes(id, bytes),
            _ => {}
        };
        match wish {
            Some(id) if paid => self.ledger.begins(id),
            None if paid => self.ledger.unasked(),
            _ => {}
        }
        arrives(request.body().len() / 2);
        self.pause().await;
        if let Weather::Torn = weather {
            return Err(unknown(TransportErrorKind::Send));
        }
        arrives(request.body().len().div_ceil(2));
        self.pause().await;
        let answer = match weather {
            Weather::LostRequest => return Err(unknown(TransportErrorKind::Closed)),
            Weather::Busy(status) => return Ok(busy(status)),
            Weather::Instead {
                status,
                acts: false,
            } => return Ok(page(status)),
            _ => self.service.call(request).await,
        };
        self.pause().await;
        match weather {
            Weather::LostAnswer(kind) => Err(unknown(kind)),
            Weather::Instead { status, .. } => Ok(page(status)),
            _ => Ok(answer),
        }
    }

    /// Has the caller come back a few times.
    async fn pause(&self) {
        let mut left = self.state().dice.below(4);
        poll_fn(|_| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            Poll::Pending
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Transport for Line {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Answer> {
        Box::pin(self.carry(request))
    }
}

const fn unknown(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, Delivery::Unknown)
}

fn busy(status: u16) -> Response<Bytes> {
    ApiError::new(status, ErrorCode::SYSTEM_BUSY, "busy")
        .encode_response()
        .map(Bytes::from)
}

/// The page of a proxy, or of nobody knows whom.
fn page(status: u16) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("content-type", "text/html")
        .body("<html></html>".into())
        .unwrap()
}
