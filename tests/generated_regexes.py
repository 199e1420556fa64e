"""Regexes and texts for Hypothesis, made so that they meet often."""

from hypothesis import strategies as st

UNKNOWN = "(?#)"
"""A comment: the analysis understands no regex with one, and PCRE2 runs without a cheap test."""

ATOMS = st.sampled_from(
    [
        *("a", "a", "b", "k", "s", "5", "=", ":", "/", "@", r"\.", r"\/", "é", "dst=", "://", "src", "aa", "a5", "\0"),
        *(r"\d", r"\S", r"\s", r"\w", ".", r"[\da-fA-F]", "[^=]", "[a-z0-9]", r"[k-]", "[^k]", "[é-ü]", r"\x{00a1}"),
        *(r"\b", "^", "$", "(?=a)", "(?<!=)"),
    ]
)
QUANTIFIERS = st.sampled_from(
    [
        *("", "", "", "", "", "", "?", "*", "+", "??", "*?", "+?", "?+", "*+", "++"),
        *("{2}", "{8}", "{0,2}", "{1,3}", "{2,3}?", "{1,2}+", "{8,12}", "{9,}", "{0}"),
    ]
)


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    opened = st.sampled_from(["(", "(?:", "(?:", "(?>", "(?<n>"])
    return st.one_of(
        st.lists(st.tuples(parts, QUANTIFIERS).map("".join), min_size=1, max_size=4).map("".join),
        st.tuples(opened, parts, st.just(")"), QUANTIFIERS).map("".join),
        st.tuples(opened, parts, st.just("|"), parts, st.just(")")).map("".join),
        st.tuples(parts, st.just("|"), parts).map("".join),
        st.tuples(st.just("://(?:"), parts, st.just("@)?"), parts).map("".join),
    )


def _names(ends: str, inside: str, separator: str, least: int, greed: str) -> str:
    label = f"(?:{ends}{inside}*)*{ends}+"
    return f"(?:{label})(?:{separator}{label})*(?:{separator}{ends}{{{least},}}{greed})"


NAMES = st.builds(
    _names,
    st.sampled_from(["[a-z]", "[a-z5]", r"[ak\x{00a1}-\x{ffff}]", "[^-./ ]"]),
    st.sampled_from(["-", "[-:]", "-"]),
    st.sampled_from([r"\.", ":", "/"]),
    st.integers(1, 3),
    st.sampled_from(["", "+"]),
)
"""Host names and their like, as a regex says them."""
NUMBERS = st.builds(
    lambda digit, separator, size, times: separator.join([f"{digit}{{{size}}}"] * times),
    st.sampled_from([r"\d", "[0-9a]", "[5k]"]),
    st.sampled_from([r"\.", ":", "-"]),
    st.sampled_from(["1,3", "2", "1,2"]),
    st.integers(2, 4),
)
"""Addresses and their like."""
REGEXES = st.recursive(st.tuples(ATOMS, QUANTIFIERS).map("".join), _larger, max_leaves=8)
PIECES = st.sampled_from(
    [
        *("a", "b", "k", "K", "s", "S", "5", "=", ":", "/", "@", ".", "-", " ", "\n", "é", "É", "\u212a", "\u017f"),
        *("dst=", "DST=", "src", "://", "0123abcd", "fedcba98", "a" * 9, "5" * 8, "a:b@c.d", "\0"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES.map(str.encode), st.sampled_from([b"\xff", b"\xc3", b"\xe2\x84"])), max_size=14).map(
    b"".join
)
