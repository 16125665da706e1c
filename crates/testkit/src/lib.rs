//! What tests share. Only ever a development dependency.

mod clock;
mod random;
mod service;

pub use clock::TestClock;
pub use random::TestRandom;
pub use service::{ACCOUNT_PASSWORD, OPERATOR, TestService, account_name, app_password_for, door_sign_in};
