//! What is wrong with a form, said once and at the top, with a way to each field.

use super::browser::focus;
use leptos::{html, prelude::*};

/// `display_name` as "Display name", `custom_company` as "Company".
fn in_words(name: &str) -> String {
    let mut letters = name.strip_prefix("custom_").unwrap_or(name).chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).map(|c| if c == '_' { ' ' } else { c }).collect()
}

/// `errors` holds a field's name and its message; an empty name is about the
/// whole form. When they arrive the keyboard moves to the first field named.
#[component]
pub fn FormErrors(#[prop(into)] errors: Signal<Vec<(String, String)>>) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if errors.with(Vec::is_empty) {
            return;
        }
        let first = errors.with(|e| e.iter().find(|(name, _)| !name.is_empty()).map(|(name, _)| format!("f-{name}")));
        // After this turn, when the field is no longer busy or disabled.
        request_animation_frame(move || {
            let found = first.is_some_and(|id| focus(&id));
            // The form may be scrolled far down.
            if let (false, Some(alert)) = (found, node.get_untracked()) {
                alert.scroll_into_view();
            }
        });
    });
    let heading = move || match errors.with(Vec::len) {
        1 => "One thing needs another look".to_owned(),
        count => format!("{count} things need another look"),
    };
    let list = move || {
        errors
            .get()
            .into_iter()
            .map(|(name, message)| {
                if name.is_empty() {
                    return view! { <span>{message}</span> }.into_any();
                }
                let id = format!("f-{name}");
                let href = format!("#{id}");
                let jump = move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    focus(&id);
                };
                view! { <a href=href on:click=jump>{format!("{}: {message}", in_words(&name))}</a> }.into_any()
            })
            .collect_view()
    };
    view! {
        <div role="alert" node_ref=node>
            {move || {
                (!errors.with(Vec::is_empty))
                    .then(|| view! { <div class="form-errors"><strong>{heading}</strong>{list}</div> })
            }}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_heading_reads_as_people_would_say_it() {
        assert_eq!(in_words("display_name"), "Display name");
        assert_eq!(in_words("custom_cost_centre"), "Cost centre");
    }
}
