//! Literals before sign-in: counted, few and small.

use super::imap::{clear, implicit};

#[test]
fn a_client_that_waits_is_given_leave() {
    implicit(
        r"C: a LOGIN {8}
        S: + Go ahead
        C~ u@x.test
        C:  {6}
        S: + Go ahead
        C~ p\r\n\na
        C: s
        * verify LOGIN u@x.test p\r\n\nas",
    );
}

#[test]
fn octets_of_a_literal_are_never_commands() {
    implicit(
        r"C~ a LOGIN u {16+}\r\nx\r\nb LOGIN e e\r\n\r\n
        * verify LOGIN u x\r\nb LOGIN e e\r\n",
    );
}

#[test]
fn a_third_literal_is_one_too_many() {
    implicit(
        r"C~ a LOGIN {1+}\r\nu {1+}\r\np {1}\r\n
        S: a BAD [TOOBIG] The literal is too large, or one too many
        C: b NOOP
        S: b OK Nothing done",
    );
    implicit(
        r"C~ a LOGIN {1+}\r\nu {1+}\r\np {1+}\r\nx\r\n
        S: * BYE The literal is too large, or one too many
        * close",
    );
}

#[test]
fn a_literal_has_4096_octets_at_most() {
    let secret = "{".repeat(4096);
    implicit(&format!("C~ a LOGIN u {{4096+}}\\r\\n<4096{{>\\r\\n\n* verify LOGIN u {secret}"));
    implicit(
        r"C: a LOGIN u {4097}
        S: a BAD [TOOBIG] The literal is too large, or one too many
        C: a LOGIN u {65536}
        S: a BAD [TOOBIG] The literal is too large, or one too many
        C: a LOGIN u {99999999999999999999999999}
        S: a BAD [TOOBIG] The literal is too large, or one too many",
    );
    implicit("C: a LOGIN u {4097+}\nS: * BYE The literal is too large, or one too many\n* close");
}

#[test]
fn other_commands_take_none() {
    implicit(
        r"C: a SELECT {5}
        S: a BAD The command takes no literal before sign-in
        C~ b SELECT {5+}\r\nINBOX\r\n
        S: b BAD The command is not known before sign-in
        C: ( {5}
        S: * BAD A command begins with a tag",
    );
}

#[test]
fn a_literal_sent_in_the_clear_is_dropped_with_its_command() {
    clear(
        r"C~ a LOGIN u {1+}\r\np\r\n
        S: a NO [PRIVACYREQUIRED] TLS is required; issue STARTTLS first",
    );
}

#[test]
fn a_line_has_12544_octets_at_most() {
    implicit("C: a <12542x>\nS: a BAD The command is not known before sign-in");
    implicit("C: a <12543x>\nS: * BYE The line is too long\n* close");
    implicit("C~ <12546x>\nS: * BYE The line is too long\n* close");
}
