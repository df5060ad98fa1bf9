//! Text that fits the terminal it is read in.

use terminal_size::{Width, terminal_size_of};

/// Wider lines are hard to read.
const WIDEST: usize = 100;

/// Where text is wrapped; nowhere in a pipe, where lines belong to other programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    width: Option<usize>,
}

impl Page {
    /// As wide as the terminal on stdout.
    pub(crate) fn of_stdout() -> Self {
        let columns = terminal_size_of(std::io::stdout());
        Self {
            width: columns.map(|(Width(columns), _)| usize::from(columns).min(WIDEST)),
        }
    }

    /// Of so many columns.
    #[cfg(test)]
    pub(crate) const fn of(width: Option<usize>) -> Self {
        Self { width }
    }

    /// Whether a person reads it.
    pub(crate) const fn is_terminal(self) -> bool {
        self.width.is_some()
    }

    /// Text in the columns from `indent` on; the first line is taken to stand there already.
    pub(crate) fn wrap(self, text: &str, indent: usize) -> String {
        let Some(width) = self.width else {
            return text.to_owned();
        };
        let room = width.saturating_sub(indent).max(MOST_NARROW);
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if columns(line) + 1 + columns(word) <= room => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines.join(&format!("\n{:indent$}", ""))
    }
}

/// A column narrower than this is worse than a line too long.
const MOST_NARROW: usize = 20;

/// How many columns a text takes: Chinese takes two each.
pub(crate) fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| if c < '\u{1100}' { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_between_words() {
        let page = Page::of(Some(30));
        assert_eq!(
            page.wrap("a sentence that is too long for it", 4),
            "a sentence that is too\n    long for it"
        );
    }

    #[test]
    fn a_pipe_gets_whole_lines() {
        let text = "word ".repeat(100);
        assert_eq!(Page::of(None).wrap(&text, 4), text);
    }

    #[test]
    fn a_narrow_terminal_still_shows_words() {
        assert_eq!(Page::of(Some(10)).wrap("one two three", 8), "one two three");
    }

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(columns("手机号 a"), 8);
    }
}
