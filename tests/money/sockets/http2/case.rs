/// Where a send goes, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Case {
    /// To a service that does what the fate of each send says.
    Service,
    /// To one that refuses every stream.
    RefusesAll,
    /// To one that goes away below the first stream, and closes.
    GoesAway,
    /// To one that goes away before there is a stream, and closes.
    GoesAwayAtOnce,
    /// To one that lets no byte of a body through.
    NoWindow,
    /// To one that allows no stream.
    NoStreams,
    /// To one that says nothing after the handshake of TLS, not even its settings.
    Mute,
    /// To one that closes after that handshake.
    Closes,
    Resets,
    /// To one that chooses HTTP/1.1.
    Http1,
    /// On a connection that was closed or gone away from, to a service that then accepts no handshake.
    Gone,
    Refused,
    UnknownRoot,
    /// The peer never says anything to the handshake of TLS.
    MuteTls,
    /// With a deadline that has passed.
    TooLate,
    NeverPolled,
}

impl Case {
    pub(super) const TABLE: &[(u64, Self)] = &[
        (300, Self::Service),
        (10, Self::RefusesAll),
        (10, Self::GoesAway),
        (10, Self::GoesAwayAtOnce),
        (10, Self::NoWindow),
        (8, Self::NoStreams),
        (6, Self::Mute),
        (8, Self::Closes),
        (8, Self::Resets),
        (20, Self::Http1),
        (8, Self::Gone),
        (5, Self::Refused),
        (5, Self::UnknownRoot),
        (5, Self::MuteTls),
        (5, Self::TooLate),
        (6, Self::NeverPolled),
    ];

    /// Whether the request can reach no service, or only one that turns it away; where that is to be heard first,
    /// there has to be time for it.
    pub(super) const fn is_surely_not_sent(self, hurried: bool) -> bool {
        match self {
            Self::RefusesAll | Self::GoesAway | Self::GoesAwayAtOnce => !hurried,
            Self::Gone
            | Self::Refused
            | Self::UnknownRoot
            | Self::MuteTls
            | Self::TooLate
            | Self::NeverPolled => true,
            _ => false,
        }
    }
}
