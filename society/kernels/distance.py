"""How far people are from each other."""

import numpy as np

from society.kernels import device
from society.kernels.maths import log

NEAREST = 1e-24
"""Least squared distance that has a logarithm: who are the same are chosen among by lot."""


@device
def squared_distance(traits, i, j):
    """Squared Euclidean distance between two people; 0 without traits."""
    square = 0.0
    for d in range(traits.shape[1]):
        gap = np.float64(traits[i, d]) - np.float64(traits[j, d])
        square += gap * gap
    return square


@device
def log_distance(traits, i, j):
    """Logarithm of the Euclidean distance between two people."""
    return 0.5 * log(max(squared_distance(traits, i, j), NEAREST))
