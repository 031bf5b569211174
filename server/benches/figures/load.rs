//! A small load generator over plain sockets: one request, again and again, on kept-alive
//! connections. Counts answers below 400.

use std::time::{Duration, Instant};

use axum::{Json, Router, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub struct Load {
    pub port: u16,
    pub connections: usize,
    pub request: String,
}

pub fn request(method: &str, path: &str, host: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

/// When somebody who is sent away (503) comes back.
#[derive(Clone, Copy)]
pub enum Back {
    AsTold,
    After(Duration),
}

impl Load {
    /// The status of every answer within the span, and when it said to come back.
    pub async fn answers(&self, span: Duration, back: Back) -> Vec<(u16, Option<Duration>)> {
        let start = Instant::now();
        let runs: Vec<_> = (0..self.connections)
            .map(|_| {
                let (port, request) = (self.port, self.request.clone());
                tokio::spawn(async move {
                    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let (mut answers, mut buffer) = (vec![], Vec::new());
                    while start.elapsed() < span {
                        stream.write_all(request.as_bytes()).await.unwrap();
                        let status = read(&mut stream, &mut buffer).await.expect("an answer");
                        let told = retry_after(&buffer);
                        // What was still in the queue belongs to no span.
                        if start.elapsed() < span {
                            answers.push((status, told));
                        }
                        if status == 503 {
                            let wait = match back {
                                Back::AsTold => told.unwrap_or_default(),
                                Back::After(wait) => wait,
                            };
                            tokio::time::sleep(wait.min(span.saturating_sub(start.elapsed()))).await;
                        }
                    }
                    answers
                })
            })
            .collect();
        let mut answers = vec![];
        for run in runs {
            answers.extend(run.await.unwrap());
        }
        answers
    }

    /// Answers per second over the span.
    pub async fn run(&self, span: Duration) -> f64 {
        let start = Instant::now();
        let runs: Vec<_> = (0..self.connections)
            .map(|_| {
                let (port, request) = (self.port, self.request.clone());
                tokio::spawn(async move {
                    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    stream.set_nodelay(true).unwrap();
                    let (mut good, mut buffer) = (0_u32, Vec::new());
                    while start.elapsed() < span {
                        stream.write_all(request.as_bytes()).await.unwrap();
                        let status = read(&mut stream, &mut buffer).await.expect("an answer");
                        good += u32::from(status < 400);
                    }
                    good
                })
            })
            .collect();
        let mut good = 0;
        for run in runs {
            good += run.await.unwrap();
        }
        f64::from(good) / start.elapsed().as_secs_f64()
    }
}

fn retry_after(answer: &[u8]) -> Option<Duration> {
    let name = b"\r\nretry-after: ";
    let at = answer.windows(name.len()).position(|part| part.eq_ignore_ascii_case(name))? + name.len();
    let digits = answer[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(Duration::from_secs(digits.fold(0, |seconds, digit| seconds * 10 + u64::from(digit - b'0'))))
}

/// Reads one answer into the buffer and returns its status.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<u16> {
    buffer.clear();
    loop {
        let mut chunk = [0; 8192];
        let count = stream.read(&mut chunk).await.ok()?;
        if count == 0 {
            return None;
        }
        buffer.extend_from_slice(&chunk[..count]);
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).ok()?;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(Some(0), |length| length.parse().ok())?;
        if buffer.len() >= end + 4 + length {
            return head.split(' ').nth(1)?.parse().ok();
        }
    }
}

pub async fn try_once(port: u16, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut buffer = Vec::new();
    read(&mut stream, &mut buffer).await?;
    Some(String::from_utf8_lossy(&buffer).into_owned())
}

pub async fn once(port: u16, request: &str) -> String {
    try_once(port, request).await.expect("an answer")
}

/// The bare handler: prints its port and serves until it is ended.
pub async fn bare() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    let router = Router::new().route("/", get(|| async { Json(serde_json::json!({ "ok": true })) }));
    axum::serve(listener, router).await.unwrap();
}
