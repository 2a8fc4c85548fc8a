"""The type of everything that travels as JSON."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
