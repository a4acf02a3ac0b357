"""What is asked on the pages about people. Forms read and check; they never save."""
