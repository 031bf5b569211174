//! Every group with what it allows.

use domain::{Permission, groups::GroupRow, listing::Count};
use leptos::prelude::*;

use super::server_fns::list_groups;
use crate::{
    layout::{Page, Problem, use_viewer},
    ui::{Card, LinkButton, Loading, Tag, Tone},
};

#[component]
pub fn GroupsPage() -> impl IntoView {
    let groups = Resource::new(|| (), |()| list_groups());
    let shown = move || {
        Suspend::new(async move {
            match groups.await {
                Ok(groups) => {
                    let groups = groups.into_iter().map(|group| view! { <Group group /> });
                    view! { <div class="body narrow stack">{groups.collect_view()}</div> }.into_any()
                }
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Page title="Groups">
            <Transition fallback=|| view! { <Loading /> }>{shown}</Transition>
        </Page>
    }
}

#[component]
fn Group(group: GroupRow) -> impl IntoView {
    let members = match group.members {
        Count::Exactly(1) => "1 person".to_owned(),
        Count::Exactly(n) => format!("{n} people"),
        Count::About(about) => format!("about {about} people"),
        Count::MoreThan(_) => "more than 1,000 people".into(),
        Count::AtLeast(least) => format!("at least {least} people"),
    };
    let builtin = group.builtin.is_some();
    let filtered = format!("/users?group={}", group.id);
    let may_view = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewUsers));
    let which = format!(" in {}", group.name);
    let actions = move || {
        view! {
            {builtin.then(|| view! { <Tag text="Built in" tone=Tone::Plain /> })}
            {may_view
                .then(|| {
                    view! {
                        <LinkButton href=filtered class="small">"Show people"<span class="hush">{which}</span></LinkButton>
                    }
                })}
        }
    };
    let permissions = group
        .permissions
        .iter()
        .map(|permission| {
            view! {
                <div class="line">
                    <span>{permission.label()}<span class="sub">{permission.help()}</span></span>
                    <span class="grow"></span>
                    <code class="softer">{permission.code()}</code>
                </div>
            }
        })
        .collect_view();
    view! {
        <Card title=group.name about=members actions layout="lines">
            <p class="line soft">{group.description}</p>
            {permissions}
        </Card>
    }
}
