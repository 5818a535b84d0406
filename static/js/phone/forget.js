// Whoever signs in, nothing kept for somebody else is left on this device.
window.caches?.delete("kept");
