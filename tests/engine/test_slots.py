from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core.engine.slots import Slots


def served_order(lengths, workers=1):
    """The runs in the order they were served, each task ending before the next begins; all ask at once."""

    async def serve():
        slots = Slots()
        order = []

        async def task(number):
            address = await slots.take(number)
            order.append(number)
            await asyncio.sleep(0)
            slots.give_back(address)

        waiting = [
            asyncio.create_task(task(number)) for number, length in enumerate(lengths) for _ in range(length)
        ]
        await asyncio.sleep(0)
        slots.update({f"worker {number}": 1 for number in range(workers)})
        await asyncio.gather(*waiting)
        return order

    return asyncio.run(serve())


def test_runs_take_turns():
    assert served_order([5, 1, 2]) == [0, 1, 2, 0, 2, 0, 0, 0]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(1, 3))
def test_everyone_is_served_and_a_short_run_waits_for_one_task_of_each(lengths, workers):
    order = served_order(lengths, workers)
    assert sorted(order) == sorted(number for number, length in enumerate(lengths) for _ in range(length))
    assert sorted(order[: len(lengths)]) == list(range(len(lengths)))


def test_a_late_run_starts_level_with_the_others():
    async def serve():
        slots = Slots()
        slots.update({"worker": 1})
        order = []

        async def task(number):
            address = await slots.take(number)
            order.append(number)
            if order == [0, 0, 0]:
                waiting.extend(asyncio.create_task(task(1)) for _ in range(3))
                await asyncio.sleep(0)
            slots.give_back(address)

        waiting = [asyncio.create_task(task(0)) for _ in range(6)]
        for each in waiting:
            await each
        return order

    assert asyncio.run(serve()) == [0, 0, 0, 1, 0, 1, 0, 1, 0]


def test_a_place_given_to_someone_who_just_left_is_passed_on():
    async def serve():
        slots = Slots()
        one, other = asyncio.create_task(slots.take(0)), asyncio.create_task(slots.take(1))
        await asyncio.sleep(0)
        slots.update({"worker": 1})
        one.cancel()
        with pytest.raises(asyncio.CancelledError):
            await one
        return await asyncio.wait_for(other, 1)

    assert asyncio.run(serve()) == "worker"


def test_a_lost_worker_gets_nothing_while_it_is_still_listed():
    async def serve():
        slots = Slots()
        slots.update({"dying": 1, "other": 2})
        assert slots.threads("other") == 2
        gone = slots.gone("dying")
        assert not gone.done()
        slots.lose("dying")
        assert gone.done()
        assert slots.gone("dying").done()
        slots.update({"dying": 1, "other": 2})
        assert [await slots.take(0), await slots.take(0)] == ["other", "other"]
        slots.give_back("dying")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slots.take(0), 0.01)
        # Once it was not listed, its address may be another worker's.
        slots.update({"other": 2})
        slots.update({"dying": 1, "other": 2})
        return await slots.take(0)

    assert asyncio.run(serve()) == "dying"
