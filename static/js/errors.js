// After a form came back with errors, the reader starts at what is wrong.
document.getElementById("errors")?.focus();
