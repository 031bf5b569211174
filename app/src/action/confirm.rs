//! Asks before something that matters: what it will do is looked up first and told in numbers.

use domain::{Error, Permission, text::isolated, time::TimeZone, users::UserId};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    Given,
    deed::{Deed, Place},
    wording::{Known, effects, wording},
};
use crate::{
    api::{Answer, ApiError},
    layout::use_viewer,
    settings::server_fns::find_settings,
    ui::{Confirm, Note, TextField, Toaster, browser_now, use_time_zone},
    users::{
        actions::{Act, Subject, use_user_actions},
        editing::PATIENCE,
        server_fns::find_user,
    },
};

#[component]
pub fn Question(act: Act, subject: Subject, given: RwSignal<Option<Given>>) -> impl IntoView {
    let place = Place { open: RwSignal::new(false), busy: RwSignal::new(false), error: RwSignal::new(None) };
    let typed = RwSignal::new(String::new());
    let deed = Deed::new(act, subject.clone(), given).confirmed_in(place);
    let known = look_up(act, &subject, place);
    let words = wording(act, &subject);
    let username = StoredValue::new(subject.username.clone());

    let missing = move || {
        if act == Act::Erase && typed.with(|typed| username.with_value(|name| domain::text::trimmed(typed) != name)) {
            return Some("Type the username first.".to_owned());
        }
        let nothing = act == Act::EndSessions && known.get().and_then(|known| known.sessions) == Some(0);
        nothing.then(|| "There is no session to end.".to_owned())
    };
    let lines = move || known.get().map(|known| effects(act, &subject, &known)).unwrap_or_default();
    let busy = move || place.busy.get() || known.with(Option::is_none);
    let confirm = Callback::new(move |()| deed.clone().typing(typed.get_untracked()).run());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if untrack(missing).is_none() {
            confirm.run(());
        }
    };
    view! {
        <Confirm
            open=place.open
            title=words.title
            about=words.about
            verb=words.verb
            icon=act.icon()
            danger=words.danger
            effects=Signal::derive(lines)
            busy=Signal::derive(busy)
            disabled_reason=missing
            on_confirm=confirm
        >
            <div role="alert">
                {move || place.error.get().map(|error| view! { <Note tone="bad">{error}</Note> })}
            </div>
            {(act == Act::Erase)
                .then(|| {
                    view! {
                        <form method="post" on:submit=send>
                            <TextField
                                label="Username"
                                name="username"
                                id="erase-username"
                                value=typed
                                help=username.with_value(|name| format!("Type {name} to confirm."))
                                mono=true
                                autofocus=true
                            />
                        </form>
                    }
                })}
        </Confirm>
    }
    .into_any()
}

/// Nothing until the answer is there, so that nobody confirms before they know. The dialog opens
/// with it, or without it where that takes long.
fn look_up(act: Act, subject: &Subject, place: Place) -> Signal<Option<Known>> {
    let (viewer, id) = (use_viewer(), subject.id);
    let yourself = viewer.with_untracked(|viewer| viewer.id == id);
    let see_settings = viewer.with_untracked(|viewer| viewer.may(Permission::ViewSettings));
    let (toaster, actions) = (expect_context::<Toaster>(), use_user_actions());
    let zone = use_time_zone();
    let found = LocalResource::new(move || find(act, id, see_settings, zone));
    let name = subject.name.clone();
    let opened = StoredValue::new(false);
    let open = move || {
        if opened.try_update_value(|opened| !std::mem::replace(opened, true)) == Some(true) {
            place.open.set(true);
        }
    };
    set_timeout(open, PATIENCE);
    Effect::new(move |_| match found.get() {
        Some((Err(ApiError(Error::NotFound)), _)) => {
            opened.set_value(true);
            place.open.set(false);
            actions.tell();
            toaster.bad(format!("{} is not there any more", isolated(&name)));
        }
        Some(_) => open(),
        None => {}
    });
    Signal::derive(move || {
        found.get().map(|(sessions, kept_until)| Known { sessions: sessions.ok(), kept_until, yourself })
    })
}

async fn find(act: Act, id: UserId, see_settings: bool, zone: RwSignal<TimeZone>) -> (Answer<u32>, Option<String>) {
    let sessions = find_user(id).await.map(|user| user.sessions);
    let kept_until = if act == Act::Delete && see_settings {
        let erased = find_settings().await.ok().map(|settings| settings.erase_at(browser_now()));
        erased.and_then(|at| zone.try_with_untracked(|zone| zone.date_of(at).short()))
    } else {
        None
    };
    (sessions, kept_until)
}
