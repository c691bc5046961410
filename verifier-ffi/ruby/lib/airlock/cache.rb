# frozen_string_literal: true

module Airlock
  # The handles that were used last. Safe with threads and after fork: a child keeps its own copies.
  #
  # An entry is never taken out to be put back: a fork while another thread looks one up leaves it in place in the child.
  class Cache
    MOST = 200

    Entry = Struct.new(:value, :used)
    private_constant :Entry

    def initialize(most: MOST)
      @most = most
      @lock = Mutex.new
      @handles = {}
      @uses = 0
    end

    # Returns the value of a key, or keeps what the block returns. The block runs without the lock: two threads may both
    # run it, and either result is good.
    def fetch(key)
      found = @lock.synchronize { touch(key) }
      found || keep(key, yield)
    end

    # @return [Integer]
    def size
      @lock.synchronize { @handles.size }
    end

    # @return [nil]
    def clear
      @lock.synchronize { @handles = {} }
      nil
    end

    private

    # Returns a key's value, from now on the one that was used last.
    def touch(key)
      entry = @handles[key] or return
      entry.used = (@uses += 1)
      entry.value
    end

    def keep(key, value)
      @lock.synchronize do
        @handles[key] = Entry.new(value, @uses += 1)
        @handles.delete(@handles.min_by { |_, entry| entry.used }.first) while @handles.size > @most
      end
      value
    end
  end
end
