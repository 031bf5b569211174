//! What kind of event it is: the stable name, what it is called on a screen, and its icon.

use super::Event;

impl Event {
    /// The stable name of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InstallationSetUp { .. } => "installation_set_up",
            Self::UserCreated { .. } => "user_created",
            Self::SignedIn { .. } => "signed_in",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::SignedOut { .. } => "signed_out",
            Self::ProofGiven { .. } => "proof_given",
            Self::ProofFailed { .. } => "proof_failed",
            Self::PasswordChanged { .. } => "password_changed",
            Self::PasswordChangeFailed { .. } => "password_change_failed",
            Self::ProfileUpdated { .. } => "profile_updated",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::Refused { .. } => "refused",
            Self::CastSeeded { .. } => "cast_seeded",
            Self::UsersSeeded { .. } => "users_seeded",
            Self::UserUpdated { .. } => "user_updated",
            Self::PasswordReset { .. } => "password_reset",
            Self::GroupsChanged { .. } => "groups_changed",
            Self::UserDisabled { .. } => "user_disabled",
            Self::UserEnabled { .. } => "user_enabled",
            Self::UserDeleted { .. } => "user_deleted",
            Self::UserRestored { .. } => "user_restored",
            Self::UserErased { .. } => "user_erased",
            Self::ProtectionHandedOver { .. } => "protection_handed_over",
            Self::FieldCreated { .. } => "field_created",
            Self::FieldUpdated { .. } => "field_updated",
            Self::FieldDeleted { .. } => "field_deleted",
            Self::SettingsChanged { .. } => "settings_changed",
        }
    }

    /// Every kind with what it is called on a screen, for choosing.
    pub const KINDS: &'static [(&'static str, &'static str)] = &[
        ("signed_in", "Signed in"),
        ("sign_in_failed", "Sign-in failed"),
        ("signed_out", "Signed out"),
        ("proof_given", "Confirmed themselves"),
        ("proof_failed", "Could not confirm themselves"),
        ("user_created", "User created"),
        ("user_updated", "User edited"),
        ("groups_changed", "Groups changed"),
        ("user_disabled", "User disabled"),
        ("user_enabled", "User enabled"),
        ("user_deleted", "User deleted"),
        ("user_restored", "User restored"),
        ("user_erased", "User erased"),
        ("password_changed", "Password changed"),
        ("password_change_failed", "Password change failed"),
        ("password_reset", "Password reset"),
        ("profile_updated", "Own profile changed"),
        ("sessions_ended", "Sessions ended"),
        ("refused", "Refused"),
        ("protection_handed_over", "Protection handed over"),
        ("field_created", "Custom field created"),
        ("field_updated", "Custom field changed"),
        ("field_deleted", "Custom field deleted"),
        ("settings_changed", "Settings changed"),
        ("installation_set_up", "Keydesk set up"),
        ("cast_seeded", "Example users created"),
        ("users_seeded", "Made-up users created"),
    ];

    /// The icon that stands for it.
    pub fn icon(&self) -> &'static str {
        match self {
            Self::InstallationSetUp { .. } | Self::UserCreated { .. } => "plus",
            Self::SignedIn { .. } => "screen",
            Self::SignedOut { .. } | Self::SessionsEnded { .. } => "log-out",
            Self::ProofGiven { .. } => "check",
            Self::PasswordChanged { .. } => "key",
            Self::ProfileUpdated { .. } => "users",
            Self::CastSeeded { .. } | Self::UsersSeeded { .. } => "info",
            Self::UserUpdated { .. } | Self::FieldUpdated { .. } | Self::SettingsChanged { .. } => "pencil",
            Self::PasswordReset { .. } | Self::ProtectionHandedOver { .. } => "key",
            Self::GroupsChanged { .. } => "group",
            Self::UserDisabled { .. } => "stop",
            Self::UserEnabled { .. } => "check",
            Self::UserRestored { .. } => "restore",
            Self::UserDeleted { .. } | Self::UserErased { .. } | Self::FieldDeleted { .. } => "bin",
            Self::FieldCreated { .. } => "plus",
            _ => "alert",
        }
    }
}
