"""Who may do what with a MARAC, in the words a person would be told."""
