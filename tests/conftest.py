import os
import zoneinfo

pytest_plugins = ["tests.services.fixtures"]

# What tests compare with is the pinned time zone database too, not the machine's.
zoneinfo.reset_tzpath(to=())

# Commands speak the language of the locale; what tests compare with is English, on every machine.
os.environ["LC_ALL"] = "C.UTF-8"
