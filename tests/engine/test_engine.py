from __future__ import annotations

import gc
import sys
import threading
from time import monotonic, sleep

import numpy as np
import psutil
import pytest

from causal_core.engine import Call, Failure, Plan, run_inline
from causal_core.problem import Problem


def until(condition, seconds=15.0):
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "waited in vain"
        sleep(0.01)


def occupy(engine, plan_of, gate, count=2):
    """Keep every worker busy until the file `gate` is there."""
    jobs = [engine.submit(plan_of(("report_until", {"path": str(gate)}))) for _ in range(count)]
    until(lambda: all(job.state == "running" for job in jobs))
    return jobs


def test_result_is_the_list_of_parts_in_order(engine, plan_of):
    job = engine.submit(plan_of(*(("double", {"number": n}) for n in range(6))))
    assert job.result() == [0, 2, 4, 6, 8, 10]
    assert (job.state, job.done, job.total, job.place, job.failure) == ("done", 6, 6, 0, None)
    assert engine.state == "ready"
    assert engine.failure is None


def test_combine_gets_the_parts_and_its_own_arguments(engine, plan_of):
    plan = plan_of(("double", {"number": 1}), ("double", {"number": 2}), combine=("total", {"start": 100}))
    job = engine.submit(plan)
    assert job.result() == 106
    assert (job.done, job.total) == (3, 3)


def test_a_plan_without_steps_is_refused(engine):
    with pytest.raises(Problem, match="“Nothing” holds nothing to compute"):
        engine.submit(Plan("nothing", "Nothing", ()))


def test_one_key_asked_by_many_threads_is_computed_once(engine, plan_of, tmp_path):
    path = tmp_path / "count"
    plan = plan_of(("append_slowly", {"path": str(path), "seconds": 0.3}))
    results = []

    def ask():
        results.append(engine.submit(plan).result())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [["slow"]] * 8
    assert engine.submit(plan).state == "done"
    assert path.read_text() == "x"


def test_finished_results_are_dropped_when_there_are_too_many(engine, plan_of, tmp_path):
    path = tmp_path / "count"
    plan = plan_of(("append", {"path": str(path)}))
    engine.submit(plan).result()
    for number in range(50):
        engine.submit(plan_of(("double", {"number": number}))).result()
    engine.submit(plan).result()
    assert path.read_text() == "xx"


def test_a_result_larger_than_the_room_for_results_is_not_kept(engine, plan_of, tmp_path):
    path = tmp_path / "count"
    plan = plan_of(("append", {"path": str(path)}), ("double", {"number": "x" * 600_000}))
    assert len(engine.submit(plan).result()[1]) == 1_200_000
    engine.submit(plan).result()
    assert path.read_text() == "xx"


def test_one_leaving_keeps_the_computation_for_the_other(engine, plan_of, tmp_path):
    plan = plan_of(("report_until", {"path": str(tmp_path / "gate")}))
    one, other = engine.submit(plan), engine.submit(plan)
    until(lambda: one.state == "running")
    one.leave()
    one.leave()
    assert one.state == "cancelled"
    with pytest.raises(Problem, match="was cancelled"):
        one.result()
    (tmp_path / "gate").touch()
    assert other.result() == ["seen"]


def test_the_last_one_leaving_cancels_quickly_and_a_reporting_task_keeps_its_worker(
    engine, plan_of, tmp_path
):
    workers = {job.result()[0] for job in (engine.submit(plan_of(("process", {}))) for _ in range(6))}
    jobs = occupy(engine, plan_of, tmp_path / "never")
    start = monotonic()
    for job in jobs:
        job.leave()
    assert [job.state for job in jobs] == ["cancelled", "cancelled"]
    assert engine.submit(plan_of(("double", {"number": 4}))).result() == [8]
    assert monotonic() - start < 10
    assert {job.result()[0] for job in (engine.submit(plan_of(("process", {}))) for _ in range(6))} == workers


def test_a_cancelled_task_that_goes_on_costs_its_worker_and_nobody_else(engine, plan_of):
    other = engine.submit(plan_of(("nap", {"seconds": 2.0})))
    deaf = engine.submit(plan_of(("nap", {"seconds": 60})))
    until(lambda: other.state == deaf.state == "running")
    deaf.leave()
    sleep(1.0)
    # Both workers must serve again: two tasks of a second are done well before the nap would have ended.
    start = monotonic()
    assert engine.submit(plan_of(*[("nap", {"seconds": 1.0})] * 4)).result() == [1.0] * 4
    assert monotonic() - start < 20
    assert other.result() == [2.0]


def test_a_cancelled_key_can_be_asked_for_again(engine, plan_of, tmp_path):
    plan = plan_of(("report_until", {"path": str(tmp_path / "gate")}))
    first = engine.submit(plan)
    until(lambda: first.state == "running")
    first.leave()
    second = engine.submit(plan)
    (tmp_path / "gate").touch()
    assert second.result() == ["seen"]
    assert first.state == "cancelled"


def test_a_job_dropped_without_leaving_is_cancelled(engine, plan_of, tmp_path):
    plan = plan_of(("report_until", {"path": str(tmp_path / "never")}))
    job = engine.submit(plan)
    run = job._run
    until(lambda: run.state == "running")
    del job
    gc.collect()
    until(lambda: run.state == "cancelled", 20)


def test_progress_counts_steps_and_the_fraction_of_a_running_one(engine, plan_of, tmp_path):
    plan = plan_of(("double", {"number": 1}), ("report_until", {"path": str(tmp_path / "gate")}))
    job = engine.submit(plan)
    until(lambda: job.done == 1.25)
    assert (job.state, job.total) == ("running", 2)
    assert job.parts == (1.0, 0.25)
    (tmp_path / "gate").touch()
    assert job.wait(10)
    assert job.done == 2
    assert job.parts == (1.0, 1.0)


def test_reporting_very_often_is_cheap(engine, plan_of):
    start = monotonic()
    assert engine.submit(plan_of(("report_through", {"times": 200_000}))).result() == [200_000]
    assert monotonic() - start < 10


def test_place_in_the_queue_counts_unfinished_jobs_ahead(engine, plan_of, tmp_path):
    running = occupy(engine, plan_of, tmp_path / "gate")
    third, fourth = (engine.submit(plan_of(("double", {"number": n}))) for n in (3, 4))
    assert [job.place for job in (*running, third, fourth)] == [0, 0, 2, 3]
    assert third.state == "queued"
    third.leave()
    assert fourth.place == 2
    assert not fourth.wait(0.05)
    (tmp_path / "gate").touch()
    assert fourth.result() == [8]
    assert fourth.place == 0


def test_a_short_plan_does_not_wait_for_all_of_a_long_one(engine, plan_of):
    long = engine.submit(plan_of(*[("nap", {"seconds": 0.1})] * 60))
    until(lambda: long.state == "running")
    short = engine.submit(plan_of(("double", {"number": 1})))
    assert short.result() == [2]
    assert long.done < 20
    long.leave()


def test_a_problem_arrives_with_its_column_and_remedy(engine, plan_of):
    job = engine.submit(plan_of(("raise_problem", {"column": "age"})))
    assert job.wait(10)
    assert job.state == "failed"
    assert job.failure == Failure("The column age is constant.", "age", "Choose another column.")
    with pytest.raises(Problem) as caught:
        job.result()
    assert (caught.value.column, caught.value.remedy) == ("age", "Choose another column.")


LOG = "The full details are in the workers' log."


@pytest.mark.parametrize(
    ("step", "message", "remedy"),
    [
        ("raise_unexpected", "This step stopped on an unexpected error (KeyError: 'secret').", LOG),
        (
            "raise_memory_error",
            "This step needs more memory than there is (Unable to allocate 9 TiB).",
            "Use fewer rows or columns, or give workers more memory with DOSTUDIO_WORKER_MEMORY.",
        ),
        (
            "import_missing",
            "This step needs the package “no_such_package_at_all”, which is not installed.",
            "Install no_such_package_at_all where the workers run.",
        ),
        ("leave_early", "This step stopped on an unexpected error (SystemExit: 3).", LOG),
        (
            "no_such_step",
            "There is no step called “engine_steps:no_such_step”.",
            "Update the app and its workers to one version.",
        ),
    ],
)
def test_whatever_goes_wrong_is_put_into_words(engine, plan_of, step, message, remedy):
    job = engine.submit(plan_of((step, {})))
    assert job.wait(20)
    assert job.failure == Failure(message, None, remedy)


def test_an_unknown_module_is_an_unknown_step(engine):
    job = engine.submit(Plan("unknown module", "Test", (Call("no_such_module.at_all:step"),)))
    assert job.wait(10)
    assert job.failure is not None
    assert job.failure.message == "There is no step called “no_such_module.at_all:step”."


def test_what_cannot_be_pickled_is_named(engine, plan_of):
    result = engine.submit(plan_of(("unpicklable", {})))
    arguments = engine.submit(plan_of(("double", {"number": lambda: None})))
    for job, name in ((result, "its result"), (arguments, "what it works on")):
        assert job.wait(10)
        assert job.failure is not None
        assert f"(TypeError: {name} cannot be sent between processes" in job.failure.message


def test_library_objects_never_reach_the_app(engine, plan_of):
    before = "sklearn" in sys.modules
    error = engine.submit(plan_of(("raise_library_error", {})))
    result = engine.submit(plan_of(("heavy_result", {})))
    assert error.wait(30)
    assert result.wait(30)
    assert error.failure is not None
    assert result.failure is not None
    assert error.failure.message == "This step stopped on an unexpected error (NotFittedError: fit it first)."
    assert (
        "the result holds a LinearRegression of sklearn, which only workers import" in result.failure.message
    )
    assert ("sklearn" in sys.modules) == before


def test_a_failed_key_is_tried_again(engine, plan_of, tmp_path):
    plan = plan_of(("append", {"path": str(tmp_path / "count")}), ("raise_problem", {"column": "x"}))
    for _ in range(2):
        assert engine.submit(plan).wait(10)
    assert (tmp_path / "count").read_text() == "xx"


def test_the_first_failure_ends_the_plan(engine, plan_of):
    start = monotonic()
    job = engine.submit(plan_of(("raise_problem", {"column": "x"}), *[("nap", {"seconds": 0.2})] * 100))
    assert job.wait(30)
    assert monotonic() - start < 9
    assert job.state == "failed"


def test_a_task_that_kills_its_worker_twice_fails_in_words_and_others_go_on(engine, plan_of):
    bad = engine.submit(plan_of(("die", {}), title="Forest"))
    good = engine.submit(plan_of(*[("nap", {"seconds": 0.1})] * 20))
    assert bad.wait(30)
    assert bad.failure == Failure(
        "A worker stopped while computing “Forest” (probably out of memory), twice.",
        None,
        "Use fewer rows or columns, or give workers more memory with DOSTUDIO_WORKER_MEMORY.",
    )
    assert good.result() == [0.1] * 20


def test_a_task_whose_worker_died_once_is_tried_again(engine, plan_of, tmp_path):
    assert engine.submit(plan_of(("die_once", {"path": str(tmp_path / "died")}))).result() == ["survived"]


def test_a_worker_dying_between_the_parts_is_no_matter(engine, plan_of, tmp_path):
    plan = plan_of(
        ("double", {"number": 1}), ("die_once", {"path": str(tmp_path / "died")}), combine=("stack", {})
    )
    job = engine.submit(plan)
    assert job.wait(30)
    assert job.result().tolist() == [["2"], ["survived"]]


def test_past_its_time_limit_a_plan_fails_in_words_and_its_worker_is_replaced(engine, plan_of):
    start = monotonic()
    job = engine.submit(
        plan_of(("nap", {"seconds": 60}), ("nap", {"seconds": 60}), title="Long", seconds=0.5)
    )
    assert job.wait(50)
    assert monotonic() - start < 50
    assert job.failure == Failure(
        "“Long” took longer than 0.5 seconds and was stopped.",
        None,
        "Use fewer rows, columns or repetitions.",
    )
    assert engine.submit(plan_of(("double", {"number": 1}))).result() == [2]
    assert monotonic() - start < 55


def test_time_in_the_queue_does_not_count(engine, plan_of, tmp_path):
    occupy(engine, plan_of, tmp_path / "gate")
    job = engine.submit(plan_of(("double", {"number": 1}), seconds=0.4))
    sleep(0.6)
    (tmp_path / "gate").touch()
    assert job.result() == [2]


def test_digits_are_the_same_on_workers_and_inline(engine, plan_of):
    plan = plan_of(*(("draw", {"seed": seed, "size": 120}) for seed in range(6)), combine=("stack", {}))
    on_workers = engine.submit(plan).result()
    assert on_workers.shape == (6, 120)
    np.testing.assert_array_equal(on_workers, run_inline(plan))


def test_workers_have_one_thread_and_low_priority(engine, plan_of):
    ((threads, niceness),) = engine.submit(plan_of(("environment", {}))).result()
    assert threads == "1"
    assert niceness >= 10


def test_listeners_are_on_this_machine_only(engine, plan_of):
    engine.submit(plan_of(("double", {"number": 1}))).result()
    own = psutil.Process()
    sockets = [
        socket
        for process in (own, *own.children(recursive=True))
        for socket in process.net_connections("all")
        if socket.status == psutil.CONN_LISTEN and not isinstance(socket.laddr, str)
    ]
    assert {socket.laddr.ip for socket in sockets} == {"127.0.0.1"}
    # A scheduler, and a nanny and a worker twice: nothing beside them, such as a dashboard.
    assert len(sockets) == 5


def test_unexpected_errors_are_logged_with_their_traceback(engine, plan_of, state_home):
    engine.submit(plan_of(("raise_unexpected", {}))).wait(10)
    log = state_home / "logs" / "workers.log"
    until(lambda: "in raise_unexpected" in log.read_text(), 5)
