//! Asking for a factor in a dialog: one way at a time, the others one click away. Shared by
//! recent proof and by signing in where one is.

use domain::factors::Factors;
use leptos::{ev::SubmitEvent, prelude::*};

use crate::ui::{Icon, Kind, Note, PasswordField, TextField, focus, passkeys_work};

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Passkey,
    Password,
    App,
    RecoveryCode,
}

impl Way {
    /// The ways that these factors give here, the most convenient first.
    pub fn here(factors: Factors) -> Vec<Self> {
        Self::of(factors, passkeys_work())
    }

    /// A passkey comes last in a browser that cannot use it.
    fn of(factors: Factors, passkeys: bool) -> Vec<Self> {
        let all = [(Factors::PASSKEY, Self::Passkey), (Factors::PASSWORD, Self::Password), (Factors::APP, Self::App)];
        let mut ways: Vec<_> = all.into_iter().filter(|(factor, _)| factors.has(*factor)).map(|(_, way)| way).collect();
        if ways.first() == Some(&Self::Passkey) && !passkeys {
            ways.rotate_left(1);
        }
        ways
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
pub(super) struct Asked {
    pub ways: RwSignal<Vec<Way>>,
    pub way: RwSignal<Way>,
    pub typed: RwSignal<String>,
    pub error: RwSignal<Option<String>>,
}

impl Asked {
    pub fn new() -> Self {
        Self {
            ways: RwSignal::new(vec![]),
            way: RwSignal::new(Way::Password),
            typed: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }

    /// Begins anew, with the first of these.
    pub fn begin(self, ways: Vec<Way>) {
        self.choose(ways.first().copied().unwrap_or(Way::Password));
        self.ways.set(ways);
    }

    fn choose(self, way: Way) {
        self.typed.set(String::new());
        self.error.set(None);
        self.way.set(way);
    }
}

/// The form: a field for the way that is chosen, and the other ways.
#[component]
pub(super) fn AskedForm(
    /// Of the form; fields are named after it.
    id: &'static str,
    asked: Asked,
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
    let Asked { ways, way, typed, error } = asked;
    // The dialog puts the keyboard where it begins; this takes it along.
    Effect::new(move |before: Option<Way>| {
        let now = way.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(move || {
                focus(&now.element(id));
            });
        }
        now
    });
    let field = move || match way.get() {
        Way::Password => view! {
            <PasswordField
                label=password_label
                name="password"
                id=Way::Password.element(id)
                value=typed
                autocomplete="current-password"
                error=error
                required=true
                autofocus=true
            />
        }
        .into_any(),
        Way::App => view! {
            <TextField
                label="Code from your authenticator app"
                name="code"
                id=Way::App.element(id)
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
        Way::RecoveryCode => view! {
            <TextField
                label="Recovery code"
                name="recovery_code"
                id=Way::RecoveryCode.element(id)
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
        Way::Passkey if passkeys_work() => view! { <PasskeyWords error /> }.into_any(),
        Way::Passkey => view! { <Note tone="warn">"This browser cannot use passkeys."</Note> }.into_any(),
    };
    let others = move || {
        let chosen = way.get();
        let others = ways.get().into_iter().filter(move |way| *way != chosen);
        others
            .map(|way| {
                view! {
                    <button type="button" class="btn quiet small" on:click=move |_| asked.choose(way)>
                        {way.offer()}
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
pub(super) fn AskedButton(
    id: &'static str,
    asked: Asked,
    verb: &'static str,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let words = move || if asked.way.get() == Way::Passkey { Way::Passkey.offer() } else { verb };
    view! {
        <button
            type="submit"
            id=Way::Passkey.element(id)
            form=id
            autofocus=move || asked.way.get() == Way::Passkey
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
        assert_eq!(Way::of(Factors::PASSWORD.and(Factors::APP), true), [Way::Password, Way::App]);
        assert_eq!(Way::of(Factors::PASSKEY.and(Factors::APP), true), [Way::Passkey, Way::App]);
        assert_eq!(Way::of(Factors::PASSKEY.and(Factors::PASSWORD), false), [Way::Password, Way::Passkey]);
        assert_eq!(Way::of(Factors::PASSKEY, false), [Way::Passkey]);
        assert_eq!(Way::of(Factors::NONE, true), []);
    }
}
