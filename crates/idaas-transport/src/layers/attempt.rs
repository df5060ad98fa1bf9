/// Which attempt at a call this is, from one.
///
/// [`Retried`](super::Retried) places it in the extensions of every request that it hands on,
/// and of the response that it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attempt(u32);

impl Attempt {
    pub(super) const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number of the attempt; the first is one.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}
