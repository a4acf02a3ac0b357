"""What is asked on the pages of a case. Each mistake has its sentence; forms never save."""
