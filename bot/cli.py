"""The command line. Results go to stdout, everything else to stderr; imports are late so that small commands are quick."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.progress import working
from bot.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from bot.engine import Engine


class CommandError(Exception):
    """A command cannot be carried out; the message is one sentence with the remedy."""


def run(arguments: list[str]) -> int:
    """Carry out a command line; returns the exit code."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    from bot.quiet import set_up_logging

    set_up_logging(logging.INFO if options.command == "run" else logging.WARNING)
    from actions.store import StoreError
    from knowledge.fields import FieldError
    from knowledge.load import KnowledgeError

    command: Callable[[argparse.Namespace], int] = options.carry_out
    try:
        return command(options)
    except KnowledgeError as error:
        print("\n".join(map(str, error.problems)), file=sys.stderr)
        print("The knowledge base cannot be used; mend the lines above.", file=sys.stderr)
        return 1
    except (CommandError, SettingsError, StoreError, FieldError) as error:
        print(str(error), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our output left early, as `head` does: nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("", file=sys.stderr)
        return 0
    except Exception as error:
        if type(error).__name__ in ("TrainingError", "StartError", "ModelError"):
            print(str(error), file=sys.stderr)
            return 1
        from bot.engine import failure

        failure()
        print("That failed for a reason we did not foresee; the log above has it under its code.", file=sys.stderr)
        return 1


def make_parser() -> argparse.ArgumentParser:
    """The commands of docs/commands.md."""
    parser = argparse.ArgumentParser(prog="coach", description="A coach for people who run and lift.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_text: str, carry_out: Callable[[argparse.Namespace], int], to: Any = None) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = (to or commands).add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(carry_out=carry_out)
        return sub

    chat = add("chat", "talk in the terminal; remembered like any other user", _chat)
    chat.add_argument("--user", default="me", help="who is talking (default: me)")
    ask = add("ask", "one answer; nothing is stored", _ask)
    ask.add_argument("text")
    ask.add_argument("--profile", type=Path, help="a YAML file with profile fields")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    add("parse", "JSON Lines with 'text' in, the same with the decision out", _parse)
    train = add("train", "train the model unless one for exactly this content exists", _train)
    train.add_argument("--force", action="store_true", help="train anew")
    serve = add("run", "the server: website, REST with a token, Telegram with a token", _run)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=5005)
    serve.add_argument("--workers", type=_positive, default=1)
    add("reload", "let the running server answer from the entries as they are now", _reload)
    backup = add("backup", "copy the embedded store into a file, while it is used", _backup)
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = add("restore", "put a backup's content into the embedded store", _restore)
    restore.add_argument("file", type=Path, metavar="FILE")
    site = add("site", "the pages for a static host", lambda _: 2)
    pages = site.add_subparsers(dest="part", required=True, metavar="PART")
    build = add("build", "write every page into a directory", _site_build, pages)
    build.add_argument("directory", type=Path, metavar="DIR")
    build.add_argument("--coach-url", help="address of a running coach that the pages' chat and search talk to")
    knowledge = add("knowledge", "check, list, show and start entries", lambda _: 2)
    parts = knowledge.add_subparsers(dest="part", required=True, metavar="PART")
    add("check", "validate every entry", _check, parts)
    add("list", "the topics", _list, parts)
    show = add("show", "one topic as a user would read it", _show, parts)
    show.add_argument("topic")
    show.add_argument("--profile", type=Path, help="a YAML file with profile fields")
    new = add("new", "start a new entry from a filled-in template", _new, parts)
    new.add_argument("topic")
    evaluate = add("evaluate", "cross-validate the understanding and write a report", _evaluate)
    evaluate.add_argument("--out", type=Path, default=Path("evaluation"), help="folder for the report (default: evaluation)")
    evaluate.add_argument("--quick", action="store_true", help="the short form: test sets only, no cross-validation")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("a port is a whole number from 1 to 65535")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 is needed")
    return int(text)


# --- the model -------------------------------------------------------------------------------------------------------


def ensure_model(settings: Settings) -> Path:
    """The model for the current content; trains it first when there is none."""
    from bot.training import model_path

    path = model_path(settings)
    return path if path.exists() else _train_now(settings)


def _train_now(settings: Settings) -> Path:
    with working("Training the model, once for this content"), _stdout_to_stderr():
        from bot.quiet import hush_rasa
        from bot.training import train

        hush_rasa()
        return train(settings)


@contextlib.contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Keep third parties' prints out of the results."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


@contextlib.contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """A loaded engine, trained first when needed."""
    path = ensure_model(settings)
    with working("Loading the model"):
        from bot.engine import Engine
        from bot.quiet import hush_rasa

        hush_rasa()
        engine = Engine.load(settings, path)
    try:
        yield engine
    finally:
        engine.close()


# --- commands --------------------------------------------------------------------------------------------------------


def _chat(options: argparse.Namespace) -> int:
    from bot.channels.terminal import talk

    with open_engine(read_settings()) as engine:
        return asyncio.run(talk(engine, f"terminal:{options.user}"))


def _ask(options: argparse.Namespace) -> int:
    from actions.plain import plain

    profile = read_profile(options.profile)
    with open_engine(read_settings()) as engine:
        reply, parse = asyncio.run(engine.ask(options.text, profile))
        if options.json:
            print(json.dumps({
                "decision": parse["decision"], "id": parse["id"], "confidence": parse["confidence"], "text": plain(reply),
                "buttons": [{"title": b.title, "payload": engine.payload("ask", b.do, b.arg)} for b in reply.buttons],
                "sources": [s.as_dict() for s in reply.sources], "profile_used": list(reply.profile_used),
            }, ensure_ascii=False))  # fmt: skip
        else:
            print(plain(reply))
    return 0


def read_profile(path: Path | None) -> dict[str, Any]:
    """A profile file, validated. Raises CommandError or FieldError."""
    import yaml

    from knowledge.fields import FieldError, clean_profile

    if path is None:
        return {}
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise CommandError(f"The profile file {path} cannot be read ({error.strerror}); name a YAML file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandError(f"The profile file {path} is not valid YAML; write lines like 'body_weight: 82'.") from error
    if not isinstance(raw, dict):
        raise CommandError(f"The profile file {path} must hold lines like 'body_weight: 82'.")
    try:
        return clean_profile(raw)
    except FieldError as error:
        raise CommandError(f"{path}: {error}") from error


def _parse(_options: argparse.Namespace) -> int:
    with open_engine(read_settings()) as engine:
        return asyncio.run(_parse_lines(engine))


async def _parse_lines(engine: Engine) -> int:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except json.JSONDecodeError:
            item = None
        if not isinstance(item, dict) or not isinstance(item.get("text"), str):
            raise CommandError(f"Line {number} is not a JSON object with 'text'; write one object a line, like {{\"text\": \"hi\"}}.")
        print(json.dumps({**item, **public_parse(await engine.parse(item["text"]))}, ensure_ascii=False), flush=True)
    return 0


def public_parse(parse: dict[str, Any]) -> dict[str, Any]:
    """The keys that `coach parse` adds."""
    entities = [
        {k: f[k] for k in ("field", "value", "unit", "text", "start", "end")}
        for f in parse["facts"]
        if f["scope"] == "stored" and not f["negated"] and not f["problem"]
    ]
    return {"decision": parse["decision"], "id": parse["id"], "confidence": parse["confidence"], "ranking": parse["ranking"][:5], "entities": entities}


def _train(options: argparse.Namespace) -> int:
    from bot.training import model_path

    settings = read_settings()
    started = time.monotonic()
    path = model_path(settings)
    if options.force or not path.exists():
        path = _train_now(settings)
    print(f"{path} {time.monotonic() - started:.1f} s")
    return 0


def _run(options: argparse.Namespace) -> int:
    from bot.serve import serve

    settings = read_settings()
    return serve(settings, _model_apart, host=options.host, port=options.port, workers=options.workers)


def _model_apart(settings: Settings) -> Path:
    """As `ensure_model`, but trained in a process of its own, so that a server's memory stays small."""
    from bot.training import model_path, train_apart

    path = model_path(settings)
    if not path.exists():
        train_apart()
    return path


def _reload(_options: argparse.Namespace) -> int:
    from bot import control
    from bot.training import model_path, train_apart

    settings = read_settings()
    try:
        server = control.find(settings.run_dir)
    except control.NotRunning as error:
        raise CommandError(str(error)) from error
    path = model_path(settings)
    if not path.exists():
        print("Phrasings changed, so the model is trained anew; the server goes on answering meanwhile.", file=sys.stderr)
        train_apart()
    with working("Reloading"):
        try:
            number = control.request(settings.run_dir, server, path.name)
            answers = control.wait(settings.run_dir, server, number)
        except control.NotRunning as error:
            raise CommandError(str(error)) from error
    if failed := [a for a in answers if a["error"]]:
        raise CommandError(failed[0]["result"])
    if len(answers) < server.workers:
        raise CommandError("The server did not answer in time; look at its log.")
    print(f"Reloaded {max((a['result'] for a in answers), key=len)}.")
    return 0


def _backup(options: argparse.Namespace) -> int:
    from bot.backup import BackupError, backup

    try:
        size = backup(read_settings(), options.file)
    except BackupError as error:
        raise CommandError(str(error)) from error
    print(f"{options.file} {size} bytes")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bot.backup import BackupError, restore

    try:
        restore(read_settings(), options.file)
    except BackupError as error:
        raise CommandError(str(error)) from error
    print(f"Restored from {options.file}.")
    return 0


def _site_build(options: argparse.Namespace) -> int:
    from bot.site.build import BuildError, build_site
    from knowledge.load import load

    settings = read_settings()
    try:
        written = build_site(options.directory, settings, load(settings.knowledge_dir), coach_url=options.coach_url)
    except BuildError as error:
        raise CommandError(str(error)) from error
    print(f"{len(written)} files in {options.directory}")
    return 0


def _check(_options: argparse.Namespace) -> int:
    from knowledge.check import check, report

    problems = check(read_settings().knowledge_dir)
    if problems:
        print(report(problems))
        print(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} found.", file=sys.stderr)
        return 1
    print("All entries are in order.")
    return 0


def _list(_options: argparse.Namespace) -> int:
    from knowledge.load import load

    for entry in sorted(load(read_settings().knowledge_dir).entries.values(), key=lambda e: (e.group, e.topic)):
        print(f"{entry.topic}\t{entry.question}")
    return 0


def _show(options: argparse.Namespace) -> int:
    import difflib

    from actions.guidance import preview
    from knowledge.load import load, regions

    settings = read_settings()
    knowledge = load(settings.knowledge_dir)
    entry = knowledge.entries.get(options.topic)
    if entry is None:
        near = difflib.get_close_matches(options.topic, knowledge.entries, 1)
        hint = f"; did you mean '{near[0]}'?" if near else "; `coach knowledge list` shows them all."
        raise CommandError(f"There is no topic '{options.topic}'{hint}")
    print(preview(entry, read_profile(options.profile), knowledge, regions()[settings.region], settings.contact))
    return 0


def _new(options: argparse.Namespace) -> int:
    from knowledge.template import TemplateError, new_entry

    settings = read_settings()
    try:
        path = new_entry(options.topic, settings.knowledge_dir)
    except TemplateError as error:
        raise CommandError(str(error)) from error
    print(path)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from nlu.evaluate import evaluate

    return evaluate(read_settings(), options.out, quick=options.quick)
