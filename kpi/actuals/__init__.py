"""Values typed in, imported from spreadsheets or collected by jobs, and their life from draft to approval."""
