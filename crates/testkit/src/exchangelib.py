# What the tests let exchangelib do. One line of JSON for each outcome.
import json
import sys

from exchangelib import DELEGATE, IMPERSONATION, Account, Configuration, Credentials, EWSTimeZone, Message

url, user, password, mailbox, access, deed = sys.argv[1:]


def tell(**outcome):
    print(json.dumps(outcome), flush=True)


def listen(account):
    subscription = account.inbox.subscribe_to_streaming()
    for notification in account.inbox.get_streaming_events(subscription, connection_timeout=30):
        for event in notification.events:
            tell(event=type(event).__name__)


def send(account):
    Message(account=account, subject="x", body="y", to_recipients=["visitor@example.net"]).send()


try:
    account = Account(
        primary_smtp_address=mailbox,
        config=Configuration(service_endpoint=url, credentials=Credentials(user, password)),
        autodiscover=False,
        access_type=IMPERSONATION if access == "impersonation" else DELEGATE,
        default_timezone=EWSTimeZone("UTC"),
    )
    if deed == "list":
        tell(subjects=[message.subject for message in account.inbox.all().only("subject")])
    elif deed == "send":
        send(account)
        tell(sent=True)
    elif deed == "listen":
        listen(account)
        tell(ended=True)
except Exception as error:
    tell(error=type(error).__name__, text=str(error))
