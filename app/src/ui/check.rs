//! A box to tick: yes, no, or "some" over a list.

use leptos::prelude::*;

#[component]
pub fn Checkbox(
    #[prop(into)] checked: Signal<bool>,
    /// Told what the person wants; the page changes `checked`.
    #[prop(into)]
    on_change: Callback<bool>,
    /// Told instead where Shift was held: everything from the last box to this one.
    #[prop(optional, into)]
    on_range: Option<Callback<bool>>,
    /// Words beside the box. Give `hidden_label` where the place makes them plain.
    #[prop(optional, into)]
    label: String,
    #[prop(optional, into)] hidden_label: String,
    #[prop(optional, into)] help: Signal<String>,
    #[prop(optional, into)] name: String,
    /// What a form sends under the name; "on" without.
    #[prop(optional)]
    value: Option<&'static str>,
    /// Some of what is below is ticked, not all.
    #[prop(optional, into)]
    some: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let bare = label.is_empty();
    let shift = StoredValue::new(false);
    let changed = move |yes: bool| match on_range {
        Some(on_range) if shift.get_value() => on_range.run(yes),
        _ => on_change.run(yes),
    };
    let tick = view! {
        <input
            type="checkbox"
            class="check"
            name=(!name.is_empty()).then_some(name)
            value=value
            aria-label=(!hidden_label.is_empty()).then_some(hidden_label)
            checked=checked.get_untracked()
            prop:checked=move || checked.get()
            prop:indeterminate=move || some.get() && !checked.get()
            disabled=move || disabled.get()
            on:click=move |event| shift.set_value(event.shift_key())
            on:change=move |event| changed(event_target_checked(&event))
        />
    };
    if bare {
        return tick.into_any();
    }
    let help = move || {
        let help = help.get();
        (!help.is_empty()).then(|| view! { <span class="help">{help}</span> })
    };
    view! {
        <label class="tick">
            {tick}
            <span>
                {label}
                {help}
            </span>
        </label>
    }
    .into_any()
}
