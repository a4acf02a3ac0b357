"""Two questions about everybody at once: who could have which space tonight, who could move into whose secure home.

Pure: plain values in, a proposal with its reasons and its proof out. Nothing here reads or writes the database, and
nothing here decides: a person does. How and why it is done so: docs/decisions/0019-everybody-at-once.md.
"""
