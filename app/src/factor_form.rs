//! Asking for a factor in a dialog: one way at a time, the others one click away. Shared by
//! recent proof and by signing in where one is.

use domain::factors::Factors;
use leptos::{ev::SubmitEvent, prelude::*};

use crate::ui::{Icon, Kind, Note, PasswordField, TextField, focus, passkeys_work};

/// A factor that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorChoice {
    Passkey,
    Password,
    App,
    RecoveryCode,
}

impl FactorChoice {
    /// What these factors allow here, the most convenient first.
    pub fn here(factors: Factors) -> Vec<Self> {
        Self::of(factors, passkeys_work())
    }

    /// A passkey is last in a browser that cannot use it.
    fn of(factors: Factors, passkeys: bool) -> Vec<Self> {
        let all = [(Factors::PASSKEY, Self::Passkey), (Factors::PASSWORD, Self::Password), (Factors::APP, Self::App)];
        let mut choices: Vec<_> =
            all.into_iter().filter(|(factor, _)| factors.has(*factor)).map(|(_, choice)| choice).collect();
        if choices.first() == Some(&Self::Passkey) && !passkeys {
            choices.rotate_left(1);
        }
        choices
    }

    /// Its field within the form with this id; the button that sends it, where there is none.
    fn element(self, form: &str) -> String {
        let name = match self {
            Self::Passkey => "send",
            Self::Password => "password",
            Self::App => "code",
            Self::RecoveryCode => "recovery-code",
        };
        format!("{form}-{name}")
    }

    /// What the button says that chooses it.
    fn offer(self) -> &'static str {
        match self {
            Self::Passkey => "Use a passkey",
            Self::Password => "Use your password",
            Self::App => "Use the authenticator app",
            Self::RecoveryCode => "Use a recovery code",
        }
    }
}

/// A factor that is being asked for.
#[derive(Clone, Copy)]
pub struct FactorForm {
    choices: RwSignal<Vec<FactorChoice>>,
    pub choice: RwSignal<FactorChoice>,
    pub typed: RwSignal<String>,
    pub error: RwSignal<Option<String>>,
}

impl FactorForm {
    pub fn new() -> Self {
        Self {
            choices: RwSignal::new(vec![]),
            choice: RwSignal::new(FactorChoice::Password),
            typed: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }

    /// Begins anew, with the first of these.
    pub fn begin(self, choices: Vec<FactorChoice>) {
        self.choose(choices.first().copied().unwrap_or(FactorChoice::Password));
        self.choices.set(choices);
    }

    fn choose(self, choice: FactorChoice) {
        self.typed.set(String::new());
        self.error.set(None);
        self.choice.set(choice);
    }
}

/// A field for the factor that is chosen, and the buttons for the others.
#[component]
pub fn FactorFields(
    /// Of the form; fields are named after it.
    id: &'static str,
    form: FactorForm,
    #[prop(default = "Your password")] password_label: &'static str,
    #[prop(into)] on_send: Callback<()>,
    /// Before the field.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        on_send.run(());
    };
    let FactorForm { choices, choice, typed, error } = form;
    // The dialog puts the keyboard where it begins; this takes it along.
    Effect::new(move |before: Option<FactorChoice>| {
        let now = choice.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(move || {
                focus(&now.element(id));
            });
        }
        now
    });
    let field = move || match choice.get() {
        FactorChoice::Password => view! {
            <PasswordField
                label=password_label
                name="password"
                id=FactorChoice::Password.element(id)
                value=typed
                autocomplete="current-password"
                error=error
                required=true
                autofocus=true
            />
        }
        .into_any(),
        FactorChoice::App => view! {
            <TextField
                label="Code from your authenticator app"
                name="code"
                id=FactorChoice::App.element(id)
                value=typed
                inputmode="numeric"
                autocomplete="one-time-code"
                maxlength=24
                error=error
                required=true
                autofocus=true
            />
        }
        .into_any(),
        FactorChoice::RecoveryCode => view! {
            <TextField
                label="Recovery code"
                name="recovery_code"
                id=FactorChoice::RecoveryCode.element(id)
                value=typed
                help="Each works once. Capitals and hyphens do not matter."
                maxlength=64
                mono=true
                error=error
                required=true
                autofocus=true
            />
        }
        .into_any(),
        FactorChoice::Passkey if passkeys_work() => view! { <PasskeyWords error /> }.into_any(),
        FactorChoice::Passkey => view! { <Note tone="warn">"This browser cannot use passkeys."</Note> }.into_any(),
    };
    let others = move || {
        let chosen = choice.get();
        let others = choices.get().into_iter().filter(move |other| *other != chosen);
        others
            .map(|other| {
                view! {
                    <button type="button" class="btn quiet small" on:click=move |_| form.choose(other)>
                        {other.offer()}
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <form id=id method="post" class="form" on:submit=submit novalidate>
            {children.map(|children| children())}
            {field}
            <div class="row wrap other-ways">{others}</div>
        </form>
    }
    .into_any()
}

#[component]
fn PasskeyWords(error: RwSignal<Option<String>>) -> impl IntoView {
    let told =
        move || error.get().map(|error| view! { <p class="error"><Icon name="alert" /> <span>{error}</span></p> });
    view! {
        <div class="control">
            <p class="soft">"Your device asks for a finger, a face or its PIN."</p>
            <div role="alert">{told}</div>
        </div>
    }
}

/// The button that sends the form: it stands outside of it, at the end of the dialog.
#[component]
pub fn FactorButton(
    id: &'static str,
    form: FactorForm,
    verb: &'static str,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let words = move || if form.choice.get() == FactorChoice::Passkey { FactorChoice::Passkey.offer() } else { verb };
    view! {
        <button
            type="submit"
            id=FactorChoice::Passkey.element(id)
            form=id
            autofocus=move || form.choice.get() == FactorChoice::Passkey
            class=Kind::Primary.class("")
            aria-disabled=move || busy.get().then_some("true")
        >
            {words}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_somebody_has_is_offered_and_nothing_else() {
        assert_eq!(
            FactorChoice::of(Factors::PASSWORD.and(Factors::APP), true),
            [FactorChoice::Password, FactorChoice::App]
        );
        assert_eq!(
            FactorChoice::of(Factors::PASSKEY.and(Factors::APP), true),
            [FactorChoice::Passkey, FactorChoice::App]
        );
        assert_eq!(
            FactorChoice::of(Factors::PASSKEY.and(Factors::PASSWORD), false),
            [FactorChoice::Password, FactorChoice::Passkey]
        );
        assert_eq!(FactorChoice::of(Factors::PASSKEY, false), [FactorChoice::Passkey]);
        assert_eq!(FactorChoice::of(Factors::NONE, true), []);
    }
}
