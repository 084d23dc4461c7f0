"""People, their roles, and the units a person may enter for or see."""
