//! A user's page: what is known of them.

use domain::{
    Error,
    audit::plural,
    users::{User, UserId},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{server_fns::find_user, table::GroupTags, user_head::UserHead};
use crate::{
    api::{Answer, refused},
    layout::Problem,
    ui::{Card, Fact, Facts, Loading, Note, Time, TimeStyle},
};

/// The user that the address names.
pub(super) fn user_of_address() -> Resource<Answer<User>> {
    let params = use_params_map();
    Resource::new(
        move || params.with(|params| params.get("id").as_deref().and_then(UserId::parse)),
        |id| async move {
            match id {
                Some(id) => find_user(id).await,
                None => refused(Error::NotFound),
            }
        },
    )
}

#[component]
pub fn OverviewPage() -> impl IntoView {
    let user = user_of_address();
    let shown = move || {
        Suspend::new(async move {
            match user.await {
                Ok(user) => view! { <UserHead user=user.clone() /> <Overview user /> }.into_any(),
                Err(error) => view! { <Problem error alone=true /> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Loading /> }>{shown}</Transition> }
}

#[component]
fn Overview(user: User) -> impl IntoView {
    let first = user.display_name.clone();
    let note = user.must_change_password.then(|| {
        view! { <Note tone="warn">{format!("{first} has to choose a new password at the next sign-in.")}</Note> }
    });
    let last = match user.last_sign_in_at {
        Some(ms) => view! { <Time ms /> }.into_any(),
        None => view! { <span class="softer">"Never"</span> }.into_any(),
    };
    let ends = match user.expires_at {
        Some(ms) => view! { <Time ms style=TimeStyle::Date /> }.into_any(),
        None => view! { <span class="softer">"Never"</span> }.into_any(),
    };
    let by = user.created_by.map(|name| format!(" by {name}"));
    let email = match user.email {
        Some(email) if user.email_verified => email,
        Some(email) => format!("{email} (not verified)"),
        None => "\u{2014}".into(),
    };
    let groups = if user.groups.is_empty() {
        view! { <span class="softer">"None: no rights beyond their own account"</span> }.into_any()
    } else {
        view! { <GroupTags groups=user.groups /> }.into_any()
    };
    view! {
        <div class="body">
            <div class="two">
                <div class="stack">
                    {note}
                    <Card title="About">
                        <Facts>
                            <Fact name="Username">{user.username}</Fact>
                            <Fact name="Display name">{user.display_name}</Fact>
                            <Fact name="E-mail">{email}</Fact>
                            <Fact name="Groups">{groups}</Fact>
                            <Fact name="Created"><Time ms=user.created_at style=TimeStyle::Date />{by}</Fact>
                            <Fact name="Account ends">{ends}</Fact>
                        </Facts>
                    </Card>
                </div>
                <div class="stack">
                    <Card title="Sign-in">
                        <Facts>
                            <Fact name="Last sign-in">{last}</Fact>
                            <Fact name="Sessions">{plural(user.sessions, "session")}</Fact>
                        </Facts>
                    </Card>
                </div>
            </div>
        </div>
    }
}
