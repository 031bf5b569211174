//! A moment, as a day of the installation's zone or as how long ago it was. The browser keeps
//! "2 minutes ago" true, and says on hover when that was in its reader's own zone.

use super::{
    browser::{browser_now, head_content},
    time_zone::use_time_zone,
};
use domain::time::{self, TimeZone};
use leptos::prelude::*;
use std::{cell::LazyCell, time::Duration};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeStyle {
    /// "2 minutes ago".
    #[default]
    Relative,
    /// "just now", in the middle of a sentence.
    Within,
    /// "14 Mar 2024".
    Date,
    /// "14 Mar 2024, 09:26 UTC".
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

/// The moment that "ago" is counted from.
pub fn use_now() -> Signal<Option<i64>> {
    use_context::<Now>().map_or_else(|| Signal::stored(None), |Now(now)| now.into())
}

/// The name of the reader's own zone; never call it while the server may render.
pub fn reader_zone() -> Option<String> {
    thread_local! {
        // Asked for once: each page has many moments.
        static NAME: LazyCell<Option<String>> = const { LazyCell::new(|| {
            let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
            js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
        }) };
    }
    NAME.with(|name| (**name).clone())
}

/// "14 Mar 2024, 18:26 Asia/Tokyo" in the reader's zone, in the browser.
fn own_exact(ms: i64) -> String {
    let date = js_sys::Date::new(&(ms as f64).into());
    let (day, month, year) = (date.get_date(), time::month_name((date.get_month() + 1) as u8), date.get_full_year());
    let zone = reader_zone().unwrap_or_else(|| "local time".into());
    format!("{day} {month} {year}, {:02}:{:02} {zone}", date.get_hours(), date.get_minutes())
}

/// `ms` is UTC. What is read is a day of the installation's zone, or how long ago it was; a time of day in
/// the reader's own zone is shown on hover only, and names that zone.
#[component]
pub fn Time(ms: i64, #[prop(optional)] style: TimeStyle) -> impl IntoView {
    let (now, zone) = (use_now(), use_time_zone());
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    // What has just happened is a little ahead of a "now" that moves once a minute.
    let relative = move |zone: &TimeZone, now: i64| {
        time::relative(zone, now, if (now..now + domain::MINUTE).contains(&ms) { now } else { ms })
    };
    let text = move || {
        zone.with(|zone| match (style, now.get()) {
            (TimeStyle::Relative, Some(now)) => relative(zone, now),
            (TimeStyle::Within, Some(now)) => relative(zone, now).to_ascii_lowercase(),
            (TimeStyle::Exact, _) => zone.exact(ms),
            _ => zone.date_of(ms).short(),
        })
    };
    let title = move || if awake.get() { own_exact(ms) } else { zone.with(|zone| zone.exact(ms)) };
    view! { <time datetime=time::rfc3339(ms) title=title>{text}</time> }
}
