"""Pictures of notebooks: what the instructor's own run has drawn is not drawn again.

Most of what a NumPy notebook costs is drawing, and most of what students draw equals what the instructor's
run of the same cells drew. So a figure's fingerprint is looked up first. One that is known is neither laid
out nor drawn; any other is drawn to the same pixels as in an ordinary kernel.

Drawing changes a figure: its Axes are moved, its ticks are made. Where that was skipped it is caught up on as
soon as it could be seen: when the figure is shown again, when `settle` is called, and before a cell runs
whose code names anything that depends on it. From such a cell on everything is drawn.
"""

from __future__ import annotations

import re
import sys
import warnings
from binascii import a2b_base64
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BytesIO
from threading import get_ident
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, cast
from weakref import WeakKeyDictionary, WeakSet

from grader.executor.fingerprint import fingerprint
from grader.executor.known_pictures import REFERENCE, seal
from grader.executor.matplotlib_classes import as_imported
from helpers.quick_drawing import is_inline, measured_once, print_at_once

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What code names that looks at how a figure is laid out or was drawn, or at the picture itself.
_LOOKS = re.compile(
    r"get_\w*(position|extent|bbox|tick|offset)|[xy]ticks\(\)|\bcanvas\b|renderer|trans\w+\.(transform|inverted)"
    r"|capture|formatter|publish"
)


class KnownPictures:
    """The pictures of figures: references to those known from elsewhere, and the PNG of those drawn here."""

    def __init__(self, known: Collection[str] = (), *, for_others: bool = True) -> None:
        """known: seals of what another run has drawn. for_others: whether `drawn` will be asked for."""
        self._known = known
        # Where no figure can be known, and none will be, its fingerprint would only take time.
        self._recognises = bool(known) or for_others
        self._drawn: dict[str, bytes] = {}
        self._print: partial[str | None] | None = None
        # The pictures of figures that are about to be shown.
        self._ready: dict[Figure, str | None] = {}
        self._gets_ready = True
        # Figures that were shown without being drawn, and whether pyplot would have drawn them first.
        self._owed: WeakKeyDictionary[Figure, bool] = WeakKeyDictionary()
        self._left_alone: WeakSet[Figure] = WeakSet()
        # Python gives many a warning only once: where one was given, silence says nothing.
        self._spoke = False
        self._draws_all = False

    def drawn(self) -> dict[str, bytes]:
        """What was drawn so far, for other runs; without pictures whose drawing printed something."""
        return dict(self._drawn)

    def print_with(self, print_figure: partial[str | None]) -> None:
        """Have what is not known drawn by IPython's `print_figure` with these options, as PNG in base64."""
        self._print = print_figure

    def __call__(self, figure: Figure) -> str | None:
        """The PNG of a figure in base64, or a reference to a known picture; None for an empty figure."""
        if figure in self._ready:
            picture = self._ready.pop(figure)
            # Something that ran in between may have changed it.
            if not figure.stale:
                return picture
        try:
            return self._picture(figure, after_pyplot=False)
        except Exception as error:
            # The message is to show the same lines as in an ordinary kernel: a bare raise adds none.
            error.__traceback__ = _beyond_this_file(error.__traceback__)
            raise

    def get_ready(self) -> None:
        """At the end of a cell: make the pictures of the open figures, which pyplot would draw for nobody.

        A figure that cannot be drawn, or not without a word, is left to pyplot and the inline backend, whose
        messages say where they come from.
        """
        from matplotlib import is_interactive
        from matplotlib._pylab_helpers import Gcf
        from matplotlib_inline import backend_inline

        show: Any = backend_inline.show
        if not (self._gets_ready and is_interactive() and show._draw_called):
            return
        for manager in Gcf.get_all_fig_managers():
            figure = manager.canvas.figure
            if figure.stale:
                try:
                    with _broken_off():
                        self._ready[figure] = self._picture(figure, after_pyplot=True)
                except (Exception, _SpokeError):
                    self._left_alone.add(figure)
                    self._spoke = True
                else:
                    # pyplot then takes it as drawn.
                    figure.stale = False

    def begin(self) -> None:
        """A cell begins. Pictures that nobody fetched mean that another format was chosen."""
        self._gets_ready = self._gets_ready and not self._ready
        self._ready.clear()

    def look_at(self, code: str) -> None:
        """Draw everything from now on, and what was not drawn, if this code can see the difference."""
        if _LOOKS.search(code):
            self._draws_all = True
            self.settle()

    def settle(self) -> None:
        """Catch up on all drawing that was skipped, before layout or ticks are read."""
        for figure in list(self._owed):
            # It may have been changed since it was shown, to something that cannot be drawn.
            with suppress(Exception, _SpokeError), _broken_off():
                self._draw(figure, after_pyplot=self._owed.pop(figure))

    def _picture(self, figure: Figure, *, after_pyplot: bool) -> str | None:
        """after_pyplot: whether pyplot would have drawn it before: layouts may differ when solved again."""
        assert self._print is not None
        if figure in self._owed:
            self.settle()
        name = None
        if self._recognises and not self._draws_all and figure not in self._left_alone:
            name = fingerprint(figure, {**self._print.keywords, "after_pyplot": after_pyplot})
        if name is not None and self._known and seal(name) in self._known:
            self._owed[figure] = after_pyplot
            return REFERENCE + name
        # A figure that has a name is Matplotlib's through and through.
        if name is not None and after_pyplot:
            with _overheard() as heard, measured_once():
                png = self._draw(figure, after_pyplot=True)
        elif name is not None and (quick := self._drawn_at_once(figure)) is not None:
            png, heard = quick, []
        else:
            with _overheard() as heard:
                png = self._draw(figure, after_pyplot=after_pyplot)
        self._spoke = self._spoke or bool(heard)
        # At the end of a cell even a warning that would not be given again breaks a drawing off.
        if name is not None and png is not None and (after_pyplot or not self._spoke):
            self._drawn[name] = a2b_base64(png)
        return png

    def _drawn_at_once(self, figure: Figure) -> str | None:
        """What a cell shows itself; None, and the figure as it was, where drawing it raises or warns.

        Messages say from where a measurement was asked for, so that a figure is then drawn as everywhere.
        """
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        assert self._print is not None
        if type(figure.get_layout_engine()) not in (type(None), ConstrainedLayoutEngine):
            return None
        places = [(axes, axes.get_position(original=True), axes.get_position()) for axes in figure.axes]
        try:
            with _broken_off():
                if is_inline(self._print):
                    return cast("str | None", print_at_once(figure, self._print))
                with measured_once():
                    return self._draw(figure, after_pyplot=False)
        except (Exception, _SpokeError):
            for axes, original, active in places:
                axes._set_position(original, which="original")  # type: ignore[attr-defined]
                axes._set_position(active, which="active")  # type: ignore[attr-defined]
            return None

    def _draw(self, figure: Figure, *, after_pyplot: bool) -> str | None:
        assert self._print is not None
        engine = figure.get_layout_engine()
        if after_pyplot and figure.axes and engine is not None:
            # All that is left of pyplot's drawing once the figure is drawn again.
            with suppress(ValueError):
                engine.execute(figure)
        return self._print(figure)


def install(shell: Any, pictures: KnownPictures) -> None:
    """Have an IPython shell take its pictures from `pictures`. Call it when the inline backend is set up.

    Other formats than PNG are left alone, also those chosen later.
    """
    from IPython.core.pylabtools import print_figure
    from matplotlib.figure import Figure

    formatter = shell.display_formatter.formatters["image/png"]
    draw = formatter.lookup_by_type(Figure) if Figure in formatter else None
    if type(draw) is not partial or draw.func is not print_figure:
        return
    pictures.print_with(draw)
    formatter.for_type(Figure, pictures)
    shell.events.register("pre_execute", pictures.begin)
    shell.events.register("pre_run_cell", lambda info: pictures.look_at(info.raw_cell or ""))
    # Before pyplot's own, which is registered already or will be with the first figure.
    shell.events.callbacks["post_execute"].insert(0, pictures.get_ready)


def warm() -> None:
    """Load and remember what the first picture of a process takes longest to: call it before forking."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    as_imported()
    # Without pyplot, so that no figure is open afterwards.
    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    left.set_title("$x^2$ ✓")
    left.plot([0, 1], [0, 1e-6], "o--", label="line")
    left.legend()
    left.annotate("text", (0, 0), arrowprops={"arrowstyle": "->"})
    right.bar([1], [1], hatch="//")
    figure.colorbar(right.imshow([[0, 1]]))
    fingerprint(figure, {})
    figure.savefig(BytesIO(), format="png", bbox_inches="tight")


def _beyond_this_file(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


class _SpokeError(BaseException):
    """A drawing was about to print something. No handler of errors may keep it."""


class _Ear:
    """A stream that tells when something is written to it."""

    def __init__(self, stream: Any, hear: Callable[[], None]) -> None:
        self._stream, self._hear = stream, hear

    def write(self, text: str) -> Any:
        self._hear()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _listening(hear: Callable[[], None]) -> Iterator[None]:
    """Call `hear` when this thread writes to the standard streams; others may go on."""
    me = get_ident()
    streams = sys.stdout, sys.stderr
    ears: Any = [_Ear(stream, lambda: hear() if get_ident() == me else None) for stream in streams]
    sys.stdout, sys.stderr = ears
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


@contextmanager
def _overheard() -> Iterator[list[None]]:
    """Note what is printed: a warning about a missing glyph, say, belongs to a cell's output as well."""
    heard: list[None] = []
    with _listening(lambda: heard.append(None)):
        yield heard


@contextmanager
def _broken_off() -> Iterator[None]:
    """Raise _SpokeError before this thread prints anything, and before a warning counts as given."""
    me, warn = get_ident(), warnings.warn

    def break_off() -> NoReturn:
        raise _SpokeError

    def break_off_or_warn(*args: Any, **options: Any) -> None:
        if get_ident() == me:
            break_off()
        warn(*args, **options)

    warnings.warn = break_off_or_warn
    try:
        with _listening(break_off):
            yield
    finally:
        warnings.warn = warn
