"""The deployment files: the reverse proxy's configuration run for real, the others checked as far as a machine without containers can."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import read_settings
from tests.services import ROOT, free_port, wait_until

DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@pytest.fixture
def proxy(serve: Any, tmp_path: Path) -> Iterator[Any]:
    """A coach behind nginx with our configuration; only addresses and paths are this test's. `call` goes through the proxy."""
    if NGINX is None:
        pytest.skip("nginx is not installed; `apt-get install nginx-light` brings it")
    coach = serve(proxies=1, chat_rate=3)
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in (("server coach:5005", f"server {coach.url.removeprefix('http://')}"), ("listen 8080", f"listen 127.0.0.1:{port}"),
                     ("/tmp/coach-nginx", str(tmp_path / "nginx")), ("/dev/stdout", str(tmp_path / "access.log"))):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    tmp_path.chmod(0o755)
    config = tmp_path / "nginx.conf"
    config.write_text(text)
    check = subprocess.run([NGINX, "-t", "-c", str(config)], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr
    assert "warn" not in check.stderr
    server = subprocess.Popen([NGINX, "-c", str(config), "-g", "daemon off;"], stderr=subprocess.DEVNULL)

    def answers() -> bool:
        try:
            return call(f"http://127.0.0.1:{port}", "/health")[0] == 200
        except OSError:
            return False

    try:
        wait_until(answers, 20, "nginx")
        coach.front, coach.access = f"http://127.0.0.1:{port}", tmp_path / "access.log"
        yield coach
    finally:
        server.terminate()
        server.wait(10)


def call(base: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:
    """Status, headers and text."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as found:
            return found.status, found.headers, found.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_pages_and_chat_pass_through(proxy: Any) -> None:
    assert "<html" in call(proxy.front, "/")[2]
    assert call(proxy.front, "/faq/protein_target")[0] == 200
    status, _, text = call(proxy.front, "/api/chat", {"message": "how much protein do I need"})
    assert status == 200
    assert json.loads(text)["messages"]


def test_the_proxys_id_is_in_the_answer_and_in_its_log(proxy: Any) -> None:
    _, headers, _ = call(proxy.front, "/health", X_Request_ID="claimed-by-the-caller")
    given = headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", given)
    wait_until(lambda: f"cid={given}" in proxy.access.read_text(), 5)


def test_numbers_and_readiness_are_not_for_the_outside(proxy: Any) -> None:
    assert call(proxy.front, "/metrics")[0] == 404
    assert call(proxy.front, "/ready")[0] == 404
    assert call(proxy.url, "/metrics")[0] == 200


def test_a_claimed_address_does_not_evade_the_limit(proxy: Any) -> None:
    codes = [call(proxy.front, "/api/chat", {"message": "hi"}, X_Forwarded_For=f"198.51.100.{n}", Forwarded=f"for=198.51.100.{n}", X_Real_IP=f"198.51.100.{n}")[0] for n in range(20)]
    assert 429 in codes
    assert codes[0] == 200


def test_a_huge_body_is_refused_by_the_proxy(proxy: Any) -> None:
    before = len(proxy.engine.heard)
    assert call(proxy.front, "/api/chat", b"x" * 1_100_000)[0] == 413
    assert len(proxy.engine.heard) == before


def test_the_access_log_knows_the_network_not_the_caller_and_no_query(proxy: Any) -> None:
    call(proxy.front, "/faq?q=my+secret+illness")
    wait_until(lambda: "/faq" in proxy.access.read_text(), 5)
    log = proxy.access.read_text()
    assert "127.0.0.1" not in log
    assert "127.0.0.0" in log
    assert "illness" not in log


# --- the other files -------------------------------------------------------------------------------------------------


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    return found


def test_the_compose_file_names_what_exists() -> None:
    services = compose()["services"]
    assert set(services) == {"coach", "postgres", "redis", "proxy"}
    build = services["coach"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    for volume in services["proxy"]["volumes"]:
        assert (DEPLOY / volume.partition(":")[0]).is_file()
    for name in services["coach"]["depends_on"]:
        assert services[name]["healthcheck"]["test"]
    assert all(":" in s["image"] and not s["image"].endswith("latest") for s in services.values() if "image" in s)
    assert "ports" not in services["postgres"] and "ports" not in services["redis"] and "ports" not in services["coach"]


def test_the_compose_files_settings_are_settings() -> None:
    given = compose()["services"]["coach"]["environment"]
    known = (ROOT / "bot" / "settings.py").read_text()
    assert all(f'"{name}"' in known for name in given)
    settings = read_settings({
        "COACH_DATA_DIR": "/data", **{k: re.sub(r"\$\{[A-Z_]+(:[-?][^}]*)?\}", "0123456789abcdef" if k == "COACH_SECRET_KEY" else "", v) for k, v in given.items()},
    })  # fmt: skip
    assert settings.proxies == 1
    assert settings.database_url.startswith("postgresql://coach:@postgres")
    assert settings.redis_url == "redis://redis:6379/0"


def test_docker_itself_reads_the_compose_file() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("docker compose is not installed; its file is checked as YAML only")
    env = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "POSTGRES_PASSWORD": "p", "COACH_SECRET_KEY": "0123456789abcdef"}
    done = subprocess.run([docker, "compose", "-f", str(DEPLOY / "compose.yml"), "config", "--quiet"], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr


def test_the_dockerfile_copies_what_exists_and_everything_that_training_reads() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    copied = {part for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for part in line.split()[:-1]}
    for part in copied:
        assert (ROOT / part).exists(), part
    assert {"actions", "bot", "knowledge", "nlu", "config.yml", "domain.yml", "pyproject.toml", "uv.lock"} <= copied
    assert re.search(r"^USER coach$", text, re.MULTILINE)


def test_the_entry_point_brings_the_images_model_and_keeps_a_newer_one(tmp_path: Path) -> None:
    image, data = tmp_path / "image", tmp_path / "data"
    image.mkdir()
    (image / "coach-1.tar.gz").write_bytes(b"one")
    (image / "coach-2.tar.gz").write_bytes(b"two")
    (data / "models").mkdir(parents=True)
    (data / "models" / "coach-2.tar.gz").write_bytes(b"mine")
    script = tmp_path / "entrypoint.sh"
    script.write_text((DEPLOY / "entrypoint.sh").read_text().replace("/opt/coach/data/models", str(image)))
    done = subprocess.run(["sh", str(script), "echo", "started"], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "COACH_DATA_DIR": str(data)}, check=True)
    assert done.stdout == "started\n"
    assert (data / "models" / "coach-1.tar.gz").read_bytes() == b"one"
    assert (data / "models" / "coach-2.tar.gz").read_bytes() == b"mine"
    assert len(list((data / "models").iterdir())) == 2


def test_the_systemd_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    text = (DEPLOY / "hybrid-coach.service").read_text()
    for needed in ("Restart=always", "NoNewPrivileges=yes", "ProtectSystem=strict", "KillSignal=SIGTERM", "-m bot run", "-m bot reload"):
        assert needed in text
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed; the unit is read as text only")
    unit = tmp_path / "hybrid-coach.service"
    unit.write_text(text.replace("/opt/hybrid-coach/.venv/bin/python", "/bin/true").replace("file:///opt/hybrid-coach/docs/operations.md", "man:true(1)"))
    done = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert "hybrid-coach.service" not in done.stderr, done.stderr
