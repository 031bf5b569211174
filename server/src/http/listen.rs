//! Accepting connections: with a limit to how many, to how long one may stay silent, and to how
//! slowly it may take what it asked for (T30). axum's own loop has none of these.

use std::{
    convert::Infallible,
    io::Write as _,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request},
};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::{
    pace::{Paced, Slowest},
    places::Places,
    seat::{Seat, UnderWay},
};

/// What the head of a request may hold, and what is kept ready to be read or sent (T30). No link of ours is
/// longer than a few thousand characters, and browsers keep 4 KiB in a cookie. More is refused once it was
/// read: at twice as much for certain.
const HEAD: usize = 64 * 1_024;

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; more wait until one ends.
    pub places: usize,
    /// How long a connection may take to send a request's head, the time between two included.
    pub silence: Duration,
    pub slowest: Slowest,
    /// How long requests that are under way may take once the process was told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            places: 1_024,
            silence: Duration::from_secs(30),
            slowest: Slowest::default(),
            grace: Duration::from_secs(10),
        }
    }
}

/// Who may stand for many people.
pub struct Peers {
    pub trusted: Vec<IpNet>,
    /// Whether browsers come to another machine's name: then who connects from this one is a proxy.
    pub public: bool,
}

impl Peers {
    fn is_trusted(&self, peer: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&peer))
    }

    /// A proxy that nobody listed: everybody has its address.
    fn is_unlisted_proxy(&self, peer: IpAddr) -> bool {
        self.public && peer.is_loopback() && !self.is_trusted(peer)
    }
}

/// Accepts connections until it is told to stop.
pub struct Server {
    limits: Limits,
    peers: Peers,
    places: Arc<Places>,
    /// Whether an unlisted proxy, or a share that is used up, was told of.
    told: [AtomicBool; 2],
}

impl Server {
    pub fn new(limits: Limits, peers: Peers) -> Self {
        Self { limits, peers, places: Places::new(limits.places), told: Default::default() }
    }

    pub fn places(&self) -> &Arc<Places> {
        &self.places
    }

    /// Serves until `stop` is done, then finishes what is under way. Gives the requests that were
    /// cut off.
    pub async fn serve(&self, listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> Vec<String> {
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            // Room is made only once somebody needs it.
            let accepted = async {
                let accepted = listener.accept().await?;
                Ok::<_, std::io::Error>((self.places.room().await, accepted))
            };
            let (room, (stream, peer)) = tokio::select! {
                accepted = accepted => match accepted {
                    Ok((Some(room), accepted)) => (room, accepted),
                    // The semaphore is never closed.
                    Ok((None, _)) => break,
                    Err(cause) => {
                        // Out of descriptors, most likely: a pause lets some connections end.
                        tracing::warn!(%cause, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                },
                () = &mut stop => break,
            };
            let Some(place) = self.places.take(room, self.share_holder(peer.ip().to_canonical())) else {
                self.turn_away(stream, peer);
                continue;
            };
            let _ = stream.set_nodelay(true);
            let seat = place.seat().clone();
            let stream = Paced::new(stream, self.limits.slowest, seat.clone());
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.limits.silence)
                .max_buf_size(HEAD)
                .serve_connection(TokioIo::new(stream), answer(router.clone(), peer, seat));
            let connection = graceful.watch(connection);
            tokio::spawn(async move {
                // A client that goes away, talks nonsense or takes nothing is no news.
                tokio::select! {
                    _ = connection => {}
                    () = place.seat().sent_away() => {}
                }
                drop(place);
            });
        }
        drop(listener);
        match tokio::time::timeout(self.limits.grace, graceful.shutdown()).await {
            Ok(()) => vec![],
            Err(_) => self.places.under_way(),
        }
    }

    /// Whose share a connection counts to: nobody's where its address stands for many people.
    fn share_holder(&self, peer: IpAddr) -> Option<IpAddr> {
        if self.peers.is_unlisted_proxy(peer) {
            if !self.told[0].swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    %peer,
                    "a proxy on this machine is not listed, so everybody has its address; set \
                     KEYDESK_TRUSTED_PROXIES={peer}"
                );
            }
            return None;
        }
        (!self.peers.is_trusted(peer)).then_some(peer)
    }

    /// A word of explanation that waits for nobody.
    fn turn_away(&self, stream: TcpStream, peer: SocketAddr) {
        if !self.told[1].swap(true, Ordering::Relaxed) {
            tracing::warn!(
                peer = %peer.ip(),
                "an address holds a quarter of the connections and gets no more of them; if it is a proxy, list it in \
                 KEYDESK_TRUSTED_PROXIES"
            );
        }
        const TEXT: &str = "Your address has too many connections open. Try again in 5 seconds.\n";
        let answer = format!(
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
             content-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\r\n{TEXT}",
            TEXT.len()
        );
        if let Ok(mut stream) = stream.into_std() {
            let _ = stream.write(answer.as_bytes());
            let _ = stream.shutdown(std::net::Shutdown::Write);
        }
    }
}

fn answer(
    router: Router,
    peer: SocketAddr,
    seat: Arc<Seat>,
) -> impl hyper::service::Service<
    http::Request<Incoming>,
    Response = http::Response<Sent>,
    Error = Infallible,
    Future: Send + 'static,
> {
    service_fn(move |request: http::Request<Incoming>| {
        let under_way = seat.begin(request.method().clone(), request.uri().clone());
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request);
        async move { answer.await.map(|answer| answer.map(|body| Sent { body, _under_way: under_way })) }
    })
}

/// An answer's body; its request is under way until the last of it was taken from here.
struct Sent {
    body: Body,
    _under_way: UnderWay,
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
