"""What the site offers to search engines, feed readers and other sites."""
