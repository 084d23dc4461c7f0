"""KPI target monitor: from the text of a work plan to lights and a monthly report."""
