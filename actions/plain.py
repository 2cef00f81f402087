"""A reply as plain text with line breaks: for the terminal, the REST channel and the stored conversation."""

from __future__ import annotations

from actions.reply import Reply


def plain(reply: Reply) -> str:
    """The text of a reply without markup."""
    parts: list[str] = []
    for block in reply.blocks:
        if block.kind == "list":
            lines = [f"- {item}" for item in block.items]
            parts.append("\n".join([f"{block.text}:", *lines] if block.text else lines))
        elif block.kind == "quote":
            parts.append("\n".join(filter(None, (block.text, *block.items, block.link))))
        else:
            parts.append(block.text)
    return "\n\n".join(p for p in parts if p)
