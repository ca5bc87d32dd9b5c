"""Pictures of answers: typed values in, an SVG document out. No Django, no clock; every text is escaped."""
