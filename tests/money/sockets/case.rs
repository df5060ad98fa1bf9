/// Where a send goes, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Case {
    /// To a service that receives it, over plain HTTP.
    Plain,
    /// To a service that receives it, over TLS.
    Tls,
    /// To a peer that accepts connections and closes them.
    Closes,
    Resets,
    Refused,
    /// Connecting is neither accepted nor refused.
    Silent,
    UnknownName,
    /// Plain HTTP to a host that is not this machine.
    PlainElsewhere,
    NotLoopback,
    /// With a deadline that has passed.
    TooLate,
    /// With a deadline that is met while it waits for a slot.
    SlotTaken,
    UnknownRoot,
    OtherHost,
    Expired,
    /// The peer speaks no TLS: it says something else, closes or resets.
    NotTls,
    /// The peer never says anything to the handshake.
    MuteTls,
    /// On a kept connection that was closed, to a service that then accepts no handshake.
    Gone,
    /// The future is dropped before its first poll.
    NeverPolled,
}

impl Case {
    pub(super) const TABLE: &[(u64, Self)] = &[
        (150, Self::Plain),
        (150, Self::Tls),
        (8, Self::Closes),
        (8, Self::Resets),
        (10, Self::Refused),
        (5, Self::Silent),
        (1, Self::UnknownName),
        (4, Self::PlainElsewhere),
        (4, Self::NotLoopback),
        (6, Self::TooLate),
        (5, Self::SlotTaken),
        (6, Self::UnknownRoot),
        (6, Self::OtherHost),
        (6, Self::Expired),
        (6, Self::NotTls),
        (5, Self::MuteTls),
        (6, Self::Gone),
        (8, Self::NeverPolled),
    ];

    /// Whether no byte of the request can reach a service.
    pub(super) const fn is_surely_not_sent(self) -> bool {
        !matches!(self, Self::Plain | Self::Tls | Self::Closes | Self::Resets)
    }
}
