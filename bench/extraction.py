"""How fast candidates are read, over document lengths, densities and hostile shapes: `python bench/extraction.py`.

A benchmark, not a test: it prints a table and fails nothing.
"""

from __future__ import annotations

import statistics
import time

from kpi.extraction.rules import find

PROSE = (
    "一、完善服务体系。坚持以居民健康为中心，健全分级诊疗机制，推动优质资源下沉，完善医联体内部管理，引导群众就近就医。"
    "加强基层机构标准化建设，规范诊疗行为，强化质量安全监管，持续改善就医感受，做好重点人群健康服务。"
    "印发《云岭市慢病管理办法》，搭建区域影像平台，开展等级评审。"
)
TARGETS = (
    "到2026年，新建社区托育园12家，孕产妇死亡率、婴儿死亡率分别控制在9/10万、2.8‰以内，"
    "县域就诊率由84.5%提高到88%，为2.4万名老人免费安装防滑扶手。"
)
TABLE = "| 指标 | 2025年 | 2030年 | 属性 |\n" + "| 入托率（%） | 6.2 | ≥15 | 预期性 |\n" * 30
HOSTILE = {
    "100,000 digits": "9" * 100_000,
    "50,000 顿号": "甲、" * 50_000,
    "nested brackets": "（" * 50_000 + "达到95%" + "）" * 50_000,
    "one endless clause": "合格率达到95%和" * 12_000,
    "100,000 blanks": "达到" + " " * 100_000 + "5%",
    "50,000 第": "第" * 50_000,
    "20,000 line ends": "达到\n" * 20_000,
    "one endless row": "指标 | 2025年 | 2026年\n" + " | ".join(["覆盖率达到95%"] * 5_000),
}
ROUNDS = 3


def measure(text: str) -> tuple[float, int]:
    """Median processor seconds of a reading, and how many candidates it gave."""
    seconds, found = [], 0
    for _ in range(ROUNDS):
        start = time.process_time()
        found = len(find(text, title="云岭市2026年工作要点"))
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), found


def lengths() -> dict[str, str]:
    usual = PROSE * 6 + TARGETS + "\n"
    sizes = (10_000, 50_000, 200_000, 1_000_000)
    shapes = {f"work plan, {size:,} characters": (usual * (size // len(usual) + 1))[:size] for size in sizes}
    return shapes | {"only targets": (TARGETS + "\n") * 1000, "only tables": (TABLE + "\n") * 60} | HOSTILE


def main() -> None:
    find(PROSE)
    print(f"{'text':<32}{'characters':>12}{'seconds':>10}{'chars/s':>12}{'found':>8}")
    for name, text in lengths().items():
        seconds, found = measure(text)
        print(f"{name:<32}{len(text):>12,}{seconds:>10.3f}{len(text) / seconds:>12,.0f}{found:>8,}")


if __name__ == "__main__":
    main()
