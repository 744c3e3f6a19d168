"""The command line: `feedback-router`. Heavy parts are imported by the command that needs them."""
