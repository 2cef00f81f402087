"""Starting without what Rasa imports and this program never runs, TensorFlow above all: three quarters of the start's time, 370 MB.

When every component of config.yml is our own, none of Rasa's TensorFlow code can run, so its imports are answered by empty
stand-ins; so are those of Rasa's other stores and channels. `COACH_LIGHT=no`, or any other component in config.yml, brings the real library back. This is for the
program's own processes only: importing this package changes nothing.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

TENSORFLOW = ("tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "tensorflow_probability")
# For Rasa's other stores, brokers, model storages, channels, reminders, tokens of callers, and its interactive training.
UNUSED = (
    "pymongo", "boto3", "botocore", "aio_pika", "aiormq", "slack_sdk", "webexteamssdk", "twilio", "fbmessenger", "mattermostwrapper", "rocketchat_API",
    "questionary", "prompt_toolkit", "aiogram", "socketio", "engineio", "google.auth", "google.oauth2", "apscheduler", "jwt",
    "rasa.utils.tensorflow", "rasa.utils.plotting", "spacy.cli",
)  # fmt: skip
STOOD_IN = (*TENSORFLOW, *UNUSED)
CONFIG = Path(__file__).parent.parent / "config.yml"


class _Anything(type):
    """A class whose attributes are classes like itself: a base class, a type in an annotation, a namespace."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(name)
        setattr(cls, name, made)
        return made


def _stand_in(name: str) -> _Anything:
    return _Anything(name, (), {"__init__": _ignore, "__call__": _decorate, "__getattr__": _attribute, "__len__": _none})


def _ignore(self: Any, *_args: Any, **_kwargs: Any) -> None:
    """Made with whatever arguments."""


def _decorate(self: Any, decorated: Any = None, *_args: Any, **_kwargs: Any) -> Any:
    """As a decorator, the function stays as it is."""
    return decorated


def _attribute(self: Any, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _stand_in(name)()


def _none(self: Any) -> int:
    """No devices, no items."""
    return 0


class _Module(ModuleType):
    """A module that has every name."""

    __version__ = "2.12.0"
    __path__: list[str] = []  # noqa: RUF012 - as Python has it on packages

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(name)
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of the names above."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        """A spec for ours, None for everything else."""
        if not any(fullname == name or fullname.startswith(name + ".") for name in STOOD_IN):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The empty module."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def can_be_light(config: Path = CONFIG) -> bool:
    """Whether config.yml names components of ours only."""
    try:
        names = re.findall(r"^\s*-\s*name:\s*['\"]?([\w.]+)", config.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return False
    return bool(names) and all(name.startswith("nlu.") for name in names)


def start_light(env: Mapping[str, str] | None = None) -> bool:
    """Put the stand-ins in place unless the environment or config.yml speaks against it. Returns whether they are."""
    wanted = ((os.environ if env is None else env).get("COACH_LIGHT") or "yes").strip().lower()
    if wanted in ("no", "0", "false", "off") or any(name in sys.modules for name in TENSORFLOW) or not can_be_light():
        return False
    sys.meta_path.insert(0, _Finder())
    return True
