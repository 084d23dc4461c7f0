"""Documents: a file becomes text, facts about it and numbered clauses with offsets; editions follow one another."""
