"""The coaching site: pages made from the knowledge base, the chat widget, and their export as static files."""
