"""The reader's pages: fetch, choose a template, respond."""
