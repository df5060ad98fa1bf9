//! Requests and responses as values of the `http` crate, in both directions.

mod caller;
mod date;
mod endpoint;
mod error_body;
mod operation;
mod request;
mod response;

pub use endpoint::Endpoint;
pub use operation::Operation;
pub use request::{RequestError, RequestProblem};
pub use response::ResponseError;

// What the generated code is made of.
pub(crate) use operation::Sealed;
pub(crate) use request::{FieldRule, HeaderRule, RequestBody, get, post};
pub(crate) use response::{Received, answer_empty, answer_json, read_empty, read_json};
