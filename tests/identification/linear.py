"""Random linear Gaussian models of a graph: exact covariances, coefficients and effects."""

import networkx as nx
import numpy as np


class Linear:
    """Random weights and error variances for every node, hidden common causes included.

    Attributes:
        names: The nodes, causes before effects; rows and columns of the matrices.
        weights: weights[b, a] is the arrow a -> b.
        sigma: The covariance of all nodes.
    """

    def __init__(self, graph, seed):
        random = np.random.default_rng(seed)
        directed = graph.to_networkx()
        self.names = list(nx.topological_sort(directed))
        size = len(self.names)
        self.weights = np.zeros((size, size))
        for a, b in directed.edges:
            strength = random.uniform(0.3, 1.5) * random.choice([-1, 1])
            self.weights[self.at(b), self.at(a)] = strength
        through = np.linalg.inv(np.eye(size) - self.weights)
        self.sigma = through @ np.diag(random.uniform(0.3, 2.0, size)) @ through.T

    def at(self, name):
        """The row of a node."""
        return self.names.index(name)

    def rows(self, names):
        """The rows of several nodes."""
        return [self.names.index(name) for name in names]

    def effect(self, treatments, outcome):
        """What setting each treatment does to the outcome when all of them are set."""
        cut = self.weights.copy()
        cut[self.rows(treatments)] = 0
        return np.linalg.inv(np.eye(len(self.names)) - cut)[self.at(outcome), self.rows(treatments)]

    def direct(self, treatments, outcome):
        """The weights of the arrows from the treatments to the outcome."""
        return self.weights[self.at(outcome), self.rows(treatments)]

    def coefficients(self, outcome, regressors):
        """The coefficients of the regression of the outcome on other nodes."""
        b = self.rows(regressors)
        return np.linalg.solve(self.sigma[np.ix_(b, b)], self.sigma[b, self.at(outcome)])

    def residual(self, one, held):
        """The variance of a node given others."""
        a, b = [self.at(one)], self.rows(held)
        inside = self.sigma[np.ix_(a, a)]
        if b:
            inside = inside - self.sigma[np.ix_(a, b)] @ np.linalg.solve(
                self.sigma[np.ix_(b, b)], self.sigma[np.ix_(b, a)]
            )
        return inside[0, 0]
