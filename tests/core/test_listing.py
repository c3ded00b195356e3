import itertools
import pickle
import time

from causal_core.listing import Listing, take


def test_take_all():
    listing = take(range(3))
    assert listing == (0, 1, 2)
    assert listing.complete


def test_take_stops_at_the_limit_only_when_there_is_more():
    assert take(range(3), limit=3).complete
    cut = take(itertools.count(), limit=2)
    assert (cut, cut.complete) == ((0, 1), False)


def test_take_stops_at_the_clock():
    def slow():
        for number in itertools.count():
            time.sleep(0.01)
            yield number

    assert not take(slow(), seconds=0.03).complete


def test_a_listing_survives_pickling():
    again = pickle.loads(pickle.dumps(Listing((1,), complete=False)))  # noqa: S301 - our own bytes
    assert (again, again.complete) == ((1,), False)
