"""What people type, read into values that services take; or sentences about what is wrong."""
