"""What an answer does to a check's own data, and which objects are one and the same, a check sees as in one process."""

from __future__ import annotations

from grader.grading.grade import grade
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of, with_solution_run
from tests.grader.judge.exercises import Exercise, with_marks, without_marks

FRAME = "import pandas as pd\nframe = pd.DataFrame({'a': [1], 'b': [2]})\n"
SCALE = "def scaled(x):\n    return x / x.sum()"
SCALE_IN_PLACE = "def scaled(x):\n    x /= x.sum()\n    return x"
STACK = """class Stack:
    def __init__(self, items):
        self.items = list(items)
    def push(self, item):
        self.items.append(item)"""
TEAM = """class Team:
    def __init__(self, members):
        self.members = members
    def add(self, member):
        self.members.append(member)
        return len(self.members)"""
ORDERED = "def ordered(numbers):\n    return sorted(numbers)"
EMPTIES = "def ordered(numbers):\n    numbers.clear()\n    return []"
REFUSES = "def refuse(numbers):\n    raise ValueError(numbers)"
SHOWS = "def show(numbers):\n    print(numbers)\n    return len(numbers)"
EACH = "def each(numbers, do):\n    for number in numbers:\n        do(number)\n    return len(numbers)"
# What an answer gives reaches the check in many ways. Each answer that gets no marks changes what it is
# compared with, and hands that over.
COMPARED = {
    "raised": Exercise(
        REFUSES,
        REFUSES.replace("raise", "numbers.clear()\n    raise"),
        "numbers, raised = [1], False\ntry:\n    result = refuse(numbers)\nexcept ValueError as error:\n"
        "    raised = True\n    assert error.args == (numbers,)\nassert raised",
    ),
    "raised_within": Exercise(
        REFUSES,
        REFUSES.replace("raise", "numbers.clear()\n    raise"),
        "import unittest\ncase = unittest.TestCase()\nnumbers = [1]\n"
        "with case.assertRaises(ValueError) as caught:\n    result = refuse(numbers)\n"
        "assert caught.exception.args[0] == numbers",
    ),
    "printed": Exercise(
        SHOWS,
        SHOWS.replace("print", "numbers.clear()\n    print"),
        "import io\nfrom contextlib import redirect_stdout\nnumbers = [1]\n"
        "with redirect_stdout(io.StringIO()) as printed:\n    result = show(numbers)\n"
        "text = printed.getvalue()\nassert text == f'{numbers}\\n'",
    ),
    "printed_in_place_of": Exercise(
        SHOWS,
        SHOWS.replace("print", "numbers.clear()\n    print"),
        "import io, sys\nnumbers, kept = [1], sys.stdout\nsys.stdout = printed = io.StringIO()\n"
        "result = show(numbers)\nsys.stdout = kept\ntext = printed.getvalue()\n"
        "assert text == f'{numbers}\\n'",
    ),
    "called_with": Exercise(
        EACH,
        EACH.replace("for", "numbers.clear()\n    for"),
        "numbers, seen = [2, 1], []\nresult = each(numbers, seen.append)\nassert seen == numbers",
    ),
    "called_with_says_a_mock": Exercise(
        EACH,
        EACH.replace("for", "numbers[:] = [7]\n    for"),
        "from unittest.mock import Mock\nnumbers, noted = [2], Mock()\nresult = each(numbers, noted)\n"
        "assert noted.call_args.args[0] == numbers[0]",
    ),
    "matched": Exercise(
        ORDERED,
        EMPTIES,
        "numbers = [2, 1]\nmatch ordered(numbers):\n    case [*items]:\n        assert items == sorted(numbers)",
    ),
    "put_into_an_item_of_an_item": Exercise(
        ORDERED,
        EMPTIES,
        "numbers, found = [2, 1], {}\nfound.setdefault('a', {})['b'] = ordered(numbers)\n"
        "assert found == {'a': {'b': sorted(numbers)}}",
    ),
    "put_into_a_row": Exercise(
        ORDERED,
        EMPTIES,
        "numbers, rows = [2, 1], [[]]\nrow = rows[0]\nrow += [ordered(numbers)]\n"
        "assert rows == [[sorted(numbers)]]",
    ),
    "put_by_a_method_of_another_name": Exercise(
        ORDERED,
        EMPTIES,
        "numbers, rows = [2, 1], []\nkeep = rows.append\nkeep(ordered(numbers))\n"
        "assert rows == [sorted(numbers)]",
    ),
    "given_by_a_default": Exercise(
        ORDERED,
        EMPTIES,
        "numbers = [2, 1]\ndef run(function=ordered):\n    return function(numbers)\nresult = run()\n"
        "assert result == sorted(numbers)",
    ),
    "yielded": Exercise(
        ORDERED,
        EMPTIES,
        "numbers = [2, 1]\ndef results():\n    yield ordered(numbers)\nfor result in results():\n"
        "    assert result == sorted(numbers)",
    ),
}
EXERCISES = {
    "rows_of_their_own": Exercise(
        "def grid(n):\n    return [[0] * n for _ in range(n)]",
        "def grid(n):\n    return [[0] * n] * n",
        "made = grid(2)\nmade[0][0] = 1\nassert made == [[1, 0], [0, 0]]",
    ),
    "names_of_one_list": Exercise(
        "first = [1]\nsecond = first",
        "first = [1]\nsecond = [1]",
        "assert first is second\nfirst.append(2)\nassert second == [1, 2]",
    ),
    "a_copy": Exercise(
        "def copied(numbers):\n    return list(numbers)",
        "def copied(numbers):\n    return numbers",
        "numbers = [1, 2]\nassert copied(numbers) == numbers\nassert copied(numbers) is not numbers",
    ),
    "the_argument_itself_changed": Exercise(
        "def swapped(pair):\n    pair.reverse()\n    return pair",
        "def swapped(pair):\n    return pair[::-1]",
        "pair = [1, 2]\nresult = swapped(pair)\nassert result == [2, 1]\nassert result is pair",
    ),
    "another_list": Exercise(
        "def turned(pair):\n    return pair[::-1]",
        "def turned(pair):\n    pair.reverse()\n    return pair",
        "pair = [1, 2]\nresult = turned(pair)\nassert result == [2, 1]\nassert result is not pair",
    ),
    "a_deep_copy": Exercise(
        "import copy\ndef deep(rows):\n    return copy.deepcopy(rows)",
        "def deep(rows):\n    return list(rows)",
        "rows = [[1], [2]]\ndeep(rows)[0].append(3)\nassert rows == [[1], [2]]",
    ),
    "the_argument_itself": Exercise(
        "def same(numbers):\n    return numbers",
        "def same(numbers):\n    return list(numbers)",
        "numbers = [1, 2]\nassert same(numbers) is numbers",
    ),
    "a_copy_of_a_part": Exercise(
        "def head(x):\n    return x[:2].copy()",
        "def head(x):\n    return x[:2]",
        "x = np.arange(4)\npart = head(x)\npart[0] = 9\nassert list(part) == [9, 1]\nassert x[0] == 0",
    ),
    "a_view": Exercise(
        "def half(x):\n    return x[::-2]",
        "def half(x):\n    return x[::-2].copy()",
        "x = np.arange(4.0)\nassert np.shares_memory(x, half(x))\nassert list(half(x)) == [3, 1]",
    ),
    "left_alone": Exercise(
        "def ordered(numbers):\n    return sorted(numbers)",
        "def ordered(numbers):\n    numbers.sort()\n    return numbers",
        "numbers = [3, 1, 2]\nresult = ordered(numbers)\nassert result == [1, 2, 3] and numbers == [3, 1, 2]",
    ),
    "left_alone_or_it_says_what_came": Exercise(
        "def arranged(numbers):\n    return sorted(numbers)",
        "def arranged(numbers):\n    numbers.sort()\n    return numbers",
        "numbers = [2, 1]\nresult = arranged(numbers)\nassert result == [1, 2]\n"
        "assert numbers == [2, 1], f'It gives {result} and changes its argument.'",
    ),
    "what_it_keeps_from_call_to_call": Exercise(
        "def square(n, kept):\n    kept[n] = n * n\n    return kept[n]",
        "def square(n, kept):\n    return n * n",
        "kept = {}\nassert square(2, kept) == 4\nassert square(3, kept) == 9\nassert kept == {2: 4, 3: 9}",
    ),
    "how_often_it_was_called": Exercise(
        "def log(lines):\n    lines.append('x')\n    return len(lines)",
        "def log(lines):\n    lines[:] = ['x']\n    return 1",
        "lines = []\nassert log(lines) == 1\nassert log(lines) == 2\nassert lines == ['x', 'x']",
    ),
    "what_the_check_has_changed_itself": Exercise(
        "def least(numbers):\n    numbers.sort()\n    return numbers[0]",
        "def least(numbers):\n    return min(numbers)",
        "numbers = [3, 1]\nresult = least(numbers)\nassert numbers == [1, 3]\nnumbers[:] = [9, 8]\n"
        "assert numbers == [9, 8]\nresult = least(numbers)\nassert numbers == [8, 9]",
    ),
    "a_part_and_the_whole": Exercise(
        "def half(x):\n    x /= 2\n    return x[0]",
        "def half(x):\n    return x[0] / 2",
        "x = np.array([4.0, 8])\npart = x[:1]\nresult = half(x)\nresult = half(part)\n"
        "np.testing.assert_array_equal(part, [1])",
    ),
    "many_lists": Exercise(
        "def sort(numbers):\n    numbers.sort()\n    return numbers",
        "def sort(numbers):\n    return sorted(numbers)",
        "for number in range(1100):\n    numbers = [3, 1, number]\n    result = sort(numbers)\n"
        "    assert numbers == sorted([3, 1, number])",
    ),
    "left_alone_says_a_test_case": Exercise(
        "def turn(numbers):\n    return numbers[::-1]",
        "def turn(numbers):\n    numbers.reverse()\n    return numbers",
        "import unittest\nclass Test(unittest.TestCase):\n    def test_it(self):\n        numbers = [1, 2]\n"
        "        self.assertEqual(turn(numbers), [2, 1])\n        self.assertEqual(numbers, [1, 2])\n"
        "tests = unittest.defaultTestLoader.loadTestsFromTestCase(Test)\n"
        "assert unittest.TextTestRunner().run(tests).wasSuccessful()",
    ),
    "left_as_before": Exercise(
        "def total(numbers):\n    return sum(numbers)",
        "def total(numbers):\n    found = 0\n    while numbers:\n        found += numbers.pop()\n    return found",
        "numbers = [1, 2]\nbefore = list(numbers)\nassert total(numbers) == 3\nassert numbers == before",
    ),
    "left_alone_says_numpy": Exercise(
        SCALE,
        SCALE_IN_PLACE,
        "x = np.array([1.0, 3])\nnp.testing.assert_allclose(scaled(x), [0.25, 0.75])\n"
        "np.testing.assert_array_equal(x, [1, 3])",
    ),
    "left_alone_in_a_function": Exercise(
        SCALE.replace("scaled", "part"),
        SCALE_IN_PLACE.replace("scaled", "part"),
        "def test():\n    x = np.array([1.0, 3])\n    result = part(x)\n    assert result[0] == 0.25\n"
        "    assert x[0] == 1\ntest()",
    ),
    "left_alone_in_a_function_that_is_given_it": Exercise(
        SCALE.replace("scaled", "share"),
        SCALE_IN_PLACE.replace("scaled", "share"),
        "def run(function, x, expected):\n    before = x.copy()\n    given = function(x)\n"
        "    np.testing.assert_allclose(given, expected)\n    assert (x == before).all()\n"
        "run(share, np.array([1.0, 3]), [0.25, 0.75])",
    ),
    "changed_in_a_function_that_is_given_it": Exercise(
        "def doubled(x):\n    x *= 2\n    return x",
        "def doubled(x):\n    return x * 2",
        "def run(function, x, expected):\n    given = function(x)\n    assert list(x) == expected\n"
        "    assert list(given) == expected\nrun(doubled, np.array([1, 2]), [2, 4])",
    ),
    "arrays_in_a_list": Exercise(
        "def descend(weights, slopes):\n    for w, g in zip(weights, slopes):\n        w -= g / 2",
        "def descend(weights, slopes):\n    pass",
        "w, b = np.ones(2), np.ones(1)\ndescend([w, b], [np.ones(2), np.ones(1)])\n"
        "assert np.allclose(w, 0.5)\nassert np.allclose(b, 0.5)",
    ),
    "a_row_under_its_own_name": Exercise(
        "def double(rows):\n    for row in rows:\n        row[:] = [2 * number for number in row]",
        "def double(rows):\n    rows[:] = [[2 * number for number in row] for row in rows]",
        "row = [1, 2]\nrows = [row, [3, 4]]\ndouble(rows)\nassert rows == [[2, 4], [6, 8]]\nassert row == [2, 4]",
    ),
    "called_only_within_assertions": Exercise(
        "def pay(accounts, name):\n    accounts[name] = accounts.get(name, 0) + 1\n    return accounts[name]",
        "def pay(accounts, name):\n    return 1",
        "accounts = {}\nassert pay(accounts, 'a') == 1\nassert pay(accounts, 'a') == 2",
    ),
    "under_another_name": Exercise(
        "def arrange(numbers):\n    numbers.sort()",
        "def arrange(numbers):\n    pass",
        "function = arrange\nnumbers = [3, 1]\nfunction(numbers)\nfound = list(numbers)\nassert found == [1, 3]",
    ),
    "until_nothing_is_left": Exercise(
        "def take(numbers):\n    return numbers.pop()",
        "def take(numbers):\n    numbers.clear()",
        "numbers, found = [1, 2], []\nwhile numbers:\n    found.append(take(numbers))\nassert found == [2, 1]",
    ),
    "another_list_says_a_test_case": Exercise(
        "def mirrored(pair):\n    return pair[::-1]",
        "def mirrored(pair):\n    pair.reverse()\n    return pair",
        "import unittest\ncase, pair = unittest.TestCase(), [1, 2]\nresult = mirrored(pair)\n"
        "case.assertEqual(result, [2, 1])\ncase.assertIsNot(result, pair)",
    ),
    "a_copy_each_time": Exercise(
        "def step(place):\n    place[0] += 1\n    return list(place)",
        "def step(place):\n    place[0] += 1\n    return place",
        "place = [0]\nassert [step(place) for _ in range(3)] == [[1], [2], [3]]",
    ),
    "a_frame_changed_in_place": Exercise(
        FRAME + "def add(data):\n    data['c'] = data.a + data.b",
        FRAME + "def add(data):\n    data.assign(c=data.a + data.b)",
        "import pandas as pd\nown = pd.DataFrame({'a': [3], 'b': [4]})\nadd(own)\nassert list(own.c) == [7]\n"
        "add(frame)\nassert list(frame.c) == [3]",
    ),
    "a_frame_left_alone": Exercise(
        "def added(data):\n    return data.assign(c=data.a + data.b)",
        "def added(data):\n    data['c'] = data.a + data.b\n    return data",
        "import pandas as pd\nown = pd.DataFrame({'a': [3], 'b': [4]})\nassert list(added(own).c) == [7]\n"
        "assert list(own.columns) == ['a', 'b']",
    ),
    "what_it_keeps_there": Exercise(
        "def factorial(n, known):\n    known[n] = n * factorial(n - 1, known) if n else 1\n    return known[n]",
        "def factorial(n, known):\n    return n * factorial(n - 1, known) if n else 1",
        "known = {}\nassert factorial(3, known) == 6\nassert known == {0: 1, 1: 1, 2: 2, 3: 6}",
    ),
    "what_an_object_was_made_of": Exercise(
        STACK,
        STACK.replace("list(items)", "items"),
        "items = [1, 2]\nstack = Stack(items)\nstack.push(3)\nassert stack.items == [1, 2, 3]\n"
        "assert items == [1, 2]",
    ),
    "what_an_object_shares": Exercise(
        TEAM,
        TEAM.replace("= members", "= list(members)"),
        "members = [1]\nteam = Team(members)\nassert team.add(2) == 2\nassert members == [1, 2]",
    ),
    "a_queue_of_the_students_kind": Exercise(
        "from collections import deque\nqueue = deque()\ndef put(queue, item):\n    queue.append(item)",
        "queue = []\ndef put(queue, item):\n    return [*queue, item]",
        "put(queue, 1)\nassert len(queue) == 1",
    ),
    "a_queue_that_is_used_up": Exercise(
        "def serve(queue):\n    return queue.popleft()",
        "def serve(queue):\n    return queue[0]",
        "from collections import deque\nqueue = deque([3, 4], maxlen=2)\nassert serve(queue) == 3\n"
        "assert queue == deque([4]) and queue.maxlen == 2",
    ),
    "a_queue_left_alone": Exercise(
        "def longest(queue):\n    return max(queue)",
        "def longest(queue):\n    queue.rotate()\n    return max(queue)",
        "from collections import deque\nqueue = deque([3, 4])\nassert longest(queue) == 4\n"
        "assert queue == deque([3, 4])",
    ),
    "a_queue_that_is_given_back": Exercise(
        "from collections import deque\ndef turned(items):\n    queue = deque(items, maxlen=3)\n"
        "    queue.rotate(1)\n    return queue",
        "def turned(items):\n    return [items[-1], *items[:-1]]",
        "from collections import deque\nassert turned([1, 2, 3]) == deque([3, 1, 2])\n"
        "assert turned([1, 2, 3]).maxlen == 3",
    ),
    "a_dictionary_that_makes_what_it_lacks": Exercise(
        "from collections import defaultdict\ndef grouped(words):\n    groups = defaultdict(list)\n"
        "    for word in words:\n        groups[word[0]].append(word)\n    return groups",
        "def grouped(words):\n    groups = {}\n    for word in words:\n"
        "        groups.setdefault(word[0], []).append(word)\n    return groups",
        "found = grouped(['ab', 'ac'])\nassert found == {'a': ['ab', 'ac']}\nassert found['z'] == []",
    ),
    "a_dictionary_that_is_filled": Exercise(
        "def count(seen, word):\n    seen[word] += 1\n    return len(seen)",
        "def count(seen, word):\n    return len(dict(seen, **{word: 1}))",
        "from collections import defaultdict\nseen = defaultdict(int)\nassert count(seen, 'a') == 1\n"
        "assert seen == {'a': 1} and seen['b'] == 0",
    ),
    "a_dictionary_with_a_function_of_its_own": Exercise(
        "from collections import defaultdict\ndef scores(names):\n"
        "    return defaultdict(lambda: 7, dict.fromkeys(names, 8))",
        "def scores(names):\n    return dict.fromkeys(names, 7)",
        "assert scores('ab') == {'a': 8, 'b': 8}",
    ),
    "bytes_that_are_changed": Exercise(
        "def flip(bits):\n    for place in range(len(bits)):\n        bits[place] ^= 255\n    return bits",
        "def flip(bits):\n    return bytearray(each ^ 255 for each in bits)",
        "bits = bytearray(b'\\x00\\x0f')\nassert flip(bits) is bits\nassert bits == b'\\xff\\xf0'",
    ),
}


def test_right_answers_get_all_points() -> None:
    assert without_marks(EXERCISES) == {}


def test_wrong_answers_get_none() -> None:
    assert with_marks(EXERCISES) == set()


def test_a_result_is_compared_with_what_data_were_and_with_what_became_of_them() -> None:
    """As in one process, where an answer that changes `x` is compared with what it has made of it."""
    right = "def squares(x):\n    return x * x"
    asks = "x = np.arange(3.0)\nresult = squares(x)\nassert np.allclose(result, x**2)"
    for changes in ("x *= x", "x *= 0"):
        wrong = f"def squares(x):\n    {changes}\n    return x"
        assert with_marks({"squares": Exercise(right, wrong, asks)}) == set()


def test_only_the_solution_shows_which_argument_a_function_is_to_change() -> None:
    in_place = "def sort(numbers):\n    numbers.sort()\n    return len(numbers)"
    asks = "numbers = [2, 1]\ncount = sort(numbers)\nassert numbers == [1, 2]\nassert count == len(numbers)"
    spec = spec_of(answer("sort", in_place), check("sorted", asks))
    known = with_solution_run(spec)
    assert known.shown_by_solution == {"sorted": ["sort changes argument 0"]}
    for answered, points in ((in_place, 2), (in_place.replace("numbers.sort()", "numbers[:] = []"), 0)):
        assert grade(as_bytes(handed_in(known, sort=answered)), known).points == points
    # Without its run nobody knows.
    assert grade(as_bytes(handed_in(spec, sort=in_place)), spec).points == 0


def test_a_call_changes_only_those_of_its_arguments_that_the_solution_changes() -> None:
    step = "def step(w, g):\n    w -= 0.5 * g"
    asks = (
        "import numpy as np\nw, g = np.ones(2), np.ones(2)\nbefore = w.copy()\nstep(w, g)\n"
        "assert np.allclose(w, before - 0.5 * g)"
    )
    spec = with_solution_run(spec_of(answer("step", step), check("stepped", asks)))
    assert spec.shown_by_solution == {"stepped": ["step changes argument 0"]}
    uses_g = "def step(w, g):\n    g *= 0.5\n    w -= g"
    for answered, points in ((step, 2), ("def step(w, g):\n    g *= 0", 0), (uses_g, 0)):
        result = grade(as_bytes(handed_in(spec, step=answered)), spec)
        assert result.points == points, result.cells


def test_objects_of_the_lessons_own_classes_become_what_an_answer_makes_of_them() -> None:
    node = (
        "class Node:\n    def __init__(self, value, next=None):\n        self.value, self.next = value, next"
    )
    append = "def append(node, value):\n    while node.next:\n        node = node.next\n    node.next = Node(value)"
    turn = (
        "def turned(node):\n    before = None\n    while node:\n"
        "        node.next, before, node = before, node, node.next\n    return before"
    )
    grow = "def grow(nodes):\n    for node in nodes:\n        node.value += 1"
    walk = "found = []\nwhile node:\n    found.append(node.value)\n    node = node.next\n"
    spec = with_solution_run(
        spec_of(
            code(node),
            answer("append", append),
            check(
                "appended",
                "first = node = Node(1, Node(2))\nappend(first, 3)\n" + walk + "assert found == [1, 2, 3]",
            ),
            answer("turned", turn),
            check("is_turned", "node = turned(Node(1, Node(2)))\n" + walk + "assert found == [2, 1]"),
            answer("grow", grow),
            check(
                "grown",
                "nodes = [Node(1), Node(2)]\ngrow(nodes)\nassert [node.value for node in nodes] == [2, 3]",
            ),
        )
    )
    assert spec.unjudged == {}
    solved = handed_in(spec, append=append, turned=turn, grow=grow)
    assert [cell.points for cell in grade(as_bytes(solved), spec).cells] == [2, 2, 2]


def test_no_answer_puts_something_in_place_of_a_method_of_the_checks() -> None:
    count = "def count(box):\n    box.items.append(1)\n    return len(box.items)"
    cheats = "def count(box):\n    box.is_full = lambda: True\n    box.items.append(0)\n    return 1"
    spec = with_solution_run(
        spec_of(
            code("class Box:\n    def __init__(self):\n        self.items = []\n    def is_full(self):\n"
                 "        return sum(self.items) > 0"),
            answer("count", count),
            check("counted", "box = Box()\nassert count(box) == 1\nassert box.is_full()"),
        )
    )  # fmt: skip
    assert [cell.points for cell in grade(as_bytes(handed_in(spec, count=count)), spec).cells] == [2]
    assert grade(as_bytes(handed_in(spec, count=cheats)), spec).cells[0].points == 0


def test_an_object_keeps_the_function_that_it_holds_when_an_answer_changes_it() -> None:
    layer = (
        "class Layer:\n    activation = abs\n"
        "    def __init__(self):\n        self.size, self.activation = 1, round"
    )
    grow = "def grow(layer):\n    layer.size += 1"
    asks = "layer = Layer()\ngrow(layer)\nassert layer.size == 2\nassert layer.activation(-1.6) == -2"
    spec = with_solution_run(spec_of(code(layer), answer("grow", grow), check("grown", asks)))
    assert spec.unjudged == {}
    assert grade(as_bytes(handed_in(spec, grow=grow)), spec).points == 2


def test_nothing_is_used_up_or_counted_twice() -> None:
    right = "def ordered(numbers):\n    numbers.sort()\n    return list(numbers)"
    spec = with_solution_run(
        spec_of(
            answer("ordered", ORDERED),
            check("numbered", "pairs = enumerate(ordered([2, 1]))\nassert list(pairs) == [(0, 1), (1, 2)]"),
            check(
                "mapped", "data = [2, 1]\nfound = map(str, ordered(data))\nassert list(found) == ['1', '2']"
            ),
            check(
                "queued",
                "import queue\nfound, data = queue.Queue(), [2, 1]\nresult = ordered(data)\n"
                "for each in result:\n    found.put(each)\nassert found.get() == 1\nassert found.get() == 2",
            ),
            check(
                "counted",
                "score, data = 0, [2, 1]\ndef assert_right(one, other):\n    global score\n    score += one == other\n"
                "result = ordered(data)\nassert_right(result, [1, 2])\nassert_right(result, [])\nassert score == 1",
            ),
            check("points", "def assert_points(one):\n    return one\nassert_points(len(ordered([1, 2])))"),
        )
    )
    assert spec.unjudged == {}
    result = grade(as_bytes(handed_in(spec, ordered=right)), spec)
    assert [cell.points for cell in result.cells] == [2, 2, 2, 2, 2]
    short = grade(as_bytes(handed_in(spec, ordered="def ordered(numbers):\n    return numbers[:1]")), spec)
    assert short.cells[-1].points == 1


def test_results_that_a_check_collects_are_compared_with_what_its_data_were() -> None:
    right = "def ordered(numbers):\n    return sorted(numbers)"
    cheats = "def ordered(numbers):\n    numbers[:] = [0]\n    return [0]"
    asks = "numbers, results = [2, 1], []\n"
    exercises = {
        f"ordered_{place}": Exercise(
            right.replace("ordered", f"ordered_{place}"),
            cheats.replace("ordered", f"ordered_{place}"),
            asks + text,
        )
        for place, text in enumerate(
            (
                "results.append(ordered_0(numbers))\nassert results == [sorted(numbers)]",
                "def keep(result):\n    results.append(result)\nkeep(ordered_1(numbers))\n"
                "assert results[0] == sorted(numbers)",
                "found = {}\nfound['it'] = ordered_2(numbers)\nassert found['it'] == sorted(numbers)",
                "for result in [ordered_3(numbers)]:\n    assert result == sorted(numbers)",
            )
        )
    }
    assert without_marks(exercises) == {}
    assert with_marks(exercises) == set()


def test_no_answer_changes_what_it_is_compared_with() -> None:
    named = {
        name: Exercise(*(_named(text, name) for text in (each.right, each.wrong, each.check)))
        for name, each in COMPARED.items()
    }
    assert without_marks(named) == {}
    assert with_marks(named) == set()


def _named(text: str, exercise: str) -> str:
    """With functions of this exercise's own."""
    for function in ("ordered", "refuse", "show", "each"):
        text = text.replace(f"{function}(", f"{function}_{exercise}(")
        text = text.replace(f"={function})", f"={function}_{exercise})")
    return text


def test_functions_of_the_lesson_that_call_an_answer_give_what_it_gives() -> None:
    spec = spec_of(
        code("def run(numbers):\n    return ordered(numbers)\ndef made():\n    return [2, 1]\nkept = []"),
        code("def keep(numbers):\n    kept.append(ordered(numbers))\n    return len(kept)"),
        answer("ordered", ORDERED),
        check("by_a_function", "numbers = made()\nresult = run(numbers)\nassert result == sorted(numbers)"),
        check("left_alone", "numbers = made()\nresult = run(numbers)\nassert numbers == [2, 1]"),
        check("kept", "numbers = made()\nfound = keep(numbers)\nassert kept == [sorted(numbers)]"),
    )
    right = grade(as_bytes(handed_in(spec, ordered=ORDERED)), spec)
    assert [cell.points for cell in right.cells] == [2, 2, 2]
    wrong = grade(as_bytes(handed_in(spec, ordered=EMPTIES)), spec)
    assert [cell.points for cell in wrong.cells] == [0, 0, 0]


def test_a_check_asks_an_answer_for_nothing_that_it_does_not_name() -> None:
    thing = (
        "class Thing:\n    asked = []\n    def __getattr__(self, name):\n        self.asked.append(name)\n"
        "        return 1\nthing = Thing()\ndef asked():\n    return Thing.asked"
    )
    spec = spec_of(
        answer("thing", thing),
        check("names_it", "assert thing.of_check == 1"),
        check("names_it_not", "assert not {'fget', 'fset'} & set(asked())"),
    )
    result = grade(as_bytes(handed_in(spec, thing=thing)), spec)
    assert [cell.points for cell in result.cells] == [2, 2], [cell.message for cell in result.cells]
