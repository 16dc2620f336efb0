"""The exercises of lesson 01: from the weighted sum of one neuron to the parameters of a network."""

from helpers.exercises.neurons.activating import relu, sigmoid, softmax
from helpers.exercises.neurons.layering import count_parameters, dense, share_of_row
from helpers.exercises.neurons.summing import weighted_sum

__all__ = [
    "count_parameters",
    "dense",
    "relu",
    "share_of_row",
    "sigmoid",
    "softmax",
    "weighted_sum",
]
