"""Rules at size: decisions a second beside other engines, loading, and a backtest of a million interactions."""
