"""Moves of a job between lists and states that must happen in one step: Lua, run by the server."""

# The first job that nobody claims moves to the intermediate list in one step: a crash leaves it in one of the two.
TAKE = """
for i = 1, #KEYS do
  for _, id in ipairs(redis.call('LRANGE', KEYS[i], 0, tonumber(ARGV[2]) - 1)) do
    if redis.call('EXISTS', ARGV[1] .. id) == 0 then
      redis.call('LREM', KEYS[i], 1, id)
      redis.call('RPUSH', KEYS[i] .. ':intermediate', id)
      return {i, id}
    end
  end
end
return false
"""

# Only a job that still waits can be claimed: another worker may have taken it since the list was read.
CLAIM = """
if not redis.call('LPOS', KEYS[1], ARGV[1]) then return 0 end
return redis.call('SET', KEYS[2], ARGV[2], 'NX', 'EX', ARGV[3]) and 1 or 0
"""

CANCEL = """
if redis.call('LREM', KEYS[1], 0, ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'status', 'canceled', 'ended_at', ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 1
"""

PROMOTE = """
if redis.call('LREM', KEYS[2], 1, ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[3], 'origin', ARGV[2])
return 1
"""

# rq keeps the id of an ended job taken; only such a record may be deleted, or a second request would lose the first.
FORGET = """
local status = redis.call('HGET', KEYS[1], 'status')
if status == 'queued' or status == 'started' then return 0 end
redis.call('DEL', unpack(KEYS))
return 1
"""

# A lease by the clock of the server, so that those of the workers need not agree. Only one that still holds.
LEASE = """
return redis.call('ZADD', KEYS[1], 'XX', 'CH', redis.call('TIME')[1] + ARGV[2], ARGV[1])
"""

# Back to the head of the queue, in one step.
PUT_BACK = """
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('LPUSH', KEYS[2], ARGV[1])
return 1
"""
