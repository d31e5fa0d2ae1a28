-- Accepts one request of a key, or refuses it: so many in any window of time.
-- KEYS[1]: the log of the key; ARGV: the most requests, the window in microseconds.
-- Returns 0, or after how many microseconds a request is accepted.
local requests, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('LINDEX', KEYS[1], -1) or now)
if last > now + window then
  -- The clock was set back: nothing can be said about the log any more.
  redis.call('DEL', KEYS[1])
  last = now
end
-- Never earlier than what is in the log, so that its order holds.
local at = math.max(now, last)
-- The log has the last accepted requests, as many as a window takes. Where it is full, the
-- window has room as soon as the oldest of them has left it.
if redis.call('LLEN', KEYS[1]) >= requests then
  local free = redis.call('LINDEX', KEYS[1], 0) + window
  if free > at then
    return free - now
  end
  redis.call('LPOP', KEYS[1])
end
redis.call('RPUSH', KEYS[1], string.format('%.0f', at))
redis.call('PEXPIRE', KEYS[1], math.ceil((at - now + window) / 1000))
return 0
