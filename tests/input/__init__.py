"""What people type, on every form there is: nothing is lost, nothing breaks, nothing is made twice."""
