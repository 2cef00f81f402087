"""The store: profiles with history, the week, the log, export, and erasure from every table; with the action around it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from actions import tables as t
from actions.actions import answer
from actions.conversation import Coach
from actions.files import Files
from actions.reply import Person
from actions.services import Services
from actions.store import MIGRATIONS, Store, StoreError, migrate, newest_version, open_engine, personal_tables

EXCHANGE = {"heard": "hi", "said": "hello", "decision": "conversation", "topic": "greet"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/coach.db")
    yield opened
    opened.close()


@pytest.fixture
def house(store: Store, coach: Coach, tmp_path: Path) -> Services:
    return Services(store, coach, Files(tmp_path / "files"))


def rows(store: Store, table: sa.Table) -> list[dict]:
    with store.engine.connect() as connection:
        return [dict(r) for r in connection.execute(sa.select(table)).mappings()]


def keep(store: Store, person: Person, **what) -> None:
    store.record(person, **{"changes": {}, "state": {}, **EXCHANGE, **what})


def say(house: Services, text: str, ident: str = "update_profile", decision: str = "conversation", user: str = "t:1", **more):
    facts = list(house.coach.read_facts(text, dt.date.today(), None)) if text else []
    parse = {"decision": decision, "id": ident, "ids": [ident], "confidence": 0.9, "ranking": [], "offers": [], "label": ident, "facts": facts, **more}
    return answer(house, user, text, parse, None)


def test_an_unknown_person_is_new_and_reading_stores_nothing(store):
    assert store.person("t:1") == Person("t:1")
    assert rows(store, t.people) == []


def test_values_keep_their_history_with_dates(store):
    for weight in (80, 81, None):
        keep(store, store.person("t:1"), changes={"body_weight": weight})
    assert store.person("t:1").profile == {}
    history = rows(store, t.profile_history)
    assert [h["value"] for h in history] == [80, 81, None]
    assert all(h["changed_at"] for h in history)


def test_people_are_apart(store):
    keep(store, store.person("t:1"), changes={"age": 30})
    keep(store, store.person("t:2"), changes={"age": 60})
    assert store.person("t:1").profile == {"age": 30} and store.person("t:2").profile == {"age": 60}


def test_the_week_is_replaced_and_brought_back(store):
    person = store.person("t:1")
    keep(store, person, plan={"n": 1})
    assert store.person("t:1").plan() == {"n": 1}
    keep(store, person, plan={"n": 2})
    keep(store, person, undo_plan=True)
    assert store.plan("t:1") == {"n": 1}
    keep(store, person, undo_plan=True)
    assert store.plan("t:1") == {"n": 2}
    assert store.plan("t:2") is None


def test_undo_of_a_week_that_never_was(store):
    keep(store, store.person("t:1"), undo_plan=True)
    assert store.plan("t:1") is None


def test_the_log_comes_by_date_and_the_newest_entries_are_undone(store):
    person = store.person("t:1")
    keep(store, person, log=[{"date": "2026-11-22", "kind": "run", "km": 10}])
    keep(store, person, log=[{"date": "2026-11-20", "kind": "lift"}, {"date": "2026-11-21", "kind": "sleep"}])
    assert [e["kind"] for e in store.person("t:1").log()] == ["lift", "sleep", "run"]
    keep(store, person, undo_log=2)
    assert [e["kind"] for e in store.log("t:1")] == ["run"]


def test_with_memory_off_only_the_open_conversation_is_kept(store):
    keep(store, store.person("t:1"), changes={"age": 30}, plan={"n": 1}, log=[{"date": "2026-11-22", "kind": "run"}], memory=False, state={"open": {}})
    assert {table.name for table in personal_tables() if rows(store, table)} == {"people"}
    assert store.person("t:1").memory is False


def test_erasure_leaves_no_row_in_any_table(store):
    other = sa.Table("events", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("sender_id", sa.String(255)))
    with store.engine.begin() as connection:
        other.create(connection)
        connection.execute(other.insert(), [{"sender_id": "t:1"}, {"sender_id": "t:2"}])
    for user in ("t:1", "t:2"):
        keep(store, store.person(user), changes={"age": 30}, plan={"n": 1}, log=[{"date": "2026-11-22", "kind": "run"}])
    before = {table.name: len(rows(store, table)) for table in (*t.metadata.sorted_tables, other)}
    removed = store.erase("t:1")
    with store.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        for name in names:
            columns = {c["name"] for c in sa.inspect(connection).get_columns(name)}
            for column in columns & {"user_id", "sender_id"}:
                left = connection.execute(sa.text(f'SELECT count(*) FROM "{name}" WHERE {column} = :u'), {"u": "t:1"}).scalar()
                assert left == 0, name
    after = {table.name: len(rows(store, table)) for table in (*t.metadata.sorted_tables, other)}
    assert {n for n in before if before[n] != after[n]} == {n for n, count in removed.items() if count}
    assert removed["events"] == 1 and removed["plans"] == 1 and removed["training_log"] == 1
    assert store.person("t:2").profile == {"age": 30}


def test_every_table_with_people_names_them_alike(store):
    apart = {"unanswered"}
    for table in t.metadata.sorted_tables:
        assert "user_id" in table.c or table.name in apart, table.name
    with store.engine.connect() as connection:
        assert set(t.metadata.tables) <= set(sa.inspect(connection).get_table_names())


def test_export_holds_every_table(store):
    keep(store, store.person("t:1"), changes={"age": 30}, plan={"n": 1}, log=[{"date": "2026-11-22", "kind": "run"}])
    found = store.export("t:1")
    assert set(found) == {table.name for table in personal_tables()}
    assert found["profile_values"][0]["value"] == 30 and found["messages"][0]["heard"] == "hi" and found["plans"][0]["plan"] == {"n": 1}
    json.dumps(found)


def test_old_exchanges_are_pruned(store):
    keep(store, store.person("t:1"), unanswered={"text": "x", "decision": "out_of_scope", "reason": "y", "ranking": []})
    assert store.prune(dt.datetime(2000, 1, 1)) == 0
    assert store.prune(dt.datetime(2100, 1, 1)) == 2
    assert store.person("t:1").new is False


def test_migrations_can_run_twice(store):
    migrate(store.engine)


def test_a_database_that_is_not_there_is_one_sentence():
    engine = open_engine("postgresql://nobody:secret@127.0.0.1:1/none")
    with pytest.raises(StoreError, match="COACH_DATABASE_URL") as error:
        migrate(engine)
    assert "secret" not in str(error.value)


# --- with the action around it -------------------------------------------------------------------------------------------


def test_facts_and_the_exchange_are_kept(house):
    reply, forget = say(house, "I weigh 82 kg")
    assert reply.profile == {"body_weight": 82} and not forget
    assert house.store.person("t:1").profile == {"body_weight": 82}
    assert rows(house.store, t.messages)[0]["heard"] == "I weigh 82 kg"


def test_a_plan_comes_as_picture_and_calendar(house):
    reply, _ = say(house, "make me a plan", "weekly_plan")
    assert [(a.kind, a.name) for a in reply.attachments] == [("image", "week.png"), ("file", "week.ics")]
    assert all(house.files.path(a.key) for a in reply.attachments)
    assert house.store.plan("t:1")


def test_a_picture_that_fails_leaves_the_text(house, monkeypatch):
    monkeypatch.setattr("actions.plan_talk._plan_png", lambda *_: 1 / 0)
    reply, _ = say(house, "make me a plan", "weekly_plan")
    assert [a.name for a in reply.attachments] == ["week.ics"] and reply.blocks


def test_delete_removes_files_and_rows(house):
    say(house, "make me a plan", "weekly_plan")
    key = answer(house, "t:1", "", {}, ("intent", "export_my_data"))[0].attachments[0].key
    say(house, "delete my data", "delete_my_data")
    reply, forget = say(house, "yes", "affirm")
    assert forget and "deleted" in reply.blocks[0].text
    assert all(not rows(house.store, table) for table in personal_tables())
    assert house.files.path(key) is None


def test_the_export_holds_what_was_said(house):
    say(house, "I weigh 82 kg")
    reply, _ = say(house, "export my data", "export_my_data")
    path = house.files.path(reply.attachments[0].key)
    assert "I weigh 82 kg" in path.read_text()


def test_memory_off_keeps_no_word(house):
    answer(house, "t:1", "", {}, ("memory", "off"))
    reply, forget = say(house, "my secret is 82 kg and 34 years")
    assert forget and reply.profile == {}
    say(house, "what is quantum physics", "out_of_scope", "out_of_scope")
    for table in t.metadata.sorted_tables:
        assert "82" not in str([{k: v for k, v in r.items() if "at" not in k} for r in rows(house.store, table)])
    assert rows(house.store, t.unanswered) == [] and rows(house.store, t.messages) == []


def test_under_13_what_was_stored_goes_and_nothing_comes(house):
    say(house, "I weigh 45 kg")
    reply, forget = say(house, "I'm 12")
    assert forget and reply.profile == {}
    say(house, "I run 5 km a week")
    assert {table.name for table in personal_tables() if rows(house.store, table)} == {"people"}
    assert rows(house.store, t.people)[0]["state"] == {"child": True}


def test_the_newest_version_is_that_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == newest_version()


def test_tables_that_are_up_to_date_are_left_alone_and_older_ones_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'coach.db'}", 1)
    migrate(engine)
    upgraded: list[str] = []
    monkeypatch.setattr(command, "upgrade", lambda _config, to: upgraded.append(to))
    migrate(engine)
    assert upgraded == []
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    migrate(engine)
    assert upgraded == ["head"]
    engine.dispose()
