from causal_core.estimation.methods import METHODS
from causal_core.study.method_groups import GROUPS, OFFERED, chosen_labels


def test_every_method_for_arms_is_offered_once_in_a_group_of_its_strategy():
    assert len(OFFERED) == len(set(OFFERED))
    assert set(METHODS) - set(OFFERED) == {"dose_response", "dose_response_dr"}
    for group in GROUPS:
        assert {METHODS[name].strategy for name in group.methods} == {group.strategy}
        assert (group.strategy == "backdoor") == (not group.missing)
        assert group.sentence.endswith(".")


def test_chosen_methods_are_named_in_their_order():
    assert chosen_labels(("aipw", "wald")) == "Doubly robust (AIPW) · Wald ratio"
    many = chosen_labels(("aipw", "wald", "ipw", "dml", "matching"))
    assert many == "Doubly robust (AIPW) · Wald ratio · Inverse probability weighting and 2 more"
    assert chosen_labels(()) == "None chosen yet."
