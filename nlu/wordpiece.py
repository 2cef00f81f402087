"""WordPiece tokenisation over BERT-base-uncased's vocabulary, as the sentence encoder expects it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

VOCAB_PATH = Path(__file__).parent / "encoder" / "vocab.txt"
MAX_WORD = 100
MAX_PIECES = 128  # the encoder was trained on at most 128 pieces
_SPLIT = re.compile(r"\w+|[^\w\s]", re.UNICODE)


class WordPiece:
    """Lower-casing WordPiece tokenizer. `words` holds the whole words of the vocabulary."""

    def __init__(self, vocabulary: list[str]) -> None:
        self._ids = {piece: n for n, piece in enumerate(vocabulary)}
        self._unknown = self._ids["[UNK]"]
        self._start, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self.words = frozenset(p for p in vocabulary if p.isalpha())
        self._word = lru_cache(maxsize=20_000)(self._pieces_of_word)

    @classmethod
    def load(cls, path: Path = VOCAB_PATH) -> WordPiece:
        """Read a vocabulary file, one piece a line. Raises OSError when it isn't there."""
        return cls(path.read_text(encoding="utf-8").split("\n")[:30522])

    def encode(self, text: str) -> list[int]:
        """Ids of the pieces of a text, with start and end marks, at most MAX_PIECES."""
        text = text.lower()
        if not text.isascii():
            text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
        ids: list[int] = []
        for word in _SPLIT.findall(text.replace("_", " _ ")):
            ids += self._word(word)
            if len(ids) >= MAX_PIECES - 2:
                break
        return [self._start, *ids[: MAX_PIECES - 2], self._end]

    def _pieces_of_word(self, word: str) -> tuple[int, ...]:
        if len(word) > MAX_WORD:
            return (self._unknown,)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else "##" + word[start:end]
                if piece in self._ids:
                    pieces.append(self._ids[piece])
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(pieces)
