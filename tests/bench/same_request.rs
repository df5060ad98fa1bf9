//! Whether the contenders do the same: a comparison of calls that differ says nothing.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};

use crate::{
    Failure, http_message,
    lane::Lane,
    login_call::answer,
    service::Target,
    setting::{Scheme, Setting},
};

/// A header that one library adds whether one wants it or not.
const ADDED: &str = "accept: */*";

/// Fails unless every contender sends the same head, in whatever order, and the same body.
pub(crate) fn check() -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let target = Target {
        scheme: Scheme::Http,
        address: listener.local_addr()?,
        certificate: String::new(),
    };
    let setting = Setting {
        scheme: Scheme::Http,
        in_flight: 1,
        threads: 1,
    };
    let mut first: Option<(&str, BTreeSet<String>)> = None;
    for name in Lane::NAMES {
        let lane = Lane::of(name, &target, setting)?;
        let sent = thread::scope(|scope| {
            let hearing = scope.spawn(|| hear(&listener));
            if let Err(failed) = lane.run(1) {
                // So that nobody waits for a call that was never begun.
                drop(TcpStream::connect(target.address));
                return Err(failed);
            }
            hearing.join().map_err(|_| "the listener panicked")?
        })?;
        match &first {
            None => first = Some((name, sent)),
            Some((other, expected)) if *expected != sent => {
                let differ: Vec<_> = expected.symmetric_difference(&sent).collect();
                return Err(format!("{other} and {name} do not send the same: {differ:?}").into());
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Takes one request, answers it, and gives its lines.
fn hear(listener: &TcpListener) -> Result<BTreeSet<String>, Failure> {
    let (mut socket, _) = listener.accept()?;
    let mut request = Vec::new();
    while http_message::length(&request).is_none_or(|length| request.len() < length) {
        let mut piece = [0; 4096];
        match socket.read(&mut piece)? {
            0 => return Err("the client has closed".into()),
            read => request.extend_from_slice(&piece[..read]),
        }
    }
    socket.write_all(answer().as_bytes())?;
    let lines = str::from_utf8(&request)?
        .lines()
        .map(str::to_ascii_lowercase);
    Ok(lines.filter(|line| line != ADDED).collect())
}
