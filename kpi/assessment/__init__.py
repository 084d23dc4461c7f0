"""Target and actuals become a status with operands, a rule and a reason."""
