"""Talk to the coach from a program through the REST webhook. Needs COACH_API_TOKEN, the same as the server's.

Usage: COACH_API_TOKEN=... python docs/examples/rest.py [http://127.0.0.1:5005]
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from typing import Any


def send(coach: str, token: str, sender: str, message: str) -> list[dict[str, Any]]:
    """Send one message (or a button's payload) for a person; returns the reply's items."""
    request = urllib.request.Request(
        f"{coach}/webhooks/rest/webhook",
        data=json.dumps({"sender": sender, "message": message}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        items: list[dict[str, Any]] = json.load(answer)
        return items


def main() -> None:
    """Ask one question, show what a program learns, press the button for the evidence."""
    coach = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5005"
    token = os.environ["COACH_API_TOKEN"]
    items = send(coach, token, "member-17", "How much protein do I need?")
    for item in items:
        print(item.get("text") or item.get("image") or item.get("attachment"))
    about = items[-1]["custom"]
    print(f"--- {about['decision']}: {about['id']}, {len(about['sources'])} sources")
    evidence = next(b["payload"] for b in items[0]["buttons"] if b["title"] == "Evidence")
    print(send(coach, token, "member-17", evidence)[0]["text"])


if __name__ == "__main__":
    main()
