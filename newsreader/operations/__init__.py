"""What those who run the site should know: whether all is well, and what fails."""
