from vedette.detections.context import actionable_fields, fields_of


def test_a_list_gives_one_field_an_item_under_the_same_path() -> None:
    record = {"files": [{"MD5": "A"}, {"MD5": "B"}], "geo": ["de", "us"], "none": []}

    assert list(fields_of(record)) == [("files/MD5", "A"), ("files/MD5", "B"), ("geo", "de"), ("geo", "us")]


def test_a_record_nested_deeper_than_python_may_recurse_is_laid_out() -> None:
    record: dict[str, object] = {"a": 1}
    for _ in range(5000):
        record = {"a": record}

    assert len(list(fields_of(record))) == 1


def test_chosen_fields_are_joined_where_there_are_several_and_empty_where_there_is_none() -> None:
    record = {"files": [{"MD5": "A"}, {"MD5": "B"}], "threat_score": 85}

    chosen = [("threat_score", "cs3"), ("files/MD5", "fileHash"), ("missing", "cs4")]

    assert actionable_fields(record, chosen) == (("cs3", "85"), ("fileHash", "A;B"), ("cs4", ""))
