"""How fast the site is: pages a second, the time of one page, and the widget from Enter to the reply on the screen.

Usage: python benchmarks/site.py [--seconds 4] [--messages 40]

Starts `coach run` with the trained model (trains it first when there is none) and Chromium, both on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CONNECTIONS = 8
QUESTIONS = ("will running kill my gains", "how much protein do I need", "how many rest days", "should I run or lift first", "how much sleep do I need")
WATCH = """
() => {
  window.times = [];
  document.addEventListener("coach-reply", () => requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - window.pressed))));
  const field = document.querySelector("coach-chat").shadowRoot.querySelector("textarea");
  field.addEventListener("keydown", (e) => { if (e.key === "Enter") window.pressed = performance.now() }, true);
}
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long pages are asked for")
    parser.add_argument("--messages", type=int, default=40, help="messages sent through the widget")
    options = parser.parse_args()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "COACH_CHAT_RATE": "10000", "COACH_DATABASE_URL": f"sqlite:///{folder}/coach.db"}
        server = subprocess.Popen([sys.executable, "-m", "bot", "run", "--port", str(port)], cwd=ROOT, env=env)
        try:
            wait_until_ready(server, f"http://127.0.0.1:{port}/ready")
            pages(port, options.seconds)
            widget(f"http://127.0.0.1:{port}", options.messages)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(15)


def wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    """Wait for the server, training included. Exits when it ended instead."""
    for _ in range(1200):
        if server.poll() is not None:
            sys.exit("The server did not start; its message is above.")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    sys.exit("The server was not ready within ten minutes.")


def pages(port: int, seconds: float) -> None:
    """Ask for topic pages over kept-alive connections: one at a time, then several at once."""
    topics = [p.stem for p in sorted((ROOT / "knowledge" / "entries").glob("*.yml"))]
    for name, connections in (("one at a time", 1), (f"{CONNECTIONS} connections", CONNECTIONS)):
        times = asyncio.run(_load(port, topics, connections, seconds))
        rate = len(times) / seconds
        slow = statistics.quantiles(times, n=100)[98]
        print(f"/faq/<topic>, {name}: {rate:,.0f} pages/s, median {statistics.median(times):.2f} ms, 99 % within {slow:.2f} ms")


async def _load(port: int, topics: list[str], connections: int, seconds: float) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def reader(first: int) -> None:
        stream, writer = await asyncio.open_connection("127.0.0.1", port)
        n = first
        while time.perf_counter() < end:
            started = time.perf_counter()
            writer.write(f"GET /faq/{topics[n % len(topics)]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await stream.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await stream.readexactly(length)
            times.append((time.perf_counter() - started) * 1000)
            n += 1
        writer.close()

    await asyncio.gather(*(reader(n * 7) for n in range(connections)))
    return times


def widget(address: str, messages: int) -> None:
    """Type questions into the widget in Chromium and time each from Enter to the painted reply."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("widget: no Chromium on this machine, not measured")
        return
    from playwright.sync_api import sync_playwright

    quiet = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=quiet)
        page: Any = browser.new_page()
        page.goto(address)
        page.locator("coach-chat .launch").click()
        page.evaluate(WATCH)
        for n in range(messages):
            page.locator("coach-chat textarea").fill(QUESTIONS[n % len(QUESTIONS)])
            page.keyboard.press("Enter")
            page.wait_for_function("(n) => window.times.length > n", arg=n)
        times: list[float] = page.evaluate("window.times")
        browser.close()
    print(f"widget, Enter to reply shown: median {statistics.median(times):.1f} ms, 95 % within {sorted(times)[int(0.95 * len(times))]:.1f} ms ({messages} messages)")


if __name__ == "__main__":
    main()
