"""The intent model: fast paths give what the plain ones give, a saved model ranks as the trained one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu import intents
from nlu.intents import IntentModel

TEXTS = "how much protein do i need;protein per day;does running kill my gains;will cardio burn muscle;how long should i sleep;is sleep important;hello;hi there".split(";")
LABELS = ["protein", "protein", "running", "running", "sleep", "sleep", "greet", "greet"]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    """A small model by spelling."""
    return IntentModel.fit(TEXTS, LABELS, None)


MODEL = IntentModel.fit(TEXTS, LABELS, None)
ORDER = [text for _, text in sorted(zip(LABELS, TEXTS, strict=True), key=lambda pair: pair[0])]  # a model keeps examples by label


SAID = st.one_of(st.text(max_size=60), st.sampled_from(TEXTS), st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=12).map(" ".join))


@given(SAID)
def test_terms_are_those_of_scikit_learn(text: str) -> None:
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"[a-z0-9']+").build_analyzer()
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).build_analyzer()
    assert sorted(intents.word_terms(text)) == sorted(words(text))
    assert sorted(intents.letter_terms(text)) == sorted(letters(text))


@pytest.mark.parametrize("text", TEXTS)
def test_a_texts_row_is_the_one_that_was_learned(text: str) -> None:
    terms, values = MODEL._vectorizer.terms(text)
    row = MODEL._arrays["spelling"][ORDER.index(text)].toarray()[0]
    np.testing.assert_allclose(row[terms], values, atol=1e-6)
    assert np.count_nonzero(row) == len(terms)


def test_a_text_is_ranked_the_same_in_company(model: IntentModel) -> None:
    alone = model.rank_and_sum(["protein a day"], (("sleep", "greet"),))[0]
    assert model.rank_and_sum(["how long to sleep", "protein a day"], (("sleep", "greet"),))[1] == alone
    assert model.rank_and_sum(["protein a day"], ((),))[0][1] == (0,)
    assert len(model.rank(["protein a day"], top=2)[0]) == 2


def test_a_saved_model_ranks_as_before(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = IntentModel.load(tmp_path, None)
    for text in TEXTS:
        before, after = model.rank([text])[0], loaded.rank([text])[0]
        assert [r.label for r in after] == [r.label for r in before]
        np.testing.assert_allclose([r.score for r in after], [r.score for r in before], atol=1e-5)


def test_an_example_said_twice_is_kept_once() -> None:
    meaning = np.eye(4, dtype=np.float32)[[0, 0, 1, 0, 0]]
    spelling = sparse.csr_matrix(np.eye(4, dtype=np.float32)[[0, 0, 1, 0, 2]])
    kept = intents._distinct(meaning, spelling, np.array([0, 0, 0, 1, 1]), intents.KernelSettings(dense_weight=0.5))
    assert list(kept) == [0, 2, 3, 4]  # the second says what the first does; the fourth too, but of another intent; the last in other words


def test_nothing_to_train_on_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to train on"):
        IntentModel.fit([], [], None)


@given(st.integers(1, 40), st.integers(1, 30), st.integers(0, 99))
def test_the_gram_matrix_is_the_product_right_of_its_diagonal(texts: int, terms: int, seed: int) -> None:
    rows = sparse.random(texts, terms, density=0.4, format="csr", dtype=np.float32, random_state=seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intents, "BLOCK", 7)
        np.testing.assert_allclose(np.triu(intents._gram(rows)), np.triu((rows @ rows.T).toarray()), atol=1e-5)


@given(st.integers(2, 40), st.integers(0, 99))
def test_weights_solve_the_whole_kernel(texts: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    meaning = rng.normal(size=(texts, 12)).astype(np.float32)
    meaning /= np.linalg.norm(meaning, axis=1, keepdims=True)
    spelling = sparse.random(texts, 15, density=0.4, format="csr", dtype=np.float32, random_state=seed)
    targets, settings = rng.integers(0, 3, texts), intents.KernelSettings()
    whole = intents._kernel(meaning @ meaning.T, (spelling @ spelling.T).toarray(), settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intents, "BLOCK", 7)
        found = intents._solve(intents._kernel_of_all(meaning, spelling, settings), targets, 3, 0.5)
    np.testing.assert_allclose(found, np.linalg.solve(whole.astype(np.float64) + 0.5 * np.eye(texts), np.eye(3)[targets]), atol=1e-3)


@given(SAID)
def test_cosines_of_spelling_are_those_of_the_rows(text: str) -> None:
    terms, values = MODEL._vectorizer.terms(text)
    whole = np.zeros(MODEL._arrays["spelling"].shape[1])
    whole[terms] = values
    np.testing.assert_allclose(MODEL._by_spelling(text), MODEL._arrays["spelling"] @ whole, atol=1e-6)
