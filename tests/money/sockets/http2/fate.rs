use crate::money::dice::Dice;

/// What the service does with the stream of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fate {
    Answer,
    /// Byte by byte, as they come.
    AnswerInPieces,
    AnswerWithTrailers,
    /// Says that it goes on, and then answers.
    AnswerAfterInformation,
    /// Answers before it has read the request, and wants no more of it.
    AnswerEarly,
    AnswerAndClose,
    AnswerAndReset,
    /// Goes away above the stream, and answers.
    AnswerAndGoAway,
    /// Goes away in two steps, as RFC 9113 asks for in section 6.8, and answers.
    GoAwayGracefully,
    Redirect,
    BadGateway,

    /// Refuses the stream once it has its head.
    Refuse,
    /// Refuses the stream once it has the whole request.
    RefuseLate,
    /// Goes away below the stream, and serves what is below.
    GoAwayBelow,
    GoAwayBelowAndClose,

    /// Says that it refuses the stream, and has begun to answer.
    RefuseAfterHead,
    ResetStream,
    GoAwayAboveAndClose,
    GoAwayAboveAndStall,
    /// Closes before it has read the whole request.
    CloseUnread,
    Close,
    Reset,
    /// Ends the stream in the middle of the answer.
    CutStream,
    CutAndClose,
    CutAndReset,
    Garbage,
    /// More than the transport reads.
    HugeBody,
    HugeHead,
    /// Lets only so much of the body through as fits into the first window.
    Throttle,
    StallInBody,
    /// Says nothing more.
    Stall,
}

impl Fate {
    pub(super) const TABLE: &[(u64, Self)] = &[
        (70, Self::Answer),
        (6, Self::AnswerInPieces),
        (6, Self::AnswerWithTrailers),
        (6, Self::AnswerAfterInformation),
        (6, Self::AnswerEarly),
        (2, Self::AnswerAndClose),
        (2, Self::AnswerAndReset),
        (3, Self::AnswerAndGoAway),
        (3, Self::GoAwayGracefully),
        (3, Self::Redirect),
        (3, Self::BadGateway),
        (10, Self::Refuse),
        (8, Self::RefuseLate),
        (5, Self::GoAwayBelow),
        (5, Self::GoAwayBelowAndClose),
        (6, Self::RefuseAfterHead),
        (8, Self::ResetStream),
        (3, Self::GoAwayAboveAndClose),
        (2, Self::GoAwayAboveAndStall),
        (2, Self::CloseUnread),
        (2, Self::Close),
        (2, Self::Reset),
        (6, Self::CutStream),
        (2, Self::CutAndClose),
        (2, Self::CutAndReset),
        (2, Self::Garbage),
        (2, Self::HugeBody),
        (1, Self::HugeHead),
        (4, Self::Throttle),
        (4, Self::StallInBody),
        (6, Self::Stall),
    ];

    /// That of a send: the caller and the service draw it each for itself.
    pub(super) fn of(seed: u64, id: u64) -> (Self, Dice) {
        let mut dice = Dice::of(!seed, id);
        (dice.of_table(Self::TABLE), dice)
    }

    /// Whether nothing but a limit of time ends the send.
    pub(super) const fn stalls(self) -> bool {
        matches!(
            self,
            Self::GoAwayAboveAndStall | Self::Throttle | Self::StallInBody | Self::Stall
        )
    }
}
