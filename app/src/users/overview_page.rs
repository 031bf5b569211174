//! A user's page, first tab: what is known of them, and what there is to know at once.

use domain::{
    Permission,
    audit::plural,
    fields::{Field, ShownValue},
    text::isolated,
    time::Date,
    users::{Status, User, UserId},
};
use leptos::prelude::*;

use super::{
    actions::{MenuAction, Subject, short_name, use_user_actions},
    activity_page::Event,
    server_fns::list_activity,
    tags::GroupTags,
    user_head::OfUser,
};
use crate::{
    layout::use_viewer,
    settings::server_fns::list_fields,
    ui::{Button, Card, Fact, Facts, Note, Tag, Time, TimeStyle, Tone, use_time_zone},
};

#[component]
pub fn OverviewPage() -> impl IntoView {
    view! { <OfUser show=overview /> }
}

fn overview(user: User) -> AnyView {
    let last = match user.last_sign_in_at {
        Some(ms) => view! { <Time ms /> }.into_any(),
        None => view! { <span class="softer">"Never"</span> }.into_any(),
    };
    let ends = match user.expires_at {
        Some(ms) => view! { <End ms /> }.into_any(),
        None => view! { <span class="softer">"Never"</span> }.into_any(),
    };
    let viewer = use_viewer();
    let may = |permission| viewer.with_untracked(|viewer| viewer.may(permission));
    let sessions = match user.sessions {
        0 => view! { <span class="softer">"None"</span> }.into_any(),
        n if may(Permission::ViewSessions) => {
            view! { <a class="link" href=format!("/users/{}/sessions", user.id)>{plural(n, "session")}</a> }.into_any()
        }
        n => plural(n, "session").into_any(),
    };
    let by = user.created_by.clone().map(|name| format!(" by {}", isolated(&name)));
    let email = match user.email.clone() {
        Some(email) if user.email_verified => email,
        Some(email) => format!("{email} (not verified)"),
        None => "\u{2014}".into(),
    };
    let groups = if user.groups.is_empty() {
        view! { <span class="softer">"None: no rights beyond their own account"</span> }.into_any()
    } else {
        view! { <GroupTags groups=user.groups.clone() /> }.into_any()
    };
    view! {
        <div class="body">
            <div class="two">
                <div class="stack">
                    <Notes user=user.clone() />
                    <Card title="About">
                        <Facts>
                            <Fact name="Username">{user.username}</Fact>
                            <Fact name="Display name">{user.display_name}</Fact>
                            <Fact name="E-mail">{email}</Fact>
                            <CustomFacts values=user.fields />
                            <Fact name="Groups">{groups}</Fact>
                            <Fact name="Created"><Time ms=user.created_at style=TimeStyle::Date />{by}</Fact>
                            <Fact name="Account ends">{ends}</Fact>
                        </Facts>
                    </Card>
                    {may(Permission::ViewAudit).then(|| view! { <Recent id=user.id /> })}
                </div>
                <div class="stack">
                    <Card title="Sign-in">
                        <Facts>
                            <Fact name="Last sign-in">{last}</Fact>
                            <Fact name="Sessions">{sessions}</Fact>
                        </Facts>
                    </Card>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// The last day of an account. One that ends in the middle of a day, as others do after the zone
/// was changed, says when.
#[component]
fn End(ms: i64) -> impl IntoView {
    let zone = use_time_zone();
    move || {
        let whole = zone.with(|zone| zone.end_of(zone.date_of(ms)) == ms);
        view! { <Time ms style=if whole { TimeStyle::Date } else { TimeStyle::Exact } /> }
    }
}

/// The latest of their activity, with the way to the rest.
#[component]
fn Recent(id: UserId) -> impl IntoView {
    const SHOWN: usize = 5;
    let changed = use_user_actions().changed();
    let events = Resource::new(move || changed.get(), move |_| list_activity(id, None));
    let shown = move || {
        Suspend::new(async move {
            let events = events.await.ok().filter(|events| !events.is_empty())?;
            let lines = events.into_iter().take(SHOWN).map(|event| view! { <Event event /> }).collect_view();
            let all = move || view! { <a class="link small" href=format!("/users/{id}/activity")>"See all"</a> };
            Some(view! { <Card title="Recent activity" layout="lines" actions=all>{lines}</Card> })
        })
    };
    view! { <Transition>{shown}</Transition> }
}

/// The custom fields in order; a required one without a value says so.
#[component]
fn CustomFacts(values: Vec<ShownValue>) -> impl IntoView {
    if values.is_empty() {
        return ().into_any();
    }
    let defined = Resource::new(|| (), |()| list_fields());
    let shown = move || {
        let values = values.clone();
        Suspend::new(async move {
            let defined = defined.await.unwrap_or_default();
            values.into_iter().map(|value| custom_fact(value, &defined)).collect_view()
        })
    };
    view! { <Transition>{shown}</Transition> }.into_any()
}

fn custom_fact(ShownValue { field, name, value }: ShownValue, defined: &[Field]) -> AnyView {
    let kind = defined.iter().find(|it| it.id == field);
    let shown = match value {
        // A day of the calendar, the same in every zone.
        Some(value) => Date::parse(&value)
            .filter(|_| kind.is_some_and(|field| field.kind == domain::fields::FieldKind::Date))
            .map_or(value, Date::short)
            .into_any(),
        None if kind.is_some_and(|field| field.required) => {
            view! { <Tag text="Required, missing" tone=Tone::Warn icon="alert" /> }.into_any()
        }
        None => "\u{2014}".into_any(),
    };
    view! { <Fact name=name>{shown}</Fact> }.into_any()
}

/// What one has to know of this user before anything else, with the way out of it.
#[component]
fn Notes(user: User) -> impl IntoView {
    let subject = Subject::from(&user);
    let (name, short) = (isolated(&user.display_name), short_name(&user.display_name));
    let state = match user.status {
        Status::InBin => user.deleted_at.map(|at| {
            let until = user.erase_at.map(|ms| {
                view! { " Erased for good on " <Time ms style=TimeStyle::Date />
                ": until then they can be restored as they were." }
            });
            let said = view! { <b>"In the bin"</b> " since " <Time ms=at style=TimeStyle::Date /> "." {until} };
            view! { <Note tone="bad"><Said act=MenuAction::Restore subject=subject.clone()>{said}</Said></Note> }
                .into_any()
        }),
        Status::Disabled => user.disabled_at.map(|at| {
            let said = view! {
                <b>"Disabled"</b> " since " <Time ms=at style=TimeStyle::Date /> ". "
                {format!("{short} cannot sign in; the old password works again once enabled.")}
            };
            view! { <Note tone="warn"><Said act=MenuAction::Enable subject=subject.clone()>{said}</Said></Note> }
                .into_any()
        }),
        Status::Expired => user.expires_at.map(|at| {
            let said = view! {
                <b>"Expired"</b> ". The account ended on " <End ms=at />
                {format!(". Give it a later end, or none, to let {short} in again.")}
            };
            view! { <Note tone="warn"><Said act=MenuAction::Edit subject=subject.clone()>{said}</Said></Note> }
                .into_any()
        }),
        Status::Invited | Status::Active => None,
    };
    let must_change = user.must_change_password.then(|| {
        view! { <Note tone="warn">{format!("{name} has to choose a new password at the next sign-in.")}</Note> }
    });
    let protected = user.first_administrator.then(|| {
        view! {
            <Note>
                <b>"First administrator"</b>
                ": protected from being disabled, deleted or taken out of groups. Only they can hand that \
                 protection over, on their own profile."
            </Note>
        }
    });
    view! { {state} {must_change} {protected} }
}

/// The words of a note, and the button that ends what they tell of.
#[component]
fn Said(act: MenuAction, subject: Subject, children: Children) -> impl IntoView {
    let actions = use_user_actions();
    let why = act.refused(&subject);
    view! {
        <div class="row wrap">
            <span class="said">{children()}</span>
            <Button class="small" disabled_reason=why on_click=move |_| actions.ask(act, subject.clone())>
                {act.label()}
            </Button>
        </div>
    }
    .into_any()
}
