//! The binary as a shell sees it: output, exit codes, signals.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// How soon the emulator has to be gone after a signal.
const LAST_WORDS: Duration = Duration::from_secs(5);

fn idaas(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idaas"));
    command.args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    idaas(args).output().expect("the binary starts")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("the output is UTF-8")
}

/// A started program; killed where a test fails before it ended.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Both do nothing to a program that has been waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A started emulator that listens.
struct Running {
    program: Program,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Running {
    fn start(args: &[&str]) -> Self {
        Self::listen("127.0.0.1:0", args)
    }

    fn listen(address: &str, args: &[&str]) -> Self {
        let child = idaas(&["emulator", "--listen", address])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut program = Program(child.expect("the binary starts"));
        let mut stdout = BufReader::new(program.0.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("stdout is read");
        let address = line
            .strip_prefix("listening on http://")
            .and_then(|rest| rest.strip_suffix('\n'))
            .and_then(|address| address.parse().ok())
            .unwrap_or_else(|| panic!("expected `listening on http://ADDR`, got {line:?}"));
        Self {
            program,
            stdout,
            address,
        }
    }

    /// Sends one request on a connection of its own and gives the whole answer.
    fn call(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("the emulator accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let request = format!("{request}Host: emulator\r\nConnection: close\r\n\r\n");
        stream
            .write_all(request.as_bytes())
            .expect("the request goes out");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the answer comes back");
        answer
    }

    /// Sends a signal and gives the exit code, the rest of stdout, and stderr.
    fn end(mut self, signal: &str) -> (Option<i32>, String, String) {
        let id = self.program.0.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("kill starts").success(), "the signal is sent");
        let (tell, told) = mpsc::channel();
        let mut stderr = self.program.0.stderr.take().expect("stderr is piped");
        let mut stdout = self.stdout;
        thread::spawn(move || {
            let (mut rest, mut complaint) = (String::new(), String::new());
            let _ = stdout.read_to_string(&mut rest);
            let _ = stderr.read_to_string(&mut complaint);
            let _ = tell.send((rest, complaint));
        });
        // Both pipes close when the process is gone.
        let Ok((rest, complaint)) = told.recv_timeout(LAST_WORDS) else {
            panic!("the emulator still runs {LAST_WORDS:?} after {signal}");
        };
        let status = self.program.0.wait().expect("the emulator is waited for");
        (status.code(), rest, complaint)
    }
}

#[test]
fn the_catalogue_is_plain_text_in_a_pipe() {
    let output = run(&["errors"]);
    assert_eq!(output.status.code(), Some(0));
    let catalogue = text(&output.stdout);
    assert!(catalogue.contains("IDAAS.SDK.COM.0002"), "{catalogue}");
    assert!(catalogue.contains("验证码不正确"), "{catalogue}");
    assert!(!catalogue.contains('\u{1b}'), "no colour in a pipe");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn one_code_is_explained() {
    let output = run(&["errors", "captcha.0007"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("Incorrect verification code"));
}

#[test]
fn an_unknown_code_is_a_failure_on_stderr() {
    let output = run(&["errors", "CAPTCHA.9999"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(
        text(&output.stderr),
        "error: `CAPTCHA.9999` is not in the catalogue; `idaas errors` lists every code\n"
    );
}

#[test]
fn a_wrong_command_line_is_2() {
    for args in [&["demmo"][..], &["emulator", "--listen", "nowhere"], &[]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(text(&output.stdout), "", "{args:?}");
        assert_ne!(text(&output.stderr), "", "{args:?}");
    }
}

#[test]
fn the_demo_signs_a_person_in_and_shows_no_secret() {
    let output = run(&["demo"]);
    let (shown, complaint) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{shown}\n{complaint}");
    let calls = [
        "GET  /api/v2/sdk/captcha",
        "POST /api/v2/sdk/captcha/verify",
        "POST /api/v2/sdk/sms/send",
        "POST /api/v2/sdk/login/mobile-verify-code",
        "GET  /api/v1/oauth2/keys",
        "POST /api/v2/sdk/sso/session-token/id-token",
    ];
    let mut rest = shown;
    for call in calls {
        let at = rest.find(call);
        let at = at.unwrap_or_else(|| panic!("{call} follows in its turn in\n{shown}"));
        rest = &rest[at + call.len()..];
    }
    assert!(!shown.contains('\u{1b}'), "no colour in a pipe");
    assert!(!shown.contains("15200000000"), "the mobile is masked");
    assert!(!shown.contains("eyJ"), "an id_token is a secret");
    assert_eq!(complaint, "");
}

#[cfg(unix)]
#[test]
fn the_emulator_ends_well_on_sigint_with_streams_open() {
    ends_well_on("INT");
}

#[cfg(unix)]
#[test]
fn the_emulator_ends_well_on_sigterm_with_streams_open() {
    ends_well_on("TERM");
}

fn ends_well_on(signal: &str) {
    let emulator = Running::start(&[]);
    let health = emulator.call("GET /_emulator/health HTTP/1.1\r\n");
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let idle = TcpStream::connect(emulator.address).expect("the emulator accepts");
    let mut half = TcpStream::connect(emulator.address).expect("the emulator accepts");
    half.write_all(b"POST /api/v2/sdk/sms/send HTTP/1.1\r\ncontent-length: 9\r\n")
        .expect("half a request goes out");
    let (code, rest, complaint) = emulator.end(signal);
    assert_eq!(code, Some(0), "{complaint}");
    assert_eq!(rest, "", "one line is all of stdout");
    assert_eq!(complaint, "");
    drop((idle, half));
}

#[cfg(unix)]
#[test]
fn an_address_that_others_reach_comes_with_a_warning() {
    let emulator = Running::listen("0.0.0.0:0", &[]);
    let (code, rest, complaint) = emulator.end("TERM");
    assert_eq!(code, Some(0), "{complaint}");
    assert_eq!(rest, "", "the warning is not on stdout");
    assert!(
        complaint.starts_with("warning: other hosts can reach 0.0.0.0"),
        "{complaint}"
    );
}

#[cfg(unix)]
#[test]
fn the_emulator_takes_its_settings() {
    let emulator = Running::start(&["--lang", "zh", "--client-id", "mine"]);
    let headers = "X-operating-sys-version: 1\r\nX-device-fingerprint: 2\r\nX-agent: 3\r\n";
    let call = |id: &str| {
        emulator.call(&format!(
            "GET /api/v2/sdk/captcha HTTP/1.1\r\n{headers}X-client-id: {id}\r\n"
        ))
    };
    assert!(call("mine").starts_with("HTTP/1.1 200"));
    let refused = call("other");
    assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
    assert!(refused.contains("应用未注册"), "{refused}");
    assert_eq!(emulator.end("TERM").0, Some(0));
}

#[cfg(unix)]
#[test]
fn an_address_in_use_is_a_failure() {
    let emulator = Running::start(&[]);
    let output = run(&["emulator", "--listen", &emulator.address.to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let complaint = text(&output.stderr);
    assert!(
        complaint.contains(&emulator.address.to_string()),
        "{complaint}"
    );
    assert_eq!(emulator.end("TERM").0, Some(0));
}
