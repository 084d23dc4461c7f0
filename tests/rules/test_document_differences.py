"""Two editions of an invented plan, compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.documents.rules import split_clauses
from kpi.documents.rules_differences import Fate, changes_within, differences, text_is_same

OLD = "一、基层服务\n1.新建急救站6家。\n2.培训骨干80名。\n3.改造门诊2个。"


def fates(old, new):
    return [
        (one.fate.value, one.old.path if one.old else None, one.new.path if one.new else None)
        for one in differences(old, new)
    ]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(OLD, [("unchanged", p, p) for p in ("一", "一.1", "一.2", "一.3")], id="same"),
        pytest.param(
            OLD.replace("\n", "\r\n\r\n　"),
            [("unchanged", p, p) for p in ("一", "一.1", "一.2", "一.3")],
            id="only wrapped otherwise",
        ),
        pytest.param(
            OLD.replace("80名", "100名"),
            [
                ("unchanged", "一", "一"),
                ("unchanged", "一.1", "一.1"),
                ("changed", "一.2", "一.2"),
                ("unchanged", "一.3", "一.3"),
            ],
            id="a number corrected",
        ),
        pytest.param(
            "一、基层服务\n1.新建急救站6家。\n2.改造门诊2个。",
            [
                ("unchanged", "一", "一"),
                ("unchanged", "一.1", "一.1"),
                ("removed", "一.2", None),
                ("unchanged", "一.3", "一.2"),
            ],
            id="one gone, the next renumbered",
        ),
        pytest.param(
            "一、基层服务\n1.新建急救站6家。\n2.开设夜间门诊。\n3.培训骨干80名。\n4.改造门诊2个。",
            [
                ("unchanged", "一", "一"),
                ("unchanged", "一.1", "一.1"),
                ("added", None, "一.2"),
                ("unchanged", "一.2", "一.3"),
                ("unchanged", "一.3", "一.4"),
            ],
            id="one more in between",
        ),
        pytest.param("", [("removed", p, None) for p in ("一", "一.1", "一.2", "一.3")], id="nothing left"),
    ],
)
def test_fate_of_each_clause(new, expected):
    assert fates(OLD, new) == expected


@given(st.text("一二、（）.12\n甲乙。", max_size=80), st.text("一二、（）.12\n甲乙。", max_size=80))
def test_every_clause_of_both_stands_once_in_order(old, new):
    found = differences(old, new)
    assert [one.old for one in found if one.old] == split_clauses(old)
    assert [one.new for one in found if one.new] == split_clauses(new)


def test_text_is_same_looks_past_blanks():
    assert text_is_same("新建 6 家\r\n", "新建6家")
    assert not text_is_same("新建6家", "新建8家")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("新建急救站6家，年内完成。", "新建急救站8家，年内完成。", "新建急救站[-6家][+8家]，年内完成。"),
        ("完成12%以上", "完成15%以上", "完成[-12%以][+15%以]上"),
        ("培训医生。", "大力培训全科医生80名。", "[+大力]培训[+全科]医生[+80名]。"),
        ("一段旧话", "另外几个字", "[-一段旧话][+另外几个字]"),
        ("", "新加的条款。", "[+新加的条款。]"),
        ("删去的条款。", "", "[-删去的条款。]"),
        ("甲" * 3000, "乙", "[-" + "甲" * 3000 + "][+乙]"),
    ],
)
def test_what_changed_within_a_clause(old, new, shown):
    signs = {Fate.REMOVED: "[-{}]", Fate.ADDED: "[+{}]", Fate.UNCHANGED: "{}"}
    assert "".join(signs[piece.fate].format(piece.text) for piece in changes_within(old, new)) == shown


@given(st.text("甲乙6家，8", max_size=30), st.text("甲乙6家，8", max_size=30))
def test_pieces_make_up_both_texts(old, new):
    pieces = changes_within(old, new)
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.REMOVED) == new
