//! A question or a small form above the page, on the browser's own dialog.

use super::Icon;
use super::Words;
use leptos::{html, prelude::*};

/// Open while `open` is true. Its content exists only while it is open, so a form
/// inside starts afresh. The browser keeps the keyboard inside and gives it back.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// A sentence under the title.
    #[prop(optional, into)]
    about: Words,
    #[prop(optional)] wide: bool,
    /// Cannot be closed by Escape or the cross, only by what is inside.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// Buttons at the end, the main one last.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if !wanted {
            dialog.close();
        } else if !dialog.open() {
            // One frame later the content is there to be focused.
            request_animation_frame(move || {
                // The dialog may be gone by then.
                if open.try_get_untracked() == Some(true) && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        }
    });
    let keep_shut = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && locked.get_untracked() {
            event.prevent_default();
        }
    };
    let cancel = move |event: web_sys::Event| {
        if locked.get_untracked() {
            event.prevent_default();
        }
    };
    // A browser may close a dialog that refused twice: open it again.
    let closed = move |_| {
        if locked.get_untracked() && open.get_untracked() {
            if let Some(dialog) = node.get_untracked() {
                let _ = dialog.show_modal();
            }
        } else {
            open.set(false);
        }
    };
    let children = StoredValue::new(children);
    let actions = StoredValue::new(actions);
    view! {
        <dialog
            node_ref=node
            class="dialog"
            class:wide=wide
            aria-label=move || title.get()
            on:keydown=keep_shut
            on:cancel=cancel
            on:close=closed
        >
            <Show when=move || open.get()>
                <div class="inside">
                    <h2>{move || title.get()}</h2>
                    {move || about.get().map(|about| view! { <p class="about">{about}</p> })}
                    <div class="content">{children.with_value(|children| children())}</div>
                    {actions
                        .with_value(|actions| {
                            actions.as_ref().map(|actions| view! { <div class="actions">{actions.run()}</div> })
                        })}
                    <Show when=move || !locked.get()>
                        <button
                            type="button"
                            class="btn quiet icon small close"
                            aria-label="Close"
                            on:click=move |_| open.set(false)
                        >
                            <Icon name="x" />
                        </button>
                    </Show>
                </div>
            </Show>
        </dialog>
    }
    .into_any()
}
