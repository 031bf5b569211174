//! One's own profile: the display name can be changed, the rest is for an administrator.

use domain::{Error, users::Profile};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    passkey_signals::tell_names,
    protection::Protection,
    server_fns::{own_profile, update_own_profile},
};
use crate::{
    api::ApiError,
    layout::{Page, Problem, use_viewer},
    ui::{Button, Card, Fact, Facts, FormErrors, Kind, Loading, Note, Press, TextField, Time, TimeStyle, Toaster},
};

#[component]
pub fn ProfilePage() -> impl IntoView {
    let resource = Resource::new(|| (), |()| own_profile());
    let shown = move || {
        Suspend::new(async move {
            match resource.await {
                Ok(profile) => {
                    let first = profile.first_administrator;
                    view! {
                        <OwnProfile profile />
                        {first.then(|| view! { <Protection on_gone=move |()| resource.refetch() /> })}
                    }
                    .into_any()
                }
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Page title="Profile">
            <Transition fallback=|| view! { <Loading /> }>{shown}</Transition>
        </Page>
    }
}

#[component]
fn OwnProfile(profile: Profile) -> impl IntoView {
    let viewer = use_viewer();
    let toaster = expect_context::<Toaster>();
    let name = RwSignal::new(profile.display_name);
    let error = RwSignal::new(None::<Error>);
    let save = Action::new(|name: &String| {
        let name = domain::text::trimmed(name).to_owned();
        async move { update_own_profile(name.clone()).await.map(|()| name) }
    });
    Effect::new(move |_| match save.value().get() {
        Some(Ok(name)) => {
            viewer.update(|viewer| viewer.display_name = name);
            tell_names();
            toaster.good("Profile saved");
        }
        Some(Err(ApiError(failure))) => error.set(Some(failure)),
        None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        save.press(name.get_untracked());
    };
    let about = move || error.with(|e| e.as_ref().and_then(|e| e.about("display_name")));
    let whole = move || match error.get() {
        Some(Error::Invalid(_)) | None => vec![],
        Some(other) => vec![(String::new(), other.sentence())],
    };
    let no_rights = viewer.with_untracked(|viewer| viewer.permissions.is_empty()).then(|| {
        view! {
            <Note>
                "You can sign in and look after your own account. To see users and groups you need a group \
                 that allows it; an administrator can add you to one."
            </Note>
        }
    });
    let groups = if profile.groups.is_empty() { "None".to_owned() } else { profile.groups.join(", ") };
    view! {
        {no_rights}
        <Card title="Your name">
            <form method="post" class="form" on:submit=send novalidate>
                <FormErrors errors=Signal::derive(whole) />
                <TextField
                    label="Display name"
                    name="display_name"
                    value=name
                    error=Signal::derive(about)
                    help="Shown wherever you appear."
                    autocomplete="name"
                    required=true
                />
                <div class="row">
                    <Button kind=Kind::Primary submit=true busy=save.pending()>"Save profile"</Button>
                </div>
            </form>
        </Card>
        <Card title="Set by an administrator">
            <Facts>
                <Fact name="Username">{profile.username}</Fact>
                <Fact name="E-mail">{profile.email.unwrap_or_else(|| "\u{2014}".into())}</Fact>
                <Fact name="Groups">{groups}</Fact>
                <Fact name="Member since"><Time ms=profile.created_at style=TimeStyle::Date /></Fact>
            </Facts>
        </Card>
    }
}
