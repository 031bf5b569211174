//! Around the tabs of a user's page: who it is, what can be done, and the ways to the tabs.

use domain::{
    Error, Permission,
    users::{Status, User, UserId},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Outlet,
    hooks::{use_navigate, use_params_map},
};

use super::{
    actions::{MenuAction, Subject, use_user_actions},
    server_fns::find_user,
    tags::{GroupTags, LockedTag, StatusTag},
};
use crate::{
    api::{Answer, ApiError, refused},
    layout::{Problem, RecordHead, use_viewer},
    ui::{Button, Loading, Menu, MenuItem, Tab, Tabs},
};

/// The user that the address names, for the head and for each tab.
#[derive(Clone, Copy)]
pub struct Shown {
    pub id: Memo<Option<UserId>>,
    pub user: Resource<Answer<User>>,
}

pub fn use_shown() -> Shown {
    expect_context()
}

/// The head stays while one goes from tab to tab.
#[component]
pub fn UserLayout() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").as_deref().and_then(UserId::parse)));
    let changed = use_user_actions().changed();
    let user = Resource::new(
        move || (id.get(), changed.get()),
        |(id, _)| async move {
            match id {
                Some(id) => find_user(id).await,
                None => refused(Error::NotFound),
            }
        },
    );
    provide_context(Shown { id, user });
    let navigate = use_navigate();
    // Whoever erases somebody from here is left with the list.
    Effect::new(move |was: Option<Option<UserId>>| {
        let shown = was.flatten();
        match user.get() {
            Some(Err(ApiError(Error::NotFound))) if shown.is_some() && shown == id.get_untracked() => {
                navigate("/users", NavigateOptions { replace: true, ..Default::default() });
                None
            }
            Some(Ok(user)) => Some(user.id),
            _ => shown,
        }
    });
    let head = move || {
        Suspend::new(async move {
            match user.await {
                Ok(user) => view! { <UserHead user /> }.into_any(),
                Err(error) => view! { <Problem error alone=true /> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <Loading /> }>{head}</Transition>
        <Outlet />
    }
}

/// What a tab shows of the user; nothing where the head says that there is none.
#[component]
pub fn OfUser(show: fn(User) -> AnyView) -> impl IntoView {
    let user = use_shown().user;
    let shown = move || Suspend::new(async move { user.await.ok().map(show) });
    view! { <Transition>{shown}</Transition> }
}

#[component]
fn UserHead(user: User) -> impl IntoView {
    let subject = Subject::from(&user);
    let tabs = tabs(&user);
    let names = match &user.email {
        Some(email) => format!("{} · {email}", user.username),
        None => user.username.clone(),
    };
    let sub = {
        let (status, groups, locked_for) = (user.status, user.groups, user.locked_for);
        let locked = move || locked_for.map(|seconds| view! { <LockedTag seconds /> });
        move || view! { <span>{names}</span> <StatusTag status /> {locked()} {(!groups.is_empty()).then(|| view! { <GroupTags groups /> })} }
    };
    let signed_in = user.sessions > 0;
    view! {
        <RecordHead
            title=user.display_name
            above=vec![("/users".to_owned(), "Users".to_owned())]
            hue=user.id.hue()
            sub
            actions=move || view! { <HeadActions subject signed_in /> }
        />
        <Tabs label="User" tabs=tabs />
    }
    .into_any()
}

/// Only those that the viewer may open.
fn tabs(user: &User) -> Vec<Tab> {
    let viewer = use_viewer();
    let may = |permission| viewer.with_untracked(|viewer| viewer.may(permission));
    let base = format!("/users/{}", user.id);
    let counted = |tab: Tab, count: usize| if count > 0 { tab.count(count) } else { tab };
    let mut tabs = vec![
        Tab::new(base.clone(), "Overview"),
        counted(Tab::new(format!("{base}/access"), "Access"), user.groups.len()),
        Tab::new(format!("{base}/security"), "Security"),
    ];
    if may(Permission::ViewSessions) {
        tabs.push(counted(Tab::new(format!("{base}/sessions"), "Sessions"), user.sessions as usize));
    }
    if may(Permission::ViewAudit) {
        tabs.push(Tab::new(format!("{base}/activity"), "Activity"));
    }
    tabs
}

/// The three that are asked for most, in this state.
fn likely(status: Status) -> &'static [MenuAction] {
    match status {
        Status::InBin => &[MenuAction::Restore, MenuAction::Erase],
        // What takes the other back stands in the same place.
        Status::Disabled => &[MenuAction::Edit, MenuAction::ResetPassword, MenuAction::Enable],
        _ => &[MenuAction::Edit, MenuAction::ResetPassword, MenuAction::Disable],
    }
}

/// The likely ones as buttons, the rest in a menu; what one may not do is greyed and says why.
#[component]
fn HeadActions(subject: Subject, signed_in: bool) -> impl IntoView {
    let actions = use_user_actions();
    let likely = likely(subject.status);
    let buttons = likely
        .iter()
        .map(|&act| {
            let (why, subject) = (act.refused(&subject), subject.clone());
            view! {
                <Button disabled_reason=why on_click=move |_| actions.ask(act, subject.clone())>{act.label()}</Button>
            }
        })
        .collect_view();
    let rest: Vec<_> =
        MenuAction::ALL.into_iter().filter(|act| act.fits(subject.status) && !likely.contains(act)).collect();
    let menu = (!rest.is_empty()).then(|| {
        let items = rest
            .into_iter()
            .map(|act| {
                let idle = act == MenuAction::EndSessions && !signed_in;
                let why = act.refused(&subject).or_else(|| idle.then(|| "Not signed in anywhere.".into()));
                let subject = subject.clone();
                view! {
                    <MenuItem
                        label=act.label()
                        icon=act.icon()
                        danger=act == MenuAction::Delete
                        disabled_reason=why
                        on_select=move |()| actions.ask(act, subject.clone())
                    />
                }
            })
            .collect_view();
        view! { <Menu id="user-menu" label="More actions" class="btn icon" to_left=true>{items}</Menu> }
    });
    view! { {buttons} {menu} }
}
