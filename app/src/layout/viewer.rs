//! Who looks at the page, and what is shown or greyed for them. A courtesy: the gate
//! on the server is the authority.

use domain::{Permission, users::Viewer};
use leptos::prelude::*;

use super::Me;

const META: &str = "meta[name='keydesk-viewer']";

#[derive(Clone, Copy)]
struct Looking(RwSignal<Viewer>);

/// Call once above all pages. The server has provided a [`Viewer`]; the browser reads the
/// same one from the page's head.
pub fn provide_viewer() {
    let viewer = use_context::<Viewer>()
        .or_else(|| {
            let text = is_browser().then(|| crate::ui::head_content(META)).flatten()?;
            serde_json::from_str(&text).ok()
        })
        .unwrap_or_default();
    provide_context(Looking(RwSignal::new(viewer)));
}

/// Whoever is signed in.
pub fn use_viewer() -> RwSignal<Viewer> {
    use_context::<Looking>().map_or_else(|| RwSignal::new(Viewer::default()), |Looking(viewer)| viewer)
}

/// Why the viewer cannot do this, or nothing where they can: for `disabled_reason`.
pub fn lacks(permission: Permission) -> Signal<Option<String>> {
    let viewer = use_viewer();
    Signal::derive(move || {
        (!viewer.with(|viewer| viewer.may(permission)))
            .then(|| format!("Needs the permission “{}”", permission.label()))
    })
}

/// The viewer as the frames show them.
pub fn me() -> Signal<Me> {
    let viewer = use_viewer();
    Signal::derive(move || {
        viewer.with(|viewer| Me {
            name: viewer.display_name.clone(),
            about: if viewer.administrator { "Administrator".into() } else { viewer.username.clone() },
            hue: viewer.id.hue(),
            picture: None,
        })
    })
}

/// Shows its children only to those who may.
#[component]
pub fn Can(permission: Permission, children: ChildrenFn) -> impl IntoView {
    let viewer = use_viewer();
    view! { <Show when=move || viewer.with(|viewer| viewer.may(permission))>{children()}</Show> }
}
