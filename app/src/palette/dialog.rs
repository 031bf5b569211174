//! The dialog around the palette: opened by the keys or its button, closed by Escape, by the keys
//! again, or by a click beside it.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

#[component]
pub fn PaletteDialog(open: RwSignal<bool>, children: ChildrenFn) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if !wanted {
            dialog.close();
        } else if !dialog.open() {
            // One frame later the field is there to be focused.
            request_animation_frame(move || {
                if open.get_untracked() && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        }
    });
    Effect::new(move |_| {
        let listening = window_event_listener(ev::keydown, move |event| {
            let together = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
            if !together || !event.key().eq_ignore_ascii_case("k") {
                return;
            }
            event.prevent_default();
            // Not above another dialog: what is asked there comes first.
            let other = document().query_selector("dialog[open]:not(.palette)").ok().flatten().is_some();
            open.update(|open| *open = !*open && !other);
        });
        on_cleanup(move || listening.remove());
    });
    let beside = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if let (Some(target), Some(dialog)) = (target, node.get_untracked())
            && dialog.is_same_node(Some(&target))
        {
            open.set(false);
        }
    };
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            class="palette"
            aria-label="Search or jump"
            on:close=move |_| open.set(false)
            on:click=beside
        >
            <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
        </dialog>
    }
    .into_any()
}
