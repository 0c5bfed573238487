"""Admission by time, on a clock of its own: work takes the seconds that a test says."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("starlette", reason="the serve extra is not installed")
pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st

from hostile import TILE, J, P
from served import Answer, Server, png_of, serving
from tenfold.serving.gate.admission import (
    CORRECTION,
    EXPECTED_SHARE,
    PICTURE,
    PICTURES_SHARE,
    TILES,
    Admission,
    work_queues,
)
from tenfold.serving.gate.limits import Limits
from tenfold.serving.gate.refusals import Refused
from virtual_time import run_in_virtual_time

ANSWER_SECONDS = 10.0

LIMITS = Limits(answer_seconds=ANSWER_SECONDS)


class Job(NamedTuple):
    arrives: float
    size: int
    seconds: float  # of service
    kind: str = PICTURE


class Outcome(NamedTuple):
    job: Job
    started: float | None  # its service
    seconds: float  # from its arrival to its end
    refused: Refused | None


def admission_of(servers: int = 2, limits: Limits = LIMITS) -> Admission:
    """In a running loop, whose clock it goes by."""
    return Admission(limits, queues=work_queues(servers), clock=asyncio.get_running_loop().time)


def served(jobs: Sequence[Job], servers: int = 2, limits: Limits = LIMITS) -> list[Outcome]:
    async def serve(admission: Admission, job: Job) -> Outcome:
        now = asyncio.get_running_loop().time
        await asyncio.sleep(job.arrives)
        refused = started = None
        try:
            async with admission.request(), admission.work(job.kind, job.size):
                started = now()
                await asyncio.sleep(job.seconds)
        except Refused as problem:
            refused = problem
        return Outcome(job, started, now() - job.arrives, refused)

    async def run() -> list[Outcome]:
        admission = admission_of(servers, limits)
        outcomes = await asyncio.gather(*(serve(admission, job) for job in jobs))
        assert admission.requests == 0
        for queue in admission._queues.values():
            assert (queue.length, queue.waiting_seconds()) == (0, 0)
        return outcomes

    return run_in_virtual_time(run())


def late(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Let in, and not answered in time."""
    return [o for o in outcomes if o.refused is not None and o.seconds > 0]


JOBS = st.lists(
    st.builds(
        Job,
        arrives=st.floats(0, 60),
        size=st.integers(0, 1 << 24),
        seconds=st.floats(0.001, 20),
        kind=st.just(PICTURE),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=40)
@given(JOBS, st.integers(1, 4))
def test_everyone_is_answered_in_time_or_refused(jobs: list[Job], servers: int):
    """Whatever comes and however long it takes. What was started ends with the time for an answer;
    who is refused is told when to come again."""
    outcomes = served(jobs, servers)
    assert len(outcomes) == len(jobs)
    for outcome in outcomes:
        assert outcome.seconds <= ANSWER_SECONDS + 1e-6
        if outcome.refused is None:
            assert outcome.seconds == pytest.approx(
                outcome.started - outcome.job.arrives + outcome.job.seconds
            )
        else:
            assert outcome.refused.status == 503
            assert int(outcome.refused.headers["retry-after"]) >= 1
            if outcome.started is not None:
                assert outcome.seconds == pytest.approx(ANSWER_SECONDS)


@settings(deadline=None, max_examples=40)
@given(JOBS, st.integers(1, 4))
def test_an_idle_server_takes_anything(jobs: list[Job], servers: int):
    """Else one long piece of work would close it for ever."""
    spread = [job._replace(arrives=100.0 * number) for number, job in enumerate(jobs)]
    for outcome in served(spread, servers):
        assert outcome.started == outcome.job.arrives


@pytest.mark.parametrize("servers", [1, 3])
@pytest.mark.parametrize("seconds", [0.1, 0.5, 2.0])
def test_under_overload_admitted_work_is_answered_and_no_server_idles(servers: int, seconds: float):
    """Three times as much as can be served, for half a minute."""
    rate = 3 * servers / seconds
    count = int(30 * rate)
    jobs = [Job(number / rate, 300_000, seconds) for number in range(count)]
    limits = Limits(answer_seconds=ANSWER_SECONDS, requests_max=100_000)
    outcomes = served(jobs, servers, limits)
    assert late(outcomes) == []
    answered = [outcome for outcome in outcomes if outcome.refused is None]
    # all the time, and after it what waits then
    assert len(answered) == pytest.approx(count / 3 + servers * 7.5 / seconds, rel=0.1)
    assert max(o.seconds for o in answered) == pytest.approx(7.5, rel=0.3)


def test_a_crowd_at_once_is_let_in_as_far_as_it_can_be_answered():
    """300 clients with photos that take 0.4 s: two threads answer 37 of them in 7.5 s."""
    warm = [Job(0.5 * n, 300_000, 0.4) for n in range(5)]
    crowd = [Job(20.0, 100_000 + 1000 * n, 0.4) for n in range(300)]
    outcomes = served([*warm, *crowd])
    assert late(outcomes) == []
    answered = [outcome for outcome in outcomes[len(warm) :] if outcome.refused is None]
    assert len(answered) == pytest.approx(37, abs=2)
    refused = [outcome.refused for outcome in outcomes if outcome.refused]
    assert {problem.headers["retry-after"] for problem in refused} == {"1"}
    assert all("cannot be expected" in problem.message for problem in refused)


def test_nothing_is_started_that_would_not_be_done_in_time():
    """Of work that turns out to take six times what it was let in for, five rounds of two are
    done in time. The others learn it when the first of them are done."""
    outcomes = served([Job(0.0, 300_000, 1.8) for _ in range(60)])
    answered = [outcome for outcome in outcomes if outcome.refused is None]
    assert len(answered) == 10
    assert [outcome for outcome in outcomes if outcome.started is not None] == answered
    assert {o.seconds for o in outcomes if o.refused is not None} == {0.0, 1.8}


def test_a_retry_after_the_announced_time_is_admitted():
    """What waits shrinks second by second, and by what is more than it may be."""

    async def run() -> None:
        admission = admission_of(1)
        queue = admission._queues[PICTURE]
        queue.service_times.add(1000, 4.0)
        first, second, third = (queue.entry(1000) for _ in range(3))  # 12 seconds, and 4 of its own
        with first, second, third, pytest.raises(Refused) as refused:
            admission.refuse_if_late(PICTURE, 1000)
        assert refused.value.headers["retry-after"] == "9"  # 16 - 7.5, rounded up
        assert refused.value.hint == "try again in 9 seconds"

    run_in_virtual_time(run())


def test_work_cancelled_at_the_moment_of_its_turn_passes_it_on():
    async def run() -> None:
        admission = admission_of(1)

        async def serve() -> None:
            async with admission.work(PICTURE, 1):
                pass

        async with admission.work(PICTURE, 1):
            leaver, next_one = asyncio.create_task(serve()), asyncio.create_task(serve())
            await asyncio.sleep(1)
        leaver.cancel()  # its turn has come, and it has not run since
        with pytest.raises(asyncio.CancelledError):
            await leaver
        await next_one
        assert admission._queues[PICTURE].length == 0

    run_in_virtual_time(run())


def test_cheap_work_is_let_in_while_dear_work_waits():
    pictures = [Job(0.0, 300_000, 3.0) for _ in range(100)]
    tiles = [Job(0.1 * n, 1, 0.001, TILES) for n in range(50)]
    corrections = [Job(0.1 * n, 1, 0.01, CORRECTION) for n in range(50)]
    outcomes = served([*pictures, *tiles, *corrections])
    assert any(outcome.refused for outcome in outcomes)
    assert all(o.refused is None for o in outcomes if o.job.kind != PICTURE)


def test_pictures_leave_places_and_memory_for_what_is_small():
    async def run() -> None:
        admission = admission_of(limits=Limits(requests_max=4, buffered_mb_max=1))
        async with contextlib.AsyncExitStack() as pictures:
            for _ in range(3):
                await pictures.enter_async_context(admission.request(PICTURES_SHARE))
            with pytest.raises(Refused, match="places are taken"):
                admission.refuse_if_full(PICTURES_SHARE)
            async with admission.request():
                with pytest.raises(Refused, match="places are taken"):
                    admission.refuse_if_full()
        admission.buffer(700_000, PICTURES_SHARE)
        with pytest.raises(Refused, match="memory"):
            admission.buffer(100_000, PICTURES_SHARE)
        admission.buffer(100_000)

    run_in_virtual_time(run())


def test_tiles_of_a_picture_that_was_let_in_are_not_refused():
    async def run() -> None:
        admission = admission_of()
        admission.add_service_time(TILES, 1, 1.0)
        async with admission.work(TILES, 100):
            with pytest.raises(Refused):
                admission.refuse_if_late(TILES, 1)
            async with admission.work(TILES, 1, admitted=True):
                pass

    run_in_virtual_time(run())


def test_what_takes_longer_than_it_did_is_noticed_before_it_ends():
    """Work that is cut short took that long at least; else estimates would stay too low."""
    outcomes = served([Job(30.0 * n, 300_000, 1000.0) for n in range(3)] + [
        Job(90.0, 300_000, 1000.0), Job(90.0, 300_000, 1000.0), Job(90.0, 300_000, 1000.0)
    ])  # fmt: skip
    assert [round(o.seconds) for o in outcomes] == [10, 10, 10, 10, 0, 0]


def test_what_breaks_at_once_does_not_make_the_rest_look_cheap():
    async def run() -> None:
        admission = admission_of()
        before = admission._queues[PICTURE].service_times.seconds(1000)
        with pytest.raises(ValueError, match="broken"):
            async with admission.work(PICTURE, 1000):
                raise ValueError("broken")
        assert admission._queues[PICTURE].service_times.seconds(1000) == before

    run_in_virtual_time(run())


def test_a_time_out_of_the_work_itself_is_no_late_answer():
    async def run() -> None:
        with pytest.raises(TimeoutError, match="its own"):
            async with admission_of().request():
                raise TimeoutError("its own")

    run_in_virtual_time(run())


def test_the_share_of_expected_seconds_is_what_the_tests_count_with():
    assert EXPECTED_SHARE * ANSWER_SECONDS == 7.5


def photo() -> bytes:
    """A picture of paper with three rows of digits, that takes a core some 0.3 seconds."""
    grain = np.random.default_rng(0).normal(200, 5, (1200, 1600))
    picture = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
    for row in range(3):
        ImageDraw.Draw(picture).text((160, 100 + 350 * row), "314159", fill=50, font_size=200)
    return png_of(picture)


def test_a_full_server_refuses_at_once(tmp_path: Path):
    with serving(tmp_path, "--requests-max", "1") as server:
        statuses: list[tuple[int, str | None]] = []

        def ask() -> None:
            answer = server.post("/predict", {"images": [TILE] * 300})
            statuses.append((answer.status, answer.headers["Retry-After"]))

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) == {(200, None), (503, "1")}
        assert server.post("/predict", {"images": [TILE]}).status == 200


def test_photos_that_would_wait_too_long_are_refused_and_tiles_are_answered(
    server: Server, tmp_path: Path
):
    body = photo()
    server.post("/predict", body, P)  # whose processes have started
    began = time.monotonic()
    assert server.post("/predict", body, P).status == 200
    seconds = max(4.0, 8 * (time.monotonic() - began))  # of a slow machine, a few photos
    answers: list[Answer] = []
    with serving(tmp_path, "--answer-seconds", f"{seconds:.1f}", "--quiet") as hurried:
        assert hurried.post("/predict", body, P).status == 200  # from then on it knows the time
        threads = [
            threading.Thread(target=lambda: answers.append(hurried.post("/predict", body, P)))
            for _ in range(60)
        ]
        for thread in threads:
            thread.start()
        tiles = [hurried.post("/predict", {"images": [TILE]}).status for _ in range(10)]
        for thread in threads:
            thread.join()
        again = hurried.post("/predict", body, P).status
    assert {answer.status for answer in answers} == {200, 503}
    refused = [answer for answer in answers if answer.status == 503]
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert any("cannot be expected" in answer.json["error"] for answer in refused)
    assert set(tiles) == {200}
    assert again == 200


def test_a_refused_client_may_ask_again_on_the_same_connection(tmp_path: Path):
    body = json.dumps({"images": [TILE] * 300})
    seen: list[list[int]] = []

    def ask_until_answered_after_a_refusal() -> None:
        line = http.client.HTTPConnection(*server.address, timeout=60)
        statuses: list[int] = []
        while 503 not in statuses or statuses[-1] != 200:
            line.request("POST", "/predict", body, {"Content-Type": J})
            response = line.getresponse()
            response.read()
            assert not response.will_close
            statuses.append(response.status)
        line.close()
        seen.append(statuses)

    with serving(tmp_path, "--requests-max", "1", "--quiet") as server:
        threads = [threading.Thread(target=ask_until_answered_after_a_refusal) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        metrics = server.get("/metrics").body.decode()
    assert len(seen) == 8
    refused = sum(statuses.count(503) for statuses in seen)
    assert f'tenfold_requests_total{{route="/predict",status="503"}} {refused:.1f}' in metrics
