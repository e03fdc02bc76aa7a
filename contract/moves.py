"""Moves of a job between lists and states that must happen in one step: Lua, run by the server."""

# Calls `each(id, meta)` for what waits in a list, in order, until it returns true. meta: what JobQueue keeps with a
# job, decoded once for all that have the same. Many may wait that a worker cannot do: the whole list is gone through.
_WALK = """
local metas = {}
local function walk(list, prefix, each)
  local from = 0
  while true do
    local ids = redis.call('LRANGE', list, from, from + 255)
    if #ids == 0 then return false end
    for _, id in ipairs(ids) do
      local raw = redis.call('HGET', prefix .. id, 'meta')
      if raw and raw ~= '' and not metas[raw] then metas[raw] = cjson.decode(raw) end
      if each(id, raw and metas[raw] or {}) then return id end
    end
    from = from + #ids
  end
end
"""

# The first job that nobody claims and whose needs are among ARGV[4..]; ARGV[3] is '1' where needs do not matter.
_FIRST = (
    _WALK
    + """
local met = {}
for i = 4, #ARGV do met[ARGV[i]] = true end
local function first(list)
  return walk(list, ARGV[1], function(id, meta)
    if redis.call('EXISTS', ARGV[2] .. id) == 1 then return false end
    for _, need in ipairs(ARGV[3] == '1' and {} or meta.needs or {}) do
      if not met[need] then return false end
    end
    return true
  end)
end
"""
)

# It moves to the intermediate list in one step: a crash leaves it in one of the two.
TAKE = (
    _FIRST
    + """
for i = 1, #KEYS do
  local id = first(KEYS[i])
  if id then
    redis.call('LREM', KEYS[i], 1, id)
    redis.call('RPUSH', KEYS[i] .. ':intermediate', id)
    return {i, id}
  end
end
return false
"""
)

LOOK = _FIRST + "return first(KEYS[1])"

# Jobs of a group that still wait and may be computed with others, each claimed for a worker, at most ARGV[6].
CLAIM = (
    _WALK
    + """
local mates = {}
walk(KEYS[1], ARGV[1], function(id, meta)
  if #mates == tonumber(ARGV[6]) then return true end
  if meta.group == ARGV[3] and not meta.alone and redis.call('SET', ARGV[2] .. id, ARGV[4], 'NX', 'EX', ARGV[5]) then
    mates[#mates + 1] = id
  end
  return false
end)
return mates
"""
)

# How many of all jobs on record have each status. What waits and is claimed runs along with another.
COUNT = """
local counts = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local status = redis.call('HGET', ARGV[1] .. id, 'status')
  if status == 'queued' and redis.call('EXISTS', ARGV[2] .. id) == 1 then status = 'started' end
  if status then counts[status] = (counts[status] or 0) + 1 end
end
local found = {}
for status, count in pairs(counts) do
  found[#found + 1] = status
  found[#found + 1] = count
end
return found
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
