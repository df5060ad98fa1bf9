use crate::money::dice::Dice;

/// What a proxy does instead of opening a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fault {
    Close,
    Reset,
    /// Says no: a status such as 407 or 502, or a reply that is none of success.
    SayNo,
    SayNoAndClose,
    Garbage,
    EndlessAnswer,
    HalfAnswerAndClose,
    HalfAnswerAndReset,
    HalfAnswerAndStall,
    Stall,
    /// Says that the tunnel is there, and closes it.
    OpenAndClose,
}

impl Fault {
    pub(super) const TABLE: &[(u64, Self)] = &[
        (2, Self::Close),
        (2, Self::Reset),
        (4, Self::SayNo),
        (4, Self::SayNoAndClose),
        (2, Self::Garbage),
        (1, Self::EndlessAnswer),
        (2, Self::HalfAnswerAndClose),
        (2, Self::HalfAnswerAndReset),
        (1, Self::HalfAnswerAndStall),
        (1, Self::Stall),
        (3, Self::OpenAndClose),
    ];

    /// That of a send: the caller and the proxy draw it each for itself.
    pub(super) fn of(seed: u64, id: u64) -> (Self, Dice) {
        let mut dice = Dice::of(seed.rotate_left(32), id);
        (dice.of_table(Self::TABLE), dice)
    }

    pub(super) const fn stalls(self) -> bool {
        matches!(self, Self::HalfAnswerAndStall | Self::Stall)
    }
}

/// Where a tunnel breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Break {
    /// After so many bytes,
    pub(super) after: u64,
    /// to the service or from it,
    pub(super) upwards: bool,
    /// with a reset or without.
    pub(super) resets: bool,
}

impl Break {
    /// That of a send: the caller and the proxy draw it each for itself.
    pub(super) fn of(seed: u64, id: u64) -> Self {
        let mut dice = Dice::of(seed.rotate_left(16), id);
        // As many of few bytes as of many.
        let most = 1 << (1 + dice.below(12));
        Self {
            after: dice.below(most),
            upwards: dice.one_in(2),
            resets: dice.one_in(2),
        }
    }

    /// Whether TLS cannot have got as far as the request: the first message of either side is longer.
    pub(super) const fn ends_the_handshake(self) -> bool {
        self.after < 80
    }
}
