//! One line of text.

use super::Words;
use super::control::{Control, described_by, field_id, keep_in_step};
use leptos::prelude::*;

#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    /// `f-{name}` without.
    #[prop(optional, into)]
    id: String,
    #[prop(optional, into)] help: Words,
    #[prop(optional, into)] error: Words,
    /// The input's type: text, email, url, number, password, date ...
    #[prop(default = "text".into(), into)]
    kind: Signal<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional)] required: bool,
    /// Says "optional" beside the label.
    #[prop(optional)]
    optional: bool,
    /// The id of a `<datalist>` with values to choose from.
    #[prop(optional)]
    list: Option<&'static str>,
    #[prop(optional)] mono: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    /// Small buttons or words inside the box, after the text.
    #[prop(optional, into)]
    trailing: ViewFnOnce,
    /// Something small at the far end of the label's line.
    #[prop(optional, into)]
    aside: ViewFnOnce,
) -> impl IntoView {
    let id = field_id(id, &name);
    let describe = described_by(&id, help, error);
    let node = NodeRef::<leptos::html::Input>::new();
    keep_in_step(
        value,
        move || node.get().map(|e| e.value()),
        move |text| {
            if let Some(e) = node.get_untracked() {
                e.set_value(text);
            }
        },
    );
    let typed = move |text: String| {
        value.set(text.clone());
        if let Some(on_input) = on_input {
            on_input.run(text);
        }
    };
    view! {
        <Control id=id.clone() label help error optional aside>
            <div class="field">
                <input
                    id=id
                    node_ref=node
                    name=name
                    type=move || kind.get()
                    value=value.get_untracked()
                    class:mono=mono
                    autocomplete=autocomplete
                    inputmode=inputmode
                    list=list
                    placeholder=(!placeholder.is_empty()).then_some(placeholder)
                    maxlength=maxlength
                    required=required
                    autofocus=autofocus
                    disabled=move || disabled.get()
                    aria-invalid=move || error.get().is_some().then_some("true")
                    aria-describedby=describe
                    on:input=move |event| typed(event_target_value(&event))
                />
                <span class="slot">{trailing.run()}</span>
            </div>
        </Control>
    }
    .into_any()
}
