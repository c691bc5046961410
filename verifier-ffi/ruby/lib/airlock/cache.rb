# frozen_string_literal: true

module Airlock
  # The handles that were used last. Safe with threads, in signal handlers, and after fork: a child
  # keeps its own copies.
  #
  # There is no lock, since a signal handler may take none. What was read is never changed: who adds
  # a handle puts a new table in the old one's place. Of two who add at once one may be forgotten,
  # and is opened again.
  class Cache
    MOST = 200

    Entry = Struct.new(:value, :used)
    private_constant :Entry

    # @api private
    def initialize(most: MOST)
      @most = most
      @uses = 0
      clear
    end

    # Returns the value of a key, or keeps what the block returns. Two threads may both run the
    # block, and either result is good.
    def fetch(key)
      found = @handles[key]
      found ||= keep(key, Entry.new(yield, 0))
      found.used = (@uses += 1)
      found.value
    end

    # @return [Integer]
    def size = @handles.size

    # @return [nil]
    def clear
      @handles = {}.freeze
      nil
    end

    private

    def keep(key, entry)
      handles = @handles.merge(key => entry)
      drop_longest_unused(handles, key) while handles.size > @most
      @handles = handles.freeze
      entry
    end

    def drop_longest_unused(handles, new)
      used = handles.transform_values(&:used).except(new)
      handles.delete(used.min_by(&:last).first)
    end
  end
end
