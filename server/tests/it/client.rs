//! A person's browser, as far as the server can tell: one connection for each request,
//! a cookie jar, and the headers that browsers send.

use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

pub struct Client {
    address: SocketAddr,
    host: String,
    forwarded_for: Option<String>,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A request, with all that is not the browser's own.
#[derive(Clone, Default)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    /// As browsers say it; nothing: the header is missing.
    pub site: Option<&'static str>,
    /// In place of the length of the body.
    pub length: Option<usize>,
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), site: Some("none"), ..Self::default() }
    }

    pub fn post(path: impl Into<String>) -> Self {
        Self { method: "POST", path: path.into(), site: Some("same-origin"), ..Self::default() }
    }

    /// A form as browsers send it.
    pub fn form(path: &str, fields: &[(&str, &str)]) -> Self {
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        Self::post(path).with("content-type", "application/x-www-form-urlencoded").body(body.join("&"))
    }

    /// A call of a server function, by what follows `/fn/`.
    pub fn call(name: &str, arguments: &Value) -> Self {
        Self::json(&format!("/fn/{name}"), arguments)
    }

    /// As scripts send it.
    pub fn json(path: &str, body: &Value) -> Self {
        let json = "application/json";
        Self::post(path).with("content-type", json).with("accept", json).body(body.to_string())
    }

    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.into(), value.as_ref().to_vec()));
        self
    }

    pub fn of_site(mut self, site: Option<&'static str>) -> Self {
        self.site = site;
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

impl Client {
    pub fn new(address: SocketAddr, host: String) -> Self {
        Self { address, host, forwarded_for: None, cookies: Mutex::default() }
    }

    /// The same as a proxy would pass it on.
    pub fn forwarded_for(mut self, address: &str) -> Self {
        self.forwarded_for = Some(address.into());
        self
    }

    /// The same under another name of the machine.
    pub fn under(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.into(), value.into());
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path)).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Request::form(path, fields)).await
    }

    pub async fn call(&self, name: &str, arguments: Value) -> Answer {
        self.send(Request::call(name, &arguments)).await
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Answer {
        self.form("/sign-in", &[("username", username), ("password", password)]).await
    }

    pub async fn send(&self, request: Request) -> Answer {
        let what = format!("no answer to {} {}", request.method, request.path);
        self.try_send(request).await.expect(&what)
    }

    /// Nothing where there was no whole answer: the server may have died meanwhile.
    pub async fn try_send(&self, request: Request) -> Option<Answer> {
        let answer = Answer::parse(&exchange(self.address, &self.encoded(&request)).await.ok()?)?;
        let mut cookies = self.cookies.lock().unwrap();
        for cookie in answer.all("set-cookie") {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() || cookie.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.into(), value.into());
            }
        }
        Some(answer)
    }

    /// Sends a request, for whoever does not wait for its answer.
    pub async fn begin(&self, request: &Request) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        connection.write_all(&self.encoded(request)).await.unwrap();
        connection
    }

    fn encoded(&self, request: &Request) -> Vec<u8> {
        let mut out = format!("{} {} HTTP/1.1\r\n", request.method, request.path).into_bytes();
        let mut add = |name: &str, value: &[u8]| {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        };
        add("host", self.host.as_bytes());
        add("user-agent", FIREFOX.as_bytes());
        add("connection", b"close");
        if request.method == "GET" {
            add("accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        }
        if let Some(site) = request.site {
            add("sec-fetch-site", site.as_bytes());
        }
        if let Some(address) = &self.forwarded_for {
            add("x-forwarded-for", address.as_bytes());
        }
        let cookies: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            add("cookie", cookies.join("; ").as_bytes());
        }
        for (name, value) in &request.headers {
            add(name, value);
        }
        if request.method != "GET" {
            let length = request.length.unwrap_or(request.body.len());
            add("content-length", length.to_string().as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&request.body);
        out
    }
}

/// Percent-encodes all but letters and digits.
pub fn escaped(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Writes and reads at once: a server may answer before it has read everything.
async fn exchange(address: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let (mut from, mut to) = TcpStream::connect(address).await?.into_split();
    let mut answer = vec![];
    let write = async {
        let _ = to.write_all(request).await;
        to
    };
    let _ = tokio::join!(write, from.read_to_end(&mut answer));
    Ok(answer)
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = &bytes[end + 4..];
        let body = if chunked { dechunked(body)? } else { body.to_vec() };
        Some(Self { status, headers, body })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// Where it leads, in a form that people can read.
    pub fn place(&self) -> String {
        self.location().replace("%2F", "/")
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The same, after making sure of its status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} {}", self.location(), self.text());
        self
    }

    /// The same, after making sure that it leads there.
    #[track_caller]
    pub fn leads_to(self, place: &str) -> Self {
        assert_eq!((self.status, self.place().as_str()), (303, place), "{}", self.text());
        self
    }
}

/// Nothing where the end is missing.
fn dechunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![];
    loop {
        let line = body.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&body[..line]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(body.get(line + 2..line + 2 + size)?);
        body = body.get(line + 4 + size..)?;
    }
}
