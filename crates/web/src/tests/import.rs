//! Accounts are imported by pasting, looking, and saying yes.

use http::StatusCode;
use postern_domain::account::Role;
use postern_domain::mfa::MfaState;

use super::client::{Shown, TestPortal};

const PATH: &str = "/admin/import";

/// The table of the preview, a line for each row.
fn table(shown: &Shown) -> String {
    let body = shown.body.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap();
    let text = |row: &str| {
        let pieces = row.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
        pieces.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ")
    };
    body.split("</tr>").map(text).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn rows_are_checked_shown_and_imported_after_a_yes() {
    let portal = TestPortal::open().await;
    portal.test.administrator("root@example.test").await;
    let mut root = portal.enrolled("root@example.test").await;
    portal.test.account("anna@example.test", MfaState::Enforced).await;
    portal.test.account("cy@example.test", MfaState::Enforced).await;
    // As a spreadsheet gives them.
    let rows =
        "name\tgroups\texternal id\r\nanna@example.test\tstaff\t1\r\nbert@example.test\tstaff <b>\t2\r\n";
    let page = root.client.get(PATH).await;
    let shown = root.client.submit(&page, PATH, &[("rows", rows), ("most", "1")]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("line 3, groups: “<b>” is not the name of a group"), "{}", shown.text());
    assert!(shown.body.contains("staff &#60;b&#62;"), "what was typed is there to be corrected");
    let rows = rows.replace(" <b>", "");
    let shown = root.client.submit(&shown, PATH, &[("rows", &rows), ("most", "1")]).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    assert_eq!(
        table(&shown),
        "cy@example.test | Block | –\n\
         anna@example.test | Change | groups: none becomes staff | directory entry: none becomes external id 1\n\
         bert@example.test | Add | –"
    );
    let before = portal.test.store.snapshot().await.unwrap().account_count().await.unwrap();
    assert_eq!(before, 3, "nothing was done before a yes");
    let shown = root.client.submit(&shown, PATH, &[("rows", &rows)]).await;
    assert!(shown.text().contains("Added 1, changed 1, blocked 1."), "{}", shown.text());
    let page = root.client.get(PATH).await;
    let shown = root.client.submit(&page, PATH, &[("rows", &rows), ("most", "0")]).await;
    assert!(
        shown.text().contains("Add 0, change 0, block 0. 2 are already as the rows want them."),
        "{}",
        shown.text()
    );
    assert!(!shown.body.contains("name=\"confirmed\""), "there is nothing to say yes to");
}

#[tokio::test]
async fn many_rows_fit_into_this_form_and_into_no_other() {
    let portal = TestPortal::open().await;
    portal
        .test
        .add(
            "root@example.test",
            MfaState::Enforced,
            Role::GlobalAdministrator,
            postern_domain::account::AccountKind::Person,
        )
        .await;
    let mut root = portal.enrolled("root@example.test").await;
    let rows: String = std::iter::once("name\n".to_owned())
        .chain((0..5_000).map(|number| format!("somebody-with-a-long-name-{number}@example.test\n")))
        .collect();
    let page = root.client.get(PATH).await;
    let shown = root.client.submit(&page, PATH, &[("rows", &rows), ("most", "")]).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.text().contains("Add 5000, change 0, block 0."), "{}", &shown.text()[..300]);
    assert!(shown.text().contains("And 4900 more."));
    let token = page.hidden(PATH, "form_token");
    let elsewhere = root.client.post("/password", &[("form_token", &token), ("rows", &rows)]).await;
    assert_eq!(elsewhere.status, StatusCode::PAYLOAD_TOO_LARGE);
}
