from causal_core.engine.progress import listening, part, report


def test_a_part_counts_as_its_stretch_of_the_task():
    heard = []
    with listening(lambda done, total: heard.append(done / total)):
        with part(0, 0.8):
            report(1, 2)
            report(2, 2)
        with part(0.8, 1):
            report(5, 10)
    assert heard == [0.4, 0.8, 0.9]


def test_a_part_nobody_listens_to_is_silent():
    heard = []
    with listening(lambda done, total: heard.append(done / total)):
        pass
    with part(0, 1):
        report(1, 2)
    assert heard == []
