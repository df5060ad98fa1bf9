use alloc::string::ToString;
use core::net::IpAddr;

use http::{HeaderMap, HeaderValue};

use super::request::{RequestError, header_value, optional_header};
use crate::caller::Caller;
use crate::device::Device;
use crate::generated::{
    AGENT, CLIENT_ID, DEVICE_FINGERPRINT, DEVICE_IP, LANGUAGE, OPERATING_SYS_VERSION,
};
use crate::language::Language;
use crate::plain_text::ClientId;

impl Caller {
    /// The common headers as a server reads them: the device first, then the client id.
    ///
    /// A language or an IP address that cannot be read counts as absent, for the service has no code for either.
    ///
    /// # Errors
    /// [`RequestError`] with the code that the service answers where a required header is missing or empty.
    pub fn decode(headers: &HeaderMap) -> Result<Self, RequestError> {
        let device = Device::new(
            OPERATING_SYS_VERSION.required(headers)?,
            DEVICE_FINGERPRINT.required(headers)?,
            AGENT.required(headers)?,
        )
        .map_err(|_| OPERATING_SYS_VERSION.invalid())?;
        let client_id =
            ClientId::parse(CLIENT_ID.required(headers)?).map_err(|_| CLIENT_ID.invalid())?;
        let mut caller = Self::new(client_id, device_with_ip(device, headers));
        if let Some(language) = optional_header(headers, &LANGUAGE).and_then(Language::of_header) {
            caller = caller.with_language(language);
        }
        Ok(caller)
    }

    /// Writes the common headers as a client sends them.
    pub(crate) fn encode(&self, headers: &mut HeaderMap) {
        // These, and what follows up to the client's own `host`: the map need not grow again.
        headers.reserve(12);
        let device = self.device();
        OPERATING_SYS_VERSION.put(headers, device.operating_sys_version().as_str());
        DEVICE_FINGERPRINT.put(headers, device.fingerprint().as_str());
        AGENT.put(headers, device.agent().as_str());
        CLIENT_ID.put(headers, self.client_id().as_str());
        if let Some(ip) = device.ip() {
            headers.insert(DEVICE_IP, header_value(&ip.to_string()));
        }
        if let Some(language) = self.language() {
            headers.insert(LANGUAGE, HeaderValue::from_static(language.as_str()));
        }
    }
}

fn device_with_ip(device: Device, headers: &HeaderMap) -> Device {
    let ip =
        optional_header(headers, &DEVICE_IP).and_then(|value| value.trim().parse::<IpAddr>().ok());
    match ip {
        Some(ip) => device.with_ip(ip),
        None => device,
    }
}
