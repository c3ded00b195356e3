"""The picture of a Bayesian network, whose levels can be clicked."""

from pages.shared.belief_picture.component import Shown, belief_picture, beliefs_ahead

__all__ = ["Shown", "belief_picture", "beliefs_ahead"]
