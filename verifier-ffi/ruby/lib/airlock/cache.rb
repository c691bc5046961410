# frozen_string_literal: true

module Airlock
  # The handles that were used last. Safe with threads and after fork: a child keeps its own copies.
  class Cache
    MOST = 200

    def initialize(most: MOST)
      @most = most
      @lock = Mutex.new
      @handles = {}
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

    # Moves a key to the end, where the youngest are.
    def touch(key)
      value = @handles.delete(key)
      @handles[key] = value if value
    end

    def keep(key, value)
      @lock.synchronize do
        @handles[key] = value
        @handles.shift while @handles.size > @most
      end
      value
    end
  end
end
