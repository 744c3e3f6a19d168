"""The rule set at run time: what is in force, its index, and its evaluation on facts."""
