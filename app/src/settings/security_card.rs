//! Who has to have a second factor, and what passwords have to be like. Whoever makes other
//! people set one up is told how many before.

use domain::{
    Error, Permission,
    factors::Required,
    listing::Count,
    settings::{Security, SecurityForm},
    time::{Date, TimeZone},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    security_draft::Draft,
    security_form::Fields,
    server_fns::{count_enrolling, find_security, update_security},
};
use crate::{
    api::ApiError,
    groups::server_fns::list_groups,
    layout::{lacks, use_viewer},
    reauthentication::use_reauthentication,
    ui::{
        Button, Card, Confirm, FormErrors, Kind, Meanwhile, Press, StaleNote, Toaster, browser_now, grouped,
        use_time_zone,
    },
};

#[component]
pub fn SecurityCard(security: Security) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let reauthentication = use_reauthentication();
    let barred = lacks(Permission::EditSettings);
    let zone = use_time_zone();
    let draft = Draft::of(&security, zone);
    let seen = draft.seen;
    let meanwhile = RwSignal::new(None::<Meanwhile>);
    let asking = RwSignal::new(false);
    let save = Action::new(|form: &SecurityForm| update_security(form.clone()));
    let count = Action::new(|form: &SecurityForm| count_enrolling(form.clone()));
    let may_see_groups = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewGroups));
    let look = Action::new(move |(): &()| async move {
        let now = find_security().await?;
        let groups = if may_see_groups { list_groups().await.unwrap_or_default() } else { vec![] };
        Ok::<_, ApiError>((now, groups))
    });
    on_cleanup(move || reauthentication.forget());
    // A day that nobody typed is another one where the zone becomes another.
    Effect::new(move |before: Option<TimeZone>| {
        let is = zone.get();
        let from = seen.with_untracked(|seen| seen.second_factor.from);
        let day = |zone: &TimeZone| from.map(|from| zone.date_of(from).to_string()).unwrap_or_default();
        if before.is_some_and(|was| draft.from.with_untracked(|typed| *typed == day(&was))) {
            draft.from.set(day(&is));
        }
        is
    });
    let submit = move || {
        save.press(draft.form());
    };
    let parsed = move || {
        let kept = seen.with_untracked(|seen| seen.second_factor.from);
        zone.with_untracked(|zone| draft.form().parse(zone, kept))
    };
    let is_undecided = move || meanwhile.with(|meanwhile| meanwhile.as_ref().is_some_and(Meanwhile::is_open));
    let ask_or_submit = move || match parsed() {
        _ if barred.get_untracked().is_some() || count.pending().get_untracked() || untrack(is_undecided) => {}
        Ok(wanted) if seen.with_untracked(|seen| wanted.asks_more_than(seen)) => {
            count.press(draft.form());
        }
        Ok(_) => submit(),
        Err(failure) => draft.error.set(Some(failure)),
    };
    // Without the number the question is asked all the same.
    Effect::new(move |_| {
        if count.value().with(Option::is_some) {
            asking.set(true);
        }
    });
    Effect::new(move |_| match save.value().get() {
        Some(Ok(security)) => {
            asking.set(false);
            draft.error.set(None);
            meanwhile.set(None);
            seen.set(security);
            toaster.good("Security settings saved");
        }
        Some(Err(ApiError(Error::Stale))) => {
            asking.set(false);
            look.request(());
        }
        Some(Err(failure)) if !reauthentication.handles(&failure, submit) => {
            let ApiError(failure) = failure;
            asking.set(false);
            draft.error.set(Some(failure));
        }
        Some(Err(_)) | None => {}
    });
    // The form stays as it stands, with what was typed.
    Effect::new(move |_| match look.value().get() {
        Some(Ok((now, groups))) => meanwhile.set(Some(draft.bring_together(&now, &groups))),
        Some(Err(ApiError(failure))) => draft.error.set(Some(failure)),
        None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        draft.error.set(None);
        ask_or_submit();
    };
    let effects = move || {
        // Looked at anew each time the question is opened.
        asking.track();
        let found = count.value().get().and_then(Result::ok);
        let from = parsed().ok().and_then(|security| security.second_factor.from);
        vec![(
            "users".to_owned(),
            consequence(
                found,
                from.filter(|from| *from > browser_now()).map(|from| zone.with_untracked(|zone| zone.date_of(from))),
            ),
        )]
    };
    let title = move || {
        asking.track();
        match parsed().map(|security| security.second_factor.required) {
            Ok(Required::Everyone) => "Require a second factor of everyone?".to_owned(),
            _ => "Require a second factor of these groups?".to_owned(),
        }
    };
    let busy = Signal::derive(move || save.pending().get() || count.pending().get() || look.pending().get());
    let why_not = move || barred.get().or_else(|| is_undecided().then(|| "Choose first what holds.".to_owned()));
    let note = move || {
        let choose = move |(name, raw): (String, String)| draft.choose(&name, &raw);
        meanwhile.get().map(|meanwhile| view! { <StaleNote id="stale-security" meanwhile on_choose=choose /> })
    };
    view! {
        <Card title="Security">
            // Sent before the page is awake, it leads back here and changes nothing.
            <form method="get" action="/settings" class="form" on:submit=send novalidate>
                <FormErrors errors=Signal::derive(move || draft.problems()) />
                {note}
                <Fields draft barred />
                <div class="row">
                    <Button kind=Kind::Primary submit=true busy=busy disabled_reason=why_not>
                        "Save security settings"
                    </Button>
                </div>
            </form>
            <Confirm
                open=asking
                title=Signal::derive(title)
                about="Whoever is signed in stays signed in until that session ends."
                verb="Require it"
                icon="lock"
                effects=Signal::derive(effects)
                busy
                on_confirm=move |()| submit()
            />
        </Card>
    }
    .into_any()
}

/// What people will meet. `from` is a day still to come.
fn consequence(found: Option<Count>, from: Option<Date>) -> String {
    let (who, have) = match found {
        None => ("Whoever has none that counts".to_owned(), "sets"),
        Some(Count::Exactly(0)) => return "Everybody it is required of has one already".into(),
        Some(Count::Exactly(1)) => ("1 person has none that counts, and".to_owned(), "sets"),
        Some(Count::Exactly(n)) => (format!("{} people have none that counts, and", grouped(n.into())), "set"),
        Some(Count::AtLeast(0)) => ("Whoever has none that counts".to_owned(), "sets"),
        Some(Count::AtLeast(n)) => (format!("At least {} people have none that counts, and", grouped(n.into())), "set"),
        Some(Count::MoreThan(n)) => {
            (format!("More than {} people have none that counts, and", grouped(n.into())), "set")
        }
        Some(Count::About(n)) => (format!("About {} people have none that counts, and", grouped(n)), "set"),
    };
    let when = match from {
        Some(day) => format!("at their first sign-in from {} on", day.short()),
        None => "at their next sign-in, before anything else".to_owned(),
    };
    format!("{who} {have} one up {when}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_tells_whom_it_meets_and_when() {
        let day = Date::parse("2027-01-31");
        assert_eq!(
            consequence(Some(Count::Exactly(12)), None),
            "12 people have none that counts, and set one up at their next sign-in, before anything else"
        );
        assert_eq!(
            consequence(Some(Count::Exactly(1)), day),
            "1 person has none that counts, and sets one up at their first sign-in from 31 Jan 2027 on"
        );
        assert!(consequence(Some(Count::MoreThan(1_000)), None).starts_with("More than 1,000 people"));
        assert!(consequence(None, None).starts_with("Whoever has none that counts sets one up"));
        assert_eq!(consequence(Some(Count::Exactly(0)), None), "Everybody it is required of has one already");
    }
}
