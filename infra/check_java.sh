#!/bin/sh
# Java is the one thing that Playhead asks of a machine besides Python and make. Which, its own code states.
storage=$(dirname "$0")/../jobs/storage
minimum=$(sed -n 's/^MINIMUM_JAVA = //p' "$storage/session.py")
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
major=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
if [ "${major:-0}" -ge "$minimum" ]; then
  exit 0
fi
echo "Playhead needs Java $minimum or newer. $(cat "$storage/install_java.txt")" >&2
exit 1
