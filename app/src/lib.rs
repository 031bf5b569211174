//! What people see: the console, compiled once for the server and once for the browser.

use domain::time::TimeZone;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

pub mod account;
mod action;
pub mod api;
pub mod audit;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod entry;
mod factor_form;
pub mod groups;
pub mod home;
pub mod layout;
mod palette;
mod reauthentication;
pub mod settings;
mod sign_in_dialog;
pub mod ui;
pub mod users;

use account::{AccountLayout, ProfilePage, SecurityPage, SessionsPage};
use action::{ActionHost, provide_actions};
use audit::AuditPage;
use groups::GroupsPage;
use home::{ConsoleLayout, Home, NotFound};
use layout::provide_viewer;
use reauthentication::{ReauthenticationDialog, provide_reauthentication};
use settings::SettingsPage;
use sign_in_dialog::{SignInDialog, provide_sign_in_prompt};
use users::{AccessPage, ActivityPage, OverviewPage, UserLayout, UsersPage};

/// The moment at which the server renders; its clock reaches pages only through this.
#[derive(Clone, Copy)]
pub struct RenderedAt(pub domain::Millis);

/// Every page of the console. Entry pages are not here: they need no WebAssembly.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    ui::provide_assets(None);
    ui::provide_now(use_context::<RenderedAt>().map(|RenderedAt(now)| now));
    ui::provide_time_zone(use_context::<TimeZone>());
    ui::provide_toaster();
    provide_viewer();
    provide_sign_in_prompt();
    provide_reauthentication();
    provide_actions();
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
                    <ParentRoute path=path!("users/:id") view=UserLayout>
                        <Route path=path!("") view=OverviewPage />
                        <Route path=path!("access") view=AccessPage />
                        <Route path=path!("security") view=users::SecurityPage />
                        <Route path=path!("sessions") view=users::SessionsPage />
                        <Route path=path!("activity") view=ActivityPage />
                    </ParentRoute>
                    <Route path=path!("groups") view=GroupsPage />
                    <Route path=path!("audit") view=AuditPage />
                    <Route path=path!("settings") view=SettingsPage />
                </ParentRoute>
            </Routes>
            <layout::TrueAddress />
        </Router>
        <ui::Toasts />
        <ActionHost />
        <ReauthenticationDialog />
        <SignInDialog />
    }
}
