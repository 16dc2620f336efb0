"""Say of which layers a network is made, and nothing that changes no training."""

from __future__ import annotations

import json
from typing import Any

# Where a configuration refers to layers by their names.
REFERENCES = ("keras_history", "input_layers", "output_layers")


def told_apart(architecture: str) -> str | None:
    """A configuration that is the same for networks that train alike; None for networks within networks.

    architecture: what Keras writes of a network with its weights, as JSON. Layers are called by their places.
    How their weights were drawn is left out, and what the network was compiled with.
    """
    config: dict[str, Any] = json.loads(architecture)
    inner: dict[str, Any] = config["config"]
    layers: list[dict[str, Any]] = inner["layers"]
    if any("layers" in layer["config"] for layer in layers):
        return None
    config.pop("compile_config", None)
    config.pop("build_config", None)
    names = {layer["config"]["name"]: f"layer_{place}" for place, layer in enumerate(layers)}
    for layer in layers:
        layer.pop("build_config", None)
        held = layer["config"]
        held["name"] = names[held["name"]]
        for key in [key for key in held if key.endswith("_initializer")]:
            del held[key]
        if "name" in layer:
            layer["name"] = held["name"]
        _rename(layer.get("inbound_nodes"), names)
    inner["name"] = "network"
    for key in REFERENCES:
        if key in inner:
            inner[key] = _renamed(inner[key], names)
    return json.dumps(config, sort_keys=True)


def _rename(node: Any, names: dict[str, str]) -> None:
    """Call layers by their new names wherever a node of a graph refers to them."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in REFERENCES:
                node[key] = _renamed(value, names)
            else:
                _rename(value, names)
    elif isinstance(node, list):
        for each in node:
            _rename(each, names)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value
