use crate::money::dice::Dice;

/// What the service does with a request that it receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fate {
    Answer,
    AnswerInChunks,
    /// Byte by byte, as they come.
    AnswerInPieces,
    /// Says that it goes on, and then answers.
    AnswerAfterInformation,
    /// Answers before it has read the request.
    AnswerEarly,
    /// Keeps the connection by its words, and closes it.
    AnswerAndClose,
    AnswerAndReset,
    AnswerAndSayClose,
    /// Says something more that belongs to no request.
    AnswerAndSpeakUnasked,
    Redirect,
    BadGateway,
    /// Closes before it has read the whole request, which resets the connection.
    CloseUnread,
    Close,
    Reset,
    /// Closes in the middle of the answer.
    CutAndClose,
    CutAndReset,
    Garbage,
    /// More than the transport reads.
    HugeBody,
    HugeHead,
    /// Says nothing more.
    Stall,
}

impl Fate {
    pub(super) const TABLE: &[(u64, Self)] = &[
        (30, Self::Answer),
        (3, Self::AnswerInChunks),
        (3, Self::AnswerInPieces),
        (3, Self::AnswerAfterInformation),
        (3, Self::AnswerEarly),
        (5, Self::AnswerAndClose),
        (5, Self::AnswerAndReset),
        (3, Self::AnswerAndSayClose),
        (3, Self::AnswerAndSpeakUnasked),
        (2, Self::Redirect),
        (2, Self::BadGateway),
        (4, Self::CloseUnread),
        (4, Self::Close),
        (4, Self::Reset),
        (4, Self::CutAndClose),
        (4, Self::CutAndReset),
        (3, Self::Garbage),
        (1, Self::HugeBody),
        (1, Self::HugeHead),
        (2, Self::Stall),
    ];

    /// That of a send: the caller and the service draw it each for itself.
    pub(super) fn of(seed: u64, id: u64) -> (Self, Dice) {
        let mut dice = Dice::of(!seed, id);
        (dice.of_table(Self::TABLE), dice)
    }
}
