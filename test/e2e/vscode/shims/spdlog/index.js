'use strict';
// JavaScript stand-in for VS Code's native logger: the same calls, plain synchronous appends, no rotation.
// Without it output channels stay empty and there are no log files.
const fs = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

function timestamp() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 23).replace('T', ' ');
}

class Logger {
  constructor(_kind, _name, file) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.fd = fs.openSync(file, 'a');
    this.level = 2;
    this.raw = false;
  }
  put(level, text) {
    if (this.fd === undefined || level < this.level) return;
    fs.writeSync(this.fd, this.raw ? text : `${timestamp()} [${LEVELS[level]}] ${text}\n`);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.raw = true;
  }
  flush() {}
  drop() {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
  }
}
['trace', 'debug', 'info', 'warn', 'error', 'critical'].forEach((name, level) => {
  Logger.prototype[name] = function (text) {
    this.put(level, text);
  };
});
const create = async (name, file) => new Logger('rotating', name, file);

// One assignment a name: the callers are ES modules, and Node finds CommonJS export names by reading the text.
exports.version = 1;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
