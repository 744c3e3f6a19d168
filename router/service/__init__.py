"""Where parts are put together, and the roles: worker, dispatcher, all in one."""
