"""Method → adapter: published notation and constants on one side, the functions of the product on the other."""

from __future__ import annotations

from kpi.assessment import conformance_lights as lights
from kpi.assessment import conformance_process as process
from kpi.assessment import conformance_product as product
from kpi.assessment import conformance_statistics as statistics
from kpi.assessment.conformance_notation import Adapter

METHODS: dict[str, Adapter] = {
    adapter.__name__: adapter
    for adapter in (
        statistics.phe_proportion,
        statistics.phe_rate,
        statistics.phe_mean_t_ci,
        statistics.wilson_proportion_ci,
        statistics.byars_count_ci,
        statistics.exact_poisson_limits_of_count,
        statistics.funnel_ratio_significance,
        statistics.funnel_proportion_significance,
        statistics.fingertips_trend_marker,
        statistics.dhis2_zscore_outlier,
        process.nhs_spc_assurance,
        process.nhs_spc_assurance_rebased,
        process.nhs_spc_xmr_limits,
        process.nhs_spc_seven_trend,
        process.nhs_spc_seven_one_side,
        process.nhs_spc_part_of_seven,
        process.nhs_spc_two_in_three_window,
        process.nhs_spc_two_in_three_points,
        process.nhs_spc_rule_priority,
        process.nhs_spc_point_types,
        process.sdg_progress_series,
        process.sdg_progress_indicator_aggregate,
        lights.baseline_aware_percent,
        lights.percent_rounding,
        lights.time_progress_percent,
        lights.time_proportional_expected_percent,
        lights.light_percentage_point_gap,
        lights.light_relative_shortfall,
        lights.light_consecutive_misses,
        lights.light_plan_and_average,
        lights.schedule_delta_band,
        lights.threshold_band,
        lights.servicenow_achievement,
        lights.quality_time_status,
        lights.quality_time_waiver_expired,
        lights.chinese_comparator,
        lights.status_rollup,
        lights.competition_ranking,
        lights.akvo_cumulative_updates,
        lights.akvo_parent_percentage,
        product.assessment,
    )
}
"""Method → adapter, by the name the cases use."""
