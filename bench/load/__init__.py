"""Load: real servers over loopback with a season's traffic. `make load`; docs/load.md."""
