// Loaded into a server before its own code: whatever it listens on, it listens on this machine alone.
const net = require("node:net");

const HERE = "127.0.0.1";
const { listen } = net.Server.prototype;

net.Server.prototype.listen = function here(...args) {
  const [first, second] = args;
  if (first !== null && typeof first === "object" && "port" in first) args[0] = { ...first, host: HERE };
  else if (/^\d+$/.test(String(first))) args.splice(1, typeof second === "string" ? 1 : 0, HERE);
  else if (first === undefined || typeof first === "function") args.unshift(0, HERE);
  return listen.apply(this, args);
};
