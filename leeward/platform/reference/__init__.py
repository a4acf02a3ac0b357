"""Code lists with versions, areas, working time. Data that describes, never data about a person."""
