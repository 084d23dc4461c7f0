"""Reading targets out of clauses: numerals, quantities, phrases, names and deadlines become candidates."""
