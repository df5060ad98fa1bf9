//! `idaas emulator`: the service as a program.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use idaas_emulator::Emulator;
use tokio::runtime::Runtime;

use crate::Done;
use crate::args::EmulatorArgs;
use crate::paint::{DIM, WARN};

/// How long a call in flight may take to finish once the program is told to stop.
const GRACE: Duration = Duration::from_secs(1);

/// Serves until it is told to stop.
pub(crate) fn run(args: EmulatorArgs) -> Done {
    let runtime = Runtime::new()?;
    let done = runtime.block_on(serve(args));
    // Nobody waits for a signing key that is still being made.
    runtime.shutdown_background();
    done
}

async fn serve(args: EmulatorArgs) -> Done {
    // Before it listens: a signal that comes earlier ends a program that has nothing to finish.
    let told = stop()?;
    let mut builder = Emulator::builder()
        .listen(args.listen)
        .language(args.lang.into())
        .auto_register(!args.no_auto_register)
        .shutdown_grace(GRACE);
    for client_id in args.client_id {
        builder = builder.client_id(client_id);
    }
    for mobile in args.disabled_user {
        builder = builder.disabled_user(mobile);
    }
    if !args.listen.ip().is_loopback() {
        builder = builder.allow_other_hosts();
        writeln!(
            anstream::stderr(),
            "{WARN}warning:{WARN:#} other hosts can reach {} and read every code here",
            args.listen.ip()
        )?;
    }
    let emulator = builder.spawn().await?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on {}", emulator.url())?;
    stdout.flush()?;
    hint(&emulator.url());
    told.await;
    emulator.shutdown().await;
    Ok(())
}

/// Tells a person, and no program, where the SMS are.
fn hint(url: &str) {
    if io::stderr().is_terminal() {
        // A terminal that went away needs no hint.
        let _ = writeln!(
            anstream::stderr(),
            "{DIM}SMS are at {url}/_emulator/messages?to=MOBILE, ctrl-c ends{DIM:#}"
        );
    }
}

/// Ends when the program is told to stop, by ctrl-c or SIGTERM.
#[cfg(unix)]
fn stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Ends when the program is told to stop, by ctrl-c.
#[cfg(not(unix))]
fn stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the system ends the program itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
