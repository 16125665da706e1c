//! What the responder says: one inbox with one message, whoever asks.

/// The operations that it knows. A request names one of them as the first element of the Body.
const OPERATIONS: [&str; 8] = [
    "ConvertId",
    "GetFolder",
    "FindItem",
    "CreateItem",
    "ResolveNames",
    "Subscribe",
    "Unsubscribe",
    "GetStreamingEvents",
];

/// The operation that a request asks for.
pub(super) fn operation(body: &str) -> Option<&'static str> {
    let (_, behind) = body.split_once("Body>")?;
    let name = behind.trim_start().strip_prefix('<')?;
    let name = name.split([' ', '>', '/']).next()?;
    let local = name.rsplit(':').next()?;
    OPERATIONS.into_iter().find(|operation| *operation == local)
}

/// The first identity anywhere in the request.
pub(super) fn impersonated(body: &str) -> Option<String> {
    let (_, behind) = body.split_once("ConnectingSID")?.1.split_once('>')?;
    ["PrimarySmtpAddress>", "SmtpAddress>", "PrincipalName>", "SID>"].iter().find_map(|name| {
        let (_, value) = behind.split_once(name)?;
        let (value, _) = value.split_once('<')?;
        Some(value.trim().to_owned())
    })
}

/// The answer to an operation; `None` when it is not known.
pub(super) fn to(operation: &str) -> Option<String> {
    let content = match operation {
        "ConvertId" => {
            return Some(envelope(&message(
                "ConvertId",
                "Error",
                "<m:MessageText>Id is malformed.</m:MessageText><m:ResponseCode>ErrorInvalidIdMalformed</m:ResponseCode>\
                 <m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>",
            )));
        }
        "GetFolder" => {
            "<m:Folders><t:Folder><t:FolderId Id=\"inbox\" ChangeKey=\"c\"/><t:DisplayName>Inbox</t:DisplayName>\
             <t:TotalCount>1</t:TotalCount><t:ChildFolderCount>0</t:ChildFolderCount><t:UnreadCount>0</t:UnreadCount>\
             </t:Folder></m:Folders>"
        }
        "FindItem" => {
            "<m:RootFolder IndexedPagingOffset=\"1\" TotalItemsInView=\"1\" IncludesLastItemInRange=\"true\"><t:Items>\
             <t:Message><t:ItemId Id=\"i\" ChangeKey=\"c\"/><t:Subject>Hello</t:Subject></t:Message></t:Items>\
             </m:RootFolder>"
        }
        "CreateItem" => "<m:Items/>",
        "ResolveNames" => "<m:ResolutionSet TotalItemsInView=\"0\" IncludesLastItemInRange=\"true\"/>",
        "Subscribe" => "<m:SubscriptionId>subscription</m:SubscriptionId>",
        "Unsubscribe" => "",
        _ => return None,
    };
    Some(success(operation, content))
}

/// The answer to Autodiscover's POX requests, as an Exchange on this machine gives it. Whoever asks for `moved@…` is
/// sent to another domain.
pub(super) fn autodiscover(request: &str, port: u16) -> String {
    let account = if request.contains("moved@") {
        "<Action>redirectAddr</Action><RedirectAddr>anna@elsewhere.test</RedirectAddr>".to_owned()
    } else {
        format!(
            "<AccountType>email</AccountType><Action>settings</Action><Protocol><Type>EXPR</Type><Server>localhost</Server>\
             <AuthPackage>Ntlm</AuthPackage><EwsUrl>https://localhost:{port}/EWS/Exchange.asmx</EwsUrl></Protocol>"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\
         <Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\">\
         <Account>{account}</Account></Response></Autodiscover>"
    )
}

/// A fault: nothing of the kind is here.
pub(super) fn unknown() -> String {
    envelope("<s:Fault><faultcode>s:Client</faultcode><faultstring>Not known here.</faultstring></s:Fault>")
}

/// The beginning of a stream.
pub(super) fn connection_open() -> String {
    success("GetStreamingEvents", "<m:ConnectionStatus>OK</m:ConnectionStatus>")
}

/// The end of a stream.
pub(super) fn connection_closed() -> String {
    success("GetStreamingEvents", "<m:ConnectionStatus>Closed</m:ConnectionStatus>")
}

/// A notification.
pub(super) fn new_mail() -> String {
    success(
        "GetStreamingEvents",
        "<m:Notifications><m:Notification><t:SubscriptionId>subscription</t:SubscriptionId><t:NewMailEvent>\
         <t:TimeStamp>2026-01-01T00:00:00Z</t:TimeStamp><t:ItemId Id=\"i\" ChangeKey=\"c\"/>\
         <t:ParentFolderId Id=\"inbox\" ChangeKey=\"c\"/></t:NewMailEvent></m:Notification></m:Notifications>",
    )
}

fn success(operation: &str, content: &str) -> String {
    envelope(&message(operation, "Success", &format!("<m:ResponseCode>NoError</m:ResponseCode>{content}")))
}

fn message(operation: &str, class: &str, content: &str) -> String {
    format!(
        "<m:{operation}Response xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
         xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><m:ResponseMessages>\
         <m:{operation}ResponseMessage ResponseClass=\"{class}\">{content}</m:{operation}ResponseMessage>\
         </m:ResponseMessages></m:{operation}Response>"
    )
}

/// With the server's version, which clients look for before anything else.
fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>\
         <h:ServerVersionInfo xmlns:h=\"http://schemas.microsoft.com/exchange/services/2006/types\" MajorVersion=\"15\" \
         MinorVersion=\"1\" MajorBuildNumber=\"2507\" MinorBuildNumber=\"6\" Version=\"V2017_07_11\"/></s:Header>\
         <s:Body>{body}</s:Body></s:Envelope>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_laxly() {
        let request =
            "<s:Envelope><s:Body><m:GetFolder a='b'/></s:Body><x:ConnectingSID y='z'><t:SID> S-1 </t:SID>";
        assert_eq!(operation(request), Some("GetFolder"));
        assert_eq!(impersonated(request).as_deref(), Some("S-1"));
        assert_eq!(operation("<s:Body>"), None);
        assert_eq!(impersonated("<ConnectingSID/>"), None);
    }
}
