package dev.gnomon.redis;

import io.lettuce.core.ScriptOutputType;
import java.util.Optional;

/// A Lua script, sent by its digest; sent whole when Redis does not know it (again). Its keys share
/// a hash tag.
record Script(String text) {
  /// Takes an entry if its epoch is greater than the one held, or if what is held is no entry.
  /// Answers 1 if the key now holds exactly the given entry. An entry that can't be stored (out of
  /// memory) takes the old one away with it: an index may be empty, but should not stay behind.
  static final Script OFFER =
      new Script(
          """
          local held = redis.pcall('GET', KEYS[1])
          if type(held) == 'string' and string.find(held, '^' .. string.rep('%d', 20) .. ' ') then
            local old = string.sub(held, 1, 20)
            local new = string.sub(ARGV[1], 1, 20)
            if old > new then return 0 end
            if old == new then
              if held == ARGV[1] then return 1 end
              return 0
            end
          end
          local stored = redis.pcall('SET', KEYS[1], ARGV[1])
          if type(stored) == 'table' and stored.err then
            redis.call('DEL', KEYS[1])
            return 0
          end
          return 1
          """);

  /// Deletes the key if what it holds begins with the given text, or is no text at all.
  static final Script DISCARD =
      new Script(
          """
          local held = redis.pcall('GET', KEYS[1])
          if held == false then return 0 end
          if type(held) == 'string' and string.sub(held, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
          return redis.call('DEL', KEYS[1])
          """);

  /// Stores states of series and what is known of them at a glance, within a budget of series.
  ///
  /// Keys: the glances of a subject, then the states. Arguments: the budget, how many milliseconds
  /// they are kept, then id, state and glance of each. Answers the ids that were refused.
  static final Script STORE_SERIES =
      new Script(
          """
          local refused = {}
          local known = redis.call('HLEN', KEYS[1])
          for i = 2, #KEYS do
            local at = 3 * i - 3
            local fresh = redis.call('HEXISTS', KEYS[1], ARGV[at]) == 0
            if fresh and known >= tonumber(ARGV[1]) then
              refused[#refused + 1] = ARGV[at]
            else
              redis.call('SET', KEYS[i], ARGV[at + 1], 'PX', ARGV[2])
              redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 2])
              if fresh then known = known + 1 end
            end
          end
          redis.call('PEXPIRE', KEYS[1], ARGV[2])
          return refused
          """);

  /// Stores a revision of an entry with its text, if it is later than the one held or what is held
  /// is no entry. Arguments: the revision, the text, how many milliseconds it is kept. Answers 1 if
  /// it was stored.
  static final Script STORE_LATER =
      new Script(
          """
          local held = redis.pcall('GET', KEYS[1])
          if type(held) == 'string' then
            local revision = tonumber(string.match(held, '^(%d+):'))
            if revision and revision >= tonumber(ARGV[1]) then return 0 end
          end
          redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
          return 1
          """);

  /// Remembers when templates were last met, old ones first making room.
  ///
  /// Arguments: how many there may be, the time, the time before which they are old, for how many
  /// milliseconds the set is kept, then the templates.
  static final Script MEET_TEMPLATES =
      new Script(
          """
          redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
          local known = redis.call('ZCARD', KEYS[1])
          for i = 5, #ARGV do
            local fresh = redis.call('ZSCORE', KEYS[1], ARGV[i]) == false
            if not fresh or known < tonumber(ARGV[1]) then
              redis.call('ZADD', KEYS[1], ARGV[2], ARGV[i])
              if fresh then known = known + 1 end
            end
          end
          redis.call('PEXPIRE', KEYS[1], ARGV[4])
          return known
          """);

  private static final String UNKNOWN = "NOSCRIPT";

  /// @return whether the script answered 1
  boolean run(RedisLink link, String key, String argument) {
    String[] keys = {key};
    Reply<Long> reply = call(link, ScriptOutputType.INTEGER, keys, argument);
    return reply instanceof Reply.Answer<Long>(Optional<Long> value) && value.orElse(0L) == 1;
  }

  <T> Reply<T> call(RedisLink link, ScriptOutputType output, String[] keys, String... arguments) {
    Reply<T> reply =
        link.call(
            RedisLink.Urgency.WRITE,
            redis -> redis.evalsha(redis.digest(text), output, keys, arguments));
    if (reply instanceof Reply.Refused<T>(String reason) && reason.startsWith(UNKNOWN)) {
      reply =
          link.call(RedisLink.Urgency.WRITE, redis -> redis.eval(text, output, keys, arguments));
    }
    return reply;
  }
}
