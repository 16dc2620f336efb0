"""Misconceptions about the activations of a network with a relu hidden layer and a softmax output layer."""

from __future__ import annotations

from helpers.exercises.networks import linear, relu, sigmoid, softmax, two_layers
from helpers.kit.exercise import Misconception

# Each result takes images and the arrays of get_weights().
ACTIVATION_SLIPS = (
    Misconception(
        "activation missing in the hidden layer",
        two_layers(linear, softmax),
        "The hidden layer has no activation, so the whole network is one linear map. Give that layer its "
        "activation.",
    ),
    Misconception(
        "sigmoid in the hidden layer",
        two_layers(sigmoid, softmax),
        "The hidden layer uses sigmoid. The task asks for relu there.",
    ),
    Misconception(
        "softmax missing",
        two_layers(relu, linear),
        "The ten outputs are weighted sums, not confidences: they do not sum to 1. The last layer needs its "
        "activation.",
    ),
    Misconception(
        "sigmoid in the output layer",
        two_layers(relu, sigmoid),
        "With sigmoid, each output lies between 0 and 1 on its own, and the ten do not sum to 1. Which "
        "activation makes them share a total of 1?",
    ),
    Misconception(
        "activations swapped",
        two_layers(softmax, relu),
        "The two activations have changed places: one belongs inside the network, the other at its end.",
    ),
)
