"""How a running service is watched: logs, metrics, progress and the health port."""
