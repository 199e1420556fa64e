"""Makes a configuration of plain values, or says of every key that does not fit what is allowed there."""

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from vedette.config.draft import Finding
from vedette.config.keys import allowed_keys
from vedette.config.lines import Key
from vedette.config.settings import Configuration

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_CHOSEN_BY_TYPE = ("inputs", "outputs")

_SAYINGS = {
    "missing": "is missing",
    "union_tag_not_found": "is missing",
    "string_type": "should be a text",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "finite_number": "should be a finite number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "tuple_type": "should be a list",
    "dict_type": "should be a mapping of names to values",
    "model_type": "should be a mapping of keys to values",
    "model_attributes_type": "should be a mapping of keys to values",
    "path_type": "should be a path",
}


def shape(data: Mapping[str, Any]) -> Configuration | tuple[Finding, ...]:
    """The configuration, or what is wrong with the values' types: everything at once."""
    try:
        return Configuration.model_validate(data)
    except ValidationError as fault:
        return tuple(_finding(data, error) for error in fault.errors(include_url=False))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The end of a message about an unknown word: the likeliest one meant, and what there is."""
    near = difflib.get_close_matches(word.casefold(), [one.casefold() for one in known], n=1, cutoff=0.6)
    meant = next((one for one in known if near and one.casefold() == near[0]), None)
    listed = f"there are: {', '.join(sorted(known))}" if known else "there are none"
    return f"did you mean `{meant}`? {listed[0].upper()}{listed[1:]}" if meant else listed


def _finding(data: Mapping[str, Any], error: "ErrorDetails") -> Finding:
    key = _key(error["loc"])
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        key = (*key, "type")
    return key, _message(data, key, error)


def _key(location: Key) -> Key:
    """Pydantic's location without what it adds: the chosen member of inputs and outputs, and `[key]`."""
    key = location[:2] + location[3:] if location[0] in _CHOSEN_BY_TYPE else location
    return key[:-1] if key[-1] == "[key]" else key


def _message(data: Mapping[str, Any], key: Key, error: "ErrorDetails") -> str:
    fault, context = error["type"], error.get("ctx", {})
    if fault == "extra_forbidden":
        return f"is not a key here; {did_you_mean(str(key[-1]), allowed_keys(key, data))}"
    if fault == "union_tag_invalid":
        expected = [word.strip("' ") for word in context["expected_tags"].split(",")]
        return f"no type named {_shown(context['tag'])}; {did_you_mean(str(context['tag']), expected)}"
    if fault == "literal_error":
        return f"should be {context['expected']}, not {_shown(error['input'])}"
    if fault == "string_pattern_mismatch":
        return f"{_shown(error['input'])} does not have the form {_form(context['pattern'])}"
    if fault == "value_error":
        return f"{context['error']}, not {_shown(error['input'])}"
    if fault in _SAYINGS:
        given = "" if fault in ("missing", "union_tag_not_found") else f", not {_shown(error['input'])}"
        return _SAYINGS[fault] + given
    return f"{error['msg'].replace('Input should', 'should')}, not {_shown(error['input'])}"


def _form(pattern: str) -> str:
    if ":" in pattern:
        return "`address:port`, such as `127.0.0.1:9999` or `[::1]:9999`"
    if "%" in pattern:
        return "of a rule's name: no blanks, no `%`"
    return "of a name: letters, digits, `.`, `_` and `-`, at most 128"


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]}...'"
