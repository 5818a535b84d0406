"""What the service goes by, and every change of it: previewed, recorded, undone."""
