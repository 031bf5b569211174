//! The installation's time zone: what is a day on every page.

use super::browser::head_content;
use domain::time::TimeZone;
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Zone(RwSignal<TimeZone>);

const META: &str = "meta[name='keydesk-time-zone']";

/// Call once above the frame. The server passes its zone and writes the same one into
/// `<meta name="keydesk-time-zone">`; the browser passes nothing.
pub fn provide_time_zone(server: Option<TimeZone>) {
    let zone = server
        .or_else(|| {
            let text = is_browser().then(|| head_content(META)).flatten()?;
            serde_json::from_str(&text).ok()
        })
        .unwrap_or_default();
    provide_context(Zone(RwSignal::new(zone)));
}

/// The zone that holds. It changes under a page where somebody saves another one.
pub fn use_time_zone() -> RwSignal<TimeZone> {
    use_context::<Zone>().map_or_else(|| RwSignal::new(TimeZone::default()), |Zone(zone)| zone)
}

/// Beside fields for days: whose days they are.
pub fn days_of(zone: RwSignal<TimeZone>) -> String {
    zone.with(|zone| format!("Days begin and end at midnight in {}.", zone.name()))
}
