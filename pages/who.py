"""Who and why: the groups that respond, what a column has to do with it, and the people one by one."""

import streamlit as st

from causal_core.who.plan import who_plan
from pages.shared import who_controls as controls
from pages.shared.flags import show_flags
from pages.shared.header import header, next_step, require
from pages.shared.jobs import result_of
from pages.shared.learned import learned_effects
from pages.shared.who_column import show_column
from pages.shared.who_draw import show_drawing
from pages.shared.who_groups import show_groups
from pages.shared.who_people import show_people
from pages.shared.who_why import show_why

VIEWS = {
    "Groups": show_groups,
    "By column": show_column,
    "Why": show_why,
    "People": show_people,
    "Draw a group": show_drawing,
}

JUDGED = (show_groups, show_column, show_drawing)
"""Views that tell effects from held-out rows, not predictions alone."""

header("who", "Who responds, and why?")
here = require("who", "question", "graph")
show_flags(here)
_, evaluation = learned_effects(here, "This page looks into one learner.")
side, answer = st.columns([1, 3], gap="large")
with side:
    picked = controls.choose_effect(here, evaluation)
if picked is None:
    with answer:
        controls.show_unanswered(evaluation)
    st.stop()
learner, arm = picked
with answer:
    view = controls.choose_view(here, tuple(VIEWS))
    intro = st.container()
    who = result_of(
        "who", who_plan(here.study, here.table, evaluation, learner, arm), "Find out who responds, and why"
    )
    if who is None:
        controls.introduce(intro, evaluation)
        st.stop()
    controls.show_standing(here, evaluation, who, aside=VIEWS[view] in JUDGED)
asked = controls.Asked(here, evaluation, who, side)
with answer:
    VIEWS[view](asked)
controls.show_rows(asked)
next_step("gap", "would ranking by risk have found the same people?")
