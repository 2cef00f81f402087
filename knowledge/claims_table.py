"""The table of the source articles' claims: what they say, what the evidence makes of it, which answer deals with it.

`docs/claims.md` is this table; write it anew with `python -m knowledge.claims_table`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge.check import known_claims
from knowledge.entry import ARTICLES
from knowledge.load import ROOM, Knowledge, load

PAGE = ROOM.parent / "docs" / "claims.md"
VERDICT_WORDS: Mapping[str, str] = {
    "S": "supported",
    "S*": "supported with a qualifier",
    "I": "imprecise",
    "O": "oversimplified",
    "C": "contradicted by better evidence",
    "U": "no evidence found",
    "D": "definition, opinion or coaching convention",
}
_HEAD = """\
# What the articles claim and what became of it

The coach started from three articles. Each of their claims is listed here in our own words, with what the evidence makes of it
and the answers that carry it or correct it. An answer that carries a claim may word it more carefully than the article did.

Made from `knowledge/claims.yml` and the entries by `python -m knowledge.claims_table`; don't edit it by hand.
"""


def homes(knowledge: Knowledge, role: str) -> Mapping[str, list[str]]:
    """The topics by claim id whose entries name the claim under `role` ("carries" or "corrects")."""
    found: dict[str, list[str]] = defaultdict(list)
    for topic, entry in sorted(knowledge.entries.items()):
        for claim in entry.claims.get(role, ()):
            found[claim].append(topic)
    return found


def homeless(knowledge: Knowledge) -> list[str]:
    """Ids of the claims that no entry carries or corrects and that are not left out for a reason."""
    carried, corrected = homes(knowledge, "carries"), homes(knowledge, "corrects")
    return [c for c, raw in known_claims().items() if c not in carried and c not in corrected and not raw.get("left_out")]


def claims_table(knowledge: Knowledge) -> str:
    """The page in Markdown: one table per article, one row per claim, in the order of `claims.yml`."""
    carried, corrected = homes(knowledge, "carries"), homes(knowledge, "corrects")
    parts = [_HEAD]
    for article, title in ARTICLES.items():
        parts.append(f"\n## Article {article}: {title}\n\n")
        parts.append("| claim | section | in our words | verdict | what the coach does with it |\n| --- | --- | --- | --- | --- |\n")
        parts += [
            _row(claim, raw, carried.get(claim, []), corrected.get(claim, []))
            for claim, raw in known_claims().items()
            if raw["article"] == article
        ]
    return "".join(parts)


def _row(claim: str, raw: Mapping[str, Any], carried: list[str], corrected: list[str]) -> str:
    fate = []
    if carried:
        fate.append("carried by " + ", ".join(f"`{t}`" for t in carried))
    if corrected:
        fate.append("corrected by " + ", ".join(f"`{t}`" for t in corrected))
    if raw.get("left_out"):
        fate.append(f"left out: {raw['left_out']}")
    cells = (claim, raw["section"], raw["claim"], VERDICT_WORDS[raw["verdict"]], "; ".join(fate))
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"


def write(page: Path = PAGE) -> None:
    """Write the page for the built-in knowledge base."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(claims_table(load()), encoding="utf-8")


if __name__ == "__main__":
    write()
