//! Every group with what it allows.

use domain::{groups::GroupRow, listing::Count};
use leptos::prelude::*;

use super::server_fns::list_groups;
use crate::{
    layout::{Page, Problem},
    ui::{Card, Loading, Tag, Tone},
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
    };
    let builtin = group.builtin.is_some();
    let kind = move || builtin.then(|| view! { <Tag text="Built in" tone=Tone::Plain /> });
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
        <Card title=group.name about=members actions=kind layout="lines">
            <p class="line soft">{group.description}</p>
            {permissions}
        </Card>
    }
}
