"""The files of deploy/: they are valid, and their commands, probes and limits are those of the
server."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("yaml", reason="the dev extra is missing")
pytest.importorskip("uvicorn", reason="the serve extra is not installed")

import yaml

from served import serving
from tenfold.cli.verbs.serve import serve
from tenfold.serving.gate.limits import Limits

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
BY_DIGEST = re.compile(r"[a-z0-9./:-]+@sha256:[0-9a-f]{64}")


def manifest(name: str) -> Any:
    return yaml.safe_load((DEPLOY / "kubernetes" / f"{name}.yaml").read_text())


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def containerfile() -> str:
    return (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")


def container() -> Any:
    (found,) = manifest("deployment")["spec"]["template"]["spec"]["containers"]
    return found


def entry_point() -> list[str]:
    (line,) = re.findall(r"^ENTRYPOINT (.*)$", containerfile(), re.MULTILINE)
    return list(json.loads(line))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_kubernetes_knows_every_field(path: Path) -> None:
    validation = pytest.importorskip("kubernetes_validate", reason="the dev extra is missing")
    loaded = yaml.safe_load(path.read_text())
    if loaded["kind"] != "Kustomization":  # of kubectl alone, so no schema of the server has it
        validation.validate(loaded, "1.32", strict=True)
        with pytest.raises(validation.ValidationError):
            validation.validate(loaded | {"unknown": 1}, "1.32", strict=True)


def test_the_kustomization_names_every_manifest() -> None:
    named = manifest("kustomization")["resources"]
    assert {*named, "kustomization.yaml"} == {path.name for path in MANIFESTS}


def test_compose_is_valid() -> None:
    pytest.importorskip("check_jsonschema", reason="the dev extra is missing")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run(
        [*command, DEPLOY / "compose.yaml"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_images_of_others_are_named_by_digest() -> None:
    (base,) = re.findall(r"^ARG BASE=(\S+)$", containerfile(), re.MULTILINE)
    others = [service["image"] for service in compose()["services"].values()]
    for image in [base, *others]:
        assert image == "tenfold" or BY_DIGEST.fullmatch(image), image


def test_the_image_has_no_torch_and_its_user_is_a_number_other_than_root() -> None:
    names = re.findall(r"^([\w.-]+)==", (ROOT / "requirements/serve.txt").read_text(), re.MULTILINE)
    assert {"starlette", "onnxruntime", "pypdfium2"} <= set(names)
    assert "torch" not in names
    (user,) = re.findall(r"^USER (\d+):\d+$", containerfile(), re.MULTILINE)
    assert int(user) > 0


def test_what_the_image_copies_is_let_into_its_context() -> None:
    lines = (ROOT / ".containerignore").read_text().splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {
        source.split("/")[0]
        for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", containerfile(), re.MULTILINE)
        for source in sources.split()
    }
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert (ROOT / ".dockerignore").resolve() == ROOT / ".containerignore"


@pytest.mark.parametrize("where", ["image", "compose", "kubernetes"])
def test_commands_use_options_that_exist(where: str) -> None:
    program, verb, *options = entry_point()
    assert (program, verb) == ("tenfold", "serve")
    options += {
        "image": [],
        "compose": compose()["services"]["tenfold"]["command"],
        "kubernetes": container()["args"],
    }[where]
    parsed = serve.make_context("serve", options).params
    assert parsed["host"] == "0.0.0.0"
    if where != "image":
        assert parsed["token_file"]


def test_a_graceful_stop_has_time_enough() -> None:
    seconds = Limits().stop_seconds
    pod = manifest("deployment")["spec"]["template"]["spec"]
    pause = container()["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] >= pause + seconds + 5
    grace = compose()["services"]["tenfold"]["stop_grace_period"]
    assert float(grace.removesuffix("s")) >= seconds + 5
    balancer = (DEPLOY / "haproxy.cfg").read_text()
    (timeout,) = re.findall(r"timeout server (\d+)s", balancer)
    assert float(timeout) > Limits().answer_seconds


def test_probes_and_health_checks_are_answered_by_the_server(tmp_path: Path) -> None:
    probes = [
        container()[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")
    ]
    (line,) = re.findall(r"HEALTHCHECK .*?CMD (\[.*\])", containerfile())
    checks = [json.loads(line), compose()["services"]["tenfold"]["healthcheck"]["test"][1:]]
    token = tmp_path / "token.txt"
    token.write_text("sesame")
    with serving(tmp_path / "log", "--host", "0.0.0.0", "--token-file", str(token)) as server:
        for probe in probes:  # they send no token
            assert server.get(probe["path"]).status == 200
            assert probe["port"] == container()["ports"][0]["name"]
        for program, *arguments in checks:
            assert program == "python3"
            here = [part.replace(":8000/", f":{server.address[1]}/") for part in arguments]
            assert here != arguments
            subprocess.run([sys.executable, *here], check=True)
        assert server.stop() == 0
    for program, *arguments in checks:
        here = [part.replace(":8000/", f":{server.address[1]}/") for part in arguments]
        dead = subprocess.run([sys.executable, *here], capture_output=True, check=False)
        assert dead.returncode == 1, shlex.join([program, *arguments])


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
def test_the_balancer_starts_with_its_configuration() -> None:
    command = ["haproxy", "-c", "-f", DEPLOY / "haproxy.cfg"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, "WARNING" in checked.stderr) == (0, False), checked.stderr


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
def test_behind_the_balancer_no_request_fails_while_servers_are_killed_changed_and_restarted() -> (
    None
):
    from bench.serving.balanced import measure

    figures = measure(servers=3, clients=4, seconds=8)
    assert set(figures["outcomes"]) == {"200"}
    assert figures["outcomes"]["200"] > 50
    assert len(figures["answers_by_model"]) == 2
