//! A passkey's question on a page that the server alone renders: a form that the small script
//! fills in and sends. Without scripts it stays hidden.

use domain::factors::Challenge;
use leptos::prelude::*;

use crate::ui::Icon;

#[component]
pub(super) fn PasskeyForm(
    /// Where the answer goes, and where another question comes from with `/ask` behind it.
    action: &'static str,
    question: Challenge,
    #[prop(optional, into)] next: String,
    /// A passkey that its keeper is told to be unknown.
    #[prop(optional_no_strip)]
    unknown: Option<String>,
    /// `get` to prove oneself, `create` for a new one.
    #[prop(default = "get")]
    kind: &'static str,
    #[prop(default = "Sign in with a passkey")] label: &'static str,
    /// Stands below another way.
    #[prop(default = true)]
    divided: bool,
) -> impl IntoView {
    let Challenge { options, ticket } = question;
    view! {
        <form
            method="post"
            action=action
            class="below-form passkey"
            data-passkey=kind
            data-ask=format!("{action}/ask")
            data-options=options
            data-unknown=unknown
            hidden
        >
            <input type="hidden" name="ticket" value=ticket />
            <input type="hidden" name="answer" value="" />
            <input type="hidden" name="next" value=next />
            {divided.then(|| view! { <div class="or">"or"</div> })}
            <p class="error" role="alert" hidden></p>
            <button type="submit" class="btn full big"><Icon name="finger" />{label}</button>
        </form>
    }
    .into_any()
}
