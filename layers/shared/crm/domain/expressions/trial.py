"""Try an expression on sample values, so that one that can never be computed is refused when it is written."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm.domain.attribute import BOOLEAN, CHOICE, DATE, DATETIME, LIST, NUMBER, TEXT
from crm.domain.expressions.errors import invalid
from crm.domain.expressions.language import Program
from crm.domain.expressions.values import to_cel

_SAMPLES: Final[Mapping[str, tuple[Any, Any]]] = {
    NUMBER: (1.5, -1.5),
    TEXT: ("a", ""),
    CHOICE: ("a", ""),
    BOOLEAN: (True, False),
    DATE: ("2026-01-31", "1999-12-01"),
    DATETIME: ("2026-01-31T12:00:00.000Z", "1999-12-01T00:00:00.000Z"),
    LIST: (["a"], []),
}
_MAY_BE_ANYTHING = {TEXT, CHOICE, LIST}
_UNDEFINED = "Undefined variable or function: "
_DOUBLES = "numbers are doubles: write 2.0, not 2, and double(size(...))"
_INSTANTS = 'a date becomes an instant by timestamp(attributes.day + "T00:00:00Z")'


def trial(program: Program, kinds: Mapping[str, Mapping[str, str]]) -> None:
    """Evaluate with samples of each name's kind: `{"attributes": {"city": "text"}}`, the types of attributes.

    Raises InvalidInputError when types do not fit. A name whose kind is not given is absent, which is not an error.
    """
    for variables in _rounds(program, kinds):
        try:
            answer = program.compiled.execute(to_cel(variables, program.references))
        except (ArithmeticError, LookupError):
            continue
        except (RuntimeError, TypeError, ValueError) as error:
            _raise_invalid(str(error), _given(program, kinds))
        else:
            if isinstance(answer, dict | bytes):
                raise invalid("must return a number, a text, a boolean or a list")


def _rounds(program: Program, kinds: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, dict[str, Any]]]:
    for number in range(2):
        yield {
            variable: {
                name: samples[number]
                for name in names
                if (samples := _SAMPLES.get(kinds.get(variable, {}).get(name, "")))
            }
            for variable, names in program.references.items()
        }
    yield {}


def _given(program: Program, kinds: Mapping[str, Mapping[str, str]]) -> set[str]:
    return {
        kinds.get(variable, {}).get(name, "")
        for variable, names in program.references.items()
        for name in names
    }


def _raise_invalid(error: str, given: set[str]) -> None:
    if error.startswith(_UNDEFINED):
        # The library reports this also for functions that it has, but not for these types.
        function = error.removeprefix(_UNDEFINED).partition(".")[0].strip("'")
        raise invalid(f"{function} is not defined for these types ({_DOUBLES}; {_INSTANTS})")
    if error.startswith("Function '"):
        if given & _MAY_BE_ANYTHING and not error.startswith("Function 'matches'"):
            return  # texts other than the sample may well be converted
        raise invalid(f"{error} ({_INSTANTS})")
    raise invalid(f"{error} ({_DOUBLES})")
