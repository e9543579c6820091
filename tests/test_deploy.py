"""The files of `deploy/` hold together, and whoever reads such files takes them.

What reads them is installed for `make test-slow` on Linux alone (the group `deploy`); systemd is the machine's own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.parser import parse
from bot.cli.run import arguments
from bot.server.settings import Settings
from tests.nginx import nginx, nginx_folder

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
UNIT = DEPLOY / "systemd" / "vigie@.service"
MANIFESTS = sorted(file for file in (DEPLOY / "kubernetes").glob("*.yaml") if file.name != "kustomization.yaml")
SPEAKING = sorted(file for file in DEPLOY.rglob("*") if file.is_file() and file.suffix != ".json")  # has comments
UPSTREAMS = sorted((DEPLOY / "proxy").glob("upstream-*.conf"))


def documents() -> list[dict[str, Any]]:
    """Every object of the manifests."""
    return [each for file in MANIFESTS for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def deployments() -> dict[str, dict[str, Any]]:
    """What is to run in Kubernetes, by name."""
    return {each["metadata"]["name"]: each["spec"] for each in documents() if each["kind"] == "Deployment"}


def tool(name: str) -> Path:
    """A program of the group `deploy`."""
    found = Path(sys.executable).with_name(name)
    if not found.exists():
        pytest.skip(f"{name} is not installed: `make test-slow` does it on Linux")
    return found


def says(*command: str | Path, folder: Path = DEPLOY, **environment: str) -> str:
    """What a program says that is content."""
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("file", SPEAKING, ids=lambda each: each.name)
def test_a_file_says_in_its_head_what_it_is_for_and_whether_it_was_run(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    head = " ".join(
        line.removeprefix("#").strip() for line in lines[: next(n for n, x in enumerate(lines) if x[:1] != "#")]
    )
    assert head
    if file.name in {"Containerfile", "compose.yaml", "kustomization.yaml", UNIT.name}:
        assert "never" in head


def test_a_setting_that_the_example_names_is_one() -> None:
    known = {str(field.alias) for field in Settings.model_fields.values()}
    named = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "settings.example.env").read_text(encoding="utf-8"), re.MULTILINE)
    secret = next(each for each in documents() if each["kind"] == "Secret")
    assert {*named, *secret["stringData"]} - known == set()


def test_two_serve_people_and_two_hold_the_clocks_wherever_they_run() -> None:
    for role in ("web", "worker"):
        service, deployment = COMPOSE["services"][role], deployments()[role]
        typed = service["command"]
        assert parse("run", "", arguments, typed[1:]).role == role
        assert deployment["template"]["spec"]["containers"][0]["args"] == typed
        assert service["deploy"]["replicas"] == deployment["replicas"] == 2


def test_what_is_installed_is_called_by_the_version_that_it_has() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    pages = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/deploy.md"))
    images = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))["images"]
    assert {*re.findall(r"vigie-([\d.]+)-py3", pages), *(each["newTag"] for each in images)} == {version}


def test_what_compose_mounts_and_builds_from_is_there() -> None:
    mounted = [each.split(":")[0] for each in COMPOSE["services"]["proxy"]["volumes"]]
    assert [each for each in mounted if each != "./certs" and not (DEPLOY / each).is_file()] == []
    assert (ROOT / COMPOSE["services"]["migrate"]["build"]["dockerfile"]).is_file()


def test_the_image_is_made_of_what_is_let_into_it() -> None:
    recipe = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (?!--)(.+) \S+$", recipe, re.MULTILINE) for word in line.split()}
    ignoring = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == {line[1:] for line in ignoring if line.startswith("!")}
    assert all((ROOT / each).exists() for each in copied)


def test_nobody_needs_to_be_root_or_to_write_beside_their_data() -> None:
    assert COMPOSE["x-vigie"]["read_only"] is True
    for pod in (each["template"]["spec"] for each in deployments().values()):
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in [*pod["containers"], *pod["initContainers"]]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_every_manifest_is_applied_but_the_secret() -> None:
    listed = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert {*listed, "secret.example.yaml"} == {file.name for file in MANIFESTS}


@pytest.mark.slow
def test_the_linter_of_container_files_has_nothing_to_say() -> None:
    assert says(tool("hadolint"), "Containerfile") == ""


@pytest.mark.slow
def test_compose_takes_its_file(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    shutil.copy(DEPLOY / "settings.example.env", tmp_path / "deploy" / "settings.env")
    config = says(tool("docker-compose"), "config", folder=tmp_path / "deploy", POSTGRES_PASSWORD="s3cret")
    assert set(yaml.safe_load(config)["services"]) == {"postgres", "migrate", "web", "worker", "proxy"}


@pytest.mark.slow
def test_kubernetes_knows_every_field_of_the_manifests() -> None:
    said = says(tool("kubernetes-validate"), "--strict", *MANIFESTS)
    assert said.count(" passed for resource ") == len(documents())


@pytest.mark.slow
@pytest.mark.parametrize("upstream", UPSTREAMS, ids=lambda each: each.stem)
def test_nginx_takes_the_configuration_of_the_proxy(upstream: Path, tmp_path: Path) -> None:
    says(nginx(), "-p", tmp_path, "-t", "-c", nginx_folder(tmp_path, upstream.read_text(encoding="utf-8")))


@pytest.mark.slow
def test_systemd_takes_the_unit_and_finds_it_well_confined(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not here")
    shutil.copy(UNIT, tmp_path)
    unit = (tmp_path / UNIT.name).read_text(encoding="utf-8").replace("/opt/vigie/bin/vigie", "/bin/true")
    (tmp_path / UNIT.name).write_text(unit, encoding="utf-8")
    assert says(analyze, "verify", tmp_path / UNIT.name) == ""
    said = says(analyze, "security", "--offline=true", "--no-pager", tmp_path / UNIT.name)
    exposure = re.search(r"Overall exposure level .*: ([\d.]+)", said)
    assert exposure is not None
    assert float(exposure[1]) <= 1.5
