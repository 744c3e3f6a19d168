"""What an author of rules uses: the language, checks, tests, comparison, backtest, publishing."""
