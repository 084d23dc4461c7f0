"""The JSON API under /api/v1: bearer tokens only, the same read models and the same actions as the pages.

Decimals are strings in answers ("17.5"), so that nothing is lost on the way; in requests numbers and strings are taken.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, current_app, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, ValidationError
from sqlalchemy.orm import Session

from kpi.accounts.rules import Action
from kpi.actuals.rules import Entry, SourceKind
from kpi.assessment.rules import Light
from kpi.catalog import actions as catalog
from kpi.catalog.records import Indicator
from kpi.core import clock
from kpi.core.clock import business_date
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.period import Period
from kpi.core.quantity import parse_number, plain
from kpi.core.text import t
from kpi.operations import actions as operations
from kpi.organisation import actions as organisation
from kpi.organisation.records import OrgUnit
from kpi.readmodel import board, explanation, ledger, rollup, series
from kpi.readmodel.scope import Wanted
from kpi.reporting import listing
from kpi.web import guard

api = APIBlueprint("api", __name__, url_prefix="/api/v1", abp_security=[{"token": []}], doc_ui=True)
TARGETS, VALUES, REPORTS = Tag(name="目标 targets"), Tag(name="实绩 actuals"), Tag(name="月报 reports")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BoardQuery(Strict):
    plan: str = Field("", max_length=40, description="计划编码；默认在用计划")
    month: str = Field("", max_length=7, description="月份，如 2026-10；默认最近已报月份")
    department: str = Field("", max_length=40, description="牵头单位编码")
    region: str = Field("", max_length=40, description="地区编码")


class RollUpQuery(BoardQuery):
    by: str = Field("departments", pattern="^(departments|districts|chapters|plans)$", description="按什么汇总")


class TargetsQuery(BoardQuery):
    light: str = Field("", max_length=60, description="亮灯，逗号分隔，如 behind,off_track")


class CodePath(BaseModel):
    code: str = Field(max_length=40)


class VersionsQuery(Strict):
    all_versions: bool = Field(False, description="也给出被取代的版本")


class ResultPath(CodePath):
    period: str = Field(max_length=7, description="评价月份，如 2026-10")


class ResultQuery(Strict):
    unit: str = Field("", max_length=40, description="单位编码；默认目标自己的单位")
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="第几版；默认现行版")
    again: bool = Field(False, description="按该版本当时的数据和规则重算，并与保存的结果逐字节比较")


class ValuesQuery(VersionsQuery):
    indicator: str = Field("", max_length=40, description="指标编码")
    unit: str = Field("", max_length=40, description="单位编码")
    state: str = Field("", pattern="^(draft|submitted|approved|returned)?$")
    first: str = Field("", max_length=7, description="起始期间，如 2026-01")
    last: str = Field("", max_length=7, description="截止期间")
    after: int = Field(0, ge=0, le=2**31 - 1, description="上一页给出的 next")
    size: int = Field(200, ge=1, le=series.LONGEST_PAGE)


Number = StrictInt | StrictFloat | StrictStr | None


class ValueBody(Strict):
    indicator: StrictStr = Field(min_length=1, max_length=40, description="指标编码")
    unit: StrictStr = Field(min_length=1, max_length=40, description="数据所属单位编码")
    period: StrictStr = Field(max_length=7, description="期间，如 2026-10")
    value: Number = None
    numerator: Number = None
    denominator: Number = None
    happened_on: date | None = Field(None, description="里程碑完成日期")
    note: StrictStr = Field("", max_length=2000)
    jump_reason: StrictStr = Field("", max_length=2000)
    cause: StrictStr = Field("", max_length=2000)
    measure: StrictStr = Field("", max_length=2000)
    expected_on: date | None = None
    revision: StrictInt | None = Field(None, ge=0, le=2**31 - 1, description="所见修订号；单元格为空时不填")
    submit: bool = Field(True, description="false 只存草稿")


class ReportPath(BaseModel):
    report_id: int = Field(ge=1, le=2**31 - 1)


def answer(data: Any, **more: Any) -> Response:
    return jsonify({"data": _plain(data), **more})


def _plain(value: Any) -> Any:
    """JSON-ready: decimals as text, periods as written, dates as ISO."""
    match value:
        case Decimal():
            return plain(value)
        case Period():
            return str(value)
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _ if hasattr(value, "isoformat"):
            return value.isoformat()
        case _:
            return value


@api.get("/overview", tags=[TARGETS], summary="各亮灯数量，合计与分单位")
@guard.guarded(Action.SEE_BOARD)
def get_overview(query: BoardQuery) -> Response:
    with guard.store().read() as session:
        found = board.overview(session, Wanted(**query.model_dump()), business_date(clock.now()))
    if found is None:
        raise NotFound(t("还没有计划。"))
    departments = [{"code": row.code, "name": row.name, "lights": _lights(row.counts)} for row in found.departments]
    missing = {state.value: count for state, count in found.missing.items()}
    scope = asdict(found.scope.wanted)
    return answer({**scope, "lights": _lights(found.counts), "departments": departments, "not_reported": missing})


def _lights(counts: Any) -> dict[str, int]:
    return {light.value: count for light, count in counts.by_light.items()}


@api.get("/rollup", tags=[TARGETS], summary="按牵头单位、地区、章节或计划汇总亮灯：数量、最差、得分、位次、已报情况")
@guard.guarded(Action.SEE_BOARD)
def get_rollup(query: RollUpQuery) -> Response:
    wanted = Wanted(**query.model_dump(exclude={"by"}))
    with guard.store().read() as session:
        found = rollup.roll_up(session, wanted, rollup.Grouping(query.by), business_date(clock.now()))
    if found is None:
        raise NotFound(t("还没有计划。"))
    return answer(
        [_group(group) for group in found.groups], by=query.by, units=asdict(found.units), **asdict(found.scope.wanted)
    )


def _group(group: rollup.Group) -> dict[str, Any]:
    same = {name: getattr(group, name) for name in ("key", "name", "rank")}
    reported, score = (asdict(part) if part else None for part in (group.reported, group.score))
    same |= {"score": score and score["value"], "working": score and score["working"]}
    return same | {"lights": _lights(group.counts), "worst": group.worst.value, "reported": reported}


@api.get("/targets", tags=[TARGETS], summary="目标台账：某计划某月的全部目标")
@guard.guarded(Action.SEE_BOARD)
def get_targets(query: TargetsQuery) -> Response:
    wanted = Wanted(**query.model_dump(exclude={"light"}))
    quick = ledger.Quick(lights=_lights_named(query.light))
    with guard.store().read() as session:
        found = ledger.ledger(session, wanted, business_date(clock.now()), quick)
    if found is None:
        raise NotFound(t("还没有计划。"))
    return answer([asdict(row) for row in found.rows], **asdict(found.scope.wanted))


def _lights_named(written: str) -> tuple[str, ...]:
    names = tuple(filter(None, written.split(",")))
    unknown = [name for name in names if name not in set(Light)]
    if unknown:
        known = t("、").join(Light)
        raise BadInput.of(Problem(t("没有亮灯“{name}”，可用的有：{known}", name=unknown[0], known=known), "light"))
    return names


@api.get("/targets/<code>/assessments", tags=[TARGETS], summary="一个目标各月的评价结果及全部依据")
@guard.guarded(Action.SEE_BOARD)
def get_assessments(path: CodePath, query: VersionsQuery) -> Response:
    with guard.store().read() as session:
        rows = series.results(session, path.code, all_versions=query.all_versions)
    return answer([asdict(row) for row in rows])


@api.get(
    "/targets/<code>/assessments/<period>", tags=[TARGETS], summary="一个月的评价：算式、参数、规则、版本和数据截止"
)
@guard.guarded(Action.SEE_BOARD)
def get_assessment(path: ResultPath, query: ResultQuery) -> Response:
    month = Period.parse(path.period).last_month
    with guard.store().read() as session:
        found = explanation.explain(session, path.code, month, unit=query.unit, version=query.version)
        repeated = explanation.repeat(session, found) if query.again else None
    more = {} if repeated is None else {"again": asdict(repeated)}
    return answer(asdict(found.result) | {"working": found.working, "rules": found.rules, **more})


@api.get("/actuals", tags=[VALUES], summary="实绩数值")
@guard.guarded(Action.SEE_BOARD)
def get_actuals(query: ValuesQuery) -> Response:
    with guard.store().read() as session:
        _known(session, query.indicator, query.unit)
        rows, following = series.values(
            session,
            series.Page(query.after, query.size),
            guard.person(),
            indicator=query.indicator,
            unit=query.unit,
            state=query.state,
            first=Period.parse(query.first) if query.first else None,
            last=Period.parse(query.last) if query.last else None,
            all_versions=query.all_versions,
        )
    return answer([asdict(row) for row in rows], next=following)


@api.post("/actuals", tags=[VALUES], summary="写入一个数值（与填报页面同一规则）")
@guard.guarded(Action.ENTER_ACTUALS)
def post_actual(body: ValueBody) -> Response:
    with guard.store().write() as session:
        try:
            entry = _entry(session, body)
            saved = operations.record(session, entry, by=guard.person(), now=clock.now(), submit=body.submit)
        except BadInput as error:
            raise _by_field(error) from None
        stands = {"state": saved.state.value, "version": saved.version, "revision": saved.revision} if saved else None
    return answer(stands)


def _entry(session: Session, body: ValueBody) -> Entry:
    period = Period.parse(body.period)
    words = body.model_dump(exclude={"indicator", "unit", "period", "submit", "value", "numerator", "denominator"})
    indicator, unit = _known(session, body.indicator, body.unit)
    assert indicator is not None and unit is not None  # neither was left empty
    return Entry(
        indicator.id,
        unit.id,
        period,
        value=_number(body.value, "value"),
        numerator=_number(body.numerator, "numerator"),
        denominator=_number(body.denominator, "denominator"),
        source_kind=SourceKind.API,
        **words,
    )


def _known(session: Session, indicator: str, unit: str) -> tuple[Indicator | None, OrgUnit | None]:
    """What the codes stand for; BadInput naming the field whose code nothing has."""
    found = catalog.by_code(session, indicator), organisation.by_code(session, unit)
    for field, code, thing in zip(("indicator", "unit"), (indicator, unit), found, strict=True):
        if code and thing is None:
            raise BadInput.of(Problem(t("没有编码为“{code}”的项", code=code), field))
    return found


def _by_field(error: BadInput) -> BadInput:
    """The same problems under the names that fields have here."""
    names = {
        t("单位"): "unit",
        t("期间"): "period",
        t("数值"): "value",
        t("分子"): "numerator",
        t("分母"): "denominator",
        t("完成日期"): "happened_on",
        t("备注"): "note",
        t("变动原因"): "jump_reason",
        t("滞后原因"): "cause",
        t("改进措施"): "measure",
        t("预计日期"): "expected_on",
    }
    return BadInput.of(*(replace(one, field=names.get(one.field or "", one.field)) for one in error.problems))


def _number(given: Number, field: str) -> Decimal | None:
    return None if given is None or given == "" else parse_number(given, field)


@api.get("/reports", tags=[REPORTS], summary="月报清单")
@guard.guarded(Action.SEE_BOARD)
def get_reports() -> Response:
    with guard.store().read() as session:
        return answer([asdict(line) | {"period": line.period} for line in listing.lines(session, guard.person())])


@api.get("/reports/<int:report_id>", tags=[REPORTS], summary="一期月报的全部内容")
@guard.guarded(Action.SEE_BOARD)
def get_report(path: ReportPath) -> Response:
    with guard.store().read() as session:
        return answer(listing.visible(session, path.report_id, guard.person()).content)


@api.get("/openapi.json", doc_ui=False)
@guard.guarded(Action.SEE_BOARD)
def openapi_document() -> Response:
    """This API described for programs."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]


def refuse_invalid(error: ValidationError) -> Response:
    """Errors of form in our own envelope, each with its field; nothing of pydantic's own words but the kind."""
    reasons = {
        str(each["loc"][0]) if each["loc"] else "": _reason(each["type"], each.get("ctx") or {})
        for each in error.errors()
    }
    problems = [Problem(reason, field or None).as_dict() for field, reason in reasons.items()]
    response = jsonify({"error": {"status": 422, "message": t("请求的内容有误。"), "problems": problems}})
    response.status_code = 422
    return response


def _reason(kind: str, limits: dict[str, Any]) -> str:
    match kind:
        case "missing" | "string_too_short":
            return t("必须填写")
        case "json_invalid" | "model_type" | "model_attributes_type":
            return t("不是有效的 JSON 对象")
        case "extra_forbidden":
            return t("没有这个字段")
        case "string_too_long":
            return t("过长（最多{n}个字符）", n=limits.get("max_length", ""))
        case "string_pattern_mismatch" | "literal_error" | "enum":
            return t("不是允许的值")
        case "greater_than_equal" | "less_than_equal":
            return t("超出范围")
        case _ if kind.startswith(("date", "time")):
            return t("不是日期，请写成 2026-10-31")
        case _ if kind.startswith(("int", "float", "decimal", "bool", "string")):
            return t("类型不对")
        case _:
            return t("格式有误")
