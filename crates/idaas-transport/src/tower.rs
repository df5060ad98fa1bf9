//! Transports of services and services of transports. Feature `tower`.

mod from_service;
mod transport_service;

pub use from_service::{FromService, from_service};
pub use transport_service::TransportService;
