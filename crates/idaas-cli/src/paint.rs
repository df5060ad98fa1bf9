//! The few styles of the program; `anstream` drops them where nobody sees colour.

use anstyle::{AnsiColor, Style};

/// What the eye should find first.
pub(crate) const STRONG: Style = Style::new().bold();
/// What may be skipped.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What deserves a look.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// What went wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Names of the protocol.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
