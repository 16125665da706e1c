//! The demo is a test: it ends with an error when a step does not come out as told.

use super::server::{answer, postern};

#[tokio::test]
async fn e2e_the_demo_comes_out_as_told() {
    let mut command = postern();
    command.args(["demo", "--exit"]);
    let told = answer(command, "").await;
    assert_eq!(told.code, 0, "{told:?}");
    for part in [
        "1. Yesterday",
        "account-password-under-mfa",
        "arrived: \"Thank you for your patience\"",
        "out-of-network",
        "S: 421 4.7.0",
        "the session ended",
        "8. From then on",
    ] {
        assert!(told.out.contains(part), "`{part}` is missing in:\n{}", told.out);
    }
    assert_eq!(told.err, "");
}
