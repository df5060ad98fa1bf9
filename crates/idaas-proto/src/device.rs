use alloc::string::String;
use core::net::IpAddr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::invalid::InvalidValue;
use crate::plain_text::{Agent, DeviceFingerprint, OperatingSysVersion};

/// The device that a person logs in with: the device headers of every `/api/v2/sdk` call.
///
/// Source: the request headers of the vendor's pages "Send SMS Verification Code" and "Mobile Phone Number + SMS
/// Verification Code Login".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Device {
    operating_sys_version: OperatingSysVersion,
    fingerprint: DeviceFingerprint,
    agent: Agent,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<IpAddr>,
}

impl Device {
    /// A device with the three values that the service requires.
    ///
    /// ```
    /// # use idaas_proto::{Device, InvalidValue};
    /// let device = Device::new(
    ///     "windows10.1.1",
    ///     "156aysdna213sc50",
    ///     "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X)",
    /// )?;
    /// # Ok::<(), InvalidValue>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidValue`] where one is empty or has control characters.
    pub fn new(
        operating_sys_version: impl Into<String>,
        fingerprint: impl Into<String>,
        agent: impl Into<String>,
    ) -> Result<Self, InvalidValue> {
        Ok(Self {
            operating_sys_version: OperatingSysVersion::parse(operating_sys_version)?,
            fingerprint: DeviceFingerprint::parse(fingerprint)?,
            agent: Agent::parse(agent)?,
            ip: None,
        })
    }

    /// Adds the IP address of the device, which the service does not require.
    #[must_use]
    pub fn with_ip(mut self, ip: IpAddr) -> Self {
        self.ip = Some(ip);
        self
    }

    /// The operating system with its version.
    #[must_use]
    pub const fn operating_sys_version(&self) -> &OperatingSysVersion {
        &self.operating_sys_version
    }

    /// The fingerprint, which tells one device from another.
    #[must_use]
    pub const fn fingerprint(&self) -> &DeviceFingerprint {
        &self.fingerprint
    }

    /// The User-Agent.
    #[must_use]
    pub const fn agent(&self) -> &Agent {
        &self.agent
    }

    /// The IP address, where it was given.
    #[must_use]
    pub const fn ip(&self) -> Option<IpAddr> {
        self.ip
    }
}

impl<'de> Deserialize<'de> for Device {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(remote = "Device")]
        struct Fields {
            operating_sys_version: OperatingSysVersion,
            fingerprint: DeviceFingerprint,
            agent: Agent,
            ip: Option<IpAddr>,
        }
        crate::unquoted::deserialize(deserializer, Fields::deserialize)
    }
}
