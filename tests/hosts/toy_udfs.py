"""A UDF module as small as can be: functions that tell what xlwings hands them. It knows nothing of xlcost."""

import xlwings


def scalar(a, b="the default"):
    """What arrives, in words."""
    return repr([a, b])


def errors(a, b=None):
    return repr([a, b])


def block(a, b=None):
    return repr([a, b])


def natural(a, b=None):
    return repr([a, b])


def returned(a=None):
    """What Excel is handed back for each kind of Python value."""
    return {
        "nothing": None,
        "nan": float("nan"),
        "row": [[1.0, 2.0]],
        "column": [[1.0], [2.0]],
        "one": [[3.0]],
        "jagged": [[1.0], [2.0, 3.0]],
    }[a]


def failing(a):
    return 1 / 0


for parameter in ("a", "b"):
    errors = xlwings.arg(parameter, doc=f"The {parameter}", err_to_str=True)(errors)
    block = xlwings.arg(parameter, ndim=2, err_to_str=True)(block)
    natural = xlwings.arg(parameter, ndim="natural", err_to_str=True)(natural)
scalar, errors, block, natural, returned, failing = (
    xlwings.func(category="toys")(function) for function in (scalar, errors, block, natural, returned, failing)
)
