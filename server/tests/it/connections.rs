//! T30: clients that read slowly, write slowly, or only hold their connections. The limits are
//! tiny or endless here, so that no outcome hangs on how fast this machine is.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    routing::{get, post},
};
use server::http::{
    Slowest, bounded,
    listen::{Limits, Peers, Server},
    router_within,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::timeout,
};

use crate::support::Desk;

/// Longer than anything here takes; only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);
const ENDLESS: Duration = Duration::from_secs(86_400);
/// More than all the buffers on the way hold.
const LARGE: usize = 64 * 1_024 * 1_024;
const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const THERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Nothing ends by itself.
fn patient() -> Limits {
    let slowest = Slowest { stall: ENDLESS, window: ENDLESS, bytes: 0 };
    Limits { places: 8, silence: ENDLESS, slowest, grace: ENDLESS }
}

struct Listening {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Vec<String>>,
}

impl Listening {
    async fn start(limits: Limits, public: bool, trusted: &[&str], patience: Duration) -> Self {
        let zeros = Bytes::from(vec![0; LARGE]);
        let routes = Router::new()
            .route("/small", get(|| async { "small" }))
            .route("/large", get(|| async move { Body::from(zeros) }))
            .route("/never", get(std::future::pending::<()>))
            .route("/take", post(|body: Bytes| async move { body.len().to_string() }))
            .route("/ignore", post(|| async { "ignored" }));
        Self::serving(bounded(routes, patience), limits, public, trusted).await
    }

    async fn serving(router: Router, limits: Limits, public: bool, trusted: &[&str]) -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let address = (HERE, listener.local_addr().unwrap().port()).into();
        let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let server = Server::new(limits, Peers { trusted, public });
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            server.serve(listener, router, stopped).await
        });
        Self { address, stop, served }
    }

    async fn with(limits: Limits) -> Self {
        Self::start(limits, false, &[], ENDLESS).await
    }

    async fn connect(&self, from: Ipv4Addr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((IpAddr::from(from), 0).into()).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    async fn send(&self, from: Ipv4Addr, text: &str) -> TcpStream {
        let mut stream = self.connect(from).await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// A connection that is at work: its request's body is asked for and never comes.
    async fn hold(&self, from: Ipv4Addr) -> TcpStream {
        let head = "POST /take HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
        let mut stream = self.send(from, head).await;
        until(&mut stream, "100 Continue\r\n\r\n").await;
        stream
    }

    /// What a request is answered with, on a connection that stays.
    async fn ask(&self, from: Ipv4Addr) -> (TcpStream, String) {
        let mut stream = self.send(from, &request("/small")).await;
        let said = until(&mut stream, "small").await;
        (stream, said)
    }

    /// Ends once every connection has, and gives the requests that were cut off.
    async fn end(self) -> Vec<String> {
        let _ = self.stop.send(());
        timeout(PATIENCE, self.served).await.expect("a connection never ended").unwrap()
    }
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")
}

/// Reads up to these words, which end what is read.
async fn until(stream: &mut TcpStream, words: &str) -> String {
    let mut said = vec![];
    let reading = async {
        while !said.ends_with(words.as_bytes()) {
            match stream.read_u8().await {
                Ok(byte) => said.push(byte),
                Err(_) => break,
            }
        }
    };
    timeout(PATIENCE, reading).await.expect("no answer");
    String::from_utf8(said).unwrap()
}

/// Everything that comes until the connection is closed, or torn down.
async fn rest(mut stream: TcpStream) -> String {
    let mut said = vec![];
    let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("the connection stays open");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_client_that_never_reads_loses_its_connection() {
    let slowest = Slowest { stall: SHORT, ..patient().slowest };
    let listening = Listening::with(Limits { slowest, ..patient() }).await;
    let mut held = vec![];
    for _ in 0..2 {
        // As many as it likes on one connection.
        let mut stream = listening.send(HERE, &request("/large").repeat(10)).await;
        until(&mut stream, "\r\n\r\n").await;
        held.push(stream);
    }
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_client_that_reads_byte_by_byte_loses_its_connection() {
    let slowest = Slowest { stall: ENDLESS, window: Duration::from_millis(1), bytes: u64::MAX };
    let listening = Listening::with(Limits { slowest, ..patient() }).await;
    let mut stream = listening.send(HERE, &request("/large")).await;
    until(&mut stream, "\r\n\r\n").await;
    let enough = Arc::new(Notify::new());
    let reads = {
        let enough = enough.clone();
        tokio::spawn(async move {
            let reading = async {
                while stream.read_u8().await.is_ok() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! { () = reading => {}, () = enough.notified() => {} }
        })
    };
    assert!(listening.end().await.is_empty());
    enough.notify_one();
    reads.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_client_that_reads_what_it_asked_for_gets_all_of_it() {
    let listening = Listening::with(Limits { places: 8, ..Limits::default() }).await;
    let head = "GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut stream = listening.send(HERE, head).await;
    let mut answer = vec![];
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.len() > LARGE, "{}", answer.len());
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_body_that_comes_byte_by_byte_is_waited_for_no_longer_than_any_request() {
    let listening = Listening::start(patient(), false, &[], SHORT).await;
    // All at once: what comes after the answer would tear the connection down, and the answer with it.
    let stream = listening.send(HERE, "POST /take HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\nx").await;
    let said = rest(stream).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_change_whose_body_comes_byte_by_byte_holds_no_place_and_never_begins() {
    let desk = Desk::open().await;
    let listening = Listening::serving(router_within(desk.app.clone(), SHORT), patient(), false, &[]).await;
    for (path, kind) in [
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/fn/account/prove", "application/json"),
        ("/fn/public/account/sign_in_here", "application/json"),
    ] {
        for length in ["content-length: 60000\r\n\r\nx", "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n"] {
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\ncontent-type: {kind}\r\n{length}",
                desk.host
            );
            let said = rest(listening.send(HERE, &head).await).await;
            assert!(said.starts_with("HTTP/1.1 408 "), "{path}: {said}");
        }
    }
    assert_eq!(desk.app.under_way().progress().borrow().begun, 0, "something began without its body");
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_change_whose_body_is_too_long_or_broken_never_begins() {
    let desk = Desk::open().await;
    let listening = Listening::serving(router_within(desk.app.clone(), ENDLESS), patient(), false, &[]).await;
    let long = format!("11170\r\n{}\r\n0\r\n\r\n", "x".repeat(70_000));
    for body in [&*long, "nonsense\r\n"] {
        let head = "POST /sign-in HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\n\
                    connection: close\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut stream = listening.connect(HERE).await;
        // It may be answered, and closed, before the last of it was sent.
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        let said = rest(stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    }
    assert_eq!(desk.app.under_way().progress().borrow().begun, 0, "something began without its body");
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_long_head_is_refused_before_it_takes_much_memory() {
    let listening = Listening::with(patient()).await;
    let head = |lines: usize| {
        let more: String = (0..lines).map(|line| format!("x-more-{line}: {}\r\n", "a".repeat(2_000))).collect();
        format!("GET /small HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n")
    };
    let said = rest(listening.send(HERE, &head(20)).await).await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    for lines in [90, 200] {
        let mut stream = listening.connect(HERE).await;
        // It may be answered, and closed, before the last of it was sent.
        let _ = stream.write_all(head(lines).as_bytes()).await;
        let said = rest(stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 431 "), "{said}");
    }
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_body_that_nobody_waits_for_holds_no_connection() {
    let listening = Listening::with(patient()).await;
    let stream = listening.send(HERE, "POST /ignore HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\nx").await;
    let said = rest(stream).await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_head_that_does_not_come_whole_is_not_waited_for() {
    let listening = Listening::with(Limits { silence: SHORT, ..patient() }).await;
    for begun in ["", "G", "GET /small HTTP/1.1\r\nhost: x\r\nx-more: "] {
        let stream = listening.send(HERE, begun).await;
        rest(stream).await;
    }
    // The same after a request that was answered; on a busy machine one may come too late for that.
    rest(is_served(&listening, HERE).await).await;
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_one_address_holds_a_quarter_of_the_places_and_others_are_served() {
    let listening = Listening::with(patient()).await;
    let held = (listening.hold(HERE).await, listening.hold(HERE).await);
    let refused = rest(listening.connect(HERE).await).await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 5\r\n"), "{refused}");
    assert!(refused.contains("too many connections"), "{refused}");
    let (_, said) = listening.ask(THERE).await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    drop(held);
    assert!(listening.end().await.is_empty());
}

/// Asks until it is served: what happened just before may not have come to the server yet.
async fn is_served(listening: &Listening, from: Ipv4Addr) -> TcpStream {
    let asking = async {
        loop {
            let (stream, said) = listening.ask(from).await;
            if said.starts_with("HTTP/1.1 200 ") {
                return stream;
            }
        }
    };
    timeout(PATIENCE, asking).await.expect("never served")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_connections_that_only_wait_make_room_for_the_same_address_and_for_others() {
    let listening = Listening::with(patient()).await;
    let (first, _) = listening.ask(HERE).await;
    let second = is_served(&listening, HERE).await;
    let _third = is_served(&listening, HERE).await;
    // One of those that had waited has left.
    let left = tokio::select! { left = rest(first) => left, left = rest(second) => left };
    assert_eq!(left, "");
    // All places: those that are at work, and those that wait.
    let mut held = vec![];
    for last in 3..7 {
        held.push(is_served(&listening, Ipv4Addr::new(127, 0, 0, last)).await);
        held.push(is_served(&listening, Ipv4Addr::new(127, 0, 0, last)).await);
    }
    held.push(is_served(&listening, THERE).await);
    drop(held);
    assert!(listening.end().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_proxy_has_no_share_be_it_listed_or_only_recognised() {
    for (public, trusted) in [(true, &[][..]), (false, &["127.0.0.0/8"][..])] {
        let listening = Listening::start(patient(), public, trusted, ENDLESS).await;
        let mut held = vec![];
        for _ in 0..7 {
            held.push(listening.hold(HERE).await);
        }
        let (_, said) = listening.ask(HERE).await;
        assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
        drop(held);
        assert!(listening.end().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_still_under_way_after_the_grace_is_named() {
    let listening = Listening::with(Limits { grace: SHORT, ..patient() }).await;
    let held = listening.hold(HERE).await;
    assert_eq!(listening.end().await, ["POST /take"]);
    drop(held);
}
