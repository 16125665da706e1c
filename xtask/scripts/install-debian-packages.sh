#!/bin/sh
# Installs the given Debian packages for the end-to-end tests, as root: `install-debian-packages.sh PACKAGE…`.
#
# No question is asked, no recommended package comes along, and no service is started: the tests start
# private instances of every server themselves. Maintainer scripts start services only after asking
# policy-rc.d, so one that says no stands in while we install; an existing one is left alone. What
# would start at the next boot is disabled; `systemctl enable` brings it back for whoever wants it.
set -eu

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
# apt-get waits for another apt rather than failing at once.
options="-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3"

# shellcheck disable=SC2086 # the options are several words
apt-get $options update -qq || echo "apt-get update failed; trying with the lists that are there" >&2

# Without this answer Debian's Postfix would be set up to receive mail for this machine's name.
case " $* " in
*" postfix "*)
    if ! dpkg-query --show postfix >/dev/null 2>&1 && command -v debconf-set-selections >/dev/null; then
        echo "postfix postfix/main_mailer_type select Local only" | debconf-set-selections
    fi
    ;;
esac

# shellcheck disable=SC2086
apt-get $options install --yes -qq --no-install-recommends "$@"

for package in "$@"; do
    case "$package" in
    postfix | postgresql) unit=$package ;;
    dovecot-core) unit=dovecot ;;
    *) continue ;;
    esac
    if command -v systemctl >/dev/null; then
        systemctl disable --quiet "$unit.service" || echo "$unit.service stays enabled" >&2
    fi
done
