//! No connection: nothing can have been sent.

use std::net::SocketAddr;

use super::super::{
    Capability,
    case::{Case, Limit, Play},
    expected::Expected,
    finding::Note,
    lab::Lab,
    nobody::{Silent, refusing},
};
use crate::{
    BoxFuture,
    TransportErrorKind::{Connect, ConnectTimeout, InvalidRequest, NameLookup},
};

pub(super) const CASES: &[Case] = &[
    Case::new(
        "refused",
        "nothing listens at the address",
        Expected::not_sent(&[Connect]),
        Play::Own(|lab| Box::pin(async move { lab.nothing_at(refusing().await).await })),
    ),
    Case::new(
        "refused_tls",
        "nothing listens at the address, called with https",
        Expected::not_sent(&[Connect]),
        Play::Own(|lab| {
            Box::pin(async move {
                let port = refusing().await.port();
                lab.nowhere(&format!("https://localhost:{port}")).await;
            })
        }),
    ),
    Case::new(
        "unreachable",
        "no way leads to the address",
        Expected::not_sent(&[Connect, ConnectTimeout]),
        Play::Own(|lab| Box::pin(async move { lab.nowhere("https://255.255.255.255:9").await })),
    ),
    Case::new(
        "name_not_found",
        "the name of the host does not exist",
        Expected::not_sent(&[NameLookup, Connect, ConnectTimeout]),
        Play::Own(|lab| Box::pin(async move { lab.nowhere("https://no-such-host.invalid").await })),
    ),
    Case::new(
        "name_impossible",
        "the name of the host is longer than a name can be",
        Expected::not_sent(&[NameLookup, Connect, InvalidRequest]),
        Play::Own(|lab| {
            Box::pin(async move {
                let label = "a".repeat(64);
                lab.nowhere(&format!("https://{label}.invalid")).await;
            })
        }),
    ),
    Case::new(
        "connect_stall",
        "connecting is neither accepted nor refused",
        Expected::not_sent(&[ConnectTimeout, Connect]),
        Play::Own(stall),
    )
    .needs(&[Capability::ConnectTimeout])
    .limit(Limit::Connect),
    Case::new(
        "connect_stall_until_deadline",
        "connecting is neither accepted nor refused until the deadline of the call",
        Expected::truth(&[ConnectTimeout, Connect]),
        Play::Own(stall),
    )
    .limit(Limit::Deadline),
    Case::new(
        "connect_stall_until_deadline_was_not_sent",
        "connecting is neither accepted nor refused until the deadline of the call",
        Expected::not_sent(&[ConnectTimeout]),
        Play::Own(stall),
    )
    .needs(&[Capability::ExactDeadlines])
    .limit(Limit::Deadline),
];

fn stall<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        match Silent::open().await {
            Some(silent) => lab.nothing_at(silent.address).await,
            None => lab.cannot("a listener whose queue is full takes connections on this system"),
        }
    })
}

impl Lab<'_> {
    async fn nothing_at(&mut self, address: SocketAddr) {
        self.nowhere(&format!("http://{address}")).await;
    }

    /// One call to where no server counts.
    async fn nowhere(&mut self, origin: &str) {
        let transport = self.transport();
        self.call_at(&transport, origin, Note::NONE).await;
    }
}
