//! What people see: the console, compiled once for the server and once for the browser.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

pub mod account;
pub mod api;
pub mod audit;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod entry;
pub mod groups;
pub mod home;
pub mod layout;
pub mod settings;
pub mod ui;
pub mod users;

use account::{AccountLayout, ProfilePage, SecurityPage, SessionsPage};
use groups::GroupsPage;
use home::{ConsoleLayout, Home, NotFound};
use layout::{provide_prover, provide_viewer};
use users::{ActivityPage, OverviewPage, UsersPage};

/// The moment at which the server renders; its clock reaches pages only through this.
#[derive(Clone, Copy)]
pub struct RenderedAt(pub domain::Millis);

/// Every page of the console. Entry pages are not here: they need no WebAssembly.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    ui::provide_assets(None);
    ui::provide_now(use_context::<RenderedAt>().map(|RenderedAt(now)| now));
    ui::provide_toaster();
    provide_viewer();
    provide_prover();
    view! {
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("/account") view=AccountLayout>
                    <Route path=path!("") view=ProfilePage />
                    <Route path=path!("security") view=SecurityPage />
                    <Route path=path!("sessions") view=SessionsPage />
                </ParentRoute>
                <ParentRoute path=path!("") view=ConsoleLayout>
                    <Route path=path!("") view=Home />
                    <Route path=path!("users") view=UsersPage />
                    <Route path=path!("users/:id") view=OverviewPage />
                    <Route path=path!("users/:id/activity") view=ActivityPage />
                    <Route path=path!("groups") view=GroupsPage />
                </ParentRoute>
            </Routes>
        </Router>
        <ui::Toasts />
        <layout::ProofDialog />
    }
}
