#!/bin/sh
# A conversation with the website endpoint: ask, keep the session, ask on, delete everything.
# Usage: sh docs/examples/chat.sh [http://127.0.0.1:5005]
set -eu
coach="${1:-http://127.0.0.1:5005}"
field() { python3 -c 'import json, sys; value = json.load(sys.stdin)
for step in sys.argv[1:]: value = value[int(step) if step.isdigit() else step]
print(value)' "$@"; }

first=$(curl -sS --fail-with-body "$coach/api/chat" -H 'Content-Type: application/json' -d '{"message": "How much protein do I need?"}')
printf %s "$first" | field messages 0 text
session=$(printf %s "$first" | field session)

echo "--- pressing the first button"
payload=$(printf %s "$first" | field messages 0 buttons 0 payload)
curl -sS --fail-with-body "$coach/api/chat" -H 'Content-Type: application/json' -d "{\"message\": \"$payload\", \"session\": \"$session\"}" | field messages 0 text

echo "--- deleting the chat"
curl -sS --fail-with-body -X DELETE "$coach/api/chat" -H 'Content-Type: application/json' -d "{\"session\": \"$session\"}" | field deleted
