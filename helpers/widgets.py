"""Widgets: whether somebody is there who could use them, and how controls are put above what they show."""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

# Of sliders, with room for what they are called beside them.
WIDTH = "36em"


def is_watched() -> bool:
    """Tell whether this runs in a notebook's kernel, and not where nbgrader grades or validates."""
    # nbgrader sets this. Nobody is there to move a slider.
    # Where IPython is not imported yet, no notebook is running; and importing it takes time.
    if "NBGRADER_EXECUTION" in os.environ or "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def widgets_work() -> bool:
    """Tell whether there is a notebook's kernel, ipywidgets, and somebody who could use them.

    Importing this loads neither.
    """
    if not is_watched():
        return False
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return False
    return True


def controls_above(controls: Sequence[Any], show: Callable[[], None], instead: str) -> Any:
    """Put ipywidgets' controls above what `show` prints and draws, now and after each change of one of them.

    instead: what a page without a kernel says in place of the controls, below what is shown at first.
    Returns the widget.
    """
    import ipywidgets

    output = ipywidgets.Output()

    class Controls(ipywidgets.VBox):  # type: ignore[misc]
        def _repr_mimebundle_(self, **options: Any) -> Any:
            return {**super()._repr_mimebundle_(**options), **_without_kernel(output.outputs, instead)}

    def update(_change: Any = None) -> None:
        # In one message: the page never shows one part of this without the other. What an Output widget
        # catches by itself comes one by one, and the page sends all of it back.
        output.outputs = _outputs(show)

    for control in controls:
        control.observe(update, names="value")
    update()
    return Controls([*controls, output])


def _outputs(show: Callable[[], None]) -> tuple[dict[str, Any], ...]:
    """A notebook's outputs of what `show` prints, then of what it draws, then of the error that it raises."""
    from IPython.core.getipython import get_ipython
    from IPython.utils.capture import capture_output

    error: list[dict[str, Any]] = []
    with capture_output() as caught:
        try:
            show()
        except Exception as raised:  # of a function that the student wrote
            shell: Any = get_ipython()
            lines = shell.InteractiveTB.structured_traceback(type(raised), raised, raised.__traceback__)
            shown = {"ename": type(raised).__name__, "evalue": str(raised), "traceback": lines}
            error.append({"output_type": "error", **shown})
    printed = [("stdout", caught.stdout), ("stderr", caught.stderr)]
    return (
        *({"output_type": "stream", "name": name, "text": text} for name, text in printed if text),
        *(
            {"output_type": "display_data", "data": each.data, "metadata": each.metadata or {}}
            for each in caught.outputs
        ),
        *error,
    )


def _without_kernel(outputs: Sequence[dict[str, Any]], instead: str) -> dict[str, str]:
    """By MIME type: the outputs and the words below them, for pages in which no widget works."""
    texts, elements = [], []
    for output in outputs:
        data = output.get("data", {})
        if "image/png" in data:
            alt = html.escape(output["metadata"].get("image/png", {}).get("alt", ""))
            elements.append(f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"].strip()}">')
        else:
            texts.append(_words(output))
            elements.append(_preformatted(texts[-1]))
    return {
        "text/plain": "\n".join([*texts, instead]),
        "text/html": "\n".join([*elements, _preformatted(instead)]),
    }


def _words(output: dict[str, Any]) -> str:
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    return str(output.get("text") or output["data"].get("text/plain", "")).rstrip("\n")


def _preformatted(text: str) -> str:
    return f"<pre><code>{html.escape(text)}</code></pre>"
