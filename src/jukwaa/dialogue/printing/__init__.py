"""What is printed for a gathering, as pages and as PDF."""
