from causal_core.charts.spots import spots

SIZE = (200.0, 100.0)


def test_a_point_by_itself_has_its_label_on_the_right():
    assert spots([(50, 50)], ["1×"], SIZE) == ["middle right"]


def test_a_label_gives_way_to_points_and_to_labels():
    beside = spots([(50, 50), (66, 50)], ["1×", "2×"], SIZE)
    assert beside == ["top center", "middle right"]
    crowd = [(50 + x, 50 + y) for x in (-14, 0, 14) for y in (-14, 0, 14)]
    assert spots(crowd, ["1×"] * 9, SIZE)[4] is None


def test_a_label_stays_inside_and_a_point_outside_has_none():
    assert spots([(198, 50)], ["1×"], SIZE) == ["middle left"]
    assert spots([(260, 50), (2, 2)], ["1×", "1×"], SIZE) == [None, "middle right"]
