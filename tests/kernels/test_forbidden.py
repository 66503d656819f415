"""What would make results depend on threads or machines does not stand in the sources.

Each rule is a function from a syntax tree to the lines that break it, and is itself tried on lines that do.
"""

import ast
from pathlib import Path

import pytest

import society

PACKAGE = Path(society.__file__).parent
KERNELS = sorted((PACKAGE / "kernels").rglob("*.py"))
DRAWN_ON_SCREEN = PACKAGE / "dashboards"
SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if DRAWN_ON_SCREEN not in path.parents]
SET_UP = [PACKAGE / "model.py", PACKAGE / "memes.py", PACKAGE / "platforms.py", *(PACKAGE / "processes").glob("*.py")]

EXACT_MATHS = {"sqrt", "floor", "ceil", "isnan", "isinf", "isfinite", "inf", "nan", "copysign", "pi"}
"""Of `math`, what IEEE arithmetic determines to the last bit."""
INEXACT_NUMPY = {
    *(
        "exp",
        "exp2",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "logaddexp",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
    ),
    *("arcsin", "arccos", "arctan", "arctan2", "power", "float_power", "cbrt", "hypot", "linalg", "einsum", "dot"),
}
REDUCTIONS = {"sum", "mean", "std", "var", "prod", "dot", "cumsum", "nansum", "nanmean"}
SEEDED_RANDOM = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator", "RandomState"}


def attributes_of(tree, module):
    """(line, name) of every ``module.name``."""
    return [
        (node.lineno, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == module
    ]


def imported(tree):
    """(line, dotted name) of everything that is imported when the module is, functions left out."""
    found, left = [], list(tree.body)
    while left:
        node = left.pop()
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_for_types(node):
            left += ast.iter_child_nodes(node)
    return found


def is_for_types(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def fast_maths(tree):
    return [node.value.lineno for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "fastmath"]


def random_of_numpy(tree):
    return [line for line, name in attributes_of(tree, "np") if name == "random"] + [
        line for line, name in imported(tree) if name.split(".")[:2] == ["numpy", "random"] or name == "random"
    ]


def inexact_functions(tree):
    taken = [line for line, name in imported(tree) if name.startswith(("math.", "cmath", "scipy"))]
    return (
        taken
        + [line for line, name in attributes_of(tree, "math") if name not in EXACT_MATHS]
        + [line for line, name in attributes_of(tree, "np") if name in INEXACT_NUMPY]
    )


def inexact_powers(tree):
    """Powers whose exponent is no whole number written down."""
    powers = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]
    return [node.lineno for node in powers if not is_whole(node.right)]


def is_whole(node):
    number = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(number, ast.Constant) and isinstance(number.value, int)


def compiled_functions(tree, *decorators):
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and {ast.unparse(each) for each in node.decorator_list} & set(decorators)
    ]


def reductions_of_arrays(tree):
    """Sums and the like of numpy inside kernels."""
    calls = [
        node.func
        for function in compiled_functions(tree, "parallel", "device")
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    ]
    return [each.lineno for each in calls if isinstance(each, ast.Attribute) and each.attr in REDUCTIONS]


def reductions_of_loops(tree):
    """Adding up, in a prange loop, a variable that does not start anew in each iteration."""
    return [line for loop in prange_loops(tree) for line in carried_sums(loop)]


def prange_loops(tree):
    return [
        node
        for function in compiled_functions(tree, "parallel")
        for node in ast.walk(function)
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Call) and ast.unparse(node.iter.func) == "prange"
    ]


def carried_sums(loop):
    started = {
        name.id
        for node in ast.walk(loop)
        if isinstance(node, ast.Assign | ast.For)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }
    sums = [node for node in ast.walk(loop) if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)]
    return [node.lineno for node in sums if node.target.id not in started]


def atomics(tree):
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)]
    return [node.lineno for node in names if "atomic" in (node.id if isinstance(node, ast.Name) else node.attr)]


def casts_that_do_nothing(tree):
    """`float` of a number: in compiled code float32 stays float32; `np.float64` is meant."""
    calls = [
        node
        for function in compiled_functions(tree, "parallel", "device", "serial")
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
    ]
    return [node.lineno for node in calls if isinstance(node.args[0], ast.Subscript)]


def screen_libraries(tree):
    return [line for line, name in imported(tree) if name.split(".")[0] in {"solara", "matplotlib"}]


def global_random(tree):
    """Numbers drawn from the state that numpy or Python share among everybody."""
    numpys = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) in {"np.random", "numpy.random"}
        and node.attr not in SEEDED_RANDOM
    ]
    return numpys + [line for line, name in imported(tree) if name.split(".")[0] == "random"]


KERNEL_RULES = [
    fast_maths,
    random_of_numpy,
    inexact_functions,
    inexact_powers,
    reductions_of_arrays,
    reductions_of_loops,
    atomics,
    casts_that_do_nothing,
]
LOOP = "@parallel\ndef f(x, total):\n    for i in prange(len(x)):\n        "


def assert_clean(path, rule):
    lines = rule(ast.parse(path.read_text(encoding="utf-8")))
    assert not lines, f"{path.relative_to(PACKAGE.parent)}: {rule.__name__.replace('_', ' ')} in lines {lines}"


@pytest.mark.parametrize("rule", KERNEL_RULES)
@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.stem)
def test_kernels_hold_nothing_forbidden(path, rule):
    assert_clean(path, rule)


@pytest.mark.parametrize("path", SET_UP, ids=lambda path: path.stem)
def test_set_up_uses_no_inexact_functions(path):
    assert_clean(path, inexact_functions)


@pytest.mark.parametrize("rule", [screen_libraries, global_random])
def test_the_package_imports_no_screen_library_and_no_global_random_numbers(rule):
    for path in SOURCES:
        if rule is screen_libraries and path.parent.name == "figures":
            continue  # which is loaded when a figure is asked for
        assert_clean(path, rule)


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (fast_maths, "f = njit(fastmath=True)(g)"),
        (random_of_numpy, "np.random.normal()"),
        (random_of_numpy, "from numpy.random import normal"),
        (inexact_functions, "math.exp(x)"),
        (inexact_functions, "from math import log"),
        (inexact_functions, "np.log(x)"),
        (inexact_powers, "x ** 0.5"),
        (inexact_powers, "x ** y"),
        (reductions_of_arrays, LOOP + "x[i] = np.sum(x)"),
        (reductions_of_arrays, LOOP + "x[i] = x.sum()"),
        (reductions_of_loops, LOOP + "total += x[i]"),
        (atomics, "cuda.atomic.add(x, 0, 1)"),
        (casts_that_do_nothing, LOOP + "x[i] = float(x[i]) * 2"),
        (screen_libraries, "import matplotlib.pyplot as plt"),
        (screen_libraries, "class A:\n    from solara import Button"),
        (global_random, "numpy.random.seed(1)"),
        (global_random, "import random"),
    ],
)
def test_a_rule_sees_what_breaks_it(rule, source):
    assert rule(ast.parse(source))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (inexact_functions, "math.sqrt(x) + np.floor(x)"),
        (inexact_powers, "2.0 ** -32 + x ** 2"),
        (reductions_of_loops, LOOP + "s = 0.0\n        s += x[i]"),
        (reductions_of_loops, LOOP + "x[i] += 1.0"),
        (reductions_of_arrays, "total = counts.sum(axis=0)"),
        (casts_that_do_nothing, LOOP + "x[i] = np.float64(x[i]) * 2"),
        (screen_libraries, "def show():\n    import matplotlib"),
        (global_random, "np.random.default_rng(1)"),
    ],
)
def test_a_rule_lets_pass_what_is_allowed(rule, source):
    assert not rule(ast.parse(source))
