"""A reply as Telegram shows it: HTML that is always balanced and within the limits, and the keyboard below it.

Every text is escaped. Tags are put around finished pieces of text only, so that a split never falls inside one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, MessageLimit

from actions.reply import Block, Button, Reply

TEXT_LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)  # UTF-16 units of the visible text
CAPTION_LIMIT = int(MessageLimit.CAPTION_LENGTH)
SHORT_TITLE = 17  # characters up to which two buttons fit side by side in a narrow chat
BULLET = "\N{BULLET} "

_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_WHITE = re.compile(r"[ \t\u00a0]+$", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """Plain text between one opening and one closing tag (both may be empty). `glue` separates it from what stands before.

    `body` is the same text with markup of its own; it is given up when the text must be cut.
    """

    text: str
    before: str = ""
    after: str = ""
    glue: str = "\n\n"
    body: str = ""

    def html(self) -> str:
        """The piece as HTML."""
        return f"{self.before}{self.body or html.escape(self.text, quote=False)}{self.after}"


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(c > "\uffff" for c in text)


def messages(reply: Reply, limit: int = TEXT_LIMIT) -> list[str]:
    """The reply's text as HTML messages, each with at most `limit` visible UTF-16 units; empty when it has no text."""
    return [m for m in _pack(_pieces(reply.blocks), limit) if m]


def caption(text: str) -> str:
    """A caption as HTML, shortened to Telegram's limit."""
    return next(iter(_pack([Piece(_clean(text))], CAPTION_LIMIT)), "")


def plain_text(message: str) -> str:
    """The visible text of an HTML message of ours: for the case that Telegram rejects the markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", message))


def keyboard(buttons: Sequence[Button], payload: Callable[[Button], str | None]) -> InlineKeyboardMarkup | None:
    """The keyboard for a reply. Buttons of one `row` stand side by side, and so do two short ones in sequence.

    `payload` gives a button's data, or None to leave the button out.
    """
    rows: list[list[InlineKeyboardButton]] = []
    open_row: int | str | None = None
    for button in buttons[: int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER)]:
        data, title = payload(button), " ".join(_clean(button.title).split())
        if not title or data is None or not 1 <= len(data.encode()) <= int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA):
            continue
        key: int | str | None = button.row if button.row is not None else ("short" if len(title) <= SHORT_TITLE else None)
        made = InlineKeyboardButton(title, callback_data=data)
        if rows and key is not None and key == open_row and _fits(rows[-1], title) and (key != "short" or len(rows[-1]) < 2):
            rows[-1].append(made)
        else:
            rows.append([made])
        open_row = key
    return InlineKeyboardMarkup(rows) if rows else None


def _fits(row: Sequence[InlineKeyboardButton], title: str) -> bool:
    longest = max(len(title), *(len(b.text) for b in row))
    return (len(row) + 1) * longest <= 2 * SHORT_TITLE + 4


def _clean(text: str) -> str:
    return _WHITE.sub("", _UNSENDABLE.sub("", text.replace("\r\n", "\n"))).strip()


def _pieces(blocks: Sequence[Block]) -> list[Piece]:
    return [piece for block in blocks for piece in _block(block) if piece.text]


def _block(block: Block) -> Iterator[Piece]:
    text, items = _clean(block.text), [i for i in map(_clean, block.items) if i]
    link = block.link if urlsplit(block.link).scheme in ("http", "https") else ""
    if block.kind == "headline":
        yield Piece(text, "<b>", "</b>")
    elif block.kind == "list":
        if text:
            yield Piece(text, "<b>", "</b>")
        for number, item in enumerate(items):
            yield Piece(BULLET + item, glue="\n" if text or number else "\n\n")
    elif block.kind == "note":
        yield Piece(text, "<i>", "</i>")
    elif block.kind == "quote":
        inner = [Piece(text), *(Piece(item, "<i>", "</i>") for item in items), _link(link)]
        inner = [p for p in inner if p.text]
        yield Piece("\n".join(p.text for p in inner), "<blockquote expandable>", "</blockquote>", body="\n".join(p.html() for p in inner))
        return
    else:
        yield Piece(text)
        for item in items:
            yield Piece(BULLET + item, glue="\n")
    yield _link(link)


def _link(link: str) -> Piece:
    shown = re.sub(r"^https?://(?:www\.)?", "", _clean(link))
    return Piece(shown, f'<a href="{html.escape(_clean(link))}">', "</a>", glue="\n")


def _pack(pieces: Sequence[Piece], limit: int) -> list[str]:
    """Join pieces into messages: as few as possible, broken between pieces, inside one only when it alone is too long."""
    done: list[str] = []
    current, used = "", 0
    for piece in pieces:
        for part in _parts(piece, limit):
            size = units(part.text)
            if current and used + len(part.glue) + size <= limit:
                current, used = f"{current}{part.glue}{part.html()}", used + len(part.glue) + size
            else:
                done += [current] if current else []
                current, used = part.html(), size
    return [*done, current] if current else done


def _parts(piece: Piece, limit: int) -> Iterator[Piece]:
    """The piece, or pieces of it that fit: cut at a paragraph, else a line, a sentence, a word, a character."""
    if units(piece.text) <= limit:
        yield piece
        return
    rest, glue = piece.text, piece.glue
    while units(rest) > limit:
        window = _head(rest, limit)
        cut = next((at for mark in ("\n\n", "\n", ". ", " ") if (at := window.rfind(mark)) > len(window) // 3), 0)
        cut = cut + 1 if cut and window[cut] == "." else cut or len(window)
        yield Piece(rest[:cut].rstrip(), piece.before, piece.after, glue)
        rest, glue = rest[cut:].lstrip(), "\n\n"
    if rest:
        yield Piece(rest, piece.before, piece.after, glue)


def _head(text: str, limit: int) -> str:
    """The longest beginning within `limit` UTF-16 units."""
    end = min(len(text), limit)
    while units(text[:end]) > limit:
        end -= max(1, (units(text[:end]) - limit) // 2)
    return text[:end]
