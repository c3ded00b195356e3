import pytest


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory):
    """DOSTUDIO_HOME for this run of the tests, so that nothing reaches the user's own folder."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(folder))
        yield folder


@pytest.fixture
def write_study(tmp_path):
    """Call with a study's text and its data's: the path of a study file beside them."""

    def written(text, data="t,y,z\n" + "0,1,a\n1,2,b\n0,2,a\n1,3,b\n" * 5):
        (tmp_path / "data.csv").write_text(data, encoding="utf-8")
        path = tmp_path / "study.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written
