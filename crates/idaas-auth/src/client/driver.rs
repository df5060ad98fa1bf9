use core::fmt;

use idaas_proto::{Caller, Device};

use super::Client;
use crate::error::{Error, FlowError};
use crate::flow::{Ended, FlowView, Input, LoginFlow, LoginReport, Output, SendReport, Step};

/// A flow with the client and the device that it is driven with: what every step of the façade holds.
pub(super) struct Driver {
    pub(super) client: Client,
    pub(super) caller: Caller,
    pub(super) flow: LoginFlow,
}

impl Driver {
    pub(super) fn new(client: Client, device: Device, flow: LoginFlow) -> Self {
        let caller = client.caller(device);
        Self {
            client,
            caller,
            flow,
        }
    }

    /// Takes a wish of the person and does what follows from it, until the flow waits again or is over.
    ///
    /// There is no way round this loop that passes a request to send twice: the flow leads to one only by the
    /// wish to send.
    pub(super) async fn carry_out(&mut self, wish: Input) -> Result<Option<Ended>, Error> {
        self.enter(wish)?;
        loop {
            match self.flow.poll(self.client.now()) {
                // Leave is given to everyone: no guard is set up.
                Output::AcquireSend => drop(self.handle(Input::SendGranted)?),
                Output::ClaimTry => drop(self.handle(Input::TryGranted)?),
                Output::Send(request) => {
                    let answer = self.client.call(&self.caller, request).await;
                    let (report, error) = match answer {
                        Ok(_) => (SendReport::Accepted, None),
                        Err(error) => (SendReport::failed(&error), Some(error)),
                    };
                    return self.conclude(Input::SendAnswered(report), error);
                }
                Output::Login(request) => {
                    let answer = self.client.call(&self.caller, request).await;
                    let (report, error) = match answer {
                        Ok(response) => (LoginReport::answered(response, self.client.now()), None),
                        Err(error) => (LoginReport::failed(&error), Some(error)),
                    };
                    return self.conclude(Input::LoginAnswered(report), error);
                }
                Output::Wait | Output::Over => return Ok(None),
            }
        }
    }

    /// Takes a wish of the person that nothing has to be sent for.
    pub(super) fn enter(&mut self, wish: Input) -> Result<(), FlowError> {
        // What a dropped future left behind is over: nobody hears its answer any more.
        self.flow.settle();
        self.handle(wish).map(drop)
    }

    /// Tells the flow what an answer was; the flow knows better than the call what is to be done about it.
    fn conclude(&mut self, report: Input, error: Option<Error>) -> Result<Option<Ended>, Error> {
        let step = self.handle(report)?;
        match (error, step.advice, step.ended) {
            (Some(error), Some(advice), _) => Err(error.with_advice(advice)),
            (Some(error), None, _) => Err(error),
            (
                None,
                _,
                Some(Ended::Refused {
                    status: Some(status),
                }),
            ) => Err(FlowError::LoginEnded { status }.into()),
            (None, _, ended) => Ok(ended),
        }
    }

    fn handle(&mut self, input: Input) -> Result<Step, FlowError> {
        self.flow.handle(input, self.client.now())
    }

    /// Views the flow as it would be restored.
    pub(super) fn view(&self) -> FlowView {
        self.save().view(self.client.now())
    }

    /// Tells whether the flow or its lifetime is over.
    pub(super) fn is_over(&self) -> bool {
        self.save().poll(self.client.now()) == Output::Over
    }

    /// Takes the flow away for the step that follows; what is left here is over.
    pub(super) fn take(&mut self) -> Self {
        let flow = self.flow.take();
        Self {
            client: self.client.clone(),
            caller: self.caller.clone(),
            flow,
        }
    }

    /// Copies the flow as it would be restored.
    pub(super) fn save(&self) -> LoginFlow {
        let mut flow = self.flow.clone();
        flow.settle();
        flow
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("flow", &self.flow)
            .finish_non_exhaustive()
    }
}

/// Gives every step of the façade what it has in common with the others.
macro_rules! standing {
    ($step:ident) => {
        impl $step {
            /// Tells where the flow stands: what it accepts now, and until when.
            #[must_use]
            pub fn view(&self) -> $crate::FlowView {
                self.driver.view()
            }

            /// Copies the flow, to go on elsewhere with [`Client::resume`](crate::Client::resume). What it holds is a
            /// secret: see [`LoginFlow`](crate::LoginFlow).
            #[must_use]
            pub fn save(&self) -> $crate::LoginFlow {
                self.driver.save()
            }
        }
    };
}

pub(super) use standing;
