//! Settings by the API: what a change would do, told beforehand.

use http::Method;
use postern_domain::setting::SettingKey;
use postern_testkit::OPERATOR;
use serde_json::json;

use super::{ROOT, portal};
use crate::tests::settings::texting;

#[tokio::test]
async fn a_preview_says_who_would_be_locked_out() {
    let portal = portal().await;
    let root = portal.program(ROOT, "settings.write").await;
    let service = &portal.test.service;
    service.change_setting(OPERATOR, SettingKey::TextMessageCodes, "true").await.unwrap();
    for name in ["cora@example.test", "bert@example.test"] {
        texting(&portal, name).await;
    }
    let path = "/api/v1/settings/text_message_codes/preview";
    let off = root.ask(Method::POST, path, &json!({ "value": "false" })).await.json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&off).unwrap(), @r#"
    {
      "after": "false",
      "before": "true",
      "lockedOut": {
        "accounts": [
          "bert@example.test",
          "cora@example.test"
        ],
        "count": 2,
        "orMore": false
      },
      "revocable": null,
      "stops": []
    }
    "#);
    let kept = root.ask(Method::POST, path, &json!({ "value": "true" })).await.json();
    assert_eq!(kept["lockedOut"], json!({ "count": 0, "orMore": false, "accounts": [] }));
    assert!(service.settings().text_message_codes, "nothing is done");
}
