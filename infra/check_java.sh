#!/bin/sh
# Java 17 or newer is the one thing that Playhead asks of a machine besides Python and make.
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
major=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
if [ "${major:-0}" -ge 17 ]; then
  exit 0
fi
cat >&2 <<'TEXT'
Playhead needs Java 17 or newer. Install it, then run the same command again:
  Debian, Ubuntu:  sudo apt-get install openjdk-17-jre-headless
  Fedora:          sudo dnf install java-21-openjdk-headless
  macOS:           brew install openjdk@21, then export JAVA_HOME=$(brew --prefix openjdk@21)
TEXT
exit 1
