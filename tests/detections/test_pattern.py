from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cef_reader import read_cef
from made_detections import made_detection, made_entry
from vedette.config.settings import Template
from vedette.detections.templates.pattern import PatternTemplate, mistakes_in

HOSTILE = st.text(st.sampled_from("a|=\\\n\r\t \0\x85\u2028\udc80€%ßé{}") | st.characters(), max_size=20)
JSON = HOSTILE.map(lambda text: text.encode("utf-8", "replace").decode())


def rendered(event: str, **changes: Any) -> str:
    return PatternTemplate(Template(event=event)).render(made_detection(**changes)).decode()


def test_each_pattern_says_its_part_of_the_detection() -> None:
    line = rendered("%Date% %Category% %MatchedIndicator% %SourceId% %Confidence% %IndicatorInfo%")

    assert line == "Mar 24 12:00:05 KL_IP_Reputation 192.0.2.1 default 100 -"


def test_the_rule_that_detected_gives_what_it_observed_and_others_their_first_value_or_a_dash() -> None:
    line = rendered("%RE_IP% %UserName% %RE_URL%", observed="198.51.100.7", values={"RE_IP": "x", "UserName": "alice"})

    assert line == "198.51.100.7 alice -"


def test_the_record_is_laid_out_flat_in_its_own_order() -> None:
    entry = made_entry(
        {"id": 1, "whois": {"name": "TEST"}, "files": [{"MD5": "A"}, {"MD5": "B", "ok": True}], "n": None}
    )

    line = rendered("[%RecordContext%]", entry=entry)

    assert line == "[id:1 whois/name:TEST files/MD5:A files/MD5:B files/ok:true n: ]"


def test_a_percent_sign_that_opens_no_pattern_stays() -> None:
    assert rendered("100% of %20% and %RE_IP%%") == "100% of %20% and 192.0.2.1%"


def test_what_stands_in_a_value_cannot_leave_it() -> None:
    line = rendered("CEF:0|V|P|1|2|N|8|request=%Url% suser=%User%", values={"Url": "a?b=c d=e\\", "User": "x\ny"})

    assert line == r"CEF:0|V|P|1|2|N|8|request=a?b\=c d\=e\\ suser=x\ny"


def test_what_stands_in_a_cef_header_cannot_leave_its_field() -> None:
    line = rendered("<134>%Date% CEF:0|V|P|1|%Category%|N|8|a=b", entry=made_entry(category="a|b\\c=d\ne"))

    assert line == r"<134>Mar 24 12:00:05 CEF:0|V|P|1|a\|b\\c=d e|N|8|a=b"


def test_actionable_fields_keep_their_keys_where_keys_stand() -> None:
    line = rendered("CEF:0|V|P|1|2|N|8|a=%Id% %ActionableFields% msg=x", actionable=(("cs3", "a=b"), ("c s", "2")))

    assert line == r"CEF:0|V|P|1|2|N|8|a=- cs3=a\=b c_s=2  msg=x"


def test_actionable_fields_lose_their_keys_within_a_value() -> None:
    line = rendered("CEF:0|V|P|1|2|N|8|msg=%ActionableFields%", actionable=(("cs3", "85"),))

    assert line == r"CEF:0|V|P|1|2|N|8|msg=cs3\=85 "


def test_text_that_is_not_cef_has_only_its_line_breaks_escaped() -> None:
    line = rendered("a=%User%|b", values={"User": "x=|\\\r\n\0\u2028é"})

    assert line == "a=x=|\\\\r\\n\\x00\\u2028é|b"


def test_a_template_of_several_lines_gives_one() -> None:
    assert rendered("a\nb %RE_IP%") == "a\\nb 192.0.2.1"
    assert rendered("CEF:0|V|P|1|2|N|8|a=b\nc=\t%RE_IP%") == "CEF:0|V|P|1|2|N|8|a=b c=\t192.0.2.1"


def test_an_unknown_pattern_is_a_mistake_that_lists_what_there_is() -> None:
    found = mistakes_in(Template(event="%Categry% %SRC_IP% 5%", record_field="%Name%"), ["SRC_IP"])

    assert [where for where, _ in found] == ["event", "record_field"]
    assert "`%Categry%`" in found[0][1]
    assert "`%SRC_IP%`" in found[0][1]
    assert "`%ParamName%`" in found[1][1]


def test_a_cef_header_that_does_not_end_is_a_mistake() -> None:
    assert mistakes_in(Template(event="CEF:0|V|P|a=b"), [])[0][1].endswith("this one has 3")


@given(HOSTILE, HOSTILE, JSON, JSON)
def test_hostile_values_come_back_as_they_were_and_in_their_own_field(
    one: str, two: str, three: str, name: str
) -> None:
    event = "CEF:0|%Category%|P|1|2|N|8|cs1=%User% cs2=x%MatchedIndicator% %ActionableFields%msg=%RecordContext%"
    entry = made_entry({name: three}, category=one, indicator=two)
    detection = made_detection(entry, values={"User": one}, actionable=(("cs3", two),))

    line = PatternTemplate(Template(event=event)).render(detection).decode()

    header, pairs = read_cef(line)
    assert len(line.splitlines()) == 1
    assert "\0" not in line
    assert header["vendor"] == cleaned(one).replace("\n", " ").replace("\r", " ")
    assert pairs["cs1"] == (cleaned(one) or "-")
    assert pairs["cs2"] == "x" + cleaned(two)
    assert pairs["cs3"] == cleaned(two)
    assert pairs["msg"] == f"{cleaned(name)}:{cleaned(three)} "


def cleaned(text: str) -> str:
    """What a value may be after the journey: controls other than CR and LF are blanks, surrogates are spelled out."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return "".join(" " if one in "\u2028\u2029" or (one not in "\r\n" and is_control(one)) else one for one in text)


def is_control(one: str) -> bool:
    return ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0


def test_braces_and_patterns_in_a_record_or_a_format_are_nothing_but_text() -> None:
    template = Template(event="%RecordContext%", record_field="{%ParamName%}=%ParamValue%;")
    detection = made_detection(made_entry({"{0}": "%ParamName%{1}"}))

    assert PatternTemplate(template).render(detection) == b"{{0}}=%ParamName%{1};"
