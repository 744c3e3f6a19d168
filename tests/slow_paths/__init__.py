"""Every way through the core on one made-up log: backtest, `diff`, rule test, `decide`, service, replay."""
