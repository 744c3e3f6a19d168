import zoneinfo

pytest_plugins = ["tests.services.fixtures"]

# What tests compare with is the pinned time zone database too, not the machine's.
zoneinfo.reset_tzpath(to=())
