import subprocess
import sys


def test_reading_and_profiling_load_no_heavy_library():
    heavy = {
        "scipy",
        "sklearn",
        "statsmodels",
        "dowhy",
        "econml",
        "lightgbm",
        "networkx",
        "streamlit",
        "openpyxl",
    }
    script = (
        "import sys, causal_core.data.encoding, causal_core.data.profile, causal_core.data.reading\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
