use std::path::PathBuf;

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) quick: bool,
    pub(super) json: Option<PathBuf>,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    pub(super) quick: bool,
    /// In which every contender has one turn.
    pub(super) rounds: usize,
    /// The length of a turn.
    pub(super) slice_ms: usize,
    /// Calls of which the allocations are counted.
    pub(super) allocating_calls: usize,
    /// In which the instructions of every contender are counted once.
    pub(super) instruction_rounds: usize,
    /// The calls in flight at which instructions are counted.
    pub(super) instructions_in_flight: &'static [usize],
    /// In which every tree is built once.
    pub(super) build_rounds: usize,
}

impl Options {
    pub(super) fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => options.quick = true,
                "--json" => {
                    let file = args.next().ok_or("`--json` needs a file")?;
                    options.json = Some(file.into());
                }
                _ => return Err(format!("bench does not know `{arg}`")),
            }
        }
        Ok(options)
    }

    pub(super) const fn effort(&self) -> Effort {
        if self.quick {
            Effort {
                quick: true,
                rounds: 15,
                slice_ms: 60,
                allocating_calls: 128,
                instruction_rounds: 1,
                instructions_in_flight: &[1],
                build_rounds: 0,
            }
        } else {
            Effort {
                quick: false,
                rounds: 50,
                slice_ms: 100,
                allocating_calls: 640,
                instruction_rounds: 3,
                instructions_in_flight: &[1, 64],
                build_rounds: 2,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, String> {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        Options::parse(&args)
    }

    #[test]
    fn both_options_in_any_order() {
        let both = Options {
            quick: true,
            json: Some("a.json".into()),
        };
        assert_eq!(parse(&["--quick", "--json", "a.json"]).as_ref(), Ok(&both));
        assert_eq!(parse(&["--json", "a.json", "--quick"]).as_ref(), Ok(&both));
        assert_eq!(parse(&[]), Ok(Options::default()));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert!(parse(&["--json"]).is_err());
        assert!(parse(&["--fast"]).is_err_and(|error| error.contains("`--fast`")));
    }
}
