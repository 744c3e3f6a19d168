"""Reports as people ask for them and see them: questions, rows, CSV, pages. For the command line and the console."""
