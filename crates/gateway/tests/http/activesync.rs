//! ActiveSync names its user in the URL too.

use crate::harness::Doors;
use crate::upstream::FakeUpstream;

#[tokio::test]
async fn the_user_in_the_url_is_the_one_who_signed_in() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for (query, status) in [
        ("", 200),
        ("?Cmd=Ping&User=anna@example.test&DeviceId=1&DeviceType=x", 200),
        ("?Cmd=Ping&User=ANNA%40example.test&DeviceId=1", 200),
        ("?User=EXAMPLE%5Canna&Cmd=Sync", 200),
        ("?User=anna&Cmd=Sync", 200),
        ("?User=bert@example.test&Cmd=Sync", 403),
        ("?User=EXAMPLE%5Cbert&Cmd=Sync", 403),
        ("?User=example.test%5Canna&Cmd=Sync", 200),
        ("?User=other.test%5Canna&Cmd=Sync", 403),
        ("?Cmd=Sync&+User=bert", 403),
        ("?Cmd=Sync;User=bert&x=", 403),
        ("?User=anna@other.test&Cmd=Sync", 403),
        ("?User=bert&Cmd=Sync", 403),
        ("?User=anna&user=bert&Cmd=Sync", 400),
        ("?User=anna%u0041&Cmd=Sync", 400),
        // The base64 form, with `bert` in it.
        ("?jQAJBAFEAAFQCARiZXJ0", 403),
    ] {
        for method in ["POST", "OPTIONS"] {
            let line = format!("{method} /Microsoft-Server-ActiveSync{query}");
            let reply = client.ask(doors.head(&line) + "Content-Length: 0\r\n\r\n").await;
            assert_eq!(reply.status, status, "{line}");
            assert_eq!(reply.field("www-authenticate"), None);
        }
    }
    assert!(upstream.arrived().iter().all(|arrived| !arrived.line.contains("bert")));
}
