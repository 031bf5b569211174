//! A box to tick: yes, no, or "some" over a list.

use leptos::prelude::*;

#[component]
pub fn Checkbox(
    #[prop(into)] checked: Signal<bool>,
    /// Told what the person wants; the page changes `checked`.
    #[prop(into)]
    on_change: Callback<bool>,
    /// Words beside the box. Give `hidden_label` where the place makes them plain.
    #[prop(optional, into)]
    label: String,
    #[prop(optional, into)] hidden_label: String,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] name: String,
    /// Some of what is below is ticked, not all.
    #[prop(optional, into)]
    some: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let bare = label.is_empty();
    let tick = view! {
        <input
            type="checkbox"
            class="check"
            name=(!name.is_empty()).then_some(name)
            aria-label=(!hidden_label.is_empty()).then_some(hidden_label)
            checked=checked.get_untracked()
            prop:checked=move || checked.get()
            prop:indeterminate=move || some.get() && !checked.get()
            disabled=move || disabled.get()
            on:change=move |event| on_change.run(event_target_checked(&event))
        />
    };
    if bare {
        return tick.into_any();
    }
    view! {
        <label class="tick">
            {tick}
            <span>
                {label}
                {(!help.is_empty()).then(|| view! { <span class="help">{help}</span> })}
            </span>
        </label>
    }
    .into_any()
}
