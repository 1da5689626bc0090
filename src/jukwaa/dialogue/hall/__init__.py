"""Running a gathering: the run sheet, the console, the word, tables and their notes."""
