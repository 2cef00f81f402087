"""The documentation is true: the OpenAPI file is valid and fits real answers, the examples run, the settings are named."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import openapi_v3_spec_validator

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "bot/site/openapi.yml").read_text(encoding="utf-8"))
    return loaded


def test_the_description_is_valid(spec: dict[str, Any]) -> None:
    assert [e.message for e in openapi_v3_spec_validator.iter_errors(spec)] == []


def fits(spec: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    from jsonschema import RefResolver

    OAS30Validator(schema, resolver=RefResolver.from_schema(spec)).validate(value)


def test_answers_are_as_described(spec: dict[str, Any], serve: Any) -> None:
    site = serve(api_token="a token of sixteen", chat_rate=100)
    schemas = spec["components"]["schemas"]
    session = None
    for text in ("How much protein do I need?", "protein", "suicidal", "hi", "picture", "export my data", "xyzzy"):
        answer = site.chat(text, session)
        fits(spec, schemas["ChatResponse"], answer.json)
        session = answer.json["session"]
        evidence = [b["payload"] for b in answer.json["messages"][0]["buttons"] if b["title"] == "Evidence"]
        for payload in evidence:
            fits(spec, schemas["ChatResponse"], site.chat(payload, session).json)
    fits(spec, schemas["ChatResponse"], site.call("/api/chat", {"topic": "sleep"}).json)
    fits(
        spec,
        spec["paths"]["/api/chat"]["delete"]["responses"]["200"]["content"]["application/json"]["schema"],
        site.call("/api/chat", {"session": session}, method="DELETE").json,
    )
    fits(spec, schemas["Error"], site.call("/api/chat", {}).json)
    items = site.call("/webhooks/rest/webhook", {"sender": "a", "message": "How much protein do I need?"}, headers={"Authorization": "Bearer a token of sixteen"}).json
    for item in items:
        fits(spec, schemas["WebhookItem"], item)


def test_every_path_exists(spec: dict[str, Any], serve: Any) -> None:
    site = serve(api_token="a token of sixteen")
    for path, methods in spec["paths"].items():
        for method in methods:
            answer = site.call(path.replace("{key}", "nothing"), method=method.upper())
            assert answer.status != 405, (method, path)
            assert answer.status != 404 or path == "/files/{key}", (method, path)


def test_the_shell_example_runs(serve: Any) -> None:
    site = serve()
    done = subprocess.run(["sh", str(ROOT / "docs/examples/chat.sh"), site.url], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "1.6 g per kg" in done.stdout
    assert done.stdout.rstrip().endswith("True")


def test_the_python_example_runs(serve: Any) -> None:
    site = serve(api_token="a token of sixteen")
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/examples/rest.py"), site.url], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "COACH_API_TOKEN": "a token of sixteen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "answer: protein_target" in done.stdout
    assert "doi.org/10." in done.stdout


def test_the_page_example_names_real_things(knowledge: Any) -> None:
    page = (ROOT / "docs/examples/embed.html").read_text(encoding="utf-8")
    widget = (ROOT / "bot/site/static/widget.js").read_text(encoding="utf-8")
    documented = set(re.findall(r"`(data-[a-z]+)`", (ROOT / "docs/site.md").read_text(encoding="utf-8")))
    used = set(re.findall(r"data-(?!coach-)[a-z]+", page))
    assert used <= documented
    for name in documented:
        assert name in widget or f"given.{name.removeprefix('data-')}" in widget, name
    assert all(topic in knowledge.entries for topic in re.findall(r'data-coach-topic="(\w+)"', page))
