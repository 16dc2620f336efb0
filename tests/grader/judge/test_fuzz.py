"""Whatever a student's process sends, the judge gets a value or a refusal in words, and nothing else."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.executor.link import Link, LinkClosedError, LinkMisusedError
from grader.executor.messages import Display, Output, Said, TooMuchOutputError, said
from grader.executor.outputs import Budget, Outputs
from grader.executor.trainings import Array, Generator, Train
from grader.judge import wire
from grader.judge.bridge import Bridge
from grader.judge.from_student import STUDENT
from grader.judge.stopped import StoppedCheckError
from tests.fuzzing import with_examples

# `make benchmarks` sends 10,000 of each.
EXAMPLES = int(os.environ.get("FUZZED_MESSAGES", "150"))
fuzzed = with_examples(EXAMPLES)
numbers = st.integers(-5, 70) | st.sampled_from([2**31, 2**62, -(2**63)])
texts = st.text(max_size=8) | st.sampled_from(
    [
        "",
        "__class__",
        "\0",
        "f8",
        "O",
        "<U4",
        "V8",
        "0x1",
        "1/0",
        "1e999",
        "nan",
        "int",
        "eval",
        "PCG64",
        "list",
    ]
)
DTYPES = st.sampled_from(
    ["<f8", ">i4", "|b1", "<U3", "|S2", "O", "V4", "<M8[ns]", "<f16", "i4,i4", "", "<c8", "|u1"]
)
arrays = st.builds(
    wire.Array,
    DTYPES,
    st.lists(st.integers(-1, 4), max_size=3),
    st.binary(max_size=64),
    st.integers(-2, 3),
    st.booleans(),
)
plain = (
    st.none() | st.booleans() | numbers | st.floats() | texts | arrays
    | st.builds(wire.Constant, st.sampled_from(["Ellipsis", "NotImplemented"]))
    | st.builds(wire.Big, texts) | st.builds(wire.Complex, st.floats(), st.floats())
    | st.builds(wire.Exact, st.sampled_from(["Fraction", "Decimal"]), texts)
    | st.builds(wire.Data, st.binary(max_size=9)) | st.builds(wire.Own, numbers) | st.builds(wire.BuiltIn, texts)
    | st.builds(wire.Steps, st.sampled_from(["range", "slice"]), st.tuples(*[st.none() | numbers] * 3))
)  # fmt: skip
KINDS = st.sampled_from(["function", "iterator", "object"])
classes = st.recursive(
    st.builds(wire.Class, numbers, texts, KINDS, st.just([]), st.lists(texts, max_size=2), texts),
    lambda inner: st.builds(
        wire.Class, numbers, texts, KINDS, st.lists(inner, max_size=2), st.lists(texts, max_size=2), texts
    ),
    max_leaves=4,
)
ARCHITECTURES = st.sampled_from(
    [
        "", "{}", "[]", "[" * 2000, '{"class_name": "Lambda", "config": {}}',
        '{"class_name": "Sequential", "module": "keras", "config": {"layers": []}, "registered_name": null}',
        '{"class_name": "Popen", "module": "subprocess", "config": {"args": ["touch", "/tmp/escaped"]}}',
        '{"class_name": "function", "module": "builtins", "config": "eval"}',
        '{"class_name": "get_file", "module": "keras.utils", "config": {}}',
        '{"class_name": "__lambda__", "config": {"value": "x"}}',
    ]
)  # fmt: skip


def _nested(inner: Any) -> Any:
    lines = st.builds(
        wire.Line, inner, inner, inner, inner, inner, inner, st.floats(), st.floats(),
        st.none() | st.floats(), st.lists(st.floats(), max_size=3), st.floats(),
    )  # fmt: skip
    samples = st.builds(wire.Sample, st.tuples(*[st.floats()] * 4))
    pairs = st.tuples(st.floats(), st.floats())
    drawings = st.builds(
        wire.Drawing, numbers, texts, texts, texts, pairs, pairs, texts, texts, st.lists(lines, max_size=2),
        st.lists(st.tuples(*[st.floats()] * 4), max_size=2), st.lists(inner, max_size=2),
        st.none() | st.lists(st.tuples(st.none() | lines | samples, texts), max_size=2),
    )  # fmt: skip
    return (
        st.builds(wire.Items, st.sampled_from(["list", "tuple", "set", "frozenset"]), st.lists(inner, max_size=3))
        | st.builds(wire.Pairs, st.lists(st.tuples(inner, inner), max_size=3))
        | st.builds(wire.Objects, st.lists(st.integers(-1, 3), max_size=2), st.lists(inner, max_size=3))
        | st.builds(wire.Cast, inner, numbers)
        | classes
        | st.builds(wire.Handle, numbers, KINDS, texts, texts, texts, st.none() | classes)
        | st.builds(wire.Record, numbers, texts, texts, st.dictionaries(texts, inner, max_size=2))
        | st.builds(wire.Model, numbers, ARCHITECTURES, st.lists(arrays, max_size=2), ARCHITECTURES, numbers)
        | st.builds(wire.History, numbers, inner, inner, inner)
        | drawings
        | st.builds(wire.Figure, numbers, texts, st.lists(drawings, max_size=2))
        | st.builds(wire.Randomness, numbers, texts, inner)
        | st.builds(wire.Table, numbers, st.sampled_from(["DataFrame", "Series", "Index"]), inner, st.lists(inner, max_size=2), inner)
    )  # fmt: skip


values = st.recursive(plain, _nested, max_leaves=8)
answers = (
    st.builds(wire.Answer, values, st.dictionaries(texts, values, max_size=2), st.lists(st.tuples(numbers, values), max_size=2))
    | st.builds(wire.Refusal, texts, st.lists(texts, max_size=3), texts, texts, st.none() | classes)
    | st.builds(wire.Call, numbers, st.lists(values, max_size=2), st.dictionaries(texts, values, max_size=1))
)  # fmt: skip


class FromStudent(Link):
    """A link on which one message after another has arrived already, and none goes out."""

    def __init__(self, *messages: tuple[bytes, list[bytearray]]) -> None:
        self.messages = list(messages)

    def send(self, message: bytes, buffers: Any = ()) -> None:
        pass

    def receive(self, most: int = 0, most_in_buffers: int = 0) -> Any:  # noqa: ARG002
        if not self.messages:
            raise LinkClosedError("no more")
        return self.messages.pop(0)


def asked(*messages: tuple[bytes, list[bytearray]]) -> None:
    """Have the judge ask for something, and use what comes as a check would. Only its own errors may come out."""
    bridge = Bridge(FromStudent(*messages))
    bridge.number(np.exp)
    raised: BaseException | None = None
    try:
        for value in bridge.values(bridge.fetch(["", "f8", "list"])).values():
            repr(value)
        result = bridge.call(0, (np.arange(3.0), [1, 2], {"a": 1}), {})
        repr(result)
        np.asarray(result, dtype=object)
    except (StoppedCheckError, Exception) as error:
        raised = error
    # An exception of the student's own is one that a check catches as it catches any.
    assert (
        raised is None
        or isinstance(raised, StoppedCheckError)
        or type(raised).__module__ in (STUDENT, "helpers.kit.exercise")
    ), repr(raised)


@fuzzed
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_bytes_are_a_message_or_are_refused(one: bytes, other: bytes) -> None:
    asked((one, []), (other, [bytearray(other)]))


@fuzzed
@given(answers, answers, st.lists(st.binary(max_size=64), max_size=2))
@example(wire.Answer(), wire.Answer(wire.Model(0, "[]", [], "", 0)), [])
@example(wire.Answer(), wire.Answer(wire.Model(0, '{"config": {"layers": 3}}', [], "", 0)), [])
def test_messages_are_values_or_are_refused(one: Any, other: Any, buffers: list[bytes]) -> None:
    encoder = msgspec.msgpack.Encoder()
    kept = [bytearray(each) for each in buffers]
    asked((encoder.encode(one), kept), (encoder.encode(other), kept))


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9) | st.sampled_from(["text/plain", "image/png", "application/json"]), inner, max_size=3),
    max_leaves=9,
)  # fmt: skip
outputs = st.fixed_dictionaries(
    {"type": st.sampled_from(["stream", "display", "result", "failure", "clear", "ended", "drawn", "run", 3])},
    optional={
        "name": st.sampled_from(["stdout", "stderr", "", 5]), "text": json, "data": json, "metadata": json,
        "display_id": json, "update": st.booleans(), "ename": json, "evalue": json, "traceback": json,
        "wait": json, "transient": st.none(), "number": json, "pictures": json,
    },
)  # fmt: skip


@fuzzed
@given(st.lists(outputs, max_size=4))
def test_outputs_are_those_of_a_notebook_or_are_refused(messages: list[Any]) -> None:
    import nbformat

    collected = Outputs(Budget(10_000), {}, 1)
    for message in messages:
        try:
            output: Said = said(msgspec.json.encode(message))
        except LinkMisusedError:
            continue
        if isinstance(output, Output):
            try:
                collected.add(output)
            except TooMuchOutputError:
                return
    cell = nbformat.v4.new_code_cell("", outputs=collected.collected())
    nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


@pytest.mark.parametrize("part", ["data", "metadata"])
def test_what_would_take_far_more_memory_than_its_message_is_never_decoded(part: str) -> None:
    nested: dict[str, Any] = {"application/json": [[]] * 1_000_000}
    with pytest.raises(TooMuchOutputError):
        said(msgspec.json.encode({"type": "display", "data": {}, part: nested}))
    message = msgspec.json.encode({"type": "display", "data": nested})
    with pytest.raises(TooMuchOutputError):
        said(message[:-1] + b',"data":{}}')
    asked = {"questions": ["a"] * 1_100_000, "answers": None}
    with pytest.raises(TooMuchOutputError):
        said(msgspec.json.encode({"type": "ended", "failed": False, "conversation": asked}))
    lines = {"type": "failure", "ename": "", "evalue": "", "traceback": ["a"] * 1_100_000}
    with pytest.raises(TooMuchOutputError):
        said(msgspec.json.encode(lines))
    text = {"text/plain": '[],"\\' * 1_000_000}
    large = Train("x" * 2_000_000, "", {}, (), (Array("<f4", (1,)),), Generator(None, 3, ()), False, False)
    assert said(msgspec.json.encode(large)) == large
    shown = said(msgspec.json.encode({"type": "display", "data": text}))
    assert isinstance(shown, Display)
    assert shown.data == text


@pytest.mark.parametrize(
    "message",
    [
        b'{"type":"display","data":{"text/plain":"%s"},"data":{}}' % (b"a" * 20_000),
        b'{"type":"display","data":{},"unknown":"%s"}' % (b"a" * 20_000),
        b'{"type":"display",%s"data":{}}' % (b" " * 20_000),
    ],
    ids=["written twice", "unknown", "blanks"],
)
def test_a_message_of_which_most_is_not_read_is_refused(message: bytes) -> None:
    with pytest.raises(LinkMisusedError):
        said(message)


@pytest.mark.parametrize("size", [2**40, 2**63])
def test_a_message_that_claims_to_be_huge_is_refused_before_anything_is_read(size: int) -> None:
    one, other = Link.pair()
    from grader.executor.link import HEAD

    one._end.sendall(HEAD.pack(size, 0))
    with pytest.raises(LinkMisusedError):
        other.receive()
