"""Exact distributions of small binary worlds drawn from a graph, and expressions evaluated on them."""

from itertools import product

import networkx as nx
import numpy as np

from causal_core.identification.expression import Probability, Product, Ratio, Sum


class World:
    """Random mechanisms for each node of a graph, hidden common causes included."""

    def __init__(self, graph, seed):
        random = np.random.default_rng(seed)
        self.directed = graph.to_networkx()
        self.names = list(nx.topological_sort(self.directed))
        self.graph = graph
        self.chances = {
            name: random.uniform(0.1, 0.9, (2,) * self.directed.in_degree(name)) for name in self.names
        }

    def joint(self, do=None):
        """P(all nodes | do(...)): one axis of length 2 for each node of `names`."""
        answer = np.ones((2,) * len(self.names))
        for name in self.names:
            parents = [p for p in self.names if self.directed.has_edge(p, name)]
            table = np.stack([1 - self.chances[name], self.chances[name]], axis=-1)
            if do is not None and name in do:
                parents, table = [], np.eye(2)[do[name]]
            axes = [self.names.index(n) for n in [*parents, name]]
            shape = [2 if i in axes else 1 for i in range(len(self.names))]
            answer = answer * table.transpose(np.argsort(axes)).reshape(shape)
        return answer

    def given(self, joint, fixed):
        """The joint among units with these values, dimensions kept."""
        for name, value in fixed.items():
            joint = joint * np.eye(2)[value].reshape([2 if n == name else 1 for n in self.names])
        return joint / joint.sum()

    def marginal(self, joint, keep):
        """The distribution of some nodes, dimensions kept."""
        return joint.sum(axis=tuple(i for i, n in enumerate(self.names) if n not in keep), keepdims=True)

    def value(self, expression, joint):
        """The expression on a joint distribution, as an array with the dimensions of the joint."""
        match expression:
            case Probability(variables, conditions, do) if do:
                return self.set_to(variables, conditions, do)
            case Probability(variables, conditions):
                both = self.marginal(joint, set(variables) | set(conditions))
                return both / self.marginal(joint, set(conditions))
            case Product(factors):
                answer = np.ones((1,) * len(self.names))
                for factor in factors:
                    answer = answer * self.value(factor, joint)
                return answer
            case Ratio(above, below):
                return self.value(above, joint) / self.value(below, joint)
            case Sum(over, body):
                inner = self.value(body, joint)
                axes = tuple(self.names.index(n) for n in over)
                assert all(inner.shape[axis] == 2 for axis in axes)
                return inner.sum(axis=axes, keepdims=True)

    def set_to(self, variables, conditions, do):
        """P(variables | do(do), conditions) from the mechanisms themselves, an axis for each name."""
        answer = np.zeros([2 if n in {*variables, *conditions, *do} else 1 for n in self.names])
        for values in product((0, 1), repeat=len(do)):
            fixed = dict(zip(do, values, strict=True))
            after = self.joint(do=fixed)
            both = self.marginal(after, {*variables, *conditions})
            table = both / self.marginal(after, set(conditions))
            cuts = tuple(slice(fixed[n], fixed[n] + 1) if n in fixed else slice(None) for n in self.names)
            answer[cuts] = table
        return answer

    def at(self, array, fixed):
        """The array with some nodes at a value."""
        cuts = [
            slice(fixed[n], fixed[n] + 1) if n in fixed and size == 2 else slice(None)
            for n, size in zip(self.names, array.shape, strict=True)
        ]
        return array[tuple(cuts)]
