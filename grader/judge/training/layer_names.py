"""Layers by their places: what they are called changes nothing of a training."""

from __future__ import annotations

import json
from typing import Any

# Where a configuration refers to layers by their names.
REFERENCES = ("keras_history", "input_layers", "output_layers")


def with_neutral_names(architecture: str) -> str | None:
    """A model's configuration with layers called by their places; None where it cannot be done.

    What it was compiled with is left out.
    """
    config: dict[str, Any] = json.loads(architecture)
    config.pop("compile_config", None)
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(layers, list):
        return None
    names: dict[str, str] = {}
    for place, layer in enumerate(layers):
        if "layers" in layer.get("config", {}):
            return None
        name = layer["config"]["name"]
        names[name] = f"layer_{place}"
    inner["name"] = "model"
    for layer in layers:
        layer["config"]["name"] = names[layer["config"]["name"]]
        if "name" in layer:
            layer["name"] = layer["config"]["name"]
        _rename(layer.get("inbound_nodes", []), names)
    for name in REFERENCES:
        if name in inner:
            inner[name] = _renamed(inner[name], names)
    return json.dumps(config, sort_keys=True)


def _rename(node: Any, names: dict[str, str]) -> None:
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
