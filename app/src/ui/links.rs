//! Ways through the pages: tabs with their own addresses, and the path back up.

use super::Icon;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// One tab: an address, a name, and how many things are behind it.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub count: Option<String>,
}

impl Tab {
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), count: None }
    }

    pub fn count(mut self, count: impl ToString) -> Self {
        self.count = Some(count.to_string());
        self
    }
}

#[component]
pub fn Tabs(#[prop(into)] label: String, #[prop(into)] tabs: Signal<Vec<Tab>>) -> impl IntoView {
    let path = use_location().pathname;
    let links = move || {
        tabs.get()
            .into_iter()
            .map(|Tab { href, label, count }| {
                let own = href.clone();
                let current = move || path.with(|p| p.trim_end_matches('/') == own.trim_end_matches('/'));
                view! {
                    <a href=href aria-current=move || current().then_some("page")>
                        {label}
                        {count.map(|count| view! { <span class="n">{count}</span> })}
                    </a>
                }
            })
            .collect_view()
    };
    view! { <nav class="tabs" aria-label=label>{links}</nav> }
}

/// The pages above this one, outermost first, then this page's own name.
#[component]
pub fn Breadcrumbs(
    /// Address and name.
    above: Vec<(String, String)>,
    #[prop(into)] here: Signal<String>,
) -> impl IntoView {
    let above = above
        .into_iter()
        .map(|(href, name)| view! { <li><a href=href>{name}</a><Icon name="chevron-right" /></li> })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label="Breadcrumbs">
            <ol>
                {above}
                <li aria-current="page">{move || here.get()}</li>
            </ol>
        </nav>
    }
    .into_any()
}
