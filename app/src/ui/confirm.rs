//! Asks before something that matters: what will happen in numbers, a button
//! that repeats the verb, and Cancel first.

use super::Words;
use super::{Button, Dialog, Effects, Kind};
use leptos::prelude::*;

#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// What the button says: "Delete Ingrid".
    #[prop(into)]
    verb: Signal<String>,
    #[prop(into)] on_confirm: Callback<()>,
    #[prop(optional, into)] about: Words,
    /// Icon and sentence of each consequence.
    #[prop(optional, into)]
    effects: Signal<Vec<(String, String)>>,
    #[prop(optional)] danger: bool,
    #[prop(optional)] icon: &'static str,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Why it cannot be confirmed yet, such as a name that is not typed.
    #[prop(optional, into)]
    disabled_reason: Words,
    /// Choices between the consequences and the buttons.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <Button
                kind=if danger { Kind::Danger } else { Kind::Primary }
                icon=icon
                busy=busy
                disabled_reason=disabled_reason
                on_click=move |_| on_confirm.run(())
            >
                {move || verb.get()}
            </Button>
        }
    };
    view! {
        <Dialog open title about actions>
            <Effects effects />
            {children.with_value(|children| children.as_ref().map(|children| children()))}
        </Dialog>
    }
    .into_any()
}
