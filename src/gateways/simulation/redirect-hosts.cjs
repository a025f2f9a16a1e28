// Preloaded into a store that a spec starts, for payment providers of others, whose hosts cannot be configured:
// IPN_TEST_HOSTS is JSON, from a gateway's host to the loopback port where it is played. Test only.
const http = require("http")
const https = require("https")

const ports = JSON.parse(process.env.IPN_TEST_HOSTS || "{}")
const request = https.request

https.request = function redirected(...args) {
  const options = typeof args[0] === "string" || args[0] instanceof URL ? undefined : args[0]
  const port = options && ports[options.hostname || options.host]
  if (port === undefined) return request.apply(this, args)
  const call = http.request(
    { method: options.method, path: options.path, headers: options.headers, host: "127.0.0.1", port },
    args[1]
  )
  // Who asked for TLS may wait for its handshake before writing.
  call.once("socket", (socket) => socket.once("connect", () => socket.emit("secureConnect")))
  return call
}
