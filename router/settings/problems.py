class SettingsError(Exception):
    """Settings that cannot be used. One line for each: the variable, what is wrong, what is expected.

    The text never holds the value of a secret.
    """
