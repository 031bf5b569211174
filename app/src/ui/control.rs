//! What every field shares: label above, help under it, the error beside it,
//! tied together for screen readers; and how its text and a signal keep in step.

use super::Icon;
use super::Words;
use leptos::prelude::*;

/// The element's id when a page gives none. [`super::FormErrors`] relies on it.
pub(super) fn field_id(id: String, name: &str) -> String {
    if id.is_empty() { format!("f-{name}") } else { id }
}

/// The ids for `aria-describedby`: the help, and the error while there is one.
pub(super) fn described_by(id: &str, help: Words, error: Words) -> impl Fn() -> Option<String> + Clone + use<> {
    let id = id.to_owned();
    move || match (help.get().is_some(), error.get().is_some()) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-help")),
        (false, true) => Some(format!("{id}-error")),
        (true, true) => Some(format!("{id}-error {id}-help")),
    }
}

/// Keeps an element's text and a signal in step. What was typed before the page
/// woke up wins over the signal's first value.
pub(super) fn keep_in_step(
    value: RwSignal<String>,
    read: impl Fn() -> Option<String> + 'static,
    write: impl Fn(&str) + 'static,
) {
    let met = StoredValue::new(false);
    Effect::new(move |_| {
        let wanted = value.get();
        let Some(shown) = read() else { return };
        let first = !met.get_value();
        met.set_value(true);
        if shown == wanted {
        } else if first && !shown.is_empty() && !is_awake() {
            value.set(shown);
        } else {
            write(&wanted);
        }
    });
}

/// Whether the page answers already (`frontend` says so): what an element holds that appears later is left
/// from one that stood in its place, and nobody typed it here.
fn is_awake() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-awake"))
}

/// Label, help and error around a field that a page makes itself. The field must
/// carry `id`, and `aria-describedby="{id}-help"` and `"{id}-error"` as they apply.
#[component]
pub fn Control(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Words,
    #[prop(optional, into)] error: Words,
    /// Says "optional" beside the label.
    #[prop(optional)]
    optional: bool,
    /// Something small at the far end of the label's line.
    #[prop(optional, into)]
    aside: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    view! {
        <div class="control">
            <div class="head">
                <label for=id>{label}</label>
                {optional.then(|| view! { <span class="optional">"optional"</span> })}
                {aside.run()}
            </div>
            {children()}
            {move || help.get().map(|help| view! { <p class="help" id=help_id.clone()>{help}</p> })}
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! { <p class="error" id=error_id.clone()><Icon name="alert" /> <span>{error}</span></p> }
                    })
            }}
        </div>
    }
    .into_any()
}
