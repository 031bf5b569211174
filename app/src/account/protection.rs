//! The first administrator's protection, and handing it over to another administrator.

use domain::Error;
use leptos::{ev::SubmitEvent, prelude::*};

use super::server_fns::hand_over_protection;
use crate::{
    action::{ActionSpec, Impact, Input, Outcome, Refused, Task, Wording, effect, forget_with_page, use_actions},
    api::Answer,
    ui::{Button, Card, FormErrors, TextField},
};

#[component]
pub fn Protection(
    /// Told when the protection is somebody else's.
    #[prop(into)]
    on_gone: Callback<()>,
) -> impl IntoView {
    let actions = use_actions();
    forget_with_page();
    let username = RwSignal::new(String::new());
    let error = RwSignal::new(None::<Error>);
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        let name = username.with_untracked(|typed| domain::text::trimmed(typed).to_owned());
        let missing = name.is_empty();
        error.set(missing.then(|| Error::field("username", domain::Problem::Missing)));
        if !missing {
            actions.ask(HandOver { name, error, on_gone });
        }
    };
    let about = move || error.with(|e| e.as_ref().and_then(|e| e.about("username")));
    let problems = move || match error.get() {
        None => vec![],
        Some(Error::Invalid(fields)) => fields.into_iter().map(|e| (e.field, e.problem.sentence())).collect(),
        Some(other) => vec![(String::new(), other.sentence())],
    };
    view! {
        <Card title="First administrator">
            <form method="post" class="form" on:submit=ask novalidate>
                <p class="soft">
                    "Nobody else can disable or delete you, change your groups or give your account an end. Before you \
                     leave, hand this protection to another administrator."
                </p>
                <FormErrors errors=Signal::derive(problems) />
                <TextField
                    label="Username of another administrator"
                    name="username"
                    value=username
                    error=Signal::derive(about)
                    required=true
                />
                <div class="row">
                    <Button submit=true>"Hand over"</Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

/// Gives the protection to the administrator of this username.
#[derive(Clone)]
struct HandOver {
    name: String,
    /// Told beside the form.
    error: RwSignal<Option<Error>>,
    on_gone: Callback<()>,
}

impl ActionSpec for HandOver {
    fn key(&self) -> String {
        "hand over".to_owned()
    }

    fn wording(&self) -> Option<Wording> {
        Some(Wording {
            title: format!("Hand the protection to {}?", self.name),
            about: "You stay an administrator. Only they can give the protection back.".into(),
            verb: format!("Hand over to {}", self.name),
            ..Wording::default()
        })
    }

    fn impact(&self, _: Input) -> Impact {
        vec![
            effect("unlock", "Other administrators can then disable, delete or demote you"),
            effect("lock", format!("Only {} can hand the protection on", self.name)),
        ]
        .into()
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        let name = self.name.clone();
        Box::pin(async move {
            hand_over_protection(name.clone()).await?;
            Ok(Outcome::Done(format!("{name} is protected now")))
        })
    }

    fn refused(&self, error: &Error) -> Refused {
        self.error.try_set(Some(error.clone()));
        Refused::Told
    }

    fn settled(&self, _: bool) {
        self.on_gone.try_run(());
    }
}
