"""The trail's codes in words. A code without words shows as itself, so nothing is hidden."""

from __future__ import annotations

import json
from typing import Any

from kpi.accounts.rules import Role
from kpi.actuals.rules import ActualState
from kpi.core.text import t


def action_label(action: str) -> str:
    """actuals.approve as people say it."""
    return _actions().get(action, action)


def entity_label(entity: str) -> str:
    return _entities().get(entity, entity)


def field_label(field: str) -> str:
    return _fields().get(field, field)


def shown_value(field: str, value: Any) -> str:
    """A stored value as text on one line: known words in words, lists joined, nothing as a dash."""
    match value:
        case str() if value in _words().get(field, {}):
            return _words()[field][value]
        case None | "":
            return "—"
        case bool():
            return t("是") if value else t("否")
        case list() if all(isinstance(item, str | int | float) for item in value):
            return t("、").join(str(item) for item in value) or "—"
        case list() | dict():
            return json.dumps(value, ensure_ascii=False) if value else "—"
        case _:
            return str(value)


def _words() -> dict[str, dict[str, str]]:
    return {
        "role": {role.value: role.label for role in Role},
        "state": {
            **{state.value: state.label for state in ActualState},
            "active": t("在用"),
            "reference": t("参考"),
            "closed": t("已关闭"),
            "watched": t("监测中"),
            "withdrawn": t("已撤回"),
            "issued": t("已签发"),
        },
        "frequency": {"month": t("每月"), "quarter": t("每季度"), "half": t("每半年"), "year": t("每年")},
        "direction": {"more": t("越多越好"), "less": t("越少越好"), "inside": t("在区间内")},
    }


def _actions() -> dict[str, str]:
    return {
        "accounts.sign_in": t("登录"),
        "accounts.sign_in_failed": t("登录失败"),
        "accounts.sign_out": t("退出登录"),
        "accounts.sign_out_everywhere": t("退出全部登录"),
        "accounts.lock": t("账号锁定"),
        "accounts.unlock": t("解除锁定"),
        "accounts.create": t("新建账号"),
        "accounts.update": t("修改账号"),
        "accounts.change_password": t("修改密码"),
        "accounts.reset_password": t("重设密码"),
        "accounts.make_token": t("新建接口令牌"),
        "accounts.revoke_token": t("撤销接口令牌"),
        "organisation.create": t("新建单位"),
        "organisation.update": t("修改单位"),
        "catalog.create": t("新建指标"),
        "catalog.update": t("修改指标"),
        "catalog.assign": t("安排填报"),
        "catalog.hand_over": t("移交填报"),
        "documents.import": t("导入文件"),
        "documents.correct": t("更正文件信息"),
        "extraction.find": t("提取候选指标"),
        "extraction.mark": t("标注候选指标"),
        "targets.create_plan": t("新建计划"),
        "targets.seed_plan": t("载入计划"),
        "targets.set_plan_state": t("更改计划状态"),
        "targets.accept": t("采纳目标"),
        "targets.reject": t("不采纳候选"),
        "targets.take_back": t("撤回决定"),
        "targets.revise": t("修订目标"),
        "targets.revise_baseline": t("修订基线"),
        "targets.allocate": t("分解目标"),
        "targets.waive": t("豁免目标"),
        "targets.lift_waiver": t("取消豁免"),
        "targets.set_lead": t("更改牵头单位"),
        "targets.set_rules": t("更改亮灯规则"),
        "actuals.save": t("保存草稿"),
        "actuals.discard": t("删除草稿"),
        "actuals.submit": t("提交数值"),
        "actuals.approve": t("审核通过"),
        "actuals.return": t("退回数值"),
        "actuals.collect": t("采集数值生效"),
        "reporting.draft": t("生成月报草稿"),
        "reporting.issue": t("签发月报"),
        "jobs.create_source": t("新建数据来源"),
        "jobs.update_source": t("修改数据来源"),
        "jobs.delete_source": t("删除数据来源"),
        "jobs.request_run": t("请求运行任务"),
    }


def _entities() -> dict[str, str]:
    return {
        "account": t("账号"),
        "api_token": t("接口令牌"),
        "org_unit": t("单位"),
        "indicator": t("指标"),
        "assignment": t("填报安排"),
        "document": t("文件"),
        "candidate": t("候选指标"),
        "plan": t("计划"),
        "target": t("目标"),
        "target_version": t("目标版本"),
        "baseline": t("基线"),
        "allocation": t("目标分解"),
        "waiver": t("豁免"),
        "rule_setting": t("亮灯规则"),
        "actual": t("实绩"),
        "monthly_report": t("月报"),
        "source": t("数据来源"),
        "job_run": t("任务运行"),
    }


def _fields() -> dict[str, str]:
    return {
        "name": t("名称"),
        "login": t("登录名"),
        "role": t("角色"),
        "unit_id": t("单位编号"),
        "active": t("是否启用"),
        "enabled": t("是否启用"),
        "state": t("状态"),
        "value": t("数值"),
        "numerator": t("分子"),
        "denominator": t("分母"),
        "happened_on": t("完成日期"),
        "note": t("说明"),
        "cause": t("原因分析"),
        "measure": t("整改措施"),
        "expected_on": t("预计完成日期"),
        "jump_reason": t("波动原因"),
        "code": t("编码"),
        "kind": t("类型"),
        "unit": t("计量单位"),
        "frequency": t("频次"),
        "accumulates": t("累计方式"),
        "direction": t("方向"),
        "settings": t("设置"),
        "cron": t("运行时间"),
        "needs_approval": t("须经审核"),
        "reporter_id": t("填报单位编号"),
        "lead_id": t("牵头单位编号"),
        "starts_on": t("开始日期"),
        "ends_on": t("结束日期"),
        "deadline": t("完成期限"),
        "known": t("基线是否已知"),
        "measured_on": t("基线日期"),
        "comparator": t("比较"),
        "low": t("下限"),
        "high": t("上限"),
        "judged_as": t("评价方式"),
        "curve": t("计划进度"),
        "version": t("版本"),
        "title": t("标题"),
        "lag_days": t("报送时限（天）"),
        "places": t("小数位"),
        "weight": t("权重"),
    }
