"""Articles, stories and topics in pages of other sites."""
