//! A user's page: the groups they are in, and what these allow together.

use domain::{
    Permission,
    groups::{GroupChoice, GroupId, GroupRow},
    users::{User, UserAction},
};
use leptos::prelude::*;

use super::{
    actions::{refused, short_name},
    assigning::Assigning,
    user_head::use_shown,
};
use crate::{
    groups::server_fns::{list_group_choices, list_groups},
    layout::use_viewer,
    ui::{Button, Card, Empty, Icon, Loading, Menu, MenuItem, Note, Tag, Tone},
};

#[component]
pub fn AccessPage() -> impl IntoView {
    let shown = use_shown();
    let viewer = use_viewer();
    let may = move |permission| viewer.with_untracked(|viewer| viewer.may(permission));
    let (view_groups, assign) = (may(Permission::ViewGroups), may(Permission::AssignGroups));
    let groups =
        Resource::new(|| (), move |()| async move { if view_groups { list_groups().await.ok() } else { None } });
    let choices = Resource::new(
        || (),
        move |()| async move { if assign { list_group_choices().await.unwrap_or_default() } else { vec![] } },
    );
    let view = move || {
        Suspend::new(async move {
            let (groups, choices) = (groups.await, choices.await);
            let user = shown.user.await.ok()?;
            let allowed = match groups.clone() {
                Some(groups) => view! { <Allowed user=user.clone() groups /> }.into_any(),
                None => view! { <Note>"To see what these groups allow you need the permission “View groups”."</Note> }
                    .into_any(),
            };
            Some(view! {
                <div class="body narrow">
                    <Groups user groups=groups.unwrap_or_default() choices />
                    {allowed}
                </div>
            })
        })
    };
    view! { <Transition fallback=|| view! { <Loading /> }>{view}</Transition> }
}

/// The groups, each with a way out of it, and a way into others.
#[component]
fn Groups(user: User, groups: Vec<GroupRow>, choices: Vec<GroupChoice>) -> impl IntoView {
    let assign = Assigning::of(&user);
    let action = UserAction::ChangeGroups;
    let why = refused(action, &user.refusals)
        .or_else(|| (!action.fits(user.status)).then(|| "Restore them first.".to_owned()));
    let own: Vec<GroupId> = user.groups.iter().map(|group| group.id).collect();
    let open: Vec<GroupChoice> = choices.iter().filter(|choice| !own.contains(&choice.id)).cloned().collect();
    let add = {
        let (assign, why) = (assign.clone(), why.clone());
        move || view! { <AddToGroup assign open why /> }
    };
    let lines = user
        .groups
        .into_iter()
        .map(|group| {
            let (id, name, which) = (group.id, group.name.clone(), format!(" from {}", group.name));
            let described = groups.iter().find(|row| row.id == id).map(|row| row.description.clone());
            let about = described.or_else(|| choices.iter().find(|it| it.id == id).map(|it| it.description.clone()));
            let assign = assign.clone();
            view! {
                <div class="line">
                    <Icon name=if group.administrators { "key" } else { "group" } />
                    <span>
                        <b>{group.name}</b>
                        <span class="sub">{about}</span>
                    </span>
                    <span class="grow"></span>
                    <Button
                        class="small"
                        disabled_reason=why.clone()
                        busy=assign.busy
                        on_click=move |_| assign.clone().take_out(id, &name)
                    >
                        "Remove"
                        <span class="hush">{which}</span>
                    </Button>
                </div>
            }
        })
        .collect_view();
    let none = own.is_empty().then(|| {
        view! { <Empty icon="group" title="In no group" text="No rights beyond their own account." slim=true /> }
    });
    view! {
        <Card title="Groups" layout="lines" actions=add>
            {lines}
            {none}
        </Card>
    }
    .into_any()
}

/// The groups that they are not in; those that the viewer may not give say why.
#[component]
fn AddToGroup(
    assign: Assigning,
    open: Vec<GroupChoice>,
    #[prop(optional_no_strip)] why: Option<String>,
) -> impl IntoView {
    let why = why.or_else(|| open.is_empty().then(|| "They are in every group.".to_owned()));
    if why.is_some() {
        return view! { <Button class="small" icon="plus" disabled_reason=why>"Add to group"</Button> }.into_any();
    }
    let items = open
        .into_iter()
        .map(|GroupChoice { id, name, refused, .. }| {
            let (label, assign) = (name.clone(), assign.clone());
            view! { <MenuItem label disabled_reason=refused on_select=move |()| assign.clone().put_into(id, &name) /> }
        })
        .collect_view();
    let trigger = || view! { <Icon name="plus" /> "Add to group" };
    view! { <Menu id="add-to-group" label="Add to group" class="btn small" to_left=true trigger>{items}</Menu> }
        .into_any()
}

/// What all of the groups allow, area by area, and which group it comes from.
#[component]
fn Allowed(user: User, groups: Vec<GroupRow>) -> impl IntoView {
    let own: Vec<GroupRow> =
        groups.into_iter().filter(|row| user.groups.iter().any(|group| group.id == row.id)).collect();
    let permissions: Vec<_> =
        Permission::ALL.iter().filter(|it| own.iter().any(|group| group.permissions.has(**it))).collect();
    if permissions.is_empty() {
        return ().into_any();
    }
    // With one group there is no need to repeat it on every line.
    let (several, about) = match own.as_slice() {
        [only] => (false, format!("all of it from {}", only.name)),
        _ => (true, "and the groups it comes from".to_owned()),
    };
    let mut area = "";
    let lines = permissions
        .into_iter()
        .map(|permission| {
            let begins = permission.area() != area;
            area = permission.area();
            let from = own.iter().filter(|group| several && group.permissions.has(*permission)).map(|group| {
                view! { <Tag text=group.name.clone() tone=Tone::Plain /> " " }
            });
            view! {
                {begins.then(|| view! { <h3 class="line area">{area_name(area)}</h3> })}
                <div class="line slim">
                    <span>{permission.label()}<span class="sub">{permission.help()}</span></span>
                    <span class="grow"></span>
                    <span class="tags">{from.collect_view()}</span>
                </div>
            }
        })
        .collect_view();
    let title = format!("What {} may do", short_name(&user.display_name));
    view! { <Card title=title about=about layout="lines">{lines}</Card> }.into_any()
}

fn area_name(area: &'static str) -> &'static str {
    match area {
        "users" => "Users",
        "sessions" => "Sessions",
        "groups" => "Groups",
        "audit" => "Audit log",
        "settings" => "Settings",
        other => other,
    }
}
