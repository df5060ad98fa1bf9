use super::fault::{Break, Fault};

/// What stands between a send and its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Case {
    /// A proxy that does its work.
    Works {
        tls: bool,
    },
    /// One that opens no tunnel, see [`Fault`].
    Fails {
        tls: bool,
    },
    /// One that breaks the tunnel after some bytes, see [`Break`].
    Breaks {
        tls: bool,
    },
    /// One that does not know who asks.
    Stranger,
    /// No proxy: connecting is refused.
    Refused,
    /// Connecting to the proxy is neither accepted nor refused.
    Silent,
    /// A proxy that accepts connections and closes them.
    Closes,
    Resets,
    /// One that never says anything.
    Mute,
    /// A proxy that works, and a service that nobody listens at.
    NoService,
    /// A service that is not to be believed.
    UnknownRoot,
    /// A service that never says anything to the handshake of TLS.
    MuteTls,
    /// With a deadline that has passed.
    TooLate,
    NeverPolled,
}

impl Case {
    pub(super) const TABLE: &[(u64, Self)] = &[
        (100, Self::Works { tls: false }),
        (100, Self::Works { tls: true }),
        (40, Self::Fails { tls: false }),
        (40, Self::Fails { tls: true }),
        (40, Self::Breaks { tls: false }),
        (40, Self::Breaks { tls: true }),
        (10, Self::Stranger),
        (6, Self::Refused),
        (4, Self::Silent),
        (6, Self::Closes),
        (6, Self::Resets),
        (4, Self::Mute),
        (6, Self::NoService),
        (6, Self::UnknownRoot),
        (4, Self::MuteTls),
        (5, Self::TooLate),
        (6, Self::NeverPolled),
    ];

    /// Whether no byte of the request can reach anybody.
    pub(super) fn is_surely_not_sent(self, fault: Fault, broken: Break) -> bool {
        match self {
            Self::Works { .. } => false,
            // Whoever speaks before TLS is heard by whoever is there.
            Self::Fails { tls } => tls || fault != Fault::OpenAndClose,
            Self::Breaks { tls } => tls && broken.ends_the_handshake(),
            _ => true,
        }
    }
}
