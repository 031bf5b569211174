//! How long the users table takes: the use case itself, called by a signed-in administrator.

use std::time::Instant;

use domain::{listing::Count, users::UserListing};
use services::{Context, jobs, users};

use crate::cases::{self, Case};

/// What this process has used of the processors so far, in milliseconds: with SQLite, all
/// that a list costs, whatever else the machine is busy with.
fn used() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    ticks as f64 * 10.0
}

/// Times in milliseconds.
pub struct Times {
    pub median: f64,
    pub p95: f64,
    pub most: f64,
}

impl Times {
    pub fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        Self { median: at(0.5), p95: at(0.95), most: at(1.0) }
    }

    pub fn print(&self, what: &str, more: &str) {
        println!("{what:<72} {:>8.2} {:>8.2} {:>8.2} {more}", self.median, self.p95, self.most);
    }
}

/// Prints a table: each list asked for so many times.
pub async fn print(cx: &Context, system: &Context, requests: u32) {
    jobs::cleanup(system).await.unwrap();
    println!("{:<72} {:>8} {:>8} {:>8} {:>8}", "milliseconds", "median", "p95", "most", "used");
    let now = cx.now();
    for case in cases::orders(now).into_iter().chain(cases::filters(cx).await) {
        measure(cx, &case, requests).await;
    }
    for case in cases::searches().into_iter().chain(cases::worst(cx).await) {
        measure(cx, &case, requests).await;
    }
}

async fn measure(cx: &Context, case: &Case, requests: u32) {
    let (mut times, mut last) = (vec![], None);
    let before = used();
    for request in 0..requests {
        let listing: UserListing = (case.listing)(request);
        let start = Instant::now();
        let page = users::list(cx, &listing, &[]).await.unwrap();
        times.push(start.elapsed().as_secs_f64() * 1e3);
        last = Some(page);
    }
    let shown = last.map_or_else(String::new, |page| {
        let count = match page.count {
            Count::Exactly(count) => format!("of {count}"),
            Count::About(count) => format!("of about {count}"),
            Count::MoreThan(count) => format!("of more than {count}"),
            Count::AtLeast(count) => format!("of at least {count}"),
        };
        let stopped = page.looked_through.map_or_else(String::new, |many| format!(", stopped after {many}"));
        format!("{} {count}{stopped}", page.rows.len())
    });
    let used = (used() - before) / f64::from(requests.max(1));
    Times::of(times).print(&case.name, &format!("{used:>7.2}  {shown}"));
}
