use serde::{Deserialize, Deserializer, Serialize};

use crate::device::Device;
use crate::language::Language;
use crate::plain_text::ClientId;

/// Who calls: the application, the person's device and the language they read. These are the common headers of every
/// `/api/v2/sdk` call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Caller {
    client_id: ClientId,
    device: Device,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
}

impl Caller {
    /// A call of this application from this device, in the service's default language.
    #[must_use]
    pub const fn new(client_id: ClientId, device: Device) -> Self {
        Self {
            client_id,
            device,
            language: None,
        }
    }

    /// Asks for `error_msg` in this language.
    #[must_use]
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// The application.
    #[must_use]
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// The device.
    #[must_use]
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// The language, where one was asked for.
    #[must_use]
    pub const fn language(&self) -> Option<Language> {
        self.language
    }
}

impl<'de> Deserialize<'de> for Caller {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(remote = "Caller")]
        struct Fields {
            client_id: ClientId,
            device: Device,
            language: Option<Language>,
        }
        crate::unquoted::deserialize(deserializer, Fields::deserialize)
    }
}
