//! The command line.

use std::net::{Ipv4Addr, SocketAddr};

use clap::{Parser, Subcommand, ValueEnum};
use idaas_emulator::Account;
use idaas_proto::{ClientId, Language, Mobile};

/// Phone login at Bamboocloud IDaaS, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "idaas", version, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong command line.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows a whole login: captcha, SMS code, login, verified identity, refresh.
    ///
    /// Starts the emulator in this process and calls it over TCP through the public client API. Nothing leaves the
    /// machine, and no SMS is paid for.
    Demo,
    /// Runs the service on this machine, for tests and demos.
    ///
    /// Prints one line, `listening on http://ADDR`, when it is ready. Ends on ctrl-c or SIGTERM.
    Emulator(EmulatorArgs),
    /// Explains the error codes: what each means and what to do.
    Errors(ErrorsArgs),
}

/// The settings of `idaas emulator`.
#[derive(Debug, clap::Args)]
pub(crate) struct EmulatorArgs {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = listen_address)]
    pub(crate) listen: SocketAddr,
    /// A registered client, repeatable [default: the example of the service's pages].
    #[arg(long, value_name = "ID", value_parser = parsed::<ClientId>)]
    pub(crate) client_id: Vec<ClientId>,
    /// Answers an unknown mobile with USER.0001 instead of registering it.
    #[arg(long)]
    pub(crate) no_auto_register: bool,
    /// A user who may not sign in, repeatable.
    #[arg(long, value_name = "MOBILE", value_parser = possible_mobile)]
    pub(crate) disabled_user: Vec<Mobile>,
    /// The language of error messages for callers that do not send X-L.
    #[arg(long, value_name = "LANG", value_enum, default_value_t = Lang::En)]
    pub(crate) lang: Lang,
}

/// The settings of `idaas errors`.
#[derive(Debug, clap::Args)]
pub(crate) struct ErrorsArgs {
    /// One code, with or without `IDAAS.SDK.`, in any case; all codes without it.
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

/// A language of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Zh => Self::Zh,
        }
    }
}

fn parsed<T>(text: &str) -> Result<T, String>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A number that can log in, for nothing else can be kept from it.
fn possible_mobile(text: &str) -> Result<Mobile, String> {
    let mobile: Mobile = parsed(text)?;
    if Account::new(mobile.clone()).is_reachable() {
        Ok(mobile)
    } else {
        Err(
            "expected a mobile number such as 15200000000 or, outside mainland China, +85261234567"
                .to_owned(),
        )
    }
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    if let Some(port) = text.strip_prefix("localhost:")
        && let Ok(port) = port.parse()
    {
        return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    text.parse()
        .map_err(|_| "expected ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080".to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;

    fn emulator(args: &[&str]) -> Result<EmulatorArgs, clap::Error> {
        let all = ["idaas", "emulator"].iter().chain(args);
        match Args::try_parse_from(all)?.command {
            Command::Emulator(args) => Ok(args),
            other => panic!("expected the emulator, got {other:?}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_emulator_has_defaults() {
        let args = emulator(&[]).unwrap();
        assert_eq!(args.listen, "127.0.0.1:8080".parse().unwrap());
        assert!(args.client_id.is_empty() && args.disabled_user.is_empty());
        assert!(!args.no_auto_register);
        assert_eq!(args.lang, Lang::En);
    }

    #[test]
    fn every_setting_of_the_emulator_is_read() {
        let args = emulator(&[
            "--listen",
            "[::1]:0",
            "--client-id",
            "one",
            "--client-id",
            "two",
            "--no-auto-register",
            "--disabled-user",
            "15200000001",
            "--disabled-user",
            "+85261234567",
            "--lang",
            "zh",
        ])
        .unwrap();
        assert_eq!(args.listen, "[::1]:0".parse().unwrap());
        let ids: Vec<_> = args.client_id.iter().map(ClientId::as_str).collect();
        assert_eq!(ids, ["one", "two"]);
        let mobiles: Vec<_> = args.disabled_user.iter().map(Mobile::as_str).collect();
        assert_eq!(mobiles, ["15200000001", "+85261234567"]);
        assert!(args.no_auto_register);
        assert_eq!(args.lang, Lang::Zh);
    }

    #[test]
    fn localhost_is_an_address() {
        let args = emulator(&["--listen", "localhost:4000"]).unwrap();
        assert_eq!(args.listen, "127.0.0.1:4000".parse().unwrap());
    }

    #[test]
    fn bad_values_are_refused_with_the_argument_named() {
        for (args, named) in [
            (["--listen", "nowhere"], "--listen"),
            (["--listen", "127.0.0.1"], "--listen"),
            (["--listen", "localhost:99999"], "--listen"),
            (["--client-id", ""], "--client-id"),
            (["--disabled-user", "152\u{7}"], "--disabled-user"),
            (["--disabled-user", "abc"], "--disabled-user"),
            (["--disabled-user", "1520000000"], "--disabled-user"),
            (["--disabled-user", "61234567"], "--disabled-user"),
            (["--lang", "fr"], "--lang"),
        ] {
            let error = emulator(&args).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{args:?}");
            assert!(error.to_string().contains(named), "{args:?}: {error}");
        }
    }

    #[test]
    fn an_unknown_command_is_a_usage_error() {
        let error = Args::try_parse_from(["idaas", "demmo"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSubcommand);
    }
}
