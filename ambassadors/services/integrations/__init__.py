"""Other systems: keys to read with, webhooks that tell them, exports for admissions systems."""
