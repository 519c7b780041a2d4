#!/bin/sh
# Tells one report to a project that the user said yes to, by sotto-client, which does all that the other emitters leave out.
# README.md: what it needs.
set -u

project=emitter
report=weekly
definition=$(dirname -- "$0")/sotto.json # with the public keys, the zone, and its ack and bits
patience=90                              # seconds; a sender waits for up to 60 before it sends

usage="usage: report.sh [-w] field=value...    (report.sh version=1.4.2 tty=true)
  -w  wait until the zone has acknowledged the report, or $patience seconds
Exit codes: 0 said, with -w stored; 1 not, or nobody knows; 2 wrong usage; 3 somebody forbids it."

stop() {
  printf 'report.sh: %s\n' "$2" >&2
  exit "$1"
}

# The first member "state" of what a command prints as JSON: of the project, or of the newest entry of its history.
state() {
  sotto-client "$@" "$project" --json 2>/dev/null | sed -n '/^ *"state": /{s/.*: "\(.*\)",$/\1/p;q;}'
}

wait=no
while getopts w option; do
  case $option in
    w) wait=yes ;;
    *) stop 2 "$usage" ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || stop 2 "$usage"
command -v sotto-client >/dev/null || stop 1 'sotto-client is not installed: npm install --global @sotto/client'

# Not to know what the user said is a no.
said=$(state status)
[ "$said" = granted ] || [ "$said" = debug ] || stop 3 "$project is ${said:-not known}, so nothing was said"
sotto-client report --definition "$definition" "$report" "$@" || exit
[ "$said" = granted ] || stop 3 'a variable says debug, so nothing was sent'
[ $wait = yes ] || exit 0

# Sealed means no longer due. In a window that was told before nothing is sealed again, and the newest entry is its own.
until sotto-client status "$project" --json | grep -q '"due": \[\]' && [ "$(state history)" = acknowledged ]; do
  [ "$patience" -gt 0 ] || stop 1 'not acknowledged yet; sotto-client goes on by itself'
  sleep 1
  patience=$((patience - 1))
done
