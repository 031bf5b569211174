//! Several lines of text. The text is set as a property and never as the
//! element's children, which the server would write unescaped.

use super::Words;
use super::control::{Control, described_by, field_id, keep_in_step};
use leptos::prelude::*;

#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    #[prop(optional, into)] id: String,
    #[prop(optional, into)] help: Words,
    #[prop(optional, into)] error: Words,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] mono: bool,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = field_id(id, &name);
    let describe = described_by(&id, help, error);
    let node = NodeRef::<leptos::html::Textarea>::new();
    keep_in_step(
        value,
        move || node.get().map(|e| e.value()),
        move |text| {
            if let Some(e) = node.get_untracked() {
                e.set_value(text);
            }
        },
    );
    view! {
        <Control id=id.clone() label help error optional>
            <div class="field tall">
                <textarea
                    id=id
                    node_ref=node
                    name=name
                    rows=rows
                    class:mono=mono
                    maxlength=maxlength
                    required=required
                    disabled=move || disabled.get()
                    aria-invalid=move || error.get().is_some().then_some("true")
                    aria-describedby=describe
                    on:input=move |event| value.set(event_target_value(&event))
                ></textarea>
            </div>
        </Control>
    }
    .into_any()
}
