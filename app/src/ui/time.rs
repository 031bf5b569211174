//! A moment. The server writes it in UTC; the browser then says it in the
//! person's own zone and keeps "2 minutes ago" true.

use super::browser::{browser_now, head_content};
use domain::time;
use leptos::prelude::*;
use std::time::Duration;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeStyle {
    /// "2 minutes ago".
    #[default]
    Relative,
    /// "just now", in the middle of a sentence.
    Within,
    /// "14 Mar 2024".
    Date,
    /// "14 Mar 2024, 09:26".
    Exact,
}

/// The moment "ago" is counted from: first what the server rendered with, then
/// the browser's clock, minute by minute.
#[derive(Clone, Copy)]
struct Now(RwSignal<Option<i64>>);

const META: &str = "meta[name='keydesk-now']";

/// Call once above the frame. The server passes its clock and writes the same
/// number into `<meta name="keydesk-now">`; the browser passes nothing.
pub fn provide_now(server: Option<i64>) {
    let first = match server {
        Some(now) => Some(now),
        None if is_browser() => head_content(META).and_then(|text| text.parse().ok()),
        None => None,
    };
    let now = RwSignal::new(first);
    provide_context(Now(now));
    Effect::new(move |_| {
        now.set(Some(browser_now()));
        let tick = set_interval_with_handle(move || now.set(Some(browser_now())), Duration::from_secs(60));
        on_cleanup(move || {
            if let Ok(tick) = tick {
                tick.clear();
            }
        });
    });
}

/// Day, month, year, hour and minute in the browser's zone.
fn own_zone(ms: i64) -> (u32, u32, u32, u32, u32) {
    let date = js_sys::Date::new(&(ms as f64).into());
    (date.get_date(), date.get_month() + 1, date.get_full_year(), date.get_hours(), date.get_minutes())
}

/// "14 Mar 2024" in the browser's zone; never call it while the server may render.
pub fn own_date(ms: i64) -> String {
    let (day, month, year, ..) = own_zone(ms);
    format!("{day} {} {year}", time::month_name(month as u8))
}

fn own_exact(ms: i64) -> String {
    let (.., hour, minute) = own_zone(ms);
    format!("{}, {hour:02}:{minute:02}", own_date(ms))
}

/// `ms` is UTC. The exact own time is shown on hover.
#[component]
pub fn Time(ms: i64, #[prop(optional)] style: TimeStyle) -> impl IntoView {
    let now = use_context::<Now>().map(|Now(now)| now);
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    // What has just happened is a little ahead of a "now" that moves once a minute.
    let relative =
        move |now: i64| time::relative(now, if (now..now + domain::MINUTE).contains(&ms) { now } else { ms });
    let text = move || match (style, awake.get()) {
        (TimeStyle::Relative | TimeStyle::Within, _) => match now.and_then(|now| now.get()) {
            Some(now) if style == TimeStyle::Within => relative(now).to_ascii_lowercase(),
            Some(now) => relative(now),
            None => time::short_date(ms),
        },
        (TimeStyle::Date, false) => time::short_date(ms),
        (TimeStyle::Date, true) => own_date(ms),
        (TimeStyle::Exact, false) => time::exact(ms),
        (TimeStyle::Exact, true) => own_exact(ms),
    };
    let title = move || if awake.get() { own_exact(ms) } else { time::exact(ms) };
    view! { <time datetime=time::rfc3339(ms) title=title>{text}</time> }
}
