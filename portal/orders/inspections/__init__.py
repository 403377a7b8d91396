"""Final and in-line inspections: the plan, the defects, the result, rework and concession."""
