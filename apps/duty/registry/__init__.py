"""A bureau's list of enterprises: read from a sheet, set against the register, put in."""
