// JavaScript stand-in for VS Code's native watchdog: the extension host ends with its connection anyway.
exports.start = () => {};
exports.exit = (code) => process.exit(code || 0);
