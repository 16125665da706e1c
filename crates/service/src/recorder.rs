//! The recorder: sign-in events and uses of app passwords, group-committed within a second and sealed into the audit chain.
