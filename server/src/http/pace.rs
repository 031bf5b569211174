//! How slowly the other end may take what it asked for (T30): it may neither stand still nor
//! crawl while we have something for it.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::seat::Seat;

/// What is slow enough to be given up.
#[derive(Clone, Copy, Debug)]
pub struct Slowest {
    /// Without a single byte.
    pub stall: Duration,
    /// Over this much waiting for the other end ...
    pub window: Duration,
    /// ... fewer bytes than this.
    pub bytes: u64,
}

impl Default for Slowest {
    fn default() -> Self {
        Self { stall: Duration::from_secs(30), window: Duration::from_secs(60), bytes: 60 * 1_024 }
    }
}

/// Counts the time that we wait for the other end, and what it takes meanwhile.
#[derive(Debug, Default)]
struct Pace {
    /// Since when it has taken nothing.
    still_since: Option<Instant>,
    /// Up to when the waiting has been added up.
    added_up: Option<Instant>,
    waited: Duration,
    bytes: u64,
}

/// What the pace says of a connection that takes nothing at the moment.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    AskAgainAt(Instant),
    TooSlow,
}

impl Pace {
    fn moved(&mut self, bytes: usize, now: Instant) {
        self.add_up(now);
        self.bytes += bytes as u64;
        (self.still_since, self.added_up) = (None, None);
    }

    fn waits(&mut self, now: Instant, slowest: &Slowest) -> Verdict {
        let stalled = *self.still_since.get_or_insert(now) + slowest.stall;
        self.add_up(now);
        self.added_up = Some(now);
        if now >= stalled {
            return Verdict::TooSlow;
        }
        if self.waited >= slowest.window {
            if self.bytes < slowest.bytes {
                return Verdict::TooSlow;
            }
            (self.waited, self.bytes) = (Duration::ZERO, 0);
        }
        Verdict::AskAgainAt(stalled.min(now + (slowest.window - self.waited)))
    }

    fn add_up(&mut self, now: Instant) {
        if let Some(until) = self.added_up {
            self.waited += now - until;
        }
    }
}

/// A connection whose other end must keep up.
pub(super) struct Paced<S> {
    stream: S,
    slowest: Slowest,
    pace: Pace,
    timer: Pin<Box<Sleep>>,
    seat: Arc<Seat>,
}

impl<S> Paced<S> {
    pub fn new(stream: S, slowest: Slowest, seat: Arc<Seat>) -> Self {
        let timer = Box::pin(sleep_until(Instant::now()));
        Self { stream, slowest, pace: Pace::default(), timer, seat }
    }

    fn written(&mut self, written: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => self.pace.moved(bytes, Instant::now()),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => loop {
                match self.pace.waits(Instant::now(), &self.slowest) {
                    Verdict::TooSlow => return Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                    Verdict::AskAgainAt(at) => self.timer.as_mut().reset(at),
                }
                ready!(self.timer.as_mut().poll(cx));
            },
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before && !self.seat.busy() {
            // Too late: it was sent away, and reads an end.
            buf.set_filled(before);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.written(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.written(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        // All that there was to say has been said.
        self.seat.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A reader that takes so many bytes once in so many seconds: after how many seconds it is
    /// given up, within an hour.
    fn given_up(bytes: usize, every: u64) -> Option<u64> {
        let (start, slowest) = (Instant::now(), Slowest::default());
        let mut pace = Pace::default();
        for second in 0..3_600 {
            let now = start + SECOND * second as u32;
            if second > 0 && second % every == 0 {
                pace.moved(bytes, now);
            }
            if pace.waits(now, &slowest) == Verdict::TooSlow {
                return Some(second);
            }
        }
        None
    }

    #[test]
    fn t30_whoever_takes_nothing_is_given_up_after_half_a_minute() {
        assert_eq!(given_up(1_000_000, 3_600), Some(30));
        assert_eq!(given_up(1_000_000, 31), Some(30));
    }

    #[test]
    fn t30_whoever_crawls_is_given_up_after_a_minute() {
        assert_eq!(given_up(1, 1), Some(60));
        assert_eq!(given_up(1_000, 1), Some(60));
        assert_eq!(given_up(20_000, 25), Some(60));
    }

    #[test]
    fn t30_whoever_keeps_up_is_served_for_as_long_as_it_takes() {
        assert_eq!(given_up(1_100, 1), None);
        assert_eq!(given_up(50_000, 25), None);
    }

    #[test]
    fn t30_time_in_which_nothing_is_owed_does_not_count() {
        let (start, slowest) = (Instant::now(), Slowest::default());
        let mut pace = Pace::default();
        // A request a minute, whose answer waits for the reader for one second each time.
        for minute in 0..500 {
            let now = start + SECOND * 60 * minute;
            assert_ne!(pace.waits(now, &slowest), Verdict::TooSlow, "after {minute} requests");
            pace.moved(2_000, now + SECOND);
        }
    }
}
