"""What knows nothing of people, cases or pages: ids, the vault, row policies as SQL, words for problems.

Owns no table. Never imports another room.
"""
