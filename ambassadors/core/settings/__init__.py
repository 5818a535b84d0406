"""What coordinators may set for the whole service: read, checked, and told in sentences."""
