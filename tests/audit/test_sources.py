"""Where predictions come from: files opened safely, columns stood in for, models trained here."""

import io
import pickle

import lightgbm
import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper

from causal_core.audit.opening import open_box
from causal_core.audit.source import MOST_BYTES, ColumnSource, FileSource, TrainedSource, recognise
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.study.options import Data, Question
from causal_core.study.study import Study
from causal_core.what_if.plan import asked_of
from causal_core.what_if.tasks import fit_model

GRAPH = CausalGraph(edges=[("x one", "y"), ("z", "y"), ("town", "y")])


@pytest.fixture(scope="module")
def frame():
    random = np.random.default_rng(0)
    x, z = random.normal(size=(2, 600))
    town = random.choice(["north", "south", "west"], 600)
    y = (x + (town == "west") + random.normal(size=600) > 0).astype(int)
    score = 1 / (1 + np.exp(-(0.5 * x - 0.3 * z)))
    score[:20] = np.nan
    return pd.DataFrame({"x one": x, "z": z, "town": town, "y": y, "score": score})


@pytest.fixture(scope="module")
def asked(frame, tmp_path_factory):
    study = Study(Data(path="t.csv"), GRAPH, Question(treatment="z", outcome="y"))
    table = write_table(arrow_of(frame), tmp_path_factory.mktemp("tables"))
    return asked_of(study, table, {"y": "linear"})


@pytest.fixture(scope="module")
def world(asked):
    return fit_model(asked)


def codes(world):
    return {node: world.columns[node].codes(world.frame[node]) for node in world.order}


def opened(asked, world, source):
    box = open_box(asked, world, source, "y")
    return box, box.predict(world, codes(world))


def onnx_bytes(nodes, inputs, outputs, extra=(), domain=""):
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(extra))
    sets = [helper.make_opsetid("", 17)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    return helper.make_model(graph, opset_imports=sets, ir_version=9).SerializeToString()


def floats(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def weights(name, values):
    values = np.asarray(values, dtype=np.float32)
    return helper.make_tensor(name, TensorProto.FLOAT, values.shape, values.ravel())


def logistic(rows="n"):
    """One matrix of two columns; labels and chances of both classes, without a ZipMap."""
    return onnx_bytes(
        [
            helper.make_node("MatMul", ["rows", "w"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
            helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
        ],
        [floats("rows", rows, 2)],
        [helper.make_tensor_value_info("label", TensorProto.INT64, ["n"]), floats("probabilities", "n", 2)],
        [weights("w", [[0.0, 2.0], [0.0, -1.0]])],
    )


def test_an_onnx_classifier_gives_the_chance_of_the_second_class(asked, world, frame):
    box, found = opened(asked, world, FileSource("onnx", logistic(), ("x one", "z")))
    wanted = 1 / (1 + np.exp(-(2 * frame["x one"] - frame["z"])))
    assert found == pytest.approx(wanted.to_numpy(), abs=1e-5)
    assert box.chance
    _, turned = opened(asked, world, FileSource("onnx", logistic(), ("z", "x one")))
    assert turned == pytest.approx(1 / (1 + np.exp(-(2 * frame["z"] - frame["x one"]))).to_numpy(), abs=1e-5)


def test_onnx_with_one_input_a_column_is_matched_by_name(asked, world, frame):
    data = onnx_bytes(
        [helper.make_node("Sub", ["x one", "z"], ["value"])],
        [floats("z", "n", 1), floats("x one", "n", 1)],
        [floats("value", "n", 1)],
    )
    box, found = opened(asked, world, FileSource("onnx", data))
    assert box.inputs == ("z", "x one")
    assert found == pytest.approx((frame["x one"] - frame["z"]).to_numpy(), abs=1e-5)
    assert not box.chance


def test_onnx_takes_text_where_it_wants_text(asked, world, frame):
    text = helper.make_tensor_value_info("town", TensorProto.STRING, ["n", 1])
    encoder = helper.make_node(
        "LabelEncoder",
        ["town"],
        ["value"],
        domain="ai.onnx.ml",
        keys_strings=["north", "south", "west"],
        values_floats=[1.0, 2.0, 5.0],
    )
    graph = helper.make_graph([encoder], "g", [text], [floats("value", "n", 1)])
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    data = helper.make_model(graph, opset_imports=sets, ir_version=9).SerializeToString()
    _, found = opened(asked, world, FileSource("onnx", data))
    assert found.tolist() == frame["town"].map({"north": 1, "south": 2, "west": 5}).tolist()


@pytest.mark.parametrize(
    ("data", "inputs", "said"),
    [
        (logistic(), (), "takes 2 columns without naming them; 0 are chosen"),
        (logistic(), ("x one", "town"), "wants numbers for town, which holds text"),
        (logistic(), ("x one", "shoe"), "takes shoe, which is no node"),
        (logistic(rows=1), ("x one", "z"), "with any number of rows"),
        (b"\x08\x07 nothing of the kind", (), "cannot be read as an ONNX model"),
        (
            onnx_bytes(
                [helper.make_node("Run", ["z"], ["v"], domain="evil")],
                [floats("z", "n", 1)],
                [floats("v", "n", 1)],
                domain="evil",
            ),
            (),
            "cannot be read as an ONNX model",
        ),
        (
            onnx_bytes(
                [helper.make_node("Identity", ["w"], ["v"])],
                [floats("z", "n", 1)],
                [floats("v", 2, 3)],
                [weights("w", [[1, 2, 3], [4, 5, 6]])],
            ),
            (),
            "not one a row",
        ),
    ],
)
def test_onnx_that_does_not_fit_is_said(asked, world, data, inputs, said):
    with pytest.raises(Problem, match=said):
        opened(asked, world, FileSource("onnx", data, inputs))


def test_onnx_reads_no_other_file(asked, world, tmp_path):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.ones(2, np.float32).tobytes())
    model = onnx.load_from_string(logistic())
    tensor = model.graph.initializer[0]
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", str(secret)), ("length", "16")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    with pytest.raises(Problem, match="cannot be read as an ONNX model"):
        opened(asked, world, FileSource("onnx", model.SerializeToString(), ("x one", "z")))


def trained(frame, **settings):
    data = frame[["x one", "z", "town"]].assign(town=frame["town"].astype("category"))
    given = {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 1, **settings}
    return lightgbm.train(given, lightgbm.Dataset(data, frame["y"]), 10), data


def test_a_lightgbm_text_gives_what_the_model_gives(asked, world, frame):
    booster, data = trained(frame)
    text = booster.model_to_string().encode()
    assert recognise("model.txt", text) == "lightgbm"
    box, found = opened(asked, world, FileSource("lightgbm", text))
    assert box.inputs == ("x one", "z", "town")
    assert found == pytest.approx(booster.predict(data))
    assert box.chance


def test_a_lightgbm_model_that_does_not_fit_is_said(asked, world, frame):
    with pytest.raises(Problem, match="cannot be read as a LightGBM model"):
        opened(asked, world, FileSource("lightgbm", b"tree\nversion=v4\nnonsense"))
    other = lightgbm.train(
        {"objective": "regression", "verbosity": -1, "num_threads": 1},
        lightgbm.Dataset(frame[["z"]].rename(columns={"z": "shoe"}), frame["y"]),
        2,
    )
    with pytest.raises(Problem, match="takes shoe, which is no node"):
        opened(asked, world, FileSource("lightgbm", other.model_to_string().encode()))
    coded = lightgbm.train(
        {"objective": "regression", "verbosity": -1, "num_threads": 1},
        lightgbm.Dataset(pd.DataFrame({"town": np.arange(600) % 3}), frame["y"]),
        2,
    )
    with pytest.raises(Problem, match="knows 0 columns as categories, but 1 of its inputs hold text"):
        opened(asked, world, FileSource("lightgbm", coded.model_to_string().encode()))
    many, _ = trained(frame.assign(y=np.arange(600) % 3), objective="multiclass", num_class=3)
    with pytest.raises(Problem, match="not one a row"):
        opened(asked, world, FileSource("lightgbm", many.model_to_string().encode()))


def test_pickles_are_refused_with_the_reason():
    kept = io.BytesIO()
    pickle.dump({"a": 1}, kept)
    for name, data in (("model.onnx", kept.getvalue()), ("model.joblib", b"whatever"), ("m.pkl", b"x")):
        with pytest.raises(Problem, match="runs whatever program it holds"):
            recognise(name, data)
    with pytest.raises(Problem, match="a zip archive"):
        recognise("model.onnx", b"PK\x03\x04")
    with pytest.raises(Problem, match="is empty"):
        recognise("model.onnx", b"")
    with pytest.raises(Problem, match="at most 25 MB"):
        recognise("model.onnx", bytes(MOST_BYTES + 1))
    with pytest.raises(Problem, match="no LightGBM model"):
        recognise("model.txt", b"hello")


def test_a_column_is_stood_in_for_and_its_fidelity_told(asked, world, frame):
    box, found = opened(asked, world, ColumnSource("score", ("x one", "z")))
    assert box.stand_in
    assert box.chance
    assert box.explained > 0.95
    assert np.isnan(box.given[:20]).all()
    assert np.corrcoef(found[20:], frame["score"][20:])[0, 1] > 0.98
    poor, _ = opened(asked, world, ColumnSource("score", ("town",)))
    assert poor.explained < 0.05


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (ColumnSource("town", ("z",)), "town holds text"),
        (ColumnSource("shoe", ("z",)), "no column shoe"),
        (ColumnSource("z", ("z",)), "is the prediction, so it is no input"),
        (TrainedSource("linear", ()), "has no inputs"),
        (TrainedSource("linear", ("y",)), "y is the outcome"),
        (TrainedSource("linear", ("score",)), "score is no node of the graph"),
        (TrainedSource("cells", ("town", "z")), "z is a number, so its combinations"),
    ],
)
def test_sources_that_cannot_be_are_said(asked, world, source, said):
    with pytest.raises(Problem, match=said):
        open_box(asked, world, source, "y")


def test_models_trained_here_predict_the_outcome(asked, world, frame):
    for way in ("linear", "boosted"):
        box, found = opened(asked, world, TrainedSource(way, ("x one", "town")))
        assert box.explained > 0.1
        assert ((found > 0) & (found < 1)).all()
        assert found.mean() == pytest.approx(frame["y"].mean(), abs=0.02)
    _, cells = opened(asked, world, TrainedSource("cells", ("town",)))
    assert cells == pytest.approx(frame.groupby("town")["y"].transform("mean").to_numpy())
